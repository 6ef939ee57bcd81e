"""A command imports what it uses, and waits for nothing else. Which modules is asked, not how long."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from inspections.settings import PROJECT

FRAMEWORKS = {"dagster", "dagster_dbt", "dbt", "great_expectations", "pandas", "scipy"}
PAGES = {"altair", "feedgen", "shapely", "vl_convert"}
DOCUMENTS = {"pdfplumber", "pypdf", "xlsxwriter"}


def imported_by(*arguments: str, **environment: str) -> set[str]:
    """The packages that a command imported, by Python's own account."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "inspections.cli.main", *arguments],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    return {
        name.split(".")[0]
        for name in re.findall(r"^import time: +\d+ \| +\d+ \| +(\S+)$", result.stderr, re.M)
    }


def test_help_imports_neither_the_engine_nor_what_builds() -> None:
    found = imported_by("--help")
    assert "typer" in found
    assert not found & (FRAMEWORKS | PAGES | DOCUMENTS | {"duckdb", "numpy"})


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """A finding that nobody made, of a document of the log."""
    log = PROJECT / "seeds" / "events" / "findings_recorded.csv"
    header = log.read_text("utf-8").splitlines()[0].split(",")
    row = {
        "occurred_on": "2023-02-15",
        "occurred_precision": "day",
        "document_id": "hmp-elmley-irp-2023-02",
        "visit_id": "elmley-2023-irp",
        "area": "behaviour_management",
        "recommendation_id": "elmley-2022-1.42",
        "text": "Invented.",
    }
    path = tmp_path / "findings_recorded.csv"
    cells = ",".join(row.get(column, "") for column in header)
    path.write_text(f"{','.join(header)}\n{cells}\n", encoding="utf-8")
    return path


def test_append_judges_a_batch_without_any_framework(batch: Path) -> None:
    found = imported_by("append", str(batch), "--dry-run")
    assert "duckdb" in found
    assert not found & (FRAMEWORKS | PAGES | DOCUMENTS)
