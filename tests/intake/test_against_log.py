"""A document against what the log knows: the chain of one prison, in any order, by the commands."""

import csv
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from inspections.cli.main import app
from inspections.log.gate import judge
from inspections.settings import PROJECT
from tests.intake.test_documents import rows_of
from tests.published import publish_log

# It does not need the project's own log as published, which another worker is building meanwhile.
pytestmark = pytest.mark.minutes(3)

INVENTED = PROJECT / "tests" / "invented_reports"
CHAIN = ("2019_inspection", "2019_action_plan", "2020_review", "2022_inspection", "2024_inspection")
ELMLEY = PROJECT / "reports" / "hmp-elmley-irp-2023-02.txt"


class Log:
    """A log of one's own, filled by the commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reports = folder / "reports"
        self.events = folder / "events"
        self.events.mkdir(parents=True)
        shutil.copytree(PROJECT / "reports", self.reports)
        self.warehouse = folder / "published" / "warehouse.duckdb"

    def run(self, *arguments: object) -> Result:
        environment = {
            "EVENTS_DIR": str(self.events),
            "REPORTS_DIR": str(self.reports),
            "WAREHOUSE_PATH": str(self.warehouse),
            "SITE": "no",
            "EXPORT": "no",
        }
        return CliRunner().invoke(app, [str(each) for each in arguments], env=environment)

    def intake(self, source: Path, name: str, *options: str) -> Result:
        return self.run("intake", source, "--out", self.folder / name, *options)

    def append(self, name: str) -> Result:
        proposal = self.folder / name
        return self.run("append", proposal, "--document", proposal / "report.txt")

    def enter(self, name: str) -> Result:
        """Propose an invented document of the chain and append the proposal as it is."""
        taken = self.intake(INVENTED / f"harrowfell_{name}.txt", name)
        assert taken.exit_code == 0, taken.output
        appended = self.append(name)
        assert appended.exit_code == 0, appended.output
        return taken

    def build(self) -> None:
        publish_log(self.events, self.warehouse.parent, reports_dir=self.reports)

    def live(self, sql: str) -> list[tuple]:
        """Live events of the log, without publishing it."""
        with tempfile.TemporaryDirectory() as scratch:
            judged = judge(self.events, PROJECT / "seeds", self.reports, Path(scratch))
            return judged.ask(f"with live as (from intermediate.int_log where is_live) {sql}")

    def ask(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    yield Log(tmp_path)


# What readers see, without which document said it first.
ANSWERS = {
    "visits": "select visit_id, visit_type, started_on, ended_on, is_announced, bodies from dim_visits",
    "establishments": "select establishment_id, name, valid_from, valid_to from dim_establishments",
    "outcomes": """
        select visit_id, unit, healthy_prison_test, scale, outcome_code, previous_outcome_rank,
            judged_on, 1 + sources_confirming as sources
        from fct_outcomes
    """,
    "recommendations": """
        select recommendation_id, visit_id, reference, kind, text, area, addressees, is_priority,
            1 + sources_confirming as sources
        from dim_recommendations
    """,
    "judgements": """
        select fct.visit_id, recommendation_id, fct.scale, fct.judgement_code,
            fct.judged_on, 1 + fct.sources_confirming as sources
        from fct_progress_judgements as fct
    """,
    "statuses": """
        select recommendation_id, recommendation_status, valid_from, valid_to
        from fct_recommendation_status_periods
    """,
    "chains": """
        select recommendation_id, repeats_recommendation_id from dim_recommendations
    """,
    "totals": "select visit_id, scale, judgement_code, stated_count, counted, agrees from report_reconciliations",
    "documents": "select distinct document_id from events",
}  # fmt: skip


def answers(log: Log) -> dict[str, list[str]]:
    return {name: sorted(map(repr, log.ask(sql))) for name, sql in ANSWERS.items()}


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Log:
    log = Log(tmp_path_factory.mktemp("in_order") / "log")
    for name in CHAIN:
        log.enter(name)
    log.build()
    return log


def test_the_chain_of_a_prison_is_whole(in_order: Log) -> None:
    statuses = in_order.ask(
        "select recommendation_status, valid_from from fct_recommendation_status_periods"
        " where recommendation_id = 'harrowfell-2019-S13' order by status_sequence"
    )
    assert [(status, str(day)) for status, day in statuses] == [
        ("made", "2019-03-15"),
        ("agreed", "2019-09-17"),
        ("good_progress", "2020-01-16"),
        ("achieved", "2022-07-15"),
    ]
    documents = in_order.ask(
        "select distinct document_id from evidence_for('harrowfell-2019-S13') order by all"
    )
    assert [document for (document,) in documents] == [
        "hmp-harrowfell-action-plan-2019-09",
        "hmp-harrowfell-inspection-2019-03",
        "hmp-harrowfell-inspection-2022-07",
        "hmp-harrowfell-irp-2020-01",
    ]
    assert in_order.ask("select count(*) from report_reconciliations where not agrees") == [(0,)]


def test_the_last_document_first_gives_the_same_answers_with_all_their_documents(
    tmp_path: Path, in_order: Log
) -> None:
    log = Log(tmp_path / "log")
    for name in reversed(CHAIN):
        log.enter(name)
    log.build()
    expected = answers(in_order)
    for name, found in answers(log).items():
        assert found == expected[name], name


def test_a_document_that_the_log_holds_proposes_nothing(in_order: Log) -> None:
    documents = [INVENTED / f"harrowfell_{name}.txt" for name in CHAIN]
    out = in_order.folder / "again"
    again = in_order.run("intake", *documents, "--out", out)
    assert again.exit_code == 0, again.output
    assert "5 documents, 0 proposals, 0 of which need a person" in again.output
    assert [rows_of(folder) for folder in out.iterdir() if folder.is_dir()] == [{}] * 5


def test_the_review_of_elmley_proposes_nothing_to_the_projects_own_log(tmp_path: Path) -> None:
    taken = CliRunner().invoke(app, ["intake", str(ELMLEY), "--out", str(tmp_path / "proposal")])
    assert taken.exit_code == 0, taken.output
    assert "It proposes nothing: the log knows all" in taken.output
    assert rows_of(tmp_path / "proposal") == {}


def test_a_plan_that_comes_first_waits_for_its_inspection(log: Log) -> None:
    taken = log.intake(INVENTED / "harrowfell_2019_action_plan.txt", "plan")
    assert taken.exit_code == 0, taken.output
    appended = log.append("plan")
    assert appended.exit_code == 0
    assert "waiting: " in appended.output and "harrowfell-2019-S13" in appended.output


def contradicting(tmp_path: Path) -> Path:
    path = tmp_path / "contradicting.txt"
    text = (INVENTED / "harrowfell_2020_review.txt").read_text(encoding="utf-8")
    changed = text.replace("outcomes were poor in safety", "outcomes were good in safety")
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    return path


def test_a_contradiction_is_evidence_and_comes_first_in_what_needs_a_person(
    log: Log, tmp_path: Path
) -> None:
    log.enter("2019_inspection")
    taken = log.intake(contradicting(tmp_path), "review")
    assert taken.exit_code == 3
    assert taken.output.splitlines()[0].startswith("1.2: harrowfell-2019-outcome-safety of")
    disputing = [
        row
        for row in rows_of(log.folder / "review")["evidence_cited"]
        if row["stance"] == "disputes"
    ]
    assert [(row["about_event_id"], row["paragraph"]) for row in disputing] == [
        ("harrowfell-2019-outcome-safety", "1.2")
    ]
    assert log.append("review").exit_code == 0
    assert log.live(
        "select stance, document_id from live where about_event_id = 'harrowfell-2019-outcome-safety'"
    ) == [("disputes", "hmp-harrowfell-irp-2020-01")]
    assert log.live(
        "select outcome from live where event_id = 'harrowfell-2019-outcome-safety'"
    ) == [("poor",)]


def test_a_person_may_prefer_the_document_which_then_corrects_the_log(
    log: Log, tmp_path: Path
) -> None:
    log.enter("2019_inspection")
    source = contradicting(tmp_path)
    refused = log.intake(source, "review", "--about", "harrowfell-2019-outcome-safety")
    assert refused.exit_code == 1 and "--prefer" in refused.output
    # A slip of the hand proposed nothing of what was asked for, and said nothing.
    unknown = log.intake(source, "review", "--prefer", "this-document", "--about", "nowhere")
    assert unknown.exit_code == 1 and "--about 'nowhere' is not in the log" in unknown.output
    log.intake(
        source,
        "review",
        "--prefer",
        "this-document",
        "--about",
        "harrowfell-2019-outcome-safety",
    )
    (corrected,) = [
        row
        for row in rows_of(log.folder / "review")["outcomes_judged"]
        if row["corrects_event_id"] == "harrowfell-2019-outcome-safety"
    ]
    assert corrected["outcome"] == "good"
    assert log.append("review").exit_code == 0
    assert log.live(
        "select outcome, document_id from live where healthy_prison_test = 'safety'"
        " and visit_id = 'harrowfell-2019'"
    ) == [("good", "hmp-harrowfell-irp-2020-01")]
    # What the log held before is not lost: it disputes what took its place.
    assert log.live(
        "select stance, document_id from live where about_event_id = 'harrowfell-2019-outcome-safety'"
    ) == [("disputes", "hmp-harrowfell-inspection-2019-03")]


def test_another_edition_of_a_report_is_told_and_counted_once(log: Log, tmp_path: Path) -> None:
    log.enter("2024_inspection")
    text = (INVENTED / "harrowfell_2024_inspection.txt").read_text(encoding="utf-8")
    reprint = tmp_path / "reprint.txt"
    reprint.write_text(
        text.replace("Drones had dropped drugs 31 times", "Drones had dropped drugs 13 times"),
        encoding="utf-8",
    )
    taken = log.intake(reprint, "reprint")
    assert taken.exit_code == 3
    assert "another text of hmp-harrowfell-inspection-2024-07: 3.3 differ" in taken.output
    rows = rows_of(log.folder / "reprint")
    # What both editions say is one source, not two.
    assert "evidence_cited" not in rows
    assert {row["document_id"] for each in rows.values() for row in each} == {
        "hmp-harrowfell-inspection-2024-07-edition-2"
    }
    assert log.append("reprint").exit_code == 0


def test_a_prison_is_found_by_any_of_its_names(tmp_path: Path) -> None:
    text = (INVENTED / "harrowfell_2024_inspection.txt").read_text(encoding="utf-8")
    report = tmp_path / "report.txt"
    report.write_text(text.replace("HMP Harrowfell", "HM Prison Nottingham"), encoding="utf-8")
    taken = CliRunner().invoke(app, ["intake", str(report), "--out", str(tmp_path / "proposal")])
    rows = rows_of(tmp_path / "proposal")
    assert {row["establishment_id"] for row in rows["visits_held"]} == {"nottingham"}, taken.output
    assert "establishments_described" not in rows


def test_an_unknown_prison_is_proposed_and_said_and_a_near_name_is_asked_about(
    log: Log, tmp_path: Path
) -> None:
    log.enter("2024_inspection")
    text = (INVENTED / "harrowfell_2022_inspection.txt").read_text(encoding="utf-8")
    for name, said, code in (
        ("HMP Netherby", "The log does not know HMP Netherby: it is proposed as new", 0),
        ("HMP Harowfell", "spelt nearly so", 3),
    ):
        other = tmp_path / f"{name}.txt"
        other.write_text(text.replace("HMP Harrowfell", name), encoding="utf-8")
        taken = log.intake(other, name)
        assert taken.exit_code == code, taken.output
        assert said in taken.output


def test_rows_that_a_person_does_not_keep_are_left_out(log: Log) -> None:
    source = INVENTED / "harrowfell_2024_inspection.txt"
    assert log.intake(source, "proposal").exit_code == 0
    path = log.folder / "proposal" / "findings_recorded.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["keep"] for row in rows} == {"yes"}
    for row, keep in zip(rows, itertools.cycle(("no", "yes")), strict=False):
        row["keep"] = keep
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    appended = log.append("proposal")
    assert "9 row(s) are marked keep=no and left out." in appended.output
    assert "findings_recorded: 9 row(s) appended" in appended.output
    path.write_text(path.read_text(encoding="utf-8").replace(",no,", ",maybe,", 1))
    refused = log.append("proposal")
    assert refused.exit_code == 1
    assert "findings_recorded.csv, line 2, column keep, value 'maybe'" in refused.output
