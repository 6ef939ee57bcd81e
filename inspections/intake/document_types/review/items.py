"""The rows of what a review follows up, with findings, judgements and restatements."""

import re

from inspections.intake.document_types.review.matching import matched
from inspections.intake.document_types.review.parts import Item
from inspections.intake.document_types.review.visits import VisitRows
from inspections.intake.drafting import again, told_again
from inspections.intake.grammar import (
    Judgement,
    judgement_in,
    sentences,
)
from inspections.intake.parts import NumberedParagraph
from inspections.intake.rows import capital
from inspections.intake.text.model import CutOff, Remark
from inspections.intake.text.vocabulary import (
    PROGRESS_SCALES,
    areas,
    bodies,
    levels,
    plain,
)

_ENDS = re.compile(r"[.!?…:][)\]\"'’”]*$|\)$")


class ItemRows(VisitRows):
    """Rows of followed-up items and their judgements."""

    # What is followed up ------------------------------------------------------------------------

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
                self.problem(
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
                    Remark(
                        "no reference is printed, so its id comes from "
                        + ("its number" if item.ordinal else "its order in the report")
                    )
                )
            recommendation_id = f"{self.parent}-{key}"
            if recommendation_id in self.proposal.recommendation_ids:
                self.problem(
                    2,
                    "reference",
                    recommendation_id,
                    item.label,
                    told_again(recommendation_id, self.proposal.recommendation_ids, key)
                    + f": «{item.text[:80]}»",
                )
                recommendation_id = again(recommendation_id, self.proposal.recommendation_ids)
            self.proposal.recommendation_ids.append(recommendation_id)
            for doubt in item.doubts:
                self.problem(
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
            self.problem(5, "reference", title, item.label, f"{title} has no reference.")
        if not item.concern and any(other.concern for other in others):
            self.problem(
                6,
                "concern",
                title,
                item.label,
                f"{title} has no concern before it, as others have.",
            )
        if not item.heading:
            self.problem(8, "area", title, item.label, f"{title} stands under no heading.")
        before = self.report.items[place - 1] if place else None
        if before and item.kind != "theme" and before.heading == item.heading != "":
            doubts.append(Remark("it stands under the same heading as the one before"))

    def _item(self, item: Item, recommendation_id: str, doubts: list[str]) -> None:
        if item.body not in bodies():
            doubts = [*doubts, f"its body, {item.body}, is not in seeds/bodies.csv"]
        self.item(
            recommendation_id,
            self.parent,
            self.parent_days,
            item.label,
            item.block,
            item.block.text,
            item.text if item.kind == "concern" else item.concern_text,
            doubts,
            "true" if item.is_priority else "",
            item.concern,
            kind=item.kind,
            body=item.body if item.body in bodies() else "",
            area=self.area(item.heading, item.block),
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
                self.problem(
                    2,
                    "paragraph",
                    paragraph.number,
                    paragraph.number,
                    f"Two paragraphs bear the number {paragraph.number}; the first is proposed.",
                )
                continue
            seen.add(paragraph.number)
            doubts: list[str] = []
            if not _ENDS.search(paragraph.text):
                doubts.append(
                    CutOff("it ends without a full stop: it may be cut off, or hold a caption")
                )
                self.problem(
                    6,
                    "paragraph",
                    paragraph.number,
                    paragraph.number,
                    f"Paragraph {paragraph.number} ends without a full stop:"
                    f" «{paragraph.text[-80:]}»",
                )
            self.add(
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
            return self.area(paragraph.heading, paragraph.block)
        return ""

    # Judgements ---------------------------------------------------------------------------------

    def _judgements(self) -> None:
        for place, item in enumerate(self.report.items):
            recommendation_id = self.proposal.recommendation_ids[place]
            own = [paragraph for paragraph in self.report.paragraphs if paragraph.item == place]
            read = self._read_judgements(place)
            valid = [each for each in read if each[1].level]
            named = [each for each in read if each[1].body and not each[1].level]
            if len({each[1].level for each in valid}) > 1:
                said = " and ".join(f"{each[1].sentence} ({each[0].number})" for each in valid)
                self.problem(
                    1, "judgement", recommendation_id, valid[-1][0].number, f"Judged twice: {said}"
                )
            elif valid and not named:
                self._judgement(place, item, *valid[-1])
            elif read:
                paragraph, judgement = (named or read)[-1]
                self.problem(
                    1,
                    "judgement",
                    recommendation_id,
                    paragraph.number,
                    f"No judgement could be read: {judgement.fault}: «{judgement.sentence}»",
                )
            else:
                last = own[-1].number if own else item.label
                self.problem(
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
                        self.problem(
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
            self.problem(
                1,
                "judgement",
                recommendation_id,
                paragraph.number,
                f"A {item.kind} of {item.body} is judged by {judgement.body}; which scale it is on"
                f" is not known: «{judgement.sentence}»",
            )
            return
        self.proposal.judged[place] = (paragraph, judgement)
        self.add(
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
                self.problem(
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
            self.add(
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
