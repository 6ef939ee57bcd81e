"""A document as text: pages, lines, furniture, headings and paragraphs."""
