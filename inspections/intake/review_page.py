"""A proposal as the page on which a person reviews it."""

from collections.abc import Mapping, Sequence

from inspections.intake.against_log import Sorted
from inspections.intake.comparisons import Comparison
from inspections.intake.places import TITLE_PAGE
from inspections.intake.reading import Reading
from inspections.intake.rows import CHECK, NOTE
from inspections.intake.text.model import Block
from inspections.log.files.decisions import RuleRecord
from inspections.pages.proposals import Decision, Piece, ProposedRow, render_review

_BECAME = {
    "new": "new",
    "confirms": "known: confirms it",
    "adds": "known: makes it more exact",
    "disputes": "known: contradicts it",
    "prefers": "known: takes its place",
    "names": "known: its name alone",
    "this document": "in the log from this document",
}
_HIDDEN = (NOTE, "event_id", "recorded_at", "document_id", "corrects_event_id")


def review_page(
    reading: Reading,
    found: Sorted,
    comparisons: Sequence[Comparison],
    rules: Mapping[str, RuleRecord],
) -> str:
    """The page of a proposal.

    Args:
        reading: The document as read.
        found: What became of its rows against the log.
        comparisons: What it says of itself against what was read.
        rules: How often each rule was right, by its name.
    """
    unread = {id(block) for block in reading.unread}
    pieces = [_piece(block, id(block) in unread) for block in reading.layout.blocks]
    by_block = {
        id(block): piece for block, piece in zip(reading.layout.blocks, pieces, strict=True)
    }
    placed = set()
    for source in reading.proposal.sources:
        key = (source.event_type, source.place)
        row = reading.proposal.rows[source.event_type][source.place]
        if (piece := by_block.get(id(source.block))) is not None:
            placed.add(key)
            figure = _figure(source.rule, rules)
            piece.rows.append(_row(*key, row, found, source.sentence, figure))
    elsewhere = [
        _row(event_type, place, row, found, "", _figure(TITLE_PAGE, rules))
        for event_type, rows in reading.proposal.rows.items()
        for place, row in enumerate(rows)
        if (event_type, place) not in placed
    ]
    part, whole = reading.became_rows
    held, stated = reading.totals_reconciled
    facts = [
        ("Type", reading.document_type.replace("_", " ")),
        ("Prison", reading.prison),
        ("Days", reading.days or "not in the title"),
        ("Became rows", f"{part} of {whole} pieces of the text"),
        ("Stated totals", f"{held} of {stated} held to what was read"),
        *((_BECAME[what].capitalize(), str(count)) for what, count in found.counts.items()),
    ]
    return render_review(
        reading.proposal.document["title"],
        facts,
        [
            Decision(each.check, each.detail, each.paragraph, _place_of(each, pieces))
            for each in comparisons
            if each.needs_person
        ],
        pieces,
        elsewhere,
    )


def _piece(block: Block, is_unread: bool) -> Piece:
    place = f"Page {block.page}" if block.page else f"Line {block.number}"
    return Piece(block.text, place, block.is_heading, is_unread)


def _row(
    event_type: str,
    place: int,
    row: dict[str, str],
    found: Sorted,
    sentence: str,
    figure: str,
) -> ProposedRow:
    became, written = found.became.get((event_type, place), ("new", row))
    return ProposedRow(
        event_type,
        written["event_id"],
        _BECAME[became],
        {name: value for name, value in written.items() if value and name not in _HIDDEN},
        row[NOTE],
        row[NOTE].startswith(CHECK) or became in ("disputes", "prefers"),
        sentence,
        figure,
    )


def _figure(rule: str, rules: Mapping[str, RuleRecord]) -> str:
    """How often a rule was right, in words."""
    record = rules.get(rule)
    if record is None:
        return f"{rule}: no row of it was decided yet"
    return f"{rule}: right {record.accepted} of {record.decided} times"


def _place_of(comparison: Comparison, pieces: Sequence[Piece]) -> int | None:
    """The piece of text that a comparison is about, counted from 1."""
    paragraph = comparison.paragraph
    if not paragraph:
        return None
    for number, piece in enumerate(pieces, 1):
        opening = piece.text.lstrip("-*• ")
        if opening.startswith((f"{paragraph} ", f"{paragraph}.", f"{paragraph}:")):
            return number
    return None
