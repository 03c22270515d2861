"""What a person types. A file for each noun."""
