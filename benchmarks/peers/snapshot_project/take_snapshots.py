"""Run ``dbt snapshot`` once for each ``states-*.tsv`` of a folder, in their order."""

import sys
from pathlib import Path

from dbt.cli.main import dbtRunner

PROJECT = Path(__file__).parent


def main(folder: Path) -> int:
    """Show dbt one state of the system after another.

    Returns:
        The exit code: 1 as soon as one run fails.
    """
    for states in sorted(folder.glob("states-*.tsv")):
        states.replace(folder / "states.tsv")
        result = dbtRunner().invoke(
            [
                "snapshot",
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
            ]
        )
        if not result.success:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
