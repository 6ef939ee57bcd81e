"""Letters, plans and web pages as they are printed, with what each states."""

import re
from pathlib import Path

import pytest

from inspections.intake.document_types import read_document
from inspections.intake.reading import Reading
from tests.intake.readers.invented_prints import (
    ACTIONS,
    CONCERNS,
    OUTCOMES,
    PAGE,
    PLAN,
    TABLE_PAGE,
    letter,
    plan,
)

TEXT_LETTER = """HM Inspectorate of Prisons
10 South Colonnade
Rt Hon A Minister MP
Lord Chancellor and Secretary of State for Justice, 24 May 2024
Dear Lord Chancellor,
URGENT NOTIFICATION – HMP WEXMARSH
I write to invoke the Urgent Notification process for HMP Wexmarsh following our unannounced
inspection, which was carried out on 7–17 May 2024. We last inspected the prison in 2021.
Outcomes for prisoners were as follows:
• safety: poor
• respect: not sufficiently good
• purposeful activity: poor
• preparation for release: reasonably good
At our previous inspection they were reasonably good in three tests.

The following concerns were of the greatest importance:
1. The number of assaults on staff had risen by 40% since our last inspection and was among the
highest of all category C prisons.
2. Illicit drugs were easy to get: 41% of random tests were positive.
3. There had been five self-inflicted deaths since the last inspection, and recommendations made
after them had not been acted on.
The governor has been told.
Yours sincerely
A Chief Inspector
"""


def outcomes(reading: Reading, visit: str = "wexmarsh-2024") -> dict[str, str]:
    return {
        row["healthy_prison_test"]: row["outcome"]
        for row in reading.proposal.rows.get("outcomes_judged", [])
        if row["visit_id"] == visit
    }


def asked(reading: Reading) -> str:
    return " ".join(problem.detail for problem in reading.proposal.problems)


def test_an_outcome_in_a_sentence_about_both_inspections_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    both = (
        "\nOutcomes for prisoners were poor for safety, and much had changed since,\n"
        "though at the last inspection it was calm.\n"
    )
    path.write_text(
        TEXT_LETTER.replace("Outcomes for prisoners were as follows:\n• safety: poor\n", both),
        encoding="utf-8",
    )
    reading = read_document(path)
    assert "safety" not in outcomes(reading)
    assert "it speaks of the last inspection too" in asked(reading)


@pytest.mark.parametrize("form", ["print", "text"])
def test_a_letter_gives_its_day_its_outcomes_and_its_concerns(tmp_path: Path, form: str) -> None:
    """The address was joined to the first paragraph, and the last inspection wiped the outcomes."""
    if form == "print":
        path = letter(tmp_path / "letter.pdf")
    else:
        path = tmp_path / "letter.txt"
        path.write_text(TEXT_LETTER, encoding="utf-8")
    reading = read_document(path)
    rows = reading.proposal.rows
    (issued,), (held, *_) = rows["urgent_notifications_issued"], rows["visits_held"]
    assert reading.document_type == "urgent_notification"
    assert issued["occurred_on"] == "2024-05-24"
    assert issued["addressed_to"] == "Lord Chancellor and Secretary of State for Justice"
    assert issued["text"].startswith(("In accordance with", "I write to invoke"))
    assert (held["started_on"], held["ended_on"], held["is_announced"]) == (
        "2024-05-07", "2024-05-17", "false",
    )  # fmt: skip
    assert outcomes(reading) == OUTCOMES
    assert [row["text"] for row in rows["concerns_raised"]] == CONCERNS
    if form == "print":
        assert "far from good in safety" in asked(reading)
        assert "Leaders believed" in asked(reading)


@pytest.mark.parametrize(
    "said",
    [
        "The prison is far from good in safety.",
        "Outcomes for prisoners were not poor in safety.",
        "Outcomes for prisoners would be good for safety.",
        "At HMP Otherham outcomes for prisoners were good for safety.",
        "We saw a calm prison in 2021. At that time, outcomes were good for safety.",
    ],
)
def test_a_letter_that_states_no_outcome_of_this_visit_gives_none(
    tmp_path: Path, said: str
) -> None:
    path = tmp_path / "letter.txt"
    text = TEXT_LETTER[: TEXT_LETTER.index("Outcomes for")] + said + "\nYours sincerely\n"
    path.write_text(text, encoding="utf-8")
    reading = read_document(path)
    assert outcomes(reading) == {}
    assert "No outcome could be read" in asked(reading)


@pytest.mark.parametrize("is_ruled", [True, False])
def test_each_action_of_a_plan_is_a_response(tmp_path: Path, is_ruled: bool) -> None:
    """Of several actions for one concern, one row with the first date was made."""
    reading = read_document(plan(tmp_path / "plan.pdf", is_ruled))
    rows = reading.proposal.rows["responses_received"]
    found = [
        (
            row["recommendation_id"].removeprefix("wexmarsh-2024-"),
            re.findall(r"Responsible: (.+?)\. Target", row["text"])[0],
            row["target_on"],
        )
        for row in rows
    ]
    assert found == ACTIONS
    texts = [action for _, _, actions in PLAN for action, _, _ in actions]
    assert [row["text"].split(" Responsible:")[0] for row in rows] == texts
    doubted = [row["text"] for row in rows if not row["intake_note"].startswith("sure")]
    assert len(doubted) == 1 and "Spring 2025" in doubted[0]
    assert len(reading.proposal.problems) == 1


@pytest.mark.parametrize("page", [PAGE, TABLE_PAGE])
def test_a_page_gives_the_day_of_publication_and_the_outcomes(tmp_path: Path, page: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    reading = read_document(path)
    (published,) = reading.proposal.rows["reports_published"]
    assert (published["published_on"], published["visit_id"]) == ("2024-08-08", "wexmarsh-2024")
    held, *_ = reading.proposal.rows["visits_held"]
    assert (held["started_on"], held["ended_on"]) == ("2024-05-07", "2024-05-17")
    assert outcomes(reading) == OUTCOMES
    assert published["intake_note"].startswith("sure")


@pytest.mark.parametrize(
    ("old", "new", "question"),
    [
        ("Published: <time", "Updated: <time", "does not give one day of publication"),
        ("8 August 2024", "31 November 2024", "does not give one day of publication"),
        ("<h2>", "<p>Published: 9 August 2024</p><h2>", "several days of publication"),
        ("7&ndash;17 May 2024", "May", "does not give the days of the visit"),
    ],
)
def test_a_page_that_leaves_something_open_is_a_question(
    tmp_path: Path, old: str, new: str, question: str
) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE.replace(old, new, 1), encoding="utf-8")
    reading = read_document(path)
    assert question in asked(reading)
    published = reading.proposal.rows.get("reports_published", [])
    assert not any(row["intake_note"].startswith("sure") for row in published)


def test_lines_that_are_spread_over_the_page_are_no_table(tmp_path: Path) -> None:
    """Two spaces between the words of a justified line made cells of them, and words were lost."""
    spread = re.sub(r"(?m)^(\w+ \w+) (?=\w+ \w+ \w+ \w+ \w+ \w+)", r"\1   ", TEXT_LETTER)
    indented = re.sub(r"(?m)^", "   ", spread) + "\n" + "\n".join(["   of    Wexmarsh"] * 8)
    path = tmp_path / "letter.txt"
    path.write_text(indented, encoding="utf-8")
    assert read_document(path).source.sheets
    reading = read_document(path)
    (issued,) = reading.proposal.rows["urgent_notifications_issued"]
    assert issued["text"].startswith("I write to invoke the Urgent Notification process")
    assert outcomes(reading) == OUTCOMES


CROWDED = """Action Plan: HMP Wexmarsh
A Response to the HMIP Inspection: 7-17 May 2024
Action Plan Submitted: 12 September 2024

   No.   Key concern                  Action taken or planned      Responsible owner   Target date

   1     There was violence.          A strategy is written.       Head of Safety      March 2025

   2     Too few men were in work.    Places will be reviewed by a Head of Work        May 2025
                                      board each week.

   3     Lists were too long.         A dentist is sought.         NHS England         June 2025
"""


def test_cells_that_touch_one_another_are_doubted(tmp_path: Path) -> None:
    """Words of two columns that stand as near as words of one were given to either, and sure."""
    path = tmp_path / "plan.txt"
    path.write_text(CROWDED + "\n" + "   of     Wexmarsh\n" * 4, encoding="utf-8")
    rows = read_document(path).proposal.rows["responses_received"]
    assert [row["target_on"] for row in rows] == ["2025-03-01", "2025-05-01", "2025-06-01"]
    assert [
        "near as words of one" in row["intake_note"] or "touch" in row["intake_note"]
        for row in rows
    ] == [False, True, False]


LABELLED = """ACTION PLAN: HMCIP REPORT
ESTABLISHMENT: HMP Wexmarsh
A Response to the HMIP Inspection: 3-4 and 9-13 October 2017
Report Published: 6 February 2018
Action Plan Submitted: 1 March 2018

Rec No: 5.1
Recommendation: The prison should have a strategy on drugs.
Response: Agreed
Action taken/planned: A strategy will be written.
Responsible owner: Head of Security
Target date: April 2018 / July 2018

Rec No: 5.2
Recommendation: Prisoners should have ten hours a day out of their cell.
Response: Not Agreed
Action taken/planned: This cannot be provided.
Responsible owner: Executive Director
Target date: N/A
"""


def test_a_plan_of_labelled_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(LABELLED, encoding="utf-8")
    reading = read_document(path)
    found = [
        (row["recommendation_id"], row["response"], row["target_on"])
        for row in reading.proposal.rows["responses_received"]
    ]
    assert found == [
        ("wexmarsh-2017-5.1", "agreed", ""),
        ("wexmarsh-2017-5.2", "not_agreed", ""),
    ]
    assert "5.1 «April 2018 / July 2018» names more than one date" in asked(reading)


def test_concerns_below_headings_are_read_with_their_priority(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    start = TEXT_LETTER.index("The following concerns")
    path.write_text(
        TEXT_LETTER[:start]
        + "Priority concerns\n1. Children did not feel safe.\n2. Cells were cold.\n\nKey"
        " concerns\n3. There was no head of education.\n\nGood practice\n1. A garden.\n\n"
        "Yours ever\n\nA N Inspector\n",
        encoding="utf-8",
    )
    concerns = read_document(path).proposal.rows["concerns_raised"]
    assert [(row["text"], row["is_priority"]) for row in concerns] == [
        ("Children did not feel safe.", "true"),
        ("Cells were cold.", "true"),
        ("There was no head of education.", ""),
    ]


EARLIER = """24 May 2024
Dear Lord Chancellor,
URGENT NOTIFICATION – HMP WEXMARSH
I write to invoke the Urgent Notification process for HMP Wexmarsh following our unannounced
inspection, which was carried out on 7–17 May 2024. When we last inspected, in February 2021,
outcomes were poor for safety and for respect, good for purposeful activity and reasonably good for
preparation for release. At this inspection outcomes were poor for safety.

My decision has been based on the following evidence:
• Levels of violence were the highest of any prison.
• Most men were locked up for more than 22 hours a day.

We also saw the following:
• Some gardens were well kept by a party of men.

Yours sincerely
"""


def test_a_letters_earlier_outcomes_and_points_of_evidence_are_doubtful_rows(
    tmp_path: Path,
) -> None:
    """The letter was said to be read whole, although half of what it states was in no row."""
    path = tmp_path / "letter.txt"
    path.write_text(EARLIER, encoding="utf-8")
    reading = read_document(path)
    rows = reading.proposal.rows
    assert outcomes(reading) == {"safety": "poor"}
    assert outcomes(reading, "wexmarsh-2021") == {
        "safety": "poor",
        "respect": "poor",
        "purposeful_activity": "good",
        "preparation_for_release": "reasonably_good",
    }
    raised = rows["concerns_raised"]
    assert [row["text"][:9] for row in raised] == ["Levels of", "Most men "]
    doubtful = [*raised, *(r for r in rows["outcomes_judged"] if r["visit_id"] == "wexmarsh-2021")]
    assert not any(row["intake_note"].startswith("sure") for row in doubtful)
    assert "A list of 1 entries" in asked(reading)


def test_the_last_inspections_date_is_not_this_visits(tmp_path: Path) -> None:
    """A page that gives the days of the last inspection alone gave its outcomes to that one."""
    path = tmp_path / "page.html"
    path.write_text(
        "<html><body><h1>HMP Wexmarsh</h1><p>Inspection by HM Inspectorate of Prisons</p>"
        "<p><b>Date of last inspection</b><br>7–18 March 2022</p>"
        "<p>Outcomes for prisoners were poor for safety.</p></body></html>",
        encoding="utf-8",
    )
    assert outcomes(read_document(path), "wexmarsh-2022") == {}
