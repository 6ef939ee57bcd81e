"""Reads title, body, prison, days and text of a document in any layout.

It proposes no event: a type that is not known says nothing for certain. A person gets the text in
pieces, what is certain of it, and the types of event that such a document may give.
"""

import re
from itertools import takewhile

from inspections.intake.comparisons import Comparison, in_order
from inspections.intake.reading import Reading
from inspections.intake.rows import Problem, Proposal
from inspections.intake.text.layout import lay_out
from inspections.intake.text.lines import Line, Source
from inspections.intake.text.patterns import NUMBERED, bare
from inspections.intake.text.rows_of_words import FURNITURE
from inspections.intake.text.titles import days_in_title, establishment_named_in
from inspections.intake.text.vocabulary import BODY_NAMES, bodies, slug

_TITLE_LINES = 60
# A greeting, the head of a letter, the end of a sentence: no title.
_NO_TITLE = re.compile(
    r"^(?:dear|to|from|date|subject|re|cc)\b(?:\s*:|\s.*[,:]$|$)|^\w[\w ]{0,30}:|[.!?;:,]$",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b")
# What documents of an inspectorate give, by words of their titles.
_USUAL = (
    (
        re.compile(r"\bresponse|\baction plan", re.IGNORECASE),
        ("responses_received",),
    ),
    (
        re.compile(r"\bmonitoring\b|\bprogress\b|\bfollow", re.IGNORECASE),
        ("visits_held", "progress_judged", "findings_recorded"),
    ),
    (
        re.compile(r"\bnotification\b|\bletter\b", re.IGNORECASE),
        ("urgent_notifications_issued", "outcomes_judged", "concerns_raised"),
    ),
)
_OF_AN_INSPECTION = (
    "visits_held",
    "reports_published",
    "outcomes_judged",
    "recommendations_made",
    "findings_recorded",
    "practice_noted",
)


def read_skeleton(source: Source, why: str, alike: str = "") -> Reading:
    """Read what is certain of a document whose type or layout is not known.

    Args:
        source: The file as read.
        why: Why no reader of a type reads it, and what to do.
        alike: The type whose words it uses, if there is one.

    Returns:
        A reading without rows; its first question is ``why``.
    """
    layout = lay_out(source)
    front = [line for line in source.lines[: _TITLE_LINES * 2] if line.text]
    found = title_of(front)
    title = found or source.name
    # The text below the title page names bodies that did not write it.
    body = body_named_in(list(takewhile(lambda line: not NUMBERED.match(line.text), front)))
    named = establishment_named_in(front, source.lines)
    days = days_in_title(source.lines, _TITLE_LINES)
    proposal = Proposal(
        document={
            "document_id": slug(title)[:80].strip("-") or slug(source.name) or "document",
            "title": title,
            "body": body if body in bodies() else "",
            "file": f"{slug(title)[:80].strip('-') or 'document'}.txt",
            "source_address": "",
            "licence": "",
            "language": "en",
            "wording": "verbatim",
        }
    )
    usual = next(
        (types for words, types in _USUAL if words.search(alike or title)), _OF_AN_INSPECTION
    )
    known = ", ".join(
        f"{what} {value}"
        for what, value in (
            ("the title", f"«{found}»" if found else ""),
            ("the body", body),
            ("the prison", named.full_name if named else ""),
            ("the days", days.text if days else ""),
        )
        if value
    )
    problem = Problem(
        0,
        "type",
        proposal.document["document_id"],
        "",
        f"{why} {f'Certain are {known}' if known else 'Nothing else is certain'}. No event is"
        f" proposed: write those that it states by hand, most likely {', '.join(usual)}.",
    )
    proposal.problems.append(problem)
    comparisons = [
        Comparison(problem.check, problem.subject, "", "", "", None, True, problem.detail, 0)
    ]
    comparisons += [
        Comparison(
            "event type",
            event_type,
            "",
            "",
            "",
            None,
            False,
            "such a document usually gives it, and no rule reads it here",
        )
        for event_type in usual
    ]
    reading = Reading(
        "unknown",
        source,
        layout,
        proposal,
        in_order(comparisons),
        named.full_name if named else "",
        days.text if days else "",
        days,
    )
    for block in layout.blocks:
        reading.why[id(block)] = "the document's type or layout is not known"
    return reading


def title_of(front: list[Line]) -> str:
    """The title of a document: the first large lines of its front, or its first lines.

    Args:
        front: The lines of the title page, without empty ones.

    Returns:
        The title; empty where the front begins with the text, an address or a greeting.
    """
    has_large = any(_is_large(line) for line in front)
    words: list[str] = []
    for line in front:
        text = bare(line.text)
        if line.style == FURNITURE:
            continue
        if not has_large and _POSTCODE.search(text):
            # What stood above it is the rest of an address.
            return ""
        is_title = _is_large(line) if has_large else not _NO_TITLE.search(text)
        if NUMBERED.match(line.text) or len(text) > 160 or (words and not is_title):
            break
        if not is_title:
            # Ahead of a heading stand a crest and an address; ahead of small print, nothing.
            if has_large:
                continue
            break
        words.append(text)
        if len(" ".join(words)) > 60 or len(words) == 4:
            break
    return " ".join(words)[:200].strip(" .,;")


def _is_large(line: Line) -> bool:
    return line.style == "heading" and line.page in (None, 1)


def body_named_in(front: list[Line]) -> str:
    """The code of the body that a title page names; empty where it names none that is known."""
    text = " ".join(line.text for line in front)
    if re.search(r"Inspectorate of Prisons (?:for|in) Scotland|\bHMIPS\b", text):
        return "hmips"
    found = [body for body, names in BODY_NAMES.items() if re.search(rf"\b(?:{names})\b", text)]
    if re.search(r"HM Chief Inspector of Prisons", text):
        found.insert(0, "hmip")
    return found[0] if found else ""
