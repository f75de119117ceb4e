"""Why a calendar was open or closed: the time between two moments, stretch by stretch.

How much working time there is says data/hours.py; here is what it is made of, for people to check.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from data.hours import Calendar
from data.open_time import DAY, FIRST_YEAR, LAST_YEAR, constant_offsets, year_start
from data.zones import load_zone

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LOW, _HIGH = year_start(FIRST_YEAR), year_start(LAST_YEAR + 1)


class Why(StrEnum):
    OPEN = "open"
    CLOSED = "closed"  # outside the weekly hours
    HOLIDAY = "holiday"  # the week has hours on this day, and it is a day off
    MANY = "many"  # outside the years that are worked out singly: open and closed, not told apart


class Stretch(NamedTuple):
    """Epoch seconds, end exclusive. name: of the holiday; "" where it has none."""

    start: int
    end: int
    why: Why
    name: str = ""


def stretches(calendar: Calendar, start: int, end: int) -> Iterator[Stretch]:
    """Yield the time between two epoch seconds without gap or overlap, oldest first.

    A day off is cut out of the closed time around it at its local midnights, and closed time is cut where
    the hours change.
    """
    if start < min(end, _LOW):
        yield Stretch(start, min(end, _LOW), Why.MANY)
    low, high = max(start, _LOW), min(end, _HIGH)
    at = low
    for opening, closing in calendar.open_spans(low, high):
        yield from _closed(calendar, at, opening)
        yield Stretch(opening, closing, Why.OPEN)
        at = closing
    yield from _closed(calendar, at, high)
    if max(start, _HIGH) < end:
        yield Stretch(max(start, _HIGH), end, Why.MANY)


def clock_changes(zone_name: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return (moment, seconds by which the wall clock jumps forward) for each change between two moments."""
    before, found = None, []
    for at, _, offset in constant_offsets(load_zone(zone_name), max(start, _LOW), min(end, _HIGH)):
        if before is not None:
            found.append((at, offset - before))
        before = offset
    return found


def _closed(calendar: Calendar, start: int, end: int) -> Iterator[Stretch]:
    for low, high, piece in calendar.pieces(start, end):
        yield from _closed_alike(piece, low, high)


def _closed_alike(calendar: Calendar, start: int, end: int) -> Iterator[Stretch]:
    held: Stretch | None = None
    for low, high, day in _days(load_zone(calendar.time_zone), start, end):
        name = calendar.day_off(day)
        found = Stretch(low, high, Why.CLOSED if name is None else Why.HOLIDAY, name or "")
        if held is not None and held[2:] == found[2:]:
            held = held._replace(end=high)
            continue
        if held is not None:
            yield held
        held = found
    if held is not None:
        yield held


def _days(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, date]]:
    """Yield (start, end, local date), where the clock jumps more than once for one date."""
    for low, high, offset in constant_offsets(zone, start, end):
        for day in range((low + offset) // DAY, (high - 1 + offset) // DAY + 1):
            midnight = day * DAY - offset
            yield max(midnight, low), min(midnight + DAY, high), date.fromordinal(_EPOCH_DAY + day)
