"""Resources shared by the steps: dbt, the build's settings, and the lock on its folder."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from importlib.metadata import version
from typing import Any

import dagster as dg
from dagster import InitResourceContext
from dagster_dbt import DbtCliResource
from packaging.version import Version
from pydantic import PrivateAttr

from inspections.publication.build_lock import build_lock
from inspections.settings import Settings


class Dbt(DbtCliResource):
    """dbt's command line, without what Dagster does before each start of it and nothing here needs.

    That is two seconds of a small build. Both are inner parts of dagster-dbt: where a later version
    names them otherwise, they are not called, and a build takes two seconds more.
    """

    @cached_property
    def _cli_version(self) -> Version:
        """The version of dbt, which a process of its own would be asked for."""
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Any) -> None:  # type: ignore[override]
        """No adapter: it would serve metadata of tables that the publication counts itself."""


@contextmanager
def environment_of_dbt(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment while a process of dbt is started, and no longer.

    dagster-dbt gives dbt this process's environment and takes no other.
    """
    # A build on DuckDB must not get the prefix that somebody's shell still has.
    names = {*variables, "SCHEMA_PREFIX"}
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


class Build(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The settings of a build. What a run leaves empty comes from the environment.

    Attributes:
        events_dir: The folder of event files.
        warehouse_path: The file to publish.
        known_at: The instant whose knowledge is built, ISO 8601 in UTC.
        on_rejected: What a rejected row does: ``stop`` or ``publish``.
        export: Whether open formats are published beside the file: ``yes`` or ``no``.
        site: Whether pages are: ``yes`` or ``no``.
    """

    events_dir: str = ""
    warehouse_path: str = ""
    known_at: str = ""
    on_rejected: str = ""
    export: str = ""
    site: str = ""

    def settings(self) -> Settings:
        """The settings, the run's own first."""
        own = {
            name: value
            for name in type(self).model_fields
            if name in Settings.model_fields and (value := getattr(self, name))
        }
        return Settings.from_environment(**own)

    _held: ExitStack | None = PrivateAttr(default=None)
    _ends: ExitStack = PrivateAttr(default_factory=ExitStack)

    def hold(self, tell: Callable[[str], None]) -> Settings:
        """Hold the lock of the data folder, from the first step that asks to the run's end.

        A step asks for it, and not the resource's start: a step that failed is tried again.

        Args:
            tell: Told once who holds it, where there is a wait.

        Returns:
            The settings.

        Raises:
            BuildFailure: Another build still runs after the wait.
        """
        settings = self.settings()
        if self._held is None:
            path = settings.build_path.with_name(settings.build_path.name + ".lock")
            with ExitStack() as stack:
                stack.enter_context(
                    build_lock(
                        path,
                        waiting=lambda holder: tell(
                            f"Another build is running (process {holder}): waiting."
                        ),
                    )
                )
                self._held = self._ends.enter_context(stack.pop_all())
        return settings

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator["Build"]:
        """Let go of the lock when the run ends."""
        with self._ends:
            yield self
