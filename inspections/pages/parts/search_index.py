"""Index of the search page: the log's texts, and the texts of each word.

What belongs here: what can be found, how words are folded, and the small files that the page's
script loads. Finding does not: see ``templates/search.js``, which folds and cuts words alike.

A page that is opened from a disk may read no file but by a script element. Each file is therefore
a script that hands its content over. Texts lie in files of their own, in their order; words in
others, sorted, so that a word and all that begin alike lie in one file or in neighbours. A filter
is a word that no text can hold.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from inspections.pages import wording
from inspections.pages.contents import Prison, Publication, Recommendation, Row, Visit

FOLDER = "search"
# A file is loaded for each word that is typed: small enough for a phone, and few for a long list.
FILE_BYTES = 48_000
# Of more texts than this no index is made: it would take longer than all pages together.
MOST_TEXTS = 50_000
# Letters that no normal form takes apart.
FOLDED = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "ς": "σ",
}  # fmt: skip
# As far as a word is told apart from others: one without end would fill files.
LONGEST_WORD = 40
KINDS = {
    "recommendation": "Recommendations",
    "concern": "Concerns",
    "finding": "Findings",
    "practice": "Positive practice",
}
_WORD = re.compile(r"[^\W_]+")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Choice:
    """A value that a filter offers.

    Attributes:
        word: The word that stands for it in the index.
        name: Its name.
        group: The group that it is listed in; empty where there are none.
    """

    word: str
    name: str
    group: str = ""


@dataclass
class SearchIndex:
    """Choices and files of the search page.

    Attributes:
        texts: How many texts there are.
        choices: The values of each filter, in their order.
        files: The files by their names within the folder of the index.
    """

    texts: int = 0
    choices: dict[str, list[Choice]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class _Text:
    """One text with what a result says of it, and the words of its filters."""

    title: str
    details: str
    address: str
    text: str
    filters: frozenset[str]
    language: str
    is_ours: bool


def fold(text: str) -> str:
    """A text without capitals and accents, as the page's script folds it too."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in apart if unicodedata.category(letter)[0] != "M").lower()
    return "".join(FOLDED.get(letter, letter) for letter in plain)


def words_of(text: str) -> list[str]:
    """The words of a text, folded: unbroken letters and digits."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def count_texts(publication: Publication) -> int:
    """How many texts there may be to find."""
    return (
        len(publication.concerns)
        + sum(len(prison.recommendations) for prison in publication.prisons)
        + sum(len(visit.findings) + len(visit.practice) for _, visit in publication.visits)
    )


def search_index(
    publication: Publication,
    item_pages: dict[str, str],
    visit_anchor: Callable[[str], str],
) -> SearchIndex:
    """Make the index.

    Args:
        publication: The published file as read.
        item_pages: The page of each recommendation, by its id.
        visit_anchor: Gives the place of a visit on its prison's page.
    """
    collected = _Collected(publication, item_pages, visit_anchor)
    texts = [each for each in collected.texts() if each.text]
    postings: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(texts):
        for word in {*words_of(each.text), *each.filters}:
            postings[word].append(number)
    index = SearchIndex(len(texts), collected.choices())
    starts = _write_texts(index, texts)
    firsts = _write_words(index, postings)
    index.files["index.js"] = _script(
        "index",
        {
            "texts": len(texts),
            "starts": starts,
            "firsts": firsts,
            "folded": FOLDED,
            "longest": LONGEST_WORD,
        },
    )
    return index


def _write_texts(index: SearchIndex, texts: Iterable[_Text]) -> list[int]:
    """Write the texts into files; return the number of each file's first."""
    entries = (
        [
            each.title,
            each.details,
            each.address,
            wording.cut(each.text),
            int(len(each.text) > wording.SHOWN_CHARACTERS),
            int(each.is_ours),
            each.language,
        ]
        for each in texts
    )
    starts, number = [], 0
    for part, content in enumerate(_parts(entries)):
        starts.append(number)
        number += len(content)
        index.files[f"texts-{part}.js"] = _script(f"texts-{part}", content)
    return starts


def _write_words(index: SearchIndex, postings: dict[str, list[int]]) -> list[str]:
    """Write the words into files; return each file's first."""
    # As a browser compares texts: by the halves of character pairs.
    ordered = sorted(postings, key=lambda word: word.encode("utf-16-be", "surrogatepass"))
    firsts = []
    for part, content in enumerate(
        _parts([word, _as_distances(postings[word])] for word in ordered)
    ):
        firsts.append(str(content[0][0]))
        index.files[f"words-{part}.js"] = _script(f"words-{part}", content)
    return firsts


def _parts(entries: Iterable[list[object]]) -> Iterator[list[list[object]]]:
    """Entries in parts that each fit into a file."""
    part: list[list[object]] = []
    size = 0
    for entry in entries:
        own = len(_json(entry)) + 1
        if part and size + own > FILE_BYTES:
            yield part
            part, size = [], 0
        part.append(entry)
        size += own
    if part:
        yield part


def _as_distances(numbers: list[int]) -> str:
    """Rising numbers as the distances between them, in base 36."""
    distances = [after - before for before, after in zip([0, *numbers], numbers, strict=False)]
    return " ".join(map(_in_base_36, distances))


def _in_base_36(number: int) -> str:
    digits = ""
    while number >= 36:
        number, last = divmod(number, 36)
        digits = _DIGITS[last] + digits
    return _DIGITS[number] + digits


def _json(content: object) -> bytes:
    # A lone half of a character pair would be no UTF-8.
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def _script(name: str, content: object) -> bytes:
    return b"searchIndex(" + _json(name) + b"," + _json(content) + b");\n"


class _Collected:
    """The texts of a publication, and the filters that apply to them."""

    def __init__(
        self,
        publication: Publication,
        item_pages: dict[str, str],
        visit_anchor: Callable[[str], str],
    ) -> None:
        self._publication = publication
        self._item_pages = item_pages
        self._visit_anchor = visit_anchor
        self._choices: dict[str, dict[tuple[str, str], Choice]] = defaultdict(dict)

    def texts(self) -> Iterator[_Text]:
        """Every text: prison by prison, visit by visit, the last one first."""
        concerns: dict[str, list[Row]] = defaultdict(list)
        for concern in self._publication.concerns:
            concerns[concern["visit_id"]].append(concern)
        for prison in self._publication.prisons:
            answering: dict[str, list[Recommendation]] = defaultdict(list)
            by_id = {item["recommendation_id"]: item for item in prison.recommendations}
            for item in prison.recommendations:
                answering[item["concern_id"] or ""].append(item)
            for visit in reversed(prison.visits):
                for item in prison.items_of(visit):
                    yield self._recommendation(prison, visit, item)
                for concern in concerns[visit["visit_id"]]:
                    items = answering[concern["concern_id"]]
                    yield self._other("concern", prison, visit, concern, items)
                for finding in visit.findings:
                    about = by_id.get(finding["recommendation_id"])
                    yield self._other("finding", prison, visit, finding, [about] if about else [])
                for practice in visit.practice:
                    yield self._other("practice", prison, visit, practice, [])

    def choices(self) -> dict[str, list[Choice]]:
        """The values of each filter that some text has, by name."""
        order = list(KINDS.values())
        return {
            "kind": sorted(
                self._choices["kind"].values(), key=lambda choice: order.index(choice.name)
            ),
            **{
                name: sorted(
                    self._choices[name].values(),
                    key=lambda choice: (choice.group, choice.name.casefold(), choice.word),
                )
                for name in ("prison", "body", "area", "status")
            },
        }

    def _word(self, choice: str, name: str, group: str = "", key: str = "") -> str:
        """The word of a filter's value: with a sign that no word of a text holds."""
        known = self._choices[choice]
        new = Choice(f"={choice}{len(known)}", name, group)
        return known.setdefault((group, key or name), new).word

    def _recommendation(self, prison: Prison, visit: Visit, item: Recommendation) -> _Text:
        row = item.row
        publication = self._publication
        status = self._status(item)
        bodies = [row["body"]] if row["body"] else []
        kind = publication.kinds.get(row["kind"], wording.words(row["kind"])) or "Recommendation"
        return self._made(
            "recommendation",
            prison,
            row,
            bodies,
            [status] if status else [],
            address=self._address_of(item),
            title=f"{prison.name}, {row['reference'] or row['recommendation_id']}",
            details=[kind, *self._named(bodies), self._area(row), _visit(visit)]
            + ([f"last status: {_of_scale(*status)}"] if status else []),
        )

    def _other(
        self, kind: str, prison: Prison, visit: Visit, row: Row, items: list[Recommendation]
    ) -> _Text:
        """A concern, a finding or a practice, with the recommendations that it is about."""
        own = [item["body"] for item in items if item["body"]]
        stated = visit["bodies"] or visit["derived_bodies"] or ""
        bodies = list(dict.fromkeys(own)) or stated.split("|")
        bodies = [body for body in bodies if body]
        statuses = [status for item in items if (status := self._status(item))]
        if kind != "concern" and visit.is_review:
            page = f"reviews/{wording.address(visit['visit_id'])}.html"
            place = wording.parts(row["paragraph"])[:1] or [row["event_id"]]
            anchor = "practice" if kind == "practice" else f"p-{wording.address(place[0])}"
            address = f"{page}#{anchor}"
        elif items:
            address = self._address_of(items[0])
        else:
            page = f"prisons/{wording.address(prison.establishment_id)}.html"
            address = f"{page}#{self._visit_anchor(visit['visit_id'])}"
        where = wording.places(row["paragraph"])
        name = {"concern": "Concern", "finding": "Finding", "practice": "Positive practice"}[kind]
        said = [f"last status of what it is about: {_of_scale(*status)}" for status in statuses]
        return self._made(
            kind,
            prison,
            row,
            bodies,
            statuses,
            address=address,
            title=f"{prison.name}, {where or wording.held(visit.row)}",
            details=[name, *self._named(bodies), self._area(row), _visit(visit), *said],
        )

    def _made(
        self,
        kind: str,
        prison: Prison,
        row: Row,
        bodies: list[str],
        statuses: list[tuple[str, str]],
        *,
        address: str,
        title: str,
        details: list[str],
    ) -> _Text:
        filters = {
            self._word("kind", KINDS[kind]),
            self._word("prison", prison.name, key=prison.establishment_id),
        }
        filters |= {self._word("body", name) for name in self._named(bodies)}
        filters |= {self._word("status", name, scale) for scale, name in statuses}
        if area := self._area(row):
            filters.add(self._word("area", area))
        is_ours = row["is_verbatim"] is False
        document = self._publication.documents.get(row["document_id"]) or {}
        return _Text(
            title=title,
            details=" · ".join(dict.fromkeys(part for part in details if part)),
            address=address,
            text=row["text"] or "",
            filters=frozenset(filters),
            language="" if is_ours else document.get("language") or "",
            is_ours=is_ours,
        )

    def _address_of(self, item: Recommendation) -> str:
        identifier = item["recommendation_id"]
        return f"{self._item_pages[identifier]}#{wording.address(identifier)}"

    def _named(self, bodies: Iterable[str]) -> list[str]:
        return [self._publication.bodies.get(body, wording.words(body)) for body in bodies]

    def _area(self, row: Row) -> str:
        return self._publication.area_names.get(row["area"], wording.words(row["area"]))

    def _status(self, item: Recommendation) -> tuple[str, str] | None:
        """The last status with the scale that it is of: words of two scales are never one."""
        if not item.statuses:
            return None
        last = item.statuses[-1]
        if last["scale"]:
            label = last["judgement_label"] or wording.words(last["recommendation_status"])
            return self._publication.scale_name(last["scale"]), label
        status = last["recommendation_status"]
        return "", wording.STATUSES.get(status, wording.words(status))


def _visit(visit: Visit) -> str:
    """When the visit was that a text is of."""
    return f"visit of {wording.held(visit.row)}" if visit["held_on"] else "visit of no known day"


def _of_scale(scale: str, status: str) -> str:
    """A status with the scale that it is of, if it is of one."""
    return f"{status} ({scale})" if scale else status
