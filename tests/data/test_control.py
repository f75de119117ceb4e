"""Control limits against the reference's vectors and cases worked by hand."""

from __future__ import annotations

import math

import pytest

from data.chances import deviation_of_answer, hits_of
from data.control import (
    Limits,
    Rates,
    Shares,
    fit_durations,
    fit_individuals,
    fit_rates,
    fit_scores,
    fit_shares,
    score,
)
from data.statistics import NpsCounts

VECTOR = [92.0, 94, 91, 95, 93, 90, 94, 92, 96, 93, 91, 94]


def below(n: int, share: float, limit: float) -> float:
    """The chance that a stable month lies below the limit."""
    return hits_of(n, share).at_most(math.ceil(limit * n - 1e-9) - 1)


def test_xmr_limits_are_those_of_the_reference():
    chart = fit_individuals(VECTOR)
    assert chart is not None
    limits = chart.at()
    assert [round(each, 4) for each in (limits.centre, limits.lower, limits.upper)] == [
        92.9167, 85.1785, 100.6548
    ]  # fmt: skip
    assert round(chart.sigma, 3) == 2.579
    assert limits.far_lower == pytest.approx(92.9167 - 2 / 3 * (92.9167 - 85.1785), abs=1e-3)
    assert limits.middle == limits.centre


def test_one_great_jump_and_back_does_not_widen_the_limits():
    calm = [10.0, 12, 10, 12, 10, 12, 10, 12, 10, 12]
    jumped = [*calm[:5], 60, *calm[5:]]  # the two ranges at the jump (50 and 48) are above 3.267 · mean
    chart, undisturbed = fit_individuals(jumped), fit_individuals(calm)
    assert chart is not None
    assert undisturbed is not None
    assert chart.sigma == pytest.approx(undisturbed.sigma) == pytest.approx(2 * 2.660 / 3)


@pytest.mark.parametrize("values", [[], [3.0], [5.0, 5.0, 5.0]])
def test_where_nothing_varies_there_are_no_xmr_limits(values):
    assert fit_individuals(values) is None
    assert fit_durations(values) is None


def test_limits_of_durations_are_fitted_on_the_logarithm_and_shown_in_minutes():
    minutes = [60.0, 120, 60, 120, 60, 120]
    chart = fit_durations(minutes)
    assert chart is not None
    limits = chart.at()
    assert limits.centre == pytest.approx(math.sqrt(61 * 121) - 1)
    ratio = (121 / 61) ** 2.660
    assert limits.upper == pytest.approx(math.sqrt(61 * 121) * ratio - 1)
    assert limits.lower == pytest.approx(math.sqrt(61 * 121) / ratio - 1)


def test_a_p_chart_lies_around_the_share_of_all_and_not_the_mean_of_shares():
    chart = fit_shares([(90, 100), (1, 10)] * 6)
    assert chart is not None
    assert chart.share == pytest.approx(91 / 110)


def test_p_limits_of_a_large_month_are_three_sigma():
    limits = Shares(0.92).at(2500)
    sigma = math.sqrt(0.92 * 0.08 / 2500)
    assert [limits.lower, limits.far_lower, limits.far_upper, limits.upper] == pytest.approx(
        [0.92 - 3 * sigma, 0.92 - 2 * sigma, 0.92 + 2 * sigma, 0.92 + 3 * sigma]
    )


@pytest.mark.parametrize(("n", "false_low"), [(10, 0.58), (20, 0.38), (80, 0.43), (400, 0.21)])
def test_three_sigma_alarms_too_often_for_few_answers_and_exact_limits_do_not(n, false_low):
    three_sigma = 0.92 - 3 * math.sqrt(0.92 * 0.08 / n)
    assert round(100 * below(n, 0.92, three_sigma), 2) == false_low  # as the reference counted
    assert below(n, 0.92, Shares(0.92).at(n).lower) <= 0.00135


@pytest.mark.parametrize("share", [0.02, 0.3, 0.92, 0.99])
@pytest.mark.parametrize("n", [20, 45, 150, 1000])
def test_at_most_half_of_all_stable_months_lie_on_either_side_of_the_middle(n, share):
    middle, chances = Shares(share).at(n).middle, hits_of(n, share)
    assert below(n, share, middle) <= 0.5
    if n * min(share, 1 - share) < 100:
        assert 1 - chances.at_most(round(middle * n)) <= 0.5


def test_exact_limits_go_over_into_three_sigma_without_a_jump():
    exact, normal = Shares(0.92).at(1249), Shares(0.92).at(1250)
    assert exact.lower == pytest.approx(normal.lower, abs=0.002)
    assert exact.upper == pytest.approx(normal.upper, abs=0.002)


def test_a_baseline_without_a_miss_does_not_make_the_first_miss_a_signal():
    chart = fit_shares([(20, 20)] * 12)
    assert chart is not None
    assert chart.at(20).lower <= 19 / 20
    none = fit_shares([(0, 20)] * 12)
    assert none is not None
    assert none.at(20).upper >= 1 / 20


def test_months_that_differ_by_more_than_chance_widen_the_limits_as_laney_does():
    months = [(380, 400), (340, 400)] * 6  # 95 % and 85 %: z is 3⅓ and -3⅓, every range 6⅔
    chart = fit_shares(months)
    assert chart is not None
    assert chart.share == pytest.approx(0.9)
    assert chart.spread == pytest.approx(6.66667 * 2.660 / 3, abs=1e-4)
    assert chart.at(400).lower == pytest.approx(0.9 - 3 * 0.015 * chart.spread)


def test_months_that_differ_only_as_chance_has_it_get_a_plain_p_chart():
    chart = fit_shares([(365, 400), (357, 400), (362, 400), (359, 400)] * 3)
    assert chart is not None
    assert chart.spread == 1


def test_limits_with_extra_spread_are_never_narrower_than_chance_makes_them():
    wide, plain = Shares(0.92, 1.21).at(20), Shares(0.92).at(20)
    assert wide.lower <= plain.lower
    assert wide.upper >= plain.upper


def test_a_u_chart_by_hand():
    chart = fit_rates([(420, 10.0), (400, 10.0), (380, 10.0)] * 4)
    assert chart is not None
    assert chart.rate == 40
    limits = chart.at(10)
    assert [limits.lower, limits.upper] == pytest.approx([40 - 3 * 2, 40 + 3 * 2])


def test_few_events_have_poissons_limits():
    limits = Rates(2.0).at(1)  # P(7 or fewer) is 99.89 %, P(6 or fewer) 99.55 %; P(0) is 13.5 %
    assert (limits.lower, limits.upper) == (0, 7)


def test_a_baseline_without_events_still_has_an_upper_limit():
    chart = fit_rates([(0, 1.0)] * 12)
    assert chart is not None
    assert 1 <= chart.at(1).upper < 5


def test_rates_with_extra_spread_become_u_prime():
    chart = fit_rates([(460, 10.0), (340, 10.0)] * 6)  # z ±3, every range 6
    assert chart is not None
    assert chart.spread == pytest.approx(6 * 2.660 / 3)
    assert chart.at(10).upper == pytest.approx(40 + 3 * 2 * chart.spread)


def test_nps_is_charted_around_the_score_of_all_answers():
    months = [NpsCounts(52, 32, 16), NpsCounts(10, 6, 4)] * 6
    chart = fit_scores(months)
    assert chart is not None
    assert chart.centre == pytest.approx(100 * (62 - 20) / 120)


def test_sampling_error_is_the_floor_of_an_nps_charts_sigma():
    chart = fit_scores([NpsCounts(52, 32, 16)] * 12)  # no month differs: moving ranges alone would say 0
    assert chart is not None
    adjusted = (624.75 / 1203, 192.75 / 1203)
    assert chart.sigma == deviation_of_answer(*adjusted)
    limits = chart.at(100)
    assert limits.lower == pytest.approx(36 - 3 * 7.4, abs=1)
    assert limits.upper == pytest.approx(36 + 3 * 7.4, abs=1.5)


def test_nps_that_differs_by_more_than_sampling_error_is_weighted_by_n():
    months = [NpsCounts(80, 10, 10), NpsCounts(30, 40, 30)] * 6  # +70 and 0 at n = 100: every |Δ| is 70
    chart = fit_scores(months)
    assert chart is not None
    sigma = math.sqrt(math.pi / 2) * 70 / math.sqrt(1 / 100 + 1 / 100)
    assert chart.sigma == pytest.approx(sigma)
    assert chart.at(400).lower == pytest.approx(35 - 3 * sigma / 20)


def test_what_is_drawn_stays_within_what_is_possible():
    limits = Limits(centre=95, middle=95, lower=85, far_lower=88, far_upper=102, upper=105)
    assert limits.clipped(0, 100) == Limits(95, 95, 85, 88, 100, 100)


def test_the_score_of_a_month_is_in_points():
    assert score(NpsCounts(3, 1, 4)) == -12.5
