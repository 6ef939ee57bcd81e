"""Starting and stopping by hand: the page, a backfill, and what deployments say of themselves."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from inspections.errors import BuildFailure
from inspections.runbook import RUNBOOK, what_to_do
from inspections.settings import PROJECT
from tests.conftest import run_inspections


def processes_of(session: int) -> set[int]:
    """The processes of a session that have not ended."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group, own = stat.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if session in (int(group), int(own)) and state != "Z":
            found.add(int(stat.parent.name))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("is_stuck", [False, True], ids=["asked", "stuck"])
def test_make_dev_names_its_address_warns_of_nothing_and_ends_whole(
    tmp_path: Path, is_stuck: bool
) -> None:
    """Six processes outlived it, and it began with two warnings of its own making.

    Dagster waits a minute for each of its processes, and a busy or stuck one outlived that.
    """
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "said"
    # A make that runs the tests hands its own flags on, and this one would print its folder first.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    with log.open("w") as said:
        process = subprocess.Popen(
            ["make", "dev", f"PORT={port}"],
            cwd=PROJECT,
            env={**own, "DAGSTER_HOME": str(tmp_path / "home")},
            stdout=said,
            stderr=said,
            start_new_session=True,
            # As a process that a shell starts in the background has it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except OSError:
                time.sleep(1)
        assert log.read_text().splitlines()[0].startswith(f"Dagster's page: {address}")
        assert not re.findall(r".*warning.*", log.read_text(), re.IGNORECASE)
        assert len(processes_of(process.pid)) > 4
        if is_stuck:
            (page,) = (
                child
                for child in processes_of(process.pid)
                if b"dagster_webserver" in Path(f"/proc/{child}/cmdline").read_bytes()
            )
            os.kill(page, signal.SIGSTOP)
        os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + 100
        while processes_of(process.pid) and time.monotonic() < deadline:
            time.sleep(1)
        assert processes_of(process.pid) == set()
    finally:
        for left in processes_of(process.pid):
            os.kill(left, signal.SIGKILL)
        process.wait()


@pytest.mark.slow
def test_the_backfill_of_the_runbook_is_launched_as_it_is_printed(tmp_path: Path) -> None:
    """It named months that there are not yet, asked a question, and knew no home of Dagster's."""
    (block,) = re.findall(r"```sh\n(export DAGSTER_HOME.*?)```", RUNBOOK.read_text("utf-8"), re.S)
    home = tmp_path / "data" / "dagster"
    home.mkdir(parents=True)
    shutil.copy(PROJECT / "dagster.yaml", home)
    (tmp_path / ".venv").symlink_to(PROJECT / ".venv")
    result = subprocess.run(
        ["sh", "-e", "-c", block],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    assert "2026-11" in result.stdout
    assert "Launched backfill job" in result.stdout


def test_a_command_that_fails_names_its_answer_in_the_runbook(tmp_path: Path) -> None:
    """Only an alert did."""
    nothing = run_inspections("build", "--events", str(tmp_path / "none"))
    assert nothing.returncode == 1
    assert "EVENTS_DIR. [no-event-files]" in nothing.stdout
    assert "What to do: docs/operating.md#no-event-files" in nothing.stdout
    diff = run_inspections(
        "diff", "2024-01-01", "2024-01-02", "--warehouse", str(tmp_path / "none.duckdb")
    )
    assert diff.returncode == 1
    assert "yet: run inspections build" in diff.stderr
    assert "What to do" not in diff.stderr
    assert what_to_do("Nobody foresaw this.") == ""
    assert what_to_do("A text may say [no-such-entry].") == ""
    failure = BuildFailure("Event files changed.", ["a.csv"], code="changed-during-build")
    assert what_to_do(str(failure)) == "What to do: docs/operating.md#changed-during-build"
    assert what_to_do("Run execution process for 1 unexpectedly exited").endswith("#lost-run")


def test_each_file_of_a_deployment_says_in_its_first_line_that_it_never_ran() -> None:
    files = sorted((PROJECT / "deploy").iterdir())
    assert len(files) > 6
    for path in files:
        assert path.read_text("utf-8").splitlines()[0].startswith("# Never "), path.name
