"""What writing the pages is made of: drawing or taking a page, its places, its summaries."""
