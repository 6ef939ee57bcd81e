"""A command imports what it uses, and waits for nothing else. Which modules is asked, not how long."""

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.run import invented_findings
from inspections.settings import PROJECT

FRAMEWORKS = {"dagster", "dagster_dbt", "dbt", "great_expectations", "pandas", "scipy"}
PAGES = {"altair", "feedgen", "shapely", "vl_convert"}
DOCUMENTS = {"pypdfium2", "docx", "odf", "lxml", "xlsxwriter"}


def imported_by(*arguments: str) -> set[str]:
    """The packages that a command imported, by Python's own account."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "inspections.cli.main", *arguments],
        cwd=PROJECT,
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


def test_append_judges_a_batch_without_any_framework(tmp_path: Path) -> None:
    batch = invented_findings(tmp_path / "batch", 1)
    found = imported_by("append", str(batch), "--dry-run")
    assert "duckdb" in found
    assert not found & (FRAMEWORKS | PAGES | DOCUMENTS)
