"""Changes of a publication: rows added and removed, with the first few as examples."""

import contextlib
import html
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from inspections.database import attached, connect, content_of, literal
from inspections.files import beside
from inspections.publication.published_file import RELATIONS

# Above this, rows are counted but not compared: telling costs no more than a moment.
COMPARED_ROWS = 200_000
_PREVIEW_ROWS, _PREVIEW_COLUMNS, _PREVIEW_WIDTH = 5, 8, 60


@contextmanager
def previous_publication(warehouse: Path) -> Iterator[Path | None]:
    """Keep the last publication under a second name while it is replaced.

    Yields:
        The second name; nothing where there is no publication, or no second name can be given.
    """
    second = beside(warehouse, "before")
    try:
        second.unlink(missing_ok=True)
        os.link(warehouse, second)
    except OSError:
        yield None
        return
    try:
        yield second
    finally:
        # The publication is in place by then: the next one removes what could not be removed.
        with contextlib.suppress(OSError):
            second.unlink(missing_ok=True)


def changed_rows(before: Path | None, after: Path) -> dict[str, tuple[int, int]]:
    """Count the rows that a publication added and removed.

    Args:
        before: The publication that was replaced.
        after: The one that replaced it.

    Returns:
        Rows added and removed by table. A table that is large, or whose columns are others now, is
        not compared; without an earlier publication, none is.
    """
    if before is None:
        return {}
    counts = {}
    with connect(after) as connection:
        connection.execute(f"attach {literal(str(before))} as earlier (read_only)")
        connection.execute(f"attach {literal(str(after))} as later (read_only)")
        was = {name: (size, shape) for name, size, shape in _tables(connection, "earlier")}
        for table, rows, columns in _tables(connection, "later"):
            size, shape = was.get(table, (0, ""))
            if shape != columns or max(rows, size) > COMPARED_ROWS:
                continue
            earlier, later = (
                content_of(connection, f"{catalog}.main.{table}")
                for catalog in ("earlier", "later")
            )
            if earlier == later:
                counts[table] = (0, 0)
                continue
            added, removed = (
                (
                    connection.execute(
                        f"select count(*) from (from {new}.main.{table}"
                        f" except all from {old}.main.{table})"
                    ).fetchone()
                    or (0,)
                )[0]
                for new, old in (("later", "earlier"), ("earlier", "later"))
            )
            counts[table] = (int(added), int(removed))
    return counts


def _tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, int, str]]:
    """The tables of a catalog, each with its rows as estimated and its columns."""
    return connection.execute(
        f"""
        select
            tables.name,
            -- Of a view, which reads files, nobody knows beforehand.
            coalesce(any_value(tables.estimated_size), {COMPARED_ROWS + 1}),
            string_agg(column_name || ' ' || data_type, ', ' order by column_index)
        from {RELATIONS} as tables
        inner join duckdb_columns() as columns
            on
                tables.database_name = columns.database_name
                and tables.schema_name = columns.schema_name
                and tables.name = columns.table_name
        where tables.database_name = {literal(catalog)}
        group by tables.name
        """
    ).fetchall()


def previews(warehouse: Path) -> dict[str, str]:
    """The first rows of each published table, as a Markdown table.

    Args:
        warehouse: The published file.

    Returns:
        Markdown by table, in which no text of the log can become markup.
    """
    with attached(warehouse, "later") as connection:
        found = {}
        for table, _, _ in _tables(connection, "later"):
            result = connection.execute(f"from later.main.{table} limit {_PREVIEW_ROWS}")
            names = [column[0] for column in result.description][:_PREVIEW_COLUMNS]
            lines = [names, ["---"] * len(names)]
            lines += [[as_text(value) for value in row[: len(names)]] for row in result.fetchall()]
            found[table] = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return found


def as_text(value: object, width: int = _PREVIEW_WIDTH) -> str:
    """A value in a cell of a Markdown table, shortened, with no power over the page."""
    if value is None:
        return ""
    words = " ".join(str(value).split())
    if len(words) > width:
        words = words[: width - 1] + "…"
    # An entity after the colon keeps an address from becoming a link.
    escaped = re.sub(r"([\\`*_{}\[\]()#!|~])", r"\\\1", html.escape(words))
    return re.sub(r"(https?|ftp|mailto):", r"\1&#58;", escaped).replace("www.", "www&#46;")
