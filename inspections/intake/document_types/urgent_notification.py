"""The letter with which the Chief Inspector invokes the Urgent Notification process."""

import re
from collections.abc import Sequence

from inspections.intake.comparisons import Comparison, in_order, of_problem
from inspections.intake.document_types.prose import (
    Outcomes,
    Passage,
    ProseDraft,
    lines_of_prose,
    outcomes_of,
    passages_of,
)
from inspections.intake.grammar import Days, days_in, sentences
from inspections.intake.grammar.published import LETTER
from inspections.intake.grammar.settled import is_of_last_time
from inspections.intake.reading import Reading
from inspections.intake.text.layout import Layout
from inspections.intake.text.lines import Line, NotAReportError, Source
from inspections.intake.text.model import Block
from inspections.intake.text.names import Named, establishments_in, without_what_ends_a_title
from inspections.intake.text.patterns import bare
from inspections.intake.text.vocabulary import HMIP, slug

_INSPECTION = re.compile(r"\binspect(?:ed|ion)\b|\bvisit(?:ed)?\b", re.IGNORECASE)
_NOT_THE_VISIT = re.compile(
    r"\bprotocol\b|\bpublish|\bwill\b|\breport\b[^.]*\b(?:dated|published)\b", re.IGNORECASE
)
_GREETING = re.compile(r"^(?:My )?Dear (?P<who>.+?),?$")
_OFFICE = re.compile(
    r"\b(?:Lord Chancellor|Secretary of State|Minister of State|Minister for)\b", re.IGNORECASE
)
_CLOSES = re.compile(
    r"^(?:(?:I am,? )?Yours\b.{0,30}|(?:Kind|Best|With best) (?:regards|wishes),?|Sincerely,?)$",
    re.I,
)
_ANNEX = re.compile(r"^(?:Annex|Appendix|Attachment|Enclosure|Enc\b)", re.IGNORECASE)
_DATED = re.compile(r"^(?:(?:date|dated)\s*:?\s*)?(?:[A-Z][a-z]+,\s+)?", re.IGNORECASE)
_SUBJECT = r"^(?:re\s*:\s*)?urgent notification\b(?!.*\bprocess\b)[^.]{0,90}$"
_BREAKS = re.compile(rf"{_GREETING.pattern}|{_CLOSES.pattern}|{_SUBJECT}", re.IGNORECASE)
_CONCERNS = re.compile(r"\bconcern(?:s|ed|ing)?\b", re.IGNORECASE)
_LIKE_CONCERNS = re.compile(
    r"\b(?:failings?|failures|shortcomings|weaknesses|deficiencies|problems|issues)\b",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(
    r"\b(?:evidence|findings|reasons|points|observations|judgements|matters)\b", re.IGNORECASE
)
_NOT_RAISED = re.compile(
    r"\b(?:addressed|resolved|achieved|met|no longer|positive|good practice|progress|improve\w*)\b",
    re.IGNORECASE,
)


def read_urgent_notification(source: Source) -> Reading:
    """Read a letter of Urgent Notification.

    Args:
        source: The file as read.

    Raises:
        NotAReportError: It names no establishment.
    """
    lines = lines_of_prose(source)
    passages = passages_of(lines, _BREAKS)
    named = _named(passages)
    if not named.establishments:
        raise NotAReportError(
            f"{source.name} is an urgent notification that names no establishment; expected such as"
            " «Urgent Notification: HMP …»."
        )
    letter = _Letter(lines, passages, named)
    letter.made()
    blocks = [passage.block for passage in passages]
    body = {id(passage.block) for passage in letter.whole}
    reading = Reading(
        "urgent_notification",
        source,
        Layout(blocks, [], [], 0),
        letter.proposal,
        letter.comparisons(),
        named.establishments[0].full_name,
        letter.days.text if letter.days else "",
        letter.dated,
        [block for block in blocks if id(block) not in body],
        part_of=[passage.block for passage in letter.whole],
    )
    reading.why |= {
        id(block): "around the letter: addresses, signature" for block in reading.set_aside
    }
    return reading


def _named(passages: Sequence[Passage]) -> Named:
    """The establishment: the one that the subject names, or the first of the letter."""
    for passage in sorted(
        passages[:40], key=lambda each: "urgent notification" not in each.block.text.lower()
    ):
        text = re.sub(
            r"^.*?urgent notification\W*(?:process)?"
            r"(?::|of|at|for|in (?:relation to|respect of)|–|-)?",
            "",
            passage.block.text,
            flags=re.I | re.S,
        )
        named = establishments_in(without_what_ends_a_title(text[:200]))
        if named.establishments:
            return named
    return Named((), "")


class _Letter(ProseDraft):
    def __init__(self, printed: Sequence[Line], passages: list[Passage], named: Named) -> None:
        self.named = named
        self.printed = [passage.block for passage in passages]
        self.whole, self.annex = _parts(passages)
        # Its headings and its subject are no part of its words.
        self.body = [
            each
            for each in self.whole
            if each.is_entry
            or (len(each.block.text) > 40 and not re.match(_SUBJECT, each.block.text, re.I))
        ]
        lines = [line for line in printed if line.text]
        self.dated = _dated(lines)
        self.where: Block | None = None
        self.said = ""
        self.days = self._visited()
        first = named.establishments[0]
        when = self.dated or self.days
        super().__init__(
            slug(first.name),
            f"{slug(first.full_name)}-urgent-notification" + (f"-{when.end:%Y-%m}" if when else ""),
        )
        self.visit = f"{self.establishment}-{self.days.end.year if self.days else 'unknown'}"
        self.addressed_to = _addressee(lines)
        self.outcomes = Outcomes()

    def _visited(self) -> Days | None:
        """The days of the inspection, from the first sentence that gives them."""
        for passage in self.whole:
            for sentence in sentences(passage.block.text):
                if not _INSPECTION.search(sentence) or _NOT_THE_VISIT.search(sentence):
                    continue
                days = days_in(sentence)
                if days is None or days.precision != "day":
                    continue
                place = sentence.find(days.text.split()[0])
                is_last, _ = is_of_last_time(sentence, max(place, 0), len(sentence))
                if not is_last:
                    self.where, self.said = passage.block, sentence
                    return days
        return None

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
            # Texts are taken over as they stand.
            "wording": "verbatim",
        }
        for missing, detail in (
            (self.dated is None, "The letter has no date that can be read."),
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
        announced = re.search(r"\b(un)?announced\b", self.said, re.IGNORECASE)
        self.add(
            "visits_held",
            f"{self.visit}-held",
            self.days,
            "",
            self.where,
            self.said or "the inspection that the letter is about",
            [] if self.days else ["the letter does not give its days"],
            at_start=True,
            visit_id=self.visit,
            establishment_id=self.establishment,
            visit_type="full_inspection",
            started_on=self.days.start.isoformat() if self.days else "",
            ended_on=self.days.end.isoformat() if self.days else "",
            is_announced="" if announced is None else "false" if announced[1] else "true",
            bodies=HMIP,
            follows_visit_id="",
        )
        text = " ".join(passage.block.text for passage in self.body)
        self.add(
            "urgent_notifications_issued",
            f"{self.visit}-urgent-notification",
            self.dated,
            "",
            self.body[0].block if self.body else None,
            text[:300],
            [] if self.dated else ["the letter has no date that can be read"],
            visit_id=self.visit,
            addressed_to=self.addressed_to,
            text=text,
        )
        self.publication(
            self.visit,
            self.proposal.document["title"],
            self.days,
            self.printed,
            LETTER,
            "notification_letter",
            doubts=[] if self.days else ["the letter does not give the days of its inspection"],
        )
        self._outcomes()
        self._concerns()

    def _outcomes(self) -> None:
        first = self.named.establishments[0]
        names = " ".join(each.full_name for each in self.named.establishments)
        self.outcomes = outcomes_of(
            [*self.whole, *self.annex],
            self.days.end.year if self.days else None,
            names,
            first.establishment_type,
        )
        for outcome, sentence, block in self.outcomes.stated:
            if outcome.test is None:
                continue
            unit = slug(outcome.unit)
            self.add(
                "outcomes_judged",
                f"{self.visit}-outcome-{outcome.test.code}" + (f"-{unit}" if unit else ""),
                self.days,
                "",
                block,
                sentence,
                [*outcome.doubts, *([] if self.days else ["the letter gives no days"])],
                visit_id=self.visit,
                unit=unit,
                healthy_prison_test=outcome.test.code,
                outcome=outcome.level.code,
            )
        self.outcomes_of_last_time(self.outcomes, self.days, self.visit)
        asked = dict.fromkeys(f"{why}: «{said}»" for why, said in self.outcomes.asked)
        if asked:
            self.problem(
                1,
                "outcomes",
                self.visit,
                "",
                "Sentences may state outcomes of this inspection and are not read as such. Add rows"
                f" for those that do. {' — '.join(asked)}",
            )
        if not self.outcomes.stated:
            self.problem(0, "outcomes", self.visit, "", "No outcome could be read in the letter.")

    def _concerns(self) -> None:
        """Propose the entries of lists that their lead calls concerns."""
        lead: Passage | None = None
        place = 0
        used: set[str] = set()
        unread: dict[str, list[str]] = {}
        for passage in [*self.whole, *self.annex]:
            if not passage.is_entry:
                if lead is None or not _is_within_a_list(passage):
                    lead = passage
                continue
            what, doubts = _what_a_list_is(lead.block.text) if lead else ("", [])
            if not what or len(passage.block.text) < 12:
                is_outcome = any(block is passage.block for _, _, block in self.outcomes.stated)
                if not is_outcome and lead is not None:
                    unread.setdefault(lead.block.text[-160:], []).append(passage.block.text[:80])
                continue
            place += 1
            number = passage.number if passage.number.isdigit() else str(place)
            if number in used:
                # A second list that counts from one again.
                number = f"list-{place}"
            used.add(number)
            concern = f"{self.visit}-urgent-notification-{number}-concern"
            text = re.sub(r"[;,]?\s*(?:\band)?$", "", passage.block.text)
            self.add(
                "concerns_raised",
                f"{concern}-raised",
                self.days,
                "",
                passage.block,
                passage.block.text,
                [*doubts, *([] if self.days else ["the letter gives no days"])],
                concern_id=concern,
                visit_id=self.visit,
                area="",
                is_priority="true" if what == "priority" else "",
                text=text,
            )
        for said, entries in unread.items():
            self.problem(
                3,
                "list",
                self.visit,
                "",
                f"A list of {len(entries)} entries is not called concerns, and gives no rows:"
                f" «{said}» Its first is «{entries[0]}». Add rows for what it raises.",
            )

    def comparisons(self) -> list[Comparison]:
        """Checks for the required parts of a letter."""
        found = [
            Comparison(
                "outcomes",
                "outcomes in the letter",
                "",
                "",
                str(len(self.outcomes.stated)),
                None,
                False,
                "",
            ),
            *(of_problem(problem) for problem in self.proposal.problems),
        ]
        return in_order(found)


def _is_within_a_list(passage: Passage) -> bool:
    """Whether a passage between two entries belongs to the first: a sentence cut by a gap."""
    return passage.block.text[:1].islower()


def _what_a_list_is(lead: str) -> tuple[str, list[str]]:
    """The kind of a list's entries, from its lead sentence, with any doubts."""
    last = sentences(lead)[-1] if lead else ""
    is_last, doubt = is_of_last_time(last, len(last), len(last))
    if is_last or doubt or _NOT_RAISED.search(last):
        return "", []
    if _CONCERNS.search(last):
        return ("priority" if re.search(r"\bpriorit", last, re.I) else "concern"), []
    if _LIKE_CONCERNS.search(last) and last.endswith(":"):
        return "concern", [f"its list is called «{last[-80:]}», not concerns"]
    if _EVIDENCE.search(last) and last.endswith(":"):
        return "concern", [f"its list is called «{last[-80:]}», not concerns"]
    return "", []


def _dated(lines: Sequence[Line]) -> Days | None:
    """The day of the letter: a line that is little but a day, before the greeting or at the end."""
    greeting = next(
        (place for place, line in enumerate(lines) if _GREETING.match(bare(line.text))), 40
    )
    for line in [*lines[:greeting], *lines[greeting + 1 :][::-1][:12]]:
        text = bare(line.text)
        days = days_in(text)
        if days is None or days.precision != "day" or not days.is_one:
            continue
        rest = _DATED.sub("", text.replace(days.text, " ")).strip(" ,.;:()")
        if len(rest) < 60 and not re.search(
            r"\b(?:inspect\w*|visit\w*|publish\w*|protocol|between|held)\b", rest, re.IGNORECASE
        ):
            return days
    return None


def _addressee(lines: Sequence[Line]) -> str:
    """The office that the letter is to, as its address has it; else whom it greets."""
    texts = [bare(line.text) for line in lines[:50]]
    greeted = next((match["who"] for text in texts if (match := _GREETING.match(text))), "")
    for text in texts:
        if _GREETING.match(text):
            break
        if _OFFICE.search(text) and len(text) < 160:
            # The day of the letter may stand beside the address.
            days = days_in(text)
            return text.replace(days.text, "").strip(" ,") if days else text
    return greeted


def _parts(passages: Sequence[Passage]) -> tuple[list[Passage], list[Passage]]:
    """The letter between its greeting and its close, and what is annexed to it."""
    start = next(
        (
            place + 1
            for place, passage in enumerate(passages)
            if _GREETING.match(passage.block.text)
        ),
        None,
    )
    if start is None:
        # Without a greeting it begins with its first sentence.
        start = next(
            (
                place
                for place, passage in enumerate(passages)
                if len(passage.block.text) > 80 and passage.block.text.endswith((".", ":"))
            ),
            0,
        )
    end = next(
        (
            place
            for place, passage in enumerate(passages)
            if place >= start and _CLOSES.match(passage.block.text)
        ),
        len(passages),
    )
    annex = next(
        (
            place
            for place, passage in enumerate(passages)
            if place > end and _ANNEX.match(passage.block.text)
        ),
        len(passages),
    )
    return list(passages[start:end]), list(passages[annex:])
