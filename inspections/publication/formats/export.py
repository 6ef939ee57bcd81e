"""Open formats of what is published: Parquet, CSV, a workbook, and a data package.

What belongs here: writing them from a published file. What is in the tables does not, nor how a
folder is put in the place of another: see :mod:`inspections.files`.
"""

import json
import os
import pickle
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import duckdb

from inspections.database import last_record, literal
from inspections.errors import BuildFailure, without_paths
from inspections.files import beside, swap_folder, sync
from inspections.log.verdicts import escape_formula
from inspections.processes import child_environment
from inspections.publication.formats.data_package import (
    PACKAGE,
    WORKBOOK,
    check_is_export,
    data_package,
)
from inspections.publication.formats.workbook import EXCEL_ROWS, write_workbook
from inspections.publication.published_file import (
    Table,
    described_tables,
    publication_in_use,
)

_FORMULA_STARTS = [chr(code) for code in range(128) if escape_formula(chr(code)) != chr(code)]


def export(
    warehouse: Path,
    out: Path,
    tables: Sequence[str] | None = None,
    sheet_rows: int = EXCEL_ROWS,
) -> dict[str, int]:
    """Write a published file's tables to a folder, which is replaced whole.

    Args:
        warehouse: The published file.
        out: The folder. One that holds anything but an earlier export is refused.
        tables: The tables, all without it.
        sheet_rows: The most rows that a sheet of the workbook holds.

    Returns:
        Rows by table.

    Raises:
        BuildFailure: There is no such file, table or folder, or it cannot be written.
    """
    out = out.absolute()
    check_is_export(out)
    new = beside(out, "new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _clear(new)
        new.mkdir()
        try:
            counts = write(warehouse, new, tables, sheet_rows)
            swap_folder(new, out)
        finally:
            _clear(new)
    except (OSError, duckdb.IOException) as error:
        raise BuildFailure(
            f"The export could not be written: {without_paths(error)}. What was in {out.name}/"
            " stays. Make room or make the folder writable, and export again.",
            code="disk-or-rights",
        ) from error
    return counts


def write(
    warehouse: Path,
    folder: Path,
    tables: Sequence[str] | None = None,
    sheet_rows: int = EXCEL_ROWS,
) -> dict[str, int]:
    """Write a published file's tables into an empty folder.

    Args:
        warehouse: The published file.
        folder: The folder.
        tables: The tables, all without it.
        sheet_rows: The most rows that a sheet of the workbook holds.

    Returns:
        Rows by table.

    Raises:
        BuildFailure: There is no such table, or the file is none of this warehouse.
    """
    with publication_in_use(warehouse) as connection:
        connection.execute("set preserve_insertion_order = true")
        record = last_record(connection)
        found = described_tables(connection)
        unknown = sorted(set(tables or []) - {table.name for table in found})
        if unknown:
            raise BuildFailure(
                f"There is no table {', '.join(unknown)}. The tables are"
                f" {', '.join(table.name for table in found)}."
            )
        chosen = [table for table in found if tables is None or table.name in tables]
        for table in chosen:
            _write_parquet(connection, table, folder)
            _write_csv(connection, table, folder)
        sheets = write_workbook(connection, chosen, record, folder / WORKBOOK, sheet_rows)
        package = data_package(connection, chosen, record, folder)
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / PACKAGE).write_text(text + "\n", encoding="utf-8")
    for path in folder.iterdir():
        sync(path)
    return {sheet.table.name: sheet.table.rows for sheet in sheets}


def write_elsewhere(warehouse: Path, folder: Path, sheet_rows: int) -> None:
    """Write all tables into an empty folder by a process of its own, and wait for it.

    Args:
        warehouse: The published file.
        folder: The folder.
        sheet_rows: The most rows that a sheet of the workbook holds.

    Raises:
        BuildFailure: The process was ended by somebody else.
        Exception: What :func:`write` raised there.
    """
    command = [sys.executable, "-m", __name__, str(warehouse), str(folder), str(sheet_rows)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment()
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
    if said:
        raise pickle.loads(said)
    if process.returncode:
        raise BuildFailure(
            "The open formats could not be written: the process that writes them was ended"
            f" ({process.returncode}). Nothing was published; run the build again.",
            code="formats-ended",
        )


def main() -> None:
    """Write as asked on the command line; what is raised is left on the standard output."""
    # Whoever asked holds the other end open. A process that outlived a killed build would go on
    # writing into the folder of the next.
    threading.Thread(target=_end_with_asker, daemon=True).start()
    warehouse, folder, sheet_rows = sys.argv[1:]
    try:
        write(Path(warehouse), Path(folder), sheet_rows=int(sheet_rows))
    except Exception as error:
        sys.stdout.buffer.write(pickle.dumps(error))


def _end_with_asker() -> None:
    # Not by Python's buffer, whose lock the interpreter waits for at its end.
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _write_parquet(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> None:
    connection.execute(
        f"copy (from {table.name}) to {literal(str(folder / table.name) + '.parquet')}"
        " (format parquet, compression zstd,"
        f" kv_metadata {{description: {literal(table.description)}}})"
    )


def _write_csv(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> None:
    """Write a table as RFC 4180 has it: CRLF, quotes doubled; an empty field is a null."""
    starts = ", ".join(literal(start) for start in _FORMULA_STARTS)
    cells = []
    for column in table.columns:
        name = column.name
        if column.type == "VARCHAR":
            cells.append(
                f"case when substring({name}, 1, 1) in ({starts}) then '''' || {name}"
                f" else {name} end as {name}"
            )
        elif column.type == "TIMESTAMP":
            cells.append(
                f"case when microsecond({name}) % 1000000 = 0"
                f" then strftime({name}, '%Y-%m-%dT%H:%M:%SZ')"
                f" else strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ') end as {name}"
            )
        else:
            cells.append(name)
    connection.execute(
        f"copy (select {', '.join(cells)} from {table.name})"
        f" to {literal(str(folder / table.name) + '.csv')}"
        " (format csv, header, delimiter ',', quote '\"', escape '\"', new_line '\\r\\n')"
    )


if __name__ == "__main__":
    main()
