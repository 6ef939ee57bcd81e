"""One module a published table, named after it, with its ``EXPECTATIONS``."""
