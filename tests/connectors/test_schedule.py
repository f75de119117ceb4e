"""The scheduler: every source in its turn, at once when asked, and by one reader only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors import schedule as scheduling
from connectors.errors import PermanentError, RetryableError
from connectors.schedule import Schedule
from data import runs, schema
from data.records import Page
from data.store import Store
from data.window import now
from tests.connectors.scripted import Scripted, scripted
from tests.data.small_world import rows, store_of, ticket


@pytest.fixture
def store(engine: Engine) -> Store:
    configure(engine, "desk")
    return store_of(engine, clock=now)


def configure(engine: Engine, *names: str) -> None:
    given = {"kind": "scripted", "label": "x", "interval_seconds": 3600}
    runs.configure(engine, [{"name": name} | given for name in names])


@contextmanager
def running(schedule: Schedule) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=schedule.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def until(happened: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def outcomes(store: Store, name: str = "desk") -> list[str]:
    return [item["outcome"] for item in rows(store.engine, schema.sync_run) if item["source"] == name]


def test_every_source_is_read_as_soon_as_the_scheduler_starts(store: Store) -> None:
    configure(store.engine, "desk", "poll")
    desk, poll = (scripted(store, {"tickets": [Page(records=(ticket("1", "11-01 09:00"),))]}) for _ in "12")
    poll.source = "poll"
    schedule = Schedule(store, {"desk": desk, "poll": poll}, {"desk": 3600, "poll": 3600})
    with running(schedule):
        until(lambda: outcomes(store) == outcomes(store, "poll") == ["succeeded"])


def test_a_source_is_read_at_once_when_somebody_asks(store: Store) -> None:
    connector = scripted(store, {"people": []}, people={"every_seconds": 86400})
    with running(Schedule(store, {"desk": connector}, {"desk": 3600})):
        until(lambda: len(outcomes(store)) == 1 and "running" not in outcomes(store))
        runs.request_sync(store.engine, "desk", now())
        until(lambda: connector.read_streams == ["people", "people"])  # everything, due or not
        until(lambda: runs.requested(store.engine) == [])


def test_the_planner_s_statistics_are_kept_up(store: Store) -> None:
    schedule = Schedule(store, {}, {})
    with running(schedule):
        until(lambda: schedule._scheduler.get_job("statistics") is not None)


def test_a_stopped_source_is_read_when_somebody_asks(store: Store) -> None:
    connector = scripted(store, {"tickets": [PermanentError("No.")]})
    with running(Schedule(store, {"desk": connector}, {"desk": 3600})):
        until(lambda: outcomes(store) == ["stopped"])
        connector.scripts["tickets"] = []
        runs.request_sync(store.engine, "desk", now())
        until(lambda: "succeeded" in outcomes(store))


def test_a_source_that_failed_is_left_alone_until_its_time_has_come(store: Store) -> None:
    connector = scripted(store, {"tickets": [RetryableError("Later.", retry_after=3600)]})
    schedule = Schedule(store, {"desk": connector}, {"desk": 1})
    assert not schedule.run_once()
    schedule._turn("desk")
    assert len(connector.read_streams) == 1
    with store.engine.execution_options(barometer_writes=True).begin() as connection:
        connection.execute(schema.source.update().values(next_run_at=now() - timedelta(seconds=1)))
    schedule._turn("desk")
    assert len(connector.read_streams) == 2


def test_reading_once_says_whether_all_succeeded(store: Store) -> None:
    configure(store.engine, "desk", "poll")
    good, bad = scripted(store, {"tickets": []}), scripted(store, {"tickets": [RetryableError("No.")]})
    bad.source = "poll"
    assert Schedule(store, {"desk": good}, {"desk": 60}).run_once()
    assert not Schedule(store, {"poll": bad, "desk": good}, {"desk": 60, "poll": 60}).run_once()
    assert outcomes(store) == ["succeeded", "succeeded"]


def test_two_schedulers_read_a_source_one_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, most = [0], [0]
    lock = threading.Lock()

    def slowly() -> None:
        with lock:
            reading[0] += 1
            most[0] = max(most[0], reading[0])
        time.sleep(0.05)
        with lock:
            reading[0] -= 1

    def one(name: str) -> tuple[Scripted, Schedule]:
        monkeypatch.setattr(scheduling, "this_process", lambda: name)
        mine = store_of(store.engine, clock=now)
        connector = scripted(mine, {"tickets": [slowly]})
        return connector, Schedule(mine, {"desk": connector}, {"desk": 3600})

    (first, left), (second, right) = one("another-machine:1"), one("another-machine:2")
    with running(left), running(right):
        for _ in range(2):
            runs.request_sync(store.engine, "desk", now())
            until(lambda: runs.requested(store.engine) == [])
    assert most == [1]
    assert len(first.read_streams) + len(second.read_streams) >= 2


def test_a_store_that_fails_ends_no_scheduler(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    words = "the customer's own words"
    connector = scripted(store, {"tickets": []})
    schedule = Schedule(store, {"desk": connector}, {"desk": 1})

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(words)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scheduling, "sync_source", fail)
        with running(schedule):
            until(lambda: "RuntimeError" in caplog.text)
            patch.undo()
            until(lambda: outcomes(store)[:1] == ["succeeded"])
    assert words not in caplog.text
