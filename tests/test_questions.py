"""The questions are answered by the real log, and the page says what it answers."""

from pathlib import Path

import pytest

from tests.conftest import Built
from tests.questions import PAGE, analyses, page, published_sql


def test_the_page_says_what_the_published_log_answers(elmley: Built) -> None:
    assert PAGE.read_text("utf-8") == page(elmley.warehouse), "run python -m tests.questions"


@pytest.mark.parametrize("analysis", analyses(), ids=lambda path: path.stem)
def test_a_question_takes_no_more_than_a_screen_of_sql(analysis: Path) -> None:
    remarks, sql = published_sql(analysis)
    assert set(remarks) == {"Question", "Here", "Not said"}
    assert len(sql.splitlines()) <= 21


def test_a_share_stands_beside_its_count() -> None:
    for analysis in analyses():
        _, sql = published_sql(analysis)
        assert " as share" not in sql or "count(*) as " in sql
