"""Is this month really bad? Rules over a control chart, and what may be said of a month. Pure functions.

"Worse than last month" is true half of the time by chance, and plays no part here. A baseline is its first
24 months and then stays as it is; a new one begins only where somebody says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Generic, TypeVar

from data.control import (
    Chart,
    Limits,
    Side,
    fit_durations,
    fit_individuals,
    fit_rates,
    fit_scores,
    fit_shares,
    score,
)
from data.statistics import NpsCounts

T = TypeVar("T")

FEWEST_MONTHS = 12
"""No verdict rests on fewer months: limits from 6 raise a false alarm in one stable month of twenty."""

FULL_MONTHS = 24
"""Until then limits move with every month and verdicts are provisional; from then on they are frozen."""

IN_A_ROW = 7
"""So many months in a row on the bad side, or each worse than the one before, are no accident."""

OUTWEIGH = 6
"""A baseline must hold so many times the answers of the month it judges, else its own error counts too."""


class MonthVerdict(StrEnum):
    """What may be said of a month."""

    BAD = "genuinely bad"
    WATCH = "watch"
    NORMAL = "within normal variation"
    TOO_FEW = "too few to say"
    PROVISIONAL = "provisional"


class Rule(StrEnum):
    """The "Making data count" rules of the NHS, with the words for a chart whose bad side is low."""

    BEYOND = "below the lower limit"
    RUN = f"{IN_A_ROW} months in a row below the centre"
    TREND = f"{IN_A_ROW} months falling"
    CLUSTER = "2 of 3 months beyond two thirds of the way to the lower limit"

    def words(self, bad: Side) -> str:
        """Return the rule in words for this side."""
        return self.value if bad is Side.LOW else _UPWARDS[self]


_UPWARDS = {
    Rule.BEYOND: "above the upper limit",
    Rule.RUN: f"{IN_A_ROW} months in a row above the centre",
    Rule.TREND: f"{IN_A_ROW} months rising",
    Rule.CLUSTER: "2 of 3 months beyond two thirds of the way to the upper limit",
}


@dataclass(frozen=True, slots=True)
class JudgedMonth:
    """A month's verdict with its reason.

    reason: a phrase; names the rules that spoke, or what is missing. limits: None without a baseline or
    without answers. baseline_months: how many months the limits rest on. is_provisional: fewer than 24, so
    the limits may still move, or the month isn't over.
    """

    verdict: MonthVerdict
    reason: str
    limits: Limits | None
    baseline_months: int
    is_provisional: bool
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """How months of one sort are charted.

    value, n: of one month. fit: None where no limits can be had. minimum: fewer in a month are too few.
    is_weighted: large months have narrow limits, so the baseline must outweigh them.
    """

    value: Callable[[T], float]
    n: Callable[[T], float]
    fit: Callable[[Sequence[T]], Chart | None]
    minimum: int = 0
    is_weighted: bool = True


def judge_all(
    months: Sequence[T | None],
    kind: Kind[T],
    bad: Side,
    *,
    open_months: int = 0,
    baselines: Sequence[int] = (),
) -> list[JudgedMonth]:
    """Judge each month by those before it alone, so that no verdict ever changes when months are added.

    months: in order, None without data. open_months: so many of the last are not over, or may still get
    answers. baselines: indexes of months with which a new baseline begins, after a documented change.
    """
    starts = sorted({0, *baselines})
    return [
        judge(
            months[: index + 1],
            kind,
            bad,
            is_complete=index < len(months) - open_months,
            baseline_from=max(start for start in starts if start <= index),
        )
        for index in range(len(months))
    ]


def judge(
    months: Sequence[T | None], kind: Kind[T], bad: Side, *, is_complete: bool = True, baseline_from: int = 0
) -> JudgedMonth:
    """Judge the last of these months; ValueError without any. Arguments as for `judge_all`.

    Months too small to be judged are no part of a baseline or a run either. An incomplete month is never
    bad: whoever looks every day sees no more false alarms than who looks once.
    """
    if not months:
        message = "No month to judge."
        raise ValueError(message)
    month = months[-1]
    before = [each for each in months[baseline_from:-1] if each is not None and _is_enough(each, kind)]
    baseline = before[:FULL_MONTHS]
    chart = kind.fit(baseline) if len(baseline) >= FEWEST_MONTHS else None
    n = 0.0 if month is None else kind.n(month)
    limits = chart.at(n) if chart and n else None

    def judged(verdict: MonthVerdict, reason: str, rules: tuple[Rule, ...] = ()) -> JudgedMonth:
        is_provisional = not is_complete or len(baseline) < FULL_MONTHS
        return JudgedMonth(verdict, reason, limits, len(baseline), is_provisional, rules)

    if not is_complete:
        return judged(MonthVerdict.PROVISIONAL, "the month is not complete")
    lack = _lack(month, baseline, chart, kind)
    if month is None or chart is None or lack:
        return judged(MonthVerdict.TOO_FEW, lack)
    recent = [*before[1 - IN_A_ROW :], month]
    values = [kind.value(each) for each in recent]
    rules = signals(values, [chart.at(kind.n(each)) for each in recent], bad)
    if rules:
        return judged(MonthVerdict.BAD, "; ".join(rule.words(bad) for rule in rules), rules)
    if _is_past(values[-1], chart.at(n), bad, "far_lower", "far_upper"):
        return judged(MonthVerdict.WATCH, "two thirds of the way to the limit, on its own")
    return judged(MonthVerdict.NORMAL, "no rule speaks against it")


def signals(values: Sequence[float], limits: Sequence[Limits], bad: Side) -> tuple[Rule, ...]:
    """Return the rules that the last value breaks on the bad side; values in order, each with its limits.

    Beyond the limit; 7 in a row beyond the centre; 7 in a row each worse; 2 of 3 at least two thirds of the
    way to the limit, the last among them, with all three on the same side (NHSRplotthedots).
    """
    points = list(zip(values, limits, strict=True))
    beyond = [_is_past(value, at, bad, "lower", "upper") for value, at in points]
    far = [_is_past(value, at, bad, "far_lower", "far_upper") for value, at in points]
    side = [_is_past(value, at, bad, "middle", "middle") for value, at in points]
    worse = [(after < before) if bad is Side.LOW else (after > before) for before, after in pairwise(values)]
    found = {
        Rule.BEYOND: beyond[-1],
        Rule.RUN: len(side) >= IN_A_ROW and all(side[-IN_A_ROW:]),
        Rule.TREND: len(worse) >= IN_A_ROW - 1 and all(worse[1 - IN_A_ROW :]),
        Rule.CLUSTER: len(far) >= 3 and far[-1] and sum(far[-3:]) >= 2 and all(side[-3:]),
    }
    return tuple(rule for rule, holds in found.items() if holds)


def _is_past(value: float, limits: Limits, bad: Side, lower: str, upper: str) -> bool:
    if bad is Side.LOW:
        return value < float(getattr(limits, lower))
    return value > float(getattr(limits, upper))


def _is_enough(month: T, kind: Kind[T]) -> bool:
    n = kind.n(month)
    return n > 0 and n >= kind.minimum


def _lack(month: T | None, baseline: Sequence[T], chart: Chart | None, kind: Kind[T]) -> str:
    """What is missing for a verdict, as a phrase; empty where nothing is."""
    if month is None or not kind.n(month):
        return "nothing to judge"
    if not _is_enough(month, kind):
        return f"{kind.n(month):g} in this month, {kind.minimum} needed"
    if len(baseline) < FEWEST_MONTHS:
        return f"{len(baseline)} of the {FEWEST_MONTHS} earlier months that limits need"
    if chart is None:
        return "the earlier months do not vary, so there are no limits"
    if kind.is_weighted and OUTWEIGH * kind.n(month) > sum(kind.n(each) for each in baseline):
        return "this month is too large for its baseline: begin a new one"
    return ""


MEASURES: Kind[tuple[float, int]] = Kind(
    lambda month: month[0], lambda month: month[1],
    lambda months: fit_individuals([value for value, _ in months]), minimum=20, is_weighted=False,
)  # fmt: skip
"""Months of (value, n): XmR."""

DURATIONS: Kind[tuple[float, int]] = Kind(
    lambda month: month[0], lambda month: month[1],
    lambda months: fit_durations([value for value, _ in months]), minimum=20, is_weighted=False,
)  # fmt: skip
"""Months of (median or other quantile in minutes, n): XmR on the logarithm."""

SHARES: Kind[tuple[int, int]] = Kind(
    lambda month: month[0] / month[1], lambda month: month[1], fit_shares, minimum=20
)
"""Months of (hits, n): p or p′, as shares from 0 to 1."""

RATES: Kind[tuple[int, float]] = Kind(lambda month: month[0] / month[1], lambda month: month[1], fit_rates)
"""Months of (events, exposure): u or u′; c where every exposure is 1."""

SCORES: Kind[NpsCounts] = Kind(score, lambda month: month.n, fit_scores, minimum=20)
"""Months of NPS answers: I′, in points."""
