"""Exact chances of whole numbers: of hits among n, of events, of a sum of NPS answers. Pure functions.

Normal curves mislead where n is small or a share is near 0 or 1: there limits come from here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import exp, floor, sqrt

_NEGLIGIBLE = 1e-18
"""An outcome this much rarer than a usual one counts as impossible."""

_NEVER = 1e-12
"""What a chance of 0 is reckoned as, so that no ratio of chances is a division by 0."""

_EXACT_ANSWERS = 2000
"""From more answers than this the sum of NPS answers is normal for every purpose here."""


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely each whole number is. cumulative[i]: the chance of `first + i` or less; the last is 1."""

    first: int
    cumulative: tuple[float, ...]

    def at_most(self, outcome: float) -> float:
        """Return the chance of this outcome or a smaller one."""
        index = floor(outcome) - self.first
        return 0.0 if index < 0 else self.cumulative[min(index, len(self.cumulative) - 1)]

    def quantile(self, share: float) -> int:
        """Return the smallest outcome that has, with all smaller ones, at least this chance (0 to 1)."""
        return self.first + min(bisect_left(self.cumulative, share), len(self.cumulative) - 1)


@lru_cache(maxsize=256)
def hits_of(n: int, share: float) -> Chances:
    """Return the chances of 0 to n hits among n, each hit with the chance `share`: the binomial."""
    odds = _possible(share) / _possible(1 - share)
    return _around(round(n * share), 0, n, lambda hits: (n - hits) / (hits + 1) * odds)


@lru_cache(maxsize=256)
def events_of(mean: float) -> Chances:
    """Return the chances of 0, 1, 2 … events where `mean` are expected: Poisson's."""
    return _around(floor(mean), 0, None, lambda events: max(mean, _NEVER) / (events + 1))


@lru_cache(maxsize=256)
def nps_sum_of(n: int, promoters: float, detractors: float) -> Chances:
    """Return the chances of promoters minus detractors among n answers; given: the shares of both.

    The coefficients of (d/x + passives + p·x)^n. Miller's recurrence for powers of polynomials (Knuth,
    The Art of Computer Programming, volume 2, 4.7) gives their ratios; from either end to the middle all
    its terms are positive, so nothing cancels. Above 2000 answers the normal curve, in whole numbers.
    """
    mean = n * (promoters - detractors)
    if n > _EXACT_ANSWERS:
        variance = n * (promoters + detractors) - mean**2 / n
        slope = 1 / max(variance, _NEVER)
        return _around(round(mean), -n, n, lambda total: exp((mean - total - 0.5) * slope))
    passives = _possible(1 - promoters - detractors)
    up = _ratios(n, _possible(detractors), passives, _possible(promoters))
    down = _ratios(n, _possible(promoters), passives, _possible(detractors))
    return _around(round(mean), -n, n, lambda total: up[n + total] if total < 0 else 1 / down[n - total - 1])


def _ratios(n: int, least: float, middle: float, most: float) -> list[float]:
    """The coefficient of each power over the one before it, from the lowest power up to the nth."""
    ratios = [middle * n / least]
    for k in range(1, n):
        ratios.append((middle * (n - k) + most * (2 * n - k + 1) / ratios[-1]) / (least * (k + 1)))
    return ratios


def _around(start: int, lowest: int, highest: int | None, ratio: Callable[[int], float]) -> Chances:
    """Walk both ways from a usual outcome until chances vanish; ratio(k): chance of k + 1 over that of k."""
    above, outcome = [1.0], start
    while (highest is None or outcome < highest) and above[-1] > _NEGLIGIBLE:
        above.append(above[-1] * ratio(outcome))
        outcome += 1
    below, outcome = [1.0], start
    while outcome > lowest and below[-1] > _NEGLIGIBLE:
        below.append(below[-1] / ratio(outcome - 1))
        outcome -= 1
    weights = [*reversed(below[1:]), *above]
    total = sum(weights)
    up_to = [min(weight / total, 1.0) for weight in accumulate(weights)]
    return Chances(outcome, (*up_to[:-1], 1.0))


def _possible(share: float) -> float:
    return min(max(share, _NEVER), 1 - _NEVER)


def deviation_of_answer(promoters: float, detractors: float) -> float:
    """Return the standard deviation of one answer that counts +100, 0 or -100; given: shares of both."""
    return 100 * sqrt(max(promoters + detractors - (promoters - detractors) ** 2, 0.0))
