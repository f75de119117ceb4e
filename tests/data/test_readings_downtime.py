"""Working time lost by waiting, by hand, read from a store."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from data.metrics.downtime import LOST_SHARE, WEEKLY
from data.readings import Readings
from data.records import Account, Record, State
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import at, change, settings_of, store_of, ticket, write

S = State
NOW = at("11-30 12:00")
OFFICE = """
[calendars.office]
hours = "mon-fri 09:00-17:00"
time_zone = "UTC"
[sla]
calendar = "office"
"""
TWO_WEEKS = "2026-11-09..2026-11-22"


def read(engine: Engine, key: str, window: str = TWO_WEEKS, assumed: str = "", **where: str) -> Any:
    with Readings(engine, settings_of(OFFICE + assumed), clock=StandingClock(NOW)) as readings:
        return readings.read(key, window=window, filters=Filters.of(where))


def waited(id: str, account: str | None, since: str, until: str, **more: Any) -> list[Record]:
    """A ticket that was open all the while."""
    made = ticket(id, since, S.SOLVED, account_id=account, **more)
    return [made, change(id, since, S.OPEN), change(id, until, S.SOLVED)]


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Acme (50 people, as another tool knows) waited 10 office hours, Bolt (30) 6, Cap (unknown) 8."""
    store = store_of(engine, OFFICE)
    write(
        store, "desk", Account(id="acme", name="Acme", employee_count=40),
        Account(id="bolt", name="Bolt", employee_count=30), Account(id="cap", name="Cap"),
        Account(id="none", name="None", employee_count=0),
        Account(id="quiet", name="Quiet", employee_count=900),
        *waited("1", "acme", "11-10 09:00", "11-11 11:00", team_id="1"),  # 8 + 2 hours, the night left out
        *waited("2", "bolt", "11-13 14:00", "11-16 12:00", team_id="2"),  # 3 + 3, the weekend left out
        *waited("3", "cap", "11-17 09:00", "11-17 17:00", team_id="1"),
        *waited("4", "none", "11-18 09:00", "11-18 10:00"), *waited("5", None, "11-18 09:00", "11-18 10:00"),
        ticket("6", "11-10 09:00", S.SOLVED, account_id="acme", solved_at="11-12 12:00"),
        *waited("7", "acme", "11-22 09:00", "11-23 09:30"),
    )  # fmt: skip
    write(store, "poll", Account(id="a", name="ACME", employee_count=50))
    return engine


def test_a_share_of_the_hours_waited_is_lost(desk: Engine) -> None:
    found = read(desk, "downtime_hours")
    assert (found.value, found.n) == (pytest.approx(26 * 0.1), 5)
    assert found.counts == {"hours waited": pytest.approx(26), LOST_SHARE: 0.1}
    assert found.left_out == {"wait not known": 1}  # the sixth: no change of it is told
    assert read(desk, "downtime_hours", account="bolt").value == pytest.approx(0.6)
    assert read(desk, "downtime_hours", team="desk:1").value == pytest.approx(1.8)


def test_the_assumption_is_the_settings_and_is_told(desk: Engine) -> None:
    found = read(desk, "downtime_hours", assumed="[assumptions]\nwait_lost_share = 0.5")
    assert (found.value, found.counts[LOST_SHARE]) == (pytest.approx(13), 0.5)
    for key in ("downtime_hours", "downtime_fte"):
        metric = read(desk, key).metric
        assert all("assumptions.wait_lost_share" in words for words in (metric.definition, metric.caveat))
    nothing = read(desk, "downtime_hours", assumed="[assumptions]\nwait_lost_share = 0.0")
    assert (nothing.value, nothing.n) == (0, 5)


def test_posts_are_told_per_25_employees_of_the_accounts_concerned(desk: Engine) -> None:
    """16 hours of two weeks of 40, for 80 employees: 0.02 posts lost, 0.00625 among 25."""
    found = read(desk, "downtime_fte")
    assert (found.value, found.n) == (pytest.approx(16 * 0.1 / (2 * 40) / 80 * 25), 2)
    assert found.left_out == {"number of employees not known": 3, "wait not known": 1}
    counts = {name: found.counts[name] for name in ("accounts", "employees", "weeks", WEEKLY)}
    assert counts == {"accounts": 2, "employees": 80, "weeks": 2, WEEKLY: 40}
    assert found.counts["accounts without a number of employees"] == 2  # Cap, and one that says 0
    acme = read(desk, "downtime_fte", account="acme")
    assert acme.value == pytest.approx(10 * 0.1 / 80 / 50 * 25)


def test_a_longer_week_makes_fewer_posts(desk: Engine) -> None:
    usual = read(desk, "downtime_fte").value
    longer = read(desk, "downtime_fte", assumed="[assumptions]\nhours_per_week = 80").value
    assert longer == pytest.approx(usual / 2)


def test_without_a_number_of_employees_there_are_no_posts(desk: Engine) -> None:
    found = read(desk, "downtime_fte", account="cap")
    assert (found.value, found.n, found.left_out) == (None, 0, {"number of employees not known": 1})
    assert found.counts["accounts without a number of employees"] == 1
    for key in ("downtime_hours", "downtime_fte"):
        assert (read(desk, key, "2026-10").value, read(desk, key, "2026-10").n) == (None, 0)


def test_the_weeks_are_those_that_have_passed(desk: Engine) -> None:
    month = read(desk, "downtime_fte", "2026-11")
    assert month.counts["weeks"] == pytest.approx(29.5 / 7)
    ever = read(desk, "downtime_fte", "all")  # since the first solve, on the 11th at eleven
    assert ever.counts["weeks"] == pytest.approx((19 + 1 / 24) / 7)
