"""From a document of an inspectorate to proposed event rows.

What belongs here, in the order of the work: the document as text, its layout and its title page
(:mod:`~inspections.intake.text`), the sentences that state facts
(:mod:`~inspections.intake.grammar`), one module or folder for each type of document
(:mod:`~inspections.intake.document_types`), the comparison with what the document says of itself
(:mod:`~inspections.intake.comparisons`) and with what the log knows
(:mod:`~inspections.intake.against_log`), the folder that holds it all
(:mod:`~inspections.intake.proposal`), and many of them (:mod:`~inspections.intake.folder`). What
does not: adding to the log, which is a person's decision and the work of
:mod:`inspections.log.adding`.

A new year's wording is a new form in :mod:`~inspections.intake.grammar`, with an invented report in
``tests/invented_reports`` that uses it.
"""

from inspections.intake.document_types import read_document
from inspections.intake.proposal import IntakeResult, intake_document
from inspections.intake.text.lines import NotAReportError

__all__ = [
    "IntakeResult",
    "NotAReportError",
    "intake_document",
    "read_document",
]
