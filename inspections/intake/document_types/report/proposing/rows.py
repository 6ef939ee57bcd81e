"""From a report's parts to event rows, each with the sentence that it rests on.

A row is proposed where the words are known. What they leave open becomes a problem, which a
person has to look at.
"""

import re
from dataclasses import dataclass, replace

from inspections.intake.document_types.report.parts import Report
from inspections.intake.document_types.report.proposing.items import ItemRows
from inspections.intake.grammar import (
    Total,
    figure_total,
    outcomes_stated,
    practice_total,
    sentences,
    totals_in,
)
from inspections.intake.grammar.follow_up import follow_up_totals_in, raised_in
from inspections.intake.parts import NumberedParagraph
from inspections.intake.rows import capital
from inspections.intake.text.model import Block, CutOff, Remark
from inspections.intake.text.vocabulary import areas, plain, slug

_ENDS = re.compile(r"[.!?…:][)\]\"'’”]*$|\)$")


@dataclass(frozen=True)
class TotalRead:
    """A total of judgements that the report states.

    Attributes:
        place: Where it states it.
        test: The healthy prison test that it is of, reduced to words; empty for all.
        is_of_part: Whether it is of a part of the judgements, such as those of one test. The log
            holds totals to all judgements of a visit.
    """

    place: str
    total: Total
    test: str
    block: Block
    is_of_part: bool


class ReportRows(ItemRows):
    """The rows of a report of any type.

    Attributes:
        totals: The totals that it states of its judgements.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.totals: list[TotalRead] = []

    def made(self) -> None:
        """Propose all rows."""
        self.find_earlier()
        self._name_writers()
        self._document()
        self._establishment()
        self._visits()
        self._outcomes()
        self._followed_up()
        self._ask_about_strays()
        self._restatements()
        self._raised()
        self._findings()
        self._practice()
        self._totals()
        self._figures()
        self.ask_about_areas()

    # Findings, practice -------------------------------------------------------------------------

    def _area_of(self, paragraph: NumberedParagraph) -> str:
        heading = paragraph.heading
        if not self.report.declared.follows_up:
            if paragraph.section == "summary":
                return "key_findings"
            if paragraph.section == "leadership":
                return areas().get("leadership", "")
            return self.area(heading, paragraph.block)
        if paragraph.section == "key_findings":
            return areas().get(plain(heading), "") or "key_findings"
        if paragraph.section == "followed_up":
            return self.area(heading, paragraph.block)
        return "summary" if paragraph.section == "summary" else ""

    def _recommendation_of(self, paragraph: NumberedParagraph) -> str:
        return "" if paragraph.item is None else self.recommendation_ids[paragraph.item]

    def _findings(self) -> None:
        seen: set[str] = set()
        for paragraph in self.report.paragraphs:
            number = paragraph.number
            if number in seen:
                detail = f"Two paragraphs bear the number {number}; the first is proposed."
                self.problem(2, "paragraph", number, number, detail)
                continue
            seen.add(number)
            doubts: list[str] = []
            # A list behind a colon may end without a full stop.
            if not _ENDS.search(paragraph.text) and ":" not in sentences(paragraph.text)[-1]:
                doubts.append(
                    CutOff("it ends without a full stop: it may be cut off, or hold a caption")
                )
                self.problem(
                    6,
                    "paragraph",
                    number,
                    number,
                    f"Paragraph {number} ends without a full stop: «{paragraph.text[-80:]}»",
                )
            self.add(
                "findings_recorded",
                f"{self.visit}-paragraph-{number}",
                self.days,
                number,
                paragraph.block,
                sentences(paragraph.text)[0],
                doubts,
                visit_id=self.visit,
                area=self._area_of(paragraph),
                recommendation_id=self._recommendation_of(paragraph),
                text=paragraph.text,
            )

    def _practice(self) -> None:
        examples = self.report.practice
        by_number = {each.number: each for each in self.report.paragraphs}
        seen = [each.see for each in examples]
        for place, example in enumerate(examples, 1):
            pointed = by_number.get(re.split(r",| and ", example.see)[0].strip())
            number = example.place if re.match(r"S?\d", example.place) else ""
            if self.report.declared.follows_up:
                # An example is a finding, too; what its own heading is called is no area.
                pointed = None if example.see == number else pointed
                key = number or str(place)
            else:
                key = f"{example.see or place}"
                key += f"-{place}" if seen.count(example.see) > 1 else ""
            area = self._area_of(pointed) if pointed else ""
            self.add(
                "practice_noted",
                f"{self.visit}-practice-{key}",
                self.days,
                number,
                example.block,
                example.text,
                example.doubts + ([] if area else [Remark("its area is not known")]),
                visit_id=self.visit,
                area=area,
                text=example.text,
            )

    # Totals, figures ----------------------------------------------------------------------------

    def _totals(self) -> None:
        follows_up = self.report.declared.follows_up
        read_totals = totals_in if follows_up else follow_up_totals_in
        for place, text, block in self.texts():
            own = sentences(text)
            named = [each.test for sentence in own for each in raised_in(sentence) if each.test]
            test = named[0] if named else self.report.test_of.get(id(block), "")
            is_of_part = bool(test) or bool(re.search(r"\bin the area of\b", text))
            for sentence in own:
                totals, fault = read_totals(sentence)
                self.totals += [
                    TotalRead(place, total, test, block, is_of_part or total.is_key)
                    for total in totals
                ]
                if fault:
                    detail = f"{capital(fault)}: «{sentence}»"
                    self.problem(4, "total", self.visit, place, detail, "in words")
        for role, label, block in self.report.figures:
            total = figure_total(block.text)
            if total and role in ("summary", "key_findings", "progress"):
                # The caption of an inspection's figure names no scale.
                total = total if follows_up else replace(total, scale="")
                self.totals.append(TotalRead(label, total, "", block, not follows_up))
        places: dict[str, int] = {}
        for read in self.totals:
            if read.is_of_part:
                continue
            key = read.place or "improve"
            places[key] = places.get(key, 0) + 1
            self.add(
                "totals_stated",
                f"{self.visit}-total-{slug(key) if ' ' in key else key}-{places[key]}",
                self.days,
                read.place,
                read.block,
                read.total.sentence,
                visit_id=self.visit,
                scale=read.total.scale,
                judgement=read.total.judgement,
                comparison=read.total.comparison,
                stated_count=str(read.total.count),
            )

    def _figures(self) -> None:
        for paragraph in self.report.paragraphs:
            if paragraph.heading and re.match(r"We define\b", paragraph.text):
                continue
            self.figures_of(
                f"{self.visit}-figure-{paragraph.number}",
                [each for each in sentences(paragraph.text) if not self._counts(paragraph, each)],
                self.days,
                paragraph.number,
                paragraph.block,
                self.visit,
                self._recommendation_of(paragraph),
            )
        for place, item in enumerate(self.report.followed_up):
            if item.verdict:
                continue
            # A concern speaks of the inspection that raised it.
            self.figures_of(
                f"{self.last}-figure-{self._key(place)}-concern",
                sentences(item.text if item.kind == "concern" else item.concern_text),
                self.last_days,
                item.place,
                item.concern_block or item.block,
                self.last,
                self.recommendation_ids[place],
            )

    def _counts(self, paragraph: NumberedParagraph, sentence: str) -> bool:
        """Whether a sentence counts or gives judgements, which are no figures of the prison."""
        if not self.report.declared.follows_up:
            is_total = bool(follow_up_totals_in(sentence)[0])
            return is_total or bool(re.search(r"\bkey concerns?\b|\brecommendations\b", sentence))
        is_total = paragraph.section in ("summary", "key_findings") and (
            bool(totals_in(sentence)[0]) or practice_total(sentence) is not None
        )
        return is_total or bool(outcomes_stated(sentence)[0])
