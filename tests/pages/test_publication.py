"""The page on publication and the feeds' publications: what they say is what the file holds.

One log is the project's own, the other is invented, in prisons that do not exist.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from inspections.pages import wording
from inspections.pages.wording import number
from tests.conftest import Built
from tests.event_streams import write_event_files
from tests.pages.test_feed import read, text
from tests.pages.test_pages import Page, made


def words(page: Page) -> str:
    return " ".join(page.text.split())


@pytest.fixture(scope="module")
def own(elmley: Built) -> Page:
    """The page of the project's log."""
    return Page(elmley.warehouse.parent / "site" / "publication.html")


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory, published: Callable[..., Built]) -> Built:
    """An invented log with letters, bounds, sources that disagree, withdrawals and steps."""
    rows = [
        made(
            "establishments_described",
            "described",
            "2019-01-01",
            establishment_id="invented-marsh",
            name="HMP Invented Marsh",
        )
    ]
    for name, ended in (
        ("early", "2020-03-13"),
        ("late", "2021-03-12"),
        ("open", "2021-09-10"),
        ("two", "2022-03-11"),
        ("waiting", "2022-11-04"),
        ("unknown", "2022-11-25"),
        ("unknown-old", "2022-06-24"),
    ):
        started = str(date.fromisoformat(ended).replace(day=1))
        rows.append(
            made(
                "visits_held",
                f"held-{name}",
                started,
                visit_id=f"invented-{name}",
                establishment_id="invented-marsh",
                visit_type="full_inspection",
                started_on=started,
                ended_on=ended,
            )
        )
    rows += [
        # 20 days and a letter after 6; 200 days; between 111 and 141 days, across the target.
        published_row("early", "day", "2020-04-02"),
        published_row("early", "day", "2020-03-19", what="notification_letter"),
        published_row("late", "day", "2021-09-28"),
        published_row("open", "month", "2022-01-01"),
        published_row("two", "day", "2022-05-02"),
        {**published_row("two", "day", "2022-05-09"), "event_id": "two-again"},
        # The day of the last event is 1 December 2022.
        published_row("waiting", "unknown", "", published_not_before="2022-12-24"),
        published_row("late", "day", "2022-12-01", what="withdrawal"),
        made(
            "report_steps_taken",
            "step",
            "2022-11-30",
            visit_id="invented-waiting",
            establishment_id="",
            step="received_not_yet_published",
            done_by="",
            text="An invented step",
        ),
    ]
    folder = tmp_path_factory.mktemp("invented")
    write_event_files(rows, folder / "events")
    return published(folder / "events", site=True)


def published_row(
    visit: str, precision: str, on: str, what: str = "report", **payload: str
) -> dict[str, Any]:
    row = made(
        "reports_published",
        f"{visit}-{what}",
        on,
        visit_id=f"invented-{visit}",
        what=what,
        published_document_id="",
        **{"published_not_before": "", "published_not_after": "", "published_on": "", **payload},
    )
    return {**row, "occurred_precision": precision}


def test_the_tiles_count_the_publications_of_the_file(elmley: Built, own: Page) -> None:
    for term, condition in {
        "Publications in the log": "true",
        "Known to be out by some day": "public_by is not null",
        "In time": "is_in_time",
        "Late": "not is_in_time",
        "Sources disagree": "is_disputed",
        "Withdrawn": "withdrawn_by is not null",
    }.items():
        sql = f"select count(*) from fct_publications where is_public and {condition}"
        assert own.terms[term] == number(elmley.rows(sql)[0][0]), term


def test_lags_of_each_year_are_the_files(elmley: Built, own: Page) -> None:
    shown = [row for row in own.table("Lags in days") if len(row) > 1]
    expected = elmley.rows(
        "select year(held_on), count(*), count(lag_days), min(lag_days), median(lag_days),"
        " max(lag_days), target_days, count(*) filter (where is_in_time),"
        " count(*) filter (where is_in_time = false), count(*) filter (where is_in_time is null)"
        " from fct_publications where held_on is not null and is_public"
        " group by what, visit_type, year(held_on), target_days"
    )
    in_words = [
        [str(row[0]), *map(number, row[1:7]), *(map(number, row[7:]) if row[6] else "–––")]
        for row in expected
    ]
    assert sorted(shown) == sorted(in_words)


def test_visits_that_were_not_public_on_the_last_day_are_counted(elmley: Built, own: Page) -> None:
    [(last,)] = elmley.rows("select max(occurred_on) from events where is_live")
    assert f"What was not public yet on {wording.day(last)}?" in words(own)
    counts = dict(
        elmley.rows(f"select publicity, count(*) from publicity_on(date '{last}') group by all")
    )
    name, *rest = own.tables["Visits by year, and whether their report was public on that day"]
    shown = {
        state.lower(): sum(int(row[place]) for row in rest if row[place] != "·")
        for place, state in enumerate(name)
        if place
    }
    assert shown == counts
    assert f"Of {number(sum(counts.values()))} visits held by then" in words(own)
    assert f"says of {number(counts['unknown'])} whether the report was out" in words(own)


def test_each_source_of_a_disputed_publication_is_shown(elmley: Built, own: Page) -> None:
    shown = own.table("Publications whose sources have no day in common")
    [(readings,)] = elmley.rows("select sum(readings) from fct_publications where is_disputed")
    assert len(shown) == readings > 1
    doncaster = [row for row in shown if "Doncaster" in row[0]]
    assert [row[2:4] for row in doncaster] == [
        ["January 2016", "by 9 March 2016"],
        ["9 March 2016", "by 9 March 2016"],
    ]


def test_links_lead_to_the_visit_on_its_prisons_page(elmley: Built, own: Page) -> None:
    site = elmley.warehouse.parent / "site"
    places = [link for link in own.links if link.startswith("prisons/") and "#" in link]
    assert len(places) > 50
    pages: dict[str, Page] = {}
    for link in places:
        path, _, place = link.partition("#")
        page = pages.setdefault(path, Page(site / path))
        assert place in page.ids, link


def test_every_other_page_leads_to_the_page_on_publication(elmley: Built) -> None:
    site = elmley.warehouse.parent / "site"
    for path, target in (
        ("index.html", "publication.html"),
        ("prisons/liverpool.html", "../publication.html"),
        ("publication.html", "publication.html"),
    ):
        assert target in Page(site / path).links, path


def test_bounds_letters_and_targets_are_told_as_they_are(invented: Built) -> None:
    page = Page(invented.warehouse.parent / "site" / "publication.html")
    shown = {(row[1], row[2]): row[3:6] for row in page.table("Publications, the last first")}
    assert shown == {
        ("Report of the visit", "2 April 2020"): ["20", "126", "in time"],
        ("Urgent notification letter", "19 March 2020"): ["6", "7", "in time"],
        ("Report of the visit", "28 September 2021 withdrawn by 1 December 2022"): [
            *("200", "126", "late")
        ],
        ("Report of the visit", "January 2022"): ["113 to 143", "126", "cannot say"],
        ("Report of the visit", "between 2 May 2022 and 9 May 2022 sources disagree"): [
            *("52 to 59", "126", "in time")
        ],
        ("Report of the visit", "not before 24 December 2022"): [
            "at least 50",
            "126",
            "cannot say",
        ],
    }
    assert (
        "Report of the visit: full inspection, 4 publications: 2 in time, 1 late, 1 without a"
        in (words(page))
    )
    assert page.table("Withdrawals, and") == [
        [
            "HMP Invented Marsh Full inspection, 1 to 12 March 2021",
            "1 December 2022",
            "Report of the visit",
            "28 September 2021",
            page.table("Withdrawals, and")[0][4],
        ]
    ]


def test_what_was_not_public_on_the_last_day_is_named(invented: Built) -> None:
    page = Page(invented.warehouse.parent / "site" / "publication.html")
    assert "What was not public yet on 1 December 2022?" in words(page)
    assert page.table("Visits whose report was not public yet") == [
        # Of late, and no source says. A visit of before the target would not be named.
        [
            "HMP Invented Marsh Full inspection, 1 to 25 November 2022",
            "no source says",
            "day not stated",
        ],
        [
            "HMP Invented Marsh Full inspection, 1 to 4 November 2022",
            "not yet public",
            "not before 24 December 2022",
        ],
    ]
    [step] = page.table("Steps before publication")
    assert step[1:4] == [
        "Received not yet published An invented step",
        "30 November 2022",
        "not before 24 December 2022",
    ]
    assert "no source in the log says of 2 whether the report was out" in words(page)


def test_a_new_publication_is_told_in_the_feed_of_all_and_of_its_prison(
    elmley: Built, invented: Built
) -> None:
    """Feeds only counted «Reports published added: 1»."""
    site = invented.warehouse.parent / "site"
    for path in (site / "changes.xml", site / "prisons" / "invented-marsh.xml"):
        _, [entry] = read(path)
        assert text(entry, "title").endswith("; 8 publications")
        content = text(entry, "content")
        for told in (
            "Published, 2 April 2020: Report of the visit, HMP Invented Marsh,"
            " full inspection of 1 to 13 March 2020",
            "Published, 19 March 2020: Urgent notification letter, HMP Invented Marsh",
            "Published, January 2022: Report of the visit",
            "Published, not before 24 December 2022: Report of the visit",
            "Withdrawal of a published document, 1 December 2022: HMP Invented Marsh",
        ):
            assert told in content, told
    pages = elmley.warehouse.parent / "site" / "prisons"
    liverpool, bedford = (
        "".join(text(entry, "content") for entry in read(pages / f"{prison}.xml")[1])
        for prison in ("liverpool", "bedford")
    )
    assert "Published, 19 January 2018: Report of the visit, HMP Liverpool" in liverpool
    assert "Published, 19 January 2018" not in bedford


def test_days_of_publication_read_as_sources_give_them() -> None:
    for not_before, by, expected in (
        (date(2016, 3, 9), date(2016, 3, 9), "9 March 2016"),
        (date(2016, 2, 1), date(2016, 2, 29), "February 2016"),
        (date(2016, 1, 1), date(2016, 12, 31), "2016"),
        (date(2016, 1, 1), date(2016, 3, 31), "between 1 January 2016 and 31 March 2016"),
        (None, date(2016, 3, 9), "by 9 March 2016"),
        (date(2016, 3, 9), None, "not before 9 March 2016"),
        (None, None, "day not stated"),
        (date(9999, 12, 1), date.max, "between 1 December 9999 and 31 December 9999"),
    ):
        assert wording.between(not_before, by) == expected
