"""Who may do what in the register, and when. A file for each noun; each check raises Refused or returns."""
