"""A ticket's life by hand: when it was answered and solved, and where it stood in between."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from data.hours import Calendar
from data.lifecycle import Rules
from data.records import NOBODY, Priority, State, TicketEvent
from tests.data.lives import life, shown, stretches
from tests.data.small_world import change, reply, ticket

OFFICE = Calendar.weekly(
    "office",
    "Europe/Berlin",
    [(day * 1440 + 540, day * 1440 + 1020) for day in range(5)],  # mon-fri 09:00-17:00
    holidays=[date(2026, 11, 4)],
)
IN_OFFICE = Rules(OFFICE, frozenset({State.PENDING}))
S = State


def columns(*given: Any, **more: Any) -> dict[str, Any]:
    return life(*given, **more).columns


# --- without events: what the ticket itself says -----------------------------------------------------------


def test_a_ticket_without_events_waits_in_its_own_state_since_its_creation() -> None:
    found = life(ticket("1", "11-02 09:00", S.PENDING, updated_at="11-03 09:00"))
    assert stretches(found) == [("11-02 09:00", "", "pending")]
    assert found.columns["solved_at"] is None
    assert found.columns["full_resolution_calendar_minutes"] is None
    assert found.columns["reopen_count"] == 0


def test_a_solved_ticket_without_events_ends_when_it_says_it_was_solved() -> None:
    given = ticket("1", "11-02 09:00", S.CLOSED, solved_at="11-02 11:30", updated_at="11-05 09:00")
    found = life(given)
    assert stretches(found) == [("11-02 09:00", "11-02 11:30", "new")]
    assert found.columns["full_resolution_calendar_minutes"] == 150
    assert found.columns["first_resolution_calendar_minutes"] == 150


def test_a_solved_ticket_that_says_no_moment_ends_at_its_last_change() -> None:
    found = life(ticket("1", "11-02 09:00", S.SOLVED, updated_at="11-02 10:00"))
    assert stretches(found) == [("11-02 09:00", "11-02 10:00", "new")]
    assert found.columns["full_resolution_calendar_minutes"] == 60


def test_a_solved_ticket_that_says_no_moment_at_all_has_no_resolution_time_rather_than_none() -> None:
    found = life(ticket("1", "11-02 09:00", S.CLOSED, sla_is_met=True))
    assert found.columns["solved_at"] is None
    assert found.columns["full_resolution_calendar_minutes"] is None
    assert found.columns["first_solved_at"] is None
    assert found.columns["sla_is_met"] is None
    assert stretches(found) == []


# --- with events -------------------------------------------------------------------------------------------


def test_events_give_every_stretch_in_the_backlog() -> None:
    found = life(
        ticket("1", "11-02 09:00", S.CLOSED, updated_at="11-06 09:00"),
        change("1", "11-02 10:00", S.OPEN),
        change("1", "11-02 12:00", S.PENDING),
        change("1", "11-03 12:00", S.ON_HOLD),
        change("1", "11-04 12:00", S.SOLVED),
        change("1", "11-06 09:00", S.CLOSED),
    )
    assert stretches(found) == [
        ("11-02 09:00", "11-02 10:00", "new"),
        ("11-02 10:00", "11-02 12:00", "open"),
        ("11-02 12:00", "11-03 12:00", "pending"),
        ("11-03 12:00", "11-04 12:00", "on_hold"),
    ]
    assert shown(found.columns["solved_at"]) == "11-04 12:00"  # closing is no second solve
    assert found.columns["full_resolution_calendar_minutes"] == 2 * 1440 + 180


def test_a_reopened_ticket_is_resolved_at_its_last_solve() -> None:
    found = life(
        ticket("1", "11-02 09:00", S.SOLVED, updated_at="11-04 09:00"),
        change("1", "11-02 11:00", S.SOLVED),
        change("1", "11-03 09:00", S.OPEN),
        change("1", "11-04 09:00", S.SOLVED),
    )
    assert stretches(found) == [("11-02 09:00", "11-02 11:00", "new"), ("11-03 09:00", "11-04 09:00", "open")]
    assert found.columns["reopen_count"] == 1
    assert found.columns["first_resolution_calendar_minutes"] == 120
    assert found.columns["full_resolution_calendar_minutes"] == 2880


def test_a_reopened_ticket_that_is_open_now_has_no_last_solve() -> None:
    found = columns(
        ticket("1", "11-02 09:00", S.OPEN),
        change("1", "11-02 11:00", S.SOLVED),
        change("1", "11-03 09:00", S.OPEN),
    )
    assert (found["solved_at"], found["full_resolution_calendar_minutes"]) == (None, None)
    assert found["first_resolution_calendar_minutes"] == 120
    assert found["reopen_count"] == 1


def test_the_source_may_be_the_authority_on_the_last_solve() -> None:
    found = columns(
        ticket("1", "11-02 09:00", S.SOLVED, solved_at="11-02 10:00", has_own_solved_at=True),
        change("1", "11-02 11:00", S.SOLVED),
    )
    assert shown(found["solved_at"]) == shown(found["first_solved_at"]) == "11-02 10:00"


def test_an_authority_that_says_never_solved_is_believed() -> None:
    found = columns(
        ticket("1", "11-02 09:00", S.CLOSED, has_own_solved_at=True), change("1", "11-02 11:00", S.CLOSED)
    )
    assert found["solved_at"] is None


def test_an_authority_ends_the_backlog_where_the_events_stop_short_of_the_solve() -> None:
    found = life(
        ticket(
            "1", "11-02 09:00", S.SOLVED, solved_at="11-03 10:00", has_own_solved_at=True,
            updated_at="11-08 10:00",
        ),
        change("1", "11-02 11:00", S.OPEN),
    )  # fmt: skip
    assert stretches(found)[-1] == ("11-02 11:00", "11-03 10:00", "open")
    assert shown(found.columns["solved_at"]) == "11-03 10:00"


def test_without_authority_the_tickets_own_moment_gives_way_to_the_events() -> None:
    found = columns(
        ticket("1", "11-02 09:00", S.SOLVED, solved_at="11-02 10:00", updated_at="11-02 11:00"),
        change("1", "11-02 11:00", S.SOLVED),
    )
    assert shown(found["solved_at"]) == "11-02 11:00"


def test_a_copy_older_than_the_events_does_not_undo_them() -> None:
    found = life(
        ticket("1", "11-02 09:00", S.OPEN, updated_at="11-02 10:00"),
        change("1", "11-02 10:00", S.OPEN),
        change("1", "11-02 12:00", S.SOLVED),
    )
    assert shown(found.columns["solved_at"]) == "11-02 12:00"
    assert stretches(found)[-1] == ("11-02 10:00", "11-02 12:00", "open")


def test_a_copy_newer_than_the_events_says_what_they_do_not_yet() -> None:
    found = life(
        ticket("1", "11-02 09:00", S.SOLVED, updated_at="11-02 12:00"), change("1", "11-02 10:00", S.OPEN)
    )
    assert shown(found.columns["solved_at"]) == "11-02 12:00"
    assert stretches(found)[-1] == ("11-02 10:00", "11-02 12:00", "open")


def test_events_before_the_creation_count_from_the_creation_on() -> None:
    found = life(
        ticket("1", "11-02 09:00", S.OPEN), change("1", "11-01 09:00", S.OPEN), reply("1", "11-02 08:00")
    )
    assert stretches(found) == [("11-02 09:00", "", "open")]
    assert found.columns["first_reply_at"] is None


def test_an_event_at_the_creation_sets_the_first_state() -> None:
    found = life(ticket("1", "11-02 09:00", S.ON_HOLD), change("1", "11-02 09:00", S.ON_HOLD))
    assert stretches(found) == [("11-02 09:00", "", "on_hold")]


def test_a_ticket_solved_as_it_was_created_took_no_time() -> None:
    found = columns(ticket("1", "11-02 09:00", S.SOLVED), change("1", "11-02 09:00", S.SOLVED))
    assert found["full_resolution_calendar_minutes"] == 0


def test_events_of_one_second_go_by_their_sequence() -> None:
    first = TicketEvent(**_fields(change("1", "11-02 10:00", S.SOLVED)) | {"sequence": 2})
    second = TicketEvent(**_fields(change("1", "11-02 10:00", S.OPEN)) | {"sequence": 1})
    found = life(ticket("1", "11-02 09:00", S.SOLVED), first, second)
    assert stretches(found) == [("11-02 09:00", "11-02 10:00", "new")]


def _fields(event: TicketEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in TicketEvent.__slots__}


@pytest.mark.parametrize("state", [S.DELETED, S.MERGED])
def test_a_ticket_that_is_gone_leaves_the_backlog_and_counts_for_nothing_else(state: State) -> None:
    found = life(
        ticket("1", "11-02 09:00", state, updated_at="11-03 09:00", merged_into="2"),
        change("1", "11-02 10:00", S.OPEN),
    )
    assert stretches(found) == [
        ("11-02 09:00", "11-02 10:00", "new"), ("11-02 10:00", "11-03 09:00", "open"),
    ]  # fmt: skip
    assert found.columns["is_counted"] is False
    assert found.columns["sla_is_met"] is None


def test_team_and_priority_are_those_of_the_moment() -> None:
    found = life(
        ticket("1", "11-02 09:00", S.OPEN, team_id="2", priority=Priority.HIGH, updated_at="11-02 12:00"),
        change("1", "11-02 09:00", S.OPEN, team_id="1", priority=Priority.LOW),
        change("1", "11-02 11:00", team_id=NOBODY),
        change("1", "11-02 12:00", team_id="2", priority=Priority.HIGH),
    )
    assert [(shown(s.started_at), s.team_id, s.priority) for s in found.spans] == [
        ("11-02 09:00", "1", "low"), ("11-02 11:00", None, "low"), ("11-02 12:00", "2", "high"),
    ]  # fmt: skip


def test_a_change_that_changes_nothing_cuts_no_stretch() -> None:
    found = life(ticket("1", "11-02 09:00", S.OPEN), *(change("1", f"11-02 1{i}:00", S.OPEN) for i in (0, 1)))
    assert stretches(found) == [("11-02 09:00", "11-02 10:00", "new"), ("11-02 10:00", "", "open")]


# --- replies -----------------------------------------------------------------------------------------------


def test_the_first_reply_is_the_first_public_word_of_staff() -> None:
    found = columns(
        ticket("1", "11-02 09:00", S.OPEN, requester_id="c"),
        reply("1", "11-02 09:05", "c", staff=False),
        reply("1", "11-02 09:45"),
        reply("1", "11-02 10:00"),
    )
    assert (found["first_reply_calendar_minutes"], found["reply_count"]) == (45, 2)


def test_an_agent_who_asks_does_not_answer_by_writing_again() -> None:
    found = columns(
        ticket("1", "11-02 09:00", S.OPEN, requester_id="agent 1"), reply("1", "11-02 09:05", "agent 1")
    )
    assert (found["first_reply_at"], found["reply_count"]) == (None, 0)


# --- clocks ------------------------------------------------------------------------------------------------


def test_business_time_leaves_out_nights_weekends_and_holidays() -> None:
    # Friday 30 October 16:00 to Thursday 5 November 10:00 in Berlin: 1 h, Mon 8 h, Tue 8 h, Wed off, 1 h.
    found = columns(
        ticket("1", "10-30 15:00", S.SOLVED), change("1", "11-05 09:00", S.SOLVED), rules=IN_OFFICE
    )
    assert found["full_resolution_business_minutes"] == 18 * 60
    assert found["full_resolution_calendar_minutes"] == 6 * 1440 - 6 * 60


def test_across_the_change_of_the_clocks_calendar_time_is_real_time() -> None:
    # Berlin, Sunday 25 October: 12:00 on Saturday to 12:00 on Sunday are 25 hours.
    found = columns(ticket("1", "10-24 10:00", S.SOLVED), change("1", "10-25 11:00", S.SOLVED))
    assert found["full_resolution_calendar_minutes"] == 25 * 60


def test_business_hours_move_with_the_clock() -> None:
    # Friday 16:00 in Berlin is 14:00 UTC in summer; Monday 10:00 is 09:00 UTC in winter: 1 h and 1 h.
    found = columns(
        ticket("1", "10-23 14:00", S.SOLVED), change("1", "10-26 09:00", S.SOLVED), rules=IN_OFFICE
    )
    assert found["full_resolution_business_minutes"] == 120
