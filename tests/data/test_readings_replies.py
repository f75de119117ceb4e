"""Next replies and the promises beside the resolution by hand, read from a store."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from data.facts import ROW
from data.metrics import metric_of
from data.readings import Readings
from data.records import Measure, Priority, State
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import at, change, reply, settings_of, store_of, target, ticket, write

S, M, HIGH = State, Measure, Priority.HIGH
NOW = at("11-30 14:30")
RULES = """
[calendars.office]
hours = "mon-fri 09:00-17:00"
time_zone = "UTC"
[sla]
calendar = "office"
[sla.targets.high]
first_reply = "1h"
next_reply = "30m"
requester_wait = "4h"
agent_work = "2h"
"""
ATTAINMENTS = ("first_reply", "next_reply", "requester_wait", "agent_work")


def read(engine: Engine, key: str, where: dict[str, str] | None = None, window: str = "2026-11") -> Any:
    with Readings(engine, settings_of(RULES), clock=StandingClock(NOW)) as readings:
        return readings.read(key, filters=Filters.of(where or {}), window=window)


def by_row(engine: Engine, key: str) -> dict[str, Any]:
    """What each ticket brings to a figure."""
    metric = metric_of(key)
    with Readings(engine, settings_of(RULES), clock=StandingClock(NOW)) as readings:
        scope = readings.scope(readings.window("2026-11"), Filters())
        return {group[0]: metric.read(tally) for group, tally in metric.tally(scope, (ROW,)).items()}


def asks(ticket_id: str, when: str) -> Any:
    return reply(ticket_id, when, "customer", staff=False)


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Two tickets with promises, one without; all working days of one week, but for the last answer."""
    write(
        store_of(engine, RULES), "desk",
        ticket("a", "11-02 09:00", S.SOLVED, priority=HIGH, team_id="1"),  # a Monday
        reply("a", "11-02 09:30"), asks("a", "11-02 10:00"), reply("a", "11-02 10:20"),
        asks("a", "11-02 16:50"), reply("a", "11-03 10:00"), change("a", "11-03 11:00", S.SOLVED),
        ticket("b", "11-04 09:00", S.SOLVED, priority=HIGH, team_id="2"),
        reply("b", "11-04 12:00"), change("b", "11-04 09:20", S.ON_HOLD), change("b", "11-04 12:20", S.OPEN),
        change("b", "11-04 12:30", S.SOLVED),
        ticket("c", "11-05 09:00", team_id="2"), reply("c", "11-05 09:10"), asks("c", "11-05 09:20"),
        reply("c", "11-05 10:00"), asks("c", "11-05 10:30"), reply("c", "12-01 10:00"),
    )  # fmt: skip
    return engine


def test_next_replies_are_timed_on_both_clocks_by_the_day_of_the_answer(desk: Engine) -> None:
    calendar = read(desk, "next_reply_calendar_minutes")
    assert (calendar.value, calendar.n) == (40, 3)  # 20, 40, 1030
    assert read(desk, "next_reply_business_minutes").value == 40  # 20, 40, 70
    assert read(desk, "next_reply_business_minutes_p90").value == pytest.approx(40 + 0.8 * 30)
    assert read(desk, "next_reply_calendar_minutes_p90").value == pytest.approx(40 + 0.8 * 990)
    only = read(desk, "next_reply_business_minutes", window="2026-11-03..2026-11-03")
    assert (only.value, only.n) == (70, 1)


def test_a_months_edge_belongs_to_the_answer(desk: Engine) -> None:
    late = read(desk, "next_reply_calendar_minutes", window="2026-12")
    assert (late.value, late.n) == (26 * 1440 - 30, 1)


def test_next_replies_are_split_by_what_their_ticket_is(desk: Engine) -> None:
    assert read(desk, "next_reply_calendar_minutes", {"team": "desk:1"}).n == 2
    assert read(desk, "next_reply_calendar_minutes", {"team": "desk:2"}).value == 40
    assert read(desk, "next_reply_calendar_minutes", {"priority": "high"}).n == 2


@pytest.mark.parametrize(
    ("measure", "hits", "total", "left_out"),
    [
        ("first_reply", 1, 2, 1),  # a in 30 minutes, b in 180; c has no promise
        ("next_reply", 1, 2, 1),  # a in 20 and 70 working minutes; one of c
        ("requester_wait", 1, 2, 0),  # a in 600, b in 210 working minutes; c is not solved
        ("agent_work", 1, 2, 0),  # a in 600, b in 30
    ],
)
def test_what_was_kept_of_what_was_promised_and_ended(
    desk: Engine, measure: str, hits: int, total: int, left_out: int
) -> None:
    found = read(desk, f"{measure}_attainment")
    assert (found.counts, found.value, found.n) == ({"hits": hits, "total": total}, hits / total, total)
    assert sum(found.left_out.values()) == left_out
    assert found.interval is not None
    assert (found.target, found.is_thin) == (0.9, True)


def test_the_first_replys_slow_tenth(desk: Engine) -> None:
    assert read(desk, "first_reply_calendar_minutes_p90").value == pytest.approx(30 + 0.8 * 150)
    assert read(desk, "first_reply_business_minutes_p90").value == pytest.approx(30 + 0.8 * 150)


@pytest.mark.parametrize("measure", ATTAINMENTS)
def test_without_any_promise_there_is_no_share(engine: Engine, measure: str) -> None:
    write(
        store_of(engine, ""), "desk", ticket("1", "11-02 09:00", S.SOLVED), reply("1", "11-02 10:00"),
        asks("1", "11-02 11:00"), reply("1", "11-02 12:00"), change("1", "11-02 13:00", S.SOLVED),
    )  # fmt: skip
    found = read(engine, f"{measure}_attainment")
    assert (found.value, found.n, found.left_out) == (None, 0, {"without a target": 1})


def test_no_answer_in_a_window_is_no_data(desk: Engine) -> None:
    found = read(desk, "next_reply_calendar_minutes", window="2026-10")
    assert (found.value, found.n) == (None, 0)
    assert read(desk, "next_reply_attainment", window="2026-10").value is None


def test_answers_that_all_took_alike_have_one_median_and_tenth(engine: Engine) -> None:
    write(
        store_of(engine, RULES), "desk", ticket("1", "11-02 09:00", priority=HIGH), reply("1", "11-02 10:00"),
        *(asks("1", f"11-02 {hour}:00") for hour in range(11, 16)),
        *(reply("1", f"11-02 {hour}:07") for hour in range(11, 16)),
    )  # fmt: skip
    keys = ("next_reply_calendar_minutes", "next_reply_business_minutes_p90")
    assert [(read(engine, key).value, read(engine, key).n) for key in keys] == [(7, 5), (7, 5)]
    assert read(engine, "next_reply_attainment").value == 1


def test_a_deleted_ticket_takes_its_answers_with_it(desk: Engine) -> None:
    gone = ticket("a", "11-02 09:00", S.DELETED, revision=2, updated_at="11-06 09:00", team_id="1")
    write(store_of(desk, RULES), "desk", gone)
    assert read(desk, "next_reply_calendar_minutes").n == 1
    assert read(desk, "first_reply_attainment").counts == {"hits": 0, "total": 1}


def test_the_helpdesks_promise_goes_before_the_settings(desk: Engine) -> None:
    write(store_of(desk, RULES), "desk", target("b", "11-04 09:00", 300, measure=M.FIRST_REPLY))
    assert read(desk, "first_reply_attainment").value == 1


def test_each_ticket_is_a_row_of_the_evidence(desk: Engine) -> None:
    answers = by_row(desk, "next_reply_business_minutes")
    assert {row: (value.value, value.n) for row, value in answers.items()} == {
        "desk:a": (45, 2), "desk:c": (40, 1),
    }  # fmt: skip
    kept = by_row(desk, "first_reply_attainment")
    assert {row: (value.value, sum(value.left_out.values())) for row, value in kept.items()} == {
        "desk:a": (1, 0), "desk:b": (0, 0), "desk:c": (None, 1),
    }  # fmt: skip
