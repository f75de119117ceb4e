"""Stored tallies: whatever happens to the rows, they say what the rows say, by every way of asking."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select, update

from data import rebuild, rollups, schema, stored_minutes
from data.engine import writer
from data.histogram import RELATIVE_ERROR
from data.metrics import CATALOG
from data.metrics.definition import Unit
from data.reading import Reading
from data.readings import Readings
from data.records import Page, State
from data.window import Filters
from tests.clock import StandingClock
from tests.data.random_world import START, pages, world
from tests.data.small_world import (
    answer,
    at,
    change,
    empty,
    person,
    rows,
    settings_of,
    store_of,
    survey,
    ticket,
    write,
)

RULES = """
time_zone = "Europe/Berlin"
[sla.targets.normal]
resolution = "1h"
[sla.targets.high]
resolution = "4h"
"""
ZONE = "Europe/Berlin"
ON_ONE_STORE = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],  # a smaller seed is no smaller world
}
SEEDS = st.integers(0, 2**32)
AS_OF = (START + timedelta(days=8), START + timedelta(days=2, hours=3, minutes=7))
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"audience": "end_user"},
    {"team": "desk:1"},
    {"team": "desk:1", "audience": "unknown"},
    {"priority": "normal"},
    {"channel": "mail", "priority": "high"},
    {"source": "poll"},
    {"account": "acme"},
    {"account": "acme", "team": "desk:1"},
)
WINDOWS = ("all", "2d")


@pytest.fixture(autouse=True)
def _histograms_even_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random worlds are small, and small windows would be read row by row."""
    monkeypatch.setattr(stored_minutes, "FEW", 0)


def written(engine: Engine, seed: int) -> None:
    """A random history, in random pages, with some of it taken back."""
    rng = random.Random(seed)
    empty(engine)
    store = store_of(engine, RULES)
    for source, records in pages(rng, world(rng, tickets=8)):
        store.write(source, "all", Page(records=records))


def differences(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return rebuild.verify(connection, ZONE)


def asked(readings: Readings, seed: int) -> Iterator[tuple[tuple[Any, ...], list[Reading]]]:
    """Every metric by every split, and in several windows through some of the filters."""
    rng = random.Random(seed)
    for metric in CATALOG:
        for window in WINDOWS:
            for given_filters in rng.sample(FILTERS, 3):
                filters = Filters.of(given_filters)
                key = metric.key, window, tuple(given_filters)
                yield key, [readings.read(metric.key, window=window, filters=filters)]
        for by in metric.splits:
            yield (metric.key, by), readings.split(metric.key, by, window="all")


def plain(reading: Reading) -> tuple[Any, ...]:
    counts, left_out = dict(reading.counts), dict(reading.left_out)
    return reading.group, reading.n, counts, left_out, reading.interval, reading.change


def check_both_ways(engine: Engine, seed: int) -> None:
    written(engine, seed)
    assert differences(engine) == []
    for as_of in AS_OF:
        clock = StandingClock(as_of)
        with (
            Readings(engine, settings_of(RULES), clock=clock) as stored,
            Readings(engine, settings_of(RULES), clock=clock, is_exact=True) as exact,
        ):
            for (key, found), (_, wanted) in zip(asked(stored, seed), asked(exact, seed), strict=True):
                assert [plain(r) for r in found] == [plain(r) for r in wanted], (key, as_of)
                for one, other in zip(found, wanted, strict=True):
                    error = RELATIVE_ERROR if one.metric.unit is Unit.MINUTES else 0.0
                    assert one.relative_error in (0.0, error)
                    assert_alike(one.value, other.value, error, (key, as_of))
                    assert_alike(one.previous, other.previous, error, (key, as_of))


def assert_alike(found: float | None, wanted: float | None, error: float, where: Any) -> None:
    if found is None or wanted is None:
        assert found is wanted, where
    else:
        # between an early and a late one, each up to a day or so, a value may be nearer to 0 than either
        assert found == pytest.approx(wanted, rel=error or 1e-12, abs=1440 * error), where


@given(seed=SEEDS)
@settings(max_examples=3, **ON_ONE_STORE)
def test_both_ways_give_the_same_figures(sqlite_engine: Engine, seed: int) -> None:
    check_both_ways(sqlite_engine, seed)


@given(seed=SEEDS)
@settings(max_examples=1, **ON_ONE_STORE)
def test_both_ways_give_the_same_figures_on_every_database(engine: Engine, seed: int) -> None:
    check_both_ways(engine, seed)


@given(seed=SEEDS)
@settings(max_examples=12, **ON_ONE_STORE)
def test_whatever_is_written_the_tallies_stay_true(sqlite_engine: Engine, seed: int) -> None:
    written(sqlite_engine, seed)
    assert differences(sqlite_engine) == []


@given(seed=SEEDS)
@settings(max_examples=2, **ON_ONE_STORE)
def test_the_tallies_stay_true_on_every_database(engine: Engine, seed: int) -> None:
    written(engine, seed)
    assert differences(engine) == []


@given(seed=SEEDS)
@settings(max_examples=5, **ON_ONE_STORE)
def test_made_anew_they_are_the_same(sqlite_engine: Engine, seed: int) -> None:
    written(sqlite_engine, seed)
    before = {table.name: rows(sqlite_engine, table) for table in schema.TALLIES}
    store_of(sqlite_engine, RULES).rebuild()
    assert {table.name: rows(sqlite_engine, table) for table in schema.TALLIES} == before
    assert any(before.values())


def small(engine: Engine) -> None:
    store = store_of(engine, RULES)
    write(
        store, "desk", survey(), person("ann", role="end user"),
        ticket("1", "11-10 09:00", requester_id="ann"), change("1", "11-10 10:00", State.SOLVED),
        answer("a", "11-11 09:00", 10, contact_id="ann"),
    )  # fmt: skip


def test_verify_names_each_difference(engine: Engine) -> None:
    small(engine)
    table = schema.ticket_tally
    mine = (table.c.cube == "all") & (table.c.solved == 1)
    with writer(engine).begin() as connection:
        connection.execute(update(table).where(mine).values(solved=3))
        connection.execute(delete(schema.answer_tally).where(schema.answer_tally.c.cube == "team"))
    assert differences(engine) == [
        "ticket_tally (cube all, day 2026-11-10, source desk, audience end_user):"
        " solved: stored 3, counted 1",
        "answer_tally (cube team, day 2026-11-11, source desk, audience end_user):"
        " promoters: stored nothing, counted 1",
    ]


def test_verify_sees_a_histogram_that_is_wrong(sqlite_engine: Engine) -> None:
    small(sqlite_engine)
    table = schema.minutes_tally
    with writer(sqlite_engine).begin() as connection:
        connection.execute(update(table).values(data=b""))
    found = differences(sqlite_engine)
    assert len(found) == 3
    assert all("data: stored 0 bytes, counted" in line for line in found)


def test_verify_says_that_there_is_nothing_to_verify(engine: Engine) -> None:
    small(engine)
    with writer(engine).begin() as connection:
        rollups.give_up(connection)
    assert differences(engine) == [
        "There are no tallies of this version and time zone. Make them: python app.py rebuild."
    ]


def test_without_tallies_figures_come_from_the_rows(engine: Engine) -> None:
    small(engine)
    with writer(engine).begin() as connection:
        rollups.give_up(connection)
        connection.execute(update(schema.ticket_tally).values(solved=9))
    with Readings(engine, settings_of(RULES), clock=StandingClock()) as readings:
        assert readings.read("solved", window="all").value == 1


def test_the_next_page_makes_the_tallies_that_are_missing(engine: Engine) -> None:
    small(engine)
    with writer(engine).begin() as connection:
        rollups.give_up(connection)
        for table in schema.TALLIES:
            connection.execute(table.delete())
    write(store_of(engine, RULES), "desk", ticket("2", "11-12 09:00"))
    assert differences(engine) == []
    assert sum(row["created"] for row in rows(engine, schema.ticket_tally) if row["cube"] == "all") == 2


def test_another_time_zone_makes_them_anew(engine: Engine) -> None:
    small(engine)
    other = RULES.replace("Europe/Berlin", "Pacific/Auckland")
    store_of(engine, other).rederive()
    with engine.begin() as connection:
        assert rebuild.verify(connection, "Pacific/Auckland") == []
    assert {row["day"].isoformat() for row in rows(engine, schema.ticket_tally)} == {"2026-11-10"}
    assert {row["day"].isoformat() for row in rows(engine, schema.answer_tally)} == {"2026-11-11"}


def test_a_store_that_keeps_none_says_so(engine: Engine) -> None:
    small(engine)
    store = store_of(engine, RULES)
    store._keeps_tallies = False
    write(store, "desk", ticket("2", "11-12 09:00"))
    with engine.connect() as connection:
        assert not rollups.are_kept(connection, ZONE)


def test_a_median_of_many_is_within_half_a_per_cent(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of(sqlite_engine, RULES)
    rng = random.Random(7)
    records = []
    for number in range(400):
        minutes = rng.lognormvariate(6, 2)
        solved = at("11-10 09:00") + timedelta(minutes=minutes)
        records.append(ticket(str(number), "11-10 09:00", State.SOLVED, solved_at=solved))
    store.write("desk", "all", Page(records=tuple(records)))
    keys = [m.key for m in CATALOG if m.key.startswith("full_resolution")]
    clock = StandingClock(at("2027-06-01"))
    with (
        Readings(sqlite_engine, settings_of(RULES), clock=clock) as stored,
        Readings(sqlite_engine, settings_of(RULES), clock=clock, is_exact=True) as exact,
    ):
        for key in keys:
            found, wanted = stored.read(key, window="all"), exact.read(key, window="all")
            assert found.relative_error == 0.005
            assert wanted.relative_error == 0.0
            assert found.value != wanted.value
            assert found.value == pytest.approx(wanted.value, rel=0.005)
    monkeypatch.setattr(stored_minutes, "FEW", 400)
    with Readings(sqlite_engine, settings_of(RULES), clock=clock) as few:
        assert [few.read(key, window="all").relative_error for key in keys] == [0.0] * len(keys)


def test_targets_are_exact_in_a_histogram(sqlite_engine: Engine) -> None:
    store = store_of(sqlite_engine, RULES)
    solved = change("1", "11-10 10:00", State.SOLVED)
    write(store, "desk", ticket("1", "11-10 09:00", priority="normal"), solved)
    with Readings(sqlite_engine, settings_of(RULES), clock=StandingClock()) as readings:
        found = readings.read("sla_target", window="all")
        assert (found.value, found.relative_error) == (60, 0.0)


def test_rows_that_are_to_come_count_in_no_window_that_has_ended(engine: Engine) -> None:
    """A source's clock may be ahead: what is dated later today is not in a window that ends now."""
    store = store_of(engine, RULES)
    write(store, "desk", ticket("1", "11-18 09:00"), ticket("2", "11-18 18:00"))
    with Readings(engine, settings_of(RULES), clock=StandingClock()) as readings:
        assert readings.as_of == at("11-18 14:30")
        assert readings.read("created", window="today").value == 1
        assert readings.read("backlog").value == 1


def test_what_nobody_touches_is_not_written(engine: Engine) -> None:
    small(engine)
    before = [dict(row) for row in rows(engine, schema.ticket_tally)]
    small(engine)
    assert rows(engine, schema.ticket_tally) == before
    with engine.connect() as connection:
        assert connection.execute(select(schema.ticket_tally)).first() is not None
