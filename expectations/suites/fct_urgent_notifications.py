"""The urgent notifications."""

from expectations.rules import leads_to_its_document

EXPECTATIONS = [leads_to_its_document()]
