"""The totals that a document states, counted over the rows as they are decided now.

Intake counted what it had read. What a person leaves out or adds changes that number by one. A
total over a part of the document that no column names stays as intake counted it, and says so.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass

from inspections.review.folder.proposal import Proposal, Row, Total

_COMPARED: dict[str, Callable[[int, int], bool]] = {
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
}


@dataclass(frozen=True)
class Recount:
    """A stated total as it is counted now.

    Attributes:
        subject: What is counted.
        paragraph: Where the document states it.
        stated: The number as stated.
        counted: The number as counted.
        agrees: Whether the two agree; none where that cannot be told.
        is_recounted: Whether decisions change the count.
    """

    subject: str
    paragraph: str
    stated: str
    counted: str
    agrees: bool | None
    is_recounted: bool


def recount(proposal: Proposal, better: frozenset[tuple[str, str]]) -> list[Recount]:
    """Count every total that the document states.

    Args:
        proposal: The proposal as it is decided now.
        better: The scales and codes of the levels that count as reasonable or better.
    """
    current = next(
        (row.values["visit_id"] for row in proposal.rows if row.event_type == "reports_published"),
        "",
    )
    return [_recount(total, proposal, current, better) for total in proposal.totals]


def _recount(
    total: Total, proposal: Proposal, current: str, better: frozenset[tuple[str, str]]
) -> Recount:
    subject = total.subject.replace("_", " ")
    counts = _predicate(total.subject, proposal, current, better)
    if counts is None or not total.found.isdigit():
        agrees = {"true": True, "false": False}.get(total.agrees)
        return Recount(subject, total.paragraph, total.stated, total.found, agrees, False)
    was = sum(counts(row) for row in proposal.rows if not row.is_added)
    now = sum(counts(row) for row in proposal.rows if row.is_kept)
    counted = int(total.found) + now - was
    comparison, _, number = total.stated.rpartition(" ")
    if not number.isdigit():
        return Recount(subject, total.paragraph, total.stated, str(counted), None, True)
    compare: Callable[[int, int], bool] = _COMPARED.get(comparison, operator.eq)
    agrees = compare(counted, int(number))
    stated = f"{comparison.replace('_', ' ')} {number}".strip()
    return Recount(subject, total.paragraph, stated, str(counted), agrees, True)


def _predicate(
    subject: str, proposal: Proposal, current: str, better: frozenset[tuple[str, str]]
) -> Callable[[Row], bool] | None:
    """Predicate for the rows that a total counts; None if no column decides it."""
    if subject == "notable positive practice":
        return lambda row: row.event_type == "practice_noted"
    if subject == "priorities":
        return lambda row: (
            row.event_type == "concerns_raised"
            and row.values["visit_id"] == current
            and row.values["is_priority"] == "true"
        )
    noun, _, rest = subject.partition(" ")
    kind = noun.removesuffix("s")
    if rest in ("raised", "of the last inspection"):
        is_now = rest == "raised"
        has_kind = any(row.values.get("kind") == kind for row in proposal.rows)
        if kind == "concern" and not has_kind:
            return lambda row: (
                row.event_type == "concerns_raised"
                and (row.values["visit_id"] == current) == is_now
            )
        return lambda row: (
            row.event_type == "recommendations_made"
            and row.values["kind"] == kind
            and (row.values["visit_id"] == current) == is_now
        )
    scale, _, code = subject.partition(" ")
    if not code or " " in code:
        return None
    if not any(row.values.get("scale") == scale for row in proposal.rows):
        return None
    codes = code.split("|")

    def is_counted(row: Row) -> bool:
        if row.event_type != "progress_judged" or row.values["scale"] != scale:
            return False
        if code == "reasonable_or_better":
            return (scale, row.values["judgement"]) in better
        return code == "judgements" or row.values["judgement"] in codes

    return is_counted
