"""What the register's pages show, a file for each noun."""
