"""Teams of different size, fairly: how far from the overall value chance alone carries each. Pure functions.

No league table: whoever draws these orders by name or by n, never by value. Spiegelhalter (2005), "Funnel
plots for comparing institutional performance", Statistics in Medicine; over-dispersion as in the R package
FunnelPlotR.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, pi, sin, sqrt
from statistics import NormalDist

from data.chances import deviation_of_answer, hits_of, nps_sum_of
from data.control import score
from data.statistics import Interval, NpsCounts, Verdict, quantile

FEWEST = 5
"""A unit with fewer rows is not shown: its value says nothing, and may tell who answered."""

FEWEST_UNITS = 10
"""Among fewer units one that is truly apart looks like spread between all: no over-dispersion is taken."""

WINSORISED = 0.10
"""The share of z-scores at either end that is pulled in before spread is measured."""

_TAIL_NEAR, _TAIL_FAR = 0.025, 0.001
_Z_NEAR, _Z_FAR = -NormalDist().inv_cdf(_TAIL_NEAR), -NormalDist().inv_cdf(_TAIL_FAR)


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """What chance keeps to at one n: 95 % of units within `near`, 99.8 % within `far`."""

    near: Interval
    far: Interval


@dataclass(frozen=True, slots=True)
class FunnelUnit:
    """One team or account. value: None where n is too small to be shown; REAL only outside of `far`."""

    value: float | None
    n: int
    limits: FunnelLimits | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Funnel:
    """target: the overall value. tau_squared: variance between units beyond chance, on the funnel's scale
    (angle of shares, points of scores). units: in the order they came in.
    """

    target: float
    tau_squared: float
    units: tuple[FunnelUnit, ...]


def share_limits(target: float, n: int, *, tau_squared: float = 0.0) -> FunnelLimits:
    """Return the limits of a share, 0 to 1, of n > 0 rows: the arcsine limits, or the exact ones where
    these are wider: around 90 % the arcsine's would call 25 hits of 25 extreme, which chance gives to one
    unit in fourteen.
    """
    smooth, chances = arcsine_limits(target, n, tau_squared=tau_squared), hits_of(n, target)
    near, far = (
        Interval(
            min(interval.low, chances.quantile(tail) / n), max(interval.high, chances.quantile(1 - tail) / n)
        )
        for interval, tail in ((smooth.near, _TAIL_NEAR), (smooth.far, _TAIL_FAR))
    )
    return FunnelLimits(near, far)


def arcsine_limits(target: float, n: int, *, tau_squared: float = 0.0) -> FunnelLimits:
    """Return sin²(asin(sqrt(target)) ± z·sqrt(1/(4n) + tau squared)), as smooth lines are drawn; n > 0."""
    error = sqrt(_angle_variance(n) + tau_squared)
    near, far = (Interval(*_shares(_angle(target), z * error)) for z in (_Z_NEAR, _Z_FAR))
    return FunnelLimits(near, far)


def score_limits(promoters: float, detractors: float, n: int, *, tau_squared: float = 0.0) -> FunnelLimits:
    """Return the limits of an NPS of n > 0 answers, in points; given: the shares that are the target.

    Target ± z·sqrt(variance of one answer / n + tau squared), but never narrower than the exact chances of
    so few answers: at +80 and 10 answers the normal curve calls ten times too many units apart.
    """
    target, chances = 100 * (promoters - detractors), nps_sum_of(n, promoters, detractors)
    error = sqrt(deviation_of_answer(promoters, detractors) ** 2 / n + tau_squared)
    near, far = (
        Interval(
            min(target - z * error, 100 * chances.quantile(tail) / n),
            max(target + z * error, 100 * chances.quantile(1 - tail) / n),
        ).clipped(-100, 100)
        for z, tail in ((_Z_NEAR, _TAIL_NEAR), (_Z_FAR, _TAIL_FAR))
    )
    return FunnelLimits(near, far)


def share_funnel(units: Sequence[tuple[int, int]], *, target: float | None = None) -> Funnel | None:
    """Compare units of (hits, n) with the overall share, or with a target. None without any rows."""
    hits, total = sum(hits for hits, _ in units), sum(n for _, n in units)
    if not total:
        return None
    aim = hits / total if target is None else target
    shown = [(hits, n) for hits, n in units if n >= FEWEST]
    distances = [_angle(hits / n) - _angle(aim) for hits, n in shown]
    tau_squared = between_units(distances, [_angle_variance(n) for _, n in shown])
    return Funnel(
        aim,
        tau_squared,
        tuple(
            _unit(hits / n, n, share_limits(aim, n, tau_squared=tau_squared)) if n >= FEWEST else _hidden(n)
            for hits, n in units
        ),
    )


def score_funnel(units: Sequence[NpsCounts]) -> Funnel | None:
    """Compare the NPS of units with that of all answers together, in points. None without answers."""
    n = sum(unit.n for unit in units)
    if not n:
        return None
    promoters, detractors = sum(unit.promoters for unit in units), sum(unit.detractors for unit in units)
    aim = 100 * (promoters - detractors) / n
    # Adjusted as the interval of a score is: a unit with the first detractor of all is no outlier for it.
    mix = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    deviation = deviation_of_answer(*mix)
    shown = [unit for unit in units if unit.n >= FEWEST]
    distances = [score(unit) - aim for unit in shown]
    tau_squared = between_units(distances, [deviation**2 / unit.n for unit in shown])
    return Funnel(
        aim,
        tau_squared,
        tuple(
            _unit(score(unit), unit.n, score_limits(*mix, unit.n, tau_squared=tau_squared))
            if unit.n >= FEWEST
            else _hidden(unit.n)
            for unit in units
        ),
    )


def between_units(distances: Sequence[float], variances: Sequence[float]) -> float:
    """Return the variance between units beyond what chance explains; 0 where chance explains all.

    distances: from the target; variances: of each by chance, above 0. The z-scores are winsorised, phi is
    the mean of their squares; DerSimonian and Laird's estimate of the excess follows where k·phi > k - 1.
    0 for fewer than 10 units.
    """
    k = len(distances)
    if k < FEWEST_UNITS:
        return 0.0
    scores = [each / sqrt(variance) for each, variance in zip(distances, variances, strict=True)]
    phi = sum(z**2 for z in _winsorised(scores)) / k
    weights = [1 / variance for variance in variances]
    excess = k * phi - (k - 1)
    spread = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    return max(0.0, excess / spread)


def _winsorised(scores: Sequence[float]) -> list[float]:
    counts = Counter(scores)
    low, high = quantile(counts, WINSORISED), quantile(counts, 1 - WINSORISED)
    return [min(max(z, low), high) for z in scores] if low is not None and high is not None else []


def share_p_value(hits: int, n: int, target: float, *, tau_squared: float = 0.0) -> float:
    """Return how likely chance alone carries a share of n > 0 rows this far from the target, to either side.

    The larger of what the two kinds of limits of `share_limits` say, as those take the wider: so a unit
    outside the far limits has less than 0.002.
    """
    z = abs(_angle(hits / n) - _angle(target)) / sqrt(_angle_variance(n) + tau_squared)
    chances = hits_of(n, target)
    tail = min(chances.at_most(hits), 1 - chances.at_most(hits - 1))
    return min(1.0, max(2 * (1 - NormalDist().cdf(z)), 2 * tail))


def _unit(value: float, n: int, limits: FunnelLimits) -> FunnelUnit:
    return FunnelUnit(value, n, limits, Verdict.NOISE if value in limits.far else Verdict.REAL)


def _hidden(n: int) -> FunnelUnit:
    return FunnelUnit(None, n, None, Verdict.TOO_FEW)


def _angle(share: float) -> float:
    return asin(sqrt(share))


def _angle_variance(n: int) -> float:
    return 1 / (4 * n)


def _shares(angle: float, margin: float) -> tuple[float, float]:
    low, high = max(angle - margin, 0.0), min(angle + margin, pi / 2)
    return sin(low) ** 2, sin(high) ** 2
