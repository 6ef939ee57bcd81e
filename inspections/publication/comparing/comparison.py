"""Two published files held against each other: what they hold, and what they say of it."""

from pathlib import Path

import duckdb

from inspections.database import attached, last_record, literal
from inspections.publication.published_file import described_tables


def compared(one: Path, other: Path) -> tuple[dict[str, int], list[str]]:
    """Compare two publications of one log.

    Args:
        one: A published file.
        other: Another one.

    Returns:
        Rows of the first by table, less the record of publications, and each difference in words:
        of tables, columns, types, descriptions, the digest of the log, and rows.
    """
    described, digests = [], []
    for file in (one, other):
        with attached(file, "published") as connection:
            tables = {
                table.name: table
                for table in described_tables(connection)
                if table.name != "publications"
            }
            described.append(tables)
            digests.append(last_record(connection)["log_digest"])
    first, second = described
    faults = [] if digests[0] == digests[1] else [f"log_digest: {digests[0]} and {digests[1]}"]
    faults += [f"{name}: in one file alone" for name in sorted(first.keys() ^ second.keys())]
    with attached(one, "one") as connection:
        # Of a file of views, each names what it reads from its own folder on.
        places = ",".join(str(file.parent) for file in (one, other))
        connection.execute(f"set file_search_path = {literal(places)}")
        connection.execute(f"attach {literal(str(other))} as other (read_only)")
        for name in sorted(first.keys() & second.keys()):
            if (first[name].columns, first[name].description) != (
                second[name].columns,
                second[name].description,
            ):
                faults.append(f"{name}: other columns, types or descriptions")
            else:
                faults += _differing_rows(connection, name)
    return {name: table.rows for name, table in sorted(first.items())}, faults


def _differing_rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Rows of one table that the other lacks, with repetitions."""
    faults = []
    for here, there in (("one", "other"), ("other", "one")):
        rows = connection.execute(
            f"select * from (from {here}.main.{table} except all from {there}.main.{table}) limit 3"
        ).fetchall()
        faults += [f"{table}: in {here} file alone: {row}" for row in rows]
    return faults
