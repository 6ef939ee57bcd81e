"""The house: imports go one way, and what is set is documented."""

import ast
import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

from inspections.settings import (
    DEFINITIONS,
    PROJECT,
    DbtSettings,
    OperatingSettings,
    ReviewSettings,
    Settings,
)

# From the ground up: a room may import its own floor and those below.
FLOORS = {
    "ground": 0,
    "inspections.log": 1,
    "expectations": 2,
    "inspections.intake": 2,
    "inspections.pages": 2,
    "inspections.publication": 2,
    "inspections.spark": 2,
    "inspections.preview": 3,
    "inspections.review": 4,
    "inspections.cli": 5,
    "dagster_project": 5,
}
# Of one floor, who may look into whose room: a publication includes pages, a proposal has one.
NEIGHBOURS = {
    ("inspections.publication", "inspections.pages"),
    ("inspections.intake", "inspections.pages"),
    ("inspections.spark", "inspections.publication"),
}
LONGEST = 500


def modules() -> dict[str, Path]:
    found = {}
    for package in ("inspections", "dagster_project", "expectations"):
        for path in sorted((PROJECT / package).rglob("*.py")):
            parts = path.relative_to(PROJECT).with_suffix("").parts
            found[".".join(part for part in parts if part != "__init__")] = path
    return found


def room_of(module: str) -> str:
    return next(
        (room for room in FLOORS if module == room or module.startswith(f"{room}.")), "ground"
    )


def imports_of(path: Path, known: dict[str, Path]) -> set[str]:
    """The project's own modules that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {
                name if (name := f"{node.module}.{alias.name}") in known else node.module
                for alias in node.names
            }
    return found & known.keys()


def test_imports_go_one_way() -> None:
    known = modules()
    upward = [
        f"{module} → {imported}"
        for module, path in known.items()
        for imported in sorted(imports_of(path, known))
        if (one := room_of(module)) != (other := room_of(imported))
        and FLOORS[one] <= FLOORS[other]
        and (one, other) not in NEIGHBOURS
    ]
    assert upward == []


def test_no_imports_go_round_in_a_circle() -> None:
    known = modules()
    arrows: dict[str, set[str]] = defaultdict(set)
    for module, path in known.items():
        arrows[module] = imports_of(path, known) - {module}
    # A package's own page imports what it shows, and is imported by its parts for its place alone.
    while loose := [module for module, ahead in arrows.items() if not ahead & arrows.keys()]:
        for module in loose:
            del arrows[module]
    assert sorted(arrows) == []


def test_no_folder_holds_more_modules_than_a_dozen() -> None:
    """A reader takes in a dozen names; beyond that a room has rooms."""
    folders = Counter(path.parent for path in modules().values() if path.name != "__init__.py")
    crowded = {
        str(folder.relative_to(PROJECT)): count
        for folder, count in folders.items()
        # One suite a table.
        if count > 12 and folder.name != "suites"
    }
    assert crowded == {}


def test_a_long_module_says_why_in_its_first_lines() -> None:
    long = [
        str(path.relative_to(PROJECT))
        for room in ("inspections", "dagster_project", "expectations", "benchmarks", "tests")
        for path in sorted((PROJECT / room).rglob("*.py"))
        if len(lines := path.read_text("utf-8").splitlines()) > LONGEST
        and "500 lines" not in " ".join(lines[:12])
    ]
    assert long == []


def test_each_setting_is_documented_with_its_default() -> None:
    page = (PROJECT / "docs" / "operating.md").read_text("utf-8")
    lacking = [
        name.upper()
        for model in (Settings, OperatingSettings, ReviewSettings, DbtSettings)
        for name, field in model.model_fields.items()
        if f"| `{name.upper()}` |" not in page or not field.description
    ]
    assert lacking == []


def test_the_command_line_runs_the_job_that_dagster_loads() -> None:
    assert f'module_name = "{DEFINITIONS}"' in (PROJECT / "pyproject.toml").read_text("utf-8")


# Where a code of one inspectorate stands outside the seeds, and why.
CODES_IN_CODE = {
    "dbt/models/intermediate/histories/int_dated_events.sql": "files older than the column mean"
    " this scale",
    "dbt/models/intermediate/histories/int_judged_outcomes.sql": "files older than the column mean"
    " this scale",
    "dbt/models/intermediate/publication/int_public_facts.sql": "files older than the column mean"
    " this scale",
    "dbt/models/marts/dim_visits.sql": "files older than the column mean this scale",
    "dbt/models/marts/fct_outcomes.sql": "files older than the column mean this scale",
    "dbt/models/marts/fct_outcome_bounds.sql": "files older than the column mean this scale",
    "expectations/suites/dim_recommendations.py": "the method of one body's reviews",
    "expectations/suites/fct_progress_judgements.py": "the method of one body's reviews",
}


def test_no_model_rule_or_page_knows_an_inspectorate_by_its_code() -> None:
    """Another country's log is rows of the seeds: whatever knew one by name would pass it over."""

    def codes(seed: str, column: str) -> set[str]:
        with (PROJECT / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as stream:
            return {row[column] for row in csv.DictReader(stream)}

    words = (
        codes("bodies", "body")
        | codes("bodies", "country")
        | codes("judgement_levels", "scale")
        # Plain words of the field stand everywhere.
        | codes("recommendation_kinds", "kind") - {"recommendation", "concern", "theme"}
    )
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, words))})(?![\w-])")
    found = set()
    for folder in ("dbt/models", "dbt/macros", "expectations", *(f"inspections/{room}" for room in ("log", "publication", "pages", "cli"))):  # fmt: skip
        for path in sorted((PROJECT / folder).rglob("*")):
            # What stands in YAML describes, declares or is a unit test's own log.
            if path.suffix in (".sql", ".py", ".html", ".css") and pattern.search(
                path.read_text("utf-8")
            ):
                found.add(str(path.relative_to(PROJECT)))
    assert found == set(CODES_IN_CODE)
