"""Feeds of what the log learned, one for all and one a prison, as Atom (RFC 4287).

An entry is an instant at which the log came to say something else. It is computed from knowledge
intervals, not kept: the same log gives the same entries at every rebuild, under the same ids.
"""

import html
import re
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feedgen.feed import FeedGenerator

from inspections.pages import wording
from inspections.pages.contents import Learned, Publication

FEED = "changes.xml"
# Ids are made of instants and prisons alone, so that no rebuild and no address changes them.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PRISONS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:prison-inspections:changes")
# Not made of a name, such as "all", which may be a prison's id.
_LOG = uuid.uuid5(uuid.NAMESPACE_URL, "urn:prison-inspections:log")


@dataclass(frozen=True)
class Entry:
    """What the log learned at one instant.

    Attributes:
        instant: When, in UTC.
        title: How much, in words.
        lines: What, one line each: words, and the page that they are about.
    """

    instant: datetime
    title: str
    lines: list[tuple[str, str]]


def entries(publication: Publication, establishment_id: str | None = None) -> list[Entry]:
    """What the log learned, the newest first.

    Args:
        publication: The published file as read.
        establishment_id: The prison that is asked about; all without it.
    """
    names = {prison.establishment_id: prison.name for prison in publication.prisons}
    found = []
    for learned in publication.learned:
        counts = [
            row for row in learned.counts if establishment_id in (None, row["establishment_id"])
        ]
        if not counts:
            continue
        found.append(Entry(learned.instant, _title(counts), _lines(counts, learned, names)))
    return found


def _title(counts: Sequence[dict[str, Any]]) -> str:
    """Such as «65 facts added, 2 changed»."""
    totals: dict[str, int] = defaultdict(int)
    for row in counts:
        totals[row["change"]] += row["count"]
    said = [
        f"{wording.counted(totals[change], 'fact')} {change}"
        for change in ("added", "changed", "removed")
        if totals[change]
    ]
    prisons = {row["establishment_id"] for row in counts if row["establishment_id"]}
    about = f" about {wording.counted(len(prisons), 'prison')}" if len(prisons) > 1 else ""
    return ", ".join(said) + about


def _lines(
    counts: Sequence[dict[str, Any]], learned: Learned, names: dict[str, str]
) -> list[tuple[str, str]]:
    by_prison: dict[str, list[str]] = defaultdict(list)
    for row in counts:
        by_prison[row["establishment_id"] or ""].append(
            f"{wording.words(row['event_type'])} {row['change']}: {row['count']}"
        )
    lines = []
    for prison, said in by_prison.items():
        name = names.get(prison, prison or "The log")
        page = f"prisons/{wording.address(prison)}.html" if prison in names else "index.html"
        lines.append((f"{name}: {'; '.join(said)}", page))
        for row in learned.values:
            if (row["establishment_id"] or "") == prison:
                was = row["old_value"] or "nothing"
                lines.append(
                    (
                        f"{row['event_id']}, {wording.words(row['column_name'])}: {was} →"
                        f" {row['new_value'] or 'nothing'}",
                        page,
                    )
                )
    return lines


def write_feeds(publication: Publication, folder: Path) -> None:
    """Write ``changes.xml``, and one beside each prison's page.

    Args:
        publication: The published file as read.
        folder: The folder of the pages.
    """
    _write(
        folder / FEED, "Prison inspections: what the log learned", _LOG, "", entries(publication)
    )
    for prison in publication.prisons:
        own = entries(publication, prison.establishment_id)
        address = wording.address(prison.establishment_id)
        path = folder / "prisons" / f"{address}.xml"
        title = f"{prison.name}: what the log learned"
        _write(path, title, uuid.uuid5(_PRISONS, prison.establishment_id), "../", own)


def _write(path: Path, title: str, key: uuid.UUID, root: str, found: Sequence[Entry]) -> None:
    feed = FeedGenerator()
    feed.id(key.urn)
    feed.title(_clean(title))
    feed.author({"name": "Prison inspections"})
    feed.generator("inspections")
    feed.link(href=path.name, rel="self")
    feed.link(href=f"{root}index.html", rel="alternate")
    # A feed has a date even where it has no entry yet.
    feed.updated(_utc(found[0].instant if found else datetime(1970, 1, 1)))
    for each in found:
        entry = feed.add_entry(order="append")
        entry.id(uuid.uuid5(key, each.instant.isoformat()).urn)
        entry.title(_clean(each.title))
        entry.updated(_utc(each.instant))
        entry.link(href=f"{root}index.html#changes")
        items = "".join(
            f'<li><a href="{html.escape(root + page)}">{html.escape(_clean(words))}</a></li>'
            for words, page in each.lines
        )
        entry.content(f"<ul>{items}</ul>", type="html")
    path.write_bytes(feed.atom_str(pretty=True))


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC)


def _clean(text: str) -> str:
    """A text without the characters that no XML may hold."""
    return _NOT_IN_XML.sub("", text)
