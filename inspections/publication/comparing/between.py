"""Differences between two published files: statements, headline numbers, and rows by table.

:mod:`inspections.publication.differences` compares two instants of one file. Two files may also
differ by rows that claim an earlier recording, by edited reference data or by another model. So the
statements of both are compared here, whatever instants they name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from inspections.database import connect, literal
from inspections.publication.changes import changed_rows
from inspections.publication.differences import headlines_of
from inspections.publication.macros import compared_columns
from inspections.publication.published_file import publication_in_use

# The ids that say what a statement is about, the closest first.
_SUBJECTS = ("recommendation_id", "concern_id", "visit_id", "establishment_id")


@dataclass(frozen=True)
class Change:
    """A statement that differs between two files, or is missing from one.

    Attributes:
        change: ``added``, ``removed`` or ``changed``.
        event_id: The statement's current version: of a removed one, the version that was removed.
        event_type: Its type.
        establishment_id: The establishment that it is about, where one is known.
        visit_id: Its visit, where it has one.
        recommendation_id: Its recommendation, where it has one.
        subject: The id of what it is about.
        values: Each column that differs: name, value before, value after.
        page: The page of the later file that shows it, within the folder of the pages; empty where
            no page does.
    """

    change: str
    event_id: str
    event_type: str
    establishment_id: str
    visit_id: str
    recommendation_id: str
    subject: str
    values: tuple[tuple[str, str | None, str | None], ...]
    page: str = ""

    def at(self, page: str) -> "Change":
        """The same change, with the page that shows it."""
        return replace(self, page=page)


@dataclass(frozen=True)
class FileDifferences:
    """Differences between two published files.

    Attributes:
        changes: One a statement, by subject.
        headlines: Number, count before and count after, where these differ.
        tables: Rows added and removed, by table, where any were. A large table, or one whose
            columns changed, is not compared.
        is_first: Whether there is no earlier file. Everything is new then, and nothing is listed.
    """

    changes: Sequence[Change] = ()
    headlines: Sequence[tuple[str, int, int]] = ()
    tables: dict[str, tuple[int, int]] = field(default_factory=dict)
    is_first: bool = False


def differences_between(before: Path, later: Path) -> FileDifferences:
    """Compare two published files.

    Args:
        before: The earlier one, such as the publication.
        later: The later one, such as a preview.

    Raises:
        BuildFailure: A file lies at ``before`` that is no publication.
    """
    if not before.exists():
        return FileDifferences(is_first=True)
    numbers = []
    for file in (before, later):
        with publication_in_use(file) as connection:
            numbers.append(headlines_of(connection))
    was, now = numbers
    headlines = [
        (name, was.get(name, 0), now.get(name, 0))
        for name in sorted(was.keys() | now.keys())
        if was.get(name, 0) != now.get(name, 0)
    ]
    tables = {
        name: counts
        for name, counts in changed_rows(before, later).items()
        if any(counts) and name != "publications"
    }
    with connect(later) as connection:
        # A file of views names what it reads from its own folder on.
        places = ",".join(str(file.parent) for file in (before, later))
        connection.execute(f"set file_search_path = {literal(places)}")
        for name, file in (("before", before), ("later", later)):
            connection.execute(f"attach {literal(str(file))} as {name} (read_only)")
        return FileDifferences(_changes(connection), headlines, tables)


def _changes(connection: duckdb.DuckDBPyConnection) -> list[Change]:
    known = [_columns(connection, catalog) for catalog in ("before", "later")]
    # A publication of an earlier version of the product may lack a column.
    columns = [name for name in compared_columns() if all(name in names for names in known)]
    for catalog in ("before", "later"):
        connection.execute(
            f"""
            create temp view live_{catalog} as
            select statement_id, event_id, event_digest, event_type,
                {", ".join(_SUBJECTS)}, {", ".join(n for n in columns if n not in _SUBJECTS)}
            from {catalog}.main.events
            where is_live and event_type not in ('events_retracted', 'events_reinstated')
            """
        )
    both = [name for name in dict.fromkeys((*_SUBJECTS, *columns))]
    listed = ", ".join(
        f"cast(before.{name} as varchar), cast(later.{name} as varchar)" for name in both
    )
    rows = connection.execute(
        f"""
        select
            case
                when before.event_id is null then 'added'
                when later.event_id is null then 'removed'
                else 'changed'
            end,
            coalesce(later.event_id, before.event_id),
            coalesce(later.event_type, before.event_type),
            {listed}
        from live_before as before
        full outer join live_later as later using (statement_id)
        where
            before.event_id is distinct from later.event_id
            or before.event_digest is distinct from later.event_digest
        """
    ).fetchall()
    changes = [_change(row, both, columns) for row in rows]
    return sorted(changes, key=lambda each: (each.subject, each.event_type, each.event_id))


def _change(row: Sequence[str | None], both: Sequence[str], columns: Sequence[str]) -> Change:
    change, event_id, event_type = (str(value) for value in row[:3])
    sides = {name: (row[3 + 2 * place], row[4 + 2 * place]) for place, name in enumerate(both)}
    about = {name: later or before or "" for name, (before, later) in sides.items()}
    return Change(
        change,
        event_id,
        event_type,
        about["establishment_id"],
        about["visit_id"],
        about["recommendation_id"],
        next((about[name] for name in _SUBJECTS if about[name]), ""),
        tuple((name, *sides[name]) for name in columns if sides[name][0] != sides[name][1]),
    )


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str) -> set[str]:
    return {
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns()"
            f" where database_name = {literal(catalog)} and table_name = 'events'"
        ).fetchall()
    }


def format_file_differences(found: FileDifferences) -> list[str]:
    """The differences as lines for people: headline numbers, statements, then rows by table."""
    if found.is_first:
        return ["There is no earlier publication: everything is new."]
    if not found.changes and not found.tables and not found.headlines:
        return ["Nothing changes."]
    lines = []
    if found.headlines:
        lines.append("Headline numbers")
        lines += [
            f"  {name.replace('_', ' ')}: {was} → {now}" for name, was, now in found.headlines
        ]
    for change in found.changes:
        kind = change.event_type.replace("_", " ")
        lines.append(f"{change.change}: {change.subject}, {kind} ({change.event_id})")
        for name, was, now in change.values:
            if change.change == "added":
                lines.append(f"  {name}: {_shown(now)}")
            elif change.change == "removed":
                lines.append(f"  {name}: was {_shown(was)}")
            else:
                lines.append(f"  {name}: {_shown(was)} → {_shown(now)}")
    if found.tables:
        lines.append("Rows by table")
        lines += [
            f"  {name}: {added} added, {removed} removed"
            for name, (added, removed) in found.tables.items()
        ]
    return lines


def _shown(value: str | None) -> str:
    if value is None:
        return "(empty)"
    text = " ".join(value.split())
    return text if len(text) <= 100 else text[:100] + "…"
