"""Feeds of what the log learned: Atom, with the file's numbers, ids that last, links that lead."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from inspections.pages import write_pages
from tests.conftest import EVENTS, Built
from tests.pages.test_pages import Page, emptied

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def site(elmley: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the site that the build of the project's log published."""
    folder = tmp_path_factory.mktemp("feeds") / "site"
    return Path(shutil.copytree(elmley.warehouse.parent / "site", folder))


def read(path: Path) -> tuple[ElementTree.Element, list[ElementTree.Element]]:
    feed = ElementTree.parse(path).getroot()
    return feed, feed.findall(f"{ATOM}entry")


def text(element: ElementTree.Element, name: str) -> str:
    found = element.find(f"{ATOM}{name}")
    assert found is not None and found.text, name
    return found.text


def test_a_feed_has_what_the_standard_asks_for(site: Path) -> None:
    for path in (site / "changes.xml", site / "prisons" / "elmley.xml"):
        feed, entries = read(path)
        # RFC 4287: an id, a title and a date for feed and entries, an author, a link to itself.
        ids = [text(each, "id") for each in (feed, *entries)]
        assert len(set(ids)) == len(ids)
        assert all(each.startswith("urn:uuid:") for each in ids)
        dates = [datetime.fromisoformat(text(each, "updated")) for each in entries]
        assert all(each.tzinfo is not None for each in dates)
        assert dates == sorted(dates, reverse=True)
        assert datetime.fromisoformat(text(feed, "updated")) == dates[0]
        assert all(text(each, "title") for each in (feed, *entries))
        assert feed.find(f"{ATOM}author/{ATOM}name") is not None
        links = {each.get("rel"): each.get("href") for each in feed.findall(f"{ATOM}link")}
        assert links["self"] == path.name


def test_entries_count_what_the_log_learned_at_each_instant(elmley: Built, site: Path) -> None:
    _, entries = read(site / "changes.xml")
    instants = [row[0] for row in elmley.rows("select distinct known_from from events order by 1")]
    assert len(entries) == len([each for each in instants if each])
    newest_first = sorted((each for each in instants if each), reverse=True)
    for place in (0, 1, 2):
        instant, before = newest_first[place : place + 2]
        added, changed = elmley.rows(
            "select count(distinct statement_id) filter (where change = 'added'),"
            " count(distinct statement_id) filter (where change = 'changed')"
            f" from what_changed(timestamp '{before}', timestamp '{instant}')"
        )[0]
        assert text(entries[place], "title").startswith(f"{added or changed} fact")
    _, of_elmley = read(site / "prisons" / "elmley.xml")
    assert 0 < len(of_elmley) < len(entries)


def test_what_a_retraction_takes_away_is_counted_and_told_in_the_prisons_own_feed(
    published: Callable[..., Built], tmp_path: Path
) -> None:
    """The retraction of a visit took five statements away; feeds said «1 removed», and only one did."""
    log = Path(shutil.copytree(EVENTS, tmp_path / "log"))
    (log / "events_retracted.csv").write_text(
        "event_id,occurred_on,occurred_precision,recorded_at,document_id,paragraph,"
        "corrects_event_id,retracted_event_id,reason\n"
        "invented-retraction,,unknown,2026-12-01T00:00:00Z,,,,liverpool-2015-held,An invented reason\n",
        encoding="utf-8",
    )
    built = published(log, site=True)
    [(removed,)] = built.rows(
        "select count(distinct statement_id)"
        " from what_changed(timestamp '2026-11-30 23:59:59', timestamp '2026-12-01 00:00:00')"
        " where change = 'removed' and event_id = 'invented-retraction'"
    )
    assert removed == 5
    pages = built.warehouse.parent / "site"
    for path in (pages / "changes.xml", pages / "prisons" / "liverpool.xml"):
        _, entries = read(path)
        assert text(entries[0], "title").startswith(f"{removed} facts removed")
        assert "Retracted liverpool-2015-held: An invented reason" in text(entries[0], "content")
    _, of_another = read(pages / "prisons" / "bedford.xml")
    assert not any("liverpool" in text(entry, "content") for entry in of_another)


def test_links_of_a_feed_lead_to_pages(site: Path) -> None:
    for path in (site / "changes.xml", site / "prisons" / "elmley.xml"):
        _, entries = read(path)
        for entry in entries:
            page = path.with_suffix(".html")
            page.write_text(text(entry, "content"), encoding="utf-8")
            for target in Page(page).links:
                assert (path.parent / target).exists(), target
            if path.name != "changes.xml":
                break


def test_ids_are_those_of_instants_and_last(elmley: Built, site: Path, tmp_path: Path) -> None:
    warehouse = emptied(elmley, tmp_path, "delete from fct_outcomes")
    write_pages(warehouse, tmp_path / "site")
    _, before = read(site / "changes.xml")
    _, after = read(tmp_path / "site" / "changes.xml")
    assert [text(each, "id") for each in after] == [text(each, "id") for each in before]
