"""Reports, letters, plans and pages propose what came out, as exactly as the document says when.

The documents are invented.
"""

from datetime import date
from pathlib import Path

import pytest

from inspections.intake.document_types import read_document
from inspections.intake.grammar.published import LETTER, PLAN, REPORT, latest, published_in
from tests.intake.readers.invented_prints import PAGE
from tests.intake.readers.test_letters_plans_pages import LABELLED, TEXT_LETTER

REPORTS = Path(__file__).parents[2] / "invented_reports"
ENDED_ON = date(2023, 5, 12)


@pytest.mark.parametrize(
    ("text", "noun", "start", "end", "precision"),
    [
        ("Published: 8 August 2023", REPORT, "2023-08-08", "2023-08-08", "day"),
        ("First published August 2023", REPORT, "2023-08-01", "2023-08-31", "month"),
        ("Date of publication: Tuesday 8 August 2023", REPORT, "2023-08-08", "2023-08-08", "day"),
        ("Publication date 2023", REPORT, "2023-01-01", "2023-12-31", "year"),
        ("Report published on 08/08/2023", REPORT, "2023-08-08", "2023-08-08", "day"),
        ("This report was published on 8 August 2023.", REPORT, "2023-08-08", "2023-08-08", "day"),
        (
            "This report on HMP Wexmarsh was first published in August 2023 and is on our website.",
            *(REPORT, "2023-08-01", "2023-08-31", "month"),
        ),
        (
            "HM Inspectorate of Prisons published this report in 2023.",
            *(REPORT, "2023-01-01", "2023-12-31", "year"),
        ),
        (
            "Published August 2023 by HM Inspectorate of Prisons",
            *(REPORT, "2023-08-01", "2023-08-31", "month"),
        ),
        ("Published July/August 2023", REPORT, "2023-07-01", "2023-08-31", "month"),
        ("This letter was published on 19 May 2023.", LETTER, "2023-05-19", "2023-05-19", "day"),
        ("Urgent notification published: May 2023", LETTER, "2023-05-01", "2023-05-31", "month"),
        ("Action plan published: 3 October 2023", PLAN, "2023-10-03", "2023-10-03", "day"),
    ],
)
def test_a_stated_publication_is_as_exact_as_its_words(
    text: str, noun: str, start: str, end: str, precision: str
) -> None:
    """Months and years were dropped, and of sentences only a few labels were read."""
    stated = published_in([text], noun, ENDED_ON)
    assert stated is not None and stated.days is not None and not stated.doubts
    found = (str(stated.days.start), str(latest(stated.days)), stated.days.precision)
    assert found == (start, end, precision)


@pytest.mark.parametrize(
    "text",
    [
        "We plan to publish our report in August 2023.",
        "This report will be published on 8 August 2023.",
        "This report is due to be published in August 2023.",
        "The report is expected to be published in 2023.",
        "This report was not published in August 2023.",
        "The report of our last inspection was published in August 2021.",
        "The last report was published on 8 August 2021.",
        "Published in 2019, the strategy set out what prisons must do.",
        "The strategy was published on 8 August 2023.",
        "The prison published its plan on 8 August 2023.",
        "Report published: embargoed until 8 August 2023",
        "Our Expectations were published in 2023.",
        "Crown copyright 2023",
        "This publication is available at our website.",
        "This report was updated on 8 August 2023.",
    ],
)
def test_what_is_planned_or_of_others_is_no_publication(text: str) -> None:
    assert published_in([text], REPORT, ENDED_ON) is None


@pytest.mark.parametrize(
    ("texts", "day", "doubt"),
    [
        (["The report was published on 8 August 2023."], "2023-08-08", "may mean another"),
        (["Published: 8 August 2021"], "2021-08-08", "before the end of the visit"),
        (["Published: 8 August 2023", "Published: 9 August 2023"], None, "several days"),
    ],
)
def test_a_doubtful_publication_says_its_doubt(
    texts: list[str], day: str | None, doubt: str
) -> None:
    stated = published_in(texts, REPORT, ENDED_ON)
    assert stated is not None and doubt in " ".join(stated.doubts)
    assert (str(stated.days.start) if stated.days else None) == day


def test_of_a_month_and_its_day_the_day_is_taken_and_a_label_may_stand_above() -> None:
    stated = published_in(["Published August 2023", "Date of publication", "8 August 2023"], REPORT)
    assert stated is not None and stated.days is not None and not stated.doubts
    assert (str(stated.days.end), stated.place) == ("2023-08-08", 2)


def rows_of(path: Path, text: str) -> list[dict[str, str]]:
    path.write_text(text, encoding="utf-8")
    return read_document(path).proposal.rows.get("reports_published", [])


IMPRINT = "Crown copyright 2019"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Published: 8 January 2020", ("2020-01-08", "day", "2020-01-08", "", "")),
        ("First published January 2020", ("2020-01-01", "month", "", "", "")),
        (
            "This report was published in\nMarch/April 2020.",
            ("", "unknown", "", "2020-03-01", "2020-04-30"),
        ),
        ("We plan to publish our next report in March 2021.", ("", "unknown", "", "", "")),
    ],
)
@pytest.mark.parametrize("is_at_the_end", [False, True])
def test_a_report_says_at_its_front_or_its_end_when_it_came_out(
    tmp_path: Path, said: str, expected: tuple[str, ...], is_at_the_end: bool
) -> None:
    """The front and the imprint were not read: only «Published: <day>» in a few sections was."""
    text = (REPORTS / "sallowmere_2019.txt").read_text("utf-8")
    text = f"{text}\n\n{said}\n" if is_at_the_end else text.replace(IMPRINT, f"{said}\n\n{IMPRINT}")
    (row,) = rows_of(tmp_path / "report.txt", text)
    columns = ("occurred_on", "occurred_precision", "published_on")
    columns += ("published_not_before", "published_not_after")
    assert tuple(row.get(name, "") for name in columns) == expected
    assert row["intake_note"].startswith("sure")
    # Without «what» the document is the report.
    assert not row.get("what") and row["visit_id"] == "sallowmere-2019-irp"


def test_a_letter_proposes_itself_as_published(tmp_path: Path) -> None:
    """Nothing was proposed: outcomes of a letter were public by the report alone."""
    (row,) = rows_of(tmp_path / "letter.txt", TEXT_LETTER)
    assert row["what"] == "notification_letter"
    assert row["published_document_id"] == row["document_id"]
    # Its date is that of its writing.
    assert (row["occurred_on"], row["occurred_precision"]) == ("", "unknown")
    (row,) = rows_of(tmp_path / "letter.txt", "Published: 31 May 2024\n\n" + TEXT_LETTER)
    assert (row["occurred_on"], row["published_on"]) == ("2024-05-31", "2024-05-31")
    assert row["intake_note"].startswith("sure")


def test_a_plan_proposes_itself_and_the_day_of_the_report_that_it_names(tmp_path: Path) -> None:
    """The day of the report's publication that plans state was read and dropped."""
    own, report = rows_of(tmp_path / "plan.txt", LABELLED)
    assert (own["what"], own["published_document_id"]) == ("action_plan", own["document_id"])
    assert own["occurred_precision"] == "unknown"
    assert (report["what"], report["published_document_id"]) == ("report", "")
    assert (report["occurred_on"], report["visit_id"]) == ("2018-02-06", "wexmarsh-2017")
    assert report["document_id"] == own["document_id"]
    text = LABELLED.replace(
        "Report Published: 6 February 2018", "Action plan published: March 2018"
    )
    (own,) = rows_of(tmp_path / "plan.txt", text)
    assert (own["occurred_on"], own["occurred_precision"]) == ("2018-03-01", "month")
    assert own["published_on"] == ""


def test_a_page_tells_of_the_report_and_is_not_it(tmp_path: Path) -> None:
    """Without `what` a page was itself the report: its visit had two reports in the log."""
    (row,) = rows_of(tmp_path / "page.html", PAGE)
    assert (row["what"], row["published_document_id"]) == ("report", "")
    text = PAGE.replace('<time datetime="2024-08-08">8 August 2024</time>', "August 2024")
    (row,) = rows_of(tmp_path / "page.html", text)
    assert (row["occurred_on"], row["occurred_precision"]) == ("2024-08-01", "month")
    assert row["published_on"] == ""
