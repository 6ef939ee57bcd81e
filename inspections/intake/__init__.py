"""From a report of an independent review of progress to proposed event rows.

What belongs here: reading the report (:mod:`~inspections.intake.source`,
:mod:`~inspections.intake.layout`, :mod:`~inspections.intake.document_types.review.structure`), the sentences that state
facts (:mod:`~inspections.intake.grammar`), the rows proposed from them
(:mod:`~inspections.intake.document_types.review.propose`), their comparison with what the report says of itself
(:mod:`~inspections.intake.reconcile`) and the folder that holds it all
(:mod:`~inspections.intake.proposal`). What does not: adding to the log, which is a person's
decision and :mod:`inspections.log.append`'s work.

A new year's wording is a new form in :mod:`~inspections.intake.grammar`, with an invented report in
``tests/invented_reports`` that uses it.
"""

from inspections.intake.document_types.review.structure import Report, read_report
from inspections.intake.lines import NotAReportError
from inspections.intake.proposal import IntakeResult, intake_report

__all__ = ["IntakeResult", "NotAReportError", "Report", "intake_report", "read_report"]
