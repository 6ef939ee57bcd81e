"""From the file of a report to its reading."""

import re
from dataclasses import replace

from rapidfuzz import fuzz

from inspections.intake.document_types.declared import DeclaredType
from inspections.intake.document_types.report.missing import missing_from
from inspections.intake.document_types.report.parts import Report
from inspections.intake.document_types.report.proposing.rows import ReportRows
from inspections.intake.document_types.report.reconcile import reconcile
from inspections.intake.document_types.report.structure import read_parts
from inspections.intake.document_types.report.title_page import read_title_page
from inspections.intake.reading import Reading
from inspections.intake.rows import Problem
from inspections.intake.text.layout import lay_out
from inspections.intake.text.lines import Source
from inspections.intake.text.patterns import ENDS_SENTENCE, NUMBERED
from inspections.intake.text.vocabulary import plain

# How much alike, of 100, two texts are that are one.
_SAME = 85
_OF_A_TITLE_PAGE = re.compile(r"copyright|licen[cs]e|published|Chief Inspector", re.IGNORECASE)


def read_report(source: Source, declared: DeclaredType) -> Reading:
    """Read the report of a visit.

    Args:
        source: The file as read.
        declared: Its type as its body's file declares it.

    Raises:
        NotAReportError: Nothing in it says which establishment it is about.
    """
    layout = lay_out(source, not declared.follows_up, declared.wording)
    report, front, text = read_title_page(source, layout, declared)
    read_parts(report, text)
    _merge_lists(report)
    drafted = ReportRows(report)
    if not report.is_named_in_title:
        drafted.doubts_of_all.append("the title page does not name the prison")
        drafted.problem(
            0,
            "title",
            drafted.establishment,
            "",
            "The title page is missing or does not name the establishment; the text names"
            f" {report.prison.full_name} most often, and the rows are about it.",
        )
    drafted.other_documents(source.lines)
    drafted.made()
    for detail in missing_from(report):
        drafted.proposal.problems.append(Problem(-1, "section", source.name, "", detail))
    # Another sentence on the front is none of the title page, wherever it belongs.
    front = [
        each
        for each in front
        if not ENDS_SENTENCE.search(each.text) or _OF_A_TITLE_PAGE.search(each.text)
    ]
    about = [block for _, block in report.about]
    introductions = [block for _, block in report.introductions]
    listed = [entry.block for entry in report.listed]
    reading = Reading(
        declared.code,
        source,
        layout,
        drafted.proposal,
        reconcile(report, drafted),
        report.prison.full_name,
        report.days.text if report.days else "",
        report.days,
        [
            *(*about, *front, *listed, *introductions),
            *(unread.block for unread in report.unread if not unread.needs_person),
            *(block for *_, block in report.figures),
        ],
        part_of=report.consumed,
        sections=report.section_of,
    )
    for blocks, why in (
        (front, "front matter"),
        (about, "an appendix, the method, the team or terms"),
        (listed, "repeats what stands above"),
        (introductions, "introduces what follows"),
    ):
        reading.why |= {id(block): why for block in blocks}
    reading.why |= {id(unread.block): unread.why for unread in report.unread}
    return reading


def _merge_lists(report: Report) -> None:
    """Give the items what only the list at the end says: addressees and what is repeated."""
    by_reference = {item.reference: item for item in report.items if item.reference}
    by_text = {plain(item.text): item for item in report.items}
    examples = [plain(example.text) for example in report.practice]
    for entry in report.listed:
        if any(fuzz.ratio(plain(entry.text), each) >= _SAME for each in examples):
            # The heading above the examples of the list is lost.
            report.consumed.append(entry.block)
            continue
        item = by_reference.get(entry.reference) if entry.reference else None
        item = item or by_text.get(plain(entry.text))
        if item is None:
            item = replace(entry, addressees=[], doubts=[], repeats="")
            item.place = (NUMBERED.match(entry.block.text) or {"number": ""})["number"]
            item.doubts.append("only the list at the end has it")
            report.items.append(item)
        item.addressees = item.addressees or entry.addressees
        item.repeats = item.repeats if item.repeats not in ("", "?") else entry.repeats
    known = [plain(example.text) for example in report.practice]
    for example in report.listed_practice:
        # A narrow column may have damaged the words of the list.
        if any(fuzz.ratio(plain(example.text), each) >= _SAME for each in known):
            report.consumed.append(example.block)
        else:
            example.doubts.append("only the list at the end has it")
            report.practice.append(example)
