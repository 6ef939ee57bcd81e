"""The rows of a report's document, establishment, visits and outcomes."""

import re
from dataclasses import replace

from inspections.intake.document_types.prose import all_tests
from inspections.intake.document_types.report.parts import OutcomeRead
from inspections.intake.document_types.report.proposing.earlier import EarlierInspections
from inspections.intake.grammar import (
    Days,
    days_in,
    named_tests,
    outcomes_stated,
    sentences,
    years_in,
)
from inspections.intake.rows import capital, with_doubt
from inspections.intake.text.model import Block, Remark
from inspections.intake.text.vocabulary import (
    BODY_NAMES,
    HMIP_OUTCOME,
    OFSTED,
    Test,
    bodies,
    slug,
    tests,
)


class VisitRows(EarlierInspections):
    """The document, the establishment, the visits and their outcomes."""

    # Document, visits ---------------------------------------------------------------------------

    def _document(self) -> None:
        report = self.report
        texts = [block for _, block in report.about]
        texts += [unread.block for unread in report.unread]
        self.report_of(self.visit, report.title, self.days, texts, report.source.lines)

    def _establishment(self) -> None:
        report = self.report
        days = self.said[min(self.said)][0] if self.said else self.days
        place, said, block, opened = "", f"the title page: {report.prison.full_name}", None, ""
        opens = re.compile(
            rf"{re.escape(report.prison.name)}\b[^.;]{{0,40}}? opened in (\d{{4}})\b"
        )
        for paragraph in report.paragraphs if report.declared.follows_up else ():
            for sentence in sentences(paragraph.text) if paragraph.section == "summary" else ():
                if not opened and (match := opens.search(sentence)):
                    place, said, block = paragraph.number, sentence, paragraph.block
                    opened, days = match[1], days_in(match[1])
        self.describe(report.prison, days, said, place, block, opened)
        if report.declared.visit_type != "short_scrutiny_visit":
            self.other_establishments(report.named, days)

    def _visits(self) -> None:
        remarks: list[str] = [Remark("leave it out if the log already has this visit")]
        for year in sorted(self.said):
            days, place, sentence, block = self.said[year]
            self._earlier_visit(
                f"{self.establishment}-{year}",
                days,
                place,
                block,
                sentence,
                remarks if self.report.declared.follows_up else [],
            )
        if self.is_last_named and self.last_days is None:
            said = "the last inspection; the text does not date it"
            self._earlier_visit(self.last, None, "", None, said, ["its year is not known"])
        self._own_visit()

    def _earlier_visit(
        self,
        visit: str,
        days: Days | None,
        place: str,
        block: Block | None,
        said: str,
        doubts: list[str],
    ) -> None:
        is_day = days is not None and days.precision == "day"
        self.add(
            "visits_held",
            f"{visit}-held",
            days,
            place,
            block,
            said,
            doubts,
            at_start=True,
            visit_id=visit,
            establishment_id=self.establishment,
            visit_type="full_inspection",
            started_on=days.start.isoformat() if days and is_day else "",
            ended_on=days.end.isoformat() if days and is_day else "",
            is_announced="false" if "unannounced inspection" in said else "",
            bodies=self.report.body,
            follows_visit_id="",
        )

    def _own_visit(self) -> None:
        days, declared = self.days, self.report.declared
        doubts: list[str] = []
        if days and days.stretches > 1:
            doubts.append(
                Remark(f"{days.stretches} stretches of days: the row has the first and last day")
            )
        announced = self.report.is_announced
        if any(
            each.search(block.text) for each in declared.announced for _, block in self.report.about
        ):
            announced = True
        others = self.report.named.establishments[1:]
        is_joint = declared.visit_type == "short_scrutiny_visit" and bool(others)
        for other in others if is_joint else ():
            self.describe(other, days, f"the title page: {other.full_name}")
        self.add(
            "visits_held",
            f"{self.visit}-held",
            days,
            "",
            None,
            f"the title page: {days.text if days else 'no days'}",
            doubts,
            at_start=True,
            visit_id=self.visit,
            establishment_id=self.establishment,
            visit_type=declared.visit_type,
            started_on=days.start.isoformat() if days else "",
            ended_on=days.end.isoformat() if days else "",
            is_announced="" if announced is None else str(announced).lower(),
            bodies="|".join(self._bodies()),
            follows_visit_id=self.last if declared.follows_up else "",
            establishment_ids_also="|".join(slug(o.name) for o in others) if is_joint else "",
        )

    def _bodies(self) -> list[str]:
        """The bodies that took part: those that judge, and those of a review's team."""
        report = self.report
        found = [report.body]
        judges = any(each.scale.startswith(OFSTED) for each in report.outcomes)
        judges = judges or any(item.body == OFSTED for item in report.followed_up)
        team = " ".join(block.text for _, block in report.about if report.declared.follows_up)
        for body, names in BODY_NAMES.items():
            in_team = re.search(rf"\b(?:{names}) (?:lead )?inspector\b", team)
            if body == report.body or not (in_team or (body == OFSTED and judges)):
                continue
            if body in bodies():
                found.append(body)
            else:
                self.problem(
                    6,
                    "body",
                    body,
                    "",
                    f"«{in_team[0] if in_team else names}» took part, a body that seeds/bodies.csv"
                    " does not list; it is left out of the visit's bodies.",
                )
        return found

    # Outcomes -----------------------------------------------------------------------------------

    def _outcomes(self) -> None:
        if self.report.declared.follows_up:
            self.report.outcomes[:0] = self._outcomes_of_earlier()
            self._ask_about_pictures()
        self._name_tests_once()
        given: dict[str, OutcomeRead] = {}
        for read in self.report.outcomes:
            visit, days = self._visit_of(read)
            unit = slug(read.unit)
            event = f"{visit}-outcome-{read.test}" + (f"-{unit}" if unit else "")
            first = given.setdefault(event, read)
            if first is read:
                self.add(
                    "outcomes_judged",
                    event,
                    days,
                    read.place,
                    read.block,
                    read.sentence,
                    read.doubts,
                    visit_id=visit,
                    unit=unit,
                    healthy_prison_test=read.test,
                    outcome=read.outcome,
                    scale="" if read.scale == HMIP_OUTCOME else read.scale,
                    bodies=OFSTED if read.scale.startswith(OFSTED) else "",
                )
            elif first.outcome != read.outcome:
                for row in self.proposal.rows["outcomes_judged"]:
                    if row["event_id"] == event:
                        with_doubt(row, f"the document also says {read.outcome}")
                self.problem(
                    1,
                    "outcomes",
                    visit,
                    read.place,
                    f"{visit}: {read.test} is {first.outcome} in {first.place or 'the text'} and"
                    f" {read.outcome} in {read.place or 'the text'}; the rows take the first.",
                    first.outcome,
                    read.outcome,
                )

    def _visit_of(self, read: OutcomeRead) -> tuple[str, Days | None]:
        """The visit that an outcome is of, with its days."""
        if read.visit == "this":
            return self.visit, self.days
        if read.visit == "last":
            return self.last, self.last_days
        said = self.said.get(int(read.visit))
        return f"{self.establishment}-{read.visit}", said[0] if said else days_in(read.visit)

    def _name_tests_once(self) -> None:
        """Give a test that the report calls by two names the one of the inspection's year."""
        own = {test.code: test for test in tests()}
        for visit, days in (("last", self.last_days), ("this", self.days)):
            reads = [each for each in self.report.outcomes if each.visit == visit]
            for group in {own[each.test].group for each in reads}:
                names = {each.test for each in reads if own[each.test].group == group}
                fitting = [
                    code
                    for code in names
                    if days and own[code].from_year <= days.end.year <= own[code].to_year
                ]
                if len(names) > 1 and len(fitting) == 1:
                    for each in reads:
                        if each.test in names:
                            each.test = fitting[0]

    def _outcomes_of_earlier(self) -> list[OutcomeRead]:
        """The outcomes of earlier inspections in the sentences of a review."""
        found: list[OutcomeRead] = []
        for place, text, block in self.texts():
            for sentence in sentences(text):
                outcomes, fault = outcomes_stated(sentence, None, self.report.prison.full_name)
                visit, open_visit = self._year_of(sentence) if outcomes else ("", "")
                if fault or open_visit:
                    detail = f"{capital(fault or open_visit)}: «{sentence}»"
                    self.problem(3, "outcomes", self.last, place, detail)
                    continue
                for outcome in outcomes:
                    own, doubt = ([outcome.test], "") if outcome.test else ([], "")
                    if outcome.is_of_all:
                        own, doubt = self._all_tests_of(visit)
                    elif not own:
                        doubt = "An outcome names no test."
                    if not own:
                        self.problem(3, "outcomes", self.last, place, doubt)
                    read = OutcomeRead(
                        "",
                        outcome.level.scale,
                        outcome.level.code,
                        outcome.unit,
                        visit,
                        place,
                        block,
                        sentence,
                        [*outcome.doubts, *([doubt] if doubt else [])],
                    )
                    found += [replace(read, test=test.code) for test in own]
        return found

    def _year_of(self, sentence: str) -> tuple[str, str]:
        """The inspection that a sentence names, or what is open about it."""
        years = [year for year in years_in(sentence) if year in self.said]
        if len(years) > 1:
            return "", "the sentence names several inspections"
        if years:
            return str(years[0]), ""
        if re.search(r"\b(?:previous|last|latest|most recent|full) inspection\b", sentence):
            return "last", ""
        return "", "the sentence does not say of which inspection the outcomes are"

    def _all_tests_of(self, visit: str) -> tuple[list[Test], str]:
        """The four tests of an inspection, and what is open about their names."""
        texts = [text for _, text, _ in self.texts()]
        for text in (*texts, *(block.text for _, block in self.report.about)):
            named = named_tests(text)
            if len(named) == 4:
                return named, ""
        days = self.last_days if visit == "last" else self.said[int(visit)][0]
        year, kind = days.end.year if days else 0, self.report.prison.establishment_type
        known = all_tests(year, kind)
        # In its first and its last year a test may bear either name.
        if not known or not known == all_tests(year - 1, kind) == all_tests(year + 1, kind):
            return [], "The report does not name its tests, and those of the year are not certain."
        return known, "the tests' names are those of the year, not of the report"

    def _ask_about_pictures(self) -> None:
        """Ask about outcomes that a figure shows and the text does not give."""
        given = {self._visit_of(each)[0] for each in self.report.outcomes}
        for _, label, block in self.report.figures:
            shown = years_in(block.text) if re.search("outcomes", block.text, re.I) else []
            missing = [str(each) for each in shown if f"{self.establishment}-{each}" not in given]
            if missing:
                self.problem(
                    10,
                    "outcomes",
                    f"{self.establishment}-{missing[0]}",
                    label,
                    f"{label} shows outcomes of {' and '.join(missing)} in a picture; the text does"
                    " not give them, and no row guesses them.",
                )
