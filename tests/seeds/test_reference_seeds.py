"""A fault in a reference seed is reported with file and line, before dbt reads it."""

import shutil
from pathlib import Path

import pytest

from inspections.log.files.reference_seeds import SEEDS, ReferenceSeedError, check_reference_seeds

TWICE = b"hmip,HM Inspectorate of Prisons again,\n"


@pytest.mark.parametrize(
    ("seed", "addition", "said"),
    [
        ("bodies", b"caf\xe9,A body,\n", r"seeds/bodies.csv, line \d+, value .*byte 0xe9"),
        ("bodies", TWICE, r"seeds/bodies.csv, line \d+, column body, value 'hmip': it stands in"),
        ("bodies", b"x,A body, with a comma,\n", r"line \d+: the row has 4 fields; expected 3"),
        ("judgement_levels", b'x,"open\n', r"seeds/judgement_levels.csv, line \d+, value"),
    ],
)
def test_a_fault_of_a_reference_seed_is_named(
    seed: str, addition: bytes, said: str, tmp_path: Path
) -> None:
    folder = shutil.copytree(SEEDS, tmp_path / "seeds", ignore=lambda *_: {"events"})
    check_reference_seeds(folder)
    with (folder / f"{seed}.csv").open("ab") as stream:
        stream.write(addition)
    with pytest.raises(ReferenceSeedError, match=said):
        check_reference_seeds(folder)
