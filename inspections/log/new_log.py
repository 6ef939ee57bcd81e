"""An empty log for another organisation, in a folder of its own.

What belongs here: what lies in such a folder at the start. The project is not touched by it, and an
upgrade of the project touches nothing in it.
"""

import csv
import io
import shutil
from collections.abc import Sequence
from pathlib import Path

from inspections.errors import ActionableError
from inspections.files import beside
from inspections.log.declaration import event_types
from inspections.log.files.csv_records import read_records
from inspections.log.files.documents import COLUMNS
from inspections.log.files.known_departures import COLUMNS as COLUMNS_OF_DEPARTURES
from inspections.log.files.known_departures import FILE as KNOWN_DEPARTURES
from inspections.log.files.reference_seeds import SEEDS, reference_seed_paths
from inspections.settings import PATHS_FILE

# Which establishment of the shipped log is which entry of the register.
_OF_THE_SHIPPED_LOG = ("register_entries",)
_PATHS = """\
# Where this log is. Commands that run in this folder read these four paths, relative to it, and
# nothing else, from this file. An option or a variable of the environment comes first.
EVENTS_DIR=events
SEEDS_DIR=seeds
REPORTS_DIR=reports
WAREHOUSE_PATH=data/warehouse.duckdb
"""
_IGNORED = """\
# Everything in it is built from the log.
data/
"""
_README = """\
# A log of inspections

Run every command in this folder: `{paths}` says where things are.

| what | where |
|---|---|
| the log, one file an event type; append to it, never edit it | `events/` |
| the documents that events cite | `events/documents.csv` |
| bodies, scales, tests, kinds of visit and answer | `seeds/` |
| departures from the checks that you accept, and why | `seeds/known_departures.csv` |
| the texts of documents, to check what is cited | `reports/` |
| the published file and its pages; never in git | `data/` |

1. Say who inspects: a row in `seeds/bodies.csv`. Its scales of judgement are
   `seeds/judgement_levels.csv`; what else it calls by names of its own is in the other seeds.
2. Put the rows of a document into files named after their event types, such as
   `new/visits_held.csv`, with the document's own row in `new/documents.csv`; or have them proposed:
   `inspections intake document.pdf --out new`
3. `inspections append new --dry-run` shows what would change; without `--dry-run` it adds the rows,
   all of them or none. A mistake is answered by a correction, or by `inspections retract`.
4. `inspections build` publishes `data/warehouse.duckdb`; open `data/site/index.html`.

Keep this folder in git, or in a backup: it is all that cannot be made again. An upgrade of the
program changes nothing here. The program's own `seeds/README.md` and `docs/` say what the columns
mean.
"""


class NewLogError(ActionableError):
    """A folder for a new log cannot be made."""


def make_log(folder: Path, bodies: Sequence[str] = ()) -> None:
    """Make a folder with an empty log, its reference seeds and its settings, whole or not at all.

    Args:
        folder: The folder, which is not there or is empty.
        bodies: The bodies whose reference data are kept; all without any.

    Raises:
        NewLogError: The folder holds something, cannot be made, or a body is not known.
    """
    kept = _kept_seeds(bodies)
    target = folder.absolute()
    new = beside(target, "new")
    try:
        if target.is_symlink() or (target.exists() and any(target.iterdir())):
            raise NewLogError(
                f"{target.name} is not empty; nothing was written. Name a new folder, or an empty"
                " one."
            )
        shutil.rmtree(new, ignore_errors=True)
        for name in ("events", "seeds", "reports"):
            (new / name).mkdir(parents=True)
        for event_type in event_types().values():
            _write(new / "events" / f"{event_type.name}.csv", [event_type.column_names])
        _write(new / "events" / "documents.csv", [COLUMNS])
        _write(new / "seeds" / KNOWN_DEPARTURES, [COLUMNS_OF_DEPARTURES])
        for name, rows in kept.items():
            _write(new / "seeds" / name, rows)
        # Git keeps no empty folder.
        (new / "reports" / ".gitkeep").touch()
        (new / PATHS_FILE).write_text(_PATHS, encoding="utf-8")
        (new / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        (new / "README.md").write_text(_README.format(paths=PATHS_FILE), encoding="utf-8")
        new.replace(target)
    except OSError as error:
        raise NewLogError(
            f"{target.name} cannot be made: {error.strerror or error}. Name another folder, or make"
            " the one above it writable."
        ) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _kept_seeds(bodies: Sequence[str]) -> dict[str, list[Sequence[str]]]:
    """The reference seeds by file name, each with its header, for some bodies or for all.

    Raises:
        NewLogError: A body is not known.
    """
    seeds = {
        path.name: [tuple(record.fields) for record in read_records(path.read_bytes())]
        for path in reference_seed_paths(SEEDS)
    }
    rows = {name: _as_rows(seed) for name, seed in seeds.items()}
    known = {row["body"]: row["country"] for row in rows["bodies.csv"]}
    unknown = [body for body in bodies if body not in known]
    if unknown:
        raise NewLogError(
            f"--body {unknown[0]!r} is not known; known are {', '.join(sorted(known))}. Leave it"
            " out, and add the body to seeds/bodies.csv of the new folder."
        )
    if bodies:
        countries = {each for body in bodies for each in known[body].split(" and ")}
        _keep(rows, "body", {"", *bodies})
        _keep(rows, "scale", {"", *(row["scale"] for row in rows["judgement_levels.csv"])})
        rows["prison_register.csv"] = [
            row for row in rows["prison_register.csv"] if row["country"] in countries
        ]
        _keep(rows, "register_id", {row["register_id"] for row in rows["prison_register.csv"]})
    for name in _OF_THE_SHIPPED_LOG:
        rows[f"{name}.csv"] = []
    return {
        name: [seed[0], *(tuple(row.values()) for row in rows[name])]
        for name, seed in seeds.items()
    }


def _as_rows(seed: list[tuple[str, ...]]) -> list[dict[str, str]]:
    return [dict(zip(seed[0], fields, strict=True)) for fields in seed[1:]]


def _keep(rows: dict[str, list[dict[str, str]]], column: str, values: set[str]) -> None:
    """Of every seed that has a column, keep the rows in which it says one of some values."""
    for name, seed in rows.items():
        rows[name] = [row for row in seed if column not in row or row[column] in values]


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
