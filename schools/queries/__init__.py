"""What the pages and commands about schools and people show."""
