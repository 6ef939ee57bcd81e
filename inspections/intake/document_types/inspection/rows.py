"""From an inspection's parts to event rows, each with the words that it rests on."""

import re

from inspections.intake.document_types.inspection.parts import FollowedUp, Inspection, RaisedItem
from inspections.intake.document_types.inspection.visits import InspectionVisitRows
from inspections.intake.drafting import again, told_again
from inspections.intake.grammar import Days, sentences
from inspections.intake.grammar.follow_up import follow_up_totals_in
from inspections.intake.parts import NumberedParagraph
from inspections.intake.rows import capital
from inspections.intake.text.model import Remark
from inspections.intake.text.vocabulary import FOLLOW_UP_SCALES, areas, levels, plain, slug

_NO_REFERENCE = Remark("no reference is printed, so its id comes from its order in the report")


class InspectionRows(InspectionVisitRows):
    """The rows of an inspection or a scrutiny visit."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__(inspection)
        self.recommendation_ids: dict[int, str] = {}

    def made(self) -> None:
        """Propose all rows."""
        self._find_last()
        self._document()
        self._establishment()
        self._visits()
        self._outcomes()
        self._followed_up()
        self._raised()
        self._findings()
        self._practice()
        self._totals()
        self._figures()
        self.ask_about_areas()

    # What the last inspection raised, and what this one raises ----------------------------------

    def _followed_up(self) -> None:
        counts: dict[str, int] = {}
        used: set[str] = set()
        for place, item in enumerate(self.inspection.followed_up):
            parent = self.last
            days = self.last_days
            if item.of_scrutiny_visit:
                self.problem(
                    2,
                    "reference",
                    item.text[:80],
                    item.place,
                    "It was raised by a scrutiny visit, whose year the text does not give; the rows"
                    f" hang it on {parent}: «{item.text[:80]}»",
                )
            counts[item.kind] = counts.get(item.kind, 0) + 1
            doubts = list(item.doubts)
            key = item.reference
            if not key:
                key = f"{item.kind.replace('_', '-')}-{counts[item.kind]}"
                doubts.append(_NO_REFERENCE)
            recommendation_id = f"{parent}-{key}"
            if recommendation_id in used:
                self.problem(
                    2,
                    "reference",
                    recommendation_id,
                    item.place,
                    told_again(recommendation_id, used, key, " of the follow-up")
                    + f": «{item.text[:80]}»",
                )
                recommendation_id = again(recommendation_id, used)
                doubts.append(f"another item has the same reference, {key}")
            used.add(recommendation_id)
            self.recommendation_ids[place] = recommendation_id
            self._followed_up_item(place, item, recommendation_id, days, doubts)

    def _followed_up_item(
        self,
        place: int,
        item: FollowedUp,
        recommendation_id: str,
        days: Days | None,
        doubts: list[str],
    ) -> None:
        self.item(
            recommendation_id,
            self.last,
            days,
            item.place,
            item.block,
            item.text,
            item.text if item.kind == "concern" else "",
            doubts,
            _yes_or_no(item.is_priority),
            kind=item.kind,
            body=self.inspection.body,
            area="",
            reference=item.reference,
            text=item.text,
            repeats_recommendation_id="",
        )
        word = "addressed" if "addressed" in item.verdict else "achieved"
        if item.verdict == "no longer relevant" and item.kind == "concern":
            self.problem(
                1,
                "judgement",
                recommendation_id,
                item.place,
                "A concern is «no longer relevant», which its scale does not have:"
                f" «{item.text[:80]}»",
            )
            return
        scale = FOLLOW_UP_SCALES[word]
        self.add(
            "progress_judged",
            f"{self.visit}-judged-{recommendation_id.removeprefix(f'{self.last}-')}",
            self.days,
            item.place,
            item.block,
            f"{item.text} {capital(item.verdict)}",
            visit_id=self.visit,
            recommendation_id=recommendation_id,
            scale=scale,
            judgement=levels()[scale][item.verdict].code,
        )

    def _raised(self) -> None:
        used: set[str] = set()
        repeated_as = {
            item.repeated_as: self.recommendation_ids[place]
            for place, item in enumerate(self.inspection.followed_up)
            if item.repeated_as
        }
        by_text = {
            plain(item.text): self.recommendation_ids[place]
            for place, item in enumerate(self.inspection.followed_up)
        }
        for item in self.inspection.items:
            doubts = list(item.doubts)
            if not item.text:
                self.problem(
                    2,
                    "recommendation",
                    f"{self.visit}-{item.reference}",
                    item.place,
                    f"A concern has no recommendation behind it: «{item.concern_text[:100]}»",
                )
                continue
            key = item.reference
            if not key:
                key = f"{item.kind.replace('_', '-')}-{len(used) + 1}"
                doubts.append(_NO_REFERENCE)
                self.problem(
                    5,
                    "reference",
                    f"{self.visit}-{key}",
                    item.place,
                    f"It has no reference: «{item.text[:90]}»",
                )
            recommendation_id = f"{self.visit}-{key}"
            if recommendation_id in used:
                self.problem(
                    2,
                    "reference",
                    recommendation_id,
                    item.place,
                    f"{told_again(recommendation_id, used, key)}: «{item.text[:80]}»",
                )
                recommendation_id = again(recommendation_id, used)
            used.add(recommendation_id)
            for doubt in item.doubts:
                self.problem(
                    5,
                    "reference",
                    recommendation_id,
                    item.place,
                    f"{capital(doubt)}: «{item.text[-90:]}»",
                )
            repeats = self._repeated(item, recommendation_id, repeated_as, by_text)
            self._raised_item(item, recommendation_id, repeats, doubts)

    def _repeated(
        self,
        item: RaisedItem,
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
        known = set(self.recommendation_ids.values())
        if named and self.inspection.followed_up and named not in known:
            self.problem(
                3,
                "repeated",
                recommendation_id,
                item.place,
                f"{item.reference} is said to repeat {item.repeats}, which the follow-up does not"
                " list.",
            )
        return named or from_list

    def _raised_item(
        self, item: RaisedItem, recommendation_id: str, repeats: str, doubts: list[str]
    ) -> None:
        self.item(
            recommendation_id,
            self.visit,
            self.days,
            item.place,
            item.block,
            item.text,
            item.text if item.kind == "concern" else item.concern_text,
            doubts,
            _yes_or_no(item.is_priority),
            item.concern_block,
            kind=item.kind,
            body=self.inspection.body,
            area=self.area(item.area, item.block),
            reference=item.reference,
            text=item.text,
            repeats_recommendation_id=repeats,
            addressees="|".join(dict.fromkeys(_name_of(each) for each in item.addressees)),
        )

    # Findings, practice, totals, figures --------------------------------------------------------

    def _area_of(self, paragraph: NumberedParagraph) -> str:
        if paragraph.section == "summary":
            return "key_findings"
        if paragraph.section == "leadership":
            return areas().get("leadership", "")
        return self.area(paragraph.heading, paragraph.block)

    def _findings(self) -> None:
        seen: set[str] = set()
        for paragraph in self.inspection.paragraphs:
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
            self.add(
                "findings_recorded",
                f"{self.visit}-paragraph-{paragraph.number}",
                self.days,
                paragraph.number,
                paragraph.block,
                sentences(paragraph.text)[0],
                visit_id=self.visit,
                area=self._area_of(paragraph),
                recommendation_id="",
                text=paragraph.text,
            )

    def _practice(self) -> None:
        by_number = {each.number: each for each in self.inspection.paragraphs}
        for place, example in enumerate(self.inspection.practice, 1):
            pointed = by_number.get(example.see.replace(" and ", ",").split(",")[0].strip())
            area = self._area_of(pointed) if pointed else ""
            self.add(
                "practice_noted",
                f"{self.visit}-practice-{example.see or place}"
                + (
                    f"-{place}"
                    if sum(each.see == example.see for each in self.inspection.practice) > 1
                    else ""
                ),
                self.days,
                example.place if re.match(r"S?\d", example.place) else "",
                example.block,
                example.text,
                example.doubts + ([] if area else [Remark("its area is not known")]),
                visit_id=self.visit,
                area=area,
                text=example.text,
            )

    def _totals(self) -> None:
        places: dict[str, int] = {}
        for place, text, block in self._texts():
            is_of_a_test = bool(self.inspection.tests_by_paragraph.get(place))
            for sentence in sentences(text):
                if is_of_a_test or re.search(r"\bin the area of\b", text):
                    continue
                totals, _ = follow_up_totals_in(sentence)
                for total in totals:
                    # One of a part cannot be held to the judgements of the whole.
                    if total.is_key:
                        continue
                    key = place or "improve"
                    places[key] = places.get(key, 0) + 1
                    self.add(
                        "totals_stated",
                        f"{self.visit}-total-{slug(key) if ' ' in key else key}-{places[key]}",
                        self.days,
                        place,
                        block,
                        sentence,
                        visit_id=self.visit,
                        scale=total.scale,
                        judgement=total.judgement,
                        comparison="exactly",
                        stated_count=str(total.count),
                    )

    def _figures(self) -> None:
        for paragraph in self.inspection.paragraphs:
            read = [
                sentence
                for sentence in sentences(paragraph.text)
                if not follow_up_totals_in(sentence)[0]
                and not re.search(r"\bkey concerns?\b|\brecommendations\b", sentence)
            ]
            self.figures_of(
                f"{self.visit}-figure-{paragraph.number}",
                read,
                self.days,
                paragraph.number,
                paragraph.block,
                self.visit,
                "",
            )


def _name_of(addressee: str) -> str:
    """An addressee as printed, without the «To» before it."""
    return re.sub(r"^[Tt]o:?\s+", "", addressee).strip(" .")


def _yes_or_no(value: bool | None) -> str:
    """A truth as an event file has it; empty where it is not known."""
    return "" if value is None else str(value).lower()
