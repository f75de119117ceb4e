"""The worst month that chance alone would give: the reference's table, by hand, and by simulation."""

from __future__ import annotations

from random import Random

import pytest

from data.control import Side
from data.extremes import worst_score, worst_share


@pytest.mark.parametrize(
    ("n", "best", "worst"), [(20, 99.6, 81.1), (40, 98.0, 84.4), (100, 96.1, 87.3), (300, 94.5, 89.4)]
)
def test_the_best_and_worst_share_of_twelve_are_those_of_the_reference(n, best, worst):
    low, high = worst_share([n] * 12, 0.92, Side.LOW), worst_share([n] * 12, 0.92, Side.HIGH)
    assert low is not None
    assert high is not None
    assert 100 * low.expected == pytest.approx(worst, abs=0.1)
    assert 100 * high.expected == pytest.approx(best, abs=0.1)


@pytest.mark.parametrize(("n", "best", "worst"), [(20, 62, 8), (40, 55, 17), (100, 48, 24), (300, 43, 29)])
def test_the_best_and_worst_score_of_twelve_are_those_of_the_reference(n, best, worst):
    low, high = worst_score([n] * 12, 0.52, 0.16), worst_score([n] * 12, 0.52, 0.16, Side.HIGH)
    assert low is not None
    assert high is not None
    assert low.expected == pytest.approx(worst, abs=0.6)  # the table is rounded to points
    assert high.expected == pytest.approx(best, abs=0.6)


def test_the_worst_of_two_coins_by_hand():
    low, high = worst_share([1, 1], 0.5, Side.LOW), worst_share([1, 1], 0.5, Side.HIGH)
    assert low is not None
    assert high is not None
    assert (low.expected, high.expected) == pytest.approx((0.25, 0.75))
    assert low.chance_of(0) == pytest.approx(0.75)
    assert low.chance_of(0.5) == pytest.approx(0.75)
    assert low.chance_of(1) == 1
    assert low.chance_of(-0.1) == 0
    assert high.chance_of(1) == pytest.approx(0.75)
    assert high.chance_of(0) == 1
    assert high.chance_of(1.1) == pytest.approx(0, abs=1e-9)


def test_a_score_mirrors_its_opposite():
    low, high = worst_score([7, 20], 0.6, 0.1), worst_score([7, 20], 0.1, 0.6, Side.HIGH)
    assert low is not None
    assert high is not None
    assert low.expected == pytest.approx(-high.expected)


def test_a_single_month_is_expected_where_it_always_is():
    single = worst_score([30], 0.52, 0.16)
    assert single is not None
    assert single.expected == pytest.approx(36)


def test_months_of_different_size_against_a_simulation():
    rng, sizes = Random(2), [8, 20, 20, 45, 90]
    worst = [min(sum(rng.random() < 0.9 for _ in range(n)) / n for n in sizes) for _ in range(3000)]
    found = worst_share(sizes, 0.9, Side.LOW)
    assert found is not None
    assert found.expected == pytest.approx(sum(worst) / 3000, abs=0.005)
    assert found.chance_of(0.75) == pytest.approx(sum(each <= 0.75 for each in worst) / 3000, abs=0.03)
    assert sum(each in found.interval for each in worst) / 3000 >= 0.94


def test_months_without_answers_are_left_out():
    assert worst_share([0, 20, 0], 0.9, Side.LOW) == worst_share([20], 0.9, Side.LOW)
    assert worst_share([], 0.9, Side.LOW) is None
    assert worst_score([0], 0.5, 0.1) is None


def test_more_months_have_a_worse_worst_one():
    year, three = worst_share([40] * 12, 0.9, Side.LOW), worst_share([40] * 36, 0.9, Side.LOW)
    assert year is not None
    assert three is not None
    assert three.expected < year.expected < 0.9
