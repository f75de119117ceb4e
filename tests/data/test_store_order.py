"""Fetching anything twice, in any order, from overlapping pages ends in the same state."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from data.records import Page
from tests.data.random_world import pages, world
from tests.data.small_world import empty, everything, store_of

RULES = """
time_zone = "Europe/Berlin"
[sla.targets.urgent]
resolution = "1h"
clock = "calendar"
[sla.targets.normal]
resolution = "8h"
first_reply = "1h"
next_reply = "30m"
[sla]
calendar = "office"
[[sla.policies]]
name = "first"
teams = ["desk:1"]
calendar = "late"
[sla.policies.targets.normal]
agent_work = "1h"
[sla.policies.targets.high]
requester_wait = "1h"
resolution = "2h"
[[sla.policies]]
name = "firms"
accounts = ["Acme", "Börse"]
[sla.policies.targets.normal]
first_reply = "5m"
next_reply = "5m"
[sources.desk]
kind = "x"
[calendars.office]
time_zone = "Europe/Berlin"
hours = "mon-fri 09:00-17:00"
[calendars.late]
time_zone = "Europe/London"
hours = "mon-sun 12:00-20:00"
[[calendars.late.changes]]
from = 2026-10-25
hours = "mon-sun 10:00-14:00"
"""
ON_ONE_STORE = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],  # a smaller seed is no smaller world
}


def _compare(engine: Engine, rng: random.Random) -> None:
    said = world(rng)
    empty(engine)
    store = store_of(engine, RULES)
    for source in ("desk", "poll"):
        store.write(source, "all", Page(records=tuple(record for s, record in said if s == source)))
    expected = everything(engine)
    empty(engine)
    store = store_of(engine, RULES)
    for source, records in pages(rng, said):
        store.write(source, "all", Page(records=records))
    found = everything(engine)
    for table, rows in expected.items():
        assert found[table] == rows, table


@given(seed=st.integers(0, 2**32))
@settings(max_examples=20, **ON_ONE_STORE)
def test_any_order_and_any_pages_end_in_the_same_state(sqlite_engine: Engine, seed: int) -> None:
    _compare(sqlite_engine, random.Random(seed))


@given(seed=st.integers(0, 2**32))
@settings(max_examples=4, **ON_ONE_STORE)
def test_any_order_ends_in_the_same_state_on_every_database(engine: Engine, seed: int) -> None:
    _compare(engine, random.Random(seed))
