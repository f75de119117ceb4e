"""Rules, baselines and verdicts on months, by hand."""

from __future__ import annotations

import pytest

from data.control import Limits, Side
from data.signals import (
    DURATIONS,
    MEASURES,
    RATES,
    SCORES,
    SHARES,
    MonthVerdict,
    Rule,
    judge,
    judge_all,
    signals,
)
from data.statistics import NpsCounts

FLAT = Limits(centre=50, middle=50, lower=20, far_lower=30, far_upper=70, upper=80)
CALM = [(50.0, 30), (53.0, 30)] * 12  # mean 51.5, every range 3: limits 43.52 and 59.48, far 46.18 and 56.82


def rules(*values: float, bad: Side = Side.LOW) -> tuple[Rule, ...]:
    return signals(values, [FLAT] * len(values), bad)


def test_a_month_on_the_limit_is_within_it():
    assert rules(20) == ()
    assert rules(19.9) == (Rule.BEYOND,)


def test_a_month_beyond_the_good_limit_is_no_bad_month():
    assert rules(81) == ()
    assert rules(81, bad=Side.HIGH) == (Rule.BEYOND,)


def test_seven_months_below_the_centre_are_a_run_and_six_are_none():
    low = [45, 48, 44, 47, 43, 46, 45]
    assert rules(*low) == (Rule.RUN,)
    assert rules(*low[1:]) == ()
    assert rules(55, *low) == (Rule.RUN,)
    assert rules(*low[:-1], 50) == ()  # on the line is not below it


def test_seven_falling_months_are_a_trend_and_six_are_none():
    assert rules(59, 58, 57, 56, 55, 54, 53) == (Rule.TREND,)
    assert rules(58, 57, 56, 55, 54, 53) == ()
    assert rules(59, 58, 57, 57, 55, 54, 53) == ()
    assert rules(41, 42, 43, 44, 51, 56, 57) == ()


def test_two_of_three_months_near_the_limit_are_a_cluster():
    assert rules(29, 40, 29) == (Rule.CLUSTER,)
    assert rules(40, 29, 29) == (Rule.CLUSTER,)
    assert rules(29, 55, 29) == ()  # the third lies on the other side
    assert rules(29, 29, 40) == ()  # a month that is not near the limit itself is not bad for its forerunners
    assert rules(29, 30, 40, 29) == ()  # on the line is not beyond it


@pytest.mark.parametrize(
    "values", [(19,), (45, 48, 44, 47, 43, 46, 45), (59, 58, 57, 56, 55, 54, 53), (29, 40, 29)]
)
def test_rules_upwards_mirror_those_downwards(values):
    assert rules(*values) == rules(*(100 - value for value in values), bad=Side.HIGH) != ()


def test_each_month_is_held_against_its_own_limits():
    wide = Limits(50, 50, 0, 16, 84, 100)
    assert signals([29.0, 40, 29], [wide, FLAT, FLAT], Side.LOW) == ()


def test_rules_are_told_in_words_for_the_bad_side():
    assert [rule.words(Side.LOW) for rule in Rule] == [
        "below the lower limit",
        "7 months in a row below the centre",
        "7 months falling",
        "2 of 3 months beyond two thirds of the way to the lower limit",
    ]
    assert [rule.words(Side.HIGH) for rule in Rule] == [
        "above the upper limit",
        "7 months in a row above the centre",
        "7 months rising",
        "2 of 3 months beyond two thirds of the way to the upper limit",
    ]


def test_a_month_beyond_the_limit_is_genuinely_bad_and_says_why():
    judged = judge([*CALM, (43.0, 30)], MEASURES, Side.LOW)
    assert judged.verdict is MonthVerdict.BAD
    assert judged.reason == "below the lower limit"
    assert judged.baseline_months == 24
    assert not judged.is_provisional


def test_a_month_near_the_limit_is_only_watched():
    assert judge([*CALM, (46.0, 30)], MEASURES, Side.LOW).verdict is MonthVerdict.WATCH
    assert judge([*CALM, (57.0, 30)], MEASURES, Side.LOW).verdict is MonthVerdict.NORMAL
    assert judge([*CALM, (57.0, 30)], MEASURES, Side.HIGH).verdict is MonthVerdict.WATCH


def test_worse_than_last_month_says_nothing():
    judged = judge([*CALM, (56.0, 30), (48.0, 30)], MEASURES, Side.LOW)
    assert judged.verdict is MonthVerdict.NORMAL


def test_no_verdict_rests_on_fewer_than_twelve_months():
    judged = judge([*CALM[:11], (1.0, 30)], MEASURES, Side.LOW)
    assert judged.verdict is MonthVerdict.TOO_FEW
    assert judged.reason == "11 of the 12 earlier months that limits need"
    assert judged.limits is None
    assert judge([*CALM[:12], (1.0, 30)], MEASURES, Side.LOW).verdict is MonthVerdict.BAD


@pytest.mark.parametrize(("months", "is_provisional"), [(12, True), (23, True), (24, False), (30, False)])
def test_verdicts_are_provisional_until_the_baseline_has_24_months(months, is_provisional):
    history = (CALM * 2)[:months]
    assert judge([*history, (50.0, 30)], MEASURES, Side.LOW).is_provisional is is_provisional


def test_limits_are_frozen_after_24_months():
    wild = [(10.0, 30), (90.0, 30)] * 5
    before = judge([*CALM, (50.0, 30)], MEASURES, Side.LOW)
    after = judge([*CALM, *wild, (50.0, 30)], MEASURES, Side.LOW)
    assert before.limits == after.limits
    assert after.baseline_months == 24


def test_a_month_too_small_to_judge_is_part_of_no_baseline_and_no_run():
    assert judge([*CALM, (43.0, 19)], MEASURES, Side.LOW).reason == "19 in this month, 20 needed"
    with_small = judge([*CALM[:12], (1.0, 3), *CALM[12:], (50.0, 30)], MEASURES, Side.LOW)
    assert with_small.limits == judge([*CALM, (50.0, 30)], MEASURES, Side.LOW).limits


def test_months_without_data_are_skipped_and_cannot_be_judged():
    assert judge([*CALM, None], MEASURES, Side.LOW).verdict is MonthVerdict.TOO_FEW
    assert judge([*CALM, (0.0, 0)], MEASURES, Side.LOW).reason == "nothing to judge"
    judged = judge([*CALM[:12], None, *CALM[12:], (43.0, 30)], MEASURES, Side.LOW)
    assert judged.verdict is MonthVerdict.BAD


def test_a_month_that_is_not_complete_is_never_bad():
    judged = judge([*CALM, (1.0, 30)], MEASURES, Side.LOW, is_complete=False)
    assert judged.verdict is MonthVerdict.PROVISIONAL
    assert judged.is_provisional
    assert judged.rules == ()
    assert judged.limits is not None


def test_where_the_baseline_does_not_vary_nothing_can_be_said():
    judged = judge([*[(5.0, 30)] * 12, (6.0, 30)], MEASURES, Side.HIGH)
    assert judged.verdict is MonthVerdict.TOO_FEW
    assert "do not vary" in judged.reason


def test_a_month_far_larger_than_its_baseline_asks_for_a_new_one():
    small = [(18, 20), (19, 20)] * 12  # 480 answers: enough for a month of 80, not of 81
    assert judge([*small, (60, 80)], SHARES, Side.LOW).verdict is MonthVerdict.BAD
    judged = judge([*small, (61, 81)], SHARES, Side.LOW)
    assert judged.verdict is MonthVerdict.TOO_FEW
    assert "begin a new one" in judged.reason


def test_a_new_baseline_begins_only_on_demand():
    higher = [(value + 40, n) for value, n in CALM]
    history = [*CALM, *higher[:12], (92.0, 30)]
    assert judge(history, MEASURES, Side.HIGH).verdict is MonthVerdict.BAD
    judged = judge(history, MEASURES, Side.HIGH, baseline_from=24)
    assert judged.verdict is MonthVerdict.NORMAL
    assert judged.baseline_months == 12


def test_a_new_baseline_changes_no_verdict_before_it():
    history = [*CALM, *((value + 40, n) for value, n in CALM), (92.0, 30)]
    old = judge_all(history, MEASURES, Side.HIGH)
    new = judge_all(history, MEASURES, Side.HIGH, baselines=[24])
    assert old[:24] == new[:24]
    assert {each.verdict for each in old[24:]} == {MonthVerdict.BAD}
    assert {each.verdict for each in new[24:36]} == {MonthVerdict.TOO_FEW}
    assert {each.verdict for each in new[36:]} == {MonthVerdict.NORMAL}


def test_no_verdict_changes_when_months_are_added():
    history = [*CALM, (43.0, 30), (57.0, 30), (46.0, 30)]
    assert judge_all(history, MEASURES, Side.LOW)[:20] == judge_all(history[:20], MEASURES, Side.LOW)


def test_open_months_at_the_end_are_provisional():
    judged = judge_all([*CALM, (1.0, 30), (1.0, 30)], MEASURES, Side.LOW, open_months=2)
    assert [each.verdict for each in judged[-3:]] == [
        MonthVerdict.NORMAL,
        MonthVerdict.PROVISIONAL,
        MonthVerdict.PROVISIONAL,
    ]


def test_no_months_cannot_be_judged():
    with pytest.raises(ValueError, match="No month"):
        judge([], MEASURES, Side.LOW)
    assert judge_all([], MEASURES, Side.LOW) == []


@pytest.mark.parametrize(
    ("kind", "usual", "other", "awful", "bad"),
    [
        (SHARES, (37, 40), (36, 40), (26, 40), Side.LOW),
        (SCORES, NpsCounts(21, 13, 6), NpsCounts(20, 14, 6), NpsCounts(8, 12, 20), Side.LOW),
        (RATES, (12, 1.0), (14, 1.0), (30, 1.0), Side.HIGH),
        (DURATIONS, (240.0, 80), (260.0, 80), (900.0, 80), Side.HIGH),
        (MEASURES, (4.1, 80), (4.2, 80), (3.1, 80), Side.LOW),
    ],
)
def test_every_kind_of_month_can_be_judged(kind, usual, other, awful, bad):
    history = [usual, other] * 12
    assert judge([*history, usual], kind, bad).verdict is MonthVerdict.NORMAL
    assert judge([*history, awful], kind, bad).rules == (Rule.BEYOND,)
    good = Side.HIGH if bad is Side.LOW else Side.LOW
    assert judge([*history, awful], kind, good).verdict is MonthVerdict.NORMAL


def test_verdicts_read_as_words():
    assert [str(each) for each in MonthVerdict] == [
        "genuinely bad", "watch", "within normal variation", "too few to say", "provisional"
    ]  # fmt: skip
