"""The pieces that hand-made boards are put together from: metrics, readings, trends, sources."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from data.board import (
    Point,
)
from data.health import RejectSummary, SourceHealth, SourceState
from data.metrics.definition import Direction, Kind, Metric, Unit
from data.reading import Reading
from data.window import Filters, parse_window

ZONE = "Europe/Berlin"
AT = datetime(2026, 11, 18, 13, 32, tzinfo=UTC)
HOSTILE = "</script><img src=x onerror=alert(1)><script>window.pwned=1</script>\"'&{{x}}"


def metric(key: str, unit: Unit, direction: Direction = Direction.HIGHER_IS_BETTER, **more: Any) -> Metric:
    """A definition with just what screens look at."""
    return Metric(
        key=key,
        label=key,
        short=key,
        unit=unit,
        clock=None,
        direction=direction,
        kind=more.pop("kind", Kind.FLOW),
        dated_by=more.pop("dated_by", "solved_at"),
        tally=dict,
        read=lambda tally: tally,
        definition="",
        answers="",
        minimum_sample=more.pop("minimum_sample", 5),
        splits=(),
        **more,
    )


NPS = metric("nps", Unit.POINTS, minimum_sample=10, dated_by="responded_at")
BACKLOG = metric("backlog", Unit.TICKETS, Direction.LOWER_IS_BETTER, kind=Kind.LEVEL, minimum_sample=0)
ATTAINMENT = metric("sla_attainment", Unit.SHARE)
GAP = metric("sla_gap", Unit.MINUTES, Direction.LOWER_IS_BETTER)
RATE = metric("response_rate", Unit.SHARE, dated_by="sent_at")


def read(kind: Metric, value: float | None, n: int = 400, *, at: datetime = AT, **more: Any) -> Reading:
    """A reading of `kind`; window: words as on the command line."""
    window = parse_window(more.pop("window", "30d"), as_of=at, zone=ZONE)
    given: dict[str, Any] = {"interval": None, "counts": {}, "left_out": {}} | more
    return Reading(
        metric=kind, value=value, n=n, window=window, filters=Filters(), as_of=at, data_version=1, **given
    )


def trend(
    first: float, last: float, *, at: datetime, days: int = 60, wave: float = 2.0, band: float = 0.0
) -> tuple[Point, ...]:
    """From one value to another with some unrest, a point a day; always the same for the same arguments."""
    chance = random.Random(f"{first} {last}")
    points, drift = [], 0.0
    for i in range(days):
        share = i / (days - 1)
        drift = 0.8 * drift + chance.uniform(-wave, wave)
        value = first + (last - first) * share + drift * (1 - share**6)
        low, high = (value - band, value + band) if band else (None, None)
        points.append(Point(at - timedelta(days=days - 1 - i), value, low, high, 400))
    return tuple(points)


def source(name: str, label: str, at: datetime, **more: Any) -> SourceHealth:
    """A live source, or what `more` makes of it."""
    age_s = more.pop("age_s", 8)
    success = None if age_s is None else at - timedelta(seconds=age_s)
    given: dict[str, Any] = {
        "kind": name,
        "is_invented": False,
        "state": SourceState.LIVE,
        "interval_seconds": 60,
        "feeds": frozenset({"tickets"}),
        "last_success_at": success,
        "last_run_at": success or at,
        "next_run_at": at + timedelta(seconds=52),
        "lag_seconds": None if age_s is None else float(age_s),
        "record_count": 40_213,
        "last_run_record_count": 12,
        "reject_count": 0,
        "rejects": (),
        "error": None,
        "setting": None,
        "notes": (),
    }
    return SourceHealth(name=name, label=label, **(given | more))


def reject(stream: str, reason: str, count: int, place: str, at: datetime) -> RejectSummary:
    return RejectSummary(stream=stream, reason=reason, count=count, place=place, last_seen_at=at)


def four_sources(at: datetime) -> tuple[SourceHealth, ...]:
    surveys = frozenset({"surveys"})
    return (
        source("acme-support", "Zendesk", at, kind="zendesk", age_s=8),
        source("rt", "Request Tracker", at, kind="request_tracker", age_s=31, record_count=4_120),
        source("promoter", "Promoter.io", at, kind="promoter", age_s=44, feeds=surveys, record_count=6_002),
        source("csv", "Accounts folder", at, kind="files", age_s=50, feeds=frozenset(), record_count=60),
    )
