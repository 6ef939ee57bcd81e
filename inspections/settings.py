"""Every setting of the product, with its type, default and help.

A setting is read from the environment variable of the same name in capitals; command-line options
take precedence. A command passes its settings to Dagster's job in the run's configuration. Only the
dbt process gets them as environment variables.
"""

import io
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from inspections.errors import SettingError
from inspections.instants import parse_instant
from inspections.processes import SAFE_PATH

PROJECT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT / "dbt"
EVERYTHING = "infinity"
# The module that Dagster loads ([tool.dagster] of pyproject.toml). Known here by its name alone:
# the command line runs the job that the page runs, and imports nothing of orchestration.
DEFINITIONS = "dagster_project.definitions"

# The file that says where the log of a folder is, and the settings that are read from it.
PATHS_FILE = "paths.env"
_PATHS = ("events_dir", "seeds_dir", "reports_dir", "warehouse_path")

_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]+:/|md:|motherduck:)")
_SPARK_ADDRESS = re.compile(r"sc://([^:/\s]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?(/\S*)?")
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT])(i?)B\s*", re.IGNORECASE)


def _local_path(value: Any) -> Any:
    if _ADDRESS.match(str(value)):
        raise ValueError("a path of this machine; addresses such as s3:// and md: are not read")
    return value


def _instant(value: str) -> str:
    try:
        return value if value == EVERYTHING else parse_instant(value)
    except ValueError:
        raise ValueError("ISO 8601 in UTC, such as 2024-01-01T00:00:00Z") from None


def _spark_address(value: str) -> str:
    if not _SPARK_ADDRESS.fullmatch(value):
        raise ValueError("the address of a Spark Connect server, such as sc://127.0.0.1:15002")
    return value


def _size(value: str) -> str:
    size = _SIZE.fullmatch(value)
    if size is None or not float(size[1]):
        raise ValueError("a size such as 4GB or 800MB")
    return value


def _month(value: str) -> str:
    try:
        datetime.strptime(value, "%Y-%m")
    except ValueError:
        raise ValueError("a month such as 2026-11") from None
    return value


_Model = TypeVar("_Model", bound=BaseSettings)
LocalPath = Annotated[Path, BeforeValidator(_local_path), AfterValidator(Path.absolute)]


class Limits(BaseSettings):
    """Limits for every DuckDB connection."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    memory_limit: Annotated[str, AfterValidator(_size)] = Field(
        "4GB", description="Memory limit for the whole build. DuckDB gets half."
    )
    duckdb_threads: int = Field(2, ge=1, description="Threads that DuckDB uses in a build.")

    @classmethod
    def from_environment(cls, **overrides: Any) -> Self:
        """Read the settings from the environment, relative paths from the working directory.

        Args:
            overrides: Settings that take precedence over the environment.

        Raises:
            SettingError: One is not as expected; the message names it and says what was expected.
        """
        return _read(cls, overrides)


class Settings(Limits):
    """The settings of one build. ``OperatingSettings`` has those of Dagster."""

    _build_folder: Path | None = PrivateAttr(None)

    events_dir: LocalPath = Field(
        PROJECT / "seeds" / "events", description="The folder of event files."
    )
    warehouse_path: LocalPath = Field(
        PROJECT / "data" / "warehouse.duckdb", description="The published file."
    )
    seeds_dir: LocalPath = Field(PROJECT / "seeds", description="The folder of reference seeds.")
    reports_dir: LocalPath = Field(PROJECT / "reports", description="The folder of kept texts.")
    on_rejected: Literal["stop", "publish"] = Field(
        "stop",
        description="With rejected rows: stop the build, or publish without them.",
    )
    known_at: Annotated[str, AfterValidator(_instant)] = Field(
        EVERYTHING,
        description="Build the warehouse as it was known at this instant (ISO 8601, UTC).",
    )
    export: bool = Field(True, description="Publish open formats beside the file.")
    site: bool | None = Field(
        None,
        description="Publish pages beside the file. Empty: only up to a million events.",
    )
    dbt_threads: int = Field(2, ge=1, description="Number of models that dbt builds in parallel.")
    engine: Literal["duckdb", "spark"] = Field(
        "duckdb",
        description="The engine that replays the log: DuckDB, or an Apache Spark server.",
    )
    spark_remote: Annotated[str, AfterValidator(_spark_address)] = Field(
        "sc://127.0.0.1:15002", description="Address of the Spark Connect server."
    )
    spark_folder: LocalPath | None = Field(
        None,
        description="A folder that this machine and every Spark worker see under the same path."
        " Empty: spark/ beside the published file.",
    )
    publish: Literal["tables", "views"] = Field(
        "tables",
        description="Publish tables, or views of the Parquet files that Spark wrote.",
    )

    @model_validator(mode="before")
    @classmethod
    def _lower_words(cls, values: Any) -> Any:
        # "No", "STOP": a word's capitals mean nothing.
        return {
            name: value.strip().lower()
            if name in ("on_rejected", "export", "site", "engine", "publish")
            and isinstance(value, str)
            else value
            for name, value in values.items()
        }

    @model_validator(mode="after")
    def _warehouse_lies_outside_the_log(self) -> "Settings":
        if self.warehouse_path.resolve().is_relative_to(self.events_dir.resolve()):
            raise SettingError(
                f"The warehouse {self.warehouse_path.name} would be in the events folder"
                f" {self.events_dir.name!r}, which may hold only the log. Name another place with"
                " --warehouse or WAREHOUSE_PATH."
            )
        return self

    @model_validator(mode="after")
    def _views_are_of_spark(self) -> "Settings":
        if self.publish == "views" and self.engine != "spark":
            raise SettingError(
                "PUBLISH=views needs Parquet files that Spark wrote: set ENGINE=spark too, or leave"
                " PUBLISH empty to publish tables."
            )
        if self.publish == "views" and "," in str(self.warehouse_path.parent):
            raise SettingError(
                f"PUBLISH=views: the path of {self.warehouse_path.parent.name!r} contains a comma,"
                " which DuckDB reads as the end of a path. Name another with --warehouse, or"
                " publish tables."
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options take precedence over the environment, and both over ``paths.env``."""
        return init_settings, env_settings, _PathsOfTheFolder(settings_cls)

    @classmethod
    def from_environment(cls, **overrides: Any) -> Self:
        """Read the settings from the environment, relative paths from the working directory.

        Paths that the environment leaves out come from ``paths.env`` in the working directory.

        Args:
            overrides: Settings that take precedence over the environment.

        Raises:
            SettingError: One is not as expected; the message names it and says what was expected.
        """
        return _read(cls, overrides)

    def building_in(self, folder: Path) -> "Settings":
        """Copy of the settings for a DuckDB build in its own folder."""
        changed = self.replaced(engine="duckdb", publish="tables")
        changed._build_folder = folder
        return changed

    def replaced(self, **changes: Any) -> "Settings":
        """Copy of the settings with some values replaced."""
        return self.model_copy(update=changes)

    def _beside_the_file(self, name: str) -> Path:
        """Path of a companion file, named after the warehouse: a folder may hold several."""
        if self.warehouse_path.name == "warehouse.duckdb":
            return self.data_dir / name
        of_a_warehouse = self.warehouse_path.suffix == ".duckdb"
        file = self.warehouse_path.stem if of_a_warehouse else self.warehouse_path.name
        return self.data_dir / f"{file}.{name}"

    @property
    def data_dir(self) -> Path:
        """Folder of the published file; builds run here too."""
        return self.warehouse_path.parent

    @property
    def build_path(self) -> Path:
        """Path of the file that a build writes, beside the published one.

        Its stem is always ``build``: views name that catalog.
        """
        if self._build_folder is not None:
            return self._build_folder / "build.duckdb"
        if self.warehouse_path.name == "warehouse.duckdb":
            return self.data_dir / "build.duckdb"
        return self._beside_the_file("build") / "build.duckdb"

    @property
    def dbt_target_path(self) -> Path:
        """Folder with dbt's log, results and compiled SQL of the last build."""
        return self.build_path.with_name(self.build_path.name + ".dbt")

    @property
    def shared_folder(self) -> Path:
        """Folder of the builds on Spark, one subfolder each."""
        return self.spark_folder or self._beside_the_file("spark")

    @property
    def parquet_dir(self) -> Path:
        """Folder of the Parquet files behind published views, one subfolder a publication."""
        return self._beside_the_file("parquet")

    @property
    def export_dir(self) -> Path:
        """Folder of the open formats, published with the file."""
        return self._beside_the_file("export")

    @property
    def site_dir(self) -> Path:
        """Folder of the pages, published with the file."""
        return self._beside_the_file("site")

    @property
    def preview_dir(self) -> Path:
        """Folder of the last preview: a file and pages that are never published."""
        return self._beside_the_file("preview")

    @property
    def rejected_rows_path(self) -> Path:
        """File in which a build lists all rows that it left out of the log."""
        return self._beside_the_file("rejected_rows.csv")

    @property
    def build_log_path(self) -> Path:
        """File with the printed output of the last build."""
        return self._beside_the_file("build.log")

    def as_overrides(self) -> dict[str, str]:
        """Settings that options can change, as text for the run configuration of ``build``."""
        said = {None: "", True: "yes", False: "no"}
        return {
            "events_dir": str(self.events_dir),
            "warehouse_path": str(self.warehouse_path),
            "known_at": self.known_at,
            "on_rejected": self.on_rejected,
            "export": said[self.export],
            "site": said[self.site],
        }

    def as_environment(self) -> dict[str, str]:
        """The settings as environment variables of a dbt process."""
        return {
            "EVENTS_DIR": str(self.events_dir),
            "WAREHOUSE_PATH": str(self.warehouse_path),
            "BUILD_PATH": str(self.build_path),
            "SEEDS_DIR": str(self.seeds_dir),
            "REPORTS_DIR": str(self.reports_dir),
            "ON_REJECTED": self.on_rejected,
            "KNOWN_AT": self.known_at,
            "MEMORY_LIMIT": self.memory_limit,
            "DUCKDB_THREADS": str(self.duckdb_threads),
            "DBT_THREADS": str(self.dbt_threads),
            "ENGINE": self.engine,
            "SPARK_REMOTE": self.spark_remote,
            **SAFE_PATH,
        }


class OperatingSettings(BaseSettings):
    """Settings for Dagster: when runs start, and who gets alerts."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    schedule: bool = Field(False, description="Turn the schedules on at the start.")
    sensor: bool = Field(False, description="Turn the sensor changed_log on at the start.")
    retry_seconds: float = Field(
        15, ge=0, description="Seconds before the first retry of a step that met a lock."
    )
    history_from: Annotated[str, AfterValidator(_month)] = Field(
        "2026-11", description="The first month that rebuild_history can build."
    )
    alert_command: SecretStr | None = Field(
        None, description="Command that reads a failed run's message on standard input."
    )
    alert_webhook: SecretStr | None = Field(
        None, description='URL that receives the message as {"text": …}.'
    )
    alert_urls: SecretStr | None = Field(
        None, description="Apprise URLs to notify, separated by spaces."
    )

    @classmethod
    def from_environment(cls) -> "OperatingSettings":
        """Read the settings from the environment.

        Raises:
            SettingError: One is not as expected; the message names it and says what was expected.
        """
        return _read(cls, {})


class ReviewSettings(BaseSettings):
    """Settings of the person who reviews proposals."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    reviewer: str = Field(
        "",
        description="Your name: kept with each decision in intake_decisions.csv, never published.",
    )

    @classmethod
    def from_environment(cls) -> "ReviewSettings":
        """Read the settings from the environment."""
        return _read(cls, {})


class DbtSettings(BaseSettings):
    """Settings of a dbt process that was started by hand."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    build_path: LocalPath = Field(
        PROJECT / "data" / "build.duckdb",
        description="File that dbt builds in when you run it by hand: a build.duckdb.",
    )

    @classmethod
    def from_environment(cls) -> "DbtSettings":
        """Read the settings from the environment.

        Raises:
            SettingError: One is not as expected; the message names it and says what was expected.
        """
        return _read(cls, {})


def paths_of_the_folder() -> tuple[dict[str, str], list[str]]:
    """Read ``paths.env`` of the working directory, which says where the log of that folder is.

    Only paths are read, relative to that folder. A folder that somebody else made can therefore set
    no command and no address.

    Returns:
        The paths, by setting; the other names in the file, which are not read.

    Raises:
        SettingError: The file cannot be read.
    """
    try:
        folder = Path.cwd()
        text = (folder / PATHS_FILE).read_text("utf-8")
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(
            f"paths.env cannot be read: {error}. Make it a text of lines such as"
            " EVENTS_DIR=events, or move it away."
        ) from error
    said = dotenv_values(stream=io.StringIO(text), interpolate=False)
    paths = {
        name: value if _ADDRESS.match(value) else str(folder / value)
        for name in _PATHS
        if (value := said.get(name.upper()))
    }
    return paths, [name for name in said if name.lower() not in _PATHS]


class _PathsOfTheFolder(PydanticBaseSettingsSource):
    """Settings source that reads ``paths.env`` in the working directory."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return paths_of_the_folder()[0].get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return dict(paths_of_the_folder()[0])


def memory_bytes(size: str) -> int:
    """The bytes of a size such as ``4GB``, ``800MB`` or ``4GiB``."""
    found = _SIZE.fullmatch(size)
    assert found is not None
    step = 1024 if found[3] else 1000
    return int(float(found[1]) * step ** ("KMGT".index(found[2].upper()) + 1))


def _read(model: type[_Model], overrides: dict[str, Any]) -> _Model:
    try:
        return model(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        kind = model.model_fields[name].annotation
        if first["type"] == "value_error":
            expected = str(first["ctx"]["error"])
        elif first["type"] == "literal_error":
            expected = str(first["ctx"]["expected"]).replace("'", "")
        elif kind in (bool, bool | None):
            expected = "yes or no"
        else:
            expected = "a number, 1 or more" if kind is int else "a number, 0 or more"
        given = overrides.get(name) or os.environ.get(name.upper())
        value = first["input"] if given is None else given
        raise SettingError(
            f"The setting {name.upper()} is {value!r}; expected {expected}."
        ) from None
