"""When runs start by the clock.

The schedules are on with ``SCHEDULE=on``; without it they are off until somebody switches them on
in Dagster's page, whose switches have the last word.
"""

import dagster as dg

from dagster_project.jobs import forget_old_runs, is_queued, look_after, publish_warehouse
from inspections.settings import OperatingSettings

LONDON = "Europe/London"


_SCHEDULES = (
    dg.DefaultScheduleStatus.RUNNING
    if OperatingSettings.from_environment().schedule
    else dg.DefaultScheduleStatus.STOPPED
)


@dg.schedule(
    name="daily",
    job=publish_warehouse,
    # Outside the hour that comes twice in October and never in March.
    cron_schedule="30 5 * * *",
    execution_timezone=LONDON,
    default_status=_SCHEDULES,
    description="Publishes every morning, so that late arrivals are in by the working day.",
)
def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Asks for one build, unless one is queued that will read the same log."""
    if is_queued(context.instance):
        return dg.SkipReason("A build is queued; it will read the log as it is when it starts.")
    return dg.RunRequest(run_key=f"daily {context.scheduled_execution_time.date().isoformat()}")


freshness_daily = dg.ScheduleDefinition(
    name="look_after_daily",
    job=look_after,
    cron_schedule="0 8 * * *",
    execution_timezone=LONDON,
    default_status=_SCHEDULES,
    description="Checks every morning, after the build, that the publication keeps up.",
)

tidy_weekly = dg.ScheduleDefinition(
    name="forget_old_runs_weekly",
    job=forget_old_runs,
    cron_schedule="0 4 * * 0",
    execution_timezone=LONDON,
    default_status=_SCHEDULES,
    description="Keeps Dagster's own store small.",
)
