"""What is at stake, by hand, read from a store: value at risk, and the list of whom to call."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from data.at_risk import accounts_at_risk
from data.facts import ROW
from data.reading import Reading
from data.readings import Readings
from data.records import Account, State
from data.tallies_stakes import stakes
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import (
    answer,
    at,
    change,
    person,
    settings_of,
    store_of,
    survey,
    target,
    ticket,
    write,
)

NOW = at("11-18 14:30")
TODAY = date(2026, 11, 18)
ZONE = 'time_zone = "Pacific/Auckland"'  # there it is the 19th


def read(engine: Engine, where: dict[str, str] | None = None, as_of: str = "11-18 14:30") -> Reading:
    with Readings(engine, settings_of(), as_of=at(as_of), clock=StandingClock(NOW)) as readings:
        return readings.read("value_at_risk", filters=Filters.of(where or {}))


def firm(id: str, value: float | None, renews_in: int | None = None, **more: Any) -> Account:
    renewal = None if renews_in is None else TODAY + timedelta(days=renews_in)
    return Account(id=id, name=id, yearly_value=value, renewal_on=renewal, **more)


def says(account: str, when: str, score: float | None, role: str = "sponsor") -> Any:
    return answer(f"{account} {when} {score} {role}", when, score, account_id=account, role=role)


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Two at risk and one of unknown value, one lukewarm, one content, two unheard, one long gone."""
    write(
        store_of(engine), "desk", survey(),
        firm("big", 900.0, 90), firm("small", 300.0, 181), firm("free", None, 10), firm("warm", 500.0),
        firm("fine", 700.0, 5), firm("mute", 250.0), firm("year", 120.0), firm("old", 5000.0),
        firm("gone", 800.0, is_deleted=True),
        says("big", "11-01 09:00", 10), says("big", "11-02 09:00", 6), says("big", "11-03 09:00", None),
        says("big", "11-04 09:00", 10, "user"), says("small", "11-02 09:00", 0),
        says("free", "11-02 09:00", 3),
        says("warm", "11-02 09:00", 7), says("fine", "11-01 09:00", 0), says("fine", "11-01 09:01", 9),
        says("mute", "11-02 09:00", 0, "user"), says("year", "2025-11-18T14:30", 0),
        says("gone", "11-02 09:00", 0), ticket("1", "11-01 09:00", account_id="year"),
    )  # fmt: skip
    return engine


def test_value_at_risk_is_that_of_accounts_whose_deciders_said_no_last(desk: Engine) -> None:
    found = read(desk)
    assert (found.value, found.n) == (1200, 4)  # big and small, of those two, warm and fine
    assert found.left_out == {"yearly value not known": 1}
    assert found.counts == {
        "accounts": 3, "lukewarm accounts": 1, "unheard accounts": 2, "unheard value": 370,
        "renewing within 90 days": 900, "renewing within 180 days": 900,
    }  # fmt: skip


def test_where_nobody_decides_aloud_the_value_at_risk_is_not_known(desk: Engine) -> None:
    mute = read(desk, {"account": "mute"})
    assert (mute.value, mute.n, mute.counts["unheard value"]) == (None, 0, 250)
    assert read(desk, {"account": "fine"}).value == 0
    assert read(desk, {"account": "free"}).value is None
    assert read(desk, {"audience": "end_user"}).value is None
    assert read(desk, {"account": "old"}).value is None


def test_at_an_earlier_moment_what_was_said_last_was_something_else(desk: Engine) -> None:
    assert read(desk, as_of="11-01 09:30").counts["accounts"] == 1  # year; big was content
    assert read(desk, as_of="11-01 09:00").counts["accounts"] == 2  # fine was not yet
    assert read(desk, as_of="2025-11-18T14:30").value == 120
    assert read(desk, as_of="2025-11-18T14:29").value is None


def test_of_two_answers_in_one_second_the_lower_counts(engine: Engine) -> None:
    write(
        store_of(engine), "desk", survey(), firm("a", 10.0), says("a", "11-01 09:00", 9),
        says("a", "11-01 09:00", 2),
    )  # fmt: skip
    assert read(engine).value == 10


def test_of_two_sources_the_largest_value_and_the_next_renewal_count(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", survey(), firm("a", 10.0, -3), says("a", "11-01 09:00", 2))
    write(store, "crm", firm("a", 70.0, 40), firm("b", 1.0, -9))
    write(store, "erp", firm("a", None, 400))
    found = read(engine)
    assert (found.value, found.counts["renewing within 90 days"]) == (70, 70)
    assert read(engine, {"source": "crm"}).value is None


@pytest.mark.parametrize(
    ("days", "within_90", "within_180"), [(0, 8, 8), (90, 8, 8), (91, 0, 8), (181, 0, 0), (-1, 0, 0)]
)
def test_a_renewal_counts_from_today_to_the_last_day(
    sqlite_engine: Engine, days: int, within_90: int, within_180: int
) -> None:
    write(store_of(sqlite_engine), "desk", survey(), firm("a", 8.0, days), says("a", "11-01 09:00", 2))
    counts = read(sqlite_engine).counts
    assert (counts["renewing within 90 days"], counts["renewing within 180 days"]) == (within_90, within_180)


def test_today_is_that_of_the_reporting_zone(sqlite_engine: Engine) -> None:
    write(store_of(sqlite_engine, ZONE), "desk", survey(), firm("a", 8.0, 0), says("a", "11-01 09:00", 2))
    with Readings(sqlite_engine, settings_of(ZONE), clock=StandingClock(NOW)) as readings:
        found = stakes(readings.scope(readings.window("30d"), Filters()), (ROW,))
    assert found[("a",)].accounts["a"].renews_in == -1


def test_the_list_is_by_what_is_at_stake_and_adds_up(desk: Engine) -> None:
    store = store_of(desk)
    write(
        store, "desk", person("u", "user", account_id="small"), firm("same", 300.0, 20),
        firm("past", 300.0, -20), says("same", "11-02 09:00", 1), says("past", "11-02 09:00", 1),
        ticket("late", "11-10 09:00", account_id="small"), target("late", "11-10 09:00", 60),
        ticket("kept", "11-01 08:00", State.SOLVED, requester_id="u"), target("kept", "11-01 08:00", 60),
        change("kept", "11-01 08:00", State.OPEN), change("kept", "11-01 08:30", State.SOLVED),
        answer("u", "11-05 09:00", 4, contact_id="u"),
    )  # fmt: skip
    with Readings(desk, settings_of(), clock=StandingClock(NOW)) as readings:
        found = accounts_at_risk(readings)
    assert [item.account for item in found.accounts] == ["big", "same", "small", "past", "free"]
    assert sum(item.value or 0 for item in found.accounts) == found.total.value == 1800
    assert found.total.counts["accounts"] == len(found.accounts)
    assert (found.lukewarm, found.unheard) == (1, 2)
    small = found.accounts[2]
    assert (small.name, small.value, small.renews_in, small.score) == ("small", 300, 181, 0)
    assert (small.said_at, small.renewal_on) == (at("11-02 09:00"), TODAY + timedelta(days=181))
    assert small.breached_now == 1
    assert small.end_users is not None
    assert small.watermelon is not None
    assert (small.end_users.value, small.watermelon.value) == (-100, 1)
    big = found.accounts[0]
    assert (big.breached_now, big.watermelon) == (0, None)
    assert big.end_users is not None
    assert big.end_users.value == 100


def test_without_any_account_the_list_is_empty_and_its_total_unknown(sqlite_engine: Engine) -> None:
    with Readings(sqlite_engine, settings_of(), clock=StandingClock(NOW)) as readings:
        found = accounts_at_risk(readings)
    assert (found.accounts, found.total.value, found.lukewarm, found.unheard) == ((), None, 0, 0)
