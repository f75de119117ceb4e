"""Whatever came in whatever order: each moment is told again as it was told then."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from data import schema
from data.boards import build_board
from data.known_then import COPIED, known_then
from data.records import BusinessCalendar, Contact, Invitation, Page, Record, SlaTarget, Survey, SurveyKind
from data.window import Filters
from tests.clock import StandingClock
from tests.data.desk import figures
from tests.data.random_world import START, Said, pages, world
from tests.data.small_world import BEFORE, BOOKKEEPING, empty, settings_of, store_of

RULES = """
time_zone = "Europe/Berlin"
[sla.targets.urgent]
resolution = "1h"
clock = "calendar"
[sla.targets.normal]
resolution = "8h"
first_reply = "1h"
[sla]
calendar = "office"
[calendars.office]
time_zone = "Europe/Berlin"
hours = "mon-fri 09:00-17:00"
"""
ON_ONE_STORE = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],  # a smaller seed is no smaller world
}
SETTINGS = settings_of(RULES)
ONLY_FOR_DERIVING = {"ticket_event", "sla_target"}  # read anew for those tickets only that have changed
TALLIES = {table.name for table in (*schema.TALLIES, schema.late_change)}  # the rebuilt store keeps none
NO_STATE = {"touched_at", "is_answered"}  # a note for the next past, and what only tallies need
WITHOUT_A_PAST = (
    BOOKKEEPING | BEFORE | ONLY_FOR_DERIVING | TALLIES | {"reject"} | {table.name for table in COPIED}
)


def state(connection: Connection) -> dict[str, list[str]]:
    """All facts and all that is derived, but for NO_STATE."""
    return {
        table.name: sorted(
            repr({name: value for name, value in row.items() if name not in NO_STATE})
            for row in connection.execute(select(table)).mappings()
        )
        for table in schema.ticket.metadata.sorted_tables
        if table.name not in WITHOUT_A_PAST
    }


def turns(rng: random.Random, said: list[Said]) -> list[Said]:
    """What was said before, said otherwise and without a version: the later one stands."""
    found: list[Said] = []
    for source, record in said:
        other = _otherwise(rng, record)
        if other is not None and rng.random() < 0.5:
            found.append((source, other))
    return found


def _otherwise(rng: random.Random, record: Record) -> Record | None:
    if isinstance(record, SlaTarget):
        return replace(record, target_minutes=rng.choice((None, 5.0, 2000.0)))
    if isinstance(record, Contact):
        role = rng.choice((None, "sponsor", "end user"))
        email = rng.choice((record.email, None, "ann@x.test"))
        return replace(record, updated_at=None, role=role, email=email)
    if isinstance(record, BusinessCalendar):
        return replace(record, intervals=((600, 660), (2100, 2400)))
    if isinstance(record, Survey):
        return replace(record, kind=rng.choice([*SurveyKind]), scale_min=0, scale_max=10)
    if isinstance(record, Invitation):
        return replace(
            record, contact_id=rng.choice(("c0", "c1", None)), is_delivered=rng.choice((None, False))
        )
    return None


def live_through(engine: Engine, seed: int, look: Any) -> tuple[StandingClock, list[tuple[datetime, Any]]]:
    """A store that has learnt a world in some order, and what `look` saw after each page."""
    rng = random.Random(seed)
    empty(engine)
    clock = StandingClock(START + timedelta(days=3))
    store = store_of(engine, RULES, clock)
    said = world(rng, tickets=4)
    told = []
    for source, records in pages(rng, said + turns(rng, said) + turns(rng, said)):
        clock.advance(minutes=rng.choice((1, 1, 30, 600)))
        store.write(source, "all", Page(records=records))
        told.append((clock(), look(clock)))
    clock.advance(days=1)
    return clock, told


def _check_states(engine: Engine, seed: int, *, of: int) -> None:
    def look(clock: StandingClock) -> dict[str, list[str]]:
        with engine.connect() as connection:
            return state(connection)

    _, told = live_through(engine, seed, look)
    for moment, expected in random.Random(seed).sample(told, min(of, len(told))):
        with known_then(engine, SETTINGS, moment) as connection:
            found = state(connection)
        for table, rows in expected.items():
            assert found[table] == rows, (table, moment)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=5, **ON_ONE_STORE)
def test_the_store_of_any_moment_is_rebuilt_as_it_was(sqlite_engine: Engine, seed: int) -> None:
    _check_states(sqlite_engine, seed, of=12)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=2, **ON_ONE_STORE)
def test_the_store_of_any_moment_is_rebuilt_from_every_database(engine: Engine, seed: int) -> None:
    _check_states(engine, seed, of=10)


def _check_boards(engine: Engine, seed: int, *, of: int) -> None:
    def look(clock: StandingClock) -> dict[str, Any]:
        return figures(build_board(engine, SETTINGS, Filters(), clock=clock))

    clock, told = live_through(engine, seed, look)
    for moment, expected in random.Random(seed).sample(told, min(of, len(told))):
        board = build_board(engine, SETTINGS, Filters(), as_of=moment, known_at=moment, clock=clock)
        assert figures(board) == expected, moment


@given(seed=st.integers(0, 2**32))
@settings(max_examples=3, **ON_ONE_STORE)
def test_the_board_of_any_moment_is_the_one_that_was_shown_then(sqlite_engine: Engine, seed: int) -> None:
    _check_boards(sqlite_engine, seed, of=8)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=1, **ON_ONE_STORE)
def test_the_board_that_was_shown_then_is_found_on_every_database(engine: Engine, seed: int) -> None:
    _check_boards(engine, seed, of=6)
