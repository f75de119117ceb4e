"""Replies, and the promises beside the resolution: how long customers wait for answers, what is kept."""

from __future__ import annotations

from functools import partial
from typing import Any

from data import tallies, tallies_replies
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.metrics.durations import SPLITS, quantile
from data.metrics.shares import change_of_shares, value_of_share
from data.records import Clock, Measure
from data.tally import MinutesTally, ShareTally

NEXT = (
    "From the first message that a customer writes after an answer to the next public reply by an agent;"
    " further messages do not start it anew. One ticket may have several. What was written before the first"
    " reply waits for that, and a ticket solved without an answer ends no wait."
)
PROMISED = (
    "Dated by when the wait ended. The target is the last one applied before that, the helpdesk's where it"
    " gives one, else that of the settings. What nothing was promised for is left out and counted; what has"
    " not ended is neither kept nor broken."
)


def _minutes(clock: Clock, key: str, tally: Any, dated_by: str) -> dict[str, Any]:
    return {
        "key": key,
        "unit": Unit.MINUTES,
        "clock": clock,
        "direction": Direction.LOWER_IS_BETTER,
        "kind": Kind.FLOW,
        "dated_by": dated_by,
        "tally": tally,
        "minimum_sample": 5,
        "splits": SPLITS,
    }


def _first(clock: Clock) -> dict[str, Any]:
    column = f"first_reply_{clock}_minutes"
    tally = tallies.minutes_in(column, "first_reply_at")
    return _minutes(clock, f"{column}_p90", tally, "first_reply_at") | {"ranks_by": column}


def _next(clock: Clock, suffix: str = "") -> dict[str, Any]:
    column = f"{clock}_minutes"
    tally = tallies_replies.minutes_in(Measure.NEXT_REPLY, column)
    shape = _minutes(clock, f"next_reply_{column}{suffix}", tally, "ended_at")
    return shape | {"ranks_by": column, "caveat": NEXT}


def _share(measure: Measure) -> dict[str, Any]:
    return {
        "key": f"{measure}_attainment",
        "unit": Unit.SHARE,
        "clock": None,
        "direction": Direction.HIGHER_IS_BETTER,
        "kind": Kind.FLOW,
        "dated_by": "ended_at",
        "tally": partial(tallies_replies.kept, measure),
        "minimum_sample": 10,
        "splits": SPLITS,
        "ranks_by": "gap_minutes",
        "compare": change_of_shares,
        "caveat": PROMISED,
    }


@metric(
    **_first(Clock.CALENDAR),
    label="First reply time, 90th percentile",
    answers="How long does the tenth that waits longest wait at least for the first word from a person?",
)
def first_reply_calendar_p90(tally: MinutesTally) -> Value:
    """The time to the first public reply that nine of ten tickets keep, on the calendar clock."""
    return quantile(tally, 0.9)


@metric(
    **_first(Clock.BUSINESS),
    label="First reply time, business hours, 90th percentile",
    answers="How long does the tenth that waits longest wait at least for the first word, within our hours?",
)
def first_reply_business_p90(tally: MinutesTally) -> Value:
    """The business time to the first public reply that nine of ten tickets keep."""
    return quantile(tally, 0.9)


@metric(
    **_next(Clock.CALENDAR),
    label="Next reply time",
    answers="Once we are in conversation, how long does a customer wait for our answer?",
)
def next_reply_calendar(tally: MinutesTally) -> Value:
    """Median time that a customer waits for the answer to a later message, on the calendar clock."""
    return quantile(tally, 0.5)


@metric(
    **_next(Clock.CALENDAR, "_p90"),
    label="Next reply time, 90th percentile",
    answers="Once we are in conversation, how long does the slowest tenth of our answers take at least?",
)
def next_reply_calendar_p90(tally: MinutesTally) -> Value:
    """The time to the answer to a later message that nine of ten answers keep, on the calendar clock."""
    return quantile(tally, 0.9)


@metric(
    **_next(Clock.BUSINESS),
    label="Next reply time, business hours",
    answers="Once we are in conversation, how long does a customer wait for our answer, within our hours?",
)
def next_reply_business(tally: MinutesTally) -> Value:
    """Median business time that a customer waits for the answer to a later message."""
    return quantile(tally, 0.5)


@metric(
    **_next(Clock.BUSINESS, "_p90"),
    label="Next reply time, business hours, 90th percentile",
    answers="Within our hours, how long does the slowest tenth of our later answers take at least?",
)
def next_reply_business_p90(tally: MinutesTally) -> Value:
    """The business time to the answer to a later message that nine of ten answers keep."""
    return quantile(tally, 0.9)


@metric(
    **_share(Measure.FIRST_REPLY),
    label="First replies inside target",
    answers="What share of first replies came inside their target?",
)
def first_reply_attainment(tally: ShareTally) -> Value:
    """Targets kept as a share of the first-reply targets that ended in the window (interval: Wilson)."""
    return value_of_share(tally, left_out="without a target")


@metric(
    **_share(Measure.NEXT_REPLY),
    label="Next replies inside target",
    answers="What share of later answers came inside their target?",
)
def next_reply_attainment(tally: ShareTally) -> Value:
    """Targets kept as a share of the next-reply targets that ended in the window (interval: Wilson)."""
    return value_of_share(tally, left_out="without a target")


@metric(
    **_share(Measure.REQUESTER_WAIT),
    label="Requester wait inside target",
    answers="What share of tickets kept their requester waiting no longer than was promised?",
)
def requester_wait_attainment(tally: ShareTally) -> Value:
    """Targets kept as a share of the requester-wait targets that ended in the window (interval: Wilson)."""
    return value_of_share(tally, left_out="without a target")


@metric(
    **_share(Measure.AGENT_WORK),
    label="Agent work inside target",
    answers="What share of tickets took agents no longer than was promised?",
)
def agent_work_attainment(tally: ShareTally) -> Value:
    """Targets kept as a share of the agent-work targets that ended in the window (interval: Wilson)."""
    return value_of_share(tally, left_out="without a target")
