"""Feeds of what the log learned, one for all and one a prison, as Atom (RFC 4287).

An entry is an instant at which the log came to say something else. It is computed from knowledge
intervals, not kept: the same log gives the same entries at every rebuild, under the same ids.
"""

import html
import re
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from inspections.pages import wording
from inspections.pages.contents import Learned, Publication

FEED = "changes.xml"
# How many publications of documents an entry names.
PUBLICATIONS_SHOWN = 100
# Ids are made of instants and prisons alone, so that no rebuild and no address changes them.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PRISONS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:prison-inspections:changes")
# Not made of a name, such as "all", which may be a prison's id.
_LOG = uuid.uuid5(uuid.NAMESPACE_URL, "urn:prison-inspections:log")


@dataclass(frozen=True)
class Entry:
    """Changes that the log learned at one instant.

    Attributes:
        instant: When, in UTC.
        title: How much, in words.
        lines: What, one line each: words, and the page that they are about.
    """

    instant: datetime
    title: str
    lines: list[tuple[str, str]]


def entries(publication: Publication, establishment_id: str | None = None) -> list[Entry]:
    """Changes that the log learned, the newest first.

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
        publications = [
            row
            for row in learned.publications
            if establishment_id in (None, row["establishment_id"])
        ]
        lines = _lines(counts, learned, names)
        # An entry is read: the page on publication has all.
        lines += [_publication(row, names) for row in publications[:PUBLICATIONS_SHOWN]]
        if len(publications) > PUBLICATIONS_SHOWN:
            more = len(publications) - PUBLICATIONS_SHOWN
            lines.append((f"And {wording.counted(more, 'publication')} more", "publication.html"))
        found.append(Entry(learned.instant, _title(counts, len(publications)), lines))
    return found


def _title(counts: Sequence[dict[str, Any]], publications: int) -> str:
    """Such as «65 facts added, 2 facts changed about 3 prisons; 4 publications»."""
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
    named = f"; {wording.counted(publications, 'publication')}" if publications else ""
    return ", ".join(said) + about + named


def _publication(row: dict[str, Any], names: dict[str, str]) -> tuple[str, str]:
    """Such as «Published, 19 January 2018: Report of the visit, HMP Liverpool»."""
    prison = row["establishment_id"]
    kind = row["what_name"] or wording.words(row["what"])
    # A withdrawal is told as such.
    head, about = (kind, []) if row["is_public"] is False else ("Published", [kind])
    if prison:
        about.append(names.get(prison, prison))
    if row["visit_type_name"]:
        held = wording.held({**row, "occurred_precision": row["held_precision"]})
        about.append(f"{row['visit_type_name'].lower()} of {held}")
    words = f"{head}, {wording.published(row)}: {', '.join(about) or 'of several visits'}"
    page = f"prisons/{wording.address(prison)}.html" if prison in names else "publication.html"
    return words, page


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
        for row in learned.causes:
            if (row["establishment_id"] or "") == prison:
                what = "Retracted" if row["event_type"] == "events_retracted" else "Reinstated"
                reason = f": {row['reason']}" if row["reason"] else ""
                lines.append((f"{what} {row['target_event_id']}{reason}", page))
        for row in learned.values:
            if (row["establishment_id"] or "") == prison:
                column = row["column_name"]
                was, now = (wording.value(row[name], column) for name in ("old_value", "new_value"))
                lines.append(
                    (
                        f"{row['statement_id']}, {wording.words(column)}: {was or 'nothing'} →"
                        f" {now or 'nothing'}",
                        page,
                    )
                )
    return lines


@dataclass(frozen=True)
class Feed:
    """A feed before it is drawn.

    Attributes:
        path: Its path within the folder of the pages.
        title: Its title.
        key: What its ids are made of.
        root: The way from it to the folder.
        entries: What the log learned, the newest first.
    """

    path: str
    title: str
    key: uuid.UUID
    root: str
    entries: Sequence[Entry]


def feeds(publication: Publication) -> Iterator[Feed]:
    """``changes.xml``, and one beside each prison's page.

    Args:
        publication: The published file as read.
    """
    title = "Prison inspections: what the log learned"
    yield Feed(FEED, title, _LOG, "", entries(publication))
    for prison in publication.prisons:
        yield Feed(
            f"prisons/{wording.address(prison.establishment_id)}.xml",
            f"{prison.name}: what the log learned",
            uuid.uuid5(_PRISONS, prison.establishment_id),
            "../",
            entries(publication, prison.establishment_id),
        )


def draw_feed(feed_of: Feed) -> bytes:
    """A feed as Atom."""
    # Where every feed is taken as it was, nothing needs it.
    from feedgen.feed import FeedGenerator

    key, root, found = feed_of.key, feed_of.root, feed_of.entries
    feed = FeedGenerator()
    feed.id(key.urn)
    feed.title(_clean(feed_of.title))
    feed.author({"name": "Prison inspections"})
    feed.generator("inspections")
    feed.link(href=feed_of.path.rpartition("/")[2], rel="self")
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
    return bytes(feed.atom_str(pretty=True))


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC)


def _clean(text: str) -> str:
    """A text without the characters that no XML may hold."""
    return _NOT_IN_XML.sub("", text)
