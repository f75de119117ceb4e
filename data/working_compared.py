"""The helpdesk's own figure beside Barometer's, and why they differ, where that can be found out.

A reason is only given where it accounts for the helpdesk's figure to the minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from data.hours import Calendar
from data.moment import epoch
from data.sla_clock import last_moment
from data.strip import Interval, Promise, Theirs, What

_TOLERANCE = 60  # seconds: helpdesks round to the minute
_UNKNOWN = "Why its deadline is another cannot be told from what it says."


@dataclass(frozen=True, slots=True)
class Count:
    """How Barometer counted: from when, how much, up to which limit, on which clock (epoch seconds)."""

    start: int
    elapsed: int
    limit: int | None
    clock: Calendar
    business: Calendar
    due: int | None
    ended: int | None
    intervals: Sequence[Interval]


def theirs_of(
    ticket: Mapping[str, Any],
    promise: Promise | None,
    promises: Sequence[Promise],
    count: Count,
    *,
    solved: int | None,
    is_met: bool | None,
) -> Theirs | None:
    """What the helpdesk says, with the differences in words; None where it says nothing of its own."""
    due = promise.due_at if promise is not None else None
    given_solved, verdict = ticket["given_solved_at"], ticket["given_sla_is_met"]
    if due is None and given_solved is None and verdict is None:
        return None
    words = [
        *_of_deadline(promise, promises, count),
        *_of_verdict(promise, verdict, is_met),
        *_of_solve(given_solved, solved),
    ]
    return Theirs(is_met=verdict, due_at=due, solved_at=_maybe(given_solved), differences=tuple(words))


def _of_deadline(promise: Promise | None, promises: Sequence[Promise], count: Count) -> Iterator[str]:
    if promise is None or promise.due_at is None or count.limit is None:
        return
    given = epoch(promise.due_at) or 0
    if _is_near(given, _own_due(count)):
        return
    yield next((why for why, at in _guesses(promise, promises, count) if _is_near(given, at)), _UNKNOWN)


def _own_due(count: Count) -> int | None:
    """When the target breaks or would have broken, had the clock run on; None while it is paused."""
    if count.due is not None or count.limit is None or count.ended is None:
        return count.due
    return last_moment(count.clock, count.ended, count.limit - count.elapsed)


def _guesses(promise: Promise, promises: Sequence[Promise], count: Count) -> Iterator[tuple[str, int | None]]:
    """(reason, the deadline that it would lead to), the likeliest first."""
    limit = count.limit or 0
    closing = [item for item in count.intervals if item.counted_seconds and not item.is_over]
    if closing:
        words = "The time was used up when working hours ended: the helpdesk names that moment, Barometer"
        yield f"{words} the next opening, since until then nothing is late.", epoch(closing[-1].end)
    does_pause = any(item.what in (What.PAUSED, What.ENDED) for item in count.intervals)
    other = count.business if count.clock is Calendar.always() else Calendar.always()
    on_other = "in business hours" if other is count.business else "around the clock"
    applied = epoch(promise.applied_at) or 0
    if does_pause:
        words = "The helpdesk's deadline goes on while the ticket is paused or solved; Barometer's waits."
        yield words, _moment_after(count.clock, count.start, limit)
    yield (
        f"The helpdesk counts {on_other}; the target says otherwise.",
        _moment_after(other, count.start, limit),
    )
    words = "The helpdesk counts from when the target was applied; Barometer from the ticket's creation"
    yield f"{words}.", _moment_after(count.clock, applied, limit)
    yield f"{words}, and not {on_other}.", _moment_after(other, applied, limit)
    for earlier in promises:
        if earlier.target_minutes is not None and earlier.target_minutes != promise.target_minutes:
            words = (
                f"The helpdesk's deadline is that of another target, of {earlier.target_minutes:g} minutes."
            )
            yield words, _moment_after(count.clock, count.start, round(earlier.target_minutes * 60))


def _of_verdict(promise: Promise | None, verdict: bool | None, is_met: bool | None) -> Iterator[str]:
    if verdict is None or is_met is None or verdict == is_met:
        return
    said = "kept" if verdict else "broken"
    if promise is not None and promise.origin == "settings":
        yield (
            f"The helpdesk calls a promise of its own {said}, whose minutes it does not give; Barometer"
            " counts against the target of its settings."
        )
    else:
        yield f"The helpdesk calls the promise {said} and does not say how it counted."


def _of_solve(given: int | None, solved: int | None) -> Iterator[str]:
    if given is not None and solved is not None and not _is_near(given, solved):
        which = "an earlier" if given < solved else "a later"
        yield f"The helpdesk names {which} moment of the solve than its own history of changes, which counts."


def _moment_after(clock: Calendar, start: int, seconds: int) -> int | None:
    return last_moment(clock, start, max(0, seconds))


def _is_near(given: int, at: int | None) -> bool:
    return at is not None and abs(given - at) <= _TOLERANCE


def _maybe(at: int | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
