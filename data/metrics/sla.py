"""Resolution against SLA: what was promised and kept, how far off, and what is late right now."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from data import tallies, tallies_standing
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.metrics.durations import quantile
from data.metrics.shares import change_of_shares, value_of_share
from data.tally import CountTally, MinutesTally, ShareTally

SPLITS = ("audience", "team", "account", "priority", "source", "channel")
CAVEAT = (
    "The target is the one in force when the ticket ended, as it was applied, never looked up afterwards:"
    " the helpdesk's where it promises a resolution, else the one in the settings. Tickets without a"
    " target are left out and counted."
)
SOON = timedelta(hours=1)


def _minutes(column: str, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "unit": Unit.MINUTES,
        "clock": None,
        "direction": Direction.LOWER_IS_BETTER,
        "kind": Kind.FLOW,
        "dated_by": "sla_ended_at",
        "tally": tallies.minutes_in(column, "sla_ended_at"),
        "minimum_sample": 5,
        "splits": SPLITS,
        "ranks_by": column,
        "caveat": CAVEAT,
    }


def _level(key: str) -> dict[str, Any]:
    return {
        "key": key,
        "unit": Unit.TICKETS,
        "clock": None,
        "direction": Direction.LOWER_IS_BETTER,
        "kind": Kind.LEVEL,
        "dated_by": "as of",
        "minimum_sample": 0,
        "splits": SPLITS,
        "ranks_by": "sla_due_at",
    }


@metric(
    key="sla_attainment",
    label="SLA attainment",
    short="Inside target",
    unit=Unit.SHARE,
    clock=None,
    direction=Direction.HIGHER_IS_BETTER,
    kind=Kind.FLOW,
    dated_by="sla_ended_at",
    tally=tallies.ended_outcomes,
    answers="What share of tickets was solved inside its target?",
    minimum_sample=10,
    splits=SPLITS,
    ranks_by="sla_gap_minutes",
    compare=change_of_shares,
    caveat=CAVEAT,
    formula="targets kept ÷ targets ended",
)
def sla_attainment(tally: ShareTally) -> Value:
    """Targets kept as a share of the resolution targets that ended in the window."""
    return value_of_share(tally, left_out="without a target")


@metric(
    key="created_sla_attainment",
    label="SLA attainment by creation",
    unit=Unit.SHARE,
    clock=None,
    direction=Direction.HIGHER_IS_BETTER,
    kind=Kind.FLOW,
    dated_by="created_at",
    tally=tallies.created_outcomes,
    answers="Of the tickets that came in then, what share was solved inside its target?",
    minimum_sample=10,
    splits=SPLITS,
    ranks_by="sla_gap_minutes",
    compare=change_of_shares,
    caveat="Tickets that are still open have no outcome yet and are left out. " + CAVEAT,
    formula="targets kept ÷ targets ended",
)
def created_sla_attainment(tally: ShareTally) -> Value:
    """Targets kept as a share of the ended resolution targets of tickets created in the window."""
    return value_of_share(tally, left_out="without a target, or not ended")


@metric(
    **_minutes("sla_gap_minutes", "sla_gap"),
    label="Resolution time against SLA",
    short="Gap to target",
    answers="How late are we, typically, against what we promised?",
    formula="median of (resolution − target)",
)
def sla_gap(tally: MinutesTally) -> Value:
    """Median over tickets of resolution minus target, on the target's clock; below zero is early."""
    return quantile(tally, 0.5)


@metric(
    **_minutes("sla_gap_minutes", "sla_gap_p90"),
    label="Resolution time against SLA, 90th percentile",
    answers="How late are the latest tenth, at least?",
    formula="90th percentile of (resolution − target)",
)
def sla_gap_p90(tally: MinutesTally) -> Value:
    """The gap (resolution minus target) that nine of ten tickets do not exceed."""
    return quantile(tally, 0.9)


@metric(
    **_minutes("sla_elapsed_minutes", "sla_elapsed"),
    label="Resolution time on the SLA's clock",
    answers="How long does it take on the clock that the promise runs on?",
)
def sla_elapsed(tally: MinutesTally) -> Value:
    """Median time that the target's clock counted until the ticket ended."""
    return quantile(tally, 0.5)


@metric(
    **_minutes("sla_elapsed_minutes", "sla_elapsed_p90"),
    label="Resolution time on the SLA's clock, 90th percentile",
    answers="How long do the slowest tenth take, on the clock that the promise runs on?",
)
def sla_elapsed_p90(tally: MinutesTally) -> Value:
    """The time on the target's clock that nine of ten tickets do not exceed."""
    return quantile(tally, 0.9)


@metric(
    **(_minutes("sla_target_minutes", "sla_target") | {"direction": Direction.NEITHER}),
    label="SLA target",
    answers="What did we promise?",
)
def sla_target(tally: MinutesTally) -> Value:
    """Median resolution target of the tickets that ended in the window, as it was applied to them."""
    return quantile(tally, 0.5)


@metric(
    **_level("breached_now"),
    tally=tallies_standing.breached,
    label="Breached now",
    answers="How many unsolved tickets are past their target?",
)
def breached_now(tally: CountTally) -> Value:
    """Unsolved tickets whose resolution target is broken at the as-of moment."""
    return Value(tally.count, tally.count)


@metric(
    **_level("due_soon"),
    tally=partial(tallies_standing.due_within, SOON),
    label="Due within an hour",
    short="Due within 1 h",
    answers="How many unsolved tickets will break their target within the hour?",
    caveat="Paused tickets have no due time. At past moments, tickets that kept their target since are not"
    " counted.",
)
def due_soon(tally: CountTally) -> Value:
    """Unsolved tickets whose resolution target breaks within an hour of the as-of moment."""
    return Value(tally.count, tally.count)
