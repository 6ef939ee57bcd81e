"""Each type and era of document: the rows that it must give, and what is doubted in it.

Over 500 lines: each type and era comes by the same few helpers.
"""

import csv
import re
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdfium2 import PdfDocument

from inspections.intake import IntakeResult, intake_document
from inspections.intake.document_types import type_of
from inspections.intake.grammar import outcomes_stated
from inspections.intake.grammar.follow_up import answers_in, follow_up_totals_in, raised_in
from inspections.intake.grammar.outcomes import (
    assessments_in,
    listed_outcomes,
)
from inspections.intake.text.source import read_source
from inspections.log.declaration import event_types
from inspections.log.files.documents import paragraphs_of
from inspections.settings import PROJECT
from tests.intake.report_pdfs import write_pdf
from tests.intake.report_prints import as_print

INVENTED = PROJECT / "tests" / "invented_reports"
Row = dict[str, str]


def rows_of(folder: Path) -> dict[str, list[Row]]:
    """The proposed rows by type, in the order of their files."""
    found = {}
    for name in event_types():
        path = folder / f"{name}.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                found[name] = list(csv.DictReader(file))
    return found


def read(tmp_path: Path, text: str, name: str = "document.txt") -> IntakeResult:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return intake_document(path, tmp_path / "proposal")


def text_of(name: str) -> str:
    return (INVENTED / f"harrowfell_{name}.txt").read_text(encoding="utf-8")


def picked(rows: list[Row], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


# Sentences ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        (
            "At this inspection we found that two of our concerns had been addressed, four had been"
            " partially addressed and eight had not been addressed.",
            {"addressed": 2, "partially_addressed": 4, "not_addressed": 8},
        ),
        (
            "S2 At this inspection we found that the prison had achieved 28 of those"
            " recommendations, partially achieved 17 recommendations and not achieved 27.",
            {"achieved": 28, "partially_achieved": 17, "not_achieved": 27},
        ),
        (
            "We found that none of the recommendations had been achieved, two had been partially"
            " achieved, one was no longer relevant and three had not been achieved.",
            {
                "achieved": 0,
                "partially_achieved": 2,
                "no_longer_relevant": 1,
                "not_achieved": 3,
            },
        ),
        ("Recommendations should be achieved within two years.", {}),
        ("Good outcomes were achieved by 20 prisoners in many courses.", {}),
    ],
)
def test_a_follow_up_is_counted_as_its_sentence_says(sentence: str, counts: dict[str, int]) -> None:
    totals, fault = follow_up_totals_in(sentence)
    assert {total.judgement: total.count for total in totals} == counts
    assert fault == ""


def test_a_count_in_words_that_are_not_known_is_told_and_not_guessed() -> None:
    assert follow_up_totals_in("Most of the concerns had been addressed.")[1]
    assert follow_up_totals_in("All recommendations had been achieved.")[1]


def test_what_was_raised_and_answered_is_counted() -> None:
    (now,) = raised_in(
        "During this inspection we identified 13 key concerns, of which six should be treated as"
        " priorities."
    )
    assert (now.noun, now.count, now.priority, now.is_now) == ("concern", 13, 6, True)
    (last,) = raised_in(
        "At the last inspection in 2016 we made 42 recommendations, 11 of which were about areas"
        " of key concern."
    )
    assert (last.count, last.priority, last.is_now) == (42, 11, False)
    (of_test,) = raised_in("We made 21 recommendations in the area of safety.")
    assert (of_test.count, of_test.test) == (21, "safety")
    assert answers_in(
        "The prison fully accepted 38 of the recommendations and partially (or subject to"
        " resources) accepted two. It rejected two."
    ) == {"accepted": 38, "partially_accepted": 2, "rejected": 2}


@pytest.mark.parametrize(
    ("sentence", "outcome", "is_last"),
    [
        (
            "At the last inspection in 2016, we found that outcomes for prisoners in HMP X were"
            " poor against this healthy prison test.",
            "poor",
            True,
        ),
        ("At this inspection, outcomes for prisoners were now reasonably good.", "reasonably_good", False),
        ("Outcomes for children remained not sufficiently good.", "not_sufficiently_good", None),
    ],
)  # fmt: skip
def test_an_outcome_is_told_with_its_inspection(
    sentence: str, outcome: str, is_last: bool | None
) -> None:
    (read_one,), fault = outcomes_stated(sentence)
    assert fault == ""
    assert (read_one.level.code, read_one.is_last, read_one.unit) == (outcome, is_last, "")


def test_an_outcome_of_a_part_keeps_its_name_and_a_mixed_one_is_doubted() -> None:
    (apart,), _ = outcomes_stated(
        "At this inspection outcomes for prisoners in the closed site were poor for safety."
    )
    assert (apart.unit, apart.test and apart.test.code) == (
        "closed site",
        "safety",
    )
    assert outcomes_stated("Outcomes for prisoners were mixed but reasonably good overall.")[1]


def test_lists_of_outcomes_and_assessments_are_read_with_or_without_line_ends() -> None:
    listed = listed_outcomes("• poor for safety • good for respect; and good for resettlement.")
    assert [(test.code, level.code) for test, level in listed] == [
        ("safety", "poor"),
        ("respect", "good"),
        ("resettlement", "good"),
    ]
    assessed = assessments_in("Overall effectiveness: Good Quality of education: Inadequate")
    assert [level.code for _, level in assessed] == ["good", "inadequate"]


# Inspections of each era -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_2019(tmp_path_factory: pytest.TempPathFactory) -> tuple[IntakeResult, dict[str, list[Row]]]:
    out = tmp_path_factory.mktemp("of_2019") / "proposal"
    result = intake_document(INVENTED / "harrowfell_2019_inspection.txt", out)
    return result, rows_of(out)


@pytest.fixture(scope="module")
def of_2024(tmp_path_factory: pytest.TempPathFactory) -> tuple[IntakeResult, dict[str, list[Row]]]:
    out = tmp_path_factory.mktemp("of_2024") / "proposal"
    result = intake_document(INVENTED / "harrowfell_2024_inspection.txt", out)
    return result, rows_of(out)


def test_an_inspection_of_recommendations_gives_its_rows(
    of_2019: tuple[IntakeResult, dict[str, list[Row]]],
) -> None:
    result, rows = of_2019
    assert (result.code, result.messages) == (0, [])
    assert result.document_type == "full_inspection"
    assert result.became_rows[0] == result.became_rows[1]
    assert result.totals_reconciled == (15, 15)
    assert picked(
        rows["visits_held"], "visit_id", "started_on", "ended_on", "is_announced", "bodies"
    ) == [
        ("harrowfell-2016", "2016-06-06", "2016-06-17", "", "hmip"),
        ("harrowfell-2019", "2019-03-04", "2019-03-15", "false", "hmip|ofsted"),
    ]
    outcomes = {
        (row["visit_id"], row["healthy_prison_test"]): (row["outcome"], row["scale"])
        for row in rows["outcomes_judged"]
    }
    four = ("safety", "respect", "purposeful_activity", "rehabilitation_and_release_planning")
    assert [outcomes["harrowfell-2016", test][0] for test in four] == [
        "not_sufficiently_good", "reasonably_good", "poor", "good",
    ]  # fmt: skip
    assert [outcomes["harrowfell-2019", test][0] for test in four] == [
        "poor", "reasonably_good", "not_sufficiently_good", "reasonably_good",
    ]  # fmt: skip
    assert outcomes["harrowfell-2019", "ofsted_leadership_and_management"] == (
        "inadequate",
        "ofsted_inspection",
    )
    assert len(outcomes) == 4 + 4 + 5
    made = [row for row in rows["recommendations_made"] if row["visit_id"] == "harrowfell-2019"]
    assert picked(made, "reference", "addressees", "area", "repeats_recommendation_id") == [
        ("S13", "the governor", "", ""),
        ("S14", "HMPPS", "", ""),
        ("1.3", "the governor", "early_days_in_custody", ""),
        ("1.6", "the governor", "security", ""),
        ("1.7", "the governor", "security", "harrowfell-2016-1.22"),
        ("2.3", "the governor", "daily_life", "harrowfell-2016-2.19"),
    ]
    assert made[0]["text"] == (
        "The governor should find out why violence has risen and act on the causes."
    )
    assert picked(rows["concerns_raised"], "concern_id", "text")[0] == (
        "harrowfell-2019-S13-concern",
        "Levels of violence had doubled and the prison did not understand why.",
    )
    assert picked(rows["progress_judged"], "recommendation_id", "scale", "judgement") == [
        (f"harrowfell-2016-{reference}", "hmip_follow_up", judgement)
        for reference, judgement in (
            ("S48", "not_achieved"),
            ("1.9", "achieved"),
            ("1.22", "partially_achieved"),
            ("2.19", "not_achieved"),
            ("2.40", "achieved"),
            ("3.7", "partially_achieved"),
            ("4.2", "no_longer_relevant"),
        )
    ]
    assert picked(rows["totals_stated"], "paragraph", "judgement", "stated_count") == [
        ("S2", "achieved", "2"),
        ("S2", "partially_achieved", "2"),
        ("S2", "not_achieved", "2"),
        ("S2", "no_longer_relevant", "1"),
    ]
    assert picked(rows["practice_noted"], "paragraph", "text") == [
        ("1.4", "A peer worker met each new arrival at the gate.")
    ]


def test_an_inspection_of_concerns_gives_its_rows(
    of_2024: tuple[IntakeResult, dict[str, list[Row]]],
) -> None:
    result, rows = of_2024
    assert (result.code, result.messages) == (0, [])
    made = [row for row in rows["recommendations_made"] if row["visit_id"] == "harrowfell-2024"]
    raised = {row["concern_id"]: row for row in rows["concerns_raised"]}
    assert [
        (row["reference"], row["kind"], raised[row["concern_id"]]["is_priority"]) for row in made
    ] == [
        ("1", "concern", "true"),
        ("2", "concern", "true"),
        ("3", "concern", "false"),
        ("4", "concern", "false"),
        ("5", "concern", "false"),
    ]
    assert made[1]["text"] == (
        "The use of drugs was widespread. Nearly half of the men who were tested had taken"
        " something."
    )
    assert made[0]["paragraph"] == "What needs to improve"
    assert picked(rows["progress_judged"], "scale", "judgement", "paragraph") == [
        ("hmip_concern_follow_up", judgement, "Section 7")
        for judgement in (
            "not_addressed",
            "partially_addressed",
            "addressed",
            "not_addressed",
            "partially_addressed",
            "not_addressed",
        )
    ]
    followed_up = [
        row for row in rows["recommendations_made"] if row["visit_id"] == "harrowfell-2022"
    ]
    assert {row["kind"] for row in followed_up} == {"concern"}
    assert picked(rows["practice_noted"], "area", "text") == [
        (
            "education_skills_and_work_activities",
            "Prisoners mended wheelchairs for the local hospital.",
        ),
        (
            "returning_to_the_community",
            "Every man who left was met at the gate by a mentor.",
        ),
    ]
    assert {
        (row["visit_id"], row["healthy_prison_test"]): row["outcome"]
        for row in rows["outcomes_judged"]
    }["harrowfell-2024", "preparation_for_release"] == "good"
    assert (
        "findings_recorded" in rows
        and next(row for row in rows["findings_recorded"] if row["paragraph"] == "1.4")["area"]
        == "key_findings"
    )


BEFORE_2017 = """Report on an announced inspection of

HMP Harrowfell

by HM Chief Inspector of Prisons

3–7 February 2014

(an invented report on a prison that does not exist)

Summary

S1 At the last inspection in 2011 we made four recommendations and one housekeeping point.

S2 At this inspection we found that the prison had achieved one of those recommendations, partially achieved two recommendations and not achieved one.

Safety

S3 Outcomes for prisoners were reasonably good against this healthy prison test.

Respect

S4 Outcomes for prisoners were good against this healthy prison test.

Purposeful activity

S5 Outcomes for prisoners were poor against this healthy prison test.

Resettlement

S6 Outcomes for prisoners were not sufficiently good against this healthy prison test.

Main concerns and recommendations

S49 Concern: There was too little work. Recommendation: There should be work for all.

Section 1. Safety

Security

1.1 Searching was poor.

Recommendation

1.2 Searching should be led by what is known.

Housekeeping point

1.3 The search log should be signed.

Section 2. Respect

2.1 Wings were clean.

Section 3. Purposeful activity

3.1 There was too little work.

Section 4. Resettlement

4.1 Plans were late.

Appendix II: Progress on recommendations from the last report

Safety

Main recommendations

There should be enough staff. (HP40)
Achieved

Recommendations

Cells should have locks. (1.5)
Partially achieved

Drug tests should be done at weekends. (1.9)
Partially achieved

Housekeeping points

Notices should be up to date. (1.10)
Not achieved

Respect

Recommendations

Food should be hot. (2.5)
Not achieved
"""


def test_an_inspection_before_2017_keeps_housekeeping_points_apart(tmp_path: Path) -> None:
    result = read(tmp_path, BEFORE_2017)
    rows = rows_of(tmp_path / "proposal")
    assert picked(rows["recommendations_made"], "visit_id", "reference", "kind") == [
        ("harrowfell-2011", "HP40", "recommendation"),
        ("harrowfell-2011", "1.5", "recommendation"),
        ("harrowfell-2011", "1.9", "recommendation"),
        ("harrowfell-2011", "1.10", "housekeeping_point"),
        ("harrowfell-2011", "2.5", "recommendation"),
        ("harrowfell-2014", "S49", "recommendation"),
        ("harrowfell-2014", "1.2", "recommendation"),
        ("harrowfell-2014", "1.3", "housekeeping_point"),
    ]
    assert rows["concerns_raised"][-1]["text"] == "There was too little work."
    assert {row["healthy_prison_test"] for row in rows["outcomes_judged"]} == {
        "safety", "respect", "purposeful_activity", "resettlement",
    }  # fmt: skip
    assert next(row for row in rows["visits_held"] if row["visit_id"] == "harrowfell-2014")[
        "is_announced"
    ] == "true"  # fmt: skip
    # All totals agree: a housekeeping point is in none of them.
    assert not [message for message in result.messages if "states" in message], result.messages


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("2024_inspection", "identified five key", "identified seven key", "states 7 for concerns raised, 5"),
        ("2024_inspection", "of which two should", "of which three should", "states 3 for priorities, 2"),
        ("2024_inspection", "three had not been addressed", "four had not been addressed", "1.5 states 4"),
        ("2019_inspection", "achieved two of those", "achieved three of those", "S2 states 3"),
        ("2019_inspection", "It rejected one", "It rejected two", "recommendations answered"),
        ("2019_inspection", "(2.3, repeated recommendation 2.19)", "(2.3, repeated recommendation 2.91)", "2.91"),
        ("2024_inspection", "• poor for safety\n", "", "no outcome of safety"),
        ("2024_inspection", "Drugs were too easy to get.\nNot addressed", "Drugs were too easy to get.", "6"),
        ("2024_inspection", "## Security\n\n3.3 Drones", "## Air traffic\n\n3.3 Drones", "«Air traffic» is not a known area"),
        ("2024_inspection", "4.1 Only", "4.7 Only", "4.1"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_needs_a_person_and_names_the_place(
    tmp_path: Path, name: str, before: str, after: str, said: str
) -> None:
    text = text_of(name)
    assert before in text
    result = read(tmp_path, text.replace(before, after, 1))
    assert result.code == 3
    assert [message for message in result.messages if said in message], result.messages


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("# What needs to improve at", "# About HMP Harrowfell", "No concern and no recommendation"),
        ("# Section 7 Progress on", "# Appendix I About", "Section 7"),
        ("# Section 3 Safety", "# Section 4 Respect", "Section 3"),
    ],
)  # fmt: skip
def test_a_section_that_is_missing_is_named(
    tmp_path: Path, start: str, end: str, said: str
) -> None:
    text = text_of("2024_inspection")
    first = text.index(start)
    result = read(tmp_path, text[:first] + text[text.index(end, first) :])
    assert result.code == 3
    assert [message for message in result.messages if said in message], result.messages


def test_a_thin_text_never_gives_a_thin_proposal_that_says_all_agrees(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        "Report on an unannounced inspection of\n\nHMP Sallowmere\n\nby HM Chief Inspector of"
        " Prisons\n\n1–12 March 2021\n\nSection 1 Safety\n\n1.1 An independent review of progress"
        " had taken place.\n",
    )
    assert result.code == 3
    assert [message for message in result.messages if "No concern and no rec" in message]
    # One question for all four.
    assert [message for message in result.messages if "no outcome of safety, respect" in message]


def test_likely_repeats_are_listed_for_a_person_and_never_entered(tmp_path: Path) -> None:
    text = text_of("2019_inspection").replace("(2.3, repeated recommendation 2.19)", "(2.3)")
    text = text.replace("Not achieved (recommendation repeated, 2.3)", "Not achieved")
    result = read(tmp_path, text)
    assert result.code == 0, result.messages
    with (tmp_path / "proposal" / "candidates.csv").open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file))
    assert picked(pairs, "recommendation_id", "repeats_recommendation_id", "score") == [
        ("harrowfell-2019-2.3", "harrowfell-2016-2.19", "100")
    ]
    made = {row["reference"]: row for row in rows_of(tmp_path / "proposal")["recommendations_made"]}
    assert made["2.3"]["repeats_recommendation_id"] == ""


@pytest.mark.parametrize(
    ("name", "width", "has_form_feeds", "has_gaps", "is_hyphenated"),
    [
        ("2019_inspection", 60, True, True, True),
        ("2019_inspection", 84, False, False, True),
        ("2022_inspection", 60, True, False, False),
        ("2024_inspection", 84, True, True, True),
        ("2024_inspection", 60, False, False, True),
    ],
)
def test_a_print_copied_out_gives_the_same_rows(
    tmp_path: Path,
    name: str,
    width: int,
    has_form_feeds: bool,
    has_gaps: bool,
    is_hyphenated: bool,
) -> None:
    expected = tmp_path / "expected"
    intake_document(INVENTED / f"harrowfell_{name}.txt", expected)
    text = as_print(
        text_of(name),
        "HMP Harrowfell",
        width=width,
        has_form_feeds=has_form_feeds,
        has_gaps=has_gaps,
        is_hyphenated=is_hyphenated,
    )
    result = read(tmp_path, text)
    assert result.code == 0, result.messages
    ours, theirs = rows_of(tmp_path / "proposal"), rows_of(expected)
    assert ours.keys() == theirs.keys()
    for event_type in ours.keys() - {"findings_recorded"}:
        columns = [column.name for column in event_types()[event_type].payload]
        assert picked(ours[event_type], *columns) == picked(theirs[event_type], *columns)


def test_the_layout_of_2021_with_lists_at_its_end_is_read(tmp_path: Path) -> None:
    result = intake_document(INVENTED / "blackmoor_2021_inspection.txt", tmp_path / "proposal")
    assert (result.code, result.messages) == (0, [])
    rows = rows_of(tmp_path / "proposal")
    made = [row for row in rows["recommendations_made"] if row["visit_id"] == "blackmoor-2021"]
    assert picked(made, "reference", "text", "addressees") == [
        ("1.13", "The prison should reduce violence.", "the governor"),
        ("1.14", "There should be enough work for all prisoners.", "HMPPS and the governor"),
        ("2.3", "New arrivals should be offered a shower.", "the governor"),
    ]
    assert picked(rows["progress_judged"], "recommendation_id", "judgement") == [
        ("blackmoor-2018-S50", "not_achieved"),
        ("blackmoor-2018-S51", "achieved"),
        ("blackmoor-2018-S52", "partially_achieved"),
    ]
    four = {
        row["healthy_prison_test"]: row["outcome"]
        for row in rows["outcomes_judged"]
        if row["visit_id"] == "blackmoor-2021" and not row["scale"]
    }
    assert four == {
        "safety": "poor",
        "respect": "reasonably_good",
        "purposeful_activity": "not_sufficiently_good",
        "rehabilitation_and_release_planning": "reasonably_good",
    }


def test_a_verdict_may_stand_behind_what_it_is_about(tmp_path: Path) -> None:
    text = text_of("2019_inspection")
    joined = re.sub(r"\)\n((?:Not|Part|Ach|No )[^\n]*)", r") \1", text)
    assert joined.count("(1.9) Achieved") == 1
    result = read(tmp_path, joined)
    assert (result.code, result.messages) == (0, [])
    assert len(rows_of(tmp_path / "proposal")["progress_judged"]) == 7


# PDF, noise, joint documents ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2019_inspection", "2024_inspection"])
def test_the_same_rows_come_from_a_pdf(tmp_path: Path, name: str) -> None:
    text = text_of(name)
    from_text = tmp_path / "from_text"
    intake_document(INVENTED / f"harrowfell_{name}.txt", from_text)
    pdf = write_pdf(text, tmp_path / "report.pdf")
    result = intake_document(pdf, tmp_path / "from_pdf")
    assert result.code in (0, 3)
    ours, theirs = rows_of(from_text), rows_of(tmp_path / "from_pdf")
    for event_type in ("outcomes_judged", "recommendations_made", "progress_judged"):
        columns = [column.name for column in event_types()[event_type].payload]
        assert picked(theirs[event_type], *columns) == picked(ours[event_type], *columns)


def test_a_page_without_text_in_the_midst_is_named(tmp_path: Path) -> None:
    whole = PdfDocument(write_pdf(text_of("2024_inspection"), tmp_path / "whole.pdf"))
    place = len(whole) // 2
    whole.new_page(595, 842, index=place)
    whole.save(tmp_path / "report.pdf")
    result = intake_document(tmp_path / "report.pdf", tmp_path / "proposal")
    assert result.code == 3
    assert any(f"Page {place + 1} has no text" in message for message in result.messages)


def test_two_documents_bound_together_are_told_apart(tmp_path: Path) -> None:
    result = read(tmp_path, text_of("2024_inspection") + "\n\n" + text_of("2020_review"))
    assert result.code == 3
    assert "another document seems to begin" in result.messages[0]
    assert re.search(r"line \d{3}", result.messages[0])


def test_a_joint_report_asks_whose_rows_are_whose(tmp_path: Path) -> None:
    text = text_of("2024_inspection").replace(
        "HMP Harrowfell\n\nby", "HMP Harrowfell and HMP Netherby\n\nby", 1
    )
    result = read(tmp_path, text)
    assert result.code == 3
    assert "names 2 establishments: HMP Harrowfell, HMP Netherby" in result.messages[0]


# Other types -----------------------------------------------------------------------------------------


def test_a_scrutiny_visit_gives_no_outcomes_and_its_pairs(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        "Report on a scrutiny visit to\n\nHMP Netherby\n\nby HM Chief Inspector of Prisons\n\n"
        "23 March and 7–8 April 2021\n\n(an invented report on a prison that does not exist)\n\n"
        "Summary of key findings\n\n1.1 The regime was poor.\n\nKey concerns and recommendations\n\n"
        "1.2 Key concern: Men were locked up all day.\n\nRecommendation: Men should have an hour"
        " out of their cell. (To the governor.)\n\nSection 2 Safety\n\n2.1 Few men fought.\n",
    )
    assert (result.code, result.document_type) == (0, "scrutiny_visit"), result.messages
    rows = rows_of(tmp_path / "proposal")
    assert picked(rows["visits_held"], "visit_id", "visit_type", "started_on", "ended_on") == [
        ("netherby-2021-scrutiny", "scrutiny_visit", "2021-03-23", "2021-04-08")
    ]
    assert picked(rows["recommendations_made"], "recommendation_id", "text", "addressees") == [
        (
            "netherby-2021-scrutiny-1.2",
            "Men should have an hour out of their cell.",
            "the governor",
        )
    ]
    assert "outcomes_judged" not in rows


def test_a_short_scrutiny_visit_is_one_report_of_several_prisons(tmp_path: Path) -> None:
    read(
        tmp_path,
        "Report on short scrutiny visits to\n\nHMP Netherby, HMP Harrowfell and HMP Sallowmere\n\n"
        "by HM Chief Inspector of Prisons\n\n21 April 2020\n\n(an invented report on prisons that"
        " do not exist)\n\nSection 1 Safety\n\n1.1 Men were locked up all day.\n",
    )
    rows = rows_of(tmp_path / "proposal")
    assert picked(rows["visits_held"], "visit_id", "visit_type", "establishment_ids_also") == [
        ("netherby-2020-short-scrutiny", "short_scrutiny_visit", "harrowfell|sallowmere")
    ]
    assert {row["establishment_id"] for row in rows["establishments_described"]} == {
        "netherby", "harrowfell", "sallowmere",
    }  # fmt: skip


def test_an_urgent_notification_is_a_letter_about_a_visit(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        "Urgent Notification: HMP Harrowfell\n\n(an invented letter about a prison that does not"
        " exist)\n\nRt Hon A Minister MP, Secretary of State for Justice\n\n22 July 2024\n\nDear"
        " Secretary of State\n\nIn accordance with the Protocol I am writing to you to invoke the"
        " Urgent Notification process in respect of HMP Harrowfell. An unannounced inspection of"
        " HMP Harrowfell took place on 8–19 July 2024.\n\nAt this inspection, outcomes for"
        " prisoners were poor in safety and purposeful activity, and reasonably good in respect"
        " and preparation for release.\n\nYours sincerely\n\nThe Chief Inspector\n",
    )
    assert (result.code, result.document_type) == (0, "urgent_notification"), result.messages
    rows = rows_of(tmp_path / "proposal")
    (issued,) = rows["urgent_notifications_issued"]
    assert (issued["visit_id"], issued["occurred_on"]) == ("harrowfell-2024", "2024-07-22")
    assert issued["addressed_to"] == "Rt Hon A Minister MP, Secretary of State for Justice"
    assert issued["text"].startswith("In accordance with the Protocol")
    assert picked(rows["visits_held"], "started_on", "ended_on", "is_announced") == [
        ("2024-07-08", "2024-07-19", "false")
    ]
    assert len(rows["outcomes_judged"]) == 4


# Action plans ---------------------------------------------------------------------------------------------

RESPONSES = [
    ("harrowfell-2019-S13", "agreed", "2020-01-01", "month"),
    ("harrowfell-2019-S14", "not_agreed", "", ""),
    ("harrowfell-2019-1.3", "agreed", "", ""),
    ("harrowfell-2019-1.6", "partly_agreed", "2019-11-30", "day"),
    ("harrowfell-2019-1.7", "agreed", "2020-03-01", "month"),
    ("harrowfell-2019-2.3", "partly_agreed", "", ""),
]
RESPONSE = ("recommendation_id", "response", "target_on", "target_precision")


def test_an_action_plan_gives_its_responses(tmp_path: Path) -> None:
    result = read(tmp_path, text_of("2019_action_plan"))
    assert (result.code, result.messages) == (0, [])
    rows = rows_of(tmp_path / "proposal")
    # It answers recommendations; it makes none, and is no visit. It tells when the report came out.
    assert list(rows) == ["reports_published", "responses_received"]
    assert picked(rows["reports_published"], "what", "occurred_on", "published_document_id") == [
        ("action_plan", "", rows["reports_published"][0]["document_id"]),
        ("report", "2019-07-02", ""),
    ]
    assert picked(rows["responses_received"], *RESPONSE) == RESPONSES
    first = rows["responses_received"][0]
    assert (first["occurred_on"], first["occurred_precision"]) == ("2019-09-17", "day")
    assert first["text"] == (
        "A violence reduction lead has been appointed. She will report to the governor each month"
        " on where and when violence happens. Responsible: Head of Safety. Target date: January"
        " 2020."
    )


def plan_pdf(path: Path) -> Path:
    """The plan as a ruled table that runs over pages, a row cut in two on the way."""
    pdf = FPDF(orientation="landscape")
    pdf.core_fonts_encoding = "windows-1252"
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    for line in (
        "A Response to the HMIP Inspection",
        "HMP Harrowfell",
        "4–5 and 11–15 March 2019",
        "Report Published 2 July 2019",
        "Action Plan Submitted 17 September 2019",
    ):
        pdf.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
    rows = [
        ("S13", "The governor should find out why violence has risen and act on the causes.", "Agreed", "A violence reduction lead has been appointed.", "Head of Safety", "January 2020"),
        ("S14", "Cells for one should hold one.", "Not Agreed", "The prison estate is full. " * 12, "Executive Director, HMPPS", "N/A"),
        ("", "", "", "And will be for years.", "", ""),
        ("1.3", "First night checks should be made every hour.", "Agreed", "Checks are now made every hour. " * 14, "Head of Residence", "Completed"),
        ("1.6", "Intelligence reports should be read within a day.", "Partly Agreed", "Urgent ones will be read within a day. " * 14, "Head of Security", "30 November 2019"),
        ("1.7", "The drug strategy should be written down.", "Agreed", "A strategy has been drafted. " * 14, "Head of Drug Strategy", "March 2020"),
        ("2.3", "Prisoners should be able to shower daily in private.", "Partly Agreed", "Funding has been asked for. " * 14, "Governor", "Ongoing"),
    ]  # fmt: skip
    header = ("Rec No", "Recommendation", "Agreed/Partly Agreed/Not Agreed", "Response Action Taken/Planned", "Responsible Owner", "Target Date")  # fmt: skip
    with pdf.table(col_widths=(12, 60, 25, 90, 35, 25)) as table:
        for texts in (header, *rows):
            row = table.row()
            for text in texts:
                row.cell(text)
    pdf.output(str(path))
    return path


def test_an_action_plans_table_is_read_out_of_a_pdf_over_its_pages(tmp_path: Path) -> None:
    result = intake_document(plan_pdf(tmp_path / "plan.pdf"), tmp_path / "proposal")
    rows = rows_of(tmp_path / "proposal")
    assert picked(rows["responses_received"], *RESPONSE) == RESPONSES
    assert (
        "And will be for years. Responsible: Executive Director, HMPPS."
        in (rows["responses_received"][1]["text"])
    )
    assert result.code == 0, result.messages
    text = (tmp_path / "proposal" / "report.txt").read_text(encoding="utf-8")
    assert "\n1.6 Intelligence reports should be read within a day.\n" in text


HEAD = """A RESPONSE TO THE HMIP INSPECTION
HMP HARROWFELL
4-5 AND 11-15 MARCH 2019
REPORT PUBLISHED: 2 JULY 2019
ACTION PLAN SUBMITTED: 17 SEPTEMBER 2019

"""
TABLES = {
    "bars": "| Rec No | Recommendation | Agreed / Partly Agreed / Not Agreed | Response: Action Taken /"
    " Planned | Responsible Owner | Target Date |\n| --- | --- | --- | --- | --- | --- |\n"
    "| S13 | Violence should fall. | Agreed | A plan is in place. | Governor | 30/09/2019 |\n"
    "| S14 | Cells should be decent. | Partly Agreed | Subject to resources. | HMPPS | Ongoing |\n",
    "tabs, the plan's own numbers": "1. Rec No\t2. Recommendation\t3. Agreed/Partly Agreed/Not Agreed"
    "\t4. Response Action Taken/Planned\t5. Responsible Owner\t6. Target Date\n"
    "5.1\tKey recommendation: Violence should fall. (S13)\tAgreed\tA plan is in place.\tGovernor\t"
    "30/09/2019\n5.2\tCells should be decent. (S14)\tPartly agreed\tSubject to resources.\tHMPPS\t"
    "Ongoing\n",
    "labelled lines with pages": "Page 1\n\nS13 Violence should fall.\nAgreed – A plan is in\nplace.\n"
    "Responsible Owner: Governor\nTarget Date: 30 September 2019\n\nPage 2\n\nS14 Cells should be"
    " decent.\nPartly Agreed. Subject to resources.\nResponsible Owner: HMPPS\nTarget Date: Ongoing\n",
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_a_plan_may_be_set_in_any_of_these_ways(tmp_path: Path, table: str) -> None:
    result = read(tmp_path, HEAD + table)
    assert result.code == 0, result.messages
    rows = rows_of(tmp_path / "proposal")["responses_received"]
    assert picked(rows, *RESPONSE) == [
        ("harrowfell-2019-S13", "agreed", "2019-09-30", "day"),
        ("harrowfell-2019-S14", "partly_agreed", "", ""),
    ]
    assert rows[0]["text"].startswith("A plan is in place. Responsible: Governor.")
    # What a row cites stands in the text that is kept.
    text = (tmp_path / "proposal" / "report.txt").read_text(encoding="utf-8")
    places = {place.paragraph for place in paragraphs_of(text)}
    assert {row["paragraph"] for row in rows} <= places


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("Partly Agreed\nUrgent", "Perhaps\nUrgent", "1.6"),
        ("Action Plan Submitted 17 September 2019\n", "", "when it was submitted"),
        ("4–5 and 11–15 March 2019\n", "", "the days of the inspection"),
        ("1.3\nFirst", "1.6\nFirst", "answers 1.6 twice"),
        ("INTRODUCTION", "In answer to the report on HMP Netherby\n\nINTRODUCTION", "names 2 est"),
        ("INTRODUCTION", "Agreed: 5\n\nINTRODUCTION", "states 5 for «Agreed», 3"),
    ],
)
def test_what_is_wrong_with_a_plan_is_named(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    text = text_of("2019_action_plan")
    assert before in text
    result = read(tmp_path, text.replace(before, after, 1))
    assert result.code == 3
    assert [message for message in result.messages if said in message], result.messages


def test_a_plan_for_concerns_has_actions_and_no_agreement(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        "A Response to the HMIP Inspection\n\nHMP Harrowfell\n\n(an invented plan)\n\n"
        "8–19 July 2024\n\nAction Plan Submitted: 10 October 2024\n\n"
        "1\nToo many prisoners were locked up.\nAction: Unlock more of them.\nOwner: Head of"
        " Residence\nTarget date: March 2025\n\n"
        "2\nThe use of drugs was widespread.\nAction: Scan all post.\nOwner: Head of Security\n"
        "Target date: Completed\n",
    )
    assert result.code == 0, result.messages
    rows = rows_of(tmp_path / "proposal")["responses_received"]
    assert picked(rows, *RESPONSE) == [
        ("harrowfell-2024-1", "action_planned", "2025-03-01", "month"),
        ("harrowfell-2024-2", "action_planned", "", ""),
    ]


# What is none of these ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("HM Inspectorate of Prisons\n\nAnnual report 2023–24\n", "seems to be an annual report"),
        ("A shopping list\n\nMilk\n", "Its first words are «A shopping list Milk»"),
    ],
)
def test_any_other_document_is_refused_with_what_it_seems_to_be(
    tmp_path: Path, text: str, said: str
) -> None:
    result = read(tmp_path, text)
    assert result.code == 1
    assert said in result.messages[0]


def test_a_type_is_told_by_the_title_page_and_not_by_what_the_text_speaks_of(
    tmp_path: Path,
) -> None:
    path = tmp_path / "document.txt"
    for name, expected in (
        ("2020_review", "independent_review_of_progress"),
        ("2019_action_plan", "action_plan"),
        ("2022_inspection", "full_inspection"),
    ):
        path.write_text(text_of(name), encoding="utf-8")
        assert type_of(read_source(path)).code == expected
