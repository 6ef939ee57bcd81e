"""The workbook of the open formats: one sheet per table, and one before them that explains."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from inspections.instants import iso_instant
from inspections.publication.formats.data_package import PACKAGE, TITLE
from inspections.publication.published_file import Table

# Excel's own limits.
EXCEL_ROWS = 1_048_575
EXCEL_TEXT = 32_767
EXCEL_NAME = 31
# Excel counts days from 1900 as if that had been a leap year.
EXCEL_FIRST_DAY = date(1900, 3, 1)
# Written as the number that it is: the library's own conversion takes longer than the cell.
EXCEL_DAY_ZERO = date(1899, 12, 30).toordinal()
EXCEL_WHOLE_NUMBERS = 2**53


@dataclass(frozen=True)
class Sheet:
    """A table's sheet in the workbook."""

    table: Table
    name: str
    rows: int
    cut_cells: int


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


def write_workbook(
    connection: duckdb.DuckDBPyConnection,
    tables: list[Table],
    record: dict[str, Any],
    path: Path,
    sheet_rows: int,
) -> list[Sheet]:
    """Write one sheet per table, and one before them that explains.

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
                    page.write_string(number, index, iso_instant(value))
                else:
                    page.write_datetime(number, index, value, formats["instant"])
            elif isinstance(value, date):
                if value < EXCEL_FIRST_DAY:
                    page.write_string(number, index, value.isoformat())
                else:
                    days = value.toordinal() - EXCEL_DAY_ZERO
                    page.write_number(number, index, days, formats["date"])
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
        f"Published at {iso_instant(record['published_at'])}; "
        + (
            "everything known then."
            if record["known_at"] is None
            else f"what was known at {iso_instant(record['known_at'])}."
        ),
        f"{record['event_count']:,} events; log digest {record['log_digest']}.",
        "Each row of a fact names its event: look up event_id in the sheet events to find the"
        " document and paragraph.",
        "References, ids and codes are text: 1.5 and 1.50 are two references. Instants are in UTC."
        " An empty cell means unknown, not zero.",
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
