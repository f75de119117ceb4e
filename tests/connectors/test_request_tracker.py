"""Request Tracker: what a ticket, its history, its people and its service level become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connectors.errors import UnavailableError
from data.records import (
    NOBODY,
    Account,
    Agent,
    BusinessCalendar,
    Clock,
    Contact,
    EventKind,
    Measure,
    Priority,
    SlaTarget,
    State,
    Team,
    Ticket,
    TicketEvent,
)
from tests.connectors.fakes import (
    Expectation,
    FakeHttp,
    expect,
    last_bookmark,
    read_all,
    records_of,
)
from tests.connectors.request_tracker_desk import (
    EMPTY,
    READ,
    at,
    connector,
    first_reading,
    of,
    page,
    people,
    read_whole,
    recorded,
    row,
    touched,
)

# --- queues and people ----------------------------------------------------------------------------------


def test_it_makes_teams_of_queues_until_a_page_is_empty() -> None:
    with FakeHttp(
        expect("queues/all", None, recorded("queues")), expect("queues/all", None, recorded("queues_end"))
    ) as http:
        teams = records_of(read_all(connector(http), "queues"))
    assert {team.name: (team.id, team.is_active) for team in teams if isinstance(team, Team)} == {
        "General": ("1", True),
        "___Approvals": ("2", False),
        "Support": ("3", True),
        "Incidents": ("4", True),
        "Billing": ("5", True),
    }
    assert [params["page"] for _, params in http.asked] == ["1", "2"]


def test_a_list_that_gives_its_last_page_again_is_read_once() -> None:
    clamped = recorded("queues")  # some releases answer page 2 of 1 with page 1
    with FakeHttp(expect("queues/all", None, clamped), expect("queues/all", None, clamped)) as http:
        read_all(connector(http), "queues")


def test_it_sorts_users_into_agents_and_customers() -> None:
    with FakeHttp(*_people_list()) as http:
        records = records_of(read_all(connector(http), "people"))
    assert of(records, Agent) == [
        Agent(id="14", name="Enoch Root"),
        Agent(id="40", name="Agent 1"),
        Agent(id="42", name="Agent 2"),
    ]
    assert of(records, Account) == [
        Account(id="Borealis", name="Borealis"),
        Account(id="Harrow", name="Harrow"),
    ]
    assert of(records, Contact)[0] == Contact(
        id="52", name="Customer 1", email="cust1@borealis.test", role="End user", account_id="Borealis"
    )


def test_the_list_of_users_leaves_customers_alone_whose_role_is_on_their_tickets() -> None:
    with FakeHttp(*_people_list()) as http:
        records = records_of(read_all(connector(http, ticket_role_field="Requestor role"), "people"))
    assert not of(records, Contact)
    assert len(of(records, Agent)) == 3


def test_without_the_right_to_see_groups_the_people_stream_is_unavailable() -> None:
    with (
        FakeHttp(expect("groups", None, EMPTY)) as http,
        pytest.raises(UnavailableError, match="SeeGroup and AdminGroupMembership"),
    ):
        read_all(connector(http), "people")


def _people_list() -> list[Expectation]:
    return [
        expect("groups", None, recorded("groups")),
        expect("group/4/members", None, recorded("members")),
        expect("group/4/members", None, recorded("members_end")),
        expect("users", None, recorded("users")),
        expect("users", None, recorded("users_end")),
    ]


# --- tickets --------------------------------------------------------------------------------------------


def test_it_reads_a_ticket_with_its_people() -> None:
    records = read_whole()
    assert of(records, Ticket, "29") == [
        Ticket(
            id="29",
            state=State.SOLVED,
            created_at=at("2026-05-19 09:18:14"),
            revision=int(at("2026-05-24 00:22:33").timestamp()),
            updated_at=at("2026-05-24 00:22:33"),
            subject=recorded("tickets")["items"][0]["Subject"],
            priority=Priority.LOW,
            team_id="5",
            assignee_id="44",
            requester_id="92",
            account_id="Fathom",
            solved_at=at("2026-05-24 00:22:33"),
            url="https://rt.example.com/Ticket/Display.html?id=29",
        )
    ]
    assert Contact(
        id="92", name="Customer 21", email="cust21@fathom.test", role="End user", account_id="Fathom"
    ) in of(records, Contact)
    assert {agent.id for agent in of(records, Agent)} == {"40", "44", "46", "48"}


def test_a_ticket_that_stands_open_has_no_solved_date_though_the_server_keeps_the_old_one() -> None:
    tickets = recorded("tickets")
    tickets["items"][0]["Status"] = "in progress"
    with FakeHttp(
        expect("transactions", None, EMPTY), expect("tickets", None, tickets),
        expect("transactions", None, recorded("history")), *people(6, 44, 48, 46, 40),
        expect("transactions", None, EMPTY),
    ) as http:  # fmt: skip
        ticket = of(records_of(read_all(connector(http), "tickets")), Ticket, "29")[0]
    assert (ticket.state, ticket.solved_at) == (State.OPEN, None)


def test_the_history_tells_how_a_ticket_began_and_all_that_happened() -> None:
    events = of(read_whole(), TicketEvent, "29")
    assert [_short(event) for event in events] == [
        ("05-19 09:18:14", {"state": "new", "team_id": "3", "assignee_id": NOBODY, "priority": "low"}),
        ("05-19 11:35:25", {"assignee_id": "44"}),
        ("05-19 13:13:54", "agent_reply by 44"),
        ("05-19 13:13:54", {"state": "open"}),
        ("05-19 16:32:23", {"team_id": "5"}),
        ("05-19 16:32:23", {"state": "open"}),
        ("05-21 23:38:01", {"state": "solved"}),
        ("05-23 16:37:53", "customer_reply by 92"),
        ("05-23 16:37:53", {"state": "open"}),
        ("05-24 00:22:33", {"state": "solved"}),
    ]
    assert [event.sequence for event in events] == sorted({event.sequence for event in events})


def test_priorities_are_those_of_their_time() -> None:
    events = of(read_whole(priority_from={"urgent": 70}), TicketEvent, "30")
    assert [event.priority for event in events if event.priority] == [Priority.LOW, Priority.URGENT]


def _short(event: TicketEvent) -> tuple[str, Any]:
    when = f"{event.happened_at:%m-%d %H:%M:%S}"
    if event.kind is not EventKind.CHANGE:
        return when, f"{event.kind} by {event.actor_id}"
    told = {name: getattr(event, name) for name in ("state", "team_id", "assignee_id", "priority")}
    return when, {name: value for name, value in told.items() if value is not None}


def test_what_a_privileged_requestor_writes_is_no_agent_reply() -> None:
    tickets, history = recorded("tickets"), recorded("history")
    tickets["items"] = [t for t in tickets["items"] if t["id"] == 400]
    tickets["items"][0]["Requestor"][0] |= {"id": 40, "Name": "agent1"}
    history["items"] = [r for r in history["items"] if r["ObjectId"] == "400"]
    with FakeHttp(
        expect("transactions", None, EMPTY), expect("tickets", None, tickets),
        expect("transactions", None, history), *people(6, 40), expect("transactions", None, EMPTY),
    ) as http:  # fmt: skip
        events = of(records_of(read_all(connector(http), "tickets")), TicketEvent)
    assert [event.kind for event in events if event.kind is not EventKind.CHANGE] == [
        EventKind.CUSTOMER_REPLY
    ]


def test_a_role_on_the_ticket_becomes_that_of_its_requestor() -> None:
    contact = of(read_whole(role_field="", ticket_role_field="Requestor role"), Contact)[0]
    assert (contact.id, contact.role) == ("92", "End user")


def test_a_role_field_that_nobody_has_is_noted() -> None:
    with FakeHttp(*first_reading(), *people(6, 44, 48, 46, 40), expect("transactions", None, EMPTY)) as http:
        pages = read_all(connector(http, role_field="Rolle"), "tickets")
    assert "check 'role_field'" in pages[0].note


# --- service levels -------------------------------------------------------------------------------------


def test_a_mirrored_level_promises_reply_and_resolution_from_the_creation_on() -> None:
    assert of(read_whole(), SlaTarget, "29") == [
        SlaTarget(
            ticket_id="29",
            measure=measure,
            applied_at=at("2026-05-19 09:18:14"),
            target_minutes=minutes,
            clock=Clock.BUSINESS,
            policy="standard",
        )
        for measure, minutes in ((Measure.FIRST_REPLY, 240), (Measure.RESOLUTION, 1440))
    ]


def test_a_later_level_replaces_the_first_from_when_it_was_set() -> None:
    changed = row(9000, 400, "Set", "SLA", "urgent", "standard")
    targets = _targets_of_400(changed, {"SLA": "standard"})
    assert [(t.applied_at.day, t.measure, t.target_minutes, t.clock) for t in targets] == [
        (20, Measure.FIRST_REPLY, 30, Clock.CALENDAR),
        (20, Measure.RESOLUTION, 240, Clock.CALENDAR),
        (21, Measure.FIRST_REPLY, 240, Clock.BUSINESS),
        (21, Measure.RESOLUTION, 1440, Clock.BUSINESS),
    ]


def test_a_level_that_is_taken_away_takes_its_promises_with_it() -> None:
    targets = _targets_of_400(row(9000, 400, "Set", "SLA", "urgent", ""), {"SLA": "", "Due": None})
    assert [(t.applied_at.day, t.target_minutes, t.due_at) for t in targets][2:] == [(21, None, None)] * 2


def test_without_a_level_in_the_settings_the_due_date_is_the_promise() -> None:
    targets = _targets_of_400(None, {"SLA": "gold", "Due": "2026-11-24T12:00:00Z"})
    assert [(t.measure, t.target_minutes, t.due_at, t.policy) for t in targets] == [
        (Measure.RESOLUTION, None, at("2026-11-24 12:00:00"), "gold")
    ]


def test_without_level_and_due_date_there_is_no_promise() -> None:
    assert _targets_of_400(None, {"SLA": "", "Due": "1970-01-01T00:00:00Z"}) == []


def test_a_level_may_keep_hours_of_its_own() -> None:
    hours = {"berlin": {"time_zone": "Europe/Berlin", "hours": "mon-fri 09:00-17:00"}}
    levels = {"standard": {"resolve": "24h", "calendar": "berlin"}}
    tickets = of(read_whole(sla_levels=levels, business_hours=hours), Ticket)
    assert {ticket.calendar_id for ticket in tickets} == {"berlin"}
    with FakeHttp() as http:
        found = records_of(read_all(connector(http, sla_levels=levels, business_hours=hours), "calendars"))
    assert isinstance(found[0], BusinessCalendar)
    assert (found[0].id, found[0].intervals[0]) == ("berlin", (540, 1020))


def _targets_of_400(change: dict[str, Any] | None, now: Mapping[str, Any]) -> list[SlaTarget]:
    tickets, history = recorded("tickets"), recorded("history")
    tickets["items"] = [t | now for t in tickets["items"] if t["id"] == 400]
    history["items"] = [r for r in history["items"] if r["ObjectId"] == "400"] + ([change] if change else [])
    news = row(9000, 400, "Comment")
    with FakeHttp(
        touched(news), expect("tickets", None, tickets), expect("transactions", None, history)
    ) as http:
        return of(records_of(read_all(connector(http), "tickets", READ)), SlaTarget)


# --- statuses -------------------------------------------------------------------------------------------


def test_a_status_can_mean_something_else_in_another_lifecycle() -> None:
    states = {"resolved": "on_hold", "billing": {"resolved": "solved", "in progress": "pending"}}
    queues = [expect("queues/all", None, recorded("queues")), expect("queues/all", None, EMPTY)]
    with FakeHttp(
        *first_reading(), *queues, *people(6, 44, 48, 46, 40), expect("transactions", None, EMPTY)
    ) as http:
        records = records_of(read_all(connector(http, states=states), "tickets"))
    assert {t.id: t.state for t in of(records, Ticket)} == {
        "29": State.SOLVED,
        "30": State.ON_HOLD,
        "400": State.PENDING,
    }
    moved = [e.state for e in of(records, TicketEvent, "29") if e.state]
    assert moved == [State.NEW, State.OPEN, State.PENDING, State.SOLVED, State.PENDING, State.SOLVED]


@pytest.mark.parametrize(
    ("inactive", "initial", "state"), [(1, 0, State.CLOSED), (0, 1, State.NEW), (0, 0, State.OPEN)]
)
def test_of_an_unknown_status_the_server_is_asked_once_and_it_is_noted(
    inactive: int, initial: int, state: State
) -> None:
    tickets, history = recorded("tickets"), recorded("history")
    tickets["items"] = [t | {"Status": "Escalated"} for t in tickets["items"] if t["id"] == 400]
    history["items"] = [r for r in history["items"] if r["ObjectId"] == "400"]
    answers = [page({"id": 1})] if inactive else [EMPTY, page(*[{"id": 1}] * initial)]
    asked = [expect("tickets", None, answer) for answer in answers]
    again = [
        touched(row(9000, 400, "Comment")), expect("tickets", None, tickets),
        expect("transactions", None, history),
    ]  # fmt: skip
    with FakeHttp(*again, *asked) as http:
        pages = read_all(connector(http), "tickets", READ)
    assert of(records_of(pages), Ticket)[0].state is state
    assert "'escalated' counts as" in pages[0].note
    with FakeHttp(*again) as http:  # it is in the bookmark
        news = last_bookmark(pages) | {"recent": []}
        assert of(records_of(read_all(connector(http), "tickets", news)), Ticket)[0].state is state
