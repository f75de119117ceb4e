"""A store that learns pages at moments, and tells figures as they were known at moments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from data.reading import Reading
from data.readings import Readings
from data.store import Store
from tests.clock import StandingClock
from tests.data.small_world import at, settings_of, store_of, write


class Desk:
    """Moments as in small_world.at."""

    def __init__(self, engine: Engine, settings: str = "") -> None:
        self.engine, self.settings = engine, settings_of(settings)
        self.clock = StandingClock()
        self.store: Store = store_of(engine, self.settings, self.clock)

    def learn(self, when: str, *records: Any, source: str = "desk") -> None:
        self.clock.set(at(when))
        write(self.store, source, *records)

    def read(self, key: str, as_of: str, known: str | None = None, **how: Any) -> Reading:
        """known None: as it is known now, at the end of all that was learnt."""
        known_at = at(known) if known else None
        given = {"as_of": at(as_of), "known_at": known_at, "reach": how.pop("reach", None)}
        with Readings(self.engine, self.settings, clock=self.clock, **given) as readings:
            return readings.read(key, **how)

    def value(self, key: str, as_of: str, known: str | None = None, **how: Any) -> float | None:
        return self.read(key, as_of, known, **how).value
