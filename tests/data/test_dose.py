"""Classes of dose, their words, and the curve as a figure gets it."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import Engine

from data.dose import EDGES, DoseCurve, curve_of, dose_of, words_of
from data.perception import dose_curve
from data.readings import Readings
from tests.clock import StandingClock
from tests.data.small_world import at, settings_of

FAST, SLOW = dose_of(0.5), dose_of(1.5)
ANSWERS = Counter({(FAST, 100.0): 30, (FAST, 0.0): 10, (SLOW, 0.0): 10, (SLOW, -100.0): 30})


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (0.0, "up to ⅛ of target"), (0.125, "up to ⅛ of target"), (0.126, "⅛ to ¼ of target"),
        (0.25, "⅛ to ¼ of target"), (0.5, "¼ to ½ of target"), (0.51, "½ to 1 of target"),
        (1.0, "½ to 1 of target"), (1 + 1e-12, "½ to 1 of target"), (1.0001, "1 to 2 times target"),
        (4.0, "2 to 4 times target"), (8.0, "4 to 8 times target"), (8.1, "over 8 times target"),
        (1e6, "over 8 times target"),
    ],
)  # fmt: skip
def test_a_class_holds_its_upper_end_and_none_holds_both_kept_and_broken(ratio: float, words: str) -> None:
    assert words_of(dose_of(ratio)) == words


def test_half_the_time_lies_exactly_one_class_lower() -> None:
    doses = [dose_of(edge) for edge in EDGES] + [dose_of(100)]
    assert [dose / 2 for dose in doses[1:]] == doses[:-1]


def test_a_curve_has_a_point_for_each_class_and_the_worth_of_half_the_time() -> None:
    curve = curve_of(ANSWERS)
    assert [(point.words, point.n, point.score, point.fitted) for point in curve.points] == [
        ("¼ to ½ of target", 40, 75, 75), ("1 to 2 times target", 40, -75, -75),
    ]  # fmt: skip
    assert all(point.fitted in point.interval for point in curve.points)
    assert curve.n == 80
    assert curve.worth is not None
    # the fast stay, the slow come to ½ to 1, a third of the way from ¼ to ½ to where they are
    assert curve.worth.value == pytest.approx((0 + 150 * (2 / 3)) / 2)
    assert curve.worth.value in curve.worth.interval


def test_where_all_answer_alike_half_the_time_is_worth_nothing() -> None:
    curve = curve_of(Counter({(FAST, 100.0): 20, (SLOW, 100.0): 20}))
    assert curve.worth is not None
    interval = curve.worth.interval
    assert (curve.worth.value, interval.low, interval.high) == pytest.approx((0, 0, 0), abs=1e-9)


def test_without_answers_there_is_no_curve(sqlite_engine: Engine) -> None:
    assert curve_of(Counter()) == DoseCurve()
    with Readings(sqlite_engine, settings_of(), clock=StandingClock(at("11-18 14:30"))) as readings:
        assert dose_curve(readings) == DoseCurve()
