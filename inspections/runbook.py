"""The runbook, ``docs/operating.md``: its headings are the messages that it has an answer to."""

import re
from functools import cache

from inspections.files import shown
from inspections.settings import PROJECT

RUNBOOK = PROJECT / "docs" / "operating.md"


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


def what_to_do(message: str) -> str:
    """Where the runbook answers a message, as a sentence; empty where it does not."""
    heading = runbook_heading((message.splitlines() or [""])[0])
    return f"What to do: {shown(RUNBOOK)}, under “{heading}”." if heading else ""
