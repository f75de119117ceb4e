"""One run of one source: what is read, what is remembered, and what is said when it goes wrong."""

from __future__ import annotations

import logging
import os
import platform
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.errors import AuthError, PermanentError, RetryableError, UnavailableError
from connectors.holder import is_dead, this_process
from connectors.sync import sync_source
from data import runs, schema
from data.records import Page, Reject
from data.runs import LeaseLost, Outcome
from data.store import Store
from tests.clock import StandingClock
from tests.connectors.scripted import Scripted, scripted
from tests.data.small_world import rows, store_of, ticket

SECRET_WORDS = "the customer's own words"


@pytest.fixture
def store(sqlite_engine: Engine, clock: StandingClock) -> Store:
    runs.configure(
        sqlite_engine, [{"name": "desk", "kind": "scripted", "label": "Desk", "interval_seconds": 60}]
    )
    return store_of(sqlite_engine, clock=clock)


def sync(connector: Scripted, store: Store, **how: object) -> Outcome:
    given = {"holder": "tests", "interval_seconds": 60.0} | how
    found = sync_source(connector, store, **given)  # type: ignore[arg-type]
    assert found is not None
    return found


def page(number: int, **more: object) -> Page:
    return Page(records=(ticket(str(number), "11-01 09:00"),), bookmark={"after": number}, **more)  # type: ignore[arg-type]


def source_row(store: Store) -> dict[str, object]:
    return rows(store.engine, schema.source)[0]


def last_run(store: Store) -> dict[str, object]:
    return rows(store.engine, schema.sync_run)[-1]


def test_a_run_reads_every_stream_in_turn_and_remembers_how_far(store: Store, clock: StandingClock) -> None:
    connector = scripted(store, {"people": [], "tickets": [page(1), page(2, note="two are hidden")]})
    outcome = sync(connector, store)
    assert connector.read_streams == ["people", "tickets"]
    assert (outcome.outcome, outcome.record_count, outcome.notes) == ("succeeded", 2, ("two are hidden",))
    assert runs.bookmark(store.engine, "desk", "tickets") == ({"after": 2}, clock())
    run = last_run(store)
    assert (run["outcome"], run["record_count"], run["ended_at"]) == ("succeeded", 2, clock())
    assert source_row(store)["last_success_at"] == clock()
    assert source_row(store)["lease_holder"] is None


def test_the_next_run_goes_on_from_the_bookmark(store: Store) -> None:
    sync(scripted(store, {"tickets": [page(1)]}), store)
    connector = scripted(store, {"tickets": []})
    sync(connector, store)
    assert connector.given == {"tickets": {"after": 1}}


def test_rejects_are_counted_and_stop_nothing(store: Store) -> None:
    lost = Reject(stream="tickets", reason="no id", payload="{}")
    outcome = sync(scripted(store, {"tickets": [page(1, rejects=(lost,)), page(2)]}), store)
    assert (outcome.outcome, outcome.record_count, outcome.reject_count) == ("succeeded", 2, 1)


# --- errors that may pass ---------------------------------------------------------------------------------


def test_what_came_before_an_error_stays_and_the_other_streams_go_on(store: Store) -> None:
    connector = scripted(
        store,
        {"tickets": [page(1), RetryableError("The desk does not answer."), page(2)], "people": [page(3)]},
    )
    outcome = sync(connector, store)
    assert (outcome.outcome, outcome.error) == ("failed", "The desk does not answer.")
    assert [item["id"] for item in rows(store.engine, schema.ticket)] == ["1", "3"]
    bookmark, read_at = runs.bookmark(store.engine, "desk", "tickets")
    assert (bookmark, read_at) == ({"after": 1}, None)  # not read to its end
    assert source_row(store)["last_success_at"] is None


def test_waits_double_with_each_failure_in_a_row_up_to_a_quarter_of_an_hour(
    store: Store, clock: StandingClock
) -> None:
    connector = scripted(store, {"tickets": [RetryableError("No.")]})
    waits = []
    for _ in range(7):
        outcome = sync(connector, store)
        assert outcome.retry_at is not None
        waits.append((outcome.retry_at - clock()).total_seconds())
        assert runs.waits_until(store.engine, "desk") == outcome.retry_at
    assert waits == [60, 120, 240, 480, 900, 900, 900]
    connector.scripts["tickets"] = []
    assert sync(connector, store).retry_at == clock() + timedelta(seconds=60)
    assert runs.waits_until(store.engine, "desk") is None
    connector.scripts["tickets"] = [RetryableError("No.")]
    assert sync(connector, store).retry_at == clock() + timedelta(seconds=60)  # it begins anew


def test_a_slow_source_waits_no_less_than_its_interval(store: Store, clock: StandingClock) -> None:
    connector = scripted(store, {"tickets": [RetryableError("No.")]})
    assert sync(connector, store, interval_seconds=7200).retry_at == clock() + timedelta(hours=2)
    assert sync(connector, store, interval_seconds=7200).retry_at == clock() + timedelta(hours=2)


def test_a_source_that_asks_for_time_gets_it(store: Store, clock: StandingClock) -> None:
    given = {"a": [RetryableError("Slow down.", retry_after=4000)], "b": [RetryableError("No.")]}
    assert sync(scripted(store, given), store).retry_at == clock() + timedelta(seconds=4000)


# --- errors that do not pass ------------------------------------------------------------------------------


def test_a_permanent_error_stops_the_source_and_names_the_setting(store: Store, clock: StandingClock) -> None:
    error = AuthError("The token is refused. Check sources.desk.token.", setting="token")
    connector = scripted(store, {"tickets": [page(1), error], "people": [page(2)]})
    outcome = sync(connector, store)
    assert connector.read_streams == ["tickets"]
    assert (outcome.outcome, outcome.setting, outcome.error) == ("stopped", "token", str(error))
    assert outcome.retry_at == clock() + timedelta(minutes=15)
    source = source_row(store)
    assert (source["stopped_at"], source["error_setting"]) == (clock(), "token")


def test_a_permanent_error_is_told_before_one_that_may_pass(store: Store) -> None:
    given = {"a": [RetryableError("Slow down.", retry_after=9000)], "b": [PermanentError("Gone for good.")]}
    outcome = sync(scripted(store, given), store)
    assert (outcome.outcome, outcome.error) == ("stopped", "Gone for good.")


def test_an_optional_stream_that_is_not_offered_is_noted(store: Store, clock: StandingClock) -> None:
    connector = scripted(
        store, {"ratings": [UnavailableError("403")], "tickets": [page(1)]},
        ratings={"is_optional": True, "every_seconds": 3600},
    )  # fmt: skip
    outcome = sync(connector, store)
    assert (outcome.outcome, outcome.notes) == ("succeeded", ("ratings: not offered to us (403)",))
    clock.advance(minutes=10)
    sync(connector, store)
    assert connector.read_streams == ["ratings", "tickets", "tickets"]  # not asked again at once


def test_a_stream_that_is_needed_and_not_offered_stops_the_source(store: Store) -> None:
    outcome = sync(scripted(store, {"tickets": [UnavailableError("403")], "people": []}), store)
    assert (outcome.outcome, outcome.error) == ("stopped", "403")


def test_an_unforeseen_error_is_told_by_its_type_alone(
    store: Store, caplog: pytest.LogCaptureFixture, clock: StandingClock
) -> None:
    try:
        raise KeyError(SECRET_WORDS)
    except KeyError as cause:
        bug = ValueError(f"bad: {SECRET_WORDS}")
        bug.__cause__ = cause
    caplog.set_level(logging.DEBUG)
    outcome = sync(scripted(store, {"tickets": [page(1), bug]}), store)
    assert outcome.outcome == "failed"
    assert "unexpected ValueError" in str(outcome.error)
    assert outcome.retry_at == clock() + timedelta(seconds=60)
    assert "ValueError" in caplog.text
    assert "scripted.py" in caplog.text  # where it happened
    assert SECRET_WORDS not in caplog.text + str(outcome) + str(last_run(store))


# --- when streams are due ---------------------------------------------------------------------------------


def test_a_stream_is_read_as_often_as_it_asks(store: Store, clock: StandingClock) -> None:
    connector = scripted(store, {"tickets": [], "people": []}, people={"every_seconds": 3600})
    for minutes in (0, 59, 1, 1):
        clock.advance(minutes=minutes)
        sync(connector, store)
    assert connector.read_streams == ["tickets", "people", "tickets", "tickets", "people", "tickets"]
    sync(connector, store, everything=True)
    assert connector.read_streams[-2:] == ["tickets", "people"]


def test_a_stream_that_failed_is_due_at_once(store: Store) -> None:
    connector = scripted(store, {"people": [RetryableError("No.")]}, people={"every_seconds": 3600})
    sync(connector, store)
    sync(connector, store)
    assert connector.read_streams == ["people", "people"]


# --- one reader -------------------------------------------------------------------------------------------


def test_a_source_that_another_process_reads_is_left_alone(store: Store, clock: StandingClock) -> None:
    assert runs.take_lease(store.engine, "desk", "another", clock()) is not None
    assert (
        sync_source(scripted(store, {"tickets": [page(1)]}), store, holder="x", interval_seconds=60) is None
    )
    assert rows(store.engine, schema.ticket) == []
    assert rows(store.engine, schema.sync_run) == []


def test_a_run_that_was_overtaken_stops_and_stores_no_more(store: Store, clock: StandingClock) -> None:
    def overtake() -> None:
        clock.advance(seconds=runs.LEASE_SECONDS + 1)
        assert runs.take_lease(store.engine, "desk", "another", clock()) is not None

    connector = scripted(store, {"tickets": [page(1), overtake, page(2)]})
    with pytest.raises(LeaseLost):
        sync(connector, store)
    assert [item["id"] for item in rows(store.engine, schema.ticket)] == ["1"]
    assert source_row(store)["lease_holder"] == "another"


def test_a_long_run_keeps_its_lease(store: Store, clock: StandingClock) -> None:
    def time_passes() -> None:
        clock.advance(seconds=100)
        assert runs.take_lease(store.engine, "desk", "another", clock()) is None

    script = [step for i in range(5) for step in (page(i), time_passes)]
    assert sync(scripted(store, {"tickets": script}), store).outcome == "succeeded"


def test_the_lease_of_a_process_that_died_on_this_machine_is_taken_at_once(
    store: Store, clock: StandingClock
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    dead = f"{platform.node()}:{int(ended.stdout)}"
    assert runs.take_lease(store.engine, "desk", dead, clock()) is not None
    assert sync(scripted(store, {"tickets": [page(1)]}), store).outcome == "succeeded"


@pytest.mark.parametrize(
    "holder",
    [this_process(), "another-machine:1", "tests", "", f"{platform.node()}:", f"{platform.node()}:1"],
    ids=["this process", "another machine", "no number", "nothing", "no process", "somebody else's"],
)
def test_of_the_living_and_of_other_machines_nobody_is_called_dead(holder: str) -> None:
    assert os.getpid() > 1
    assert not is_dead(holder)
