"""The bundle for Superset: its datasets are dbt's, and its charts and filters name what they hold."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.publication.superset import BUNDLE, datasets
from tests.published import Built


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


def in_scope(native_filter: dict[str, Any]) -> list[dict[str, Any]]:
    """The charts that a filter reaches, by the ids that the dashboard gives them."""
    (board,) = read("dashboards")
    names = {
        item["meta"]["chartId"]: item["meta"]["sliceName"]
        for item in board["position"].values()
        if isinstance(item, dict) and item["type"] == "CHART"
    }
    reached = set(names.values()) - {names[id] for id in native_filter["scope"]["excluded"]}
    return [chart for chart in read("charts") if chart["slice_name"] in reached]


def native_filters() -> list[dict[str, Any]]:
    (board,) = read("dashboards")
    return board["metadata"]["native_filter_configuration"]


@pytest.mark.parametrize("native_filter", native_filters(), ids=lambda each: each["name"])
def test_a_filter_empties_no_chart_that_it_reaches(
    native_filter: dict[str, Any], elmley: Built
) -> None:
    """One filter of scale reached outcomes and progress, which share none: any choice emptied one.

    A filter of bodies by the joined list found no joint judgement by one of its bodies, and a
    filter of years reached no chart, as none had a range of time of its own.
    """
    datasets = {dataset["uuid"]: dataset for dataset in read("datasets")}

    def relation(dataset: dict[str, Any]) -> str:
        return f"({dataset['sql']})" if dataset["sql"] else dataset["table_name"]

    charts = in_scope(native_filter)
    assert charts
    (target,) = native_filter["targets"]
    if not target:
        for chart in charts:
            (own,) = json.loads(chart["query_context"])["queries"][0]["filters"]
            assert own["op"] == "TEMPORAL_RANGE"
            assert own["col"] == datasets[chart["dataset_uuid"]]["main_dttm_col"]
        return
    column = target["column"]["name"]
    options = {
        value
        for (value,) in elmley.rows(
            f"select distinct {column} from {relation(datasets[target['datasetUuid']])} as options"
        )
    }
    assert not [value for value in options if "|" in (value or "")]
    for chart in charts:
        dataset = datasets[chart["dataset_uuid"]]
        assert column in {each["column_name"] for each in dataset["columns"]}, chart["slice_name"]
        shown = {
            value for (value,) in elmley.rows(f"select {column} from {relation(dataset)} as shown")
        }
        assert shown & options - {None}, chart["slice_name"]


def test_a_joint_judgement_is_found_by_each_of_its_bodies_and_counted_once(elmley: Built) -> None:
    (dataset,) = (one for one in read("datasets") if one["table_name"] == "judgements_by_body")
    ((every, all_rows),) = elmley.rows(
        f"select count(distinct event_id), count(*) from ({dataset['sql']})"
    )
    assert [(every,)] == elmley.rows("select count(*) from fct_progress_judgements")
    assert all_rows > every
    for body in ("hmip", "ofsted", "cqc"):
        assert elmley.rows(
            f"select count(distinct event_id) from ({dataset['sql']}) where body = '{body}'"
        ) == elmley.rows(
            "select count(*) from fct_progress_judgements"
            f" where list_contains(string_split(bodies, '|'), '{body}')"
        )


def test_outcomes_are_filtered_by_what_the_public_could_know(elmley: Built) -> None:
    """The chart had no way to leave out outcomes whose report was still to come."""
    (dataset,) = (one for one in read("datasets") if one["table_name"] == "outcomes_by_body")
    (public_by,) = (one for one in native_filters() if one["name"] == "Public by the end of")
    assert public_by["targets"][0]["datasetUuid"] == dataset["uuid"]
    # Two years at once would say nothing: each holds what was public before.
    assert not public_by["controlValues"]["multiSelect"]
    assert [chart["slice_name"] for chart in in_scope(public_by)] == [
        "How were prisons judged, year by year?"
    ]
    assert elmley.rows(f"select count(distinct event_id) from ({dataset['sql']})") == elmley.rows(
        "select count(*) from fct_outcomes"
    )
    for year in (2017, 2018, 2025):
        shown = elmley.rows(
            f"select distinct event_id from ({dataset['sql']}) where public_by_end_of = '{year}'"
            " order by all"
        )
        assert shown == elmley.rows(
            f"select event_id from fct_outcomes where public_by <= date '{year}-12-31' order by all"
        )
    liverpool = f"from ({dataset['sql']}) where visit_id = 'liverpool-2017'"
    years = [row[0] for row in elmley.rows(f"select distinct public_by_end_of {liverpool}")]
    assert min(years) == "2018"


def test_the_bundle_names_no_path_of_a_machine() -> None:
    texts = [path.read_text("utf-8") for path in Path(BUNDLE).rglob("*.yaml")]
    assert texts and not [text for text in texts if "/work/" in text or "/home/" in text]
