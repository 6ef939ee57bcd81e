"""The page on which a person reviews what was read in a document, before it enters the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from inspections.pages.writing import plain_environment

_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class ProposedRow:
    """A row that rests on a piece of the text.

    Attributes:
        event_type: Its type.
        event_id: Its id, as the file has it.
        became: What became of it against the log, such as «new» or «confirms».
        fields: Its columns that are not empty, by name.
        note: What it rests on, and why it is not sure where it is not.
        is_doubtful: Whether a person should look at it.
        sentence: The words that it rests on.
        figure: How often the rule that read it was right.
    """

    event_type: str
    event_id: str
    became: str
    fields: dict[str, str]
    note: str
    is_doubtful: bool
    sentence: str
    figure: str


@dataclass
class Piece:
    """A piece of the document's text, with the rows that rest on it.

    Attributes:
        text: Its text.
        place: Its page or line.
        is_heading: Whether it is a heading.
        is_unread: Whether it became nothing and is no frame either.
        rows: The rows.
    """

    text: str
    place: str
    is_heading: bool = False
    is_unread: bool = False
    rows: list[ProposedRow] = field(default_factory=list)

    @property
    def segments(self) -> list[tuple[str, bool]]:
        """Its text in segments, and whether each became a row."""
        spans = []
        for row in self.rows:
            words = " ".join(row.sentence.split())
            start = self.text.find(words) if words else -1
            # Words that the document splits otherwise stand for the whole piece.
            spans.append((start, start + len(words)) if start >= 0 else (0, len(self.text)))
        segments: list[tuple[str, bool]] = []
        done = 0
        for start, end in sorted(spans):
            if end <= done:
                continue
            if start > done:
                segments.append((self.text[done:start], False))
            segments.append((self.text[max(start, done) : end], True))
            done = end
        if done < len(self.text):
            segments.append((self.text[done:], False))
        return segments


@dataclass(frozen=True)
class Decision:
    """Something that a person has to decide first.

    Attributes:
        check: What kind of thing it is.
        detail: What is wrong and what to do.
        place: Where the document has it; empty where it has no place.
        piece: The number of the piece of text, from 1; none where it is about none.
    """

    check: str
    detail: str
    place: str
    piece: int | None


def render_review(
    title: str,
    facts: Sequence[tuple[str, str]],
    decisions: Sequence[Decision],
    pieces: Sequence[Piece],
    elsewhere: Sequence[ProposedRow],
) -> str:
    """The page, which is whole in itself: no other file, no script, no request.

    Args:
        title: The document's title.
        facts: What was read and how much of it, as names and values.
        decisions: What needs a decision, the most important first.
        pieces: The text in its order.
        elsewhere: Rows that rest on no piece of the text, such as those of the title page.
    """
    template = plain_environment().get_template("proposal.html")
    return template.render(
        title=title,
        facts=facts,
        decisions=decisions,
        pieces=pieces,
        elsewhere=elsewhere,
        style=(_TEMPLATES / "style.css").read_text("utf-8"),
    )
