"""A proposal against what the log knows already: new, known and the same, known and different."""

from inspections.intake.against_log.candidates import COLUMNS as CANDIDATE_COLUMNS
from inspections.intake.against_log.known import KnownLog, read_known
from inspections.intake.against_log.sorting import Sorted, sort_against

__all__ = ["CANDIDATE_COLUMNS", "KnownLog", "Sorted", "read_known", "sort_against"]
