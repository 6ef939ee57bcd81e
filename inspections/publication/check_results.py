"""The checks of one build and what became of them.

They lie beside the build, so that the publication can say how many passed, and a summary can be
read back.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspections.settings import Settings

# A check whose rows at fault are all accepted departures, and an accepted departure that is none.
KNOWN, STALE = "known", "stale"
_DEPARTURES = "departures from the review method"


@dataclass
class Ledger:
    """Results of a build's checks."""

    path: Path

    @classmethod
    def of(cls, settings: Settings) -> "Ledger":
        """The ledger of the build that is going on."""
        return cls(settings.build_path.with_name(settings.build_path.name + ".checks.json"))

    @classmethod
    def start(cls, settings: Settings) -> "Ledger":
        """An empty ledger for a new build."""
        ledger = cls.of(settings)
        ledger.path.parent.mkdir(parents=True, exist_ok=True)
        ledger.path.write_text("[]", encoding="utf-8")
        return ledger

    def add(self, check: str, result: str, note: str = "") -> None:
        """Add one check."""
        self.add_all([(check, result, note)])

    def add_all(self, checks: Iterable[tuple[str, str, str]]) -> None:
        """Add checks, each with its result and a note, by one write."""
        self._add(
            [{"check": check, "result": result, "note": note} for check, result, note in checks]
        )

    def add_dbt_tests(self, run_results: dict[str, Any]) -> None:
        """Add the data tests of a dbt run."""
        self._add(
            [
                {
                    "check": entry["unique_id"].split(".")[2],
                    "result": {"pass": "passed", "warn": "warned"}.get(entry["status"], "failed"),
                    "note": entry["message"] or "",
                }
                for entry in run_results["results"]
                if entry["unique_id"].startswith("test.")
            ]
        )

    def count_departures(self, known: int, new: int) -> None:
        """Note how many rows depart from the review method, by whether the log's keepers know."""
        self._add(
            [{"check": _DEPARTURES, "result": "counted", "note": "", "known": known, "new": new}]
        )

    def by_name(self) -> dict[str, list[dict[str, Any]]]:
        """All checks so far by name: those of a suite have its table's."""
        found: dict[str, list[dict[str, Any]]] = {}
        for check in self.checks:
            found.setdefault(check["check"], []).append(check)
        return found

    @property
    def departures(self) -> tuple[int, int] | None:
        """The departures that are known and accepted, and the new ones; None if not yet counted."""
        counted = [check for check in self.checks if check["check"] == _DEPARTURES]
        return (counted[-1]["known"], counted[-1]["new"]) if counted else None

    @property
    def stale(self) -> list[dict[str, Any]]:
        """Accepted departures that are none any more."""
        return [check for check in self.checks if check["result"] == STALE]

    def _add(self, checks: list[dict[str, Any]]) -> None:
        self.path.write_text(json.dumps(self.checks + checks), encoding="utf-8")

    @property
    def checks(self) -> list[dict[str, Any]]:
        """All checks so far."""
        entries: list[dict[str, Any]] = json.loads(self.path.read_text("utf-8"))
        return entries

    @property
    def passed(self) -> int:
        """How many passed, but for departures that are known and accepted."""
        return sum(check["result"] in ("passed", KNOWN) for check in self.checks)

    @property
    def warned(self) -> list[dict[str, Any]]:
        """Checks that found a departure."""
        return [check for check in self.checks if check["result"] == "warned"]
