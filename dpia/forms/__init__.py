"""What a person types in a case, a file for each noun. Forms read nothing and write nothing."""
