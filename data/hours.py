"""Business calendars: how much working time lies between two moments, and when it will have passed.

Working time is elapsed real time during which the wall clock of the calendar's zone reads inside one of
its weekly intervals and the local date is no holiday. So an hour that the clock shows twice counts twice,
an hour (or a whole day) that it skips does not count, and a night shift stops at midnight where the next
date is a holiday. A calendar whose hours change at some moment is made of dated pieces, each a calendar
of its own, and is asked like any other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from data import records
from data.holiday import holidays_of, public_holidays
from data.hours_words import parse_hours
from data.open_time import (
    DAY,
    FIRST_YEAR,
    LAST_YEAR,
    WEEK_MINUTES,
    Span,
    Timeline,
    Week,
    joined,
    open_spans,
    week_of,
    year_of,
    year_start,
)
from data.zones import load_zone, rails_zone

if TYPE_CHECKING:
    from data.hours_many import Lookup, Moments

__all__ = ["Calendar", "parse_hours", "public_holidays", "rails_zone"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_SECOND = timedelta(seconds=1)
_END_OF_TIME = year_start(10_000)
_FIRST_CHANGE, _LAST_CHANGE = year_start(FIRST_YEAR + 1), year_start(LAST_YEAR)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly working hours in one time zone, without the holidays.

    intervals: (start, end) in minutes since Monday 00:00 of the wall clock, end exclusive. An end past
        10,080 runs on into Monday; intervals that overlap count once; without any, there is no working time.
    holidays: local dates without working time. country: adds its public holidays, of any year needed.
    changes: (epoch second, calendar that holds from then on), oldest first; empty for most.

    Make one with `weekly`, `always`, `from_record` or `dated`. Years are worked out when first asked for,
    and kept; outside 1800-2199 there are neither holidays nor clock changes.
    """

    name: str
    time_zone: str
    intervals: tuple[Span, ...]
    holidays: frozenset[date] = frozenset()
    country: str | None = None
    changes: tuple[tuple[int, Calendar], ...] = ()
    _base: Calendar | None = field(init=False, repr=False, compare=False, default=None)
    _week: Week = field(init=False, repr=False, compare=False)
    _is_always: bool = field(init=False, repr=False, compare=False)
    _years: dict[int, list[Span]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _timeline: Timeline | None = field(init=False, repr=False, compare=False, default=None)
    _lookup: Lookup | None = field(init=False, repr=False, compare=False, default=None)

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

    @classmethod
    def dated(cls, first: Calendar, changes: Sequence[tuple[int, Calendar]]) -> Calendar:
        """Make a calendar of plain ones: the first since ever, each other one from an epoch second on.

        ValueError unless the moments rise and lie in the years 1801 to 2198.
        """
        return replace(first, changes=tuple(changes)) if changes else first

    def __post_init__(self) -> None:
        self._check()
        week = week_of(self.intervals)
        is_whole = all(spans == ((0, DAY),) for spans in week)
        is_always = is_whole and not self.holidays and self.country is None
        object.__setattr__(self, "_week", week)
        object.__setattr__(self, "_is_always", is_always and all(c._is_always for _, c in self.changes))
        if self.changes:
            object.__setattr__(self, "_base", replace(self, changes=()))

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

    def seconds_between_many(self, starts: Moments, ends: Moments) -> Moments:
        """Do what `seconds_between` does for many pairs at once: arrays of int64, alike long.

        O(log n) for each pair, n being the openings of the years between the first and the last moment.
        """
        from data.hours_many import Lookup, between  # numpy costs more than all the rest of this module

        if not len(starts) or self._is_always:
            return between(None, starts, ends)
        low, high = int(starts.min()), int(ends.max())
        line = self._grown(year_of(low), year_of(max(low, high - 1)))
        if self._lookup is None or self._lookup.line is not line:
            object.__setattr__(self, "_lookup", Lookup.of(line))
        return between(self._lookup, starts, ends)

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
        moment = start_epoch + seconds if self._is_always else self._moment_after(start_epoch, seconds)
        return moment if moment is not None and moment < _END_OF_TIME else None

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

        None: it is no holiday, or the week has no hours on that day anyway. Of pieces, the one counts that
        began last on or before that date of its own zone.
        """
        if self._base is not None:
            midnight = (day.toordinal() - _EPOCH_DAY + 1) * DAY
            began = (c for at, c in reversed(self.changes) if at + c.offset_at(at) < midnight)
            return next(began, self._base).day_off(day)
        if not self._week[day.weekday()]:
            return None
        named = holidays_of(self.country, day.year) if self.country is not None else {}
        return named.get(day, "" if day in self.holidays else None)

    def at(self, moment: int) -> Calendar:
        """Return the piece that holds at an epoch second: itself where nothing ever changes."""
        number = bisect_right(self.changes, moment, key=lambda change: change[0])
        return self.changes[number - 1][1] if number else self._base or self

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int, Calendar]]:
        """Yield (start, end, the plain calendar that holds) between two epoch seconds, oldest first."""
        edges = [start, *(at for at, _ in self.changes if start < at < end), end]
        for low, high in pairwise(edges):
            if low < high:
                yield low, high, self.at(low)

    def offset_at(self, moment: int) -> int:
        """Return how many seconds east of UTC the zone's clock shows at an epoch second."""
        offset = (_EPOCH + moment * _SECOND).astimezone(load_zone(self.time_zone)).utcoffset()
        return (offset or timedelta()) // _SECOND

    def _moment_after(self, start: int, seconds: int) -> int | None:
        year, weeks = year_of(start), self._weeks()
        if not any(any(week) for week in (self._week, *(c._week for _, c in self.changes))):
            return None
        last = year_of(self.changes[-1][0]) if self.changes else year
        line = self._grown(year, year)
        while (wanted := line.far_open_before(start) + seconds) > line.before[-1] and line.last < LAST_YEAR:
            if line.last > last and not any(weeks[1]):
                return None
            # Doubling keeps a deadline decades away from costing a rebuilt line for each year.
            line = self._grown(year, min(LAST_YEAR, 2 * line.last + 1 - year))
        if wanted > line.before[-1] and not any(weeks[1]):
            return None
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
                self._years[year] = joined(self._spans_of(year))
        line = Timeline.of(self._years, first, last, weeks=self._weeks())
        object.__setattr__(self, "_timeline", line)
        return line

    def _weeks(self) -> tuple[Week, Week]:
        """Return the weeks that hold before and after all years that are worked out."""
        return self._week, self.changes[-1][1]._week if self.changes else self._week

    def _spans_of(self, year: int) -> Iterator[Span]:
        """Yield the openings of a UTC year, cut where one piece follows another."""
        for low, high, piece in self.pieces(year_start(year), year_start(year + 1)):
            for start, end in piece._own_spans(year):
                if max(start, low) < min(end, high):
                    yield max(start, low), min(end, high)

    def _own_spans(self, year: int) -> list[Span]:
        closed = self.holidays
        if self.country is not None:
            # The local date of a UTC year's first and last hours may lie in the year before or after.
            closed = closed.union(*(holidays_of(self.country, y) for y in (year - 1, year, year + 1)))
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
        moments = [_FIRST_CHANGE - 1, *(at for at, _ in self.changes), _LAST_CHANGE]
        if any(a >= b for a, b in pairwise(moments)) or any(c.changes for _, c in self.changes):
            message = f'Calendar "{self.name}": its changes must rise and lie in the years 1801 to 2198.'
            raise ValueError(message)


def _epoch(moment: datetime) -> int:
    return (moment - _EPOCH) // _SECOND
