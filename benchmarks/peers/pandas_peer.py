"""pandas: the log in three frames, the rules of time as merges and sorts at each question."""

from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.peers.event_rows import LIFT_COLUMNS, STATUS_COLUMNS, SUBJECTS, files_of


@dataclass
class Frames:
    """The log: facts with their original's recording, and lifts in the order of recording."""

    facts: Any
    lifts: Any


def missing() -> str:
    """Why it cannot run."""
    return "" if find_spec("pandas") else "pandas is not installed"


def load(events_dir: Path) -> Frames:
    """Read the needed columns of the needed files."""
    import pandas as pd

    def read(event_type: str, columns: tuple[str, ...]) -> Any:
        frames = [
            pd.read_csv(
                path, dtype=str, keep_default_na=False, usecols=lambda name: name in columns
            )
            for path in files_of(events_dir, event_type)
        ]
        frame = pd.concat(frames) if frames else pd.DataFrame(columns=list(columns))
        frame["recorded_at"] = pd.to_datetime(
            frame["recorded_at"], format="ISO8601", utc=True
        ).dt.tz_localize(None)
        return frame

    envelope = ("event_id", "corrects_event_id", "occurred_on", "recorded_at")
    facts = []
    for event_type, status in STATUS_COLUMNS.items():
        frame = read(event_type, (*envelope, *SUBJECTS, status or ""))
        frame["event_type"] = event_type
        frame["status"] = frame[status] if status else "made"
        facts.append(frame.drop(columns=[status] if status else []))
    every = pd.concat(facts, ignore_index=True)
    every[list(SUBJECTS)] = every[list(SUBJECTS)].fillna("")
    every["event_type"] = every["event_type"].astype("category")
    every["statement_id"] = every["corrects_event_id"].where(
        every["corrects_event_id"] != "", every["event_id"]
    )
    originals = every.set_index("event_id")["recorded_at"]
    every["original_recorded_at"] = every["statement_id"].map(originals)

    lifts = []
    for event_type, column in LIFT_COLUMNS.items():
        frame = read(event_type, ("event_id", column, "recorded_at"))
        frame = frame.rename(columns={column: "target_id"})
        frame["is_retraction"] = event_type == "events_retracted"
        lifts.append(frame)
    return Frames(
        every.sort_values(["recorded_at", "event_id"], ignore_index=True),
        pd.concat(lifts).sort_values(["recorded_at", "event_id"], ignore_index=True),
    )


def statuses_as_of(handle: Frames, day: date, known_at: datetime) -> set[tuple[str, str, str]]:
    """The status of every recommendation on a day, as known at an instant in UTC."""
    import pandas as pd

    lifts = handle.lifts[handle.lifts["recorded_at"] <= known_at]
    lifts = lifts.drop_duplicates("target_id", keep="last")
    taken_back = lifts.loc[lifts["is_retraction"], "target_id"]

    facts = handle.facts
    standing = facts[
        (facts["recorded_at"] <= known_at)
        & (facts["original_recorded_at"] <= known_at)
        & ~facts["event_id"].isin(taken_back)
        & ~facts["statement_id"].isin(taken_back)
    ]
    current = standing.drop_duplicates("statement_id", keep="last")
    of_type = dict(tuple(current.groupby("event_type", observed=False)))

    establishments = of_type["establishments_described"]["establishment_id"]
    visits = of_type["visits_held"]
    visits = visits.loc[visits["establishment_id"].isin(establishments), "visit_id"]
    concerns = of_type["concerns_raised"]
    concerns = concerns.loc[concerns["visit_id"].isin(visits), "concern_id"]
    made = of_type["recommendations_made"]
    made = made[
        made["visit_id"].isin(visits)
        & ((made["concern_id"] == "") | made["concern_id"].isin(concerns))
    ]
    responses = of_type["responses_received"]
    judged = of_type["progress_judged"]
    judged = judged[judged["visit_id"].isin(visits)]

    # An unknown day is an empty text, which is before every day and so asked for by itself.
    text = day.isoformat()
    made = made[(made["occurred_on"] != "") & (made["occurred_on"] <= text)]
    later = pd.concat([responses, judged])
    later = later[
        (later["occurred_on"] != "")
        & (later["occurred_on"] <= text)
        & later["recommendation_id"].isin(made["recommendation_id"])
    ]
    last = (
        pd.concat([made, later])
        .sort_values(["occurred_on", "recorded_at", "event_id"])
        .drop_duplicates("recommendation_id", keep="last")
    )
    return set(zip(last["recommendation_id"], last["status"], last["event_id"], strict=True))


def close(handle: Frames) -> None:
    """Nothing to let go of but memory."""
