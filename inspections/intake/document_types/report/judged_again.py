"""Compares the judgements and references that a review repeats with those read from it."""

import re

from inspections.intake.comparisons import Comparison
from inspections.intake.document_types.report.parts import Report
from inspections.intake.document_types.report.proposing.rows import ReportRows
from inspections.intake.text.vocabulary import plain

_REFERENCE = re.compile(r"\((S\d{1,3}|\d{1,2}\.\d{1,3})\)")
_SEE = re.compile(r"\bsee (?:also )?(?:paragraphs? )(?P<numbers>S?\d[^)]{0,60})", re.IGNORECASE)


def restatements(report: Report, drafted: ReportRows) -> list[Comparison]:
    """The judgements of the last section against those of the paragraphs."""
    found: list[Comparison] = []
    if not report.declared.follows_up:
        return found
    has_section = report.has_section("judgements")
    for place, item in enumerate(report.followed_up):
        recommendation_id = drafted.recommendation_ids[place]
        paragraph = item.judged_in
        label = item.level.label if item.level else ""
        restated = drafted.restated.get(place)
        if restated is None:
            detail = (
                f"«{item.text[:100]}» is not in the last section, or in other words."
                if has_section
                else "The report has no section that lists the judgements again, as those of 2019."
            )
            found.append(
                Comparison(
                    "restatement",
                    recommendation_id,
                    paragraph,
                    "",
                    label,
                    None,
                    has_section,
                    detail,
                    4,
                )
            )
            continue
        where = restated.label or "The last section"
        agrees = label == restated.level
        detail = ""
        if not agrees:
            detail = f"{where} gives {recommendation_id} «{restated.level}»" + (
                f", its closing paragraph {paragraph} «{label}»."
                if label
                else "; no judgement was read."
            )
        found.append(
            Comparison(
                "restatement",
                recommendation_id,
                paragraph,
                restated.level,
                label,
                agrees if label else None,
                not agrees,
                detail,
                1,
                restated.block.page,
            )
        )
        if restated.text != item.text:
            is_same = plain(restated.text) == plain(item.text)
            found.append(
                Comparison(
                    "text",
                    recommendation_id,
                    item.place,
                    restated.text,
                    item.text,
                    is_same,
                    not is_same,
                    ""
                    if is_same
                    else f"{recommendation_id} reads {_difference(item.text, restated.text)} in"
                    f" {where}; both readings are kept.",
                    7,
                    restated.block.page,
                )
            )
    for restatement in drafted.unmatched:
        found.append(
            Comparison(
                "restatement",
                "",
                restatement.label,
                restatement.level,
                "",
                None,
                True,
                f"The last section judges «{restatement.text[:120]}», which matches nothing that is"
                " followed up.",
                4,
                restatement.block.page,
            )
        )
    return found


def _difference(first: str, second: str) -> str:
    """Where two readings part, in words."""
    ours, theirs = first.split(), second.split()
    start = 0
    while start < min(len(ours), len(theirs)) and ours[start] == theirs[start]:
        start += 1
    end = 0
    while end < min(len(ours), len(theirs)) - start and ours[-1 - end] == theirs[-1 - end]:
        end += 1
    mine = " ".join(ours[start : len(ours) - end])
    other = " ".join(theirs[start : len(theirs) - end])
    return f"«{mine[:80]}» where it is followed up and «{other[:80]}»"


def references(report: Report) -> list[Comparison]:
    """The references and paragraphs that a text points to."""
    found: list[Comparison] = []
    known = {item.reference for item in report.followed_up if item.reference}
    numbers = {paragraph.number for paragraph in report.paragraphs}
    for item in report.followed_up:
        if item.reference:
            found.append(
                Comparison(
                    "reference",
                    item.reference,
                    item.place,
                    item.reference,
                    item.reference,
                    True,
                    False,
                    "",
                    page=item.block.page,
                )
            )
    texts = [(item.place, item.block) for item in report.followed_up]
    texts += [(item.place, item.concern_block) for item in report.followed_up if item.concern_block]
    texts += [(paragraph.number, paragraph.block) for paragraph in report.paragraphs]
    texts += [(unread.where, unread.block) for unread in report.unread]
    for place, block in texts:
        for reference in _REFERENCE.findall(block.text):
            if reference not in known:
                found.append(
                    Comparison(
                        "reference",
                        reference,
                        place,
                        reference,
                        "",
                        False,
                        True,
                        f"({reference}) stands in {place}, but nothing that is followed up bears"
                        f" it: «{block.text[-80:]}»",
                        4,
                        block.page,
                    )
                )
        for match in _SEE.finditer(block.text):
            for number in re.findall(r"S\d{1,3}|\d{1,2}\.\d{1,3}", match["numbers"]):
                is_known = number in numbers
                found.append(
                    Comparison(
                        "cross-reference",
                        number,
                        place,
                        number,
                        number if is_known else "",
                        is_known,
                        not is_known,
                        ""
                        if is_known
                        else f"{place} points to paragraph {number}, which is not there.",
                        6,
                        block.page,
                    )
                )
    return found
