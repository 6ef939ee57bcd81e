"""The types of document that are read, each told by the words of its own title page."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inspections.intake.document_types.action_plan.read import read_action_plan
from inspections.intake.document_types.inspection.read import read_inspection
from inspections.intake.document_types.review.read import read_review
from inspections.intake.document_types.urgent_notification import read_urgent_notification
from inspections.intake.reading import Reading
from inspections.intake.text.lines import Line, NotAReportError, Source, fault_in
from inspections.intake.text.patterns import NUMBERED, bare
from inspections.intake.text.source import read_source
from inspections.intake.text.vocabulary import plain

# The title page is at the front; what is longer is none.
_TITLE_LINES = 60


@dataclass(frozen=True)
class DocumentType:
    """A type of document.

    Attributes:
        code: Its code, that of its kind of visit where it reports on one.
        name: What a person calls it.
        title: What its title page says.
        read: What reads it.
    """

    code: str
    name: str
    title: re.Pattern[str]
    read: Callable[[Source], Reading]


def _type(code: str, name: str, title: str, read: Callable[[Source], Reading]) -> DocumentType:
    return DocumentType(code, name, re.compile(title, re.IGNORECASE), read)


def _inspection(visit_type: str) -> Callable[[Source], Reading]:
    return lambda source: read_inspection(source, visit_type)


# In the order in which a title page is asked: a plan or a review names the inspection before it.
DOCUMENT_TYPES = (
    _type(
        "action_plan",
        "an action plan",
        r"\bresponse to the (?:HMIP?|HM Inspectorate|Inspectorate|inspection)\b|\baction plan\b",
        read_action_plan,
    ),
    _type(
        "urgent_notification",
        "an urgent notification",
        r"\burgent notification\b",
        read_urgent_notification,
    ),
    _type(
        "independent_review_of_progress",
        "an independent review of progress",
        r"\bindependent review of progress\b",
        read_review,
    ),
    _type(
        "short_scrutiny_visit",
        "a short scrutiny visit",
        r"\bshort scrutiny visits?\b",
        _inspection("short_scrutiny_visit"),
    ),
    _type(
        "scrutiny_visit", "a scrutiny visit", r"\bscrutiny visit\b", _inspection("scrutiny_visit")
    ),
    _type(
        "follow_up_inspection",
        "a follow-up inspection",
        r"\bannounced (?:full |short )?follow-up inspection\b",
        _inspection("follow_up_inspection"),
    ),
    _type(
        "full_inspection",
        "a full inspection",
        r"\b(?:un)?announced (?:full )?inspection\b",
        _inspection("full_inspection"),
    ),
)
_OTHER_BODIES = (
    (r"HM Inspectorate of Probation|HMI Probation", "HM Inspectorate of Probation"),
    (
        r"Inspectorate of Prisons (?:for|in) Scotland|\bHMIPS\b",
        "HM Inspectorate of Prisons for Scotland",
    ),
    (r"Inspectorate of Constabulary", "HM Inspectorate of Constabulary"),
    (r"\bEstyn\b", "Estyn"),
    (r"Care Quality Commission", "the Care Quality Commission"),
    (r"\bOfsted\b", "Ofsted"),
)
_OTHER_TYPES = (
    (r"\bannual report\b", "an annual report"),
    (r"\bthematic\b", "a thematic review"),
    (r"\bexpectations\b", "the inspectorate's expectations"),
    (r"\bcourt custody\b", "a report on court custody"),
)


def read_document(path: Path) -> Reading:
    """Read a document of any known type.

    Args:
        path: A text file in UTF-8 or a PDF.

    Raises:
        NotAReportError: It is of no known type, or cannot be read; the message says what it seems
            to be.
    """
    try:
        source = read_source(path)
        return type_of(source).read(source)
    except NotAReportError:
        raise
    except Exception as error:
        # What a library raises on a damaged file is not known beforehand. One document that
        # cannot be read must not end the reading of others.
        raise NotAReportError(
            f"{path.name} cannot be read: {fault_in(error)}. The file may be damaged: save it anew"
            " from another program, or as text. If it opens without complaint, please report it."
        ) from error


def type_of(source: Source) -> DocumentType:
    """The type of a document, by its title page.

    Raises:
        NotAReportError: It is of no known type.
    """
    title = _title_page(source.lines)
    for pattern, body in _OTHER_BODIES[:2]:
        if re.search(pattern, title):
            raise NotAReportError(
                f"{source.name} is a report of {body}; this reads documents of HM Inspectorate of"
                " Prisons."
            )
    for document_type in DOCUMENT_TYPES:
        if document_type.title.search(title):
            return document_type
    raise NotAReportError(_what_else(source.name, title))


def _title_page(lines: list[Line]) -> str:
    """The text of the title page, its lines joined."""
    found: list[str] = []
    for line in lines[: _TITLE_LINES * 2]:
        text = bare(line.text)
        if plain(text) in ("contents", "table of contents", "introduction"):
            break
        if NUMBERED.match(text) or len(found) > _TITLE_LINES:
            break
        # A sentence of the text may name any type of document.
        if text and len(text) <= 160:
            found.append(text)
    return " ".join(found)


def _what_else(name: str, title: str) -> str:
    known = ", ".join(each.name.partition(" ")[2] for each in DOCUMENT_TYPES)
    for pattern, what in _OTHER_TYPES:
        if re.search(pattern, title, re.IGNORECASE):
            return f"{name} seems to be {what}; read are: {known}."
    for pattern, body in _OTHER_BODIES:
        if re.search(pattern, title):
            return (
                f"{name} is a report of {body}; this reads documents of HM Inspectorate of Prisons:"
                f" {known}."
            )
    return (
        f"{name} is no document that is known: its title page names none of {known}. Its first"
        f" words are «{title[:80]}»."
    )
