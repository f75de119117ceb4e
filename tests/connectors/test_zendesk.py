"""Zendesk by recorded pages: what each object becomes, and how the lists and exports are walked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.base import Context
from connectors.errors import AuthError, ConfigError, PermanentError, RetryableError, UnavailableError
from connectors.helpdesks.zendesk import Zendesk
from data.records import (
    NOBODY,
    Account,
    Agent,
    BusinessCalendar,
    Clock,
    Contact,
    EventKind,
    Invitation,
    Measure,
    Priority,
    Record,
    Response,
    SlaPolicy,
    SlaTarget,
    State,
    Survey,
    Team,
    Ticket,
    TicketEvent,
)
from tests.clock import StandingClock
from tests.connectors.fakes import (
    Expectation,
    FakeHttp,
    FakeKnown,
    build,
    expect,
    fixture,
    last_bookmark,
    read_all,
    records_of,
    rejects_of,
)
from tests.simulators.zendesk import EMAIL, Simulator
from tests.simulators.zendesk_seed import seeded_world

CONFIG: Mapping[str, Any] = {"subdomain": "acme", "token": "sesame"}
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
LIST = {"page[size]": "100"}
STAFF = {**LIST, "role[]": ["agent", "admin"]}
HOLIDAYS = "business_hours/schedules/{}/holidays"


def page(name: str) -> Any:
    return fixture("zendesk", name)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}Z")


def forbidden(path: str) -> Expectation:
    return expect(path, None, UnavailableError("403"))


def agents() -> tuple[Expectation, ...]:
    return (
        expect("users", STAFF, page("agents_1")),
        expect("users", STAFF | {"page[after]": "YTE="}, page("agents_2")),
    )


# --- tickets --------------------------------------------------------------------------------------------


def test_tickets_are_read_by_cursor_from_the_beginning() -> None:
    first = {"include": "metric_sets", "start_time": "1"}
    second = {"include": "metric_sets", "cursor": "MTc4MDM5NjIwMHw0MDQ2"}
    with FakeHttp(
        expect("incremental/tickets/cursor", first, page("tickets_1")),
        expect("business_hours/schedules", None, page("schedules")),
        expect("incremental/tickets/cursor", second, page("tickets_2")),
        expect("deleted_tickets", LIST, page("deleted_tickets")),
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
    assert tickets[3].updated_at == at("2026-06-02T12:00:00")  # the deletion, not a later scrubbing
    assert [item.bookmark for item in pages] == [
        {"cursor": "MTc4MDM5NjIwMHw0MDQ2"},
        {"cursor": "MTc4MDQwNTIwMHw0MDQ1"},
    ]


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
    assert len(reasons) == 9
    assert reasons[0] == "a moment has no time zone"
    assert not any("VPN" in reason for reason in reasons)


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


# --- history --------------------------------------------------------------------------------------------


def test_ticket_events_become_changes_and_public_replies() -> None:
    params = {"include": "comment_events", "start_time": "1"}
    with FakeHttp(
        expect("incremental/ticket_events", params, page("ticket_events_1")),
        *agents(),
        expect("custom_statuses", None, page("custom_statuses")),
        expect("incremental/ticket_events", params | {"start_time": "1780311600"}, page("ticket_events_2")),
    ) as http:
        connector = Zendesk(
            "acme", CONFIG, Context(clock=StandingClock(NOW), known=FakeKnown((), ("8",))), http
        )
        pages = read_all(connector, "ticket_events")
    events = [event for event in records_of(pages) if isinstance(event, TicketEvent)]
    said = [(e.id, e.kind, e.state, e.priority, e.team_id, e.assignee_id, e.actor_id) for e in events]
    change, agent_reply, reply = EventKind.CHANGE, EventKind.AGENT_REPLY, EventKind.CUSTOMER_REPLY
    once = [
        ("7001", change, State.NEW, Priority.NORMAL, "12", NOBODY, "101"),
        ("7010", change, State.OPEN, None, None, "7", "7"),
        ("7020", change, State.PENDING, Priority.HIGH, None, None, "7"),
        ("7020:21", agent_reply, None, None, None, None, "7"),
        ("7030", change, State.OPEN, None, None, None, "101"),
        ("7030:31", reply, None, None, None, None, "101"),
        ("7040", change, State.ON_HOLD, None, None, NOBODY, "8"),
        ("7040:41", agent_reply, None, None, None, None, "8"),
    ]
    assert said == once + once[-2:]
    assert events[0].happened_at == at("2026-06-01T08:00:00")
    assert events[0].sequence < events[1].sequence
    assert last_bookmark(pages) == {"start_time": 1780311600, "is_complete": True}


def test_who_left_before_is_not_asked_after_once_the_history_is_known() -> None:
    with FakeHttp(
        expect("incremental/ticket_events", None, page("ticket_events_2")),
        expect("custom_statuses", None, page("custom_statuses")),
        *agents(),
    ) as http:
        known = FakeKnown((), ("8",))
        connector = Zendesk("acme", CONFIG, Context(clock=StandingClock(NOW), known=known), http)
        pages = read_all(connector, "ticket_events", {"start_time": 1780311600, "is_complete": True})
    kinds = [event.kind for event in records_of(pages) if isinstance(event, TicketEvent)]
    assert kinds == [EventKind.CHANGE, EventKind.CUSTOMER_REPLY]


def test_the_history_waits_where_the_tickets_could_not_be_read() -> None:
    with FakeHttp(expect("incremental/tickets/cursor", None, RetryableError("500"))) as http:
        connector = build(Zendesk, CONFIG, http)
        with pytest.raises(RetryableError, match="500"):
            read_all(connector, "tickets")
        with pytest.raises(RetryableError, match="once all tickets are there"):
            read_all(connector, "ticket_events")


def test_replies_are_not_judged_where_the_agents_are_kept_from_us() -> None:
    with (
        FakeHttp(
            expect("incremental/ticket_events", None, page("ticket_events_1")), forbidden("users")
        ) as http,
        pytest.raises(UnavailableError),
    ):
        read_all(build(Zendesk, CONFIG, http), "ticket_events")


def test_a_full_second_does_not_hold_up_a_time_export_for_ever() -> None:
    events = page("ticket_events_2")["ticket_events"]
    stuck = {"ticket_events": events, "end_time": 100, "end_of_stream": False}
    done = {"ticket_events": [], "end_time": None, "end_of_stream": True}
    with FakeHttp(
        expect("incremental/ticket_events", {"include": "comment_events", "start_time": "100"}, stuck),
        expect("custom_statuses", None, page("custom_statuses")),
        *agents(),
        expect("incremental/ticket_events", {"include": "comment_events", "start_time": "101"}, done),
    ) as http:
        pages = read_all(build(Zendesk, CONFIG, http), "ticket_events", {"start_time": 100})
    assert last_bookmark(pages)["start_time"] == 100


def test_a_time_export_without_an_end_mark_ends_at_a_page_that_is_not_full() -> None:
    body = {"organizations": [{"id": n, "name": "x"} for n in range(1000)], "end_time": 500}
    short = {"organizations": [], "end_time": 500}
    with FakeHttp(
        expect("incremental/organizations", {"start_time": "1"}, body),
        expect("incremental/organizations", {"start_time": "500"}, short),
    ) as http:
        assert len(records_of(read_all(build(Zendesk, CONFIG, http), "organizations"))) == 1000


def test_a_long_history_is_read_in_stretches_with_a_note_on_how_far_it_is() -> None:
    clock = StandingClock(NOW)

    class Slow(FakeHttp):
        def get_json(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
            clock.advance(minutes=2)
            return super().get_json(path, params)

    body = page("organizations_1") | {"end_of_stream": False}
    starts = ("1", "1777593601")
    expected = [expect("incremental/organizations", {"start_time": start}, body) for start in starts]
    with Slow(*expected) as http:
        connector = Zendesk("acme", CONFIG, Context(clock=clock, known=FakeKnown()), http)
        pages = read_all(connector, "organizations")
    assert [item.note for item in pages] == [
        "",
        "organizations: read up to 2026-05-01; the rest follows run by run.",
    ]
    assert last_bookmark(pages) == {"start_time": 1777593601}


def test_a_time_export_never_starts_within_the_latest_minute() -> None:
    latest = str(int(NOW.timestamp()) - 90)
    done = {"organizations": [], "end_time": None, "end_of_stream": True}
    with FakeHttp(expect("incremental/organizations", {"start_time": latest}, done)) as http:
        ahead = {"start_time": int(NOW.timestamp()) + 1000}
        read_all(build(Zendesk, CONFIG, http, now=NOW), "organizations", ahead)


@pytest.mark.parametrize(("code", "is_fine"), [("StartTimeTooRecent", True), ("InvalidValue", False)])
def test_only_a_start_too_recent_ends_a_time_export_quietly(code: str, is_fine: bool) -> None:
    error = PermanentError("answers 400", code=code)
    with FakeHttp(expect("incremental/organizations", None, error)) as http:
        connector = build(Zendesk, CONFIG, http)
        if is_fine:
            assert read_all(connector, "organizations") == []
        else:
            with pytest.raises(PermanentError):
                read_all(connector, "organizations")


# --- promises -------------------------------------------------------------------------------------------


def test_promises_are_taken_as_they_were_applied_and_taken_back() -> None:
    with FakeHttp(
        expect("incremental/ticket_metric_events", {"start_time": "1"}, page("metric_events_1"))
    ) as http:
        pages = read_all(build(Zendesk, CONFIG, http), "metric_events")
    targets = [record for record in records_of(pages) if isinstance(record, SlaTarget)]
    assert [(t.measure, t.cycle, t.target_minutes, t.clock, t.policy) for t in targets] == [
        (Measure.FIRST_REPLY, 1, 61.0, Clock.CALENDAR, "Gold"),
        (Measure.NEXT_REPLY, 2, 30.0, Clock.BUSINESS, None),
        (Measure.REQUESTER_WAIT, 1, 120.0, Clock.BUSINESS, "Gold"),
        (Measure.AGENT_WORK, 1, 120.0, Clock.CALENDAR, "Gold"),
        (Measure.RESOLUTION, 1, 1440.0, Clock.CALENDAR, "Gold"),
        (Measure.RESOLUTION, 1, None, Clock.CALENDAR, None),
    ]
    assert targets[-1].applied_at == at("2026-06-01T09:00:00")
    assert rejects_of(pages) == []


def test_policies_are_kept_for_people_to_read() -> None:
    with FakeHttp(expect("slas/policies", {}, page("sla_policies_1"))) as http:
        (policy,) = records_of(read_all(build(Zendesk, CONFIG, http), "sla_policies"))
    assert isinstance(policy, SlaPolicy)
    assert (policy.id, policy.name, policy.position) == ("25", "Gold", 1)
    assert [term["target_minutes"] for term in policy.terms] == [61.0, 480.0]
    assert [term["clock"] for term in policy.terms] == ["calendar", "business"]


def test_schedules_count_from_monday_in_a_zone_that_all_know() -> None:
    with FakeHttp(
        expect("business_hours/schedules", None, page("schedules")),
        expect(HOLIDAYS.format(31), None, page("holidays_31")),
        forbidden(HOLIDAYS.format(32)),
    ) as http:
        pages = read_all(build(Zendesk, CONFIG, http), "schedules")
    office, moon = (record for record in records_of(pages) if isinstance(record, BusinessCalendar))
    assert office.time_zone == "America/New_York"
    # Monday 09:00–17:00; Sunday 00:00–01:00; Sunday 23:00 to Monday 01:00 in two.
    assert office.intervals == ((0, 60), (540, 1020), (8640, 8700), (10020, 10080))
    assert office.holidays == (date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26))
    assert (moon.time_zone, moon.intervals, moon.holidays) == ("UTC", ((0, 1440),), ())
    assert pages[0].note == "UTC is used for schedules in an unknown time zone: 32"


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


# --- satisfaction ---------------------------------------------------------------------------------------


def test_offered_ratings_are_invitations_and_given_ones_are_answers() -> None:
    params = {**LIST, "start_time": "1"}
    with FakeHttp(
        expect("satisfaction_ratings", params, page("satisfaction_1")),
        expect("satisfaction_ratings", params | {"page[after]": "cjE="}, page("satisfaction_2")),
    ) as http:
        pages = read_all(build(Zendesk, CONFIG, http), "satisfaction")
    records = records_of(pages)
    assert isinstance(records[0], Survey)
    answers = [record for record in records if isinstance(record, Response)]
    assert [(answer.id, answer.score, answer.comment) for answer in answers] == [
        ("801", 1.0, "Thanks 🎈"), ("804", 0.0, None),
    ]  # fmt: skip
    assert answers[0].responded_at == at("2026-06-04T08:00:00")
    assert (answers[0].ticket_id, answers[0].contact_id) == ("4045", "101")
    assert [record.id for record in records if isinstance(record, Invitation)] == ["801", "802", "804"]
    assert len(rejects_of(pages)) == 1
    newest = int(at("2026-06-05T08:00:00").timestamp())
    assert pages[1].bookmark == {"start_time": 1, "newest": newest, "after": "cjE="}
    assert last_bookmark(pages) == {"start_time": newest - 14 * 86400, "newest": newest}


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_walk_over_ratings_that_broke_off_goes_on(is_taken: bool) -> None:
    params = {**LIST, "start_time": "1"}
    bookmark = {"start_time": 1, "newest": 1780646400, "after": "cjE="}
    second = expect("satisfaction_ratings", params | {"page[after]": "cjE="}, page("satisfaction_2"))
    refused = expect("satisfaction_ratings", params | {"page[after]": "cjE="}, PermanentError("400"))
    first = expect("satisfaction_ratings", params, page("satisfaction_1"))
    with FakeHttp(*((second,) if is_taken else (refused, first, second))) as http:
        pages = read_all(build(Zendesk, CONFIG, http), "satisfaction", bookmark)
    assert last_bookmark(pages)["start_time"] == 1780646400 - 14 * 86400


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
