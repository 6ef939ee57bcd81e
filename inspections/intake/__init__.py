"""From a report of an independent review of progress to proposed event rows.

What belongs here: reading the report (:mod:`~inspections.intake.source`,
:mod:`~inspections.intake.layout`, :mod:`~inspections.intake.structure`), the sentences that state
facts (:mod:`~inspections.intake.grammar`), the rows proposed from them
(:mod:`~inspections.intake.propose`), their comparison with what the report says of itself
(:mod:`~inspections.intake.reconcile`) and the folder that holds it all
(:mod:`~inspections.intake.proposal`). What does not: adding to the log, which is a person's
decision and :mod:`inspections.log.append`'s work.

A new year's wording is a new form in :mod:`~inspections.intake.grammar`, with an invented report in
``tests/invented_reports`` that uses it.
"""

from inspections.intake.proposal import IntakeResult, intake_report
from inspections.intake.source import NotAReportError
from inspections.intake.structure import Report, read_report

__all__ = ["IntakeResult", "NotAReportError", "Report", "intake_report", "read_report"]
