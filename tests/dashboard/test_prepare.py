"""What is made ready, when it is made again, and what happens when it can't be."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from dashboard import latest
from dashboard.controls import Query
from dashboard.latest import Latest, NotReadyError
from dashboard.prepare import Screens
from data.window import Filters
from tests.clock import StandingClock
from tests.dashboard import boards
from tests.dashboard.boards import FakeProvider
from tests.dashboard.readings import AT

NOTHING = Query()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(AT)


@pytest.fixture
def screens(provider: FakeProvider, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> Screens:
    monkeypatch.setattr("dashboard.prepare.VERSION_S", 0.0)
    provider.clock = clock
    return Screens(provider, clock=clock, revision="r1")


def test_a_view_is_prepared_once_for_a_version(screens: Screens, provider: FakeProvider) -> None:
    assert screens.get("wall", NOTHING) is screens.get("wall", NOTHING)
    assert len(provider.prepared) == 1


def test_the_wall_and_now_are_drawn_from_one_board(screens: Screens, provider: FakeProvider) -> None:
    screens.get("wall", NOTHING)
    screens.get("now", NOTHING)
    assert len(provider.prepared) == 1


def test_a_new_version_is_prepared_anew(screens: Screens, provider: FakeProvider) -> None:
    before = screens.get("wall", NOTHING)
    provider.change(boards.stale)
    after = screens.get("wall", NOTHING)
    assert (before.version, after.version) == ((1, 1), (2, 2))
    assert before.etag != after.etag


def test_a_first_paint_may_take_what_is_seconds_old(screens: Screens, provider: FakeProvider) -> None:
    before = screens.get("wall", NOTHING)
    provider.change(boards.stale)
    assert screens.get("wall", NOTHING, old_s=60.0) is before


def test_a_version_that_changes_nothing_to_be_seen_keeps_the_etag(
    screens: Screens, provider: FakeProvider, clock: StandingClock
) -> None:
    provider.clock = lambda: AT  # the same board, though time passes
    before = screens.get("wall", NOTHING)
    clock.advance(seconds=3)
    provider.change(boards.full)
    assert screens.get("wall", NOTHING).etag == before.etag


def test_filters_reach_the_provider(screens: Screens, provider: FakeProvider) -> None:
    screens.get("now", Query(Filters(team="2"), "30d"))
    assert provider.prepared == [(Filters(team="2"), "30d")]


def test_the_bytes_hold_every_region_with_its_hash(screens: Screens) -> None:
    prepared = screens.get("now", NOTHING)
    payload = json.loads(prepared.body)
    assert json.loads(gzip.decompress(prepared.zipped)) == payload
    assert payload["version"] == [1, 1]
    assert payload["revision"] == "r1"
    assert payload["as_of"] == "2026-11-18T13:32:00Z"
    assert {name: region["hash"] for name, region in payload["regions"].items()} == {
        name: region.hash for name, region in prepared.live.items()
    }
    assert payload["regions"]["now-nps"]["props"]["children"]["type"] == "Section"


def test_only_what_changed_has_another_hash(screens: Screens, provider: FakeProvider) -> None:
    before = screens.get("wall", NOTHING)
    provider.change(boards.stale)
    after = screens.get("wall", NOTHING)
    changed = {name for name in after.live if after.live[name].hash != before.live[name].hash}
    assert changed == {"wall-nps", "wall-audiences", "wall-freshness"}


def test_a_store_that_fails_leaves_the_view_before(screens: Screens, provider: FakeProvider) -> None:
    before = screens.get("wall", NOTHING)
    provider.change(broken)
    assert screens.get("wall", NOTHING) is before


def test_a_store_that_fails_at_once_is_an_error(screens: Screens, provider: FakeProvider) -> None:
    provider.change(broken)
    with pytest.raises(RuntimeError, match="gone"):
        screens.get("wall", NOTHING)


def broken(at: object) -> boards.Board:
    raise RuntimeError("the store is gone")


def test_an_unknown_view_is_a_key_error(screens: Screens) -> None:
    with pytest.raises(KeyError):
        screens.get("nowhere", NOTHING)


def test_what_is_kept_is_bounded() -> None:
    kept: Latest[int, int] = Latest(kept=2, fresh_s=60)
    made: list[int] = []
    for key in (1, 2, 3, 3, 1):
        kept.get(key, 0, lambda key=key: made.append(key) or key)  # type: ignore[misc]
    assert made == [1, 2, 3, 1]


def test_what_is_old_is_made_again_for_the_same_version() -> None:
    kept: Latest[str, int] = Latest(kept=2, fresh_s=0)
    numbers = iter((1, 2))
    assert [kept.get("x", 0, lambda: next(numbers)) for _ in range(2)] == [1, 2]


@pytest.fixture
def busy() -> Iterator[tuple[Latest[str, int], Event]]:
    """A place where another thread is making version 2, until the event is set."""
    kept: Latest[str, int] = Latest(kept=2, fresh_s=60)
    started, go = Event(), Event()

    def slow() -> int:
        started.set()
        go.wait(10)
        return 2

    thread = Thread(target=kept.get, args=("x", 2, slow))
    kept.get("x", 1, lambda: 1)
    thread.start()
    started.wait(10)
    yield kept, go
    go.set()
    thread.join()


def test_while_one_thread_makes_it_others_get_the_one_before(busy: tuple[Latest[str, int], Event]) -> None:
    kept, _ = busy
    assert kept.get("x", 2, lambda: 3) == 1


def test_who_needs_the_version_waits_but_not_for_ever(
    busy: tuple[Latest[str, int], Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, go = busy
    monkeypatch.setattr(latest, "WAIT_S", 0.01)
    with pytest.raises(NotReadyError):
        kept.get("x", 2, lambda: 3, must_match=True)
    monkeypatch.setattr(latest, "WAIT_S", 10.0)
    go.set()
    assert kept.get("x", 2, lambda: 3, must_match=True) == 2
