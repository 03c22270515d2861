"""What the sheets to take away show. A file for each noun."""
