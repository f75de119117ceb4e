"""Zendesk by recorded pages: tickets, people, organisations and settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.errors import AuthError, ConfigError
from connectors.helpdesks.zendesk import Zendesk
from data.records import (
    Account,
    Agent,
    Contact,
    Priority,
    Record,
    State,
    Team,
    Ticket,
    TicketEvent,
)
from tests.connectors.fakes import (
    FakeHttp,
    build,
    expect,
    last_bookmark,
    read_all,
    records_of,
    rejects_of,
)
from tests.connectors.zendesk_pages import CONFIG, LIST, NOW, agents, at, forbidden, page
from tests.simulators.zendesk import EMAIL, Simulator
from tests.simulators.zendesk_seed import seeded_world

# --- tickets --------------------------------------------------------------------------------------------


def test_tickets_are_read_by_cursor_from_the_beginning() -> None:
    first = {"include": "metric_sets", "start_time": "1"}
    second = {"include": "metric_sets", "cursor": "MTc4MDM5NjIwMHw0MDQ2"}
    with FakeHttp(
        expect("incremental/tickets/cursor", first, page("tickets_1")),
        expect("business_hours/schedules", None, page("schedules")),
        expect("incremental/tickets/cursor", second, page("tickets_2")),
    ) as http:
        pages = read_all(build(Zendesk, CONFIG, http), "tickets")
    tickets = [record for record in records_of(pages) if isinstance(record, Ticket)]
    assert [(ticket.id, ticket.state) for ticket in tickets] == [
        ("4045", State.OPEN),
        ("4046", State.SOLVED),
        ("4047", State.MERGED),
        ("4048", State.DELETED),
        ("4045", State.ON_HOLD),
    ]
    assert tickets[0] == Ticket(
        id="4045",
        state=State.OPEN,
        created_at=at("2026-06-01T08:00:00"),
        revision=1780392600,
        updated_at=at("2026-06-02T09:30:00"),
        subject="VPN down",
        priority=Priority.HIGH,
        channel="email",
        category="incident",
        team_id="12",
        assignee_id="7",
        requester_id="101",
        account_id="55",
        calendar_id="31",
        url="https://acme.zendesk.com/agent/tickets/4045",
    )
    assert (tickets[1].solved_at, tickets[1].priority) == (at("2026-06-02T10:00:00"), None)
    (deletion,) = (record for record in records_of(pages) if isinstance(record, TicketEvent))
    assert (deletion.ticket_id, deletion.state) == ("4048", State.DELETED)
    assert deletion.happened_at == at("2026-06-02T12:30:00")
    assert [item.bookmark for item in pages] == [
        {"cursor": "MTc4MDM5NjIwMHw0MDQ2"},
        {"cursor": "MTc4MDQwNTIwMHw0MDQ1"},
    ]


def test_incidents_belong_to_their_problem_and_the_problem_to_itself() -> None:
    body = page("tickets_2")
    one, two, three = body["tickets"][:3]
    one["type"], two["problem_id"], three["problem_id"] = "problem", 4046, None
    with FakeHttp(
        expect("incremental/tickets/cursor", None, body),
        forbidden("business_hours/schedules"),
    ) as http:
        records = records_of(read_all(build(Zendesk, CONFIG, http), "tickets"))
    problems = [record.problem_id for record in records if isinstance(record, Ticket)]
    assert problems[:3] == [str(one["id"]), "4046", None]


def test_the_next_run_goes_on_at_the_stored_cursor() -> None:
    params = {"include": "metric_sets", "cursor": "abc"}
    body = {"tickets": [], "after_cursor": "abc", "end_of_stream": True}
    with FakeHttp(expect("incremental/tickets/cursor", params, body)) as http:
        pages = read_all(build(Zendesk, CONFIG, http), "tickets", {"cursor": "abc"})
    assert last_bookmark(pages) == {"cursor": "abc"}


def test_an_account_without_any_ticket_keeps_its_start() -> None:
    body = {"tickets": [], "after_cursor": None, "end_of_stream": True}
    with FakeHttp(expect("incremental/tickets/cursor", None, body)) as http:
        pages = read_all(build(Zendesk, CONFIG, http), "tickets")
    assert last_bookmark(pages) == {}


def test_hostile_tickets_become_records_or_rejects_and_nothing_else() -> None:
    with FakeHttp(
        expect("incremental/tickets/cursor", None, page("tickets_hostile")),
        expect("custom_statuses", None, page("custom_statuses")),
        forbidden("business_hours/schedules"),
        forbidden("deleted_tickets"),
    ) as http:
        pages = read_all(build(Zendesk, CONFIG, http), "tickets")
    tickets = {record.id: record for record in records_of(pages) if isinstance(record, Ticket)}
    assert tickets.keys() == {"5001", "5006", "5007"}
    assert (tickets["5001"].state, tickets["5001"].priority, tickets["5001"].channel) == (
        State.PENDING, None, None,
    )  # fmt: skip
    gone = tickets["5006"]
    assert (gone.state, gone.updated_at) == (State.DELETED, datetime.fromtimestamp(1780405400, UTC))
    assert (tickets["5007"].assignee_id, tickets["5007"].updated_at) == (None, None)
    reasons = [reject.reason for reject in rejects_of(pages)]
    assert len(reasons) == 11
    assert reasons[0] == "a moment has no time zone"
    assert not any("VPN" in reason for reason in reasons)


def test_a_deletion_without_a_moment_of_its_own_is_looked_up() -> None:
    body = page("tickets_2")
    for row in body["tickets"]:
        row["updated_at"] = None
    with FakeHttp(
        expect("incremental/tickets/cursor", None, body),
        forbidden("business_hours/schedules"),
        expect("deleted_tickets", LIST, page("deleted_tickets")),
    ) as http:
        records = records_of(read_all(build(Zendesk, CONFIG, http), "tickets"))
    gone = {record.id: record for record in records if isinstance(record, Ticket)}["4048"]
    assert gone.updated_at == at("2026-06-02T12:00:00")


def test_an_unknown_status_counts_as_open_where_nothing_is_known_of_it() -> None:
    with FakeHttp(
        expect("incremental/tickets/cursor", None, page("tickets_hostile")),
        forbidden("custom_statuses"),
        forbidden("business_hours/schedules"),
        forbidden("deleted_tickets"),
    ) as http:
        tickets = records_of(read_all(build(Zendesk, CONFIG, http), "tickets"))
    assert next(ticket.state for ticket in tickets if isinstance(ticket, Ticket)) is State.OPEN


def test_the_schedule_in_the_settings_is_the_tickets_calendar() -> None:
    config = {**CONFIG, "schedule": "32"}
    with FakeHttp(
        expect("incremental/tickets/cursor", None, page("tickets_1") | {"end_of_stream": True})
    ) as http:
        tickets = records_of(read_all(build(Zendesk, config, http), "tickets"))
    assert {ticket.calendar_id for ticket in tickets if isinstance(ticket, Ticket)} == {"32"}


# --- people ---------------------------------------------------------------------------------------------


def people(config: Mapping[str, Any]) -> dict[str, Record]:
    body = page("users_1")
    with FakeHttp(expect("incremental/users/cursor", {"start_time": "1"}, body)) as http:
        pages = read_all(build(Zendesk, {**CONFIG, **config}, http), "users")
    assert len(rejects_of(pages)) == 2
    return {record.id: record for record in records_of(pages) if isinstance(record, Contact | Agent)}


def test_customers_are_contacts_with_the_role_that_the_settings_name() -> None:
    found = people({"role_field": "persona", "title_field": "job_title"})
    assert found["101"] == Contact(
        id="101",
        name="Cleo Customer",
        email="cleo@example.com",
        title="Head of IT",
        role="sponsor",
        account_id="55",
        updated_at=at("2026-05-01T00:00:00"),
    )
    checked = found["102"]
    assert isinstance(checked, Contact)
    assert (checked.role, checked.title, checked.email, checked.account_id) == ("true", None, None, None)


def test_zendesks_word_end_user_never_becomes_a_role() -> None:
    for found in (people({}), people({"role_field": "role"})):
        assert {record.role for record in found.values() if isinstance(record, Contact)} == {None}


def test_a_tag_can_tell_the_role() -> None:
    found = people({"role_field": "tag:budget"})
    roles = {key: record.role for key, record in found.items() if isinstance(record, Contact)}
    assert roles == {"101": "budget", "102": None, "103": None, "8": None}


def test_staff_are_agents_and_who_is_gone_is_marked() -> None:
    found = people({})
    assert (found["7"], found["9"]) == (
        Agent(id="7", name="Ann Agent"),
        Agent(id="9", name="Sue Suspended", is_active=False),
    )
    gone = found["103"]
    assert isinstance(gone, Contact)
    assert gone.is_deleted


def test_agents_who_leave_are_marked_inactive_once() -> None:
    with FakeHttp(*agents(), expect("users/show_many", {"ids": "8"}, page("former_agents"))) as http:
        pages = read_all(build(Zendesk, CONFIG, http), "agents", {"ids": ["7", "8"]})
    assert records_of(pages)[-1] == Agent(id="8", name="Former Agent", is_active=False)
    assert last_bookmark(pages) == {"ids": ["7", "9"]}
    with FakeHttp(*agents()) as http:
        pages = read_all(build(Zendesk, CONFIG, http), "agents", {"ids": ["7", "9"]})
    assert last_bookmark(pages, None) == {}


def test_organisations_are_accounts_with_what_they_are_worth() -> None:
    config = {**CONFIG, "value_field": "arr", "renewal_field": "renewal", "employees_field": "heads"}
    with FakeHttp(expect("incremental/organizations", {"start_time": "1"}, page("organizations_1"))) as http:
        pages = read_all(build(Zendesk, config, http), "organizations")
    acme, odd = (record for record in records_of(pages) if isinstance(record, Account))
    assert (acme.yearly_value, acme.renewal_on, acme.employee_count) == (12000.5, date(2026, 12, 31), 120)
    assert (odd.yearly_value, odd.renewal_on, odd.employee_count) == (None, None, None)
    assert (acme.is_deleted, odd.is_deleted) == (False, True)
    assert last_bookmark(pages) == {"start_time": 1777593601}


def test_groups_are_teams() -> None:
    with FakeHttp(expect("groups", LIST, page("groups_1"))) as http:
        teams = records_of(read_all(build(Zendesk, CONFIG, http), "groups"))
    assert teams == [Team(id="12", name="Front line"), Team(id="13", name="Old", is_active=False)]


# --- settings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subdomain", ["", "acme.zendesk.com", "https://acme", "a/b", "-a"])
def test_a_subdomain_that_is_none_is_refused_by_name(subdomain: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build(Zendesk, {"token": "sesame", "subdomain": subdomain})
    assert caught.value.setting == "subdomain"
    assert "sesame" not in str(caught.value)


def test_an_address_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(ConfigError) as caught:
        build(Zendesk, {"token": "sesame", "url": "acme.example.com"})
    assert caught.value.setting == "url"


@pytest.mark.parametrize("email", ["", EMAIL])
def test_an_api_token_and_an_oauth_token_both_open_the_door(email: str) -> None:
    world, _ = seeded_world(NOW, tickets=3)
    with Simulator(world) as desk:
        config = {"url": f"{desk.url}/", "email": email, "token": desk.token}
        connector = build(Zendesk, config, now=NOW)
        assert len(records_of(read_all(connector, "tickets"))) == 3
        desk.token = "another"
        with pytest.raises(AuthError) as caught:
            read_all(connector, "tickets")
    assert caught.value.setting == "token"
    assert config["token"] not in str(caught.value)
