"""The rows of an inspection's document, establishment, visits and outcomes."""

import re

from inspections.intake.document_types.inspection.parts import (
    Inspection,
    OutcomeRead,
)
from inspections.intake.drafting import Draft
from inspections.intake.grammar import Days, days_in, sentences
from inspections.intake.rows import with_doubt
from inspections.intake.text.model import Block, Remark
from inspections.intake.text.vocabulary import OFSTED, slug, tests

_LAST_INSPECTION = re.compile(
    r"\b(?P<which>last|previous|most recent) (?:full )?inspection\b(?: report)?"
    r"(?: of [^,.;]{2,60}?)?,?(?: which)?(?: was| took place| was carried out)?"
    r" (?:in|on|during|between|from) (?P<days>[^.;]{4,60})"
    # «We last inspected HMP X in June 2018.»
    r"|\b(?:we|inspectors) (?:last|previously) (?:inspected|visited)"
    r"(?: (?:HM|here\b|it\b|(?:the|this) (?:prison|establishment|jail)\b)[^,.;]{0,60}?)?,?"
    r" (?:in|on|during|between) (?P<then>[^.;]{4,60})",
    re.IGNORECASE,
)
_LAST_BY_LABEL = re.compile(
    r"(?:\bdate of (?:the )?|^)(?:last|previous) (?:full )?inspection\b[:\s]*"
    # How it was held may stand before its days.
    r"(?:(?:full |short |(?:un)?announced |follow-up |inspection\b)*[:,\s]*)(?P<days>[^.;]{4,60})",
    re.IGNORECASE,
)


class InspectionVisitRows(Draft):
    """The document, the establishment, the visits and their outcomes."""

    def __init__(self, inspection: Inspection) -> None:
        days = inspection.days
        first = inspection.named.establishments[0]
        kind = inspection.visit_type.replace("full_", "").replace("_", "-")
        super().__init__(
            slug(first.name),
            f"{slug(first.full_name)}-{kind}" + (f"-{days.end:%Y-%m}" if days else ""),
        )
        self.inspection = inspection
        self.publisher = inspection.body
        self.days = days
        year = days.end.year if days else "unknown"
        self.visit = f"{self.establishment}-{year}{inspection.declared.id_suffix}"
        self.last_days: Days | None = None
        self.last = f"{self.establishment}-unknown"
        self.is_last_named = False

    # Document, visits ---------------------------------------------------------------------------

    def _texts(self) -> list[tuple[str, str, Block]]:
        inspection = self.inspection
        found = [(each.number, each.text, each.block) for each in inspection.paragraphs]
        found += [(place, block.text, block) for place, _, _, block in inspection.introductions]
        return found

    def _find_last(self) -> None:
        named: list[tuple[Days, str, str, Block]] = []
        for place, text, block in self._texts():
            for sentence in sentences(text):
                for match in _LAST_INSPECTION.finditer(sentence[:2_000]):
                    when = match["days"] or match["then"]
                    days = days_in(when)
                    if days and when.find(days.text.split()[0].rstrip(",")) <= 12:
                        named.append((days, place, sentence, block))
        about = self.inspection.about
        for position, (label, block) in enumerate(about):
            following = about[position + 1][1].text if position + 1 < len(about) else ""
            labelled = _LAST_BY_LABEL.search(block.text) or (
                _LAST_BY_LABEL.search(f"{block.text} {following}")
                if re.search(r"\binspection\W*$", block.text)
                else None
            )
            if labelled and (days := days_in(labelled["days"])):
                named.append((days, label, labelled[0], block))
        if self.days:
            named = [each for each in named if each[0].start <= self.days.start]
        years = sorted({days.end.year for days, *_ in named})
        if len(years) > 1:
            places = ", ".join(
                f"{days.text} ({place or 'about the prison'})" for days, place, *_ in named
            )
            self.problem(
                0,
                "last inspection",
                self.visit,
                named[0][1],
                f"The report dates the last inspection as {places}; the rows take the latest year.",
            )
        if not years:
            if self.inspection.followed_up or any(o.is_last for o in self.inspection.outcomes):
                self.problem(
                    0,
                    "last inspection",
                    self.visit,
                    "",
                    "The report follows up the last inspection and does not say in words that are"
                    f" known when it was; the rows call it {self.last}. Put its year there.",
                )
                self.is_last_named = True
            return
        of_year = [each for each in named if each[0].end.year == years[-1]]
        exactness = {"year": 0, "month": 1, "day": 2}
        best = max(of_year, key=lambda each: exactness[each[0].precision])
        for days, place, *_ in of_year:
            is_within = best[0].start.replace(day=1) <= days.start.replace(day=1) and (
                days.precision != "day" or (days.start, days.end) == (best[0].start, best[0].end)
            )
            if days.precision != "year" and best[0].precision != "year" and not is_within:
                self.problem(
                    3,
                    "days",
                    f"{self.establishment}-{years[-1]}",
                    place,
                    f"The last inspection is dated «{best[0].text}» in {best[1] or 'the text'} and"
                    f" «{days.text}» in {place or 'the text'}.",
                    best[0].text,
                    days.text,
                )
        self.last_days, self.last_place, self.last_sentence, self.last_block = best
        self.last = f"{self.establishment}-{years[-1]}"
        self.is_last_named = True

    def _document(self) -> None:
        inspection = self.inspection
        texts = [block for _, block in inspection.about]
        texts += [unread.block for unread in inspection.unread]
        self.report_of(self.visit, inspection.title, self.days, texts, inspection.source.lines)

    def _establishment(self) -> None:
        first = self.inspection.named.establishments[0]
        days = self.last_days if self.is_last_named and self.last_days else self.days
        self.describe(first, days, f"the title page: {first.full_name}")
        if self.inspection.visit_type != "short_scrutiny_visit":
            self.other_establishments(self.inspection.named, days)

    def _visits(self) -> None:
        if self.is_last_named:
            days = self.last_days
            is_day = days is not None and days.precision == "day"
            self.add(
                "visits_held",
                f"{self.last}-held",
                days,
                self.last_place if days else "",
                self.last_block if days else None,
                self.last_sentence if days else "the last inspection; the text does not date it",
                [] if days else ["its year is not known"],
                at_start=True,
                visit_id=self.last,
                establishment_id=self.establishment,
                visit_type="full_inspection",
                started_on=days.start.isoformat() if days and is_day else "",
                ended_on=days.end.isoformat() if days and is_day else "",
                is_announced="",
                bodies=self.inspection.body,
                follows_visit_id="",
            )
        days = self.days
        doubts: list[str] = []
        if days and days.stretches > 1:
            doubts.append(
                Remark(f"{days.stretches} stretches of days: the row has the first and last day")
            )
        announced = self.inspection.is_announced
        others = self.inspection.named.establishments[1:]
        is_joint = self.inspection.visit_type == "short_scrutiny_visit" and bool(others)
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
            visit_type=self.inspection.visit_type,
            started_on=days.start.isoformat() if days else "",
            ended_on=days.end.isoformat() if days else "",
            is_announced="" if announced is None else str(announced).lower(),
            bodies="|".join(self._bodies()),
            follows_visit_id="",
            establishment_ids_also="|".join(slug(o.name) for o in others) if is_joint else "",
        )

    def _bodies(self) -> list[str]:
        judges = any(each.scale.startswith(OFSTED) for each in self.inspection.outcomes)
        return [self.inspection.body, *([OFSTED] if judges else [])]

    # Outcomes -----------------------------------------------------------------------------------

    def _outcomes(self) -> None:
        given: dict[tuple[str, str, str], OutcomeRead] = {}
        self._name_tests_once()
        for read in self.inspection.outcomes:
            visit, days = (self.last, self.last_days) if read.is_last else (self.visit, self.days)
            key = (visit, read.unit, read.test)
            first = given.setdefault(key, read)
            if first is not read:
                if first.outcome != read.outcome:
                    for row in self.proposal.rows["outcomes_judged"]:
                        if (row["visit_id"], row["healthy_prison_test"]) == (visit, read.test):
                            with_doubt(row, f"the document also says {read.outcome}")
                    self.problem(
                        1,
                        "outcomes",
                        visit,
                        read.place,
                        f"{visit}: {read.test} is {first.outcome} in {first.place or 'the text'}"
                        f" and {read.outcome} in {read.place or 'the text'}; the rows take the"
                        " first.",
                        first.outcome,
                        read.outcome,
                    )
                continue
            unit = slug(read.unit)
            self.add(
                "outcomes_judged",
                f"{visit}-outcome-{read.test}" + (f"-{unit}" if unit else ""),
                days,
                read.place,
                read.block,
                read.sentence,
                read.doubts,
                visit_id=visit,
                unit=unit,
                healthy_prison_test=read.test,
                outcome=read.outcome,
                scale="" if read.scale == "hmip_outcome" else read.scale,
                bodies=OFSTED if read.scale.startswith(OFSTED) else "",
            )

    def _name_tests_once(self) -> None:
        """Give a test that the report calls by two names the one of the inspection's year."""
        own = {test.code: test for test in tests()}
        for is_last, days in ((True, self.last_days), (False, self.days)):
            reads = [each for each in self.inspection.outcomes if each.is_last is is_last]
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
