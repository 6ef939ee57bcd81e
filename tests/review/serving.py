"""A review that is served for a test, and what a browser would send it."""

import http.client
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from inspections.intake import intake_document
from inspections.review.folder.proposal import Proposal, Row, read_proposal
from inspections.review.serving import ready
from inspections.settings import PROJECT, Settings
from tests.event_streams import write_event_files
from tests.log.test_gate import PRISON, VISIT

INVENTED = PROJECT / "tests" / "invented_reports"


@dataclass
class Answer:
    """The server's answer."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Client:
    """A browser's requests, header by header."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(urlsplit(self.address).port or 0)

    @property
    def token(self) -> str:
        return urlsplit(self.address).query.partition("=")[2]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Host": f"127.0.0.1:{self.port}"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent |= headers or {}
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            if body:
                connection.putheader("Content-Type", "application/x-www-form-urlencoded")
                connection.putheader("Content-Length", str(len(body.encode())))
            connection.endheaders(body.encode() if body else None)
            response = connection.getresponse()
            return Answer(
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
                response.read().decode("utf-8", "replace"),
            )
        finally:
            connection.close()

    def open(self) -> Answer:
        """Open the address as it was printed, and keep the cookie."""
        answer = self.ask("GET", f"/?token={self.token}")
        name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
        self.cookies[name] = value
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, form: list[tuple[str, str]], **headers: str) -> Answer:
        return self.ask("POST", path, urlencode(form), {"Origin": self.origin, **headers})

    def decide(self, proposal: Proposal, row: Row, what: str) -> Answer:
        """Press a button of a row, on a page that shows the row as it is given here."""
        form = [("key", row.key), ("digest", row.digest)]
        return self.post(f"/p/{proposal.folder.name}/{what}", form)


@contextmanager
def served(path: Path, settings: Settings, reviewer: str = "") -> Iterator[Client]:
    """Serve a review on a free port in a thread, and stop it."""
    with ready(path, settings, 0, reviewer) as made:
        thread = threading.Thread(target=made.run, daemon=True)
        thread.start()
        try:
            yield Client(made.address)
        finally:
            made.server.should_exit = True
            thread.join(timeout=20)


def log_in(folder: Path) -> Settings:
    """A small invented log of its own, and the settings that name it."""
    events = folder / "log"

    write_event_files([PRISON, VISIT], events)
    seeds = folder / "seeds"
    seeds.mkdir()
    for path in (PROJECT / "seeds").glob("*.csv"):
        # This log's documents and decisions lie beside its own files.
        if path.name not in ("documents.csv", "intake_decisions.csv"):
            shutil.copy(path, seeds)
    return Settings.from_environment(
        events_dir=events,
        seeds_dir=seeds,
        reports_dir=folder / "reports",
        warehouse_path=folder / "data" / "warehouse.duckdb",
    )


def proposal_of(report: str, folder: Path, text: str | None = None) -> Proposal:
    """Intake's proposal from an invented report."""
    source = INVENTED / report
    if text is not None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        source = folder.parent / report
        source.write_text(text, encoding="utf-8")
    assert intake_document(source, folder).out == folder
    return read_proposal(folder)
