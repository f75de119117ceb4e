"""Demand against capacity: what comes in and goes out for each agent who is at work."""

from __future__ import annotations

from typing import Any

from data import tallies_capacity, tallies_work
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.metrics.durations import SPLITS
from data.tally import FlowTally
from data.tally_work import CapacityTally

ACTIVE = (
    "Active on a day is who sent a public reply on it, or holds a ticket whose last solve is of that day; who"
    " only writes notes is not seen. An agent who works in two teams on a day counts in both, and once"
    " in the whole."
)
_PER_AGENT: dict[str, Any] = {
    "unit": Unit.PER_AGENT_DAY,
    "clock": None,
    "kind": Kind.FLOW,
    "minimum_sample": 10,
    "splits": ("team", "source"),
    "tally": tallies_capacity.capacity,
    "distinct": ("agents", "agent days"),
    "caveat": ACTIVE,
}


def _per_agent_day(count: int, tally: CapacityTally) -> Value:
    """No value where nobody was active."""
    agents, days = len({agent for agent, _ in tally.active}), len(tally.active)
    if not count and not days:
        return Value(None, 0)
    counts = {"tickets": count, "agents": agents, "agent days": days}
    return Value(count / days if days else None, count, counts=counts)


@metric(
    **_PER_AGENT,
    key="arrivals_per_agent_day",
    label="Created per active agent and day",
    direction=Direction.NEITHER,
    dated_by="created_at",
    answers="How much comes in for each agent at work?",
)
def arrivals_per_agent_day(tally: CapacityTally) -> Value:
    """Tickets created in the window, divided by the days on which each agent was active, added up."""
    return _per_agent_day(tally.created, tally)


@metric(
    **_PER_AGENT,
    key="solved_per_agent_day",
    label="Solved per active agent and day",
    direction=Direction.NEITHER,
    dated_by="solved_at",
    answers="How much does each agent at work get solved?",
)
def solved_per_agent_day(tally: CapacityTally) -> Value:
    """Tickets last solved in the window, divided by the days on which each agent was active, added up."""
    return _per_agent_day(tally.solved, tally)


@metric(
    key="arrivals_per_solve",
    label="Created per solved",
    unit=Unit.RATIO,
    clock=None,
    direction=Direction.LOWER_IS_BETTER,
    kind=Kind.FLOW,
    dated_by="created_at and solved_at",
    minimum_sample=20,
    splits=SPLITS,
    tally=tallies_work.flows,
    answers="Does what is solved keep pace with what comes in?",
    caveat="Above 1 the backlog grows. n counts both. A reopened ticket counts at its last solve. No value"
    " where nothing was solved.",
)
def arrivals_per_solve(tally: FlowTally) -> Value:
    """Tickets created in the window, divided by tickets whose last solve lies in it."""
    counts = {"created": tally.created, "solved": tally.solved}
    value = tally.created / tally.solved if tally.solved else None
    return Value(value, tally.created + tally.solved, counts=counts)
