"""A simulated Zendesk account, and stores to read it into."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data.engine import open_store
from tests.connectors.zendesk_simulated.reader import (
    EVENTS,
    NOW,
    PAGE,
    TICKETS,
    Everything,
    Reader,
    Undisturbed,
)
from tests.simulators.zendesk import Simulator
from tests.simulators.zendesk_seed import Cast, seeded_world
from tests.simulators.zendesk_world import World


@pytest.fixture
def account() -> tuple[World, Cast]:
    return seeded_world(NOW, tickets=TICKETS)


@pytest.fixture
def desk(account: tuple[World, Cast]) -> Iterator[Simulator]:
    with Simulator(account[0], page_size=PAGE, events_size=EVENTS) as simulator:
        yield simulator


@pytest.fixture
def reader(desk: Simulator, sqlite_engine: Engine) -> Reader:
    return Reader(desk, sqlite_engine)


@pytest.fixture
def undisturbed(sqlite_template: Path, tmp_path: Path) -> Iterator[Undisturbed]:
    """Reads the account as it is now into a fresh store, without any fault."""
    engines: list[Engine] = []

    def read(desk: Simulator) -> Reader:
        path = tmp_path / f"undisturbed-{len(engines)}.db"
        shutil.copyfile(sqlite_template, path)
        engines.append(open_store(f"sqlite:///{path}"))
        desk.rules, desk.repeats, desk.empty_every = [], 0, 0
        desk.page_size = desk.events_size = 1000
        fresh = Reader(desk, engines[-1])
        assert fresh.sync().outcome == "succeeded"
        return fresh

    yield read
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="module")
def straight(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Everything:
    """The seeded account as an undisturbed run reads it."""
    path = tmp_path_factory.mktemp("straight") / "barometer.db"
    shutil.copyfile(sqlite_template, path)
    engine = open_store(f"sqlite:///{path}")
    with Simulator(seeded_world(NOW, tickets=TICKETS)[0]) as desk:
        reader = Reader(desk, engine)
        assert reader.sync().outcome == "succeeded"
        found = reader.everything()
    engine.dispose()
    return found
