"""Builds the Board from readings and tallies, all from one snapshot of the store."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from data import facts, health, tallies, tallies_standing
from data.board import (
    Age,
    AudienceColumn,
    AudienceSign,
    BacklogSign,
    Board,
    NpsSign,
    Point,
    SlaSign,
    Voice,
    voice_of,
)
from data.metrics import metric_of
from data.metrics.definition import Change
from data.readings import Readings
from data.records import Audience, Priority
from data.settings import FileSettings
from data.tallies_standing import AGE_DAYS
from data.tally import less, total
from data.verdict import judge
from data.window import DAWN, Clock, Filters, Window, midnight, now, parse_window

NPS_WINDOW = "90d"
SLA_WINDOW = "30d"
NPS_TREND_DAYS = 60
BACKLOG_TREND_DAYS = 56
SLA_TREND_DAYS = 30
SLA_TRAILING_DAYS = 7
VOICES = 12
LONGEST_TREND_DAYS = 366
USUAL_REACH_DAYS = 182
"""The window of the NPS and the one before; longer than any trend of the usual windows."""
NEVER_OLD_S = 10**9


def build_board(
    engine: Engine,
    settings: FileSettings,
    filters: Filters,
    *,
    window: str | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    clock: Clock = now,
) -> Board:
    """The board as of now, or as of a past moment: as it is known now, or as it was known at `known_at`.

    window: words for every flow; None: each sign's usual one. The sources are as they are now, and figures
    of the past never grow old. Raises ValueError, also for a moment that lies in the future.
    """
    present = clock()
    if as_of is not None and as_of > present:
        raise ValueError("What will be cannot be told: as-of lies in the future.")
    at = as_of or known_at or present
    is_past = as_of is not None or known_at is not None
    how: dict[str, Any] = {"as_of": at, "known_at": known_at, "clock": lambda: present}
    if known_at is not None:
        how["reach"] = _reach(window, at, settings)
    with Readings(engine, settings, **how) as readings:
        sources = health.sources(readings.connection, present)
        return _board(readings, settings.title, filters, window, sources, is_past=is_past)


def _board(
    readings: Readings,
    title: str,
    filters: Filters,
    window: str | None,
    sources: tuple[health.SourceHealth, ...],
    *,
    is_past: bool,
) -> Board:
    nps = _nps(readings, filters, window or NPS_WINDOW)
    backlog = _backlog(readings, filters)
    sla = _sla(readings, filters, window or SLA_WINDOW)
    audiences = _audiences(readings, filters, window or NPS_WINDOW)
    tickets, surveys = (_fresh(sources, feed, readings, is_past) for feed in ("tickets", "surveys"))
    return Board(
        as_of=readings.as_of,
        data_version=readings.data_version,
        zone=readings.zone,
        filters=filters,
        is_invented=any(source.is_invented for source in sources),
        title=title,
        verdict=judge(nps, backlog, sla, audiences),
        nps=nps,
        backlog=backlog,
        sla=sla,
        audiences=audiences,
        voices=_voices(readings, filters, VOICES),
        sources=sources,
        ticket_as_of=tickets.as_of,
        survey_as_of=surveys.as_of,
        ticket_deadline_s=tickets.deadline_seconds,
        survey_deadline_s=surveys.deadline_seconds,
        teams=facts.offered_teams(readings.connection, filters.team),
        accounts=facts.offered_accounts(readings.connection, filters.account),
    )


def _reach(window: str | None, at: datetime, settings: FileSettings) -> timedelta | None:
    """How far back a board looks: the longest trend, or twice the window asked for; None: all the way."""
    usual = timedelta(days=USUAL_REACH_DAYS)
    if window is None:
        return usual
    asked = parse_window(window, as_of=at, zone=settings.time_zone)
    if asked.start <= DAWN:
        return None
    length = min(len(asked.days()), LONGEST_TREND_DAYS) + NPS_TREND_DAYS
    first = min(asked.previous().start, at - timedelta(days=length))
    return max(usual, at - first + timedelta(days=2))


def _fresh(
    sources: tuple[health.SourceHealth, ...], feed: str, readings: Readings, is_past: bool
) -> health.Freshness:
    """How old the figures of a feed are; those of the past are as old as they are."""
    if not is_past:
        return health.freshness(sources, feed, readings.as_of)
    known = feed in readings.feeds
    return health.Freshness(readings.as_of if known else None, NEVER_OLD_S)


def _nps(readings: Readings, filters: Filters, window: str) -> NpsSign:
    reading = readings.read("nps", window=window, filters=filters)
    return NpsSign(nps=reading, trend=_nps_trend(readings, filters, reading.window))


def _nps_trend(readings: Readings, filters: Filters, window: Window) -> tuple[Point, ...]:
    """The NPS of a window of the same length, as it stood at the end of each of the last days."""
    length = min(len(window.days()), LONGEST_TREND_DAYS)
    span = readings.window(f"{NPS_TREND_DAYS + length}d")
    by_day = tallies.nps_responses(readings.scope(span, filters), ("day",))
    read = metric_of("nps").read
    points = []
    for day, tally in _trailing(by_day, span.days()[length:], length):
        value = read(tally) if tally is not None else None
        interval = value.interval if value else None
        points.append(
            Point(
                _end_of(day, readings),
                value.value if value else None,
                interval.low if interval else None,
                interval.high if interval else None,
                value.n if value else 0,
            )
        )
    return tuple(points)


def _trailing(
    by_day: Mapping[tuple[Any, ...], Any], days: Sequence[date], length: int
) -> list[tuple[date, Any]]:
    """For each day the tally of the `length` days that end with it; None where there are no rows."""
    ahead = deque(sorted(by_day.items(), key=lambda item: item[0]))
    held: deque[tuple[date, Any]] = deque()
    running: Any = None
    found = []
    for day in days:
        while ahead and ahead[0][0][0] <= day:
            (entering,), tally = ahead.popleft()
            held.append((entering, tally))
            running = tally if running is None else running + tally
        while held and held[0][0] <= day - timedelta(days=length):
            running = less(running, held.popleft()[1])
        found.append((day, running if held else None))
    return found


def _backlog(readings: Readings, filters: Filters) -> BacklogSign:
    scope = readings.scope(readings.window("today"), filters)
    counts = tallies_standing.waiting_by_age(scope)
    ends = [*AGE_DAYS[1:], None]
    ages = tuple(Age(start, end, count) for start, end, count in zip(AGE_DAYS, ends, counts, strict=True))
    return BacklogSign(
        backlog=readings.read("backlog", filters=filters),
        ages=ages,
        oldest=readings.read("oldest_waiting_minutes", filters=filters, compare=False),
        created_today=readings.read("created", window="today", filters=filters, compare=False),
        solved_today=readings.read("solved", window="today", filters=filters, compare=False),
        trend=_backlog_trend(readings, filters),
    )


def _backlog_trend(readings: Readings, filters: Filters) -> tuple[Point, ...]:
    """The backlog at the end of each local day; today's at as-of. Empty where there are no tickets at all."""
    if "tickets" not in readings.feeds:
        return ()
    span = readings.window(f"{BACKLOG_TREND_DAYS}d")
    before = span.start - timedelta(seconds=1)
    base = total(tallies_standing.waiting(readings.scope(span, filters, before)))
    level = base.us + base.customer + base.elsewhere if base else 0
    steps = tallies_standing.backlog_by_day(readings.scope(span, filters), span.days()[0])
    points = []
    for day in span.days():
        begun, ended = steps.get(day, (0, 0))
        level += begun - ended
        points.append(Point(_end_of(day, readings), level, n=level))
    return tuple(points)


def _sla(readings: Readings, filters: Filters, window: str) -> SlaSign:
    def by_priority(key: str) -> dict[str, Any]:
        found = {r.group: r for r in readings.split(key, "priority", window=window, filters=filters)}
        return {name.value: found[name.value] for name in Priority if name.value in found}

    targets = by_priority("sla_target")
    return SlaSign(
        attainment=readings.read("sla_attainment", window=window, filters=filters),
        gap=readings.read("sla_gap", window=window, filters=filters),
        gap_p90=readings.read("sla_gap_p90", window=window, filters=filters, compare=False),
        resolution_by_priority=by_priority("sla_elapsed"),
        resolution_p90_by_priority=by_priority("sla_elapsed_p90"),
        target_by_priority={key: item.value for key, item in targets.items()},
        attainment_by_priority=by_priority("sla_attainment"),
        breached_now=readings.read("breached_now", filters=filters, compare=False),
        due_soon=readings.read("due_soon", filters=filters, compare=False),
        trend=_sla_trend(readings, filters),
    )


def _sla_trend(readings: Readings, filters: Filters) -> tuple[Point, ...]:
    span = readings.window(f"{SLA_TREND_DAYS + SLA_TRAILING_DAYS}d")
    by_day = tallies.ended_outcomes(readings.scope(span, filters), ("day",))
    points = []
    for day, tally in _trailing(by_day, span.days()[SLA_TRAILING_DAYS:], SLA_TRAILING_DAYS):
        share = tally.hits / tally.total if tally is not None and tally.total else None
        points.append(Point(_end_of(day, readings), share, n=tally.total if tally is not None else 0))
    return tuple(points)


def _audiences(readings: Readings, filters: Filters, window: str) -> AudienceSign:
    everybody = replace(filters, audience=None)
    span = readings.window(window)
    groups = tallies.nps_responses(readings.scope(span, everybody), ("audience",))
    users = groups.get((Audience.END_USER.value,))
    deciders = groups.get((Audience.DECISION_MAKER.value,))
    unknown = groups.get((Audience.UNKNOWN.value,))
    compare = metric_of("nps").compare
    apart: Change | None = None
    if users is not None and deciders is not None and compare is not None:
        apart = compare(deciders, users)
    return AudienceSign(
        end_users=_column(readings, everybody, Audience.END_USER, window),
        decision_makers=_column(readings, everybody, Audience.DECISION_MAKER, window),
        apart=apart,
        unknown=unknown.promoters + unknown.passives + unknown.detractors if unknown else 0,
    )


def _column(readings: Readings, filters: Filters, audience: Audience, window: str) -> AudienceColumn:
    mine = replace(filters, audience=audience)
    nps = readings.read("nps", window=window, filters=mine)
    said = _voices(readings, mine, 1)
    return AudienceColumn(
        audience=audience,
        nps=nps,
        response_rate=readings.read("response_rate", window=window, filters=mine, compare=False),
        attainment=readings.read("sla_attainment", window=window, filters=mine, compare=False),
        trend=_nps_trend(readings, mine, nps.window),
        said=said[0] if said else None,
    )


def _voices(readings: Readings, filters: Filters, limit: int) -> tuple[Voice, ...]:
    rows = facts.voices(readings.connection, filters, until=readings.as_of, limit=limit)
    return tuple(voice_of(row, readings.today) for row in rows)


def _end_of(day: date, readings: Readings) -> datetime:
    """The end of a local day, or as-of for the day that is not over."""
    zone = ZoneInfo(readings.zone)
    return min(midnight(day + timedelta(days=1), zone), readings.as_of)
