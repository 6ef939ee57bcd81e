"""The types of document as data: titles, sections and ratings of each body, from YAML files.

What belongs here: reading and checking ``document_types/*.yml``. What a rule makes of a section
stands with the readers.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from inspections.errors import ActionableError
from inspections.files import read_file
from inspections.intake.text.patterns import KINDS, Wording
from inspections.intake.text.vocabulary import HMIP_OUTCOME, Level, levels, plain
from inspections.settings import PROJECT, Settings

NAME = "document_types"
FOLDER = PROJECT / NAME
READERS = ("report", "action_plan", "urgent_notification")
ROLES = (
    "contents",
    "about",
    "summary",
    "key_findings",
    "improve",
    "leadership",
    "standard",
    "lists",
    "progress",
    "followed_up",
    "judgements",
    "other",
)
_BODY_KEYS = (
    *("body", "source", "named", "documents", "sections"),
    *("labels", "lists", "ratings", "outcome_words"),
)
_DOCUMENT_KEYS = (
    *("code", "name", "reader", "title", "lead", "sections", "visit_type", "id_suffix"),
    *("document_suffix", "cited_as", "follows_up", "announced"),
)


@dataclass(frozen=True)
class DeclaredType:
    """A type of document as its file declares it.

    Attributes:
        body: The code of the body that publishes it.
        code: Its code.
        name: What a person calls it.
        reader: The name of its reader.
        title: What its title page says.
        lead: What stands before the establishment's name.
        sections: The roles of its sections with their titles, in order.
        visit_type: The code of the kind of visit that it reports on; empty where it is of none.
        id_suffix: What the ids of its visits end in.
        document_suffix: What the ids of its documents end in, before the month.
        cited_as: How a person cites it, before the establishment's name.
        follows_up: Whether the visit does nothing but follow up an inspection: what is listed was
            raised there, and outcomes are those of earlier inspections.
        announced: What the text says where such visits are announced.
        wording: What the body calls items, lists and ratings.
        scale: The code of the body's scale of ratings; empty where it has none.
        outcome_words: What reports call outcomes in other words than the scale's own, each with
            the level that it stands for.
    """

    body: str
    code: str
    name: str
    reader: str
    title: tuple[re.Pattern[str], ...]
    lead: tuple[re.Pattern[str], ...]
    sections: tuple[tuple[str, re.Pattern[str]], ...]
    visit_type: str
    id_suffix: str
    document_suffix: str
    cited_as: str
    follows_up: bool
    announced: tuple[re.Pattern[str], ...]
    wording: Wording
    scale: str
    outcome_words: tuple[tuple[re.Pattern[str], Level], ...]

    def role_of(self, title: str) -> str:
        """The role of the section of a title that is reduced to words; empty where none fits."""
        return next((role for role, pattern in self.sections if pattern.search(title)), "")


@dataclass(frozen=True)
class DeclaredBody:
    """The declared layout of a body's documents.

    Attributes:
        body: Its code.
        named: What a title page calls it.
        types: Its types of document, in the order in which a title page is asked.
        sections: By name, the roles of sections with their titles, in order.
    """

    body: str
    named: tuple[re.Pattern[str], ...]
    types: tuple[DeclaredType, ...]
    sections: dict[str, tuple[tuple[str, re.Pattern[str]], ...]]


class DeclarationError(ActionableError):
    """A file of document types is not as expected; the message has its line."""


def declaration_files() -> list[Path]:
    """The files of types: those of the project, and those of the folder beside the seeds.

    A file beside the seeds takes the place of the project's file of the same name.
    """
    beside = Settings.from_environment().seeds_dir.parent / NAME
    files = {path.name: path for folder in (FOLDER, beside) for path in folder.glob("*.yml")}
    return [files[name] for name in sorted(files)]


@cache
def declared_bodies(folder: Path | None = None) -> tuple[DeclaredBody, ...]:
    """The bodies whose documents are declared, in the order of their files.

    Args:
        folder: The folder of the files; the project's and the log's own where none is given.

    Raises:
        DeclarationError: A file is not as expected.
    """
    files = declaration_files() if folder is None else sorted(folder.glob("*.yml"))
    return tuple(_body(path) for path in files)


class _File:
    """A YAML file whose values know their lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[int, int] = {}
        try:
            node = yaml.compose(read_file(path).decode("utf-8"), Loader=yaml.SafeLoader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            where = f", line {mark.line + 1}" if mark else ""
            raise DeclarationError(
                f"{path.name}{where}: the types of document cannot be read: {error}"
            ) from error
        self.content = self._value(node)

    def _value(self, node: yaml.Node | None) -> Any:
        made: Any
        if isinstance(node, yaml.MappingNode):
            made = {key.value: self._value(value) for key, value in node.value}
        elif isinstance(node, yaml.SequenceNode):
            made = [self._value(value) for value in node.value]
        elif isinstance(node, yaml.ScalarNode):
            made = _Text(node.value)
        else:
            made = {}
        if node is not None:
            self.lines[id(made)] = node.start_mark.line + 1
        return made

    def fault(self, value: object, what: str) -> DeclarationError:
        """The error that a value is not as expected, with its line."""
        line = self.lines.get(id(value))
        return DeclarationError(
            f"{self.path.name}{f', line {line}' if line else ''}: the types of document are not as"
            f" expected: {what}"
        )

    def one_of(self, value: object, allowed: tuple[str, ...], what: str) -> str:
        """A value that must be one of some words."""
        if value not in allowed:
            raise self.fault(
                value, f"{what} {str(value)!r} is not known; expected one of {', '.join(allowed)}."
            )
        return str(value)

    def one_of_keys(
        self, content: dict[str, Any], key: str, allowed: tuple[str, ...], what: str
    ) -> str:
        """A key that must be one of some words; a fault is at its value."""
        if key not in allowed:
            raise self.fault(
                content[key], f"{what} {key!r} is not known; expected one of {', '.join(allowed)}."
            )
        return key

    def patterns(self, value: object, what: str) -> tuple[re.Pattern[str], ...]:
        """A list of words or patterns."""
        if not isinstance(value, list) or not value:
            raise self.fault(value, f"{what} must be a list of words, and not empty.")
        return tuple(self._pattern(each) for each in value)

    def _pattern(self, value: object) -> re.Pattern[str]:
        if not isinstance(value, str) or not value.strip():
            raise self.fault(value, f"{value!r} is no text.")
        if not value.startswith("pattern:"):
            words = " ".join(plain(value.replace("*", " anywords ")).split())
            words = re.escape(words).replace(r"\ anywords", ".*").replace(r"anywords\ ", ".*")
            return re.compile(f"^{words}$", re.IGNORECASE)
        try:
            return re.compile(value.removeprefix("pattern:"), re.IGNORECASE)
        except re.error as error:
            raise self.fault(value, f"{value!r} is no regular expression: {error}.") from error


class _Text(str):
    """A text with an identity of its own, so that its line is known."""

    __slots__ = ()


def _body(path: Path) -> DeclaredBody:
    file = _File(path)
    content = file.content
    if not isinstance(content, dict):
        raise file.fault(content, "expected the body's keys.")
    for key in content:
        if key not in _BODY_KEYS:
            raise file.fault(
                content[key], f"{key!r} is not known; expected one of {', '.join(_BODY_KEYS)}."
            )
    body = str(content.get("body", ""))
    if not body:
        raise file.fault(content, "body is missing: the code of the body.")
    ratings = content.get("ratings") or {}
    if ratings and not (ratings.get("scale") and ratings.get("levels")):
        raise file.fault(ratings, "ratings need a scale and its levels.")
    wording = Wording(
        _of_kinds(file, content.get("labels") or {}, "labels"),
        _of_kinds(file, content.get("lists") or {}, "lists"),
        tuple(plain(str(each)) for each in ratings.get("levels", ())),
        file.patterns(ratings["labels"], "labels") if ratings.get("labels") else (),
    )
    words = tuple(
        (pattern, levels()[HMIP_OUTCOME][label])
        for label, words in (content.get("outcome_words") or {}).items()
        if file.one_of_keys(
            content["outcome_words"], label, tuple(levels()[HMIP_OUTCOME]), "the level"
        )
        for pattern in file.patterns(words, "outcome_words")
    )
    sections = {
        str(name): tuple(
            (file.one_of(entry.get("role"), ROLES, "the role"), pattern)
            for entry in entries
            for pattern in file.patterns(entry.get("titles"), "titles")
        )
        for name, entries in (content.get("sections") or {}).items()
    }
    types = (
        _type(file, body, each, sections, wording, str(ratings.get("scale", "")), words)
        for each in content.get("documents") or ()
    )
    return DeclaredBody(body, file.patterns(content.get("named"), "named"), tuple(types), sections)


def _of_kinds(file: _File, content: Any, what: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Words by the kind of item that they mean."""
    if not isinstance(content, dict):
        raise file.fault(content, f"{what} must give each kind of item a list of words.")
    return tuple(
        (str(kind), pattern)
        for kind, words in content.items()
        if file.one_of_keys(content, kind, KINDS, f"the kind of item of {what}")
        for pattern in file.patterns(words, what)
    )


def _type(
    file: _File,
    body: str,
    entry: Any,
    sections: dict[str, tuple[tuple[str, re.Pattern[str]], ...]],
    wording: Wording,
    scale: str,
    words: tuple[tuple[re.Pattern[str], Level], ...],
) -> DeclaredType:
    if not isinstance(entry, dict):
        raise file.fault(entry, "a document must have a code, a name, a reader and a title.")
    for key in entry:
        if key not in _DOCUMENT_KEYS:
            raise file.fault(
                entry[key], f"{key!r} is not known; expected one of {', '.join(_DOCUMENT_KEYS)}."
            )
    reader = file.one_of(entry.get("reader", "no reader"), READERS, "the reader")
    of_a_visit = ("lead", "visit_type", "cited_as", "sections") if reader == "report" else ()
    for key in ("code", "name", "title", *of_a_visit):
        if not entry.get(key):
            raise file.fault(entry, f"{key} is missing.")
    named = entry.get("sections", "")
    visit_type = str(entry.get("visit_type", ""))
    return DeclaredType(
        body,
        str(entry["code"]),
        str(entry["name"]),
        reader,
        file.patterns(entry["title"], "title"),
        file.patterns(entry["lead"], "lead") if entry.get("lead") else (),
        sections[file.one_of(named, tuple(sections), "the list of sections")] if named else (),
        visit_type,
        str(entry.get("id_suffix", "")),
        str(entry.get("document_suffix") or visit_type.replace("full_", "").replace("_", "-")),
        str(entry.get("cited_as", "")),
        file.one_of(entry.get("follows_up", "no"), ("yes", "no"), "follows_up") == "yes",
        file.patterns(entry["announced"], "announced") if entry.get("announced") else (),
        wording,
        scale,
        words,
    )
