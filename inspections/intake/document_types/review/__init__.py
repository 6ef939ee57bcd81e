"""Reports of independent reviews of progress."""
