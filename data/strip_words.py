"""The strip of a ticket's SLA clock as plain text, in the reporting zone, with a running sum.

Names of holidays, policies and calendars are as the sources gave them: whoever puts these lines into
markup escapes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from data.records import State
from data.strip import Event, Interval, Mark, Promise, What, Working

_FOLD_FROM = 12  # intervals of one run
_SHOWN = 3  # of a folded run, at its start and at its end

_STATES = {
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


def lines(working: Working) -> list[str]:
    """The head, one line for each interval and mark, the result and the helpdesk's own figure.

    Of a long run of open and closed hours the middle is one line; the data keep each.
    """
    body = [*((mark.at, _mark_line(mark, working)) for mark in working.marks), *_interval_lines(working)]
    body.sort(key=lambda item: item[0])
    return [summary(working), *(text for _, text in body), *_theirs(working), *working.notes]


def summary(working: Working) -> str:
    """What was counted, against what, and how it ended, in one sentence."""
    said = f"Counted {length(working.elapsed_seconds)}"
    promise = working.promise
    if promise is not None and promise.target_minutes is not None:
        said += f" of {length(round(promise.target_minutes * 60))} promised"
    elif promise is not None and promise.due_at is not None:
        said += f", due {_when(promise.due_at, working)}"
    if working.gap_minutes is not None:
        seconds = round(working.gap_minutes * 60)
        late = f"{length(seconds)} over" if seconds > 0 else f"{length(-seconds)} to spare"
        return f"{said}: {late}."
    if working.broke_at is not None:
        return f"{said}: broken since {_when(working.broke_at, working)}, and still running."
    if working.due_at is not None and working.ended_at is None:
        return f"{said}: due {_when(working.due_at, working)}."
    return f"{said}."


def length(seconds: int) -> str:
    """A duration that adds up: `2 h 40 min`, with seconds where there are any."""
    sign, seconds = ("−", -seconds) if seconds < 0 else ("", seconds)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes) + [f"{rest} s"] * bool(rest)
    return sign + (" ".join(parts) or "0 min")


def _interval_lines(working: Working) -> Iterator[tuple[datetime, str]]:
    total = 0
    for _, run in groupby(working.intervals, key=_run_of):
        items = list(run)
        is_long = len(items) > _FOLD_FROM
        head = items[:_SHOWN] if is_long else items
        for item in head:
            total += item.counted_seconds
            yield item.start, _line(item.start, item.end, _words(item), item.counted_seconds, total, working)
        if is_long:
            middle, tail = items[_SHOWN:-_SHOWN], items[-_SHOWN:]
            counted = sum(item.counted_seconds for item in middle)
            total += counted
            start, end = middle[0].start, middle[-1].end
            yield start, _line(start, end, _folded(middle, working), counted, total, working)
            for item in tail:
                total += item.counted_seconds
                yield (
                    item.start,
                    _line(item.start, item.end, _words(item), item.counted_seconds, total, working),
                )


def _run_of(item: Interval) -> tuple[bool, State | None, bool]:
    return item.what in _RUNS, item.state, item.is_over


def _line(start: datetime, end: datetime, words: str, counted: int, total: int, working: Working) -> str:
    until = _when(end, working)
    return f"{_when(start, working)} to {until}: {words}; counts {length(counted)}, sum {length(total)}"


def _words(item: Interval) -> str:
    state = _STATES[item.state] if item.state is not None else ""
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


def _folded(items: Sequence[Interval], working: Working) -> str:
    zone = ZoneInfo(working.calendar_zone)
    counted = sum(item.what is What.COUNTED for item in items)
    closed = [item for item in items if item.what is What.CLOSED]
    nights = sum(
        item.seconds >= 86400 or item.start.astimezone(zone).date() != item.end.astimezone(zone).date()
        for item in closed
    )
    days = Counter(item.name for item in items if item.what is What.HOLIDAY)
    parts = [f"counted {_times(counted)}, {_STATES[items[0].state or State.OPEN]}"]
    parts += [f"closed, {nights} night{'s' * (nights > 1)} or weekends"] * bool(nights)
    parts += [f"closed within a day {_times(len(closed) - nights)}"] * (len(closed) > nights)
    if days:
        names = ", ".join(name for name in days if name)
        parts.append(f"holiday {_times(days.total())}{f' ({names})' if names else ''}")
    return "; ".join(parts) + (", past the target" if items[0].is_over else "")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _mark_line(mark: Mark, working: Working) -> str:
    when = _when(mark.at, working)
    if mark.event is Event.BROKE:
        return f"{when}: the target is broken from here on"
    if mark.event is Event.CLOCK_CHANGE:
        shift = round((mark.shift_minutes or 0.0) * 60)
        way = "forward" if shift > 0 else "back"
        return f"{when}: the clock goes {way} by {length(abs(shift))} ({mark.zone})"
    if mark.event is Event.HOURS_CHANGE:
        return f"{when}: other working hours hold from here on ({mark.zone})"
    return f"{when}: {_promised(mark.promise, working)}" if mark.promise is not None else when


def _promised(promise: Promise, working: Working) -> str:
    by = "by the settings" if promise.origin == "settings" else "by the helpdesk"
    named = [f'policy "{promise.policy}"'] if promise.policy else []
    named += [f"priority {promise.priority}"] if promise.priority else []
    stands = "; it is the one in force" if promise.is_in_force else ""
    about = promise.measure.value.replace("_", " ")
    if promise.target_minutes is not None:
        what = f"{length(round(promise.target_minutes * 60))} on the {promise.clock.value} clock"
    elif promise.due_at is not None:
        what = f"a deadline, {_when(promise.due_at, working)}"
    else:
        return f"the target for {about} is taken back {', '.join([by, *named])}"
    return f"target for {about} applied {', '.join([by, *named])}: {what}{stands}"


def _theirs(working: Working) -> list[str]:
    theirs = working.theirs
    if theirs is None:
        return []
    said = []
    if theirs.is_met is not None:
        said.append("target kept" if theirs.is_met else "target broken")
    if theirs.due_at is not None:
        said.append(f"due {_when(theirs.due_at, working)}")
    if theirs.solved_at is not None:
        said.append(f"solved {_when(theirs.solved_at, working)}")
    return [f"The helpdesk says: {', '.join(said)}.", *theirs.differences]


def _when(at: datetime, working: Working) -> str:
    local = at.astimezone(ZoneInfo(working.time_zone))
    seconds = f":{local:%S}" if local.second else ""
    # In the hour that the clock shows twice only the offset tells which one is meant.
    is_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}{seconds}{f' {local:%z}' if is_twice else ''}"
