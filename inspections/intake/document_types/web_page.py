"""An inspectorate's web page on a report: when the report was published, and its outcomes."""

import re
from collections.abc import Sequence

from inspections.intake.comparisons import Comparison, in_order, of_problem
from inspections.intake.document_types.declared import declared_bodies
from inspections.intake.document_types.prose import (
    Outcomes,
    Passage,
    ProseDraft,
    lines_of_prose,
    outcomes_of,
    passages_of,
)
from inspections.intake.grammar import Days, days_in, sentences
from inspections.intake.grammar.settled import is_of_last_time
from inspections.intake.reading import Reading
from inspections.intake.text.layout import Layout
from inspections.intake.text.lines import NotAReportError, Source
from inspections.intake.text.model import Block
from inspections.intake.text.names import Named, establishments_in, without_what_ends_a_title
from inspections.intake.text.patterns import NUMBERED
from inspections.intake.text.rows_of_words import FURNITURE
from inspections.intake.text.vocabulary import HMIP, slug

# What a page has and a report has not.
_SIGNS = (
    re.compile(r"\b(?:read|download|view) (?:the |this )?(?:full )?report\b", re.IGNORECASE),
    re.compile(r"\breport \(PDF\b|\.pdf\b", re.IGNORECASE),
    re.compile(r"^skip to (?:main )?content", re.IGNORECASE),
    re.compile(r"\bcookies?\b|\bshare this page\b|^back to\b|^home\s*[>›/»]", re.IGNORECASE),
    re.compile(r"\bjusticeinspectorates\.gov\.uk\b|^https?://", re.IGNORECASE),
    re.compile(r"^(?:date )?published(?: on)?\s*:|^publication date\b", re.IGNORECASE),
)
_OWN = re.compile(
    r"\b(?:HM|His Majesty['’]s|Her Majesty['’]s) (?:Chief )?Inspector(?:ate)? of Prisons\b(?! for)"
    r"|\bHMI Prisons\b|\bHMIP\b|hmiprisons",
    re.IGNORECASE,
)
_FEWEST_PARAGRAPHS = 5
# What is longer is a report.
_LONGEST = 20_000
_PUBLISHED = re.compile(
    r"\b(?:published|publication|publish date|date of report|report date|released)\b", re.IGNORECASE
)
_NOT_OF_THE_REPORT = re.compile(
    r"\b(?:will|to be|updated|reviewed|action plan|last|previous|statistics|data|first published"
    r"|response)\b",
    re.IGNORECASE,
)
_VISIT = re.compile(
    r"\binspect(?:ed|ion)\b|\bvisit(?:ed)?\b|\breview\b|\btook place\b|\bdates?\b", re.IGNORECASE
)
_LAST_BY_LABEL = re.compile(
    r"\bdates? of (?:the |our )?(?:last|previous|most recent) (?:full )?inspection\b"
    r"|^(?:last|previous) (?:full )?inspection\b",
    re.IGNORECASE,
)
_VISIT_TYPES = (
    ("independent_review_of_progress", r"\bindependent review of progress\b"),
    ("short_scrutiny_visit", r"\bshort scrutiny visit\b"),
    ("scrutiny_visit", r"\bscrutiny visit\b"),
    ("follow_up_inspection", r"\bfollow-up inspection\b"),
    ("full_inspection", r"\b(?:un)?announced (?:full )?inspection\b|\binspection\b"),
)


def is_web_page(source: Source) -> bool:
    """Whether a document is a page about a report, and not the report itself.

    Args:
        source: The file as read: a saved page, or one that was printed or copied as text.
    """
    lines = [line.text for line in source.lines if line.text]
    if sum(bool(NUMBERED.match(line)) for line in lines) >= _FEWEST_PARAGRAPHS:
        return False
    if sum(map(len, lines)) > _LONGEST:
        return False
    if source.format == "html":
        return True
    return sum(any(sign.search(line) for line in lines) for sign in _SIGNS) >= 2


def read_web_page_on_a_report(source: Source) -> Reading:
    """Read a page about a report.

    Args:
        source: The file as read.

    Raises:
        NotAReportError: It names no establishment.
    """
    passages = passages_of([line for line in lines_of_prose(source) if line.style != FURNITURE])
    named = _named(passages)
    if not named.establishments:
        raise NotAReportError(
            f"{source.name} is a web page that names no establishment in its title or headings."
        )
    page = _Page(passages, named)
    page.made()
    blocks = [passage.block for passage in passages]
    used = {id(each.block) for each in page.proposal.sources}
    reading = Reading(
        "web_page",
        source,
        Layout(blocks, [], [], 0),
        page.proposal,
        page.comparisons(),
        named.establishments[0].full_name,
        page.days.text if page.days else "",
        page.published,
        [block for block in blocks if id(block) not in used],
    )
    reading.why |= {id(block): "the page's own words" for block in reading.set_aside}
    return reading


def _named(passages: Sequence[Passage]) -> Named:
    """The establishment that the title and the headings name, else the first of the text."""
    headings = [each for each in passages if each.style == "heading"]
    for passage in [*passages[:1], *headings, *passages[:12]]:
        named = establishments_in(without_what_ends_a_title(passage.block.text[:200]))
        if named.establishments:
            return Named(named.establishments[:1], "")
    return Named((), "")


class _Page(ProseDraft):
    def __init__(self, passages: Sequence[Passage], named: Named) -> None:
        self.passages = passages
        self.first = named.establishments[0]
        self.published, self.where_published, self.day_doubts = self._published()
        self.days, self.where, self.said = self._visited()
        when = self.published or self.days
        super().__init__(
            slug(self.first.name),
            f"{slug(self.first.full_name)}-web-page" + (f"-{when.end:%Y-%m}" if when else ""),
        )
        self.visit_type = self._visit_type()
        self.is_own = any(_OWN.search(passage.block.text) for passage in passages)
        year = self.days.end.year if self.days else "unknown"
        suffix = next(
            (
                each.id_suffix
                for body in declared_bodies()
                for each in body.types
                if each.code == self.visit_type
            ),
            "",
        )
        if self.visit_type == "independent_review_of_progress":
            suffix = "-irp"
        self.visit = f"{self.establishment}-{year}{suffix}"
        self.outcomes = Outcomes()

    def _published(self) -> tuple[Days | None, Block | None, list[str]]:
        """The day on which the page says that the report was published, and the doubts."""
        found: list[tuple[Days, Block]] = []
        coarse: list[tuple[Days, Block]] = []
        alone: list[tuple[Days, Block]] = []
        label = ""
        for passage in self.passages:
            for sentence in sentences(passage.block.text):
                days = days_in(sentence)
                is_one = days is not None and days.is_one
                is_day = days is not None and is_one and days.precision == "day"
                words = f"{label} {sentence}".strip() if len(sentence) < 60 else sentence
                if days and is_day and _PUBLISHED.search(words):
                    if not _NOT_OF_THE_REPORT.search(words) and not self._is_elsewhere(words):
                        found.append((days, passage.block))
                elif days and is_one and not is_day and len(words) < 60 and _PUBLISHED.match(words):
                    if not _NOT_OF_THE_REPORT.search(words) and not self._is_elsewhere(words):
                        coarse.append((days, passage.block))
                elif (
                    days and is_day and not re.search(r"[A-Za-z]", sentence.replace(days.text, ""))
                ):
                    alone.append((days, passage.block))
                # A label may stand above its date.
                label = sentence if days is None and len(sentence) < 40 else ""
        if len({days.end for days, _ in found}) == 1:
            return *found[0], []
        if found:
            return None, None, ["the page gives several days of publication"]
        # A label with a month or a year, where nothing gives the day.
        if len({(days.end, days.precision) for days, _ in coarse}) == 1:
            return *coarse[0], []
        if len({days.end for days, _ in alone}) == 1:
            return *alone[0], ["the day stands alone: the page does not say what happened then"]
        return None, None, []

    def _is_elsewhere(self, text: str) -> bool:
        others = establishments_in(text).establishments
        return any(each.name != self.first.name for each in others)

    def _visited(self) -> tuple[Days | None, Block | None, str]:
        label = ""
        for passage in self.passages:
            before, label = label, passage.block.text if len(passage.block.text) < 60 else ""
            if _LAST_BY_LABEL.search(f"{before} {passage.block.text}"[:200]):
                # «Date of last inspection» may stand above its days.
                continue
            if self._is_elsewhere(passage.block.text[:200]):
                continue
            for sentence in sentences(passage.block.text):
                days = days_in(sentence)
                if days is None or days.precision != "day":
                    continue
                if sentence.strip(" .") == days.text.strip(" ."):
                    # What days alone are of stands before them.
                    sentence = f"{before}: {sentence}" if before else sentence
                if not _VISIT.search(sentence):
                    continue
                if _PUBLISHED.search(sentence) or re.search(r"\bwill\b", sentence):
                    continue
                place = max(sentence.find(days.text.split()[0]), 0)
                if not is_of_last_time(sentence, place, len(sentence))[0]:
                    return days, passage.block, sentence
        return None, None, ""

    def _visit_type(self) -> str:
        text = " ".join(
            passage.block.text
            for passage in self.passages
            if passage.style == "heading" or passage.block is self.where or len(passage.lines) == 1
        )
        return next(
            (code for code, words in _VISIT_TYPES if re.search(words, text, re.IGNORECASE)), ""
        )

    def _title(self) -> str:
        headings = [each.block.text for each in self.passages if each.style == "heading"]
        own = [text for text in headings if re.match(r"Report (?:on|of)\b", text, re.IGNORECASE)]
        named = [
            each.block.text
            for each in self.passages
            if establishments_in(each.block.text[:200]).establishments
            and not re.match(r"home\b", each.block.text, re.IGNORECASE)
        ]
        return next(iter([*own, *headings, *named, self.passages[0].block.text]))

    def made(self) -> None:
        """Propose the page's rows."""
        title = self._title()
        self.proposal.document = {
            "document_id": self.document,
            "title": f"Web page: {title}",
            "body": HMIP,
            "file": f"{self.document}.txt",
            "source_address": "",
            "licence": "",
            # Only English is read.
            "language": "en",
            # Texts are taken over as they stand.
            "wording": "verbatim",
        }
        self._ask()
        if self.days is not None and self.visit_type:
            self.describe(self.first, self.days, f"the page's title: {self.first.full_name}")
            announced = re.search(
                r"\b(un)?announced\b", " ".join(p.block.text for p in self.passages), re.IGNORECASE
            )
            self.add(
                "visits_held",
                f"{self.visit}-held",
                self.days,
                "",
                self.where,
                self.said,
                [] if self.is_own else ["the page does not name the inspectorate"],
                at_start=True,
                visit_id=self.visit,
                establishment_id=self.establishment,
                visit_type=self.visit_type,
                started_on=self.days.start.isoformat(),
                ended_on=self.days.end.isoformat(),
                is_announced="" if announced is None else "false" if announced[1] else "true",
                bodies=HMIP,
                follows_visit_id="",
            )
        else:
            self.proposal.mentioned_visits[self.visit] = (self.establishment, self.days)
            self.proposal.mentioned_establishments[self.establishment] = self.first.full_name
        unknown = [] if self.days else ["the page does not give the days of the visit"]
        if not self.is_own:
            unknown.append("the page does not name HM Inspectorate of Prisons as whose it is")
        if self.published is not None:
            self.add(
                "reports_published",
                f"{self.visit}-published",
                self.published,
                "",
                self.where_published,
                self.where_published.text if self.where_published else "",
                [*self.day_doubts, *unknown],
                visit_id=self.visit,
                title=title,
                published_on=(
                    self.published.end.isoformat() if self.published.precision == "day" else ""
                ),
                # The page tells of the report, and is not it.
                what="report",
                published_document_id="",
            )
        self._outcomes(unknown)

    def _ask(self) -> None:
        for is_missing, what, detail in (
            (
                self.published is None,
                "published",
                "The page does not give one day of publication in words that are known"
                + (f": {self.day_doubts[0]}" if self.day_doubts else "")
                + ". No publication is proposed.",
            ),
            (
                self.published is not None and bool(self.day_doubts),
                "published",
                f"The day of publication is doubtful: {' '.join(self.day_doubts)}.",
            ),
            (
                self.days is None,
                "days",
                "The page does not give the days of the visit in words that are known; the rows"
                f" call it {self.visit}. Put its year there.",
            ),
            (
                not self.is_own,
                "body",
                "The page does not name HM Inspectorate of Prisons; its rows are proposed as that"
                " inspectorate's. Correct the body if it is another's.",
            ),
            (
                not self.visit_type,
                "visit type",
                "The page does not say what kind of visit it is about; no visit is proposed.",
            ),
        ):
            if is_missing:
                self.problem(0, what, self.document, "", detail)

    def _outcomes(self, unknown: list[str]) -> None:
        self.outcomes = outcomes_of(
            self.passages,
            self.days.end.year if self.days else None,
            self.first.full_name,
            self.first.establishment_type,
        )
        for outcome, sentence, block in self.outcomes.stated:
            if outcome.test is None:
                continue
            unit = slug(outcome.unit)
            self.add(
                "outcomes_judged",
                f"{self.visit}-outcome-{outcome.test.code}" + (f"-{unit}" if unit else ""),
                self.days,
                "",
                block,
                sentence,
                [*outcome.doubts, *unknown],
                visit_id=self.visit,
                unit=unit,
                healthy_prison_test=outcome.test.code,
                outcome=outcome.level.code,
            )
        self.outcomes_of_last_time(self.outcomes, self.days, self.visit)
        asked = dict.fromkeys(f"{why}: «{said}»" for why, said in self.outcomes.asked)
        if asked:
            self.problem(
                1,
                "outcomes",
                self.visit,
                "",
                "Sentences may state outcomes of this visit and are not read as such. Add rows for"
                f" those that do. {' — '.join(asked)}",
            )

    def comparisons(self) -> list[Comparison]:
        """Checks for the required parts of a page."""
        count = str(len(self.outcomes.stated))
        found = [
            Comparison("outcomes", "outcomes on the page", "", "", count, None, False, ""),
            *(of_problem(problem) for problem in self.proposal.problems),
        ]
        return in_order(found)
