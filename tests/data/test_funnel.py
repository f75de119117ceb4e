"""Funnel limits against the reference's vectors, exact chances and cases worked by hand."""

from __future__ import annotations

import math
from random import Random

import pytest

from data.chances import hits_of, nps_sum_of
from data.funnel import (
    arcsine_limits,
    between_units,
    score_funnel,
    score_limits,
    share_funnel,
    share_limits,
)
from data.statistics import NpsCounts, Verdict


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (25, [65.22, 75.51, 98.43, 99.98]),
        (100, [78.98, 83.39, 95.08, 97.23]),
        (400, [84.91, 86.87, 92.74, 94.14]),
    ],
)
def test_arcsine_limits_are_those_of_the_reference(n, expected):
    limits = arcsine_limits(0.9, n)
    found = [limits.far.low, limits.near.low, limits.near.high, limits.far.high]
    assert [round(100 * each, 2) for each in found] == expected


def test_variance_between_units_widens_the_limits_on_the_scale_of_angles():
    plain, wider = arcsine_limits(0.9, 100), arcsine_limits(0.9, 100, tau_squared=0.0075)
    assert wider == arcsine_limits(0.9, 25)  # 1/400 + 0.0075 is 1/100, the variance at n = 25
    assert wider.far.low < plain.far.low


@pytest.mark.parametrize("share", [0.1, 0.5, 0.7, 0.9, 0.98])
@pytest.mark.parametrize("n", [5, 10, 25, 100, 400])
def test_no_more_than_one_in_a_thousand_is_apart_by_chance_on_either_side(n, share):
    limits, chances = share_limits(share, n).far, hits_of(n, share)
    assert chances.at_most(math.ceil(limits.low * n - 1e-9) - 1) <= 0.001
    assert 1 - chances.at_most(math.floor(limits.high * n + 1e-9)) <= 0.001


@pytest.mark.parametrize("mix", [(0.52, 0.16), (0.84, 0.04), (0.25, 0.45)])
@pytest.mark.parametrize("n", [5, 10, 25, 100, 400])
def test_no_more_than_one_score_in_a_thousand_is_apart_by_chance_on_either_side(n, mix):
    limits, chances = score_limits(*mix, n).far, nps_sum_of(n, *mix)
    assert chances.at_most(math.ceil(limits.low * n / 100 - 1e-9) - 1) <= 0.001
    assert 1 - chances.at_most(math.floor(limits.high * n / 100 + 1e-9)) <= 0.001


def test_score_limits_of_many_answers_are_those_of_the_formula():
    limits = score_limits(0.52, 0.16, 5000)
    error = 100 * math.sqrt(0.68 - 0.36**2) / math.sqrt(5000)
    assert limits.far.low == pytest.approx(36 - 3.090232 * error, abs=0.05)
    assert limits.near.high == pytest.approx(36 + 1.959964 * error, abs=0.05)


def test_variance_between_units_by_hand():
    distances = [3.0, -3.0] * 5  # z of 3 and -3 at a variance of 1: phi is 9, w is 1
    assert between_units(distances, [1.0] * 10) == pytest.approx((90 - 9) / (10 - 1))


def test_one_outlier_is_pulled_in_before_spread_is_measured():
    calm = [0.5, -0.5] * 10
    assert between_units([*calm, 50.0], [1.0] * 21) == 0


def test_units_that_differ_no_more_than_chance_have_no_variance_between_them():
    assert between_units([1.0, -1.0] * 5, [2.0] * 10) == 0


def test_among_few_units_an_outlier_stays_one():
    assert between_units([9.0, 0.0, 0.0], [1.0] * 3) == 0
    funnel = share_funnel([(50, 100), (95, 100), (94, 100)])
    assert funnel is not None
    assert funnel.units[0].verdict is Verdict.REAL


def test_a_funnel_lies_around_the_share_of_all_rows():
    funnel = share_funnel([(90, 100), (700, 800), (98, 100)])
    assert funnel is not None
    assert funnel.target == pytest.approx(0.888)
    assert [unit.value for unit in funnel.units] == [0.9, 0.875, 0.98]
    assert [unit.verdict for unit in funnel.units] == [Verdict.NOISE, Verdict.NOISE, Verdict.REAL]


def test_a_funnel_may_lie_around_a_target_instead():
    funnel = share_funnel([(80, 100), (95, 100)], target=0.95)
    assert funnel is not None
    assert funnel.target == 0.95
    assert [unit.verdict for unit in funnel.units] == [Verdict.REAL, Verdict.NOISE]


def test_a_small_unit_is_not_shown():
    funnel = share_funnel([(90, 100), (0, 4), (4, 5)])
    assert funnel is not None
    hidden = funnel.units[1]
    assert (hidden.value, hidden.n, hidden.limits) == (None, 4, None)
    assert hidden.verdict is Verdict.TOO_FEW
    assert funnel.units[2].value == 0.8


def test_a_perfect_small_team_is_not_apart():
    funnel = share_funnel([(880, 980), (25, 25)])
    assert funnel is not None
    assert funnel.units[1].verdict is Verdict.NOISE
    assert 1.0 not in arcsine_limits(funnel.target, 25).far  # the arcsine alone would have flagged it


def test_teams_that_all_differ_are_no_outliers_to_each_other():
    spread = [(760, 1000), (800, 1000), (840, 1000), (860, 1000), (880, 1000)] * 3
    funnel = share_funnel(spread)
    assert funnel is not None
    assert funnel.tau_squared > 0
    assert {unit.verdict for unit in funnel.units} == {Verdict.NOISE}
    assert share_limits(funnel.target, 1000).far.low > 0.76  # without it the first would be flagged


def test_scores_are_compared_with_that_of_all_answers():
    usual = NpsCounts(52, 32, 16)
    funnel = score_funnel([*[usual] * 8, NpsCounts(20, 30, 50), NpsCounts(1, 0, 0)])
    assert funnel is not None
    assert funnel.target == pytest.approx(100 * (52 * 8 + 21 - 16 * 8 - 50) / 901)
    assert [unit.verdict for unit in funnel.units] == [Verdict.NOISE] * 8 + [Verdict.REAL, Verdict.TOO_FEW]
    assert funnel.units[8].value == -30


def test_a_funnel_of_nothing_is_none():
    assert share_funnel([]) is None
    assert share_funnel([(0, 0)]) is None
    assert score_funnel([NpsCounts(0, 0, 0)]) is None


def test_equal_teams_are_rarely_called_apart():
    rng, flagged, units = Random(1), 0, 0
    for _ in range(100):
        sizes = [rng.choice((8, 15, 30, 60, 120)) for _ in range(12)]
        funnel = share_funnel([(sum(rng.random() < 0.9 for _ in range(n)), n) for n in sizes])
        assert funnel is not None
        units += len(sizes)
        flagged += sum(unit.verdict is Verdict.REAL for unit in funnel.units)
    assert flagged / units <= 0.004  # 0.2 % at most, and what chance adds to 1,200 of them
