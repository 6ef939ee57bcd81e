"""The reader of reports of visits: what differs between their types is data."""
