"""Demand against capacity: what flows in and out, how long clearing would take, how much each agent holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from data import tallies_work
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.metrics.durations import SPLITS, quantile
from data.metrics.shares import change_of_shares, value_of_share
from data.tally import FlowTally, HoldersTally, MinutesTally, ShareTally

AGES = {"0-1 d": 0, "2-3 d": 2, "4-7 d": 4, "8-14 d": 8, "15-30 d": 15, "31-90 d": 31, "> 90 d": 91}
"""The classes of age, and the whole days with which each begins."""

_LEVEL: dict[str, Any] = {
    "clock": None,
    "direction": Direction.LOWER_IS_BETTER,
    "kind": Kind.LEVEL,
    "dated_by": "as of",
    "splits": SPLITS,
}


@metric(
    **_LEVEL,
    key="overdue",
    label="Overdue",
    unit=Unit.SHARE,
    minimum_sample=1,
    tally=tallies_work.overdue_of_promised,
    answers="What share of the backlog with a promise has already broken it?",
    ranks_by="sla_due_at",
    caveat="The numerator is that of breached_now. Counted, not sampled: there is no interval. Tickets"
    " without a target are left out and counted.",
    formula="broken targets ÷ targets, of unsolved tickets",
)
def overdue(tally: ShareTally) -> Value:
    """Unsolved tickets whose resolution target is broken at the as-of moment, as a share of the unsolved
    tickets that have a target."""
    left_out = {"without a target": tally.left_out} if tally.left_out else {}
    if not tally.total:
        return Value(None, 0, left_out=left_out)
    counts = {"hits": tally.hits, "total": tally.total}
    return Value(tally.hits / tally.total, tally.total, counts=counts, left_out=left_out)


@metric(
    key="net_flow",
    label="Net flow",
    unit=Unit.TICKETS,
    clock=None,
    direction=Direction.LOWER_IS_BETTER,
    kind=Kind.FLOW,
    dated_by="created_at and solved_at",
    minimum_sample=0,
    splits=SPLITS,
    window="today",
    tally=tallies_work.flows,
    answers="Does more come in than goes out?",
    caveat="Above zero the backlog grows. A reopened ticket counts at its last solve, and not at all while it"
    " is open again. Deleted and merged tickets are left out.",
    formula="created − solved",
)
def net_flow(tally: FlowTally) -> Value:
    """Tickets created in the window less tickets whose last solve lies in it."""
    counts = {"created": tally.created, "solved": tally.solved}
    return Value(tally.created - tally.solved, tally.created + tally.solved, counts=counts)


@metric(
    **_LEVEL,
    key="days_to_clear",
    label="Days to clear the backlog",
    unit=Unit.DAYS,
    minimum_sample=10,
    tally=tallies_work.backlog_and_rate,
    answers="How long would it take to clear the backlog if nothing new came in?",
    caveat="The rate is that of the last 28 days (four of each weekday), calendar days, tickets by their last"
    " solve. No value where nothing was solved in them. n counts those solves.",
    formula="unsolved ÷ (solved in 28 days ÷ 28)",
)
def days_to_clear(tally: FlowTally) -> Value:
    """Unsolved tickets at the as-of moment, divided by the mean number solved a day in the 28 days before."""
    counts = {"unsolved": tally.unsolved, "solved": tally.solved}
    value = tally.unsolved * tallies_work.RATE_DAYS / tally.solved if tally.solved else None
    return Value(value, tally.solved, counts=counts)


@metric(
    **_LEVEL,
    key="backlog_age_p85",
    label="Age of the backlog, 85th percentile",
    unit=Unit.MINUTES,
    minimum_sample=5,
    tally=tallies_work.ages,
    answers="How old is the backlog, but for its oldest few?",
    ranks_by="created_at",
    caveat="The counts hold how many tickets are of which age, in whole days that have passed.",
    formula="85th percentile of (as-of − creation)",
)
def backlog_age_p85(tally: MinutesTally) -> Value:
    """The time since creation that 85 of 100 unsolved tickets do not exceed at the as-of moment, on the
    calendar clock; exact, interpolated."""
    return replace(quantile(tally, 0.85), counts=_by_age(tally.values))


def _by_age(minutes: Mapping[float, int]) -> dict[str, float]:
    """How many tickets are in each class of age; all classes, unless there is no ticket."""
    counts = dict.fromkeys(AGES, 0.0) if minutes else {}
    for age, count in minutes.items():
        counts[max((start, name) for name, start in AGES.items() if start <= age // 1440)[1]] += count
    return counts


@metric(
    key="after_hours_share",
    label="Created after hours",
    unit=Unit.SHARE,
    clock=None,
    direction=Direction.NEITHER,
    kind=Kind.FLOW,
    dated_by="created_at",
    minimum_sample=10,
    splits=SPLITS,
    tally=tallies_work.after_hours,
    answers="What share of the demand comes in while nobody is there?",
    compare=change_of_shares,
    caveat="By the ticket's own business calendar, else the source's, else the installation's. Where there is"
    " none, or it never closes, tickets are left out and counted.",
    formula="created outside business hours ÷ created",
)
def after_hours_share(tally: ShareTally) -> Value:
    """Tickets created outside the business hours of their calendar (nights, weekends, holidays) as a share
    of those created in the window."""
    return value_of_share(tally, left_out="without business hours")


@metric(
    **_LEVEL,
    key="open_per_agent",
    label="Unsolved per agent",
    unit=Unit.PER_AGENT,
    minimum_sample=1,
    tally=tallies_work.holders,
    answers="How much does each agent hold at once?",
    distinct=("agents",),
    caveat="Agents who hold nothing at that moment are not counted, and tickets that nobody holds are left"
    " out and counted. The number of agents is distinct: one may work in several teams.",
    formula="tickets that an agent holds ÷ agents who hold any",
)
def open_per_agent(tally: HoldersTally) -> Value:
    """Unsolved tickets that an agent holds at the as-of moment, per agent who holds any."""
    left_out = {"held by nobody": tally.unheld} if tally.unheld else {}
    n = tally.held.total()
    if not n:
        return Value(None, 0, left_out=left_out)
    agents = len(tally.held)
    return Value(n / agents, n, counts={"agents": agents}, left_out=left_out)
