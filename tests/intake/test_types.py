"""Types of document as data, and another country's inspectorate read by them."""

import csv
from pathlib import Path

import pytest

from inspections.intake import intake_document
from inspections.intake.document_types.declared import FOLDER, DeclarationError, declared_bodies
from inspections.settings import PROJECT
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


def test_ratings_without_a_scale_in_the_log_are_listed_and_are_no_rows(
    kirkmoor: tuple[Path, Rows],
) -> None:
    out, rows = kirkmoor
    assert "outcomes_judged" not in rows
    with (out / "reconciliation.csv").open(encoding="utf-8", newline="") as file:
        ratings = [row for row in csv.DictReader(file) if row["check"] == "rating"]
    assert [(row["paragraph"], row["stated"]) for row in ratings[1:]] == [
        ("Standard 1", "satisfactory"),
        ("1.1", "good"),
        ("1.2", "poor"),
        ("Standard 2", "generally acceptable"),
        ("2.1", "generally acceptable"),
    ]
    # One question for all of them.
    assert [row["needs_person"] for row in ratings] == ["true"] + ["false"] * 5


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
