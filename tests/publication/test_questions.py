"""The questions are answered by the real log, and the page says what it answers."""

import re
from pathlib import Path

import pytest

from inspections.publication.tables import published_tables
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


def test_no_count_of_outcomes_is_called_a_count_of_inspections() -> None:
    """A prison that is judged by its units has an outcome for each: one question counted them."""
    for analysis in analyses():
        _, sql = published_sql(analysis)
        for name in re.findall(r"count\(\*\)[^,\n]* as (\w*(?:inspection|visit)\w*)", sql):
            assert "from dim_visits" in sql, (analysis.stem, name)


def test_each_table_with_a_text_says_whose_words_it_is() -> None:
    """But for the log itself, where a document's own row says it, and notes on evidence."""
    lacking = [
        table.name
        for table in published_tables()
        if "text" in table.columns and "is_verbatim" not in table.columns
    ]
    assert lacking == ["events", "fct_evidence"]


def test_the_page_beside_the_national_series_has_the_logs_own_counts(elmley: Built) -> None:
    text = NATIONAL_PAGE.read_text("utf-8")
    assert text == national_page(elmley.warehouse), "run python -m tests.publication.questions"
    assert text.count(" of ") > 40
