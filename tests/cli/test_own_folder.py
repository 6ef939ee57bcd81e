"""Another organisation's log: made in a folder of its own, by a project in which nothing was compiled.

Everything in the log is invented.
"""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from inspections.errors import SettingError
from inspections.log.declaration import event_types
from inspections.log.files.reference_seeds import SEEDS, check_reference_seeds, reference_seed_paths
from inspections.log.new_log import NewLogError, make_log
from inspections.settings import PROJECT, Settings, paths_of_the_folder
from tests.log.test_gate import row

REPORT = "ashmoor-2031"
SCALE = "hmips_follow_up_2013_2014"
VISIT = {"establishment_id": "ashmoor", "bodies": "mars|hmips"}
MADE = {"visit_id": "ashmoor-2029", "kind": "recommendation", "body": "mars", "document_id": REPORT}
JUDGED = {"visit_id": "ashmoor-2031", "scale": SCALE, "document_id": REPORT}
EVENTS = [
    row("establishments_described", "e1", establishment_id="ashmoor", name="HMP Ashmoor"),
    row("establishments_described", "e2", establishment_id="brackwater", name="HMP Brackwater"),
    row("visits_held", "v1", visit_id="ashmoor-2029", visit_type="full_inspection", **VISIT),
    row("visits_held", "v2", visit_id="ashmoor-2031", visit_type="follow_up_inspection", **VISIT),
    row("recommendations_made", "m1", recommendation_id="r1", text="Mend the roof.", **MADE),
    row("recommendations_made", "m2", recommendation_id="r2", text="Open the windows.", **MADE),
    row("recommendations_made", "m3", recommendation_id="r3", text="Close the gate.", **MADE),
    row("progress_judged", "j1", recommendation_id="r1", judgement="achieved", **JUDGED),
    row("progress_judged", "j2", recommendation_id="r2", judgement="not_achieved", **JUDGED),
    row("progress_judged", "j3", recommendation_id="r3", judgement="achieved", **JUDGED),
]


def write_batch(folder: Path) -> None:
    """Write the ten events with the document that they cite."""
    folder.mkdir()
    for event_type in dict.fromkeys(event["event_type"] for event in EVENTS):
        rows = [event for event in EVENTS if event["event_type"] == event_type]
        columns = event_types()[event_type].column_names
        with (folder / f"{event_type}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows({**event, "document_id": REPORT, "recorded_at": ""} for event in rows)
    (folder / "documents.csv").write_text(
        "document_id,title,body,file,source_address,licence\n"
        f"{REPORT},An invented report,mars,{REPORT}.txt,,\n",
        encoding="utf-8",
    )


def contents(folder: Path) -> dict[str, str]:
    """The digest of each file, what is made again aside."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {"target", "__pycache__", "logs"} & set(path.parts)
    }


@pytest.mark.slow
def test_another_organisation_s_log_needs_no_edit_of_the_project(tmp_path: Path) -> None:
    """With texts elsewhere and nothing compiled, dbt could not read its project; SEEDS_DIR moved
    the list of documents alone, so that another body had to be added to the project itself."""
    project, ours = tmp_path / "project", tmp_path / "ours"
    for name in ("inspections", "dagster_project", "expectations", "dbt", "seeds", "reports"):
        shutil.copytree(
            PROJECT / name, project / name, ignore=shutil.ignore_patterns("__pycache__", "target")
        )
    before = contents(project)

    def run(*arguments: str, code: int = 0) -> str:
        result = subprocess.run(
            [sys.executable, "-m", "inspections.cli.main", *arguments],
            cwd=ours if ours.exists() else tmp_path,
            env={
                **{name: value for name, value in os.environ.items() if not name.endswith("_DIR")},
                "PYTHONPATH": str(project),
                "PYTHONSAFEPATH": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
                "COLUMNS": "200",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        said = result.stdout + result.stderr
        assert result.returncode == code, said
        return said

    run("init", str(ours), "--body", "hmips")
    # Another body, in another order of columns, with one column more.
    (ours / "seeds" / "bodies.csv").write_text(
        "country,our_note,body,name\n"
        "Scotland,,hmips,HM Inspectorate of Prisons for Scotland\n"
        "Mars,invented,mars,Inspectorate of Mars\n",
        encoding="utf-8",
    )
    write_batch(ours / "new")
    text = tmp_path / "text.txt"
    text.write_text("1.1 An invented finding.\n")
    said = run("append", "new", "--dry-run", "--document", str(text))
    assert "recommendations_made: 3 row(s) would be appended" in said
    said = run("append", "new", "--document", str(text))
    assert "progress_judged: 3 row(s) appended" in said
    assert "lists" not in said
    assert (ours / "reports" / f"{REPORT}.txt").exists()
    assert REPORT in (ours / "events" / "documents.csv").read_text("utf-8")
    run("retract", "j3", "--reason", "read wrongly")
    said = run("build")
    assert "Published" in said
    assert "warning: each of bodies is known" not in said
    with duckdb.connect() as connection:
        connection.execute(f"attach '{ours / 'data' / 'warehouse.duckdb'}' as w (read_only)")
        connection.execute("use w")
        assert connection.execute(
            "select establishment_id from dim_establishments order by all"
        ).fetchall() == [("ashmoor",), ("brackwater",)]
        assert connection.execute("select body, name from dim_bodies order by all").fetchall() == [
            ("hmips", "HM Inspectorate of Prisons for Scotland"),
            ("mars", "Inspectorate of Mars"),
        ]
        assert connection.execute("select count(*) from fct_progress_judgements").fetchone() == (2,)
        assert connection.execute("select count(*) from events").fetchone() == (11,)
    site = "\n".join(page.read_text("utf-8") for page in (ours / "data" / "site").rglob("*.html"))
    assert "Ashmoor" in site
    assert "Inspectorate of Mars" in site
    assert "lmley" not in site
    assert contents(project) == before


def test_a_new_log_is_whole_or_not_there(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    make_log(ours)
    check_reference_seeds(ours / "seeds")
    for path in reference_seed_paths(SEEDS):
        own = (ours / "seeds" / path.name).read_text("utf-8").splitlines()
        shipped = path.read_text("utf-8").splitlines()
        if path.name == "register_entries.csv":
            assert own == shipped[:1]
        else:
            assert len(own) == len(shipped)
    assert {path.stem for path in (ours / "events").iterdir()} == {*event_types(), "documents"}
    before = contents(ours)
    with pytest.raises(NewLogError, match="ours is not empty"):
        make_log(ours)
    assert contents(ours) == before
    with pytest.raises(NewLogError, match="--body 'mars' is not known; known are cqc, hmip"):
        make_log(tmp_path / "mars", ["mars"])
    assert not (tmp_path / "mars").exists()
    (tmp_path / "empty").mkdir()
    make_log(tmp_path / "empty", ["ofsted"])
    levels = (tmp_path / "empty" / "seeds" / "judgement_levels.csv").read_text("utf-8")
    assert "ofsted_inspection" in levels
    assert "hmip_outcome" not in levels
    check_reference_seeds(tmp_path / "empty" / "seeds")


def test_a_folder_gives_paths_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder of somebody else's no command is taken and no address."""
    for name in ("EVENTS_DIR", "SEEDS_DIR", "REPORTS_DIR", "WAREHOUSE_PATH"):
        monkeypatch.delenv(name, raising=False)
    make_log(tmp_path / "ours")
    with (tmp_path / "ours" / "paths.env").open("a", encoding="utf-8") as stream:
        stream.write("ALERT_COMMAND=touch here\nENGINE=spark\nMEMORY_LIMIT=$(touch here)\n")
    monkeypatch.chdir(tmp_path / "ours")
    settings = Settings.from_environment()
    assert settings.events_dir == tmp_path / "ours" / "events"
    assert settings.warehouse_path == tmp_path / "ours" / "data" / "warehouse.duckdb"
    assert (settings.engine, settings.memory_limit) == ("duckdb", "4GB")
    assert paths_of_the_folder()[1] == ["ALERT_COMMAND", "ENGINE", "MEMORY_LIMIT"]
    monkeypatch.setenv("SEEDS_DIR", str(SEEDS))
    assert Settings.from_environment().seeds_dir == SEEDS
    assert Settings.from_environment(events_dir=SEEDS / "events").events_dir == SEEDS / "events"
    (tmp_path / "ours" / "paths.env").write_text("WAREHOUSE_PATH=s3://bucket/file\n")
    with pytest.raises(SettingError, match="WAREHOUSE_PATH is 's3://bucket/file'; expected a path"):
        Settings.from_environment()
