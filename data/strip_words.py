"""The strip of a ticket's SLA clock as plain text, in the reporting zone, with a running sum.

Names of holidays, policies and calendars are as the sources gave them: whoever puts these lines into
markup escapes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from data.records import State
from data.strip import Event, Interval, Mark, Promise, What, Working

_FOLD_FROM = 12  # intervals of one run
_SHOWN = 3  # of a folded run, at its start and at its end

STATES = {
    State.NEW: "new",
    State.OPEN: "open",
    State.PENDING: "waits for the customer",
    State.ON_HOLD: "on hold",
    State.SOLVED: "solved",
    State.CLOSED: "closed",
    State.DELETED: "deleted",
    State.MERGED: "merged",
}
_RUNS = {What.COUNTED, What.CLOSED, What.HOLIDAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An interval, a run of them or a mark (end None) in words, and the sum of what counted until its end.

    what: the kind in a word; why: what else there is to say; words: both in one, as the lines have them.
    """

    start: datetime
    end: datetime | None
    what: str
    words: str
    why: str
    counted_seconds: int = 0
    total_seconds: int = 0
    is_over: bool = False


def lines(working: Working) -> list[str]:
    """The head, one line for each interval and mark, the result and the helpdesk's own figure.

    Of a long run of open and closed hours the middle is one line; the data keep each.
    """
    body = [_line(item, working) for item in told(working)]
    return [summary(working), *body, *theirs(working), *working.notes]


def summary(working: Working) -> str:
    """What was counted, against what, and how it ended, in one sentence."""
    said = f"Counted {length(working.elapsed_seconds)}"
    promise = working.promise
    if promise is not None and promise.target_minutes is not None:
        said += f" of {length(round(promise.target_minutes * 60))} promised"
    elif promise is not None and promise.due_at is not None:
        said += f", due {when(promise.due_at, working)}"
    if working.gap_minutes is not None:
        seconds = round(working.gap_minutes * 60)
        late = f"{length(seconds)} over" if seconds > 0 else f"{length(-seconds)} to spare"
        return f"{said}: {late}."
    if working.broke_at is not None:
        return f"{said}: broken since {when(working.broke_at, working)}, and still running."
    if working.due_at is not None and working.ended_at is None:
        return f"{said}: due {when(working.due_at, working)}."
    return f"{said}."


def length(seconds: int) -> str:
    """A duration that adds up: `2 h 40 min`, with seconds where there are any."""
    sign, seconds = ("−", -seconds) if seconds < 0 else ("", seconds)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes) + [f"{rest} s"] * bool(rest)
    return sign + (" ".join(parts) or "0 min")


def told(working: Working) -> list[Told]:
    """Each interval and mark in order of time, with a running sum; the middle of a long run as one."""
    found = [*(_mark(mark, working) for mark in working.marks), *_intervals(working)]
    return sorted(found, key=lambda item: item.start)


def _intervals(working: Working) -> Iterator[Told]:
    total = 0
    for _, run in groupby(working.intervals, key=_run_of):
        items = list(run)
        is_long = len(items) > _FOLD_FROM
        head, middle = (items[:_SHOWN], items[_SHOWN:-_SHOWN]) if is_long else (items, [])
        groups = [[item] for item in head] + [middle] * bool(middle)
        groups += [[item] for item in items[-_SHOWN:]] * is_long
        for group in groups:
            counted = sum(item.counted_seconds for item in group)
            total += counted
            is_one = len(group) == 1
            yield Told(
                start=group[0].start, end=group[-1].end, counted_seconds=counted, total_seconds=total,
                what=group[0].what.value if is_one else "in turn", is_over=group[0].is_over,
                words=_words(group[0]) if is_one else _folded(group, working),
                why=_why(group[0]) if is_one else _folded(group, working),
            )  # fmt: skip


def _run_of(item: Interval) -> tuple[bool, State | None, bool]:
    return item.what in _RUNS, item.state, item.is_over


def _line(item: Told, working: Working) -> str:
    if item.end is None:
        return f"{when(item.start, working)}: {item.words}"
    span = f"{when(item.start, working)} to {when(item.end, working)}"
    return f"{span}: {item.words}; counts {length(item.counted_seconds)}, sum {length(item.total_seconds)}"


def _words(item: Interval) -> str:
    state = STATES[item.state] if item.state is not None else ""
    past = ", past the target" if item.is_over else ""
    if item.what is What.COUNTED:
        return f"counted, {state}{past}"
    if item.what is What.PAUSED:
        return f"paused, {state}{past}"
    if item.what is What.ENDED:
        return f"{state}, the clock stands"
    if item.what is What.HOLIDAY:
        return f"holiday{f' ({item.name})' if item.name else ''}"
    if item.what is What.FOLDED:
        return f"too many stretches to tell singly{past}"
    return "closed"


def _why(item: Interval) -> str:
    """What _words says, without the kind of the interval."""
    if item.what is What.CLOSED:
        return "outside the working hours"
    if item.what is What.HOLIDAY:
        return item.name or "a day off"
    if item.what is What.FOLDED:
        return "too many stretches to tell singly"
    return STATES[item.state] if item.state is not None else ""


def _folded(items: Sequence[Interval], working: Working) -> str:
    zone = ZoneInfo(working.calendar_zone)
    counted = sum(item.what is What.COUNTED for item in items)
    closed = [item for item in items if item.what is What.CLOSED]
    nights = sum(
        item.seconds >= 86400 or item.start.astimezone(zone).date() != item.end.astimezone(zone).date()
        for item in closed
    )
    days = Counter(item.name for item in items if item.what is What.HOLIDAY)
    parts = [f"counted {_times(counted)}, {STATES[items[0].state or State.OPEN]}"]
    parts += [f"closed, {nights} night{'s' * (nights > 1)} or weekends"] * bool(nights)
    parts += [f"closed within a day {_times(len(closed) - nights)}"] * (len(closed) > nights)
    if days:
        names = ", ".join(name for name in days if name)
        parts.append(f"holiday {_times(days.total())}{f' ({names})' if names else ''}")
    return "; ".join(parts) + (", past the target" if items[0].is_over else "")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _mark(mark: Mark, working: Working) -> Told:
    words = _mark_words(mark, working)
    return Told(start=mark.at, end=None, what=mark.event.value, words=words, why=words)


def _mark_words(mark: Mark, working: Working) -> str:
    if mark.event is Event.BROKE:
        return "the target is broken from here on"
    if mark.event is Event.CLOCK_CHANGE:
        shift = round((mark.shift_minutes or 0.0) * 60)
        way = "forward" if shift > 0 else "back"
        return f"the clock goes {way} by {length(abs(shift))} ({mark.zone})"
    if mark.event is Event.HOURS_CHANGE:
        return f"other working hours hold from here on ({mark.zone})"
    return _promised(mark.promise, working) if mark.promise is not None else ""


def _promised(promise: Promise, working: Working) -> str:
    by = "by the settings" if promise.origin == "settings" else "by the helpdesk"
    named = [f'policy "{promise.policy}"'] if promise.policy else []
    named += [f"priority {promise.priority}"] if promise.priority else []
    stands = "; it is the one in force" if promise.is_in_force else ""
    about = promise.measure.value.replace("_", " ")
    if promise.target_minutes is not None:
        what = f"{length(round(promise.target_minutes * 60))} on the {promise.clock.value} clock"
    elif promise.due_at is not None:
        what = f"a deadline, {when(promise.due_at, working)}"
    else:
        return f"the target for {about} is taken back {', '.join([by, *named])}"
    return f"target for {about} applied {', '.join([by, *named])}: {what}{stands}"


def theirs(working: Working) -> list[str]:
    """What the helpdesk itself says of the promise, and why that differs; empty where it says nothing."""
    given = working.theirs
    if given is None:
        return []
    said = []
    if given.is_met is not None:
        said.append("target kept" if given.is_met else "target broken")
    if given.due_at is not None:
        said.append(f"due {when(given.due_at, working)}")
    if given.solved_at is not None:
        said.append(f"solved {when(given.solved_at, working)}")
    return [f"The helpdesk says: {', '.join(said)}.", *given.differences]


def when(at: datetime, working: Working) -> str:
    """A moment in the reporting zone: `Thu 30 Apr 2026 09:00`, with seconds where there are any."""
    local = at.astimezone(ZoneInfo(working.time_zone))
    seconds = f":{local:%S}" if local.second else ""
    # In the hour that the clock shows twice only the offset tells which one is meant.
    is_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}{seconds}{f' {local:%z}' if is_twice else ''}"
