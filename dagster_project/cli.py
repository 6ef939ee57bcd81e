"""The command line: ``inspections``.

What belongs here: options, progress, and results in words. What a command does lies in the module
that it calls, which is imported when the command runs: ``--help`` answers at once.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(
    name="inspections",
    help="The warehouse of prison inspections: build it, add to its log, ask what changed.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

EventsOption = Annotated[
    Path | None,
    typer.Option("--events", help="The folder of event files.", show_default=False),
]
WarehouseOption = Annotated[
    Path | None,
    typer.Option("--warehouse", help="The published file.", show_default=False),
]


def _set_environment(
    events: Path | None = None,
    warehouse: Path | None = None,
    known_at: str | None = None,
    on_rejected: str | None = None,
) -> None:
    """Give the options precedence over the environment."""
    if events is not None:
        os.environ["EVENTS_DIR"] = str(events.absolute())
    if warehouse is not None:
        os.environ["WAREHOUSE_PATH"] = str(warehouse.absolute())
    if known_at is not None:
        os.environ["KNOWN_AT"] = known_at
    if on_rejected is not None:
        os.environ["ON_REJECTED"] = on_rejected


@app.callback()
def _commands() -> None:
    """Without a callback a lone command would lose its name."""


@app.command(
    epilog="Examples:  inspections build   ·   inspections build --events my/events --warehouse"
    " my/warehouse.duckdb   ·   inspections build --known-at 2024-01-01T00:00:00Z"
)
def build(
    events: EventsOption = None,
    warehouse: WarehouseOption = None,
    known_at: Annotated[
        str | None,
        typer.Option(
            "--known-at",
            help="Build what was known at this instant, ISO 8601 in UTC.",
            show_default=False,
        ),
    ] = None,
    on_rejected: Annotated[
        str | None,
        typer.Option(
            "--on-rejected",
            help="What a rejected row does: stop the build, or let it publish without the row.",
            show_default="stop",
        ),
    ] = None,
) -> None:
    """Replay the log, check what it gives, and publish it, or nothing.

    Exit code 0: published. 1: nothing was published, and the last publication stays.
    """
    from dagster_project.build import run_build
    from dagster_project.instants import parse_instant

    if on_rejected not in (None, "stop", "publish"):
        raise typer.BadParameter(
            f"{on_rejected!r} is not known; expected stop or publish",
            param_hint="--on-rejected",
        )
    instant = None
    if known_at is not None:
        try:
            instant = parse_instant(known_at)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--known-at") from error
    _set_environment(events, warehouse, instant, on_rejected)
    raise typer.Exit(run_build(Console()))


def main() -> None:
    """Run the command line; an interrupt ends it in a sentence."""
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    try:
        app()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; nothing was published.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
