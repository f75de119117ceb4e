"""How long those take who came in, the unsolved counted too, by hand, read from a store."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from data.metrics.cohorts import resolution_cohort_median as metric
from data.readings import Readings
from data.records import Record, State
from data.tally_work import CohortTally
from tests.clock import StandingClock
from tests.data.small_world import at, change, settings_of, store_of, ticket, write

S = State
NOW = at("11-18 12:00")
DAY = 1440.0


def read(engine: Engine, where: str = "2026-11", as_of: datetime = NOW) -> Any:
    with Readings(engine, settings_of(), as_of=as_of, clock=StandingClock(NOW)) as readings:
        return readings.read(metric.key, window=where)


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Created on the 10th at noon: solved after 1, 2 and 4 days, one reopened, one unsolved; others apart."""
    made, solved = "11-10 12:00", S.SOLVED
    write(
        store_of(engine), "desk",
        ticket("one", made, solved, solved_at="11-11 12:00"),
        ticket("two", made, solved, solved_at="11-12 12:00"),
        ticket("four", made, solved, solved_at="11-14 12:00"),
        ticket("back", made, S.OPEN),
        change("back", "11-11 12:00", solved), change("back", "11-13 12:00", S.OPEN),
        ticket("open", made, S.PENDING),
        ticket("when?", made, solved),
        ticket("spam", made, S.DELETED, updated_at="11-10 13:00"),
        ticket("last month", "10-31 23:59", solved, solved_at="11-01 00:00"),
    )  # fmt: skip
    return engine


def test_the_unsolved_count_as_lasting_longer_than_they_have_waited(desk: Engine) -> None:
    """5 at risk: 4/5 are left after a day, 3/5 after two, 2/5 after four."""
    found = read(desk)
    assert (found.value, found.n, found.left_out) == (4 * DAY, 5, {"solved at a time not known": 1})
    assert {name: found.counts[name] for name in ("ended", "unsolved")} == {"ended": 3, "unsolved": 2}
    after = {days: found.counts.get(f"share unsolved after {days} d") for days in (1, 3, 7, 30)}
    assert after == {1: pytest.approx(0.8), 3: pytest.approx(0.6), 7: pytest.approx(0.4), 30: None}


def test_until_half_are_solved_there_is_no_median(desk: Engine) -> None:
    found = read(desk, as_of=at("11-13 12:00"))
    assert (found.value, found.n, found.interval) == (None, 5, None)
    assert (found.counts["ended"], found.counts["unsolved"]) == (2, 3)
    assert "share unsolved after 7 d" not in found.counts


def test_at_a_past_moment_a_later_solve_is_not_known_yet(desk: Engine) -> None:
    assert read(desk, as_of=at("11-10 18:00")).counts["unsolved"] == 5
    assert read(desk, as_of=at("11-10 11:00")).n == 0


def test_nobody_is_no_value_and_a_month_begins_at_its_first_second(desk: Engine) -> None:
    assert (read(desk, "2026-09").value, read(desk, "2026-09").n) == (None, 0)
    october = read(desk, "2026-10")
    assert (october.value, october.n, october.counts["share unsolved after 30 d"]) == (1, 1, 0)


def test_of_tickets_that_are_all_solved_it_is_about_the_plain_median() -> None:
    found = metric.read(CohortTally(Counter(float(minutes) for minutes in range(1, 100))))
    assert (found.value, found.n) == (50, 99)
    assert found.interval is not None
    assert 40 <= found.interval.low < 50 < found.interval.high <= 60
    alike = metric.read(CohortTally(Counter({60.0: 7})))
    assert (alike.value, alike.counts["share unsolved after 1 d"]) == (60, 0)


def test_recent_weeks_look_no_faster_than_they_are(sqlite_engine: Engine) -> None:
    """Drawn with a true median of 2.77 days: the median of the solved alone is far below."""
    rng = Random(7)
    records: list[Record] = []
    for number in range(600):
        created = NOW - timedelta(days=rng.uniform(0, 6))
        solved = created + timedelta(days=rng.expovariate(1 / 4))
        is_solved = solved <= NOW
        records.append(
            ticket(
                str(number), created.replace(microsecond=0), S.SOLVED if is_solved else S.OPEN,
                solved_at=solved.replace(microsecond=0) if is_solved else None,
            )
        )  # fmt: skip
    write(store_of(sqlite_engine), "desk", *records)
    found = read(sqlite_engine, "7d")
    assert found.interval is not None
    assert found.interval.low < 2.77 * DAY < found.interval.high
    with Readings(sqlite_engine, settings_of(), as_of=NOW) as readings:
        naive = readings.read("full_resolution_calendar_minutes", window="7d").value
    assert naive is not None
    assert naive < 0.6 * 2.77 * DAY
