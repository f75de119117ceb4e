"""The backlog: what waits, for whom, how long; and what flows in and out."""

from __future__ import annotations

from data import tallies, tallies_standing
from data.metrics.definition import Change, Direction, Kind, Unit, Value, metric
from data.statistics import Verdict
from data.tally import BacklogTally, CountTally, OldestTally

SPLITS = ("audience", "team", "account", "priority", "source", "channel")
FLOW_CAVEAT = "Deleted and merged tickets are left out."


def _step(now: BacklogTally, before: BacklogTally) -> Change:
    """A backlog is counted, not sampled: a difference is what it is."""
    return Change(_all(now) - _all(before), Verdict.REAL)


def _all(tally: BacklogTally) -> int:
    return tally.us + tally.customer + tally.elsewhere


@metric(
    key="backlog",
    label="Backlog",
    unit=Unit.TICKETS,
    clock=None,
    direction=Direction.LOWER_IS_BETTER,
    kind=Kind.LEVEL,
    dated_by="as of",
    tally=tallies_standing.waiting,
    answers="How many tickets are unsolved at this moment?",
    minimum_sample=0,
    splits=SPLITS,
    ranks_by="created_at",
    compare=_step,
    caveat="Past levels come from the tickets' changes of state where the source tells them, else from"
    " their creation and solve. Team and priority are those that a ticket had at that moment.",
)
def backlog(tally: BacklogTally) -> Value:
    """Tickets that are new, open, pending or on hold at the as-of moment, now or at any past one."""
    count = _all(tally)
    counts = {"us": tally.us, "customer": tally.customer, "elsewhere": tally.elsewhere}
    return Value(count, count, counts=counts)


@metric(
    key="backlog_waiting_on_us",
    label="Backlog that waits on us",
    unit=Unit.TICKETS,
    clock=None,
    direction=Direction.LOWER_IS_BETTER,
    kind=Kind.LEVEL,
    dated_by="as of",
    tally=tallies_standing.waiting,
    answers="How many tickets wait for our next step?",
    minimum_sample=0,
    splits=SPLITS,
)
def backlog_waiting_on_us(tally: BacklogTally) -> Value:
    """Tickets that are new or open at the as-of moment."""
    return Value(tally.us, tally.us)


@metric(
    key="oldest_waiting_minutes",
    label="Oldest ticket",
    unit=Unit.MINUTES,
    clock=None,
    direction=Direction.LOWER_IS_BETTER,
    kind=Kind.LEVEL,
    dated_by="as of",
    tally=tallies_standing.oldest_waiting,
    answers="How long has the oldest unsolved ticket been waiting?",
    minimum_sample=0,
    splits=SPLITS,
    formula="as-of − creation of the oldest",
)
def oldest_waiting(tally: OldestTally) -> Value:
    """Time since the creation of the oldest ticket that is unsolved at the as-of moment."""
    return Value(tally.minutes, tally.count)


@metric(
    key="created",
    label="Created",
    unit=Unit.TICKETS,
    clock=None,
    direction=Direction.NEITHER,
    kind=Kind.FLOW,
    dated_by="created_at",
    tally=tallies.created_tickets,
    answers="How many tickets came in?",
    minimum_sample=0,
    splits=SPLITS,
    window="today",
    caveat=FLOW_CAVEAT,
)
def created(tally: CountTally) -> Value:
    """Tickets created in the window."""
    return Value(tally.count, tally.count)


@metric(
    key="solved",
    label="Solved",
    unit=Unit.TICKETS,
    clock=None,
    direction=Direction.HIGHER_IS_BETTER,
    kind=Kind.FLOW,
    dated_by="solved_at",
    tally=tallies.solved_tickets,
    answers="How many tickets went out?",
    minimum_sample=0,
    splits=SPLITS,
    window="today",
    caveat=FLOW_CAVEAT + " A reopened ticket counts at its last solve.",
)
def solved(tally: CountTally) -> Value:
    """Tickets whose last solve lies in the window."""
    return Value(tally.count, tally.count)
