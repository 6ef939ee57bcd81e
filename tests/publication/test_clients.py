"""Clients that read the published file, each in an environment of its own, made from PyPI.

They install some hundred megabytes, and are skipped where PyPI cannot be reached. Over 500 lines, as
tests of one client share an environment that takes minutes to make.
``docs/connecting.md`` shows the settings that are tried here.
"""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from inspections.settings import PROJECT
from tests.conftest import Built

pytestmark = [pytest.mark.slow, pytest.mark.minutes(3)]

MACROS = {
    "recommendation_status_as_of": "recommendation_status_as_of(date '2023-03-01', null)",
    "outcomes_as_of": "outcomes_as_of(date '2023-03-01', timestamp '2100-01-01')",
    "establishments_as_of": "establishments_as_of('2023-03-01', null)",
    "everything_about": "everything_about('elmley')",
    "register_coverage_as_of": "register_coverage_as_of('2023-03-01')",
    "outcomes_with_predecessors": "outcomes_with_predecessors('elmley')",
    "what_changed": "what_changed(timestamp '2000-01-01', null)",
    "evidence_for": "evidence_for('elmley-2022-1.42')",
}
# Each table and each macro is read whole: counts and, by way of the rows, all values.
READ_ALL = """
import duckdb, json, sys
path, macros = sys.argv[1], json.loads(sys.argv[2])
connection = duckdb.connect(path, read_only=True)
tables = [name for (name,) in connection.execute(
    "select table_name from duckdb_tables() where comment is not null order by table_name"
).fetchall()]
answers = {name: len(connection.execute(f"select * from {name}").fetchall()) for name in tables}
for name, call in macros.items():
    answers[name] = len(connection.execute(f"select * from {call}").fetchall())
print(json.dumps([duckdb.__version__, answers]))
"""
SQLALCHEMY = """
import json, sys
import sqlalchemy
from sqlalchemy import create_engine, inspect, text
engine = create_engine(f"duckdb:///{sys.argv[1]}", connect_args={"read_only": True})
found = inspect(engine)
columns = {
    table: [
        [column["name"], str(column["type"]), column["comment"]]
        for column in found.get_columns(table)
    ]
    for table in found.get_table_names()
}
comments = {table: found.get_table_comment(table)["text"] for table in columns}
with engine.connect() as connection:
    rows = {
        table: connection.execute(text(f"select count(*) from {table}")).scalar()
        for table in columns
    }
    status = connection.execute(
        text("select count(*) from recommendation_status_as_of(date '2023-03-01', null) where establishment_id = 'elmley'")
    ).scalar()
print(json.dumps([sqlalchemy.__version__, columns, comments, rows, status]))
"""
FRAMES = """
import json, sys
import duckdb, ibis
path = sys.argv[1]
question = "select * from fct_progress_judgements order by event_id"
with duckdb.connect(path, read_only=True) as connection:
    by_pandas = connection.execute(question).df()
    by_polars = connection.execute(question).pl()
by_ibis = ibis.duckdb.connect(path, read_only=True)
judgements = by_ibis.table("fct_progress_judgements")
scales = judgements.group_by("scale").agg(count=judgements.count()).order_by("scale").execute()
status = by_ibis.sql("select * from recommendation_status_as_of(date '2023-03-01', null) where establishment_id = 'elmley'")
print(json.dumps([
    by_pandas["judgement_code"].tolist(),
    by_polars["judgement_code"].to_list(),
    scales.values.tolist(),
    len(by_ibis.list_tables()),
    int(status.count().execute()),
]))
"""
FOLDER = """
import json, sys
from pathlib import Path
import pandas, polars
folder = Path(sys.argv[1])
references = [
    pandas.read_parquet(folder / "dim_recommendations.parquet")["reference"].tolist(),
    polars.read_parquet(folder / "dim_recommendations.parquet")["reference"].to_list(),
    pandas.read_csv(folder / "dim_recommendations.csv", dtype={"reference": str})[
        "reference"].tolist(),
    pandas.read_excel(folder / "prison-inspections.xlsx", sheet_name="dim_recommendations",
        dtype={"reference": str})[
        "reference"].tolist(),
]
print(json.dumps(references))
"""

# Superset's own server, asked as its pages ask it.
ASK_SUPERSET = """
import json, os, sys
from superset.app import create_app
client = create_app().test_client()
who = {"username": "admin", "password": "admin", "provider": "db", "refresh": True}
token = client.post("/api/v1/security/login", json=who).json["access_token"]

def ask(method, address, body=None):
    response = getattr(client, method)(
        f"/api/v1/{address}", json=body, headers={"Authorization": f"Bearer {token}"}
    )
    assert response.status_code < 300, response.json
    return response.json
"""
# Asked, and asked once more after another publication.
SUPERSET = (
    ASK_SUPERSET
    + """
path, newer = sys.argv[1:]
with client:
    database = ask("post", "database/", {
        "database_name": "next",
        "sqlalchemy_uri": f"duckdb:///{path}",
        "expose_in_sqllab": True,
        "extra": json.dumps({"engine_params": {"connect_args": {"read_only": True}}}),
    })["id"]
    tables = ask("get", f"database/{database}/tables/?q=(schema_name:main,force:!t)")["count"]
    made = ask(
        "get", f"database/{database}/table_metadata/?name=dim_recommendations&schema=main"
    )["columns"]

    def sql(text):
        return ask("post", "sqllab/execute/", {
            "database_id": database, "schema": "main", "runAsync": False, "sql": text
        })["data"][0]["n"]

    status = sql(
        "select count(*) as n from recommendation_status_as_of(date '2023-03-01', null) where establishment_id = 'elmley'"
    )
    dataset = ask("post", "dataset/", {
        "database": database, "schema": "main", "table_name": "fct_outcome_history"
    })["id"]
    chart = ask("post", "chart/data", {
        "datasource": {"id": dataset, "type": "table"},
        "queries": [{"columns": ["outcome_code"], "metrics": ["count"], "row_limit": 10}],
        "result_format": "json",
        "result_type": "full",
    })["result"][0]["data"]
    before = sql("select count(*) as n from main.publications")
    os.replace(newer, path)
    after = sql("select count(*) as n from main.publications")
comments = {column["name"]: column["comment"] for column in made}
print(json.dumps([tables, comments, status, chart, before, after]))
"""
)


# The bundle imported as it is, the database then told where the file lies, as a person would tell it.
BUNDLE = (
    ASK_SUPERSET
    + """
path, choices = sys.argv[1], json.loads(sys.argv[2])
with client:
    (database,) = ask("get", "database/")["result"]
    ask("put", f"database/{database['id']}", {"sqlalchemy_uri": f"duckdb:///{path}"})
    charts = {
        chart["slice_name"]: ask("get", f"chart/{chart['id']}/data/")["result"][0]["data"]
        for chart in ask("get", "dashboard/prison-inspections/charts")["result"]
    }
    board = ask("get", "dashboard/prison-inspections")["result"]
    filters = [
        [each["name"], [target.get("datasetId") for target in each["targets"]]]
        for each in json.loads(board["json_metadata"])["native_filter_configuration"]
    ]
    described = {
        dataset["table_name"]: {
            column["column_name"]: column["description"]
            for column in ask("get", f"dataset/{dataset['id']}")["result"]["columns"]
        }
        for dataset in ask("get", "dataset/")["result"]
    }

    # As the page does: a choice is added to the query of each chart that the filter reaches.
    chosen = []
    boards_charts = ask("get", "dashboard/prison-inspections/charts")["result"]
    contexts = {
        chart["id"]: json.loads(ask("get", f"chart/{chart['id']}")["result"]["query_context"])
        for chart in boards_charts
    }
    for each in json.loads(board["json_metadata"])["native_filter_configuration"]:
        for values in choices[each["name"]]:
            for chart in boards_charts:
                if chart["id"] in each["scope"]["excluded"]:
                    continue
                context = json.loads(json.dumps(contexts[chart["id"]]))
                (query,) = context["queries"]
                if each["filterType"] == "filter_time":
                    query["time_range"] = values
                else:
                    query["filters"].append({
                        "col": each["targets"][0]["column"]["name"], "op": "IN", "val": values,
                        "isExtra": True,
                    })
                (answered,) = ask("post", "chart/data", context)["result"]
                chosen.append([each["name"], values, chart["slice_name"], answered["data"]])
print(json.dumps([charts, filters, described, chosen]))
"""
)
NODE = """
import { DuckDBInstance } from "@duckdb/node-api";
const [path, macros] = [process.argv[2], JSON.parse(process.argv[3])];
const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
const connection = await instance.connect();
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson();
const answers = {};
const named = "select table_name from duckdb_tables() where comment is not null";
for (const [name] of await rows(named)) answers[name] = (await rows(`select * from ${name}`)).length;
for (const [name, call] of Object.entries(macros)) {
  answers[name] = (await rows(`select * from ${call}`)).length;
}
console.log(JSON.stringify(answers));
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes an environment that holds some packages and nothing of this project."""
    made: dict[tuple[str, ...], Path] = {}
    uv = str(Path(sys.executable).with_name("uv"))

    def make(*packages: str) -> Path:
        if packages not in made:
            folder = tmp_path_factory.mktemp("client")
            subprocess.run([uv, "venv", "-q", "--python", sys.executable, folder], check=True)
            python = folder / "bin" / "python"
            installed = subprocess.run(
                [uv, "pip", "install", "-q", "--python", python, *packages],
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
            if "Failed to fetch" in installed.stderr:
                pytest.skip("PyPI cannot be reached: no other client opens the publication.")
            assert installed.returncode == 0, installed.stderr
            made[packages] = python
        return made[packages]

    return make


def answer(python: Path, script: str, *arguments: object) -> object:
    result = subprocess.run(
        [python, "-c", script, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    # Programs such as Superset greet before.
    return json.loads(result.stdout.splitlines()[-1])


def tables_of(built: Built) -> dict[str, int]:
    names = built.rows("select table_name from duckdb_tables() where database_name = 'warehouse'")
    return {name: built.rows(f"select count(*) from {name}")[0][0] for (name,) in names}


# From the oldest that is promised to the one that writes the file, and the one after it.
@pytest.mark.parametrize("version", ["1.1.3", "1.2.2", "1.3.2", "1.4.4", "1.5.*", "2.0.*"])
def test_a_client_of_another_version_reads_every_table_and_macro(
    version: str, client: Callable[..., Path], elmley: Built
) -> None:
    expected = tables_of(elmley) | {
        name: elmley.rows(f"select count(*) from {call}")[0][0] for name, call in MACROS.items()
    }
    assert min(expected[name] for name in MACROS) > 0
    told, answers = answer(
        client(f"duckdb=={version}"), READ_ALL, elmley.warehouse, json.dumps(MACROS)
    )
    assert told.startswith(version.removesuffix("*"))
    assert answers == expected


# Superset holds SQLAlchemy 1.4, and so needs the older dialect.
@pytest.mark.parametrize(
    ("packages", "version"),
    [
        (("duckdb-sqlalchemy", "duckdb<1.6"), "2."),
        (("duckdb-engine", "sqlalchemy<2", "duckdb<1.6"), "1.4."),
        (("duckdb-engine", "sqlalchemy<2", "duckdb==1.1.3"), "1.4."),
    ],
    ids=["sqlalchemy 2", "sqlalchemy 1.4, as Superset", "sqlalchemy 1.4, duckdb 1.1.3"],
)
def test_sqlalchemy_reflects_every_table_type_and_comment(
    packages: tuple[str, ...], version: str, client: Callable[..., Path], elmley: Built
) -> None:
    told, columns, comments, rows, status = answer(client(*packages), SQLALCHEMY, elmley.warehouse)
    assert told.startswith(version)
    assert rows == tables_of(elmley)
    assert status == 11
    kinds = {
        "VARCHAR": "VARCHAR",
        "BIGINT": "BIGINT",
        "INTEGER": "INTEGER",
        "DOUBLE": "FLOAT" if version.startswith("1") else "DOUBLE",
        "DATE": "DATE",
        "TIMESTAMP": "TIMESTAMP",
        "BOOLEAN": "BOOLEAN",
    }
    expected: dict[str, list] = {}
    for table, name, kind, comment in elmley.rows(
        "select table_name, column_name, data_type, comment from duckdb_columns()"
        " where database_name = 'warehouse' order by table_name, column_index"
    ):
        expected.setdefault(table, []).append([name, kinds[kind], comment])
    assert columns == expected
    assert comments == dict(
        elmley.rows(
            "select table_name, comment from duckdb_tables() where database_name = 'warehouse'"
        )
    )


FRAME_PACKAGES = (
    "pandas", "polars", "pyarrow", "ibis-framework[duckdb]", "openpyxl", "duckdb<1.6",
)  # fmt: skip


def test_frames_hold_what_the_file_holds(client: Callable[..., Path], elmley: Built) -> None:
    codes = [
        code
        for (code,) in elmley.rows(
            "select judgement_code from fct_progress_judgements order by event_id"
        )
    ]
    by_pandas, by_polars, scales, tables, status = answer(
        client(*FRAME_PACKAGES), FRAMES, elmley.warehouse
    )
    assert by_pandas == by_polars == codes
    assert scales == [
        list(row)
        for row in elmley.rows(
            "select scale, count(*) from fct_progress_judgements group by all order by all"
        )
    ]
    assert tables == len(tables_of(elmley))
    assert status == 11


def test_frames_read_the_open_data_with_references_as_texts(
    client: Callable[..., Path], elmley: Built
) -> None:
    expected = [
        reference for (reference,) in elmley.rows("select reference from dim_recommendations")
    ]
    assert "1.50" in expected
    read = answer(client(*FRAME_PACKAGES), FOLDER, elmley.warehouse.with_name("export"))
    assert read == [expected] * 4


def test_the_command_line_of_duckdb_answers(client: Callable[..., Path], elmley: Built) -> None:
    program = client("duckdb-cli").with_name("duckdb")
    question = (
        "select reference, recommendation_status"
        " from recommendation_status_as_of(date '2023-03-01', null)"
        " inner join dim_recommendations using (recommendation_id)"
        " where dim_recommendations.establishment_id = 'elmley' order by reference"
    )
    result = subprocess.run(
        [program, "-readonly", "-csv", elmley.warehouse, question],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = result.stdout.splitlines()
    assert lines[0] == "reference,recommendation_status"
    assert "1.42,insufficient_progress" in lines
    assert len(lines) == 12


@pytest.fixture(scope="module")
def superset(
    client: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Superset with a database of its own; the Python that runs it."""
    # What Superset 6.1 imports and does not ask for, and the last that it works with.
    python = client(
        "apache-superset==6.1.*", "duckdb-engine", "duckdb<1.6", "rich", "cachetools",
        "flask-caching<2.4", "setuptools",
    )  # fmt: skip
    home = tmp_path_factory.mktemp("superset")
    (home / "superset_config.py").write_text(
        f"SECRET_KEY = 'invented' * 8\nSQLALCHEMY_DATABASE_URI = 'sqlite:///{home}/own.db'\n"
        "WTF_CSRF_ENABLED = TALISMAN_ENABLED = False\n"
    )
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SUPERSET_CONFIG_PATH", str(home / "superset_config.py"))
        environment.setenv("SUPERSET_HOME", str(home))
        environment.setenv("FLASK_APP", "superset")
        admin = "--username admin --firstname A --lastname B --email a@example.org --password admin"
        for command in ("db upgrade", f"fab create-admin {admin}", "init"):
            subprocess.run(
                [python.with_name("superset"), *command.split()], capture_output=True, check=True
            )
        yield python


def test_superset_imports_the_bundle_and_its_charts_show_what_the_file_holds(
    superset: Path, elmley: Built, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.zip"
    with zipfile.ZipFile(bundle, "w") as made:
        for path in sorted(PROJECT.joinpath("bi", "superset").rglob("*.yaml")):
            made.write(path, path.relative_to(PROJECT / "bi"))
    subprocess.run(
        [superset.with_name("superset"), "import-dashboards", "-p", bundle, "-u", "admin"],
        capture_output=True,
        check=True,
    )
    charts, filters, described, chosen = answer(
        superset, BUNDLE, elmley.warehouse, json.dumps(CHOICES)
    )
    assert len(charts) == 6
    for name, sql in {
        **{name: sql.format(where="") for name, sql in OF_CHARTS.items()},
        "Of how many prisons does the log know?": "select country, count(*),"
        " count(*) filter (where is_in_log), count(*) filter (where has_outcomes)"
        " from fct_register_coverage where is_in_use group by all",
        "Do stated totals agree with the rows?": "select reconciliation, count(*)"
        " from report_reconciliations group by all",
    }.items():
        assert_shows(charts[name], elmley.rows(sql), name)
    for name, values, chart, shown in chosen:
        sql = OF_CHARTS[chart].format(where=f"where {condition(name, values, chart)}")
        assert_shows(shown, elmley.rows(sql), (name, values, chart))
    # A choice that empties all that it reaches would be the same on both sides.
    assert {(name, str(values)) for name, values, _, shown in chosen if shown} == {
        (name, str(values)) for name, choices in CHOICES.items() for values in choices
    }
    assert len(chosen) == 2 * (3 + 2 + 1 + 1 + 3 + 1)
    (published,) = elmley.rows("select event_count, log_digest from publications")
    (told,) = charts["What was published when?"]
    assert (told["event_count"], told["log_digest"]) == published
    assert [name for name, _ in filters] == list(CHOICES)
    assert all(targets[0] for name, targets in filters if name != "Years")
    by_body = {"outcomes_by_body": "fct_outcomes", "judgements_by_body": "fct_progress_judgements"}
    for table, columns in described.items():
        if table in by_body:
            assert columns.pop("body")
            # It says of a year what the column of the table says of a day.
            assert columns.pop("public_by_end_of", "") or table != "outcomes_by_body"
        assert columns == dict(
            elmley.rows(
                "select column_name, comment from duckdb_columns()"
                f" where table_name = '{by_body.get(table, table)}'"
            )
        ), table


# Two choices of each filter of the dashboard, and the SQL that the charts they reach stand for.
CHOICES: dict[str, list[Any]] = {
    "Prison": [["elmley"], ["elmley", "liverpool"]],
    "Body": [["ofsted"], ["ofsted", "hmip"]],
    "Scale of outcomes": [["hmip_outcome"], ["hmip_outcome", "ofsted_inspection"]],
    "Scale of progress": [["ofsted_progress"], ["ofsted_progress", "hmip_progress"]],
    "Years": ["2017-01-01 : 2019-01-01", "2022-01-01 : 2024-01-01"],
    "Public by the end of": [["2018"], ["2024"]],
}
OF_CHARTS = {
    "How were prisons judged, year by year?": "select epoch_ms(cast(date_trunc('year', judged_on)"
    " as timestamp)), scale, outcome_label, count(*) from fct_outcomes {where} group by all",
    "How much progress did reviews find?": "select scale, judgement_label, count(*),"
    " round(100.0 * count(*) / sum(count(*)) over (partition by scale), 6)"
    " from fct_progress_judgements {where} group by scale, judgement_label",
    "How many recommendations were open, month by month?": "select epoch_ms(cast("
    "date_trunc('month', month_starts_on) as timestamp)), recommendation_status,"
    " sum(recommendation_count) from fct_recommendations_monthly {where} group by all",
}


def condition(name: str, values: Any, chart: str) -> str:
    """A filter's choice as an SQL condition."""
    if name == "Years":
        column = "month_starts_on" if "month" in chart else "judged_on"
        first, end = values.split(" : ")
        return f"{column} >= date '{first}' and {column} < date '{end}'"
    if name == "Body":
        return f"list_has_any(string_split(bodies, '|'), {values})"
    if name == "Public by the end of":
        return f"public_by <= date '{values[0]}-12-31'"
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{'establishment_id' if name == 'Prison' else 'scale'} in ({listed})"


def assert_shows(data: list[dict[str, Any]], rows: list[tuple], chart: object) -> None:
    """Hold what a chart was answered to rows of the published file, in any order."""

    def rounded(row: Any) -> list[Any]:
        return [round(value, 6) if isinstance(value, float) else value for value in row]

    shown = [rounded(row.values()) for row in data]
    assert sorted(map(str, shown)) == sorted(
        str(rounded(row)).replace("Decimal", "") for row in plain(rows, shown)
    ), chart


def plain(rows: list[tuple], shown: list[list]) -> list[list]:
    """Rows with numbers as JSON gives them: whole where Superset shows a whole one."""
    kinds = [type(value) for value in shown[0]] if shown else []
    return [
        [
            kind(value) if value is not None and kind in (int, float) else value
            for kind, value in zip(kinds, row, strict=True)
        ]
        for row in rows
    ]


def test_node_reads_every_table_and_macro(elmley: Built, tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("Node is not installed: its client does not open the publication.")
    (tmp_path / "package.json").write_text('{"private": true, "type": "module"}')
    subprocess.run(
        [npm, "install", "--no-fund", "--no-audit", "@duckdb/node-api"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    (tmp_path / "read.mjs").write_text(NODE)
    result = subprocess.run(
        ["node", "read.mjs", elmley.warehouse, json.dumps(MACROS)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(result.stdout) == tables_of(elmley) | {
        name: elmley.rows(f"select count(*) from {call}")[0][0] for name, call in MACROS.items()
    }


def test_superset_reads_charts_and_sees_the_next_publication(
    superset: Path, elmley: Built, tmp_path: Path
) -> None:
    published, newer = tmp_path / "warehouse.duckdb", tmp_path / "newer.duckdb"
    for path in (published, newer):
        shutil.copy(elmley.warehouse, path)
    newer.chmod(0o644)
    with duckdb.connect(str(newer)) as connection:
        connection.execute("insert into publications from publications")
    tables, comments, status, chart, before, after = answer(superset, SUPERSET, published, newer)
    assert tables == len(tables_of(elmley))
    assert comments == dict(
        elmley.rows(
            "select column_name, comment from duckdb_columns()"
            " where table_name = 'dim_recommendations'"
        )
    )
    assert status == 11
    assert {row["outcome_code"]: row["count"] for row in chart} == dict(
        elmley.rows("select outcome_code, count(*) from fct_outcome_history group by all")
    )
    assert after == 2 * before
    assert not list(tmp_path.glob("*.wal"))
