"""The datasets of ``bi/superset`` from dbt's manifest: columns, types and descriptions written once.

``python -m tests.publication.superset`` writes them anew; a test holds them to the manifest. Charts and the
dashboard beside them are written by hand.
"""

import json
import uuid
from pathlib import Path
from typing import Any

import yaml

from inspections.dbt_project import prepare_manifest
from inspections.publication.tables import PUBLICATION_COLUMNS, PUBLICATIONS
from inspections.settings import PROJECT

BUNDLE = PROJECT / "bi" / "superset"
DATABASE_NAME = "Prison inspections"
# The tables that charts and filters are made of, and the column that dates their rows.
DATASETS = {
    "bridge_judgement_bodies": None,
    "dim_establishments": "valid_from",
    "fct_recommendations_monthly": "month_starts_on",
    "fct_register_coverage": "last_inspected_on",
    "report_reconciliations": None,
    PUBLICATIONS: "published_at",
}
# Facts with a row for each body that gave them, so that a filter by body finds joint ones too.
BY_BODY = {
    "outcomes_by_body": ("fct_outcomes", "outcome"),
    "judgements_by_body": ("fct_progress_judgements", "judgement"),
}
# A filter of dashboards compares for equality: each outcome has a row for each year by whose end it
# was public, and one without a year where it never was, as far as the log knows.
PUBLIC_BY = """
left join (
  select distinct shown.event_id, cast(years.year as varchar) as public_by_end_of
  from fct_public_outcomes as shown
  inner join (select distinct year(public_from) as year from fct_public_outcomes) as years
    on shown.public_from <= make_date(years.year, 12, 31)
    and (shown.public_to is null or shown.public_to > make_date(years.year, 12, 31))
) as known on outcomes.event_id = known.event_id"""
PUBLIC_BY_COLUMN = {
    "name": "public_by_end_of",
    "data_type": "varchar",
    "description": "A year by whose end the public could know of the outcome, as it stands today."
    " Choose one year; null where the log knows of no day on which it was public.",
}
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:prison-inspections:superset")


def uuid_of(kind: str, name: str) -> str:
    """The id by which an import knows that it has had a thing before."""
    return str(uuid.uuid5(_SPACE, f"{kind}/{name}"))


def datasets() -> dict[Path, str]:
    """Each dataset as the YAML that Superset exports and imports, by its path."""
    manifest = json.loads(prepare_manifest().read_text("utf-8"))
    models = {node["name"]: node for node in manifest["nodes"].values()}
    # The publication's own record is no model.
    models[PUBLICATIONS] = {
        "name": PUBLICATIONS,
        "description": "One row per publication of the file.",
        "columns": {
            name: {"name": name, "data_type": kind, "description": description}
            for name, (kind, description) in PUBLICATION_COLUMNS.items()
        },
    }
    made = {name: _dataset(models[name], dated_by) for name, dated_by in DATASETS.items()}
    for name, (fact, noun) in BY_BODY.items():
        made[name] = _by_body(name, models[fact], models["bridge_judgement_bodies"], noun)
    folder = BUNDLE / "datasets" / DATABASE_NAME.replace(" ", "_")
    return {
        folder / f"{name}.yaml": yaml.safe_dump(
            dataset, sort_keys=False, allow_unicode=True, width=100
        )
        for name, dataset in made.items()
    }


def _by_body(name: str, fact: dict[str, Any], bodies: dict[str, Any], noun: str) -> dict[str, Any]:
    """A query as a dataset: a fact with one row for each of its bodies, or one without any.

    Outcomes have one for each year by whose end they were public, too.
    """
    is_dated = fact["name"] == "fct_outcomes"
    model = {
        "name": name,
        "description": f"{fact['description']} Here it has one row for each body that gave it"
        + (" and each year by whose end it was public" if is_dated else "")
        + ": count distinct events, as the metric does.",
        "columns": {
            **fact["columns"],
            "body": bodies["columns"]["body"],
            **({PUBLIC_BY_COLUMN["name"]: PUBLIC_BY_COLUMN} if is_dated else {}),
        },
    }
    return {
        **_dataset(model, "judged_on"),
        "sql": f"select {noun}s.*, bodies.body{', known.public_by_end_of' if is_dated else ''}\n"
        f"from {fact['name']} as {noun}s\n"
        f"left join bridge_judgement_bodies as bodies on {noun}s.event_id = bodies.event_id"
        + (PUBLIC_BY if is_dated else ""),
        "metrics": [
            {
                "metric_name": "count",
                "verbose_name": f"{noun.capitalize()}s",
                "metric_type": "count_distinct",
                "expression": "COUNT(DISTINCT event_id)",
            }
        ],
    }


def _dataset(model: dict[str, Any], dated_by: str | None) -> dict[str, Any]:
    return {
        "table_name": model["name"],
        "main_dttm_col": dated_by,
        "description": " ".join(model["description"].split()),
        "schema": "main",
        "sql": None,
        "params": None,
        "filter_select_enabled": True,
        "uuid": uuid_of("dataset", model["name"]),
        "metrics": [
            {
                "metric_name": "count",
                "verbose_name": "Rows",
                "metric_type": "count",
                "expression": "COUNT(*)",
            }
        ],
        "columns": [
            {
                "column_name": column["name"],
                "is_dttm": column["data_type"] in ("date", "timestamp"),
                "is_active": True,
                "type": column["data_type"].upper(),
                "groupby": True,
                "filterable": True,
                "description": " ".join(column["description"].split()),
            }
            for column in model["columns"].values()
        ],
        "version": "1.0.0",
        "database_uuid": uuid_of("database", DATABASE_NAME),
    }


if __name__ == "__main__":
    for path, text in datasets().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
