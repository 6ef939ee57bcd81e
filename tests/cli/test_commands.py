"""Whatever a command is given, it ends in a sentence and an exit code, never in a traceback."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from inspections.cli.main import app
from inspections.settings import DbtSettings, OperatingSettings, Settings
from tests.conftest import EVENTS, Built, run_apart, run_inspections

LONG = "x" * 300


@pytest.fixture(scope="session")
def strange(tmp_path_factory: pytest.TempPathFactory, elmley: Built) -> dict[str, str]:
    """Paths at which nobody expects what is there."""
    folder = tmp_path_factory.mktemp("strange")
    (folder / "text").write_text("no publication")
    (folder / "empty").touch()
    (folder / "folder").mkdir()
    with duckdb.connect(str(folder / "foreign.duckdb")) as connection:
        connection.execute("create table theirs as select 1 as one")
    whole = elmley.warehouse.read_bytes()
    (folder / "cut.duckdb").write_bytes(whole[: len(whole) // 3])
    os.mkfifo(folder / "pipe")
    (folder / "pipe.csv").symlink_to(folder / "pipe")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "broken").symlink_to(folder / "nowhere")
    return {
        **{path.name: str(path) for path in folder.iterdir()},
        "nowhere": str(folder / "nowhere"),
        "long": str(folder / LONG),
        "below a file": str(folder / "text" / "below"),
        "s3": "s3://bucket/warehouse.duckdb",
        "md": "md:warehouse",
        "within the log": str(EVENTS / "warehouse.duckdb"),
        "nothing": "",
        "line break": str(folder / "a\nb"),
        "good": str(elmley.warehouse),
        "log": str(EVENTS),
    }


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("diff", "2024", "2025", "--warehouse", "text"), "ISO 8601"),
        (("diff", "2024-01-01", "2025-01-01", "--warehouse", "text"), "text is not a publication"),
        (("diff", "2024-01-01", "2025-01-01", "--warehouse", "empty"), "empty is not a publication"),
        (("diff", "2024-01-01", "2025-01-01", "--warehouse", "folder"), "folder is not a publ"),
        (("diff", "2024-01-01", "2025-01-01", "--warehouse", "foreign.duckdb"), "is not a publ"),
        (("diff", "2024-01-01", "2025-01-01", "--warehouse", "cut.duckdb"), "is not a publication"),
        (("diff", "2024-01-01", "2025-01-01", "--warehouse", "loop"), "loop"),
        (("diff", "2024-01-01", "2025-01-01", "--warehouse", "s3"), "a path of this machine"),
        (("diff", "2024-01-01", "2025-01-01", "--warehouse", "md"), "a path of this machine"),
        (("diff", "0001-01-01T00:00:00+14:00", "2025-01-01", "--warehouse", "good"), "ISO 8601"),
        (("diff", "9999-12-31T23:59:59-14:00", "2025-01-01", "--warehouse", "good"), "ISO 8601"),
        (("export", "--out", "below a file", "--warehouse", "good"), "could not be written"),
        (("export", "--out", "long", "--warehouse", "good"), "File name too long"),
        (("export", "--out", "loop", "--warehouse", "good"), "loop is a file or a link"),
        (("export", "--out", "nowhere", "--warehouse", "cut.duckdb"), "is not a publication"),
        (("export", "--out", "nowhere", "--known-at", "99999-01-01"), "ISO 8601"),
        (("build", "--known-at", "0001-01-01T00:00:00+01:00"), "ISO 8601"),
        (("build", "--warehouse", "within the log"), "would be in the events folder"),
        (("build", "--events", "md"), "a path of this machine"),
        (("build", "--warehouse", "below a file"), "cannot be written"),
        (("append", "nowhere"), "the name gives no known event type"),
        (("append", "pipe.csv"), "the name gives no known event type"),
        (("append", "folder"), "There is no event file to append"),
        (("retract", "x", "--reason", " "), "--reason is empty"),
        (("retract", "--reason", "why"), "name either events, or a document"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else "",
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_a_sentence(
    command: tuple[str, ...], said: str, strange: dict[str, str]
) -> None:
    result = run_inspections(*(strange.get(word, word) for word in command), EVENTS_DIR=str(EVENTS))
    assert result.returncode in (1, 2)
    assert said in " ".join((result.stdout + result.stderr).split())
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SITE", "perhaps", "yes or no"),
        ("EXPORT", "garbage", "yes or no"),
        ("KNOWN_AT", "garbage", "ISO 8601 in UTC, such as 2024-01-01T00:00:00Z"),
        ("ON_REJECTED", "go", "stop or publish"),
        ("MEMORY_LIMIT", "lots", "a size such as 4GB or 800MB"),
        ("DUCKDB_THREADS", "0", "a number, 1 or more"),
        ("DBT_THREADS", "many", "a number, 1 or more"),
        ("WAREHOUSE_PATH", "s3://bucket/w", "a path of this machine"),
    ],
)
def test_a_setting_is_refused_by_name(name: str, value: str, expected: str) -> None:
    result = run_inspections("diff", "2024-01-01", "2025-01-01", **{name: value})
    assert result.returncode == 1
    assert f"The setting {name} is {value!r}; expected {expected}" in result.stderr


def test_an_option_stays_out_of_the_environment(
    elmley: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next command in one process, such as a test's, was given the options of the last."""
    monkeypatch.setenv("WAREHOUSE_PATH", "nowhere.duckdb")
    before = dict(os.environ)
    arguments = ["diff", "2020-01-01", "2030-01-01", "--warehouse", str(elmley.warehouse)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert dict(os.environ) == before


@pytest.mark.parametrize(("word", "meant"), [("No", False), ("FALSE", False), ("yes", True)])
def test_capitals_of_a_word_mean_nothing(
    word: str, meant: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE", word)
    monkeypatch.setenv("EXPORT", word)
    settings = Settings.from_environment()
    assert (settings.site, settings.export) == (meant, meant)


def test_any_words_end_in_a_sentence(
    strange: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Random commands: their paths, names, instants and settings are what people mistype."""
    choose = random.Random(29)
    words = [*strange.values(), "2024-01-01", "garbage", "\udcff", "é", LONG, "-", "{}", "'"]
    commands = (
        ("diff", *["{}"] * 2, "--warehouse", "{}"),
        ("diff", *["{}"] * 2, "--format", "{}"),
        ("export", "--out", "{}", "--tables", "{}", "--warehouse", "{}"),
        ("append", "{}", "{}", "--events", "{}", "--dry-run"),
        ("append", "{}", "--document", "{}"),
        ("intake", "{}", "--out", "{}"),
        ("{}", "{}"),
    )
    settings = [
        name.upper()
        for model in (Settings, OperatingSettings, DbtSettings)
        for name in model.model_fields
    ]
    monkeypatch.chdir(tmp_path)
    for _ in range(40):
        shape = choose.choice(commands)
        command = [choose.choice(words) if word == "{}" else word for word in shape]
        with pytest.MonkeyPatch.context() as patched:
            for name in settings:
                # What a command sets is undone with what is set here.
                patched.setenv(name, os.environ.get(name, ""))
            value = choose.choice([word for word in words if "\udcff" not in word])
            patched.setenv(choose.choice(settings), value)
            patched.setenv("EXPORT", "no")
            result = CliRunner().invoke(app, command)
        assert result.exception is None or isinstance(result.exception, SystemExit), command
        assert result.exit_code in (0, 1, 2, 3), command
        assert "Traceback" not in result.output, command
        assert "bug of this program" not in result.output, (command, result.output)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_build_says_so_and_publishes_nothing(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [
            *(str(Path(sys.executable).with_name("inspections")), "build", "--events", str(EVENTS)),
            *("--warehouse", str(tmp_path / "warehouse.duckdb")),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "EXPORT": "no", "SITE": "no"},
        # A shell starts what runs in the background with Ctrl-C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert "replay the log" in process.stdout.readline()
    time.sleep(2)
    process.send_signal(number)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == code, output + errors
    assert "Interrupted; nothing was published." in errors
    assert "Traceback" not in output + errors
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_an_interrupt_that_a_query_meets_is_an_interrupt() -> None:
    """DuckDB made an error of it: a run of many documents went on with the next one."""
    script = """
import duckdb, typer
from inspections.cli.failures import Commands
app = typer.Typer(cls=Commands)
@app.command()
def query() -> None:
    print("started", flush=True)
    duckdb.sql("select count(*) from range(1000000000000) t(a) where hash(a) = 1").fetchall()
@app.command()
def other() -> None: ...
app()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script, "query"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 130, output + errors
    assert "Interrupted; a query changes nothing." in errors


def test_a_stream_that_is_not_utf_8_is_given_what_it_can_show(elmley: Built) -> None:
    result = run_apart(
        *("diff", "2020-01-01", "2030-01-01", "--warehouse", str(elmley.warehouse)),
        PYTHONIOENCODING="ascii",
        PYTHONUTF8="0",
    )
    assert result.returncode == 0, result.stderr
    assert "Headline numbers" in result.stdout
