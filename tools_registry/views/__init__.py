"""The edge: parse, one call, answer. A file for each noun."""
