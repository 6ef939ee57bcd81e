"""The front of a report: which establishment it is about, on which days, and where it ends."""

import re
from collections.abc import Sequence

from inspections.intake.document_types.declared import DeclaredType
from inspections.intake.document_types.report.parts import Report
from inspections.intake.document_types.report.sections import section_opened_by
from inspections.intake.text.layout import Layout
from inspections.intake.text.lines import Line, NotAReportError, Source
from inspections.intake.text.model import Block
from inspections.intake.text.names import Named, establishments_in, without_what_ends_a_title
from inspections.intake.text.patterns import NUMBERED
from inspections.intake.text.titles import days_in_title, establishment_named_in, names_in_title

# What is longer is no title page.
_BLOCKS = 40
_LINES = 400


def read_title_page(
    source: Source, layout: Layout, declared: DeclaredType
) -> tuple[Report, list[Block], list[Block]]:
    """Read the title page of a report.

    Args:
        source: The file as read.
        layout: Its blocks.
        declared: Its type as its body's file declares it.

    Returns:
        The report without its text, the blocks of its front, and those behind it.

    Raises:
        NotAReportError: Nothing in it says which establishment it is about.
    """
    blocks = layout.blocks
    end = next(
        (
            index
            for index, block in enumerate(blocks)
            if section_opened_by(block, declared).role not in ("", "contents")
            or NUMBERED.match(block.text)
        ),
        min(len(blocks), _BLOCKS),
    )
    lead = "|".join(f"(?:{each.pattern})" for each in declared.lead)
    named = names_in_title(source.lines, re.compile(lead, re.IGNORECASE))
    if not named.establishments:
        # A title page may name it apart from the title.
        found = (establishments_in(without_what_ends_a_title(each.text)) for each in blocks[:end])
        named = next((each for each in found if each.establishments), named)
    is_in_title = bool(named.establishments)
    if not is_in_title and (elsewhere := establishment_named_in([], source.lines)):
        named = Named((elsewhere,), "")
    if not named.establishments:
        raise NotAReportError(
            f"{source.name}: neither its title nor its text names one establishment; expected such"
            f" as «Report on {declared.cited_as.replace('(announced) ', '')} HMP …»."
        )
    front, text = blocks[:end], blocks[end:]
    announced = re.search(
        r"\b(un)?announced\b", " ".join(block.text for block in front), re.IGNORECASE
    )
    report = Report(
        source,
        layout,
        declared,
        None if announced is None else announced[1] is None,
        named,
        is_in_title,
        days_in_title(source.lines, _lines_before(text[0] if text else None, source.lines)),
    )
    return report, front, text


def _lines_before(block: Block | None, lines: Sequence[Line]) -> int:
    """How many lines stand before a block: a title page may be set without gaps."""
    if block is None:
        return _LINES
    place = (block.page or 0, block.number)
    before = (each for each, line in enumerate(lines) if (line.page or 0, line.number) >= place)
    return min(next(before, _LINES), _LINES)
