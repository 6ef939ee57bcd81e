"""From a report of an independent review of progress to proposed event rows.

What belongs here: reading the report (:mod:`~intake.reports.source`, :mod:`~intake.reports.layout`,
:mod:`~intake.reports.structure`), the sentences that state facts (:mod:`~intake.reports.grammar`),
the rows proposed from them (:mod:`~intake.reports.propose`), their comparison with what the
report says of itself (:mod:`~intake.reports.reconcile`) and the folder that holds it all
(:mod:`~intake.reports.folder`). What does not: adding to the log, which is a person's decision and
:mod:`intake.append`'s work.

A new year's wording is a new form in :mod:`~intake.reports.grammar`, with an invented report in
``tests/invented_reports`` that uses it.
"""

from intake.reports.folder import IntakeResult, intake_report
from intake.reports.source import NotAReportError
from intake.reports.structure import Report, read_report

__all__ = ["IntakeResult", "NotAReportError", "Report", "intake_report", "read_report"]
