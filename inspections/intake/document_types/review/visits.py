"""The rows of a review's document, establishment and visits, and the outcomes it repeats."""

import re

from inspections.intake.document_types.outcome_tables import outcomes_in_row
from inspections.intake.document_types.review.inspections import (
    INSPECTION,
    NAMES_PARENT,
    inspections_in,
)
from inspections.intake.document_types.review.parts import Report, ReviewProposal
from inspections.intake.drafting import Draft
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
    OFSTED,
    Level,
    Test,
    bodies,
    slug,
    tests,
)

_NO_TEST = "An outcome names no test."


class VisitRows(Draft):
    """The document, the establishment, the visit and the inspections before it."""

    proposal: ReviewProposal

    def empty(self) -> ReviewProposal:
        """The proposal before its first row."""
        return ReviewProposal()

    def __init__(self, report: Report) -> None:
        days = report.days
        super().__init__(
            slug(report.name),
            slug(report.full_name) + "-irp" + (f"-{days.end:%Y-%m}" if days else ""),
        )
        self.report = report
        self.days = report.days
        if not report.is_named_in_title:
            self.doubts_of_all.append("the title page does not name the prison")
            self.problem(
                0,
                "title",
                self.establishment,
                "",
                "The title page is missing or does not name the establishment; the text names"
                f" {report.full_name} most often, and the rows are about it.",
            )
        self.visit = f"{self.establishment}-{self.days.end.year if self.days else 'unknown'}-irp"
        self.inspections: dict[int, list[tuple[Days, str, str, Block | None]]] = {}
        self.parent_days: Days | None = None
        self.parent = f"{self.establishment}-unknown"

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
        # The head of a table's row or column may be all that names an inspection.
        for cells, label in self.report.outcome_rows:
            for _, _, cell, head in outcomes_in_row(cells):
                held = days_in(head)
                if held and (self.days is None or held.start <= self.days.end):
                    said = f"{cells[0].text}: {cell.text} ({head})"
                    self.inspections.setdefault(held.end.year, []).append((held, label, said, cell))
        years = sorted({year for year, _, _ in latest})
        if len(years) > 1:
            places = ", ".join(f"{year} ({place})" for year, place, _ in latest)
            self.problem(
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
            self.problem(
                1,
                "parent inspection",
                f"{self.establishment}-{year}",
                self.inspections[year][0][1],
                f"No sentence says which inspection is followed up; the last one named, {year}, is"
                " taken for it.",
            )
        else:
            self.problem(
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
                self.problem(
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
        about = [block for _, block in self.report.about]
        self.report_of(self.visit, self.report.title, self.days, about, self.report.source.lines)

    def _establishment(self) -> None:
        report = self.report
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
        self.describe(
            report.named.establishments[0],
            days,
            opened[1] if opened else f"the title page: {report.full_name}",
            opened[0].number if opened else "",
            opened[0].block if opened else None,
            opened[2] if opened else "",
        )

        self.other_establishments(report.named, days)

    def _visits(self) -> None:
        remark = Remark("leave it out if the log already has this visit")
        for year in sorted(self.inspections):
            days, place, sentence, block = self._days_of(year)
            is_day = days.precision == "day"
            self.add(
                "visits_held",
                f"{self.establishment}-{year}-held",
                days,
                place,
                block,
                sentence,
                [remark],
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
            self.add(
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
        doubts: list[str] = []
        if days_held and days_held.stretches > 1:
            doubts.append(
                Remark(
                    f"{days_held.stretches} stretches of days: the row has the first and last day"
                )
            )
        announced = any(
            re.search(r"\b(?:IRPs|reviews of progress)(?: \(IRPs\))? are announced\b", block.text)
            for _, block in self.report.about
        )
        self.add(
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
        for paragraph in self.report.paragraphs:
            if paragraph.section not in ("summary", "key_findings", "other"):
                continue
            for sentence in sentences(paragraph.text):
                outcomes, fault = outcomes_stated(sentence, None, self.report.full_name)
                visit, year_fault = self._visit_of(sentence) if outcomes else ("", "")
                if fault or year_fault:
                    self.problem(
                        3,
                        "outcomes",
                        self.parent,
                        paragraph.number,
                        f"{capital(fault or year_fault)}: «{sentence}»",
                    )
                    continue
                for outcome in outcomes:
                    four, doubt = ([outcome.test], "") if outcome.test else ([], _NO_TEST)
                    if outcome.is_of_all:
                        four, doubt = self._four_tests(visit)
                    if not four:
                        self.problem(3, "outcomes", visit, paragraph.number, doubt)
                    for test in four:
                        self._outcome(
                            visit,
                            test,
                            outcome.level,
                            outcome.unit,
                            paragraph.number,
                            paragraph.block,
                            sentence,
                            [*outcome.doubts, *([doubt] if doubt else [])],
                        )
        for cells, label in self.report.outcome_rows:
            read = outcomes_in_row(cells)
            if len(read) > 1 and not all(years_in(head) for *_, head in read):
                self.problem(
                    1,
                    "outcomes",
                    self.parent,
                    label,
                    "A table gives outcomes of several inspections, and its columns are headed by"
                    f" no years: «{' | '.join(cell.text for cell in cells)}»",
                )
                continue
            for test, level, cell, head in read:
                years = [year for year in years_in(head) if year in self.inspections]
                self._outcome(
                    f"{self.establishment}-{years[-1]}" if years else self.parent,
                    test,
                    level,
                    "",
                    label,
                    cell,
                    f"{cells[0].text}: {cell.text}" + (f" ({head})" if head else ""),
                    [] if years else ["the table does not say of which inspection it is"],
                )
        given = {row["visit_id"] for row in self.proposal.rows.get("outcomes_judged", [])}
        for _, label, block in self.report.figures:
            if not re.search(r"outcomes", block.text, re.IGNORECASE):
                continue
            missing = [
                str(year)
                for year in years_in(block.text)
                if f"{self.establishment}-{year}" not in given
            ]
            if missing:
                self.problem(
                    10,
                    "outcomes",
                    f"{self.establishment}-{missing[0]}",
                    label,
                    f"{label} shows outcomes of {' and '.join(missing)} in a picture; the text does"
                    " not give them, and no row guesses them.",
                )

    def _outcome(
        self,
        visit: str,
        test: Test,
        level: Level,
        unit: str,
        place: str,
        block: Block,
        said: str,
        doubts: list[str],
    ) -> None:
        """Add an outcome of an earlier inspection, unless it is there already."""
        event = f"{visit}-outcome-{test.code}" + (f"-{slug(unit)}" if unit else "")
        for row in self.proposal.rows.get("outcomes_judged", []):
            if row["event_id"] == event:
                if row["outcome"] != level.code:
                    with_doubt(row, f"the document also says {level.label}")
                    self.problem(
                        1,
                        "outcomes",
                        visit,
                        place,
                        f"{visit}: {test.name} is given two outcomes; the rows take the first.",
                        row["outcome"],
                        level.code,
                    )
                return
        year = visit[-4:]
        self.add(
            "outcomes_judged",
            event,
            self._days_of(int(year))[0] if year.isdigit() else None,
            place,
            block,
            said,
            doubts,
            visit_id=visit,
            unit=slug(unit),
            healthy_prison_test=test.code,
            outcome=level.code,
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
