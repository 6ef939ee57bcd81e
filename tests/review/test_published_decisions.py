"""Decisions are data: a table of the publication, without names, and figures about rules."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inspections.intake import intake_document
from inspections.intake.against_log import KnownLog
from inspections.log.files.decisions import (
    DecisionsError,
    add_decisions,
    read_decisions,
    rule_records,
)
from inspections.log.files.event_folder import find_event_files
from inspections.settings import PROJECT
from tests.conftest import run_inspections
from tests.event_streams import write_event_files
from tests.log.test_gate import PRISON, VISIT
from tests.published import Built

HEADER = (
    "decision_id,decided_at,document_digest,document_id,event_type,event_id,rule,decision,field,"
    "from_value,to_value,reviewer\n"
)
ROWS = [
    "d1,2026-01-01T09:00:00Z,aa,doc,findings_recorded,f1,findings,accepted,,,,A. Steward",
    "d2,2026-01-01T09:01:00Z,aa,doc,findings_recorded,f2,findings,edited,text,Old,New,A. Steward",
    "d2,2026-01-01T09:01:00Z,aa,doc,findings_recorded,f2,findings,edited,area,,security,A. Steward",
    "d3,2026-01-01T09:02:00Z,aa,doc,findings_recorded,f3,findings,left_out,,,,A. Steward",
    "d4,2026-01-01T09:03:00Z,aa,doc,findings_recorded,f3,findings,undone,decision_id,d3,,A. Steward",
    "d5,2026-01-01T09:04:00+01:00,aa,doc,findings_recorded,f4,,added,,,,",
]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    folder = tmp_path / "log"
    write_event_files([PRISON, VISIT], folder)
    (folder / "intake_decisions.csv").write_text(HEADER + "\n".join(ROWS) + "\n", encoding="utf-8")
    return folder


def test_decisions_are_published_without_names(log: Path, published: Callable[..., Built]) -> None:
    built = published(log)
    rows = built.rows(
        "select decision_id, decision, rule, column_name, old_value, new_value, is_undone,"
        " cast(decided_at as varchar) from fct_intake_decisions order by decided_at, column_name"
    )
    assert rows == [
        ("d5", "added", None, None, None, None, False, "2026-01-01 08:04:00"),
        ("d1", "accepted", "findings", None, None, None, False, "2026-01-01 09:00:00"),
        ("d2", "edited", "findings", "area", None, "security", False, "2026-01-01 09:01:00"),
        ("d2", "edited", "findings", "text", "Old", "New", False, "2026-01-01 09:01:00"),
        ("d3", "left_out", "findings", None, None, None, True, "2026-01-01 09:02:00"),
        ("d4", "undone", "findings", "decision_id", "d3", None, False, "2026-01-01 09:03:00"),
    ]
    assert "A. Steward" not in str(built.rows("from fct_intake_decisions"))
    assert b"A. Steward" not in built.warehouse.read_bytes()
    comments = built.rows(
        "select comment from duckdb_tables() where table_name = 'fct_intake_decisions'"
    )
    assert "not published" in comments[0][0]


def test_decisions_are_no_events(log: Path, published: Callable[..., Built]) -> None:
    found = find_event_files(log)
    assert [path.name for path in found.paths] == [
        "establishments_described.csv", "visits_held.csv",
    ] and not found.passed_over  # fmt: skip


def test_the_command_prints_how_often_each_rule_was_right(log: Path) -> None:
    result = run_inspections("intake", "--rules", "--events", str(log))
    assert result.returncode == 0, result.stdout + result.stderr
    line = next(line for line in result.stdout.splitlines() if line.startswith("findings"))
    assert line.split() == ["findings", "2", "1", "1", "0", "50%"]
    assert "A. Steward" not in result.stdout


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("x,yesterday,aa,d,t,e,r,accepted,,,,", "column decided_at, value 'yesterday'"),
        ("x,2026-01-01,aa,d,t,e,r,perhaps,,,,", "column decision, value 'perhaps'"),
        ("x,2026-01-01,aa,d", "line 2: the row has 4 fields; expected 12"),
    ],
)
def test_a_decision_that_says_nothing_known_is_told_with_its_line(
    tmp_path: Path, row: str, words: str
) -> None:
    path = tmp_path / "intake_decisions.csv"
    path.write_text(HEADER + row + "\n", encoding="utf-8")
    with pytest.raises(DecisionsError) as told:
        read_decisions(path)
    assert words in str(told.value) and "intake_decisions.csv, line 2" in str(told.value)


def test_a_decision_is_added_once_and_no_row_is_ever_changed(log: Path) -> None:
    path = log / "intake_decisions.csv"
    before = path.read_bytes()
    again = dict(zip(HEADER.strip().split(","), ROWS[0].split(","), strict=True))
    add_decisions(
        path, [again, {**again, "decision_id": "d6", "rule": 'with "quotes", and\ncommas'}]
    )
    assert path.read_bytes().startswith(before)
    assert [row["decision_id"] for row in read_decisions(path)][-2:] == ["d5", "d6"]


def test_the_figure_of_its_rule_stands_beside_each_row_of_the_page_as_a_file(
    log: Path, tmp_path: Path
) -> None:
    """``review.html`` shows how far to trust a rule."""
    path = log / "intake_decisions.csv"
    path.write_text(path.read_text("utf-8").replace(",findings,", ",findings recorded,"), "utf-8")
    source = PROJECT / "tests" / "invented_reports" / "harrowfell_2020_review.txt"
    rules = rule_records(read_decisions(path))
    assert intake_document(source, tmp_path / "out", KnownLog(rules=rules)).out is not None
    page = (tmp_path / "out" / "review.html").read_text("utf-8")
    assert "<dd>findings recorded: right 1 of 2 times</dd>" in page
    assert "<dd>title page: no row of it was decided yet</dd>" in page
