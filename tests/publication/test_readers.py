"""A publication among its readers: those that hold it open, write to it, or come as it changes.

Over 500 lines, since its tests share one build and processes that read it.

Publications are made by ``publish`` on a build that is ready, so that many take little time. As
many as one likes: ``READERS_PUBLICATIONS=200 READERS_KILLS=100 pytest
tests/publication/test_readers.py``.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from inspections.files import swap_folder
from inspections.publication.formats.export import write
from inspections.publication.publish import publish
from inspections.publication.published_file import remove_foreign_wal
from inspections.settings import Settings
from tests.conftest import Built

pytestmark = pytest.mark.minutes(0.5)

PUBLICATIONS = int(os.environ.get("READERS_PUBLICATIONS", "16"))
KILLS = int(os.environ.get("READERS_KILLS", "20"))
STATE = (
    "select (select log_digest from publications order by published_at desc limit 1),"
    " (select count(*) from events), (select count(*) from fct_findings)"
)


@dataclass(frozen=True)
class Press:
    """Two builds that are ready, and a folder to publish either of them in."""

    one: Path
    other: Path
    folder: Path

    def settings(self, build: Path | None = None) -> Settings:
        """The settings that publish a build."""
        settings = Settings.from_environment(warehouse_path=self.folder / "warehouse.duckdb")
        if build is not None:
            self.folder.mkdir(exist_ok=True)
            link = self.folder / ".build.link"
            link.symlink_to(build)
            link.replace(settings.build_path)
        return settings

    def publish(self, build: Path) -> tuple:
        """Publish a build; return what a reader is to see."""
        publication = publish(self.settings(build), 1, beside_it={})
        counts = publication.tables
        return publication.record["log_digest"], counts["events"], counts["fct_findings"]


@pytest.fixture(scope="module")
def builds(elmley: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The build of the project's log, and another that holds no findings."""
    folder = tmp_path_factory.mktemp("builds")
    one, other = folder / "one.duckdb", folder / "other.duckdb"
    shutil.copy(elmley.warehouse.with_name("build.duckdb"), one)
    # The calendar is the largest table here, and tells nothing of readers.
    keep(one, "dim_dates", "year(day) = 2023")
    shutil.copy(one, other)
    keep(other, "events", "event_type <> 'findings_recorded'")
    keep(other, "fct_findings", "false")
    return one, other


def keep(build: Path, mart: str, condition: str) -> None:
    """Leave some rows of a mart, which may be a view or a table."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{build}' as build")
        connection.execute("use build.marts")
        connection.execute(f"create table rows_kept as from {mart} where {condition}")
        (kind,) = connection.execute(
            "select table_type from information_schema.tables where table_catalog = 'build'"
            f" and table_schema = 'marts' and table_name = '{mart}'"
        ).fetchone()
        connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {mart}")
        connection.execute(f"alter table rows_kept rename to {mart}")


@pytest.fixture
def press(builds: tuple[Path, Path], tmp_path: Path) -> Press:
    return Press(*builds, tmp_path / "data")


def python(script: str, *arguments: object, **options: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **options,  # type: ignore[call-overload]
    )


def state_in_a_new_process(warehouse: Path) -> tuple:
    script = (
        "import duckdb, json, sys\n"
        "connection = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print(json.dumps(connection.execute(sys.argv[2]).fetchone()))\n"
    )
    result = python(script, warehouse, STATE)
    assert result.returncode == 0, result.stderr
    return tuple(json.loads(result.stdout))


def leave_a_write_ahead_log(warehouse: Path, statement: str) -> Path:
    """Open the published file as a client does by default, write, and end without closing."""
    script = (
        "import duckdb, os, sys\n"
        "connection = duckdb.connect(sys.argv[1])\n"
        "connection.execute(sys.argv[2])\n"
        "os._exit(0)\n"
    )
    warehouse.chmod(0o644)
    result = python(script, warehouse, statement)
    assert result.returncode == 0, result.stderr
    wal = warehouse.with_name(warehouse.name + ".wal")
    assert wal.exists()
    return wal


def test_the_published_file_is_read_only_and_has_no_log_beside_it(press: Press) -> None:
    press.publish(press.one)
    assert sorted(path.name for path in press.folder.iterdir()) == [
        "build.duckdb",
        "warehouse.duckdb",
    ]
    assert (press.folder / "warehouse.duckdb").stat().st_mode & 0o777 == 0o444


def test_a_foreign_log_is_not_replayed_onto_the_next_publication(press: Press) -> None:
    press.publish(press.one)
    warehouse = press.folder / "warehouse.duckdb"
    # What it would do to a reader: both tables that the guard and the record come from.
    wal = leave_a_write_ahead_log(
        warehouse, "delete from events; delete from publications; create table scratch (i int)"
    )
    publication = publish(press.settings(press.other), 1)
    assert publication.foreign_wal
    assert not wal.exists()
    digest, events, findings = state_in_a_new_process(warehouse)
    assert digest == publication.record["log_digest"]
    assert (events, findings) == (publication.tables["events"], 0)
    # The record of the publication before is carried on from the file, not from that log.
    assert publication.tables["publications"] == 2


def test_a_log_that_a_client_leaves_during_a_publication_is_removed_before_the_rename(
    press: Press,
) -> None:
    press.publish(press.one)
    warehouse = press.folder / "warehouse.duckdb"

    def meanwhile(new: Path, folder: Path) -> None:
        leave_a_write_ahead_log(warehouse, "delete from events")

    publication = publish(
        press.settings(press.one), 1, beside_it={press.folder / "site": meanwhile}
    )
    assert publication.foreign_wal
    assert state_in_a_new_process(warehouse)[1] == publication.tables["events"] > 0


def test_a_log_beside_a_file_of_somebody_else_is_left_alone(press: Press) -> None:
    press.folder.mkdir()
    theirs = press.folder / "warehouse.duckdb"
    with duckdb.connect(str(theirs)) as connection:
        connection.execute("create table theirs as select 1 as one")
    wal = leave_a_write_ahead_log(theirs, "insert into theirs values (2)")
    assert not remove_foreign_wal(theirs)
    assert wal.exists()


def test_a_reader_that_attaches_anew_sees_the_new_publication_one_that_holds_on_the_old(
    press: Press,
) -> None:
    script = (
        "import duckdb, json, sys\n"
        "path, question = sys.argv[1:]\n"
        "held = duckdb.connect(path, read_only=True)\n"
        "def by_request():\n"
        "    with duckdb.connect() as connection:\n"
        "        connection.execute(f\"attach '{path}' as warehouse (read_only)\")\n"
        "        connection.execute('use warehouse')\n"
        "        return connection.execute(question).fetchone()\n"
        "def again():\n"
        "    with duckdb.connect(path, read_only=True) as connection:\n"
        "        return connection.execute(question).fetchone()\n"
        "for line in sys.stdin:\n"
        "    print(json.dumps([held.execute(question).fetchone(), again(), by_request()]),"
        " flush=True)\n"
    )
    old = press.publish(press.one)
    warehouse = press.folder / "warehouse.duckdb"
    reader = subprocess.Popen(
        [sys.executable, "-c", script, str(warehouse), STATE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdin is not None and reader.stdout is not None

    def ask() -> list[tuple]:
        reader.stdin.write("\n")
        reader.stdin.flush()
        return [tuple(state) for state in json.loads(reader.stdout.readline())]

    try:
        assert ask() == [old, old, old]
        new = press.publish(press.other)
        assert new != old
        # The engine keeps one instance a path within a process: connecting again to a path that
        # is held gives what is held.
        assert ask() == [old, old, new]
    finally:
        reader.stdin.close()
        reader.wait()


@pytest.mark.slow
def test_readers_in_a_loop_never_fail_and_never_see_two_publications_mixed(press: Press) -> None:
    script = (
        "import duckdb, json, pathlib, sys, time\n"
        "path, end, *questions = sys.argv[1:]\n"
        "seen, reads = {}, 0\n"
        "while not pathlib.Path(end).exists():\n"
        "    with duckdb.connect(path, read_only=True) as connection:\n"
        "        state = [connection.execute(q).fetchone()[0] for q in questions]\n"
        "    seen[json.dumps(state)] = state\n"
        "    reads += 1\n"
        "    time.sleep(0.05)\n"
        "print(json.dumps([reads, list(seen.values())]))\n"
    )
    questions = [
        "select log_digest from publications order by published_at desc limit 1",
        "select count(*) from events",
        "select count(*) from fct_findings",
        "select count(*) from recommendation_status_as_of(date '2023-03-01', null)"
        " where establishment_id = 'elmley'",
    ]
    whole = {press.publish(press.one)}
    warehouse, end = press.folder / "warehouse.duckdb", press.folder / "end"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(warehouse), str(end), *questions],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    try:
        for number in range(PUBLICATIONS):
            whole.add(press.publish((press.other, press.one)[number % 2]))
    finally:
        end.touch()
    told = [reader.communicate() for reader in readers]
    assert [reader.returncode for reader in readers] == [0] * 4, told[0][1]
    seen = set()
    for output, _ in told:
        reads, states = json.loads(output)
        assert reads > 0
        seen |= {tuple(state[:3]) for state in states}
        assert {state[3] for state in states} == {11}
    assert len(whole) == 2
    assert seen <= whole
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        counted = connection.execute("select count(*) from warehouse.publications").fetchone()
    assert counted == (PUBLICATIONS + 1,)


def write_events(warehouse: Path, folder: Path) -> None:
    write(warehouse, folder, ["events"])


def hold_folder_to_its_package(folder: Path) -> str:
    """Hold an export to the digests that it states; return the publication's."""
    import hashlib

    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == resource["hash"]
    assert len(list(folder.iterdir())) == len(package["resources"]) + 1
    return package["log_digest"]


@pytest.mark.slow
def test_killed_at_a_random_instant_a_publication_is_whole_and_the_next_one_cleans_up(
    press: Press,
) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from inspections.publication.formats.export import write\n"
        "from inspections.publication.publish import publish\n"
        "from inspections.settings import Settings\n"
        "folder, *builds = map(Path, sys.argv[1:])\n"
        "settings = Settings.from_environment("
        "warehouse_path=folder / 'warehouse.duckdb')\n"
        "few = ['events', 'fct_findings', 'publications']\n"
        "companions = {settings.export_dir: lambda file, to: write(file, to, few)}\n"
        "while True:\n"
        "    for build in builds:\n"
        "        settings.build_path.unlink()\n"
        "        settings.build_path.symlink_to(build)\n"
        "        print('publishing', flush=True)\n"
        "        publish(settings, 1, beside_it=companions)\n"
    )
    choose = random.Random(11)
    whole = {press.publish(press.other), press.publish(press.one)}
    warehouse, export = press.folder / "warehouse.duckdb", press.folder / "export"
    met = set()
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", script, press.folder, press.other, press.one],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "publishing\n"
        time.sleep(choose.uniform(0, 1.2))
        assert process.poll() is None
        process.kill()
        process.wait()
        process.stdout.close()
        with duckdb.connect() as connection:
            connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
            connection.execute("use warehouse")
            assert connection.execute(STATE).fetchone() in whole
            for (table,) in connection.execute(
                "select table_name from duckdb_tables() where database_name = 'warehouse'"
            ).fetchall():
                connection.execute(f"from {table}").fetchall()
        if export.exists():
            assert hold_folder_to_its_package(export) in {digest for digest, _, _ in whole}
        met |= {path.name for path in press.folder.glob(".*")}
    # The kills came while something was half written, or they would prove nothing.
    assert ".warehouse.duckdb.new" in met
    publish(
        press.settings(press.one),
        1,
        beside_it={export: write_events},
    )
    assert sorted(path.name for path in press.folder.iterdir()) == [
        "build.duckdb",
        "export",
        "warehouse.duckdb",
    ]


def test_a_log_of_a_killed_publication_is_not_replayed_onto_the_next(press: Press) -> None:
    press.publish(press.one)
    new = press.folder / ".warehouse.duckdb.new"
    shutil.copy(press.folder / "warehouse.duckdb", new)
    leave_a_write_ahead_log(new, "delete from events")
    state = press.publish(press.one)
    assert state[1] > 0
    assert state_in_a_new_process(press.folder / "warehouse.duckdb") == state
    assert not list(press.folder.glob(".*"))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A disk of its own, where this user may mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    if (
        os.geteuid()
        or not shutil.which("mount")
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("only root may mount a small disk, and not in every container")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


PUBLISH_ONCE = (
    "import resource, sys\n"
    "from pathlib import Path\n"
    "from inspections.errors import BuildFailure\n"
    "from inspections.publication.publish import publish\n"
    "from inspections.settings import Settings\n"
    "folder, limit = Path(sys.argv[1]), int(sys.argv[2])\n"
    "settings = Settings.from_environment("
    "warehouse_path=folder / 'warehouse.duckdb', site=False)\n"
    "if limit:\n"
    "    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
    "try:\n"
    "    publish(settings, 1)\n"
    "except BuildFailure as failure:\n"
    "    print(failure)\n"
)


def told_by_a_publication(press: Press, build: Path, limit: int = 0) -> str:
    press.settings(build)
    result = python(PUBLISH_ONCE, press.folder, limit)
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    return result.stdout


def test_where_a_file_cannot_grow_the_old_publication_stays(press: Press) -> None:
    old = press.publish(press.one)
    said = told_by_a_publication(press, press.other, limit=1_000_000)
    assert "could not be written: " in said and "Make room" in said
    assert str(press.folder) not in said
    assert state_in_a_new_process(press.folder / "warehouse.duckdb") == old
    assert sorted(path.name for path in press.folder.iterdir()) == [
        "build.duckdb",
        "warehouse.duckdb",
    ]


def writer_of_open_formats(process: "subprocess.Popen[str]") -> int:
    """The process that a publication has its open formats written by, once it runs."""
    while process.poll() is None:
        for children in Path(f"/proc/{process.pid}/task").glob("*/children"):
            for child in map(int, children.read_text().split()):
                with contextlib.suppress(FileNotFoundError):
                    if b"formats.export" in Path(f"/proc/{child}/cmdline").read_bytes():
                        return child
        time.sleep(0.005)
    raise AssertionError("it has ended")


@pytest.mark.slow
@pytest.mark.parametrize("killed", ["writer", "publisher"])
def test_of_two_processes_that_publish_neither_outlives_the_other(
    press: Press, killed: str
) -> None:
    """A writer of open formats that went on would write into the folder of the next build."""
    old = press.publish(press.one)
    press.settings(press.other)
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISH_ONCE, str(press.folder), "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    writer = writer_of_open_formats(process)
    os.kill(writer if killed == "writer" else process.pid, signal.SIGKILL)
    said = process.communicate()[0]
    deadline = time.monotonic() + 20
    while Path(f"/proc/{writer}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{writer}").exists()
    assert state_in_a_new_process(press.folder / "warehouse.duckdb") == old
    if killed == "writer":
        assert "The open formats could not be written" in said and "was ended (-9)" in said
        assert not list(press.folder.glob(".*"))


@pytest.mark.parametrize("where", ["file", "export"])
def test_on_a_full_disk_the_old_publication_stays(press: Press, where: str) -> None:
    size = press.one.parent / "size"
    trial = Press(press.one, press.other, size)
    trial.publish(press.one)
    megabytes = (size / "warehouse.duckdb").stat().st_size / 2**20
    shutil.rmtree(size)
    # Room for the new file besides the old one, or not; never for the export too.
    room = int(2 * megabytes + 1) if where == "export" else int(1.5 * megabytes)
    with small_disk(press.folder, room):
        old = press.publish(press.one)
        said = told_by_a_publication(press, press.other)
        assert "could not be written: " in said and "Make room" in said
        assert str(press.folder) not in said
        assert state_in_a_new_process(press.folder / "warehouse.duckdb") == old
        assert sorted(path.name for path in press.folder.iterdir()) == [
            "build.duckdb",
            "warehouse.duckdb",
        ]


def test_in_a_read_only_folder_the_old_publication_stays(press: Press) -> None:
    with small_disk(press.folder, 40):
        old = press.publish(press.one)
        press.settings(press.other)
        remount = ["mount", "-o", "remount,ro", str(press.folder)]
        subprocess.run(remount, check=True, capture_output=True)
        result = python(PUBLISH_ONCE, press.folder, 0)
        assert result.returncode == 0, result.stderr
        assert "Read-only file system" in result.stdout
        assert "make the folder writable" in result.stdout
        assert state_in_a_new_process(press.folder / "warehouse.duckdb") == old


def test_a_folder_is_exchanged_in_one_step(tmp_path: Path) -> None:
    script = (
        "import pathlib, sys\n"
        "target, end = map(pathlib.Path, sys.argv[1:])\n"
        "reads = 0\n"
        "while not end.exists():\n"
        "    assert (target / 'page').read_text() in 'ab'\n"
        "    reads += 1\n"
        "print(reads)\n"
    )
    target, end = tmp_path / "site", tmp_path / "end"
    target.mkdir()
    (target / "page").write_text("a")
    reader = subprocess.Popen(
        [sys.executable, "-c", script, str(target), str(end)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(0.3)
    for number in range(300):
        new = tmp_path / ".site.new"
        new.mkdir()
        (new / "page").write_text("ab"[number % 2])
        swap_folder(new, target)
    end.touch()
    output, error = reader.communicate()
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux exchanges two folders in one step")
    assert reader.returncode == 0, error
    assert int(output) > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["end", "site"]
