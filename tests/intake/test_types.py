"""Types of document as data, and another country's inspectorate read by them."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from inspections.intake import intake_document
from inspections.intake.document_types.declared import FOLDER, DeclarationError, declared_bodies
from inspections.settings import PROJECT
from tests.conftest import run_apart
from tests.intake.test_intake import Rows, rows_in

KIRKMOOR = PROJECT / "tests" / "invented_reports" / "kirkmoor_2019_scotland.txt"


@pytest.fixture(scope="module")
def kirkmoor(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Rows]:
    out = tmp_path_factory.mktemp("kirkmoor") / "proposal"
    assert intake_document(KIRKMOOR, out).code == 3
    return out, rows_in(out)


def test_a_scottish_report_gives_its_visit_findings_recommendations_and_practice(
    kirkmoor: tuple[Path, Rows],
) -> None:
    """A report of HM Inspectorate of Prisons for Scotland was refused whole."""
    _, rows = kirkmoor
    visit = rows["visits_held"]["kirkmoor-2019-held"]
    assert (visit["visit_type"], visit["started_on"], visit["ended_on"], visit["bodies"]) == (
        "full_inspection",
        "2019-03-04",
        "2019-03-15",
        "hmips",
    )
    # The list at the end repeats them, and makes them no second time.
    assert [
        (row["reference"], row["body"], row["text"][:20])
        for row in rows["recommendations_made"].values()
    ] == [("1", "hmips", "HMP Kirkmoor should "), ("2", "hmips", "The SPS should repla")]
    assert [row["text"][:20] for row in rows["practice_noted"].values()] == ["A peer helper met ea"]
    # An indicator is what the inspectorate expects, not what it found.
    assert [row["paragraph"] for row in rows["findings_recorded"].values()] == [
        "1.1.1",
        "1.1.2",
        "1.2.1",
        "2.1.1",
    ]


def test_overall_ratings_of_standards_are_outcomes_and_those_of_indicators_are_listed(
    kirkmoor: tuple[Path, Rows],
) -> None:
    """The log had no scale for them, and a person had to write each."""
    out, rows = kirkmoor
    assert [
        (row["healthy_prison_test"], row["scale"], row["outcome"], row["paragraph"])
        for row in rows["outcomes_judged"].values()
    ] == [
        ("hmips_lawful_and_transparent_custody", "hmips_rating", "satisfactory", "Standard 1"),
        ("hmips_decency", "hmips_rating", "generally_acceptable", "Standard 2"),
    ]
    # No document was read for the scale, so that no row is sure.
    notes = [row["intake_note"] for row in rows["outcomes_judged"].values()]
    assert all(note.startswith("check: its scale is general knowledge") for note in notes)
    with (out / "reconciliation.csv").open(encoding="utf-8", newline="") as file:
        ratings = [row for row in csv.DictReader(file) if row["check"] == "rating"]
    assert [(row["paragraph"], row["stated"]) for row in ratings[1:]] == [
        ("1.1", "good"),
        ("1.2", "poor"),
        ("2.1", "generally acceptable"),
    ]
    # One question for all of them.
    assert [row["needs_person"] for row in ratings] == ["true"] + ["false"] * 3


def test_concerns_that_no_recommendation_answers_are_what_is_raised(tmp_path: Path) -> None:
    """A report that raises concerns alone gave questions, and no row."""
    text = KIRKMOOR.read_text(encoding="utf-8").partition("Annex A")[0]
    path = tmp_path / "report.txt"
    path.write_text(text.replace("Recommendation ", "Concern "), encoding="utf-8")
    intake_document(path, tmp_path / "proposal")
    rows = rows_in(tmp_path / "proposal")
    assert [
        (row["kind"], row["reference"], row["text"][:20])
        for row in rows["recommendations_made"].values()
    ] == [("concern", "1", "HMP Kirkmoor should "), ("concern", "2", "The SPS should repla")]
    assert len(rows["concerns_raised"]) == 2


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("role: contents", "role: kontents", ", line 40: … the role 'kontents' is not known"),
        ("reader: report", "reader: magic", "the reader 'magic' is not known"),
        ("pattern:\\bHMIPS\\b", "pattern:\\b(HMIPS", ", line 8: … 'pattern:\\\\b(HMIPS' is no"),
        ("ratings:", "raitings:", "'raitings' is not known; expected one of body"),
        ("body: hmips", 'body: ""', "body is missing"),
    ],
    ids=["role", "reader", "pattern", "key", "missing"],
)
def test_a_fault_in_a_file_of_types_is_an_error_with_its_line(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    text = (FOLDER / "hmips.yml").read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "hmips.yml").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DeclarationError) as raised:
        declared_bodies(tmp_path)
    message = str(raised.value)
    assert message.startswith("hmips.yml") and all(part in message for part in said.split(" … "))


def test_a_heading_that_is_added_to_a_file_needs_no_python(tmp_path: Path) -> None:
    """Words without «pattern:» are compared as words; * stands for any."""
    (tmp_path / "new.yml").write_text(
        "body: hmip\nsource: x\nnamed: [An inspectorate]\nsections:\n  inspection:\n"
        "    - role: about\n      titles: [How we work*, 'Who is who']\n",
        encoding="utf-8",
    )
    ((role, starts), (_, whole)) = declared_bodies(tmp_path)[0].sections["inspection"]
    assert role == "about"
    assert starts.search("how we work in prisons") and not starts.search("this is how we work")
    assert whole.search("who is who") and not whole.search("who is who here")


# An invented inspectorate: its words for items, lists and ratings are in no other file.
FENLAND = """\
body: fenland
source: Invented for a test.
named: [pattern:\\bCustody Board of Fenland\\b]
documents:
  - code: fenland_visit
    name: a visit in Fenland
    reader: report
    sections: visit
    visit_type: full_inspection
    id_suffix: -fenland
    cited_as: a visit to
    title: ['pattern:\\bnotes of a visit to\\b']
    lead: ['pattern:\\bnotes of a visit to\\b']
labels:
  recommendation: [step to take]
  concern: [what worries us]
  practice: [worth copying]
lists:
  recommendation: [steps for the keeper]
ratings:
  scale: fenland_grade
  labels: [grade, grade overall]
  levels: [bright, dim]
sections:
  visit:
    - role: about
      titles: [who we are]
    - role: standard
      titles: ['pattern:^part \\d']
    - role: summary
      titles: [in short]
"""
NOTES = """\
Custody Board of Fenland

Notes of a visit to HMP Eelmarsh

(an invented report)

2–6 June 2025

In short

1.1 We walked through every wing and spoke to ninety people.

Part 1 Warm cells

Overall rating: Bright

2.1 Most cells had a heater that worked.

What worries us: Two wings had no hot water for a month.

Step to take 1: The keeper should mend the boiler before winter.

Worth copying 1: Residents paint one another's cells.

Part 2 Time outdoors

Grade: Dim

3.1 Half of the residents spent an hour a day outdoors.

Steps for the keeper

3.2 Yards should be open at weekends.

3.3 Coats should be lent to those who have none.

Who we are

The Board visits each prison once a year.
"""


def fenland(folder: Path, declared: str, notes: str = NOTES) -> subprocess.CompletedProcess[str]:
    """Read the notes with the seeds of a steward who added a body, and a file of its types."""
    shutil.copytree(PROJECT / "seeds", folder / "seeds", ignore=shutil.ignore_patterns("events"))
    for name, rows in {
        "bodies": ["fenland,Custody Board of Fenland,Fenland"],
        "judgement_levels": [
            "fenland_grade,dim,Dim,1,,,,Fenland grade,fenland,outcome,,",
            "fenland_grade,bright,Bright,2,,,,Fenland grade,fenland,outcome,,",
        ],
        "healthy_prison_tests": [
            f"fenland_{code},{name},fenland_{code},all,,,fenland,Invented,fenland_grade"
            for code, name in (("warm", "Warm cells"), ("outdoors", "Time outdoors"))
        ],
    }.items():
        with (folder / "seeds" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in rows)
    (folder / "document_types").mkdir()
    (folder / "document_types" / "fenland.yml").write_text(declared, encoding="utf-8")
    (folder / "notes.txt").write_text(notes, encoding="utf-8")
    arguments = ("intake", str(folder / "notes.txt"), "--out", str(folder / "out"))
    # The log is empty, so that dbt does not compile the models for these seeds.
    return run_apart(
        *arguments, SEEDS_DIR=str(folder / "seeds"), EVENTS_DIR=str(folder / "seeds" / "events")
    )


def test_a_new_body_is_one_file_beside_its_seeds(tmp_path: Path) -> None:
    """Labels and headings of lists were written in Python, for one inspectorate."""
    run = fenland(tmp_path, FENLAND)
    assert run.returncode == 3, run.stdout + run.stderr
    rows = rows_in(tmp_path / "out")
    assert [row["visit_id"] for row in rows["visits_held"].values()] == ["eelmarsh-2025-fenland"]
    assert [
        (row["kind"], row["reference"], row["text"])
        for row in rows["recommendations_made"].values()
    ] == [
        ("recommendation", "1", "The keeper should mend the boiler before winter."),
        ("recommendation", "3.2", "Yards should be open at weekends."),
        ("recommendation", "3.3", "Coats should be lent to those who have none."),
    ]
    assert [row["text"] for row in rows["concerns_raised"].values()] == [
        "Two wings had no hot water for a month."
    ]
    assert [row["text"] for row in rows["practice_noted"].values()] == [
        "Residents paint one another's cells."
    ]
    assert [row["paragraph"] for row in rows["findings_recorded"].values()] == ["1.1", "2.1", "3.1"]
    outcomes = {
        row["healthy_prison_test"]: (row["outcome"], row["paragraph"], row["intake_note"][:5])
        for row in rows["outcomes_judged"].values()
    }
    assert outcomes == {
        "fenland_warm": ("bright", "Part 1", "sure:"),
        # It may grade what stands above it.
        "fenland_outdoors": ("dim", "Part 2", "check"),
    }


def test_a_fault_in_a_file_beside_the_seeds_names_the_file_and_the_line(tmp_path: Path) -> None:
    run = fenland(tmp_path, FENLAND.replace("  practice:", "  praktice:"))
    said = run.stdout + run.stderr
    assert run.returncode == 1 and "Traceback" not in said
    assert "fenland.yml, line 17" in " ".join(said.split())
    assert "'praktice' is not known; expected one of concern, recommendation" in " ".join(
        said.split()
    )
