"""The declaration of the event files, as ``dbt/models/staging/event_files.yml`` has it."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from inspections.settings import DBT_PROJECT

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


@dataclass(frozen=True)
class Column:
    """One column of an event file.

    Attributes:
        name: Its name in the header.
        description: What it holds.
        kind: ``id``, ``code``, ``text``, ``date``, ``instant``, ``integer``, ``number``
            or ``boolean``.
        required: Whether an empty value is a fault.
        meta: The rest of its declaration (``codes``, ``codes_from``, ``names`` …).
    """

    name: str
    description: str
    kind: str
    required: bool = False
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
    declaration = yaml.safe_load(DECLARATION.read_text(encoding="utf-8"))
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
                    meta=meta,
                )
            )
        types[table["name"]] = EventType(
            table["name"], table["description"].strip(), tuple(columns)
        )
    return types
