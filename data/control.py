"""Control charts: what a stable process keeps to, from its months so far. Pure functions over numbers.

A fitted chart gives the limits of a month of any size. What a month past them means is for data/signals.py.
Formulas: Wheeler's XmR; Shewhart's p, c and u; Laney (2002), "Improved Control Charts for Attributes",
Quality Engineering, for p′ and u′; Taylor's I′ as in the R package qicharts2, for scores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum
from itertools import pairwise
from math import expm1, log1p, pi, sqrt
from statistics import NormalDist
from typing import Protocol

from data.chances import Chances, deviation_of_answer, events_of, hits_of, nps_sum_of
from data.statistics import NpsCounts

OVERDISPERSED = 1.2
"""From this sigma of z on, months differ by more than chance within them: p′ and u′ take over."""

EXACT_BELOW = 100
"""Fewer expected of the rarer outcome than this: limits from exact chances, not from three sigma."""

_BEYOND, _FAR = NormalDist().cdf(-3), NormalDist().cdf(-2)
_SCREEN = 3.267
_LIMIT_PER_RANGE = 2.660  # three sigma; a sigma is one over 1.128 mean ranges


class Side(StrEnum):
    """On which side of the centre a metric's bad months lie."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a stable process keeps to in one month, in the unit of its values; not cut to what is possible.

    centre: the baseline's overall value. middle: at most half of all months lie on either side of it; the
    centre, or the median where chances are exact. far_*: two thirds of the way to the limit.
    """

    centre: float
    middle: float
    lower: float
    far_lower: float
    far_upper: float
    upper: float

    def clipped(self, low: float, high: float) -> Limits:
        """Return what to draw: lines within what is possible. Rules take the limits as they are."""
        return Limits(*(min(max(line, low), high) for line in astuple(self)))


class Chart(Protocol):
    """Limits that were fitted once; `at` gives those of a month with n answers (or so much exposure)."""

    def at(self, n: float, /) -> Limits: ...


@dataclass(frozen=True, slots=True)
class Individuals:
    """XmR: the same limits for every month. is_log: fitted to log(1 + value), shown as values."""

    centre: float
    sigma: float
    is_log: bool = False

    def at(self, n: float = 1, /) -> Limits:
        limits = _normal(self.centre, self.sigma)
        return Limits(*map(expm1, astuple(limits))) if self.is_log else limits


@dataclass(frozen=True, slots=True)
class Shares:
    """p-chart, p′ where spread (sigma of z) is above 1. share: what the limits lie around, within 0 and 1."""

    share: float
    spread: float = 1.0

    def at(self, n: float, /) -> Limits:
        rarer = min(self.share, 1 - self.share)
        limits = _normal(self.share, self.spread * sqrt(self.share * (1 - self.share) / n))
        if n * rarer >= EXACT_BELOW:
            return limits
        exact = _exact(hits_of(round(n), self.share), self.share, lambda hits: hits / n)
        return _wider(exact, limits) if self.spread > 1 else exact


@dataclass(frozen=True, slots=True)
class Rates:
    """u-chart (c-chart where every exposure is 1), u′ where spread is above 1. rate: events per exposure."""

    rate: float
    spread: float = 1.0

    def at(self, n: float, /) -> Limits:
        limits = _normal(self.rate, self.spread * sqrt(self.rate / n))
        if n * self.rate >= EXACT_BELOW:
            return limits
        exact = _exact(events_of(n * self.rate), self.rate, lambda events: events / n)
        return _wider(exact, limits) if self.spread > 1 else exact


@dataclass(frozen=True, slots=True)
class Scores:
    """NPS by month in points: I′ with the sampling error as the floor. sigma: of one answer, in points."""

    centre: float
    sigma: float
    promoters: float
    detractors: float

    def at(self, n: float, /) -> Limits:
        chances = nps_sum_of(round(n), self.promoters, self.detractors)
        exact = _exact(chances, self.centre, lambda total: 100 * total / n)
        has_extra_spread = self.sigma > deviation_of_answer(self.promoters, self.detractors)
        return _wider(exact, _normal(self.centre, self.sigma / sqrt(n))) if has_extra_spread else exact


def fit_individuals(values: Sequence[float]) -> Individuals | None:
    """Fit XmR: mean ± 2.660 mean moving ranges (3 sigma, sigma being one over 1.128).

    Moving ranges above 3.267 times their mean are left out once (Nelson 1982, as qicharts2 and
    NHSRplotthedots do), so that one odd month doesn't hide the next. None where nothing varies.
    """
    sigma = _mean_range(values) * _LIMIT_PER_RANGE / 3
    return Individuals(sum(values) / len(values), sigma) if sigma else None


def fit_durations(minutes: Sequence[float]) -> Individuals | None:
    """Fit XmR to log(1 + minutes): durations are skewed, and their limits must not fall below 0."""
    fitted = fit_individuals([log1p(each) for each in minutes])
    return Individuals(fitted.centre, fitted.sigma, is_log=True) if fitted else None


def fit_shares(months: Sequence[tuple[int, int]]) -> Shares | None:
    """Fit p or p′ to months of (hits, n > 0): around the share of all, not the mean of the shares.

    Laney's sigma of z decides: above 1.2 p′. Where all or none were hits, half a hit is added to either
    side: a baseline without a miss doesn't make the first miss a signal.
    """
    hits, n = (sum(each) for each in zip(*months, strict=True))
    share = hits / n if 0 < hits < n else (hits + 0.5) / (n + 1)
    deviations = [(x / size - share) / sqrt(share * (1 - share) / size) for x, size in months]
    return Shares(share, _spread(deviations))


def fit_rates(months: Sequence[tuple[int, float]]) -> Rates | None:
    """Fit u or u′ to months of (events, exposure > 0). No event at all counts as half of one."""
    events, exposure = (sum(each) for each in zip(*months, strict=True))
    rate = max(events, 0.5) / exposure
    deviations = [(x / size - rate) / sqrt(rate / size) for x, size in months]
    return Rates(rate, _spread(deviations))


def fit_scores(months: Sequence[NpsCounts]) -> Scores | None:
    """Fit NPS weighted by n: mean of sqrt(π/2)·|change| / sqrt(1/n before + 1/n), not below sampling error.

    The sampling error is that of all answers together, adjusted as in `statistics.nps`: a baseline without
    detractors doesn't make the first one a signal.
    """
    n = sum(month.n for month in months)
    promoters = sum(month.promoters for month in months)
    detractors = sum(month.detractors for month in months)
    values = [score(month) for month in months]
    steps = [
        sqrt(pi / 2) * abs(after - before) / sqrt(1 / earlier.n + 1 / later.n)
        for (before, after), (earlier, later) in zip(pairwise(values), pairwise(months), strict=True)
    ]
    mix = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    sigma = max(_screened_mean(steps), deviation_of_answer(*mix))
    return Scores(100 * (promoters - detractors) / n, sigma, *mix)


def score(month: NpsCounts) -> float:
    """Return the NPS of a month with answers, in points."""
    return 100 * (month.promoters - month.detractors) / month.n


def _spread(deviations: Sequence[float]) -> float:
    sigma = _mean_range(deviations) * _LIMIT_PER_RANGE / 3
    return sigma if sigma > OVERDISPERSED else 1.0


def _mean_range(values: Sequence[float]) -> float:
    return _screened_mean([abs(after - before) for before, after in pairwise(values)])


def _screened_mean(ranges: Sequence[float]) -> float:
    if not ranges:
        return 0.0
    mean = sum(ranges) / len(ranges)
    kept = [each for each in ranges if each <= _SCREEN * mean]
    return sum(kept) / len(kept)


def _normal(centre: float, sigma: float) -> Limits:
    return Limits(
        centre, centre, centre - 3 * sigma, centre - 2 * sigma, centre + 2 * sigma, centre + 3 * sigma
    )


def _exact(chances: Chances, centre: float, value: Callable[[int], float]) -> Limits:
    """Past a limit lies at most the chance that a normal curve has past three sigma; past far_*: two."""
    tails = (0.5, _BEYOND, _FAR, 1 - _FAR, 1 - _BEYOND)
    return Limits(centre, *(value(chances.quantile(tail)) for tail in tails))


def _wider(exact: Limits, other: Limits) -> Limits:
    return Limits(
        exact.centre,
        exact.middle,
        min(exact.lower, other.lower),
        min(exact.far_lower, other.far_lower),
        max(exact.far_upper, other.far_upper),
        max(exact.upper, other.upper),
    )
