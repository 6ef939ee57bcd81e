"""dbt's project: its manifest, its digest, and the dbt that reads it.

The manifest is made by dbt where it is missing or older than what it is made of, so that the
definitions load on a fresh clone, with no warehouse there.
"""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

from inspections.errors import BuildFailure
from inspections.settings import DBT_PROJECT, PROJECT

_SOURCES = (
    "dbt_project.yml",
    "profiles.yml",
    ".dbtignore",
    "models",
    "macros",
    "tests",
    "analyses",
)
MANIFEST = DBT_PROJECT / "target" / "manifest.json"
_STAMP = DBT_PROJECT / "target" / "manifest.sources"


def dbt_executable() -> str:
    """The dbt of this environment, whatever the shell would find."""
    return str(Path(sys.executable).with_name("dbt"))


def project_digest() -> str:
    """A digest of everything that the manifest is made of: models, macros and seeds."""
    digest = hashlib.sha256()
    roots = [DBT_PROJECT / name for name in _SOURCES]
    files = [file for root in roots for file in ([root] if root.is_file() else root.rglob("*"))]
    files += (PROJECT / "seeds").glob("*.csv")
    for file in sorted(path for path in files if path.is_file()):
        digest.update(str(file.relative_to(PROJECT)).encode() + b"\0")
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()


def prepare_manifest() -> Path:
    """Make dbt's manifest where it is missing or out of date.

    Returns:
        Its path.

    Raises:
        BuildFailure: dbt cannot read the project.
    """
    digest = project_digest()
    if _is_made_of(digest):
        return MANIFEST
    _STAMP.parent.mkdir(exist_ok=True)
    # Dagster's page, its daemon and a build may all come first, and one at a time may write.
    with _STAMP.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_made_of(digest):
            _parse()
            _STAMP.write_text(digest)
    return MANIFEST


def _is_made_of(digest: str) -> bool:
    return MANIFEST.exists() and _STAMP.exists() and _STAMP.read_text() == digest


def _parse() -> None:
    result = subprocess.run(
        [
            dbt_executable(),
            "--quiet",
            "parse",
            "--project-dir",
            ".",
            "--profiles-dir",
            ".",
        ],
        cwd=DBT_PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise BuildFailure(
            "dbt cannot read its project, so nothing was built.",
            result.stdout.splitlines()[-20:],
        )
