"""The board: what stands beside each other on a screen says the same."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from data import runs
from data.board import Board
from data.boards import build_board
from data.records import Account, Audience, Page, Priority, State
from data.verdict import Weather
from data.window import Filters
from tests.clock import StandingClock
from tests.data.random_world import START, world
from tests.data.small_world import (
    answer,
    at,
    change,
    person,
    settings_of,
    store_of,
    survey,
    target,
    ticket,
    write,
)

NOW = at("11-18 14:30")
S = State


def board(engine: Engine, where: dict[str, str] | None = None, settings: str = "", **how: Any) -> Board:
    clock = StandingClock(how.pop("now", NOW))
    return build_board(engine, settings_of(settings), Filters.of(where or {}), clock=clock, **how)


def test_an_empty_store_gives_a_board_that_claims_nothing(engine: Engine) -> None:
    found = board(engine)
    assert found.nps.nps.value is None
    assert {point.value for point in found.nps.trend} == {None}
    assert found.sla.attainment.value is None
    assert {point.value for point in found.sla.trend} == {None}
    assert (found.sla.gap.value, found.sla.gap_p90.value) == (None, None)
    assert found.sla.resolution_by_priority == {}
    assert found.backlog.oldest.value is None
    assert found.audiences.apart is None
    assert found.audiences.decision_makers.response_rate.value is None
    assert (found.voices, found.sources, found.ticket_as_of, found.survey_as_of) == ((), (), None, None)
    assert found.verdict.weather is Weather.UNKNOWN


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("where", [{}, {"audience": "end_user"}, {"team": "desk:1"}, {"source": "poll"}])
def test_the_end_of_each_trend_is_the_headline(
    sqlite_engine: Engine, seed: int, where: dict[str, str]
) -> None:
    settings = 'time_zone = "Europe/Berlin"'
    said = world(random.Random(seed), tickets=20)
    store = store_of(sqlite_engine, settings)
    for name in ("desk", "poll"):
        store.write(name, "all", Page(records=tuple(record for source, record in said if source == name)))
    found = board(sqlite_engine, where, settings, now=START + timedelta(days=4))
    assert found.backlog.trend[-1].value == found.backlog.backlog.value
    assert sum(age.count for age in found.backlog.ages) == found.backlog.backlog.value
    last = found.nps.trend[-1]
    assert (last.value, last.n) == (found.nps.nps.value, found.nps.nps.n)
    for column in (found.audiences.end_users, found.audiences.decision_makers):
        assert column.trend[-1].value == column.nps.value


def test_each_step_of_the_backlogs_trend_is_the_backlog_of_that_midnight(engine: Engine) -> None:
    write(
        store_of(engine), "desk", ticket("1", "09-01 09:00"), ticket("2", "11-10 09:00"),
        ticket("3", "11-11 09:00", S.SOLVED), change("3", "11-13 09:00", S.SOLVED),
        ticket("4", "11-12 00:00", S.SOLVED), change("4", "11-12 23:00", S.SOLVED),
    )  # fmt: skip
    trend = {point.at: point.value for point in board(engine).backlog.trend}
    days = [trend[at(f"11-{day} 00:00")] for day in (10, 11, 12, 13, 14)]
    assert days == [1, 2, 3, 3, 2]  # at the end of the day before; ticket 4 came and went within one
    assert trend[NOW] == 2


def test_ages_are_counted_in_days_since_the_creation(engine: Engine) -> None:
    moments = ("11-18 14:30", "11-17 14:30:01", "11-17 14:30", "11-15 14:30", "11-11 14:30", "09-01 09:00")
    write(store_of(engine), "desk", *(ticket(str(i), moment) for i, moment in enumerate(moments)))
    found = board(engine).backlog
    assert [(age.from_days, age.to_days, age.count) for age in found.ages] == [
        (0, 1, 2), (1, 3, 1), (3, 7, 1), (7, None, 2),
    ]  # fmt: skip


def test_the_wall_says_what_was_said_by_whom(engine: Engine) -> None:
    store = store_of(engine)
    write(
        store, "poll", survey(), person("a", "sponsor", account_id="acme"), person("b", "user"),
        answer("1", "11-10 09:00", 3, contact_id="a", comment="Slow <script>"),
        answer("2", "11-11 09:00", 9, contact_id="b", comment="Fine"),
        answer("3", "11-12 09:00", 9, contact_id="b", comment=""), answer("4", "11-12 09:00", 9),
        answer("5", "11-13 09:00", None, comment="No score"),
        answer("6", "11-13 09:00", 9, comment="Taken back", is_deleted=True),
    )  # fmt: skip
    write(store, "poll", Account(id="old", name="ACME"), Account(id="acme", name="Acme", yearly_value=9e4))
    found = board(engine)
    assert [(voice.comment, voice.group, voice.audience) for voice in found.voices] == [
        ("Fine", "promoter", Audience.END_USER), ("Slow <script>", "detractor", Audience.DECISION_MAKER),
    ]  # fmt: skip
    assert (found.voices[1].account, found.voices[1].yearly_value) == ("Acme", 9e4)
    assert found.audiences.decision_makers.said == found.voices[1]
    assert found.audiences.unknown == 1


def test_the_promise_is_shown_by_priority(engine: Engine) -> None:
    records: list[Any] = []
    for i, (priority, hours) in enumerate([(Priority.HIGH, 1), (Priority.HIGH, 3), (Priority.LOW, 2)]):
        records += [
            ticket(str(i), "11-10 09:00", S.SOLVED, priority=priority), target(str(i), "11-10 09:00", 120),
            change(str(i), f"11-10 {9 + hours:02}:00", S.SOLVED),
        ]  # fmt: skip
    write(store_of(engine), "desk", *records)
    found = board(engine).sla
    assert list(found.resolution_by_priority) == ["high", "low"]
    assert found.resolution_by_priority["high"].value == 120
    assert found.attainment_by_priority["high"].value == 0.5
    assert found.target_by_priority == {"high": 120, "low": 120}
    assert found.trend[-1].value is None  # nothing ended in the last seven days
    assert next(point for point in found.trend if point.at == at("11-11 00:00")).value == pytest.approx(2 / 3)


def test_figures_are_as_fresh_as_the_sources_they_rest_on(engine: Engine) -> None:
    clock = StandingClock(NOW)
    given = {"kind": "x", "is_invented": True, "interval_seconds": 60}
    runs.configure(engine, [{"name": name, "label": name} | given for name in ("desk", "poll")])
    store = store_of(engine, clock=clock)
    for name, record in (("desk", ticket("1", "11-10 09:00")), ("poll", survey())):
        lease = runs.take_lease(engine, name, "tests", clock())
        assert lease is not None
        write(store, name, record)
        runs.end_run(engine, lease, clock(), clock(), runs.Outcome(outcome="succeeded"))
        clock.advance(seconds=30)
    found = board(engine, now=clock())
    assert (found.ticket_as_of, found.survey_as_of) == (NOW, NOW + timedelta(seconds=30))
    assert found.ticket_deadline_s == 120
    assert found.is_invented


def test_a_board_for_another_window_uses_it_for_every_flow(sqlite_engine: Engine) -> None:
    found = board(sqlite_engine, window="2026-10")
    windows = {found.nps.nps.window.label, found.sla.attainment.window.label}
    assert windows == {"2026-10"}
    with pytest.raises(ValueError, match="not understood"):
        board(sqlite_engine, window="soon")
