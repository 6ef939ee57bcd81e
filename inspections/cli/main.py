"""The command line: ``inspections``.

This package has options, progress and messages. Each command imports the module that does its work
only when it runs, so that ``--help`` is fast.
"""

import atexit
import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from inspections.cli.failures import Commands, prepare_process
from inspections.processes import SAFE_PATH

if TYPE_CHECKING:
    from inspections.settings import Settings

app = typer.Typer(
    name="inspections",
    cls=Commands,
    help="Build the warehouse of prison inspections, add to its log, and query it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

# Texts, not paths: a path would make s3:/ of s3://, which the settings refuse by name.
EventsOption = Annotated[
    str | None,
    typer.Option("--events", help="The folder of event files.", show_default=False),
]
WarehouseOption = Annotated[
    str | None,
    typer.Option("--warehouse", help="The published file.", show_default=False),
]


def _settings(
    events: str | None = None,
    warehouse: str | None = None,
    known_at: str | None = None,
    on_rejected: str | None = None,
) -> "Settings":
    """Settings from a command's options, and from the environment for the rest."""
    from inspections.settings import Settings

    options = {
        "events_dir": events,
        "warehouse_path": warehouse,
        "known_at": known_at,
        "on_rejected": on_rejected,
    }
    # An empty option counts as unset, like an empty variable.
    return Settings.from_environment(**{name: value for name, value in options.items() if value})


@app.callback()
def _commands() -> None:
    """Warn of names in ``paths.env`` that are not read from it."""
    from inspections.settings import PATHS_FILE, paths_of_the_folder

    _, others = paths_of_the_folder()
    if others:
        typer.echo(
            f"{PATHS_FILE}: {', '.join(others)} is not read from this file, which sets only paths;"
            " set it in the environment.",
            err=True,
        )


@app.command(
    epilog="Examples:  inspections init ~/our-inspections   ·   inspections init ours --body BODY"
)
def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    body: Annotated[
        list[str] | None,
        typer.Option(
            "--body",
            help="Code of a body whose reference data to keep. Default: all bodies.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make an empty log for another organisation, in its own folder.

    Commands run in that folder read and publish that log, without options. The project does not
    change, and upgrading the project does not change the folder.
    """
    from inspections.log.new_log import make_log

    make_log(folder, body or [])
    Console().print(
        f"{folder.name} holds an empty log. Read its README.md, and run every command there.",
        highlight=False,
        soft_wrap=True,
    )


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
            help="Build the warehouse as known at this instant (ISO 8601, UTC).",
            show_default=False,
        ),
    ] = None,
    on_rejected: Annotated[
        str | None,
        typer.Option(
            "--on-rejected",
            help="With rejected rows: stop the build, or publish without them.",
            show_default="stop",
        ),
    ] = None,
) -> None:
    """Replay the log, check the result, and publish it. A failure publishes nothing.

    Exit code 0: published. 1: nothing was published, and the last publication stays.
    """
    from inspections.cli.build import run_build
    from inspections.instants import parse_instant

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
    settings = _settings(events, warehouse, instant, on_rejected)
    raise typer.Exit(run_build(Console(), settings))


ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in plain words.")]
DocumentOption = Annotated[
    str | None,
    typer.Option("--document", help="All events that cite this document.", show_default=False),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
]
FilesArgument = Annotated[list[Path], typer.Argument(help="Event files, or folders of them.")]
EventIdsArgument = Annotated[list[str] | None, typer.Argument(help="Events, by their id.")]


@app.command(
    epilog="Examples:  inspections intake report.pdf --out proposal   ·   then, after a look at"
    " proposal/review.html: inspections append proposal --document proposal/report.txt   ·  "
    " inspections intake all-reports/ --out proposals"
)
def intake(
    documents: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Documents as PDF, .docx, .odt, .html or text in UTF-8, or folders of them."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the proposed rows.", show_default=False),
    ] = None,
    events: EventsOption = None,
    prefer: Annotated[
        str | None,
        typer.Option(
            "--prefer",
            help="this-document: propose corrections where the document contradicts the log.",
            show_default=False,
        ),
    ] = None,
    about: Annotated[
        list[str] | None,
        typer.Option(
            "--about",
            help="Limit --prefer to this event of the log. Default: all events.",
            show_default=False,
        ),
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="Print how often each rule was right; read no document.")
    ] = False,
) -> None:
    """Read an inspectorate's documents, compare them with the log, and propose event rows.

    Nothing enters the log automatically.

    Exit code 0: the documents' totals agree with the rows and the log. 3: a person has to decide
    something. 1: a document cannot be read.
    """
    from inspections.cli.intake import intake_documents, tell_rules

    if rules:
        if documents or out or prefer or about:
            raise typer.BadParameter("takes no other option", param_hint="--rules")
        tell_rules(Console(), _settings(events))
        return
    if not documents:
        raise typer.BadParameter("names no document", param_hint="DOCUMENTS")
    if out is None:
        raise typer.BadParameter(
            "is missing; expected a folder for the proposed rows", param_hint="--out"
        )
    raise typer.Exit(intake_documents(Console(), documents, out, events, prefer, about or []))


@app.command(
    epilog="Examples:  inspections review proposal   ·   inspections review proposals/ --no-open"
    " --port 8123"
)
def review(
    proposal: Annotated[
        Path, typer.Argument(help="A proposal made by intake, or a folder of proposals.")
    ],
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port; 0 picks a free one.")
    ] = 0,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Print the address; do not open a browser.")
    ] = False,
    events: EventsOption = None,
    warehouse: WarehouseOption = None,
) -> None:
    """Review proposals in the browser: keep, leave out, edit and add rows, then append them.

    The page is served on this machine only, until you press Ctrl-C. Every decision is saved in the
    proposal's files at once.
    """
    from inspections.cli.review import review_proposals

    review_proposals(Console(), _settings(events, warehouse), proposal, port, not no_open)


@app.command(
    epilog="Examples:  inspections append progress_judged.csv   ·   inspections append proposal/"
    " --dry-run   ·   inspections append proposal/ --document report.txt"
)
def append(
    files: FilesArgument,
    events: EventsOption = None,
    document: Annotated[
        Path | None,
        typer.Option(
            "--document",
            help="Text that the rows cite; it is copied into reports/. The documents.csv beside "
            "the event files must list it.",
            show_default=False,
        ),
    ] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Validate new event rows and append them to the log, all or none.

    Fills in missing recorded_at and event_id values. Appending the same batch twice has no effect.
    """
    from inspections.cli.log_commands import append_files

    append_files(Console(), _settings(events), files, document, dry_run)


@app.command(epilog="Examples:  inspections preview   ·   inspections preview proposal/")
def preview(
    batch: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Event files or folders of them, such as a proposal. Default: only the log."
        ),
    ] = None,
    document: Annotated[
        Path | None,
        typer.Option(
            "--document",
            help="Text that the rows cite. A proposal's own report.txt is found without it.",
            show_default=False,
        ),
    ] = None,
    events: EventsOption = None,
    warehouse: WarehouseOption = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Preview again whenever a file of the log, the seeds or the batch changes. Open"
            " pages reload themselves. Stop with Ctrl-C.",
        ),
    ] = False,
) -> None:
    """Show what a build would publish, without publishing.

    Replays the log with BATCH, checks the result, prints the differences from the publication, and
    writes a DuckDB file and pages into preview/ beside the warehouse.

    Exit code 0: the log takes the batch, and a build would publish the result. 3: something would
    stop it. 1: the preview failed.
    """
    from inspections.cli.preview import run_preview

    settings = _settings(events, warehouse)
    raise typer.Exit(run_preview(Console(), settings, batch or [], document, watch))


@app.command(
    epilog="Examples:  inspections retract elmley-2023-irp-judged-1.42 --reason 'read wrongly'   ·"
    "   inspections retract --document hmp-elmley-irp-2023-02 --reason 'report withdrawn'"
)
def retract(
    reason: ReasonOption,
    event_ids: EventIdsArgument = None,
    document: DocumentOption = None,
    events: EventsOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Retract events, or all events that cite a document, with everything that depends on them."""
    from inspections.cli.log_commands import retract_events

    settings = _settings(events)
    retract_events(
        Console(), settings, "events_retracted", event_ids or [], document, reason, dry_run
    )


@app.command(
    epilog="Examples:  inspections reinstate elmley-2023-irp-judged-1.42 --reason 'was right'   ·"
    "   inspections reinstate --document hmp-elmley-irp-2023-02 --reason 'published again'"
)
def reinstate(
    reason: ReasonOption,
    event_ids: EventIdsArgument = None,
    document: DocumentOption = None,
    events: EventsOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Reinstate retracted events, or all that cite a document."""
    from inspections.cli.log_commands import retract_events

    settings = _settings(events)
    retract_events(
        Console(), settings, "events_reinstated", event_ids or [], document, reason, dry_run
    )


@app.command(
    epilog="Examples:  inspections diff 2026-11-24 2026-11-25   ·   inspections diff 2026-11-24"
    " 2026-11-25T12:00:00Z --format csv"
)
def diff(
    known_from: Annotated[str, typer.Argument(help="An instant or a day, ISO 8601 in UTC.")],
    known_to: Annotated[str, typer.Argument(help="The later instant or day.")],
    warehouse: WarehouseOption = None,
    format: Annotated[str, typer.Option("--format", help="text, csv or json.")] = "text",
) -> None:
    """Show what was learned between two instants, and how it changed the numbers."""
    from inspections.instants import parse_instant
    from inspections.publication.differences import as_csv, as_json, differences, format_differences

    if format not in ("text", "csv", "json"):
        raise typer.BadParameter(
            f"{format!r} is not known; expected text, csv or json", param_hint="--format"
        )
    settings = _settings(warehouse=warehouse)
    try:
        instants = [parse_instant(text) for text in (known_from, known_to)]
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    found = differences(settings.warehouse_path, *instants)
    if format == "text":
        typer.echo("\n".join(format_differences(found)))
    else:
        typer.echo(as_csv(found) if format == "csv" else as_json(found), nl=False)


@app.command(
    epilog="Examples:  inspections export --out open-data   ·   inspections export --out open-data"
    " --tables dim_visits,fct_outcomes   ·   inspections export --out then --known-at 2024-01-01"
)
def export(
    out: Annotated[
        Path, typer.Option("--out", help="Target folder. An earlier export in it is replaced.")
    ],
    tables: Annotated[
        str | None,
        typer.Option("--tables", help="Only these tables, comma-separated.", show_default=False),
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option(
            "--known-at",
            help="Build the warehouse as known at this instant (ISO 8601, UTC) in a separate "
            "place, and export that.",
            show_default=False,
        ),
    ] = None,
    warehouse: WarehouseOption = None,
    events: EventsOption = None,
) -> None:
    """Write the published tables as Parquet, CSV, a workbook, and a data package.

    Exit code 0: written. 1: nothing was written, and the folder's content stays.
    """
    from inspections.cli.export import export_known_at
    from inspections.instants import parse_instant
    from inspections.publication.formats.export import export as export_tables

    chosen = None
    if tables is not None:
        chosen = [name.strip() for name in tables.split(",") if name.strip()]
        if not chosen:
            raise typer.BadParameter("names no table", param_hint="--tables")
    settings = _settings(events, warehouse)
    if known_at is None:
        counts = export_tables(settings.warehouse_path, out, chosen)
    else:
        try:
            instant = parse_instant(known_at)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--known-at") from error
        counts = export_known_at(out, instant, chosen, settings)
    typer.echo(
        f"Exported {sum(counts.values()):,} rows of {len(counts)} tables to {out.name}/: Parquet,"
        " CSV, a workbook, and datapackage.json, which describes them."
    )


@app.command(
    epilog='Examples:  inspections query "select * from dim_visits"   ·   inspections query "from'
    " outcomes_as_of(date '2023-03-01', null)\" --csv   ·   inspections query - < question.sql"
)
def query(
    sql: Annotated[str, typer.Argument(help="A select; - reads it from standard input.")],
    warehouse: WarehouseOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print all rows as CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print all rows as JSON.")] = False,
) -> None:
    """Query the published file in SQL, read-only, with its macros.

    Exit code 0: answered, with rows or without. 1: the query cannot be answered.
    """
    from inspections.cli.query import run_query

    if as_csv and as_json:
        raise typer.BadParameter("cannot be combined with --csv", param_hint="--json")
    text = typer.get_text_stream("stdin").read() if sql == "-" else sql
    form = "csv" if as_csv else "json" if as_json else "table"
    run_query(_settings(warehouse=warehouse).warehouse_path, text, form)


def main() -> None:
    """Run the command line."""
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    os.environ.update(SAFE_PATH)
    # Most of what a command makes are modules, which stay: looking through them again and again
    # for garbage took half a second of a build, and once more at its end a whole one.
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)
    prepare_process()
    app()


if __name__ == "__main__":
    main()
