"""The reference seeds, read strictly: dbt's own reader names no file or line.

What belongs here: reading the folder that ``SEEDS_DIR`` names, and making its files tables. dbt
knows the seeds by the project's own files, and takes their rows from these tables, so that another
folder needs no other project.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import yaml

from inspections.database import insert_rows
from inspections.errors import ActionableError
from inspections.files import read_file
from inspections.log.files.csv_records import read_records, shown
from inspections.settings import DBT_PROJECT, PROJECT

SEEDS = PROJECT / "seeds"
# The tables of one seed each lie beside those of the event files, under this and its name.
SEED_TABLE = "event_files.seed_"
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
# What a scale may judge.
JUDGED = ("outcome", "progress", "practice", "status")
# The build itself reads these; the first two may lie beside the event files too.
NO_SEEDS = ("documents.csv", "intake_decisions.csv", "known_departures.csv")
_EXPECTED = {
    "integer": "a whole number",
    "double": "a number",
    "boolean": "true or false",
    "date": "an ISO 8601 day that exists, such as 2023-02-13",
}


class ReferenceSeedError(ActionableError):
    """A reference seed cannot be read without doubt."""


@dataclass(frozen=True)
class Seed:
    """One reference seed as it was read.

    Attributes:
        types: Its columns, with the types that the project declares.
        rows: Its rows, a text a column, or None where it is empty.
    """

    types: Mapping[str, str]
    rows: list[tuple[str | None, ...]]


def check_reference_seeds(folder: Path = SEEDS) -> None:
    """Find what is wrong with the reference seeds before anything is built.

    Raises:
        ReferenceSeedError: As :func:`read_reference_seeds` does.
    """
    read_reference_seeds(folder)


def reference_seed_paths(folder: Path) -> list[Path]:
    """The files of a folder that are reference seeds, by name."""
    return [
        path
        for path in sorted(folder.glob("*.csv"))
        if path.name not in NO_SEEDS and not path.name.startswith(".")
    ]


def read_reference_seeds(folder: Path) -> dict[str, Seed]:
    """Read the reference seeds of a folder.

    Columns are known by their names, in any order; others than the declared ones are left out. A
    file that the project does not declare is one of texts.

    Args:
        folder: The folder of reference seeds.

    Raises:
        ReferenceSeedError: A declared file is missing or cannot be read, lacks a column, has a row
            of another number of fields, a value of another type, or a code twice; the message names
            file, line and value.
    """
    declared = declared_seeds()
    found = {
        path.stem: _read(path, declared.get(path.stem)) for path in reference_seed_paths(folder)
    }
    for name, types in declared.items():
        if name not in found:
            raise ReferenceSeedError(
                f"seeds/{name}.csv is missing from the folder of reference seeds,"
                f" {folder.name!r}; expected the columns {','.join(types)}. Add it: the project's"
                f" own is seeds/{name}.csv; or name another folder with SEEDS_DIR."
            )
    return found


def load_reference_seeds(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make the reference seeds of a folder tables in schema ``event_files``.

    Args:
        connection: The database that the build runs in, with that schema.
        folder: The folder of reference seeds.

    Raises:
        ReferenceSeedError: As :func:`read_reference_seeds` does.
    """
    connection.execute("create schema if not exists event_files")
    for name, seed in read_reference_seeds(folder).items():
        columns = ", ".join(f"{column} {kind}" for column, kind in seed.types.items())
        connection.execute(f"create or replace table {SEED_TABLE}{name} (row_id bigint, {columns})")
        insert_rows(
            connection,
            f"{SEED_TABLE}{name}",
            [(str(place), *row) for place, row in enumerate(seed.rows)],
        )


@cache
def declared_seeds() -> dict[str, dict[str, str]]:
    """The columns of each reference seed with their types, as the project declares them."""
    project = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text("utf-8"))
    return {
        name: {
            column: "varchar" if kind == "string" else kind
            for column, kind in config["+column_types"].items()
        }
        for name, config in project["seeds"]["inspections"].items()
        if not name.startswith("+") and "+column_types" in config
    }


def _read(path: Path, types: Mapping[str, str] | None) -> Seed:
    try:
        records = list(read_records(read_file(path)))
    except OSError as error:
        raise ReferenceSeedError(
            f"seeds/{path.name} cannot be read: {error.strerror}.", code="disk-or-rights"
        ) from error
    header = [name.strip().lower() for name in records[0].fields]
    if types is None:
        types = dict.fromkeys(header, "varchar")
    keys: dict[tuple[str, ...], int] = {}
    rows: list[tuple[str | None, ...]] = []
    for record in records:
        place = f"seeds/{path.name}, line {record.line_number}"
        if record.fault:
            raise ReferenceSeedError(
                f"{place}, value {record.fault.value!r}: {record.fault.reason}. The seed is not"
                " read."
            )
        if record is records[0]:
            _check_header(place, header, types)
            continue
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
        for column, kind in types.items():
            if row[column] and not _fits(kind, row[column]):
                raise ReferenceSeedError(
                    f"{place}, column {column}, value {shown(row[column])!r}: that is not"
                    f" {_EXPECTED[kind]}; expected one, or nothing."
                )
        if path.stem == "judgement_levels" and row["judges"] not in JUDGED:
            raise ReferenceSeedError(
                f"{place}, column judges, value {shown(row['judges'])!r}: expected what the scale"
                f" judges, one of {', '.join(JUDGED)}."
            )
        rows.append(tuple(row[column] or None for column in types))
    return Seed(types, rows)


def _check_header(place: str, header: list[str], types: Mapping[str, str]) -> None:
    repeated = sorted({name for name in header if header.count(name) > 1})
    lacking = [name for name in types if name not in header]
    if repeated or lacking:
        raise ReferenceSeedError(
            f"{place}:"
            + (f" the header lacks {', '.join(lacking)}." if lacking else "")
            + (f" The header has {', '.join(repeated)} twice." if repeated else "")
            + f" Expected {','.join(types)}, in any order."
        )


def _fits(kind: str, text: str) -> bool:
    if kind == "integer":
        return re.fullmatch(r"-?\d{1,9}", text) is not None
    if kind == "double":
        return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
    if kind == "boolean":
        return text.lower() in ("true", "false")
    if kind == "date":
        try:
            return len(text) == 10 and bool(date.fromisoformat(text))
        except ValueError:
            return False
    return True
