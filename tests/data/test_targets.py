"""Barometer's own targets: applied once, from the settings of then; and what settings make anew."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Engine

from data import runs, schema
from data.calendars import rules_of
from data.moment import epoch
from data.records import BusinessCalendar, Priority, State
from tests.clock import StandingClock
from tests.data.small_world import at, change, row, rows, store_of, target, ticket, write

S = State
TWO_HOURS = '[sla.targets.high]\nresolution = "2h"\nfirst_reply = "30m"\nclock = "calendar"\n'
LOW_TOO = TWO_HOURS + '[sla.targets.low]\nresolution = "1d"\nclock = "calendar"\n'
ONE_HOUR = TWO_HOURS.replace('"2h"', '"1h"')
OFFICE = '[sla]\ncalendar = "office"\n[calendars.office]\ntime_zone = "Europe/Berlin"\n'
NINE_TO_FIVE = OFFICE + 'hours = "mon-fri 09:00-17:00"\n'
ROUND_THE_CLOCK = OFFICE + 'hours = "24/7"\n'


def applied(engine: Engine) -> list[tuple[Any, ...]]:
    """(measure, applied at, minutes, priority) of Barometer's own targets."""
    return [
        (item["measure"], item["applied_at"], item["target_minutes"], item["priority"])
        for item in rows(engine, schema.sla_target)
        if item["origin"] == "settings"
    ]


def test_a_target_of_the_settings_is_applied_at_the_creation(engine: Engine) -> None:
    write(store_of(engine, TWO_HOURS), "desk", ticket("1", "11-02 09:00", priority=Priority.HIGH))
    start = at("11-02 09:00")
    assert applied(engine) == [("first_reply", start, 30, "high"), ("resolution", start, 120, "high")]
    found = row(engine, schema.ticket, "1")
    assert (found["sla_origin"], found["sla_due_at"]) == ("settings", at("11-02 11:00"))


def test_a_ticket_of_a_priority_without_a_promise_has_no_target(engine: Engine) -> None:
    store = store_of(engine, TWO_HOURS)
    write(store, "desk", ticket("1", "11-02 09:00", priority=Priority.LOW), ticket("2", "11-02 09:00"))
    assert applied(engine) == []
    assert row(engine, schema.ticket, "1")["sla_due_at"] is None


def test_a_target_that_was_applied_outlives_a_change_of_the_settings(engine: Engine) -> None:
    store_of(engine, TWO_HOURS).rederive()
    write(store_of(engine, TWO_HOURS), "desk", ticket("1", "11-02 09:00", priority=Priority.HIGH))
    later = store_of(engine, ONE_HOUR)
    assert later.rederive() == 1
    write(later, "desk", change("1", "11-02 10:30", S.SOLVED))
    write(later, "desk", ticket("2", "11-03 09:00", priority=Priority.HIGH))
    old, new = row(engine, schema.ticket, "1"), row(engine, schema.ticket, "2")
    assert (old["sla_target_minutes"], old["sla_is_met"], old["sla_gap_minutes"]) == (120, True, -30)
    assert new["sla_target_minutes"] == 60


def test_a_target_outlives_the_end_of_all_targets(engine: Engine) -> None:
    write(store_of(engine, TWO_HOURS), "desk", ticket("1", "11-02 09:00", priority=Priority.HIGH))
    store_of(engine, "").rederive()
    assert row(engine, schema.ticket, "1")["sla_target_minutes"] == 120


def test_a_change_of_priority_applies_the_next_target(engine: Engine) -> None:
    store = store_of(engine, LOW_TOO)
    write(
        store, "desk", ticket("1", "11-02 09:00", priority=Priority.HIGH),
        change("1", "11-02 09:00", S.OPEN, priority=Priority.LOW),
        change("1", "11-02 12:00", priority=Priority.HIGH),
    )  # fmt: skip
    assert applied(engine) == [
        ("first_reply", at("11-02 12:00"), 30, "high"),
        ("resolution", at("11-02 09:00"), 1440, "low"),
        ("resolution", at("11-02 12:00"), 120, "high"),
    ]
    assert row(engine, schema.ticket, "1")["sla_due_at"] == at("11-02 11:00")  # counted from the creation


def test_of_two_priorities_of_one_second_the_last_stands_however_often_it_is_derived(engine: Engine) -> None:
    store = store_of(engine, LOW_TOO)
    write(store, "desk", ticket("1", "11-02 09:00", priority=Priority.HIGH))
    write(
        store, "desk", change("1", "11-02 10:00", priority=Priority.LOW, sequence=1),
        change("1", "11-02 10:00", priority=Priority.HIGH, sequence=2),
    )  # fmt: skip
    for number in range(3):
        write(store, "desk", change("1", f"11-02 11:0{number}", S.OPEN))
        assert row(engine, schema.ticket, "1")["sla_target_minutes"] == 120
        assert [p for _, _, _, p in applied(engine)] == ["high", "high"]


def test_a_ticket_whose_priority_was_another_gets_another_target(engine: Engine) -> None:
    store = store_of(engine, LOW_TOO)
    write(store, "desk", ticket("1", "11-02 09:00", priority=Priority.HIGH))
    write(store, "desk", ticket("1", "11-02 09:00", revision=2, priority=Priority.LOW))
    assert applied(engine) == [("resolution", at("11-02 09:00"), 1440, "low")]


def test_the_sources_own_target_goes_first(engine: Engine) -> None:
    store = store_of(engine, TWO_HOURS)
    write(store, "desk", ticket("1", "11-02 09:00", priority=Priority.HIGH), target("1", "11-02 09:00", 15))
    found = row(engine, schema.ticket, "1")
    assert (found["sla_origin"], found["sla_target_minutes"]) == ("source", 15)


def test_other_hours_are_counted_anew_for_all_that_is_stored(engine: Engine) -> None:
    store = store_of(engine, NINE_TO_FIVE)
    store.rederive()
    solved = ticket("1", "11-02 15:00", S.SOLVED, solved_at="11-03 09:00")  # Monday 16:00 in Berlin
    write(store, "desk", solved)
    assert row(engine, schema.ticket, "1")["full_resolution_business_minutes"] == 120
    assert store_of(engine, NINE_TO_FIVE).rederive() == 0
    facts, _ = runs.versions(engine)
    assert store_of(engine, ROUND_THE_CLOCK).rederive() == 1
    assert row(engine, schema.ticket, "1")["full_resolution_business_minutes"] == 18 * 60
    assert runs.versions(engine)[0] == facts + 1


def test_another_reporting_zone_moves_tickets_and_answers_to_other_days(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", ticket("1", "11-01 23:30"))
    assert row(engine, schema.ticket, "1")["created_on"] == date(2026, 11, 1)
    store_of(engine, 'time_zone = "Europe/Berlin"').rederive()
    assert row(engine, schema.ticket, "1")["created_on"] == date(2026, 11, 2)
    assert rows(engine, schema.ticket_span)[0]["started_on"] == date(2026, 11, 2)


def test_hours_of_a_source_that_change_leave_what_was_before_they_were_learnt(engine: Engine) -> None:
    clock = StandingClock(at("11-01 12:00"))
    store = store_of(engine, clock=clock)
    given = {"id": "cal", "name": "office", "time_zone": "Europe/Berlin"}
    old, new = ((540, 1020), (1980, 2460)), ((600, 1020), (2040, 2460))  # Monday and Tuesday from 9, from 10
    before = ticket("1", "11-02 07:00", S.SOLVED, solved_at="11-02 12:00", calendar_id="cal")
    later = ticket("2", "11-09 07:00", S.SOLVED, solved_at="11-09 12:00", calendar_id="cal")
    write(store, "desk", before, later)
    assert _business(engine) == [300, 300]
    write(store, "desk", BusinessCalendar(intervals=old, **given))
    assert _business(engine) == [240, 240]
    clock.set(at("11-06 12:00"))
    write(store, "desk", BusinessCalendar(intervals=new, **given))
    assert _business(engine) == [240, 180]
    given["name"] = "Office of the desk"
    write(store, "desk", BusinessCalendar(intervals=new, **given))
    assert [item["until"] for item in rows(engine, schema.business_calendar_past)] == [at("11-06 12:00")]
    clock.set(at("11-10 12:00"))
    write(store, "desk", BusinessCalendar(intervals=new, **given | {"time_zone": "UTC"}))
    assert _business(engine) == [240, 180]
    with engine.connect() as connection:
        calendar = rules_of(connection, store.settings, row(engine, schema.ticket, "1")).business
    zones = [
        calendar.at(epoch(at(day)) or 0).time_zone for day in ("11-05 12:00", "11-09 12:00", "11-11 12:00")
    ]
    assert (zones, calendar.name) == (["Europe/Berlin", "Europe/Berlin", "UTC"], "Office of the desk")


def test_of_hours_that_change_twice_within_a_second_the_first_stay_and_the_last_come(engine: Engine) -> None:
    store = store_of(engine, clock=StandingClock(at("11-05 12:00")))
    days = [
        ticket(day, f"11-0{day} 07:00", S.SOLVED, solved_at=f"11-0{day} 12:00", calendar_id="cal")
        for day in ("2", "9")
    ]
    write(store, "desk", *days)
    for start in (540, 600, 660):
        hours = BusinessCalendar(id="cal", name="office", time_zone="UTC", intervals=((start, 1020),))
        write(store, "desk", hours)
    assert _business(engine) == [180, 60]


def test_the_first_hours_that_are_learnt_hold_since_ever_and_other_calendars_are_left_alone(
    engine: Engine,
) -> None:
    store = store_of(engine, clock=StandingClock(at("11-05 12:00")))
    for name in ("cal", "other"):
        write(store, "desk", BusinessCalendar(id=name, name="x", time_zone="UTC", intervals=((540, 1020),)))
    write(store, "desk", BusinessCalendar(id="other", name="x", time_zone="UTC", intervals=((660, 1020),)))
    write(
        store, "desk",
        *(ticket(f"{number}", f"{day} 07:00", S.SOLVED, solved_at=f"{day} 12:00", calendar_id=name)
          for number, (day, name) in enumerate(
              [("2020-11-02", "cal"), ("11-09", "cal"), ("2020-11-02", "other"), ("11-09", "other")])),
    )  # fmt: skip
    assert _business(engine) == [180, 180, 180, 60]


def _business(engine: Engine) -> list[float]:
    return [item["full_resolution_business_minutes"] for item in rows(engine, schema.ticket)]
