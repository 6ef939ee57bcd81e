"""A document's text in blocks, and the place of a row's words in it.

Intake writes both, into ``blocks.csv`` and ``places.csv``. A proposal that was made by hand has
neither: its text is cut at its blank lines, and the words of a row's note are looked for there.
"""

import csv
import io
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from inspections.intake.text.patterns import NUMBERED, bare
from inspections.log.files.event_folder import state_of

BLOCKS = "blocks.csv"
PLACES = "places.csv"
TEXT = "report.txt"


@dataclass(frozen=True)
class Block:
    """A piece of the text.

    Attributes:
        number: Its number, from 1.
        text: Its text.
        page: The page on which it starts; none where the document has no pages.
        line: The line on which it starts.
        is_heading: Whether it is a heading.
        kind: What it is: ``heading``, ``paragraph``, ``cell``, ``caption`` or ``small``.
        fate: What became of it, as intake says; empty where it does not.
        why: Why it was set aside.
        section: The section that it stands in.
        boxes: Where it stands: page, left, top, right and bottom, in points from the top left.
    """

    number: int
    text: str
    page: int | None = None
    line: int = 0
    is_heading: bool = False
    kind: str = "paragraph"
    fate: str = ""
    why: str = ""
    section: str = ""
    boxes: tuple[tuple[int, float, float, float, float], ...] = ()

    @property
    def place(self) -> str:
        """Its page or line, in words."""
        return f"Page {self.page}" if self.page else f"Line {self.line}"

    @property
    def paragraph(self) -> str:
        """The number that it is printed with; empty where it has none."""
        found = NUMBERED.match(self.text)
        return found["number"] if found else ""


@dataclass(frozen=True)
class Place:
    """Intake's source of a row: the rule that read it, its block, its words.

    Attributes:
        rule: The rule.
        block: The number of the block; none where it rests on none.
        page: The page.
        words: The words.
        became: What became of it against the log.
        boxes: Where the words stand, as of a block.
    """

    rule: str
    block: int | None
    page: int | None
    words: str
    became: str
    boxes: tuple[tuple[int, float, float, float, float], ...] = ()


@dataclass
class Places:
    """Where rows rest on the text."""

    blocks: list[Block]
    known: dict[tuple[str, str], Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Join the text once: a document of 200 pages has a thousand rows to look for."""
        self._starts: list[int] = []
        parts: list[str] = []
        length = 0
        for block in self.blocks:
            self._starts.append(length)
            parts.append(_plain(block.text) + "\n")
            length += len(parts[-1])
        self._text = "".join(parts)
        self._pages = {block.number: block.page for block in self.blocks}
        self._by_paragraph: dict[str, Block] = {}
        for block in self.blocks:
            if number := block.paragraph:
                self._by_paragraph.setdefault(number, block)

    def of(self, event_type: str, event_id: str) -> Place | None:
        """Intake's source of a row."""
        return self.known.get((event_type, event_id))

    def page_of(self, block: int) -> int | None:
        """The page of a block."""
        return self._pages.get(block)

    def find(self, words: str, paragraph: str, page: int | None) -> int | None:
        """The block that holds some words: that of the paragraph, of the page, or the first."""
        sought = _plain(words)
        own = self._by_paragraph.get(paragraph)
        if own is not None and sought in _plain(own.text):
            return own.number
        first = None
        start = self._text.find(sought) if sought else -1
        while start >= 0:
            block = self.blocks[bisect_right(self._starts, start) - 1]
            if page is None or block.page in (None, page):
                return block.number
            first = first or block.number
            start = self._text.find(sought, start + 1)
        if first is None and own is not None:
            return own.number
        return first


def read_blocks(folder: Path) -> tuple[list[Block], Places]:
    """The blocks of a proposal's document, and the places of its rows."""
    states = tuple(state_of(folder / name) for name in (BLOCKS, PLACES, TEXT))
    return _read(folder, states)


@lru_cache(maxsize=8)
def _read(folder: Path, states: tuple[tuple[int, int], ...]) -> tuple[list[Block], Places]:
    """The same of files in one state: a decision changes none of them."""
    blocks = _written(folder / BLOCKS) or _cut(folder / TEXT)
    return blocks, Places(blocks, _known(folder / PLACES))


def _written(path: Path) -> list[Block]:
    found: dict[int, dict[str, str]] = {}
    boxes: dict[int, list[tuple[int, float, float, float, float]]] = {}
    for row in _rows(path):
        number = _whole(row.get("block", ""))
        if number is None:
            continue
        found.setdefault(number, row)
        if (box := _box(row)) is not None:
            boxes.setdefault(number, []).append(box)
    return [
        Block(
            number,
            row.get("text", ""),
            _whole(row.get("page", "")),
            _whole(row.get("line", "")) or 0,
            row.get("kind") == "heading",
            row.get("kind", "") or "paragraph",
            row.get("fate", ""),
            row.get("why", ""),
            row.get("section", ""),
            tuple(boxes.get(number, ())),
        )
        for number, row in sorted(found.items())
    ]


def _known(path: Path) -> dict[tuple[str, str], Place]:
    found: dict[tuple[str, str], Place] = {}
    for row in _rows(path):
        key = (row.get("event_type", ""), row.get("event_id", ""))
        box = _box(row)
        before = found.get(key)
        boxes = (before.boxes if before else ()) + ((box,) if box else ())
        found[key] = Place(
            row.get("rule", ""),
            before.block if before else _whole(row.get("block", "")),
            before.page if before else _whole(row.get("page", "")),
            row.get("words", ""),
            row.get("became", ""),
            boxes,
        )
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    text = path.read_bytes().decode("utf-8-sig", "replace")
    return [
        {name: value or "" for name, value in row.items() if isinstance(name, str)}
        for row in csv.DictReader(io.StringIO(text, newline=""))
    ]


def _box(row: dict[str, str]) -> tuple[int, float, float, float, float] | None:
    try:
        return (
            int(row["page"]),
            float(row["left"]),
            float(row["top"]),
            float(row["right"]),
            float(row["bottom"]),
        )
    except (KeyError, ValueError):
        return None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _cut(path: Path) -> list[Block]:
    """A text cut at its blank lines."""
    if not path.is_file():
        return []
    blocks: list[Block] = []
    running: list[str] = []
    start = 0

    def close() -> None:
        if running:
            is_heading = len(running) == 1 and running[0].startswith("#")
            text = bare(" ".join(running)) if is_heading else " ".join(running)
            blocks.append(
                Block(
                    len(blocks) + 1,
                    text,
                    None,
                    start,
                    is_heading,
                    "heading" if is_heading else "paragraph",
                )
            )
        running.clear()

    for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
        said = line.strip()
        if not said:
            close()
            continue
        if said.startswith("#") or NUMBERED.match(said):
            close()
        if not running:
            start = number
        running.append(said)
        if said.startswith("#"):
            close()
    close()
    return blocks


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
