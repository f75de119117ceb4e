"""Open time as sorted spans of whole UTC seconds: the arithmetic beneath business calendars.

Everything here is integers: epoch seconds, epoch days (days since 1970-01-01) and seconds of the wall
clock. Who is open when, and on which dates, is data/hours.py's business.

Years are worked out from 1800, before any zone's first clock change, to 2199. Outside of them the week of
the nearest known year repeats for ever, so that a "never" such as 9999-12-31 costs no millions of spans.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import leapdays
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE = 60
DAY = 86_400
WEEK = 7 * DAY
WEEK_MINUTES = 10_080
FIRST_YEAR, LAST_YEAR = 1800, 2199

Span = tuple[int, int]
"""(start, end), end exclusive."""

Week = tuple[tuple[Span, ...], ...]
"""For each weekday from Monday on: the open spans of its wall clock, in seconds since its midnight."""

_SECOND = timedelta(seconds=1)
_THURSDAY = 3  # 1970-01-01, counted from Monday


class Timeline(NamedTuple):
    """The open spans of the years `first` to `last` (UTC), ready for look-ups in O(log n).

    `before[i]` is the open time, in seconds, from `low` to `starts[i]`. An empty span stands at either
    end, so that no look-up between `low` and `high` needs a special case. `early_week`, `late_week`: open
    seconds of a week without holiday or clock change, before `low` and after `high`.
    """

    first: int
    last: int
    low: int
    high: int
    starts: list[int]
    ends: list[int]
    before: list[int]
    early_week: int
    late_week: int

    @classmethod
    def of(
        cls, spans_of_year: Mapping[int, Iterable[Span]], first: int, last: int, *, weeks: tuple[Week, Week]
    ) -> Timeline:
        """Join the years `first` to `last`, all of which must be in the mapping. weeks: (early, late)."""
        low, high = year_start(first), year_start(last + 1)
        spans = [(low, low)]
        for year in range(first, last + 1):
            spans.extend(spans_of_year[year])
        spans.append((high, high))
        before = accumulate((end - start for start, end in spans[:-1]), initial=0)
        early, late = (sum(end - start for day in week for start, end in day) for week in weeks)
        starts, ends = [start for start, _ in spans], [end for _, end in spans]
        return cls(first, last, low, high, starts, ends, list(before), early, late)

    def open_before(self, moment: int) -> int:
        """Return the open seconds from `low` to the moment."""
        at = bisect_right(self.starts, moment) - 1
        end = self.ends[at]
        return self.before[at] + (moment if moment < end else end) - self.starts[at]

    def moment_of(self, open_seconds: int) -> int:
        """Return the first moment before which so many seconds (1 to `before[-1]`) were open."""
        at = bisect_left(self.before, open_seconds) - 1
        return self.starts[at] + open_seconds - self.before[at]

    def far_open_before(self, moment: int) -> int:
        """Do what `open_before` does for any moment; negative before `low`."""
        weeks = _steps_outside(moment, self.low, self.high, WEEK)
        open_week = self.early_week if weeks < 0 else self.late_week
        return self.open_before(moment - weeks * WEEK) + weeks * open_week

    def far_moment_of(self, open_seconds: int) -> int:
        """Do what `moment_of` does for any number of seconds. The week on that side must have open time."""
        open_week = self.early_week if open_seconds < 1 else self.late_week
        weeks = _steps_outside(open_seconds, 1, self.before[-1], open_week)
        return self.moment_of(open_seconds - weeks * open_week) + weeks * WEEK


def _steps_outside(value: int, low: int, high: int, step: int) -> int:
    """Return the fewest steps that, taken off the value, bring it between low and high (inclusive)."""
    if value > high:
        return -((high - value) // step)
    return (value - low) // step if value < low else 0


def week_of(intervals: Iterable[Span]) -> Week:
    """Cut intervals (minutes since Monday 00:00, an end past 10,080 runs into Monday) at each midnight."""
    days: list[list[Span]] = [[] for _ in range(7)]
    for start, end in intervals:
        at, stop = start * MINUTE, end * MINUTE
        while at < stop:
            day, begin = divmod(at, DAY)
            cut = min(stop, (day + 1) * DAY)
            days[day % 7].append((begin, begin + cut - at))
            at = cut
    return tuple(tuple(joined(sorted(spans))) for spans in days)


def open_spans(zone: ZoneInfo, week: Week, closed_days: Collection[int], year: int) -> list[Span]:
    """Return the spans of a UTC year in which the zone's wall clock reads an open time of an open date."""
    return joined(_open_spans(zone, week, closed_days, year))


def joined(spans: Iterable[Span]) -> list[Span]:
    """Join spans, sorted by their start, that touch or overlap."""
    result: list[Span] = []
    for start, end in spans:
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def year_start(year: int) -> int:
    """Return the epoch second at which a UTC year begins (also 10000, which no datetime can name)."""
    return (365 * (year - 1970) + leapdays(1970, year)) * DAY


def year_of(moment: int) -> int:
    """Return the UTC year of an epoch second, or the nearest that is worked out."""
    inside = min(max(moment, year_start(FIRST_YEAR)), year_start(LAST_YEAR + 1) - 1)
    return datetime.fromtimestamp(inside, UTC).year


def _open_spans(zone: ZoneInfo, week: Week, closed_days: Collection[int], year: int) -> Iterator[Span]:
    for low, high, offset in constant_offsets(zone, year_start(year), year_start(year + 1)):
        for day in range((low + offset) // DAY, (high - 1 + offset) // DAY + 1):
            if day in closed_days:
                continue
            midnight = day * DAY - offset
            for begin, finish in week[(day + _THURSDAY) % 7]:
                start, end = max(midnight + begin, low), min(midnight + finish, high)
                if start < end:
                    yield start, end


def midnight_of(zone: ZoneInfo, day: int) -> int:
    """Return the first moment at which the zone's wall clock shows this epoch day, or one after it.

    After it where the zone skipped that day. A clock that is put back over midnight shows the end of the
    day before once more afterwards; that is not looked at.
    """
    for low, high, offset in constant_offsets(zone, (day - 2) * DAY, (day + 3) * DAY):
        if (high - 1 + offset) // DAY >= day:
            return max(low, day * DAY - offset)
    raise AssertionError("A zone's clock is never two days behind UTC.")


def constant_offsets(zone: ZoneInfo, low: int, high: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, seconds east of UTC) for each stretch from low to high in which the zone keeps
    one offset.

    A look a day suffices: of all zones in the time zone database, none has ever changed its offset
    twice within four days but one (Freetown, September 1939, 96 hours).
    """
    start, offset = low, _offset(zone, low)
    for day in range(low, high, DAY):
        if _offset(zone, day + DAY) != offset:
            change = _first_change(zone, day, offset)
            if change >= high:
                break
            yield start, change, offset
            start, offset = change, _offset(zone, day + DAY)
    if start < high:
        yield start, high, offset


def _first_change(zone: ZoneInfo, day: int, offset: int) -> int:
    """Return the moment within a day from `day` on at which the zone leaves the offset."""
    return (
        day
        + 1
        + bisect_left(range(day + 1, day + DAY), True, key=lambda moment: _offset(zone, moment) != offset)
    )


def _offset(zone: ZoneInfo, moment: int) -> int:
    return (datetime.fromtimestamp(moment, zone).utcoffset() or timedelta()) // _SECOND
