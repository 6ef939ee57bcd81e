"""Tables of facts that were collected by hand, as batches for the log."""
