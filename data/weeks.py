"""Demand against capacity over complete weeks, from readings, with what may be said of the last one."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from data import tallies_capacity, tallies_work
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


def weeks_by_team(readings: Readings, count: int, filters: Filters = NO_FILTERS) -> dict[str, list[Week]]:
    """The last `count` complete weeks of each team (`source:id`) that did anything in them, oldest first.

    In two questions for all teams and weeks together. Each team's weeks before its first are left out.
    """
    windows = _windows(readings, count)
    whole = Window(windows[0].start, windows[-1].end, readings.zone, f"{count} weeks")
    scope = readings.scope(whole, filters)
    first = whole.days()[0]
    created: dict[str, Counter[int]] = defaultdict(Counter)
    solved: dict[str, Counter[int]] = defaultdict(Counter)
    present: dict[str, Counter[int]] = defaultdict(Counter)
    for (team, day), flow in tallies_work.flows(scope, ("team", "day")).items():
        number = (day - first).days // WEEK.days
        created[team][number] += flow.created
        solved[team][number] += flow.solved
    for (team,), agents in tallies_capacity.active(scope, ("team",)).items():
        present[team].update((day - first).days // WEEK.days for _, day in agents)
    found = {
        team: [Week(created[team][i], solved[team][i], present[team][i]) for i in range(count)]
        for team in {*created, *present}
        if team is not None
    }
    return {team: _begun(weeks) for team, weeks in found.items()}


def last_week(readings: Readings) -> Window:
    """The last complete week (Monday to Sunday), under a name that `parse_window` understands."""
    days = _windows(readings, 1)[0].days()
    return readings.window(f"{days[0]}..{days[-1]}")


def _begun(weeks: list[Week]) -> list[Week]:
    first = next((i for i, week in enumerate(weeks) if week != Week(0, 0, 0)), len(weeks))
    return weeks[first:]


def _windows(readings: Readings, count: int) -> list[Window]:
    zone = ZoneInfo(readings.zone)
    today = readings.as_of.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    starts = [monday - WEEK * number for number in range(count, 0, -1)]
    return [
        Window(midnight(start, zone), midnight(start + WEEK, zone), readings.zone, f"week of {start}")
        for start in starts
    ]
