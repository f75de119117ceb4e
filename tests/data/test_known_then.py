"""Figures as they were known then, worked by hand: what was learnt later is taken back, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from data import schema
from data.boards import build_board
from data.metrics import CATALOG
from data.reading import Reading
from data.readings import Readings
from data.records import (
    Account,
    BusinessCalendar,
    EventKind,
    Invitation,
    Priority,
    State,
    SurveyKind,
    TicketEvent,
)
from data.window import Filters
from tests.data.desk import Desk, figures
from tests.data.small_world import (
    answer,
    at,
    before,
    change,
    person,
    survey,
    target,
    ticket,
)

S = State
HOURS = ((540, 1020),)  # Mondays, nine to five


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_an_answer_that_came_late_was_not_known_before(desk: Desk) -> None:
    desk.learn("11-02 12:00", survey(), answer("a", "11-02 09:00", 10))
    desk.learn("11-05 12:00", answer("b", "11-02 10:00", 0))
    assert desk.value("nps", "11-03 00:00") == 0
    assert desk.value("nps", "11-03 00:00", "11-03 00:00") == 100
    assert desk.value("nps", "11-03 00:00", "11-05 12:00") == 0


def test_what_is_learnt_in_a_second_is_known_in_that_second(desk: Desk) -> None:
    desk.learn("11-02 12:00", survey(), answer("a", "11-02 09:00", 10))
    assert desk.value("nps", "11-02 11:59", "11-02 11:59:59") is None
    assert desk.value("nps", "11-02 11:59", "11-02 12:00") == 100


def test_an_answer_that_was_changed_counts_as_it_was_told_first(desk: Desk) -> None:
    desk.learn("11-02 12:00", survey(), answer("a", "11-02 09:00", 10, comment="Fine"))
    desk.learn("11-03 12:00", answer("a", "11-02 09:00", 3, updated_at="11-03 09:00"))
    desk.learn("11-04 12:00", answer("a", "11-02 09:00", 8, updated_at="11-04 09:00", is_deleted=True))
    desk.clock.set(at("11-05 12:00"))
    told = [desk.value("nps", "11-02 23:00", f"11-{day} 11:00") for day in ("03", "04", "05")]
    assert told == [100, -100, None]


def test_a_solve_that_was_learnt_two_days_late_left_the_ticket_in_the_backlog(desk: Desk) -> None:
    desk.learn("11-02 12:00", ticket("1", "11-02 09:00"), target("1", "11-02 09:00", 600))
    desk.learn(
        "11-05 12:00",
        ticket("1", "11-02 09:00", S.SOLVED, revision=2), change("1", "11-03 09:00", S.SOLVED),
    )  # fmt: skip
    assert (desk.value("backlog", "11-04 09:00"), desk.value("backlog", "11-04 09:00", "11-04 09:00")) == (
        0,
        1,
    )
    solved = [
        desk.value("solved", "11-04 09:00", f"11-{known}", window="7d") for known in ("04 09:00", "05 12:00")
    ]
    assert solved == [0, 1]
    assert desk.value("breached_now", "11-04 09:00", "11-04 09:00") == 1
    assert desk.value("sla_attainment", "11-05 11:00", "11-05 11:00") is None
    assert desk.value("sla_attainment", "11-05 12:00", "11-05 12:00") == 0
    assert desk.value("full_resolution_calendar_minutes", "11-05 12:00") == 24 * 60


def test_an_event_that_came_late_is_not_known_though_its_ticket_is(desk: Desk) -> None:
    desk.learn("11-02 12:00", ticket("1", "11-02 09:00"))
    late = TicketEvent(
        id="r", ticket_id="1", happened_at=at("11-02 10:00"), kind=EventKind.AGENT_REPLY, actor_id="jo"
    )
    desk.learn("11-04 12:00", late)
    assert desk.value("first_reply_calendar_minutes", "11-03 12:00") == 60
    assert desk.value("first_reply_calendar_minutes", "11-03 12:00", "11-03 12:00") is None


def test_a_priority_that_was_corrected_is_told_as_it_was(desk: Desk) -> None:
    desk.learn("11-02 12:00", ticket("1", "11-02 09:00", priority=Priority.LOW))
    desk.learn("11-03 12:00", ticket("1", "11-02 09:00", priority=Priority.URGENT, revision=2))
    urgent = Filters(priority=Priority.URGENT)
    assert desk.value("backlog", "11-02 18:00", filters=urgent) == 1
    assert desk.value("backlog", "11-02 18:00", "11-02 18:00", filters=urgent) == 0
    assert desk.value("backlog", "11-02 18:00", "11-02 18:00", filters=Filters(priority=Priority.LOW)) == 1


def test_own_targets_are_those_that_were_applied_by_then(engine: Engine) -> None:
    desk = Desk(engine, '[sla.targets.urgent]\nresolution = "1h"\n[sla.targets.low]\nresolution = "9h"\n')
    desk.learn("11-02 12:00", ticket("1", "11-02 09:00", priority=Priority.LOW))
    desk.learn("11-03 12:00", ticket("1", "11-02 09:00", priority=Priority.URGENT, revision=2))
    assert desk.value("breached_now", "11-02 13:00") == 1
    assert desk.value("breached_now", "11-02 13:00", "11-02 13:00") == 0
    assert [kept["target_minutes"] for kept in before(engine)["sla_target"]] == [540]


def test_a_role_that_was_learnt_later_leaves_the_answer_unknown_before(desk: Desk) -> None:
    desk.learn("11-02 12:00", survey(), person("c"), answer("a", "11-02 09:00", 10, contact_id="c"))
    desk.learn("11-04 12:00", person("c", "sponsor"))
    deciders = Filters.of({"audience": "decision_maker"})
    assert desk.value("nps", "11-03 12:00", filters=deciders) == 100
    assert desk.value("nps", "11-03 12:00", "11-03 12:00", filters=deciders) is None
    assert desk.value("nps", "11-03 12:00", "11-03 12:00", filters=Filters.of({"audience": "unknown"})) == 100


def test_a_role_that_was_told_otherwise_later_does_not_reach_back(desk: Desk) -> None:
    asked = Invitation(id="i", survey_id="nps", contact_id="c", sent_at=at("11-01 09:00"))
    desk.learn(
        "11-02 12:00", survey(), person("c", "user"), asked, answer("a", "11-02 09:00", 9, contact_id="c"),
        ticket("1", "11-02 09:00", requester_id="c"),
    )  # fmt: skip
    desk.learn("11-04 12:00", person("c", "sponsor"))
    users = Filters.of({"audience": "end_user"})
    for key in ("nps", "response_rate", "backlog"):
        assert desk.read(key, "11-03 12:00", "11-03 12:00", filters=users).n == 1, key
    assert desk.value("backlog", "11-03 12:00", filters=users) == 0


def test_an_account_that_was_renamed_had_its_old_name(desk: Desk) -> None:
    desk.learn("11-02 12:00", Account(id="a", name="Acme"), ticket("1", "11-02 09:00", account_id="a"))
    desk.learn("11-04 12:00", Account(id="a", name="Zenith"))
    assert desk.value("backlog", "11-03 12:00", "11-03 12:00", filters=Filters(account="acme")) == 1
    assert desk.value("backlog", "11-03 12:00", filters=Filters(account="acme")) == 0


def test_a_ticket_that_was_deleted_later_counted_then(desk: Desk) -> None:
    desk.learn("11-02 12:00", ticket("1", "11-02 09:00"))
    desk.learn("11-04 12:00", ticket("1", "11-02 09:00", S.DELETED, revision=2, updated_at="11-04 11:00"))
    assert desk.value("created", "11-03 12:00", window="7d") == 0
    assert desk.value("created", "11-03 12:00", "11-03 12:00", window="7d") == 1
    assert desk.value("created", "11-04 12:00", "11-04 12:00", window="7d") == 0


def test_a_target_that_was_changed_had_its_old_minutes(desk: Desk) -> None:
    desk.learn("11-02 09:00", ticket("1", "11-02 09:00"), target("1", "11-02 09:00", 60))
    desk.learn("11-02 15:00", target("1", "11-02 09:00", 600))
    assert desk.value("breached_now", "11-02 12:00") == 0
    assert desk.value("breached_now", "11-02 12:00", "11-02 12:00") == 1


def test_hours_that_change_hold_from_when_that_was_learnt(desk: Desk) -> None:
    hours = {"id": "cal", "name": "office", "time_zone": "UTC"}
    desk.learn(
        "11-02 12:00", BusinessCalendar(intervals=HOURS, **hours),
        ticket("1", "11-02 09:00", S.SOLVED, calendar_id="cal"), change("1", "11-02 11:00", S.SOLVED),
    )  # fmt: skip
    desk.learn("11-04 12:00", BusinessCalendar(intervals=((540, 600),), **hours))
    assert desk.value("full_resolution_business_minutes", "11-03 12:00") == 120
    assert desk.value("full_resolution_business_minutes", "11-03 12:00", "11-03 12:00") == 120
    desk.learn(
        "11-09 12:00", ticket("2", "11-09 09:00", S.SOLVED, calendar_id="cal"),
        change("2", "11-09 11:00", S.SOLVED),
    )  # fmt: skip
    assert desk.value("full_resolution_business_minutes", "11-09 12:00", window="today") == 60


def test_a_survey_that_became_another_was_what_it_was(desk: Desk) -> None:
    desk.learn("11-02 12:00", survey(), answer("a", "11-02 09:00", 10))
    desk.learn("11-04 12:00", survey("nps", SurveyKind.OTHER))
    assert desk.value("nps", "11-03 12:00") is None
    assert desk.value("nps", "11-03 12:00", "11-03 12:00") == 100


def test_a_person_who_moved_to_another_address_was_known_by_the_old_one(desk: Desk) -> None:
    desk.learn("11-02 12:00", survey(), person("c", "sponsor", email="old@x.test"))
    desk.learn("11-02 13:00", answer("a", "11-02 09:00", 9, email="old@x.test"), source="desk")
    desk.learn("11-02 14:00", ticket("1", "11-02 09:00", requester_id="d"), person("d", email="old@x.test"))
    desk.learn("11-04 12:00", person("c", "sponsor", email="new@x.test"))
    deciders = Filters.of({"audience": "decision_maker"})
    assert desk.value("backlog", "11-03 12:00", filters=deciders) == 0
    assert desk.value("backlog", "11-03 12:00", "11-03 12:00", filters=deciders) == 1


def test_before_anything_was_learnt_nothing_was_known(desk: Desk) -> None:
    desk.learn("11-04 12:00", survey(), ticket("1", "11-02 09:00"), answer("a", "11-02 09:00", 9))
    assert desk.value("backlog", "11-03 12:00", "11-03 12:00") is None
    assert desk.value("nps", "11-03 12:00", "11-03 12:00") is None


def test_an_empty_store_knew_nothing(desk: Desk) -> None:
    desk.clock.set(at("11-04 12:00"))
    assert desk.value("backlog", "11-03 12:00", "11-03 12:00") is None


def test_what_was_stored_before_the_moments_were_noted_was_always_known(desk: Desk) -> None:
    desk.learn("11-04 12:00", survey(), person("c", "user"), ticket("1", "11-02 09:00", requester_id="c"))
    with desk.engine.execution_options(barometer_writes=True).begin() as connection:
        for table in (schema.ticket, schema.contact, schema.survey):
            connection.execute(table.update().values(learnt_at=None))
        connection.execute(schema.ticket.update().values(touched_at=None))
    users = Filters.of({"audience": "end_user"})
    assert desk.value("backlog", "11-03 12:00", "11-03 12:00", filters=users) == 1


# --- what it costs, and what may be asked ---------------------------------------------------------------


def test_tickets_that_ended_long_before_are_not_looked_at(desk: Desk) -> None:
    old = [ticket("old", "01-02 09:00", S.SOLVED), change("old", "01-03 09:00", S.SOLVED)]
    desk.learn("01-04 12:00", *old)
    desk.learn("11-02 12:00", ticket("1", "11-02 09:00"))
    reach = timedelta(days=60)
    moment = datetime.fromisoformat("2026-11-03T12:00+00:00")
    with Readings(desk.engine, desk.settings, known_at=moment, reach=reach, clock=lambda: moment) as readings:
        found = readings.connection.execute(schema.ticket.select()).all()
        assert [ticket.id for ticket in found] == ["1"]
        assert readings.read("created", window="30d").value == 1
        with pytest.raises(ValueError, match="as far back as"):
            readings.read("created", window="90d")
        with pytest.raises(ValueError, match="as far back as"):
            readings.read("created", window="all")


def test_where_all_tickets_ended_long_before_there_are_none_rather_than_no_data(desk: Desk) -> None:
    desk.learn("01-04 12:00", ticket("old", "01-02 09:00", S.SOLVED), change("old", "01-03 09:00", S.SOLVED))
    desk.clock.set(at("11-04 12:00"))
    assert desk.value("backlog", "11-03 12:00", "11-03 12:00", reach=timedelta(days=60)) == 0


@pytest.mark.parametrize(("known", "says"), [("11-05 12:00", "future"), ("11-02 12:00", "before as-of")])
def test_a_moment_of_knowing_that_makes_no_sense_is_refused(desk: Desk, known: str, says: str) -> None:
    desk.clock.set(at("11-04 12:00"))
    with pytest.raises(ValueError, match=says):
        desk.value("backlog", "11-03 12:00", known)


def _plain(reading: Reading) -> tuple[Any, ...]:
    return (
        reading.group, reading.value, reading.n, reading.interval, dict(reading.counts),
        dict(reading.left_out), reading.previous, reading.change, reading.standing, reading.window,
    )  # fmt: skip


def test_known_now_is_the_plain_reading_of_every_metric(engine: Engine) -> None:
    desk = Desk(engine, '[sla.targets.normal]\nresolution = "1h"\n')
    desk.learn(
        "11-02 12:00", survey(), survey("csat", SurveyKind.CSAT, scale_min=1, scale_max=5),
        Account(id="a", name="Acme", yearly_value=9.0), person("c", "sponsor", account_id="a"),
        Invitation(id="i", survey_id="nps", contact_id="c", sent_at=at("11-01 09:00")),
        *(answer(str(n), "11-02 09:00", n, contact_id="c") for n in range(11)),
        answer("x", "11-02 09:00", 4, survey_id="csat"),
        *(ticket(str(n), f"11-02 0{n}:00", requester_id="c", priority=Priority.NORMAL) for n in range(9)),
        change("3", "11-02 09:30", S.SOLVED), change("4", "11-02 10:00", S.SOLVED),
    )  # fmt: skip
    desk.learn("11-02 13:00", ticket("5", "11-02 05:00", S.SOLVED, revision=2), person("c", "user"))
    desk.learn("11-02 13:00", change("5", "11-02 12:30", S.SOLVED))
    with (
        Readings(engine, desk.settings, clock=desk.clock) as plain,
        Readings(engine, desk.settings, as_of=desk.clock(), known_at=desk.clock(), clock=desk.clock) as then,
    ):
        assert then.data_version == plain.data_version
        for metric in CATALOG:
            assert _plain(then.read(metric.key)) == _plain(plain.read(metric.key)), metric.key
            for by in metric.splits:
                one, other = (readings.split(metric.key, by) for readings in (then, plain))
                assert [_plain(r) for r in one] == [_plain(r) for r in other], (metric.key, by)


@pytest.mark.parametrize("window", [None, "7d", "365d", "2026-08", "2026", "all"])
def test_a_board_known_now_is_the_board_whatever_its_window(engine: Engine, window: str | None) -> None:
    desk = Desk(engine)
    for month in range(1, 11):
        id, day = str(month), f"{month:02}-02"
        desk.learn(
            f"{month:02}-20 12:00", survey(), answer(id, f"{month:02}-15 09:00", month),
            ticket(id, f"{day} 09:00", S.SOLVED), target(id, f"{day} 09:00", 90),
            change(id, f"{day} 10:00", S.SOLVED),
        )  # fmt: skip
    given = {"window": window, "clock": desk.clock}
    plain = build_board(engine, desk.settings, Filters(), **given)
    then = build_board(engine, desk.settings, Filters(), known_at=desk.clock(), **given)
    assert figures(then) == figures(plain)
    assert then.backlog.trend


def test_the_figures_of_a_past_board_never_grow_old(desk: Desk) -> None:
    desk.learn("11-02 12:00", survey(), ticket("1", "11-02 09:00"))
    desk.clock.set(at("11-12 12:00"))
    for known_at in (None, at("11-03 12:00")):
        board = build_board(
            desk.engine,
            desk.settings,
            Filters(),
            as_of=at("11-03 12:00"),
            known_at=known_at,
            clock=desk.clock,
        )
        assert board.as_of == board.ticket_as_of == board.survey_as_of == at("11-03 12:00")
        assert board.ticket_deadline_s >= 10**9


def test_a_board_of_the_future_is_refused(desk: Desk) -> None:
    desk.clock.set(at("11-04 12:00"))
    with pytest.raises(ValueError, match="future"):
        build_board(desk.engine, desk.settings, Filters(), as_of=at("11-05 12:00"), clock=desk.clock)
