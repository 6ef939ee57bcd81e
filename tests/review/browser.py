"""The review's command in a process of its own, and Chromium that looks at it."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from inspections.settings import Settings
from tests.pages.test_pages import BROWSER, FLAGS


@dataclass
class Command:
    """``inspections review`` as a person starts it."""

    path: Path
    settings: Settings
    process: subprocess.Popen[str] | None = None
    address: str = ""

    def start(self, *options: str) -> str:
        environment = {**os.environ, **self.settings.as_environment(), "REVIEWER": "A. Steward"}
        self.process = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("inspections")),
                *("review", str(self.path), "--no-open", "--port", "0", *options),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            # A shell starts what runs in the background with Ctrl-C ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], 120)
        assert ready, "the address is printed at once, as one line that is flushed"
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("http://127.0.0.1:"), self.address
        return self.address

    def kill(self) -> None:
        """End it as the kernel does when memory runs out: nothing of it runs any more."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> str:
        """End it as Ctrl-C does; what it said."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            said = self.process.communicate(timeout=60)[0]
            assert self.process.returncode in (-signal.SIGKILL, 130), (
                self.process.returncode,
                said,
            )
            return said
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@contextmanager
def command(path: Path, settings: Settings) -> Iterator[Command]:
    made = Command(path, settings)
    made.start()
    try:
        yield made
    finally:
        made.stop()


@dataclass
class Look:
    """A browser that keeps what pages asked for and complained of."""

    browser: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def at(self, address: str, width: int = 1440, scheme: str = "light") -> Any:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        context.set_default_timeout(120_000)
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in ("error", "warning")
                else None
            ),
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        return page


@contextmanager
def browser() -> Iterator[Look]:
    if not BROWSER:
        pytest.skip("Chromium is not installed: the review is not looked at in a browser.")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield Look(opened)
        opened.close()
