"""The review answers the browser that was given its address, and nobody else."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspections.errors import ActionableError
from inspections.review.folder.proposal import Proposal, read_proposal
from inspections.review.serving import ready
from inspections.settings import Settings
from tests.review.serving import Client, log_in, proposal_of, served

MARKUP = "<script>document.title='run'</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return log_in(tmp_path_factory.mktemp("guarded"))


@pytest.fixture(scope="module")
def proposal(tmp_path_factory: pytest.TempPathFactory) -> Proposal:
    """A proposal of a document whose text is markup in part."""
    folder = tmp_path_factory.mktemp("proposals") / "harrowfell"
    text = (
        (Path(__file__).parents[1] / "invented_reports" / "harrowfell_2024_inspection.txt")
        .read_text("utf-8")
        .replace("Meals were cold", f"Meals {MARKUP} were cold")
    )
    return proposal_of("harrowfell_2024_inspection.txt", folder, text)


@pytest.fixture(scope="module")
def client(settings: Settings, proposal: Proposal) -> Iterator[Client]:
    with served(proposal.folder, settings) as made:
        made.open()
        yield made


def rows_now(proposal: Proposal) -> list[tuple[str, bool]]:
    return [(row.key, row.is_kept) for row in read_proposal(proposal.folder).rows]


def test_it_listens_on_the_loopback_address_alone(proposal: Proposal, settings: Settings) -> None:
    with ready(proposal.folder, settings, 0) as made:
        assert made.listening.getsockname()[0] == "127.0.0.1"
        assert made.address.startswith(f"http://127.0.0.1:{made.listening.getsockname()[1]}/?")


def test_a_taken_port_is_told(proposal: Proposal, settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with (
            pytest.raises(ActionableError, match=f"port {port} cannot be used"),
            ready(proposal.folder, settings, port),
        ):
            pass


def test_the_address_holds_the_key_and_the_cookie_is_strict(client: Client) -> None:
    answer = Client(client.address).open()
    assert answer.status == 200 and "Keep" in answer.text
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie
    assert len(client.token) >= 32


@pytest.mark.parametrize("path", ["/", "/static/review.js", "/p/harrowfell/", "/append"])
def test_without_the_key_nothing_is_read(client: Client, path: str) -> None:
    stranger = Client(client.address)
    for wrong in ({}, {"Cookie": f"inspections_review_{client.port}=guess"}):
        answer = stranger.ask("GET", path, headers=wrong)
        assert answer.status == 403 and "whole address" in answer.text
        assert "Harrowfell" not in answer.text
    assert stranger.ask("GET", f"{path}?token=guess").status == 403
    assert stranger.ask("GET", f"{path}?token=").status == 403


def test_without_the_key_nothing_is_decided(client: Client, proposal: Proposal) -> None:
    before = rows_now(proposal)
    stranger = Client(client.address)
    row = proposal.rows[0]
    form = [("key", row.key), ("digest", row.digest)]
    assert stranger.post("/p/harrowfell/leave-out", form).status == 403
    # The key in the address opens a page; it makes no change.
    answer = stranger.post(f"/p/harrowfell/leave-out?token={client.token}", form)
    assert answer.status == 403
    assert rows_now(proposal) == before


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}"]
)
def test_a_foreign_name_that_leads_here_is_refused(client: Client, host: str) -> None:
    """A page of another name could read everything, were its name pointed at this machine."""
    answer = client.get("/", Host=host.format(port=client.port))
    assert answer.status == 421 and "Harrowfell" not in answer.text
    answer = client.post("/append", [], Host=host.format(port=client.port))
    assert answer.status == 421


def test_this_machine_by_its_other_name_is_answered(client: Client) -> None:
    host = f"localhost:{client.port}"
    assert client.get("/", Host=host).status == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", ""])
@pytest.mark.parametrize("what", ["keep", "leave-out", "undo", "fill", "settle", "add", "append"])
def test_another_sites_post_is_refused(
    client: Client, proposal: Proposal, origin: str, what: str
) -> None:
    before = rows_now(proposal)
    row = proposal.rows[0]
    form = [("key", row.key), ("digest", row.digest)]
    answer = client.post(f"/p/harrowfell/{what}", form, Origin=origin)
    assert answer.status == 403
    assert rows_now(proposal) == before


def test_a_post_that_names_no_origin_is_refused(client: Client) -> None:
    answer = client.ask("POST", "/p/harrowfell/append", "name=harrowfell")
    assert answer.status == 403


def test_another_site_may_embed_or_fetch_nothing(client: Client) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
        {"Origin": "http://evil.example"},
    ):
        assert client.ask("GET", "/p/harrowfell/state", headers=headers).status == 403
    answer = client.get("/")
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert client.ask(method, "/p/harrowfell/keep").status == 405


def test_a_form_of_megabytes_is_refused(client: Client) -> None:
    answer = client.ask(
        "POST", "/append", headers={"Origin": client.origin, "Content-Length": "3000000"}
    )
    assert answer.status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/p/../../../../etc/passwd",
        "/p/..%2f..%2f..%2fetc%2fpasswd/",
        "/p/%2e%2e/",
        "/p/./",
        "/static/..%2f..%2fsettings.py",
        "/static/%2fetc%2fpasswd",
        "/p/harrowfell/preview/..%2f..%2f..%2fetc%2fpasswd",
        "/p/harrowfell/preview/%2fetc%2fpasswd",
        "/p/harrowfell/edit/..%2fdocuments.csv",
        "/p/harrowfell/page/1.png",
    ],
)
def test_no_path_outside_the_proposal_is_read(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status in (404, 409)
    assert "root:" not in answer.text and "class Settings" not in answer.text


def test_a_link_out_of_the_proposal_is_refused(tmp_path: Path, settings: Settings) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    folder = proposal_of("harrowfell_2020_review.txt", tmp_path / "of" / "it").folder
    (folder / "report.txt").unlink()
    (folder / "report.txt").symlink_to(secret)
    with served(folder, settings) as client:
        answer = client.open()
        assert answer.status == 409
        assert "report.txt is a link that leads out of the proposal" in answer.text
        assert "the secret" not in answer.text


def test_a_linked_folder_is_no_proposal_of_a_queue(tmp_path: Path, settings: Settings) -> None:
    outside = proposal_of("harrowfell_2020_review.txt", tmp_path / "outside").folder
    own = proposal_of("harrowfell_2024_inspection.txt", tmp_path / "queue" / "own").folder
    (own.parent / "linked").symlink_to(outside)
    with served(own.parent, settings) as client:
        client.open()
        assert client.get("/p/own/").status == 200
        assert client.get("/p/linked/").status == 404


def test_a_strict_policy_lets_the_page_run_its_own_script_alone(client: Client) -> None:
    for path in ("/", "/p/harrowfell/", "/p/harrowfell/add", "/nothing"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
        assert "form-action 'self'" in policy and "unsafe" not in policy
        answer = client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        # No page holds what the policy would not run.
        assert " style=" not in answer.text and "<style" not in answer.text
        assert " onclick=" not in answer.text and "<script>" not in answer.text


def test_the_documents_text_is_text(client: Client, proposal: Proposal) -> None:
    assert any(MARKUP in block.text for block in proposal.blocks)
    row = next(row for row in proposal.rows if MARKUP in row.values.get("text", ""))
    block = next(block for block in proposal.blocks if MARKUP in block.text)
    for path in (
        "/",
        f"/p/harrowfell/edit/{row.key}",
        f"/p/harrowfell/add?block={block.number}",
        "/p/harrowfell/append",
    ):
        assert "<script>document" not in client.get(path).text
        assert "<img src=x" not in client.get(path).text
    assert "&lt;script&gt;document" in client.get("/").text
    # What the script puts in place is escaped just so.
    answer = client.get(f"/p/harrowfell/edit/{row.key}", **{"X-Review": "script"})
    assert "<script>document" not in answer.text


def test_texts_that_are_typed_are_text_too(tmp_path: Path, settings: Settings) -> None:
    proposal = proposal_of("harrowfell_2020_review.txt", tmp_path / "typed" / "it")
    with served(proposal.folder, settings) as client:
        client.open()
        row = next(row for row in proposal.rows if row.event_type == "findings_recorded")
        form = [("digest", row.digest), ("text", MARKUP), ("occurred_precision", MARKUP)]
        answer = client.post(f"/p/it/edit/{row.key}", form)
        assert answer.status == 422 and "<script>document" not in answer.text
        answer = client.post(f"/p/it/edit/{row.key}", [*form[:2], *typed(row.values)])
        assert answer.status == 303
        answer = client.get("/")
        assert "<script>document" not in answer.text and "&lt;script&gt;" in answer.text


def typed(values: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in values.items() if name != "text"]
