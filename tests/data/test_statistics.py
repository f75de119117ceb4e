"""The statistics against the reference's worked vectors, hand-worked cases and NumPy."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.statistics import (
    Interval,
    NpsCounts,
    Verdict,
    adjusted_nps,
    compare_nps,
    compare_shares,
    nps,
    quantile,
    wald_nps,
    wilson,
    xmr_limits,
)

Z = 1.959963984540054

# promoters, detractors, n; then score, error, low and high: plain; the same: adjusted (not clipped).
NPS_VECTORS = [
    ((52, 16, 100), (36.00, 7.42, 21.46, 50.54), (34.95, 7.32, 20.60, 49.31)),
    ((12, 5, 25), (28.00, 15.51, -2.40, 58.40), (25.00, 14.62, -3.65, 53.65)),
    ((9, 0, 10), (90.00, 9.49, 71.41, 108.59), (69.23, 15.89, 38.08, 100.38)),
    ((10, 0, 10), (100, 0, 100, 100), (76.92, 15.01, 47.50, 106.34)),
    ((200, 60, 400), (35.00, 3.63, 27.88, 42.12), (34.74, 3.62, 27.64, 41.84)),
    ((0, 0, 4), (0, 0, 0, 0), (0, 17.50, -34.29, 34.29)),
]


def answers(promoters: int, detractors: int, n: int) -> NpsCounts:
    return NpsCounts(promoters, n - promoters - detractors, detractors)


def to_cents(*values: float) -> list[float]:
    return [round(value, 2) for value in values]


def with_interval(centre: float, error: float) -> list[float]:
    return to_cents(centre, error, centre - Z * error, centre + Z * error)


@pytest.mark.parametrize(("counts", "plain", "adjusted"), NPS_VECTORS)
def test_nps_errors_and_intervals_are_those_of_the_reference(counts, plain, adjusted):
    assert with_interval(*wald_nps(*counts)) == list(plain)
    assert with_interval(*adjusted_nps(answers(*counts))) == list(adjusted)


@pytest.mark.parametrize(("counts", "plain", "adjusted"), NPS_VECTORS)
def test_nps_shows_the_observed_score_and_the_adjusted_interval_as_far_as_possible(counts, plain, adjusted):
    estimate = nps(answers(*counts))
    assert estimate is not None
    assert estimate.value == pytest.approx(plain[0])
    assert to_cents(estimate.interval.low, estimate.interval.high) == [
        max(adjusted[2], -100),
        min(adjusted[3], 100),
    ]


def test_nps_of_only_detractors_mirrors_that_of_only_promoters():
    best, worst = nps(NpsCounts(10, 0, 0)), nps(NpsCounts(0, 0, 10))
    assert best is not None
    assert worst is not None
    assert worst.value == -best.value == -100
    assert worst.interval.low == -best.interval.high == -100
    assert worst.interval.high == pytest.approx(-best.interval.low)


def test_nps_of_one_promoter_lies_outside_its_interval():
    estimate = nps(NpsCounts(1, 0, 0))
    assert estimate is not None
    assert [round(estimate.interval.low), round(estimate.interval.high)] == [-48, 98]
    assert estimate.value not in estimate.interval


def test_nps_of_no_answers_is_none_and_not_zero():
    assert nps(NpsCounts(0, 0, 0)) is None


@pytest.mark.parametrize("counts", [(-1, 0, 0), (0, -1, 5), (0, 0, -1)])
def test_negative_counts_of_answers_are_refused(counts):
    with pytest.raises(ValueError, match="No such answers"):
        NpsCounts(*counts)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
@settings(deadline=None)
def test_an_nps_interval_is_never_empty_and_never_impossible(promoters, passives, detractors):
    estimate = nps(NpsCounts(promoters, passives, detractors))
    if promoters + passives + detractors == 0:
        assert estimate is None
    else:
        assert estimate is not None
        assert -100 <= estimate.interval.low < estimate.interval.high <= 100


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((52, 16, 100), (30, 25, 80), (28.93, 11.63, 2.488, 0.0129, 6.14, 51.72)),
        ((20, 2, 30), (12, 9, 30), (45.45, 18.16, 2.503, 0.0123, 9.86, 81.05)),
    ],
)
def test_nps_differences_are_those_of_the_reference(first, second, expected):
    found = compare_nps(answers(*first), answers(*second))
    assert found is not None
    assert to_cents(found.adjusted, found.standard_error) == list(expected[:2])
    assert round(found.z, 3) == expected[2]
    assert round(found.p_value, 4) == expected[3]
    assert to_cents(found.interval.low, found.interval.high) == list(expected[4:])
    assert found.verdict is Verdict.REAL


def test_an_nps_difference_is_shown_as_observed():
    found = compare_nps(answers(52, 16, 100), answers(30, 25, 80))
    assert found is not None
    assert found.difference == pytest.approx(36 - 6.25)


def test_an_nps_difference_changes_its_sign_with_the_order():
    one, other = answers(52, 16, 100), answers(30, 25, 80)
    forth, back = compare_nps(one, other), compare_nps(other, one)
    assert forth is not None
    assert back is not None
    assert (forth.difference, forth.z) == (-back.difference, -back.z)
    assert forth.p_value == back.p_value
    assert forth.verdict is back.verdict


def test_a_small_nps_difference_is_within_noise():
    found = compare_nps(answers(52, 16, 100), answers(48, 17, 100))
    assert found is not None
    assert found.verdict is Verdict.NOISE
    assert 0 in found.interval


@pytest.mark.parametrize(("n", "verdict"), [(9, Verdict.TOO_FEW), (10, Verdict.REAL)])
def test_fewer_than_ten_answers_on_either_side_are_too_few_to_say(n, verdict):
    few, many = answers(0, n, n), answers(80, 5, 100)
    for pair in ((few, many), (many, few)):
        found = compare_nps(*pair)
        assert found is not None
        assert found.verdict is verdict


def test_nps_of_nobody_cannot_be_compared():
    some = answers(5, 1, 20)
    assert compare_nps(some, NpsCounts(0, 0, 0)) is None
    assert compare_nps(NpsCounts(0, 0, 0), some) is None


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"), [(37, 40, 80.14, 97.42), (0, 12, 0, 24.25), (12, 12, 75.75, 100)]
)
def test_wilson_intervals_are_those_of_the_reference(successes, n, low, high):
    interval = wilson(successes, n)
    assert interval is not None
    assert to_cents(100 * interval.low, 100 * interval.high) == [low, high]


@given(st.integers(0, 10_000), st.integers(1, 10_000))
@settings(deadline=None)
def test_a_wilson_interval_holds_the_share_and_stays_possible(successes, n):
    successes = min(successes, n)
    interval = wilson(successes, n)
    assert interval is not None
    assert 0 <= interval.low <= successes / n <= interval.high <= 1


def test_a_share_of_nothing_is_none():
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("successes", "n"), [(5, 4), (-1, 4), (0, -1)])
def test_impossible_shares_are_refused(successes, n):
    with pytest.raises(ValueError, match="No such share"):
        wilson(successes, n)


# Published in Newcombe (1998), table II, method 10 (score, no continuity correction).
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_differences_of_shares_are_those_that_newcombe_published(first, second, low, high):
    found = compare_shares(first, second)
    assert found is not None
    assert found.difference == pytest.approx(first[0] / first[1] - second[0] / second[1])
    assert [round(found.interval.low, 4), round(found.interval.high, 4)] == [low, high]


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ((95, 100), (80, 100), Verdict.REAL),
        ((80, 100), (95, 100), Verdict.REAL),
        ((93, 100), (90, 100), Verdict.NOISE),
        ((90, 100), (90, 100), Verdict.NOISE),
        ((9, 9), (0, 100), Verdict.TOO_FEW),
        ((0, 100), (9, 9), Verdict.TOO_FEW),
        ((10, 10), (0, 100), Verdict.REAL),
    ],
)
def test_two_shares_differ_really_where_the_interval_leaves_out_zero(first, second, verdict):
    found = compare_shares(first, second)
    assert found is not None
    assert found.verdict is verdict


def test_a_share_of_nothing_cannot_be_compared():
    assert compare_shares((0, 0), (5, 10)) is None
    assert compare_shares((5, 10), (0, 0)) is None


def test_another_minimum_may_be_asked_for():
    found = compare_shares((5, 5), (0, 5), minimum=5)
    assert found is not None
    assert found.verdict is Verdict.REAL
    assert compare_nps(answers(5, 0, 5), answers(0, 5, 5), minimum=6).verdict is Verdict.TOO_FEW


def test_verdicts_read_as_words():
    assert [str(each) for each in Verdict] == ["real", "within noise", "too few to say"]


def test_control_limits_are_those_of_the_reference():
    limits = xmr_limits([92, 94, 91, 95, 93, 90, 94, 92, 96, 93, 91, 94])
    assert limits is not None
    assert [round(value, 4) for value in (limits.mean, limits.mean_range)] == [92.9167, 2.9091]
    assert [round(value, 4) for value in (limits.lower, limits.upper)] == [85.1785, 100.6548]
    assert round(limits.upper_range, 3) == 9.504
    assert round(limits.sigma, 3) == 2.579


def test_control_limits_of_a_flat_line_lie_upon_it():
    limits = xmr_limits([7.0, 7.0, 7.0])
    assert limits is not None
    assert (limits.lower, limits.mean, limits.upper, limits.upper_range) == (7, 7, 7, 0)


@pytest.mark.parametrize("values", [[], [5.0]])
def test_control_limits_need_two_values(values):
    assert xmr_limits(values) is None


def test_an_interval_is_cut_to_what_is_possible():
    assert Interval(-5, 105).clipped(0, 100) == Interval(0, 100)
    assert Interval(10, 20).clipped(0, 100) == Interval(10, 20)
    assert Interval(110, 120).clipped(0, 100) == Interval(100, 100)


def test_a_median_by_hand():
    assert quantile({3: 1, 1: 2, 10: 1}, 0.5) == 2  # 1 1 3 10
    assert quantile({4: 3}, 0.5) == 4
    assert quantile({1: 1, 2: 0, 3: 1}, 0.5) == 2


def test_a_quantile_of_nothing_is_none():
    assert quantile({}, 0.5) is None
    assert quantile({5: 0}, 0.5) is None


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_impossible_quantiles_are_refused(share):
    with pytest.raises(ValueError, match="No such quantile"):
        quantile({1: 1}, share)


@given(
    st.dictionaries(
        st.integers(-(10**6), 10**6) | st.floats(-1e9, 1e9, allow_subnormal=False),
        st.integers(0, 20),
        max_size=25,
    ),
    st.floats(0, 1) | st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]),
)
@settings(deadline=None)
def test_quantiles_equal_numpy_on_the_list_written_out(counts, share):
    expanded = sorted(Counter({value: n for value, n in counts.items() if n}).elements())
    found = quantile(counts, share)
    if not expanded:
        assert found is None
    else:
        assert found == np.quantile(np.array(expanded, dtype=float), share)
