"""Joining the lines of a paragraph or a cell, and the words that a line's end cut in two."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from inspections.intake.text.model import Remark

# Parts that keep their hyphen wherever the line ends.
_HYPHENATING = (
    "well non self multi cross long short high low full half one two three four five six seven"
    " eight nine ten gang project peer decision"
)
# Parts that stand before a hyphen and before none.
_AMBIGUOUS = "co re pre post inter part in on off up down over under out ex"
SOFT_HYPHEN = "\u2010"


class Joiner:
    """Joins lines, knowing the words of the whole document.

    Args:
        lines: The lines of the document, as they end on the page.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        texts = list(lines)
        self.words = Counter(
            word for text in texts for word in re.findall(r"[\w'’]+(?:-[\w'’]+)*", text.lower())
        )
        # Where soft hyphens have a character of their own, any other is the word's.
        self.has_soft_hyphens = sum(text.endswith(SOFT_HYPHEN) for text in texts) >= 3

    def joined(self, lines: Sequence[str]) -> tuple[str, list[str]]:
        """Join lines.

        Args:
            lines: Their texts, from the first to the last.

        Returns:
            The text, and a remark for each hyphen that may be the word's or the line's.
        """
        text = ""
        doubts: list[str] = []
        for line in lines:
            if not text:
                text = line
                continue
            text, doubt = self.with_line(text, line)
            doubts += [doubt] if doubt else []
        return text.replace(SOFT_HYPHEN, "-"), doubts

    def with_line(self, text: str, line: str) -> tuple[str, str]:
        """Join one more line to a text.

        Args:
            text: The lines before it, joined.
            line: Its text.

        Returns:
            The text, and a remark where a hyphen may be the word's or the line's.
        """
        if text.endswith(SOFT_HYPHEN):
            return f"{text[:-1]}{line}", ""
        match = re.search(r"([\w'’]+)-$", text)
        if match and self.has_soft_hyphens and line[:1].isalpha():
            return f"{text}{line}", ""
        if match and line[:1].islower():
            first, second = match[1].lower(), re.findall(r"^[\w'’]*", line)[0].lower()
            joined, hyphened = f"{first}{second}", f"{first}-{second}"
            keeps = self.words[hyphened] > 0 or first in _HYPHENATING.split()
            doubt = ""
            if self.words[joined]:
                keeps = False
                if first in _AMBIGUOUS.split() and not self.words[hyphened]:
                    doubt = Remark(
                        f"a line ends after the hyphen of {hyphened!r}: read as {joined!r}"
                    )
            elif not self.words[hyphened]:
                doubt = Remark(
                    f"a line ends after the hyphen of {hyphened!r}, which is printed nowhere else:"
                    f" read as {hyphened if keeps else joined!r}"
                )
            return (f"{text}{line}" if keeps else f"{text[:-1]}{line}"), doubt
        if match or re.search(r"\w[–—/]$", text):
            return f"{text}{line}", ""
        return f"{text} {line}", ""
