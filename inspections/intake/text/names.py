"""The establishments that a title names, and whatever is left of it once they were found.

A name is taken as far as its words are certain: after «HMP» and its like, words with a capital
and the particles between them. What is left is never dropped: a person is shown it.
"""

import re
from dataclasses import dataclass

_PREFIX = re.compile(
    r"(?:HM\s?P(?:rison)?s?\b\s?(?:(?:/|&|and)\s?(?:HM\s?)?(?:YOI|Young Offender Institution)\b)?"
    r"|HM\s?YOI\b(?:\s?(?:/|&|and)\s?(?:HM\s?)?P\b)?"
    r"|HM Young Offender Institution\b|YOI\b|HM Remand Centre\b)\s*",
)
_PARTICLES = frozenset(
    [
        "of",
        "the",
        "on",
        "upon",
        "in",
        "under",
        "with",
        "by",
        "le",
        "la",
        "les",
        "de",
        "du",
        "y",
        "yr",
        "ar",
        "ap",
        "cum",
        "en",
        "super",
        "next",
    ]
)
_KINDS = {
    "HMP": "prison",
    "HMPrison": "prison",
    "HMYOI": "young offender institution",
    "YOI": "young offender institution",
    "HMYoungOffenderInstitution": "young offender institution",
    "HMRemandCentre": "remand centre",
}
_ENDS_TITLE = re.compile(
    r"(?:^|\s|,)(?:by|from)\s+(?:HM|Her Majesty|His Majesty|the)\b.*"
    r"|\s*\((?:an? )?invented\b.*"
    r"|(?:^|\s|,)(?:on |dated |between )?\d{1,2}(?:st|nd|rd|th)?\s*(?:[-–—]|to|and|&|,|"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December))"
    r".*\b(?:19|20)\d{2}\b.*"
    r"|(?:^|\s)(?:Crown copyright|©).*",
    re.IGNORECASE,
)
# What tells two establishments of one name apart, and is a part of it: «Peterborough (Women)».
PART_OF_NAME = re.compile(
    r"\s*\((?:(?:wo)?men|(?:fe)?males?|girls|boys|young (?:people|adults|offenders))\)",
    re.IGNORECASE,
)
# What may stand around a name without saying anything of its own.
_EMPTY_WORDS = frozenset({"", ",", ".", ";", "the", "at", "of", "on", "by", "in", "and", "&"})


@dataclass(frozen=True)
class Establishment:
    """An establishment as a title names it.

    Attributes:
        prefix: What stands before its name, such as ``HMP/YOI``.
        name: Its name without that.
    """

    prefix: str
    name: str

    @property
    def full_name(self) -> str:
        """The name as printed, such as ``HMP Elmley``."""
        return f"{self.prefix} {self.name}"

    @property
    def establishment_type(self) -> str:
        """Type of establishment, from the name's prefix."""
        key = re.sub(r"[\s/&]|and", "", self.prefix)
        return _KINDS.get(key, "prison and young offender institution")


@dataclass(frozen=True)
class Named:
    """The establishments of a title.

    Attributes:
        establishments: In the order of the title.
        left: What of the title is no name, or may be part of one; empty where nothing is.
    """

    establishments: tuple[Establishment, ...]
    left: str


def without_what_ends_a_title(text: str) -> str:
    """A title without its days, its author and what else follows the name."""
    return _ENDS_TITLE.sub("", text).strip(" ,;.")


def establishments_in(text: str) -> Named:
    """Read the names in what follows «inspection of» or «review of progress at».

    Args:
        text: The words, without the days and the author.
    """
    found: list[Establishment] = []
    left: list[str] = []
    rest = " ".join(text.split())
    while match := _PREFIX.search(rest):
        before = rest[: match.start()].strip(" ")
        name, behind = _name(rest[match.end() :])
        if not name:
            left.append(rest[: match.end()].strip())
            rest = rest[match.end() :]
            continue
        left.append(before)
        found.append(Establishment(" ".join(match[0].split()), _in_small_letters(name)))
        rest = behind
    left.append(rest)
    kept = []
    for piece in left:
        bare = piece.strip(" ,;.&/()[]–—-")
        if bare.lower() not in _EMPTY_WORDS:
            kept.append(piece.strip())
    return Named(tuple(dict.fromkeys(found)), " … ".join(kept))


def _in_small_letters(name: str) -> str:
    """A name that is set in capitals as it is written elsewhere."""
    if not name.isupper() or len(name) < 4:
        return name
    words = [word.lower() for word in name.split()]
    return " ".join(
        word if place and word in _PARTICLES else "-".join(p.capitalize() for p in word.split("-"))
        for place, word in enumerate(words)
    )


def _name(text: str) -> tuple[str, str]:
    """The name at the start of a text, and what follows it."""
    words: list[str] = []
    rest = text
    while rest:
        match = re.match(r"\s*([^\s,;/()\[\]&–—]+)", rest)
        if match is None:
            break
        word = match[1]
        if _PREFIX.match(rest.lstrip()):
            break
        if word == "-":
            break
        if word.lower() in _PARTICLES and not _is_capital(word):
            following = re.match(r"\s*\S+\s+([^\s,;/()\[\]&–—]+)", rest)
            if (
                not words
                or following is None
                or not (_is_capital(following[1]) or following[1].lower() in _PARTICLES)
                # «HMP Larchfield by HM Chief Inspector»: the author is no part of the name.
                or following[1] in ("HM", "Her", "His")
            ):
                break
        elif not _is_capital(word):
            break
        words.append(word)
        rest = rest[match.end() :]
    while words and words[-1].lower() in _PARTICLES and not _is_capital(words[-1]):
        rest = f" {words.pop()}{rest}"
    name = " ".join(words).rstrip(".,;:")
    if name and (part := PART_OF_NAME.match(rest)):
        return f"{name} {part[0].strip()}", rest[part.end() :]
    return name, rest


def _is_capital(word: str) -> bool:
    """Whether a word opens with a capital of any script, quotes before it aside."""
    letter = next((each for each in word if each.isalnum()), "")
    return letter.isupper() or letter.isdigit()
