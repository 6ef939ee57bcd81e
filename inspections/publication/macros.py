"""The macros of the published file: what readers ask the warehouse on both axes of time."""

from pathlib import Path
from string import Template

from inspections.log.declaration import event_types

MACROS = Path(__file__).with_name("published_macros.sql")
# Of the envelope, what an event says of the world.
_ENVELOPE = ("occurred_on", "occurred_precision", "document_id", "paragraph")


def compared_columns() -> list[str]:
    """The columns by which two versions of a statement are compared: every declared one.

    Retractions and reinstatements say nothing of the world: what they change is compared.
    """
    names = list(_ENVELOPE)
    for event_type in event_types().values():
        if not any(column.meta.get("targets") for column in event_type.payload):
            names += [column.name for column in event_type.payload if column.name not in names]
    return names


def published_macros() -> str:
    """The statements that create the macros."""
    names = compared_columns()
    columns = {
        f"{side}_columns": ", ".join(
            f"({{'column_name': '{name}', 'value': cast({side}.{name} as varchar)}})"
            for name in names
        )
        for side in ("before", "later")
    }
    return Template(MACROS.read_text("utf-8")).substitute(columns)
