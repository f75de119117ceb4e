"""A store that learns pages at moments, and tells figures as they were known at moments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from data.board import Board
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


def figures(board: Board) -> dict[str, Any]:
    """The numbers of the four signs and the verdict."""
    readings: dict[str, Reading] = {
        "nps": board.nps.nps,
        "backlog": board.backlog.backlog,
        "oldest": board.backlog.oldest,
        "created": board.backlog.created_today,
        "solved": board.backlog.solved_today,
        "attainment": board.sla.attainment,
        "gap": board.sla.gap,
        "gap_p90": board.sla.gap_p90,
        "breached": board.sla.breached_now,
        "due": board.sla.due_soon,
        "users": board.audiences.end_users.nps,
        "deciders": board.audiences.decision_makers.nps,
        "users asked": board.audiences.end_users.response_rate,
        "deciders' tickets": board.audiences.decision_makers.attainment,
    }
    numbers = {
        name: (r.value, r.n, r.previous, r.interval, dict(r.counts), dict(r.left_out), r.standing)
        for name, r in readings.items()
    }
    more = (
        board.backlog.ages,
        board.backlog.trend,
        board.nps.trend,
        board.sla.trend,
        board.audiences.unknown,
    )
    return numbers | {"trends": more, "voices": board.voices, "verdict": board.verdict}
