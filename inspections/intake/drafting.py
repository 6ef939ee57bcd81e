"""Shared by all proposals: rows with their envelope, and problems."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from inspections.intake.grammar import Days, figures_in
from inspections.intake.grammar.published import REPORT, earliest, latest, published_in
from inspections.intake.rows import NOTE, Problem, Proposal, Source, first_of, note_of
from inspections.intake.text.lines import Line
from inspections.intake.text.model import Block
from inspections.intake.text.names import Establishment, Named
from inspections.intake.text.patterns import bare
from inspections.intake.text.titles import second_titles
from inspections.intake.text.vocabulary import HMIP, areas, plain, slug

# How many lines of a document are its front, and its back.
_FRONT = 60


def _front_and_back(lines: Sequence[Line]) -> list[Line]:
    """The lines of a document's front and back, and its paragraphs there, joined over the lines."""
    printed = [line for line in lines if line.text]
    ends = {id(line) for line in [*printed[:_FRONT], *printed[-_FRONT:]]}
    found: list[Line] = []
    paragraph: list[Line] = []
    for line in [*lines, None]:
        if line is not None and line.text and id(line) in ends:
            paragraph.append(replace(line, text=bare(line.text)))
            continue
        found += paragraph
        if len(paragraph) > 1:
            joined = " ".join(each.text for each in paragraph)
            found.append(replace(paragraph[0], text=joined))
        paragraph = []
    return found


def again(own: str, used: Collection[str]) -> str:
    """An id for a further item of one reference: ``…-again``, ``…-again-2`` and so on.

    Args:
        own: The id that its reference makes.
        used: The ids that are taken.
    """
    found, number = f"{own}-again", 2
    while found in used:
        found, number = f"{own}-again-{number}", number + 1
    return found


def told_again(own: str, used: Collection[str], key: str) -> str:
    """Say that an item bears a reference that another has, and what it is called.

    Args:
        own: The id that its reference makes.
        used: The ids that are taken.
        key: The reference.
    """
    how_many, which = ("Several", "this one") if f"{own}-again" in used else ("Two", "the second")
    return f"{how_many} items have the reference {key}; {which} is called {again(own, used)}"


class Draft:
    """A proposal in the making.

    Attributes:
        proposal: The rows so far, and what needs a person.
        establishment: The id of the establishment.
        document: The id of the document that states the facts.
    """

    def __init__(self, establishment: str, document: str) -> None:
        self.proposal = Proposal()
        self.establishment = establishment
        self.document = document
        # The body that publishes it.
        self.publisher = HMIP
        self.unknown_areas: dict[str, int] = {}
        # What is open about every row, such as which prison the document is about.
        self.doubts_of_all: list[str] = []

    def add(
        self,
        event_type: str,
        event_id: str,
        days: Days | None,
        paragraph: str,
        block: Block | None,
        sentence: str,
        doubts: list[str] | None = None,
        at_start: bool = False,
        rule: str = "",
        **payload: str,
    ) -> None:
        """Add a row, with a note on what it rests on and how sure that is.

        Args:
            event_type: The row's type.
            event_id: Its id.
            days: When it happened.
            paragraph: What an event cites.
            block: The text that it stands in; none for what the title page says.
            sentence: The words that it rests on.
            doubts: Why it may be wrong; empty where nothing says so.
            at_start: Whether it happened on the first of the days.
            rule: The name of the rule that read it; the row's type where that has one rule.
            payload: The columns of its type.
        """
        day = (days.start if at_start else days.end) if days else None
        precision = days.precision if days else "unknown"
        doubts = [*self.doubts_of_all, *(doubts or ()), *(block.doubts if block else ())]
        rows = self.proposal.rows.setdefault(event_type, [])
        if block is not None:
            self.proposal.sources.append(
                Source(event_type, len(rows), block, sentence, rule or event_type.replace("_", " "))
            )
        rows.append(
            {
                "event_id": event_id,
                "occurred_on": first_of(day, precision),
                "occurred_precision": precision,
                "recorded_at": "",
                "document_id": self.document,
                "paragraph": paragraph,
                "corrects_event_id": "",
                **payload,
                NOTE: note_of(sentence, block, doubts),
            }
        )

    def problem(
        self,
        rank: int,
        check: str,
        subject: str,
        paragraph: str,
        detail: str,
        stated: str = "",
        found: str = "",
    ) -> None:
        """Add something that needs a person."""
        problem = Problem(rank, check, subject, paragraph, detail, stated, found)
        self.proposal.problems.append(problem)

    def describe(
        self,
        named: Establishment,
        days: Days | None,
        sentence: str,
        paragraph: str = "",
        block: Block | None = None,
        opened_year: str = "",
    ) -> None:
        """Propose the description of an establishment, of which a document rarely says more.

        Args:
            named: The establishment as the document names it.
            days: From when on it is so described.
            sentence: The words that it rests on.
            paragraph: Where they stand.
            block: The text that they stand in.
            opened_year: When it was opened, where the document says so.
        """
        code = slug(named.name)
        self.add(
            "establishments_described",
            f"{code}-described-in-{self.document}",
            days,
            paragraph,
            block,
            sentence,
            ["it describes all of the prison from then on: leave it out if the log already does"],
            at_start=True,
            establishment_id=code,
            name=named.full_name,
            establishment_type=named.establishment_type,
            function="",
            security_category="",
            operator="",
            region="",
            opened_year=opened_year,
        )

    def report_of(
        self,
        visit: str,
        title: str,
        days: Days | None,
        texts: Sequence[Block],
        lines: Sequence[Line],
    ) -> None:
        """Propose the report of a visit as a document and as published.

        Args:
            visit: The visit's id.
            title: The report's title without its days.
            days: The days of the visit; none where the title page does not give them.
            texts: The text around the findings, which may name the licence and the day of
                publication.
            lines: The document's lines. Its front and its back may name that day.
        """
        licensed = any("Open Government Licence v3.0" in block.text for block in texts)
        self.proposal.document = {
            "document_id": self.document,
            "title": title + (f", {days.text}" if days else ""),
            "body": self.publisher,
            "file": f"{self.document}.txt",
            "source_address": "",
            "licence": "Open Government Licence v3.0" if licensed else "",
            # Only English is read.
            "language": "en",
            # Texts are taken over as they stand.
            "wording": "verbatim",
        }
        if days is None:
            self.problem(
                0,
                "days",
                visit,
                "",
                "The title page does not give the days of the visit in words that are known; the"
                " rows leave them open.",
            )
        # Without «what» it is the report, and this document.
        self.publication(visit, title, days, [*texts, *_front_and_back(lines)], REPORT)

    def publication(
        self,
        visit: str,
        title: str,
        days: Days | None,
        texts: Sequence[Block | Line],
        noun: str,
        what: str = "",
        is_own: bool = True,
        doubts: Sequence[str] = (),
    ) -> None:
        """Propose a publication, on the day that the document states, if it states one.

        Args:
            visit: The visit's id.
            title: The title of what was published.
            days: The days of the visit.
            texts: Where the document may say when.
            noun: What it calls it.
            what: Its kind; empty for the document as the report of the visit.
            is_own: Whether this document came out. What it says of another one is proposed only
                where it says when.
            doubts: Why the row may be wrong.
        """
        ended_on = latest(days) if days else None
        stated = published_in([block.text for block in texts], noun, ended_on, is_own)
        if stated is None and not is_own:
            return
        when = stated.days if stated else None
        is_one = when is not None and when.is_one
        columns = {
            "visit_id": visit,
            "title": title,
            "published_on": "",
        }
        if what:
            columns |= {"what": what, "published_document_id": self.document if is_own else ""}
        if when is not None and is_one and when.precision == "day":
            columns["published_on"] = when.end.isoformat()
        if when is not None and not is_one:
            # Between two days or months, as the words have it.
            columns["published_not_before"] = earliest(when).isoformat()
            columns["published_not_after"] = latest(when).isoformat()
        name = f"{what.replace('_', '-')}-" if what else ""
        said = stated.sentence if stated else "the document, which does not say when it came out"
        piece = texts[stated.place] if stated else None
        self.add(
            "reports_published",
            f"{visit}-{name}published" + ("" if is_own else f"-in-{self.document}"),
            when if is_one else None,
            "",
            piece if isinstance(piece, Block) else None,
            said,
            [*doubts, *(stated.doubts if stated else ())],
            False,
            **columns,
        )

    def item(
        self,
        recommendation_id: str,
        visit: str,
        days: Days | None,
        place: str,
        block: Block,
        said: str,
        concern_text: str,
        doubts: list[str],
        is_priority: str,
        concern_block: Block | None = None,
        **payload: str,
    ) -> None:
        """Propose what a visit raised: a recommendation, and the concern that it answers or is.

        Args:
            recommendation_id: Its id.
            visit: The visit that raised it.
            days: The days of that visit.
            place: Where the document has it.
            block: The text that it stands in.
            said: The words that it rests on.
            concern_text: The concern; empty where there is none.
            doubts: Why it may not be as the document has it.
            is_priority: Whether the concern is a priority, as an event file has it.
            concern_block: Where the concern stands, if apart.
            payload: Its kind, body, area, reference, text and what else is known of it.
        """
        concern_id = f"{recommendation_id}-concern" if concern_text else ""
        if concern_text:
            self.add(
                "concerns_raised",
                f"{concern_id}-raised",
                days,
                place,
                concern_block or block,
                concern_text,
                doubts,
                concern_id=concern_id,
                visit_id=visit,
                area=payload["area"],
                is_priority=is_priority,
                text=concern_text,
            )
        self.add(
            "recommendations_made",
            f"{recommendation_id}-made",
            days,
            place,
            block,
            said,
            doubts,
            False,
            recommendation_id=recommendation_id,
            visit_id=visit,
            concern_id=concern_id,
            **payload,
        )

    def other_establishments(self, named: Named, days: Days | None) -> None:
        """Propose the further establishments of a joint report; ask about the rest of its title."""
        for other in named.establishments[1:]:
            self.describe(other, days, f"the title page: {other.full_name}")
        if len(named.establishments) > 1:
            names = ", ".join(each.full_name for each in named.establishments)
            self.problem(
                0,
                "title",
                self.establishment,
                "",
                f"The title names {len(named.establishments)} establishments: {names}. The rows"
                " are those of the first; put each that is another's under its own.",
            )
        if named.left:
            names = " and ".join(each.full_name for each in named.establishments)
            self.problem(
                0,
                "title",
                self.establishment,
                "",
                f"The title is read as {names}; left over is «{named.left}». If that is part of"
                " the name or another establishment, correct the rows.",
            )

    def other_documents(self, lines: Sequence[Line]) -> None:
        """Ask about a second title page: two documents may be bound together."""
        for line in second_titles(lines):
            where = f"page {line.page}" if line.page else f"line {line.number}"
            self.problem(
                0,
                "title",
                self.document,
                "",
                f"On {where} another document seems to begin: «{line.text[:120]}». If two are bound"
                " together, take them apart and read each.",
            )

    def area(self, heading: str, block: Block) -> str:
        """The code of the area that a heading names; empty where it is not known."""
        code = areas().get(plain(heading), "")
        # The areas of the log are those of one inspectorate.
        if heading and not code and self.publisher == HMIP:
            self.unknown_areas[heading] = self.unknown_areas.get(heading, 0) + 1
        return code

    def ask_about_areas(self) -> None:
        """Ask once about all headings that are not known areas."""
        if not self.unknown_areas:
            return
        names = ", ".join(f"«{name}»" for name in self.unknown_areas)
        what = (
            f"The heading {names} is not a known area; add it"
            if len(self.unknown_areas) == 1
            else f"The headings {names} are not known areas; add them"
        )
        count = sum(self.unknown_areas.values())
        self.problem(
            8,
            "area",
            "",
            "",
            f"{what} to seeds/areas.csv, or fill in the column area, which is empty in {count}"
            " rows.",
        )

    def figures_of(
        self,
        prefix: str,
        read: list[str],
        days: Days | None,
        paragraph: str,
        block: Block,
        visit: str,
        recommendation_id: str,
    ) -> None:
        """Add the figures of some sentences."""
        found = [(sentence, figure) for sentence in read for figure in figures_in(sentence)]
        for place, (sentence, figure) in enumerate(found, 1):
            self.add(
                "figures_observed",
                f"{prefix}-{place}",
                days,
                paragraph,
                block,
                sentence,
                ["its measure comes from the words beside it"],
                establishment_id=self.establishment,
                visit_id=visit,
                recommendation_id=recommendation_id,
                measure=figure.measure,
                value=f"{figure.value:f}",
                unit=figure.unit,
            )
