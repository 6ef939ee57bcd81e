"""Polars: the log in two frames, the rules of time as one lazy query at each question."""

from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.peers.event_rows import LIFT_COLUMNS, STATUS_COLUMNS, SUBJECTS, files_of


@dataclass
class Frames:
    """The log: facts with their original's recording, and lifts."""

    facts: Any
    lifts: Any


def missing() -> str:
    """Why it cannot run."""
    return "" if find_spec("polars") else "Polars is not installed (the dev extra has it)"


def load(events_dir: Path) -> Frames:
    """Read the needed columns of the needed files."""
    import polars as pl

    def read(event_type: str, columns: tuple[str, ...]) -> Any:
        paths = files_of(events_dir, event_type)
        if not paths:
            frame = pl.LazyFrame(schema=dict.fromkeys(columns, pl.String))
        else:
            frame = pl.concat(
                [pl.scan_csv(path, infer_schema=False) for path in paths], how="diagonal"
            )
        there = frame.collect_schema().names()
        return frame.select(
            pl.col(name) if name in there else pl.lit(None, pl.String).alias(name)
            for name in columns
        ).with_columns(
            pl.col("recorded_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us")
        )

    facts = pl.concat(
        read(
            event_type,
            ("event_id", "corrects_event_id", "occurred_on", "recorded_at", *SUBJECTS)
            + ((status,) if status else ()),
        )
        .with_columns(
            (pl.col(status) if status else pl.lit("made")).alias("status"),
            pl.lit(event_type).alias("event_type"),
            pl.coalesce("corrects_event_id", "event_id").alias("statement_id"),
            pl.col("occurred_on").str.to_date("%Y-%m-%d"),
        )
        .drop("corrects_event_id", *([status] if status else []))
        for event_type, status in STATUS_COLUMNS.items()
    )
    lifts = pl.concat(
        read(event_type, ("event_id", column, "recorded_at"))
        .rename({column: "target_id"})
        .with_columns(pl.lit(event_type == "events_retracted").alias("is_retraction"))
        for event_type, column in LIFT_COLUMNS.items()
    )
    frame = facts.collect()
    originals = frame.select(
        pl.col("event_id").alias("statement_id"),
        pl.col("recorded_at").alias("original_recorded_at"),
    )
    return Frames(frame.join(originals, on="statement_id"), lifts.collect())


def statuses_as_of(handle: Frames, day: date, known_at: datetime) -> set[tuple[str, str, str]]:
    """The status of every recommendation on a day, as known at an instant in UTC."""
    import polars as pl

    taken_back = (
        handle.lifts.lazy()
        .filter(pl.col("recorded_at") <= known_at)
        .group_by("target_id")
        .agg(pl.col("is_retraction").sort_by("recorded_at", "event_id").last())
        .filter("is_retraction")
    )
    standing = (
        handle.facts.lazy()
        .filter(pl.col("recorded_at") <= known_at, pl.col("original_recorded_at") <= known_at)
        .join(taken_back, left_on="event_id", right_on="target_id", how="anti")
        .join(taken_back, left_on="statement_id", right_on="target_id", how="anti")
    )
    current = standing.sort("recorded_at", "event_id").unique("statement_id", keep="last").collect()

    def of_type(event_type: str) -> Any:
        return current.lazy().filter(pl.col("event_type") == event_type)

    establishments = of_type("establishments_described")
    visits = of_type("visits_held").join(establishments, on="establishment_id", how="semi")
    concerns = of_type("concerns_raised").join(visits, on="visit_id", how="semi")
    made = of_type("recommendations_made").join(visits, on="visit_id", how="semi")
    made = pl.concat(
        [
            made.filter(pl.col("concern_id").is_null()),
            made.join(concerns, on="concern_id", how="semi"),
        ]
    ).filter(pl.col("occurred_on") <= day)
    later = pl.concat(
        [
            of_type("responses_received"),
            of_type("progress_judged").join(visits, on="visit_id", how="semi"),
        ]
    ).filter(pl.col("occurred_on") <= day)
    last = (
        pl.concat([made, later.join(made, on="recommendation_id", how="semi")])
        .sort("occurred_on", "recorded_at", "event_id")
        .unique("recommendation_id", keep="last")
        .select("recommendation_id", "status", "event_id")
        .collect()
    )
    return set(last.iter_rows())


def close(handle: Frames) -> None:
    """Nothing to let go of but memory."""
