"""The verdict in words, case by case: the worst of four signs, and never louder than the figures."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from data.board import AudienceColumn, AudienceSign, BacklogSign, NpsSign, Point, SlaSign
from data.metrics import metric_of
from data.metrics.definition import Change, Value
from data.reading import Reading
from data.readings import standing
from data.records import Audience
from data.statistics import Interval
from data.statistics import Verdict as Realness
from data.verdict import (
    SignVerdict,
    Tendency,
    Weather,
    judge,
    judge_audiences,
    judge_backlog,
    judge_nps,
    judge_sla,
)
from data.window import Filters, parse_window
from tests.data.small_world import at

NOW = at("11-18 14:30")
REAL_FALL, REAL_RISE = Change(-12.0, Realness.REAL), Change(12.0, Realness.REAL)
NOISE = Change(-12.0, Realness.NOISE)


def reading(
    key: str, value: float | None, n: int = 200, reach: float = 5, target: float | None = None, **more: Any
) -> Reading:
    """A reading whose interval reaches `reach` to both sides."""
    metric = metric_of(key)
    interval = None if value is None or not reach else Interval(value - reach, value + reach)
    return Reading(
        metric=metric, value=value, n=n, interval=interval, counts={}, left_out={}, filters=Filters(),
        window=parse_window("30d", as_of=NOW, zone="UTC"), as_of=NOW, data_version=1, target=target,
        standing=standing(metric, Value(value, n, interval), target), **more,
    )  # fmt: skip


def nps(value: float | None, **more: Any) -> SignVerdict:
    return judge_nps(NpsSign(nps=reading("nps", value, target=30, **more), trend=()))


@pytest.mark.parametrize(
    ("value", "more", "weather", "tendency"),
    [
        (40, {}, Weather.FAIR, Tendency.STEADY),
        (40, {"change": REAL_RISE}, Weather.FAIR, Tendency.RISING),
        (40, {"change": REAL_FALL}, Weather.CHANGE, Tendency.FALLING),
        (40, {"change": NOISE}, Weather.FAIR, Tendency.STEADY),
        (27, {}, Weather.CHANGE, Tendency.STEADY),
        (20, {}, Weather.RAIN, Tendency.STEADY),
        (-3, {}, Weather.RAIN, Tendency.STEADY),
        (-6, {}, Weather.STORM, Tendency.STEADY),
        (-60, {"n": 9}, Weather.UNKNOWN, Tendency.STEADY),
        (None, {"n": 0}, Weather.UNKNOWN, Tendency.STEADY),
    ],
)
def test_the_nps(value: float | None, more: dict[str, Any], weather: Weather, tendency: Tendency) -> None:
    found = nps(value, **more)
    assert (found.weather, found.tendency) == (weather, tendency)


def backlog(level: float | None, days: list[float], goal: float | None = None) -> SignVerdict:
    trend = tuple(Point(NOW - timedelta(days=len(days) - i), value) for i, value in enumerate(days))
    now = reading("backlog", level, reach=0, target=goal)
    rest: Any = dict.fromkeys(("oldest", "created_today", "solved_today"), now)
    return judge_backlog(BacklogSign(backlog=now, ages=(), trend=(*trend, Point(NOW, level)), **rest))


@pytest.mark.parametrize(
    ("level", "days", "goal", "weather"),
    [
        (100, [100] * 20, None, Weather.FAIR), (114, [100] * 20, None, Weather.FAIR),
        (116, [100] * 20, None, Weather.CHANGE), (151, [100] * 20, None, Weather.RAIN),
        (201, [100] * 20, None, Weather.STORM), (7, [2] * 20, None, Weather.FAIR),
        (8, [2] * 20, None, Weather.STORM), (60, [100] * 20, 50, Weather.CHANGE),
        (101, [100] * 20, 50, Weather.STORM), (5, [0] * 20, None, Weather.UNKNOWN),
        (5, [], None, Weather.UNKNOWN), (None, [100] * 20, None, Weather.UNKNOWN),
    ],
)  # fmt: skip
def test_the_backlog(level: float | None, days: list[float], goal: float | None, weather: Weather) -> None:
    assert backlog(level, days, goal).weather is weather


@pytest.mark.parametrize(
    ("week_ago", "tendency"), [(80, Tendency.FALLING), (100, Tendency.STEADY), (120, Tendency.RISING)]
)
def test_a_growing_backlog_is_a_falling_barometer(week_ago: float, tendency: Tendency) -> None:
    assert backlog(100, [100] * 10 + [week_ago] + [100] * 6).tendency is tendency


def sla(share: float | None, by_priority: dict[str, float] | None = None, **more: Any) -> SignVerdict:
    def read(value: float | None, **given: Any) -> Reading:
        return reading("sla_attainment", value, reach=0.02, target=0.9, **given)

    other = reading("sla_gap", 0)
    rest: Any = dict.fromkeys(("gap", "gap_p90", "breached_now", "due_soon"), other)
    return judge_sla(
        SlaSign(
            attainment=read(share, **more), resolution_by_priority={}, resolution_p90_by_priority={},
            target_by_priority={}, trend=(),
            attainment_by_priority={name: read(value) for name, value in (by_priority or {}).items()}, **rest,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("share", "by_priority", "more", "weather", "says"),
    [
        (0.95, {"high": 0.95}, {}, Weather.FAIR, "keep their target"),
        (0.89, {}, {}, Weather.CHANGE, "within noise"),
        (0.95, {"urgent": 0.6, "high": 0.7}, {}, Weather.CHANGE, r"Urgent-priority tickets .*\(60 %"),
        (0.85, {}, {}, Weather.RAIN, "85 % of 90 %"), (0.70, {}, {}, Weather.STORM, "70 % of 90 %"),
        (0.10, {}, {"n": 9}, Weather.UNKNOWN, "Too few"), (None, {}, {"n": 0}, Weather.UNKNOWN, "Too few"),
    ],
)  # fmt: skip
def test_the_sla(
    share: float | None, by_priority: dict[str, float], more: dict[str, Any], weather: Weather, says: str
) -> None:
    found = sla(share, by_priority, **more)
    assert found.weather is weather
    assert re.search(says, found.reason)


def audiences(deciders: float | None, apart: Change | None, **more: Any) -> SignVerdict:
    def column(audience: Audience, value: float | None, **given: Any) -> AudienceColumn:
        score = reading("nps", value, **given)
        return AudienceColumn(
            audience=audience, nps=score, response_rate=score, attainment=score, trend=(), said=None
        )

    return judge_audiences(
        AudienceSign(
            end_users=column(Audience.END_USER, 40),
            decision_makers=column(Audience.DECISION_MAKER, deciders, **more), apart=apart, unknown=0,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("deciders", "apart", "more", "weather"),
    [
        (38, NOISE, {}, Weather.FAIR), (28, REAL_FALL, {}, Weather.CHANGE), (52, REAL_RISE, {}, Weather.FAIR),
        (-6, REAL_FALL, {}, Weather.RAIN), (28, None, {}, Weather.UNKNOWN),
        (28, REAL_FALL, {"n": 9}, Weather.UNKNOWN), (None, None, {"n": 0}, Weather.UNKNOWN),
    ],
)  # fmt: skip
def test_the_two_audiences(
    deciders: float | None, apart: Change | None, more: dict[str, Any], weather: Weather
) -> None:
    assert audiences(deciders, apart, **more).weather is weather


class _Said:
    """A sign that was judged already."""

    def __init__(self, weather: Weather, tendency: Tendency = Tendency.STEADY) -> None:
        self.verdict = SignVerdict("sign", weather, tendency, f"It is {weather.name}.")


@pytest.mark.parametrize(
    ("weathers", "overall", "reason"),
    [
        ("FAIR FAIR FAIR FAIR", Weather.FAIR, "All signs hold."),
        ("FAIR RAIN CHANGE FAIR", Weather.RAIN, "It is RAIN."),
        ("STORM RAIN FAIR UNKNOWN", Weather.STORM, "It is STORM."),
        ("UNKNOWN FAIR UNKNOWN UNKNOWN", Weather.FAIR, "All signs hold."),
        ("UNKNOWN UNKNOWN UNKNOWN UNKNOWN", Weather.UNKNOWN, "There is not enough data yet."),
    ],
)
def test_the_whole_is_as_bad_as_its_worst_sign(
    weathers: str, overall: Weather, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("nps", "backlog", "sla", "audiences"):
        monkeypatch.setattr(f"data.verdict.judge_{name}", lambda sign: sign.verdict)
    signs: list[Any] = [_Said(Weather[name]) for name in weathers.split()]
    found = judge(*signs)
    assert (found.weather, found.reason, len(found.signs)) == (overall, reason, 4)
