"""The worst month of a figure, next to the worst that chance alone would give, and whether it is real.

Of twelve months in which nothing changes one is always the worst. So the worst is called real only where a
rule over its own earlier months speaks against it, and chance seldom makes a worst month as bad.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import expm1, log1p
from typing import Any

from data.control import Side
from data.extremes import WorstByChance, worst_score, worst_share
from data.metrics import metric_of
from data.metrics.definition import Direction, Metric, Unit
from data.metrics.definition import Kind as MetricKind
from data.multiple import Shrunken, shrink_scores, shrink_shares, worst_first
from data.reading import Reading
from data.readings import NO_FILTERS, Readings
from data.signals import (
    DURATIONS,
    FULL_MONTHS,
    MEASURES,
    SCORES,
    SHARES,
    JudgedMonth,
    Kind,
    MonthVerdict,
    judge,
)
from data.statistics import MINIMUM_TO_COMPARE, NpsCounts, Verdict
from data.window import Filters, Window, months_from, shift_months

MOST_MONTHS = 36
SURVEY_DAYS = 14
"""So long after its end a month still gets answers to what was sent in it."""

SELDOM = 0.05
"""A worst month as bad as this is called real only if chance alone gives it no more often."""


@dataclass(frozen=True, slots=True)
class Month:
    """One complete month. label: such as 2026-05. shrunken: the value, pulled towards the overall one the
    more the fewer rows it rests on; None where nothing tells by how much. is_thin: too few rows to lead.
    is_provisional: answers may still come."""

    label: str
    reading: Reading
    shrunken: float | None
    is_thin: bool
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class WorstMonth:
    """months: the complete ones that were asked for, oldest first. worst: None where all are thin or empty.

    by_chance: what the worst of so many months of these sizes is like where nothing ever changed; None for
    figures that are no share and no score. chance: how often any of so many months would be as far off, for
    its size, as the worst one is.
    reason: a phrase. judged: what the months before say of it. order: the months with a value, worst first
    by their shrunken value; those too thin to lead come last.
    """

    metric: Metric
    months: tuple[Month, ...]
    worst: Month | None
    by_chance: WorstByChance | None
    chance: float | None
    verdict: Verdict
    reason: str
    judged: JudgedMonth | None
    order: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True)
class Charted:
    """A month as its chart takes it. value: None without rows; of a count of answers it is the share of
    them, as are the limits of `judged`. judged: by the months before it alone."""

    value: float | None
    judged: JudgedMonth


def charted(found: Sequence[Reading], count: int, bad: Side) -> list[Charted]:
    """The last `count` of these months, oldest first, each judged by those before it. Pure."""
    shape = _shape_of(found[-1].metric, found)
    facts = shape.facts(found)
    return [
        Charted(
            None if facts[index] is None else float(shape.kind.value(facts[index])),
            judge(facts[: index + 1], shape.kind, bad, is_complete=is_complete(found[index])),
        )
        for index in range(max(len(found) - count, 0), len(found))
    ]


def is_complete(month: Reading) -> bool:
    """Whether it is over, and its surveys too."""
    return month.as_of >= month.window.end and not is_provisional(month)


def worst_month(readings: Readings, key: str, months: int = 12, filters: Filters = NO_FILTERS) -> WorstMonth:
    """The worst of the last complete months, in the direction that is bad for the metric.

    months: 1 to 36. Up to 24 months before are read as well, for what is usual. ValueError for a metric
    that is a level, a mere count of tickets, or has no better and worse.
    """
    metric = metric_of(key)
    bad = bad_side(metric)
    if not 1 <= months <= MOST_MONTHS:
        raise ValueError(f"The worst of {months} months can't be told: ask for 1 to {MOST_MONTHS}.")
    windows = complete_months(readings, months + FULL_MONTHS)
    found = [readings.read(key, window=window, filters=filters, compare=False) for window in windows]
    return worst_of(found, months, bad)


def bad_side(metric: Metric) -> Side:
    """On which side a month of the metric is bad. ValueError: it is a level, a mere count, or has no such."""
    if metric.kind is MetricKind.LEVEL:
        raise ValueError(f"{metric.key} is a level at a moment, and has no worst month.")
    if metric.unit in {Unit.TICKETS, Unit.HOURS, Unit.PER_YEAR}:
        raise ValueError(f"{metric.key} grows with the month and with demand: ask for a share or a median.")
    if metric.direction is Direction.NEITHER:
        raise ValueError(f"{metric.key} is neither better high nor low, and has no worst month.")
    return Side.LOW if metric.direction is Direction.HIGHER_IS_BETTER else Side.HIGH


def worst_of(found: Sequence[Reading], count: int, bad: Side) -> WorstMonth:
    """The worst of the last `count` of these months, oldest first; those before say what is usual. Pure."""
    metric = found[-1].metric
    shape = _shape_of(metric, found)
    facts = shape.facts(found)
    least = max(metric.minimum_sample, MINIMUM_TO_COMPARE)
    asked = [index for index in range(len(found) - count, len(found)) if facts[index] is not None]
    shrunken = shape.shrink([facts[index] for index in asked])
    by_index = dict(zip(asked, shrunken, strict=True))
    months = {
        index: Month(
            label=found[index].window.label,
            reading=found[index],
            shrunken=by_index[index].shrunken if index in by_index and shape.has_chances else None,
            is_thin=found[index].n < least,
            is_provisional=is_provisional(found[index]),
        )
        for index in range(len(found) - count, len(found))
    }
    all_months = tuple(months.values())
    order = [asked[place] for place in worst_first(shrunken, bad, minimum=least)]
    full = [index for index in order if not months[index].is_thin]
    ranked = tuple(months[index] for index in order)
    if not full:
        reason = f"no month with {least} or more"
        return WorstMonth(metric, all_months, None, None, None, Verdict.TOO_FEW, reason, None, ranked)
    worst = full[0]
    judged = judge(facts[: worst + 1], shape.kind, bad, is_complete=not months[worst].is_provisional)
    counted = [facts[index] for index in full]
    by_chance = shape.by_chance(counted, counted, bad)
    chance = _chance(shape, counted, bad)
    verdict, reason = _said(judged, chance)
    return WorstMonth(metric, all_months, months[worst], by_chance, chance, verdict, reason, judged, ranked)


def _chance(shape: _Shape, months: Sequence[Any], bad: Side) -> float | None:
    """How often chance alone carries any of so many months as far as the first of them, for its size.

    Šidák's: one minus the chance that none does. A value alone would not do: tiny months reach any.
    """
    alone = shape.by_chance(months[:1], months, bad)
    if alone is None:
        return None
    own = alone.chance_of(float(shape.kind.value(months[0])))
    return 1.0 if own >= 1 else -expm1(len(months) * log1p(-own))


def _said(judged: JudgedMonth, chance: float | None) -> tuple[Verdict, str]:
    """The words of data/signals.py in the three that screens use."""
    if judged.verdict in {MonthVerdict.TOO_FEW, MonthVerdict.PROVISIONAL}:
        return Verdict.TOO_FEW, judged.reason
    if judged.verdict is not MonthVerdict.BAD:
        return Verdict.NOISE, judged.reason
    if chance is not None and chance > SELDOM:
        often = f"chance alone carries one of these months as far {chance * 100:.0f} times of 100"
        return Verdict.NOISE, f"{judged.reason}, but {often}"
    return Verdict.REAL, judged.reason


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the months of a metric are taken: as answers of a score, as hits of n, or as a bare value."""

    kind: Kind[Any]
    fact: Callable[[Reading], Any]
    shrink: Callable[[Sequence[Any]], list[Shrunken]]
    by_chance: Callable[[Sequence[Any], Sequence[Any], Side], WorstByChance | None]
    has_chances: bool = True

    def facts(self, found: Sequence[Reading]) -> list[Any]:
        """By month; None where there is nothing to take."""
        return [self.fact(month) if month.value is not None and month.n else None for month in found]


def _shape_of(metric: Metric, found: Sequence[Reading]) -> _Shape:
    names = {name for reading in found for name in reading.counts}
    if metric.unit is Unit.POINTS and "promoters" in names:
        return _Shape(SCORES, _classes, shrink_scores, _worst_score)
    if metric.unit is Unit.SHARE and {"hits", "total"} <= names:
        return _Shape(SHARES, _hits, shrink_shares, _worst_share)
    if metric.unit is Unit.ANSWERS:  # so many of the answers that could be judged: n
        return _Shape(SHARES, _answers, shrink_shares, _worst_share)
    kind = DURATIONS if metric.unit is Unit.MINUTES and not metric.key.startswith("sla_gap") else MEASURES
    return _Shape(kind, lambda reading: (reading.value, reading.n), _as_they_are, _no_chances, False)


def _classes(reading: Reading) -> NpsCounts:
    names = ("promoters", "passives", "detractors")
    return NpsCounts(*(int(reading.counts.get(name, 0)) for name in names))


def _hits(reading: Reading) -> tuple[int, int]:
    return int(reading.counts["hits"]), int(reading.counts["total"])


def _answers(reading: Reading) -> tuple[int, int]:
    return round(reading.value or 0), reading.n


def _as_they_are(months: Sequence[tuple[float, int]]) -> list[Shrunken]:
    """Values of which nothing tells how far chance carries them: ranked as they are."""
    return [Shrunken(value, n, value, 1.0, 0.0) for value, n in months]


def _worst_score(
    months: Sequence[NpsCounts], everybody: Sequence[NpsCounts], bad: Side
) -> WorstByChance | None:
    """Of months of these sizes, with the shares of all months together."""
    n = sum(month.n for month in everybody)
    shares = (sum(each.promoters for each in everybody) / n, sum(each.detractors for each in everybody) / n)
    return worst_score([month.n for month in months], *shares, bad)


def _worst_share(
    months: Sequence[tuple[int, int]], everybody: Sequence[tuple[int, int]], bad: Side
) -> WorstByChance | None:
    hits, n = (sum(each) for each in zip(*everybody, strict=True))
    return worst_share([size for _, size in months], hits / n, bad)


def _no_chances(months: Sequence[Any], everybody: Sequence[Any], bad: Side) -> None:
    return None


def is_provisional(reading: Reading) -> bool:
    """Whether answers to what was sent in the month may still come."""
    is_asked = reading.metric.rests_on == "surveys"
    return is_asked and reading.as_of < reading.window.end + timedelta(days=SURVEY_DAYS)


def complete_months(readings: Readings, count: int) -> list[Window]:
    """The last complete months in the reporting time zone, oldest first."""
    return months_from(shift_months(readings.today, -count), count, readings.zone)


@dataclass(frozen=True, slots=True)
class MonthInRow:
    """The last of some months, seen from those before it.

    usual: the months that its limits rest on; where all are too small for limits, all of them. values: of
    all the months as they are charted, None without any; where is_share, shares also of what is a count.
    """

    judged: JudgedMonth
    bad: Side
    usual: tuple[Reading, ...]
    values: tuple[float | None, ...]
    is_share: bool


def judge_at(found: Sequence[Reading], place: int) -> MonthInRow:
    """What the months before say of the one at this place. found: one reading a month, oldest first.

    ValueError for a metric that has no worst month. A month that lasts, or gets answers still, is never bad.
    """
    last, metric = found[place], found[place].metric
    bad, shape = bad_side(metric), _shape_of(metric, found)
    facts = shape.facts(found)
    judged = judge(facts[: place + 1], shape.kind, bad, is_complete=is_complete(last))
    known = [(reading, fact) for reading, fact in zip(found, facts, strict=True) if fact is not None]
    before = [pair for pair in known if pair[0].window.end <= last.window.start]
    enough = [reading for reading, fact in before if shape.kind.n(fact) >= shape.kind.minimum]
    return MonthInRow(
        judged=judged,
        bad=bad,
        usual=tuple((enough or [reading for reading, _ in before])[:FULL_MONTHS]),
        values=tuple(None if fact is None else float(shape.kind.value(fact)) for fact in facts),
        is_share=metric.unit in {Unit.SHARE, Unit.ANSWERS},
    )
