"""The statuses that public lists showed."""

from expectations.rules import leads_to_its_document

EXPECTATIONS = [leads_to_its_document()]
