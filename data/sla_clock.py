"""The clock of a promise: which is in force, by which calendar it runs, how much it counted, when it breaks.

Pure; moments are whole epoch seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from data.effort import Stretch
from data.hours import Calendar
from data.records import DONE, Measure, State
from data.sla import RESOLUTION_MEASURES


class Applied(NamedTuple):
    """A target in force from `applied_at` on. calendar: of the settings, that it was promised on."""

    measure: Measure
    origin: str
    applied_at: int
    target_minutes: float | None
    clock: str
    due_at: int | None
    policy: str | None = None
    priority: str | None = None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What counting needs besides the facts. business: the ticket's; calendars: of the settings, by name."""

    business: Calendar
    pauses: frozenset[State]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    def hours(self, target: Applied | None) -> Calendar:
        """The business hours of a promise: those that it was promised on, else the ticket's."""
        name = target.calendar if target is not None else None
        return self.calendars.get(name, self.business) if name else self.business

    def clock(self, target: Applied) -> Calendar:
        """What the clock of a promise goes by."""
        return self.hours(target) if target.clock == "business" else Calendar.always()


def end_of(history: Sequence[Stretch], solved: int | None) -> int | None:
    """When a resolution target stopped counting: at the last solve; None while the ticket is not done."""
    if history[-1].state not in DONE:
        return None
    return solved if solved is not None else history[-1].started_at


def in_force(
    targets: Sequence[Applied],
    ended: int | None,
    measures: Sequence[Measure] = RESOLUTION_MEASURES,
    *,
    is_strict: bool = False,
) -> Applied | None:
    """The source's own targets before the settings'; the best measure; the last one applied in time.

    Where all were applied after the end the last of them stands, unless `is_strict`: those may belong to a
    later cycle.
    """
    for origin in ("source", "settings"):
        for measure in measures:
            mine = [t for t in targets if t.origin == origin and t.measure == measure]
            in_time = [t for t in mine if ended is None or t.applied_at <= ended]
            if not in_time and not is_strict:
                in_time = mine
            if in_time:
                last = max(reversed(in_time), key=lambda t: t.applied_at)
                if last.target_minutes is not None or last.due_at is not None:
                    return last
    return None


def run(
    history: Sequence[Stretch],
    states: frozenset[State],
    clock: Calendar,
    *,
    limit: int | None,
    until: int | None,
    since: int | None = None,
) -> tuple[int, int | None]:
    """(seconds counted, last moment inside `limit`; None while paused, kept or never).

    limit: None where nothing breaks. since: from when on; None: from the beginning.
    """
    elapsed, due = 0, None
    for span in history:
        if span.state not in states:
            continue
        start = span.started_at if since is None else max(span.started_at, since)
        end = span.ended_at if span.ended_at is not None else until
        if end is None:  # it runs on
            due = due if due is not None or limit is None else last_moment(clock, start, limit - elapsed)
            return elapsed, due
        counted = clock.seconds_between(start, end if until is None else min(end, until))
        if due is None and limit is not None and elapsed + counted > limit:
            due = last_moment(clock, start, limit - elapsed)
        elapsed += counted
    return elapsed, due


def limit_of(target: Applied) -> int | None:
    """The promise in seconds, at least 0; None where there is only a deadline."""
    return None if target.target_minutes is None else max(0, round(target.target_minutes * 60))


def last_moment(clock: Calendar, start: int, left: int) -> int | None:
    """The last moment at which `left` seconds suffice: used up at closing time, they last until we open."""
    beyond = clock.add_seconds(start, left + 1)
    return None if beyond is None else beyond - 1
