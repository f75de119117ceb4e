"""Ticket event logs in files: one row a change, whole tickets or single changes, in the order of the tool."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from data.records import NOBODY, Agent, EventKind, State, Ticket, TicketEvent
from tests.connectors.files_desk import only, read

EVENTS = """
    [[tables]]
    path = "*.csv"
    record = "ticket_events"
    missing = ["?"]
    [tables.columns]
    id = "no"
    created_at = "made"
    updated_at = "at"
    sequence = "seq"
    state = "state"
    team = "team"
    closed_at = "closed"
"""
EVENT_HEADER = "no,made,at,seq,state,team,closed"


def test_a_row_of_an_event_log_is_an_event_and_the_ticket_as_it_stood(tmp_path: Path) -> None:
    records, rejects = read(tmp_path, EVENTS, EVENT_HEADER, "1,2026-01-01 08:00,2026-01-01 09:00,4,open,?,?")
    assert rejects == []
    ticket, event = only(records, Ticket), only(records, TicketEvent)
    assert event == TicketEvent(
        id="4@2026-01-01T09:00:00Z",
        ticket_id="1",
        happened_at=datetime(2026, 1, 1, 9, tzinfo=UTC),
        kind=EventKind.CHANGE,
        sequence=4,
        state=State.OPEN,
        team_id=NOBODY,
    )
    assert (ticket.updated_at, ticket.state, ticket.team_id) == (event.happened_at, State.OPEN, None)


def test_of_rows_in_one_minute_the_sequence_says_which_is_the_last(tmp_path: Path) -> None:
    records, _ = read(
        tmp_path,
        EVENTS,
        EVENT_HEADER,
        "1,2026-01-01 08:00,2026-01-01 09:00,7,solved,Blue,?",
        "1,2026-01-01 08:00,2026-01-01 09:00,3,open,Red,?",
        "1,2026-01-01 08:00,2026-01-01 08:59,9,pending,Red,?",
    )
    assert only(records, Ticket).state == State.SOLVED
    assert len([record for record in records if isinstance(record, TicketEvent)]) == 3


def test_until_the_tools_own_closing_moment_a_closed_row_waits(tmp_path: Path) -> None:
    records, _ = read(
        tmp_path,
        EVENTS,
        EVENT_HEADER,
        "1,2026-01-01 08:00,2026-01-02 09:00,1,closed,Blue,2026-01-09 09:00",
        "1,2026-01-01 08:00,2026-01-09 09:00,2,closed,Blue,2026-01-09 09:00",
    )
    assert [r.state for r in records if isinstance(r, TicketEvent)] == [State.PENDING, State.CLOSED]


def test_a_log_without_created_at_gives_events_only_and_empty_cells_touch_nothing(tmp_path: Path) -> None:
    settings = """
        [[tables]]
        path = "*.csv"
        record = "ticket_events"
        values.kind = { "mail out" = "agent_reply", "mail in" = "customer_reply" }
        [tables.columns]
        id = "no"
        updated_at = "at"
        state = "state"
        team = "team"
        kind = "what"
        actor = "who"
    """
    records, _ = read(
        tmp_path,
        settings,
        "no,at,state,team,what,who",
        "1,2026-01-01,open,,,Ana",
        "1,2026-01-02,,,mail out,Ana",
        "1,2026-01-03,,,mail in,u7",
    )
    events = [record for record in records if isinstance(record, TicketEvent)]
    assert [event.kind for event in events] == ["change", "agent_reply", "customer_reply"]
    assert [event.state for event in events] == [State.OPEN, None, None]
    assert {event.team_id for event in events} == {None}
    assert len({event.id for event in events}) == 3
    assert not any(isinstance(record, Ticket) for record in records)
    assert {record.id for record in records if isinstance(record, Agent)} == {"Ana"}


def test_an_events_identity_stays_when_the_word_list_changes(tmp_path: Path) -> None:
    plain = EVENTS.replace('sequence = "seq"\n', "")
    row = "1,2026-01-01 08:00,2026-01-01 09:00,4,open,Red,?"
    before, _ = read(tmp_path, plain, EVENT_HEADER, row)
    after, _ = read(tmp_path, plain + '[tables.values.state]\n"open" = "pending"', EVENT_HEADER, row)
    assert only(before, TicketEvent).id == only(after, TicketEvent).id
    assert only(after, TicketEvent).state == State.PENDING
