"""Two published files held against each other."""
