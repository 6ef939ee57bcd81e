"""How fast the product is, against DuckDB's own load and against peers."""
