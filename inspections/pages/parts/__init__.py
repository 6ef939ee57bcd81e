"""Parts of writing the pages: drawing or reusing a page, maps, summaries."""
