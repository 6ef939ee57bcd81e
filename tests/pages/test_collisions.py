"""Ids of the log that are names of the pages' own, and places that lie nowhere near their country."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from inspections.pages import write_pages
from inspections.pages.maps import Bounds, Place, outline_of
from inspections.pages.parts.addresses import page_showing
from tests.event_streams import DOCUMENT, write_event_files
from tests.published import Built

# Names of the pages' own: of parts, of a visit, of the search form, of a list, of a feed.
TAKEN = ["content", "tests", "visits", "recommendations", "figures", "visit-all", "find", "index"]


def event(event_type: str, event_id: str, day: str = "2021-01-01", **columns: str) -> dict:
    return {
        "event_type": event_type,
        "event_id": event_id,
        "occurred_on": day,
        "occurred_precision": "day",
        "recorded_at": "2026-01-01T00:00:00Z",
        "document_id": DOCUMENT,
        **columns,
    }


LOG = [
    event("establishments_described", "E1", establishment_id="all", name="Allmoor (invented)"),
    event("establishments_described", "E2", establishment_id="changes", name="Changesmoor (invented)"),
    event("visits_held", "V1", visit_id="all", establishment_id="all", visit_type="full_inspection"),
    event("visits_held", "V2", "2022-01-01", visit_id="judgements", establishment_id="all", visit_type="independent_review_of_progress", follows_visit_id="all"),
    event("outcomes_judged", "O1", visit_id="all", healthy_prison_test="safety", outcome="good"),
    event("figures_observed", "F1", establishment_id="all", measure="incidents_on_camera", value="9"),
    *(
        event("recommendations_made", f"R{name}", recommendation_id=name, visit_id="all", kind="recommendation", reference=f"1.{place}", text="Invented.")
        for place, name in enumerate(TAKEN)
    ),
    *(
        event("progress_judged", f"J{name}", "2022-01-01", visit_id="judgements", recommendation_id=name, scale="hmip_progress", judgement="good_progress")
        for name in TAKEN
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def built(published: Callable[..., Built], tmp_path_factory: pytest.TempPathFactory) -> Built:
    log = tmp_path_factory.mktemp("taken") / "log"
    write_event_files(LOG, log)
    return published(log, site=True)


class Ids:
    """The ids of a page, each with its element's name, and what refers to them."""

    def __init__(self, page: Path) -> None:
        from html.parser import HTMLParser

        self.found: list[tuple[str, str]] = []
        self.named: list[str] = []
        self.linked: list[str] = []
        parser = HTMLParser()
        parser.handle_starttag = self._start  # type: ignore[method-assign]
        parser.feed(page.read_text("utf-8"))

    def _start(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        own = dict(attributes)
        if own.get("id"):
            self.found.append((str(own["id"]), tag))
        if own.get("aria-labelledby"):
            self.named.append(str(own["aria-labelledby"]))
        if "#" in (own.get("href") or ""):
            self.linked.append(str(own["href"]))


def test_ids_of_the_log_never_meet_the_pages_own(built: Built) -> None:
    """The skip link led to a recommendation called ``content``, a visit's link to another."""
    site = built.warehouse.parent / "site"
    pages = {path: Ids(path) for path in site.rglob("*.html") if path.name != "models.html"}
    assert len(pages) > 8
    for path, ids in pages.items():
        twice = [
            name for name, count in Counter(name for name, _ in ids.found).items() if count > 1
        ]
        assert twice == [], path
        own = dict(ids.found)
        assert set(ids.named) <= set(own), path
        for link in ids.linked:
            page, _, place = link.partition("#")
            target = (path.parent / page).resolve() if page else path
            assert place in dict(pages[target].found), (path, link)
        skip = next(link for link in ids.linked if link.startswith("#"))
        assert own[skip[1:]] == "main", path
    prison = dict(pages[site / "prisons" / "all.html"].found)
    for name in TAKEN:
        page = page_showing(site, "all", "all", name)
        assert prison[page.partition("#")[2]] == "article"
    visit = page_showing(site, "all", "all", "")
    assert prison[visit.partition("#")[2]] == "li"


def test_no_two_feeds_or_entries_share_an_id(built: Built) -> None:
    """A prison called ``all`` had the id of the feed of all: readers kept one of the two."""
    site = built.warehouse.parent / "site"
    feeds = sorted(site.rglob("*.xml"))
    assert len(feeds) == 3
    ids = [
        element.text
        for path in feeds
        for element in ElementTree.parse(path).getroot().iter("{http://www.w3.org/2005/Atom}id")
    ]
    assert len(ids) > 5
    assert len(ids) == len(set(ids))


def test_a_place_with_latitude_and_longitude_swapped_moves_no_map(
    built: Built, tmp_path: Path
) -> None:
    """One such entry made the frame reach to Africa, and the country a speck in it."""
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(built.warehouse, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        assert connection.execute(
            "select count(*) from dim_prison_register where not is_within_country"
        ).fetchall() == [(0,)]
        connection.execute(
            "update dim_prison_register set latitude = longitude, longitude = latitude,"
            " is_within_country = false where register_id = 'EYI'"
        )
    write_pages(warehouse, tmp_path / "site")
    page = "tests/hmip_outcome-safety.html"
    before = (built.warehouse.parent / "site" / page).read_text("utf-8")
    after = (tmp_path / "site" / page).read_text("utf-8")

    def frame(text: str) -> str:
        return text[text.index('<figure class="map">') : text.index("<circle")]

    assert frame(after) == frame(before)
    assert before.count("<circle") == after.count("<circle") + 1
    assert "Not drawn" not in before
    assert "outside the country: Elmley" in " ".join(after.split())


def test_the_frame_is_that_of_the_countries() -> None:
    wales = Bounds(51.0, -5.5, 53.5, -2.5)
    first, second = (outline_of([Place(52.0, longitude)], [wales]) for longitude in (-3.0, 52.0))
    assert first == second
    assert first is not None
    assert first.holds(Place(52.0, -3.0))
    assert not first.holds(Place(-3.0, 52.0))
    # Without the bounds of any country the places make the frame.
    around = outline_of([Place(60.0, 25.0)])
    assert around is not None and around.holds(Place(60.0, 25.0))
    assert outline_of([], [wales]) is None
