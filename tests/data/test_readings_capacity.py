"""Demand against capacity, by hand, read from a store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from data.capacity import Load, Week
from data.facts import ROW
from data.readings import Readings
from data.records import Record, State
from data.tallies_capacity import capacity
from data.tally import total
from data.weeks import load_of, weeks_of
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import at, change, reply, settings_of, store_of, ticket, write

S = State
NOW = at("11-18 12:00")
BERLIN = 'time_zone = "Europe/Berlin"'


def read(engine: Engine, key: str, window: str = "2026-11", settings: str = "", **where: str) -> Any:
    with Readings(engine, settings_of(settings), clock=StandingClock(NOW)) as readings:
        return readings.read(key, window=window, filters=Filters.of(where))


def worked(id: str, day: str, agent: str, **more: Any) -> list[Record]:
    """Created at nine and solved at ten of a day by an agent."""
    return [ticket(id, f"{day} 09:00", S.SOLVED, solved_at=f"{day} 10:00", assignee_id=agent, **more)]


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Ann solves on two days and replies on a third; Bob replies on one, in Ann's team; Cy only asks."""
    write(
        store_of(engine), "desk",
        *worked("1", "11-02", "ann", team_id="a"), *worked("2", "11-02", "ann", team_id="a"),
        *worked("3", "11-03", "ann", team_id="b"),
        ticket("4", "11-04 09:00", team_id="a"), reply("4", "11-04 10:00", "ann"),
        reply("4", "11-04 11:00", "ann"), reply("4", "11-04 12:00", "bob"),
        ticket("5", "11-05 09:00", requester_id="cy", team_id="b"), reply("5", "11-05 10:00", "cy"),
        reply("5", "11-05 11:00", "customer", staff=False), change("5", "11-05 12:00", assignee_id="dan"),
        ticket("6", "11-06 09:00", S.DELETED, updated_at="11-07 09:00"), reply("6", "11-06 10:00", "eve"),
        ticket("7", "10-31 22:00", S.SOLVED, solved_at="10-31 22:30", assignee_id="bob"),
        reply("7", "10-31 23:30", "bob"),
    )  # fmt: skip
    write(store_of(engine), "other", *worked("1", "11-02", "ann"))
    return engine


def test_agents_count_on_the_days_on_which_they_answered_or_solved(desk: Engine) -> None:
    """Ann of the desk on three days, Bob on one, another tool's Ann on one; who asks, not."""
    came, went = read(desk, "arrivals_per_agent_day"), read(desk, "solved_per_agent_day")
    assert (came.value, came.n) == (pytest.approx(6 / 5), 6)
    assert (went.value, went.n) == (pytest.approx(4 / 5), 4)
    assert came.counts == {"tickets": 6, "agents": 3, "agent days": 5}
    team = read(desk, "arrivals_per_agent_day", team="desk:a")
    assert (team.value, team.counts["agent days"]) == (1, 3)
    assert read(desk, "arrivals_per_agent_day", source="other").value == 1


def test_without_anybody_at_work_there_is_no_value(desk: Engine) -> None:
    day = read(desk, "arrivals_per_agent_day", "2026-11-05..2026-11-05")
    assert (day.value, day.n, day.counts["agent days"]) == (None, 1, 0)
    before = read(desk, "solved_per_agent_day", "2026-09")
    assert (before.value, before.n, before.counts) == (None, 0, {})


def test_a_month_and_a_day_begin_at_midnight_of_the_reporting_zone(desk: Engine) -> None:
    """In Berlin Bob's reply at half past eleven at night is November's, the ticket solved before is not."""
    key = "solved_per_agent_day"
    assert read(desk, key, "2026-10").counts == {"tickets": 1, "agents": 1, "agent days": 1}
    assert read(desk, key, "2026-11-01..2026-11-01").counts == {}
    night = read(desk, key, "2026-11-01..2026-11-01", BERLIN)
    assert (night.value, night.counts) == (0, {"tickets": 0, "agents": 1, "agent days": 1})


def test_what_came_in_is_set_against_what_was_solved(desk: Engine) -> None:
    found = read(desk, "arrivals_per_solve")
    assert (found.value, found.n, found.counts) == (6 / 4, 10, {"created": 6, "solved": 4})
    assert read(desk, "arrivals_per_solve", "2026-11-05..2026-11-05").value is None


def test_the_rows_behind_them_add_up(desk: Engine) -> None:
    with Readings(desk, settings_of(), clock=StandingClock(NOW)) as readings:
        scope = readings.scope(readings.window("2026-11"), Filters())
        assert total(capacity(scope, (ROW,))) == capacity(scope)[()]


def test_weeks_run_from_monday_and_only_complete_ones_count(desk: Engine) -> None:
    with Readings(desk, settings_of(), clock=StandingClock(NOW)) as readings:
        weeks = weeks_of(readings)
        assert weeks == [Week(1, 1, 1), Week(6, 4, 5), Week(0, 0, 0)]  # 26 October, 2 and 9 November
        assert weeks_of(readings, 2) == weeks[1:]


def test_the_load_of_a_store_is_that_of_its_last_complete_week(sqlite_engine: Engine) -> None:
    """Fifteen weeks of 40 in and out by two agents, then one in which twice as many came in."""
    monday, records = at("11-09 09:00") - timedelta(weeks=15), list[Record]()
    for week in range(16):
        for number in range(40 + week % 3):
            made = monday + timedelta(weeks=week, days=number % 5)
            solved = made + timedelta(hours=1)
            records.append(
                ticket(
                    f"{week}-{number}", made, S.SOLVED, solved_at=solved, assignee_id="ab"[number % 2],
                )
            )  # fmt: skip
    records += [ticket(f"more {number}", at("11-12 09:00")) for number in range(45)]
    assert weeks_loads(sqlite_engine, []) is None
    assert weeks_loads(sqlite_engine, records) is Load.OVERWHELMED


def weeks_loads(engine: Engine, records: list[Record]) -> Load | None:
    if records:
        write(store_of(engine), "desk", *records)
    with Readings(engine, settings_of(), clock=StandingClock(NOW)) as readings:
        found = load_of(readings)
    return found.verdict if found else None
