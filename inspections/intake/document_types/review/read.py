"""From a review's file to its reading."""

from inspections.intake.document_types.review.propose import propose
from inspections.intake.document_types.review.reconcile import reconcile
from inspections.intake.document_types.review.structure import (
    missing_from_report,
    read_report_of,
)
from inspections.intake.reading import Reading
from inspections.intake.rows import Problem
from inspections.intake.text.lines import Source


def read_review(source: Source) -> Reading:
    """Read the report of an independent review of progress.

    Args:
        source: The file as read.

    Raises:
        NotAReportError: It is no such report, or only part of one.
    """
    report = read_report_of(source)
    proposal = propose(report)
    for detail in missing_from_report(report):
        proposal.problems.append(Problem(-1, "section", source.name, "", detail))
    return Reading(
        "independent_review_of_progress",
        source,
        report.layout,
        proposal,
        reconcile(report, proposal),
        report.full_name,
        report.days.text if report.days else "",
        report.days,
        [block for _, block in report.about]
        + [unread.block for unread in report.unread if not unread.needs_person]
        + [block for *_, block in report.figures],
        part_of=report.consumed,
    )
