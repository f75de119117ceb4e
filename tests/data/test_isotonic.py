"""Dose and response: the curve by hand, against all others that are in order, and its band."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.isotonic import Gain, dose_response, gain_of, isotonic
from data.statistics import Interval


def nps(counts: dict[float, tuple[int, int, int]]) -> Counter[tuple[float, float]]:
    """(promoters, passives, detractors) at each dose."""
    return Counter(
        {
            (dose, response): n
            for dose, three in counts.items()
            for response, n in zip((100.0, 0.0, -100.0), three, strict=True)
        }
    )


FALLING = nps({0.5: (60, 30, 10), 1.0: (40, 40, 20), 2.0: (20, 30, 50)})  # +50, +20, -30


def test_violators_are_pooled_by_weight():
    assert isotonic([1, 3, 2, 4], [1, 1, 1, 1], is_rising=True) == [1, 2.5, 2.5, 4]
    assert isotonic([1, 3, 2, 4], [1, 1, 3, 1], is_rising=True) == [1, 2.25, 2.25, 4]
    assert isotonic([1, 3, 2, 4], [1, 1, 1, 1], is_rising=False) == [2.5, 2.5, 2.5, 2.5]


def test_pooling_reaches_back_as_far_as_it_must():
    assert isotonic([4, 5, 6, 1], [1, 1, 1, 1], is_rising=True) == [4, 4, 4, 4]
    assert isotonic([], [], is_rising=True) == []


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(1, 9)), min_size=1, max_size=12), st.booleans())
@settings(deadline=None)
def test_the_fit_is_in_order_keeps_the_mean_and_is_the_nearest(points, is_rising):
    values, weights = [float(value) for value, _ in points], [float(weight) for _, weight in points]
    fitted = isotonic(values, weights, is_rising=is_rising)
    ordered = fitted if is_rising else fitted[::-1]
    assert all(before <= after + 1e-9 for before, after in pairwise(ordered))
    residues = [w * (value - fit) for value, fit, w in zip(values, fitted, weights, strict=True)]
    # The conditions of a projection on a cone: residues sum to 0, are orthogonal to the fit, and no step
    # in the allowed direction could take any of them away.
    assert sum(residues) == pytest.approx(0, abs=1e-6)
    assert sum(r * fit for r, fit in zip(residues, fitted, strict=True)) == pytest.approx(0, abs=1e-4)
    tails = [sum(residues[start:]) for start in range(len(residues))]
    assert all(tail <= 1e-6 if is_rising else tail >= -1e-6 for tail in tails)


def test_a_curve_that_falls_already_is_its_means():
    levels = dose_response(FALLING, is_rising=False)
    assert [(level.dose, level.n, level.mean, level.fitted) for level in levels] == [
        (0.5, 100, 50, 50),
        (1.0, 100, 20, 20),
        (2.0, 100, -30, -30),
    ]


def test_the_band_holds_the_curve_and_falls_with_it():
    levels = dose_response(FALLING, is_rising=False)
    assert all(level.fitted in level.interval for level in levels)
    for before, after in pairwise(levels):
        assert before.interval.low >= after.interval.low
        assert before.interval.high >= after.interval.high


def test_the_band_is_about_as_wide_as_an_adjusted_wald_interval():
    level = dose_response(FALLING, is_rising=False)[1]
    assert level.interval.high - level.interval.low == pytest.approx(2 * 1.96 * 7.4, rel=0.2)


def test_ten_happy_people_alone_have_a_band_with_a_width():
    levels = dose_response(nps({1.0: (10, 0, 0), 2.0: (30, 40, 30)}), is_rising=False)
    assert levels[0].fitted == 100
    assert levels[0].interval.low < 90


def test_the_same_answers_give_the_same_band_in_any_order():
    assert dose_response(FALLING, is_rising=False) == dose_response(
        dict(reversed(FALLING.items())), is_rising=False
    )


def test_halving_the_dose_by_hand():
    gain = gain_of(FALLING, 0.5, is_rising=False)
    assert gain is not None
    # 0.5 → 0.25 stays at +50; 1 → 0.5 wins 30; 2 → 1 wins 50.
    assert gain.value == pytest.approx((0 + 30 + 50) / 3)
    assert gain.value in gain.interval
    assert gain.interval.low > 0


def test_between_doses_the_curve_is_read_straight():
    answers = nps({1.0: (10, 0, 0), 3.0: (0, 10, 0)})
    gain = gain_of(answers, 2 / 3, is_rising=False)
    assert gain is not None
    assert gain.value == pytest.approx((0 + 50) / 2)  # 3 → 2 lies half way; ⅔ stays as at 1


def test_the_same_dose_is_worth_nothing():
    assert gain_of(FALLING, 1, is_rising=False) == Gain(0, Interval(0, 0))


def test_without_answers_there_is_no_curve():
    assert dose_response({}, is_rising=False) == []
    assert dose_response({(1.0, 100.0): 0}, is_rising=False) == []
    assert gain_of({}, 0.5, is_rising=False) is None


def test_bands_cover_the_truth_about_as_often_as_they_say():
    rng, truth = Random(4), [60, 40, 10, -20]
    covered = 0
    for _ in range(60):
        answers: Counter[tuple[float, float]] = Counter()
        for dose, score in enumerate(truth):
            promoters = (0.8 + score / 100) / 2
            draws = (rng.random() for _ in range(40))
            for draw in draws:
                response = 100.0 if draw < promoters else -100.0 if draw < 0.8 else 0.0
                answers[float(dose), response] += 1
        levels = dose_response(answers, is_rising=False, rounds=120)
        covered += sum(score in level.interval for score, level in zip(truth, levels, strict=True))
    assert 0.89 <= covered / 240 <= 0.985
