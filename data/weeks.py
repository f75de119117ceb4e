"""Demand against capacity over complete weeks, from readings, with what may be said of the last one."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from data.capacity import MOST_WEEKS, LoadJudgement, Week, judge_week
from data.readings import NO_FILTERS, Readings
from data.window import Filters, Window, midnight

WEEK = timedelta(days=7)


def weeks_of(readings: Readings, count: int = MOST_WEEKS + 1, filters: Filters = NO_FILTERS) -> list[Week]:
    """The last `count` complete weeks (Monday to Sunday, in the reporting time zone), oldest first.

    Weeks before the first ticket are left out.
    """
    found: list[Week] = []
    for window in _windows(readings, count):
        created, solved = (
            readings.read(key, window=window, filters=filters, compare=False).counts
            for key in ("arrivals_per_agent_day", "solved_per_agent_day")
        )
        came, went = (int(part.get("tickets", 0)) for part in (created, solved))
        week = Week(came, went, int(max(part.get("agent days", 0) for part in (created, solved))))
        if found or week != Week(0, 0, 0):
            found.append(week)
    return found


def load_of(readings: Readings, filters: Filters = NO_FILTERS) -> LoadJudgement | None:
    """What may be said of the last complete week; None where nothing is known of any."""
    weeks = weeks_of(readings, filters=filters)
    return judge_week(weeks) if weeks else None


def _windows(readings: Readings, count: int) -> list[Window]:
    zone = ZoneInfo(readings.zone)
    today = readings.as_of.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    starts = [monday - WEEK * number for number in range(count, 0, -1)]
    return [
        Window(midnight(start, zone), midnight(start + WEEK, zone), readings.zone, f"week of {start}")
        for start in starts
    ]
