"""From the parts of a report to proposed rows."""
