"""A proposal reviewed in Chromium, from the first doubt to the append; the reports are invented.

Over 500 lines, as its tests share one browser and one proposal.

``invented/sallowby_2023_inspection.pdf`` has the form that inspectorates print: running heads,
footnotes, columns. The prison in it does not exist.
"""

import csv
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspections.intake import intake_document
from inspections.log.files.decisions import read_decisions
from inspections.review.folder.proposal import Proposal, read_proposal
from inspections.settings import Settings
from tests.published import publish_log
from tests.review.browser import Command, Look, browser, command
from tests.review.serving import log_in, proposal_of

pytestmark = [pytest.mark.slow, pytest.mark.minutes(4)]

PDF = Path(__file__).parent / "invented" / "sallowby_2023_inspection.pdf"
UNKNOWN = """\
The Invented Observer

Fenwick Green: a day inside HMP Fenwick Green, 3 March 2024

We walked the landings of HMP Fenwick Green and spoke to the men who live there.

2.1 The showers on B wing had been out of order since Christmas, and nobody could say when they would be repaired.

2.2 The showers on B wing should be repaired without delay.
"""


@pytest.fixture(scope="module")
def look() -> Iterator[Look]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The proposal of the PDF, as intake made it."""
    folder = tmp_path_factory.mktemp("read") / "sallowby"
    # It states each of its totals, and asks of rows whose facts nobody doubts.
    assert intake_document(PDF, folder).code == 0
    return folder


@pytest.fixture
def proposal(read: Path, tmp_path: Path) -> Proposal:
    shutil.copytree(read, tmp_path / "sallowby")
    return read_proposal(tmp_path / "sallowby")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return log_in(tmp_path)


def kept_rows(proposal: Proposal) -> dict[str, dict[str, str]]:
    """Rows to append by event id, without their recording instant."""
    return {
        row.event_id: {**row.values, "recorded_at": ""}
        for row in read_proposal(proposal.folder).rows
        if row.is_kept
    }


def logged_rows(settings: Settings, document_id: str) -> dict[str, dict[str, str]]:
    """Rows of a document in the log's files."""
    found = {}
    for path in settings.events_dir.glob("*.csv"):
        if path.name in ("documents.csv", "intake_decisions.csv"):
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["document_id"] == document_id:
                    found[row["event_id"]] = {**row, "recorded_at": ""}
    return found


def button(place: Any, name: str) -> Any:
    return place.get_by_role("button", name=name, exact=True)


def open_rows(page: Any) -> int:
    return page.locator('.card[data-open="yes"]').count()


def test_a_proposal_is_reviewed_and_appended_with_the_mouse(
    look: Look, proposal: Proposal, settings: Settings
) -> None:
    look.complaints.clear()
    with command(proposal.folder, settings) as running:
        page = look.at(running.address)
        # The key does not stay in the address.
        page.wait_for_url(lambda url: "token" not in url)
        page.locator(".standing .gate[data-verdict=accepted]").wait_for()
        # Left the document, right the rows, the doubtful ones first.
        assert page.locator("#document .sheet").count() == 25
        assert page.locator("#rows h2").first.inner_text() == "To decide"
        asked = open_rows(page)
        assert asked > 20

        # The words that a row rests on are outlined on its page.
        row = page.locator('.group .card:not(.question):not([data-page=""])').first
        row.click()
        page.locator(".sheet rect.words.active").first.wait_for()

        # Leave out, Undo, Keep, Edit.
        row = page.locator('.group .card[data-open="yes"]:not(.question)').first
        key = row.get_attribute("data-key")
        own = page.locator(f"#row-{key}")
        button(own, "Leave out").click()
        own.get_by_text("Left out", exact=True).wait_for()
        assert not read_proposal(proposal.folder).by_key[key].is_kept
        button(own, "Undo").click()
        page.locator(f'#row-{key}[data-open="yes"]').wait_for()
        assert read_proposal(proposal.folder).by_key[key].is_kept
        button(own, "Keep").click()
        own.get_by_text("Kept", exact=True).wait_for()

        # The totals that the document states are recounted with every decision.
        page.locator("#kind-practice_noted > summary").click()
        practice = page.locator("#kind-practice_noted .card").first
        practice_key = practice.get_attribute("data-key")
        differing = page.locator("#totals tr.differs", has_text="Notable positive practice")
        assert not differing.count()
        button(practice, "Leave out").click()
        differing.wait_for()
        assert differing.locator("td").all_inner_texts()[1:3] == ["4", "3"]

        finding = page.locator('.card[data-open="yes"]:not(.question)').first
        edited = finding.get_attribute("data-key")
        button(finding, "Edit").click()
        form = page.locator(f"#row-{edited} form.fields")
        form.locator('[name="occurred_on"]').evaluate("each => each.closest('details').open = true")
        form.locator('[name="occurred_on"]').fill("31 February 2023")
        assert "This is no day" in form.inner_text()
        form.locator('[name="occurred_on"]').fill("9 November 2023")
        form.locator('[name="occurred_on"]').blur()
        form.locator('[name="occurred_precision"]').select_option("day")
        assert form.locator('[name="occurred_on"]').input_value() == "2023-11-09"
        button(form, "Save").click()
        page.locator(f"#row-{edited}").get_by_text("Edited", exact=True).wait_for()

        # The rest, a cause at a time.
        while (many := page.locator(".answers:not([hidden]) button", has_text="Keep all")).count():
            before = open_rows(page)
            many.first.click()
            page.wait_for_function(
                "before => document.querySelectorAll('.card[data-open=yes]').length < before",
                arg=before,
            )
        while (settle := page.get_by_role("button", name="Settle all")).count():
            before = open_rows(page)
            settle.first.click()
            page.wait_for_function(
                "before => document.querySelectorAll('.card[data-open=yes]').length < before",
                arg=before,
            )
        while (left := page.locator('.card[data-open="yes"]')).count():
            before = open_rows(page)
            name = "Settled" if "question" in left.first.get_attribute("class") else "Keep"
            button(left.first, name).click()
            page.wait_for_function(
                "before => document.querySelectorAll('.card[data-open=yes]').length < before",
                arg=before,
            )
        expected = kept_rows(proposal)
        assert proposal.by_key[practice_key].event_id not in expected

        # What would change, from the preview, with links into its pages.
        button(page, "What would change").click()
        page.get_by_role("heading", name="What would change").wait_for()
        page.get_by_role("link", name="Open the preview’s pages").click(timeout=300_000)
        page.get_by_text("Preview", exact=False).first.wait_for()
        page.goto(running.address.partition("?")[0])
        button(page, "Append").click()
        page.get_by_text("Rows to append").wait_for()
        assert not logged_rows(settings, proposal.document_id)
        button(page, "Confirm").click()
        page.get_by_role("heading", name="Appended", exact=True).wait_for()
        page.context.close()
    assert logged_rows(settings, proposal.document_id) == expected
    assert look.complaints == []
    assert all("127.0.0.1" in url for url in look.requests)
    decided = read_decisions(settings.events_dir / "intake_decisions.csv")
    assert {row["decision"] for row in decided} >= {"accepted", "edited", "left_out", "undone"}
    assert {row["reviewer"] for row in decided} == {"A. Steward"}
    # Each row that was appended was decided, one by one or by the confirmation.
    assert {row["event_id"] for row in decided} >= set(expected)
    built = publish_log(
        settings.events_dir,
        settings.data_dir / "built",
        seeds_dir=settings.seeds_dir,
        reports_dir=settings.reports_dir,
    )
    assert built.rows("select count(*) from rejected_rows where verdict = 'rejected'") == [(0,)]
    published = built.rows(
        f"select distinct event_id from events where document_id = '{proposal.document_id}'"
    )
    assert {event_id for (event_id,) in published} == set(expected)


def test_a_proposal_is_reviewed_and_appended_with_the_keyboard_alone(
    look: Look, tmp_path: Path, settings: Settings
) -> None:
    proposal = proposal_of("harrowfell_2024_inspection.txt", tmp_path / "proposals" / "harrowfell")
    with command(proposal.folder.parent, settings) as running:
        page = look.at(running.address)
        page.get_by_role("link", name="HMP Harrowfell").focus()
        page.keyboard.press("Enter")
        page.locator(".standing .gate[data-verdict]").first.wait_for()
        page.keyboard.press("?")
        assert "Next row or question to decide" in page.locator("#shortcuts").inner_text()
        page.keyboard.press("Escape")

        page.keyboard.press("n")
        first = page.evaluate("document.activeElement.dataset.key")
        for _ in range(400):
            if not open_rows(page):
                break
            key = page.evaluate("document.activeElement.dataset.key || ''")
            if not key or not page.locator(f'#row-{key}[data-open="yes"]').count():
                page.keyboard.press("n")
                key = page.evaluate("document.activeElement.dataset.key")
            is_question = page.locator(f"#row-{key}.question").count()
            page.keyboard.press("s" if is_question else "y")
            page.locator(f'#row-{key}[data-open="no"]').wait_for()
        assert open_rows(page) == 0

        # Back to the first, undone, and a row left out, edited and kept, by their keys.
        page.locator(f"#row-{first}").focus()
        page.keyboard.press("u")
        page.locator(f'#row-{first}[data-open="yes"]').wait_for()
        page.keyboard.press("s" if page.locator(f"#row-{first}.question").count() else "y")
        page.locator(f'#row-{first}[data-open="no"]').wait_for()
        for summary in page.locator("details.kind > summary").all():
            summary.focus()
            page.keyboard.press("Enter")
        sure = page.locator("details.kind .card").first
        left_out = sure.get_attribute("data-key")
        sure.focus()
        page.keyboard.press("x")
        page.locator(f"#row-{left_out}.out").wait_for()
        finding = page.locator("#kind-findings_recorded .card").first
        edited = finding.get_attribute("data-key")
        finding.focus()
        page.keyboard.press("e")
        page.locator(f"#row-{edited} form.fields").wait_for()
        while page.evaluate("document.activeElement.name") != "text":
            page.keyboard.press("Tab")
        page.keyboard.press("Control+A")
        page.keyboard.type("Typed at the keyboard.")
        while page.evaluate("document.activeElement.textContent") != "Save":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator(f"#row-{edited}").get_by_text("Edited", exact=True).wait_for()

        # From a piece of the text, with d, j and a.
        page.keyboard.press("d")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("a")
        page.locator("#editor form.fields").wait_for()
        page.keyboard.press("Escape")
        page.locator("#editor form.fields").wait_for(state="detached")

        expected = kept_rows(proposal)
        page.keyboard.press("A")
        page.get_by_text("Rows to append").first.wait_for()
        while page.evaluate("document.activeElement.textContent.trim()") != "Confirm":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Appended", exact=True).wait_for()
        page.context.close()
    assert logged_rows(settings, proposal.document_id) == expected
    by_key = proposal.by_key
    assert by_key[left_out].event_id not in expected
    assert expected[by_key[edited].event_id]["text"] == "Typed at the keyboard."


def test_a_document_of_unknown_layout_is_entered_from_its_text(
    look: Look, tmp_path: Path, settings: Settings
) -> None:
    folder = tmp_path / "fenwick"
    (tmp_path / "fenwick.txt").write_text(UNKNOWN, encoding="utf-8")
    # Intake reads nothing in it, and proposes its text.
    assert intake_document(tmp_path / "fenwick.txt", folder).code == 3
    document_id = read_proposal(folder).document_id
    assert not read_proposal(folder).rows

    def add(page: Any, words: str, kind: str, values: dict[str, str]) -> None:
        block = page.locator(".block", has_text=words).first
        block.hover()
        button(block, "Add a row from this text").click()
        page.locator("#editor form.fields").wait_for()
        if page.locator("#field-type").input_value() != kind:
            page.locator("#field-type").select_option(kind)
            page.wait_for_function(
                "kind => document.querySelector('#field-type').value === kind", arg=kind
            )
            page.wait_for_load_state("networkidle")
        form = page.locator("#editor form.fields")
        for name, value in values.items():
            place = form.locator(f'[name="{name}"]')
            if place.evaluate("each => each.tagName") == "SELECT":
                place.select_option(value)
            else:
                place.fill(value)
        before = page.locator(".card").count()
        button(form, "Save").click()
        page.wait_for_function(
            "before => document.querySelectorAll('.card').length > before", arg=before
        )

    with command(folder, settings) as running:
        page = look.at(running.address)
        title = "a day inside HMP Fenwick Green"
        add(
            page,
            title,
            "establishments_described",
            {"occurred_on": "2024-03-03", "occurred_precision": "day"},
        )
        add(page, title, "visits_held", {"visit_type": "full_inspection"})
        # What is certain is filled: the day, the visit, the paragraph, the words.
        add(page, "had been out of order", "findings_recorded", {})
        add(
            page,
            "should be repaired",
            "recommendations_made",
            {"kind": "recommendation", "body": "hmip"},
        )
        # What a row is about is found by typing.
        add_progress(page)
        page.locator(".standing .gate[data-verdict=accepted]").wait_for()
        button(page, "Append").click()
        button(page, "Confirm").click()
        page.get_by_role("heading", name="Appended", exact=True).wait_for()
        page.context.close()
    rows = logged_rows(settings, document_id)
    by_text = {
        row.get("text") or row.get("name") or row.get("visit_id"): row for row in rows.values()
    }
    assert len(rows) == 5
    assert by_text["HMP Fenwick Green"]["establishment_id"] == "fenwick-green"
    assert by_text["fenwick-green-2024"]["started_on"] == "2024-03-03"
    finding = next(row for row in rows.values() if row["event_id"].endswith("recorded-2.1"))
    assert finding["paragraph"] == "2.1" and finding["occurred_on"] == "2024-03-03"
    assert finding["visit_id"] == "fenwick-green-2024"
    assert finding["text"].startswith("The showers on B wing had been out of order")
    answered = next(row for row in rows.values() if "response" in row)
    assert answered["recommendation_id"] == "fenwick-green-2024-2.2"
    decided = read_decisions(settings.events_dir / "intake_decisions.csv")
    assert [row["decision"] for row in decided][:5] == ["added"] * 5


def add_progress(page: Any) -> None:
    block = page.locator(".block", has_text="should be repaired").first
    block.hover()
    button(block, "Add a row from this text").click()
    page.locator("#field-type").select_option("responses_received")
    about = page.locator('#editor [name="recommendation_id"]')
    about.wait_for()
    about.fill("")
    about.type("showers repaired")
    page.locator("#editor .found [role=option]").first.wait_for()
    about.press("ArrowDown")
    about.press("Enter")
    assert about.input_value() == "fenwick-green-2024-2.2"
    page.locator('#editor [name="response"]').select_option("agreed")
    before = page.locator(".card").count()
    button(page.locator("#editor"), "Save").click()
    page.wait_for_function(
        "before => document.querySelectorAll('.card').length > before", arg=before
    )


def test_a_server_that_is_killed_loses_no_decision(
    look: Look, proposal: Proposal, settings: Settings
) -> None:
    running = Command(proposal.folder, settings)
    page = look.at(running.start())
    keys = [
        each.get_attribute("data-key")
        for each in page.locator('.card[data-open="yes"]:not(.question)').all()[:6]
    ]
    for place, key in enumerate(keys):
        button(page.locator(f"#row-{key}"), "Leave out" if place % 2 else "Keep").click()
        page.locator(f'#row-{key}[data-open="no"]').wait_for()
    # One more is sent, and the server is killed before it may have answered.
    last = page.locator('.card[data-open="yes"]:not(.question)').first.get_attribute("data-key")
    page.evaluate(
        "key => document.querySelector(`#row-${key} button[formaction$='/leave-out']`).click()",
        last,
    )
    running.kill()
    page.context.close()
    page = look.at(running.start())
    for place, key in enumerate(keys):
        card = page.locator(f"#row-{key}")
        assert card.locator(".chip").inner_text() == ("Left out" if place % 2 else "Kept")
    found = read_proposal(proposal.folder)
    assert [found.by_key[key].is_kept for key in keys] == [True, False] * 3
    decided = read_decisions(settings.events_dir / "intake_decisions.csv")
    counted = [row["event_id"] for row in decided]
    assert len(counted) == len(set(counted))
    assert set(counted) >= {found.by_key[key].event_id for key in keys}
    # What was under way is decided whole or not at all.
    is_decided = found.by_key[last].event_id in counted
    assert found.by_key[last].is_kept != is_decided
    page.context.close()
    assert "every decision is saved" in running.stop()


def test_a_second_browser_and_an_edit_by_hand_are_told(
    look: Look, proposal: Proposal, settings: Settings
) -> None:
    with command(proposal.folder, settings) as running:
        one, other = look.at(running.address), look.at(running.address)
        key = one.locator('.card[data-open="yes"]:not(.question)').first.get_attribute("data-key")
        button(one.locator(f"#row-{key}"), "Leave out").click()
        one.locator(f"#row-{key}.out").wait_for()
        other.get_by_text("This page is out of date").wait_for()
        assert not one.locator("#stale").is_visible()
        # What the second browser still shows is not put back.
        button(other.locator(f"#row-{key}"), "Keep").click()
        other.get_by_text("was changed elsewhere").wait_for()
        assert not read_proposal(proposal.folder).by_key[key].is_kept
        row = proposal.rows[-1]
        path = proposal.folder / row.file
        path.write_text(path.read_text("utf-8").replace(",yes,", ",no,", 1), encoding="utf-8")
        one.get_by_text("This page is out of date").wait_for()
        one.get_by_role("link", name="Load it anew").click()
        one.wait_for_load_state()
        assert one.locator(".card.out").count() >= 2
        for page in (one, other):
            page.context.close()


def test_axe_finds_nothing_and_no_width_is_too_small(
    look: Look, proposal: Proposal, settings: Settings, tmp_path: Path
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    queue = tmp_path / "queue"
    queue.mkdir()
    shutil.copytree(proposal.folder, queue / "sallowby")
    with command(queue, settings) as running:
        for width, scheme in ((1440, "light"), (1440, "dark"), (360, "light"), (360, "dark")):
            page = look.at(running.address, width, scheme)
            views = ["queue", "rows", "edit", "text", "add", "append", "changes"]
            if (width, scheme) != (1440, "light"):
                views = ["queue", "rows", "edit", "text"]
            for view in views:
                show(page, view)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, view
                found = axe.run(page).response["violations"]
                told = [
                    (rule["id"], *map(rule["nodes"][0].get, ("html", "failureSummary")))
                    for rule in found
                ]
                assert not told, (view, width, scheme)
            page.context.close()


def show(page: Any, view: str) -> None:
    if view == "rows":
        page.get_by_role("link", name="HMP Sallowby").click()
        page.locator(".standing .gate[data-verdict=accepted]").wait_for()
    elif view == "edit":
        button(page.locator(".group .card:not(.question)").first, "Edit").click()
        page.locator("form.fields").wait_for()
    elif view == "text":
        page.keyboard.press("Escape")
        if page.locator(".switch").is_visible():
            button(page.locator(".switch"), "Document").click()
        button(page.locator(".views"), "Text").click()
    elif view == "add":
        page.locator(".block").nth(5).hover()
        button(page.locator(".block").nth(5), "Add a row from this text").click()
        page.locator("#editor form").wait_for()
    elif view == "append":
        button(page, "Append").click()
        page.get_by_text("Rows to append").wait_for()
    elif view == "changes":
        page.go_back()
        button(page, "What would change").click()
        page.get_by_role("link", name="Open the preview’s pages").wait_for(timeout=300_000)


def test_a_document_of_two_hundred_pages_stays_quick(
    look: Look, settings: Settings, tmp_path: Path
) -> None:
    """Pictures are made when they are looked at, and a decision sends its own row alone."""
    folder = long_proposal(tmp_path / "long")
    with command(folder, settings) as running:
        look.requests.clear()
        started = time.monotonic()
        page = look.at(running.address)
        page.locator(".card").first.wait_for()
        loaded = time.monotonic() - started
        assert page.locator(".sheet").count() == 200
        page.wait_for_timeout(1500)
        pictures = [url for url in look.requests if ".png" in url]
        assert 0 < len(pictures) < 30
        key = page.locator('.card[data-open="yes"]').first.get_attribute("data-key")
        started = time.monotonic()
        button(page.locator(f"#row-{key}"), "Keep").click()
        page.locator(f'#row-{key}[data-open="no"]').wait_for()
        decided = time.monotonic() - started
        page.locator("#row-" + page.locator(".card").last.get_attribute("data-key")).evaluate(
            "each => { each.closest('details').open = true; each.focus() }"
        )
        page.locator("#page-200 rect.words.active").first.wait_for(timeout=20_000)
        page.context.close()
    # Far more than it takes, so that a busy machine does not fail it.
    assert loaded < 15 and decided < 5, (loaded, decided)


def long_proposal(folder: Path) -> Path:
    """A proposal of an invented document of 200 pages, with a thousand rows."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    texts = []
    for number in range(1, 201):
        pdf.add_page()
        for place in range(1, 6):
            text = f"{number}.{place} On wing {number} of this invented prison, {place} of its cells were empty."
            pdf.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
            texts.append((number, place, text))
    folder.mkdir()
    pdf.output(str(folder / "document.pdf"))
    (folder / "report.txt").write_text("\n\n".join(text for _, _, text in texts), encoding="utf-8")
    (folder / "documents.csv").write_text(
        "document_id,title,body,file,source_address,licence,language\n"
        "long,A long invented report,hmip,long.txt,,,en\n",
        encoding="utf-8",
    )
    columns = "event_id,occurred_on,occurred_precision,recorded_at,document_id,paragraph,corrects_event_id,visit_id,area,recommendation_id,text,keep,intake_note"
    with (folder / "findings_recorded.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split(","))
        for number, place, text in texts:
            said = text.partition(" ")[2]
            how = "check: invented doubt; " if place == 1 else "sure: "
            note = f"{how}rests on (page {number}) «{said}»"
            writer.writerow(
                [
                    f"f-{number}-{place}",
                    "2020-01-01",
                    "day",
                    "",
                    "long",
                    f"{number}.{place}",
                    "",
                    "v",
                    "",
                    "",
                    said,
                    "yes",
                    note,
                ]
            )
    return folder
