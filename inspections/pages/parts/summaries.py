"""Summaries of many rows, counted for tables and charts."""

from collections import defaultdict
from typing import Any

from inspections.pages import charts
from inspections.pages.contents import OutcomeScale, Prison, Publication, Visit


def units(publication: Publication, prison: Prison) -> list[dict[str, Any]]:
    """A prison's separately judged units, each on its scale, with panels and visits."""
    return [
        {
            "name": unit,
            "scale": scale,
            "panels": charts.panels(own, scale.tests, _tones(publication, scale)),
            "visits": [
                (visit, by_test)
                for visit in prison.visits
                if (by_test := _by_test(visit, unit, scale.scale))
            ],
        }
        for scale in publication.outcome_scales
        for unit in prison.units
        if (
            own := [
                row
                for row in prison.outcomes
                if row["unit"] == unit and row["scale"] == scale.scale
            ]
        )
    ]


def _by_test(visit: Visit, unit: str | None, scale: str) -> dict[str, Any]:
    return {
        row["test_group"]: row
        for row in visit.outcomes
        if row["unit"] == unit and row["scale"] == scale
    }


def _tones(publication: Publication, scale: OutcomeScale) -> dict[int, str]:
    return {rank: publication.tone(scale.scale, rank) for rank in scale.ranks}


def judged(publication: Publication, visits: list[Visit]) -> list[dict[str, Any]]:
    """Count judgements by level, scale by scale: no number is over two of them."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for visit in visits:
        for row in visit.judgements:
            counts[row["scale"]][row["judgement_code"]] += 1
    return [
        {
            "scale": scale,
            "levels": [
                {**level, "count": counts[scale][level["code"]]}
                for level in publication.levels_of(scale)
            ],
            "total": sum(counts[scale].values()),
            "reasonable": sum(
                counts[scale][level["code"]]
                for level in publication.levels_of(scale)
                if level["is_reasonable_or_better"]
            ),
        }
        # In the order of the reference data.
        for scale in publication.levels
        if scale in counts
    ]


def _outcomes(publication: Publication, scale: OutcomeScale) -> dict[str, Any]:
    """The outcomes on one scale over the years, as charts and as a table."""
    counts = [row for row in publication.outcome_counts if row["scale"] == scale.scale]
    by_year: dict[int, dict[str, dict[int, int]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(int))
    )
    for row in counts:
        by_year[row["year"]][row["test_group"]][row["rank"]] = row["count"]
    reasonable = {level["rank"] for level in scale.levels if level["is_reasonable_or_better"]}
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"count": 0, "reasonable": 0})
    for row in counts:
        found[row["test_group"]]["count"] += row["count"]
        found[row["test_group"]]["reasonable"] += row["count"] * (row["rank"] in reasonable)
    return {
        "scale": scale,
        "found": found if reasonable else {},
        "charts": charts.outcomes_by_year(counts, scale.tests, _tones(publication, scale)),
        "by_year": dict(sorted(by_year.items())),
    }


def overview(publication: Publication) -> dict[str, Any]:
    """The overview's figures for all prisons, scale by scale."""
    visits = [visit for _, visit in publication.visits]
    scales = judged(publication, visits)
    for scale in scales:
        ranked = [level for level in scale["levels"] if level["rank"]]
        scale["chart"] = charts.judgements_of_scale(
            [
                {
                    **{name: level[name] for name in ("label", "rank", "count")},
                    "tone": publication.tone(scale["scale"], level["rank"]),
                }
                for level in ranked
            ],
            max((level["count"] for level in ranked), default=0),
        )
    totals = [total for visit in visits for total in visit.totals]
    restatements = [row for visit in visits for row in visit.restatements]
    return {
        "scales": scales,
        "outcomes": [_outcomes(publication, scale) for scale in publication.outcome_scales],
        "agreeing": sum(row["agrees"] is True for row in totals),
        "disagreeing": [row for row in totals if row["agrees"] is False],
        "uncounted": sum(row["agrees"] is None for row in totals),
        "restated_alike": sum(row["agrees"] is True for row in restatements),
        "restated_otherwise": [row for row in restatements if row["agrees"] is not True],
        "counts": {
            "inspections": sum(bool(visit["gives_outcomes"]) for visit in visits),
            "reviews": sum(visit.is_review for visit in visits),
            "visits": len(visits),
            "outcomes": sum(len(visit.outcomes) for visit in visits),
            "recommendations": sum(len(prison.recommendations) for prison in publication.prisons),
        },
    }
