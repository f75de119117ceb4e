"""Business calendars: how much working time lies between two moments, and when it will have passed.

Working time is elapsed real time during which the wall clock of the calendar's zone reads inside one of
its weekly intervals and the local date is no holiday. So an hour that the clock shows twice counts twice,
an hour (or a whole day) that it skips does not count, and a night shift stops at midnight where the next
date is a holiday.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

from data import records
from data.open_time import (
    DAY,
    LAST_YEAR,
    WEEK_MINUTES,
    Span,
    Timeline,
    Week,
    open_spans,
    week_of,
    year_of,
    year_start,
)
from data.zones import load_zone, rails_zone

__all__ = ["Calendar", "parse_hours", "public_holidays", "rails_zone"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_SECOND = timedelta(seconds=1)
_END_OF_TIME = year_start(10_000)

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = re.compile(r"(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?")
_TIMES = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_EXAMPLE = '"mon-fri 09:00-12:30 13:30-17:00; sat 10:00-14:00", or "24/7"'


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly working hours in one time zone, without the holidays.

    intervals: (start, end) in minutes since Monday 00:00 of the wall clock, end exclusive. An end past
        10,080 runs on into Monday; intervals that overlap count once; without any, there is no working time.
    holidays: local dates without working time. country: adds its public holidays, of any year needed.

    Make one with `weekly`, `always` or `from_record`. Years are worked out when first asked for, and kept;
    outside 1800-2199 there are neither holidays nor clock changes.
    """

    name: str
    time_zone: str
    intervals: tuple[Span, ...]
    holidays: frozenset[date] = frozenset()
    country: str | None = None
    _week: Week = field(init=False, repr=False, compare=False)
    _is_always: bool = field(init=False, repr=False, compare=False)
    _years: dict[int, list[Span]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _timeline: Timeline | None = field(init=False, repr=False, compare=False, default=None)

    @classmethod
    def weekly(
        cls,
        name: str,
        time_zone: str,
        intervals: Iterable[Span],
        holidays: Iterable[date] = frozenset(),
        *,
        country: str | None = None,
    ) -> Calendar:
        """Make a calendar. ValueError for an unknown zone or country, or an impossible interval."""
        return cls(name, time_zone, tuple(intervals), frozenset(holidays), country)

    @classmethod
    @cache
    def always(cls) -> Calendar:
        """Make the calendar clock: open at every moment."""
        return cls("24/7", "UTC", ((0, WEEK_MINUTES),))

    @classmethod
    def from_record(cls, record: records.BusinessCalendar) -> Calendar:
        """Make a calendar from what a source says. ValueError as in `weekly`."""
        return cls.weekly(record.name, record.time_zone, record.intervals, record.holidays)

    def __post_init__(self) -> None:
        self._check()
        week = week_of(self.intervals)
        is_whole = all(spans == ((0, DAY),) for spans in week)
        object.__setattr__(self, "_week", week)
        object.__setattr__(self, "_is_always", is_whole and not self.holidays and self.country is None)

    def minutes_between(self, start: datetime, end: datetime) -> float:
        """Return the working minutes between two aware moments (whole seconds); 0.0 if end <= start."""
        return self.seconds_between(_epoch(start), _epoch(end)) / 60

    def seconds_between(self, start_epoch: int, end_epoch: int) -> int:
        """Return the working seconds between two epoch seconds; 0 if end <= start. Fast."""
        if end_epoch <= start_epoch:
            return 0
        if self._is_always:
            return end_epoch - start_epoch
        line = self._timeline
        if line is None or start_epoch < line.low or end_epoch > line.high:
            line = self._grown(year_of(start_epoch), year_of(end_epoch - 1))
            return line.far_open_before(end_epoch) - line.far_open_before(start_epoch)
        return line.open_before(end_epoch) - line.open_before(start_epoch)

    def add_minutes(self, start: datetime, minutes: float) -> datetime | None:
        """Return the first moment at which so many working minutes (to the second) have passed.

        None if that never comes: no working time, or not before the year 10000. ValueError if negative.
        """
        moment = self.add_seconds(_epoch(start), round(minutes * 60))
        return None if moment is None else _EPOCH + moment * _SECOND

    def add_seconds(self, start_epoch: int, seconds: int) -> int | None:
        """Do the same for epoch seconds. Ends at closing time, not at the next opening."""
        if seconds < 0:
            message = f'Calendar "{self.name}": cannot add {seconds} seconds, only 0 or more.'
            raise ValueError(message)
        if seconds == 0:
            return start_epoch
        if not self.intervals:
            return None
        moment = start_epoch + seconds if self._is_always else self._moment_after(start_epoch, seconds)
        return moment if moment < _END_OF_TIME else None

    def is_open(self, at: datetime) -> bool:
        """Say whether the aware moment is working time."""
        moment = _epoch(at)
        return self.seconds_between(moment, moment + 1) == 1

    def open_spans(self, start_epoch: int, end_epoch: int) -> Iterator[Span]:
        """Yield the working time between two epoch seconds, oldest first, as far as years are worked out."""
        if self._is_always and start_epoch < end_epoch:
            yield start_epoch, end_epoch
        if self._is_always or start_epoch >= end_epoch:
            return
        line = self._grown(year_of(start_epoch), year_of(end_epoch - 1))
        for at in range(max(0, bisect_right(line.starts, start_epoch) - 1), len(line.starts)):
            if line.starts[at] >= end_epoch:
                return
            start, end = max(line.starts[at], start_epoch), min(line.ends[at], end_epoch)
            if start < end:
                yield start, end

    def day_off(self, day: date) -> str | None:
        """Return why a local date with weekly hours has none: the holiday's name, "" where it has none.

        None: it is no holiday, or the week has no hours on that day anyway.
        """
        if not self._week[day.weekday()]:
            return None
        named = _holidays_of(self.country, day.year) if self.country is not None else {}
        return named.get(day, "" if day in self.holidays else None)

    def _moment_after(self, start: int, seconds: int) -> int:
        year = year_of(start)
        line = self._grown(year, year)
        while (wanted := line.far_open_before(start) + seconds) > line.before[-1] and line.last < LAST_YEAR:
            # Doubling keeps a deadline decades away from costing a rebuilt line for each year.
            line = self._grown(year, min(LAST_YEAR, 2 * line.last + 1 - year))
        return line.far_moment_of(wanted)

    def _grown(self, first: int, last: int) -> Timeline:
        """Return a line over at least these years and those known before.

        Needs no lock: years never change, and a line is only ever replaced whole, so the worst that two
        threads can do is to work out a year twice.
        """
        line = self._timeline
        if line is not None:
            first, last = min(first, line.first), max(last, line.last)
            if (first, last) == (line.first, line.last):
                return line
        for year in range(first, last + 1):
            if year not in self._years:
                self._years[year] = self._spans_of(year)
        line = Timeline.of(self._years, first, last, week=self._week)
        object.__setattr__(self, "_timeline", line)
        return line

    def _spans_of(self, year: int) -> list[Span]:
        closed = self.holidays
        if self.country is not None:
            # The local date of a UTC year's first and last hours may lie in the year before or after.
            closed = closed.union(*(_holidays_of(self.country, y) for y in (year - 1, year, year + 1)))
        closed_days = frozenset(day.toordinal() - _EPOCH_DAY for day in closed)
        return open_spans(load_zone(self.time_zone), self._week, closed_days, year)

    def _check(self) -> None:
        try:
            load_zone(self.time_zone)
            if self.country is not None:
                public_holidays(self.country, ())
        except ValueError as error:
            message = f'Calendar "{self.name}": {error}'
            raise ValueError(message) from None
        for start, end in self.intervals:
            if not (0 <= start < WEEK_MINUTES and start < end <= start + WEEK_MINUTES):
                message = (
                    f'Calendar "{self.name}": impossible interval ({start}, {end}). Give minutes since '
                    "Monday 00:00 with the start first, such as (540, 1020) for Monday 09:00-17:00."
                )
                raise ValueError(message)


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


def public_holidays(country: str, years: Iterable[int]) -> frozenset[date]:
    """Return the public holidays of some years, in a country ("DE") or a part of it ("DE-BY", "GB-ENG").

    ValueError for a country or part that is not known. No years: none, after the same check.
    """
    return frozenset(_named_holidays(country, years))


def _named_holidays(country: str, years: Iterable[int]) -> dict[date, str]:
    # Loaded when first needed: it costs more than all the rest of this module.
    import holidays

    code, _, part = country.strip().partition("-")
    code = code.upper()
    known = holidays.list_supported_countries()
    if code not in known:
        message = f'Unknown country "{country}" for public holidays. Use a code such as "DE" or "GB-ENG".'
        raise ValueError(message)
    parts = {name.upper(): name for name in known[code]}
    if part and part.upper() not in parts:
        message = f'Unknown part "{part}" of country "{code}". Known: {", ".join(known[code]) or "no parts"}.'
        raise ValueError(message)
    subdivision = parts[part.upper()] if part else None
    return dict(holidays.country_holidays(code, subdiv=subdivision, years=list(years)))


@lru_cache(maxsize=1024)
def _holidays_of(country: str, year: int) -> Mapping[date, str]:
    return _named_holidays(country, (year,))


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


def _epoch(moment: datetime) -> int:
    return (moment - _EPOCH) // _SECOND
