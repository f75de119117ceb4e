"""How often 95 % intervals hold the truth: counted exactly over every possible sample, nothing drawn.

The reference's own figures are simulated, 200 000 samples a cell: they may differ by a tenth of a point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import pytest

from data.statistics import (
    Interval,
    NpsCounts,
    Verdict,
    adjusted_nps,
    compare_nps,
    compare_shares,
    nps,
    wald_nps,
    wilson,
)

Z = 1.959963984540054
MIXES = {36: (0.52, 0.16), 60: (0.68, 0.08), 80: (0.84, 0.04), -20: (0.25, 0.45)}


@cache
def samples(score: int, n: int) -> tuple[tuple[NpsCounts, float], ...]:
    """Every sample of n answers where the true NPS is `score`, with its chance."""
    return tuple(_samples(*MIXES[score], n))


def _samples(promoter: float, detractor: float, n: int) -> Iterator[tuple[NpsCounts, float]]:
    for promoters in range(n + 1):
        for detractors in range(n + 1 - promoters):
            passives = n - promoters - detractors
            ways = math.comb(n, promoters) * math.comb(n - promoters, detractors)
            chance = promoter**promoters * detractor**detractors * (1 - promoter - detractor) ** passives
            yield NpsCounts(promoters, passives, detractors), ways * chance


@pytest.mark.parametrize(
    ("score", "n", "expected"),
    [
        (36, 5, 95.9), (36, 10, 94.9), (36, 30, 94.9), (36, 100, 94.8),
        (60, 10, 94.3), (60, 30, 95.4), (80, 5, 90.1), (80, 10, 93.7), (80, 20, 96.0), (80, 50, 95.9),
        (-20, 10, 93.4),
    ],
)  # fmt: skip
def test_nps_intervals_cover_what_the_reference_found(score, n, expected):
    covered = sum(chance for counts, chance in samples(score, n) if score in nps(counts).interval)
    assert 100 * covered == pytest.approx(expected, abs=0.15)


@pytest.mark.parametrize(
    ("score", "n"), [(36, 10), (36, 30), (36, 100), (60, 10), (60, 30), (80, 20), (80, 50)]
)
def test_nps_intervals_cover_94_to_96_per_cent_where_the_reference_says_so(score, n):
    covered = sum(chance for counts, chance in samples(score, n) if score in nps(counts).interval)
    assert 0.94 <= covered <= 0.961


@pytest.mark.parametrize(("score", "n", "expected"), [(36, 5, 80.5), (80, 5, 57.5), (80, 10, 82.0)])
def test_plain_wald_would_not_have_covered(score, n, expected):
    def holds(counts: NpsCounts) -> bool:
        mean, error = wald_nps(counts.promoters, counts.detractors, n)
        return score in Interval(mean - Z * error, mean + Z * error)

    covered = sum(chance for counts, chance in samples(score, n) if holds(counts))
    assert 100 * covered == pytest.approx(expected, abs=0.3)


@pytest.mark.parametrize(("score", "low", "high"), [(36, 3.0, 3.6), (80, 0.1, 1.8)])
def test_equal_scores_of_ten_answers_are_called_different_as_often_as_the_reference_found(score, low, high):
    real = 0.0
    for first, chance in samples(score, 10):
        for second, other in samples(score, 10):
            if compare_nps(first, second).verdict is Verdict.REAL:
                real += chance * other
    assert low <= 100 * real <= high  # the reference: 3.3 %, and "conservative (0.3 to 1.8 %)"


@pytest.mark.parametrize(("n", "m", "expected"), [(20, 40, 4.5), (30, 30, 4.6)])
def test_the_test_of_larger_samples_keeps_to_five_per_cent(n, m, expected):
    real = 0.0
    others = [(*adjusted_nps(counts), chance) for counts, chance in samples(36, m)]
    for counts, chance in samples(36, n):
        centre, error = adjusted_nps(counts)
        square = error**2
        real += chance * sum(p for c, e, p in others if (centre - c) ** 2 > Z**2 * (square + e**2))
    assert 100 * real == pytest.approx(expected, abs=0.2)


@pytest.mark.parametrize("n", [10, 20, 40, 100])
def test_intervals_of_shares_cover_about_95_per_cent_on_average(n):
    shares = [0.02 + 0.96 * step / 96 for step in range(97)]
    intervals = [wilson(hits, n) for hits in range(n + 1)]
    covered = [
        sum(
            math.comb(n, hits) * share**hits * (1 - share) ** (n - hits)
            for hits, interval in enumerate(intervals)
            if interval is not None and share in interval
        )
        for share in shares
    ]
    assert 0.94 <= sum(covered) / len(covered) <= 0.96
    assert min(covered) > 0.83


@pytest.mark.parametrize(("n", "m"), [(15, 15), (20, 30)])
def test_intervals_of_differences_of_shares_cover_about_95_per_cent_on_average(n, m):
    covered, pairs = 0.0, [(p, q) for p in (0.2, 0.5, 0.8, 0.92) for q in (0.3, 0.6, 0.9)]
    for hits in range(n + 1):
        for others in range(m + 1):
            interval = compare_shares((hits, n), (others, m)).interval
            for p, q in pairs:
                chance = math.comb(n, hits) * p**hits * (1 - p) ** (n - hits)
                other = math.comb(m, others) * q**others * (1 - q) ** (m - others)
                covered += chance * other * (p - q in interval)
    assert 0.94 <= covered / len(pairs) <= 0.965
