"""A real Request Tracker with months of history: what Barometer shows of it equals what was done in it.

Seeding takes about three minutes; it is done once, and read once before anything is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.records import State
from data.window import now
from tests.conftest import SHARED
from tests.connectors.fakes import read_all, records_of
from tests.services.request_tracker import RequestTracker, running_request_tracker, why_not
from tests.whole.request_tracker_truth import RESOLVE_MINUTES, Expected, expected_tickets
from tests.whole.request_tracker_world import Barometer, Desk, reader_with, token_of

pytestmark = pytest.mark.rt

TICKETS = 400
DAYS = 200


@dataclass(frozen=True, slots=True)
class World:
    """A seeded server, what it must hold, and a Barometer that read it when nothing else had happened."""

    server: RequestTracker
    expected: dict[str, Expected]
    began: datetime
    barometer: Barometer
    read_at: datetime


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if reason := why_not(SHARED):
        pytest.skip(reason)
    with running_request_tracker(SHARED) as server:
        began = now() - timedelta(days=DAYS)
        truth = server.seed(tickets=TICKETS, start=f"{began:%Y-%m-%d}", seed=7)
        barometer = Barometer.over(server, tmp_path_factory.mktemp("barometer"))
        barometer.sync()
        yield World(server, expected_tickets(truth), began, barometer, now())


@pytest.fixture
def live(world: World, tmp_path: Path) -> Barometer:
    """A copy of that Barometer, brought up to date, for tests that change things."""
    barometer = Barometer.over(world.server, tmp_path, copy_of=world.barometer)
    barometer.sync()
    return barometer


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world.server, world.server.token)


# --- as it was seeded -----------------------------------------------------------------------------------


def test_every_ticket_is_as_it_was_left(world: World) -> None:
    stored = world.barometer.tickets()
    assert stored.keys() == world.expected.keys()
    assert len(stored) == TICKETS
    for number, ticket in world.expected.items():
        row = stored[number]
        same = ("created_at", "state", "priority", "reopen_count", "solved_at", "first_solved_at")
        assert {name: row[name] for name in same} == {name: getattr(ticket, name) for name in same}, number
        assert (row["team"], row["assignee"]) == (ticket.queue, ticket.owner), number
        assert row["first_reply_at"] == ticket.first_reply_at, number


def test_every_requester_is_who_asked_with_role_and_organisation(world: World) -> None:
    for number, row in world.barometer.tickets().items():
        ticket = world.expected[number]
        contact = row["contact"]
        assert (contact["email"], contact["role"]) == (ticket.email, ticket.role), number
        assert row["account_key"] == ticket.organisation.lower(), number
        assert row["audience"] == ticket.role.lower().replace(" ", "_"), number


def test_the_backlog_is_right_now_and_at_every_past_week(world: World) -> None:
    moments = [world.began + timedelta(days=7 * week) for week in range(DAYS // 7 + 1)]
    counts = []
    for moment in [*moments, world.read_at]:
        with world.barometer.readings(moment) as readings:
            found = {"": readings.read("backlog").value}
            found |= {reading.group_label: reading.value for reading in readings.split("backlog", "team")}
        waiting = [ticket for ticket in world.expected.values() if ticket.is_waiting(moment)]
        assert found[""] == len(waiting), moment
        counts.append(len(waiting))
        if moment == world.read_at:
            del found[""]
            assert found == Counter(ticket.queue for ticket in waiting)
    assert max(counts) > 5  # else nothing was tested


def test_what_comes_in_and_goes_out_is_right_in_every_month(world: World) -> None:
    months = {f"{ticket.created_at:%Y-%m}" for ticket in world.expected.values()}
    solved = Counter(f"{t.solved_at:%Y-%m}" for t in world.expected.values() if t.solved_at)
    created = Counter(f"{t.created_at:%Y-%m}" for t in world.expected.values())
    with world.barometer.readings(world.read_at) as readings:
        for month in sorted(months | solved.keys()):
            assert readings.read("created", window=month).value == created[month], month
            assert readings.read("solved", window=month).value == solved[month], month


def test_every_promise_is_kept_or_broken_as_counted_by_hand(world: World) -> None:
    stored = world.barometer.tickets()
    for number, ticket in world.expected.items():
        row = stored[number]
        assert row["sla_target_minutes"] == RESOLVE_MINUTES[ticket.level], number
        if ticket.solved_at:
            assert row["sla_elapsed_minutes"] == pytest.approx(ticket.elapsed_minutes(world.read_at)), number
            assert row["sla_is_met"] is (not ticket.is_late(world.read_at)), number


def test_attainment_and_breaches_are_those_of_the_truth(world: World) -> None:
    solved = [ticket for ticket in world.expected.values() if ticket.solved_at]
    late = [ticket for ticket in solved if ticket.is_late(world.read_at)]
    waiting = [t for t in world.expected.values() if not t.solved_at and t.is_late(world.read_at)]
    assert 0 < len(late) < len(solved)
    with world.barometer.readings(world.read_at) as readings:
        attainment = readings.read("sla_attainment", window="all")
        assert attainment.n == len(solved)
        assert attainment.value == pytest.approx(1 - len(late) / len(solved))
        assert readings.read("breached_now").value == len(waiting)


# --- reading again, and with fewer rights ---------------------------------------------------------------


def test_reading_again_changes_nothing_and_costs_two_requests(
    world: World, live: Barometer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, asked = live.facts(world.expected), []
    get = live.connector.http.get_json
    monkeypatch.setattr(
        live.connector.http, "get_json", lambda path, params: asked.append(path) or get(path, params)
    )
    for name in ("tickets", "missing"):
        stream = next(stream for stream in live.connector.streams if stream.name == name)
        for page in live.connector.read(stream, live.bookmark(name)):
            assert live.store.write("rt", name, page).changed == 0
    assert asked == ["transactions", "tickets"]
    assert live.sync().outcome == "succeeded"
    assert live.facts(world.expected) == before


def test_the_least_rights_show_the_same(world: World, tmp_path: Path) -> None:
    token = reader_with(world.server, "SeeQueue", "ShowTicket", "SeeCustomField")
    least = Barometer.over(world.server, tmp_path, token=token)
    outcome = least.sync()
    assert any("SeeGroup and AdminGroupMembership" in note for note in outcome.notes)
    assert least.facts(world.expected) == world.barometer.facts(world.expected)


# --- while people work ----------------------------------------------------------------------------------


def test_what_people_do_is_there_at_the_next_reading(world: World, live: Barometer, desk: Desk) -> None:
    agent = Desk(world.server, token_of(world.server, "agent1"))
    with live.readings() as readings:
        before = readings.read("backlog").value or 0
    new = desk.open_ticket("Printer on fire", Priority=100)
    other = desk.open_ticket("Coffee is cold")
    live.sync()
    with live.readings() as readings:
        assert readings.read("backlog").value == before + 2
    agent.change(new, Owner="agent1")
    agent.reply(new)
    agent.change(other, Status="resolved", Queue="Incidents")
    live.sync()
    rows = live.tickets()
    assert (rows[new]["state"], rows[new]["assignee"], rows[new]["priority"]) == ("open", "Agent 1", "urgent")
    assert rows[new]["first_reply_at"] is not None
    assert (rows[other]["state"], rows[other]["team"]) == ("solved", "Incidents")
    with live.readings() as readings:
        assert readings.read("backlog").value == before + 1
    agent.pause()
    agent.change(other, Status="open")
    live.sync()
    assert (live.tickets()[other]["state"], live.tickets()[other]["reopen_count"]) == ("open", 1)


def test_the_time_zone_of_the_reading_user_does_not_matter(live: Barometer, desk: Desk) -> None:
    desk.do("PUT", "/user/root", {"Timezone": "America/Los_Angeles"})
    try:
        number = desk.open_ticket("Seen from afar")
        live.sync()
        assert abs(live.tickets()[number]["created_at"] - datetime.now(UTC)) < timedelta(minutes=2)
    finally:
        desk.do("PUT", "/user/root", {"Timezone": "UTC"})


def test_deleted_and_merged_tickets_leave_the_backlog(live: Barometer, desk: Desk) -> None:
    deleted, merged, target = (desk.open_ticket(name) for name in ("A mistake", "Twice", "Once"))
    live.sync()
    with live.readings() as readings:
        before = readings.read("backlog").value or 0
    desk.change(deleted, Status="deleted")
    desk.change(merged, MergeInto=int(target))
    live.sync()
    rows = live.tickets()
    assert [rows[number]["state"] for number in (deleted, merged, target)] == ["deleted", "merged", "new"]
    assert rows[merged]["merged_into"] == target
    with live.readings() as readings:
        assert readings.read("backlog").value == before - 2
        assert readings.read("created", window="today").value == sum(
            row["is_counted"] for row in rows.values() if row["created_at"].date() == now().date()
        )


def test_gone_tickets_are_found_even_where_no_transaction_told_of_them(live: Barometer, desk: Desk) -> None:
    deleted, merged, target = (desk.open_ticket(name) for name in ("Wrong", "Again", "Right"))
    live.sync()
    desk.change(deleted, Status="deleted")
    desk.change(merged, MergeInto=int(target))
    found = records_of(read_all(live.connector, "missing"))
    assert {(t.id, t.state) for t in found} == {(deleted, State.DELETED), (merged, State.MERGED)}
