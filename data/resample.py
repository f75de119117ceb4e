"""How sure a median is: bootstrap intervals from counted values, the same at every call. Pure functions.

Efron (1979), "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics. A resample is n
uniform numbers, each turned into the value at that share of the rows; its quantile is one of them by rank,
and ranks of uniform numbers have known chances. So no resample is ever drawn, and a million rows cost as
much as a thousand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import floor, sqrt
from random import Random
from statistics import NormalDist

from data.chances import hits_of
from data.statistics import MINIMUM_TO_COMPARE, Comparison, Interval, Verdict, quantile

ROUNDS = 2000
SEED = 20_030_401
"""Fixed, so that the same rows give the same interval on every screen; any number would do."""

_NORMAL, _TAIL = NormalDist(), 0.025
_EXACT_ROWS = 2_000
_HALVINGS = 40


def quantile_interval(counts: Mapping[float, int], share: float = 0.5) -> Interval | None:
    """Return the 95 % interval of a quantile (0.5: the median) of values that occur so often.

    The percentile interval of endlessly many resamples. Its ends lie a little further out than 2.5 %, the
    more the fewer values, since plain percentiles are too narrow (Hesterberg 2015, "What Teachers Should
    Know About the Bootstrap", The American Statistician: expanded percentiles). None where not even the
    smallest and the largest value would hold the quantile 95 times of 100: fewer than 6 values for a
    median, 36 for a 90th percentile. ValueError: share outside 0 to 1.
    """
    if quantile(counts, share) is None or not _are_enough(counts, share):
        return None
    rows = _Rows.of(counts, share)
    tail = _expanded_tail(rows.n)
    return Interval(rows.end(tail), rows.end(1 - tail))


def compare_quantiles(
    first: Mapping[float, int],
    second: Mapping[float, int],
    share: float = 0.5,
    *,
    minimum: int = MINIMUM_TO_COMPARE,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> Comparison | None:
    """Compare the quantiles (0.5: the medians) of two groups of rows. None where a side has none.

    The percentile interval of the difference between so many pairs of resamples. REAL where it leaves out
    0; TOO_FEW below the minimum on either side, or where a side has too few for an interval of its own.
    """
    value, reference = quantile(first, share), quantile(second, share)
    if value is None or reference is None:
        return None
    rng = repeatable(seed)
    draw, draw_other = _Rows.of(first, share).drawing(rng), _Rows.of(second, share).drawing(rng)
    interval = middle([draw() - draw_other() for _ in range(rounds)])
    are_enough = _are_enough(first, share) and _are_enough(second, share)
    if not are_enough or min(sum(first.values()), sum(second.values())) < minimum:
        verdict = Verdict.TOO_FEW
    else:
        verdict = Verdict.NOISE if 0 in interval else Verdict.REAL
    return Comparison(value - reference, interval, verdict)


def middle(draws: Sequence[float]) -> Interval:
    """Return the percentile interval of these draws: their middle 95 %."""
    ordered = sorted(draws)
    skipped = floor(_TAIL * len(ordered))
    return Interval(ordered[skipped], ordered[-1 - skipped])


def repeatable(seed: int = SEED) -> Random:
    """Return a source of chance that gives the same numbers at every run."""
    return Random(seed)  # noqa: S311 - repeatable on purpose, and no secret


@dataclass(frozen=True, slots=True)
class _Rows:
    """n rows in order; their quantile lies at `rank`, and by `weight` on the way to the next rank."""

    values: list[float]
    up_to: list[int]
    n: int
    rank: int
    weight: float

    @classmethod
    def of(cls, counts: Mapping[float, int], share: float) -> _Rows:
        values = sorted(value for value, count in counts.items() if count)
        up_to = list(accumulate(counts[value] for value in values))
        place = (up_to[-1] - 1) * share
        return cls(values, up_to, up_to[-1], floor(place) + 1, place - floor(place))

    def at(self, uniform: float) -> float:
        return self.values[min(bisect_right(self.up_to, uniform * self.n), len(self.values) - 1)]

    def between(self, low: float, high: float) -> float:
        return self.at(low) + (self.at(high) - self.at(low)) * self.weight if self.weight else self.at(low)

    def end(self, chance: float) -> float:
        """The value that the quantile of a resample stays below with this chance."""
        return self.between(*(_ranked(self.n, min(rank, self.n), chance) for rank in self._ranks()))

    def drawing(self, rng: Random) -> Callable[[], float]:
        """A function that gives the quantile of one more resample."""

        def draw() -> float:
            low = rng.betavariate(self.rank, self.n + 1 - self.rank)
            if not self.weight:
                return self.at(low)
            return self.between(low, low + (1 - low) * rng.betavariate(1, self.n - self.rank))

        return draw

    def _ranks(self) -> tuple[int, int]:
        return self.rank, self.rank + 1


def _ranked(n: int, rank: int, chance: float) -> float:
    """What the uniform number of this rank among n stays below with this chance: a beta's quantile.

    It stays below u where at least `rank` of n do: a binomial. Of very many rows it is normal.
    """
    if n > _EXACT_ROWS:
        share = rank / (n + 1)
        return share + _NORMAL.inv_cdf(chance) * sqrt(share * (1 - share) / n)
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        guess = (low + high) / 2
        # Not remembered: these guesses would drive out of the cache what charts ask for again and again.
        if 1 - hits_of.__wrapped__(n, guess).at_most(rank - 1) < chance:
            low = guess
        else:
            high = guess
    return (low + high) / 2


def _are_enough(counts: Mapping[float, int], share: float) -> bool:
    return max(share, 1 - share) ** sum(counts.values()) <= _TAIL


def _expanded_tail(n: int) -> float:
    """2.5 % as by Student's t and the divisor n - 1; t by Abramowitz and Stegun (1964), 26.7.5."""
    z, freedom = -_NORMAL.inv_cdf(_TAIL), n - 1
    t = z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    return _NORMAL.cdf(-t * sqrt(n / freedom))
