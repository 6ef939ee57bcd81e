"""Rows that came and went between two files, table by table. All rows here are invented."""

from pathlib import Path

import duckdb
import pytest

from inspections.publication.changes import changed_rows


@pytest.mark.parametrize(
    ("before", "later", "counts"),
    [
        ("(1, 'a'), (2, 'b')", "(2, 'b'), (1, 'a')", (0, 0)),
        ("(1, 'a'), (2, 'b')", "(1, 'b'), (2, 'a')", (2, 2)),
        ("(1, 'a'), (1, 'a')", "(1, 'a')", (0, 1)),
        ("(1, 'a'), (2, null)", "(1, null), (2, 'a')", (2, 2)),
        ("(1, null), (1, 'a')", "(1, 'a'), (1, 'a')", (1, 1)),
    ],
)
def test_rows_are_compared_as_rows_each_as_often_as_it_is_there(
    tmp_path: Path, before: str, later: str, counts: tuple[int, int]
) -> None:
    """A table is first told from another by one number: columns apart would not tell."""
    files = []
    for name, rows in (("before", before), ("later", later)):
        files.append(tmp_path / f"{name}.duckdb")
        with duckdb.connect(str(files[-1])) as connection:
            connection.execute("create table facts (number integer, word varchar)")
            connection.execute(f"insert into facts values {rows}")
    assert changed_rows(*files) == {"facts": counts}
