"""Targets by policy: applied with the team and account of then, frozen, and counted on their calendar."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from data import schema
from data.records import Account, BusinessCalendar, Contact, Priority, State
from data.working import working_of
from tests.data.small_world import at, change, row, rows, settings_of, store_of, ticket, write

S, HIGH = State, Priority.HIGH
CALENDARS = """
[sources.desk]
kind = "x"
[calendars.days]
time_zone = "UTC"
hours = "mon-fri 08:00-16:00"
[calendars.nights]
time_zone = "UTC"
hours = "mon-sun 20:00-04:00"
"""
PLAIN = CALENDARS + '[sla]\ncalendar = "days"\n[sla.targets.high]\nresolution = "2h"\n'
NIGHTS = """
[[sla.policies]]
name = "nights"
teams = ["desk:7"]
calendar = "nights"
[sla.policies.targets.high]
resolution = "1h"
"""
GOLD = (
    '[[sla.policies]]\nname = "gold"\naccounts = ["Acme"]\n[sla.policies.targets.high]\nresolution = "30m"\n'
)


def applied(engine: Engine) -> list[tuple[Any, ...]]:
    """(applied at, minutes, policy, calendar, team) of each target."""
    return [
        (
            f"{item['applied_at']:%d %H:%M}", item["target_minutes"], item["policy"], item["calendar"],
            item["team_id"],
        )
        for item in rows(engine, schema.sla_target)
    ]  # fmt: skip


def test_a_ticket_of_a_team_has_its_targets_on_its_calendar(engine: Engine) -> None:
    store = store_of(engine, PLAIN + NIGHTS)
    solved = {"solved_at": "11-02 21:30", "priority": HIGH}
    write(
        store, "desk", ticket("1", "11-02 15:00", S.SOLVED, team_id="7", **solved),
        ticket("2", "11-02 15:00", S.SOLVED, team_id="8", **solved),
    )  # fmt: skip
    night, day = row(engine, schema.ticket, "1"), row(engine, schema.ticket, "2")
    assert applied(engine) == [("02 15:00", 60, "nights", "nights", "7"), ("02 15:00", 120, None, None, "8")]
    assert (night["sla_elapsed_minutes"], night["sla_is_met"]) == (90, False)
    assert (day["sla_elapsed_minutes"], day["sla_is_met"]) == (60, True)
    assert (night["full_resolution_business_minutes"], night["is_after_hours"]) == (90, True)
    assert (day["full_resolution_business_minutes"], day["is_after_hours"]) == (60, False)


def test_a_reassigned_ticket_has_the_next_teams_targets_from_then_on(engine: Engine) -> None:
    store = store_of(engine, PLAIN + NIGHTS)
    write(
        store, "desk", ticket("1", "11-02 15:00", priority=HIGH, team_id="8"),
        change("1", "11-02 15:00", S.OPEN, team_id="7"), change("1", "11-02 15:30", team_id="8"),
    )  # fmt: skip
    assert applied(engine) == [
        ("02 15:00", 60, "nights", "nights", "7"), ("02 15:30", 120, None, None, "8"),
    ]  # fmt: skip
    found = row(engine, schema.ticket, "1")
    assert (found["sla_target_minutes"], found["sla_due_at"]) == (120, at("11-03 09:00"))  # of the days
    write(store, "desk", change("1", "11-02 15:45", team_id=""))
    assert applied(engine)[-1] == ("02 15:45", 120, None, None, "")


def test_what_was_applied_outlives_new_policies_and_the_end_of_old_ones(engine: Engine) -> None:
    given = ticket("1", "11-02 15:00", priority=HIGH, team_id="7")
    write(store_of(engine, PLAIN), "desk", given)
    before = applied(engine)
    assert store_of(engine, PLAIN + NIGHTS).rederive() == 1
    assert applied(engine) == before == [("02 15:00", 120, None, None, "7")]
    write(store_of(engine, PLAIN + NIGHTS), "desk", ticket("2", "11-02 15:00", priority=HIGH, team_id="7"))
    store_of(engine, PLAIN).rederive()
    assert applied(engine) == [*before, ("02 15:00", 60, "nights", "nights", "7")]
    assert row(engine, schema.ticket, "2")["sla_due_at"] == at("11-02 21:00")  # still of the nights


def test_targets_from_before_teams_were_looked_at_stay(engine: Engine) -> None:
    store = store_of(engine, PLAIN)
    write(store, "desk", ticket("1", "11-02 15:00", priority=HIGH, team_id="7"))
    with engine.execution_options(barometer_writes=True).begin() as connection:
        connection.execute(schema.sla_target.update().values(team_id=None, target_minutes=45))
    store_of(engine, PLAIN + NIGHTS).rederive()
    assert applied(engine) == [("02 15:00", 45, None, None, None)]


def test_a_team_that_turns_out_to_have_been_another_gets_other_targets(engine: Engine) -> None:
    store = store_of(engine, PLAIN + NIGHTS)
    write(store, "desk", ticket("1", "11-02 15:00", priority=HIGH, team_id="7"))
    write(store, "desk", ticket("1", "11-02 15:00", revision=2, priority=HIGH, team_id="8"))
    assert applied(engine) == [("02 15:00", 120, None, None, "8")]


def test_an_account_is_looked_at_in_whatever_order_it_is_learnt(engine: Engine) -> None:
    store = store_of(engine, PLAIN + GOLD)
    write(
        store, "desk", ticket("1", "11-02 09:00", priority=HIGH, account_id="a"),
        ticket("2", "11-02 09:00", priority=HIGH, requester_id="c"),
        ticket("3", "11-02 09:00", priority=HIGH, requester_id="d"),
    )  # fmt: skip
    assert [item[1] for item in applied(engine)] == [120, 120, 120]
    write(store, "desk", Account(id="a", name="ACME"))
    assert [item[1:3] for item in applied(engine)] == [(30, "gold"), (120, None), (120, None)]
    write(store, "desk", Contact(id="c", account_id="a"))
    assert [item[1:3] for item in applied(engine)] == [(30, "gold"), (30, "gold"), (120, None)]
    write(store, "desk", Contact(id="d", account_id="b"), Account(id="b", name="acme"))
    assert [item[1:3] for item in applied(engine)] == [(30, "gold")] * 3


def test_a_firm_that_is_renamed_changes_nothing_where_no_policy_names_firms(engine: Engine) -> None:
    write(
        store_of(engine, PLAIN), "desk", Account(id="a", name="Acme"),
        ticket("1", "11-02 09:00", priority=HIGH, account_id="a"),
    )  # fmt: skip
    cheaper = store_of(engine, PLAIN.replace('"2h"', '"9h"'))
    write(cheaper, "desk", Account(id="a", name="Ajax"), change("1", "11-02 10:00", S.OPEN))
    assert [item[1] for item in applied(engine)] == [120]


def test_the_policys_calendar_goes_before_the_tickets_own(engine: Engine) -> None:
    text = CALENDARS + '[[sla.policies]]\nname = "nights"\nteams = ["desk:7"]\ncalendar = "nights"\n'
    own = BusinessCalendar(id="c", name="own", time_zone="UTC", intervals=((720, 780),))
    solved = {"solved_at": "11-02 21:30", "calendar_id": "c"}
    write(
        store_of(engine, text), "desk", own, ticket("1", "11-02 10:00", S.SOLVED, team_id="7", **solved),
        ticket("2", "11-02 10:00", S.SOLVED, team_id="8", **solved),
        ticket("3", "11-02 10:00", S.SOLVED, team_id="7", solved_at="11-02 21:30"),
    )  # fmt: skip
    found = [item["full_resolution_business_minutes"] for item in rows(engine, schema.ticket)]
    assert found == [90, 60, 90]


def test_the_working_names_the_policy_and_its_calendar(engine: Engine) -> None:
    store = store_of(engine, PLAIN + NIGHTS)
    write(
        store, "desk", ticket("1", "11-02 15:00", priority=HIGH, team_id="8"),
        change("1", "11-02 15:00", S.OPEN, team_id="8"), change("1", "11-02 15:30", team_id="7"),
        change("1", "11-02 21:30", S.SOLVED), ticket("1", "11-02 15:00", S.SOLVED, revision=2, team_id="7"),
        change("1", "11-02 15:00", priority=HIGH),
    )  # fmt: skip
    with engine.connect() as connection:
        found = working_of(connection, settings_of(PLAIN + NIGHTS), "desk", "1", now=at("11-05 12:00"))
    assert found is not None
    assert found.promise is not None
    assert (found.promise.policy, found.calendar, found.elapsed_minutes, found.is_met) == (
        "nights", "nights", 90, False,
    )  # fmt: skip
    assert found.elapsed_minutes == row(engine, schema.ticket, "1")["sla_elapsed_minutes"]
