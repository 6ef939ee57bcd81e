"""From a report's parts to event rows, each with the sentence that it rests on.

A row is proposed where the words are known. What they leave open becomes a problem, which a
person has to look at.
"""

import re
from dataclasses import replace

from inspections.intake.document_types.practice import PracticeRead, practice_of
from inspections.intake.document_types.review.items import ItemRows
from inspections.intake.document_types.review.parts import Report, ReviewProposal
from inspections.intake.grammar import (
    Total,
    figure_total,
    outcomes_stated,
    practice_total,
    sentences,
    totals_in,
)
from inspections.intake.parts import NumberedParagraph
from inspections.intake.rows import capital
from inspections.intake.text.model import Block, Remark
from inspections.intake.text.patterns import NUMBERED
from inspections.intake.text.vocabulary import plain, slug


def propose(report: Report) -> ReviewProposal:
    """Propose the event rows of a report.

    Args:
        report: The report by its parts.

    Returns:
        The rows, and what needs a person.
    """
    return _Proposer(report).made()


class _Proposer(ItemRows):
    def made(self) -> ReviewProposal:
        self.other_documents(self.report.source.lines)
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
        self.ask_about_areas()
        return self.proposal

    # Totals, practice, figures ------------------------------------------------------------------

    def _totals(self) -> None:
        found: list[tuple[str, Total, Block]] = []
        for paragraph in self.report.paragraphs:
            if paragraph.section not in ("summary", "key_findings", "other"):
                continue
            for sentence in sentences(paragraph.text):
                totals, fault = totals_in(sentence)
                found += [(paragraph.number, total, paragraph.block) for total in totals]
                if fault:
                    self.problem(
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
            self.add(
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
        found: list[PracticeRead | None] = []
        for paragraph in self.report.paragraphs:
            is_practice = plain(paragraph.heading) == "notable positive practice"
            is_about_it = re.match(
                r"We define\b|Inspectors (?:found|identified)\b|We found\b", paragraph.text
            )
            if not is_practice or is_about_it:
                continue
            example = practice_of(paragraph.text, paragraph.number, "", paragraph.block)
            # A paragraph of its own is kept whole, with its pointer.
            found.append(replace(example, text=paragraph.text) if example else None)
        found += self.report.practice
        by_number = {paragraph.number: paragraph for paragraph in self.report.paragraphs}
        for place, example in enumerate(found, 1):
            if example is None:
                continue
            pointed = by_number.get(re.split(r",| and ", example.see)[0].strip())
            area = self._area_of(pointed) if pointed and example.see != example.place else ""
            number = example.place if NUMBERED.match(f"{example.place} x") else ""
            self.add(
                "practice_noted",
                f"{self.visit}-practice-{number or place}",
                self.days,
                number,
                example.block,
                example.text,
                example.doubts + ([] if area else [Remark("its area is not known")]),
                visit_id=self.visit,
                area=area,
                text=example.text,
            )

    def _figures(self) -> None:
        for paragraph in self.report.paragraphs:
            if paragraph.heading and re.match(r"We define\b", paragraph.text):
                continue
            read = [
                sentence
                for sentence in sentences(paragraph.text)
                if not (self._states_a_total(paragraph, sentence) or outcomes_stated(sentence)[0])
            ]
            self.figures_of(
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
            self.figures_of(
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
