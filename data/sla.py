"""Which states count for which promise.

Zendesk's meanings, which the field shares (metric event reference; dbt_zendesk): the requester waits
while the ticket is new, open or on hold; agents work while it is new or open; the resolution clock of a
helpdesk never pauses before the solve. Barometer's own resolution targets pause in the states that the
settings name.
"""

from __future__ import annotations

from collections.abc import Iterable

from data.records import UNSOLVED, Measure, State

COUNTED = {
    Measure.RESOLUTION: UNSOLVED,
    Measure.REQUESTER_WAIT: frozenset({State.NEW, State.OPEN, State.ON_HOLD}),
    Measure.AGENT_WORK: frozenset({State.NEW, State.OPEN}),
}

RESOLUTION_MEASURES = (Measure.RESOLUTION, Measure.REQUESTER_WAIT, Measure.AGENT_WORK)
"""Which promise stands for "resolution against SLA", best first: not every helpdesk promises a resolution."""

WAITS_FOR = {
    State.NEW: "us",
    State.OPEN: "us",
    State.PENDING: "customer",
    State.ON_HOLD: "elsewhere",
}


def counted_states(measure: Measure, *, origin: str, pauses: Iterable[State]) -> frozenset[State]:
    """The states in which the clock of a promise runs. origin: source or settings."""
    is_own = origin == "settings" and measure == Measure.RESOLUTION
    return COUNTED[measure] - frozenset(pauses) if is_own else COUNTED[measure]
