"""Effort, waits, flow and load by hand, read from a store."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Engine

from data import schema
from data.effort import stations
from data.metrics import flow
from data.readings import Readings
from data.records import State
from data.tally import MinutesTally
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import at, change, reply, row, settings_of, store_of, target, ticket, write

S = State
NOW = at("11-18 14:30")  # a Wednesday
OFFICE = """
[calendars.office]
hours = "mon-fri 09:00-17:00"
time_zone = "UTC"
[sla]
calendar = "office"
"""


def read(engine: Engine, key: str, where: dict[str, str] | None = None, **how: Any) -> Any:
    how.setdefault("window", "2026-11")
    as_of = at(how.pop("as_of")) if "as_of" in how else None
    with Readings(engine, settings_of(OFFICE), as_of=as_of, clock=StandingClock(NOW)) as readings:
        return readings.read(key, filters=Filters.of(where or {}), **how)


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Three solved tickets (one in a touch, one reopened, one of which little is told), three unsolved."""
    write(
        store_of(engine, OFFICE), "desk",
        ticket("once", "11-10 09:00", S.SOLVED), reply("once", "11-10 10:00"),
        change("once", "11-10 09:00", S.OPEN, assignee_id="ann", team_id="1"),
        change("once", "11-10 10:00", S.PENDING), change("once", "11-10 12:00", S.OPEN),
        change("once", "11-10 13:00", S.SOLVED),
        ticket("twice", "11-10 18:00", S.SOLVED),
        reply("twice", "11-11 10:30"), reply("twice", "11-11 11:00"),
        change("twice", "11-10 18:00", S.OPEN, assignee_id="ann", team_id="1"),
        change("twice", "11-11 10:00", assignee_id="bob", team_id="2"),
        change("twice", "11-11 11:00", S.ON_HOLD), change("twice", "11-11 13:00", S.SOLVED),
        change("twice", "11-12 09:00", S.OPEN, assignee_id="ann"), change("twice", "11-12 10:00", S.SOLVED),
        ticket("told", "11-12 11:00", S.SOLVED, solved_at="11-12 12:00", assignee_id="cy"),
        ticket("late", "11-14 10:00", assignee_id="ann", team_id="1"), target("late", "11-14 10:00", 60),
        ticket("new", "11-18 14:00"), target("new", "11-18 14:00", 24 * 60),
        ticket("free", "11-17 09:00", assignee_id="ann", team_id="2"),
        ticket("gone", "11-10 03:00", S.DELETED, updated_at="11-11 03:00"),
    )  # fmt: skip
    return engine


def test_reopenings_count_by_their_day_and_the_rate_by_the_first_solve(desk: Engine) -> None:
    assert read(desk, "reopened").value == 1
    assert read(desk, "reopened", window="2026-11-12..2026-11-12").value == 1
    assert read(desk, "reopened", window="2026-11-11..2026-11-11").value == 0
    assert read(desk, "reopened", {"team": "desk:2"}).value == 1
    rate = read(desk, "reopen_rate")
    assert (rate.value, rate.n, rate.counts["hits"]) == (1 / 3, 3, 1)
    assert read(desk, "reopen_rate", window="2026-11-11..2026-11-11").value == 1
    assert read(desk, "reopen_rate", window="2026-11-12..2026-11-12").value == 0


def test_touches_count_the_replies_of_tickets_that_have_any(desk: Engine) -> None:
    share = read(desk, "one_touch_share")
    assert (share.value, share.n, share.left_out) == (0.5, 2, {"no reply known": 1})
    mean = read(desk, "touches")
    assert (mean.value, mean.n, mean.left_out) == (1.5, 2, {"no reply known": 1})
    assert read(desk, "touches", window="today").value is None


def test_stations_are_the_hands_that_a_ticket_went_through(desk: Engine) -> None:
    agents, teams = read(desk, "agent_stations"), read(desk, "team_stations")
    assert (agents.value, agents.n, agents.left_out) == (5 / 3, 3, {})  # ann; ann, bob, ann; cy
    assert (teams.value, teams.n, teams.left_out) == (1.5, 2, {"no team known": 1})


@pytest.mark.parametrize(
    ("held", "count"),
    [
        ([], None), ([None, ""], None), (["a"], 1), ([None, "a", None, "a"], 1), (["a", "b", "a"], 3),
        (["a", None, "b", "b"], 2),
    ],
)  # fmt: skip
def test_to_come_back_to_the_same_hands_is_no_station(held: list[str | None], count: int | None) -> None:
    assert stations(held) == count


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [
        ("requester_wait_calendar_minutes", 120, 1200), ("requester_wait_business_minutes", 120, 300),
        ("agent_work_calendar_minutes", 120, 1080), ("agent_work_business_minutes", 120, 180),
    ],
)  # fmt: skip
def test_waits_count_the_states_in_which_one_waits(desk: Engine, key: str, first: int, second: int) -> None:
    """`twice`: 17 hours open (2 of them in office hours), 2 on hold, 1 after it was reopened."""
    median, p90 = read(desk, key), read(desk, f"{key}_p90")
    assert [row(desk, schema.ticket, id)[key] for id in ("once", "twice", "told", "late")] == [
        first, second, None, None,
    ]  # fmt: skip
    assert (median.value, median.n, median.left_out) == ((first + second) / 2, 2, {"not known": 1})
    assert p90.value == pytest.approx(first + 0.9 * (second - first))


def test_overdue_is_what_is_broken_of_what_was_promised(desk: Engine) -> None:
    found = read(desk, "overdue")
    assert (found.value, found.n, found.left_out) == (0.5, 2, {"without a target": 1})
    assert found.counts["hits"] == read(desk, "breached_now").value
    assert read(desk, "overdue", as_of="11-14 10:30").value == 0
    assert read(desk, "overdue", as_of="11-13 10:30").value is None


def test_net_flow_is_what_came_less_what_went(desk: Engine) -> None:
    found = read(desk, "net_flow")
    assert (found.value, found.n, found.counts) == (3, 9, {"created": 6, "solved": 3})
    assert read(desk, "net_flow", window="2026-11-12..2026-11-12").value == -1


def test_days_to_clear_rest_on_four_weeks_of_solves(desk: Engine) -> None:
    found = read(desk, "days_to_clear")
    assert (found.value, found.n, found.counts) == (28, 3, {"unsolved": 3, "solved": 3})
    assert read(desk, "days_to_clear", {"team": "desk:1"}).value is None  # nothing was solved by them
    assert read(desk, "days_to_clear", as_of="11-14 09:00").value == 0


def test_the_backlogs_age_is_read_from_every_ticket_in_it(desk: Engine) -> None:
    found = read(desk, "backlog_age_p85")
    assert (found.value, found.n) == (pytest.approx(1770 + 0.7 * (6030 - 1770)), 3)  # 30, 1770 and 6030
    assert {name: count for name, count in found.counts.items() if count} == {"0-1 d": 2, "4-7 d": 1}
    assert sum(found.counts.values()) == found.n
    assert read(desk, "backlog_age_p85", as_of="11-13 09:00").value is None


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (1.99, "0-1 d"), (2, "2-3 d"), (4, "4-7 d"), (7.99, "4-7 d"), (8, "8-14 d"), (15, "15-30 d"),
        (31, "31-90 d"), (90.99, "31-90 d"), (91, "> 90 d"),
    ],
)  # fmt: skip
def test_ages_are_sorted_by_the_whole_days_that_have_passed(days: float, name: str) -> None:
    counts = flow.backlog_age_p85.read(MinutesTally(Counter({days * 1440: 1}))).counts
    assert [key for key, count in counts.items() if count] == [name]
    assert flow.backlog_age_p85.read(MinutesTally()).counts == {}


def test_the_slowest_tenth_of_resolutions_is_told_on_both_clocks(desk: Engine) -> None:
    """`once` took 4 hours, `twice` 19 and then 40 in all (4 and 9 of them in office hours), `told` one.

    Nine of ten lie 0.8 of the way from the second to the third.
    """
    assert read(desk, "first_resolution_calendar_minutes_p90").value == pytest.approx(240 + 0.8 * 900)
    assert read(desk, "first_resolution_business_minutes_p90").value == pytest.approx(240)
    assert read(desk, "full_resolution_calendar_minutes_p90").value == pytest.approx(240 + 0.8 * 2160)
    assert read(desk, "full_resolution_business_minutes_p90").value == pytest.approx(240 + 0.8 * 300)


def test_demand_after_hours_is_that_of_evenings_and_weekends(desk: Engine) -> None:
    found = read(desk, "after_hours_share")
    assert (found.value, found.n) == (pytest.approx(2 / 6), 6)  # a Tuesday at 18:00, a Saturday


def test_without_business_hours_nothing_is_after_hours_or_within(sqlite_engine: Engine) -> None:
    write(store_of(sqlite_engine), "desk", ticket("1", "11-14 03:00"))
    found = read(sqlite_engine, "after_hours_share")
    assert (found.value, found.left_out) == (None, {"without business hours": 1})


def test_load_is_per_agent_who_holds_anything(desk: Engine) -> None:
    found = read(desk, "open_per_agent")
    assert (found.value, found.n, found.counts) == (2, 2, {"agents": 1})
    assert found.left_out == {"held by nobody": 1}
    assert read(desk, "open_per_agent", {"team": "desk:2"}).value == 1
    assert read(desk, "open_per_agent", as_of="11-12 09:30").value == 1  # the reopened one, with ann
