"""What opens a section: its heading, whose titles and roles are data of the body."""

import re
from dataclasses import dataclass

from inspections.intake.document_types.declared import DeclaredType
from inspections.intake.document_types.outcome_tables import TESTS
from inspections.intake.text.model import Block
from inspections.intake.text.patterns import SECTION
from inspections.intake.text.vocabulary import plain

_NUMBERED_TITLE = re.compile(r"^(?P<number>\d{1,2})[.:]?\s+(?P<title>[A-Z].*)$", re.DOTALL)
# A standard is cited by its number, and known by its name.
_STANDARD = re.compile(r"^(?P<label>[A-Za-z]+ \d{1,2})\b\W*(?P<title>\w.*)$", re.DOTALL)
_LONGEST = 140
_LONGEST_WITHOUT_LABEL = 100


@dataclass(frozen=True)
class Section:
    """A section that a block opens.

    Attributes:
        role: What stands in it; empty where the block opens none.
        label: How the report cites it, such as «Section 3»; empty where it has no label.
        title: Its title reduced to words.
    """

    role: str = ""
    label: str = ""
    title: str = ""


def section_opened_by(block: Block, declared: DeclaredType) -> Section:
    """The section that a block opens.

    Args:
        block: The block.
        declared: The type of the document, which has the titles of its sections.
    """
    match = SECTION.match(block.text)
    numbered = None if match else _NUMBERED_TITLE.match(block.text)
    title = plain(match["title"] if match else numbered["title"] if numbered else block.text)
    label = match["label"] if match else ""
    if len(title) > _LONGEST or (not match and re.search(r"[.:;]$", block.text)):
        return Section()
    role = declared.role_of(title)
    if role and (match or numbered or len(title) < _LONGEST_WITHOUT_LABEL):
        if role != "standard":
            return Section(role, label, title)
        # A standard is to one inspectorate what a test is to another.
        standard = _STANDARD.match(block.text)
        if standard is None:
            return Section("test", label, title)
        return Section("test", standard["label"].capitalize(), plain(standard["title"]))
    if (match or numbered) and title in TESTS and not declared.follows_up:
        return Section("test", label, title)
    if match:
        return Section("about" if label.startswith("Appendix") else "other", label, title)
    return Section()
