"""Compares a report's own statements with the rows read from it."""

from collections import Counter
from dataclasses import replace

from inspections.intake.comparisons import Comparison, in_order, of_problem, of_the_text
from inspections.intake.document_types.report.judged_again import references, restatements
from inspections.intake.document_types.report.parts import Report
from inspections.intake.document_types.report.proposing.rows import ReportRows
from inspections.intake.grammar import Total, practice_total, sentences
from inspections.intake.grammar.follow_up import RaisedTotal, answers_in, raised_in
from inspections.intake.text.patterns import NUMBERED
from inspections.intake.text.vocabulary import HMIP, HMIP_OUTCOME, Level, plain, tests

_AGREES = {
    "exactly": lambda counted, stated: counted == stated,
    "at_least": lambda counted, stated: counted >= stated,
    "more_than": lambda counted, stated: counted > stated,
    "at_most": lambda counted, stated: counted <= stated,
}


def reconcile(report: Report, drafted: ReportRows) -> list[Comparison]:
    """Compare what an inspection's report states of itself with what was read in it.

    Args:
        report: The report by its parts.
        drafted: The rows proposed from it.

    Returns:
        The comparisons, what needs a person first.
    """
    numbers = [
        match["number"]
        for block in report.layout.blocks
        if (match := NUMBERED.match(block.text))
        # A number that stands alone in a cell may point to a paragraph.
        and (match["text"] or block.cell is None or block.cell.column == 1)
        and not any(block is other for _, other in report.about)
    ]
    found = [
        *_totals(report, drafted),
        *_raised_totals(report, drafted),
        *_practice(report, drafted),
        *restatements(report, drafted),
        *(references(report) if report.declared.follows_up else ()),
        *_ratings(report),
        *_four_tests(report, drafted),
        *_lists(report),
        *_sections(report),
        *of_the_text(report, numbers),
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


def _totals(report: Report, drafted: ReportRows) -> list[Comparison]:
    """The totals that the report states of its judgements."""
    judged = [item for item in report.followed_up if item.kind != "housekeeping_point"]
    found = []
    for read in drafted.totals:
        total, test = read.total, read.test
        parts = (
            total.scale or "all scales",
            total.judgement or "judgements",
            f"of {test}" if test else "",
            "of key concern" if total.is_key else "",
        )
        subject = " ".join(part for part in parts if part)
        place, count = read.place, total.count
        if not judged:
            detail = (
                f"{place or 'The text'} states {count} for «{subject}»; no verdict was found in the"
                " text, so that nothing holds the number."
            )
            stated = str(count)
            found.append(
                Comparison(
                    *(
                        "total",
                        subject,
                        place,
                        stated,
                        "",
                        None,
                        count > 0,
                        detail if count else "",
                    ),
                    3,
                )
            )
            continue
        counted = sum(
            item.level is not None
            and _counts(total, item.level)
            and (not test or item.test == test)
            and (not total.is_key or item.is_key)
            for item in judged
        )
        agrees = _AGREES[total.comparison](counted, count)
        comparison = "" if total.comparison == "exactly" else f"{total.comparison} "
        detail = (
            f"{place or 'The text'} states {comparison.replace('_', ' ')}{count} for {subject}, the"
            f" judgements come to {counted}: «{total.sentence}»"
        )
        stated, said = f"{comparison}{count}", "" if agrees else detail
        found.append(
            Comparison("total", subject, place, stated, str(counted), agrees, not agrees, said, 2)
        )
    if not drafted.totals and report.declared.follows_up:
        number = str(sum(item.level is not None for item in judged))
        detail = (
            "The report states no total in words that are known, so that nothing holds the number"
            " of its judgements."
        )
        found.append(Comparison("total", "judgements", "", "", number, None, True, detail, 4))
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


def _raised_totals(report: Report, drafted: ReportRows) -> list[Comparison]:
    found: list[Comparison] = []
    for place, text, block in drafted.texts():
        context = report.test_of.get(id(block), "")
        last: RaisedTotal | None = None
        for sentence in sentences(text):
            for total in raised_in(sentence):
                found += _raised_total(report, place, sentence, total, context)
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
    return found


def _raised_total(
    report: Report, place: str, sentence: str, total: RaisedTotal, context: str
) -> list[Comparison]:
    kind = total.noun.replace(" ", "_")
    found: list[Comparison] = []
    if total.is_now:
        own = [
            item for item in report.items if item.kind == kind and (not total.is_key or item.is_key)
        ]
        if kind == "concern" and not own:
            own = [item for item in report.items if item.concern_text]
        found.append(
            _compared("total", f"{total.noun}s raised", place, total.count, len(own), sentence)
        )
        if total.priority is not None:
            priorities = [item for item in own if item.is_priority or item.is_key]
            found.append(
                _compared("total", "priorities", place, total.priority, len(priorities), sentence)
            )
        return found
    if not report.followed_up or report.declared.follows_up:
        # A review follows up a part of what was raised.
        return []
    test = total.test or context
    last = [
        item
        for item in report.followed_up
        if item.kind == kind
        and (not test or item.test == test)
        and (not total.is_key or item.is_key)
    ]
    subject = f"{total.noun}s of the last inspection" + (f", {test}" if test else "")
    # A report may follow up those of key concern alone.
    follows_all = not all(item.is_key for item in report.followed_up)
    if total.is_key or follows_all or total.priority is None:
        found.append(_compared("total", subject, place, total.count, len(last), sentence, 3))
    if total.priority is not None:
        keys = [item for item in last if item.is_priority or item.is_key]
        found.append(
            _compared("total", f"{subject}, key", place, total.priority, len(keys), sentence, 3)
        )
    return found


def _practice(report: Report, drafted: ReportRows) -> list[Comparison]:
    found = []
    read = len(report.practice)
    for place, text, _ in drafted.texts():
        for sentence in sentences(text):
            stated = practice_total(sentence)
            if stated is None:
                continue
            compared = _compared(
                "practice", "notable positive practice", place, stated, read, sentence, 3
            )
            detail = f"{place or 'The text'} states {stated} examples of notable positive practice,"
            detail = f"{detail} {read} were found." if compared.detail else ""
            found.append(replace(compared, detail=detail))
    return found


def _ratings(report: Report) -> list[Comparison]:
    """The ratings of indicators, and those of standards that the log does not know."""
    if not report.ratings:
        return []
    counts = Counter(rating.level for rating in report.ratings)
    listed = ", ".join(f"{count} {level}" for level, count in counts.most_common())
    return [
        Comparison(
            "rating",
            "all ratings",
            "",
            str(len(report.ratings)),
            "",
            None,
            True,
            f"The report rates {len(report.ratings)} indicators or standards ({listed}) that are no"
            " rows: the log keeps the overall ratings of standards that it knows by name."
            " reconciliation.csv lists each.",
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
                "a rating that is no row",
                page=rating.block.page,
            )
            for rating in report.ratings
        ),
    ]


def _four_tests(report: Report, drafted: ReportRows) -> list[Comparison]:
    """An inspection gives an outcome of each of its four tests."""
    if report.declared.visit_type != "full_inspection" or report.body != HMIP:
        return []
    groups = {test.code: test.group for test in tests(HMIP_OUTCOME)}
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


def _lists(report: Report) -> list[Comparison]:
    """The list at the end of a report against the paragraphs that it repeats."""
    if not report.listed:
        return []
    found = []
    listed = {entry.reference: entry for entry in report.listed if entry.reference}
    for item in report.items:
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
    return next((test.group for test in tests(HMIP_OUTCOME) if plain(test.name) == name), "")


def _sections(report: Report) -> list[Comparison]:
    """Required sections of an inspection's era that this text lacks."""
    groups = {tests_of_name(name) for name in report.tests_seen if name}
    lacking = [
        group.replace("_", " ")
        for group in ("safety", "respect", "purposeful_activity", "release")
        if group not in groups
    ]
    is_full = report.declared.visit_type == "full_inspection" and report.body == HMIP
    expected = [
        (
            is_full and bool(lacking),
            "the tests",
            f"No section on {', '.join(lacking)} was found: it is missing, or its heading is not"
            " known.",
        ),
        (
            report.declared.visit_type == "full_inspection" and not report.items,
            "what it raises",
            "No concern and no recommendation was found in the text: its layout is not known, or"
            " that part is missing.",
        ),
        (
            report.has_section("progress") and not report.followed_up,
            "the follow-up",
            "The section on progress since the last inspection has no verdict that could be read.",
        ),
        (
            report.has_section("improve")
            and not any(item.kind == "concern" for item in report.items),
            "concerns",
            "«What needs to improve» lists no concern that could be read.",
        ),
        (
            report.declared.visit_type == "full_inspection" and not report.paragraphs,
            "findings",
            "The text has no numbered paragraph.",
        ),
    ]
    return [
        Comparison("section", subject, "", "", "", False, True, detail, 1)
        for is_missing, subject, detail in expected
        if is_missing
    ]
