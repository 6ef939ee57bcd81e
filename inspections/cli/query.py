"""``inspections query``: an answer as a table, as CSV or as JSON."""

import csv
import json
import math
import sys
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from inspections.publication.querying import Answer, answered

# Nobody reads more on a terminal; the other forms have all rows.
_ROWS_SHOWN = 1_000
# A table that is not for a terminal is as wide as its longest rows.
_WIDE = 10_000


def run_query(warehouse: Path, sql: str, form: str) -> None:
    """Answer a query on the standard output.

    Args:
        warehouse: The published file.
        sql: One statement that reads.
        form: ``table``, ``csv`` or ``json``.

    Raises:
        BuildFailure: It cannot be answered.
    """
    with answered(warehouse, sql) as answer:
        {"table": _print_table, "csv": _print_csv, "json": _print_json}[form](answer)


def _print_table(answer: Answer) -> None:
    rows = list(islice(answer.rows, _ROWS_SHOWN))
    more = next(answer.rows, None) is not None
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDE)
    table = Table()
    for place, name in enumerate(answer.columns):
        values = [row[place] for row in rows if row[place] is not None]
        is_number = all(
            isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
            for value in values
        )
        table.add_column(Text(name), justify="right" if values and is_number else "left")
    for row in rows:
        table.add_row(*(Text("" if value is None else _as_text(value)) for value in row))
    console.print(table)
    told = f"The first {len(rows):,} rows; --csv and --json print all." if more else ""
    typer.echo(told or f"{len(rows):,} row{'' if len(rows) == 1 else 's'}", err=True)


def _print_csv(answer: Answer) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow(["" if value is None else _as_text(value) for value in row])


def _print_json(answer: Answer) -> None:
    sys.stdout.write("[")
    for place, row in enumerate(answer.rows):
        values = dict(zip(answer.columns, map(_as_json, row), strict=True))
        sys.stdout.write(",\n " if place else "\n ")
        sys.stdout.write(json.dumps(values, ensure_ascii=False, default=_as_text))
    sys.stdout.write("\n]\n")


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    # JSON has no word for these.
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _as_text(value: Any) -> str:
    """A value as SQL would write it: words of truth in small letters, days by ISO 8601."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
