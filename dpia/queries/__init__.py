"""What the pages of the cases show, a file for each noun."""
