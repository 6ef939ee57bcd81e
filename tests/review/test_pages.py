"""The page of a proposal: doubts by their cause, totals, the gate's word, and rows from the text.

The reports are invented.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspections.log.files.decisions import add_decisions
from inspections.review.appending import in_order
from inspections.review.folder.blocks import read_blocks
from inspections.review.folder.proposal import Proposal, read_proposal
from inspections.review.forms.fields import Vocabulary, check
from inspections.review.forms.filling import filled, types_for
from inspections.settings import PROJECT, Settings
from tests.review.serving import INVENTED, Client, log_in, proposal_of, served

HEADING = "Safety"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return log_in(tmp_path)


@pytest.fixture
def proposal(tmp_path: Path) -> Proposal:
    return proposal_of("harrowfell_2024_inspection.txt", tmp_path / "proposals" / "harrowfell")


@pytest.fixture
def client(proposal: Proposal, settings: Settings) -> Iterator[Client]:
    with served(proposal.folder, settings) as made:
        made.open()
        yield made


def asked(client: Client, path: str) -> Any:
    return json.loads(client.get(path, **{"X-Review": "script"}).text)


def judged(client: Client, proposal: Proposal) -> dict[str, dict[str, str]]:
    """The gate's verdicts as the page's script gets them."""
    for _ in range(600):
        answer = asked(client, f"/p/{proposal.folder.name}/state?revision=&judged=no")
        if answer["judged"]:
            return answer["verdicts"]
        time.sleep(0.1)
    raise AssertionError("the gate did not answer")


def test_the_gate_says_of_each_row_what_it_would_say_of_the_append(
    client: Client, proposal: Proposal
) -> None:
    verdicts = judged(client, proposal)
    assert {each["verdict"] for each in verdicts.values()} <= {"accepted", "waiting"}
    assert verdicts.keys() == {row.key for row in proposal.rows}
    # By hand, a code that is none; the page asks again, and is told which row and why.
    row = next(row for row in proposal.rows if row.event_type == "outcomes_judged")
    path = proposal.folder / row.file
    by_hand = path.read_text("utf-8").replace(f",{row.values['outcome']},", ",splendid,", 1)
    path.write_text(by_hand, encoding="utf-8")
    verdicts = judged(client, proposal)
    assert verdicts[row.key]["verdict"] == "rejected"
    assert "splendid" in verdicts[row.key]["reason"] and "outcome" in verdicts[row.key]["reason"]
    # What is sure to intake may be rejected all the same: the page leads there.
    told = asked(client, "/p/harrowfell/state?revision=&judged=no")["html"]["gate"]
    assert f'href="#row-{row.key}"' in told and "rejects 1 row" in told
    # What names a visit that is left out waits for it.
    now = read_proposal(proposal.folder)
    visit = next(each for each in now.rows if each.event_type == "visits_held")
    assert client.decide(now, visit, "leave-out").status == 303
    verdicts = judged(client, proposal)
    about = next(
        each
        for each in now.rows
        if each.event_type != "visits_held"
        and each.values.get("visit_id") == visit.values["visit_id"]
    )
    assert verdicts[visit.key]["verdict"] == "left out"
    assert verdicts[about.key]["verdict"] == "waiting"
    # The summary refuses to offer what the log would refuse.
    answer = client.get("/p/harrowfell/append")
    assert "splendid" in answer.text and ">Confirm<" not in answer.text


def test_what_the_log_has_is_told_and_not_appended_again(
    client: Client, proposal: Proposal, settings: Settings
) -> None:
    answer = client.get("/p/harrowfell/append")
    assert ">Confirm<" in answer.text
    form = [("name", "harrowfell"), ("revision", read_proposal(proposal.folder).revision)]
    answer = client.post("/p/harrowfell/append", form)
    assert answer.status == 200 and "<h1>Appended</h1>" in answer.text
    verdicts = judged(client, proposal)
    assert {each["verdict"] for each in verdicts.values()} == {"duplicate"}
    before = (settings.events_dir / "findings_recorded.csv").read_bytes()
    form = [("name", "harrowfell"), ("revision", read_proposal(proposal.folder).revision)]
    answer = client.post("/p/harrowfell/append", form)
    assert "the log has all of it" in answer.text
    assert (settings.events_dir / "findings_recorded.csv").read_bytes() == before


def test_a_summary_of_another_state_appends_nothing(
    client: Client, proposal: Proposal, settings: Settings
) -> None:
    """Between the summary and Confirm somebody may decide otherwise."""
    revision = proposal.revision
    assert client.decide(proposal, proposal.rows[0], "leave-out").status == 303
    form = [("name", "harrowfell"), ("revision", revision)]
    answer = client.post("/p/harrowfell/append", form)
    assert answer.status == 409 and "Check the summary again" in answer.text
    assert not (settings.events_dir / "findings_recorded.csv").exists()


def test_one_answer_to_a_heading_fills_all_its_rows(tmp_path: Path, settings: Settings) -> None:
    text = (INVENTED / "harrowfell_2024_inspection.txt").read_text("utf-8")
    assert "\n## Security\n" in text
    text = text.replace("\n## Security\n", "\n## Keeping the wall whole\n")
    proposal = proposal_of("harrowfell_2024_inspection.txt", tmp_path / "p" / "it", text)
    question = next(each for each in proposal.questions if each.check == "area")
    assert "Keeping the wall whole" in question.detail
    with served(proposal.folder, settings) as client:
        page = client.open().text
        assert "Which area is «Keeping the wall whole»?" in page
        place = page.index("Which area is «Keeping the wall whole»?")
        form = page[place : page.index("</form>", place)]
        keys = [part.split('"')[0] for part in form.split('name="key" value="')[1:]]
        rows = {row.key: row for row in proposal.rows}
        assert keys and all(not rows[key].values["area"] for key in keys)
        sent = [pair for key in keys for pair in (("key", key), ("digest", rows[key].digest))]
        answer = client.post("/p/it/fill", [*sent, ("field", "area"), ("value", "no such area")])
        assert answer.status == 409
        answer = client.post("/p/it/fill", [*sent, ("field", "area"), ("value", "security")])
        assert answer.status == 303
        now = read_proposal(proposal.folder)
        assert {now.by_key[key].values["area"] for key in keys} == {"security"}
        others = {row.key: row.values for row in proposal.rows if row.key not in keys}
        assert others == {row.key: row.values for row in now.rows if row.key not in keys}


def test_doubtful_rows_come_first_by_their_cause_and_decided_ones_last(
    client: Client, proposal: Proposal
) -> None:
    doubtful = [row for row in proposal.rows if row.doubts]
    page = client.get("/").text
    for row in doubtful:
        assert page.index(f'id="row-{row.key}"') < page.index('id="sure"')
    causes = {row.doubts[0] for row in doubtful}
    assert page.count('class="group') >= len(causes)
    first = page[page.index('class="group') :].split('id="row-')[1].split('"')[0]
    card = read_proposal(proposal.folder).by_key.get(first)
    if card is not None:
        client.decide(proposal, card, "keep")
    assert 'class="chip done">Kept<' in client.get("/").text


def test_totals_are_recounted_with_each_decision(tmp_path: Path, settings: Settings) -> None:
    proposal = proposal_of("harrowfell_2020_review.txt", tmp_path / "p" / "review")
    total = next(
        each for each in proposal.totals if each.stated.isdigit() and each.agrees == "true"
    )
    judgements = [row for row in proposal.rows if row.event_type == "progress_judged"]
    with served(proposal.folder, settings) as client:
        client.open()
        before = shown_totals(client, "review")
        assert before
        for row in judgements:
            now = read_proposal(proposal.folder)
            form = [("key", row.key), ("digest", now.by_key[row.key].digest)]
            assert client.post("/p/review/leave-out", form).status == 303
        after = shown_totals(client, "review")
        assert before.keys() == after.keys()
        assert after != before, total
        assert all(
            counted == "0"
            for subject, (_, counted) in after.items()
            if subject.lower().startswith("hmip progress")
        )


def shown_totals(client: Client, name: str) -> dict[str, tuple[str, str]]:
    page = client.get(f"/p/{name}/").text
    part = page[page.index('id="totals"') : page.index('id="doubtful"')]
    found = {}
    for place, row in enumerate(part.split("<tr")[1:]):
        cells = [cell.split(">", 1)[1].split("<")[0] for cell in row.split("<td")[1:]]
        if len(cells) == 4:
            subject = row.split('scope="row">')[1].split("<")[0].strip()
            # Of two totals of one subject each is kept apart by its paragraph.
            key = f"{subject} {cells[0]}"
            found[key if key not in found else f"{key} {place}"] = (cells[1], cells[2])
    return found


def test_the_figure_of_its_rule_stands_beside_a_row(
    client: Client, proposal: Proposal, settings: Settings
) -> None:
    row = next(row for row in proposal.rows if row.event_type == "findings_recorded")
    base = {
        "decided_at": "2026-01-01T00:00:00Z",
        "document_digest": "another document",
        "event_type": "findings_recorded",
        "rule": row.rule,
    }
    add_decisions(
        settings.events_dir / "intake_decisions.csv",
        [
            {**base, "decision_id": "1", "event_id": "1", "decision": "accepted"},
            {**base, "decision_id": "2", "event_id": "2", "decision": "accepted"},
            {**base, "decision_id": "3", "event_id": "3", "decision": "left_out"},
        ],
    )
    page = client.get("/").text
    card = page[page.index(f'id="row-{row.key}"') :].split("</article>")[0]
    assert "right 2 of 3" in card


def test_a_row_from_the_text_is_filled_as_far_as_it_is_certain(proposal: Proposal) -> None:
    block = next(block for block in proposal.blocks if block.paragraph == "3.3")
    values = filled(proposal, block, "findings_recorded")
    known = next(row for row in proposal.rows if row.event_type == "findings_recorded")
    assert values["paragraph"] == "3.3"
    assert block.text.endswith(values["text"]) and not values["text"].startswith("3.3")
    assert values["visit_id"] == known.values["visit_id"]
    assert values["occurred_on"] == known.values["occurred_on"]
    assert "judgement" not in filled(proposal, block, "progress_judged"), "nothing is guessed"
    assert types_for(proposal, block)[0] == "findings_recorded"


def test_a_form_says_what_is_wrong_and_saves_nothing(client: Client, proposal: Proposal) -> None:
    row = next(row for row in proposal.rows if row.event_type == "outcomes_judged")
    form = [("digest", row.digest), *row.values.items()]
    wrong = [
        ("occurred_on", "15 February", "is no day"),
        ("outcome", "splendid", "is no code of the list"),
        ("healthy_prison_test", "", "is empty"),
        ("occurred_precision", "year", "first day of the year"),
    ]
    for name, value, words in wrong:
        sent = [(each, value if each == name else held) for each, held in form]
        answer = client.post(f"/p/harrowfell/edit/{row.key}", sent)
        assert answer.status == 422 and words in answer.text, name
    assert read_proposal(proposal.folder).rows == proposal.rows


def test_what_a_row_is_about_is_found_by_typing(client: Client, proposal: Proposal) -> None:
    judged(client, proposal)
    made = next(row for row in proposal.rows if row.event_type == "recommendations_made")
    words = " ".join(made.values["text"].split()[2:5])
    found = asked(client, f"/p/harrowfell/find?kind=recommendation&q={words.replace(' ', '+')}")
    assert made.values["recommendation_id"] in [each["id"] for each in found]
    # The log's own are found too.
    found = asked(client, "/p/harrowfell/find?kind=establishment&q=invented")
    assert "invented-a" in [each["id"] for each in found]
    assert asked(client, "/p/harrowfell/find?kind=nothing&q=x") == []


def test_a_queue_shows_what_is_left_and_appends_in_the_order_of_references(
    tmp_path: Path, settings: Settings
) -> None:
    """An action plan answers what the inspection raised, and comes first by its name."""
    queue = tmp_path / "queue"
    plan = proposal_of("harrowfell_2019_action_plan.txt", queue / "a-plan")
    inspection = proposal_of("harrowfell_2019_inspection.txt", queue / "b-inspection")
    assert [each.folder.name for each in in_order([plan, inspection])] == [
        "b-inspection",
        "a-plan",
    ]
    with served(queue, settings) as client:
        page = client.open().text
        assert "to review" in page and "/p/a-plan/" in page
        # The inspection is not ready yet.
        assert inspection.title not in client.get("/append").text
        for proposal in (plan, inspection):
            settle_all(client, proposal)
        page = client.get("/").text
        assert ">Append<" in page
        summary = client.get("/append").text
        assert summary.index(inspection.title) < summary.index(plan.title)
        form = []
        for proposal in (plan, inspection):
            revision = read_proposal(proposal.folder).revision
            form += [("name", proposal.folder.name), ("revision", revision)]
        answer = client.post("/append", form)
        assert answer.status == 200, answer.text
        assert answer.text.index(inspection.title) < answer.text.index(plan.title)
        page = client.get("/").text
        assert page.count(">appended<") == 2


def settle_all(client: Client, proposal: Proposal) -> None:
    """Decide whatever the page asks, as its buttons do."""
    name = proposal.folder.name
    now = read_proposal(proposal.folder)
    form = [
        pair
        for row in now.rows
        for pair in (("key", row.key), ("digest", row.digest))
    ]  # fmt: skip
    assert client.post(f"/p/{name}/keep", form).status == 303
    if now.questions:
        keys = [("key", question.key) for question in now.questions]
        assert client.post(f"/p/{name}/settle", keys).status == 303


def test_a_text_without_blocks_is_cut_at_its_blank_lines(tmp_path: Path) -> None:
    """A proposal that was made by hand has no ``blocks.csv``, and its rows are found all the same."""
    (tmp_path / "report.txt").write_text(
        "# A heading\n\n1.1 One sentence\nover two lines. And another.\n1.2 The next.\n\nFree text.\n",
        encoding="utf-8",
    )
    blocks, places = read_blocks(tmp_path)
    assert [(block.text, block.line, block.is_heading) for block in blocks] == [
        ("A heading", 1, True),
        ("1.1 One sentence over two lines. And another.", 3, False),
        ("1.2 The next.", 5, False),
        ("Free text.", 7, False),
    ]
    assert places.find("sentence over two\nlines.", "", None) == 2
    assert places.find("And another.", "1.1", None) == 2
    assert places.find("no such words", "", None) is None


def test_a_total_may_be_of_several_codes() -> None:
    """Joined codes were called no code of the list, since the form read a key that was removed."""
    vocabulary = Vocabulary(PROJECT / "seeds")
    total = {"scale": "hmip_progress", "judgement": "good_progress|reasonable_progress"}
    assert check("totals_stated", total, vocabulary) == {}
    unknown = check("totals_stated", {**total, "judgement": "good_progress|best"}, vocabulary)
    assert unknown == {"judgement": "best is no code of the list"}
    # One outcome has one code.
    one = {"scale": "hmip_outcome", "outcome": "good|poor"}
    assert list(check("outcomes_judged", one, vocabulary)) == ["outcome"]
