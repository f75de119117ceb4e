"""Exact chances against sums written out, and against each other."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from data.chances import deviation_of_answer, events_of, hits_of, nps_sum_of


def binomial(n: int, share: float, hits: int) -> float:
    return math.comb(n, hits) * share**hits * (1 - share) ** (n - hits)


@pytest.mark.parametrize(("n", "share"), [(1, 0.5), (20, 0.92), (80, 0.02), (7, 0.0), (7, 1.0), (0, 0.3)])
def test_hits_have_the_chances_of_the_binomial(n, share):
    chances = hits_of(n, share)
    for hits in range(-1, n + 2):
        expected = sum(binomial(n, share, each) for each in range(hits + 1)) if hits < n else 1
        assert chances.at_most(hits) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("mean", [0.0, 0.3, 4, 60])
def test_events_have_poissons_chances(mean):
    chances = events_of(mean)
    for events in range(100):
        expected = sum(math.exp(-mean) * mean**each / math.factorial(each) for each in range(events + 1))
        assert chances.at_most(events) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("n", "promoters", "detractors"),
    [(1, 0.5, 0.2), (9, 0.52, 0.16), (9, 0.9, 0.0), (9, 0.0, 0.4), (8, 0.6, 0.4), (5, 0.0, 0.0), (5, 1, 0)],
)
def test_nps_sums_have_the_chances_of_all_ways_to_reach_them(n, promoters, detractors):
    reached = {0: 1.0}
    for _ in range(n):
        following: dict[int, float] = {}
        for total, chance in reached.items():
            for step, share in ((1, promoters), (0, 1 - promoters - detractors), (-1, detractors)):
                following[total + step] = following.get(total + step, 0) + chance * share
        reached = following
    chances = nps_sum_of(n, promoters, detractors)
    for total in range(-n, n + 1):
        expected = sum(chance for each, chance in reached.items() if each <= total)
        assert chances.at_most(total) == pytest.approx(expected, abs=1e-9)


def test_sums_of_very_many_answers_go_over_into_the_normal_curve_without_a_jump():
    exact, normal = nps_sum_of(2000, 0.52, 0.16), nps_sum_of(2001, 0.52, 0.16)
    for tail in (0.00135, 0.02275, 0.5, 0.97725, 0.99865):
        assert exact.quantile(tail) / 2000 == pytest.approx(normal.quantile(tail) / 2001, abs=0.001)


@pytest.mark.parametrize("tail", [0.0, 1e-9, 0.00135, 0.5, 0.99865, 1.0])
@pytest.mark.parametrize("chances", [hits_of(40, 0.92), events_of(3.3), nps_sum_of(30, 0.5, 0.3)])
def test_a_quantile_is_the_first_outcome_with_at_least_that_chance(chances, tail):
    outcome = chances.quantile(tail)
    assert chances.at_most(outcome) >= tail
    assert outcome == chances.first or chances.at_most(outcome - 1) < tail


@pytest.mark.parametrize("chances", [hits_of(10_000, 0.3), events_of(5_000), nps_sum_of(1_500, 0.05, 0.9)])
def test_chances_only_grow_and_end_at_one(chances):
    assert all(before <= after for before, after in pairwise(chances.cumulative))
    assert chances.cumulative[-1] == 1


def test_the_deviation_of_one_answer_is_that_of_the_reference():
    assert round(deviation_of_answer(0.52, 0.16)) == 74  # "about 74 points" at +36
    assert deviation_of_answer(0, 0) == 0
    assert deviation_of_answer(0.5, 0.5) == 100
