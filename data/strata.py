"""NPS of groups that answered apart: each account with one vote, or audiences in a fixed mix. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt
from statistics import NormalDist

from data.statistics import Interval, NpsCounts, NpsEstimate, adjusted_nps, nps

_Z95 = NormalDist().inv_cdf(0.975)


def nps_of_means(groups: Iterable[NpsCounts]) -> NpsEstimate | None:
    """Return the mean over groups of each group's NPS, in points, with its interval. None without answers.

    The interval is the adjusted Wald one of `statistics.nps` carried over from answers to groups: 3 groups
    are added, with a mean square of one half and a sum of 0. Where every group has one answer, the two are
    the same. It counts groups, so that a group that answers often makes nothing surer.
    """
    means = [(item.promoters - item.detractors) / item.n for item in groups if item.n]
    if not means:
        return None
    n = len(means) + 3
    centre = sum(means) / n
    variance = (sum(mean**2 for mean in means) + 1.5) / n - centre**2
    return _estimate(100 * sum(means) / len(means), 100 * centre, 100 * sqrt(max(variance, 0.0) / n))


def nps_in_mix(groups: Mapping[str, NpsCounts], weights: Mapping[str, float]) -> NpsEstimate | None:
    """Return the NPS in points that the groups would give in the proportion of `weights`, with its interval.

    Post-stratification (direct standardisation): Σ wᵢ NPSᵢ; the interval from Σ wᵢ² SEᵢ² around the
    adjusted scores. None where a group has answers and no weight, or a weight and no answers, or none has.
    """
    answered = {name for name, item in groups.items() if item.n}
    weighted = {name for name, weight in weights.items() if weight > 0}
    if not answered or answered != weighted:
        return None
    whole = sum(weights[name] for name in weighted)
    value = centre = variance = 0.0
    for name in sorted(answered):
        weight, counts = weights[name] / whole, groups[name]
        middle, error = adjusted_nps(counts)
        observed = nps(counts)
        value += weight * (observed.value if observed else 0.0)
        centre += weight * middle
        variance += (weight * error) ** 2
    return _estimate(value, centre, sqrt(variance))


def _estimate(value: float, centre: float, error: float) -> NpsEstimate:
    return NpsEstimate(value, Interval(centre - _Z95 * error, centre + _Z95 * error).clipped(-100, 100))
