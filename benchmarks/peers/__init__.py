"""The same question, asked of others: the status of every recommendation at a day and an instant.

Belongs here: one module for each peer, which loads the event files in its own way and answers
rule 8 of the rules of time, with corrections, retractions and their cascades. Each has the same
four functions, so that the benchmark and the tests can go through them:

- ``missing() -> str``: why it cannot run on this machine, or an empty text;
- ``load(events_dir) -> handle``;
- ``statuses_as_of(handle, day, known_at) -> set of (recommendation_id, status, event_id)``;
- ``close(handle)``.

``PEERS`` must give equal answers. ``dbt_snapshot`` cannot and is no peer in that sense: it says
what it lost.

Does not belong here: anything of the warehouse. The peers and it share no code but the
declaration of the files, so that equal answers mean something. A peer reads only the event types
that the question needs, and holds a sound log: none of them has a gate.
"""

from importlib import import_module
from types import ModuleType

PEERS = ("sqlite", "pandas", "polars", "mariadb")


def peer(name: str) -> ModuleType:
    """Import one peer's module; its libraries are imported only when it loads."""
    return import_module(f"benchmarks.peers.{name}_peer")
