"""The house rules of the models, read from dbt's manifest."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inspections.dbt_project import MANIFEST, dbt_executable, manifest, prepare_manifest
from inspections.log.declaration import event_types
from inspections.settings import PROJECT
from tests.dbt import exposures

NODES = json.loads(prepare_manifest().read_text("utf-8"))["nodes"]
MODELS = {node["name"]: node for node in NODES.values() if node["resource_type"] == "model"}
PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "marts": ("dim_", "fct_", "bridge_", "report_", "events", "rejected_rows"),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_models_name_tells_its_layer_and_it_is_described(name: str) -> None:
    model = MODELS[name]
    assert name.startswith(PREFIXES[model["schema"]])
    assert len(model["description"].strip()) > 20


@pytest.mark.parametrize("event_type", event_types())
def test_an_event_type_has_one_staging_model_that_reads_its_files_alone(event_type: str) -> None:
    parents = MODELS[f"stg_{event_type}"]["depends_on"]["nodes"]
    sources = [parent for parent in parents if parent.startswith("source.")]
    assert sources == [f"source.inspections.event_files.{event_type}"]


@pytest.mark.parametrize("name", [n for n, m in MODELS.items() if m["schema"] == "marts"])
def test_a_mart_is_under_contract_with_every_column_typed_described_and_sorted(name: str) -> None:
    mart = MODELS[name]
    assert mart["config"]["contract"]["enforced"]
    assert mart["config"]["meta"]["sort_key"]
    for column in mart["columns"].values():
        assert column["data_type"] in {
            "varchar", "bigint", "integer", "double", "date", "timestamp", "boolean",
        }  # fmt: skip
        assert column["description"]


# What engines write differently, each with a macro in `macros/engine` in its place.
ONE_ENGINE = (
    r"target\.type|\bnot materialized\b|\browid\b|\bexclude\b|\bby name\b|\bregexp_\w+|\bsimilar to\b"
    r"|\bstring_(agg|split)|\blist_\w+\(|\bunnest\(|\bgenerate_series\(|\brange\(|\blambda\b"
    r"|\bisodow\b|\bdatediff\(|'infinity'|\bas varchar\b|\bfirst\(|::"
)


def in_other_words(sql: str) -> list[str]:
    """Constructs of a file that only one engine knows, without comments."""
    code = re.sub(r"\{#.*?#\}|--[^\n]*", "", sql, flags=re.DOTALL)
    return [found.group() for found in re.finditer(ONE_ENGINE, code)]


def test_what_engines_write_differently_stands_in_the_engines_macros_alone() -> None:
    dbt = PROJECT / "dbt"
    files = [*dbt.glob("models/**/*.sql"), *dbt.glob("macros/*.sql"), *dbt.glob("tests/**/*.sql")]
    assert len(files) > 80
    # The macros' own variable of the project, compared with its default.
    found = {
        path.name: in_other_words(re.sub(r"[!=]= 'infinity'", "", path.read_text("utf-8")))
        for path in files
    }
    assert not {name: words for name, words in found.items() if words}
    engine = "".join(path.read_text("utf-8") for path in dbt.glob("macros/engine/*.sql"))
    assert len(set(in_other_words(engine))) > 8


VIEWS = [
    name
    for name, model in MODELS.items()
    if model["schema"] == "marts" and model["config"]["materialized"] == "view"
]


@pytest.mark.parametrize("name", VIEWS)
def test_a_mart_that_is_a_view_is_held_to_its_constraints(name: str) -> None:
    tested = {
        node["attached_node"]
        for node in NODES.values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") == "keeps_its_constraints"
    }
    assert MODELS[name]["unique_id"] in tested


def test_data_goes_one_way() -> None:
    order = {"staging": 0, "intermediate": 1, "marts": 2}
    for model in MODELS.values():
        for parent in model["depends_on"]["nodes"]:
            if parent.startswith("model."):
                assert order[NODES[parent]["schema"]] <= order[model["schema"]], model["name"]
                assert model["schema"] != "staging"


def test_every_data_test_is_named_as_a_sentence() -> None:
    for node in NODES.values():
        if node["resource_type"] == "test" and node.get("test_metadata"):
            assert "__" not in node["name"] and len(node["name"]) < 90, node["name"]


# Published for readers' own SQL: no page or question of ours reads them yet.
ONLY_EXPORTED = {
    "bridge_recommendation_addressees", "fct_follow_ups_ended", "fct_intake_decisions",
    "fct_observed_statuses",
    "fct_recommendation_chains", "fct_urgent_notifications",
}  # fmt: skip


def test_every_published_table_has_a_reader_and_every_question_is_one() -> None:
    marts = {name for name, model in MODELS.items() if model["schema"] == "marts"}
    found = json.loads(prepare_manifest().read_text("utf-8"))["exposures"].values()
    reads = {
        exposure["name"]: {node.split(".")[-1] for node in exposure["depends_on"]["nodes"]}
        for exposure in found
    }
    assert all(tables <= marts for tables in reads.values())
    assert reads["exports"] == marts
    shown = set().union(*(tables for name, tables in reads.items() if name != "exports"))
    assert marts - shown == ONLY_EXPORTED
    asked = (PROJECT / "dbt" / "analyses").glob("*.sql")
    assert {name for name in reads if name.startswith("question_")} == {
        f"question_{path.stem}" for path in asked
    }
    # By way of a macro, too.
    assert reads["question_on_past_days"] == {"fct_outcome_history"}


def test_exposures_name_what_the_sql_of_macros_and_questions_reads() -> None:
    written = exposures.FILE.read_text("utf-8")
    assert written == exposures.text(), "run `python -m tests.dbt.exposures`"


@pytest.mark.slow
def test_what_dbt_parsed_in_another_folder_is_parsed_again(tmp_path: Path) -> None:
    """It says where the seeds lie from there: a build would not find them, or read another's."""
    for name in ("inspections", "dbt", "seeds"):
        ignored = shutil.ignore_patterns("target", "logs", "__pycache__")
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=ignored)
    for command in (
        [dbt_executable(), "--quiet", "parse", "--project-dir", "dbt", "--profiles-dir", "dbt"],
        [
            *(sys.executable, "-c"),
            "from inspections.dbt_project import prepare_manifest; prepare_manifest()",
        ],
    ):
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    manifest = json.loads((tmp_path / "dbt" / "target" / "manifest.json").read_text("utf-8"))
    seeds = [node for node in manifest["nodes"].values() if node["resource_type"] == "seed"]
    assert seeds
    for seed in seeds:
        assert (tmp_path / "dbt" / seed["root_path"] / seed["original_file_path"]).is_file()


def test_the_manifest_is_not_read_again_while_it_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each question about it read the whole file, to see whose it is: seven times a build."""
    first = manifest()
    read: list[Path] = []
    text_of = Path.read_text

    def noted(path: Path, *given: str) -> str:
        read.append(path)
        return text_of(path, *given)

    monkeypatch.setattr(Path, "read_text", noted)
    assert manifest() is first
    assert MANIFEST not in read
