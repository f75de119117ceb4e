"""What must hold in any world: splits add up to the whole, and two routes to a number agree."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from data.facts import ROW
from data.metrics import CATALOG
from data.metrics.definition import Unit
from data.readings import Readings
from data.records import DONE, GONE, UNSOLVED, EventKind, Page, Record, State, Ticket, TicketEvent
from data.tally import total
from data.window import Filters, parse_window
from tests.clock import StandingClock
from tests.data.random_world import START, world
from tests.data.small_world import empty, settings_of, store_of

RULES = """
time_zone = "Europe/Berlin"
[sources.desk]
kind = "x"
[sla.targets.normal]
resolution = "1h"
first_reply = "1h"
next_reply = "1h"
[sla.targets.high]
resolution = "4h"
[[sla.policies]]
name = "first"
teams = ["desk:1"]
[sla.policies.targets.normal]
requester_wait = "2h"
agent_work = "1h"
next_reply = "5m"
[sla.policies.targets.low]
resolution = "1h"
"""
ON_ONE_STORE = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],  # a smaller seed is no smaller world
}
SEEDS = st.integers(0, 2**32)
AS_OF = START + timedelta(days=8)
RATES = {
    Unit.MINUTES, Unit.SHARE, Unit.POINTS, Unit.DAYS, Unit.PER_TICKET, Unit.PER_AGENT,
    Unit.PER_AGENT_DAY, Unit.FULL_TIME, Unit.RATIO,
    Unit.PEOPLE,  # no rate, but one person may stand in several groups
}  # fmt: skip


def fill(engine: Engine, seed: int, *, tickets: int = 12) -> None:
    empty(engine)
    store = store_of(engine, RULES)
    said = world(random.Random(seed), tickets=tickets)
    for name in ("desk", "poll"):
        store.write(name, "all", Page(records=tuple(record for source, record in said if source == name)))


@given(seed=SEEDS)
@settings(max_examples=6, **ON_ONE_STORE)
def test_every_split_of_every_metric_adds_up_to_the_whole(sqlite_engine: Engine, seed: int) -> None:
    _check_splits(sqlite_engine, seed)


@given(seed=SEEDS)
@settings(max_examples=1, **ON_ONE_STORE)
def test_splits_add_up_on_every_database(engine: Engine, seed: int) -> None:
    _check_splits(engine, seed)


def _check_splits(engine: Engine, seed: int) -> None:
    fill(engine, seed)
    with Readings(engine, settings_of(RULES), clock=StandingClock(AS_OF)) as readings:
        for metric in CATALOG:
            whole = readings.read(metric.key, window="all")
            for by in metric.splits:
                parts = readings.split(metric.key, by, window="all")
                assert sum(part.n for part in parts) == whole.n, (metric.key, by)
                if metric.unit not in RATES:
                    in_all = sum(part.value or 0 for part in parts)
                    assert in_all == pytest.approx(whole.value or 0), (metric.key, by)
                if whole.value is None and metric.unit is not Unit.MINUTES:  # a group may have a median alone
                    assert all(part.value is None for part in parts), (metric.key, by)
                for name in whole.counts:
                    in_parts = sum(part.counts.get(name, 0) for part in parts)
                    if name in metric.ratios:
                        continue
                    if name in metric.distinct:  # one and the same may stand in several groups
                        assert in_parts >= whole.counts[name], (metric.key, by)
                    else:
                        assert in_parts == pytest.approx(whole.counts[name]), (metric.key, by)
                for part in (part for part in parts if part.group is not None):
                    only = Filters.of({by: part.group or ""})
                    alone = readings.read(metric.key, window="all", filters=only)
                    assert (alone.value, alone.n) == (part.value, part.n), (metric.key, by, part.group)


@given(seed=SEEDS)
@settings(max_examples=4, **ON_ONE_STORE)
def test_the_rows_behind_every_metric_add_up_to_it(sqlite_engine: Engine, seed: int) -> None:
    fill(sqlite_engine, seed)
    with Readings(sqlite_engine, settings_of(RULES), clock=StandingClock(AS_OF)) as readings:
        scope = readings.scope(readings.window("all"), Filters())
        for metric in CATALOG:
            whole, rows = total(metric.tally(scope, ())), total(metric.tally(scope, (ROW,)))
            if rows is not None and whole is not None:
                assert rows == whole, metric.key
            else:  # a SELECT without groups brings zeros where one with groups brings no row
                assert whole is None or metric.read(whole).n == 0, metric.key


@given(seed=SEEDS)
@settings(max_examples=8, **ON_ONE_STORE)
def test_windows_side_by_side_add_up(sqlite_engine: Engine, seed: int) -> None:
    fill(sqlite_engine, seed)
    with Readings(sqlite_engine, settings_of(RULES), clock=StandingClock(AS_OF)) as readings:
        for key in ("created", "solved", "nps", "sla_attainment", "full_resolution_calendar_minutes"):
            parts = [readings.read(key, window=f"2026-{month:02}", compare=False).n for month in (9, 10, 11)]
            assert sum(parts) == readings.read(key, window="2026", compare=False).n


# --- the backlog, counted the slow way ---------------------------------------------------------------------


def history(rng: random.Random, number: int) -> list[Record]:
    """A ticket whose every change of state is told; some are deleted or merged in the end."""
    id, created = f"t{number}", START + timedelta(minutes=rng.randint(0, 9000))
    states = rng.choices([*UNSOLVED, *DONE], k=rng.randint(0, 5))
    moments = [created + timedelta(minutes=m) for m in sorted(rng.choices(range(6000), k=len(states)))]
    found: list[Record] = [
        TicketEvent(
            id=str(i), ticket_id=id, happened_at=at, kind=EventKind.CHANGE, state=state, sequence=i
        )
        for i, (at, state) in enumerate(zip(moments, states, strict=True))
    ]  # fmt: skip
    last = states[-1] if states else State.NEW
    ended = moments[-1] if moments else created
    if rng.random() < 0.2:
        last, ended = rng.choice([*GONE]), ended + timedelta(minutes=rng.randint(0, 500))
    found.append(Ticket(id=id, state=last, created_at=created, revision=1, updated_at=ended))
    return found


def stands_open(records: list[Record], at: datetime) -> bool:
    """By replaying what was told up to that moment."""
    ticket = next(record for record in records if isinstance(record, Ticket))
    if ticket.created_at > at:
        return False
    if ticket.state in GONE and ticket.updated_at is not None and ticket.updated_at <= at:
        return False
    told = [record for record in records if isinstance(record, TicketEvent) and record.happened_at <= at]
    state = max(told, key=lambda event: (event.happened_at, event.sequence)).state if told else State.NEW
    return state in UNSOLVED


@given(seed=SEEDS)
@settings(max_examples=12, **ON_ONE_STORE)
def test_the_backlog_of_any_moment_is_that_of_a_replay(sqlite_engine: Engine, seed: int) -> None:
    rng = random.Random(seed)
    tickets = [history(rng, number) for number in range(15)]
    empty(sqlite_engine)
    store_of(sqlite_engine).write("desk", "all", Page(records=tuple(r for t in tickets for r in t)))
    for _ in range(12):
        at = START + timedelta(minutes=rng.randint(0, 15000))
        with Readings(sqlite_engine, settings_of(), as_of=at) as readings:
            assert readings.read("backlog").value == sum(stands_open(t, at) for t in tickets)


@given(seed=SEEDS)
@settings(max_examples=8, **ON_ONE_STORE)
def test_the_backlog_is_what_was_created_less_what_was_solved(sqlite_engine: Engine, seed: int) -> None:
    """The second route, where nothing was reopened or taken away."""
    rng = random.Random(seed)
    records: list[Record] = []
    for number in range(15):
        created = START + timedelta(minutes=rng.randint(0, 9000))
        solved = created + timedelta(minutes=rng.randint(0, 4000)) if rng.random() < 0.6 else None
        state = State.OPEN if solved is None else State.SOLVED
        records.append(Ticket(id=str(number), state=state, created_at=created, revision=1, solved_at=solved))
    empty(sqlite_engine)
    store_of(sqlite_engine).write("desk", "all", Page(records=tuple(records)))
    for days in range(12):
        at = START + timedelta(days=days)
        with Readings(sqlite_engine, settings_of(), as_of=at) as readings:
            so_far = parse_window("all", as_of=at, zone="UTC")
            created_n, solved_n = (readings.read(key, window=so_far).n for key in ("created", "solved"))
            assert readings.read("backlog").value == created_n - solved_n
