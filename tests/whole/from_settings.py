"""Barometer as its settings make it: a TOML text, a store, one sync of every source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from connectors.configured import build_connectors
from connectors.sync import sync_source
from data import runs
from data.engine import open_store
from data.readings import Readings
from data.runs import Outcome
from data.settings import FileSettings, parse_settings
from data.store import Store
from tests.clock import StandingClock

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Installation:
    """A store that was filled from settings, and how the last sync of each source went."""

    engine: Engine
    settings: FileSettings
    outcomes: dict[str, Outcome]

    def readings(self, as_of: datetime, *, is_exact: bool = False) -> Readings:
        return Readings(self.engine, self.settings, as_of=as_of, is_exact=is_exact)


@contextmanager
def installation(url: str, file: str, data: Path, clock: StandingClock) -> Iterator[Installation]:
    """Syncs every source of tests/whole/<file>, whose {data} is the folder of the real data."""
    text = (HERE / file).read_text().replace("{data}", str(data))
    settings = parse_settings(text)
    engine = open_store(url)
    store = Store(engine, settings, b"a key for the tests' hashes", clock)
    connectors, wrong = build_connectors(settings, engine, clock)
    assert wrong == {}
    rows = [
        {"name": name, "kind": source.kind, "label": source.label or name, "interval_seconds": source.every}
        for name, source in settings.sources.items()
    ]
    runs.configure(engine, rows)
    outcomes = {}
    for name, connector in connectors.items():
        outcome = sync_source(connector, store, holder="test", interval_seconds=60)
        assert outcome is not None
        outcomes[name] = outcome
    yield Installation(engine, settings, outcomes)
    engine.dispose()
