"""The shapes in which the SLA clock of one ticket shows its working; data/working.py fills them.

Moments are aware and in UTC; durations are whole seconds where they must add up, minutes for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.records import Clock, Measure, State


class What(StrEnum):
    COUNTED = "counted"
    PAUSED = "paused"  # in the backlog, in a state that does not count for this promise
    ENDED = "ended"  # solved or gone; after a solve until the ticket was reopened
    CLOSED = "closed"  # outside the working hours
    HOLIDAY = "holiday"
    FOLDED = "folded"  # too many to tell singly: counted and other time together


class Event(StrEnum):
    TARGET = "target"
    CLOCK_CHANGE = "clock change"
    HOURS_CHANGE = "hours change"
    BROKE = "broke"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch of the ticket's life, end exclusive.

    state: the ticket's; None for a fold over several. counted_seconds: its whole length if counted, part
    of it if folded, else 0. is_over: it lies past the moment at which the target broke. name: of the
    holiday, "" where it has none.
    """

    start: datetime
    end: datetime
    what: What
    state: State | None
    counted_seconds: int = 0
    is_over: bool = False
    name: str = ""

    @property
    def minutes(self) -> float:
        """The minutes that it adds to the sum."""
        return self.counted_seconds / 60

    @property
    def seconds(self) -> int:
        """How long it lasted."""
        return round((self.end - self.start).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A target as it was applied. origin: source (the helpdesk) or settings (Barometer's own).

    target_minutes and due_at both None: the promise was taken back. is_in_force: the outcome is judged by
    it. priority: the one that it was applied for, where Barometer applied it.
    """

    measure: Measure
    origin: str
    applied_at: datetime
    clock: Clock
    target_minutes: float | None
    due_at: datetime | None
    policy: str | None
    priority: str | None
    is_in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment on the strip. shift_minutes: of a clock change, forward positive; zone: whose clock, or where
    the working hours lie that hold from here on."""

    at: datetime
    event: Event
    promise: Promise | None = None
    shift_minutes: float | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """What the helpdesk itself says of the same promise; None where it says nothing.

    differences: why that is not what Barometer counts, in words; empty where they agree.
    """

    is_met: bool | None
    due_at: datetime | None
    solved_at: datetime | None
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """The whole of it, for one ticket and one measure.

    measure: None where nothing was promised; then time in the backlog is counted in business hours.
    calendar, calendar_zone: what the clock went by. time_zone: the reporting zone, in which it is told.
    end: where the strip ends: the last solve or first reply, when the ticket went, else the present.
    ended_at: None while the clock may still run, and for tickets without an outcome.
    elapsed_seconds: what the intervals count. gap_minutes, is_met: None until ended. due_at: when the target
    breaks or broke; None while paused, or kept. theirs: None where the helpdesk says nothing of its own.
    notes: what has to be known to read it.
    """

    source: str
    ticket_id: str
    measure: Measure | None
    promise: Promise | None
    calendar: str
    calendar_zone: str
    time_zone: str
    start: datetime
    end: datetime
    ended_at: datetime | None
    intervals: tuple[Interval, ...]
    marks: tuple[Mark, ...]
    gap_minutes: float | None
    is_met: bool | None
    due_at: datetime | None
    theirs: Theirs | None
    notes: tuple[str, ...]

    @property
    def elapsed_seconds(self) -> int:
        """All that was counted up to `end`."""
        return sum(item.counted_seconds for item in self.intervals)

    @property
    def elapsed_minutes(self) -> float:
        """The same in minutes."""
        return self.elapsed_seconds / 60

    @property
    def broke_at(self) -> datetime | None:
        """The last moment inside the target, where the strip goes beyond it."""
        return next((mark.at for mark in self.marks if mark.event is Event.BROKE), None)
