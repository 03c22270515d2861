"""How days and times are shown and read."""
