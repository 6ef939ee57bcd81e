"""The published tables in open formats, with their description, and as a workbook."""
