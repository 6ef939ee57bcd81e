"""Open formats of what is published: Parquet, CSV, a workbook, and a data package.

What belongs here: writing them from a published file. What is in the tables does not, nor how a
folder is put in the place of another: see ``inspections/publication/publish.py``.
"""

import hashlib
import json
import math
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import connect, literal, sync
from inspections.errors import BuildFailure
from inspections.log.verdicts import inert
from inspections.publication.publish import PUBLICATIONS, Companion, swap_folder
from inspections.settings import DBT_PROJECT, Settings

PACKAGE = "datapackage.json"
WORKBOOK = "prison-inspections.xlsx"
NAME = "prison-inspections"
TITLE = "Prison inspections: recommendations and judgements over time"
# Excel's own limits.
EXCEL_ROWS = 1_048_575
EXCEL_TEXT = 32_767
EXCEL_NAME = 31
# Excel counts days from 1900 as if that had been a leap year.
EXCEL_FIRST_DAY = date(1900, 3, 1)
EXCEL_WHOLE_NUMBERS = 2**53
# A workbook of each build is for people who look: its time must not grow with the log.
BUILD_SHEET_ROWS = 15_000
_FORMULA_STARTS = [chr(code) for code in range(128) if inert(chr(code)) != chr(code)]
_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "DOUBLE": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
}
_LICENCES = {
    "Open Government Licence v3.0": (
        "OGL-UK-3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ),
}
_NO_LICENCE = " (no licence stated)"


@dataclass(frozen=True)
class Column:
    """A column of a published table."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """A published table, as the file itself describes it."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: int


@dataclass(frozen=True)
class Sheet:
    """What became of a table in the workbook."""

    table: Table
    name: str
    rows: int
    cut_cells: int


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
    if not warehouse.exists():
        raise BuildFailure(
            f"There is no publication {warehouse.name} yet: run inspections build, or name one"
            " with --warehouse."
        )
    out = out.absolute()
    check_is_export(out)
    new = out.with_name(f".{out.name}.new")
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
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BuildFailure(
            f"The export could not be written: {said}. What was in {out.name}/ stays. Make room or"
            " make the folder writable, and export again."
        ) from error
    return counts


def companions(settings: Settings) -> dict[Path, Companion]:
    """The folder that a build publishes with its file, and what writes it.

    Raises:
        BuildFailure: Something else lies where the folder is to be.
    """
    if not settings.export:
        return {}
    check_is_export(settings.export_dir)

    def write_export(warehouse: Path, folder: Path) -> None:
        write(warehouse, folder, sheet_rows=BUILD_SHEET_ROWS)

    return {settings.export_dir: write_export}


def check_is_export(folder: Path) -> None:
    """Find whether a folder may be replaced: it is not there, empty, or an earlier export.

    Raises:
        BuildFailure: It holds something else, which would be lost.
    """
    if not folder.exists():
        return
    if not folder.is_dir() or folder.is_symlink():
        raise BuildFailure(f"{folder.name} is not a folder of its own; name another one.")
    try:
        package = json.loads((folder / PACKAGE).read_text("utf-8"))
        ours = {resource["path"] for resource in package["resources"]} | {PACKAGE}
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    strange = sorted(path.name for path in folder.iterdir() if path.name not in ours)
    if strange:
        raise BuildFailure(
            f"{folder.name}/ holds what is no part of an earlier export"
            f" ({', '.join(strange[:3])}{', …' if len(strange) > 3 else ''}), and would be replaced"
            " whole. Move that away, or name another folder."
        )


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
    with connect(warehouse) as connection:
        connection.execute("set preserve_insertion_order = true")
        try:
            connection.execute(f"attach {literal(str(warehouse))} as warehouse (read_only)")
            connection.execute("use warehouse")
            record = _record(connection)
        except (duckdb.CatalogException, duckdb.IOException) as error:
            raise BuildFailure(
                f"{warehouse.name} is not a publication of this warehouse."
            ) from error
        found = _tables(connection)
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
        sources, licences = _sources(connection)
        sheets = _write_workbook(connection, chosen, record, folder / WORKBOOK, sheet_rows)
        package = {
            "name": NAME,
            "title": TITLE,
            "description": _description(record) + _unlicensed(sources),
            "version": record["log_digest"][:12],
            "created": _instant(record["published_at"]),
            "log_digest": record["log_digest"],
            "known_at": record["known_at"] and _instant(record["known_at"]),
            "keywords": ["prisons", "inspection", "England and Wales"],
            **({"licenses": licences} if licences else {}),
            **({"sources": sources} if sources else {}),
            "resources": _resources(chosen, folder),
        }
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / PACKAGE).write_text(text + "\n", encoding="utf-8")
    for path in folder.iterdir():
        sync(path)
    return {sheet.table.name: sheet.table.rows for sheet in sheets}


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _record(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The publication that the file holds."""
    result = connection.execute(f"from {PUBLICATIONS} order by published_at desc limit 1")
    row = result.fetchone()
    assert row is not None
    return dict(zip([column[0] for column in result.description], row, strict=True))


def _tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    columns: dict[str, list[Column]] = {}
    for table, *column in connection.execute(
        "select table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns()"
        " where database_name = 'warehouse' order by table_name, column_index"
    ).fetchall():
        columns.setdefault(table, []).append(Column(*column))
    tables = []
    for name, comment in connection.execute(
        "select table_name, coalesce(comment, '') from duckdb_tables()"
        " where database_name = 'warehouse' order by table_name"
    ).fetchall():
        (rows,) = connection.execute(f"select count(*) from {name}").fetchone() or (0,)
        tables.append(Table(name, comment, tuple(columns[name]), rows))
    return tables


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


def _description(record: dict[str, Any]) -> str:
    known = (
        "everything known then"
        if record["known_at"] is None
        else f"what was known at {_instant(record['known_at'])}"
    )
    return (
        f"What was published at {_instant(record['published_at'])}, {known}:"
        f" {record['event_count']:,} events, log digest {record['log_digest']}. Each table is there"
        f" as Parquet and as CSV, and all are sheets of {WORKBOOK}. Instants are in UTC."
        " References such as 1.50 are text. In CSV an empty field is a null, and a text that a"
        " spreadsheet would take for a formula has an apostrophe before it; in Parquet and in the"
        " workbook it has none."
    )


def _unlicensed(sources: list[dict[str, str]]) -> str:
    count = sum(source["title"].endswith(_NO_LICENCE) for source in sources)
    if not count:
        return ""
    return (
        f" The licences are those that documents state; {count} of the {len(sources)} cited"
        " documents state none."
    )


def _instant(value: datetime) -> str:
    return value.isoformat() + "Z"


def _sources(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The documents that events cite, and the licences that they state."""
    try:
        documents = connection.execute(
            "select title, document_id, source_address, licence from dim_documents"
            " where document_id in (select document_id from events) order by document_id"
        ).fetchall()
    except duckdb.CatalogException:
        return [], []
    sources = []
    licences: dict[str, dict[str, str]] = {}
    for title, document_id, address, licence in documents:
        said = f" ({licence})" if licence else _NO_LICENCE
        source = {"title": (title or document_id) + said}
        # Some addresses are noted with words or blanks in them: those are no address.
        if address and address.startswith(("http://", "https://")) and " " not in address:
            source["path"] = address
        sources.append(source)
        if licence:
            name, path = _LICENCES.get(licence, ("", ""))
            licences[licence] = {
                "name": name or "-".join(licence.split()),
                **({"path": path} if path else {}),
                "title": licence,
            }
    return sources, [licences[name] for name in sorted(licences)]


def _resources(tables: list[Table], folder: Path) -> list[dict[str, Any]]:
    keys, references = _declared_keys()
    names = {table.name for table in tables}
    resources = []
    for table in tables:
        columns = {column.name for column in table.columns}
        key = keys.get(table.name, [])
        schema: dict[str, Any] = {
            "fields": [
                {
                    "name": column.name,
                    "type": _TYPES.get(column.type, "any"),
                    "description": column.description,
                }
                for column in table.columns
            ],
            "missingValues": [""],
        }
        if key and columns.issuperset(key):
            schema["primaryKey"] = key
        foreign = [
            {
                "fields": [column],
                "reference": {
                    "resource": "" if target == table.name else target,
                    "fields": [field],
                },
            }
            for column, target, field in references.get(table.name, [])
            if column in columns and target in names and keys.get(target) == [field]
        ]
        if foreign:
            schema["foreignKeys"] = foreign
        resources.append(
            {
                "name": table.name,
                "description": table.description,
                "type": "table",
                "path": f"{table.name}.csv",
                "scheme": "file",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                **_bytes_and_hash(folder / f"{table.name}.csv"),
                "rows": table.rows,
                "dialect": {
                    "csv": {
                        "delimiter": ",",
                        "lineTerminator": "\r\n",
                        "quoteChar": '"',
                        "doubleQuote": True,
                        "skipInitialSpace": False,
                    }
                },
                "schema": schema,
            }
        )
    for table in tables:
        resources.append(
            {
                "name": f"{table.name}-parquet",
                "description": f"{table.name} as Parquet.",
                "type": "file",
                "path": f"{table.name}.parquet",
                "scheme": "file",
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                **_bytes_and_hash(folder / f"{table.name}.parquet"),
            }
        )
    resources.append(
        {
            "name": "workbook",
            "description": "All tables as sheets of one workbook, for people.",
            "type": "file",
            "path": WORKBOOK,
            "scheme": "file",
            "format": "xlsx",
            "mediatype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            **_bytes_and_hash(folder / WORKBOOK),
        }
    )
    return resources


def _bytes_and_hash(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "hash": f"sha256:{digest}"}


def _declared_keys() -> tuple[dict[str, list[str]], dict[str, list[tuple[str, str, str]]]]:
    """The keys and references that the models' tests hold: they are proved in each build.

    Returns:
        The key by table, where columns alone are one and none of them is ever null, and by table
        the references: column, table, column there.
    """
    path = DBT_PROJECT / "target" / "manifest.json"
    if not path.exists():
        from inspections.dbt_project import prepare_manifest

        path = prepare_manifest()
    nodes = json.loads(path.read_text("utf-8"))["nodes"]
    keys: dict[str, list[str]] = {}
    references: dict[str, list[tuple[str, str, str]]] = {}
    for _, node in sorted(nodes.items()):
        test = node.get("test_metadata")
        model = nodes.get(node.get("attached_node"))
        if test is None or model is None or model["schema"] != "marts":
            continue
        arguments = test["kwargs"]
        if test["name"] == "unique_key":
            columns = list(arguments["columns"])
            never_null = {
                column["name"]
                for column in model["columns"].values()
                if any(rule["type"] == "not_null" for rule in column["constraints"])
            }
            known = keys.get(model["name"])
            if never_null.issuperset(columns) and (known is None or len(columns) < len(known)):
                keys[model["name"]] = columns
        elif test["name"] == "relationships":
            target = arguments["to"].split("'")[1]
            references.setdefault(model["name"], []).append(
                (arguments["column_name"], target, arguments["field"])
            )
    return keys, references


def sheet_names(tables: Sequence[str]) -> dict[str, str]:
    """A sheet's name by table: Excel allows 31 characters, and no two alike."""
    names: dict[str, str] = {}
    taken = {"about"}
    for table in tables:
        name = table[:EXCEL_NAME]
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{table[: EXCEL_NAME - len(str(number)) - 1]}~{number}"
        taken.add(name.lower())
        names[table] = name
    return names


def _write_workbook(
    connection: duckdb.DuckDBPyConnection,
    tables: list[Table],
    record: dict[str, Any],
    path: Path,
    sheet_rows: int,
) -> list[Sheet]:
    """Write a sheet a table, and one before them that explains.

    Rows go to disk one by one, so the sheet that explains is written last, when it is known what
    was cut; it is put in front by its place in the book.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    names = sheet_names([table.name for table in tables])
    sheets = []
    try:
        # In memory a row at a time, and texts are texts: no formula, link or number is guessed.
        with xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": str(path.parent),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        ) as book:
            book.use_zip64()
            book.set_properties({"title": TITLE, "created": record["published_at"]})
            about = book.add_worksheet("About")
            pages = {table.name: book.add_worksheet(names[table.name]) for table in tables}
            formats = {
                "head": book.add_format({"bold": True, "bottom": 1, "valign": "top"}),
                "title": book.add_format({"bold": True, "font_size": 14}),
                "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
                "text": book.add_format({"num_format": "@"}),
                "date": book.add_format({"num_format": "yyyy-mm-dd"}),
                "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            }
            for table in tables:
                page = pages[table.name]
                rows, cut_cells = _write_sheet(connection, table, page, formats, sheet_rows)
                sheets.append(Sheet(table, names[table.name], rows, cut_cells))
            _write_about(about, sheets, record, formats)
    except FileCreateError as error:
        # What the system said, of a full disk for one, without the library's wrapping.
        raise error.args[0] if isinstance(error.args[0], OSError) else error from None
    return sheets


_WIDTHS = {"VARCHAR": 24, "DATE": 12, "TIMESTAMP": 20, "BOOLEAN": 9}


def _write_sheet(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    page: Any,
    formats: dict[str, Any],
    sheet_rows: int,
) -> tuple[int, int]:
    """Write one table's sheet; return its rows, and how many texts were too long for a cell."""
    kept = min(table.rows, sheet_rows, EXCEL_ROWS)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, kept, len(table.columns) - 1)
    # References look like numbers and are none: no green corner at each.
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{EXCEL_ROWS + 1}"})
    for index, column in enumerate(table.columns):
        width = max(_WIDTHS.get(column.type, 10), min(len(column.name) + 3, 30))
        page.set_column(index, index, width)
    for index, column in enumerate(table.columns):
        page.write_string(0, index, column.name, formats["head"])
    cut_cells = 0
    for number, row in enumerate(_rows(connection, table.name, kept), 1):
        for index, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                text = _fitting(value, table.name)
                cut_cells += text is not value
                _write_text(page, number, index, text, formats["text"])
            elif isinstance(value, bool):
                page.write_boolean(number, index, value)
            elif isinstance(value, datetime):
                if value.date() < EXCEL_FIRST_DAY:
                    page.write_string(number, index, _instant(value))
                else:
                    page.write_datetime(number, index, value, formats["instant"])
            elif isinstance(value, date):
                if value < EXCEL_FIRST_DAY:
                    page.write_string(number, index, value.isoformat())
                else:
                    page.write_datetime(number, index, value, formats["date"])
            elif abs(value) > EXCEL_WHOLE_NUMBERS or not math.isfinite(value):
                page.write_string(number, index, str(value))
            else:
                page.write_number(number, index, value)
    return kept, cut_cells


def _rows(
    connection: duckdb.DuckDBPyConnection, table: str, limit: int
) -> Iterator[tuple[Any, ...]]:
    result = connection.execute(f"from {table} limit {limit}")
    while rows := result.fetchmany(2_000):
        yield from rows


def _write_text(page: Any, row: int, column: int, text: str, text_format: Any) -> None:
    # XML has no place for these two; they are no characters.
    text = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    # Typed over, a reference stays text; long texts of that format some versions show as "####".
    cell_format = text_format if len(text) <= 255 else None
    is_mistakable = text.startswith("<r>") and text.endswith("</r>")
    # The library takes such a text for its own mark-up and would not escape it: so in two pieces,
    # or, where that is too long for it, with a blank before it.
    if not is_mistakable:
        page.write_string(row, column, text, cell_format)
    elif page.write_rich_string(row, column, text_format, text[:3], text_format, text[3:]):
        page.write_string(row, column, " " + text[: EXCEL_TEXT - 1], cell_format)


def _fitting(text: str, table: str) -> str:
    """Cut a text that no cell holds, and say so; Excel counts in units of UTF-16."""
    if len(text) <= EXCEL_TEXT // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= EXCEL_TEXT * 2:
        return text
    note = f" […cut here: {len(text):,} characters in all, whole in {table}.csv]"
    return units[: (EXCEL_TEXT - len(note)) * 2].decode("utf-16-le", "ignore") + note


def _write_about(
    page: Any, sheets: list[Sheet], record: dict[str, Any], formats: dict[str, Any]
) -> None:
    for index, width in enumerate((34, 34, 12, 90)):
        page.set_column(index, index, width)
    page.write_string(0, 0, TITLE, formats["title"])
    notes = [
        f"Published at {_instant(record['published_at'])}; "
        + (
            "everything known then."
            if record["known_at"] is None
            else f"what was known at {_instant(record['known_at'])}."
        ),
        f"{record['event_count']:,} events; log digest {record['log_digest']}.",
        "Each row of a fact names its event: look up event_id in the sheet events to find the"
        " document and paragraph.",
        "References, ids and codes are text: 1.5 and 1.50 are two references. Instants are in UTC."
        " An empty cell is unknown, not nought.",
        f"Licence and sources of each document: sheet dim_documents, and {PACKAGE}.",
    ]
    for sheet in sheets:
        if sheet.rows < sheet.table.rows:
            notes.append(
                f"Not whole: {sheet.table.name} has {sheet.table.rows:,} rows, its sheet the first"
                f" {sheet.rows:,}. All are in {sheet.table.name}.csv and .parquet."
            )
        if sheet.cut_cells:
            notes.append(
                f"Not whole: {sheet.cut_cells:,} text(s) of {sheet.table.name} are longer than the"
                f" {EXCEL_TEXT:,} characters of a cell and are cut, each with a note at its end."
            )
    line = 2
    for note in notes:
        page.write_string(line, 0, note)
        line += 1
    line += 1
    for index, head in enumerate(("table", "sheet", "rows", "what a row is")):
        page.write_string(line, index, head, formats["head"])
    for sheet in sheets:
        line += 1
        page.write_string(line, 0, sheet.table.name)
        page.write_url(line, 1, f"internal:'{sheet.name}'!A1", string=sheet.name)
        page.write_number(line, 2, sheet.table.rows)
        page.write_string(line, 3, sheet.table.description, formats["wrap"])
    line += 2
    for index, head in enumerate(("table", "column", "type", "what it says")):
        page.write_string(line, index, head, formats["head"])
    for sheet in sheets:
        for column in sheet.table.columns:
            line += 1
            page.write_string(line, 0, sheet.table.name)
            page.write_string(line, 1, column.name)
            page.write_string(line, 2, column.type.lower())
            page.write_string(line, 3, column.description, formats["wrap"])
