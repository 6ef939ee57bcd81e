"""The reference seeds, read strictly before dbt does: its own reader names no file or line."""

from pathlib import Path

from inspections.errors import ActionableError
from inspections.files import read_file
from inspections.log.files.csv_records import read_records, shown
from inspections.settings import PROJECT

SEEDS = PROJECT / "seeds"
# What tells the rows of a seed apart.
_KEYS = {
    "areas": ("area",),
    "bodies": ("body",),
    "countries": ("country",),
    "eras": ("era",),
    "healthy_prison_tests": ("healthy_prison_test", "name"),
    "judgement_levels": ("scale", "code"),
    "follow_up_end_reasons": ("reason",),
    "prison_name_aliases": ("name",),
    "prison_register": ("register_id",),
    "publication_kinds": ("what",),
    "publication_targets": ("visit_type", "what", "held_from"),
    "recommendation_kinds": ("kind",),
    "register_entries": ("establishment_id", "register_id"),
    "responses": ("response",),
    "visit_types": ("visit_type",),
}
# The build itself reads these: they may lie beside the event files too, and grow with the log.
NO_SEEDS = ("documents.csv", "intake_decisions.csv")


class ReferenceSeedError(ActionableError):
    """A reference seed cannot be read without doubt."""


def check_reference_seeds(folder: Path = SEEDS) -> None:
    """Find what dbt would stumble over in a reference seed, or take in silence.

    Raises:
        ReferenceSeedError: A file cannot be read, a row has another number of fields than the
            header, or a code stands twice; the message names file, line and value.
    """
    for path in sorted(folder.glob("*.csv")):
        if path.name not in NO_SEEDS:
            _check(path)


def _check(path: Path) -> None:
    try:
        records = list(read_records(read_file(path)))
    except OSError as error:
        raise ReferenceSeedError(f"seeds/{path.name} cannot be read: {error.strerror}.") from error
    header = records[0].fields
    keys: dict[tuple[str, ...], int] = {}
    for record in records:
        place = f"seeds/{path.name}, line {record.line_number}"
        if record.fault:
            raise ReferenceSeedError(
                f"{place}, value {record.fault.value!r}: {record.fault.reason}. The seed is not"
                " read."
            )
        if len(record.fields) != len(header):
            raise ReferenceSeedError(
                f"{place}: the row has {len(record.fields)} fields; expected {len(header)}. A text"
                " with commas needs quotes around it."
            )
        row = dict(zip(header, record.fields, strict=True))
        names = _KEYS.get(path.stem, ())
        key = tuple(row.get(name, "") for name in names)
        if names and key in keys:
            raise ReferenceSeedError(
                f"{place}, column {names[-1]}, value {shown(' / '.join(key))!r}: it stands in line"
                f" {keys[key]} already; expected each once. Remove one, or give it another code."
            )
        keys[key] = record.line_number
