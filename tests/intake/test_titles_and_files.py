"""First lines that do not fit, pages that are turned, and paths that are no files."""

import os
import resource
import signal
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fpdf import FPDF

from inspections.intake import intake_document
from inspections.intake.text.names import establishments_in
from inspections.intake.text.source import read_source
from inspections.settings import PROJECT
from tests.intake.test_intake import rows_in, text_file

THORNWICK = PROJECT / "tests" / "invented_reports" / "thornwick_2024.txt"


def retitled(name: str) -> str:
    """The report in which all agrees, of an establishment under another name."""
    text = THORNWICK.read_text(encoding="utf-8")
    assert text.count("HMYOI Thornwick") > 1
    return text.replace("HMYOI Thornwick", name, 1)


@pytest.mark.parametrize(
    ("title", "names", "left"),
    [
        ("HMP Usk Moor and HMP & YOI Prescott", ["HMP Usk Moor", "HMP & YOI Prescott"], ""),
        ("HMP Thornwick/HMP Marl", ["HMP Thornwick", "HMP Marl"], ""),
        ("HMP Thornwick, HMP Marl and HMP Ash", ["HMP Thornwick", "HMP Marl", "HMP Ash"], ""),
        ("HMP Marl Cluster (HMP Ash, HMP Thornwick)",
         ["HMP Marl Cluster", "HMP Ash", "HMP Thornwick"], ""),
        ("HMP Thornwick and Marl", ["HMP Thornwick"], "and Marl"),
        ("HMP Thornwick – Marl unit", ["HMP Thornwick"], "– Marl unit"),
        ("HMP Thornwick open and closed sites", ["HMP Thornwick"], "open and closed sites"),
        ("the cluster of HMP Thornwick", ["HMP Thornwick"], "the cluster of"),
        ("HMP Carreg y Wen", ["HMP Carreg y Wen"], ""),
        ("HMP Isle of Marl", ["HMP Isle of Marl"], ""),
        ("HMP Ørthwick", ["HMP Ørthwick"], ""),
        ("HMP `Thornwick", ["HMP `Thornwick"], ""),
        ("HMP Marl-le-Ash", ["HMP Marl-le-Ash"], ""),
        ("HMP  Long   Marl", ["HMP Long Marl"], ""),
        ("HM Prison and Young Offender Institution Marl",
         ["HM Prison and Young Offender Institution Marl"], ""),
    ],
)  # fmt: skip
def test_a_title_is_read_whole(title: str, names: list[str], left: str) -> None:
    named = establishments_in(title)
    assert [each.full_name for each in named.establishments] == names
    assert named.left == left


def test_a_joint_report_proposes_each_establishment_and_asks_a_person(tmp_path: Path) -> None:
    result = intake_document(
        text_file(tmp_path, retitled("HMP Marl and HMP & YOI Ash")), tmp_path / "out"
    )
    described = rows_in(tmp_path / "out")["establishments_described"].values()
    assert {row["establishment_id"]: row["name"] for row in described} == {
        "marl": "HMP Marl",
        "ash": "HMP & YOI Ash",
    }
    assert result.code == 3 and "names 2 establishments" in result.messages[0]


@pytest.mark.parametrize("name", ["HMP Marl and Ash", "HMP Marl – North", "HMP Marl open site"])
def test_what_is_left_of_a_title_is_shown_first(tmp_path: Path, name: str) -> None:
    result = intake_document(text_file(tmp_path, retitled(name)), tmp_path / "out")
    assert result.code == 3
    assert f"left over is «{name.removeprefix('HMP Marl ')}»" in result.messages[0]


def test_decomposed_letters_and_wide_spaces_are_the_same_name(tmp_path: Path) -> None:
    ids = []
    for place, name in enumerate(
        ("HMP Élan Marl", unicodedata.normalize("NFD", "HMP  Élan   Marl"))
    ):
        folder = tmp_path / str(place)
        folder.mkdir()
        result = intake_document(text_file(folder, retitled(name)), folder / "out")
        assert result.code == 0, result.messages
        ids.append(
            [row["name"] for row in rows_in(folder / "out")["establishments_described"].values()]
        )
    assert ids == [["HMP Élan Marl"]] * 2


def test_a_paragraphs_own_number_is_no_mark_of_a_footnote(tmp_path: Path) -> None:
    text = (PROJECT / "reports" / "hmp-elmley-irp-2023-02.txt").read_text(encoding="utf-8")
    noted = text.replace(
        "## Section 2 Key", "1 A note that explains a term.\n\n## Section 2 Key", 1
    )
    intake_document(text_file(tmp_path, noted), tmp_path / "out")
    found = [row["paragraph"] for row in rows_in(tmp_path / "out")["findings_recorded"].values()]
    assert [number for number in found if number.startswith("1.")] == [
        f"1.{place}" for place in range(1, 11)
    ]


def test_a_running_title_within_a_paragraph_is_doubted(tmp_path: Path) -> None:
    text = (PROJECT / "reports" / "hmp-elmley-irp-2023-02.txt").read_text(encoding="utf-8")
    words = "Challenge, support and intervention plan"
    assert words in text
    broken = text.replace(words, f"\nHMP Elmley\n{words}", 1)
    # The line stands within paragraph 3.1, without an empty line about it.
    broken = broken.replace("\n\nHMP Elmley\n", "\nHMP Elmley\n")
    intake_document(text_file(tmp_path, broken), tmp_path / "out")
    note = rows_in(tmp_path / "out")["findings_recorded"]["elmley-2023-irp-paragraph-3.1"][
        "intake_note"
    ]
    assert note.startswith("check: «HMP Elmley» stands within it")


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_a_turned_page_is_read_upright(tmp_path: Path, angle: int) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    sentence = "Leaders had worked well to improve the use of cameras during incidents. "
    with pdf.rotation(angle, 105, 148):
        for place in range(1, 6):
            pdf.set_x(40)
            pdf.cell(14, 5, f"1.{place}")
            pdf.multi_cell(120, 5, sentence * 2, new_x="LMARGIN", new_y="NEXT", align="L")
            pdf.ln(4)
    pdf.output(str(tmp_path / "turned.pdf"))
    lines = [line.text for line in read_source(tmp_path / "turned.pdf").lines]
    paragraphs = " ".join(lines).split("  ")
    assert [each.strip() for each in paragraphs if each.strip()] == [
        f"1.{place} {(sentence * 2).strip()}" for place in range(1, 6)
    ]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def broken_link(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (pipe, "a pipe or a device"),
        (loop, "Too many levels of symbolic links"),
        (broken_link, "a link that leads nowhere"),
        (Path.mkdir, "Is a directory"),
        (lambda path: path.symlink_to("/dev/zero"), "a pipe or a device"),
    ],
)
def test_what_is_no_file_is_refused_by_name_at_once(
    tmp_path: Path, make: object, reason: str
) -> None:
    make(tmp_path / "report.txt")  # type: ignore[operator]
    result = intake_document(tmp_path / "report.txt", tmp_path / "out")
    assert result.code == 1
    assert "report.txt cannot be read" in result.messages[0] and reason in result.messages[0]


@pytest.mark.parametrize("out", ["file/below", "a" * 300, "null\0byte"])
def test_a_folder_that_cannot_be_gets_a_sentence(tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("a file")
    result = intake_document(THORNWICK, tmp_path / out)
    assert result.code == 1 and "cannot be written" in result.messages[0]
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


@contextmanager
def no_room_for_files() -> Iterator[None]:
    """Have the system refuse to write more than a few bytes to a file, as a full disk does."""
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    with no_room_for_files():
        result = intake_document(THORNWICK, tmp_path / "out")
    assert result.code == 1 and "cannot be written" in result.messages[0]
    assert list(tmp_path.iterdir()) == []
