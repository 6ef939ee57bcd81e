"""The ends of follow-up."""

from expectations.rules import leads_to_its_document

EXPECTATIONS = [leads_to_its_document()]
