"""The only code that writes the register. A file for each noun; one function per verb; each is one transaction."""
