"""dbt's project: its manifest, its digest, and the dbt that reads it.

The manifest is made by dbt where it is missing or older than what it is made of, so that the
definitions load on a fresh clone, with no warehouse there.
"""

import hashlib
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from inspections.errors import BuildFailure
from inspections.files import exclusive_lock
from inspections.processes import child_environment
from inspections.settings import DBT_PROJECT, PROJECT, Settings

_SOURCES = (
    "dbt_project.yml",
    "profiles.yml",
    ".dbtignore",
    "models",
    "macros",
    "tests",
    "analyses",
)
_GROW_WITH_THE_LOG = ("documents.csv", "intake_decisions.csv", "known_departures.csv")
MANIFEST = DBT_PROJECT / "target" / "manifest.json"
_PARTIAL_PARSE = DBT_PROJECT / "target" / "partial_parse.msgpack"
_STAMP = DBT_PROJECT / "target" / "manifest.sources"
_ROOT_PATH = re.compile(r'"root_path": ("[^"]*")')


def dbt_executable() -> str:
    """The dbt of this environment, whatever the shell would find."""
    return str(Path(sys.executable).with_name("dbt"))


def project_digest(seeds_dir: Path | None = None) -> str:
    """Digest of a build's inputs other than the log: models, macros, reference seeds.

    The documents, the decisions on proposed rows and the known departures are none: they grow with
    the log, and are read as the log is.

    Args:
        seeds_dir: The folder of reference seeds; that of ``SEEDS_DIR`` if it is left out.
    """
    digest = hashlib.sha256(_code_digest().encode())
    folder = seeds_dir or Settings.from_environment().seeds_dir
    for file in sorted(folder.glob("*.csv")):
        if file.name not in _GROW_WITH_THE_LOG and file.is_file():
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _code_digest() -> str:
    """A digest of what dbt's manifest is made of: models, macros, and which seeds there are.

    A seed's rows are read from whichever folder is named, not by way of the manifest.
    """
    digest = hashlib.sha256()
    roots = [DBT_PROJECT / name for name in _SOURCES]
    files = [file for root in roots for file in ([root] if root.is_file() else root.rglob("*"))]
    for file in sorted(path for path in files if path.is_file()):
        digest.update(str(file.relative_to(PROJECT)).encode() + b"\0")
        digest.update(file.read_bytes() + b"\0")
    for file in sorted((PROJECT / "seeds").glob("*.csv")):
        digest.update(file.name.encode() + b"\0")
    return digest.hexdigest()


def prepare_manifest() -> Path:
    """Make dbt's manifest where it is missing or out of date.

    Returns:
        Its path.

    Raises:
        BuildFailure: dbt cannot read the project.
    """
    digest = _code_digest()
    if _is_made_of(digest):
        return MANIFEST
    _STAMP.parent.mkdir(exist_ok=True)
    # Dagster's page, its daemon and a build may all come first, and one at a time may write.
    descriptor = os.open(_STAMP.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    with exclusive_lock(descriptor, math.inf):
        if not _is_made_of(digest):
            if not _is_of_this_folder():
                # Else dbt takes over what it parsed there.
                _PARTIAL_PARSE.unlink(missing_ok=True)
            _parse()
            _STAMP.write_text(digest)
    return MANIFEST


def _is_made_of(digest: str) -> bool:
    return _STAMP.exists() and _STAMP.read_text() == digest and _is_of_this_folder()


def _is_of_this_folder() -> bool:
    """Whether the manifest finds the seeds where this project has them.

    dbt writes their place as it was told it: ``dbt``, where somebody ran it in the folder above, or
    another folder, where the project was moved or copied since. It runs in its own folder here.
    """
    if not MANIFEST.exists():
        return False
    return {DBT_PROJECT / root for root in _roots(MANIFEST, _state(MANIFEST))} == {DBT_PROJECT}


@lru_cache(maxsize=1)
def _roots(path: Path, state: tuple[int, int, int]) -> set[str]:
    return {json.loads(root) for root in _ROOT_PATH.findall(path.read_text("utf-8"))}


def _state(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def manifest() -> dict[str, Any]:
    """Dbt's manifest, parsed once for as long as the file stays the same.

    All callers share it: nobody may change it.
    """
    # Not as it lies there: dbt writes the file in place, and another process may be at it.
    path = prepare_manifest()
    return _parsed(path, _state(path))


@lru_cache(maxsize=1)
def _parsed(path: Path, state: tuple[int, int, int]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def run_dbt(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run dbt on the project in a process of its own.

    Dagster starts it through dagster-dbt, which turns its events into assets and checks; whatever
    else needs dbt starts it here.

    Args:
        arguments: Of dbt's command line.
        environment: Settings beside those of the environment.

    Returns:
        What it said, and its exit code.
    """
    return subprocess.run(
        [dbt_executable(), "--quiet", *arguments],
        cwd=DBT_PROJECT,
        env=child_environment(environment),
        capture_output=True,
        text=True,
        check=False,
    )


def _parse() -> None:
    result = run_dbt("parse", "--project-dir", ".", "--profiles-dir", ".")
    if result.returncode:
        raise BuildFailure(
            "dbt cannot read its project, so nothing was built.",
            result.stdout.splitlines()[-20:],
        )
