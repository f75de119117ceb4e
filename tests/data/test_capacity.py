"""What may be said of a week of a team, by hand, and of weeks in which nothing changes."""

from __future__ import annotations

from random import Random

import pytest

from data.capacity import FEWEST_WEEKS, MOST_WEEKS, Load, LoadJudgement, Week, judge_week

USUAL = [Week(200, 198, 50), Week(206, 207, 52), Week(194, 195, 48)] * 6
"""About 200 in and out, 50 agent days, 4 solved on each; limits of arrivals and solves some 158 to 243."""


def said(created: int, solved: int, agent_days: int) -> LoadJudgement:
    return judge_week([*USUAL, Week(created, solved, agent_days)])


@pytest.mark.parametrize(
    ("week", "verdict"),
    [
        ((201, 200, 50), Load.KEEPING_UP),  # as usual, and a little more came in
        ((300, 205, 51), Load.OVERWHELMED),
        ((300, 140, 35), Load.OVERWHELMED),  # fewer people too, each as fast as ever
        ((205, 120, 30), Load.UNDERSTAFFED),
        ((205, 120, 50), Load.SLOWER),
        ((300, 120, 50), Load.SLOWER),
        ((300, 300, 74), Load.KEEPING_UP),  # more came in, and more people solved it
        ((100, 102, 50), Load.KEEPING_UP),  # little to do is no slowness
        ((100, 120, 30), Load.KEEPING_UP),  # a holiday week
        ((205, 0, 0), Load.UNDERSTAFFED),  # nobody there
    ],
)
def test_a_week_gets_the_name_of_what_left_the_usual(week: tuple[int, int, int], verdict: Load) -> None:
    found = said(*week)
    assert found.verdict is verdict
    assert f"{week[0]} came in and {week[1]} were solved" in found.reason
    assert found.reason.endswith(".")


def test_the_reason_names_the_numbers_and_what_is_usual() -> None:
    assert said(300, 205, 51).reason == (
        "300 came in and 205 were solved; 200 new a week are usual, and each was as fast as ever."
    )
    assert said(205, 120, 30).reason == (
        "205 came in and 120 were solved; agents were active on 30 days in all, 50 are usual,"
        " and each was as fast as ever."
    )
    assert said(205, 120, 50).reason == (
        "205 came in and 120 were solved; each agent solved 2.4 a day, 4.0 are usual."
    )
    assert "by fewer agents than usual" in said(300, 140, 35).reason
    assert said(300, 300, 74).reason.endswith("though more than usual came in.")


def test_limits_come_from_the_weeks_before_alone() -> None:
    found = said(900, 205, 51)
    assert found.arrivals is not None
    assert found.arrivals.centre == pytest.approx(200)
    assert found.arrivals.upper == pytest.approx(200 + 3 * 200**0.5)
    assert found.weeks_before == len(USUAL)


def test_few_weeks_or_few_tickets_are_too_few() -> None:
    assert judge_week([Week(200, 200, 50)] * FEWEST_WEEKS).verdict is Load.TOO_FEW
    assert judge_week([Week(200, 200, 50)] * (FEWEST_WEEKS + 1)).verdict is Load.KEEPING_UP
    small = judge_week([*USUAL, Week(12, 7, 5)])
    assert (small.verdict, small.reason) == (Load.TOO_FEW, "19 tickets in and out in this week, 20 needed.")
    with pytest.raises(ValueError, match="No week"):
        judge_week([])


def test_weeks_in_which_nothing_happened_are_not_usual() -> None:
    closed = [Week(0, 0, 0)] * 8
    assert judge_week([*USUAL, *closed, Week(205, 203, 51)]).weeks_before == len(USUAL)


def test_the_usual_is_that_of_half_a_year() -> None:
    grown = [*([Week(50, 50, 12)] * 30), *([Week(200, 200, 50), Week(204, 205, 51)] * 13)]
    found = judge_week([*grown, Week(205, 204, 51)])
    assert (found.weeks_before, found.verdict) == (MOST_WEEKS, Load.KEEPING_UP)


def test_where_the_staff_never_varies_a_smaller_one_is_seen() -> None:
    same = [Week(200, 199, 50), Week(204, 203, 50)] * 8
    assert judge_week([*same, Week(205, 130, 32)]).verdict is Load.UNDERSTAFFED


def test_in_stable_weeks_a_name_is_rare() -> None:
    """Arrivals, solves and presence vary by chance alone; with 26 weeks of usual one of 100 at most."""
    rng = Random(11)

    def week() -> Week:
        arrivals = sum(rng.random() < 0.5 for _ in range(400))
        return Week(arrivals, sum(rng.random() < 0.5 for _ in range(400)), round(rng.gauss(50, 3)))

    named = sum(
        judge_week([week() for _ in range(MOST_WEEKS + 1)]).verdict is not Load.KEEPING_UP for _ in range(600)
    )
    assert named <= 12
