"""Write an event log of any size, in the shapes that real ones have.

Over 500 lines: a method an event type, which all draw from one row of random numbers.

Everything in it is invented: no prison, visit, report, judgement or sentence of it exists, and
every id says so (``…-invented…``). Sizes and intervals are guesses at what inspectorates publish;
nothing may be learnt from them about real prisons.

A log is made of cycles. A cycle is one inspection of one prison and what follows from it: the
report with its outcomes, concerns, recommendations and numbered paragraphs, recorded in one
batch; the answers months later, some twice on one day; then a review of progress with judgements
of up to 15 recommendations and of Ofsted's themes, or a follow-up of them all on its own scale.
Some rows are recorded years after. One in fifty is a correction (of a code, a day, or of the
recommendation that was meant), one in a hundred a retraction, some of them of recommendations,
concerns and whole visits with all that hangs on them, and some of those are lifted again.

The same number and seed give the same bytes, however many processes write them: each cycle has a
random source of its own. Cycles go round the prisons inspection by inspection, so that what
belongs together lies scattered in the files, roughly in the order of time, as in a log that grew.

Judgements are restated, and their totals stated, only where nothing alters them: the log is
sound, and a fault found in it is the finder's.

    python benchmarks/generate_events.py --events 1000000 --seed 1 --out DIR
"""

import argparse
import csv
import random
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import count, islice
from pathlib import Path

from inspections.log.declaration import event_types
from inspections.settings import PROJECT

ROUNDS = 8
ROWS_A_PRISON = 1200
BLOCK = 64
CORRECTED = 0.02
RETRACTED = 0.01
LIFTED = 0.35

_FIRST = date(2000, 1, 1)
_DAYS = [(_FIRST + timedelta(days)).isoformat() for days in range(9832)]
_INDEX = {day: place for place, day in enumerate(_DAYS)}
_TIMES = [f"T{m // 60:02}:{m % 60:02}:{m * 7 % 60:02}Z" for m in range(1440)]
_LOG_OPENS = _INDEX["2005-01-03"]
_LAST_ORIGINAL = _INDEX["2026-10-30"]
_SCORES_PAUSE = (_INDEX["2020-04-01"], _INDEX["2021-04-01"])

_TESTS_FOURTH = (
    (_INDEX["2017-09-01"], "resettlement"),
    (_INDEX["2023-05-01"], "rehabilitation_and_release_planning"),
    (len(_DAYS), "preparation_for_release"),
)
_OUTCOMES = ("poor", "not_sufficiently_good", "reasonably_good", "good")
_RESPONSES = ("agreed",) * 12 + ("partly_agreed",) * 5 + ("not_agreed",) * 3
_JUDGEMENTS = {
    "hmip_progress": ("no_meaningful_progress",)
    + ("insufficient_progress",) * 3
    + ("reasonable_progress",) * 4
    + ("good_progress",) * 2,
    "ofsted_progress": ("insufficient_progress",) * 3
    + ("reasonable_progress",) * 5
    + ("significant_progress",),
    "hmip_follow_up": ("not_achieved",) * 4
    + ("partially_achieved",) * 2
    + ("achieved",) * 3
    + ("no_longer_relevant",),
}
_REPORTED = ("on track", "completed", "delayed", "closed by the prison")
_MEASURES = (
    ("population", "prisoners"),
    ("incidents_on_camera", "percent"),
    ("prisoners_in_work", "percent"),
    ("assaults_in_six_months", "incidents"),
    ("staff_vacancies", "percent"),
)

Row = tuple[str, str]


@dataclass
class Cycle:
    """Events of one inspection cycle.

    Attributes:
        rows: Pairs of event type and CSV line; whatever a line names stands before it.
        documents: Lines of ``documents.csv``.
    """

    rows: list[Row] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)


@cache
def _areas() -> tuple[str, ...]:
    """The areas that are in use in every year, from the reference seed."""
    with (PROJECT / "seeds" / "areas.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            row["area"]
            for row in csv.DictReader(stream)
            if row["test_group"] and not row["used_from_year"] and not row["used_to_year"]
        )


@cache
def _sentences() -> tuple[str, ...]:
    """Some two thousand sentences, escaped for CSV, to make texts of."""
    who = (
        "Leaders",
        "Managers",
        "Staff on the wings",
        "The “purposeful activity” team",
        "Partners",
    )
    verb = (
        "had not yet put in place",
        "relied on",
        "were improving",
        "did not oversee",
        "reviewed",
    )
    what = (
        "a plan to reduce violence, which had risen",
        "the use of force, including body-worn cameras",
        "support in the early days – above all on the first night",
        "education, skills and work for most prisoners",
        'what they called ""key work""',
        "the needs of prisoners held far from home",
        "health care, which waited on recruitment",
        "preparation for release, housing and employment",
    )
    how = (
        "and the invented data did not show an effect.",
        "but outcomes in this invented prison remained uneven, as they had been before.",
        "so that too few prisoners benefited.",
        "in line with the invented action plan.",
        "although records were incomplete; some were missing.",
        "without enough attention to what prisoners’ own accounts said about it.",
        "since the previous inspection.",
        "and this needed to be sustained over the coming months and years.",
        "for reasons that nobody could explain.",
        "which was an improvement.",
    )
    return tuple(f"{a} {b} {c} {d}" for a in who for b in verb for c in what for d in how)


def cycle(seed: int, prison: int, turn: int) -> Cycle:
    """Make one cycle.

    Args:
        seed: The log's seed.
        prison: The prison's number.
        turn: Which of the prison's inspections it is.

    Returns:
        The cycle, every prefix of whose rows is sound after the prison's earlier cycles.
    """
    return _CycleWriter(seed, prison, turn).write()


class _CycleWriter:
    """Writes one cycle; lines are joined as text, since a csv writer takes four times as long."""

    def __init__(self, seed: int, prison: int, turn: int) -> None:
        self._own = random.Random(f"{seed}/{prison}")  # the prison's nature, the same each turn
        self._random = random.Random(f"{seed}/{prison}/{turn}")
        self._draw = self._random.random
        self._turn = turn
        # First what tells prisons apart, as in the names of real ones: DuckDB's statistics keep
        # eight bytes of a text.
        self._establishment = f"{prison:05}-invented"
        self._cycle = Cycle()
        self._rows = self._cycle.rows
        self._texts = _sentences()
        self._areas = _areas()

        size = self._own.random()
        # A few large prisons, and many small ones.
        self._size = 3.0 if size < 0.04 else 1.3 if size < 0.3 else 0.8
        self._level = 1 if self._own.random() < 0.5 else 2
        self._is_young = self._own.random() < 0.06
        self._first_visit = int(self._own.random() * 1100)
        self._opened = 1850 + int(self._own.random() * 150)

    # Small choices -------------------------------------------------------------------------

    def _below(self, bound: int) -> int:
        return int(self._draw() * bound)

    def _text(self, sentences: int) -> str:
        """A quoted text; some sentences drawn apart make nearly every text a new one."""
        texts, draw = self._texts, self._draw
        if sentences > 4:
            start = int(draw() * (len(texts) - sentences))
            more = " ".join(texts[start : start + sentences])
            return f'"{texts[int(draw() * len(texts))]} {more}"'
        return '"' + " ".join([texts[int(draw() * len(texts))] for _ in range(sentences)]) + '"'

    def _batch(self, day: int, weeks: int) -> str:
        """The instant at which all of a report is recorded, some weeks after the visit.

        What is older than the log was entered in its first months, the oldest first.
        """
        recorded = max(day + 7 + self._below(weeks * 7), _LOG_OPENS + day // 9)
        return self._instant(recorded)

    def _instant(self, day: int) -> str:
        return _DAYS[min(day, _LAST_ORIGINAL)] + _TIMES[self._below(1440)]

    def _recorded(self, batch: str) -> str:
        """Nearly always the batch's own instant; some rows come years late."""
        if self._draw() < 0.04:
            return self._instant(_INDEX[batch[:10]] + 200 + self._below(2500))
        return batch

    def _when(self, day: int, precision: str) -> str:
        """``occurred_on,occurred_precision``."""
        if precision == "day":
            return f"{_DAYS[day]},day"
        if precision == "month":
            return f"{_DAYS[day][:7]}-01,month"
        if precision == "year":
            return f"{_DAYS[day][:4]}-01-01,year"
        return ",unknown"

    def _when_answered(self, day: int) -> str:
        chance = self._draw()
        return self._when(
            day,
            "day"
            if chance < 0.9
            else "month"
            if chance < 0.98
            else "year"
            if chance < 0.99
            else "unknown",
        )

    # The parts of a cycle ------------------------------------------------------------------

    def write(self) -> Cycle:
        day = self._first_visit + self._turn * 1080 + self._below(200)
        is_paused = _SCORES_PAUSE[0] <= day < _SCORES_PAUSE[1]
        chance = self._draw()
        precision = "day" if chance < 0.88 else "month" if chance < 0.98 else "year"
        visit = f"{self._establishment}-r{self._turn + 1:02}"
        self._describe(day)
        recommendations, made_on = self._inspect(visit, day, precision, is_paused)
        self._answer(visit, recommendations, made_on)
        if not is_paused:
            if self._draw() < 0.75:
                self._review(visit, recommendations, day)
            else:
                self._follow_up(visit, recommendations, day)
        self._change_minds()
        return self._cycle

    def _describe(self, day: int) -> None:
        """The first description holds from 2000 on; later ones come with some inspections."""
        if self._turn and self._draw() > 0.4:
            return
        when = self._when(day, "day") if self._turn else "2000-01-01,year"
        recorded = self._batch(day, 20) if self._turn else "2005-01-03T09:00:00Z"
        kind = "young offender institution" if self._is_young else "prison"
        document = f"{self._establishment}-r{self._turn + 1:02}-report"
        self._rows.append(
            (
                "establishments_described",
                f"{document}-described,{when},{recorded},{document},1.1,,{self._establishment},"
                f"Invented {self._establishment.removesuffix('-invented')},{kind},"
                f'"receives and trains prisoners, by invented rules",{"BCD"[self._below(3)]},'
                f"{('public', 'private')[self._below(2)]},Region {self._below(12) + 1},"
                f"{self._opened}",
            )
        )

    def _document(self, document: str, title: str) -> None:
        self._cycle.documents.append(f"{document},{title} (invented),hmip,,,")

    def _visit(
        self, visit: str, kind: str, day: int, length: int, precision: str, batch: str,
        follows: str,
    ) -> None:  # fmt: skip
        document = f"{visit}-report"
        self._document(document, f"Report on {visit}")
        days = f"{_DAYS[day]},{_DAYS[day + length - 1]}" if precision == "day" else ","
        is_announced = "true" if kind == "independent_review_of_progress" else "false"
        self._rows.append(
            (
                "visits_held",
                f"{visit}-held,{self._when(day, precision)},{batch},{document},1.1,,"
                f"{visit},{self._establishment},{kind},{days},{is_announced},hmip|ofsted,{follows}",
            )
        )
        published = day + 60 + self._below(60)
        is_known = self._draw() < 0.7
        when = f"{_DAYS[published]},day" if is_known else ",unknown"
        self._rows.append(
            (
                "reports_published",
                f"{visit}-published,{when},{batch},{document},,,{visit},"
                f"Report on {visit} (invented),{_DAYS[published] if is_known else ''}",
            )
        )

    def _inspect(
        self, visit: str, day: int, precision: str, is_paused: bool
    ) -> tuple[list[tuple[str, str, str]], int]:
        """The inspection and its report; returns (id, body, reference) of what it recommends."""
        draw, rows, areas = self._draw, self._rows, self._areas
        document = f"{visit}-report"
        batch = self._batch(day, 20)
        kind = "scrutiny_visit" if is_paused else "full_inspection"
        self._visit(visit, kind, day, 10, precision, batch, "")
        last_day = day + 9
        when = self._when(last_day if precision == "day" else day, precision)

        if not is_paused:
            release = next(name for until, name in _TESTS_FOURTH if day < until)
            second = "care" if self._is_young and _DAYS[day] >= "2018" else "respect"
            tests = ("safety", second, "purposeful_activity", release)
            for unit in ("", "open site") if self._size > 2 else ("",):
                for test in tests:
                    rank = max(0, min(3, self._level + (-1, 0, 0, 1)[int(draw() * 4)]))
                    rows.append(
                        (
                            "outcomes_judged",
                            f"{visit}{unit[:4]}-{test},{when},{self._recorded(batch)},{document},"
                            f"S1,,{visit},{unit},{test},{_OUTCOMES[rank]}",
                        )
                    )

        made = max(6, int((6 if is_paused else 22 + 20 * draw()) * self._size))
        concerns = made // 2
        concern_areas = [areas[int(draw() * len(areas))] for _ in range(concerns)]
        for number, area in enumerate(concern_areas, 1):
            rows.append(
                (
                    "concerns_raised",
                    f"{visit}-c{number}-raised,{when},{self._recorded(batch)},{document},"
                    f"1.{number},,{visit}-c{number},{visit},{area},"
                    f"{'true' if draw() < 0.3 else 'false'},"
                    f"{self._text(2 + int(draw() * 2))}",
                )
            )
        recommendations = []
        for number in range(1, made + 1):
            reference = f"1.{number}"
            recommendation = f"{visit}-{reference}"
            concern = (number - 1) % concerns
            # Ofsted's themes are the last four.
            is_theme = number > made - 4 and not is_paused
            repeated = ""
            if self._turn and number <= 5 and draw() < 0.4:
                repeated = f"{self._establishment}-r{self._turn:02}-{reference}"
            made_when = when if draw() < 0.997 else ",unknown"
            rows.append(
                (
                    "recommendations_made",
                    f"{recommendation}-made,{made_when},{self._recorded(batch)},{document},"
                    f"{reference},,{recommendation},{visit},{visit}-c{concern + 1},"
                    f"{'theme,ofsted' if is_theme else 'recommendation,hmip'},"
                    f"{concern_areas[concern]},{reference},{self._text(1)},{repeated}",
                )
            )
            body = "ofsted" if is_theme else "hmip"
            recommendations.append((recommendation, body, reference))

        self._paragraphs(visit, when, batch, int(made * (1.2 + draw())), recommendations)
        for number in range(int(draw() * 5)):
            rows.append(
                (
                    "practice_noted",
                    f"{visit}-p{number},{when},{batch},{document},2.{number + 1},,{visit},"
                    f"{areas[int(draw() * len(areas))]},{self._text(2)}",
                )
            )
        self._figures(visit, when, batch, 3 + int(draw() * 6), recommendations)
        return recommendations, last_day

    def _paragraphs(
        self, visit: str, when: str, batch: str, paragraphs: int,
        recommendations: list[tuple[str, str, str]],
    ) -> None:  # fmt: skip
        draw, rows, areas = self._draw, self._rows, self._areas
        for number in range(1, paragraphs + 1):
            about = ""
            if draw() < 0.4:
                about = recommendations[int(draw() * len(recommendations))][0]
            # One paragraph in forty is a long one.
            sentences = 5 + int(draw() * 20) if draw() < 0.025 else 1 + int(draw() * 4)
            rows.append(
                (
                    "findings_recorded",
                    f"{visit}-f{number},{when},{self._recorded(batch)},{visit}-report,"
                    f"3.{number},,{visit},{areas[int(draw() * len(areas))]},{about},"
                    f"{self._text(sentences)}",
                )
            )

    def _figures(
        self, visit: str, when: str, batch: str, figures: int,
        recommendations: list[tuple[str, str, str]],
    ) -> None:  # fmt: skip
        draw = self._draw
        for number in range(1, figures + 1):
            measure, unit = _MEASURES[int(draw() * len(_MEASURES))]
            value = f"{draw() * 100:.1f}" if unit == "percent" else str(int(draw() * 1200))
            about = ""
            if draw() < 0.2:
                about = recommendations[int(draw() * len(recommendations))][0]
            self._rows.append(
                (
                    "figures_observed",
                    f"{visit}-n{number},{when},{batch},{visit}-report,3.{number},,"
                    f"{self._establishment},{visit},{about},{measure},{value},{unit}",
                )
            )

    def _answer(
        self, visit: str, recommendations: list[tuple[str, str, str]], made_on: int
    ) -> None:
        """The action plan, and what the prison says of its progress."""
        draw, rows = self._draw, self._rows
        plan = f"{visit}-plan"
        self._document(plan, f"Action plan for {visit}")
        day = made_on + 80 + self._below(60)
        batch = self._batch(day, 6)
        when = f"{_DAYS[day]},day"
        target = _DAYS[day + 100 + self._below(100)]
        for recommendation, _, reference in recommendations:
            if draw() < 0.06:
                continue  # nobody answered
            own_when = when if draw() < 0.9 else self._when_answered(day + int(draw() * 20))
            rows.append(
                (
                    "responses_received",
                    f"{recommendation}-answer,{own_when},{self._recorded(batch)},{plan},"
                    f"{reference},,{recommendation},{_RESPONSES[int(draw() * 20)]},"
                    f"{target if draw() < 0.8 else ''},{self._text(1)}",
                )
            )
            if draw() < 0.03:
                # A second answer on the same day; half of them in the same batch, where only
                # the event id says which is the later.
                second = batch if draw() < 0.5 else self._instant(_INDEX[batch[:10]] + 30)
                rows.append(
                    (
                        "responses_received",
                        f"{recommendation}-answer-b,{when},{second},{plan},{reference},,"
                        f"{recommendation},{_RESPONSES[int(draw() * 20)]},,{self._text(1)}",
                    )
                )
        day += 60 + self._below(60)
        batch = self._batch(day, 6)
        when = f"{_DAYS[day]},day"
        for recommendation, _, reference in recommendations:
            if draw() < 0.3:
                rows.append(
                    (
                        "progress_reported",
                        f"{recommendation}-reported,{when},{self._recorded(batch)},{plan},"
                        f"{reference},,{recommendation},"
                        f"{_REPORTED[int(draw() * 4)]},{self._text(1 + int(draw() * 2))}",
                    )
                )

    def _judge(
        self, visit: str, judged: list[tuple[str, str, str]], scales: dict[str, str], day: int,
        batch: str,
    ) -> None:  # fmt: skip
        draw, rows = self._draw, self._rows
        for recommendation, body, reference in judged:
            scale = scales[body]
            judgement = _JUDGEMENTS[scale][int(draw() * len(_JUDGEMENTS[scale]))]
            when = f"{_DAYS[day]},day" if draw() < 0.99 else self._when_answered(day)
            name = f"{visit}-on-{reference}"
            rows.append(
                (
                    "progress_judged",
                    f"{name},{when},{self._recorded(batch)},{visit}-report,3.{reference[2:]},,"
                    f"{visit},{recommendation},{scale},{judgement}",
                )
            )

    def _review(
        self, inspection: str, recommendations: list[tuple[str, str, str]], day: int
    ) -> None:
        """Three days, 8 to 12 months later: up to 15 recommendations, and Ofsted's themes."""
        visit = f"{inspection}-irp"
        day += 270 + self._below(70)
        batch = self._batch(day + 2, 10)
        self._visit(
            visit, "independent_review_of_progress", day, 3, "day", batch, inspection
        )  # fmt: skip
        of_hmip = [one for one in recommendations if one[1] == "hmip"]
        chosen = self._random.sample(of_hmip, min(len(of_hmip), 7 + self._below(9)))
        judged = chosen + [one for one in recommendations if one[1] == "ofsted"]
        scales = {"hmip": "hmip_progress", "ofsted": "ofsted_progress"}
        self._judge(visit, judged, scales, day + 2, batch)
        when = f"{_DAYS[day + 2]},day"
        self._paragraphs(visit, when, batch, len(judged) + self._below(8), judged)
        self._figures(visit, when, batch, self._below(5), judged)

    def _follow_up(
        self, inspection: str, recommendations: list[tuple[str, str, str]], day: int
    ) -> None:
        """Follows up everything that was recommended, on the scale of its own."""
        visit = f"{inspection}-follow-up"
        day += 500 + self._below(250)
        batch = self._batch(day + 4, 16)
        self._visit(visit, "follow_up_inspection", day, 5, "day", batch, inspection)
        of_hmip = [one for one in recommendations if one[1] == "hmip"]
        self._judge(visit, of_hmip, {"hmip": "hmip_follow_up"}, day + 4, batch)
        self._paragraphs(visit, f"{_DAYS[day + 4]},day", batch, 5, of_hmip)

    # Second thoughts -----------------------------------------------------------------------

    def _change_minds(self) -> None:
        draw, rows = self._draw, self._rows
        originals = len(rows)
        altered: set[str] = set()  # what says something else now, or nothing
        uncounted: set[str] = set()  # what may no longer count where it did
        # The prison's first description carries the whole prison: it stays.
        first = 0 if self._turn else 1
        corrections = int(originals * CORRECTED / (1 - CORRECTED - RETRACTED) + draw())
        for number in range(corrections):
            event_type, line = rows[first + self._below(originals - first)]
            event_id, occurred, precision, recorded, document, paragraph, _, payload = line.split(
                ",", 7
            )
            altered.add(event_id)
            if precision == "day" and draw() < 0.2:
                # An erratum of the day, as often earlier as later.
                moved = _INDEX[occurred] + (-3, -1, 1, 2)[self._below(4)]
                moved_to = _DAYS[max(0, moved)]
                if event_type == "reports_published":
                    # The row says its day twice.
                    payload = payload.removesuffix(occurred) + moved_to
                occurred = moved_to
            else:
                payload, of = self._corrected(event_type, payload)
                altered.add(of)
                if of:
                    uncounted.add(event_id)
            later = self._instant(_INDEX[recorded[:10]] + self._below(900))
            later = max(later, f"{recorded[:11]}23:59:59Z")
            rows.append(
                (
                    event_type,
                    f"{event_id}-corrected-{number},{occurred},{precision},{later},{document},"
                    f"{paragraph},{event_id},{payload}",
                )
            )

        taken_back = []
        retractions = int(originals * RETRACTED / (1 - CORRECTED - RETRACTED) + draw())
        with_corrections = len(rows)
        for number in range(retractions):
            chance = draw()
            if chance < 0.025:
                wanted: tuple[str, ...] = ("visits_held",)
            elif chance < 0.2:
                wanted = ("recommendations_made", "concerns_raised")
            else:
                wanted = ()
            candidates = range(originals if wanted else with_corrections)
            line = ""
            while not line:
                event_type, line = rows[first + self._below(len(candidates) - first)]
                if wanted and event_type not in wanted:
                    line = ""
                elif not wanted and event_type == "visits_held" and ",full_inspection," in line:
                    line = ""  # whole inspections go only where they are meant to
            event_id, _, _, recorded, _ = line.split(",", 4)
            altered.add(event_id)
            uncounted.add(event_id)
            day = _INDEX[recorded[:10]] + 1 + self._below(700)
            taken_back.append((event_id, day, number))
            self._lift("events_retracted", event_id, day, f"retracted-{number}")
        for event_id, day, number in taken_back:
            if draw() < LIFTED:
                back = day + self._below(300)
                self._lift("events_reinstated", event_id, back, f"reinstated-{number}")
                if draw() < 0.1:
                    self._lift("events_retracted", event_id, back + 9, f"again-{number}")
        self._restate(originals, altered, uncounted)

    def _lift(self, event_type: str, event_id: str, day: int, name: str) -> None:
        day = min(day, _LAST_ORIGINAL + 14)
        self._rows.append(
            (
                event_type,
                f"{event_id}-{name},{_DAYS[day]},day,{_DAYS[day]}{_TIMES[self._below(1440)]},,,,"
                f'{event_id},"Entered by mistake, in this invented log."',
            )
        )

    def _corrected(self, event_type: str, payload: str) -> tuple[str, str]:
        """The payload put right, and the id of an event that this touches besides."""
        draw = self._draw
        if event_type == "outcomes_judged":
            head, outcome = payload.rsplit(",", 1)
            rank = _OUTCOMES.index(outcome)
            return f"{head},{_OUTCOMES[rank - 1 if rank > 1 else rank + 1]}", ""
        if event_type == "progress_judged":
            visit, recommendation, scale, judgement = payload.split(",")
            if draw() < 0.15:
                # It was said of another recommendation of the same body.
                inspection, reference = recommendation.rsplit("-", 1)
                number = int(reference[2:])
                if number > 2 and scale != "ofsted_progress":
                    other = f"1.{1 + self._below(number - 1)}"
                    return (
                        f"{visit},{inspection}-{other},{scale},{judgement}",
                        f"{visit}-on-{other}",
                    )
            return f"{visit},{recommendation},{scale},{self._other(_JUDGEMENTS[scale])}", ""
        if event_type == "responses_received":
            recommendation, _, rest = payload.split(",", 2)
            return f"{recommendation},{self._other(_RESPONSES)},{rest}", ""
        if event_type == "progress_reported":
            return payload.split(",", 1)[0] + ',completed,"Put right in this invented log."', ""
        if event_type in ("concerns_raised", "findings_recorded", "practice_noted"):
            return f'{payload[:-1]} Put right."', ""
        if event_type == "figures_observed":
            head, value, unit = payload.rsplit(",", 2)
            return f"{head},{float(value) / 2:.1f},{unit}", ""
        return payload, ""

    def _other(self, codes: tuple[str, ...]) -> str:
        return codes[int(self._draw() * len(codes))]

    def _restate(self, originals: int, altered: set[str], uncounted: set[str]) -> None:
        """Restatements of half of a report's judgements, and totals per scale.

        Whatever a second thought touches is left out, and so is the total of its visit.
        """
        counted: dict[tuple[str, str, str], int] = {}
        shaken = set()
        for event_type, line in self._rows[:originals]:
            if event_type != "progress_judged":
                continue
            event_id, when, precision, recorded, document, _, _, payload = line.split(",", 7)
            visit, recommendation, scale, _ = payload.split(",")
            key = (visit, scale, f"{when},{precision},{recorded},{document}")
            key = next((known for known in counted if known[:2] == key[:2]), key)
            counted[key] = counted.get(key, 0) + 1
            if event_id in uncounted or f"{recommendation}-made" in uncounted:
                shaken.add(visit)
            elif event_id not in altered and self._draw() < 0.5:
                self._rows.append(
                    (
                        "progress_restated",
                        f"{event_id}-restated,{when},{precision},{recorded},{document},S4,,"
                        f"{payload}",
                    )
                )
        if any(one.endswith(("-held", "-raised")) for one in uncounted):
            return
        for (visit, scale, envelope), judgements in counted.items():
            if visit not in shaken:
                self._rows.append(
                    (
                        "totals_stated",
                        f"{visit}-total-{scale},{envelope},1.4,,{visit},{scale},,exactly,"
                        f"{judgements}",
                    )
                )


# Writing -----------------------------------------------------------------------------------------


def _places(events: int) -> Iterator[tuple[int, int]]:
    """(prison, turn) of every cycle in the order of the files, without end."""
    prisons = max(3, events // ROWS_A_PRISON)
    for wave in count():
        for turn in range(ROUNDS):
            for prison in range(wave * prisons, (wave + 1) * prisons):
                yield prison, turn


def _block(
    seed: int, places: list[tuple[int, int]], limit: int | None = None
) -> tuple[int, dict[str, str]]:
    """Make some cycles, at most ``limit`` rows of them: their number and text by file."""
    lines: dict[str, list[str]] = {name: [] for name in (*event_types(), "documents")}
    rows = 0
    for prison, turn in places:
        made = cycle(seed, prison, turn)
        kept = made.rows if limit is None else made.rows[: limit - rows]
        rows += len(kept)
        lines["documents"] += made.documents
        for event_type, line in kept:
            lines[event_type].append(line)
        if limit is not None and rows == limit:
            break
    return rows, {name: "\n".join([*some, ""]) for name, some in lines.items() if some}


def _blocks(
    events: int, seed: int, workers: int
) -> Generator[tuple[list[tuple[int, int]], int, dict[str, str]], None, None]:
    """The blocks in order, made by one or several processes, few of them at a time."""
    places = _places(events)
    if workers == 1:
        while True:
            chosen = list(islice(places, BLOCK))
            yield chosen, *_block(seed, chosen)
    with ProcessPoolExecutor(workers) as pool:
        waiting: deque[tuple[list[tuple[int, int]], Future[tuple[int, dict[str, str]]]]] = deque()
        while True:
            while len(waiting) < 2 * workers:
                chosen = list(islice(places, BLOCK))
                waiting.append((chosen, pool.submit(_block, seed, chosen)))
            chosen, result = waiting.popleft()
            yield chosen, *result.result()


def generate(
    events: int,
    seed: int,
    out: Path,
    workers: int = 1,
    tell: Callable[[int], None] = lambda written: None,
) -> None:
    """Write a log of exactly so many events.

    Args:
        events: The number of rows over all event files.
        seed: Which of the logs of this size.
        out: The folder for ``<event type>.csv`` and ``documents.csv``; files of those names are
            replaced.
        workers: The number of processes; the bytes do not depend on it.
        tell: Called with the number of rows written so far.
    """
    out.mkdir(parents=True, exist_ok=True)
    # As in most logs, the columns that came later than their types are not there.
    headers = {name: ",".join(kind.first_columns) for name, kind in event_types().items()}
    headers["documents"] = "document_id,title,body,file,source_address,licence"
    streams = {
        name: (out / f"{name}.csv").open("w", encoding="utf-8", newline="") for name in headers
    }
    try:
        for name, stream in streams.items():
            stream.write(headers[name] + "\n")
        written = 0
        blocks = _blocks(events, seed, workers)
        while written < events:
            places, rows, texts = next(blocks)
            if rows > events - written:
                rows, texts = _block(seed, places, events - written)
            for name, text in texts.items():
                streams[name].write(text)
            written += rows
            tell(written)
        blocks.close()
    finally:
        for stream in streams.values():
            stream.close()


def main() -> None:
    """Read the command line and write the log."""
    parser = argparse.ArgumentParser(description="Write an invented event log of any size.")
    parser.add_argument("--events", type=int, default=1_000_000, help="rows over all event files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--workers", type=int, default=2, help="processes; same bytes with any")
    arguments = parser.parse_args()

    def tell(written: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{written:>12,} of {arguments.events:,} events", end="", file=sys.stderr)

    generate(arguments.events, arguments.seed, arguments.out, arguments.workers, tell)
    if sys.stderr.isatty():
        print(file=sys.stderr)


if __name__ == "__main__":
    main()
