"""The charts: drawn when the pages are made, with colours that the style sheet decides.

Charts of the overview are Altair's, rendered by vl-convert. A prison's own panels are laid out
here and drawn by a template: vl-convert takes 35 ms a chart, a minute and more for the two
thousand prisons that must be no trouble, and four lines over a few visits need no grammar.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from itertools import pairwise
from typing import Any, TypeVar

from markupsafe import Markup

# The library's colours are names for those of the style sheet, which has a light and a dark set.
_COLOURS = {
    "#a00001": "var(--rank-1)",
    "#a00002": "var(--rank-2)",
    "#a00003": "var(--rank-3)",
    "#a00004": "var(--rank-4)",
    "#a00005": "var(--rank-5)",
    "#b00001": "var(--level-1)",
    "#b00002": "var(--level-2)",
    "#b00003": "var(--level-3)",
    "#b00004": "var(--level-4)",
    "#b00005": "var(--level-5)",
    "#c00001": "var(--ink)",
    "#c00002": "var(--line)",
    "#c00003": "var(--paper)",
    "#c00004": "var(--edge)",
}
_NAMES = {colour[6:-1]: name for name, colour in _COLOURS.items()}
_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_WIDTH, _HEIGHT = 215, 130


# Drawn already, by what they were drawn of; and those of them that were asked for since.
_drawn: dict[str, Any] = {}
_asked: set[str] = set()
_Draw = TypeVar("_Draw", bound=Callable[..., Any])


def keep(drawn: Mapping[str, Any]) -> None:
    """Take over charts that an earlier process has drawn: drawing one takes 100 ms."""
    _drawn.update(drawn)
    _asked.clear()


def kept() -> dict[str, Any]:
    """The charts that were asked for since :func:`keep`, for a later process."""
    return {key: _drawn[key] for key in sorted(_asked)}


def _draws_once(draw: _Draw) -> _Draw:
    """Have a function draw the same chart once."""

    @wraps(draw)
    def drawn(*content: Any) -> Any:
        key = hashlib.blake2b(repr((draw.__name__, content)).encode(), digest_size=16).hexdigest()
        _asked.add(key)
        if key not in _drawn:
            _drawn[key] = draw(*content)
        found = _drawn[key]
        if isinstance(found, dict):
            return {name: Markup(chart) for name, chart in found.items()}
        return Markup(found)

    return drawn  # type: ignore[return-value]


def start_renderer() -> None:
    """Import the chart library and start what draws, which takes longer than a chart."""
    import altair as alt

    _svg(alt.Chart(_data([])).mark_bar(), "")


@_draws_once
def outcomes_by_year(
    counts: Sequence[Mapping[str, Any]], tests: Iterable[str], tones: Mapping[int, str]
) -> dict[str, Markup]:
    """Draw how many outcomes of each rank were judged per year, one chart per test.

    Args:
        counts: Rows of test_group, year, rank and count, of one scale.
        tests: The tests, a chart each.
        tones: The colours of the ranks, the lowest first.

    Returns:
        The charts by test; none where nothing was judged.
    """
    if not counts:
        return {}
    import altair as alt

    first = min(row["year"] for row in counts)
    last = max(row["year"] for row in counts)
    heights: dict[tuple[str, int], int] = {}
    for row in counts:
        key = (row["test_group"], row["year"])
        heights[key] = heights.get(key, 0) + row["count"]
    top = max(heights.values())
    step = max(1, -(-(last - first + 1) // 4))
    charts = {}
    for group in tests:
        own = [row for row in counts if row["test_group"] == group]
        chart = (
            alt.Chart(_data(own))
            .mark_bar(stroke="#c00003", strokeWidth=0.75)
            .encode(
                x=alt.X(
                    "year:O",
                    title=None,
                    scale=alt.Scale(domain=list(range(first, last + 1))),
                    axis=alt.Axis(
                        labelAngle=0,
                        values=list(range(first, last + 1, step)),
                        ticks=False,
                        labelPadding=6,
                    ),
                ),
                y=alt.Y(
                    "count:Q",
                    title=None,
                    scale=alt.Scale(domain=[0, top]),
                    axis=alt.Axis(tickCount=min(top, 4), format=",d", tickMinStep=1),
                ),
                color=alt.Color(
                    "rank:O",
                    legend=None,
                    scale=alt.Scale(
                        domain=list(tones), range=[_NAMES[tone] for tone in tones.values()]
                    ),
                ),
                # The lowest rank at the foot, the others upon it in their order.
                order=alt.Order("rank:Q"),
            )
            .properties(width=_WIDTH, height=_HEIGHT)
        )
        title = f"Outcomes a year, {first} to {last}, by rank; the figures are in the table"
        charts[group] = _svg(chart, title)
    return charts


@_draws_once
def shares_by_year(shares: Sequence[Mapping[str, Any]]) -> Markup:
    """Draw a published national share as a line, and the log's own with its cases as marks.

    Args:
        shares: Rows of reporting_year, national_percent, percent_in_log and outcomes_in_log.
    """
    import altair as alt

    years = [row["reporting_year"] for row in shares]
    across = alt.X(
        "reporting_year:O",
        title=None,
        scale=alt.Scale(domain=years),
        axis=alt.Axis(labelAngle=0, labelExpr="substring(datum.value, 0, 4)", ticks=False),
    )

    def percent(column: str) -> Any:
        return alt.Y(
            f"{column}:Q",
            title=None,
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[0, 25, 50, 75, 100], labelExpr="datum.value + ' %'"),
        )

    own = [row for row in shares if row["percent_in_log"] is not None]
    national = (
        alt.Chart(_data(shares))
        .mark_line(color="#c00004", strokeWidth=2)
        .encode(x=across, y=percent("national_percent"))
    )
    named = (
        alt.Chart(_data([{**shares[0], "label": "national"}]))
        .mark_text(align="left", dy=-12, color="#c00001", fontSize=12)
        .encode(x=across, y=percent("national_percent"), text="label:N")
    )
    marks = (
        alt.Chart(_data(own))
        .mark_point(filled=True, size=60, color="#c00001", opacity=1)
        .encode(x=across, y=percent("percent_in_log"))
    )
    cases = (
        alt.Chart(_data(own))
        .mark_text(dy=-11, color="#c00001", fontSize=11)
        .encode(x=across, y=percent("percent_in_log"), text="outcomes_in_log:Q")
    )
    chart = alt.layer(national, named, marks, cases).properties(width=620, height=200)
    return _svg(chart, "National share and the log's own, a year; the figures are in the table")


@_draws_once
def judgements_of_scale(levels: Sequence[Mapping[str, Any]], top: int) -> Markup:
    """Draw how often each level of one scale was given, the best at the head.

    Args:
        levels: Rows of label, rank, tone and count.
        top: The end of the axis.
    """
    import altair as alt

    ordered = sorted(levels, key=lambda level: level["rank"])
    colours = [_NAMES[level["tone"]] for level in ordered]
    base = alt.Chart(_data(ordered)).encode(
        y=alt.Y(
            "label:N",
            title=None,
            sort=[level["label"] for level in reversed(ordered)],
            axis=alt.Axis(ticks=False, domain=False, labelLimit=0, labelPadding=8, minExtent=185),
        ),
        x=alt.X("count:Q", title=None, axis=None, scale=alt.Scale(domain=[0, max(top, 1) * 1.12])),
    )
    bars = base.mark_bar(stroke="#c00004", strokeWidth=0.75, height={"band": 0.7}).encode(
        color=alt.Color(
            "rank:O",
            legend=None,
            scale=alt.Scale(domain=[level["rank"] for level in ordered], range=colours),
        )
    )
    figures = base.mark_text(align="left", dx=5, color="#c00001", fontSize=13).encode(
        text=alt.Text("count:Q", format=",d")
    )
    chart = alt.layer(bars, figures).properties(width=200, height=30 * len(ordered))
    return _svg(chart, "Judgements by level; the figures are in the table")


def _data(rows: Sequence[Mapping[str, Any]]) -> Any:
    import altair as alt

    return alt.Data(values=[dict(row) for row in rows])  # type: ignore[no-untyped-call]


def _svg(chart: Any, title: str) -> Markup:
    """Render a chart whose colours the style sheet decides."""
    import vl_convert

    themed = chart.configure(
        background="transparent",
        aria=False,
        font="system-ui, sans-serif",
        padding=2,
    )
    themed = themed.configure_axis(
        labelColor="#c00001",
        gridColor="#c00002",
        domainColor="#c00002",
        tickColor="#c00002",
        labelFontSize=12,
    ).configure_view(stroke=None)
    # Altair's own check of the whole grammar takes as long as drawing; a wrong chart fails there.
    drawn = vl_convert.vegalite_to_svg(themed.to_dict(validate=False))
    # One picture with one name, not a tree of symbols without any.
    drawn = _ROLES.sub("", drawn)
    for name, colour in _COLOURS.items():
        drawn = drawn.replace(f'"{name}"', f'"{colour}"')
    head, rest = drawn.split(">", 1)
    return Markup(head) + Markup(' role="img" aria-label="{}">').format(title) + Markup(rest)


@dataclass(frozen=True)
class Point:
    """One outcome in a panel."""

    x: float
    y: float
    rank: int
    tone: str
    words: str


@dataclass(frozen=True)
class Panel:
    """One test of one prison over its visits, on the ranks of its scale in their order."""

    name: str
    points: list[Point]
    years: list[tuple[float, int]]
    inspections: list[float]
    rows: list[tuple[int, int]]

    WIDTH = 280
    LEFT, RIGHT = 26, 264
    TOP, STEP = 16, 28

    @property
    def height(self) -> int:
        """Of the drawing, with the years below."""
        return self.TOP + self.STEP * (len(self.rows) - 1) + 32

    @property
    def runs(self) -> list[tuple[Point, Point, bool]]:
        """The lines between points, and whether an inspection between them is silent on it."""
        return [
            (one, other, any(one.x < x < other.x for x in self.inspections))
            for one, other in pairwise(self.points)
        ]


def panels(
    outcomes: Sequence[Mapping[str, Any]], tests: Mapping[str, str], tones: Mapping[int, str]
) -> list[Panel]:
    """Lay out a prison's tests over time, all on the same years.

    Args:
        outcomes: Rows of test_group, judged_on, outcome_rank and outcome_label, of one scale.
        tests: The names of the tests, in their order.
        tones: The colours of the scale's ranks, the lowest first.
    """
    dated = [row for row in outcomes if row["judged_on"] and row["outcome_rank"]]
    if not dated:
        return []
    first = min(row["judged_on"] for row in dated)
    last = max(row["judged_on"] for row in dated)
    rows = [
        (rank, Panel.TOP + Panel.STEP * place) for place, rank in enumerate(sorted(tones)[::-1])
    ]
    heights = dict(rows)

    def across(when: date) -> float:
        if first == last:
            return (Panel.LEFT + Panel.RIGHT) / 2
        # Half a mark's width free at both ends.
        left, right = Panel.LEFT + 14, Panel.RIGHT - 10
        share: float = (when - first).days / (last - first).days
        return left + share * (right - left)

    inspections = sorted({across(row["judged_on"]) for row in dated})
    years: list[tuple[float, int]] = []
    for when in sorted({row["judged_on"] for row in dated}):
        if not years or (across(when) - years[-1][0] >= 38 and when.year != years[-1][1]):
            years.append((across(when), when.year))
    made = []
    for group, name in tests.items():
        own = sorted(
            (row for row in dated if row["test_group"] == group), key=lambda row: row["judged_on"]
        )
        points = [
            Point(
                across(row["judged_on"]),
                heights[row["outcome_rank"]],
                row["outcome_rank"],
                tones[row["outcome_rank"]],
                f"{row['judged_on'].year}: {row['outcome_label']}",
            )
            for row in own
        ]
        made.append(Panel(name, points, years, inspections, rows))
    return made
