"""How long it takes: to the first reply, to the first solve, to the last; medians and 90th percentiles."""

from __future__ import annotations

from typing import Any

from data import statistics, tallies
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.records import Clock
from data.tally import MinutesTally

SPLITS = ("audience", "team", "account", "priority", "source", "channel")
REOPENED = "A reopened ticket moves to the window of its last solve."


def quantile(tally: MinutesTally, share: float) -> Value:
    """The value below which `share` of the rows lie, interpolated, as exact as the tally is."""
    n = tally.values.total()
    left_out = {"not known": tally.left_out} if tally.left_out else {}
    if not n:
        return Value(None, 0, left_out=left_out)
    value = statistics.quantile(tally.values, share)
    return Value(value, n, left_out=left_out, relative_error=tally.relative_error)


def _shape(clock: Clock, column: str, dated_by: str) -> dict[str, Any]:
    return {
        "key": column,
        "unit": Unit.MINUTES,
        "clock": clock,
        "direction": Direction.LOWER_IS_BETTER,
        "kind": Kind.FLOW,
        "dated_by": dated_by,
        "tally": tallies.minutes_in(column, dated_by),
        "minimum_sample": 5,
        "splits": SPLITS,
        "ranks_by": column,
    }


@metric(
    **_shape(Clock.CALENDAR, "first_reply_calendar_minutes", "first_reply_at"),
    label="First reply time",
    answers="How long does a customer wait for the first word from a person?",
)
def first_reply_calendar(tally: MinutesTally) -> Value:
    """Median time from creation to the first public reply by an agent, on the calendar clock."""
    return quantile(tally, 0.5)


@metric(
    **_shape(Clock.BUSINESS, "first_reply_business_minutes", "first_reply_at"),
    label="First reply time, business hours",
    answers="How long does a customer wait for the first word, within our hours?",
)
def first_reply_business(tally: MinutesTally) -> Value:
    """Median business time from creation to the first public reply by an agent."""
    return quantile(tally, 0.5)


@metric(
    **_shape(Clock.CALENDAR, "first_resolution_calendar_minutes", "first_solved_at"),
    label="First resolution time",
    answers="How long until we first say that it is solved?",
)
def first_resolution_calendar(tally: MinutesTally) -> Value:
    """Median time from creation to the first solve, on the calendar clock."""
    return quantile(tally, 0.5)


@metric(
    **_shape(Clock.BUSINESS, "first_resolution_business_minutes", "first_solved_at"),
    label="First resolution time, business hours",
    answers="How long until we first say that it is solved, within our hours?",
)
def first_resolution_business(tally: MinutesTally) -> Value:
    """Median business time from creation to the first solve."""
    return quantile(tally, 0.5)


@metric(
    **_shape(Clock.CALENDAR, "full_resolution_calendar_minutes", "solved_at"),
    label="Full resolution time",
    short="Resolution time",
    answers="How long until it is solved for good?",
    caveat=REOPENED,
)
def full_resolution_calendar(tally: MinutesTally) -> Value:
    """Median time from creation to the last solve, on the calendar clock; what customers feel."""
    return quantile(tally, 0.5)


@metric(
    **_shape(Clock.BUSINESS, "full_resolution_business_minutes", "solved_at"),
    label="Full resolution time, business hours",
    answers="How long until it is solved for good, within our hours?",
    caveat=REOPENED,
)
def full_resolution_business(tally: MinutesTally) -> Value:
    """Median business time from creation to the last solve."""
    return quantile(tally, 0.5)


@metric(
    **_shape(Clock.CALENDAR, "full_resolution_calendar_minutes", "solved_at")
    | {"key": "full_resolution_calendar_minutes_p90"},
    label="Full resolution time, 90th percentile",
    answers="How long do the slowest tenth take at least?",
    caveat=REOPENED,
)
def full_resolution_calendar_p90(tally: MinutesTally) -> Value:
    """The time from creation to the last solve that nine of ten tickets keep, on the calendar clock."""
    return quantile(tally, 0.9)


@metric(
    **_shape(Clock.BUSINESS, "full_resolution_business_minutes", "solved_at")
    | {"key": "full_resolution_business_minutes_p90"},
    label="Full resolution time, business hours, 90th percentile",
    answers="How long do the slowest tenth take at least, within our hours?",
    caveat=REOPENED,
)
def full_resolution_business_p90(tally: MinutesTally) -> Value:
    """The business time from creation to the last solve that nine of ten tickets keep."""
    return quantile(tally, 0.9)


@metric(
    **_shape(Clock.CALENDAR, "first_resolution_calendar_minutes", "first_solved_at")
    | {"key": "first_resolution_calendar_minutes_p90"},
    label="First resolution time, 90th percentile",
    answers="How long until we first say that it is solved, for the slowest tenth?",
)
def first_resolution_calendar_p90(tally: MinutesTally) -> Value:
    """The time from creation to the first solve that nine of ten tickets keep, on the calendar clock."""
    return quantile(tally, 0.9)


@metric(
    **_shape(Clock.BUSINESS, "first_resolution_business_minutes", "first_solved_at")
    | {"key": "first_resolution_business_minutes_p90"},
    label="First resolution time, business hours, 90th percentile",
    answers="How long until we first say that it is solved, for the slowest tenth, within our hours?",
)
def first_resolution_business_p90(tally: MinutesTally) -> Value:
    """The business time from creation to the first solve that nine of ten tickets keep."""
    return quantile(tally, 0.9)
