"""Repeats and the time to a fix, by hand, read from a store."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from data import schema
from data.facts import ROW
from data.readings import Readings
from data.records import State
from data.tallies_problems import repeats, times_to_fix
from data.tally import ShareTally, total
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import at, change, row, settings_of, store_of, ticket, write

S = State
NOW = at("11-18 12:00")
FIX = "time_to_fix_calendar_minutes"


def read(engine: Engine, key: str, window: str = "2026-11", **where: str) -> Any:
    with Readings(engine, settings_of(), clock=StandingClock(NOW)) as readings:
        return readings.read(key, window=window, filters=Filters.of(where))


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Printing was reported three times, mail twice and never fixed, the lamp once; one is not linked."""
    store = store_of(engine)
    printing, mail = {"problem_id": "printing"}, {"problem_id": "mail"}
    write(
        store, "desk",
        ticket("p1", "10-31 12:00", S.SOLVED, solved_at="11-01 12:00", team_id="a", **printing),
        ticket("p2", "11-01 00:00", S.SOLVED, solved_at="11-03 12:00", team_id="b", **printing),
        ticket("p3", "11-02 12:00", S.SOLVED, solved_at="11-02 13:00", team_id="a", **printing),
        ticket("m1", "11-04 12:00", S.SOLVED, solved_at="11-05 12:00", **mail),
        ticket("m2", "11-04 12:00", **mail),
        ticket("spam", "11-03 12:00", S.DELETED, updated_at="11-03 13:00", **mail),
        ticket("once", "11-10 12:00", S.SOLVED, solved_at="11-10 18:00", problem_id="lamp"),
        ticket("none", "11-10 12:00", S.SOLVED, solved_at="11-10 13:00"),
    )  # fmt: skip
    write(store, "other", ticket("p1", "11-05 12:00", S.SOLVED, solved_at="11-05 13:00", **printing))
    return engine


def test_a_repeat_comes_after_a_ticket_on_the_same_problem_of_the_same_source(desk: Engine) -> None:
    """p2 and p3, whose first lies in October, and of two mails of one second the second; no deleted one."""
    found = read(desk, "repeats")
    assert (found.value, found.n, found.left_out) == (3, 6, {"no problem linked": 1})
    share = read(desk, "repeat_share")
    assert (share.value, share.n, share.counts) == (0.5, 6, {"hits": 3, "total": 6})
    assert (read(desk, "repeats", "2026-10").value, read(desk, "repeats", "2026-10").n) == (0, 1)
    assert read(desk, "repeats", source="other").value == 0


def test_who_reported_it_first_may_be_somebody_else(desk: Engine) -> None:
    assert read(desk, "repeats", team="desk:b").value == 1


def test_without_any_link_there_is_no_value(engine: Engine) -> None:
    write(store_of(engine), "desk", ticket("1", "11-10 12:00"))
    for key in ("repeats", "repeat_share"):
        found = read(engine, key)
        assert (found.value, found.n, found.left_out) == (None, 0, {"no problem linked": 1})
    assert read(engine, FIX).value is None


def test_a_problem_is_fixed_when_the_last_of_its_tickets_is_solved(desk: Engine) -> None:
    """Printing 72 hours after its first report, the lamp 6, the other source's printing 1; mail is not."""
    found = read(desk, FIX)
    assert (found.value, found.n, found.is_thin) == (6 * 60, 3, True)
    assert read(desk, FIX, "2026-11-01..2026-11-02").value is None  # its last solve is on the third
    assert read(desk, FIX, "2026-11-03..2026-11-03").value == 72 * 60


def test_a_problem_stands_where_its_first_ticket_stands(desk: Engine) -> None:
    assert (read(desk, FIX, team="desk:a").value, read(desk, FIX, team="desk:a").n) == (72 * 60, 1)
    assert read(desk, FIX, team="desk:b").n == 0


def test_a_problem_that_comes_back_was_not_fixed(desk: Engine) -> None:
    again = ticket("p4", "11-12 12:00", problem_id="printing")
    write(store_of(desk), "desk", again)
    assert read(desk, FIX, source="desk").n == 1  # the lamp is left
    write(
        store_of(desk), "desk", ticket("p4", "11-12 12:00", S.SOLVED, revision=2, problem_id="printing"),
        change("p4", "11-12 12:00", S.OPEN), change("p4", "11-13 12:00", S.SOLVED),
    )  # fmt: skip
    assert read(desk, FIX, "2026-11-13..2026-11-13").value == 13 * 24 * 60
    assert read(desk, FIX, "2026-11-03..2026-11-03").value is None


def test_the_rows_behind_both_figures_add_up(desk: Engine) -> None:
    with Readings(desk, settings_of(), clock=StandingClock(NOW)) as readings:
        scope = readings.scope(readings.window("2026-11"), Filters())
        assert total(repeats(scope, (ROW,))) == ShareTally(3, 6, 1)
        rows = times_to_fix(scope, (ROW,))
        assert rows.keys() == {("desk:p1",), ("desk:once",), ("other:p1",)}
        assert total(rows) == times_to_fix(scope)[()]


def test_a_ticket_that_is_gone_keeps_its_problem(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", ticket("1", "11-10 12:00", problem_id="lamp"))
    write(store, "desk", ticket("1", "11-10 12:00", S.DELETED, revision=2, updated_at="11-11 12:00"))
    assert row(engine, schema.ticket, "1")["problem_id"] == "lamp"
