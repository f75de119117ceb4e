"""Bootstrap intervals: against resamples really drawn, exact coverage, and false alarms."""

from __future__ import annotations

import math
from collections import Counter
from random import Random

import pytest

from data.chances import hits_of
from data.resample import compare_quantiles, middle, quantile_interval
from data.statistics import Interval, Verdict, quantile

MINUTES = Counter({30.0: 4, 45.0: 7, 60.0: 12, 90.0: 9, 240.0: 5, 1440.0: 3})


def coverage(n: int, share: float) -> float:
    """How often the interval holds the true quantile, exactly, whatever values are distributed like.

    Of rows 1 to n the interval tells the ranks it ends at; the true quantile lies above as many rows as a
    binomial says. An end between two ranks holds for its part.
    """
    interval = quantile_interval({float(row): 1 for row in range(1, n + 1)}, share)
    assert interval is not None
    below = hits_of(n, share)

    def is_above(rank: float) -> float:
        whole = math.floor(rank)
        part = rank - whole
        return 1 - (1 - part) * below.at_most(whole - 1) - part * below.at_most(whole)

    return is_above(interval.low) - is_above(interval.high)


@pytest.mark.parametrize(("n", "least", "most"), [(6, 0.93, 0.99), (10, 0.93, 0.98), (20, 0.94, 0.975)])
def test_intervals_of_medians_of_few_rows_cover_nearly_what_they_say(n, least, most):
    assert least <= coverage(n, 0.5) <= most


@pytest.mark.parametrize("n", [30, 50, 51, 100, 300, 1000, 3000])
def test_intervals_of_medians_cover_94_to_96_per_cent(n):
    assert 0.94 <= coverage(n, 0.5) <= 0.96


@pytest.mark.parametrize(("n", "least"), [(36, 0.88), (100, 0.93), (1000, 0.945), (3000, 0.945)])
def test_intervals_of_ninetieth_percentiles_cover_what_the_sample_can_hold(n, least):
    assert least <= coverage(n, 0.9) <= 0.96


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_interval_is_that_of_resamples_really_drawn(share):
    rng = Random(9)
    rows = sorted(MINUTES.elements())
    draws = [quantile(Counter(rng.choices(rows, k=len(rows))), share) for _ in range(2000)]
    interval = quantile_interval(MINUTES, share)
    assert interval is not None
    assert interval.low in Interval(sorted(draws)[30], sorted(draws)[60])  # 1.5 % to 3 % of the draws
    assert interval.high in Interval(sorted(draws)[-60], sorted(draws)[-30])


def test_an_interval_holds_the_quantile_and_lies_among_the_rows():
    interval = quantile_interval(MINUTES)
    assert interval is not None
    assert 30 <= interval.low <= quantile(MINUTES, 0.5) <= interval.high <= 1440


def test_the_same_rows_give_the_same_interval():
    shuffled = dict(reversed(MINUTES.items()))
    assert quantile_interval(MINUTES) == quantile_interval(shuffled)
    assert compare_quantiles(MINUTES, {60.0: 30}) == compare_quantiles(shuffled, {60.0: 30})


@pytest.mark.parametrize(("n", "share"), [(5, 0.5), (35, 0.9), (0, 0.5), (1, 0.5)])
def test_too_few_rows_have_no_interval(n, share):
    assert quantile_interval({float(row): 1 for row in range(n)}, share) is None
    assert n == 0 or quantile_interval({float(row): 1 for row in range(n + 1 if n > 1 else 6)}, share)


def test_rows_that_all_agree_have_an_interval_of_no_width():
    assert quantile_interval({60.0: 12}) == Interval(60, 60)


def test_an_impossible_quantile_is_refused():
    with pytest.raises(ValueError, match="No such quantile"):
        quantile_interval(MINUTES, 1.5)


def test_an_interval_hardly_jumps_where_exact_ranks_end():
    few = quantile_interval({float(row): 1 for row in range(2000)})
    many = quantile_interval({float(row): 1 for row in range(2001)})
    assert few is not None
    assert many is not None
    assert few.low == pytest.approx(many.low, abs=2)
    assert few.high == pytest.approx(many.high, abs=2)


def test_medians_far_apart_differ_really():
    slow = {value * 3: count for value, count in MINUTES.items()}
    found = compare_quantiles(slow, MINUTES)
    assert found is not None
    assert found.difference == 120
    assert found.verdict is Verdict.REAL
    assert found.interval.low > 0
    same = compare_quantiles(MINUTES, MINUTES)
    assert same is not None
    assert same.verdict is Verdict.NOISE


def test_few_rows_are_too_few_to_compare():
    found = compare_quantiles({1.0: 9}, {100.0: 50})
    assert found is not None
    assert found.verdict is Verdict.TOO_FEW
    tails = compare_quantiles({1.0: 30}, {100.0: 50}, 0.9)  # 36 are needed for a 90th percentile
    assert tails is not None
    assert tails.verdict is Verdict.TOO_FEW


def test_a_median_of_nothing_cannot_be_compared():
    assert compare_quantiles({}, MINUTES) is None
    assert compare_quantiles(MINUTES, {5.0: 0}) is None


def test_equal_groups_are_called_different_in_about_one_of_twenty():
    rng = Random(11)
    real = 0
    for _ in range(300):
        one, other = (Counter(rng.lognormvariate(4, 1) for _ in range(40)) for _ in range(2))
        found = compare_quantiles(one, other, rounds=300)
        real += found is not None and found.verdict is Verdict.REAL
    assert 0.015 <= real / 300 <= 0.085


def test_the_middle_of_draws_leaves_out_a_fortieth_at_either_end():
    assert middle(list(range(200))) == Interval(5, 194)
