"""The types of document that intake reads, one module or folder each."""
