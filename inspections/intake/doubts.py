"""Doubts about rows: damaged text, gaps in the numbering, contradictions.

A row is sure only if nothing in the document speaks against it. These checks need the whole
document, so that they come after its rows.
"""

import re
from collections.abc import Iterable

from inspections.intake.comparisons import Comparison
from inspections.intake.reading import Reading
from inspections.intake.rows import reasons_of, with_doubt
from inspections.intake.text.furniture import missing_pages
from inspections.intake.text.lines import Source
from inspections.intake.text.model import CutOff, Remark
from inspections.intake.text.patterns import ENDS_SENTENCE
from inspections.intake.text.rows_of_words import FURNITURE
from inspections.intake.text.vocabulary import levels, plain

# The text of these rows is a sentence or more.
_SENTENCES = ("findings_recorded", "concerns_raised", "recommendations_made", "practice_noted")
# Rows that a document alone can never settle: a description is a full state, and a figure's measure
# is made of the words beside it.
_NEVER_SURE = ("establishments_described", "figures_observed")
_MARK_IN_TEXT = re.compile(r"[a-z][.,;:)’”]?\d{1,2}(?=\s+[A-Za-z]|[.,;:]?$)")
_NO_MARK = re.compile(r"[A-Z]\w*\d|(?i:covid|level|wing|para)\W?\d")
_NOTE_IN_TEXT = re.compile(r"[a-z)][.!?]\s\d{1,2}\s+[A-Z][a-z’']+\b")
_PAGE_IN_TEXT = re.compile(r"\bpage \d{1,3} of \d{1,3}\b", re.IGNORECASE)
# The owner and the day follow the words of an answer.
_BEHIND_ANSWER = re.compile(r"(?:^|\s)(?:Responsible|Target date):")
_CODES = frozenset(level.code for scale in levels().values() for level in scale.values())


def doubt_rows(reading: Reading) -> None:
    """Give each row the doubts that the whole document raises.

    Args:
        reading: The document as read; the notes of its rows are changed.
    """
    running = _running(reading.source)
    for event_type, rows in reading.proposal.rows.items():
        for row in rows:
            if any(isinstance(reason, CutOff) for reason in reasons_of(row)):
                continue
            for doubt in _of_text(event_type, row.get("text", ""), running):
                with_doubt(row, doubt)
    _doubt_numbers(reading)
    _doubt_answers(reading.proposal.rows.get("responses_received", []))
    reading.comparisons += _pages(reading.source)
    for comparison in reading.comparisons:
        if comparison.agrees is False:
            _doubt_contradicted(reading, comparison)
    if not any(comparison.needs_person for comparison in reading.comparisons):
        reading.comparisons += _what_is_open(reading)


def _pages(source: Source) -> list[Comparison]:
    """Ask about pages that the file lacks, by the numbers printed on the others."""
    missing = missing_pages(source.lines) if source.sheets else []
    if not missing:
        return []
    named = ", ".join(str(number) for number in missing[:8])
    detail = (
        f"The pages with the printed number(s) {named} are not in the file. Get the whole document,"
        " or add what they say."
    )
    return [Comparison("numbering", "pages", "", "", "", False, True, detail, 2)]


def _what_is_open(reading: Reading) -> list[Comparison]:
    """Ask about rows that are not sure and text that is unread, where nothing else is asked."""
    found = []
    doubted = [
        (event_type, row)
        for event_type, rows in reading.proposal.rows.items()
        for row in rows
        if event_type not in _NEVER_SURE
        and any(not isinstance(reason, Remark) for reason in reasons_of(row))
    ]
    if doubted:
        event_type, row = doubted[0]
        found.append(
            _open(
                row["event_id"],
                row["paragraph"],
                f"{len(doubted)} row(s) are not sure (intake_note says why), first {event_type}"
                f" {row['event_id']}: {'; '.join(reasons_of(row))}.",
            )
        )
    if reading.unread:
        first = reading.unread[0]
        found.append(
            _open(
                first.text[:80],
                "",
                f"{len(reading.unread)} piece(s) of the text became no rows (blocks.csv has them:"
                f" unread), first «{first.text[:100]}».",
            )
        )
    return found


def _open(subject: str, paragraph: str, detail: str) -> Comparison:
    return Comparison("open", subject, paragraph, "", "", None, True, detail, 7)


def _running(source: Source) -> tuple[str, ...]:
    """Running heads of the pages, reduced to words."""
    found = {
        re.sub(r"^\d{1,3} | \d{1,3}$", "", plain(line.text))
        for line in source.lines
        if line.style == FURNITURE
    }
    return tuple(sorted(text for text in found if len(text) >= 12 and " " in text))


def _of_text(event_type: str, text: str, running: Iterable[str]) -> list[str]:
    found: list[str] = []
    if not text:
        return found
    # A list behind a colon may end without a full stop.
    if event_type in _SENTENCES and not ENDS_SENTENCE.search(text) and ":" not in text:
        found.append("its text does not end as a sentence does")
    if event_type in _SENTENCES and text[:1].islower():
        found.append("its text does not begin as a sentence does")
    match = _MARK_IN_TEXT.search(text)
    if match and not _NO_MARK.search(text[max(match.start() - 8, 0) : match.end()]):
        found.append(f"«{match[0]}» may be a word with the mark of a footnote")
    if event_type in _SENTENCES and _NOTE_IN_TEXT.search(text):
        found.append("a number stands alone in it, which may open a footnote")
    if _PAGE_IN_TEXT.search(text) or any(line in plain(text) for line in running):
        found.append("it contains words of a page header or footer")
    if "\ufffd" in text or "(cid:" in text:
        found.append("some of its letters could not be read")
    return found


def _doubt_numbers(reading: Reading) -> None:
    """Doubt a finding whose number does not follow those before it."""
    last: tuple[int, int] | None = None
    for row in reading.proposal.rows.get("findings_recorded", []):
        match = re.fullmatch(r"(\d{1,2})\.(\d{1,3})", row["paragraph"])
        if match is None:
            continue
        number = (int(match[1]), int(match[2]))
        if last is not None and number < last:
            with_doubt(row, f"its number comes after {last[0]}.{last[1]}, which is higher")
        last = max(last or number, number)


def _doubt_answers(rows: list[dict[str, str]]) -> None:
    """Doubt an answer that breaks off: within a word, or where the plan's others end a sentence."""
    told = [(row, _BEHIND_ANSWER.split(row["text"])[0].strip()) for row in rows if row["text"]]
    ended = sum(bool(ENDS_SENTENCE.search(text)) for _, text in told)
    for row, text in told:
        if re.search(r"[a-z]-$", text):
            with_doubt(row, "its text breaks off within a word")
        elif not ENDS_SENTENCE.search(text) and 5 <= ended >= 0.9 * len(told):
            with_doubt(row, "its text does not end as the others do")


def _doubt_contradicted(reading: Reading, comparison: Comparison) -> None:
    rows = reading.proposal.rows
    said = f"the document states {comparison.stated}, and {comparison.found} were read"
    words = re.findall(r"[a-z_]+", comparison.subject)
    code = next((word for word in words if word in _CODES), "")
    own = reading.proposal.reported_visits
    if comparison.check == "practice":
        for row in rows.get("practice_noted", []):
            with_doubt(row, said)
    elif comparison.check == "total" and code:
        for row in rows.get("progress_judged", []):
            if row["judgement"] == code:
                with_doubt(row, said)
    elif comparison.check == "total":
        is_last = "last" in words or "judgements" in words
        for event_type in ("concerns_raised", "recommendations_made"):
            for row in rows.get(event_type, []):
                if (row["visit_id"] in own) != is_last:
                    with_doubt(row, said)
    elif comparison.check == "list":
        for row in rows.get("recommendations_made", []):
            if row["reference"] == comparison.subject and row["visit_id"] in own:
                with_doubt(row, "the list at the end does not confirm it")
