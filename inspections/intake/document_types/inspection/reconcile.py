"""Compares an inspection report's own statements with the rows read from it."""

import re
from collections import Counter

from inspections.intake.comparisons import Comparison, in_order, of_problem, of_the_text
from inspections.intake.document_types.inspection.parts import Inspection
from inspections.intake.document_types.inspection.rows import InspectionRows
from inspections.intake.grammar import practice_total, sentences
from inspections.intake.grammar.follow_up import (
    RaisedTotal,
    answers_in,
    follow_up_totals_in,
    raised_in,
)
from inspections.intake.text.patterns import NUMBERED
from inspections.intake.text.vocabulary import HMIP, plain, tests

_N = re.compile(r"\(n\s*=\s*(?P<count>\d{1,3})\)")


def reconcile(inspection: Inspection, drafted: InspectionRows) -> list[Comparison]:
    """Compare what an inspection's report states of itself with what was read in it.

    Args:
        inspection: The report by its parts.
        drafted: The rows proposed from it.

    Returns:
        The comparisons, what needs a person first.
    """
    numbers = [
        match["number"]
        for block in inspection.layout.blocks
        if (match := NUMBERED.match(block.text))
        # A number that stands alone in a cell may point to a paragraph.
        and (match["text"] or block.cell is None or block.cell.column == 1)
        and not any(block is other for _, other in inspection.about)
    ]
    found = [
        *_follow_up_totals(inspection),
        *_raised_totals(inspection),
        *_practice(inspection),
        *_ratings(inspection),
        *_four_tests(inspection, drafted),
        *_lists(inspection),
        *_sections(inspection),
        *of_the_text(inspection, numbers),
        *(of_problem(problem) for problem in drafted.proposal.problems),
    ]
    return in_order(found)


def _compared(
    check: str, subject: str, place: str, stated: int, found: int, sentence: str, rank: int = 2
) -> Comparison:
    agrees = stated == found
    return Comparison(
        check,
        subject,
        place,
        str(stated),
        str(found),
        agrees,
        not agrees,
        ""
        if agrees
        else f"{place or 'The text'} states {stated} for {subject}, {found} were read:"
        f" «{sentence}»",
        rank,
    )


def _texts(inspection: Inspection) -> list[tuple[str, str, str]]:
    """Places and texts that may state totals, with the test of their section."""
    found = [
        (each.number, each.text, inspection.tests_by_paragraph.get(each.number, ""))
        for each in inspection.paragraphs
    ]
    found += [
        (place, block.text, test)
        for place, test, role, block in inspection.introductions
        if role != "practice"
    ]
    return found


def _follow_up_totals(inspection: Inspection) -> list[Comparison]:
    found: list[Comparison] = []
    for place, text, context in _texts(inspection):
        test = next((each.test for s in sentences(text) for each in raised_in(s) if each.test), "")
        test = test or context
        for sentence in sentences(text):
            totals, fault = follow_up_totals_in(sentence)
            if fault:
                found.append(
                    Comparison(
                        "total",
                        "the follow-up",
                        place,
                        "in words",
                        "",
                        None,
                        True,
                        f"{place or 'The text'}: {fault}: «{sentence}»",
                        4,
                    )
                )
            for total in totals:
                own = [
                    item
                    for item in inspection.followed_up
                    if (not test or item.test == test)
                    and (not total.is_key or item.is_key)
                    and item.kind != "housekeeping_point"
                    and plain(item.verdict).replace(" ", "_") == total.judgement
                ]
                scope = " ".join(
                    part
                    for part in (
                        total.scale,
                        total.judgement,
                        f"of {test}" if test else "",
                        "of key concern" if total.is_key else "",
                    )
                    if part
                )
                if not inspection.followed_up:
                    found.append(
                        Comparison(
                            "total",
                            scope,
                            place,
                            str(total.count),
                            "",
                            None,
                            total.count > 0,
                            f"{place or 'The text'} counts {total.count} as"
                            f" {total.judgement.replace('_', ' ')}; no verdict was found in the"
                            " text, so that nothing holds the number."
                            if total.count
                            else "",
                            3,
                        )
                    )
                else:
                    found.append(_compared("total", scope, place, total.count, len(own), sentence))
    return found


def _raised_totals(inspection: Inspection) -> list[Comparison]:
    found: list[Comparison] = []
    for place, text, context in _texts(inspection):
        last: RaisedTotal | None = None
        for sentence in sentences(text):
            for total in raised_in(sentence):
                found += _raised_total(inspection, place, sentence, total, context)
                last = total if not total.is_now else last
        answers = answers_in(text)
        if answers and last is not None and not last.test:
            found.append(
                _compared(
                    "responses",
                    "recommendations answered",
                    place,
                    last.count,
                    sum(answers.values()),
                    text[:300],
                    4,
                )
            )
    for role, label, block in inspection.figures:
        match = _N.search(block.text)
        if match and "recommendation" in block.text.lower() and role in ("summary", "progress"):
            own = [item for item in inspection.followed_up if item.kind != "housekeeping_point"]
            count = int(match["count"])
            found.append(_compared("total", "judgements", label, count, len(own), block.text))
    return found


def _raised_total(
    inspection: Inspection, place: str, sentence: str, total: RaisedTotal, context: str
) -> list[Comparison]:
    kind = total.noun.replace(" ", "_")
    found: list[Comparison] = []
    if total.is_now:
        own = [
            item
            for item in inspection.items
            if item.kind == kind and (not total.is_key or item.is_key)
        ]
        if kind == "concern" and not own:
            own = [item for item in inspection.items if item.concern_text]
        found.append(
            _compared("total", f"{total.noun}s raised", place, total.count, len(own), sentence)
        )
        if total.priority is not None:
            priorities = [item for item in own if item.is_priority or item.is_key]
            found.append(
                _compared("total", "priorities", place, total.priority, len(priorities), sentence)
            )
        return found
    if not inspection.followed_up:
        return []
    test = total.test or context
    last = [
        item
        for item in inspection.followed_up
        if item.kind == kind
        and (not test or item.test == test)
        and (not total.is_key or item.is_key)
    ]
    subject = f"{total.noun}s of the last inspection" + (f", {test}" if test else "")
    # A report may follow up those of key concern alone.
    follows_all = not all(item.is_key for item in inspection.followed_up)
    if total.is_key or follows_all or total.priority is None:
        found.append(_compared("total", subject, place, total.count, len(last), sentence, 3))
    if total.priority is not None:
        keys = [item for item in last if item.is_priority or item.is_key]
        found.append(
            _compared("total", f"{subject}, key", place, total.priority, len(keys), sentence, 3)
        )
    return found


def _practice(inspection: Inspection) -> list[Comparison]:
    found = []
    for place, text, _ in _texts(inspection):
        for sentence in sentences(text):
            stated = practice_total(sentence)
            if stated is not None:
                found.append(
                    _compared(
                        "practice",
                        "notable positive practice",
                        place,
                        stated,
                        len(inspection.practice),
                        sentence,
                        3,
                    )
                )
    return found


def _ratings(inspection: Inspection) -> list[Comparison]:
    """The ratings of standards and indicators, which the log has no scale for."""
    if not inspection.ratings:
        return []
    counts = Counter(rating.level for rating in inspection.ratings)
    listed = ", ".join(f"{count} {level}" for level, count in counts.most_common())
    return [
        Comparison(
            "rating",
            "all ratings",
            "",
            str(len(inspection.ratings)),
            "",
            None,
            True,
            f"The report rates {len(inspection.ratings)} standards or indicators ({listed}). The"
            " log has no scale for them, so that they are no rows; reconciliation.csv lists each.",
            6,
        ),
        *(
            Comparison(
                "rating",
                rating.text[:200],
                rating.number,
                rating.level,
                "",
                None,
                False,
                "a rating without a scale in the log",
                page=rating.block.page,
            )
            for rating in inspection.ratings
        ),
    ]


def _four_tests(inspection: Inspection, drafted: InspectionRows) -> list[Comparison]:
    """An inspection gives an outcome of each of its four tests."""
    if inspection.visit_type != "full_inspection" or inspection.body != HMIP:
        return []
    groups = {test.code: test.group for test in tests() if test.scale == "hmip_outcome"}
    rows = drafted.proposal.rows.get("outcomes_judged", [])
    found = []
    by_unit: dict[str, Counter[str]] = {}
    for row in rows:
        if row["visit_id"] == drafted.visit and row["healthy_prison_test"] in groups:
            of_unit = by_unit.setdefault(row["unit"], Counter())
            of_unit[groups[row["healthy_prison_test"]]] += 1
    for unit, of_unit in (by_unit or {"": Counter()}).items():
        wanted = ("safety", "respect", "purposeful_activity", "release")
        lacking = [group.replace("_", " ") for group in wanted if not of_unit[group]]
        for group in wanted:
            is_there = of_unit[group] == 1
            name = group.replace("_", " ") + (f" ({unit})" if unit else "")
            detail = ""
            if of_unit[group] > 1:
                detail = f"The text gives {of_unit[group]} outcomes of {name}."
            elif lacking and group.replace("_", " ") == lacking[0]:
                # One question for all that are missing.
                of_part = f" ({unit})" if unit else ""
                detail = (
                    f"The text gives no outcome of {', '.join(lacking)}{of_part} in words that are"
                    " known; it may stand in a picture, and no row guesses it."
                )
            found.append(
                Comparison(
                    "outcomes",
                    name,
                    "",
                    "1",
                    str(of_unit[group]),
                    is_there,
                    bool(detail),
                    detail,
                    2,
                )
            )
    return found


def _lists(inspection: Inspection) -> list[Comparison]:
    """The list at the end of a report against the paragraphs that it repeats."""
    if not inspection.listed:
        return []
    found = []
    listed = {entry.reference: entry for entry in inspection.listed if entry.reference}
    for item in inspection.items:
        entry = listed.get(item.reference)
        if entry is None:
            found.append(
                Comparison(
                    "list",
                    item.reference,
                    item.place,
                    "",
                    item.text[:200],
                    False,
                    True,
                    f"{item.reference} is not in the list at the end: «{item.text[:90]}»",
                    4,
                    item.block.page,
                )
            )
            continue
        is_same = plain(entry.text) == plain(item.text)
        found.append(
            Comparison(
                "list",
                item.reference,
                item.place,
                entry.text,
                item.text,
                is_same,
                not is_same,
                ""
                if is_same
                else f"{item.reference} reads otherwise in the list at the end:"
                f" «{entry.text[:120]}», in its paragraph «{item.text[:120]}».",
                7,
                entry.block.page,
            )
        )
    return found


def tests_of_name(name: str) -> str:
    """The group of the healthy prison test of a name; empty where it is none."""
    return next((test.group for test in tests() if plain(test.name) == name), "")


def _sections(inspection: Inspection) -> list[Comparison]:
    """Required sections of an inspection's era that this text lacks."""
    groups = {tests_of_name(name) for name in inspection.tests_seen if name}
    lacking = [
        group.replace("_", " ")
        for group in ("safety", "respect", "purposeful_activity", "release")
        if group not in groups
    ]
    is_full = inspection.visit_type == "full_inspection" and inspection.body == HMIP
    expected = [
        (
            is_full and bool(lacking),
            "the tests",
            f"No section on {', '.join(lacking)} was found: it is missing, or its heading is not"
            " known.",
        ),
        (
            inspection.visit_type == "full_inspection" and not inspection.items,
            "what it raises",
            "No concern and no recommendation was found in the text: its layout is not known, or"
            " that part is missing.",
        ),
        (
            inspection.has_section("progress") and not inspection.followed_up,
            "the follow-up",
            "The section on progress since the last inspection has no verdict that could be read.",
        ),
        (
            inspection.has_section("improve")
            and not any(item.kind == "concern" for item in inspection.items),
            "concerns",
            "«What needs to improve» lists no concern that could be read.",
        ),
        (
            inspection.visit_type == "full_inspection" and not inspection.paragraphs,
            "findings",
            "The text has no numbered paragraph.",
        ),
    ]
    return [
        Comparison("section", subject, "", "", "", False, True, detail, 1)
        for is_missing, subject, detail in expected
        if is_missing
    ]
