"""The questions are answered by the real log, and the page says what it answers."""

from pathlib import Path

import pytest

from tests.conftest import Built
from tests.publication.questions import PAGE, analyses, page, published_sql


def test_the_page_says_what_the_published_log_answers(elmley: Built) -> None:
    assert PAGE.read_text("utf-8") == page(elmley.warehouse), (
        "run python -m tests.publication.questions"
    )


@pytest.mark.parametrize("analysis", analyses(), ids=lambda path: path.stem)
def test_a_question_takes_no_more_than_a_screen_of_sql(analysis: Path) -> None:
    remarks, sql = published_sql(analysis)
    assert set(remarks) == {"Question", "Here", "Not said"}
    assert len(sql.splitlines()) <= 21


def test_a_share_stands_beside_its_count() -> None:
    for analysis in analyses():
        _, sql = published_sql(analysis)
        assert " as share" not in sql or "count(*) as " in sql


def test_the_page_beside_the_national_series_has_the_logs_own_counts(elmley: Built) -> None:
    _, sql = published_sql(next(path for path in analyses() if path.stem == "national_share"))
    ours = {(year, test): (good, of) for year, test, of, good, _ in elmley.rows(sql)}
    told = {}
    for line in (PAGE.parent / "national_benchmark.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if " of " in cells[-1] and cells[-1][0].isdigit():
            told[cells[0], cells[1]] = tuple(int(part) for part in cells[-1].split(" of "))
    assert told == {key: value for key, value in ours.items() if key in told}
    assert len(told) == 40
