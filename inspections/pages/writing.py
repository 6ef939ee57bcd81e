"""Writing the pages into a new folder."""

import base64
import hashlib
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemBytecodeCache,
    PackageLoader,
    StrictUndefined,
)
from jinja2.bccache import Bucket
from markupsafe import Markup

from inspections.files import sync
from inspections.pages import charts, comparing, wording
from inspections.pages.contents import OutcomeScale, Prison, Publication, Row
from inspections.pages.feed import FEED, draw_feed, entries, feeds
from inspections.pages.maps import WIDTH
from inspections.pages.model_docs import write_model_docs
from inspections.pages.parts import search_index, summaries
from inspections.pages.parts.addresses import Anchors
from inspections.pages.parts.drawing import Drawing, LookedUp, digest_of
from inspections.pages.reading import SHOWN_ROWS, count_events, read

INDEX = "index.html"
STYLE = "style.css"
SCRIPT = "find.js"
SEARCH = "search.js"
MODELS = "models.html"
# The style sheet by which an open page of a preview learns that there is a newer one.
EDITION = "edition.css"
_RELOADS = "reload.js"
_TEMPLATES = Path(__file__).with_name("templates")
MARK = '<meta name="generator" content="inspections build">'
# With more prisons or reviews than this the overview links to their list instead of holding it.
ROWS_ON_OVERVIEW = 120
# Pages stay below a megabyte with two thousand prisons. Of more prisons than ``ALL_MARKS`` the list
# shows last outcomes alone; of more recommendations of one prison than ``IN_PLACE`` each stands on
# the page of the visit that made it.
ALL_MARKS = 400
IN_PLACE = 100
DOCUMENTS_SHOWN = 1500
REVIEWS_SHOWN = 2500


@dataclass(frozen=True)
class Preview:
    """Settings for the pages of a preview.

    Attributes:
        contains: What the file holds, in words: the log, or the log with a batch.
        reloads: Whether an open page loads itself again when a newer preview takes its place.
        earlier: The folder of the preview before, whose pages are taken where they would be the
            same; none where there is none.
        templates: A folder for compiled templates, which the next process uses.
    """

    contains: str
    reloads: bool = False
    earlier: Path | None = None
    templates: Path | None = None


def write_pages(
    warehouse: Path,
    folder: Path,
    manifest: Path | None = None,
    most_events: int | None = None,
    preview: Preview | None = None,
) -> int:
    """Write a published file as pages.

    Args:
        warehouse: The published file, which is only read.
        folder: An empty folder, or one to be made. Who publishes puts it in its place whole.
        manifest: dbt's manifest, for a page of the models; none without it.
        most_events: The largest log that pages are made of. Of a larger one there is one page,
            which says so. With 0 there is that page alone.
        preview: Of a file that nobody publishes, what its pages say. Every one says that it is a
            preview, and of what.

    Returns:
        The number of pages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_TEMPLATES / STYLE, folder / STYLE)
    if most_events is not None and (events := count_events(warehouse)) > most_events:
        environment = plain_environment()
        banner = _banner(environment, preview)
        page_of_size = environment.get_template("too_large.html")
        text = page_of_size.render(events=events, most_events=most_events, banner=banner)
        (folder / INDEX).write_text(text, encoding="utf-8")
        if preview is None:
            _sync(folder)
        return 1
    publication = read(warehouse)
    for name in ("prisons", "reviews", "documents", "tests", search_index.FOLDER):
        (folder / name).mkdir()
    has_models = manifest is not None and write_model_docs(manifest, warehouse, folder / MODELS)
    taken = LookedUp(
        {
            wording.address(recommendation["recommendation_id"]): True
            for prison in publication.prisons
            for recommendation in prison.recommendations
        }
    )
    prison_names = {prison.establishment_id: prison.name for prison in publication.prisons}
    item_pages = _item_pages(publication)
    anchors = Anchors(taken)
    environment = _environment(publication, has_models, preview, anchors)
    environment.globals.update(prison_names=prison_names, item_pages=item_pages)
    shared: dict[str, LookedUp[Any, Any]] = {
        "documents": LookedUp(publication.documents),
        "paragraphs": LookedUp(publication.paragraphs),
        "prison_names": LookedUp(prison_names),
        "item_pages": LookedUp(item_pages),
        "taken": taken,
        "recommendations": LookedUp(
            {
                recommendation["recommendation_id"]: recommendation.row
                for prison in publication.prisons
                for recommendation in prison.recommendations
            }
        ),
    }
    drawing = Drawing(
        folder,
        shared,
        (preview.earlier or folder) if preview else None,
        f"{preview is not None} {bool(preview and preview.reloads)}",
        {name: str(environment.globals[name]) for name in ("banner", "edition")},
    )
    _draw_wide_pages(drawing, environment, publication)
    _draw_search(drawing, environment, publication, item_pages, anchors)
    _draw_narrow_pages(drawing, environment, publication, shared)
    for feed in feeds(publication):
        drawing.file(feed.path, partial(repr, feed), partial(draw_feed, feed))
    drawing.finish()
    if preview is None:
        _sync(folder)
    elif preview.reloads:
        stamp = publication.record["published_at"].isoformat()
        (folder / EDITION).write_text(f':root {{ --edition: "{stamp}"; }}\n', encoding="utf-8")
    return drawing.pages


def _render(environment: Environment, path: str, template: str, **content: Any) -> bytes:
    text = environment.get_template(template).render(
        root="../" if "/" in path else "", path=path, **content
    )
    # A lone half of a character pair would be no UTF-8.
    return text.encode("utf-8", "replace")


def _draw_wide_pages(drawing: Drawing, environment: Environment, publication: Publication) -> None:
    """Draw the overview, the lists and the tests, which read everything."""
    everything = cache(partial(_everything, publication))
    comparisons = cache(partial(comparing.compare, publication))

    def page(path: str, template: str, content: Callable[[], dict[str, Any]] = dict) -> None:
        drawing.page(path, everything, lambda: _render(environment, path, template, **content()))

    page(
        INDEX,
        "overview.html",
        lambda: {
            "comparisons": comparisons(),
            "learned": entries(publication)[:5],
            **summaries.overview(publication),
        },
    )
    page("tests/index.html", "tests.html", lambda: {"comparisons": comparisons()})
    for scale in publication.outcome_scales:
        for group in scale.tests:
            name = _test_page(scale.scale, group)

            def content(scale: OutcomeScale = scale, group: str = group) -> dict[str, Any]:
                (own,) = (one for one in comparisons() if (one.scale, one.group) == (scale, group))
                return {"comparison": own, "comparisons": comparisons()}

            page(f"tests/{name}.html", "test.html", content)
    page("prisons/index.html", "prisons.html")
    page("reviews/index.html", "reviews.html")
    page("documents/index.html", "documents.html")
    page("publication.html", "publication.html")
    page("questions.html", "questions.html")


def _draw_search(
    drawing: Drawing,
    environment: Environment,
    publication: Publication,
    item_pages: dict[str, str],
    anchors: Anchors,
) -> None:
    """Draw the search page, and the index that it loads."""
    texts = search_index.count_texts(publication)
    index = search_index.SearchIndex()
    if 0 < texts <= search_index.MOST_TEXTS:
        index = search_index.search_index(publication, item_pages, anchors.of_visit)
    for name, content in index.files.items():
        drawing.file(
            f"{search_index.FOLDER}/{name}", partial(digest_of, content), partial(bytes, content)
        )
    drawing.page(
        "search.html",
        lambda: [texts, index.texts, index.choices],
        lambda: _render(
            environment,
            "search.html",
            "search.html",
            index=index,
            texts=texts,
            most_texts=search_index.MOST_TEXTS,
        ),
    )


def _everything(publication: Publication) -> str:
    """A digest of all that the pages show, but for the instant at which the file was written."""
    parts = [
        {
            **vars(publication),
            "record": {**publication.record, "published_at": None},
            "publications": publication.publications[1:],
        },
        (publication.record["known_at"] or publication.record["published_at"]).year,
    ]
    return digest_of(parts)


@dataclass(frozen=True)
class _OfOnePrison:
    """As much of a publication as the pages of one prison may read: the rest would age them."""

    documents: LookedUp[str, Row]
    paragraphs: LookedUp[tuple[str, str], str]
    area_names: dict[str, str]
    test_names: dict[str, str]


def _draw_narrow_pages(
    drawing: Drawing,
    environment: Environment,
    publication: Publication,
    shared: Mapping[str, LookedUp[Any, Any]],
) -> None:
    """Draw the pages of each prison and of its visits."""
    of_one_prison = _OfOnePrison(
        shared["documents"], shared["paragraphs"], publication.area_names, publication.test_names
    )
    named = {
        "publication": of_one_prison,
        **{name: shared[name] for name in ("prison_names", "item_pages", "recommendations")},
    }
    # The reference data, which every page reads.
    reference = digest_of(
        [
            (publication.area_names, publication.test_names, publication.levels),
            (publication.outcome_scales, publication.kinds, publication.bodies),
            publication.responses,
        ]
    )
    has_pages_of_items = any(
        len(prison.recommendations) > IN_PLACE for prison in publication.prisons
    )
    if has_pages_of_items:
        (drawing.folder / "recommendations").mkdir()
    by_id = {visit["visit_id"]: visit for _, visit in publication.visits}
    for prison in publication.prisons:
        own = cache(partial(digest_of, prison))

        def page(
            path: str,
            template: str,
            content: Callable[[], dict[str, Any]],
            also: Any = None,
            prison: Prison = prison,
            own: Callable[[], str] = own,
        ) -> None:
            drawing.page(
                path,
                lambda: [reference, own(), also],
                lambda: _render(environment, path, template, prison=prison, **named, **content()),
            )

        address = wording.address(prison.establishment_id)
        page(
            f"prisons/{address}.html",
            "prison.html",
            partial(lambda prison: {"units": summaries.units(publication, prison)}, prison),
        )
        for visit in prison.visits:
            name = wording.address(visit["visit_id"])
            if len(prison.recommendations) > IN_PLACE and (items := prison.items_of(visit)):
                page(
                    f"recommendations/{name}.html",
                    "recommendations.html",
                    partial(dict, visit=visit, items=items),
                )
            if visit.is_review:
                follows = by_id.get(visit["follows_visit_id"])
                page(
                    f"reviews/{name}.html",
                    "review.html",
                    partial(
                        lambda visit, follows: {
                            "visit": visit,
                            "follows": follows,
                            "scales": summaries.judged(publication, [visit]),
                        },
                        visit,
                        follows,
                    ),
                    also=follows and follows.row,
                )


def is_site(folder: Path) -> bool:
    """Whether a folder holds pages that were written here, and may be replaced whole."""
    try:
        return MARK in (folder / INDEX).read_text("utf-8")[:2000]
    except (OSError, UnicodeDecodeError):
        return False


def _script(name: str) -> tuple[Markup, Markup]:
    """A script, and the source by which a page's policy admits it."""
    script = (_TEMPLATES / name).read_text("utf-8")
    digest = hashlib.sha256(script.encode()).digest()
    return Markup(script), Markup("'sha256-{}'").format(base64.b64encode(digest).decode())


def _banner(environment: Environment, preview: Preview | None) -> Markup:
    """Banner at the head of each page of a preview; empty on a published page."""
    if preview is None:
        return Markup("")
    return _marked("banner", environment.get_template("banner.html").render(preview=preview))


def _marked(name: str, text: str) -> Markup:
    """A place of a page that changes by itself: see :mod:`inspections.pages.parts.drawing`."""
    return Markup("<!--{0}-->{1}<!--/{0}-->").format(name, Markup(text))


def _environment(
    publication: Publication, has_models: bool, preview: Preview | None, anchors: Anchors
) -> Environment:
    environment = plain_environment(preview.templates if preview else None)
    script, script_hash = _script(SCRIPT)
    search_script, search_hash = _script(SEARCH)
    reload_script, reload_hash = _script(_RELOADS)
    edition = environment.get_template("edition.html").render(
        record=publication.record, is_preview=preview is not None
    )
    environment.globals.update(
        own=anchors.own,
        visit_anchor=anchors.of_visit,
        is_preview=preview is not None,
        reloads=preview is not None and preview.reloads,
        reload_script=reload_script,
        reload_hash=reload_hash,
        edition_style=EDITION,
        banner=_banner(environment, preview),
        edition=Markup(edition) if preview is None else _marked("edition", edition),
        publication=publication,
        has_models=has_models,
        models_page=MODELS,
        feed=FEED,
        statuses=wording.STATUSES,
        scale_name=publication.scale_name,
        tone_of=publication.tone,
        bodies=publication.bodies,
        kinds=publication.kinds,
        response_names=publication.responses,
        test_page=_test_page,
        series_shown=comparing.SERIES_SHOWN,
        map_width=WIDTH,
        script=script,
        script_hash=script_hash,
        search_script=search_script,
        search_hash=search_hash,
        scale_places={scale.scale: place for place, scale in enumerate(publication.outcome_scales)},
        in_place=IN_PLACE,
        all_marks=ALL_MARKS,
        documents_shown=DOCUMENTS_SHOWN,
        reviews_shown=REVIEWS_SHOWN,
        comparison_words=wording.COMPARISONS,
        levels={
            (scale, level["code"]): level
            for scale, levels in publication.levels.items()
            for level in levels
        },
        shown_characters=wording.SHOWN_CHARACTERS,
        shown_rows=SHOWN_ROWS,
        rows_on_overview=ROWS_ON_OVERVIEW,
    )
    return environment


def preload() -> None:
    """Make ready what pages are drawn with, while another process builds the tables."""
    # No daemon: a process that ends at once would take the renderer away under its own start.
    threading.Thread(target=_make_ready, name="pages").start()


def _make_ready() -> None:
    charts.start_renderer()
    environment = plain_environment()
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)


class _Compiled(BytecodeCache):
    """Cache of compiled templates for the process's lifetime."""

    codes: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is there."""
        if bucket.key in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next environment."""
        self.codes[bucket.key] = bucket.bytecode_to_string()


def plain_environment(compiled: Path | None = None) -> Environment:
    """The templates, without what belongs to one publication.

    Args:
        compiled: A folder that keeps what they were compiled to for later processes; without one
            it is kept for as long as this process lives.
    """
    if compiled is not None:
        compiled.mkdir(parents=True, exist_ok=True)
    environment = Environment(
        bytecode_cache=FileSystemBytecodeCache(str(compiled)) if compiled else _Compiled(),
        loader=PackageLoader("inspections.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(wording.FILTERS)
    environment.globals["own"] = str
    return environment


def _item_pages(publication: Publication) -> dict[str, str]:
    """The page of each recommendation, by its id."""
    return {
        item["recommendation_id"]: (
            f"prisons/{wording.address(prison.establishment_id)}.html"
            if len(prison.recommendations) <= IN_PLACE
            else f"recommendations/{wording.address(item['visit_id'])}.html"
        )
        for prison in publication.prisons
        for item in prison.recommendations
    }


def _test_page(scale: str, group: str) -> str:
    """The name of a test's page."""
    return wording.address(f"{scale}-{group}")


def _sync(folder: Path) -> None:
    """Have the pages on the disk before their folder is put in its place."""
    for path in folder.rglob("*"):
        sync(path)
