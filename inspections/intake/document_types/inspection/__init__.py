"""The report of a full inspection, of any of its three eras, and of a scrutiny visit."""
