"""What a ticket cost, from its spans: whose hands it went through, how long it waited. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from data.hours import Calendar
from data.records import Measure, State
from data.sla import COUNTED

ALWAYS = Calendar.always()
TIMES = {"requester_wait": Measure.REQUESTER_WAIT, "agent_work": Measure.AGENT_WORK}


class Stretch(Protocol):
    """A span of a ticket's life; ended_at None: it lasts. Moments are epoch seconds."""

    @property
    def started_at(self) -> int: ...
    @property
    def ended_at(self) -> int | None: ...
    @property
    def state(self) -> State: ...


def stations(holders: Iterable[str | None]) -> int | None:
    """How many stations a ticket went through: each time it came to another holder than the last one.

    Being with nobody in between is no station, and coming back to the same one is none either. None where
    nobody is known to have held it.
    """
    count, last = 0, None
    for holder in holders:
        if holder and holder != last:
            count, last = count + 1, holder
    return count or None


def is_after_hours(created: int, business: Calendar) -> bool | None:
    """Whether a moment lies outside business hours; None where it is always open, so that there is none."""
    if business == ALWAYS:
        return None
    return business.seconds_between(created, created + 1) == 0


def worked(history: Sequence[Stretch], solved: int, business: Calendar) -> dict[str, float]:
    """Minutes in the states that data/sla.py counts for each of TIMES, up to the last solve, by column."""
    found: dict[str, float] = {}
    for name, measure in TIMES.items():
        counted = [span for span in history if span.state in COUNTED[measure] and span.started_at < solved]
        ends = [min(solved, solved if span.ended_at is None else span.ended_at) for span in counted]
        pairs = [(span.started_at, end) for span, end in zip(counted, ends, strict=True)]
        found[f"{name}_calendar_minutes"] = sum(end - start for start, end in pairs) / 60
        found[f"{name}_business_minutes"] = sum(business.seconds_between(*pair) for pair in pairs) / 60
    return found
