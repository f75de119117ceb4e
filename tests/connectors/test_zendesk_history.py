"""Zendesk's exports of what happened: changes, replies, promises, ratings; and how they are walked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from connectors.base import Context
from connectors.errors import PermanentError, RetryableError, UnavailableError
from connectors.helpdesks.zendesk import Zendesk
from data.records import (
    NOBODY,
    BusinessCalendar,
    Clock,
    EventKind,
    Invitation,
    Measure,
    Priority,
    Response,
    SlaPolicy,
    SlaTarget,
    State,
    Survey,
    TicketEvent,
)
from tests.clock import StandingClock
from tests.connectors.fakes import (
    FakeHttp,
    FakeKnown,
    build,
    expect,
    last_bookmark,
    read_all,
    records_of,
    rejects_of,
)
from tests.connectors.zendesk_pages import CONFIG, HOLIDAYS, LIST, NOW, agents, at, forbidden, page

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
