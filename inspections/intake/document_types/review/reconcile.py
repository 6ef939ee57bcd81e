"""Comparisons of a report's own statements with the rows read from it."""

import re

from inspections.intake.comparisons import Comparison, in_order, of_problem, of_the_text
from inspections.intake.document_types.review.parts import Report, ReviewProposal
from inspections.intake.grammar import Total
from inspections.intake.text.vocabulary import Level, plain

_REFERENCE = re.compile(r"\((S\d{1,3}|\d{1,2}\.\d{1,3})\)")
_SEE = re.compile(r"\bsee (?:also )?(?:paragraphs? )(?P<numbers>S?\d[^)]{0,60})", re.IGNORECASE)
_AGREES = {
    "exactly": lambda counted, stated: counted == stated,
    "at_least": lambda counted, stated: counted >= stated,
    "more_than": lambda counted, stated: counted > stated,
    "at_most": lambda counted, stated: counted <= stated,
}


def reconcile(report: Report, proposal: ReviewProposal) -> list[Comparison]:
    """Compare what a report states of itself with the proposed rows.

    Args:
        report: The report by its parts.
        proposal: The rows proposed from it.

    Returns:
        The comparisons, what needs a person first and among that the most important first.
    """
    found = [
        *_totals(proposal),
        *_practice(proposal),
        *_restatements(report, proposal),
        *_references(report),
        *of_the_text(report),
        *(of_problem(problem) for problem in proposal.problems),
    ]
    return in_order(found)


def _totals(proposal: ReviewProposal) -> list[Comparison]:
    found = []
    judged = [judgement.level for _, judgement in proposal.judged.values() if judgement.level]
    for paragraph, total in proposal.totals:
        counted = sum(_counts(total, level) for level in judged)
        agrees = _AGREES[total.comparison](counted, total.count)
        subject = " ".join(
            part for part in (total.scale or "all scales", total.judgement or "judgements") if part
        )
        comparison = "" if total.comparison == "exactly" else f"{total.comparison} "
        found.append(
            Comparison(
                "total",
                subject,
                paragraph,
                f"{comparison}{total.count}",
                str(counted),
                agrees,
                not agrees,
                ""
                if agrees
                else f"{paragraph} states {comparison.replace('_', ' ')}{total.count} for"
                f" {subject}, the judgements come to {counted}: «{total.sentence}»",
                2,
            )
        )
    if not proposal.totals:
        found.append(
            Comparison(
                "total",
                "judgements",
                "",
                "",
                str(len(judged)),
                None,
                True,
                "The report states no total in words that are known, so that nothing holds the"
                " number of its judgements.",
                4,
            )
        )
    return found


def _counts(total: Total, level: Level) -> bool:
    if total.scale and level.scale != total.scale:
        return False
    codes = total.judgement.split("|")
    return (
        not total.judgement
        or level.code in codes
        or ("reasonable_or_better" in codes and level.is_reasonable_or_better)
    )


def _practice(proposal: ReviewProposal) -> list[Comparison]:
    rows = proposal.rows.get("practice_noted", [])
    return [
        Comparison(
            "practice",
            "notable positive practice",
            paragraph,
            str(stated),
            str(len(rows)),
            stated == len(rows),
            stated != len(rows),
            ""
            if stated == len(rows)
            else f"{paragraph} states {stated} examples of notable positive practice, {len(rows)}"
            " were found.",
            3,
        )
        for paragraph, stated in proposal.practice_stated
    ]


def _restatements(report: Report, proposal: ReviewProposal) -> list[Comparison]:
    found: list[Comparison] = []
    has_section = report.has_section("judgements")
    for place, item in enumerate(report.items):
        recommendation_id = proposal.recommendation_ids[place]
        judged = proposal.judged.get(place)
        paragraph = judged[0].number if judged else ""
        label = judged[1].level.label if judged and judged[1].level else ""
        restated = proposal.restated.get(place)
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
                    item.label,
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
    for restatement in proposal.unmatched:
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


def _references(report: Report) -> list[Comparison]:
    found: list[Comparison] = []
    known = {item.reference for item in report.items if item.reference}
    numbers = {paragraph.number for paragraph in report.paragraphs}
    for item in report.items:
        if item.reference:
            found.append(
                Comparison(
                    "reference",
                    item.reference,
                    item.label,
                    item.reference,
                    item.reference,
                    True,
                    False,
                    "",
                    page=item.block.page,
                )
            )
    texts = [(item.label, item.block) for item in report.items]
    texts += [(item.label, item.concern) for item in report.items if item.concern]
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
