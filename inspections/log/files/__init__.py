"""Reading the log: the folder, its files byte by byte, documents and reference seeds."""
