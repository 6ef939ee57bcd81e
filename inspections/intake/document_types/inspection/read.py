"""From an inspection's file to its reading."""

import re

from rapidfuzz import fuzz

from inspections.intake.document_types.declared import DeclaredType
from inspections.intake.document_types.inspection.parts import Inspection, RaisedItem
from inspections.intake.document_types.inspection.reconcile import reconcile
from inspections.intake.document_types.inspection.rows import InspectionRows
from inspections.intake.document_types.inspection.structure import read_parts, role_of
from inspections.intake.reading import Reading
from inspections.intake.text.layout import lay_out
from inspections.intake.text.lines import NotAReportError, Source
from inspections.intake.text.names import Named, establishments_in, without_what_ends_a_title
from inspections.intake.text.patterns import NUMBERED
from inspections.intake.text.titles import (
    days_in_title,
    establishment_named_in,
    names_in_title,
)
from inspections.intake.text.vocabulary import plain

# How much alike, of 100, two texts are that are one.
_SAME = 85


def read_inspection(source: Source, declared: DeclaredType) -> Reading:
    """Read the report of an inspection or a scrutiny visit.

    Args:
        source: The file as read.
        declared: Its type as its body's file declares it.

    Raises:
        NotAReportError: Nothing in it says which establishment it is about.
    """
    layout = lay_out(source, has_lists=True)
    blocks = layout.blocks
    end = next(
        (
            index
            for index, block in enumerate(blocks)
            if role_of(block, declared.body)[0] not in ("", "contents")
            or NUMBERED.match(block.text)
        ),
        min(len(blocks), 40),
    )
    named = names_in_title(
        source.lines,
        re.compile("|".join(f"(?:{lead.pattern})" for lead in declared.lead), re.IGNORECASE),
    )
    if not named.establishments:
        found = (establishments_in(without_what_ends_a_title(each.text)) for each in blocks[:end])
        named = next((each for each in found if each.establishments), named)
    is_in_title = bool(named.establishments)
    if not is_in_title and (found_elsewhere := establishment_named_in([], source.lines)):
        named = Named((found_elsewhere,), "")
    if not named.establishments:
        raise NotAReportError(
            f"{source.name}: neither its title nor its text names one establishment; expected such"
            " as «Report on an unannounced inspection of HMP …»."
        )
    title = " ".join(block.text for block in blocks[:end])
    announced = re.search(r"\b(un)?announced\b", title, re.IGNORECASE)
    last_line = blocks[end].number if end < len(blocks) and blocks[end].page is None else 60
    inspection = Inspection(
        source,
        layout,
        declared,
        None if announced is None else announced[1] is None,
        named,
        days_in_title(source.lines, last_line),
    )
    read_parts(inspection, blocks[end:])
    _merge_lists(inspection)
    drafted = InspectionRows(inspection)
    if not (inspection.paragraphs or inspection.items or inspection.followed_up):
        drafted.problem(
            0,
            "section",
            source.name,
            "",
            f"{source.name} is cut off, or its layout is not known: no numbered paragraph, concern"
            f" or recommendation was found; it ends with «{blocks[-1].text[-60:]}».",
        )
    if not is_in_title:
        drafted.doubts_of_all.append("the title page does not name the prison")
        drafted.problem(
            0,
            "title",
            drafted.establishment,
            "",
            f"The title page is missing or does not name the establishment; the text names"
            f" {named.establishments[0].full_name} most often, and the rows are about it.",
        )
    drafted.other_documents(source.lines)
    drafted.made()
    reading = Reading(
        declared.code,
        source,
        layout,
        drafted.proposal,
        reconcile(inspection, drafted),
        named.establishments[0].full_name,
        inspection.days.text if inspection.days else "",
        inspection.days,
        [block for _, block in inspection.about]
        + blocks[:end]
        + [unread.block for unread in inspection.unread if not unread.needs_person]
        + [entry.block for entry in inspection.listed]
        + [block for *_, block in inspection.figures]
        + [block for *_, block in inspection.introductions],
        part_of=inspection.consumed,
        sections=inspection.section_of,
    )
    reading.why |= {id(block): "front matter" for block in blocks[:end]}
    reading.why |= {
        id(block): "an appendix, the method, the team or terms" for _, block in inspection.about
    }
    reading.why |= {id(entry.block): "repeats what stands above" for entry in inspection.listed}
    reading.why |= {id(block): "introduces what follows" for *_, block in inspection.introductions}
    reading.why |= {id(unread.block): unread.why for unread in inspection.unread}
    return reading


def _merge_lists(inspection: Inspection) -> None:
    """Give the items what only the list at the end says: addressees and what is repeated."""
    by_reference = {item.reference: item for item in inspection.items if item.reference}
    by_text = {plain(item.text): item for item in inspection.items}
    examples = [plain(example.text) for example in inspection.practice]
    for entry in inspection.listed:
        if any(fuzz.ratio(plain(entry.text), each) >= _SAME for each in examples):
            # The heading above the examples of the list is lost.
            inspection.consumed.append(entry.block)
            continue
        item = by_reference.get(entry.reference) if entry.reference else None
        item = item or by_text.get(plain(entry.text))
        if item is None:
            item = RaisedItem(entry.kind, entry.reference, entry.text, entry.block)
            item.place = (NUMBERED.match(entry.block.text) or {"number": ""})["number"]
            item.doubts.append("only the list at the end has it")
            inspection.items.append(item)
        item.addressees = item.addressees or entry.addressees
        item.repeats = item.repeats if item.repeats not in ("", "?") else entry.repeats
    known = [plain(example.text) for example in inspection.practice]
    for example in inspection.listed_practice:
        # A narrow column may have damaged the words of the list.
        if any(fuzz.ratio(plain(example.text), each) >= _SAME for each in known):
            inspection.consumed.append(example.block)
        else:
            example.doubts.append("only the list at the end has it")
            inspection.practice.append(example)
