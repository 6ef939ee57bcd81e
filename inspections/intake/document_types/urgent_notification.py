"""The letter with which the Chief Inspector invokes the Urgent Notification process."""

import re

from inspections.intake.comparisons import Comparison, in_order, of_problem
from inspections.intake.drafting import Draft
from inspections.intake.grammar import days_in, outcomes_in, sentences
from inspections.intake.grammar.outcomes import listed_outcomes, stated_outcome_in
from inspections.intake.reading import Reading
from inspections.intake.text.layout import lay_out
from inspections.intake.text.lines import NotAReportError, Source
from inspections.intake.text.model import Block
from inspections.intake.text.names import Named, establishments_in, without_what_ends_a_title
from inspections.intake.text.vocabulary import HMIP, slug, tests

_INSPECTION = re.compile(
    r"\binspection of [^.;]{3,80}?\b(?:on|between|from|took place|in|carried out|,)\b"
    r"(?P<days>[^.;]*)",
    re.IGNORECASE,
)
_GREETING = re.compile(r"^Dear (?P<who>.+?),?$")
_OFFICE = re.compile(
    r"\b(?:Lord Chancellor|Secretary of State|Minister of State|Minister for)\b", re.IGNORECASE
)
_CLOSES = re.compile(r"^(?:Yours (?:sincerely|faithfully)|Yours,?$)", re.IGNORECASE)


def read_urgent_notification(source: Source) -> Reading:
    """Read a letter of Urgent Notification.

    Args:
        source: The file as read.

    Raises:
        NotAReportError: It names no establishment.
    """
    layout = lay_out(source, has_lists=True)
    blocks = layout.blocks
    named = Named((), "")
    for block in sorted(
        blocks[:40], key=lambda each: "urgent notification" not in each.text.lower()
    ):
        text = re.sub(
            r"^.*?urgent notification\W*(?:process)?(?::|of|at|for|–|-)?",
            "",
            block.text,
            flags=re.I | re.S,
        )
        named = establishments_in(without_what_ends_a_title(text[:200]))
        if named.establishments:
            break
    if not named.establishments:
        raise NotAReportError(
            f"{source.name} is an urgent notification that names no establishment; expected such as"
            " «Urgent Notification: HMP …»."
        )
    letter = _Letter(source, blocks, named)
    letter.made()
    return Reading(
        "urgent_notification",
        source,
        layout,
        letter.proposal,
        letter.comparisons(),
        named.establishments[0].full_name,
        letter.days.text if letter.days else "",
        letter.dated,
        [block for block in blocks if block not in letter.body],
    )


class _Letter(Draft):
    def __init__(self, source: Source, blocks: list[Block], named: Named) -> None:
        self.source = source
        self.named = named
        self.body = _body(blocks)
        self.dated = next(
            (
                days
                for block in blocks[:40]
                if len(block.text) < 80
                and (days := days_in(block.text))
                and days.precision == "day"
                and days.start == days.end
            ),
            None,
        )
        self.days = None
        self.said = ""
        for block in self.body:
            for sentence in sentences(block.text):
                match = _INSPECTION.search(sentence)
                days = days_in(match["days"]) if match else None
                if days and days.precision == "day":
                    self.days, self.said, self.where = days, sentence, block
                    break
            if self.days:
                break
        first = named.establishments[0]
        when = self.dated or self.days
        super().__init__(
            slug(first.name),
            f"{slug(first.full_name)}-urgent-notification" + (f"-{when.end:%Y-%m}" if when else ""),
        )
        self.visit = f"{self.establishment}-{self.days.end.year if self.days else 'unknown'}"
        self.addressed_to = next(
            (
                block.text
                for block in blocks[:30]
                if _OFFICE.search(block.text) and len(block.text) < 160
            ),
            "",
        ) or next(
            (match["who"] for block in blocks[:40] if (match := _GREETING.match(block.text))), ""
        )

    def made(self) -> None:
        """Propose the letter's rows."""
        first = self.named.establishments[0]
        self.proposal.document = {
            "document_id": self.document,
            "title": f"Urgent Notification: {first.full_name}"
            + (f", {self.dated.text}" if self.dated else ""),
            "body": HMIP,
            "file": f"{self.document}.txt",
            "source_address": "",
            "licence": "",
            # Only English is read.
            "language": "en",
        }
        for missing, detail in (
            (self.dated is None, "The letter bears no day in words that are known."),
            (
                self.days is None,
                "The letter does not give the days of the inspection in words that are known; the"
                f" rows call it {self.visit}. Put its year there.",
            ),
            (not self.addressed_to, "The letter does not say to whom it is addressed."),
        ):
            if missing:
                self.problem(0, "days", self.document, "", detail)
        said = f"the letter's subject: {first.full_name}"
        self.describe(first, self.days or self.dated, said)
        self.other_establishments(self.named, self.days)
        self.add(
            "visits_held",
            f"{self.visit}-held",
            self.days,
            "",
            self.where if self.days else None,
            self.said or "the inspection that the letter is about",
            at_start=True,
            visit_id=self.visit,
            establishment_id=self.establishment,
            visit_type="full_inspection",
            started_on=self.days.start.isoformat() if self.days else "",
            ended_on=self.days.end.isoformat() if self.days else "",
            is_announced="false" if "unannounced inspection" in self.said else "",
            bodies=HMIP,
            follows_visit_id="",
        )
        text = " ".join(block.text for block in self.body)
        self.add(
            "urgent_notifications_issued",
            f"{self.visit}-urgent-notification",
            self.dated,
            "",
            self.body[0] if self.body else None,
            text[:300],
            visit_id=self.visit,
            addressed_to=self.addressed_to,
            text=text,
        )
        self._outcomes()

    def _outcomes(self) -> None:
        given: set[str] = set()
        for block in self.body:
            read = [(test, level, block.text) for test, level in listed_outcomes(block.text)]
            for sentence in sentences(block.text):
                if re.search(r"\b(?:last|previous) inspection\b", sentence):
                    read = []
                    continue
                several, fault = outcomes_in(sentence)
                one, _ = stated_outcome_in(sentence)
                read += [(each.test, each.level, sentence) for each in several if each.test]
                if one and one.test:
                    read.append((one.test, one.level, sentence))
                if fault and not read:
                    self.problem(3, "outcomes", self.visit, "", f"{fault}: «{sentence}»")
            for test, level, sentence in read:
                if test.code in given:
                    continue
                given.add(test.code)
                self.add(
                    "outcomes_judged",
                    f"{self.visit}-outcome-{test.code}",
                    self.days,
                    "",
                    block,
                    sentence,
                    visit_id=self.visit,
                    unit="",
                    healthy_prison_test=test.code,
                    outcome=level.code,
                )

    def comparisons(self) -> list[Comparison]:
        """What the letter must have."""
        rows = self.proposal.rows.get("outcomes_judged", [])
        known = {test.code for test in tests()}
        found = [
            Comparison(
                "outcomes",
                "outcomes in the letter",
                "",
                "",
                str(len([row for row in rows if row["healthy_prison_test"] in known])),
                None,
                False,
                "",
            ),
            *(of_problem(problem) for problem in self.proposal.problems),
        ]
        return in_order(found)


def _body(blocks: list[Block]) -> list[Block]:
    """The letter between its greeting and its close."""
    start = next(
        (place + 1 for place, block in enumerate(blocks) if _GREETING.match(block.text)), 0
    )
    end = next(
        (place for place, block in enumerate(blocks) if _CLOSES.match(block.text)), len(blocks)
    )
    return [block for block in blocks[start:end] if len(block.text) > 40]
