"""From lines to blocks: what is printed around the text is taken out, paragraphs are made whole.

Page headers and numbers, the table of contents and footnotes are set aside; hyphenated line ends
and paragraphs that a page break cut in two are joined.
"""

import re
from dataclasses import dataclass, replace

from inspections.intake.text.furniture import (
    blanked,
    furniture_of,
    running_titles,
    without_contents,
)
from inspections.intake.text.lines import Line, Source
from inspections.intake.text.model import Block
from inspections.intake.text.paragraphs import Paragraphs
from inspections.intake.text.patterns import NUMBERED, SECTION, USUAL, Wording, bare
from inspections.intake.text.rows_of_words import FURNITURE
from inspections.intake.text.vocabulary import plain


@dataclass
class Layout:
    """A report without what is printed around it.

    Attributes:
        blocks: Its text in order.
        contents: The titles that its table of contents lists.
        footnotes: Its footnotes.
        furniture: How many lines of page headers, footers and numbers were taken out.
    """

    blocks: list[Block]
    contents: list[str]
    footnotes: list[Block]
    furniture: int


def lay_out(source: Source, has_lists: bool = False, wording: Wording = USUAL) -> Layout:
    """Take a report's lines apart into blocks.

    Args:
        source: The report as read.
        has_lists: Whether it has lists numbered 1, 2, 3, as inspections have of concerns.
        wording: What the body's documents call items, lists and ratings.

    Returns:
        Its blocks, with contents, footnotes and page furniture set aside.
    """
    lines = [replace(line, text=re.sub(r"[ \t]*\\$", "", line.text)) for line in source.lines]
    if source.sheets:
        # Positions tell what stands in the margins.
        furniture = {index for index, line in enumerate(lines) if line.style == FURNITURE}
        lines, contents = without_contents(blanked(lines, furniture))
        running: set[int] = set()
    else:
        furniture = furniture_of(lines, has_lists)
        furniture -= {index for index, line in enumerate(lines) if line.level}
        lines, contents = without_contents(blanked(lines, furniture))
        running = running_titles(lines)
        lines = blanked(lines, running)
    titles = _titles(source.lines, contents)
    blocks, footnotes = Paragraphs(lines, contents, titles, has_lists, wording).made()
    return Layout(blocks, contents, footnotes, len(furniture) + len(running))


def _titles(lines: list[Line], contents: list[str]) -> frozenset[str]:
    """Possible running heads: the lines of the title page, and the sections' titles."""
    found = {plain(entry) for entry in contents}
    for line in lines[:60]:
        text = bare(line.text)
        if plain(text) == "contents" or NUMBERED.match(text):
            break
        found.add(plain(text))
    # Sections are named by their titles alone, too.
    found |= {plain(match["title"]) for entry in contents if (match := SECTION.match(entry))}
    return frozenset(title for title in found if len(title) >= 8)
