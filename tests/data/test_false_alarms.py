"""How often a stable month is called bad: drawn with a seed, at the size of a suite.

tests/benchmarks/bench_false_alarms.py counts the same on 10 000 histories. The bounds here are the stated
rates and three standard errors of so few draws.
"""

from __future__ import annotations

from random import Random

import pytest

from data.control import Side, fit_individuals
from data.signals import MEASURES, RATES, SCORES, SHARES, Rule, judge, signals
from tests.data.stable_months import is_bad, looks, score_month, share_month

HISTORIES = 2000


@pytest.mark.parametrize(("months", "beyond", "all_rules"), [(12, 0.022, 0.029), (24, 0.011, 0.024)])
def test_both_sides_of_an_xmr_chart_alarm_as_often_as_the_reference_found(months, beyond, all_rules):
    rng, past, any_rule = Random(1), 0, 0
    for _ in range(HISTORIES):
        values = [rng.gauss(0, 1) for _ in range(months + 1)]
        limits = fit_individuals(values[:-1]).at()
        found = {rule for side in Side for rule in signals(values[-7:], [limits] * len(values[-7:]), side)}
        past += Rule.BEYOND in found
        any_rule += bool(found)
    assert past / HISTORIES == pytest.approx(beyond, abs=3 * (beyond / HISTORIES) ** 0.5)
    assert any_rule / HISTORIES == pytest.approx(all_rules, abs=3 * (all_rules / HISTORIES) ** 0.5)


@pytest.mark.parametrize(("months", "stated"), [(12, 0.029), (24, 0.024)])
def test_the_bad_side_alone_alarms_about_half_as_often(months, stated):
    rng = Random(2)
    bad = sum(
        is_bad(judge([(rng.gauss(0, 1), 30) for _ in range(months + 1)], MEASURES, Side.LOW))
        for _ in range(HISTORIES)
    )
    assert 0.2 * stated <= bad / HISTORIES <= stated


def test_limits_that_were_frozen_a_year_ago_alarm_no_more_than_stated():
    rng = Random(9)
    bad = sum(
        is_bad(judge([(rng.gauss(0, 1), 30) for _ in range(37)], MEASURES, Side.LOW))
        for _ in range(HISTORIES)
    )
    assert 0.012 <= bad / HISTORIES <= 0.024 + 3 * (0.024 / HISTORIES) ** 0.5


@pytest.mark.parametrize("share", [0.7, 0.92, 0.98])
def test_stable_shares_are_called_bad_at_most_once_in_a_hundred_months(share):
    rng, bad, histories = Random(3), 0, 600
    for _ in range(histories):
        months = [share_month(rng, rng.randint(20, 60), share) for _ in range(37)]
        bad += is_bad(judge(months, SHARES, Side.LOW))
    assert bad / histories <= 0.010 + 3 * (0.010 / histories) ** 0.5


@pytest.mark.parametrize(("promoters", "detractors"), [(0.52, 0.16), (0.84, 0.04)])
def test_stable_scores_are_called_bad_at_most_once_in_a_hundred_months(promoters, detractors):
    rng, bad, histories = Random(4), 0, 500
    for _ in range(histories):
        months = [
            score_month(rng, rng.randint(20, 45), promoters=promoters, detractors=detractors)
            for _ in range(37)
        ]
        bad += is_bad(judge(months, SCORES, Side.LOW))
    assert bad / histories <= 0.010 + 3 * (0.010 / histories) ** 0.5


def test_stable_counts_are_called_bad_at_most_once_in_a_hundred_months():
    rng, bad, histories = Random(5), 0, 800
    for _ in range(histories):
        months = [(sum(rng.random() < 0.1 for _ in range(60)), 1.0) for _ in range(25)]
        bad += is_bad(judge(months, RATES, Side.HIGH))
    assert bad / histories <= 0.010 + 3 * (0.010 / histories) ** 0.5


def test_shares_that_vary_more_than_chance_do_not_alarm_as_a_plain_p_chart_would():
    """Correlation of 0.01 within a month at n = 400: a plain p-chart alarms in 9.6 % of stable months."""
    rng, plain, ours, histories = Random(6), 0, 0, 500
    for _ in range(histories):
        months = []
        for _ in range(25):
            share = rng.betavariate(99 * 0.92, 99 * 0.08)
            hits = round(rng.gauss(400 * share, (400 * share * (1 - share)) ** 0.5))
            months.append((min(hits, 400), 400))
        overall = sum(hits for hits, _ in months[:-1]) / (24 * 400)
        plain += months[-1][0] / 400 < overall - 3 * (overall * (1 - overall) / 400) ** 0.5
        ours += Rule.BEYOND in judge(months, SHARES, Side.LOW).rules
    assert plain / histories == pytest.approx(0.096, abs=3 * (0.096 / histories) ** 0.5)
    assert ours / histories <= 0.02


def test_looking_every_day_raises_no_more_false_alarms_than_looking_once():
    rng, histories = Random(7), 150
    ever = at_last = 0
    for _ in range(histories):
        found = looks(rng, [score_month(rng, 40) for _ in range(24)], 40)
        ever += any(map(is_bad, found))
        at_last += is_bad(found[-1])
    assert ever == at_last
    assert ever / histories <= 0.010 + 3 * (0.010 / histories) ** 0.5


def test_a_month_that_is_really_bad_is_found():
    rng, found, histories = Random(8), 0, 150
    for _ in range(histories):
        months = [score_month(rng, 60) for _ in range(24)]
        found += is_bad(
            judge([*months, score_month(rng, 60, promoters=0.25, detractors=0.55)], SCORES, Side.LOW)
        )
    assert found / histories > 0.9  # +36 falls to -30: seven standard errors
