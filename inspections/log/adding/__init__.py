"""The one way to add to the log: batches, the grown files, the journal of what is being written."""
