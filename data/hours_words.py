"""Working hours as people write them in the settings, turned into weekly intervals."""

from __future__ import annotations

import re

from data.open_time import WEEK_MINUTES, Span

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = re.compile(r"(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?")
_TIMES = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_EXAMPLE = '"mon-fri 09:00-12:30 13:30-17:00; sat 10:00-14:00", or "24/7"'


def parse_hours(text: str) -> list[Span]:
    """Return the weekly intervals, in minutes since Monday 00:00, that a setting spells out.

    "mon-fri 09:00-12:30 13:30-17:00; sat 10:00-14:00"; days may be listed ("mon,wed") and run over the
    week's end ("fri-mon"); "fri 22:00-06:00" ends on Saturday; "24/7" is the whole week; 24:00 ends a day.
    ValueError, which quotes the part that cannot be read and shows an example.
    """
    if text.strip() == "24/7":
        return [(0, WEEK_MINUTES)]
    intervals: list[Span] = []
    for part in text.lower().replace("–", "-").split(";"):
        days, *times = part.split() or [""]
        if not times:
            raise _unreadable(part.strip(), "days and then times are wanted")
        for start, end in [_times(each) for each in times]:
            intervals += [(day * 1440 + start, day * 1440 + end) for day in _days(days)]
    return sorted(intervals)


def _days(text: str) -> list[int]:
    days: list[int] = []
    for part in text.split(","):
        names = [_NAME.fullmatch(name) for name in part.split("-")]
        numbers = [_DAYS.index(name[1][:3]) for name in names if name]
        if len(numbers) != len(names) or len(names) > 2:
            raise _unreadable(part, "no day or run of days")
        first, last = numbers[0], numbers[-1]
        days += [(first + i) % 7 for i in range((last - first) % 7 + 1)]
    return days


def _times(text: str) -> Span:
    """Return minutes since midnight; the end lies past 1,440 where it belongs to the next day."""
    match = _TIMES.fullmatch(text)
    if match is None:
        raise _unreadable(text, "no times such as 09:00-17:00")
    hour, minute, end_hour, end_minute = (int(number) for number in match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or start >= 1440 or end > 1440:
        raise _unreadable(text, "no time of day")
    if start == end:
        raise _unreadable(text, "starts and ends at once; a whole day is 00:00-24:00")
    return start, end if start < end else end + 1440


def _unreadable(part: str, reason: str) -> ValueError:
    return ValueError(f'Cannot read working hours at "{part}": {reason}. Write for example {_EXAMPLE}.')
