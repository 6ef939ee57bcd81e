"""The runbook of ``docs/operating.md``: finds the entry for a failure by the failure's code."""

import re
from functools import cache

from inspections.files import shown
from inspections.settings import PROJECT

RUNBOOK = PROJECT / "docs" / "operating.md"

# Failures that other programs word: a part of their message, and the entry that answers it.
FOREIGN = {"unexpectedly exited": "lost-run"}

_ENTRY = re.compile(r"^### ([a-z]+(?:-[a-z]+)+)$", re.MULTILINE)
_CODE = re.compile(r"\[([a-z]+(?:-[a-z]+)+)\]")


@cache
def runbook_codes() -> frozenset[str]:
    """The code of each entry of the runbook; none where the page is not installed."""
    return (
        frozenset(_ENTRY.findall(RUNBOOK.read_text("utf-8"))) if RUNBOOK.exists() else frozenset()
    )


def runbook_code(failure: str) -> str | None:
    """The code of the runbook entry that answers a failure; None if no entry does."""
    for code in _CODE.findall(failure):
        if code in runbook_codes():
            return str(code)
    return next((code for words, code in FOREIGN.items() if words in failure), None)


def what_to_do(failure: str) -> str:
    """A line that links a failure to its runbook entry; empty if it has none."""
    code = runbook_code(failure)
    return f"What to do: {shown(RUNBOOK)}#{code}" if code else ""
