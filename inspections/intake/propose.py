"""From a report's parts to event rows, each with the sentence that it rests on.

A row is proposed where the words are known. What they leave open becomes a problem, which a
person has to look at.
"""

import re

from inspections.intake.grammar import (
    Days,
    Judgement,
    Total,
    days_in,
    figure_total,
    figures_in,
    judgement_in,
    named_tests,
    outcomes_in,
    practice_total,
    sentences,
    totals_in,
    years_in,
)
from inspections.intake.inspections import INSPECTION, NAMES_PARENT, inspections_in
from inspections.intake.layout import Block
from inspections.intake.matching import matched
from inspections.intake.rows import NOTE, Problem, Proposal, capital, first_of, note_of
from inspections.intake.structure import Item, NumberedParagraph, Report
from inspections.intake.vocabulary import (
    BODY_NAMES,
    OFSTED,
    PROGRESS_SCALES,
    Test,
    areas,
    bodies,
    levels,
    plain,
    slug,
    tests,
)

_ENDS = re.compile(r"[.!?…:][)\]\"'’”]*$|\)$")


def propose(report: Report) -> Proposal:
    """Propose the event rows of a report.

    Args:
        report: The report by its parts.

    Returns:
        The rows, and what needs a person.
    """
    return _Proposer(report).made()


class _Proposer:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.proposal = Proposal()
        self.establishment = slug(report.name)
        self.days = report.days
        self.visit = f"{self.establishment}-{self.days.end.year if self.days else 'unknown'}-irp"
        self.document = (
            slug(report.full_name) + "-irp" + (f"-{self.days.end:%Y-%m}" if self.days else "")
        )
        self.inspections: dict[int, list[tuple[Days, str, str, Block | None]]] = {}
        self.parent_days: Days | None = None
        self.parent = f"{self.establishment}-unknown"
        self.unknown_areas: set[str] = set()

    def made(self) -> Proposal:
        self._find_inspections()
        self._document()
        self._establishment()
        self._visits()
        self._outcomes()
        self._items()
        self._findings()
        self._judgements()
        self._restatements()
        self._totals()
        self._practice()
        self._figures()
        return self.proposal

    # What every row shares --------------------------------------------------------------

    def _add(
        self,
        event_type: str,
        event_id: str,
        days: Days | None,
        paragraph: str,
        block: Block | None,
        sentence: str,
        doubts: list[str] | None = None,
        at_start: bool = False,
        **payload: str,
    ) -> None:
        day = (days.start if at_start else days.end) if days else None
        precision = days.precision if days else "unknown"
        doubts = list(doubts or ()) + (block.doubts if block else [])
        self.proposal.rows.setdefault(event_type, []).append(
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

    def _problem(
        self,
        rank: int,
        check: str,
        subject: str,
        paragraph: str,
        detail: str,
        stated: str = "",
        found: str = "",
    ) -> None:
        problem = Problem(rank, check, subject, paragraph, detail, stated, found)
        self.proposal.problems.append(problem)

    def _area(self, heading: str, block: Block) -> str:
        if not heading:
            return ""
        code = areas().get(plain(heading), "")
        if not code and heading not in self.unknown_areas:
            self.unknown_areas.add(heading)
            self._problem(
                8,
                "area",
                heading,
                "",
                f"The heading «{heading}» is no area that is known; add it to seeds/areas.csv and"
                " fill in the column area, which is empty in its rows.",
            )
        return code

    # The visit, its parent and what else the report says of itself -------------------------

    def _texts(self) -> list[tuple[str, str, Block | None]]:
        """Paragraphs and appendices that may speak of earlier inspections, with their places."""
        found: list[tuple[str, str, Block | None]] = [
            (paragraph.number, paragraph.text, paragraph.block)
            for paragraph in self.report.paragraphs
            if paragraph.section in ("summary", "key_findings", "other")
        ]
        for _, label, block in self.report.figures:
            found.append((label, block.text, block))
        for label, block in self.report.about:
            if label or re.search(r"\binspection\b", block.text):
                found.append((label, block.text, block))
        return found

    def _find_inspections(self) -> None:
        latest: list[tuple[int, str, str]] = []
        for place, text, block in self._texts():
            for sentence in sentences(text):
                for days in inspections_in(sentence[:2_000]):
                    year = days.end.year
                    if self.days and days.start > self.days.end:
                        continue
                    self.inspections.setdefault(year, []).append((days, place, sentence, block))
                    if NAMES_PARENT.search(sentence[:2_000]):
                        latest.append((year, place, sentence))
        years = sorted({year for year, _, _ in latest})
        if len(years) > 1:
            places = ", ".join(f"{year} ({place})" for year, place, _ in latest)
            self._problem(
                0,
                "parent inspection",
                self.visit,
                latest[0][1],
                f"The report gives its parent inspection as of {places}; the rows take the latest.",
            )
        if years:
            year = years[-1]
        elif self.inspections:
            year = max(self.inspections)
            self._problem(
                1,
                "parent inspection",
                f"{self.establishment}-{year}",
                self.inspections[year][0][1],
                f"No sentence says which inspection is followed up; the last one named, {year}, is"
                " taken for it.",
            )
        else:
            self._problem(
                0,
                "parent inspection",
                self.visit,
                "",
                "The text does not say when the inspection was that it follows up; the rows call"
                f" it {self.parent}. Put its year there.",
            )
            return
        self.parent = f"{self.establishment}-{year}"
        self.parent_days = self._days_of(year)[0]

    def _days_of(self, year: int) -> tuple[Days, str, str, Block | None]:
        """The most exact days that the report gives of an inspection."""
        exactness = {"year": 0, "month": 1, "day": 2}
        known = self.inspections[year]
        # Among equally exact ones the longest holds the others, unless they contradict.
        best = max(
            known,
            key=lambda each: (
                exactness[each[0].precision],
                each[0].end - each[0].start,
                # A sentence on the inspection says more than an aside on «the 2019 inspection».
                bool(INSPECTION.search(each[2])),
            ),
        )
        for days, place, _, _ in known:
            contradicts = (
                days.precision == best[0].precision
                and not (best[0].start <= days.start and days.end <= best[0].end)
            ) or (
                days.precision == "month"
                and best[0].precision == "day"
                and not (
                    best[0].start.replace(day=1) <= days.start
                    and days.end <= best[0].end.replace(day=1)
                )
            )
            if contradicts:
                self._problem(
                    3,
                    "days",
                    f"{self.establishment}-{year}",
                    place,
                    f"The inspection of {year} is dated «{best[0].text}» in"
                    f" {best[1] or 'the text'} and «{days.text}» in {place or 'the text'}.",
                    best[0].text,
                    days.text,
                )
        return best

    def _document(self) -> None:
        licensed = any(
            "Open Government Licence v3.0" in block.text for _, block in self.report.about
        )
        report = self.report
        self.proposal.document = {
            "document_id": self.document,
            "title": report.title + (f", {report.days.text}" if report.days else ""),
            "body": "hmip",
            "file": f"{self.document}.txt",
            "source_address": "",
            "licence": "Open Government Licence v3.0" if licensed else "",
        }
        if self.days is None:
            self._problem(
                0,
                "days",
                self.visit,
                "",
                "The title page does not give the days of the visit in words that are known; the"
                " rows leave them open.",
            )
        published = next(
            (
                (days, block)
                for _, block in report.about
                if re.match(r"Published(?: on)?:?\s", block.text)
                and (days := days_in(block.text))
                and days.precision == "day"
            ),
            None,
        )
        self._add(
            "reports_published",
            f"{self.visit}-published",
            published[0] if published else None,
            "",
            published[1] if published else None,
            published[1].text
            if published
            else "the title page; the day of publication is not in the text",
            visit_id=self.visit,
            title=report.title,
            published_on=published[0].end.isoformat() if published else "",
        )

    def _establishment(self) -> None:
        report = self.report
        prefix = re.sub(r"\s", "", report.prefix).replace("&", "/").replace("and", "/")
        opened = None
        for paragraph in report.paragraphs:
            if paragraph.section == "summary":
                for sentence in sentences(paragraph.text):
                    match = re.search(
                        rf"{re.escape(report.name)}\b[^.;]{{0,40}}? opened in (\d{{4}})\b", sentence
                    )
                    if match and opened is None:
                        opened = (paragraph, sentence, match[1])
        first = min(self.inspections, default=None)
        days: Days | None = self.days
        if opened:
            days = days_in(opened[2])
        elif first is not None:
            days = self._days_of(first)[0]
        self._add(
            "establishments_described",
            f"{self.establishment}-described-in-{self.document}",
            days,
            opened[0].number if opened else "",
            opened[0].block if opened else None,
            opened[1] if opened else f"the title page: {report.full_name}",
            ["a full state from that day on: leave it out where the log describes it already"],
            at_start=True,
            establishment_id=self.establishment,
            name=report.full_name,
            establishment_type={
                "HMP": "prison",
                "HMPrison": "prison",
                "HMYOI": "young offender institution",
            }.get(prefix, "prison and young offender institution"),
            function="",
            security_category="",
            operator="",
            region="",
            opened_year=opened[2] if opened else "",
        )

    def _visits(self) -> None:
        known_doubt = "leave it out where the log has this visit already"
        for year in sorted(self.inspections):
            days, place, sentence, block = self._days_of(year)
            is_day = days.precision == "day"
            self._add(
                "visits_held",
                f"{self.establishment}-{year}-held",
                days,
                place,
                block,
                sentence,
                [known_doubt],
                at_start=True,
                visit_id=f"{self.establishment}-{year}",
                establishment_id=self.establishment,
                visit_type="full_inspection",
                started_on=days.start.isoformat() if is_day else "",
                ended_on=days.end.isoformat() if is_day else "",
                is_announced="false" if "unannounced inspection" in sentence else "",
                bodies="hmip",
                follows_visit_id="",
            )
        if not self.inspections:
            self._add(
                "visits_held",
                f"{self.parent}-held",
                None,
                "",
                None,
                "the inspection that the review follows up; the text does not date it",
                ["its year is not known"],
                visit_id=self.parent,
                establishment_id=self.establishment,
                visit_type="full_inspection",
                started_on="",
                ended_on="",
                is_announced="",
                bodies="hmip",
                follows_visit_id="",
            )
        days_held = self.days
        doubts = []
        if days_held and days_held.stretches > 1:
            doubts.append(
                f"{days_held.stretches} stretches, of which the first and last day stand here"
            )
        announced = any(
            re.search(r"\b(?:IRPs|reviews of progress)(?: \(IRPs\))? are announced\b", block.text)
            for _, block in self.report.about
        )
        self._add(
            "visits_held",
            f"{self.visit}-held",
            days_held,
            "",
            None,
            f"the title page: {days_held.text if days_held else 'no days'}",
            doubts,
            at_start=True,
            visit_id=self.visit,
            establishment_id=self.establishment,
            visit_type="independent_review_of_progress",
            started_on=days_held.start.isoformat() if days_held else "",
            ended_on=days_held.end.isoformat() if days_held else "",
            is_announced="true" if announced else "",
            bodies="|".join(self._bodies()),
            follows_visit_id=self.parent,
        )

    def _bodies(self) -> list[str]:
        found = ["hmip"]
        team = " ".join(block.text for _, block in self.report.about)
        for body, names in BODY_NAMES.items():
            in_team = re.search(rf"\b(?:{names}) (?:lead )?inspector\b", team)
            judges = body == OFSTED and any(item.body == OFSTED for item in self.report.items)
            if body == "hmip" or not (in_team or judges):
                continue
            if body in bodies():
                found.append(body)
            else:
                self._problem(
                    6,
                    "body",
                    body,
                    "",
                    f"«{in_team[0] if in_team else names}» took part, a body that seeds/bodies.csv"
                    " does not list; it is left out of the visit's bodies.",
                )
        return found

    # Outcomes ------------------------------------------------------------------------------

    def _outcomes(self) -> None:
        given: set[tuple[str, str]] = set()
        for paragraph in self.report.paragraphs:
            if paragraph.section not in ("summary", "key_findings", "other"):
                continue
            for sentence in sentences(paragraph.text):
                outcomes, fault = outcomes_in(sentence)
                visit, year_fault = self._visit_of(sentence) if outcomes else ("", "")
                if fault or year_fault:
                    self._problem(
                        3,
                        "outcomes",
                        self.parent,
                        paragraph.number,
                        f"{capital(fault or year_fault)}: «{sentence}»",
                    )
                    continue
                for outcome in outcomes:
                    four, doubt = ([outcome.test], "") if outcome.test else self._four_tests(visit)
                    if not four:
                        self._problem(3, "outcomes", visit, paragraph.number, doubt)
                    for test in four:
                        key = (visit, test.code)
                        if key in given:
                            continue
                        given.add(key)
                        self._add(
                            "outcomes_judged",
                            f"{visit}-outcome-{test.code}",
                            self._days_of(int(visit[-4:]))[0] if visit[-4:].isdigit() else None,
                            paragraph.number,
                            paragraph.block,
                            sentence,
                            [doubt] if doubt else [],
                            visit_id=visit,
                            unit="",
                            healthy_prison_test=test.code,
                            outcome=outcome.level.code,
                        )
        for _, label, block in self.report.figures:
            if not re.search(r"outcomes", block.text, re.IGNORECASE):
                continue
            missing = [
                str(year)
                for year in years_in(block.text)
                if not any(visit == f"{self.establishment}-{year}" for visit, _ in given)
            ]
            if missing:
                self._problem(
                    10,
                    "outcomes",
                    f"{self.establishment}-{missing[0]}",
                    label,
                    f"{label} shows outcomes of {' and '.join(missing)} in a picture; the text does"
                    " not give them, and no row guesses them.",
                )

    def _visit_of(self, sentence: str) -> tuple[str, str]:
        years = [year for year in years_in(sentence) if year in self.inspections]
        if len(years) > 1:
            return "", "the sentence names several inspections"
        if years:
            return f"{self.establishment}-{years[0]}", ""
        if re.search(r"\b(?:previous|last|latest|most recent|full) inspection\b", sentence):
            return self.parent, ""
        return "", "the sentence does not say of which inspection the outcomes are"

    def _four_tests(self, visit: str) -> tuple[list[Test], str]:
        for _, text, _ in self._texts():
            named = named_tests(text)
            if len(named) == 4:
                return named, ""
        if "YOI" in self.report.prefix:
            return [], "The report names no healthy prison tests, and an institution's own differ."
        year = int(visit[-4:]) if visit[-4:].isdigit() else 0
        known = [
            test
            for test in tests()
            if test.establishment_kind in ("all", "prison") and test.from_year < year < test.to_year
        ]
        if sorted(test.group for test in known) != [
            "purposeful_activity",
            "release",
            "respect",
            "safety",
        ]:
            return [], f"The report does not name its four tests, and {year} had two names of one."
        return known, "the tests' names are those of the year, not of the report"

    # What is followed up -------------------------------------------------------------------

    def _items(self) -> None:
        counts: dict[str, int] = {}
        for place, item in enumerate(self.report.items):
            if item.kind == "theme":
                # Who judges a theme is whose theme it is.
                for _, judgement in self._read_judgements(place):
                    item.body = judgement.body or item.body
            counts[item.kind] = counts.get(item.kind, 0) + 1
            doubts = list(item.doubts)
            if item.kind != "concern":
                self._missing_parts(place, item, doubts)
            elif any(other.kind == "recommendation" for other in self.report.items):
                title = f"Concern «{item.text[:80]}»"
                self._problem(
                    2,
                    "recommendation",
                    title,
                    item.label,
                    f"{title} has no recommendation behind it, as others have; it is taken for what"
                    " is followed up.",
                )
            key = item.reference
            if not key:
                key = f"{item.kind}-{item.ordinal or counts[item.kind]}"
                doubts.append(
                    "no reference is printed; its id follows "
                    + ("its number" if item.ordinal else "its order in the report")
                )
            recommendation_id = f"{self.parent}-{key}"
            if recommendation_id in self.proposal.recommendation_ids:
                self._problem(
                    2,
                    "reference",
                    recommendation_id,
                    item.label,
                    f"Two items bear the reference {key}; the second is called"
                    f" {recommendation_id}-again: «{item.text[:80]}»",
                )
                recommendation_id += "-again"
            self.proposal.recommendation_ids.append(recommendation_id)
            for doubt in item.doubts:
                self._problem(
                    5,
                    "reference",
                    recommendation_id,
                    item.label,
                    f"{capital(doubt)}: «{item.text[-90:]}»",
                )
            self._item(item, recommendation_id, doubts)

    def _missing_parts(self, place: int, item: Item, doubts: list[str]) -> None:
        """Report what an item lacks that its like have: a reference, a concern, a heading."""
        others = [other for other in self.report.items if other.kind == item.kind]
        title = f"{item.kind.capitalize()} «{item.text[:80]}»"
        if not item.reference:
            self._problem(5, "reference", title, item.label, f"{title} has no reference.")
        if not item.concern and any(other.concern for other in others):
            self._problem(
                6,
                "concern",
                title,
                item.label,
                f"{title} has no concern before it, as others have.",
            )
        if not item.heading:
            self._problem(8, "area", title, item.label, f"{title} stands under no heading.")
        before = self.report.items[place - 1] if place else None
        if before and item.kind != "theme" and before.heading == item.heading != "":
            doubts.append("it stands under the same heading as the one before")

    def _item(self, item: Item, recommendation_id: str, doubts: list[str]) -> None:
        if item.body not in bodies():
            doubts = [*doubts, f"its body, {item.body}, is not in seeds/bodies.csv"]
        area = self._area(item.heading, item.block)
        concern_id = ""
        concern_text = item.text if item.kind == "concern" else item.concern_text
        if concern_text:
            concern_id = f"{recommendation_id}-concern"
            self._add(
                "concerns_raised",
                f"{concern_id}-raised",
                self.parent_days,
                item.label,
                item.concern or item.block,
                concern_text,
                doubts if item.kind == "concern" else [],
                concern_id=concern_id,
                visit_id=self.parent,
                area=area,
                is_priority="true" if item.is_priority else "",
                text=concern_text,
            )
        self._add(
            "recommendations_made",
            f"{recommendation_id}-made",
            self.parent_days,
            item.label,
            item.block,
            item.block.text,
            doubts,
            recommendation_id=recommendation_id,
            visit_id=self.parent,
            concern_id=concern_id,
            kind=item.kind,
            body=item.body if item.body in bodies() else "",
            area=area,
            reference=item.reference,
            text=item.text,
            repeats_recommendation_id="",
        )

    def _recommendation_of(self, paragraph: NumberedParagraph) -> str:
        if paragraph.item is None:
            return ""
        return self.proposal.recommendation_ids[paragraph.item]

    def _findings(self) -> None:
        seen: set[str] = set()
        for paragraph in self.report.paragraphs:
            if paragraph.number in seen:
                self._problem(
                    2,
                    "paragraph",
                    paragraph.number,
                    paragraph.number,
                    f"Two paragraphs bear the number {paragraph.number}; the first is proposed.",
                )
                continue
            seen.add(paragraph.number)
            doubts = []
            if not _ENDS.search(paragraph.text):
                doubts.append("it ends without a full stop: it may be cut off, or hold a caption")
                self._problem(
                    6,
                    "paragraph",
                    paragraph.number,
                    paragraph.number,
                    f"Paragraph {paragraph.number} ends without a full stop:"
                    f" «{paragraph.text[-80:]}»",
                )
            self._add(
                "findings_recorded",
                f"{self.visit}-paragraph-{paragraph.number}",
                self.days,
                paragraph.number,
                paragraph.block,
                sentences(paragraph.text)[0],
                doubts,
                visit_id=self.visit,
                area=self._area_of(paragraph),
                recommendation_id=self._recommendation_of(paragraph),
                text=paragraph.text,
            )

    def _area_of(self, paragraph: NumberedParagraph) -> str:
        if paragraph.section == "summary":
            return "summary"
        if paragraph.section == "key_findings":
            own = areas().get(plain(paragraph.heading), "") if paragraph.heading else ""
            return own or "key_findings"
        if paragraph.section == "progress":
            return self._area(paragraph.heading, paragraph.block)
        return ""

    # Judgements ----------------------------------------------------------------------------

    def _judgements(self) -> None:
        for place, item in enumerate(self.report.items):
            recommendation_id = self.proposal.recommendation_ids[place]
            own = [paragraph for paragraph in self.report.paragraphs if paragraph.item == place]
            read = self._read_judgements(place)
            valid = [each for each in read if each[1].level]
            named = [each for each in read if each[1].body and not each[1].level]
            if len({each[1].level for each in valid}) > 1:
                said = " and ".join(f"{each[1].sentence} ({each[0].number})" for each in valid)
                self._problem(
                    1, "judgement", recommendation_id, valid[-1][0].number, f"Judged twice: {said}"
                )
            elif valid and not named:
                self._judgement(place, item, *valid[-1])
            elif read:
                paragraph, judgement = (named or read)[-1]
                self._problem(
                    1,
                    "judgement",
                    recommendation_id,
                    paragraph.number,
                    f"No judgement could be read: {judgement.fault}: «{judgement.sentence}»",
                )
            else:
                last = own[-1].number if own else item.label
                self._problem(
                    1,
                    "judgement",
                    recommendation_id,
                    last,
                    "It has no closing judgement; its last paragraph is"
                    f" «{own[-1].text[-80:] if own else 'missing'}»",
                )
        for paragraph in self.report.paragraphs:
            if paragraph.section == "progress" and paragraph.item is None:
                for sentence in sentences(paragraph.text):
                    stray = judgement_in(sentence)
                    if stray and stray.body:
                        self._problem(
                            1,
                            "judgement",
                            paragraph.heading,
                            paragraph.number,
                            f"A judgement of nothing that is known: «{sentence}»",
                        )

    def _read_judgements(self, place: int) -> list[tuple[NumberedParagraph, Judgement]]:
        return [
            (paragraph, judgement)
            for paragraph in self.report.paragraphs
            if paragraph.item == place
            for sentence in sentences(paragraph.text)
            if (judgement := judgement_in(sentence))
        ]

    def _judgement(
        self, place: int, item: Item, paragraph: NumberedParagraph, judgement: Judgement
    ) -> None:
        recommendation_id = self.proposal.recommendation_ids[place]
        if judgement.level is None or judgement.body != item.body:
            self._problem(
                1,
                "judgement",
                recommendation_id,
                paragraph.number,
                f"A {item.kind} of {item.body} is judged by {judgement.body}; which scale it is on"
                f" is not known: «{judgement.sentence}»",
            )
            return
        self.proposal.judged[place] = (paragraph, judgement)
        self._add(
            "progress_judged",
            f"{self.visit}-judged-{self._key(place)}",
            self.days,
            paragraph.number,
            paragraph.block,
            judgement.sentence,
            visit_id=self.visit,
            recommendation_id=recommendation_id,
            scale=judgement.level.scale,
            judgement=judgement.level.code,
        )

    def _key(self, place: int) -> str:
        return self.proposal.recommendation_ids[place].removeprefix(f"{self.parent}-")

    def _restatements(self) -> None:
        pairs, self.proposal.unmatched = matched(self.report.items, self.report.restatements)
        self.proposal.restated = pairs
        for place in sorted(pairs):
            restatement, item = pairs[place], self.report.items[place]
            recommendation_id = self.proposal.recommendation_ids[place]
            scale = PROGRESS_SCALES.get(item.body, f"of {item.body}")
            level = levels().get(scale, {}).get(restatement.level)
            if level is None:
                self._problem(
                    1,
                    "restatement",
                    recommendation_id,
                    restatement.label,
                    f"{restatement.label or 'The last section'} gives it «{restatement.level}»,"
                    f" which is no level of the scale {scale}.",
                )
                continue
            doubts = []
            if plain(restatement.text) != plain(item.text):
                doubts.append(f"its text differs here: «{restatement.text}»")
            self._add(
                "progress_restated",
                f"{self.visit}-restated-{self._key(place)}",
                self.days,
                restatement.label,
                restatement.block,
                f"{restatement.text} {capital(restatement.level)}",
                doubts,
                visit_id=self.visit,
                recommendation_id=recommendation_id,
                scale=scale,
                judgement=level.code,
            )

    # Totals, practice, figures --------------------------------------------------------------

    def _totals(self) -> None:
        found: list[tuple[str, Total, Block]] = []
        for paragraph in self.report.paragraphs:
            if paragraph.section not in ("summary", "key_findings", "other"):
                continue
            for sentence in sentences(paragraph.text):
                totals, fault = totals_in(sentence)
                found += [(paragraph.number, total, paragraph.block) for total in totals]
                if fault:
                    self._problem(
                        4, "total", self.visit, paragraph.number, f"{capital(fault)}: «{sentence}»"
                    )
                stated = practice_total(sentence)
                if stated is not None:
                    self.proposal.practice_stated.append((paragraph.number, stated))
        for role, label, block in self.report.figures:
            total = figure_total(block.text) if role in ("summary", "key_findings") else None
            if total:
                found.append((label, total, block))
        places: dict[str, int] = {}
        for place, total, block in found:
            places[place] = places.get(place, 0) + 1
            self.proposal.totals.append((place, total))
            self._add(
                "totals_stated",
                f"{self.visit}-total-{slug(place) if ' ' in place else place}-{places[place]}",
                self.days,
                place,
                block,
                total.sentence,
                visit_id=self.visit,
                scale=total.scale,
                judgement=total.judgement,
                comparison=total.comparison,
                stated_count=str(total.count),
            )

    def _practice(self) -> None:
        for paragraph in self.report.paragraphs:
            is_practice = plain(paragraph.heading) == "notable positive practice"
            is_about_it = re.match(
                r"We define\b|Inspectors (?:found|identified)\b|We found\b", paragraph.text
            )
            if not is_practice or is_about_it:
                continue
            area = ""
            seen_in = re.search(r"\(See paragraphs? (S?\d[\d.]*)", paragraph.text, re.IGNORECASE)
            doubts = []
            if seen_in:
                number = seen_in[1].rstrip(".")
                for other in self.report.paragraphs:
                    if other.number == number:
                        area = self._area_of(other)
            if not area:
                doubts.append("its area is not known")
            self._add(
                "practice_noted",
                f"{self.visit}-practice-{paragraph.number}",
                self.days,
                paragraph.number,
                paragraph.block,
                paragraph.text,
                doubts,
                visit_id=self.visit,
                area=area,
                text=paragraph.text,
            )

    def _figures(self) -> None:
        for paragraph in self.report.paragraphs:
            if paragraph.heading and re.match(r"We define\b", paragraph.text):
                continue
            read = [
                sentence
                for sentence in sentences(paragraph.text)
                if not (self._states_a_total(paragraph, sentence) or outcomes_in(sentence)[0])
            ]
            self._figures_of(
                f"{self.visit}-figure-{paragraph.number}",
                read,
                self.days,
                paragraph.number,
                paragraph.block,
                self.visit,
                self._recommendation_of(paragraph),
            )
        for place, item in enumerate(self.report.items):
            # A concern speaks of the inspection that raised it.
            self._figures_of(
                f"{self.parent}-figure-{self._key(place)}-concern",
                sentences(item.text if item.kind == "concern" else item.concern_text),
                self.parent_days,
                item.label,
                item.concern or item.block,
                self.parent,
                self.proposal.recommendation_ids[place],
            )

    def _states_a_total(self, paragraph: NumberedParagraph, sentence: str) -> bool:
        return paragraph.section in ("summary", "key_findings") and (
            bool(totals_in(sentence)[0]) or practice_total(sentence) is not None
        )

    def _figures_of(
        self,
        prefix: str,
        read: list[str],
        days: Days | None,
        paragraph: str,
        block: Block,
        visit: str,
        recommendation_id: str,
    ) -> None:
        found = [(sentence, figure) for sentence in read for figure in figures_in(sentence)]
        for place, (sentence, figure) in enumerate(found, 1):
            self._add(
                "figures_observed",
                f"{prefix}-{place}",
                days,
                paragraph,
                block,
                sentence,
                ["its measure is made of the words beside it"],
                establishment_id=self.establishment,
                visit_id=visit,
                recommendation_id=recommendation_id,
                measure=figure.measure,
                value=f"{figure.value:g}",
                unit=figure.unit,
            )
