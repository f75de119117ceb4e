"""The worst month, by hand, and in histories in which nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from data.control import Side
from data.metrics import metric_of
from data.months import MOST_MONTHS, WorstMonth, worst_month, worst_of
from data.reading import Reading
from data.readings import NO_FILTERS, Readings
from data.signals import FULL_MONTHS, MonthVerdict
from data.statistics import Verdict
from data.tally import NpsTally, ShareTally
from data.window import Filters, Window
from tests.clock import StandingClock
from tests.data.small_world import answer, at, settings_of, store_of, survey, target, ticket, write
from tests.data.stable_months import score_month, share_month

NOW = at("2026-11-18T14:30")
LATER = at("2027-06-01T00:00")


def worst(engine: Engine, key: str, months: int = 12, at_moment: Any = NOW, **where: str) -> WorstMonth:
    with Readings(engine, settings_of(), as_of=at_moment, clock=StandingClock(NOW)) as readings:
        return worst_month(readings, key, months, Filters.of(where))


def say(month: str, *scores: float, **more: Any) -> list[Any]:
    return [answer(f"{month} {i} {more}", f"2026-{month}-03T09:00", s, **more) for i, s in enumerate(scores)]


def read(key: str, tallies: Sequence[Any]) -> list[Reading]:
    """A reading per month, as of long afterwards."""
    metric, found = metric_of(key), []
    for number, tally in enumerate(tallies):
        value = metric.read(tally)
        year, month = divmod(number, 12)
        window = Window(
            at(f"{2000 + year}-{month + 1:02}-01"), at(f"{2000 + year}-{month + 1:02}-28"), "UTC", str(number)
        )
        found.append(
            Reading(
                metric=metric, value=value.value, n=value.n, interval=value.interval, counts=value.counts,
                left_out={}, window=window, filters=NO_FILTERS, as_of=LATER, data_version=1,
            )
        )  # fmt: skip
    return found


def shares(months: Sequence[tuple[int, int]], count: int = 12) -> WorstMonth:
    found = read("sla_attainment", [ShareTally(*month) for month in months])
    return worst_of(found, count, Side.LOW)


USUAL = [(92, 100), (93, 100), (91, 100)] * 8


# --- by hand ---------------------------------------------------------------------------------------------


def test_the_worst_complete_month_is_found_and_a_tiny_one_does_not_lead(engine: Engine) -> None:
    """August: four answers of 0. September: 12 answers, 6 of them detractors. November is not over."""
    write(
        store_of(engine), "poll", survey(), *say("07", *[9] * 12), *say("08", *[0] * 4),
        *say("09", *[9] * 6, *[3] * 6), *say("10", *[9] * 11, 3), *say("11", *[0] * 30),
    )  # fmt: skip
    found = worst(engine, "nps", 4)
    assert [(m.label, m.reading.value, m.is_thin) for m in found.months] == [
        ("2026-07", 100, False), ("2026-08", -100, True), ("2026-09", 0, False),
        ("2026-10", pytest.approx(100 * 10 / 12), False),
    ]  # fmt: skip
    assert found.worst is found.months[2]
    assert found.worst.shrunken is not None
    assert found.worst.shrunken > 0  # pulled towards all of them
    assert (found.verdict, found.reason) == (Verdict.TOO_FEW, "12 in this month, 20 needed")
    assert found.by_chance is not None
    assert found.by_chance.bad is Side.LOW


def test_a_month_still_gets_answers_for_a_fortnight(engine: Engine) -> None:
    write(store_of(engine), "poll", survey(), *say("09", *[9] * 30), *say("10", *[3] * 30))
    early, late = (worst(engine, "nps", 2, at(moment)) for moment in ("2026-11-14T23:59", "2026-11-15T00:00"))
    assert early.worst is not None
    assert late.worst is not None
    assert [early.worst.is_provisional, late.worst.is_provisional] == [True, False]
    assert (early.verdict, early.reason) == (Verdict.TOO_FEW, "the month is not complete")
    assert late.reason.startswith("1 of the 12 earlier months")


def test_the_other_direction_and_filters(engine: Engine) -> None:
    """Less than delighted is bad where its share of the answers is high, not its number."""
    write(
        store_of(engine), "poll", survey(), *say("08", *[3] * 8, *[9] * 2, role="user"),
        *say("09", *[3] * 10, *[9] * 30, role="user"), *say("09", *[3] * 12, role="sponsor"),
    )  # fmt: skip
    users = worst(engine, "less_than_delighted", 3, audience="end_user")
    assert users.worst is not None
    assert (users.worst.label, users.worst.reading.value) == ("2026-08", 8)
    assert users.by_chance is not None
    assert users.by_chance.bad is Side.HIGH


def test_promises_are_judged_by_month_of_their_end(sqlite_engine: Engine) -> None:
    records: list[Any] = []
    for month, late in (("08", 2), ("09", 6), ("10", 1)):
        for number in range(12):
            id, end = f"{month}-{number}", "11:00" if number < late else "09:30"
            made = f"2026-{month}-02T09:00"
            records.append(ticket(id, at(made), "solved", solved_at=at(f"2026-{month}-02T{end}")))  # type: ignore[arg-type]
            records.append(target(id, made, 60))
    write(store_of(sqlite_engine), "desk", *records)
    found = worst(sqlite_engine, "sla_attainment")
    assert found.worst is not None
    assert (found.worst.label, found.worst.reading.value, found.worst.is_provisional) == (
        "2026-09",
        0.5,
        False,
    )
    slow = worst(sqlite_engine, "full_resolution_calendar_minutes")
    assert slow.worst is not None
    assert (slow.worst.label, slow.worst.shrunken, slow.by_chance, slow.chance) == (
        "2026-09",
        None,
        None,
        None,
    )


def test_nothing_at_all_has_no_worst_month(engine: Engine) -> None:
    found = worst(engine, "csat", 3)
    assert (len(found.months), found.worst, found.verdict) == (3, None, Verdict.TOO_FEW)
    assert found.reason == "no month with 10 or more"


@pytest.mark.parametrize(
    ("key", "months", "says"),
    [
        ("backlog", 12, "a level"), ("sla_target", 12, "neither better high nor low"),
        ("solved", 12, "ask for a share"), ("nps", 0, "1 to 36"), ("nps", MOST_MONTHS + 1, "1 to 36"),
        ("npss", 12, "Did you mean"),
    ],
)  # fmt: skip
def test_what_has_no_worst_month_is_refused(sqlite_engine: Engine, key: str, months: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        worst(sqlite_engine, key, months)


def test_a_month_that_breaks_its_own_history_is_real() -> None:
    found = shares([*USUAL, *USUAL[:5], (70, 100), *USUAL[:6]])
    assert found.worst is not None
    assert (found.worst.label, found.verdict) == (str(len(USUAL) + 5), Verdict.REAL)
    assert found.reason.startswith("below the lower limit")
    assert found.chance is not None
    assert found.chance < 0.001
    assert found.by_chance is not None
    assert found.by_chance.interval.low > 0.7


def test_a_tiny_month_does_not_excuse_a_large_one() -> None:
    """Of five months of ten rows one falls below 80 % by chance; one of a thousand rows never does."""
    found = shares([*USUAL, *[(920, 1000)] * 6, *[(6, 10)] * 5, (800, 1000)])
    assert found.by_chance is not None
    assert found.worst is not None
    assert found.worst.label == "35"
    assert found.by_chance.chance_of(0.8) > 0.5
    assert found.chance is not None
    assert found.chance < 1e-9


def test_the_worst_of_usual_months_is_within_noise() -> None:
    found = shares([*USUAL, *USUAL[:12]])
    assert (found.verdict, found.reason) == (Verdict.NOISE, "no rule speaks against it")
    assert found.chance is not None
    assert found.chance > 0.9  # months that differ so little are rarer than worse ones


def test_months_that_are_all_equal_have_a_worst_one_that_means_nothing() -> None:
    found = shares([(90, 100)] * 36)
    assert found.verdict is Verdict.NOISE
    assert {month.shrunken for month in found.months} == {0.9}


def test_a_rule_that_speaks_against_a_month_that_chance_gives_is_no_proof() -> None:
    """Seven months below the centre are a rule; but their worst is what the worst of twelve is by chance."""
    found = shares([*USUAL, *[(95, 100)] * 5, *[(90, 100)] * 6, (89, 100)])
    assert found.judged is not None
    assert found.judged.verdict is MonthVerdict.BAD
    assert found.verdict is Verdict.NOISE
    assert "but chance alone carries one of these months as far" in found.reason


# --- histories in which nothing changes, and one in which something did -----


def test_of_stable_histories_seldom_a_worst_month_is_called_real() -> None:
    rng, called = Random(3), 0
    for _ in range(150):
        sizes = [rng.choice((40, 80, 300)) for _ in range(FULL_MONTHS + 12)]
        called += shares([share_month(rng, n) for n in sizes]).verdict is Verdict.REAL
    for _ in range(100):
        tallies = [
            NpsTally(m.promoters, m.passives, m.detractors) for m in (score_month(rng, 60) for _ in range(36))
        ]
        called += worst_of(read("nps", tallies), 12, Side.LOW).verdict is Verdict.REAL
    assert called <= 12  # of 250; 1 in 20 at most


def test_a_month_that_was_truly_bad_is_found_and_called_real() -> None:
    rng, found = Random(5), 0
    for _ in range(50):
        months = [share_month(rng, 150) for _ in range(36)]
        months[30] = share_month(rng, 150, 0.78)
        result = shares(months)
        found += result.worst is not None and result.worst.label == "30" and result.verdict is Verdict.REAL
    assert found >= 40
