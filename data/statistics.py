"""Is it real, or noise? Intervals, tests, limits and quantiles: pure functions over numbers.

Knows nothing of metrics, tallies or time. Nothing to compute from gives None, never 0.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise
from math import floor, sqrt
from statistics import NormalDist

MINIMUM_TO_COMPARE = 10
"""Fewer answers than this, on either side, are too few to call a difference real."""

_NORMAL = NormalDist()
_Z95 = _NORMAL.inv_cdf(0.975)


class Verdict(StrEnum):
    """What may be said of a difference. NOISE means "no evidence of a difference", not "no difference"."""

    REAL = "real"
    NOISE = "within noise"
    TOO_FEW = "too few to say"


@dataclass(frozen=True, slots=True)
class Interval:
    """From low to high, both included, in the unit of the value it belongs to."""

    low: float
    high: float

    def clipped(self, low: float, high: float) -> Interval:
        """Return the part that is possible at all."""
        return Interval(min(max(self.low, low), high), min(max(self.high, low), high))

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Comparison:
    """First minus second, as observed, with its 95 % interval and what may be said of it."""

    difference: float
    interval: Interval
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class NpsCounts:
    """The answers to one NPS question, by class. ValueError for a negative count."""

    promoters: int
    passives: int
    detractors: int

    def __post_init__(self) -> None:
        if min(self.promoters, self.passives, self.detractors) < 0:
            message = f"No such answers: {self}."
            raise ValueError(message)

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors


@dataclass(frozen=True, slots=True)
class NpsEstimate:
    """The observed score in points, and its 95 % interval; of one or two answers it may lie outside."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class NpsComparison(Comparison):
    """The difference of two scores in points.

    adjusted, standard_error: of the adjusted samples, which z and the two-sided p_value are taken from;
    the interval lies around `adjusted`.
    """

    adjusted: float
    standard_error: float
    z: float
    p_value: float


@dataclass(frozen=True, slots=True)
class ControlLimits:
    """What a stable process stays within, in the unit of its values; not clipped to what is possible."""

    mean: float
    lower: float
    upper: float
    mean_range: float
    upper_range: float
    sigma: float


def nps(counts: NpsCounts) -> NpsEstimate | None:
    """Return the score and its adjusted Wald interval within -100 and 100. None without answers.

    Adds 3/4 promoter, 3/4 detractor and 1.5 passives, then takes Wald's interval: the best of six methods
    in Rocks (2016), "Interval Estimation for the Net Promoter Score", The American Statistician;
    confirmed by Lewis and Sauro, MeasuringU (2021).
    """
    if counts.n == 0:
        return None
    value = 100 * (counts.promoters - counts.detractors) / counts.n
    centre, error = adjusted_nps(counts)
    return NpsEstimate(value, _around(centre, error).clipped(-100, 100))


def adjusted_nps(counts: NpsCounts) -> tuple[float, float]:
    """Return centre and standard error, in points, of the adjusted sample (see `nps`)."""
    return wald_nps(counts.promoters + 0.75, counts.detractors + 0.75, counts.n + 3)


def wald_nps(promoters: float, detractors: float, n: float) -> tuple[float, float]:
    """Return mean and standard error, in points, of n > 0 answers that count +1, 0 or -1.

    The variance of one answer is p + d - (p - d)². Plain, it says "no doubt at all" of ten promoters.
    """
    mean = (promoters - detractors) / n
    variance = (promoters + detractors) / n - mean**2
    return 100 * mean, 100 * sqrt(max(variance, 0.0) / n)


def compare_nps(
    first: NpsCounts, second: NpsCounts, *, minimum: int = MINIMUM_TO_COMPARE
) -> NpsComparison | None:
    """Test the difference of two scores from different people. None where a side has no answers.

    The z-test of the two adjusted samples at 5 %: Lewis and Sauro, MeasuringU (2021), "How to statistically
    compare two Net Promoter Scores". TOO_FEW below the minimum on either side.
    """
    one, other = nps(first), nps(second)
    if one is None or other is None:
        return None
    (centre_one, error_one), (centre_other, error_other) = adjusted_nps(first), adjusted_nps(second)
    adjusted, error = centre_one - centre_other, sqrt(error_one**2 + error_other**2)
    z = adjusted / error
    return NpsComparison(
        difference=one.value - other.value,
        interval=_around(adjusted, error),
        verdict=_verdict(abs(z) > _Z95, min(first.n, second.n), minimum),
        adjusted=adjusted,
        standard_error=error,
        z=z,
        p_value=2 * _NORMAL.cdf(-abs(z)),
    )


def wilson(successes: int, n: int) -> Interval | None:
    """Return the 95 % interval of a share, 0 to 1. None without trials; ValueError if they cannot be.

    The score interval of Wilson (1927), "Probable Inference, the Law of Succession, and Statistical
    Inference", Journal of the American Statistical Association.
    """
    if not 0 <= successes <= n:
        message = f"No such share: {successes} of {n}."
        raise ValueError(message)
    if n == 0:
        return None
    share, square = successes / n, _Z95**2
    centre = (share + square / (2 * n)) / (1 + square / n)
    margin = _Z95 / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n**2))
    # Rounding must not leave the interval of 0 of 12 a hair above 0, nor that of 12 of 12 below 1.
    low = 0.0 if successes == 0 else centre - margin
    high = 1.0 if successes == n else centre + margin
    return Interval(low, high)


def compare_shares(
    first: tuple[int, int], second: tuple[int, int], *, minimum: int = MINIMUM_TO_COMPARE
) -> Comparison | None:
    """Compare two shares, each (successes, n), from different rows. None where a side has no rows.

    The interval is Newcombe's hybrid of two Wilson intervals: method 10 in Newcombe (1998), "Interval
    estimation for the difference between independent proportions", Statistics in Medicine. The difference
    is REAL where the interval leaves out 0; TOO_FEW below the minimum on either side.
    """
    one, other = wilson(*first), wilson(*second)
    if one is None or other is None:
        return None
    share, reference = first[0] / first[1], second[0] / second[1]
    difference = share - reference
    interval = Interval(
        difference - sqrt((share - one.low) ** 2 + (other.high - reference) ** 2),
        difference + sqrt((one.high - share) ** 2 + (reference - other.low) ** 2),
    )
    return Comparison(difference, interval, _verdict(0 not in interval, min(first[1], second[1]), minimum))


def xmr_limits(values: Sequence[float]) -> ControlLimits | None:
    """Return the limits of an individuals chart over values in order of time. None for fewer than two.

    Mean ± 2.660 mean moving ranges; the upper limit of a range is 3.267 of them; sigma is one over 1.128.
    As in Wheeler's XmR chart and in qicharts2 and NHSRplotthedots; never from the overall deviation, which
    swallows shifts.
    """
    if len(values) < 2:
        return None
    mean = sum(values) / len(values)
    mean_range = sum(abs(after - before) for before, after in pairwise(values)) / (len(values) - 1)
    return ControlLimits(
        mean=mean,
        lower=mean - 2.660 * mean_range,
        upper=mean + 2.660 * mean_range,
        mean_range=mean_range,
        upper_range=3.267 * mean_range,
        sigma=mean_range / 1.128,
    )


def quantile(counts: Mapping[float, int], share: float) -> float | None:
    """Return the quantile of the values that occur so often; share: 0.5 is the median. None without any.

    Linear between the two nearest values: definition 7 in Hyndman and Fan (1996), "Sample Quantiles in
    Statistical Packages", The American Statistician; NumPy's default. ValueError: share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        message = f"No such quantile: {share}. It lies between 0 and 1."
        raise ValueError(message)
    values = sorted(counts)
    up_to = list(accumulate(map(counts.__getitem__, values)))
    if not up_to or up_to[-1] == 0:
        return None
    place = (up_to[-1] - 1) * share
    below = floor(place)
    weight = place - below
    low = values[bisect_right(up_to, below)]
    high = values[bisect_right(up_to, min(below + 1, up_to[-1] - 1))]
    # From the nearer end, as NumPy does: so the last digit agrees and the result never leaves the pair.
    return low + (high - low) * weight if weight < 0.5 else high - (high - low) * (1 - weight)


def _around(centre: float, error: float) -> Interval:
    return Interval(centre - _Z95 * error, centre + _Z95 * error)


def _verdict(is_significant: bool, smaller_n: int, minimum: int) -> Verdict:
    if smaller_n < minimum:
        return Verdict.TOO_FEW
    return Verdict.REAL if is_significant else Verdict.NOISE
