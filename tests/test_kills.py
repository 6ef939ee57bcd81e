"""A few of the kills of ``tests/kill_at_random.py``; that script makes as many as one likes."""

import random
from pathlib import Path

import pytest

from tests.kill_at_random import kill


@pytest.mark.parametrize("what", ["build", "append"])
def test_killed_at_a_random_instant_nothing_is_torn(what: str, tmp_path: Path) -> None:
    tally = kill(what, 1, tmp_path, random.Random(7))
    assert sum(tally[key] for key in ("killed", "had ended")) == 1
