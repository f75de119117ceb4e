"""The worst month that chance alone would give: a minimum of noisy numbers looks bad though nothing changed.

Exact, from the chances of each month; pure functions. Whether a month is bad says data/signals.py.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod

from data.chances import Chances, hits_of, nps_sum_of
from data.control import Side
from data.statistics import Interval


@dataclass(frozen=True, slots=True)
class WorstByChance:
    """What the worst of several months is like where nothing ever changed, in the unit of the value.

    expected: its mean. interval: it lies therein 95 times of 100.
    """

    expected: float
    interval: Interval
    bad: Side
    values: tuple[float, ...]
    cumulative: tuple[float, ...]

    def chance_of(self, observed: float) -> float:
        """Return how often chance alone gives a worst month as bad as this, or worse: 0 to 1."""
        if self.bad is Side.LOW:
            return self._at_most(bisect_right(self.values, observed))
        return 1 - self._at_most(bisect_left(self.values, observed))

    def _at_most(self, count: int) -> float:
        return self.cumulative[count - 1] if count else 0.0


def worst_share(sizes: Sequence[int], share: float, bad: Side) -> WorstByChance | None:
    """Return the worst of months with so many rows each, where the share was `share` (0 to 1) all along.

    Months without rows are left out; None where none is left.
    """
    return _worst(((hits_of(n, share), n) for n in sizes if n > 0), lambda hits, n: hits / n, bad)


def worst_score(
    sizes: Sequence[int], promoters: float, detractors: float, bad: Side = Side.LOW
) -> WorstByChance | None:
    """Return the worst NPS, in points, of months with so many answers, where both shares never changed."""
    months = ((nps_sum_of(n, promoters, detractors), n) for n in sizes if n > 0)
    return _worst(months, lambda total, n: 100 * total / n, bad)


def _worst(
    months: Iterable[tuple[Chances, int]], value: Callable[[int, int], float], bad: Side
) -> WorstByChance | None:
    """The least of independent months is at most v unless each is above v; the greatest is if each is."""
    columns = [
        ([value(chances.first + step, n) for step in range(len(chances.cumulative))], chances.cumulative)
        for chances, n in months
    ]
    if not columns:
        return None
    values = tuple(sorted({each for column, _ in columns for each in column}))
    chances = [_spread_over(values, *column) for column in columns]
    if bad is Side.LOW:
        cumulative = tuple(1 - prod(1 - each for each in row) for row in zip(*chances, strict=True))
    else:
        cumulative = tuple(prod(row) for row in zip(*chances, strict=True))
    steps = [cumulative[0], *(after - before for before, after in pairwise(cumulative))]
    expected = sum(each * step for each, step in zip(values, steps, strict=True))
    low, high = (values[bisect_left(cumulative, tail)] for tail in (0.025, 0.975))
    return WorstByChance(expected, Interval(low, high), bad, values, cumulative)


def _spread_over(values: Sequence[float], own: Sequence[float], cumulative: Sequence[float]) -> list[float]:
    """One month's chances of being at most each of these values."""
    found, index = [], 0
    for value in values:
        while index < len(own) and own[index] <= value:
            index += 1
        found.append(cumulative[index - 1] if index else 0.0)
    return found
