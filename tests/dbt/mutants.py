"""How many of the ways in which people get time wrong do the tests notice?

Each mutant changes the SQL of one model, or of the published macros, in one place. The
streams of ``tests/dbt/test_proof.py`` and the project's own data tests are then run against it. Run as
``python -m tests.dbt.mutants``: it writes ``docs/mutants.md`` with the share caught and the survivors. The
rules of publication are broken one at a time by ``tests/dbt/test_publication_proof.py``, and listed below.
"""

import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from inspections.log.compiled_models import CompiledProject
from inspections.publication.macros import published_macros
from inspections.settings import PROJECT
from tests.dbt.test_proof import differences, stream_of, streams
from tests.dbt.test_publication_proof import BREACHES, noticed
from tests.event_streams import write_event_files
from tests.replay import compiled, replay

STREAMS = 60
PAGE = PROJECT / "docs" / "mutants.md"
RULES = "## The rules of publication"


@dataclass(frozen=True)
class Mutant:
    """One change: in a model's SQL, the n-th occurrence of a text becomes another."""

    model: str
    old: str
    new: str
    occurrence: int = 0

    def apply(self, sql: str) -> str:
        parts = sql.split(self.old)
        if len(parts) <= self.occurrence + 1:
            raise ValueError(f"{self.model} has no occurrence {self.occurrence} of {self.old!r}")
        before = self.old.join(parts[: self.occurrence + 1])
        return before + self.new + self.old.join(parts[self.occurrence + 1 :])

    @property
    def change(self) -> str:
        number = f" ({self.occurrence + 1}.)" if self.occurrence else ""
        return f"`{' '.join(self.old.split())}`{number} → `{' '.join(self.new.split()) or '∅'}`"


MUTANTS = [
    # Boundaries.
    Mutant("int_standing_versions", "segments.known_from >= originals", "segments.known_from > originals"),
    Mutant("int_standing_versions", "segments.known_from >= versions", "segments.known_from > versions"),
    Mutant("int_standing_versions", "segments.known_from >= version_states", "segments.known_from > version_states"),
    Mutant("int_standing_versions", "segments.known_from >= original_states", "segments.known_from > original_states"),
    Mutant("int_standing_versions", "segments.known_from < coalesce(version_states.known_to", "segments.known_from <= coalesce(version_states.known_to"),
    Mutant("int_standing_versions", "segments.known_from < coalesce(original_states.known_to", "segments.known_from <= coalesce(original_states.known_to"),
    Mutant("macros", "history.valid_from <= cast(day", "history.valid_from < cast(day"),
    Mutant("macros", "history.valid_to > cast(day", "history.valid_to >= cast(day"),
    Mutant("macros", "history.known_from <= coalesce", "history.known_from < coalesce"),
    Mutant("macros", "history.known_to > coalesce", "history.known_to >= coalesce"),
    Mutant("macros", "history.valid_from <= cast(day", "history.valid_from < cast(day", 1),
    Mutant("macros", "history.known_to > coalesce", "history.known_to >= coalesce", 1),
    Mutant("macros", "history.valid_from <= cast(day", "history.valid_from < cast(day", 2),
    Mutant("macros", "history.known_from <= coalesce", "history.known_from < coalesce", 2),
    Mutant("macros", "touched.known_from <= touched.to_at", "touched.known_from < touched.to_at"),
    Mutant("macros", "touched.known_to > touched.from_at", "touched.known_to >= touched.from_at"),
    Mutant("macros", "logged.known_to <= greatest", "logged.known_to < greatest"),
    Mutant("int_histories", "knowledge_intervals.known_from >= events.known_from", "knowledge_intervals.known_from > events.known_from"),
    Mutant("int_histories", "knowledge_intervals.known_from < events.known_to", "knowledge_intervals.known_from <= events.known_to"),
    Mutant("int_histories", "valid_from < valid_to", "valid_from <= valid_to"),
    Mutant("int_dated_events", "occurred_on >= recommendation_versions.made_on", "occurred_on > recommendation_versions.made_on"),
    Mutant("int_live_periods", "known_from < live_periods.known_to", "known_from <= live_periods.known_to"),
    # Lost or turned tie-breaks.
    Mutant("int_revised_version_periods", "recorded_at desc, event_id desc", "recorded_at desc, event_id"),
    Mutant("int_revised_version_periods", "recorded_at desc, event_id desc", "event_id desc"),
    Mutant("int_retraction_periods", "order by event_id desc", "order by event_id"),
    Mutant("int_retraction_periods", "where place = 1", ""),
    Mutant("int_histories", "events.occurred_on, events.recorded_at, events.event_id", "events.occurred_on, events.event_id"),
    Mutant("int_histories", "events.occurred_on, events.recorded_at, events.event_id", "events.recorded_at, events.occurred_on, events.event_id"),
    Mutant("int_histories", "events.occurred_on, events.recorded_at, events.event_id", "events.occurred_on, events.event_id desc"),
    Mutant("fct_progress_judgements", "occurred_on desc nulls last, recorded_at desc, event_id desc", "occurred_on desc nulls last, event_id desc"),
    Mutant("fct_progress_judgements", "occurred_on desc nulls last, recorded_at desc", "occurred_on desc nulls first, recorded_at desc"),
    Mutant("fct_progress_judgements", "visit_id, recommendation_id, scale", "recommendation_id, scale"),
    Mutant("fct_outcomes", "occurred_on desc nulls last, recorded_at desc, event_id desc", "recorded_at desc, event_id desc"),
    Mutant("fct_outcomes", "nulls first", "nulls last"),
    Mutant("fct_outcomes", "healthy_prison_tests.test_group,\n            ranked_outcomes.outcome_scale\n        order", "ranked_outcomes.healthy_prison_test,\n            ranked_outcomes.outcome_scale\n        order"),
    Mutant("int_repeated_rows", "sound_rows.recorded_at,", ""),
    # Cascades and subjects.
    Mutant("int_live_periods", "left join subject_periods as establishment_periods", "left join (select * from subject_periods limit 0) as establishment_periods"),
    Mutant("int_live_periods", "cast(version_periods.visit_id is not null as integer)", "cast(visit_periods.subject_id is not null as integer)"),
    Mutant("int_live_periods", "cast(version_periods.recommendation_id is not null as integer)", "cast(recommendation_periods.subject_id is not null as integer)"),
    Mutant("int_live_periods", "visit_periods.known_from,", ""),
    Mutant("int_live_periods", "concern_periods.known_to,\n            recommendation_periods.known_to", "concern_periods.known_to"),
    Mutant("int_subject_periods", "recommendation_version_periods.known_to, establishment_periods.known_to, visit_periods.known_to", "recommendation_version_periods.known_to, establishment_periods.known_to"),
    Mutant("int_subject_periods", "known_from <= known_so_far", "known_from < known_so_far", 1),
    Mutant("int_subject_periods", "partition by subject_id\n            order by known_from, event_id", "partition by event_id\n            order by known_from, event_id"),
    Mutant("int_recommendation_versions", "least(live_recommendations.known_to, live_visits.known_to)", "live_recommendations.known_to"),
    Mutant("int_dated_events", "least(statuses.known_to, recommendation_versions.known_to)", "statuses.known_to"),
    Mutant("int_dated_events", "greatest(outcomes.known_from, visits.known_from)", "outcomes.known_from"),
    # A test of several names.
    Mutant("int_dated_events", "healthy_prison_tests.test_group\n        ) as entity_id", "outcomes.healthy_prison_test\n        ) as entity_id"),
    # Filters gone.
    Mutant("int_standing_versions", "version_states.target_event_id is null\n        and", ""),
    Mutant("int_standing_versions", "and original_states.target_event_id is null", ""),
    Mutant("int_standing_versions", "and version_states.is_retracted", ""),
    Mutant("int_revised_version_periods", "where place = 1", ""),
    Mutant("int_retraction_periods", "partition by target_event_id, recorded_at", "partition by recorded_at"),
    Mutant("int_revised_statements", "where statement_id <> event_id", "where false"),
    Mutant("int_revised_version_periods", "segment_number - row_number()", "0 * row_number()"),
    Mutant("int_histories", "place - row_number()", "0 * row_number()"),
    Mutant("fct_recommendation_status_periods", "and known_to is null", ""),
    Mutant("fct_progress_judgements", "and is_live", ""),
    Mutant("fct_outcomes", "and is_live", ""),
    Mutant("int_log", "known_to is null as is_live", "true as is_live"),
    # The gate between rows.
    Mutant("int_link_faults", "when linked_rows.corrects_event_id is not null", "when false"),
    Mutant("int_link_faults", "and linked_rows.event_type <> links.event_type", "and false"),
    Mutant("int_unaccepted_subjects", "when is_acceptable and statement_id <> first_statement_id then", "when false then"),
    Mutant("int_unaccepted_subjects", "order by recorded_at asc, event_id asc", "order by recorded_at desc, event_id asc"),
    Mutant("int_unaccepted_subjects", "corrects_event_id is null and introduced_by_event_id is not null", "false", 2),
    Mutant("int_unaccepted_events", "or events_without_parent.unknown_column is not null", ""),
    Mutant("int_unaccepted_events", "and corrections_with_original.row_id is null", "and false"),
    Mutant("int_unaccepted_events", "anti join events_without_parent\n        on originals.row_id = events_without_parent.row_id", ""),
    Mutant("int_recommendation_month_counts", "counts_from_a_month.next_change_on,", "counts_from_a_month.next_change_on + interval 1 month,"),
    Mutant("int_unaccepted_evidence", "on sound_rows.row_id = unaccepted_events.row_id", "on false"),
    Mutant("int_live_periods", "on live_periods.row_id = unaccepted_rows.row_id", "on false"),
    # What came in its order, by one window.
    Mutant("int_histories", "known_to is not null or next_known_from", "next_known_from"),
    Mutant("int_histories", "or next_known_from < known_from", ""),
    Mutant("int_dated_events", "order by occurred_on, recorded_at, event_id", "order by recorded_at, occurred_on, event_id"),
    Mutant("int_histories", "where occurred_on < next_occurred_on", "where occurred_on <= next_occurred_on"),
    Mutant("int_histories", "known_from < next_known_from", "known_from <= next_known_from"),
    # Whose an event is.
    Mutant("int_subject_periods", "max_by(establishment_id, known_from)", "min_by(establishment_id, known_from)", 1),
    Mutant("int_never_live_rows", "visits.establishment_id,", "null,"),
    Mutant("int_unaccepted_subjects", "known_visits.visit_id is null\n                then 'visit_id'", "false\n                then 'visit_id'"),
    Mutant("int_unaccepted_subjects", "bool_or(corrects_event_id is null and unknown_column is null)", "bool_or(corrects_event_id is null)", 1),
    Mutant("int_unaccepted_events", "anti join unaccepted_subjects\n        on sound_rows.row_id = unaccepted_subjects.row_id", ""),
    Mutant("int_unaccepted_events", "anti join unaccepted_subjects\n        on sound_rows.row_id = unaccepted_subjects.row_id", "", 3),
    Mutant("int_unaccepted_evidence", "anti join unaccepted_subjects\n        on sound_rows.row_id = unaccepted_subjects.row_id", ""),
    Mutant("int_unaccepted_evidence", "coalesce(originals.has_fact and originals.link_fault is null, false)", "coalesce(originals.has_fact, false)"),
    Mutant("int_histories", "partition by row_id, history_kind, entity_id, establishment_id, valid_to", "partition by row_id, history_kind, entity_id, valid_to"),
    Mutant("int_never_live_rows", "recommendations.establishment_id,", "null,"),
]  # fmt: skip


def catch(project: CompiledProject, mutant: Mutant, events: Path, rows: list[dict]) -> str:
    """Evidence that caught a mutant: differing streams, an SQL error, or nothing."""

    def mutate(name: str, sql: str) -> str:
        return mutant.apply(sql) if name == mutant.model else sql

    try:
        with replay(project, events, events.with_name("reader"), mutate=mutate) as connection:
            found = differences(connection, rows, random.Random(1), is_one_enough=True)
    except duckdb.Error as error:
        return f"DuckDB: {str(error).splitlines()[0][:60]}"
    asked = len({stream_of([row["event_id"]]) for row in rows})
    return f"{len(found)} of {asked} streams" if found else ""


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        project = compiled()
        sql = {model.name: model.sql for model in project.models}
        sql["macros"] = published_macros()
        for mutant in MUTANTS:
            # All before any: one that no longer fits is told in seconds.
            mutant.apply(sql[mutant.model])
        # Every mutant meets the same streams.
        rows = write_event_files(streams(STREAMS, 1, (30, 90)), work / "events")
        if catch(project, Mutant("macros", "create macro", "create macro"), work / "events", rows):
            print("The unchanged SQL fails already: fix that first.")
            return 1
        results = []
        for mutant in MUTANTS:
            caught = catch(project, mutant, work / "events", rows)
            results.append((mutant, caught))
            print(f"{caught or 'SURVIVES':12} {mutant.model}: {mutant.change}", flush=True)
    share = write_changes(results)
    are_rules_held = write_rules(project)
    print(f"{share:.0f} % caught")
    return 0 if share >= 90 and are_rules_held else 1


def write_changes(results: list[tuple[Mutant, str]]) -> float:
    """Write the page's table of changes; return the percentage that was caught."""
    survivors = [mutant for mutant, caught in results if not caught]
    share = 100 * (len(results) - len(survivors)) / len(results)
    lines = [
        "# Mutants",
        "",
        "Ways in which people get time wrong, put into the SQL one at a time: a boundary moved, a",
        "tie-break lost, a cascade dropped, a filter gone. Each meets the same"
        f" {STREAMS} random streams",
        "and a few that chance hardly ever makes. They are compared with the reference model until a",
        "question gets another answer: the last column counts the streams that differ there.",
        "`python -m tests.dbt.mutants` writes this page.",
        "",
        f"**{len(results) - len(survivors)} of {len(results)} caught ({share:.0f} %).**",
        "",
        "| model | change | noticed by |",
        "|---|---|---|",
        *(
            f"| {mutant.model} | {mutant.change.replace('|', chr(92) + '|')}"
            f" | {caught or '**survives**'} |"
            for mutant, caught in results
        ),
        "",
    ]
    PAGE.write_text("\n".join(lines), encoding="utf-8")
    return share


def write_rules(project: CompiledProject) -> bool:
    """Break the rules of publication and write that part of the page; tell whether all were noticed."""
    with tempfile.TemporaryDirectory() as scratch:
        breaches = list(noticed(project, Path(scratch)))
    for rule, differing, asked in breaches:
        print(f"{f'{differing} of {asked}':12} {rule}", flush=True)
    lines = [
        RULES,
        "",
        "The rules of [time.md](time.md) by their numbers, each broken in one place, over visits that",
        "show them: how many questions on three axes got another answer than the model's. Made by",
        "`python -m tests.dbt.mutants --only-publication`, or with the rest.",
        "",
        "| rule | model | change | answered otherwise |",
        "|---|---|---|---|",
        *(
            f"| {rule} | {BREACHES[rule][0]}"
            f" | {Mutant(*BREACHES[rule]).change.replace('|', chr(92) + '|')}"
            f" | {f'{differing} of {asked}' if differing else '**none**'} |"
            for rule, differing, asked in breaches
        ),
        "",
    ]
    others = PAGE.read_text("utf-8").split(RULES)[0]
    PAGE.write_text(others.rstrip("\n") + "\n\n" + "\n".join(lines), encoding="utf-8")
    return all(differing for _, differing, _ in breaches)


if __name__ == "__main__":
    is_held = write_rules(compiled()) if "--only-publication" in sys.argv else None
    sys.exit(main() if is_held is None else int(not is_held))
