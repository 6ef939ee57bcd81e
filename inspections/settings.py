"""Where things lie and how a build is to go, from the environment, with defaults."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT / "dbt"
EVERYTHING = "infinity"
# The module that Dagster loads ([tool.dagster] of pyproject.toml). Known here by its name alone:
# the command line runs the job that the page runs, and imports nothing of orchestration.
DEFINITIONS = "dagster_project.definitions"


@dataclass(frozen=True)
class Settings:
    """The settings of one build.

    Attributes:
        events_dir: The folder of event files (``EVENTS_DIR``).
        warehouse_path: The published file (``WAREHOUSE_PATH``).
        seeds_dir: The folder of reference seeds (``SEEDS_DIR``).
        reports_dir: The folder of kept texts (``REPORTS_DIR``).
        on_rejected: ``stop``, or ``publish`` to go on without rejected rows (``ON_REJECTED``).
        known_at: The instant whose knowledge is built, ISO 8601 in UTC, or ``infinity``
            (``KNOWN_AT``).
        export: Whether open formats are published beside the file (``EXPORT``, yes or no).
        site: Whether pages are published beside the file (``SITE``, yes or no). Without a word,
            up to a million events.
    """

    events_dir: Path
    warehouse_path: Path
    seeds_dir: Path
    reports_dir: Path
    on_rejected: str = "stop"
    known_at: str = EVERYTHING
    export: bool = True
    site: str = ""

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings from the environment, relative paths from the working directory."""
        get = os.environ.get
        return cls(
            events_dir=Path(get("EVENTS_DIR") or PROJECT / "seeds" / "events").absolute(),
            warehouse_path=Path(
                get("WAREHOUSE_PATH") or PROJECT / "data" / "warehouse.duckdb"
            ).absolute(),
            seeds_dir=Path(get("SEEDS_DIR") or PROJECT / "seeds").absolute(),
            reports_dir=Path(get("REPORTS_DIR") or PROJECT / "reports").absolute(),
            on_rejected=get("ON_REJECTED") or "stop",
            known_at=get("KNOWN_AT") or EVERYTHING,
            export=get("EXPORT") != "no",
            site=get("SITE") or "",
        )

    @property
    def data_dir(self) -> Path:
        """The folder of the published file, in which the build happens too."""
        return self.warehouse_path.parent

    @property
    def build_path(self) -> Path:
        """The file that the build happens in, beside the published one.

        Its stem is always ``build``, which is the catalog that its views name.
        """
        if self.warehouse_path.name == "warehouse.duckdb":
            return self.data_dir / "build.duckdb"
        return self.data_dir / f"{self.warehouse_path.stem}.build" / "build.duckdb"

    @property
    def dbt_target_path(self) -> Path:
        """The folder of what dbt wrote in the last build: its log, its results, the SQL it ran."""
        return self.build_path.with_name(self.build_path.name + ".dbt")

    @property
    def export_dir(self) -> Path:
        """The folder of open formats that is published with the file."""
        if self.warehouse_path.name == "warehouse.duckdb":
            return self.data_dir / "export"
        return self.data_dir / f"{self.warehouse_path.stem}.export"

    @property
    def site_dir(self) -> Path:
        """The folder of pages that is published with the file."""
        if self.warehouse_path.name == "warehouse.duckdb":
            return self.data_dir / "site"
        return self.data_dir / f"{self.warehouse_path.stem}.site"

    @property
    def rejected_rows_path(self) -> Path:
        """The file that a build lists every row in that is not in the log."""
        return self.data_dir / "rejected_rows.csv"

    def as_environment(self) -> dict[str, str]:
        """The same settings for a process of dbt."""
        return {
            "EVENTS_DIR": str(self.events_dir),
            "WAREHOUSE_PATH": str(self.warehouse_path),
            "BUILD_PATH": str(self.build_path),
            "SEEDS_DIR": str(self.seeds_dir),
            "REPORTS_DIR": str(self.reports_dir),
            "ON_REJECTED": self.on_rejected,
            "KNOWN_AT": self.known_at,
        }
