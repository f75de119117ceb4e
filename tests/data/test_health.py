"""How each source is, and up to when figures are known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from data import facts, health, runs, schema
from data.health import Freshness, SourceHealth, SourceState
from data.records import Reject
from data.runs import Outcome
from tests.clock import StandingClock
from tests.data.small_world import answer, rows, store_of, survey, ticket, write

DESK = {"name": "desk", "kind": "x", "label": "Desk", "is_invented": False, "interval_seconds": 60}


def look(engine: Engine, clock: StandingClock) -> tuple[SourceHealth, ...]:
    with facts.snapshot(engine) as connection:
        return health.sources(connection, clock())


def one(engine: Engine, clock: StandingClock) -> SourceHealth:
    [found] = look(engine, clock)
    return found


def run(engine: Engine, clock: StandingClock, end: Outcome | None, source: str = "desk") -> None:
    """One sync run; None: it does not end."""
    lease = runs.take_lease(engine, source, "tests", clock())
    assert lease is not None
    started = clock()
    runs.start_run(engine, lease, started)
    if end is not None:
        runs.end_run(engine, lease, started, clock(), end)


SUCCEEDED = Outcome(outcome="succeeded", record_count=3, notes=("left out: x",))
FAILED = Outcome(outcome="failed", error="The desk does not answer.")
STOPPED = Outcome(outcome="stopped", error="The token is refused.", setting="token")


def test_a_source_waits_loads_and_is_live(engine: Engine, clock: StandingClock) -> None:
    runs.configure(engine, [DESK])
    assert (one(engine, clock).state, one(engine, clock).lag_seconds) == (SourceState.WAITING, None)
    run(engine, clock, None)
    assert one(engine, clock).state is SourceState.LOADING
    run(engine, clock, SUCCEEDED)
    found = one(engine, clock)
    assert (found.state, found.lag_seconds, found.last_run_record_count) == (SourceState.LIVE, 0, 3)
    assert found.notes == ("left out: x",)


def test_a_source_is_late_after_twice_its_interval(engine: Engine, clock: StandingClock) -> None:
    runs.configure(engine, [DESK])
    run(engine, clock, SUCCEEDED)
    clock.advance(seconds=120)
    assert one(engine, clock).state is SourceState.LIVE
    clock.advance(seconds=1)
    assert one(engine, clock).state is SourceState.LATE
    run(engine, clock, None)  # it is being read again
    assert one(engine, clock).state is SourceState.LATE
    assert one(engine, clock).lag_seconds == 121


def test_a_quick_source_is_not_late_for_one_slow_turn(engine: Engine, clock: StandingClock) -> None:
    runs.configure(engine, [DESK | {"interval_seconds": 5}])
    run(engine, clock, SUCCEEDED)
    clock.advance(seconds=30)
    assert one(engine, clock).state is SourceState.LIVE


def test_a_failing_source_keeps_its_last_success(engine: Engine, clock: StandingClock) -> None:
    runs.configure(engine, [DESK])
    run(engine, clock, SUCCEEDED)
    good = clock()
    clock.advance(seconds=60)
    run(engine, clock, FAILED)
    found = one(engine, clock)
    assert (found.state, found.last_success_at) == (SourceState.FAILING, good)
    assert found.error == "The desk does not answer."
    run(engine, clock, SUCCEEDED)
    assert (one(engine, clock).state, one(engine, clock).error) == (SourceState.LIVE, None)


def test_a_stopped_source_names_the_setting_until_somebody_asks_again(
    engine: Engine, clock: StandingClock
) -> None:
    runs.configure(engine, [DESK])
    run(engine, clock, STOPPED)
    found = one(engine, clock)
    assert (found.state, found.setting) == (SourceState.STOPPED, "token")
    runs.request_sync(engine, "desk", clock())
    assert one(engine, clock).state is SourceState.FAILING


def test_a_source_whose_settings_are_wrong_is_stopped_from_the_start(
    engine: Engine, clock: StandingClock
) -> None:
    wrong = {"error": "there is no setting 'tokn'", "error_setting": "tokn", "stopped_at": clock()}
    runs.configure(engine, [DESK | wrong])
    found = one(engine, clock)
    assert (found.state, found.error, found.setting) == (SourceState.STOPPED, wrong["error"], "tokn")
    runs.configure(engine, [DESK | dict.fromkeys(wrong)])
    assert one(engine, clock).state is SourceState.WAITING


def test_a_source_that_is_no_longer_configured_is_not_shown(engine: Engine, clock: StandingClock) -> None:
    runs.configure(engine, [DESK, DESK | {"name": "other"}])
    runs.configure(engine, [DESK])
    assert [item.name for item in look(engine, clock)] == ["desk"]
    assert {item["name"] for item in rows(engine, schema.source)} == {"desk", "other"}


def test_rejects_are_summed_up_by_stream_and_reason(engine: Engine, clock: StandingClock) -> None:
    runs.configure(engine, [DESK])
    lost = [("no id", "1"), ("no id", "2"), ("no date", "3")]
    write(
        store_of(engine, clock=clock), "desk",
        rejects=tuple(Reject(stream="tickets", reason=r, payload=p, place=f"line {p}") for r, p in lost),
    )  # fmt: skip
    found = one(engine, clock)
    assert found.reject_count == 3
    assert [(item.reason, item.count) for item in found.rejects] == [("no id", 2), ("no date", 1)]
    assert found.rejects[0].last_seen_at == clock()


def test_a_source_is_known_by_what_it_has_brought(engine: Engine, clock: StandingClock) -> None:
    runs.configure(engine, [DESK])
    store = store_of(engine)
    assert one(engine, clock).feeds == frozenset()
    write(store, "desk", ticket("1", "11-01 09:00"))
    assert one(engine, clock).feeds == {"tickets"}
    write(store, "desk", survey(), answer("r", "11-02 09:00", 9))
    found = one(engine, clock)
    assert (found.feeds, found.record_count) == ({"tickets", "surveys"}, 3)


def test_old_runs_are_forgotten_and_the_latest_is_found(engine: Engine, clock: StandingClock) -> None:
    runs.configure(engine, [DESK, DESK | {"name": "other"}])
    run(engine, clock, FAILED, "other")
    run(engine, clock, FAILED)
    clock.advance(days=40)
    run(engine, clock, SUCCEEDED)
    clock.advance(seconds=60)
    run(engine, clock, Outcome(outcome="succeeded", record_count=8))
    kept = [(item["source"], item["record_count"]) for item in rows(engine, schema.sync_run)]
    assert kept == [("desk", 3), ("desk", 8), ("other", 0)]
    assert {item.name: item.last_run_record_count for item in look(engine, clock)} == {"desk": 8, "other": 0}


# --- freshness --------------------------------------------------------------------------------------------


def source(name: str, lag: float | None, interval: int, **more: Any) -> SourceHealth:
    now = StandingClock()()
    given: dict[str, Any] = {
        "kind": "x", "label": name, "is_invented": False, "state": SourceState.LIVE,
        "interval_seconds": interval, "feeds": frozenset({"tickets"}),
        "last_success_at": None if lag is None else now - timedelta(seconds=lag), "last_run_at": None,
        "next_run_at": None, "lag_seconds": lag, "record_count": 0, "last_run_record_count": 0,
        "reject_count": 0, "rejects": (), "error": None, "setting": None, "notes": (),
    }  # fmt: skip
    return SourceHealth(name=name, **(given | more))


@pytest.mark.parametrize(
    ("sources", "lag", "deadline"),
    [
        ((source("a", 10, 60), source("b", 50, 3600)), 10, 120),  # 110 s left against 7150 s
        ((source("a", 10, 3600), source("b", 50, 60)), 50, 120),
        ((source("a", 10, 60), source("b", 9999, 60, feeds=frozenset({"surveys"}))), 10, 120),
        ((source("a", 10, 60), source("b", None, 60)), 10, 120),
        ((source("a", 10, 5),), 10, 30),
        ((source("a", None, 60, state=SourceState.LOADING),), 0, 120),
    ],
)
def test_figures_are_as_fresh_as_the_source_that_expires_first(
    sources: tuple[SourceHealth, ...], lag: float, deadline: int
) -> None:
    now = StandingClock()()
    expected = Freshness(now - timedelta(seconds=lag), deadline)
    assert health.freshness(sources, "tickets", now) == expected


def test_without_a_success_nothing_is_known() -> None:
    now = StandingClock()()
    assert health.freshness((), "tickets", now).as_of is None
    assert health.freshness((source("a", None, 60),), "tickets", now) == Freshness(None, 120)
