"""Reports the gate's verdicts, as sentences and in a file.

The verdicts are made in SQL. Here they are read from the build and told to people.
"""

import csv
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import attached
from inspections.errors import BuildFailure
from inspections.log.declaration import event_types
from inspections.log.files.event_folder import (
    event_file_paths,
    find_event_files,
    shown_name,
    state_of,
)
from inspections.log.files.reference_seeds import check_reference_seeds
from inspections.settings import Settings

MAX_REPORTED = 20
_COLUMNS = (
    "verdict", "file_name", "line_number", "event_id", "column_name", "value", "reason",
)  # fmt: skip


def check_there_is_a_log(settings: Settings) -> list[str]:
    """Find what no row can be blamed for before anything is built.

    Returns:
        What lies beside the event files that looks like rows and is not read, in words.

    Raises:
        EventFolderError: The events folder is missing or empty.
        ReferenceSeedError: A reference seed cannot be read without doubt.
    """
    check_reference_seeds(settings.seeds_dir)
    event_file_paths(settings.events_dir)
    passed_over = find_event_files(settings.events_dir).passed_over
    return passed_over


# Unicode's full case folding, as far as lower case is not the whole of it: two forms of sigma, the
# long s, and the sharp s, which is two letters.
_FOLDED = "replace(translate(lower(nfc_normalize({})), 'ςſ', 'σs'), 'ß', 'ss')"


def ids_that_look_alike(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    """Ids that are the same but for capitals or the composition of their letters.

    Args:
        connection: The build, in use.

    Returns:
        One a place where such an id is first written: file, line, and the finding in words, which
        names the other place. By file and line.
    """
    introduced = [
        f"select {column} as id, '{column}' as kind, file_name, line_number"
        f" from intermediate.int_log where event_type = '{event_type.name}'"
        for event_type in event_types().values()
        if (column := event_type.introduces)
    ]
    named = " union all ".join(
        [
            "select event_id, 'event_id', file_name, line_number from intermediate.int_log",
            *introduced,
        ]
    )
    # By digests, which are a few bytes each, where ids would not fit into memory.
    # A run of some models alone has no log.
    if not connection.execute(
        "select 1 from duckdb_views() where schema_name = 'intermediate' and view_name = 'int_log'"
    ).fetchall():
        return []
    rows = connection.execute(
        f"""
        with named(id, kind, file_name, line_number) as ({named}),
        alike as (
            select kind, hash({_FOLDED.format("id")}) as folded
            from named
            group by kind, folded
            having min(hash(id)) <> max(hash(id))
        ),
        written as (
            select named.kind, {_FOLDED.format("named.id")} as folded, named.id,
                min((named.file_name, named.line_number)) as place
            from named
            semi join alike
                on named.kind = alike.kind
                and hash({_FOLDED.format("named.id")}) = alike.folded
            group by all
        )
        select kind, folded, id, place[1], place[2] from written order by all
        """
    ).fetchall()
    alike: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for kind, folded, written, file_name, line_number in rows:
        alike.setdefault((kind, folded), []).append((written, file_name, line_number))
    found = []
    for (kind, _), places in alike.items():
        first = min(places, key=lambda place: place[1:])
        for written, file_name, line_number in places:
            if (written, file_name, line_number) != first:
                found.append(
                    (
                        file_name,
                        line_number,
                        f"{file_name}, line {line_number}: {kind} {written!a} looks like"
                        f" {first[0]!a} of {first[1]}, line {first[2]}, and is another id",
                    )
                )
    return sorted(found)


def unaccepted_rows(settings: Settings) -> list[dict[str, Any]] | None:
    """Read the rows that are not in the log from the build.

    Returns:
        The rows, rejected ones first, in file order; None where the build did not get to them.
    """
    if not settings.build_path.exists():
        return None
    with attached(settings.build_path, "build") as connection:
        try:
            rows = connection.execute(
                f"select {', '.join(_COLUMNS)} from build.intermediate.int_unaccepted_rows"
                " order by case verdict when 'rejected' then 1 when 'waiting' then 2 else 3 end,"
                " file_name, line_number"
            ).fetchall()
        except duckdb.CatalogException:
            return None
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def check_files_are_unchanged(settings: Settings) -> None:
    """Find the event files that changed, came or went while the log was replayed.

    Raises:
        BuildFailure: One did: what was built is no state that the log was ever in.
    """
    with attached(settings.build_path, "build") as connection:
        read = {
            name: (size, modified)
            for name, size, modified in connection.execute(
                "select file_name, bytes, modified_ns from build.event_files.files"
            ).fetchall()
        }
    now = {shown_name(file): state_of(file) for file in event_file_paths(settings.events_dir)}
    changed = sorted(name for name in read.keys() | now.keys() if read.get(name) != now.get(name))
    if changed:
        raise BuildFailure(
            "Event files changed while they were read; nothing was published. Run the build again"
            " when nobody writes to them.",
            changed[:MAX_REPORTED],
            can_retry=True,
            code="changed-during-build",
        )


def write_rejected_rows(settings: Settings, rows: list[dict[str, Any]]) -> None:
    """List all rows that are not in the log in a file beside the published one.

    ``data/rejected_rows.csv`` for ``data/warehouse.duckdb``; it holds those of the newest build.
    """
    path = settings.rejected_rows_path
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows([escape_formula(row[name]) for name in _COLUMNS] for row in rows)
    new.replace(path)


def escape_formula(value: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def format_verdict(row: dict[str, Any]) -> str:
    """One row's fault: file, line, column, value, and what was expected."""
    column = f", column {row['column_name']}" if row["column_name"] else ""
    value = "" if row["value"] is None else f", value {row['value']!r}"
    return f"{row['file_name']}, line {row['line_number']}{column}{value}: {row['reason']}"


def rejected(settings: Settings, rows: list[dict[str, Any]]) -> BuildFailure:
    """Build failure that lists the first rejected rows."""
    faults = [row for row in rows if row["verdict"] == "rejected"]
    details = [format_verdict(row) for row in faults[:MAX_REPORTED]]
    if len(faults) > MAX_REPORTED:
        details.append(f"… and {len(faults) - MAX_REPORTED} more")
    return BuildFailure(
        f"{len(faults)} row(s) of the event files were rejected; nothing was published. Fix"
        f" them (all are listed in {_shown(settings.rejected_rows_path)}), or set"
        " ON_REJECTED=publish to publish without them.",
        details,
        code="rejected-rows",
    )


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
