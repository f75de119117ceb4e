"""Request Tracker: how the lists are walked, what is found to be gone, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connectors.errors import AuthError, ConfigError, UnavailableError
from connectors.helpdesks.request_tracker import RequestTracker
from data.records import (
    State,
    Ticket,
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

# --- walks ----------------------------------------------------------------------------------------------


def test_the_first_reading_goes_on_where_it_was_broken_off() -> None:
    hundred = recorded("tickets")
    hundred["items"] = [hundred["items"][0] | {"id": n} for n in range(1, 101)]
    with FakeHttp(
        expect("transactions", None, page(row(8600, 1, "Create"))), expect("tickets", None, hundred),
        expect("transactions", None, EMPTY), *people(44), expect("tickets", None, UnavailableError("gone")),
    ) as http:  # fmt: skip
        pages = []
        with pytest.raises(UnavailableError):
            pages.extend(_taking(pages, connector(http)))
    bookmark = last_bookmark(pages)
    assert (bookmark["ticket"], bookmark["is_complete"], bookmark["feed"]) == (100, False, 8500)
    assert bookmark["staff"] == ["44"]
    with FakeHttp(expect("tickets", None, EMPTY), expect("transactions", None, EMPTY)) as http:
        end = last_bookmark(read_all(connector(http), "tickets", bookmark), bookmark)
    assert http.asked[0][1]["query"] == "id > 100"
    assert http.asked[1][1]["query"].endswith("id > 8500")
    assert end["is_complete"]


def _taking(into: list[Any], reading: RequestTracker) -> list[Any]:
    for each in reading.read_tickets({}):
        into.append(each)
    return []


def test_a_poll_without_news_is_one_request_and_brings_nothing() -> None:
    with FakeHttp(touched(row(8470, 400, "Comment"))) as http:
        bookmark = READ | {"recent": [[8470, int(at("2026-11-21 10:00:00").timestamp())]]}
        assert read_all(connector(http), "tickets", bookmark) == []
    assert http.asked[0][1]["query"].endswith("AND Type != 'CustomField' AND id > 8464")


def test_what_is_committed_late_is_still_found() -> None:
    late = row(8466, 400, "Status", "Status", "open", "stalled")
    bookmark = READ | {"recent": [[8470, int(at("2026-11-21 10:00:30").timestamp())]]}
    tickets, history = recorded("tickets"), recorded("history")
    tickets["items"] = tickets["items"][2:]
    with FakeHttp(
        touched(late, row(8470, 400, "Comment")),
        expect("tickets", None, tickets),
        expect("transactions", None, history),
    ) as http:
        pages = read_all(connector(http), "tickets", bookmark)
    assert of(records_of(pages), Ticket, "400")
    assert [number for number, _ in last_bookmark(pages)["recent"]] == [8466, 8470]


def test_the_place_moves_on_and_remembers_the_last_minutes_only() -> None:
    first = row(8500, 400, "Comment")
    last = row(8501, 400, "Comment") | {"Created": "2026-11-21T10:05:00Z"}
    with FakeHttp(
        touched(first, last), expect("tickets", None, EMPTY), expect("transactions", None, EMPTY),
        expect("ticket/400", None, UnavailableError("not there", status=404)),
    ) as http:  # fmt: skip
        bookmark = last_bookmark(read_all(connector(http), "tickets", READ))
    assert bookmark["feed"] == 8500
    assert bookmark["recent"] == [[8501, int(at("2026-11-21 10:05:00").timestamp())]]


def test_changed_custom_fields_are_news_only_where_they_hold_the_role() -> None:
    with FakeHttp(expect("transactions", None, EMPTY)) as http:
        read_all(connector(http, ticket_role_field="Requestor role"), "tickets", READ)
    assert "CustomField" not in http.asked[0][1]["query"]


# --- deleted and merged tickets -------------------------------------------------------------------------


def test_deleted_and_merged_tickets_are_found_by_their_transactions() -> None:
    with FakeHttp(
        expect("transactions", None, recorded("news")), expect("tickets", None, recorded("gone_tickets")),
        expect("transactions", None, recorded("gone_history")),
        expect("ticket/404", {}, recorded("ticket_deleted")),
        expect("ticket/405", {}, recorded("ticket_merged")),
    ) as http:  # fmt: skip
        tickets = {t.id: t for t in of(records_of(read_all(connector(http), "tickets", READ)), Ticket)}
    _check_gone(tickets)
    assert tickets["406"].state is State.NEW


def test_known_tickets_that_no_search_shows_are_looked_at_one_by_one() -> None:
    known = ("30", "404", "405", "406")
    with FakeHttp(
        expect("tickets", None, page({"id": 30}, {"id": "406"})),
        expect("transactions", None, recorded("gone_history")),
        expect("ticket/404", {}, recorded("ticket_deleted")),
        expect("ticket/405", {}, recorded("ticket_merged")), *people(14),
    ) as http:  # fmt: skip
        pages = read_all(connector(http, known), "missing")
    _check_gone({t.id: t for t in of(records_of(pages), Ticket)})
    assert last_bookmark(pages) == {"after": 406}


def _check_gone(tickets: Mapping[str, Ticket]) -> None:
    went = at("2026-11-22 05:28:33")
    deleted, merged = tickets["404"], tickets["405"]
    assert (deleted.state, deleted.updated_at) == (State.DELETED, went)
    assert (merged.state, merged.updated_at, merged.merged_into) == (State.MERGED, went, "406")
    assert deleted.created_at == merged.created_at == at("2026-11-22 05:28:31")


def test_a_ticket_that_was_shredded_leaves_the_backlog() -> None:
    with FakeHttp(
        expect("tickets", None, EMPTY), expect("transactions", None, EMPTY),
        expect("ticket/7", None, UnavailableError("not there", status=404)),
    ) as http:  # fmt: skip
        records = records_of(read_all(connector(http, ("7",)), "missing"))
    assert [(t.id, t.state) for t in of(records, Ticket)] == [("7", State.DELETED)]


def test_a_ticket_that_may_not_be_seen_any_more_stays_and_is_noted() -> None:
    with FakeHttp(
        expect("tickets", None, EMPTY), expect("transactions", None, EMPTY),
        expect("ticket/7", None, UnavailableError("not allowed", status=403)),
    ) as http:  # fmt: skip
        pages = read_all(connector(http, ("7",)), "missing")
    assert records_of(pages) == []
    assert "check the user's rights" in pages[0].note


def test_a_large_backlog_is_gone_through_in_turns() -> None:
    known = tuple(str(number) for number in range(1, 501))
    all_there = [
        expect("tickets", None, page(*({"id": n} for n in range(first, first + 100))))
        for first in (1, 101, 201)
    ]
    with FakeHttp(*all_there) as http:
        bookmark = last_bookmark(read_all(connector(http, known), "missing"))
    rest = [
        expect("tickets", None, page(*({"id": n} for n in range(first, first + 100))))
        for first in (301, 401, 1)
    ]
    with FakeHttp(*rest) as http:
        assert last_bookmark(read_all(connector(http, known), "missing", bookmark)) == {"after": 100}


def test_reminders_and_approvals_are_no_tickets() -> None:
    reminder = recorded("ticket_deleted") | {"Type": "reminder"}
    with FakeHttp(
        touched(row(9000, 404, "Create")), expect("tickets", None, EMPTY),
        expect("transactions", None, recorded("gone_history")), expect("ticket/404", {}, reminder),
    ) as http:  # fmt: skip
        pages = read_all(connector(http), "tickets", READ)
    assert not of(records_of(pages), Ticket)
    assert not rejects_of(pages)


# --- hostile pages --------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_kept_as_a_reject_and_the_rest_goes_on() -> None:
    with FakeHttp(
        expect("transactions", None, EMPTY), expect("tickets", None, recorded("hostile")),
        expect("transactions", None, recorded("hostile_history")),
        *[expect("tickets", None, EMPTY)] * 2, *people(6), expect("transactions", None, EMPTY),
    ) as http:  # fmt: skip
        pages = read_all(connector(http), "tickets")
    good = of(records_of(pages), Ticket)
    assert [(t.id, t.state, t.subject, t.requester_id, t.assignee_id) for t in good] == [
        ("1", State.OPEN, "🔥 <script>alert(1)</script> \u202e", None, None)
    ]
    assert sorted(reject.reason for reject in rejects_of(pages)) == [
        "'Created' is a date without a time zone",
        "'Created' is no date",
        "a field has the wrong form (AttributeError)",
        "a field has the wrong form (TypeError)",
        "the field 'Status' is missing or has an unknown value",
        "the field 'id' is missing or has an unknown value",
    ]
    assert not any("SECRET" in reject.reason for reject in rejects_of(pages))


def test_reading_twice_gives_the_same_records() -> None:
    assert read_whole() == read_whole()


# --- settings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "setting"),
    [
        ({"states": {"resolved": "finished"}}, "states.resolved"),
        ({"states": "resolved"}, "states"),
        ({"priority_from": {"highest": 3}}, "priority_from"),
        ({"sla_levels": {"gold": {"resolve": "soon"}}}, "sla_levels.gold"),
        ({"sla_levels": {"gold": {"resolve": "2d"}}}, "sla_levels.gold"),
        ({"sla_levels": {"gold": {"respond": "2h"}}}, "sla_levels.gold"),
        ({"sla_levels": {"gold": {"resolve": "2h", "calendar": "x"}}}, "sla_levels.gold.calendar"),
        ({"business_hours": {"x": {"time_zone": "Mars/Olympus", "hours": "24/7"}}}, "business_hours.x"),
        ({"business_hours": {"x": {"hours": "24/7"}}}, "business_hours.x"),
    ],
)
def test_a_wrong_setting_is_named(config: dict[str, Any], setting: str) -> None:
    with pytest.raises(ConfigError) as caught:
        connector(FakeHttp(), **config)
    assert caught.value.setting == setting
    assert f"'{setting}'" in str(caught.value)


def test_without_credentials_it_names_what_is_missing() -> None:
    with pytest.raises(ConfigError, match="'token' is missing"):
        build(RequestTracker, {"url": "https://rt.example.com"})


def test_refused_credentials_stop_the_reading() -> None:
    refused = AuthError("refused", setting="token")
    with FakeHttp(expect("transactions", None, refused)) as http, pytest.raises(AuthError):
        read_all(connector(http), "tickets")


def test_pages_are_as_large_as_the_server_allows() -> None:
    with FakeHttp(*first_reading(), *people(6, 44, 48, 46, 40), expect("transactions", None, EMPTY)) as http:
        read_all(connector(http), "tickets")
    lists = [params for path, params in http.asked[1:] if not path.startswith("user/")]
    assert {params["per_page"] for params in lists} == {"100"}
    assert lists[0]["fields[Requestor]"].endswith("Organization,CustomFields")
