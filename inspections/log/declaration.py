"""The declaration of the event files, as ``dbt/models/staging/event_files.yml`` has it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from inspections.errors import ActionableError
from inspections.settings import DBT_PROJECT, PROJECT

DECLARATION = DBT_PROJECT / "models" / "staging" / "event_files.yml"

ENVELOPE = (
    "event_id",
    "occurred_on",
    "occurred_precision",
    "recorded_at",
    "document_id",
    "paragraph",
    "corrects_event_id",
)


SUBJECTS = ("establishment", "visit", "concern", "recommendation")
_TYPED_ROWS = DBT_PROJECT / "models" / "intermediate" / "rows" / "int_typed_rows.sql"
_EVENTS = DBT_PROJECT / "models" / "marts" / "events.yml"


class DeclarationError(ActionableError):
    """Raised when no model follows a part of the declaration."""


@dataclass(frozen=True)
class Column:
    """One column of an event file.

    Attributes:
        name: Its name in the header.
        description: What it holds.
        kind: ``id``, ``code``, ``text``, ``date``, ``instant``, ``integer``, ``number``
            or ``boolean``.
        required: Whether an empty value is a fault.
        is_optional: Whether a header may lack it, since it came later than the type.
        meta: The rest of its declaration (``codes``, ``codes_from``, ``names`` …).
    """

    name: str
    description: str
    kind: str
    required: bool = False
    is_optional: bool = False
    meta: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class EventType:
    """One type of event: its name, which is its file's, and its columns in file order."""

    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The header of a file of this type, envelope first."""
        return tuple(column.name for column in self.columns)

    @property
    def first_columns(self) -> tuple[str, ...]:
        """The columns that every file of this type has: none of those that came later."""
        return tuple(column.name for column in self.columns if not column.is_optional)

    def lacking(self, header: Sequence[str]) -> list[str]:
        """The columns that a header must have and has not."""
        return [name for name in self.first_columns if name not in header]

    @property
    def introduces(self) -> str | None:
        """The column whose id this type brings into the log; None where it brings none."""
        for column in self.columns:
            if column.meta.get("introduces"):
                return column.name
        return None

    @property
    def payload(self) -> tuple[Column, ...]:
        """The columns after the envelope."""
        return tuple(column for column in self.columns if column.name not in ENVELOPE)


@cache
def event_types() -> dict[str, EventType]:
    """Read the declaration.

    Returns:
        The event types by name, in the order of the declaration.
    """
    declaration = _load(DECLARATION)
    types = {}
    for table in declaration["sources"][0]["tables"]:
        if table["columns"][0]["name"] != ENVELOPE[0]:
            # What the gate says of the files themselves stands beside them.
            continue
        columns = []
        for column in table["columns"]:
            meta = dict(column["config"]["meta"])
            columns.append(
                Column(
                    name=column["name"],
                    description=column["description"].strip(),
                    kind=meta.pop("kind"),
                    required=meta.pop("required", False),
                    is_optional=meta.pop("optional", False),
                    meta=meta,
                )
            )
        types[table["name"]] = EventType(
            table["name"], table["description"].strip(), tuple(columns)
        )
    return types


def _load(path: Path) -> Any:
    # libyaml's loader, where PyYAML has it: ten times as fast, and every command reads this.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text("utf-8"), loader)


@cache
def check_declaration() -> None:
    """Find what is declared and would be lost: a type that no model reads, a column of no table.

    Raises:
        DeclarationError: There is such a one; the message names it, and the file to add it to.
    """
    typed_rows = _TYPED_ROWS.read_text("utf-8")
    (events,) = _load(_EVENTS)["models"]
    described = {column["name"] for column in events["columns"]}
    for event_type in event_types().values():
        name = event_type.name
        model = DBT_PROJECT / "models" / "staging" / f"stg_{name}.sql"
        for file, lacks, line in (
            (model, not model.exists(), f"{{{{ staged('{name}') }}}}"),
            (_TYPED_ROWS, f"ref('stg_{name}')" not in typed_rows, f"ref('stg_{name}')"),
        ):
            if lacks:
                raise DeclarationError(
                    f"The event type {name} is declared in event_files.yml, and no model reads it:"
                    f" add {line} to {file.relative_to(PROJECT)}."
                )
        level = event_type.introduces
        earlier = SUBJECTS[: SUBJECTS.index(level.removesuffix("_id"))] if level else SUBJECTS
        for column in event_type.payload:
            if column.name not in described and not column.meta.get("targets"):
                raise DeclarationError(
                    f"The column {column.name} of {name} is declared in event_files.yml, and the"
                    " table events does not have it: describe it in"
                    f" {_EVENTS.relative_to(PROJECT)}."
                )
            named = column.meta.get("names")
            if named and (named not in earlier or column.name != f"{named}_id"):
                raise DeclarationError(
                    f"The column {column.name} of {name} is declared to name a {named}; expected"
                    f" a column <subject>_id that names one of {', '.join(earlier) or 'none'},"
                    " which are introduced before it."
                )
