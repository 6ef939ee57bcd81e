"""The search page: its index holds what the published tables hold, and a browser finds it.

The ten thousand texts are invented, and so is what they say.
"""

import json
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from inspections.pages import write_pages
from inspections.pages.contents import Prison, Publication, Recommendation, Visit
from inspections.pages.parts import search_index
from inspections.pages.reading import read
from inspections.pages.wording import address
from tests.conftest import Built
from tests.event_streams import write_event_files
from tests.pages.test_pages import Look, Page, in_a_browser, look, made

__all__ = ["look"]

TEXTS = """
    select text from dim_recommendations where text is not null
    union all select text from fct_findings where text is not null
    union all select text from fct_positive_practice where text is not null
    union all
    select distinct text from events
    where event_type = 'concerns_raised' and is_live and text is not null
"""


def content_of(file: bytes) -> Any:
    """Content that a file of the index hands to the page."""
    found = re.fullmatch(r'searchIndex\("([a-z0-9-]+)",(.*)\);\n', file.decode("utf-8"), re.DOTALL)
    assert found
    return json.loads(found[2])


def index_of(folder: Path) -> tuple[list[list[Any]], dict[str, set[int]]]:
    """The texts of an index, and the numbers of those that hold each word."""
    read_files = {path.stem: content_of(path.read_bytes()) for path in folder.glob("*.js")}
    manifest = read_files["index"]
    texts: list[list[Any]] = []
    for part, start in enumerate(manifest["starts"]):
        assert start == len(texts)
        texts += read_files[f"texts-{part}"]
    assert len(texts) == manifest["texts"]
    words: dict[str, set[int]] = {}
    for part, first in enumerate(manifest["firsts"]):
        content = read_files[f"words-{part}"]
        assert content[0][0] == first
        for word, distances in content:
            number, numbers = 0, set()
            for distance in distances.split():
                number += int(distance, 36)
                numbers.add(number)
            assert word not in words
            words[word] = numbers
    assert list(words) == sorted(words, key=lambda word: word.encode("utf-16-be"))
    assert len(read_files) == 1 + len(manifest["starts"]) + len(manifest["firsts"])
    return texts, words


def plain_words(text: str) -> set[str]:
    """The words of a text, found another way than the index finds them."""
    letters = unicodedata.normalize("NFKD", text.lower())
    return set(re.findall(r"[^\W_]+", "".join(c for c in letters if not unicodedata.combining(c))))


@pytest.fixture(scope="module")
def site(elmley: Built) -> Path:
    return elmley.warehouse.parent / "site"


def test_the_index_holds_every_text_and_every_word_of_the_published_tables(
    elmley: Built, site: Path
) -> None:
    texts, words = index_of(site / "search")
    expected = [text for (text,) in elmley.rows(TEXTS)]
    assert sorted(entry[3] for entry in texts) == sorted(expected)
    holding: dict[str, set[int]] = defaultdict(set)
    for number, entry in enumerate(texts):
        for word in plain_words(entry[3]):
            holding[word].add(number)
    assert {word: found for word, found in words.items() if word[0] != "="} == holding


def test_each_result_leads_to_the_place_of_its_text(site: Path) -> None:
    texts, _ = index_of(site / "search")
    pages: dict[str, Page] = {}
    for title, _, target, text, *_ in texts:
        page, _, anchor = target.partition("#")
        if page not in pages:
            pages[page] = Page(site / page)
        assert anchor in pages[page].ids, (title, target)
        shown = " ".join(re.sub(r"<[^>]+>", "", pages[page].text).split())
        assert " ".join(text.split())[:40].replace("&", "&amp;")[:30] in shown.replace(
            "&#39;", "'"
        ).replace("&#34;", '"'), target


def test_filters_are_those_of_the_tables(elmley: Built, site: Path) -> None:
    texts, words = index_of(site / "search")
    page = (site / "search.html").read_text("utf-8")

    def found(name: str) -> list[str]:
        (word,) = re.findall(rf'<option value="(=[a-z]+\d+)">{re.escape(name)}</option>', page)
        return sorted(texts[number][3] for number in words[word])

    assert found("Recommendations") == sorted(
        text for (text,) in elmley.rows("select text from dim_recommendations")
    )
    assert found("Findings") == sorted(
        text for (text,) in elmley.rows("select text from fct_findings")
    )
    for establishment_id, name in elmley.rows(
        "select establishment_id, any_value(display_name) from dim_establishments"
        " where is_current and display_name is not null and establishment_id in"
        " (select establishment_id from dim_recommendations) group by all"
    ):
        made = elmley.rows(
            f"select text from dim_recommendations where establishment_id = '{establishment_id}'"
        )
        assert {text for (text,) in made} <= set(found(name))
    (scale, label, count) = elmley.rows(
        "select scale_name, judgement_label, count(*) from"
        " (select recommendation_id, max_by(event_id, (valid_from, status_sequence)) as event_id"
        "  from (select recommendation_id, valid_from, status_sequence,"
        "  opened_by_event_id as event_id from fct_recommendation_status_periods) group by all)"
        " inner join fct_progress_judgements using (event_id)"
        " inner join dim_judgement_levels as levels"
        " on levels.scale = fct_progress_judgements.scale and levels.code = judgement_code"
        " where levels.scale = 'ofsted_progress' group by all order by all"
    )[0]
    group = page.split(f'<optgroup label="{scale}">')[1].split("</optgroup>")[0]
    (word,) = re.findall(rf'<option value="(=status\d+)">{label}</option>', group)
    recommended = [n for n in words[word] if texts[n][1].startswith("Theme")]
    assert len(recommended) == count


def test_a_text_in_our_words_says_so_and_a_verbatim_one_does_not(elmley: Built, site: Path) -> None:
    texts, _ = index_of(site / "search")
    ours = {
        text
        for (text,) in elmley.rows("select text from dim_recommendations where not is_verbatim")
    }
    assert len(ours) > 50
    assert {entry[3] for entry in texts if entry[5]} == ours


def test_words_are_folded_and_a_hostile_text_is_data(
    published: Callable[..., Built], tmp_path: Path
) -> None:
    text = "Ysgol Gŵyl ﬁre: </script><img src=x onerror=run()> \"'\u2028 Straße self-harm"
    write_event_files(
        [
            made(
                "establishments_described", "s1", "2020-01-01", establishment_id="p", name="Invented"
            ),
            made(
                "visits_held",
                "s2",
                "2020-03-01",
                visit_id="v",
                establishment_id="p",
                visit_type="full_inspection",
            ),
            made(
                "recommendations_made", "s3", "2020-03-01", recommendation_id="r", visit_id="v",
                text=text,
            ),
            made("practice_noted", "s4", "2020-03-01", visit_id="v", text="z" * 500_000),
        ],
        tmp_path / "events",
    )  # fmt: skip
    folder = published(tmp_path / "events", site=True).warehouse.parent / "site" / "search"
    texts, words = index_of(folder)
    (number,) = [number for number, entry in enumerate(texts) if entry[3] == text]
    for word in ("gwyl", "fire", "strasse", "self", "harm", "onerror"):
        assert words[word] == {number}, word
    assert max(map(len, words)) <= search_index.LONGEST_WORD
    # Cut, as a page would cut it.
    assert max(path.stat().st_size for path in folder.iterdir()) < 2 * search_index.FILE_BYTES


VOCABULARY = 6_000


def ten_thousand(publication: Publication) -> Publication:
    """A publication with ten thousand invented recommendations of some 60 words."""
    chance = random.Random(20)
    syllables = [a + b for a in "bcdfghjklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "en")]
    vocabulary = ["".join(chance.choices(syllables, k=3)) for _ in range(VOCABULARY)]
    weights = [1 / (rank + 1) for rank in range(VOCABULARY)]
    prisons = []
    for place in range(200):
        visit = Visit(
            {
                "visit_id": f"v{place}",
                "held_on": date(2020, 1, 1),
                "started_on": None,
                "ended_on": None,
                "occurred_precision": "day",
                "bodies": "hmip",
                "derived_bodies": None,
                "gives_progress_judgements": False,
            }
        )
        items = [
            Recommendation(
                {
                    "recommendation_id": f"r{place}-{number}",
                    "visit_id": f"v{place}",
                    "concern_id": None,
                    "reference": str(number),
                    "kind": "recommendation",
                    "body": "hmip",
                    "area": None,
                    "document_id": "d",
                    "is_verbatim": True,
                    "text": " ".join(chance.choices(vocabulary, weights, k=60)),
                }
            )
            for number in range(50)
        ]
        prisons.append(Prison(f"p{place}", f"Invented {place}", [], [visit], items))
    return replace(publication, prisons=prisons, concerns=[])


def test_ten_thousand_texts_lie_in_small_files_of_which_a_search_loads_few(elmley: Built) -> None:
    publication = ten_thousand(read(elmley.warehouse))
    pages = {
        item["recommendation_id"]: "prisons/p.html"
        for prison in publication.prisons
        for item in prison.recommendations
    }
    index = search_index.search_index(publication, pages, address)
    assert index.texts == 10_000
    sizes = {name: len(content) for name, content in index.files.items()}
    assert max(sizes.values()) <= 64_000
    assert sizes["index.js"] < 10_000
    firsts = content_of(index.files["index.js"])["firsts"]
    # What a word of three letters makes a page load: the files of words that begin so.
    loads = [
        sum(
            first <= start + "\uffff" and (after is None or after > start)
            for first, after in zip(firsts, [*firsts[1:], None], strict=True)
        )
        for start in ("bar", "sen", "wod", "cen")
    ]
    assert max(loads) <= 3


def test_of_more_texts_than_an_index_is_made_for_the_page_says_so(
    elmley: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "MOST_TEXTS", 10)
    write_pages(elmley.warehouse, tmp_path / "site")
    page = Page(tmp_path / "site" / "search.html")
    assert "more than the 10 that pages can search" in page.text
    assert "form" not in page.tags
    assert list((tmp_path / "site" / "search").iterdir()) == []


@in_a_browser
def test_texts_are_found_by_keyboard_on_a_phone_from_a_file(
    look: Look, site: Path, elmley: Built
) -> None:
    from playwright.sync_api import expect

    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    look.complaints.clear()
    look.requests.clear()
    page = look.at(site / "search.html", 360)
    told = page.locator("#found")
    expect(told).to_have_text(re.compile(r"^\d+ texts$"))
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "words":
            break
    page.keyboard.type("PRISÓN")
    expected = [text for (text,) in elmley.rows(TEXTS) if re.search(r"\bprison", text.lower())]
    expect(told).to_have_text(re.compile(rf"^{len(expected)} of"))
    shown = page.locator("#results li")
    expect(shown).to_have_count(min(20, len(expected)))
    marked = {text.lower() for text in page.locator("#results mark").all_inner_texts()}
    assert marked == {"prison"}
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page, options={"preload": False}).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    # More of them, and on to the first that was not there.
    page.locator("#more").focus()
    page.keyboard.press("Enter")
    expect(shown).to_have_count(min(40, len(expected)))
    assert page.evaluate(
        "document.activeElement.closest('li') === document.querySelectorAll('#results li')[20]"
    )
    # A filter, by its keys.
    page.get_by_label("Kind").focus()
    page.keyboard.press("ArrowDown")
    recommended = [
        text
        for (text,) in elmley.rows("select text from dim_recommendations")
        if re.search(r"\bprison", text.lower())
    ]
    expect(told).to_have_text(re.compile(rf"^{len(recommended)} of"))
    target = page.locator("#results a").first.get_attribute("href")
    page.locator("#results a").first.press("Enter")
    page.wait_for_url("**/prisons/**")
    assert page.url.endswith(target)
    page.go_back()
    page.get_by_label("Words").fill("zzzz")
    expect(told).to_have_text(re.compile("^None of"))
    expect(shown).to_have_count(0)
    page.context.close()
    assert look.complaints == []
    assert {url for url in look.requests if not url.startswith(("file://", "data:"))} == set()
