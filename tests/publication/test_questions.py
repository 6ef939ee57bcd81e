"""The questions are answered by the real log, and the page says what it answers."""

from pathlib import Path

import pytest

from tests.conftest import Built
from tests.publication.questions import (
    NATIONAL_PAGE,
    PAGE,
    analyses,
    national_page,
    page,
    published_sql,
)


def test_the_page_says_what_the_published_log_answers(elmley: Built) -> None:
    assert PAGE.read_text("utf-8") == page(elmley.warehouse), (
        "run python -m tests.publication.questions"
    )


@pytest.mark.parametrize("analysis", analyses(), ids=lambda path: path.stem)
def test_a_question_takes_no_more_than_a_screen_of_sql(analysis: Path) -> None:
    remarks, sql = published_sql(analysis)
    assert set(remarks) == {"Group", "Question", "Here", "Not said"}
    assert len(sql.splitlines()) <= 21


def test_a_share_stands_beside_its_count() -> None:
    for analysis in analyses():
        _, sql = published_sql(analysis)
        assert " as share" not in sql or "count(*) as " in sql or "of_count," in sql


def test_the_page_beside_the_national_series_has_the_logs_own_counts(elmley: Built) -> None:
    text = NATIONAL_PAGE.read_text("utf-8")
    assert text == national_page(elmley.warehouse), "run python -m tests.publication.questions"
    assert text.count(" of ") > 40
