"""Kaplan-Meier by hand, against published figures, and by simulation."""

from __future__ import annotations

import math
from collections import Counter
from random import Random

import pytest

from data.statistics import Interval, wilson
from data.survival import Lasting, ended_within, lasting, survival

# Remission of leukaemia under 6-MP, Freireich et al. (1963), Blood: weeks; the second: still in remission.
RELAPSED = Counter([6, 6, 6, 7, 10, 13, 16, 22, 23])
IN_REMISSION = Counter([6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])


def test_the_curve_is_the_published_one():
    steps = survival(RELAPSED, IN_REMISSION)
    assert [(step.duration, step.at_risk, step.ended) for step in steps] == [
        (6, 21, 3), (7, 17, 1), (10, 15, 1), (13, 12, 1), (16, 11, 1), (22, 7, 1), (23, 6, 1)
    ]  # fmt: skip
    assert [round(step.still_open, 3) for step in steps] == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]


def test_the_log_log_intervals_are_the_published_ones():
    bands = [step.interval for step in survival(RELAPSED, IN_REMISSION)]
    found = [(round(band.low, 4), round(band.high, 4)) for band in bands if band]
    assert found == [
        (0.6197, 0.9516), (0.5631, 0.9228), (0.5032, 0.8894), (0.4316, 0.8491), (0.3675, 0.8049),
        (0.2678, 0.7468), (0.1881, 0.6801),
    ]  # fmt: skip


def test_the_median_is_the_published_one_and_its_upper_end_is_not_reached():
    assert lasting(survival(RELAPSED, IN_REMISSION)) == Lasting(value=23, low=13, high=None)


def test_without_open_tickets_the_curve_is_the_plain_share():
    steps = survival({1.0: 2, 3.0: 1, 8.0: 1}, {})
    assert [step.still_open for step in steps] == [0.5, 0.25, 0]
    assert lasting(steps).value == 1
    assert lasting(steps, 0.75).value == 3
    assert lasting(steps, 0.8).value == 8
    assert steps[-1].interval is None


def test_a_ticket_open_at_the_very_age_at_which_another_ended_was_at_risk():
    (step,) = survival({5.0: 1}, {5.0: 1})
    assert (step.at_risk, step.still_open) == (2, 0.5)


def test_open_tickets_make_last_month_look_less_fast_than_the_ended_ones_alone():
    ended, still_open = {1.0: 10, 2.0: 10}, {3.0: 30}
    assert lasting(survival(ended, {})).value == 1
    assert lasting(survival(ended, still_open)) == Lasting(None, low=2, high=None)  # 60 % are open at 2


def test_where_nothing_has_ended_there_is_no_curve():
    assert survival({}, {4.0: 3}) == []
    assert survival({4.0: 0}, {}) == []
    assert lasting([]) == Lasting(None, None, None)


def test_the_share_ended_within_a_duration():
    steps = survival(RELAPSED, IN_REMISSION)
    share, band = ended_within(steps, 12)
    assert share == pytest.approx(1 - 0.7529, abs=1e-4)
    assert band is not None
    assert [round(band.low, 4), round(band.high, 4)] == [round(1 - 0.8894, 4), round(1 - 0.5032, 4)]
    assert ended_within(steps, 5) == (0, None)
    assert ended_within(survival({1.0: 1}, {}), 2) == (1, None)


def test_impossible_input_is_refused():
    with pytest.raises(ValueError, match="negative"):
        survival({1.0: -1}, {})
    for share in (0, 1, math.nan):
        with pytest.raises(ValueError, match="No such quantile"):
            lasting([], share)


def test_bands_lie_within_what_is_possible_and_hold_the_curve():
    for step in survival(RELAPSED, IN_REMISSION):
        assert step.interval is not None
        assert 0 < step.interval.low <= step.still_open <= step.interval.high < 1


def test_the_interval_of_a_curve_without_open_tickets_is_near_wilsons():
    share, band = ended_within(survival({1.0: 60, 2.0: 40}, {}), 1)
    expected = wilson(60, 100)
    assert share == pytest.approx(0.6)
    assert band is not None
    assert expected is not None
    assert Interval(round(band.low, 1), round(band.high, 1)) == Interval(
        round(expected.low, 1), round(expected.high, 1)
    )


def test_intervals_of_medians_cover_about_95_per_cent_though_many_are_open():
    rng, covered, biased = Random(7), 0, 0
    for _ in range(300):
        ended: Counter[float] = Counter()
        still_open: Counter[float] = Counter()
        for _ in range(80):
            needs, age = rng.expovariate(1), rng.uniform(0, 3)
            (ended if needs <= age else still_open)[min(needs, age)] += 1
        found = lasting(survival(ended, still_open))
        low, high = found.low or 0, found.high or math.inf
        covered += low <= math.log(2) <= high
        naive = lasting(survival(ended, {}))
        biased += (naive.high or math.inf) < math.log(2)
    assert 0.915 <= covered / 300 <= 0.985
    assert biased / 300 > 0.5  # the ended ones alone would nearly always promise too much
