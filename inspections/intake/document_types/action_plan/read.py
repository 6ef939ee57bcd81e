"""From an action plan to the responses that it gives."""

import re
from collections import Counter
from dataclasses import replace

from inspections.intake.comparisons import (
    Comparison,
    in_order,
    missing_from,
    numbered,
    of_problem,
)
from inspections.intake.document_types.action_plan.tables import (
    PlanAction,
    PlanRow,
    PlanTable,
    answer_in,
    read_table,
)
from inspections.intake.document_types.report.brackets import without_addressees
from inspections.intake.drafting import Draft
from inspections.intake.grammar import Days, day_of_cell, days_in
from inspections.intake.grammar.published import PLAN, REPORT
from inspections.intake.reading import Reading
from inspections.intake.text.layout import Layout
from inspections.intake.text.lines import Line, NotAReportError, Source
from inspections.intake.text.model import Remark
from inspections.intake.text.names import (
    Establishment,
    establishments_in,
    without_what_ends_a_title,
)
from inspections.intake.text.patterns import bare
from inspections.intake.text.vocabulary import plain, responses, slug

_SUBMITTED = re.compile(
    r"\baction plan (?:submitted|published|date)\b|\bsubmitted\b", re.IGNORECASE
)
_PUBLISHED = re.compile(r"\breport published\b|\bpublished\b", re.IGNORECASE)
_TOTAL = re.compile(r"^(?:total )?(?P<answer>[A-Za-z ]+?)\s*[:=–-]?\s*(?P<count>\d{1,3})$")
_OWN_REFERENCE = re.compile(r"\s*[(\[](?P<reference>S\d{1,3}|\d{1,2}\.\d{1,3})[)\]]\.?\s*$")
ACTION_PLANNED = "action_planned"
# In letters. What is shorter says little of what is done.
_SHORTEST_ACTION = 30


def read_action_plan(source: Source) -> Reading:
    """Read an action plan.

    Args:
        source: The file as read.

    Raises:
        NotAReportError: It names no establishment, or no row of its table could be read.
    """
    table = read_table(source)
    establishments = _establishments(table.outside or source.lines)
    if not establishments:
        raise NotAReportError(
            f"{source.name} is an action plan that names no establishment; expected such as «HMP"
            " …» below its title."
        )
    if not table.rows:
        raise NotAReportError(
            f"{source.name} is an action plan of whose table no row could be read: expected a"
            " number, the recommendation, «Agreed», «Partly Agreed» or «Not Agreed», the action,"
            " who is responsible and the target date."
        )
    plan = _Plan(source, table, establishments)
    plan.made()
    blocks = [row.block for row in table.rows] + table.lost
    return Reading(
        "action_plan",
        source,
        Layout(blocks, [], [], 0),
        plan.proposal,
        plan.comparisons(),
        establishments[0].full_name,
        plan.days.text if plan.days else "",
        plan.submitted,
        text=plan.text() if table.is_of_cells else None,
    )


def _establishments(lines: list[Line]) -> list[Establishment]:
    """The establishments that the lines above the table name, each once."""
    found: dict[str, Establishment] = {}
    for line in lines[:60]:
        text = bare(line.text)
        if len(text) > 160:
            continue
        for each in establishments_in(without_what_ends_a_title(text)).establishments:
            found.setdefault(plain(each.name), each)
    return list(found.values())


class _Plan(Draft):
    def __init__(
        self, source: Source, table: PlanTable, establishments: list[Establishment]
    ) -> None:
        self.source = source
        self.table = table
        self.establishments = establishments
        first = establishments[0]
        self.days, self.published, self.submitted = self._dates()
        when = self.submitted or self.published or self.days
        super().__init__(
            slug(first.name),
            f"{slug(first.full_name)}-action-plan" + (f"-{when.end:%Y-%m}" if when else ""),
        )
        year = self.days.end.year if self.days else "unknown"
        self.visit = f"{self.establishment}-{year}"
        self.unread_targets: list[str] = []
        self.without_target: list[str] = []
        self.responses: Counter[str] = Counter()
        self.has_answers = any(row.answer for row in table.rows)

    def _dates(self) -> tuple[Days | None, Days | None, Days | None]:
        """The days of the inspection, of the report's publication and of the plan."""
        days = published = submitted = None
        held = ""
        for line in self.table.outside or self.source.lines[:80]:
            text = bare(line.text)
            if not text or len(text) > 200:
                continue
            found = days_in(text)
            if found is None or found.precision == "year":
                # A label may stand on the line above its date.
                held = text if found is None else ""
                continue
            words = f"{held} {text}"
            if _SUBMITTED.search(words):
                submitted = submitted or found
            elif _PUBLISHED.search(words):
                published = published or found
            elif found.precision == "day":
                days = days or found
            held = ""
        return days, published, submitted

    def made(self) -> None:
        """Propose the responses."""
        self.other_documents(self.source.lines)
        first = self.establishments[0]
        self.proposal.document = {
            "document_id": self.document,
            "title": f"Action plan in response to the inspection of {first.full_name}"
            + (f", {self.days.text}" if self.days else ""),
            "body": "",
            "file": f"{self.document}.txt",
            "source_address": "",
            "licence": "",
            # Only English is read.
            "language": "en",
            # Texts are taken over as they stand.
            "wording": "verbatim",
        }
        if len(self.establishments) > 1:
            names = ", ".join(each.full_name for each in self.establishments)
            self.problem(
                0,
                "title",
                self.document,
                "",
                f"The plan names {len(self.establishments)} establishments: {names}. The rows are"
                " those of the first; if it answers another's inspection, put that one's id.",
            )
        if self.days is None:
            self.problem(
                0,
                "days",
                self.document,
                "",
                "The plan does not give the days of the inspection that it answers in words that"
                f" are known; the rows call it {self.visit}. Put its year there.",
            )
        if self.submitted is None:
            self.problem(
                2,
                "days",
                self.document,
                "",
                "The plan does not say when it was submitted; the responses have no day, and are"
                " not part of any answer about one.",
            )
        seen: Counter[str] = Counter()
        self.proposal.mentioned_visits[self.visit] = (self.establishment, self.days)
        self.proposal.mentioned_establishments[self.establishment] = first.full_name
        self._publications()
        for row in self.table.rows:
            self._response(row, seen)
        self._ask_about_targets()
        for block in self.table.lost:
            self.problem(
                3,
                "table",
                self.document,
                "",
                f"A piece of the table belongs to no row: «{block.text[:120]}»",
            )

    def _publications(self) -> None:
        """Propose the plan as published, and the report that it answers where it says when."""
        front = [
            replace(line, text=bare(line.text))
            for line in self.table.outside or self.source.lines[:80]
            if line.text
        ]
        doubts = [] if self.days else ["the plan does not give the days of the inspection"]
        title = self.proposal.document["title"]
        self.publication(self.visit, title, self.days, front, PLAN, "action_plan", True, doubts)
        self.publication(self.visit, "", self.days, front, REPORT, "report", False, doubts)

    def _response(self, row: PlanRow, seen: Counter[str]) -> None:
        own = _OWN_REFERENCE.search(row.text)
        reference = own["reference"] if own else row.reference
        text = without_addressees(row.text[: own.start()].strip() if own else row.text)
        recommendation_id = f"{self.visit}-{reference}"
        seen[recommendation_id] += 1
        doubts = list(row.doubts) + list(row.block.doubts)
        if seen[recommendation_id] > 1:
            self.problem(
                2,
                "reference",
                recommendation_id,
                row.reference,
                f"The plan answers {reference} twice; both rows are proposed.",
            )
        answer, rest = answer_in(row.answer)
        code = responses().get(plain(answer), "")
        if row.answer and (not code or rest):
            self.problem(
                1,
                "response",
                recommendation_id,
                row.reference,
                f"«{row.answer[:80]}» is no answer that is known; add it to seeds/responses.csv, or"
                " correct the row.",
            )
        if not row.answer and self.has_answers:
            self.problem(
                1,
                "response",
                recommendation_id,
                row.reference,
                f"{reference} has no answer, as others have: «{row.block.text[:100]}»",
            )
            return
        if row.answer and not code:
            return
        self.proposal.mentioned[recommendation_id] = text
        for action in row.actions:
            self._action(row, action, reference, code, doubts, rest)

    def _action(
        self,
        row: PlanRow,
        action: PlanAction,
        reference: str,
        code: str,
        doubts: list[str],
        rest: str,
    ) -> None:
        """Propose one action of an answer, with its owner and its target date."""
        recommendation_id = f"{self.visit}-{reference}"
        target, doubt = day_of_cell(action.target)
        if doubt:
            doubts = [*doubts, f"the target date {doubt}"]
            if target is None:
                self.unread_targets.append(f"{row.reference} {doubt}")
        if not action.target and code != "not_agreed":
            self.without_target.append(row.reference)
        said = " ".join(
            part
            for part in (
                action.action or rest,
                f"Responsible: {action.owner.rstrip('.')}." if action.owner else "",
                f"Target date: {action.target.rstrip('.')}." if action.target else "",
            )
            if part
        )
        if not said:
            self.problem(
                1,
                "table",
                recommendation_id,
                row.reference,
                f"{reference} has no action, owner or date that could be read; it gives no row:"
                f" «{row.block.text[:100]}»",
            )
            return
        if sum(letter.isalnum() for letter in action.action or rest) < _SHORTEST_ACTION:
            doubts = [*doubts, Remark("its action has few words and may be incomplete")]
        self.responses[recommendation_id] += 1
        number = self.responses[recommendation_id]
        self.add(
            "responses_received",
            f"{recommendation_id}-response-in-{self.document}"
            + (f"-{number}" if number > 1 else ""),
            self.submitted,
            row.reference if not row.reference.isdigit() else "",
            row.block,
            f"{row.answer or 'no answer, but actions'}: {said[:300]}",
            doubts,
            recommendation_id=recommendation_id,
            response=code or ACTION_PLANNED,
            target_on=target.start.isoformat() if target else "",
            target_precision=target.precision if target else "",
            text=said,
        )

    def _ask_about_targets(self) -> None:
        """Ask once about all target dates that were not read, and once about those not found."""
        for places, rank, what in (
            (
                self.unread_targets,
                4,
                "Target dates that cannot be read whole are left empty; fill in target_on and"
                " target_precision, or leave them so",
            ),
            (self.without_target, 6, "No target date could be told from the action in"),
        ):
            if places:
                self.problem(
                    rank, "target date", self.document, "", f"{what}: {'; '.join(places)}."
                )

    def comparisons(self) -> list[Comparison]:
        """Compares the plan's own statements with its rows."""
        found: list[Comparison] = []
        answers = Counter(plain(answer_in(row.answer)[0]) for row in self.table.rows)
        for line in self.table.outside:
            match = _TOTAL.match(bare(line.text))
            if match is None:
                continue
            word = plain(match["answer"])
            is_all = re.fullmatch(r"(?:number of )?(?:recommendations|concerns|total)", word)
            if word not in responses() and not is_all:
                continue
            counted = len(self.table.rows) if is_all else answers[word]
            stated = int(match["count"])
            found.append(
                Comparison(
                    "total",
                    match["answer"].strip(),
                    "",
                    str(stated),
                    str(counted),
                    stated == counted,
                    stated != counted,
                    ""
                    if stated == counted
                    else f"The plan states {stated} for «{match['answer'].strip()}», {counted} were"
                    " read.",
                    2,
                )
            )
        found += self._numbering()
        found += [of_problem(problem) for problem in self.proposal.problems]
        return in_order(found)

    def _numbering(self) -> list[Comparison]:
        """Gaps in whole numbers and in those of one section: rows that were lost on the way."""
        found = []
        series: dict[str, list[int]] = {}
        for row in self.table.rows:
            head, _, tail = row.reference.rpartition(".")
            # Numbers of the plan's own run on; those of the report's paragraphs do not.
            is_own = row.reference.isdigit() or head == "5"
            if is_own and all(o.reference.rpartition(".")[0] == head for o in self.table.rows):
                series.setdefault(head, []).append(int(tail))
        for head, numbers in series.items():
            name = f"{head}." if head else ""
            listed = missing_from(numbers, name)
            lost = f"Row {listed} of the table not found; the text may have lost it."
            found.append(numbered(name, numbers, lost if listed else ""))
        return found

    def text(self) -> str:
        """The plan as text, a row's cells one after another."""
        parts = [line.text for line in self.table.outside if line.text]
        for row in self.table.rows:
            parts.append(f"{row.reference} {row.text}")
            parts.append(row.answer)
            for action in row.actions:
                parts += [action.action, action.owner, action.target]
        return "\n\n".join(part for part in parts if part) + "\n"
