"""The rows of what a visit follows up and raises, with judgements and restatements."""

import re
from dataclasses import replace

from inspections.intake.document_types.report.parts import Item, Report, Restatement
from inspections.intake.document_types.report.proposing.matching import matched
from inspections.intake.document_types.report.proposing.visits import VisitRows
from inspections.intake.drafting import again, told_again
from inspections.intake.grammar import Judgement, judgement_in, sentences
from inspections.intake.parts import NumberedParagraph
from inspections.intake.rows import capital, with_doubt
from inspections.intake.text.model import Block, Remark
from inspections.intake.text.vocabulary import (
    FOLLOW_UP_SCALES,
    PROGRESS_SCALES,
    bodies,
    levels,
    plain,
)


class ItemRows(VisitRows):
    """Rows of items and their judgements.

    Attributes:
        recommendation_ids: The ids of what is followed up, in the order of the items.
        restated: The restatements by the place of the item.
        unmatched: Restatements of nothing that is known.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.recommendation_ids: list[str] = []
        self.restated: dict[int, Restatement] = {}
        self.unmatched: list[Restatement] = []

    def _id_of(
        self, item: Item, visit: str, number: int, used: list[str], doubts: list[str]
    ) -> str:
        """The id of an item: its visit and its reference, or its place in the report.

        Args:
            item: The item.
            visit: The visit that raised it.
            number: Its place among its like.
            used: The ids that are taken, which it joins.
            doubts: What is open about its row, which grows by what is open about its id.
        """
        key = item.reference
        if not key:
            key = f"{item.kind.replace('_', '-')}-{item.ordinal or number}"
            basis = "its number" if item.ordinal else "its order in the report"
            doubts.append(Remark(f"no reference is printed, so its id comes from {basis}"))
        found = f"{visit}-{key}"
        if found in used:
            detail = f"{told_again(found, used, key)}: «{item.text[:80]}»"
            self.problem(2, "reference", found, item.place, detail)
            doubt = f"another item has the same reference, {key}"
            doubts.append(doubt)
            for event_type in ("recommendations_made", "concerns_raised"):
                for row in self.proposal.rows.get(event_type, []):
                    # Either reference may be the wrong one.
                    if row["event_id"] in (f"{found}-made", f"{found}-concern-raised"):
                        with_doubt(row, doubt)
            found = again(found, used)
        used.append(found)
        return found

    def _ask_about_reference(self, item: Item, recommendation_id: str) -> None:
        for doubt in item.doubts:
            detail = f"{capital(doubt)}: «{item.text[-90:]}»"
            self.problem(5, "reference", recommendation_id, item.place, detail)

    def _item_row(
        self, item: Item, recommendation_id: str, visit: str, doubts: list[str], repeats: str = ""
    ) -> None:
        body = item.body or self.report.body
        if body not in bodies():
            doubts.append(f"its body, {body}, is not in seeds/bodies.csv")
        priority = "" if item.is_priority is None else str(item.is_priority).lower()
        addressees = [re.sub(r"^[Tt]o:?\s+", "", each).strip(" .") for each in item.addressees]
        self.item(
            recommendation_id,
            visit,
            self.last_days if visit == self.last else self.days,
            item.place,
            item.block,
            item.block.text if item.body else item.text,
            item.text if item.kind == "concern" else item.concern_text,
            doubts,
            priority,
            item.concern_block,
            kind=item.kind,
            body=body if body in bodies() else "",
            area=self.area(item.area, item.block),
            reference=item.reference,
            text=item.text,
            repeats_recommendation_id=repeats,
            addressees="|".join(dict.fromkeys(addressees)),
        )

    # What is followed up ------------------------------------------------------------------------

    def _followed_up(self) -> None:
        counts: dict[str, int] = {}
        for place, item in enumerate(self.report.followed_up):
            counts[item.kind] = counts.get(item.kind, 0) + 1
            doubts = list(item.doubts)
            if item.of_scrutiny_visit:
                self.problem(
                    2,
                    "reference",
                    item.text[:80],
                    item.place,
                    "It was raised by a scrutiny visit, whose year the text does not give; the rows"
                    f" hang it on {self.last}: «{item.text[:80]}»",
                )
                doubts.append(self._of_a_scrutiny_visit())
            if not item.verdict:
                self._ask_what_is_missing(place, item, doubts)
            used = self.recommendation_ids
            own = self._id_of(item, self.last, counts[item.kind], used, doubts)
            if not item.verdict:
                self._ask_about_reference(item, own)
            self._item_row(item, own, self.last, doubts)
            if item.verdict:
                self._verdict(place, item)
            else:
                self._closing_judgement(place, item)

    def _ask_what_is_missing(self, place: int, item: Item, doubts: list[str]) -> None:
        """Ask about what an item lacks that its like have: a reference, a concern, a heading."""
        items = self.report.followed_up
        others = [other for other in items if other.kind == item.kind]
        title = f"{item.kind.capitalize()} «{item.text[:80]}»"
        if item.kind == "concern":
            if any(other.kind == "recommendation" for other in items):
                self.problem(
                    2,
                    "recommendation",
                    title,
                    item.place,
                    f"{title} has no recommendation behind it, as others have; it is taken for what"
                    " is followed up.",
                )
            return
        if not item.reference:
            self.problem(5, "reference", title, item.place, f"{title} has no reference.")
        if not item.concern_block and any(other.concern_block for other in others):
            detail = f"{title} has no concern before it, as others have."
            self.problem(6, "concern", title, item.place, detail)
        if not item.area:
            self.problem(8, "area", title, item.place, f"{title} stands under no heading.")
        before = items[place - 1] if place else None
        if before and item.kind != "theme" and before.area == item.area != "":
            doubts.append(Remark("it stands under the same heading as the one before"))

    def _key(self, place: int) -> str:
        return self.recommendation_ids[place].removeprefix(f"{self.last}-")

    def _of_a_scrutiny_visit(self) -> str:
        return f"a scrutiny visit raised it, and the row says {self.last}"

    def _verdict(self, place: int, item: Item) -> None:
        """Propose the judgement that a label gives."""
        scale = FOLLOW_UP_SCALES["addressed" if "addressed" in item.verdict else "achieved"]
        item.level = levels()[scale][item.verdict]
        if item.verdict == "no longer relevant" and item.kind == "concern":
            self.problem(
                1,
                "judgement",
                self.recommendation_ids[place],
                item.place,
                "A concern is «no longer relevant», which its scale does not have:"
                f" «{item.text[:80]}»",
            )
            return
        said = f"{item.text} {capital(item.verdict)}"
        self._judged(place, item, item.place, item.block, said)

    def _judged(self, place: int, item: Item, where: str, block: Block, said: str) -> None:
        assert item.level is not None
        self.add(
            "progress_judged",
            f"{self.visit}-judged-{self._key(place)}",
            self.days,
            where,
            block,
            said,
            [self._of_a_scrutiny_visit()] if item.of_scrutiny_visit else [],
            visit_id=self.visit,
            recommendation_id=self.recommendation_ids[place],
            scale=item.level.scale,
            judgement=item.level.code,
        )

    def _closing_judgement(self, place: int, item: Item) -> None:
        """Propose the judgement that a sentence of an item's paragraphs gives."""
        recommendation_id = self.recommendation_ids[place]
        own = [each for each in self.report.paragraphs if each.item == place]
        read = self._read_judgements(place)
        valid = [each for each in read if each[1].level]
        named = [each for each in read if each[1].body and not each[1].level]
        if len({each[1].level for each in valid}) > 1:
            said = " and ".join(f"{each[1].sentence} ({each[0].number})" for each in valid)
            where, detail = valid[-1][0].number, f"Judged twice: {said}"
        elif valid and not named:
            paragraph, judgement = valid[-1]
            if judgement.body == item.body:
                item.level, item.judged_in = judgement.level, paragraph.number
                where, block = paragraph.number, paragraph.block
                self._judged(place, item, where, block, judgement.sentence)
                return
            where = paragraph.number
            detail = (
                f"A {item.kind} of {item.body} is judged by {judgement.body}; which scale it is on"
                f" is not known: «{judgement.sentence}»"
            )
        elif read:
            paragraph, judgement = (named or read)[-1]
            where = paragraph.number
            detail = f"No judgement could be read: {judgement.fault}: «{judgement.sentence}»"
        else:
            where = own[-1].number if own else item.place
            last = own[-1].text[-80:] if own else "missing"
            detail = f"It has no closing judgement; its last paragraph is «{last}»"
        self.problem(1, "judgement", recommendation_id, where, detail)

    def _read_judgements(self, place: int) -> list[tuple[NumberedParagraph, Judgement]]:
        return [
            (paragraph, judgement)
            for paragraph in self.report.paragraphs
            if paragraph.item == place
            for sentence in sentences(paragraph.text)
            if (judgement := judgement_in(sentence))
        ]

    def _name_writers(self) -> None:
        """Give a theme the body that judges it."""
        for place, item in enumerate(self.report.followed_up):
            for _, judgement in self._read_judgements(place) if item.kind == "theme" else ():
                item.body = judgement.body or item.body

    def _ask_about_strays(self) -> None:
        """Ask about judgements in paragraphs above the first item."""
        for paragraph in self.report.paragraphs:
            if paragraph.section == "followed_up" and paragraph.item is None:
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

    def _restatements(self) -> None:
        items = self.report.followed_up
        self.restated, self.unmatched = matched(items, self.report.restatements)
        for place in sorted(self.restated):
            restatement, item = self.restated[place], items[place]
            scale = PROGRESS_SCALES.get(item.body, f"of {item.body}")
            level = levels().get(scale, {}).get(restatement.level)
            if level is None:
                self.problem(
                    1,
                    "restatement",
                    self.recommendation_ids[place],
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
                recommendation_id=self.recommendation_ids[place],
                scale=scale,
                judgement=level.code,
            )

    # What is raised -----------------------------------------------------------------------------

    def _raised(self) -> None:
        used: list[str] = []
        followed_up = list(zip(self.report.followed_up, self.recommendation_ids, strict=True))
        repeated_as = {item.repeated_as: own for item, own in followed_up if item.repeated_as}
        by_text = {plain(item.text): own for item, own in followed_up}
        # Where no concern has a recommendation behind it, the concerns are what is raised.
        are_paired = any(item.text and item.concern_text for item in self.report.items)
        for item in self.report.items:
            if not item.text and not are_paired:
                item = replace(item, kind="concern", text=item.concern_text, concern_text="")
            if not item.text:
                self.problem(
                    2,
                    "recommendation",
                    f"{self.visit}-{item.reference}",
                    item.place,
                    f"A concern has no recommendation behind it: «{item.concern_text[:100]}»",
                )
                continue
            doubts = list(item.doubts)
            own = self._id_of(item, self.visit, len(used) + 1, used, doubts)
            if not item.reference:
                detail = f"It has no reference: «{item.text[:90]}»"
                self.problem(5, "reference", own, item.place, detail)
            self._ask_about_reference(item, own)
            repeats = self._repeated(item, own, repeated_as, by_text)
            self._item_row(item, own, self.visit, doubts, repeats)

    def _repeated(
        self,
        item: Item,
        recommendation_id: str,
        repeated_as: dict[str, str],
        by_text: dict[str, str],
    ) -> str:
        """The earlier item that the report itself says is repeated."""
        named = ""
        if item.repeats and item.repeats != "?":
            named = f"{self.last}-{item.repeats}"
        elif item.repeats:
            named = by_text.get(plain(item.text), "")
        from_list = repeated_as.get(item.reference, "")
        if named and from_list and named != from_list:
            self.problem(
                2,
                "repeated",
                recommendation_id,
                item.place,
                f"{item.reference} is said to repeat {item.repeats}; the follow-up says that"
                f" {from_list} was repeated as it. The row takes the first.",
            )
        if item.repeats and not named and not from_list:
            self.problem(
                3,
                "repeated",
                recommendation_id,
                item.place,
                f"{item.reference} is called repeated, and the text does not say which earlier one"
                f" it repeats: «{item.text[:90]}»",
            )
        if named and self.report.followed_up and named not in self.recommendation_ids:
            self.problem(
                3,
                "repeated",
                recommendation_id,
                item.place,
                f"{item.reference} is said to repeat {item.repeats}, which the follow-up does not"
                " list.",
            )
        return named or from_list
