"""From a report to proposed rows: what is read, what is left to a person, what is refused.

Over 500 lines, as its tests share invented reports and what reads them.
"""

import csv
import re
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from fpdf import FPDF
from pypdfium2 import PdfDocument

from inspections.intake import (
    IntakeResult,
    NotAReportError,
    intake_document,
    read_document,
)
from inspections.intake.against_log.known import _text
from inspections.intake.grammar import (
    day_of_cell,
    days_in,
    figures_in,
    judgement_in,
    outcomes_stated,
    totals_in,
)
from inspections.intake.grammar.follow_up import follow_up_totals_in, raised_in
from inspections.log.declaration import event_types
from inspections.log.files.documents import paragraphs_of
from inspections.settings import PROJECT
from tests.intake.report_pdfs import write_pdf
from tests.intake.report_prints import as_print

ELMLEY = PROJECT / "reports" / "hmp-elmley-irp-2023-02.txt"
EVENTS = PROJECT / "seeds" / "events"
INVENTED = PROJECT / "tests" / "invented_reports"
Rows = dict[str, dict[str, dict[str, str]]]


def rows_in(folder: Path, document_id: str = "") -> Rows:
    """The rows of a folder of event files by type and id, those of one document only."""
    found: Rows = {}
    for file in sorted(folder.glob("*.csv")):
        name = file.name.split(".")[0]
        if name not in event_types():
            continue
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                if not document_id or row["document_id"] == document_id:
                    found.setdefault(name, {})[row["event_id"]] = row
    return found


def without_notes(rows: Rows, form: str = "") -> Rows:
    """Rows without what is said of them, and without the characters of ``form``."""
    return {
        name: {
            event_id: {
                column: re.sub(f"[{form}]", "", value.replace("’", "'")) if form else value
                for column, value in row.items()
                if column != "intake_note"
            }
            for event_id, row in own.items()
        }
        for name, own in rows.items()
    }


def reconciliation(folder: Path) -> list[dict[str, str]]:
    with (folder / "reconciliation.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text_file(folder: Path, text: str) -> Path:
    path = folder / "report.txt"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def elmley(tmp_path_factory: pytest.TempPathFactory) -> IntakeResult:
    return intake_document(ELMLEY, tmp_path_factory.mktemp("elmley") / "proposal")


@pytest.fixture(scope="module")
def elmley_rows(elmley: IntakeResult) -> Rows:
    assert elmley.out
    return rows_in(elmley.out)


# The real report ----------------------------------------------------------------------------

# The envelope's day is the log's own decision in one place only: see the test of outcomes.
IDENTITY = ("occurred_on", "occurred_precision", "document_id", "paragraph")


def of_log(event_type: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    rows = rows_in(EVENTS, "hmp-elmley-irp-2023-02")[event_type].values()
    corrected = {row["corrects_event_id"] for row in rows}
    # A file of the log may be older than a column of its type, which then is empty.
    return sorted(
        tuple(row.get(column, "") for column in columns)
        for row in rows
        if row["event_id"] not in corrected
    )


def of_proposal(rows: Rows, event_type: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    return sorted(tuple(row[column] for column in columns) for row in rows[event_type].values())


@pytest.mark.parametrize(
    "event_type",
    [
        "progress_judged",
        "progress_restated",
        "recommendations_made",
        "concerns_raised",
        "practice_noted",
        "findings_recorded",
    ],
)
def test_what_is_read_in_the_elmley_report_equals_the_log_made_by_hand(
    elmley_rows: Rows, event_type: str
) -> None:
    payload = tuple(column.name for column in event_types()[event_type].payload)
    columns = (*IDENTITY, *payload)
    assert of_proposal(elmley_rows, event_type, columns) == of_log(event_type, columns)


def test_the_totals_of_the_elmley_report_equal_those_of_the_log(elmley_rows: Rows) -> None:
    columns = (*IDENTITY, "visit_id", "scale", "judgement", "comparison", "stated_count")
    assert of_proposal(elmley_rows, "totals_stated", columns) == of_log("totals_stated", columns)


def test_the_visits_of_the_elmley_report_equal_those_of_the_log(elmley_rows: Rows) -> None:
    columns = (
        *IDENTITY,
        *(column.name for column in event_types()["visits_held"].payload),
    )
    assert of_proposal(elmley_rows, "visits_held", columns) == of_log("visits_held", columns)


def test_the_outcomes_of_the_elmley_report_equal_those_of_the_log(elmley_rows: Rows) -> None:
    columns = ("document_id", "paragraph", "visit_id", "unit", "healthy_prison_test", "outcome")
    assert of_proposal(elmley_rows, "outcomes_judged", columns) == of_log(
        "outcomes_judged", columns
    )


def test_two_readings_of_a_theme_are_both_kept_and_their_difference_is_listed(
    elmley: IntakeResult, elmley_rows: Rows
) -> None:
    theme = elmley_rows["recommendations_made"]["elmley-2022-1.47-made"]
    restated = elmley_rows["progress_restated"]["elmley-2023-irp-restated-1.47"]
    assert theme["text"].endswith("accredited qualifications at high rates.")
    assert "accredited qualifications at high rate.»" in restated["intake_note"]
    assert restated["intake_note"].startswith("check")
    assert elmley.out
    listed = [row for row in reconciliation(elmley.out) if row["check"] == "text"]
    assert [(row["subject"], row["agrees"]) for row in listed] == [("elmley-2022-1.47", "false")]
    assert elmley.code == 3
    assert "«rates.»" in elmley.messages[0] and "«rate.»" in elmley.messages[0]


def test_every_total_and_restatement_of_the_elmley_report_agrees(elmley: IntakeResult) -> None:
    assert elmley.out
    rows = reconciliation(elmley.out)
    for check, number in (("total", 15), ("restatement", 11), ("reference", 11), ("practice", 1)):
        agreeing = [row["agrees"] for row in rows if row["check"] == check]
        assert agreeing == ["true"] * number, check


def test_outcomes_that_a_picture_shows_are_asked_for_and_not_guessed(
    elmley: IntakeResult, elmley_rows: Rows
) -> None:
    visits = {row["visit_id"] for row in elmley_rows["outcomes_judged"].values()}
    assert visits == {"elmley-2022"}
    assert any("outcomes of 2019 in a picture" in message for message in elmley.messages)


def test_each_row_says_what_it_rests_on_and_how_sure_it_is(elmley_rows: Rows) -> None:
    text = " ".join(ELMLEY.read_text(encoding="utf-8").replace("**", "").split())
    for own in elmley_rows.values():
        for row in own.values():
            assert re.match(r"(?:sure|check: .+): rests on|check: .+; rests on", row["intake_note"])
            assert row["recorded_at"] == ""
    for row in elmley_rows["progress_judged"].values():
        quoted = re.search(r"«(.*)»", row["intake_note"])
        assert quoted and quoted[1] in text


@pytest.mark.parametrize("name", ["sallowmere_2019", "thornwick_2024", "carreg_wen_2023"])
def test_every_cited_place_is_one_that_the_gate_finds_in_the_kept_text(
    tmp_path: Path, name: str
) -> None:
    out = tmp_path / "proposal"
    intake_document(INVENTED / f"{name}.txt", out)
    places = {place.paragraph for place in paragraphs_of((out / "report.txt").read_text())}
    cited = {row["paragraph"] for own in rows_in(out).values() for row in own.values()}
    assert cited - {""} <= places


# The same report in other shapes -------------------------------------------------------------


@pytest.mark.parametrize("name", [ELMLEY, INVENTED / "thornwick_2024.txt"], ids=lambda p: p.stem)
def test_a_pdf_gives_the_rows_of_its_text(tmp_path: Path, name: Path) -> None:
    pdf = write_pdf(name.read_text(encoding="utf-8"), tmp_path / "report.pdf", "1 A note.")
    of_text = intake_document(name, tmp_path / "text")
    of_pdf = intake_document(pdf, tmp_path / "pdf")
    assert of_pdf.code == of_text.code
    assert without_notes(rows_in(tmp_path / "pdf")) == without_notes(rows_in(tmp_path / "text"))


def test_a_pdf_keeps_the_page_beside_each_paragraph_and_its_text_can_be_read_again(
    tmp_path: Path,
) -> None:
    pdf = write_pdf(ELMLEY.read_text(encoding="utf-8"), tmp_path / "report.pdf")
    intake_document(pdf, tmp_path / "pdf")
    rows = rows_in(tmp_path / "pdf")
    pages = [
        int(match[1])
        for row in rows["findings_recorded"].values()
        if (match := re.search(r"\(page (\d+)\)", row["intake_note"]))
    ]
    assert len(pages) == 76
    assert pages == sorted(pages) and pages[-1] > pages[0] + 5
    again = intake_document(tmp_path / "pdf" / "report.txt", tmp_path / "again")
    assert again.code == 3
    assert without_notes(rows_in(tmp_path / "again")) == without_notes(rows)
    places = {p.paragraph for p in paragraphs_of((tmp_path / "pdf" / "report.txt").read_text())}
    assert {r["paragraph"] for own in rows.values() for r in own.values()} - {""} <= places


@pytest.mark.parametrize("has_form_feeds", [False, True])
@pytest.mark.parametrize("is_hyphenated", [False, True])
def test_the_noise_of_a_print_changes_no_row(
    tmp_path: Path, has_form_feeds: bool, is_hyphenated: bool
) -> None:
    """Headers, page numbers, paragraphs cut by pages, broken words, curly quotes."""
    printed = as_print(
        ELMLEY.read_text(encoding="utf-8"),
        "Report on an independent review of progress at HMP Elmley",
        has_form_feeds=has_form_feeds,
        is_hyphenated=is_hyphenated,
    )
    intake_document(text_file(tmp_path, printed), tmp_path / "print")
    intake_document(ELMLEY, tmp_path / "clean")
    # Whether a word broken at its own hyphen has one cannot be told: hyphens are left out.
    print_rows = without_notes(rows_in(tmp_path / "print"), "-")
    assert print_rows == without_notes(rows_in(tmp_path / "clean"), "-")


def test_a_print_without_gaps_between_paragraphs_keeps_its_judgements(tmp_path: Path) -> None:
    printed = as_print(
        ELMLEY.read_text(encoding="utf-8"),
        "Report on an independent review of progress at HMP Elmley",
        has_gaps=False,
    )
    intake_document(text_file(tmp_path, printed), tmp_path / "print")
    intake_document(ELMLEY, tmp_path / "clean")
    rows, clean = rows_in(tmp_path / "print"), rows_in(tmp_path / "clean")
    for event_type in ("progress_judged", "progress_restated", "totals_stated"):
        assert without_notes(rows)[event_type] == without_notes(clean)[event_type]
    # The caption that ran into a paragraph is not passed over in silence.
    note = rows["findings_recorded"]["elmley-2023-irp-paragraph-3.8"]["intake_note"]
    assert note.startswith("check: it ends without a full stop")


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        intake_document(ELMLEY, tmp_path / name)
    first, second = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
        for name in ("first", "second")
    )
    assert first == second


def test_a_pdf_of_sixty_pages_is_read_in_good_time(tmp_path: Path) -> None:
    text = ELMLEY.read_text(encoding="utf-8")
    # Each long finding said ten times over fills sixty pages.
    long = re.sub(r"^(- 3\.\d+ )(.{200,})$", r"\1" + r"\2 " * 10, text, flags=re.MULTILINE)
    pdf = write_pdf(long, tmp_path / "long.pdf")
    with PdfDocument(pdf) as document:
        assert len(document) >= 60
    # The processor's time: a busy machine is no slow reader.
    started = time.process_time()
    intake_document(pdf, tmp_path / "proposal")
    assert time.process_time() - started < 15


# Layouts of other years ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def sallowmere(tmp_path_factory: pytest.TempPathFactory) -> tuple[IntakeResult, Rows]:
    out = tmp_path_factory.mktemp("sallowmere") / "proposal"
    return intake_document(INVENTED / "sallowmere_2019.txt", out), rows_in(out)


def test_the_layout_of_2019_is_read_without_a_summary_of_judgements(
    sallowmere: tuple[IntakeResult, Rows],
) -> None:
    result, rows = sallowmere
    judged = {
        row["recommendation_id"]: (row["paragraph"], row["scale"], row["judgement"])
        for row in rows["progress_judged"].values()
    }
    assert judged == {
        "sallowmere-2018-S40": ("2.3", "hmip_progress", "reasonable_progress"),
        "sallowmere-2018-S41": ("2.5", "hmip_progress", "good_progress"),
        "sallowmere-2018-S42": ("2.7", "hmip_progress", "no_meaningful_progress"),
        "sallowmere-2018-S43": ("2.9", "hmip_progress", "reasonable_progress"),
        "sallowmere-2018-S44": ("2.11", "ofsted_progress", "significant_progress"),
        "sallowmere-2018-S45": ("2.13", "ofsted_progress", "insufficient_progress"),
    }
    assert "progress_restated" not in rows
    assert [message for message in result.messages if "outcomes of 2016" not in message] == []
    totals = {(row["paragraph"], row["stated_count"]) for row in rows["totals_stated"].values()}
    assert ("S1", "4") in totals and ("Figure 1", "4") in totals


def test_the_visit_and_the_outcomes_of_its_parent_are_read_from_the_layout_of_2019(
    sallowmere: tuple[IntakeResult, Rows],
) -> None:
    _, rows = sallowmere
    visit = rows["visits_held"]["sallowmere-2019-irp-held"]
    assert (visit["started_on"], visit["ended_on"]) == ("2019-09-30", "2019-10-02")
    assert visit["follows_visit_id"] == "sallowmere-2018"
    parent = rows["visits_held"]["sallowmere-2018-held"]
    assert (parent["occurred_on"], parent["occurred_precision"]) == ("2018-10-01", "month")
    outcomes = {
        row["healthy_prison_test"]: row["outcome"] for row in rows["outcomes_judged"].values()
    }
    assert outcomes == {
        "safety": "poor",
        "respect": "not_sufficiently_good",
        "purposeful_activity": "not_sufficiently_good",
        "rehabilitation_and_release_planning": "reasonably_good",
    }


def test_broken_words_footnotes_and_cut_paragraphs_are_made_whole(
    sallowmere: tuple[IntakeResult, Rows],
) -> None:
    _, rows = sallowmere
    texts = {row["paragraph"]: row for row in rows["findings_recorded"].values()}
    assert "the safeguarding team" in texts["2.1"]["text"]
    assert "evidence that lessons were learned" in texts["2.2"]["text"]
    assert texts["1.3"]["text"].endswith(
        "was well-managed and self-harm had fallen by 12 per cent."
    )
    assert "footnote 1 was taken out" in texts["1.3"]["intake_note"]
    assert "a line ends after the hyphen of 'well-managed'" in texts["1.3"]["intake_note"]
    made = rows["recommendations_made"]["sallowmere-2018-S40-made"]
    assert "is justified and proportionate." in made["text"]
    assert made["intake_note"].startswith("check")


def test_an_area_split_over_two_lines_is_one_area(sallowmere: tuple[IntakeResult, Rows]) -> None:
    _, rows = sallowmere
    areas = {row["paragraph"]: row["area"] for row in rows["findings_recorded"].values()}
    assert areas["2.4"] == "health_well_being_and_social_care"


@pytest.fixture(scope="module")
def thornwick(tmp_path_factory: pytest.TempPathFactory) -> tuple[IntakeResult, Rows]:
    out = tmp_path_factory.mktemp("thornwick") / "proposal"
    return intake_document(INVENTED / "thornwick_2024.txt", out), rows_in(out)


def test_concerns_are_followed_up_where_recommendations_were(
    thornwick: tuple[IntakeResult, Rows],
) -> None:
    _, rows = thornwick
    made = {
        row["recommendation_id"]: (row["kind"], row["body"], row["reference"], row["concern_id"])
        for row in rows["recommendations_made"].values()
    }
    assert made == {
        f"thornwick-2023-{key}": (
            kind,
            "ofsted" if kind == "theme" else "hmip",
            reference,
            "" if kind == "theme" else f"thornwick-2023-{key}-concern",
        )
        for key, kind, reference in (
            ("concern-1", "concern", ""),
            ("concern-3", "concern", ""),
            ("concern-7", "concern", ""),
            ("4.12", "concern", "4.12"),
            ("5.2", "theme", "5.2"),
        )
    }
    priority = [row["is_priority"] for row in rows["concerns_raised"].values()]
    assert priority == ["true", "true", "", ""]


def test_a_report_in_which_all_agrees_needs_no_person(
    thornwick: tuple[IntakeResult, Rows],
) -> None:
    result, rows = thornwick
    assert (result.code, result.messages) == (0, [])
    assert len(rows["progress_judged"]) == len(rows["progress_restated"]) == 5


def test_a_visit_in_two_stretches_keeps_its_first_and_last_day_and_says_so(
    thornwick: tuple[IntakeResult, Rows],
) -> None:
    _, rows = thornwick
    visit = rows["visits_held"]["thornwick-2024-irp-held"]
    assert (visit["started_on"], visit["ended_on"]) == ("2024-05-08", "2024-05-15")
    assert visit["intake_note"].startswith("check: 2 stretches")


def test_a_young_offender_institution_has_tests_of_its_own(
    thornwick: tuple[IntakeResult, Rows],
) -> None:
    _, rows = thornwick
    outcomes = {
        row["healthy_prison_test"]: row["outcome"] for row in rows["outcomes_judged"].values()
    }
    assert outcomes["care"] == "poor" and "respect" not in outcomes
    described = next(iter(rows["establishments_described"].values()))
    assert described["establishment_type"] == "young offender institution"


@pytest.fixture(scope="module")
def carreg_wen(tmp_path_factory: pytest.TempPathFactory) -> tuple[IntakeResult, Rows]:
    out = tmp_path_factory.mktemp("carreg_wen") / "proposal"
    return intake_document(INVENTED / "carreg_wen_2023.txt", out), rows_in(out)


@pytest.mark.parametrize(
    ("paragraph", "words"),
    [
        ("3.4", "no closing judgement"),
        ("3.6", "the scale of Estyn is not known"),
        ("2.3", "may state a total, in words that are not known"),
        ("", "(1.99) stands in 3.5, but nothing that is followed up bears it"),
        ("", "«Estyn inspector» took part"),
        ("", "Text without a number in Education, skills and work"),
        ("", "The heading «Llesiant» is not a known area"),
        ("", "2.2 states 1 for hmip_progress reasonable_progress, the judgements come to 0"),
    ],
)
def test_unknown_wording_is_reported_with_its_paragraph(
    carreg_wen: tuple[IntakeResult, Rows], paragraph: str, words: str
) -> None:
    result, _ = carreg_wen
    assert any(words in message and message.startswith(paragraph) for message in result.messages), (
        result.messages
    )


def test_another_bodys_theme_gets_neither_ofsteds_scale_nor_its_name(
    carreg_wen: tuple[IntakeResult, Rows],
) -> None:
    result, rows = carreg_wen
    assert result.code == 3
    assert rows["recommendations_made"]["carreg-wen-2022-1.42-made"]["body"] == ""
    assert [row["scale"] for row in rows["progress_judged"].values()] == ["hmip_progress"]
    assert rows["visits_held"]["carreg-wen-2023-irp-held"]["bodies"] == "hmip"


@pytest.mark.parametrize("name", ["sallowmere_2019", "thornwick_2024", "carreg_wen_2023"])
def test_the_gate_accepts_every_proposed_row_and_counts_what_the_report_states(
    tmp_path: Path, replayed: Callable[..., duckdb.DuckDBPyConnection], name: str
) -> None:
    out, events = tmp_path / "proposal", tmp_path / "events"
    result = intake_document(INVENTED / f"{name}.txt", out)
    events.mkdir()
    for event_type, own in rows_in(out).items():
        with (events / f"{event_type}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(
                file, event_types()[event_type].column_names, extrasaction="ignore"
            )
            writer.writeheader()
            # The clock of the append stamps them.
            writer.writerows({**row, "recorded_at": "2026-01-01T00:00:00Z"} for row in own.values())
    with (out / "documents.csv").open(encoding="utf-8", newline="") as file:
        document = next(csv.DictReader(file))
    with (events / "documents.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, document)
        writer.writeheader()
        writer.writerow({**document, "file": ""})
    connection = replayed(events)
    assert connection.execute("select * from intermediate.int_unaccepted_rows").fetchall() == []
    [(counted,)] = connection.execute("select count(*) from fct_progress_judgements").fetchall()
    assert counted == result.rows["progress_judged"]
    disagreeing = connection.execute(
        "select event_id from report_reconciliations where not agrees"
    ).fetchall()
    ours = [
        row for row in reconciliation(out) if (row["check"], row["agrees"]) == ("total", "false")
    ]
    assert len(disagreeing) == len(ours)


# Sentences -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "body", "code"),
    [
        ("We considered that the prison had made good progress in this area.", "hmip", "good"),
        ("We judged that the prison had made no meaningful progress against this recommendation.",
         "hmip", "no_meaningful"),
        ("HMI Prisons judged that leaders had made reasonable progress against this concern.",
         "hmip", "reasonable"),
        ("we judged there to have been reasonable progress in this area", "hmip", "reasonable"),
        ("Ofsted considered that the prison had made significant progress against this theme.",
         "ofsted", "significant"),
        ("Ofsted judged that there was insufficient progress against this theme.",
         "ofsted", "insufficient"),
    ],
)  # fmt: skip
def test_a_judgement_is_read_in_each_known_wording(sentence: str, body: str, code: str) -> None:
    judgement = judgement_in(sentence)
    assert judgement and judgement.level
    assert (judgement.body, judgement.level.code) == (body, f"{code}_progress")
    assert judgement.level.scale == f"{body}_progress"


@pytest.mark.parametrize(
    "sentence",
    [
        "Ofsted considered that the prison had made good progress against this theme.",
        "We considered that the prison had made significant progress in this area.",
        "Estyn considered that the prison had made good progress in this area.",
        "We considered that the prison had not made reasonable progress in this area.",
        "We considered that the prison had made good and reasonable progress in this area.",
        "We considered that the prison had made some progress in this area.",
        "On balance, there had been reasonable progress in this area.",
    ],
)
def test_a_judgement_in_other_words_is_reported_and_gets_no_level(sentence: str) -> None:
    judgement = judgement_in(sentence)
    assert judgement and judgement.level is None and judgement.fault


def test_a_finding_is_no_judgement() -> None:
    assert judgement_in("Leaders had also made progress with translation services.") is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("good progress had been made against 11, reasonable progress against one, and"
         " insufficient progress against only two",
         [("", "good_progress", "exactly", 11), ("", "reasonable_progress", "exactly", 1),
          ("", "insufficient_progress", "exactly", 2)]),
        ("At this visit, we followed up nine of the 10 key recommendations made in 2018.",
         [("hmip_progress", "", "exactly", 9)]),
        ("We judged that there was reasonable or good progress in at least eight recommendations.",
         [("hmip_progress", "reasonable_progress|good_progress", "at_least", 8)]),
        ("Ofsted judged that there was reasonable progress in more than two themes.",
         [("ofsted_progress", "reasonable_progress", "more_than", 2)]),
    ],
)  # fmt: skip
def test_totals_are_read_with_their_scale_and_bound(
    sentence: str, expected: list[tuple[str, str, str, int]]
) -> None:
    totals, fault = totals_in(sentence)
    assert not fault
    assert [(each.scale, each.judgement, each.comparison, each.count) for each in totals] == (
        expected
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "There was good progress in two-thirds of areas.",
        "Progress was good in over half of the areas.",
    ],
)
def test_a_share_is_no_total_that_is_known(sentence: str) -> None:
    totals, fault = totals_in(sentence)
    assert totals == [] and fault


@pytest.mark.parametrize(
    ("text", "start", "end", "precision", "stretches"),
    [
        ("13–15 February 2023", "2023-02-13", "2023-02-15", "day", 1),
        ("8 and 13-15 May 2024", "2024-05-08", "2024-05-15", "day", 2),
        ("30 September to 2 October 2019", "2019-09-30", "2019-10-02", "day", 1),
        ("23 March and 7-8 April 2021", "2021-03-23", "2021-04-08", "day", 2),
        ("30 December 2019 to 3 January 2020", "2019-12-30", "2020-01-03", "day", 1),
        ("between 1 and 12 November 2021", "2021-11-01", "2021-11-12", "day", 1),
        ("February to March, 2022]", "2022-02-01", "2022-03-01", "month", 1),
        ("in 2019", "2019-01-01", "2019-01-01", "year", 1),
        ("24-25th February; 2-6th March 2020", "2020-02-24", "2020-03-06", "day", 2),
        ("24/25 March 2020", "2020-03-24", "2020-03-25", "day", 1),
        ("the 4th of Sept 2020", "2020-09-04", "2020-09-04", "day", 1),
        ("Tuesday, 31 March 2020", "2020-03-31", "2020-03-31", "day", 1),
        ("published on 2020-03-31", "2020-03-31", "2020-03-31", "day", 1),
        ("March 2019 / May 2019", "2019-03-01", "2019-05-01", "month", 1),
    ],
)
def test_days_are_as_exact_as_the_text(
    text: str, start: str, end: str, precision: str, stretches: int
) -> None:
    days = days_in(text)
    assert days
    found = (days.start.isoformat(), days.end.isoformat(), days.precision, days.stretches)
    assert found == (start, end, precision, stretches)


@pytest.mark.parametrize(
    "text",
    ["31 June 2020", "29 February 2019", "Friday 31 March 2020", "in 2019/20", "2019–20",
     "2020-02-30", "31 November", "2,019 prisoners", "31/02/2020", "7 March 20"],
)  # fmt: skip
def test_a_date_that_is_not_whole_gives_no_part_of_itself(text: str) -> None:
    """«31 November» gave the month, «2019/20» and ISO dates the year."""
    days = days_in(text)
    assert days is None or (text, days.precision) == ("7 March 20", "day")


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        ("31 March 2020", "2020-03-31", "day"),
        ("31st March, 2020.", "2020-03-31", "day"),
        ("2020-03-31", "2020-03-31", "day"),
        ("31/03/2020", "2020-03-31", "day"),
        ("31.3.20", "2020-03-31", "day"),
        ("31-Mar-20", "2020-03-31", "day"),
        ("March 31, 2020", "2020-03-31", "day"),
        ("Sep 2020", "2020-09-01", "month"),
        ("Sept. 2020", "2020-09-01", "month"),
        ("Mar-24", "2024-03-01", "month"),
        ("March ’24", "2024-03-01", "month"),
        ("03/2020", "2020-03-01", "month"),
        ("By the end of march 2020", "2020-03-01", "month"),
        ("Completed – April 2020", "2020-04-01", "month"),
        ("2021", "2021-01-01", "year"),
    ],
)
def test_a_target_date_is_read_as_exactly_as_it_is_printed(
    cell: str, day: str, precision: str
) -> None:
    days, doubt = day_of_cell(cell)
    assert days and (days.start.isoformat(), days.precision, doubt) == (day, precision, "")


@pytest.mark.parametrize(
    "cell",
    ["March 2019 / May 2019", "March 2019 May 2019", "1–31 March 2020", "March to May 2020",
     "2019/20", "2019-2020", "31 November", "31 November 2019", "31 March", "March", "Spring 2020",
     "Q4 2019/20", "Q1 2020", "mid-March 2020", "early 2020", "from March 2020",
     "March 2020 onwards", "03/31/2020", "2020-02-30", "Friday 31 March 2020", "12 months",
     "within six months", "April, June 2020", "7 and 9 March 2020", "31st Decmber 2020",
     "before March 2020", "Phase 1: March 2020"],
)  # fmt: skip
def test_a_target_date_that_cannot_be_read_whole_is_a_question(cell: str) -> None:
    """Of 14 target dates, 12 were read wrongly or less exactly than printed, and called sure."""
    days, doubt = day_of_cell(cell)
    assert days is None and f"«{cell}»" in doubt


@pytest.mark.parametrize("cell", ["Ongoing", "Completed", "Complete and ongoing", "N/A", "TBC", ""])
def test_a_cell_that_gives_no_date_asks_nothing(cell: str) -> None:
    assert day_of_cell(cell) == (None, "")


def test_a_month_with_two_digits_is_read_with_a_doubt() -> None:
    days, doubt = day_of_cell("Mar 24")
    assert days and days.start.isoformat() == "2024-03-01" and "may be a day" in doubt


def test_two_outcomes_of_one_test_are_reported() -> None:
    outcomes, fault = outcomes_stated("Outcomes were good for safety and poor for safety.")
    assert outcomes == [] and fault


def test_figures_are_read_in_digits_and_words_and_years_are_none() -> None:
    sentence = (
        "In 2022, 1,100 prisoners, half of the total and 95% of incidents, were seen on 13–15"
        " February (see paragraph 3.7), and twenty-seven prisoners had a six-week wait."
    )
    found = [(figure.value, figure.unit) for figure in figures_in(sentence)]
    assert found == [
        (1100, "prisoners"),
        (50, "percent"),
        (95, "percent"),
        (27, "prisoners"),
        (6, "weeks"),
    ]


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("There were 1,234,567 visits.", ["1234567"]),
        ("Each place cost £123456.78, in all £12,345.67.", ["123456.78", "12345.67"]),
        ("They had 9.50 hours out of cell, and 1.50% had 1,250% more.", ["9.50", "1.50", "1250"]),
        ("A budget of £1.2 million was for one hundred and five men.", ["1200000", "105"]),
        ("In 3.14 and 1 234 567 and 12,34 there is no number that is whole.", []),
    ],
)
def test_a_figure_keeps_every_digit(sentence: str, values: list[str]) -> None:
    """1,234,567 was proposed as 1.23457e+06, and 12,345.67 read as 12."""
    assert [f"{figure.value:f}" for figure in figures_in(sentence)] == values


@pytest.mark.parametrize(
    ("value", "text"),
    [(123456.78, "123456.78"), (1234567.0, "1234567"), (1e16, "10000000000000000"), (0.1, "0.1")],
)
def test_a_number_of_the_log_keeps_every_digit_in_a_correction(value: float, text: str) -> None:
    assert _text(value) == text


def test_a_number_of_many_digits_is_counted_whole() -> None:
    """Of «1,234 recommendations» 234 were counted, of «one hundred and five» five."""
    (total,), _ = follow_up_totals_in("We found that 1,234 recommendations had been achieved.")
    assert total.count == 1234
    (raised,) = raised_in("We made one hundred and five recommendations.")
    assert raised.count == 105


# Contradictions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("good progress in one recommendation", "good progress in two recommendations",
         "2.2 states 2 for hmip_progress good_progress, the judgements come to 1"),
        ("including four themes", "including five themes",
         "1.4 states 5 for ofsted_progress judgements, the judgements come to 4"),
        ("(n=7)", "(n=8)", "Figure 2 states 8 for hmip_progress judgements"),
        ("#### **Good progress**", "#### **Reasonable progress**",
         "Section 4 gives elmley-2022-1.43 «reasonable progress», its closing paragraph 3.8"
         " «good progress»"),
        ("found one example of", "found two examples of", "2.5 states 2 examples"),
        ("(See paragraph 3.7)", "(See paragraph 3.77)", "points to paragraph 3.77"),
        ("**Theme 2: Leaders should make more effective use of data to", "**Theme 2: Leaders to",
         "matches nothing that is followed up"),
        ("- 3.29 Processes for checking emergency equipment were now embedded and subject to"
         " monthly audit.\n", "", "Paragraphs 3.29 not found"),
        ("most recent inspection in March 2022", "most recent inspection in March 2021",
         "gives its parent inspection as of 2021 (2.1)"),
        ("governance of adjudications, segregation and security. Records", "governance (1.66)."
         " Records", "(1.66)"),
        ("services and appointments. (1.46)", "services and appointments. (1.45)",
         "Two items have the reference 1.45"),
    ],
)  # fmt: skip
def test_a_contradiction_in_the_report_is_found_and_explained(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = ELMLEY.read_text(encoding="utf-8")
    assert old in text
    changed = text_file(tmp_path, text.replace(old, new, 1))
    result = intake_document(changed, tmp_path / "proposal")
    assert result.code == 3
    assert any(message in each for each in result.messages), result.messages


def test_items_that_share_a_reference_are_not_sure(tmp_path: Path) -> None:
    """Both were called sure, although one of the two references must be wrong."""
    text = ELMLEY.read_text(encoding="utf-8")
    changed = text.replace("services and appointments. (1.46)", "services and appointments. (1.45)")
    intake_document(text_file(tmp_path, changed), tmp_path / "proposal")
    rows = rows_in(tmp_path / "proposal")["recommendations_made"]
    for event in ("elmley-2022-1.45-made", "elmley-2022-1.45-again-made"):
        assert "check: another item has the same reference, 1.45" in rows[event]["intake_note"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("been concerns about potential", "Paragraph 3.20 ends without a full stop"),
        ("(1.52)", "has no reference"),
        ("**Concern:** Staffing shortages", "has no concern before it, as others have"),
        ("### Behaviour management", "stands under no heading"),
        ("**Figure 2: Progress", "Figure 2 not found"),
        ("- 3.55 We considered", "It has no closing judgement"),
        ("#### **Good progress**", "matches nothing that is followed up"),
        ("**Recommendation:** Leaders should make sure that staff", "no recommendation behind it"),
    ],
)
def test_a_line_that_was_lost_is_missed(tmp_path: Path, line: str, message: str) -> None:
    lines = ELMLEY.read_text(encoding="utf-8").splitlines(keepends=True)
    [place] = [index for index, each in enumerate(lines) if each.startswith(line)]
    path = text_file(tmp_path, "".join(lines[:place] + lines[place + 1 :]))
    result = intake_document(path, tmp_path / "proposal")
    assert result.code == 3
    assert any(message in each for each in result.messages), result.messages


def test_the_most_important_comes_first(tmp_path: Path) -> None:
    text = ELMLEY.read_text(encoding="utf-8").replace("(n=7)", "(n=8)")
    text = text.replace("#### **Good progress**", "#### **Reasonable progress**", 1)
    result = intake_document(text_file(tmp_path, text), tmp_path / "proposal")
    kinds = ["Section 4 gives", "Figure 2 states", "«rates.»", "Figure 1 shows"]
    assert len(result.messages) == len(kinds)
    for kind, message in zip(kinds, result.messages, strict=True):
        assert kind in message


def test_text_that_lost_its_full_stops_is_reported_in_good_time(tmp_path: Path) -> None:
    """Patterns over 400,000 characters of one sentence once took ten minutes."""
    endless = "Fifteen prisoners were on a plan, in good progress for " * 8_000
    text = ELMLEY.read_text(encoding="utf-8").replace("Fifteen prisoners", endless, 1)
    started = time.monotonic()
    result = intake_document(text_file(tmp_path, text), tmp_path / "proposal")
    assert time.monotonic() - started < 10
    assert result.code == 3


# Bad input -----------------------------------------------------------------------------------


def cut_at(words: str) -> str:
    text = ELMLEY.read_text(encoding="utf-8")
    return text[: text.rindex(words)]


def scanned(path: Path) -> None:
    pdf = FPDF()
    for _ in range(3):
        pdf.add_page()
        pdf.rect(20, 20, 100, 200, style="F")
    pdf.output(str(path))


def encrypted(path: Path) -> None:
    pdf = FPDF()
    pdf.set_encryption(owner_password="owner", user_password="user")
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.cell(0, 10, "Report on an independent review of progress")
    pdf.output(str(path))


def cut_pdf(path: Path) -> None:
    write_pdf(ELMLEY.read_text(encoding="utf-8"), path)
    path.write_bytes(path.read_bytes()[:3000])


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", "is empty"),
        (b" \n\n\t ", "is empty"),
        (scanned, "pictures of pages without text"),
        (encrypted, "encrypted"),
        (cut_pdf, "damaged PDF"),
        (b"%PDF-1.7 nothing", "damaged PDF"),
        (ELMLEY.read_text(encoding="utf-8").encode("utf-16"), "UTF-16"),
        ("HMP Elmley\nChief Inspector’s summary".encode("cp1252"), "line 2: byte 0x92"),
        (b"PK\x03\x04 cut off", "damaged file"),
        (b"\xd0\xcf\x11\xe0 an old one", "old word processor"),
        (b"\x89PNG\r\n", "picture"),
        (b"<!DOCTYPE html><html></html>", "holds no text"),
        ("A shopping list\n\nMilk\n", "of no known type"),
    ],
)  # fmt: skip
def test_what_is_no_whole_report_gets_a_clear_answer_and_leaves_nothing(
    tmp_path: Path, content: object, answer: str
) -> None:
    path = tmp_path / "report"
    if callable(content):
        content(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else bytes(content))  # type: ignore[call-overload]
    result = intake_document(path, tmp_path / "proposal")
    assert result.code == 1
    assert len(result.messages) == 1 and answer in result.messages[0], result.messages
    assert not (tmp_path / "proposal").exists()
    assert [file.name for file in tmp_path.iterdir()] == ["report"]
    with pytest.raises(NotAReportError, match=re.escape(result.messages[0])):
        read_document(path)


@pytest.mark.parametrize(
    ("content", "answer", "event_types"),
    [
        (cut_at("## Section 3"), "cut off", {"totals_stated", "findings_recorded"}),
        (
            cut_at("## Section 4"),
            "contents list «Section 4 Summary of judgements»",
            {"progress_judged", "recommendations_made", "totals_stated"},
        ),
        (cut_at("- 3.39 This analysis"), "cut off", {"progress_judged", "findings_recorded"}),
        (ELMLEY.read_text(encoding="utf-8")[:300], "cut off", {"visits_held"}),
    ],
)
def test_half_a_report_gives_what_its_half_states_and_names_what_is_missing(
    tmp_path: Path, content: str, answer: str, event_types: set[str]
) -> None:
    """A report that was cut off gave nothing at all: exit 1, though most of it could be read."""
    result = intake_document(text_file(tmp_path, content), tmp_path / "proposal")
    assert result.code == 3
    assert answer in result.messages[0], result.messages
    assert event_types <= set(rows_in(tmp_path / "proposal"))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "Report on an inspection of probation services\n\nHM Inspectorate of Probation\n\n1.1 x\n",
            "HM Inspectorate of Probation",
        ),
        ("Ofsted\n\nPrison monitoring visit: HMP Sallowmere\n\n1.1 A text.\n", "of Ofsted"),
        (
            "Quarterly note on a visit to HMP Sallowmere\n\n4–5 March 2024\n\nThe kitchen was shut"
            " and the yard was wet.\n",
            "the prison HMP Sallowmere, the days 4–5 March 2024",
        ),
    ],
)
def test_a_document_of_unknown_layout_gives_its_title_prison_days_and_text(
    tmp_path: Path, text: str, answer: str
) -> None:
    """Such a document gave nothing: exit 1, though title page, prison and days could be read."""
    result = intake_document(text_file(tmp_path, text), tmp_path / "proposal")
    assert result.code == 3 and answer in result.messages[0], result.messages
    assert rows_in(tmp_path / "proposal") == {}
    assert {path.name for path in (tmp_path / "proposal").iterdir()} >= {
        "documents.csv",
        "report.txt",
        "blocks.csv",
        "review.html",
    }
    with (tmp_path / "proposal" / "blocks.csv").open(encoding="utf-8", newline="") as file:
        pieces = " ".join(row["text"] for row in csv.DictReader(file))
    assert " ".join(text.split()) == pieces


@pytest.mark.parametrize(
    ("text", "says", "never"),
    [
        # The first paragraphs of what is left of a report: no title, and no body of its own.
        (
            "- 3.29 HM Inspectorate of Prisons had asked for better records, which were kept.\n\n"
            "- 3.30 We considered that the prison had made reasonable progress in this area.\n\n"
            "- 3.35 Ofsted considered that the prison had made good progress in this area.\n",
            "reads like an independent review of progress",
            "the ",
        ),
        (
            "Dear all,\n\nWe came to HMP Sallowmere on 3 March 2024 and saw a dry roof.\n",
            "Certain are the prison HMP Sallowmere",
            "the title",
        ),
        (
            "Inspectorate of Cells\nUpper Lane\nSallow SW9 9XX\n\nThe roof was dry on all wings.\n",
            "Nothing else is certain",
            "the ",
        ),
        (
            "# A note on a roof\n\nPrison: Sallowmere\n\nThe roof was dry on all wings.\n",
            "the title «A note on a roof».",
            "Prison:",
        ),
    ],
)
def test_the_first_words_of_a_text_are_no_certain_title(
    tmp_path: Path, text: str, says: str, never: str
) -> None:
    """A numbered paragraph, a greeting or an address was called a certain title."""
    result = intake_document(text_file(tmp_path, text), tmp_path / "proposal")
    assert result.code == 3
    assert says in result.messages[0], result.messages
    assert never not in result.messages[0].partition("Certain are")[2]


def test_a_file_that_is_not_there_gets_a_clear_answer(tmp_path: Path) -> None:
    result = intake_document(tmp_path / "nowhere.txt", tmp_path / "proposal")
    assert result.code == 1 and "cannot be read" in result.messages[0]


def test_a_report_cut_within_an_appendix_needs_a_person(tmp_path: Path) -> None:
    path = text_file(tmp_path, cut_at("## Appendix II Glossary"))
    result = intake_document(path, tmp_path / "proposal")
    assert result.code == 3
    assert any("Appendix II Glossary" in message for message in result.messages)


# The folder ----------------------------------------------------------------------------------


def test_a_proposal_is_replaced_until_somebody_has_worked_on_it(tmp_path: Path) -> None:
    out = tmp_path / "proposal"
    assert intake_document(ELMLEY, out).code == 3
    assert intake_document(INVENTED / "thornwick_2024.txt", out).code == 0
    edited = out / "findings_recorded.csv"
    edited.write_text(edited.read_text() + "\n")
    result = intake_document(ELMLEY, out)
    assert result.code == 1 and "findings_recorded.csv" in result.messages[0]
    assert (out / "documents.csv").read_text().count("hmyoi-thornwick-irp-2024-05") == 2


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "proposal"
    out.mkdir()
    (out / "letter.txt").write_text("Dear governor")
    result = intake_document(ELMLEY, out)
    assert result.code == 1 and "did not write" in result.messages[0]
    assert [file.name for file in out.iterdir()] == ["letter.txt"]


def test_a_refused_report_does_not_leave_the_proposal_of_another(tmp_path: Path) -> None:
    out = tmp_path / "proposal"
    intake_document(ELMLEY, out)
    assert intake_document(text_file(tmp_path, "Milk\n"), out).code == 1
    assert not out.exists()
