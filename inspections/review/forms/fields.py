"""The fields of a row as a form: their kinds, their codes, what is wrong with a value.

The declaration of the event files says what a column holds, and the seeds which codes there are.
The gate has the last word: what is told here is told while somebody types.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from inspections.log.declaration import ENVELOPE, Column, event_types
from inspections.log.files.event_folder import state_of
from inspections.pages.wording import words
from inspections.review.folder.deciding import FIXED

# What the columns that name a subject are looked for in.
SUBJECTS = ("establishment", "visit", "concern", "recommendation")
_LINKS = {
    "follows_visit_id": "visit",
    "compared_visit_id": "visit",
    "repeats_recommendation_id": "recommendation",
    "raised_from_recommendation_id": "recommendation",
    "about_event_id": "event",
    "corrects_event_id": "event",
    "retracted_event_id": "event",
    "reinstated_event_id": "event",
}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z")
_LABELS = {
    "occurred_on": "Day",
    "occurred_precision": "How exact the day is",
    "paragraph": "Paragraph",
    "corrects_event_id": "Corrects event",
    "is_announced": "Announced",
    "is_priority": "Priority",
}


@dataclass(frozen=True)
class Choice:
    """A code that a field may hold, and its name."""

    code: str
    name: str
    scale: str = ""


@dataclass(frozen=True)
class Field:
    """A field of a form.

    Attributes:
        name: The column.
        label: Its name for people.
        help: What it holds.
        kind: ``code``, ``date``, ``boolean``, ``integer``, ``number``, ``text``, ``id`` or
            ``instant``.
        value: What it holds now.
        is_required: Whether it may not be empty.
        choices: The codes that it may hold.
        finds: What is found by typing: a kind of subject, or ``event``; empty where nothing is.
        scale_field: The field that says which scale its codes belong to.
        default_scale: The scale where that field is empty.
        may_be_joined: Whether it may hold several codes, joined.
        is_envelope: Whether it says when and where, not what.
    """

    name: str
    label: str
    help: str
    kind: str
    value: str = ""
    is_required: bool = False
    choices: tuple[Choice, ...] = ()
    finds: str = ""
    scale_field: str = ""
    default_scale: str = ""
    may_be_joined: bool = False
    is_envelope: bool = False

    @property
    def has_value_of_its_own(self) -> bool:
        """Whether its value is not among its choices, so that a list must show it too."""
        return bool(self.value) and self.value not in {choice.code for choice in self.choices}


class Vocabulary:
    """The codes that the seeds list.

    Args:
        seeds_dir: The folder of the reference seeds.
    """

    def __init__(self, seeds_dir: Path) -> None:
        self._seeds_dir = seeds_dir

    def choices(self, column: Column) -> tuple[Choice, ...]:
        """The codes that a column may hold, in the seeds' order."""
        listed = [Choice(str(code), words(str(code))) for code in column.meta.get("codes", ())]
        if source := column.meta.get("codes_from"):
            listed = [*self.codes(source), *listed]
        if column.meta.get("codes_of_scale"):
            listed = [*self.levels(), *listed]
        return tuple(dict.fromkeys(listed))

    def codes(self, source: str) -> list[Choice]:
        """The codes of a seed's column, named as ``seed.column``."""
        seed, _, column = source.partition(".")
        found: dict[str, Choice] = {}
        for row in self.rows(seed):
            name = row.get("scale_name" if column == "scale" else "name") or words(row[column])
            found.setdefault(row[column], Choice(row[column], name))
        return list(found.values())

    def levels(self) -> list[Choice]:
        """The levels of all scales."""
        return [
            Choice(row["code"], row["label"], row["scale"]) for row in self.rows("judgement_levels")
        ]

    def name_of(self, column: Column, value: str, scale: str = "") -> str:
        """The name of a code; the code as words where no seed names it."""
        if column.meta.get("codes_of_scale"):
            scale = scale or column.meta.get("scale_if_empty", "")
            labels = {(each.scale, each.code): each.name for each in self.levels()}
            named = [labels.get((scale, code)) or words(code) for code in value.split("|")]
            return " or ".join(named)
        names = {choice.code: choice.name for choice in self.choices(column)}
        return names.get(value) or words(value)

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a seed, as texts."""
        path = self._seeds_dir / f"{name}.csv"
        return _read_seed(path, state_of(path))


@lru_cache(maxsize=64)
def _read_seed(path: Path, state: tuple[int, int]) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fields_of(
    event_type: str, values: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[list[Field], list[Field]]:
    """The fields of a type's form: what the row says first, when and where it says it behind."""
    own: list[Field] = []
    envelope: list[Field] = []
    for column in event_types()[event_type].columns:
        if column.name in FIXED:
            continue
        is_envelope = column.name in ENVELOPE
        field = Field(
            column.name,
            label_of(column.name),
            column.description,
            column.kind,
            values.get(column.name, ""),
            column.required,
            vocabulary.choices(column) if column.kind == "code" else (),
            _finds(column),
            column.meta.get("codes_of_scale", ""),
            column.meta.get("scale_if_empty", ""),
            _may_be_joined(column),
            is_envelope,
        )
        (envelope if is_envelope else own).append(field)
    return own, envelope


def label_of(name: str) -> str:
    """A column's name for people."""
    if name in _LABELS:
        return _LABELS[name]
    return words(re.sub(r"_ids?(_also)?$", r"\1", name))


def _finds(column: Column) -> str:
    if column.name in _LINKS:
        return _LINKS[column.name]
    named = str(column.meta.get("names", ""))
    return named if named in SUBJECTS else ""


def check(event_type: str, values: Mapping[str, str], vocabulary: Vocabulary) -> dict[str, str]:
    """Faults in a row's values, by column, each with the expected value."""
    faults: dict[str, str] = {}
    for column in event_types()[event_type].columns:
        if column.name in FIXED or column.name not in values:
            continue
        value = values[column.name]
        if not value:
            if column.required:
                faults[column.name] = "is empty; expected a value"
            continue
        if said := _fault_of(column, value, values, vocabulary):
            faults[column.name] = said
    precision = values.get("occurred_precision", "")
    day = values.get("occurred_on", "")
    if "occurred_on" not in faults and "occurred_on" in values:
        if not day and precision != "unknown":
            faults["occurred_on"] = "is empty; expected a day, or the precision unknown"
        elif day and precision == "unknown":
            faults["occurred_on"] = "has a day; expected none with the precision unknown"
        elif day and precision == "month" and not day.endswith("-01"):
            faults["occurred_on"] = "expected the first day of the month with the precision month"
        elif day and precision == "year" and not day.endswith("-01-01"):
            faults["occurred_on"] = "expected the first day of the year with the precision year"
    return faults


def _may_be_joined(column: Column) -> bool:
    """Whether a column may hold several codes: those of a scale and of its own, as totals do."""
    return bool(column.meta.get("codes_of_scale") and column.meta.get("codes"))


def _fault_of(column: Column, value: str, values: Mapping[str, str], vocabulary: Vocabulary) -> str:
    if column.kind == "date":
        try:
            is_day = date.fromisoformat(value).isoformat() == value
        except ValueError:
            is_day = False
        return "" if is_day else "is no day; expected one such as 2023-02-15"
    if column.kind == "integer":
        return "" if re.fullmatch(r"-?\d+", value) else "is no whole number"
    if column.kind == "number":
        return "" if re.fullmatch(r"-?\d+(\.\d+)?", value) else "is no number; expected 12 or 12.5"
    if column.kind == "boolean":
        return "" if value in ("true", "false") else "expected true or false"
    if column.kind == "instant":
        return (
            "" if _INSTANT.fullmatch(value) else "expected an instant such as 2026-11-29T18:00:00Z"
        )
    if column.kind != "code":
        return ""
    choices = vocabulary.choices(column)
    known = {choice.code for choice in choices}
    if scale_field := column.meta.get("codes_of_scale"):
        scale = values.get(scale_field, "") or column.meta.get("scale_if_empty", "")
        if scale:
            known = {choice.code for choice in choices if choice.scale in (scale, "")}
    given = value.split("|") if _may_be_joined(column) else [value]
    wrong = [each for each in given if each not in known]
    return f"{', '.join(wrong)} is no code of the list" if wrong else ""


def typed(event_type: str, form: Mapping[str, str]) -> dict[str, str]:
    """The values of a form, tidied as the log has them: no space around, one space within."""
    values = {}
    for column in event_types()[event_type].columns:
        if column.name in form and column.name not in FIXED:
            values[column.name] = " ".join(form[column.name].split())
    return values


def named_columns(event_type: str) -> Sequence[Column]:
    """The columns that a row's headline shows: codes, numbers and days, not its words."""
    return [
        column
        for column in event_types()[event_type].payload
        if column.kind in ("code", "date", "boolean", "integer", "number")
    ]
