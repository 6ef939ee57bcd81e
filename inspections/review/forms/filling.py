"""A row that a person makes from a piece of text: its fields, filled as far as they are certain.

A field is filled where the text states it in words that intake knows, or where the whole proposal
leaves no other choice. All else stays empty, for the person to fill.
"""

import re
from collections import Counter

from inspections.intake.grammar import (
    days_in,
    figures_in,
    judgement_in,
    outcomes_stated,
    sentences,
    totals_in,
)
from inspections.intake.text.patterns import NUMBERED
from inspections.intake.text.vocabulary import areas, plain, responses, slug
from inspections.log.declaration import event_types
from inspections.review.folder.blocks import Block
from inspections.review.folder.proposal import Proposal, Row

# What a person is likely to make of a piece of text first; the rest follows as declared.
_USUAL = (
    "findings_recorded",
    "recommendations_made",
    "concerns_raised",
    "outcomes_judged",
    "progress_judged",
    "practice_noted",
    "visits_held",
    "establishments_described",
    "reports_published",
)
# What a document says, not what the log thinks of itself.
_NOT_FROM_TEXT = ("events_retracted", "events_reinstated", "evidence_cited")
_RESPONSE = re.compile(r"\b(partly agreed|partially agreed|not agreed|agreed|accepted)\b", re.I)
_REFERENCE = re.compile(r"\((?:reference\s+)?(?P<reference>[A-Z]{0,3}\d+(?:\.\d+)?)\)\s*$")


def types_for(proposal: Proposal, block: Block | None) -> list[str]:
    """The types of event that a piece of text may become, the likeliest first."""
    rows = proposal.rows
    has_visit = any(row.event_type == "visits_held" for row in rows)
    first = [] if has_visit else ["establishments_described", "visits_held"]
    near = [row.event_type for row in _neighbours(proposal, block)]
    order = [*first, *near, *proposal.usual_types, *_USUAL, *event_types()]
    return [
        name
        for name in dict.fromkeys(order)
        if name in event_types() and name not in _NOT_FROM_TEXT
    ]


def filled(proposal: Proposal, block: Block | None, event_type: str) -> dict[str, str]:
    """The values of a new row, as far as they are certain.

    Args:
        proposal: The proposal that it is added to.
        block: The text that it is made from.
        event_type: Its type.
    """
    text = block.text if block else ""
    numbered = NUMBERED.match(text)
    said = (numbered["text"] or "").strip() if numbered else text
    columns = {column.name for column in event_types()[event_type].columns}
    visit = _visit(proposal)
    values = {
        "paragraph": block.paragraph if block else "",
        "text": said,
        "visit_id": visit,
        "establishment_id": _establishment(proposal),
        **_day(proposal, event_type, said, visit),
    }
    if "area" in columns and block is not None:
        heading = proposal.heading_above(block.number)
        values["area"] = areas().get(plain(heading.text), "") if heading else ""
    if event_type == "recommendations_made":
        reference = _REFERENCE.search(said)
        values["reference"] = reference["reference"] if reference else values["paragraph"]
        values["kind"] = "recommendation"
        values["body"] = proposal.document.get("body", "")
    values |= _stated(event_type, said, proposal)
    return {name: value for name, value in values.items() if name in columns and value}


def complete(event_type: str, values: dict[str, str], document_id: str) -> dict[str, str]:
    """Give a new row the ids that follow from what it says, where they are left empty."""
    values = {**values, "document_id": document_id}
    if event_type == "establishments_described" and not values.get("establishment_id"):
        name = re.sub(r"^HM[A-Z/ ]*?P?(?:\s*&\s*YOI)?\s+(?=[A-Z])", "", values.get("name", ""))
        values["establishment_id"] = slug(name)
    if event_type == "visits_held" and not values.get("visit_id"):
        year = (values.get("ended_on") or values.get("occurred_on") or "")[:4]
        values["visit_id"] = "-".join(filter(None, (values.get("establishment_id"), year)))
    place = values.get("reference") or values.get("paragraph") or ""
    visit = values.get("visit_id", "")
    if event_type == "recommendations_made" and not values.get("recommendation_id") and place:
        values["recommendation_id"] = f"{visit}-{place}"
    if event_type == "concerns_raised" and not values.get("concern_id") and place:
        values["concern_id"] = f"{visit}-{place}-concern"
    if not values.get("event_id"):
        introduces = event_types()[event_type].introduces
        about = values.get(introduces or "", "") or values.get("recommendation_id", "") or visit
        about = about or values.get("establishment_id", "")
        suffix = event_type.replace("_", "-")
        told = "-".join(
            filter(
                None,
                (
                    about or document_id,
                    suffix,
                    values.get("healthy_prison_test", ""),
                    "" if introduces else values.get("paragraph", ""),
                ),
            )
        )
        values["event_id"] = re.sub(r"\s+", "-", told)
    return values


def _neighbours(proposal: Proposal, block: Block | None) -> list[Row]:
    """Rows of the preceding blocks: rows below one heading often have the same type."""
    if block is None:
        return []
    for number in range(block.number - 1, max(block.number - 6, 0), -1):
        if rows := proposal.rows_of(number):
            return rows
    return []


def _visit(proposal: Proposal) -> str:
    """The visit that the document reports on; empty where the proposal names none or several."""
    for event_type in ("reports_published", "visits_held"):
        named = {
            row.values["visit_id"]
            for row in proposal.rows
            if row.event_type == event_type and row.is_kept and row.values["visit_id"]
        }
        if len(named) == 1:
            return named.pop()
    return ""


def _establishment(proposal: Proposal) -> str:
    named = {
        row.values["establishment_id"]
        for row in proposal.rows
        if row.is_kept and row.values.get("establishment_id")
    }
    return named.pop() if len(named) == 1 else ""


def _day(proposal: Proposal, event_type: str, said: str, visit: str) -> dict[str, str]:
    """The day of a new row: the one that the text gives for a visit, else that of the visit."""
    if event_type in ("visits_held", "establishments_described"):
        days = days_in(said)
        if days is not None:
            first = days.start.isoformat()
            exact = days.precision == "day"
            if days.precision == "year":
                first = f"{first[:4]}-01-01"
            elif days.precision == "month":
                first = f"{first[:7]}-01"
            return {
                "occurred_on": first,
                "occurred_precision": days.precision,
                "started_on": days.start.isoformat() if exact else "",
                "ended_on": days.end.isoformat() if exact else "",
            }
        return {"occurred_precision": "unknown"} if event_type == "visits_held" else {}
    days_of_visit = Counter(
        (row.values["occurred_on"], row.values["occurred_precision"])
        for row in proposal.rows
        if row.is_kept
        and row.values.get("visit_id") == visit
        and row.event_type not in ("reports_published", "visits_held")
    )
    if len(days_of_visit) == 1:
        (day, precision), _ = days_of_visit.most_common(1)[0]
        return {"occurred_on": day, "occurred_precision": precision}
    for row in proposal.rows:
        if row.event_type == "visits_held" and row.values["visit_id"] == visit and row.is_kept:
            day = row.values["ended_on"] or row.values["occurred_on"]
            return {"occurred_on": day, "occurred_precision": row.values["occurred_precision"]}
    return {}


def _stated(event_type: str, said: str, proposal: Proposal) -> dict[str, str]:
    """Fields that the text states in known words, if it states exactly one fact."""
    if event_type == "outcomes_judged":
        outcomes = [each for sentence in sentences(said) for each in outcomes_stated(sentence)[0]]
        if len(outcomes) == 1 and outcomes[0].test is not None:
            return {
                "healthy_prison_test": outcomes[0].test.code,
                "outcome": outcomes[0].level.code,
            }
    elif event_type in ("progress_judged", "progress_restated"):
        judged = [each for sentence in sentences(said) if (each := judgement_in(sentence))]
        if len(judged) == 1 and judged[0].level:
            return {"scale": judged[0].level.scale, "judgement": judged[0].level.code}
    elif event_type == "figures_observed":
        figures = [each for sentence in sentences(said) for each in figures_in(sentence)]
        if len(figures) == 1:
            return {
                "measure": figures[0].measure,
                "value": f"{figures[0].value:g}",
                "unit": figures[0].unit,
            }
    elif event_type == "totals_stated":
        totals = [each for sentence in sentences(said) for each in totals_in(sentence)[0]]
        if len(totals) == 1:
            return {
                "scale": totals[0].scale,
                "judgement": totals[0].judgement,
                "comparison": totals[0].comparison,
                "stated_count": str(totals[0].count),
            }
    elif event_type == "responses_received":
        found = {responses().get(plain(each), "") for each in _RESPONSE.findall(said)}
        if len(found) == 1:
            return {"response": found.pop()}
    elif event_type == "establishments_described":
        named = re.search(r"\bHM[A-Z]*P?(?:/YOI| & YOI)? [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*", said)
        if named:
            return {"name": named[0]}
    elif event_type == "reports_published":
        return {"title": proposal.title}
    return {}
