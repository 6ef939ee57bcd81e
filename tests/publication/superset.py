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
# The tables that charts are made of, and the column that dates their rows.
DATASETS = {
    "fct_outcomes": "judged_on",
    "fct_progress_judgements": "judged_on",
    "fct_recommendations_monthly": "month_starts_on",
    "fct_register_coverage": "last_inspected_on",
    "report_reconciliations": None,
    PUBLICATIONS: "published_at",
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
    folder = BUNDLE / "datasets" / DATABASE_NAME.replace(" ", "_")
    return {
        folder / f"{name}.yaml": yaml.safe_dump(
            _dataset(models[name], dated_by), sort_keys=False, allow_unicode=True, width=100
        )
        for name, dated_by in DATASETS.items()
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
