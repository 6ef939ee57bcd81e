"""One plain message for each run that failed: what failed, what stays, what to do.

It goes to the run's log and, where they are set, to a command (``ALERT_COMMAND``), a web address
(``ALERT_WEBHOOK``) and whatever Apprise can reach (``ALERT_URLS``). None of them is ever written
anywhere, since each may hold a secret, and none can make a run fail.
"""

import json
import logging
import re
import shlex
import shutil
import subprocess
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote, urlsplit

import dagster as dg
from pydantic import SecretStr

from inspections.errors import with_code
from inspections.files import shown
from inspections.runbook import RUNBOOK, runbook_code, what_to_do
from inspections.settings import OperatingSettings, Settings

TIMEOUT_SECONDS = 10.0
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
    return "\n".join(
        [
            f"{job} failed (run {run_id.split('-')[0]}).",
            *lines,
            stays,
            what_to_do(failure) or f"What to do: {shown(RUNBOOK)}",
        ]
    )


def warning_text(run_id: str, notes: Sequence[str]) -> str:
    """Say in plain words what went wrong after a publication, and what to do.

    Args:
        run_id: The run that published.
        notes: What went wrong, in words.

    Returns:
        The message.
    """
    codes = dict.fromkeys(filter(None, map(runbook_code, notes)))
    return "\n".join(
        [
            f"The warehouse was published (run {run_id.split('-')[0]}), with warnings.",
            *notes,
            f"What to do: {' '.join(f'{shown(RUNBOOK)}#{code}' for code in codes)}",
        ]
    )


def receiver_faults() -> list[str]:
    """Find receivers of alerts that cannot work, before the first alert.

    Returns:
        One sentence each, which never quotes the receiver.
    """
    settings = OperatingSettings.from_environment()
    faults = []
    if settings.alert_command is not None and not _is_command(_secret(settings.alert_command)):
        faults.append(
            "ALERT_COMMAND is no command that can be run here; expected an installed program, with"
            " its arguments quoted as in a shell."
        )
    if settings.alert_webhook is not None and not _is_web_address(_secret(settings.alert_webhook)):
        faults.append(
            "ALERT_WEBHOOK is no web address; expected one such as"
            " https://chat.example.org/hooks/1."
        )
    for place, address in _addresses(settings):
        try:
            _receiver(address)
        except ValueError:
            faults.append(
                f"{place} is no address that Apprise knows; expected one such as"
                " mailto://user:password@example.org. The other receivers still get alerts."
            )
    return faults


def deliver(message: str, warn: Callable[[str], None]) -> None:
    """Send a message to the configured receivers: a command, a URL, Apprise URLs.

    Each is handed it whatever becomes of the others, side by side.

    Args:
        message: The message.
        warn: Told in words where it did not arrive; never the command or the address itself.
    """
    settings = OperatingSettings.from_environment()
    receivers: list[tuple[str, Callable[[str, str], None], str]] = []
    if settings.alert_command is not None:
        receivers.append(("ALERT_COMMAND", _run, _secret(settings.alert_command)))
    if settings.alert_webhook is not None:
        receivers.append(("ALERT_WEBHOOK", _post, _secret(settings.alert_webhook)))
    receivers += [(place, _notify, address) for place, address in _addresses(settings)]
    if not receivers:
        return
    with ThreadPoolExecutor(len(receivers)) as threads:
        sent = [threads.submit(send, receiver, message) for _, send, receiver in receivers]
    for (place, _, _), sending in zip(receivers, sent, strict=True):
        error = sending.exception()
        # Whatever is wrong with a receiver, the run has failed for a reason of its own. The error's
        # text stays out: it may quote the address.
        if error is not None:
            code = getattr(error, "code", "")
            warn(f"The alert did not reach {place}: {f'{type(error).__name__} {code}'.strip()}.")


def _secret(receiver: SecretStr) -> str:
    return receiver.get_secret_value().strip()


def _addresses(settings: OperatingSettings) -> list[tuple[str, str]]:
    """The addresses of ``ALERT_URLS``, each with what it is called where it must not be quoted."""
    addresses = _secret(settings.alert_urls).split() if settings.alert_urls else []
    if len(addresses) == 1:
        return [("ALERT_URLS", addresses[0])]
    return [
        (f"ALERT_URLS, address {number} of {len(addresses)}", address)
        for number, address in enumerate(addresses, 1)
    ]


def _is_command(command: str) -> bool:
    try:
        program, *_ = shlex.split(command)
    except ValueError:
        return False
    return shutil.which(program) is not None


def _run(command: str, message: str) -> None:
    subprocess.run(
        shlex.split(command),
        input=message.encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        # Asked for, a port that is no number raises.
        is_sound = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and is_sound
    return is_one and re.fullmatch(r"[!-~]+", address) is not None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Refuses to follow a redirect, on which a message would be dropped in silence."""

    def redirect_request(self, *_: Any) -> None:
        """Follow none: the answer is an error then."""


def _post(address: str, message: str) -> None:
    """Post ``{"text": …}``, which chat programs understand, to the address exactly as it is set.

    Its query holds the key of some chat programs. Apprise would read it as settings of its own.
    """
    if not _is_web_address(address):
        raise ValueError("not a web address")
    headers = {"Content-Type": "application/json"}
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    if at:
        headers["Authorization"] = f"Basic {b64encode(unquote(user).encode()).decode()}"
        address = parts._replace(netloc=host).geturl()
    request = urllib.request.Request(address, json.dumps({"text": message}).encode(), headers)
    opener = urllib.request.build_opener(_NoRedirect)
    with opener.open(request, timeout=TIMEOUT_SECONDS):
        pass


def _receiver(address: str) -> Any:
    """The receiver at an address of Apprise.

    Raises:
        ValueError: It is none that Apprise knows.
    """
    # Two thirds of a second to import, which is taken only where it is asked for.
    import apprise

    # Its warnings quote addresses.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    receiver = apprise.Apprise.instantiate(address)
    if not receiver:
        raise ValueError("no address that Apprise knows")
    # Not by the address, which may have a query of its own.
    receiver.socket_connect_timeout = receiver.socket_read_timeout = TIMEOUT_SECONDS
    return receiver


def _notify(address: str, message: str) -> None:
    import apprise

    receivers = apprise.Apprise()
    receivers.add(_receiver(address))
    if not receivers.notify(body=message, title="", body_format=apprise.NotifyFormat.TEXT):
        raise ConnectionError


def format_failure(error: BaseException | None) -> str:
    """Description of a failure: the step's own message, or a bug's."""
    if isinstance(error, dg.Failure) and error.description:
        return error.description
    if error is None:
        return with_code("The build stopped on a bug of this program.", "program-fault")
    return with_code(
        f"The build stopped on a bug of this program: {type(error).__name__}: {error}",
        "program-fault",
    )


@dg.failure_hook(name="notify_failure", required_resource_keys={"build"})
def notify_failure(context: dg.HookContext) -> None:
    """Sends an alert for a failed step at once, in the run's own process."""
    message = alert_text(
        context.job_name,
        context.run_id,
        format_failure(context.op_exception),
        context.resources.build.settings(),
    )
    context.log.error(message)
    deliver(message, context.log.warning)


@dg.run_failure_sensor(
    name="runs_that_failed_outside_a_step",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
    description="Alerts you to runs that were killed or could not start, which no step of "
    "theirs could "
    "report.",
)
def runs_that_failed_outside_a_step(
    context: dg.RunFailureSensorContext,
) -> Iterator[dg.SkipReason]:
    """Sends an alert for a failed run if no step has sent one."""
    run = context.dagster_run
    told = context.instance.all_logs(
        run.run_id,
        of_type={
            dg.DagsterEventType.HOOK_COMPLETED,
            dg.DagsterEventType.HOOK_ERRORED,
        },
    )
    if told:
        yield dg.SkipReason("The failed step has sent the alert.")
        return
    message = alert_text(
        run.job_name,
        run.run_id,
        context.failure_event.message or "The run ended without a reason.",
        Settings.from_environment(),
    )
    context.log.error(message)
    deliver(message, context.log.warning)
