"""The supported types of document, recognised by the words of their title pages."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from inspections.intake.comparisons import Comparison
from inspections.intake.document_types.action_plan.read import read_action_plan
from inspections.intake.document_types.action_plan.tables import has_plan_table
from inspections.intake.document_types.declared import DeclaredType, declared_bodies
from inspections.intake.document_types.report.read import read_report
from inspections.intake.document_types.skeleton import read_skeleton
from inspections.intake.document_types.urgent_notification import read_urgent_notification
from inspections.intake.document_types.web_page import is_web_page, read_web_page_on_a_report
from inspections.intake.doubts import doubt_rows
from inspections.intake.reading import Reading
from inspections.intake.rows import capital, with_doubt
from inspections.intake.text.formats.recognition import RECOGNISED
from inspections.intake.text.lines import Line, NotAReportError, Source, fault_in
from inspections.intake.text.patterns import NUMBERED, bare
from inspections.intake.text.rows_of_words import FURNITURE
from inspections.intake.text.source import read_source
from inspections.intake.text.vocabulary import plain

# The title page is at the front; what is longer is none.
_TITLE_LINES = 60
# What is shorter is no document.
_FEWEST_LETTERS = 40


_READERS: dict[str, Callable[[Source, DeclaredType], Reading]] = {
    "action_plan": lambda source, _: read_action_plan(source),
    "report": read_report,
    "urgent_notification": lambda source, _: read_urgent_notification(source),
}


@dataclass(frozen=True)
class DocumentType:
    """A type of document.

    Attributes:
        code: Its code, that of its kind of visit where it reports on one.
        name: What a person calls it.
        title: What its title page says.
        read: What reads it.
        body: The code of the body that publishes it.
    """

    code: str
    name: str
    title: re.Pattern[str]
    read: Callable[[Source], Reading]
    body: str = ""


def _types() -> tuple[DocumentType, ...]:
    """The declared types; a plan or a letter names the inspection before it, and is asked first."""
    declared = [each for body in declared_bodies() for each in body.types]
    first = ("action_plan", "urgent_notification")
    declared.sort(key=lambda each: (*first, each.reader).index(each.reader))
    return tuple(
        DocumentType(
            each.code,
            each.name,
            re.compile("|".join(f"(?:{title.pattern})" for title in each.title), re.IGNORECASE),
            partial(_read_by, each),
            each.body,
        )
        for each in declared
    )


def _read_by(declared: DeclaredType, source: Source) -> Reading:
    return _READERS[declared.reader](source, declared)


DOCUMENT_TYPES = _types()
# A saved page is told by its form, not by a title.
WEB_PAGE = DocumentType(
    "web_page", "a web page on a report", re.compile(r"(?!)"), read_web_page_on_a_report
)
_OTHER_BODIES = (
    (r"HM Inspectorate of Probation|HMI Probation", "HM Inspectorate of Probation"),
    (r"Inspectorate of Constabulary", "HM Inspectorate of Constabulary"),
    (r"\bEstyn\b", "Estyn"),
    (r"Care Quality Commission", "the Care Quality Commission"),
    (r"\bOfsted\b", "Ofsted"),
)
_MADE_PROGRESS = r"\b(?:considered|judged) that the prison had made \w+(?: meaningful)? progress\b"
# What only documents of a type say, where no title page tells.
_SIGNS = {
    "full_inspection": (
        r"outcomes for prisoners (?:were|are)\b",
        r"healthy prison test",
        r"\bfollow(?:ing|ed)? assessments about (?:the )?education",
        r"\bkey concerns?\b",
        r"\bnotable positive practice\b",
        r"\bhousekeeping point",
        r"\bAt the last inspection\b",
    ),
    "independent_review_of_progress": (
        _MADE_PROGRESS,
        # Twice is no quotation.
        rf"{_MADE_PROGRESS}.*{_MADE_PROGRESS}",
        r"\bindependent reviews? of progress\b",
        r"\bno meaningful progress\b",
    ),
    "action_plan": (
        r"\baction plan\b",
        r"\b(?:partly|not) agreed\b",
        r"\btarget date\b",
        r"\bresponsible owner\b|\bfunction responsible\b",
    ),
}
_OTHER_TYPES = (
    (r"\bannual report\b", "an annual report"),
    (r"\bthematic\b", "a thematic review"),
    (r"\bexpectations\b", "the inspectorate's expectations"),
    (r"\bcourt custody\b", "a report on court custody"),
)


def read_document(path: Path) -> Reading:
    """Read a document.

    Args:
        path: A text file in UTF-8 or a PDF.

    Returns:
        Its reading. That of a document whose type or layout is not known has no rows.

    Raises:
        NotAReportError: It has no text, or cannot be read; the message says why and what to do.
    """
    try:
        source = read_source(path)
        try:
            reading = _read_as_typed(source)
            doubt_rows(reading)
            _doubt_recognised(reading)
            return reading
        except NotAReportError as error:
            if _letters(source) < _FEWEST_LETTERS:
                raise
            guessed = _guessed(source)
            return read_skeleton(source, str(error), guessed[0].name if guessed else "")
    except NotAReportError:
        raise
    except Exception as error:
        # What a library raises on a damaged file is not known beforehand. One document that
        # cannot be read must not end the reading of others.
        raise NotAReportError(
            f"{path.name} cannot be read: {fault_in(error)}. The file may be damaged: save it anew"
            " from another program, or as text. If it opens without complaint, please report it."
        ) from error


def _doubt_recognised(reading: Reading) -> None:
    """Doubt each row of a scanned document: a digit may be another."""
    if not reading.source.is_recognised:
        return
    for rows in reading.proposal.rows.values():
        for row in rows:
            with_doubt(row, RECOGNISED)
    document = reading.proposal.document["document_id"]
    detail = f"The document was scanned: {RECOGNISED}. Compare its rows with the pages."
    reading.comparisons.insert(0, Comparison("type", document, "", "", "", None, True, detail, 0))


def _read_as_typed(source: Source) -> Reading:
    """Read a document as its title page says, or as its running heads or its words do."""
    try:
        return type_of(source).read(source)
    except NotAReportError as error:
        guessed = _guessed(source)
        if guessed is None or _named_body(source):
            raise
        document_type, doubt = guessed
        try:
            reading = document_type.read(source)
        except NotAReportError as missing:
            raise NotAReportError(
                f"{source.name} reads like {document_type.name} ({doubt}). {missing}"
            ) from error
    for rows in reading.proposal.rows.values():
        for row in rows:
            with_doubt(row, doubt)
    reading.comparisons.insert(
        0,
        Comparison(
            "type",
            reading.proposal.document["document_id"],
            "",
            "",
            "",
            None,
            True,
            f"{capital(doubt)}: it is read as {document_type.name}. Its front may be missing.",
            0,
        ),
    )
    return reading


def _guessed(source: Source) -> tuple[DocumentType, str] | None:
    """The type of a document without a title page, and what that rests on."""
    running = [line.text for line in source.lines if line.style == FURNITURE]
    found = Counter(
        each.code for text in running for each in DOCUMENT_TYPES if each.title.search(text)
    )
    by_code = {each.code: each for each in DOCUMENT_TYPES}
    if found:
        code = found.most_common(1)[0][0]
        return by_code[code], "the type comes from the page header, not from a title page"
    text = " ".join(line.text for line in source.lines if line.style != FURNITURE)
    signs = {
        code: sum(bool(re.search(sign, text, re.IGNORECASE | re.DOTALL)) for sign in patterns)
        for code, patterns in _SIGNS.items()
    }
    code, count = max(signs.items(), key=lambda item: item[1])
    if count >= 2 and sorted(signs.values())[-2] < count:
        return by_code[code], "the type comes from words in the text, not from a title page"
    return None


def _named_body(source: Source) -> str:
    """Another body that the title page names as its own; empty where it names none."""
    title = _title_page(source.lines)
    return next((body for pattern, body in _OTHER_BODIES if re.search(pattern, title)), "")


def _letters(source: Source) -> int:
    return sum(character.isalpha() for line in source.lines for character in line.text)


def type_of(source: Source) -> DocumentType:
    """The type of a document, by its title page.

    Raises:
        NotAReportError: It is of no known type.
    """
    title = _title_page(source.lines)
    pattern, body = _OTHER_BODIES[0]
    # A plan's introduction names both inspectorates.
    if re.search(pattern, title) and not re.search(r"Inspectorate of Prisons|\bHMIP\b", title):
        raise NotAReportError(
            f"{source.name} is a report of {body}; this reads documents of HM Inspectorate of"
            " Prisons."
        )
    named = [
        each.body
        for each in declared_bodies()
        if any(pattern.search(title) for pattern in each.named)
    ]
    # Another country's inspectorate has types of its own, whatever their titles share.
    foreign = next((body for body in named if body not in ("hmip", "hmpps")), "")
    by_code = {each.code: each for each in DOCUMENT_TYPES}
    is_letter = _is_letter(source)
    if not foreign and not is_letter and is_web_page(source) and not has_plan_table(source):
        # A page names the report, the plan and the kind of visit that it is about.
        return WEB_PAGE
    if is_letter and by_code["urgent_notification"].title.search(title):
        # A letter names the plan that will answer it, and the inspection that it is about.
        return by_code["urgent_notification"]
    for document_type in DOCUMENT_TYPES:
        is_of_body = (
            document_type.body == foreign if foreign else document_type.body in ("hmip", "hmpps")
        )
        if is_of_body and document_type.title.search(title):
            return document_type
    raise NotAReportError(_what_else(source, title))


def _is_letter(source: Source) -> bool:
    lines = [line for line in source.lines if line.text][:_TITLE_LINES]
    return any(re.match(r"(?:My )?Dear [A-Z]", line.text) for line in lines)


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


def _what_else(source: Source, title: str) -> str:
    name = source.name
    words = title or " ".join(bare(line.text) for line in source.lines if line.text)
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
        f"{name} is of no known type: its title page has none of the titles {known}. Its first"
        f" words are «{words[:80]}»."
    )
