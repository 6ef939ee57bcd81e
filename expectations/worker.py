"""The suites in a process of their own, for callers that do other work meanwhile.

``python -m expectations.worker`` imports Great Expectations at once, which takes seconds. It then
reads one request a line from standard input, as JSON with ``database``, ``built_at`` and
``seeds_dir``, and
answers each with one line: ``findings``, or ``error`` with what went wrong. It ends with its input,
and so with the process that started it.
"""

import json
import sys
import traceback
from pathlib import Path
from typing import Any

from expectations.validation import built_tables, suite_names, warm_up
from inspections.log.files.known_departures import KnownDeparturesError, read_known_departures


def main() -> None:
    """Answer requests until the input ends."""
    answers = sys.stdout
    # Whatever a library prints must not be taken for an answer.
    sys.stdout = sys.stderr
    warm_up()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer: dict[str, Any] = {"findings": _findings(**request)}
        except KnownDeparturesError as error:
            answer = {"error": str(error).rstrip(".")}
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer, default=str) + "\n")
        answers.flush()


def _findings(database: str, built_at: str, seeds_dir: str) -> list[dict[str, Any]]:
    found = []
    known = read_known_departures(Path(seeds_dir))
    with built_tables(Path(database), built_at, known) as built:
        for table in suite_names():
            outcome = built.validate(table)
            # A suite in which nothing was evaluated fails by a finding of its own.
            for finding in outcome.findings or outcome.failures:
                found.append(
                    {
                        "table": table,
                        "result": "warned" if finding in outcome.warnings else finding.result,
                        "stops": finding.stops,
                        "words": f"{table}: {finding.in_words()}",
                    }
                )
    return found


if __name__ == "__main__":
    main()
