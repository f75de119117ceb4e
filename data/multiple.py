"""Many compared at once: which differences to believe, and which order. Pure functions over numbers.

Of a hundred comparisons at 5 % five are "real" by chance; of many months the smallest looks worst by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.chances import deviation_of_answer
from data.control import Side, score
from data.statistics import MINIMUM_TO_COMPARE, NpsCounts

FALSE_DISCOVERIES = 0.10
"""The share of those called real that may be false, on average."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The mean of n values, and their variance as a sample (over n - 1); None of fewer than two."""

    mean: float
    n: int
    variance: float | None = None


@dataclass(frozen=True, slots=True)
class Shrunken:
    """value: as observed. shrunken: pulled towards the overall value, the more the fewer rows it rests on.

    weight: what is left of its distance, 0 to 1. evidence: n times its distance, which ranks where all
    weights are 0, since that is how shrunken values lie as the spread between groups goes to 0.
    """

    value: float
    n: int
    shrunken: float
    weight: float
    evidence: float


def discoveries(p_values: Sequence[float], *, rate: float = FALSE_DISCOVERIES) -> list[bool]:
    """Return which of these differences to call real, in their order, at this rate of false discoveries.

    Benjamini and Hochberg (1995), "Controlling the False Discovery Rate", Journal of the Royal Statistical
    Society B.
    """
    return [adjusted <= rate for adjusted in adjusted_p_values(p_values)]


def adjusted_p_values(p_values: Sequence[float]) -> list[float]:
    """Return for each p-value the smallest rate of false discoveries at which it counts as one.

    The step-up of Benjamini and Hochberg, SciPy's: p·m/rank, never above that of the next larger.
    ValueError for what is no p-value.
    """
    if not all(0 <= p <= 1 for p in p_values):
        message = "A p-value lies between 0 and 1."
        raise ValueError(message)
    from scipy.stats import false_discovery_control  # loaded by whoever compares many only

    adjusted: list[float] = false_discovery_control(p_values, method="bh").tolist() if p_values else []
    return adjusted


def shrink_shares(groups: Sequence[tuple[int, int]]) -> list[Shrunken]:
    """Shrink shares, groups of (hits, n > 0), towards the share of all; see `shrink`."""
    total = sum(n for _, n in groups)
    if not total:
        return []
    overall = sum(hits for hits, _ in groups) / total
    return shrink([(hits / n, n) for hits, n in groups], overall * (1 - overall))


def shrink_scores(groups: Sequence[NpsCounts]) -> list[Shrunken]:
    """Shrink NPS values, in points, of groups with answers towards that of all answers; see `shrink`."""
    n = sum(group.n for group in groups)
    if not n:
        return []
    promoters, detractors = (
        sum(group.promoters for group in groups) / n,
        sum(group.detractors for group in groups) / n,
    )
    return shrink(
        [(score(group), group.n) for group in groups], deviation_of_answer(promoters, detractors) ** 2
    )


def shrink_means(groups: Sequence[Sample]) -> list[Shrunken]:
    """Shrink means towards the mean of all; the variance of one value is pooled from all groups."""
    known = [(group.n - 1, group.variance) for group in groups if group.variance is not None]
    freedom = sum(n for n, _ in known)
    variance = sum(n * variance for n, variance in known) / freedom if freedom else 0.0
    return shrink([(group.mean, group.n) for group in groups], variance)


def shrink(groups: Sequence[tuple[float, int]], variance: float) -> list[Shrunken]:
    """Shrink groups of (value, n > 0) towards the overall value; variance: of one row within a group.

    Empirical Bayes: Morris (1983), "Parametric Empirical Bayes Inference", Journal of the American
    Statistical Association. A group keeps t/(t + variance/n) of its distance; t, the variance between
    groups, is the moment estimate of DerSimonian and Laird (1986), "Meta-analysis in Clinical Trials".
    Where groups differ no more than chance makes them, t is 0 and all lie on the overall value.
    """
    total = sum(n for _, n in groups)
    if not total:
        return []
    overall = sum(value * n for value, n in groups) / total
    between = _between(groups, overall, variance)
    found = []
    for value, n in groups:
        weight = between / (between + variance / n) if between else 0.0
        distance = value - overall
        found.append(Shrunken(value, n, overall + weight * distance, weight, n * distance))
    return found


def worst_first(groups: Sequence[Shrunken], bad: Side, *, minimum: int = MINIMUM_TO_COMPARE) -> list[int]:
    """Return the indexes of these groups by shrunken value, worst first; where they agree, by evidence.

    A month with four answers cannot lead: groups below the minimum come last, and shrinking keeps bad luck
    of those above it in its place. Where all weights are 0 the list has an order, but nothing says that one
    of them is worse than another.
    """
    sign = 1 if bad is Side.LOW else -1

    def place(index: int) -> tuple[bool, float, float]:
        group = groups[index]
        return group.n < minimum, sign * group.shrunken, sign * group.evidence

    return sorted(range(len(groups)), key=place)


def _between(groups: Sequence[tuple[float, int]], overall: float, variance: float) -> float:
    sizes = [n for _, n in groups]
    spread = sum(sizes) - sum(n**2 for n in sizes) / sum(sizes)
    if not spread:
        return 0.0
    squares = sum(n * (value - overall) ** 2 for value, n in groups)
    return max(0.0, (squares - (len(groups) - 1) * variance) / spread)
