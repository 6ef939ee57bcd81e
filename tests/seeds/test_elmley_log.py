"""The Elmley review in the log, held to the report's own text.

Over 500 lines: one report, and every figure of it.

Log and report are read here by means of their own: what the gate and the models make of the log
is tested elsewhere. Only rows that cite this review count, so that the log can grow.
"""

import csv
import io
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from inspections.log.declaration import event_types

PROJECT = Path(__file__).resolve().parents[2]
SEEDS = PROJECT / "seeds"
REPORT = PROJECT / "reports" / "hmp-elmley-irp-2023-02.txt"
DOCUMENT = "hmp-elmley-irp-2023-02"

TYPES_OF_THE_REVIEW = [
    "establishments_described",
    "visits_held",
    "reports_published",
    "outcomes_judged",
    "concerns_raised",
    "recommendations_made",
    "progress_judged",
    "progress_restated",
    "practice_noted",
    "findings_recorded",
    "figures_observed",
    "totals_stated",
]

# reference: (area, scale, judgement, closing paragraph), read from section 3 by eye.
JUDGEMENTS = {
    "1.42": ("behaviour_management", "hmip_progress", "insufficient_progress", "3.5"),
    "1.43": ("use_of_force", "hmip_progress", "good_progress", "3.8"),
    "1.44": ("security", "hmip_progress", "insufficient_progress", "3.15"),
    "1.45": ("equality_and_diversity", "hmip_progress", "reasonable_progress", "3.22"),
    "1.46": (
        "health_well_being_and_social_care",
        "hmip_progress",
        "reasonable_progress",
        "3.30",
    ),
    "1.47": ("education_skills_and_work", "ofsted_progress", "reasonable_progress", "3.35"),
    "1.48": ("education_skills_and_work", "ofsted_progress", "reasonable_progress", "3.40"),
    "1.49": ("education_skills_and_work", "ofsted_progress", "reasonable_progress", "3.46"),
    "1.50": ("education_skills_and_work", "ofsted_progress", "reasonable_progress", "3.51"),
    "1.51": ("interventions", "hmip_progress", "reasonable_progress", "3.60"),
    "1.52": ("public_protection", "hmip_progress", "insufficient_progress", "3.55"),
}

# (paragraph, scale, judgement, stated count).
TOTALS = [
    ("1.4", "", "", 11),
    ("1.4", "", "reasonable_or_better", 8),
    ("1.4", "", "insufficient_progress", 3),
    ("1.4", "ofsted_progress", "", 4),
    ("2.1", "hmip_progress", "", 7),
    ("2.1", "ofsted_progress", "", 4),
    ("2.2", "hmip_progress", "good_progress", 1),
    ("2.2", "hmip_progress", "reasonable_progress", 3),
    ("2.2", "hmip_progress", "insufficient_progress", 3),
    ("2.2", "hmip_progress", "no_meaningful_progress", 0),
    ("2.3", "ofsted_progress", "significant_progress", 0),
    ("2.3", "ofsted_progress", "reasonable_progress", 4),
    ("2.3", "ofsted_progress", "insufficient_progress", 0),
    ("Figure 2", "hmip_progress", "", 7),
    ("Figure 3", "ofsted_progress", "", 4),
]

# How the report words the figures that it does not print in digits.
WORDS = {
    1: ("one", "over a year"),
    2: ("two",),
    3: ("three",),
    4: ("four",),
    6: ("six",),
    7: ("seventh",),
    15: ("fifteen",),
    50: ("half",),
}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@cache
def log(event_type: str) -> tuple[dict[str, str], ...]:
    """The review's facts as first entered, because corrections are about the log."""
    # `<type>.csv` is one of `<type>.*csv`, and so are further files of the type.
    return tuple(
        row
        for path in sorted((SEEDS / "events").glob(f"{event_type}.*csv"))
        for row in read_csv(path)
        if row["document_id"] == DOCUMENT and not row["corrects_event_id"]
    )


def in_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@cache
def report() -> str:
    return REPORT.read_text(encoding="utf-8")


@cache
def report_without_marks() -> str:
    """The report in one line, without the marks of headings and bold type."""
    return in_one_line(re.sub(r"[#*]+", "", report()))


def finding(paragraph: str) -> dict[str, str]:
    return next(row for row in log("findings_recorded") if row["paragraph"] == paragraph)


@pytest.mark.parametrize("event_type", TYPES_OF_THE_REVIEW)
def test_a_file_of_the_log_is_plain_csv_with_the_declared_header(event_type):
    content = (SEEDS / "events" / f"{event_type}.csv").read_bytes().decode("utf-8")
    rows = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    again = io.StringIO()
    csv.writer(again, lineterminator="\n").writerows(rows)

    kind = event_types()[event_type]
    assert rows[0] == [name for name in kind.column_names if name in rows[0]]
    assert kind.lacking(rows[0]) == []
    assert {len(row) for row in rows} == {len(rows[0])}
    assert again.getvalue() == content


def test_the_review_feeds_these_types_and_no_other():
    fed = [name for name in event_types() if not name.startswith("events_") and log(name)]
    assert sorted(fed) == sorted(TYPES_OF_THE_REVIEW)


def test_no_event_id_stands_twice():
    ids = Counter(
        row["event_id"] for path in (SEEDS / "events").glob("*_*.csv") for row in read_csv(path)
    )
    assert [event_id for event_id, count in ids.items() if count > 1] == []


def test_the_review_entered_the_log_at_one_instant():
    assert len({row["recorded_at"] for name in TYPES_OF_THE_REVIEW for row in log(name)}) == 1


def test_every_place_cited_is_in_the_report():
    numbers = set(re.findall(r"(?m)^- (\d+\.\d+) ", report()))
    headings = re.findall(r"(?m)^[#* ]*((?:Section|Figure) \d|Appendix [IVX]+)\b(?!.*\t)", report())
    cited = {row["paragraph"] for name in TYPES_OF_THE_REVIEW for row in log(name)}
    assert cited - numbers - set(headings) == {""}


def test_only_the_review_itself_and_its_report_cite_no_place():
    unplaced = [name for name in TYPES_OF_THE_REVIEW for row in log(name) if not row["paragraph"]]
    assert unplaced == ["visits_held", "reports_published"]


def test_elmley_opened_in_1992_and_trains_sentenced_prisoners_since_2019():
    first, since_2019 = log("establishments_described")
    assert (first["establishment_id"], since_2019["establishment_id"]) == ("elmley",) * 2
    assert (first["occurred_on"], first["occurred_precision"]) == ("1992-01-01", "year")
    assert (since_2019["occurred_on"], since_2019["occurred_precision"]) == ("2019-01-01", "year")
    assert first["opened_year"] == since_2019["opened_year"] == "1992"
    assert first["function"] == ""
    for words in ("receive", "remand prisoners", "sentenced category C prisoners"):
        assert words in since_2019["function"]
        assert words in finding("1.1")["text"]


def test_the_three_visits_are_dated_as_exactly_as_the_report_dates_them():
    visits = {
        row["visit_id"]: (
            row["visit_type"],
            row["occurred_on"],
            row["occurred_precision"],
            row["started_on"],
            row["ended_on"],
            row["is_announced"],
            row["follows_visit_id"],
        )
        for row in log("visits_held")
    }
    assert visits == {
        "elmley-2019": ("full_inspection", "2019-01-01", "year", "", "", "", ""),
        "elmley-2022": ("full_inspection", "2022-02-01", "month", "", "", "", ""),
        "elmley-2023-irp": (
            "independent_review_of_progress",
            "2023-02-13",
            "day",
            "2023-02-13",
            "2023-02-15",
            "true",
            "elmley-2022",
        ),
    }
    assert "13–15 February 2023" in report()
    assert "February to March, 2022" in report()


def test_the_day_of_publication_is_unknown():
    (publication,) = log("reports_published")
    assert (publication["occurred_on"], publication["published_on"]) == ("", "")
    assert publication["occurred_precision"] == "unknown"


def test_four_outcomes_of_2022_and_none_of_2019_or_of_the_review():
    assert {
        (row["visit_id"], row["unit"], row["healthy_prison_test"], row["outcome"])
        for row in log("outcomes_judged")
    } == {
        ("elmley-2022", "", test, "not_sufficiently_good")
        for test in (
            "safety",
            "respect",
            "purposeful_activity",
            "rehabilitation_and_release_planning",
        )
    }
    assert len(log("outcomes_judged")) == 4
    assert "not sufficiently good in all four" in finding("1.3")["text"]


def test_eleven_recommendations_are_named_by_their_references_as_text():
    made = log("recommendations_made")
    assert [row["reference"] for row in made] == list(JUDGEMENTS)
    assert all(row["recommendation_id"] == f"elmley-2022-{row['reference']}" for row in made)
    assert {row["visit_id"] for row in made} == {"elmley-2022"}
    assert Counter((row["kind"], row["body"]) for row in made) == {
        ("recommendation", "hmip"): 7,
        ("theme", "ofsted"): 4,
    }


@pytest.mark.parametrize("reference", JUDGEMENTS)
def test_a_recommendation_stands_in_section_3_word_for_word_after_its_concern(reference):
    (made,) = (row for row in log("recommendations_made") if row["reference"] == reference)
    if made["kind"] == "theme":
        number = int(reference.removeprefix("1.")) - 46
        printed = f"Theme {number}: {made['text']} ({reference})"
        assert made["concern_id"] == ""
    else:
        (concern,) = (
            row for row in log("concerns_raised") if row["concern_id"] == made["concern_id"]
        )
        printed = f"Concern: {concern['text']} Recommendation: {made['text']} ({reference})"
        assert concern["area"] == made["area"]
        assert concern["visit_id"] == "elmley-2022"
    assert printed in report_without_marks()


def test_each_of_the_seven_concerns_is_answered_by_one_recommendation():
    answered = [row["concern_id"] for row in log("recommendations_made") if row["concern_id"]]
    assert sorted(answered) == sorted(row["concern_id"] for row in log("concerns_raised"))
    assert len(set(answered)) == 7


def test_the_eleven_judgements_are_those_of_the_closing_paragraphs():
    areas = {row["recommendation_id"]: row["area"] for row in log("recommendations_made")}
    assert {
        row["recommendation_id"].removeprefix("elmley-2022-"): (
            areas[row["recommendation_id"]],
            row["scale"],
            row["judgement"],
            row["paragraph"],
        )
        for row in log("progress_judged")
    } == JUDGEMENTS
    assert len(log("progress_judged")) == 11


@pytest.mark.parametrize("reference", JUDGEMENTS)
def test_a_closing_paragraph_says_the_judgement_and_ends_its_block(reference):
    _, scale, judgement, closing = JUDGEMENTS[reference]
    level = judgement.replace("_", " ")
    assert finding(closing)["text"] == (
        f"We considered that the prison had made {level} in this area."
        if scale == "hmip_progress"
        else f"Ofsted considered that the prison had made {level} against this theme."
    )
    block = [
        row["paragraph"]
        for row in log("findings_recorded")
        if row["recommendation_id"] == f"elmley-2022-{reference}"
    ]
    assert block[-1] == closing


def test_the_judgements_count_as_the_report_counts_them_a_scale_at_a_time():
    counted = Counter((row["scale"], row["judgement"]) for row in log("progress_judged"))
    assert counted == {
        ("hmip_progress", "good_progress"): 1,
        ("hmip_progress", "reasonable_progress"): 3,
        ("hmip_progress", "insufficient_progress"): 3,
        ("ofsted_progress", "reasonable_progress"): 4,
    }


def test_each_judgement_is_restated_as_section_4_heads_it():
    section_4 = report().split("## Section 4 Summary of judgements")[1].split("## Appendix I ")[0]
    parts = [in_one_line(re.sub(r"[#*]+", "", part)) for part in section_4.split("\n\n")]
    headed = {
        text[:60]: heading.lower().replace(" ", "_")
        for text, heading in pairwise(parts)
        if heading.endswith(" progress")
    }
    texts = {row["recommendation_id"]: row["text"] for row in log("recommendations_made")}
    restated = log("progress_restated")

    assert len(headed) == len(restated) == 11
    assert {row["paragraph"] for row in restated} == {"Section 4"}
    for row in restated:
        assert headed[texts[row["recommendation_id"]][:60]] == row["judgement"]


def test_restatements_agree_with_judgements():
    def said(event_type: str) -> set[tuple[str, ...]]:
        return {
            (row["visit_id"], row["recommendation_id"], row["scale"], row["judgement"])
            for row in log(event_type)
        }

    assert said("progress_restated") == said("progress_judged")


def test_all_stated_totals_are_in_the_log():
    assert sorted(
        (row["paragraph"], row["scale"], row["judgement"], int(row["stated_count"]))
        for row in log("totals_stated")
    ) == sorted(TOTALS)
    assert {row["comparison"] for row in log("totals_stated")} == {"exactly"}


@pytest.mark.parametrize(("paragraph", "scale", "judgement", "stated"), TOTALS)
def test_a_stated_total_agrees_with_the_judgements(paragraph, scale, judgement, stated):
    better = {
        (level["scale"], level["code"])
        for level in read_csv(SEEDS / "judgement_levels.csv")
        if level["is_reasonable_or_better"] == "true"
    }
    counted = sum(
        scale in ("", row["scale"])
        and (
            judgement in ("", row["judgement"])
            or (judgement == "reasonable_or_better" and (row["scale"], row["judgement"]) in better)
        )
        for row in log("progress_judged")
    )
    assert counted == stated


def test_one_notable_practice_is_noted_in_the_words_of_its_paragraph():
    (practice,) = log("practice_noted")
    assert practice["paragraph"] == "2.6"
    assert practice["text"] == finding("2.6")["text"]


def test_every_numbered_paragraph_is_a_finding_once_and_in_order():
    printed = re.findall(r"(?m)^- (\d+\.\d+) ", report())
    assert [row["paragraph"] for row in log("findings_recorded")] == printed
    assert printed == (
        [f"1.{number}" for number in range(1, 11)]
        + [f"2.{number}" for number in range(1, 7)]
        + [f"3.{number}" for number in range(1, 61)]
    )


def test_each_finding_is_its_whole_paragraph_word_for_word():
    text = in_one_line(report())
    # What may follow a paragraph: the next one, a heading, bold type, or a picture's caption.
    after = re.compile(r" (?:- \d+\.\d+ |#|\*\*|Figure 1: |Body-worn camera sign #)")
    for row in log("findings_recorded"):
        printed = f"- {row['paragraph']} {row['text']}"
        assert printed in text, row["paragraph"]
        assert row["text"] == in_one_line(row["text"])
        assert after.match(text, text.index(printed) + len(printed)), row["paragraph"]


def test_findings_of_section_3_belong_to_the_recommendation_above_them():
    areas = {row["recommendation_id"]: row["area"] for row in log("recommendations_made")}
    above = ""
    expected = {}
    for paragraph, reference in re.findall(r"(?m)^- (\d+\.\d+) |\((1\.\d\d)\)(?:\*\*)?$", report()):
        above = f"elmley-2022-{reference}" if reference else above
        if paragraph:
            expected[paragraph] = above
    for row in log("findings_recorded"):
        assert row["recommendation_id"] == expected[row["paragraph"]], row["paragraph"]
        if row["recommendation_id"]:
            assert row["area"] == areas[row["recommendation_id"]]


def test_each_figure_is_printed_in_the_text_that_it_cites():
    concerns = {
        made["recommendation_id"]: concern["text"]
        for made in log("recommendations_made")
        for concern in log("concerns_raised")
        if concern["concern_id"] == made["concern_id"]
    }
    for row in log("figures_observed"):
        if row["paragraph"] == "Section 3":
            text = concerns[row["recommendation_id"]]
        else:
            text = finding(row["paragraph"])["text"]
            assert row["recommendation_id"] == finding(row["paragraph"])["recommendation_id"]
        value = int(row["value"])
        forms = [f"{value:,}", *WORDS.get(value, ())]
        assert any(re.search(rf"\b{re.escape(form)}\b", text, re.IGNORECASE) for form in forms), (
            row["event_id"]
        )
        assert re.fullmatch(r"[a-z0-9_]+", row["measure"])
        assert row["unit"]


def test_every_number_in_digits_is_a_figure_a_total_or_named_here():
    """A number that a later reader finds in a paragraph was not overlooked."""
    known = {
        "1.1": {"1992", "2019"},
        "1.2": {"2019", "2022"},
        "2.1": {"2022"},
        "2.6": {"3.7"},
        "3.39": {"25"},
    }
    for row in log("findings_recorded"):
        entered = {
            f"{int(other[column]):,}"
            for name, column in (("figures_observed", "value"), ("totals_stated", "stated_count"))
            for other in log(name)
            if other["paragraph"] == row["paragraph"]
        }
        printed = set(re.findall(r"\d[\d.,]*\d|\d", row["text"]))
        assert printed - entered == known.get(row["paragraph"], set()), row["paragraph"]


def test_definitions_of_levels_are_those_of_appendix_i():
    appendix = report_without_marks().split("Appendix I About this report")[-1]
    quoted = 0
    for level in read_csv(SEEDS / "judgement_levels.csv"):
        assert not level["definition"] or level["source"]
        assert not level["scale"].endswith("_progress") or "Appendix I" in level["source"]
        if "Appendix I" in level["source"]:
            assert f"{level['label']} {level['definition']}" in appendix
            quoted += 1
    assert quoted == 7


def test_levels_are_ranked_without_gaps_and_what_is_outside_the_order_has_no_rank():
    ranks: dict[str, list[str]] = {}
    for level in read_csv(SEEDS / "judgement_levels.csv"):
        assert level["code"] == level["label"].lower().replace(" ", "_")
        ranks.setdefault(level["scale"], []).append(level["rank"])
    assert ranks == {
        "hmip_progress": ["1", "2", "3", "4"],
        "ofsted_progress": ["1", "2", "3"],
        "hmip_outcome": ["1", "2", "3", "4"],
        "hmip_follow_up": ["1", "2", "3", ""],
        "hmip_concern_follow_up": ["1", "2", "3"],
        "ofsted_inspection": ["1", "2", "3", "4"],
        "hmips_follow_up_2013_2014": ["1", "2", "3", ""],
        "hmips_follow_up_2011_2012": ["1", "2", "3", ""],
        "hmips_good_practice_follow_up": ["1", "2"],
        "hmips_rating": ["1", "2", "3", "4", "5"],
    }


def test_the_examples_that_the_readme_gives_can_be_copied():
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    # As the files of the log have them: without the columns that came later.
    widths = {name: len(kind.first_columns) for name, kind in event_types().items()}
    widths["documents"] = len(read_csv(SEEDS / "documents.csv")[0])
    examples = re.findall(r"```csv (\w+)\n(.*?)```", readme, re.DOTALL)

    assert len(examples) == 4
    for name, rows in examples:
        for row in csv.reader(io.StringIO(rows), strict=True):
            assert len(row) == widths[name]


def test_each_entry_of_the_register_is_matched_once_and_by_its_name():
    """We matched establishments with entries; two places with one id would be a mistake."""
    register = {row["register_id"]: row for row in read_csv(SEEDS / "prison_register.csv")}
    entries = read_csv(SEEDS / "register_entries.csv")
    described = {
        row["establishment_id"]
        for path in (SEEDS / "events").glob("establishments_described*.csv")
        for row in read_csv(path)
    }
    assert len(register) == 173
    matched = [row for row in entries if row["register_id"]]
    assert len({row["register_id"] for row in matched}) == len(matched)
    assert {row["establishment_id"] for row in entries} <= described
    for entry in matched:
        assert f"{register[entry['register_id']]['name']}, is" in entry["basis"]
    assert {row["establishment_id"]: row["register_id"] for row in entries}["elmley"] == "EYI"
