"""Word processors' files and web pages as lines, with the headings, lists and tables they mark."""
