"""From whom we have heard, by hand, read from a store."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from data.readings import Readings
from data.records import Account, Invitation, State
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, at, person, settings_of, store_of, survey, ticket, write

NOW = at("11-18 14:30")


def read(engine: Engine, key: str, where: dict[str, str] | None = None, **how: Any) -> Any:
    as_of = at(how.pop("as_of")) if "as_of" in how else None
    with Readings(engine, settings_of(), as_of=as_of, clock=StandingClock(NOW)) as readings:
        return readings.read(key, filters=Filters.of(where or {}), **how)


def fill(engine: Engine) -> None:
    """Two accounts heard, one silent with a ticket, one long quiet, one deleted, one in two tools."""
    store = store_of(engine)
    write(
        store, "desk", survey(),
        Account(id="acme", name="Acme", yearly_value=600.0),
        Account(id="bolt", name="Bolt", yearly_value=300),
        Account(id="cap", name="Cap", yearly_value=100.0), Account(id="old", name="Old", yearly_value=5000.0),
        Account(id="gone", name="Gone", is_deleted=True), Account(id="free", name="Free"),
        answer("1", "11-10 09:00", 9, account_id="acme", role="sponsor"),
        answer("2", "11-11 09:00", 2, account_id="acme", role="user"),
        answer("3", "11-10 09:00", None, account_id="bolt"),
        answer("4", "2025-11-17T09:00", 9, account_id="cap"),
        answer("5", "2025-11-19T09:00", 9, account_id="free", role="user"),
        ticket("1", "11-01 09:00", account_id="bolt"), ticket("2", "11-01 09:00", account_id="gone"),
        ticket("3", "2025-11-17T09:00", account_id="old"), ticket("4", "11-01 09:00"),
        ticket("5", "11-01 09:00", State.DELETED, updated_at="11-02 09:00", account_id="old"),
    )  # fmt: skip
    asked = Invitation(id="1", survey_id="nps", sent_at=at("10-01 09:00"), contact_id="p")
    write(
        store, "poll", asked, person("p", account_id="cap"), Account(id="cap", name="CAP ", yearly_value=80.0)
    )


def test_coverage_is_accounts_heard_of_accounts_active_within_a_year(engine: Engine) -> None:
    fill(engine)
    found = read(engine, "account_coverage")
    # active: acme and free (answers), bolt (a ticket), cap (an invitation); heard: acme and free
    assert (found.value, found.n, found.counts) == (0.5, 4, {"hits": 2, "total": 4})
    assert read(engine, "account_coverage", {"audience": "decision_maker"}).counts == {"hits": 1, "total": 4}
    assert read(engine, "account_coverage", {"account": "bolt"}).value == 0
    assert read(engine, "account_coverage", {"priority": "low"}).value is None


def test_value_coverage_weighs_them_by_their_yearly_value(engine: Engine) -> None:
    fill(engine)
    found = read(engine, "value_coverage")
    # 600 of 600, 300 and 100 (the larger of the two that the tools say of cap); free has no value
    assert (found.value, found.n) == (0.6, 3)
    assert found.left_out == {"yearly value not known": 1}


def test_the_year_goes_with_the_as_of_moment(sqlite_engine: Engine) -> None:
    fill(sqlite_engine)
    found = read(sqlite_engine, "account_coverage", as_of="2025-11-20T00:00")
    assert (found.value, found.n) == (2 / 3, 3)  # cap and free answered, old only had a ticket
