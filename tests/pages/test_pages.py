"""The pages: their numbers are the file's, what people wrote stays text, and a browser agrees.

Over 500 lines, as its tests share one built site and one browser.

The hostile log is invented, and so are its prisons.
"""

import base64
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import pytest

from inspections.dbt_project import MANIFEST
from inspections.files import swap_folder
from inspections.pages import comparing, contents, is_site, write_pages, writing
from inspections.pages.model_docs import write_model_docs
from inspections.pages.wording import SHOWN_CHARACTERS, address, day, held, link, number, places
from inspections.settings import DBT_PROJECT, PROJECT
from tests.conftest import Built
from tests.event_streams import DOCUMENT, write_event_files

pytestmark = pytest.mark.minutes(2)

BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def in_a_browser(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that opens pages in Chromium."""
    reason = "Chromium is not installed: the pages are not opened in a browser."
    return pytest.mark.slow(pytest.mark.skipif(not BROWSER, reason=reason)(test))


MARKUP = (
    "<script>document.title='run'</script>\"'><img src=x onerror=\"document.title='run'\">{{7*7}}"
)
LONG = 1_000_000


class Page(HTMLParser):
    """A page's content: its tables by name, its terms, its ids and its links."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = path.read_text("utf-8")
        self.tables: dict[str, list[list[str]]] = {}
        self.terms: dict[str, str] = {}
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._cell: list[str] | None = None
        self._rows: list[list[str]] = []
        self._term = ""
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.attributes |= given.keys()
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if given.get("role") == "region":
            self._rows = self.tables.setdefault(given["aria-label"] or "", [])
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th", "dt", "dd"):
            self._cell = []

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("td", "th", "dt", "dd") or self._cell is None:
            return
        content = " ".join("".join(self._cell).split())
        self._cell = None
        if tag == "dt":
            self._term = content
        elif tag == "dd":
            self.terms[self._term] = content
        else:
            self._rows[-1].append(content)

    def table(self, start: str) -> list[list[str]]:
        """The rows below the head of the table whose name starts so."""
        (found,) = [rows for name, rows in self.tables.items() if name.startswith(start)]
        return found[1:]


@pytest.fixture(scope="module")
def site(elmley: Built) -> Path:
    """The pages that the build of the project's log published."""
    return elmley.warehouse.parent / "site"


def made(event_type: str, event_id: str, occurred_on: str, **payload: str) -> dict[str, Any]:
    return {
        "event_type": event_type,
        "event_id": event_id,
        "occurred_on": occurred_on,
        "occurred_precision": "day",
        "recorded_at": "2022-01-01T00:00:00Z",
        "document_id": DOCUMENT,
        "paragraph": "",
        "corrects_event_id": "",
        **payload,
    }


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, published: Callable[..., Built]) -> Built:
    """An invented log whose names, ids and texts are markup, paths, and a million characters."""
    folder = tmp_path_factory.mktemp("hostile")
    prison, visit, recommendation = f"../../{MARKUP}", f"../visit{MARKUP}", f"made {MARKUP}"
    rows = [
        made("establishments_described", "e1", "2020-01-01", establishment_id=prison, name=MARKUP),
        made(
            "establishments_described",
            "e2",
            "2020-01-01",
            establishment_id="invented-long",
            name="x" * 3_000,
        ),
        made(
            "visits_held",
            "e3",
            "2020-03-01",
            visit_id=visit,
            establishment_id=prison,
            visit_type="full_inspection",
        ),
        made(
            "visits_held",
            "e4",
            "2021-03-01",
            visit_id="invented-review",
            establishment_id=prison,
            visit_type="independent_review_of_progress",
        ),
        made(
            "outcomes_judged",
            "e5",
            "2020-03-01",
            visit_id=visit,
            unit=MARKUP,
            healthy_prison_test="safety",
            outcome="poor",
        ),
        made("concerns_raised", "e6", "2020-03-01", concern_id="c", visit_id=visit, text=MARKUP),
        made(
            "recommendations_made",
            "e7",
            "2020-03-01",
            recommendation_id=recommendation,
            visit_id=visit,
            concern_id="c",
            kind="recommendation",
            reference=MARKUP,
            text="word " * (LONG // 5),
        ),
        made(
            "progress_judged",
            "e8",
            "2021-03-01",
            visit_id="invented-review",
            recommendation_id=recommendation,
            scale="hmip_progress",
            judgement="good_progress",
        ),
        made(
            "findings_recorded",
            "e9",
            "2021-03-01",
            visit_id="invented-review",
            recommendation_id=recommendation,
            text="y" * LONG,
        ),
        made(
            "totals_stated",
            "e10",
            "2021-03-01",
            visit_id="invented-review",
            scale="hmip_progress",
            comparison="exactly",
            stated_count="1",
        ),
        # Waits for a visit that never comes.
        made(
            "outcomes_judged",
            f"e11 {MARKUP}",
            "2020-03-01",
            visit_id=f"not-there {MARKUP}",
            healthy_prison_test="respect",
            outcome="good",
        ),
    ]
    write_event_files(rows, folder / "events")
    document = MARKUP.replace('"', '""')
    (folder / "events" / "documents.csv").write_text(
        "document_id,title,body,file,source_address,licence\n"
        f'{DOCUMENT},"{document}",hmip,,"javascript:document.title=\'run\'",\n',
        encoding="utf-8",
    )
    return published(folder / "events", site=True)


def emptied(elmley: Built, to: Path, *statements: str) -> Path:
    """The published file without what the statements take away."""
    warehouse = to / "warehouse.duckdb"
    shutil.copyfile(elmley.warehouse, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)
    return warehouse


def test_the_overview_counts_what_the_file_holds(elmley: Built, site: Path) -> None:
    page = Page(site / "index.html")
    for term, sql in {
        "Prisons": "select count(distinct establishment_id) from dim_establishments",
        "Inspections": "select count(*) from dim_visits where gives_outcomes",
        "Reviews of progress": "select count(*) from dim_visits where gives_progress_judgements"
        " or visit_id in (select visit_id from fct_progress_judgements)",
        "Test outcomes": "select count(*) from fct_outcomes",
        "Recommendations": "select count(*) from dim_recommendations",
        "Events in the log": "select count(distinct event_id) from events",
        "Stated totals that agree with the rows": "select count(*) from report_reconciliations"
        " where agrees",
        "Stated totals that disagree": "select count(*) from report_reconciliations"
        " where not agrees",
        "Checks passed before publication": "select checks_passed from publications",
        "Rejected rows": "select rows_rejected from publications",
    }.items():
        assert page.terms[term] == number(elmley.rows(sql)[0][0]), term
    (digest,) = elmley.rows("select log_digest from publications")[0]
    assert digest[:12] in page.text


def test_each_document_is_listed_with_what_the_log_has_from_it(elmley: Built, site: Path) -> None:
    page = Page(site / "documents" / "index.html")
    shown = [(row[0], row[2]) for row in page.table("Documents, and the facts")]
    expected = elmley.rows(
        "select dim_documents.title, count(distinct event_id) filter (where is_live)"
        " from dim_documents left join events using (document_id)"
        " group by document_id, dim_documents.title"
    )
    assert sorted(shown) == sorted((title, number(count)) for title, count in expected)


def test_whose_words_a_text_is_and_several_paragraphs_are_said(
    published: Callable[..., Built], tmp_path: Path
) -> None:
    """Topics in our words stood under headings of their report, beside `2.9|5.6`."""
    review = {"visit_id": "review", "recommendation_id": "r"}
    rows = [
        made("establishments_described", "w1", "2020-01-01", establishment_id="p", name="Invented"),
        made(
            "visits_held", "w2", "2020-03-01", visit_id="v", establishment_id="p",
            visit_type="full_inspection",
        ),
        made(
            "visits_held", "w3", "2021-03-01", visit_id="review", establishment_id="p",
            visit_type="independent_review_of_progress",
        ),
        made(
            "concerns_raised", "w4", "2020-03-01", visit_id="v", concern_id="c", text="Own concern",
        )
        | {"document_id": "printed"},
        made(
            "recommendations_made", "w5", "2020-03-01", visit_id="v", recommendation_id="r",
            concern_id="c", text="A summary",
        )
        | {"document_id": "summary", "paragraph": "2.9|5.6"},
        made("findings_recorded", "w6", "2021-03-01", text="Own finding", **review)
        | {"document_id": "printed", "paragraph": "3.1|3.2"},
        made(
            "progress_judged", "w7", "2021-03-01", scale="hmip_progress",
            judgement="good_progress", **review,
        )
        | {"document_id": "printed", "paragraph": "3.2|3.9"},
        made("practice_noted", "w8", "2021-03-01", visit_id="review", text="Nobody knows whose")
        | {"document_id": "unknown", "paragraph": "1.1"},
    ]  # fmt: skip
    write_event_files(rows, tmp_path / "events")
    (tmp_path / "events" / "documents.csv").write_text(
        "document_id,title,body,file,source_address,licence,language,wording\n"
        f"{DOCUMENT},Invented,hmip,,,,,\nprinted,Invented print,hmip,,,,,verbatim\n"
        "summary,Invented summary,hmip,,,,,ours\nunknown,Invented too,hmip,,,,,\n"
        "not-cited,Invented and not cited,hmip,,,,,\n",
        encoding="utf-8",
    )
    built = published(tmp_path / "events", site=True)
    assert built.rows("select is_verbatim, is_concern_verbatim from dim_recommendations") == [
        (False, True)
    ]
    assert built.rows("select is_verbatim from fct_findings") == [(True,)]
    assert built.rows("select is_verbatim from fct_positive_practice") == [(None,)]
    site = built.warehouse.parent / "site"
    # But for dbt's own page of the models.
    for path in [*set(site.rglob("*.html")) - {site / "models.html"}, *site.rglob("*.xml")]:
        assert not re.search(r"\d\|\d", path.read_text("utf-8")), path
    prison = (site / "prisons" / "p.html").read_text("utf-8")
    assert "paragraphs 2.9 and 5.6" in prison
    assert "Paragraphs 3.2 and 3.9 of the review" in prison
    assert "<h4>Concern</h4>" in prison
    assert re.search(
        r"<h4>Recommendation\s*<small class=\"quiet\">in our words</small></h4>", prison
    )
    # The paragraph that is quoted is the one that a finding of several holds.
    assert re.search(r"<blockquote>\s*<p class=\"said\">Own finding", prison)
    review_page = Page(site / "reviews" / "review.html")
    assert {"p-3.1", "p-3.2"} <= set(review_page.ids)
    assert "in our words" in review_page.table("Each judgement")[0][1]
    documents = Page(site / "documents" / "index.html").table("Documents, and the facts")
    (count,) = built.rows("select count(*) from dim_documents")[0]
    assert len(documents) == count
    assert [row[2:4] for row in documents if row[0] == "Invented and not cited"] == [
        ["0", "nothing that is in force"]
    ]


def test_the_texts_of_the_projects_log_are_called_whose_words_they_are(elmley: Built) -> None:
    kept = "".join((PROJECT / "reports").joinpath(name).read_text("utf-8-sig") for (name,) in (
        elmley.rows("select file from dim_documents where wording = 'verbatim' and file is not null")
    ))  # fmt: skip

    def plain(text: str) -> str:
        return " ".join(re.findall("[a-z0-9]+", text.lower()))

    printed = plain(kept)
    texts = elmley.rows(
        "select text from dim_recommendations where is_verbatim union all"
        " select concern_text from dim_recommendations where is_concern_verbatim union all"
        " select text from fct_findings where is_verbatim union all"
        " select text from fct_positive_practice where is_verbatim"
    )
    assert len(texts) > 80
    assert [text for (text,) in texts if plain(text) not in printed] == []
    # Scotland's topics are ours; no text of the log lacks the remark.
    assert elmley.rows(
        "select is_verbatim, count(*) from dim_recommendations group by all order by all"
    ) == [(False, 63), (True, 11)]


def test_bounds_counted_kinds_and_shared_visits_are_told(elmley: Built, site: Path) -> None:
    leeds = Page(site / "prisons" / "leeds.html")
    assert ["2022", "every test", "the same as at November 2019"] in [
        [row[0][-4:], *row[1:3]] for row in leeds.table("Stated of outcomes without")
    ]
    review = Page(site / "reviews" / "kilmarnock-2014.html")
    totals = [row[0] for row in review.table("Each total that the report states")]
    assert "exactly 25 of 40 achieved (action point)" in totals
    assert "exactly 7 of 10 achieved (recommendation)" in totals
    noranside = Page(site / "prisons" / "noranside.html")
    assert "castle-huntly.html#visit-castle-huntly-2008" in " ".join(noranside.links)
    (count,) = elmley.rows(
        "select count(*) from bridge_recommendation_establishments"
        " where establishment_id = 'noranside'"
    )[0]
    assert count and f"with {count} recommendations for this prison" in noranside.text
    assert '<p class="said" lang="en">' in Page(site / "prisons" / "elmley.html").text


def test_outcomes_of_every_year_and_rank_are_the_files(elmley: Built, site: Path) -> None:
    shown = {}
    for year, *cells in Page(site / "index.html").table("Outcomes a year")[1:]:
        for place, cell in enumerate(cells):
            if cell != "·":
                shown[int(year), place // 4, place % 4 + 1] = int(cell)
    groups = ["safety", "respect", "purposeful_activity", "release"]
    expected = {
        (year, groups.index(group), rank): count
        for year, group, rank, count in elmley.rows(
            "select year(judged_on), test_group, outcome_rank, count(*) from fct_outcomes"
            " where judged_on is not null group by all"
        )
    }
    assert shown == expected


def test_judgements_are_counted_scale_by_scale_and_never_together(
    elmley: Built, site: Path
) -> None:
    page = Page(site / "index.html")
    for scale, name in (("hmip_progress", "HMIP"), ("ofsted_progress", "Ofsted")):
        expected = elmley.rows(
            "select levels.label, cast(count(judged.event_id) as varchar)"
            " from dim_judgement_levels as levels left join fct_progress_judgements as judged"
            " on levels.scale = judged.scale and levels.code = judged.judgement_code"
            f" where levels.scale = '{scale}' group by levels.label, levels.rank"
            " order by levels.rank desc"
        )
        assert page.table(f"{name} progress, counted") == [list(row) for row in expected]


def test_a_tests_page_shows_every_last_outcome_its_places_and_the_national_share(
    elmley: Built, site: Path
) -> None:
    page = Page(site / "tests" / "hmip_outcome-safety.html")
    last = elmley.rows(
        "select outcome_label, year(judged_on) from (from fct_outcomes"
        " where scale = 'hmip_outcome' and test_group = 'safety' and judged_on is not null"
        " qualify row_number() over (partition by establishment_id, unit"
        " order by judged_on desc, event_id desc) = 1)"
    )
    shown = [(row[1], int(row[2])) for row in page.table("Safety: the last outcome of each")]
    assert sorted(shown) == sorted(last)
    reasonable = sum(label in ("Good", "Reasonably good") for label, _ in last)
    assert f"Safety: {reasonable} of {len(last)} were reasonably good" in page.text
    assert page.text.count('<svg viewBox="0 0 200') == len(last)
    (places, known), *_ = elmley.rows(
        "select count(*), count(*) filter (where establishment_id in (select establishment_id"
        " from fct_outcomes where scale = 'hmip_outcome' and test_group = 'safety'"
        " and judged_on is not null)) from fct_register_coverage"
        " inner join dim_prison_register using (register_id)"
        " where latitude is not null and fct_register_coverage.is_in_use"
    )
    assert page.text.count('class="dot hollow"') == places - known > 0
    # Prisons that were judged by their units, and such as are two entries of the register.
    for name in ("Hewell", "Winchester", "Parc", "Feltham"):
        words = re.findall(rf"{name} \([^)]*\): [^<]*", page.text)
        assert words and not any("no outcome" in said for said in words), name
    shares = [row[:1] + row[3:] for row in page.table("National share and the log's own")]
    assert shares == [
        [year, f"{good} of {count}"]
        for year, good, count in elmley.rows(
            "select reporting_year, reasonable_or_better_in_log, outcomes_in_log"
            " from fct_national_shares where test_group = 'safety' order by all"
        )
    ]


def test_a_recommendation_tells_what_the_log_knew_and_when(elmley: Built, site: Path) -> None:
    page = Page(site / "prisons" / "elmley.html")
    statements = page.table("Statements about 1.42, by when the log learned them")
    (count,) = elmley.rows(
        "select count(*) from events where recommendation_id = 'elmley-2022-1.42'"
        " and event_type not in ('findings_recorded', 'figures_observed')"
    )[0]
    assert len(statements) == count > 2
    assert "Insufficient progress" in [row[3] for row in statements]
    raised = Page(site / "prisons" / "kilmarnock.html").links
    assert "../prisons/kilmarnock.html#kilmarnock-2011-2.6" in raised


def test_a_prisons_marks_are_its_outcomes_in_their_order(elmley: Built, site: Path) -> None:
    rows = Page(site / "prisons" / "index.html").table("Outcomes of every prison")
    shown = {row[0]: row[1:5] for row in rows}
    expected = elmley.rows(
        "select names.display_name || coalesce(' ' || outcomes.unit, ''),"
        " string_agg(outcome_rank, '' order by visits.held_on, outcomes.visit_id)"
        "   filter (test_group = 'safety')"
        " from fct_outcomes as outcomes inner join dim_visits as visits using (visit_id)"
        " inner join dim_establishments as names"
        " on outcomes.establishment_id = names.establishment_id and names.is_current"
        " group by all"
    )
    assert expected
    for name, marks in expected:
        assert shown[name][0] == (marks or "–"), name


def test_each_recommendation_has_its_address_status_and_paragraph(
    elmley: Built, site: Path
) -> None:
    page = Page(site / "prisons" / "elmley.html")
    judged = elmley.rows(
        "select recommendation_id, reference, judgement_label, judged.paragraph"
        " from dim_recommendations as made"
        " inner join fct_progress_judgements as judged using (recommendation_id)"
        " where made.establishment_id = 'elmley'"
    )
    assert len(judged) == 11
    shown = {row[0]: row[-1] for row in page.table("What was recommended")}
    for recommendation_id, reference, label, paragraph in judged:
        assert page.ids.count(recommendation_id) == 1
        assert shown[reference].startswith(label)
        assert f"../reviews/elmley-2023-irp.html#p-{paragraph}" in page.links


def test_a_review_shows_each_stated_total_beside_the_rows(elmley: Built, site: Path) -> None:
    page = Page(site / "reviews" / "elmley-2023-irp.html")
    shown = [(row[3], row[4]) for row in page.table("Each total")]
    expected = elmley.rows(
        "select cast(counted as varchar), case when agrees then 'agrees' else 'disagrees' end"
        " from report_reconciliations where visit_id = 'elmley-2023-irp'"
        " order by scale nulls first, document_id, paragraph, event_id"
    )
    assert shown == expected
    assert len(page.table("Each judgement")) == 11


@pytest.fixture(scope="module")
def crowded(elmley: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The pages of the project's log, as if it were more than one page takes."""
    site = tmp_path_factory.mktemp("crowded") / "site"
    with pytest.MonkeyPatch.context() as limits:
        for name in ("IN_PLACE", "ALL_MARKS", "DOCUMENTS_SHOWN", "REVIEWS_SHOWN"):
            limits.setattr(writing, name, 9)
        limits.setattr(comparing, "SERIES_SHOWN", 9)
        limits.setattr(contents, "REVIEWS_BY_PRISON", 9)
        write_pages(elmley.warehouse, site)
    yield site


def test_lists_that_are_cut_say_so_and_recommendations_move_to_their_visits_page(
    crowded: Path, elmley: Built
) -> None:
    assert "The last 9 of" in Page(crowded / "reviews" / "index.html").text
    documents = Page(crowded / "documents" / "index.html")
    assert len(documents.table("Documents, and the facts")) == 9
    assert "The first 9 by title" in documents.text
    assert "The first 9 of" in Page(crowded / "tests" / "hmip_outcome-safety.html").text
    marks = [row[1] for row in Page(crowded / "prisons" / "index.html").table("Outcomes of every")]
    assert {len(mark) for mark in marks} == {1}
    visit = Page(crowded / "recommendations" / "elmley-2022.html")
    made = elmley.rows(
        "select recommendation_id from dim_recommendations where visit_id = 'elmley-2022'"
    )
    assert {name for (name,) in made} <= set(visit.ids)
    prison = Page(crowded / "prisons" / "elmley.html")
    assert "../recommendations/elmley-2022.html#elmley-2022-1.42" in prison.links


def test_every_link_between_pages_leads_somewhere(
    site: Path, hostile: Built, crowded: Path
) -> None:
    for folder in (site, hostile.warehouse.parent / "site", crowded):
        pages = {path: Page(path) for path in folder.rglob("*.html") if path.name != "models.html"}
        for path, page in pages.items():
            assert len(page.ids) == len(set(page.ids)), path
            for target in page.links:
                if target.startswith(("http://", "https://")):
                    continue
                file, _, fragment = target.partition("#")
                aim = (path.parent / unquote(file)).resolve() if file else path
                assert aim.exists(), (path.name, target)
                if fragment:
                    assert unquote(fragment) in pages[aim].ids, (path.name, target)


SCRIPTS = {
    name: (PROJECT / "inspections" / "pages" / "templates" / name).read_text("utf-8")
    for name in ("find.js", "search.js")
}


def allowed(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def holds_our_script_alone(site: Path, path: Path, page: Page) -> bool:
    """Lists and the search hold one script, which the page names by its digest; others none.

    That of the search may load more: the files of its index.
    """
    own, policy = None, "'none'"
    if path in (site / "index.html", site / "prisons" / "index.html"):
        own = SCRIPTS["find.js"]
        policy = allowed(own)
    elif path == site / "search.html":
        own = SCRIPTS["search.js"]
        policy = f"{allowed(own)} 'strict-dynamic' 'self'"
    scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", page.text, re.DOTALL)
    assert scripts == ([own] if own else []), path
    assert ("script" in page.tags) == bool(own), path
    return f"script-src {policy};" in page.text


def test_the_pages_hold_one_script_of_ours_and_ask_for_nothing_outside(site: Path) -> None:
    for path in site.rglob("*.html"):
        if path.name == "models.html":
            continue
        page = Page(path)
        assert holds_our_script_alone(site, path, page), path
        assert not page.tags & {"iframe", "img", "object", "base"}, path
        assert not {name for name in page.attributes if name.startswith("on")}, path
        assert not re.search(r"(?:src|data|xlink:href)=\"|url\(|@import", page.text), path


def test_hostile_text_stays_text(hostile: Built) -> None:
    site = hostile.warehouse.parent / "site"
    files = sorted(site.rglob("*"))
    assert all(site in path.resolve().parents for path in files)
    for path in site.rglob("*.html"):
        if path.name == "models.html":
            continue
        page = Page(path)
        assert holds_our_script_alone(site, path, page), path
        assert "img" not in page.tags, path
        assert not {name for name in page.attributes if name.startswith("on")}, path
        assert not [target for target in page.links if target.startswith("javascript")], path
        assert "49" not in page.tables, path
    (prison,) = [path for path in (site / "prisons").glob("*~*.html")]
    assert "&lt;script&gt;" in prison.read_text("utf-8")
    assert "{{7*7}}" in prison.read_text("utf-8")
    waiting = Page(site / "index.html").table("Rows of the files that are not in the log")
    assert [row[0] for row in waiting] == ["Waiting"]


def test_a_text_of_a_megabyte_is_cut_and_says_so(hostile: Built) -> None:
    site = hostile.warehouse.parent / "site"
    for path in site.rglob("*.html"):
        if path.name != "models.html":
            assert path.stat().st_size < 100_000, path
    review = (site / "reviews" / "invented-review.html").read_text("utf-8")
    assert "y" * SHOWN_CHARACTERS in review
    assert "the first 6,000 of 1,000,000 characters" in review


def test_a_total_that_disagrees_is_told_on_the_overview(elmley: Built, tmp_path: Path) -> None:
    """The overview's own list bore the name of the words for comparisons, and no page was made."""
    differing = "update report_reconciliations set agrees = false, reconciliation = 'differs'"
    site = tmp_path / "site"
    write_pages(emptied(elmley, tmp_path, f"{differing} where agrees"), site)
    text = (site / "index.html").read_text("utf-8")
    assert "Stated totals that disagree with the rows" in text and "exactly" in text


def test_an_empty_warehouse_reads_well(elmley: Built, tmp_path: Path) -> None:
    emptying = [
        f"delete from {table}"
        for (table,) in elmley.rows(
            "select table_name from duckdb_tables() where database_name = 'warehouse'"
            " and table_name not in ('publications', 'dim_judgement_levels', 'dim_eras',"
            " 'dim_healthy_prison_tests', 'dim_areas', 'dim_dates')"
        )
    ]
    site = tmp_path / "site"
    assert write_pages(emptied(elmley, tmp_path, *emptying), site) == 8
    page = Page(site / "index.html")
    assert page.terms["Prisons"] == "0"
    for sentence in (
        "The log holds no prison yet.",
        "The log holds no outcomes yet.",
        "The log holds no judgement of progress yet.",
        "The log holds no review yet.",
        "This is the first publication.",
    ):
        assert sentence in page.text


def test_of_a_log_too_large_for_pages_there_is_one_that_says_so(
    elmley: Built, tmp_path: Path
) -> None:
    assert write_pages(elmley.warehouse, tmp_path / "site", most_events=100) == 1
    (events,) = elmley.rows("select event_count from publications")[0]
    assert f"This log holds {number(events)} events, and pages are made of up to 100." in " ".join(
        (tmp_path / "site" / "index.html").read_text("utf-8").split()
    )
    assert is_site(tmp_path / "site")


def test_a_prison_with_one_visit_or_no_recommendations_reads_well(
    elmley: Built, site: Path, tmp_path: Path
) -> None:
    warehouse = emptied(
        elmley,
        tmp_path,
        "delete from dim_visits where establishment_id = 'elmley' and visit_id <> 'elmley-2022'",
        "delete from dim_establishments where establishment_id = 'elmley'",
        "delete from fct_outcomes where visit_id = 'elmley-2022' and test_group = 'respect'",
    )
    write_pages(warehouse, tmp_path / "site")
    text = (tmp_path / "site" / "prisons" / "elmley.html").read_text("utf-8")
    assert "The log holds 1 visit; its last full inspection was in February 2022." in text
    assert "Not judged at any inspection in the log." in text
    assert "The log holds no recommendations for this prison." in (
        site / "prisons" / "bedford.html"
    ).read_text("utf-8")


def test_what_changed_since_the_last_publication_is_told(elmley: Built, tmp_path: Path) -> None:
    (recorded_at,) = elmley.rows(
        "select recorded_at from events where event_id = 'elmley-2023-irp-judged-1.42'"
    )[0]
    warehouse = emptied(
        elmley,
        tmp_path,
        "insert into publications select * replace ("
        f" timestamp '{recorded_at}' - interval 1 second as published_at) from publications",
    )
    write_pages(warehouse, tmp_path / "site")
    page = Page(tmp_path / "site" / "index.html")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as changed (read_only)")
        connection.execute("use changed")
        expected = connection.execute(
            "select count(distinct statement_id) from what_changed("
            f"timestamp '{recorded_at}' - interval 1 second,"
            " (select max(published_at) from publications))"
        ).fetchone()
    shown = page.table("Statements that came")
    assert sum(int(row[2].replace(",", "")) for row in shown) == (expected or (0,))[0] > 0


def test_pages_replace_an_earlier_site_and_nothing_else(tmp_path: Path, site: Path) -> None:
    from inspections.errors import BuildFailure
    from inspections.publication.companions import check_is_site

    assert is_site(site)
    check_is_site(site)
    check_is_site(tmp_path / "not-there")
    (tmp_path / "own").mkdir()
    check_is_site(tmp_path / "own")
    (tmp_path / "own" / "index.html").write_text("<p>Somebody's own page")
    with pytest.raises(BuildFailure, match="Move it away"):
        check_is_site(tmp_path / "own")
    (tmp_path / "link").symlink_to(site)
    with pytest.raises(BuildFailure, match="is a file or a link"):
        check_is_site(tmp_path / "link")


def test_a_site_is_swapped_whole(site: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "site", tmp_path / ".site.new"
    for folder in (old, new):
        shutil.copytree(site, folder)
    (old / "left-over.html").write_text("of an earlier publication")
    swap_folder(new, old)
    assert is_site(old)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
    assert not (old / "left-over.html").exists()


def test_the_same_file_makes_the_same_pages(elmley: Built, site: Path, tmp_path: Path) -> None:
    write_pages(elmley.warehouse, tmp_path / "site", MANIFEST)
    one, other = (
        {
            str(path.relative_to(folder)): path.read_bytes()
            for ending in ("html", "js")
            for path in folder.rglob(f"*.{ending}")
        }
        for folder in (site, tmp_path / "site")
    )
    assert "search/index.js" in one
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_the_models_page_is_dbts_own_without_its_tracker(elmley: Built, tmp_path: Path) -> None:
    page = tmp_path / "models.html"
    assert write_model_docs(DBT_PROJECT / "target" / "manifest.json", elmley.warehouse, page)
    text = page.read_text("utf-8")
    assert "INLINE DATA" not in text
    assert '"send_anonymous_usage_stats":false' in text
    assert str(DBT_PROJECT.parent) not in text
    assert "fct_progress_judgements" in text


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("elmley-2022-1.42", "elmley-2022-1.42"),
        ("Elmley", r"elmley~[0-9a-f]{12}"),
        ("../../etc", r"etc~[0-9a-f]{12}"),
        ("a b", r"a-b~[0-9a-f]{12}"),
        ("index", r"index~[0-9a-f]{12}"),
        ("", r"~[0-9a-f]{12}"),
        ("x" * 300, r"x{40}~[0-9a-f]{12}"),
    ],
)
def test_an_id_makes_one_address(identifier: str, expected: str) -> None:
    assert re.fullmatch(expected, address(identifier))


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("2.9|5.6", "paragraphs 2.9 and 5.6"),
        ("1.1", "paragraph 1.1"),
        ("1.1 | 1.2|1.3", "paragraphs 1.1, 1.2 and 1.3"),
        ("Section 3", "Section 3"),
        ("3.1|Appendix I", "paragraph 3.1 and Appendix I"),
        ("|", ""),
        (None, ""),
    ],
)
def test_a_place_reads_as_words(paragraph: str | None, expected: str) -> None:
    assert places(paragraph) == expected


def test_only_addresses_of_the_web_are_linked() -> None:
    assert link("https://example.org/a b?c=d") == "https://example.org/a%20b?c=d"
    for target in ("javascript:alert(1)", " javascript:x", "data:text/html,x", "//x", "", None):
        assert link(target) is None


def test_a_day_reads_as_exactly_as_its_source_gives_it() -> None:
    when = date(2022, 2, 1)
    assert [day(when, precision) for precision in ("day", "month", "year", "unknown")] == [
        "1 February 2022",
        "February 2022",
        "2022",
        "day not stated",
    ]
    visit = {"held_on": when, "occurred_precision": "day"}
    for start, end, expected in (
        (date(2023, 2, 13), date(2023, 2, 15), "13 to 15 February 2023"),
        (date(2019, 4, 23), date(2019, 5, 3), "23 April to 3 May 2019"),
        (date(2019, 12, 30), date(2020, 1, 3), "30 December 2019 to 3 January 2020"),
        (None, None, "1 February 2022"),
    ):
        assert held({**visit, "started_on": start, "ended_on": end}) == expected


class Look:
    """A browser that keeps what pages asked for and complained of."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def at(self, path: Path, width: int = 1200, scheme: str = "light") -> Any:
        context = self.browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme
        )
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in ("error", "warning")
                else None
            ),
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path.as_uri())
        return page


@pytest.fixture(scope="module")
def look() -> Iterator[Look]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield Look(browser)
        browser.close()


def looked_at(site: Path) -> list[Path]:
    """The overview, the list, and the pages with the most and with the least."""
    by_size = sorted((site / "prisons").glob("*.html"), key=lambda path: path.stat().st_size)
    reviews = sorted((site / "reviews").glob("*.html"), key=lambda path: path.stat().st_size)
    lists = [site / name / "index.html" for name in ("prisons", "documents", "tests")]
    tests = sorted((site / "tests").glob("*_outcome-*.html"))[:1]
    chosen = [site / "index.html", site / "publication.html", site / "search.html", *lists, *tests]
    chosen += [by_size[0], by_size[-1]]
    return list(dict.fromkeys([*chosen, reviews[0], reviews[-1]]))


@in_a_browser
def test_axe_finds_nothing_in_light_or_dark_or_on_a_phone(
    look: Look, site: Path, hostile: Built
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    hostile_site = hostile.warehouse.parent / "site"
    views = [(path, 1200, "light") for path in looked_at(site) + looked_at(hostile_site)]
    pages = ("index.html", "publication.html", "reviews/elmley-2023-irp.html")
    for path in (site / name for name in pages):
        views += [(path, 1200, "dark"), (path, 360, "light")]
    for path, width, scheme in views:
        page = look.at(path, width, scheme)
        # Style sheets cannot be fetched anew by a script from a file.
        found = axe.run(page, options={"preload": False}).response["violations"]
        page.context.close()
        told = [(rule["id"], rule["nodes"][0]["html"]) for rule in found]
        assert not told, (path.name, width, scheme)


@in_a_browser
def test_no_page_is_wider_than_a_phone(look: Look, site: Path, hostile: Built) -> None:
    for path in looked_at(site) + looked_at(hostile.warehouse.parent / "site"):
        page = look.at(path, 360)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path.name
        page.context.close()


@in_a_browser
def test_nothing_is_asked_for_outside_and_nothing_runs(
    look: Look, site: Path, hostile: Built
) -> None:
    look.requests.clear()
    look.complaints.clear()
    for folder in (site, hostile.warehouse.parent / "site"):
        for path in looked_at(folder):
            page = look.at(path)
            assert page.title() != "run", path.name
            page.context.close()
    assert {url for url in look.requests if not url.startswith(("file://", "data:"))} == set()
    assert look.complaints == []


@in_a_browser
def test_the_models_page_works_without_a_network(look: Look, site: Path) -> None:
    look.requests.clear()
    look.complaints.clear()
    page = look.at(site / "models.html")
    page.goto((site / "models.html").as_uri() + "#!/model/model.inspections.fct_outcomes")
    page.wait_for_function("document.body.innerText.includes('previous_outcome_rank')")
    page.context.close()
    assert {url for url in look.requests if not url.startswith(("file://", "data:"))} == set()
    # Icons of dbt's page, before their names are filled in, are no files beside it.
    icons = ("Unsafe attempt to load URL file:", "Failed to load resource: net::ERR_FILE_NOT_FOUND")
    assert [text for text in look.complaints if not text.startswith(icons)] == []


@in_a_browser
def test_the_keyboard_reaches_every_table(look: Look, site: Path) -> None:
    for path in (
        site / "index.html",
        site / "publication.html",
        site / "reviews" / "elmley-2023-irp.html",
        site / "tests" / "hmip_outcome-safety.html",
    ):
        page = look.at(path, 360)
        tables = page.evaluate("document.querySelectorAll('table').length")
        reached = set()
        for _ in range(600):
            page.keyboard.press("Tab")
            name = page.evaluate(
                "document.activeElement.querySelector(':scope > table')"
                " ? document.activeElement.getAttribute('aria-label')"
                " : document.activeElement === document.body ? null : ''"
            )
            if name is None:
                break
            if name:
                reached.add(name)
        page.context.close()
        assert len(reached) == tables > 0, path.name


@in_a_browser
def test_a_linked_recommendation_is_what_the_browser_shows(look: Look, site: Path) -> None:
    page = look.at(site / "prisons" / "elmley.html")
    page.goto((site / "prisons" / "elmley.html").as_uri() + "#elmley-2022-1.42")
    top = page.evaluate("document.getElementById('elmley-2022-1.42').getBoundingClientRect().top")
    page.context.close()
    assert 0 <= top < 200


def seen(page: Any) -> list[str]:
    """The prisons whose rows are shown, in their order."""
    return page.evaluate(
        "[...document.querySelectorAll('tr[data-names]')].filter((row) => !row.hidden)"
        ".map((row) => row.dataset.prison)"
    )


@in_a_browser
def test_prisons_are_found_filtered_and_sorted(look: Look, site: Path, elmley: Built) -> None:
    look.complaints.clear()
    page = look.at(site / "prisons" / "index.html")
    every = seen(page)
    page.get_by_label("Name or register id").fill("elml")
    assert seen(page) == ["elmley"]
    assert page.locator("#found").inner_text() == f"1 of {len(set(every))} prisons"
    page.get_by_label("Name or register id").fill("eyi")
    assert seen(page) == ["elmley"]
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function(f"document.querySelectorAll('tr[hidden]').length === 0 && {len(every)}")
    page.get_by_label("Country").select_option("Scotland")
    scottish = elmley.rows(
        "select distinct establishment_id from dim_establishments where country = 'Scotland'"
    )
    assert set(seen(page)) == {name for (name,) in scottish}
    page.get_by_label("Country").select_option("")
    page.get_by_label("No full inspection in the log for").select_option("10")
    old = elmley.rows(
        "select establishment_id from dim_visits where gives_outcomes and held_on is not null"
        " group by all having year(max(held_on)) > year(current_date) - 10"
    )
    assert not set(seen(page)) & {name for (name,) in old}
    page.get_by_label("No full inspection in the log for").select_option("")
    page.get_by_label("Lowest last outcome").select_option(label="Poor")
    assert 0 < len(seen(page)) < len(every)
    page.get_by_label("Lowest last outcome").select_option("")
    head = page.locator("th", has=page.get_by_role("button", name="Safety"))
    for way in ("ascending", "descending"):
        page.get_by_role("button", name="Safety").press("Enter")
        assert head.get_attribute("aria-sort") == way
        values = page.evaluate(
            "[...document.querySelector('table.sortable').tBodies[0].rows]"
            ".map((row) => row.children[1].dataset.value)"
        )
        filled = [value for value in values if value]
        assert filled == sorted(filled, reverse=way == "descending")
        assert values == filled + [""] * (len(values) - len(filled))
    page.context.close()
    assert look.complaints == []


@in_a_browser
def test_without_script_the_table_is_plain(look: Look, site: Path) -> None:
    context = look.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "prisons" / "index.html").as_uri())
    assert not page.locator("#find").is_visible()
    assert page.locator("tr[data-names]").first.is_visible()
    assert page.locator("thead button").count() == 0
    context.close()
