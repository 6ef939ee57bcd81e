"""The bundle for Superset: its datasets are dbt's, and its charts and filters name what they hold."""

from pathlib import Path
from typing import Any

import yaml

from tests.publication.superset import BUNDLE, datasets


def read(folder: str) -> list[dict[str, Any]]:
    return [
        yaml.safe_load(path.read_text("utf-8"))
        for path in sorted(BUNDLE.glob(f"{folder}/**/*.yaml"))
    ]


def test_the_datasets_are_those_of_the_manifest() -> None:
    assert {path: path.read_text("utf-8") for path in (BUNDLE / "datasets").rglob("*.yaml")} == (
        datasets()
    ), "run python -m tests.publication.superset"


def test_charts_and_filters_name_columns_of_their_datasets() -> None:
    columns = {
        dataset["uuid"]: {column["column_name"] for column in dataset["columns"]}
        for dataset in read("datasets")
    }
    charts = read("charts")
    for chart in charts:
        own = columns[chart["dataset_uuid"]]
        params = chart["params"]
        named = [*params.get("groupby", []), *params.get("all_columns", [])]
        assert {*named, params.get("x_axis", named[0])} <= own, chart["slice_name"]
    (board,) = read("dashboards")
    placed = {
        item["meta"]["uuid"]
        for item in board["position"].values()
        if isinstance(item, dict) and item["type"] == "CHART"
    }
    assert placed == {chart["uuid"] for chart in charts}
    for each in board["metadata"]["native_filter_configuration"]:
        for target in each["targets"]:
            assert not target or target["column"]["name"] in columns[target["datasetUuid"]]
    (database,) = read("databases")
    assert database["extra"]["engine_params"]["connect_args"] == {"read_only": True}


def test_the_bundle_names_no_path_of_a_machine() -> None:
    texts = [path.read_text("utf-8") for path in Path(BUNDLE).rglob("*.yaml")]
    assert texts and not [text for text in texts if "/work/" in text or "/home/" in text]
