"""Comparisons of a document's own totals with the rows read from it.

What the types of document share; what is compared for one type stands beside it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from inspections.intake.parts import NumberedParagraph, Unread
from inspections.intake.rows import Problem
from inspections.intake.text.layout import Layout
from inspections.intake.text.lines import Source
from inspections.intake.text.model import Block
from inspections.intake.text.patterns import SECTION
from inspections.intake.text.vocabulary import plain

COLUMNS = (
    "check",
    "subject",
    "paragraph",
    "stated",
    "found",
    "agrees",
    "needs_person",
    "page",
    "detail",
)


class Parts(Protocol):
    """Parts that every document is read into."""

    source: Source
    layout: Layout
    sections: list[tuple[str, str]]
    paragraphs: list[NumberedParagraph]
    figures: list[tuple[str, str, Block]]
    about: list[tuple[str, Block]]
    unread: list[Unread]


@dataclass(frozen=True)
class Comparison:
    """One row of ``reconciliation.csv``.

    Attributes:
        check: What is compared, such as ``total`` or ``restatement``.
        subject: What it is about.
        paragraph: Where the report states it.
        stated: What the report states.
        found: What was read.
        agrees: Whether the two agree; none where there is nothing to agree.
        needs_person: Whether a person has to look at it.
        detail: A sentence that says what is wrong and what to do.
        rank: How much hangs on it; 0 is most.
        page: The page of a PDF.
    """

    check: str
    subject: str
    paragraph: str
    stated: str
    found: str
    agrees: bool | None
    needs_person: bool
    detail: str
    rank: int = 9
    page: int | None = None

    @property
    def row(self) -> dict[str, str]:
        """The comparison as a row of text."""
        return {
            "check": self.check,
            "subject": self.subject,
            "paragraph": self.paragraph,
            "stated": self.stated,
            "found": self.found,
            "agrees": "" if self.agrees is None else str(self.agrees).lower(),
            "needs_person": str(self.needs_person).lower(),
            "page": str(self.page or ""),
            "detail": self.detail,
        }


def of_coverage(coverage: dict[str, dict[str, int]]) -> list[Comparison]:
    """Coverage of each section's text, as rows of ``reconciliation.csv``.

    Args:
        coverage: By section, how many pieces had which fate.
    """
    return [
        Comparison(
            "coverage",
            section,
            "",
            str(sum(counts.values())),
            str(counts.get("became rows", 0) + counts.get("part of a row", 0)),
            None,
            False,
            ", ".join(f"{count} {fate}" for fate, count in sorted(counts.items())),
        )
        for section, counts in coverage.items()
    ]


def in_order(found: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons, what needs a person first and among that the most important first."""
    return sorted(
        found, key=lambda each: (not each.needs_person, each.rank if each.needs_person else 0)
    )


def grouped(found: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons with one question for each cause, however many pieces it is about.

    Args:
        found: The comparisons. Those of one cause differ in their numbers and quoted words alone.
    """
    by_cause: dict[tuple[str, str], list[int]] = {}
    for place, each in enumerate(found):
        if each.needs_person:
            by_cause.setdefault((each.check, _cause(each.detail)), []).append(place)
    made = list(found)
    for places in by_cause.values():
        if len(places) < 3:
            continue
        first = found[places[0]]
        named = [found[place].paragraph or found[place].subject[:40] for place in places[1:]]
        others = ", ".join(dict.fromkeys(name for name in named if name))
        made[places[0]] = replace(
            first,
            detail=f"{first.detail} So do {len(places) - 1} more pieces"
            + (f": {others[:300]}" if others else "")
            + " (reconciliation.csv has each).",
        )
        for place in places[1:]:
            made[place] = replace(found[place], needs_person=False)
    return made


_TOTAL = re.compile(
    r"states (?P<stated>\d+) for .+?, (?:(?P<read>\d+) were read|the judgements come to"
    r" (?P<judged>\d+))"
)


def _cause(detail: str) -> str:
    """A question without the words and the numbers that it is about."""
    if total := _TOTAL.search(detail):
        # Whatever is counted: what was not read is missing from every count of it.
        read = int(total["read"] or total["judged"])
        of_what = "items" if "of the last inspection" in total[0] else "verdicts"
        return f"total {'below' if read < int(total['stated']) else 'above'} {of_what}"
    detail = re.sub(r"counts \d+ as [a-z ]+;", "counts;", detail)
    without = re.sub(r"«[^»]*»", "«»", detail)
    # One kind of piece in many sections is one question.
    without = re.sub(r"^([^.«]*) in [^.«]{2,90}: «»", r"\1: «»", without)
    return re.sub(r"\b(?:[A-Z]{1,2})?\d[\d.]*\b|\b(?:Section|Appendix) [\dIVX]+", "0", without)


def of_problem(problem: Problem) -> Comparison:
    """A problem of the proposal as a comparison."""
    return Comparison(
        problem.check,
        problem.subject,
        problem.paragraph,
        problem.stated,
        problem.found,
        None,
        True,
        problem.detail,
        problem.rank,
    )


def of_the_text(parts: Parts, numbers: Sequence[str] | None = None) -> list[Comparison]:
    """Comparisons for any document: no gaps in numbers, all sections, no text skipped.

    Args:
        parts: What it was read into.
        numbers: The numbers of its paragraphs, where they are not its findings' alone.
    """
    own = [paragraph.number for paragraph in parts.paragraphs] if numbers is None else numbers
    return [*_numbering(own, parts.figures), *_appendices(parts), *_unread(parts)]


def _numbering(
    numbers_read: Sequence[str], figures: list[tuple[str, str, Block]]
) -> list[Comparison]:
    """Gaps in the numbers of paragraphs: text that was lost on the way."""
    found: list[Comparison] = []
    series: dict[str, list[int]] = {}
    for read in numbers_read:
        head, _, tail = read.rpartition(".")
        letters = "" if head else tail.rstrip("0123456789")
        series.setdefault(head or letters, []).append(int(tail.removeprefix(letters)))
    for _, label, _ in figures:
        kind, _, number = label.partition(" ")
        series.setdefault(f"{kind} ", []).append(int(number))
    for head, numbers in series.items():
        name = head if head.isalpha() or head.endswith(" ") else f"{head}."
        detail = ""
        if listed := missing_from(numbers, name):
            what = "" if name.endswith(" ") else "Paragraphs "
            detail = f"{what}{listed} not found; the text may have lost them."
        elif numbers != sorted(numbers):
            detail = f"{name}1 to {name}{max(numbers)} are out of order."
        found.append(numbered(name, numbers, detail))
    return found


def numbered(name: str, numbers: Sequence[int], detail: str) -> Comparison:
    """A series of numbers against one without gaps.

    Args:
        name: What stands before each number, such as ``3.``.
        numbers: Those that were read.
        detail: What is wrong with them; empty where nothing is.
    """
    return Comparison(
        "numbering",
        f"{name}1 to {name}{max(numbers)}",
        "",
        str(max(numbers)),
        str(len(set(numbers))),
        not detail,
        bool(detail),
        detail,
        5,
    )


def missing_from(numbers: Sequence[int], name: str) -> str:
    """The first few numbers that a series lacks, by name; empty where it lacks none."""
    missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
    return ", ".join(f"{name}{number}" for number in missing[:8])


def _appendices(parts: Parts) -> list[Comparison]:
    """Sections that the contents list and the text does not have."""
    labels = {label for _, label in parts.sections if label}
    text = plain(" ".join(block.text for block in parts.layout.blocks))
    missing = [
        (match["label"] if match else "", title)
        for title in parts.layout.contents
        for match in (SECTION.match(title),)
        if (match["label"] not in labels if match else plain(title) not in text)
    ]
    if not missing:
        return []
    titles = ", ".join(f"«{title}»" for _, title in missing)
    return [
        Comparison(
            "section",
            ", ".join(label or title for label, title in missing),
            "",
            titles,
            "",
            False,
            True,
            f"The contents list {titles}, which the text does not have; it may be cut off.",
            3,
        )
    ]


def _unread(parts: Parts) -> list[Comparison]:
    found = [
        Comparison(
            "read into nothing",
            unread.block.text[:200],
            unread.where,
            "",
            "",
            None,
            unread.needs_person,
            f"{unread.why[0].upper()}{unread.why[1:]} in {unread.where}:"
            f" «{unread.block.text[:120]}»"
            if unread.needs_person
            else unread.why,
            8,
            unread.block.page,
        )
        for unread in parts.unread
    ]
    with_text = {line.page for line in parts.source.lines if line.text and line.page}
    found += [
        Comparison(
            "read into nothing",
            f"page {page}",
            "",
            "",
            "",
            None,
            is_within,
            f"Page {page} has no text: a picture, or a page that was scanned. What it says is in no"
            " row; recognise its text, or look at it."
            if is_within
            else "a page without text, such as a picture",
            4,
            page,
        )
        for page in range(1, (parts.source.pages or 0) + 1)
        if page not in with_text
        # A cover and what follows the last appendix hold no findings.
        for is_within in (min(with_text, default=0) < page < max(with_text, default=0),)
    ]
    by_label: dict[str, int] = {}
    for label, _ in parts.about:
        by_label[label or "introduction"] = by_label.get(label or "introduction", 0) + 1
    found += [
        Comparison(
            "read into nothing",
            label,
            label,
            "",
            "",
            None,
            False,
            f"{count} paragraphs on the method, the team and terms",
        )
        for label, count in by_label.items()
    ]
    if parts.layout.footnotes:
        notes = "; ".join(note.text for note in parts.layout.footnotes)
        found.append(
            Comparison(
                "read into nothing",
                "footnotes",
                "",
                "",
                "",
                None,
                False,
                f"{len(parts.layout.footnotes)} footnotes: {notes[:300]}",
            )
        )
    return found
