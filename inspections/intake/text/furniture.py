"""Page furniture: headers, page numbers, running titles, contents."""

import re
from collections import defaultdict
from itertools import pairwise

from inspections.intake.text.lines import Line
from inspections.intake.text.patterns import NUMBERED, SECTION, SECTION_TITLES, bare
from inspections.intake.text.rows_of_words import FURNITURE
from inspections.intake.text.vocabulary import levels, plain

_PAGE_NUMBER = re.compile(
    r"^(?:page\s+)?[-–]?\s*\d{1,3}\s*[-–]?(?:\s+of\s+\d{1,3})?$", re.IGNORECASE
)
_CONTENTS_ENTRY = re.compile(
    r"^(?P<title>.*?\S)(?:[\t .…]*(?:\t|\.{2,}|…|\s))\s*(?P<page>\d{1,3})$"
)
_REPORT_TITLE = re.compile(
    r"report (?:on|of) an? .*|independent review of progress.*|hm (?:chief )?inspector(?:ate)? of"
    r" prisons.*",
    re.IGNORECASE,
)


# A larger step is another count of pages, such as that of an appendix.
_MOST_MISSING = 40
_PRINTED_NUMBER = re.compile(
    r"^(?P<first>\d{1,3})(?=\s|$)"
    r"|(?<![\d.])(?P<last>\d{1,3})(?:\s+of\s+(?P<total>\d{1,3}))?$",
    re.IGNORECASE,
)


def blanked(lines: list[Line], furniture: set[int]) -> list[Line]:
    """The lines with those of the furniture empty."""
    return [
        Line("", line.number, line.page, FURNITURE) if index in furniture else line
        for index, line in enumerate(lines)
    ]


def furniture_of(lines: list[Line], bears_names: bool = False) -> set[int]:
    """The lines of page headers, footers and page numbers, by position.

    Args:
        lines: The document's lines.
        bears_names: Whether the establishment's name runs along the pages, however few they are.
    """
    found = {
        index for index, line in enumerate(lines) if line.text and _PAGE_NUMBER.match(line.text)
    }
    # A number alone within a table's row of numbers or as a paragraph's own is not met here:
    # paragraphs are numbered 1.1 or S1.
    places: dict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.text and index not in found and len(line.text) <= 160:
            key = re.sub(r"^\d{1,3}\s+|\s+\d{1,3}$", "", bare(line.text))
            if key and not NUMBERED.match(line.text):
                places[key].append(index)
    if bears_names:
        found |= _running_names(lines, found)
    edges = _page_edges(lines, found)
    labels = {label for scale in levels().values() for label in scale}
    for key, indices in places.items():
        if len(indices) < 2 or plain(key) in labels:
            continue
        numbers = [_edge_number(lines[index].text) for index in indices]
        given = [number for number in numbers if number is not None]
        grows = len(set(given)) >= 3 and given == sorted(given)
        if _REPORT_TITLE.fullmatch(key) and len(indices) >= 3:
            # The report's own title comes first, on a page without a number.
            found.update(indices[numbers[0] is None :])
        elif plain(key) == "contents":
            found.update(indices[1:])
        elif grows:
            found.update(
                index for index, number in zip(indices, numbers, strict=True) if number is not None
            )
        if len(indices) >= 3 and all(index in edges for index in indices):
            # The title page bears the same words, as what they are.
            found.update(index for index in indices if lines[index].page != 1)
    return found


def missing_pages(lines: list[Line]) -> list[int]:
    """The printed numbers of pages that a file lacks, as the numbers on its pages tell.

    Args:
        lines: The lines of a file with pages, their furniture marked as such.

    Returns:
        The numbers, in order. Two pages with the right numbers must stand before a gap and behind
        it; what is missing at the front leaves no number before it and is not found here.
    """
    printed: dict[int, set[int]] = defaultdict(set)
    totals: set[int] = set()
    for line in lines:
        if line.style == FURNITURE and line.page is not None:
            for match in _PRINTED_NUMBER.finditer(bare(line.text)):
                printed[line.page].add(int(match["first"] or match["last"]))
                totals |= {int(match["total"])} if match["total"] else set()
    # A page's number less its place in the file stays the same until a page is missing.
    runs: list[tuple[list[int], set[int]]] = []
    for page in sorted(printed):
        ahead = {number - page for number in printed[page]}
        if runs and runs[-1][1] & ahead:
            runs[-1][0].append(page)
            runs[-1][1].intersection_update(ahead)
        else:
            runs.append(([page], ahead))
    sure = [(pages, min(ahead)) for pages, ahead in runs if len(pages) > 1 and len(ahead) == 1]
    found: list[int] = []
    for (before, step), (after, next_step) in pairwise(sure):
        if 0 < next_step - step <= _MOST_MISSING:
            found += range(before[-1] + step + 1, after[0] + next_step)
    if sure and len(totals) == 1:
        pages, step = sure[-1]
        found += range(pages[-1] + step + 1, min(totals) + 1)
    return found


_NAME = re.compile(r"^(?:HM\s?P|HM\s?YOI|YOI|HM Young)\b")


def _running_names(lines: list[Line], page_numbers: set[int]) -> set[int]:
    """Lines with the title page's name next to a page number."""
    names = {
        plain(text)
        for line in lines[:20]
        if _NAME.match(text := bare(line.text)) and len(text) < 80
    }
    found = set()
    for index, line in enumerate(lines[20:], 20):
        text = bare(line.text)
        without = re.sub(r"^\d{1,3}\s+|\s+\d{1,3}$", "", text)
        is_near = any(other in page_numbers for other in range(index - 3, index + 4))
        if plain(without) in names and (without != text or is_near):
            found.add(index)
    return found


def running_titles(lines: list[Line]) -> set[int]:
    """Sections' titles where they run along the pages: all but the first, contents gone."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        text = bare(line.text)
        if SECTION.match(text) or plain(text) in SECTION_TITLES:
            places[text].append(index)
    found: set[int] = set()
    for indices in places.values():
        if any(lines[index].level for index in indices):
            # A format that marks its headings repeats their titles in its contents alone.
            found |= {index for index in indices if not lines[index].level}
            continue
        first, *others = indices
        after_first = lines[first + 1].text if first + 1 < len(lines) else ""
        for index in others:
            found.add(index)
            after = lines[index + 1].text if index + 1 < len(lines) else ""
            if after and after == after_first:
                found.add(index + 1)
    return found


def _edge_number(text: str) -> int | None:
    match = re.match(r"^(\d{1,3})\s+\S", text) or re.search(r"\S\s+(\d{1,3})$", text)
    return int(match[1]) if match else None


def _page_edges(lines: list[Line], page_numbers: set[int]) -> set[int]:
    """The first two and last two lines of each page, page numbers aside."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.page is not None and line.text and index not in page_numbers:
            by_page[line.page].append(index)
    return {index for page in by_page.values() for index in (*page[:2], *page[-2:])}


def without_contents(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """The lines without the table of contents, and its titles."""
    start = next(
        (
            index
            for index, line in enumerate(lines[:400])
            if plain(bare(line.text)) in ("contents", "table of contents")
        ),
        None,
    )
    if start is None:
        return lines, []
    entries: list[str] = []
    held = ""
    end = start + 1
    index = start + 1
    while index < len(lines):
        text = bare(lines[index].text)
        index += 1
        if not text:
            continue
        if NUMBERED.match(text) and not _CONTENTS_ENTRY.match(text):
            break
        if match := _CONTENTS_ENTRY.match(text):
            title = re.sub(r"[\s.…]+$", "", f"{held} {match['title']}").strip()
            entries.append(" ".join(title.split()))
            held, end = "", index
        elif held or len(text) > 120:
            # Two lines in a row without a page number: the contents are over.
            break
        elif any(plain(entry) == plain(text) for entry in entries):
            break
        else:
            held = text
    return lines[:start] + lines[end:], entries
