"""One plain message for each run that failed: what failed, what stays, what to do.

It goes to the run's log and, where they are set, to a command (``ALERT_COMMAND``), a web address
(``ALERT_WEBHOOK``) and whatever Apprise can reach (``ALERT_URLS``). None of them is ever written
anywhere, since each may hold a secret, and none can make a run fail.
"""

import logging
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from urllib.parse import urlencode

import dagster as dg

from inspections.settings import PROJECT, OperatingSettings, Settings

TIMEOUT_SECONDS = 10.0
RUNBOOK = PROJECT / "docs" / "operating.md"
_LINES_TOLD = 25


def alert_text(job: str, run_id: str, failure: str, settings: Settings) -> str:
    """Say in plain words what failed, what stays published, and what to do.

    Args:
        job: The job that failed.
        run_id: Its run.
        failure: What failed, in words.
        settings: Where the publication lies.

    Returns:
        The message.
    """
    lines = failure.strip().splitlines() or ["No reason was given."]
    if len(lines) > _LINES_TOLD:
        lines = [*lines[:_LINES_TOLD], f"… and {len(lines) - _LINES_TOLD} more lines"]
    file = f"{settings.data_dir.name}/{settings.warehouse_path.name}"
    stays = (
        f"The last publication, {file}, stays as it was."
        if settings.warehouse_path.exists()
        else "There is no earlier publication."
    )
    heading = runbook_heading(lines[0])
    where = f", under “{heading}”" if heading else ""
    return "\n".join(
        [
            f"{job} failed (run {run_id.split('-')[0]}).",
            *lines,
            stays,
            f"What to do: docs/operating.md{where}.",
        ]
    )


@cache
def runbook_headings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The messages that the runbook has an answer to, the longest first.

    Returns:
        Each heading with the pattern that it stands for: ``…`` is any text.
    """
    if not RUNBOOK.exists():
        return ()
    found = []
    for line in RUNBOOK.read_text("utf-8").splitlines():
        if line.startswith("### "):
            heading = line.removeprefix("### ").strip()
            pattern = ".*".join(re.escape(part) for part in heading.split("…"))
            found.append((heading, re.compile(pattern, re.DOTALL)))
    return tuple(sorted(found, key=lambda pair: -len(pair[0].replace("…", ""))))


def runbook_heading(message: str) -> str | None:
    """The heading of the runbook that a message stands under."""
    for heading, pattern in runbook_headings():
        if pattern.search(message):
            return heading
    return None


def deliver(message: str, warn: Callable[[str], None]) -> None:
    """Hand a message to whoever is set: a command, a web address, addresses of Apprise.

    Args:
        message: The message.
        warn: Told in words where it did not arrive; never the command or the address itself.
    """
    settings = OperatingSettings.from_environment()
    for name, receiver, send in (
        ("ALERT_COMMAND", settings.alert_command, _run),
        ("ALERT_WEBHOOK", settings.alert_webhook, _post),
        ("ALERT_URLS", settings.alert_urls, _notify),
    ):
        if receiver is None:
            continue
        try:
            send(receiver.get_secret_value(), message)
        # Whatever is wrong with a receiver, the run has failed for a reason of its own. The error's
        # text stays out: it may quote the address.
        except Exception as error:
            warn(f"The alert did not reach {name}: {type(error).__name__}.")


def _run(command: str, message: str) -> None:
    subprocess.run(
        shlex.split(command),
        input=message.encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )


def _post(address: str, message: str) -> None:
    """Post ``{"text": …}``, which chat programs understand: Apprise's JSON, its fields renamed."""
    scheme, separator, rest = address.partition("://")
    if not separator or scheme not in ("http", "https"):
        raise ValueError("not a web address")
    own = {"http": "json", "https": "jsons"}[scheme]
    dropped = dict.fromkeys((":version", ":title", ":type", ":attachments"), "")
    fields = {":message": "text", **dropped}
    _notify(f"{own}://{rest}{'&' if '?' in rest else '?'}{urlencode(fields)}", message)


def _notify(addresses: str, message: str) -> None:
    # Two thirds of a second to import, which only a failure need take.
    import apprise

    # Its warnings quote addresses.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    limits = urlencode({"cto": TIMEOUT_SECONDS, "rto": TIMEOUT_SECONDS})
    receivers = apprise.Apprise()
    for address in addresses.split():
        if not receivers.add(f"{address}{'&' if '?' in address else '?'}{limits}"):
            raise ValueError("no address that Apprise knows")
    if not receivers.notify(body=message, title="", body_format=apprise.NotifyFormat.TEXT):
        raise ConnectionError


def format_failure(error: BaseException | None) -> str:
    """What failed: the step's own words, or that the program did."""
    if isinstance(error, dg.Failure) and error.description:
        return error.description
    if error is None:
        return "The build stopped on a fault of the program."
    return f"The build stopped on a fault of the program: {type(error).__name__}: {error}"


@dg.failure_hook(name="notify_failure")
def notify_failure(context: dg.HookContext) -> None:
    """Tells of a failed step at once, in the run's own process, whoever started it."""
    message = alert_text(
        context.job_name,
        context.run_id,
        format_failure(context.op_exception),
        Settings.from_environment(),
    )
    context.log.error(message)
    deliver(message, context.log.warning)


@dg.run_failure_sensor(
    name="runs_that_failed_outside_a_step",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
    description="Tells of runs that were killed or could not start: no step of theirs could.",
)
def runs_that_failed_outside_a_step(
    context: dg.RunFailureSensorContext,
) -> Iterator[dg.SkipReason]:
    """Tells of a failed run that no step has told of."""
    run = context.dagster_run
    told = context.instance.all_logs(
        run.run_id,
        of_type={
            dg.DagsterEventType.HOOK_COMPLETED,
            dg.DagsterEventType.HOOK_ERRORED,
        },
    )
    if told:
        yield dg.SkipReason("The step that failed has told of it.")
        return
    message = alert_text(
        run.job_name,
        run.run_id,
        context.failure_event.message or "The run ended without a reason.",
        Settings.from_environment(),
    )
    context.log.error(message)
    deliver(message, context.log.warning)
