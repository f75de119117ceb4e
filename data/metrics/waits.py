"""Where a ticket's time went: how long its requester waited for us, and how long agents had it to work on."""

from __future__ import annotations

from typing import Any

from data import tallies
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.metrics.durations import REOPENED, SPLITS, quantile
from data.records import Clock
from data.tally import MinutesTally

CAVEAT = (
    "From the tickets' changes of state up to the last solve; tickets of which no change is known are left"
    f" out and counted. {REOPENED}"
)


def _shape(clock: Clock, column: str, suffix: str = "") -> dict[str, Any]:
    return {
        "key": column + suffix,
        "unit": Unit.MINUTES,
        "clock": clock,
        "direction": Direction.LOWER_IS_BETTER,
        "kind": Kind.FLOW,
        "dated_by": "solved_at",
        "tally": tallies.minutes_in(column, "solved_at"),
        "minimum_sample": 5,
        "splits": SPLITS,
        "ranks_by": column,
        "caveat": CAVEAT,
    }


@metric(
    **_shape(Clock.CALENDAR, "requester_wait_calendar_minutes"),
    label="Requester wait",
    answers="How long did the customer wait for us or for others, all in all?",
)
def requester_wait_calendar(tally: MinutesTally) -> Value:
    """Median time that solved tickets were new, open or on hold, on the calendar clock."""
    return quantile(tally, 0.5)


@metric(
    **_shape(Clock.CALENDAR, "requester_wait_calendar_minutes", "_p90"),
    label="Requester wait, 90th percentile",
    answers="How long did the tenth that waited longest wait at least?",
)
def requester_wait_calendar_p90(tally: MinutesTally) -> Value:
    """The time in new, open or on hold that nine of ten solved tickets keep, on the calendar clock."""
    return quantile(tally, 0.9)


@metric(
    **_shape(Clock.BUSINESS, "requester_wait_business_minutes"),
    label="Requester wait, business hours",
    answers="How long did the customer wait for us or for others, within our hours?",
)
def requester_wait_business(tally: MinutesTally) -> Value:
    """Median business time that solved tickets were new, open or on hold."""
    return quantile(tally, 0.5)


@metric(
    **_shape(Clock.BUSINESS, "requester_wait_business_minutes", "_p90"),
    label="Requester wait, business hours, 90th percentile",
    answers="How long did the tenth that waited longest wait at least, within our hours?",
)
def requester_wait_business_p90(tally: MinutesTally) -> Value:
    """The business time in new, open or on hold that nine of ten solved tickets keep."""
    return quantile(tally, 0.9)


@metric(
    **_shape(Clock.CALENDAR, "agent_work_calendar_minutes"),
    label="Agent work time",
    answers="How long did tickets lie with us, to be worked on?",
)
def agent_work_calendar(tally: MinutesTally) -> Value:
    """Median time that solved tickets were new or open, on the calendar clock."""
    return quantile(tally, 0.5)


@metric(
    **_shape(Clock.CALENDAR, "agent_work_calendar_minutes", "_p90"),
    label="Agent work time, 90th percentile",
    answers="How long did the slowest tenth lie with us at least?",
)
def agent_work_calendar_p90(tally: MinutesTally) -> Value:
    """The time in new or open that nine of ten solved tickets keep, on the calendar clock."""
    return quantile(tally, 0.9)


@metric(
    **_shape(Clock.BUSINESS, "agent_work_business_minutes"),
    label="Agent work time, business hours",
    answers="How long did tickets lie with us, within our hours?",
)
def agent_work_business(tally: MinutesTally) -> Value:
    """Median business time that solved tickets were new or open."""
    return quantile(tally, 0.5)


@metric(
    **_shape(Clock.BUSINESS, "agent_work_business_minutes", "_p90"),
    label="Agent work time, business hours, 90th percentile",
    answers="How long did the slowest tenth lie with us at least, within our hours?",
)
def agent_work_business_p90(tally: MinutesTally) -> Value:
    """The business time in new or open that nine of ten solved tickets keep."""
    return quantile(tally, 0.9)
