"""Random lives of tickets, and what a count minute by minute finds of their promises.

Written from the definitions and not from data/: every minute of the life has a state and is open or closed,
and whatever is asked is found by walking along the minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from data.hours import Calendar
from data.records import Measure, State
from tests.data.test_hours_counted import is_open_by_hand

MINUTE = 60
DONE = {State.SOLVED, State.CLOSED}
RUNS_IN = {
    Measure.FIRST_REPLY: set(State),
    Measure.NEXT_REPLY: set(State),
    Measure.REQUESTER_WAIT: {State.NEW, State.OPEN, State.ON_HOLD},
    Measure.AGENT_WORK: {State.NEW, State.OPEN},
    Measure.RESOLUTION: {State.NEW, State.OPEN, State.PENDING, State.ON_HOLD},
}


class Happened(NamedTuple):
    """minute: since the creation. what: a state, "agent" or "customer" (who wrote)."""

    minute: int
    what: State | str


class Promised(NamedTuple):
    """A promise in force. minutes None: only a deadline. is_own: of the settings."""

    minutes: int | None
    clock: Calendar
    hours: Calendar
    is_own: bool
    due_minute: int | None = None


class Found(NamedTuple):
    """What is known of a cycle; minutes since the creation. elapsed None: the clock still runs."""

    measure: str
    cycle: int
    started: int
    ended: int | None
    elapsed: int | None
    on_calendar: int | None
    on_business: int | None
    gap: int | None
    is_met: bool | None
    due: int | None


Promise = Callable[[Measure, int | None, bool], Promised | None]
"""(measure, when the cycle ended or stood still, whether it is the last) → what was promised."""


@dataclass(frozen=True)
class Minutes:
    """A life of so many minutes from `created` (epoch seconds), by minute."""

    created: int
    happened: Sequence[Happened]
    horizon: int
    pauses: frozenset[State]

    @cached_property
    def states(self) -> list[State]:
        """The state of each minute; the last one that was set by its beginning."""
        found, state = [], State.NEW
        moves = [(item.minute, item.what) for item in self.happened if isinstance(item.what, State)]
        for minute in range(self.horizon):
            state = [state, *(what for at, what in moves if at == minute)][-1]
            found.append(state)
        return found

    @cached_property
    def solves(self) -> list[int]:
        """The minutes at which it came from unsolved to solved or closed."""
        pairs = enumerate(zip(self.states, self.states[1:], strict=False), 1)
        return [minute for minute, (before, now) in pairs if before not in DONE and now in DONE]

    @property
    def done(self) -> int | None:
        """When it was solved for good."""
        return None if self.states[-1] not in DONE else [0, *self.solves][-1]

    def count(self, clock: Calendar, runs_in: set[State], start: int, end: int) -> list[int]:
        """The minutes from start to end that count."""
        opened = self._opened(clock)
        return [m for m in range(start, end) if self.states[m] in runs_in and opened[m]]

    def _opened(self, clock: Calendar) -> list[bool]:
        known: dict[int, list[bool]] = self.__dict__.setdefault("_known", {})
        if id(clock) not in known:
            moments = range(self.created, self.created + self.horizon * MINUTE, MINUTE)
            known[id(clock)] = [is_open_by_hand(clock, moment) for moment in moments]
        return known[id(clock)]

    def cycles(self) -> Mapping[Measure, list[tuple[int, int | None, int | None]]]:
        """(start, end, where it stood still without an end) of each measure's cycles."""
        replies = list(self._replies())
        whole = [(0, self.done, None)]
        return {
            Measure.FIRST_REPLY: replies[:1],
            Measure.NEXT_REPLY: replies[1:],
            Measure.REQUESTER_WAIT: whole,
            Measure.AGENT_WORK: whole,
            Measure.RESOLUTION: list(self._resolutions()),
        }

    def _replies(self) -> Iterator[tuple[int, int | None, int | None]]:
        """The wait for the first reply, then each wait for a later one."""
        waits_since: int | None = 0
        is_first = True
        for minute, what in self.happened:
            if what == "agent" and waits_since is not None:
                yield waits_since, minute, None
                waits_since, is_first = None, False
            elif what == "customer" and not is_first:
                solved = [m for m in self.solves if waits_since is not None and waits_since <= m <= minute]
                if solved:
                    yield waits_since or 0, None, solved[-1]
                if solved or waits_since is None:
                    waits_since = minute
        if waits_since is not None:
            yield waits_since, None, None if self.done is None else max(self.done, waits_since)

    def _resolutions(self) -> Iterator[tuple[int, int | None, int | None]]:
        start: int | None = 0
        for minute, state in enumerate(self.states):
            if start is not None and state in DONE:
                yield start, minute, None
                start = None
            elif start is None and state not in DONE:
                start = minute
        if start is not None:
            yield start, None, None

    def found(self, promise: Promise, business: Calendar) -> Iterator[Found]:
        """Every cycle against its promise. business: the clock of what nothing was promised for."""
        for measure, cycles in self.cycles().items():
            for number, (start, end, stop) in enumerate(cycles, 1):
                until = end if end is not None else stop
                given = promise(measure, until, number == len(cycles))
                if given is not None or measure in (Measure.NEXT_REPLY, Measure.RESOLUTION):
                    yield self._judged(measure, number, (start, end, until), given, business)

    def _judged(
        self,
        measure: Measure,
        number: int,
        times: tuple[int, int | None, int | None],
        given: Promised | None,
        business: Calendar,
    ) -> Found:
        start, end, until = times
        runs_in = set(RUNS_IN[measure])
        if given is not None and given.is_own and measure is Measure.RESOLUTION:
            runs_in -= self.pauses
        clock = business if given is None else given.clock
        last = self.horizon if until is None else until
        counted = self.count(clock, runs_in, start, last)
        elapsed = None if until is None else len(counted)
        gap, due = None, None
        if given is not None and given.minutes is not None:
            due = counted[given.minutes] if len(counted) > given.minutes else None
            gap = None if end is None else len(counted) - given.minutes
        elif given is not None:
            due, elapsed = given.due_minute, None if until is None else until - start
            gap = None if end is None or due is None else end - due
        hours = business if given is None else given.hours
        both = [None, None]
        if end is not None:
            clocks = (Calendar.always(), hours)
            both = [len(self.count(each, runs_in, start, end)) for each in clocks]
        is_met = None if gap is None else gap <= 0
        return Found(measure.value, number, start, end, elapsed, *both, gap, is_met, due)


def as_found(outcomes: Sequence[Any], created: int) -> list[Found]:
    """What data/outcomes.py found, in the same shape: sla_outcome rows or Outcomes."""

    def since(moment: int | None) -> int | None:
        return None if moment is None else (moment - created) // MINUTE

    return [
        Found(
            item.measure, item.cycle, since(item.started_at) or 0, since(item.ended_at), item.elapsed_minutes,
            item.calendar_minutes, item.business_minutes, item.gap_minutes, item.is_met, since(item.due_at),
        )
        for item in outcomes
    ]  # fmt: skip


def differences(expected: Sequence[Found], found: Sequence[Found], horizon: int) -> list[tuple[Any, Any]]:
    """Pairs that differ. What runs has no sum to compare, and may break after the last minute."""
    pairs = []
    key = {(item.measure, item.cycle): item for item in found}
    for item in expected:
        other = key.pop((item.measure, item.cycle), None)
        if other is not None and item.elapsed is None:
            other = other._replace(elapsed=None)
        if other is not None and item.due is None and item.elapsed is None and (other.due or 0) >= horizon:
            other = other._replace(due=None)
        if item != other:
            pairs.append((item, other))
    return [*pairs, *((None, other) for other in key.values())]
