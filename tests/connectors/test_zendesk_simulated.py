"""Zendesk from end to end: a simulated account that misbehaves in every known way, and a real store."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.helpdesks.zendesk import Zendesk
from data import schema
from data.engine import open_store
from data.records import EventKind
from tests.connectors.zendesk_desk import Backwards, Death, DyingHttp, Reader
from tests.simulators.zendesk import Fault, Simulator
from tests.simulators.zendesk_seed import Cast, seeded_world
from tests.simulators.zendesk_world import World

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
TICKETS = 60
PAGE = 20
EVENTS = 120


@pytest.fixture
def account() -> tuple[World, Cast]:
    return seeded_world(NOW, tickets=TICKETS)


@pytest.fixture
def desk(account: tuple[World, Cast]) -> Iterator[Simulator]:
    with Simulator(account[0], page_size=PAGE, events_size=EVENTS) as simulator:
        yield simulator


@pytest.fixture
def reader(desk: Simulator, sqlite_engine: Engine) -> Reader:
    return Reader(desk, sqlite_engine)


@pytest.fixture
def undisturbed(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[[Simulator], Reader]]:
    """Reads the account as it is now into a fresh store, without any fault."""
    engines: list[Engine] = []

    def read(desk: Simulator) -> Reader:
        path = tmp_path / f"undisturbed-{len(engines)}.db"
        shutil.copyfile(sqlite_template, path)
        engines.append(open_store(f"sqlite:///{path}"))
        desk.rules, desk.repeats, desk.empty_every = [], 0, 0
        desk.page_size = desk.events_size = 1000
        fresh = Reader(desk, engines[-1])
        assert fresh.sync().outcome == "succeeded"
        return fresh

    yield read
    for engine in engines:
        engine.dispose()


# --- the truth ------------------------------------------------------------------------------------------


def test_tickets_in_the_store_are_as_they_were_in_truth(desk: Simulator, engine: Engine) -> None:
    reader = Reader(desk, engine)
    assert reader.sync().outcome == "succeeded"
    found = reader.tickets()
    assert found.keys() == desk.world.truth.keys()
    for ticket_id, truth in desk.world.truth.items():
        row = found[ticket_id]
        assert row["state"] == {"hold": "on_hold"}.get(truth.status, truth.status)
        assert _seconds(row["created_at"]) == truth.created
        assert _seconds(row["first_reply_at"]) == truth.first_reply
        assert row["reply_count"] == len(truth.agent_replies)
        assert _seconds(row["solved_at"]) == truth.solved
        assert _seconds(row["first_solved_at"]) == (truth.solves[0] if truth.solves else None)
        assert (row["account_key"], row["audience"]) == _whose(desk.world, ticket_id)
    for days in (0, 1, 10, 60, 119):
        at = desk.world.now - days * 86400
        assert reader.backlog(at) == desk.world.backlog(at)


def test_promises_in_the_store_are_those_that_were_applied(desk: Simulator, reader: Reader) -> None:
    reader.sync()
    found = {
        (int(row["ticket_id"]), row["measure"], row["cycle"], _seconds(row["applied_at"])): row[
            "target_minutes"
        ]
        for row in reader.rows(schema.sla_target)
    }
    told = {
        (ticket_id, measure, cycle, at): minutes
        for ticket_id, truth in desk.world.truth.items()
        for measure, cycle, at, minutes in truth.targets
    }
    assert found == told
    assert {measure for _, measure, _, _ in found} == {
        "first_reply", "next_reply", "resolution", "agent_work",
    }  # fmt: skip


def test_a_promise_taken_back_leaves_the_ticket_without_one(desk: Simulator, reader: Reader) -> None:
    world = desk.world
    requester = next(user["id"] for user in world.users.values() if user["role"] == "end-user")
    ticket_id = world.create(requester, priority="high")
    world.advance(600)
    world.take_back_promises(ticket_id)
    world.advance(600)
    reader.sync()
    row = reader.tickets()[ticket_id]
    assert (row["sla_target_minutes"], row["sla_due_at"]) == (None, None)


# --- faults ---------------------------------------------------------------------------------------------

FAULTS = {
    "429 with Retry-After": (Fault.LIMITED, "tickets/cursor", 1, 1),
    "429 without Retry-After": (Fault.LIMITED_SILENTLY, "ticket_metric_events", 1, 2),
    "429 until the client gives up": (Fault.LIMITED_SILENTLY, "ticket_events", 2, 4),
    "500 in the middle of a page walk": (Fault.BROKEN, "tickets/cursor", 2, 1),
    "500 until the client gives up, tickets": (Fault.BROKEN, "tickets/cursor", 1, 3),
    "500 until the client gives up, events": (Fault.BROKEN, "ticket_events", 1, 3),
    "503 once": (Fault.BUSY, "ticket_events", 1, 1),
    "time-out once": (Fault.HANGING, "users/cursor", 0, 1),
    "time-out until the client gives up": (Fault.HANGING, "ticket_events", 2, 3),
    "connection reset": (Fault.RESET, "tickets/cursor", 1, 1),
    "a page of HTML with status 200": (Fault.HTML, "ticket_metric_events", 2, 1),
    "HTML in place of the agents": (Fault.HTML, "users", 0, 1),
    "start time too recent": (Fault.TOO_RECENT, "ticket_events", 2, 1),
    "schedules come later than the tickets": (Fault.BROKEN, "business_hours/schedules", 0, 3),
    "ratings broken off": (Fault.BROKEN, "satisfaction_ratings", 0, 3),
}


@pytest.mark.parametrize("name", FAULTS)
def test_nothing_is_lost_or_doubled_by_a_fault(
    name: str, desk: Simulator, reader: Reader, undisturbed: Callable[[Simulator], Reader]
) -> None:
    fault, path, after, times = FAULTS[name]
    desk.hang_seconds = 0.6
    desk.fail(fault, path, after=after, times=times)
    reader.sync_until_done()
    assert reader.sync().outcome == "succeeded"
    assert not desk.faults_left()
    assert reader.everything() == undisturbed(desk).everything()


@pytest.mark.parametrize("kind", [Zendesk, Backwards])
def test_rows_that_repeat_and_empty_pages_make_no_difference_in_either_order(
    kind: type[Zendesk], sqlite_engine: Engine, undisturbed: Callable[[Simulator], Reader]
) -> None:
    world, _ = seeded_world(NOW, tickets=TICKETS, has_former_agent=False)
    with Simulator(world, page_size=PAGE, events_size=EVENTS, repeats=7, empty_every=2) as desk:
        reader = Reader(desk, sqlite_engine, kind)
        assert [reader.sync().outcome, reader.sync().outcome] == ["succeeded", "succeeded"]
        assert desk.empty_pages > 2
        assert reader.everything() == undisturbed(desk).everything()


def test_a_crash_between_any_two_pages_makes_no_difference(
    desk: Simulator, reader: Reader, undisturbed: Callable[[Simulator], Reader]
) -> None:
    for path, after in (
        ("users/cursor", 1),
        ("tickets/cursor", 2),
        ("ticket_events", 1),
        ("metric_events", 4),
    ):
        reader.connector.http = DyingHttp(reader.connector.http, path, after)
        with pytest.raises(Death):
            reader.sync()
        reader.restart()
    reader.sync_until_done()
    assert reader.everything() == undisturbed(desk).everything()


def test_what_changes_while_pages_are_read_arrives(
    desk: Simulator,
    account: tuple[World, Cast],
    reader: Reader,
    undisturbed: Callable[[Simulator], Reader],
) -> None:
    world, cast = account
    first = min(world.tickets)
    alive = [i for i, row in world.tickets.items() if row["status"] == "pending"]
    agent = cast.agents[0]

    def meanwhile() -> None:
        world.advance(60)
        world.comment(alive[0], agent, status="solved")
        world.delete(alive[1], agent)
        world.merge(alive[2], alive[3], agent)
        world.touch(first)
        world.advance(61)

    desk.meanwhile(meanwhile, "tickets/cursor", after=2)
    reader.sync()
    world.advance(120)
    assert reader.sync().outcome == "succeeded"
    rows = reader.tickets()
    assert [rows[i]["state"] for i in alive[:3]] == ["solved", "deleted", "merged"]
    assert reader.backlog(world.now) == world.backlog(world.now)
    assert not {alive[0], alive[1], alive[2]} & reader.backlog(world.now)
    assert reader.everything() == undisturbed(desk).everything()


def test_the_latest_minute_arrives_with_the_next_run(
    desk: Simulator, account: tuple[World, Cast], reader: Reader
) -> None:
    world, cast = account
    reader.sync()
    ticket_id = world.create(cast.customers[0], priority="urgent")
    world.advance(30)
    world.comment(ticket_id, cast.agents[0], status="open")
    reader.sync()
    assert ticket_id not in reader.tickets()
    world.advance(120)
    reader.sync()
    row = reader.tickets()[ticket_id]
    assert (row["state"], row["first_reply_calendar_minutes"]) == ("open", 0.5)


def test_a_deleted_ticket_leaves_at_its_deletion_and_not_when_it_is_scrubbed(
    desk: Simulator, account: tuple[World, Cast], reader: Reader
) -> None:
    world, cast = account
    ticket_id = world.create(cast.customers[0])
    world.advance(3600)
    world.delete(ticket_id, cast.agents[0])
    gone_at = world.now
    world.advance(86400)
    world.tickets[ticket_id] |= {"updated_at": None, "generated_timestamp": world.now - 100}
    world.touch(ticket_id)
    world.advance(120)
    reader.sync()
    assert ticket_id in reader.backlog(gone_at - 1)
    assert ticket_id not in reader.backlog(gone_at)


@pytest.mark.parametrize(
    ("export", "stream"),
    [
        ("tickets", "tickets"),
        ("ticket_events", "ticket_events"),
        ("ticket_metric_events", "metric_events"),
        ("users", "users"),
        ("organizations", "organizations"),
    ],
)
def test_a_broken_object_is_kept_aside_and_the_rest_arrives(
    export: str,
    stream: str,
    desk: Simulator,
    reader: Reader,
    undisturbed: Callable[[Simulator], Reader],
) -> None:
    broken = {"id": None, "status": ["?"], "type": "apply_sla", "created_at": "yesterday", "role": "end-user"}
    desk.world.break_row(export, broken)
    desk.world.break_row(export, "not even an object")
    desk.world.advance(120)
    assert reader.sync().outcome == "succeeded"
    rejects = reader.rows(schema.reject)
    assert [row["stream"] for row in rejects] == [stream, stream]
    assert all(row["reason"] and "yesterday" not in row["reason"] for row in rejects)
    desk.world.broken.clear()
    desk.world.advance(0)
    assert reader.everything() == undisturbed(desk).everything()


def test_an_expired_token_stops_the_source_and_a_new_one_goes_on_where_it_was(
    desk: Simulator, reader: Reader, undisturbed: Callable[[Simulator], Reader]
) -> None:
    desk.fail(Fault.EXPIRED, "tickets/cursor", after=2, times=1)
    outcome = reader.sync()
    assert (outcome.outcome, outcome.setting) == ("stopped", "token")
    assert "'token'" in (outcome.error or "")
    assert desk.token not in (outcome.error or "")
    assert 0 < len(reader.tickets()) < TICKETS
    asked = len(desk.requests)
    desk.token = reader.token = "sesame-2"
    reader.restart()
    reader.sync_until_done(1)
    assert next(path for path in desk.requests[asked:] if "tickets/cursor" in path).count("cursor=")
    assert reader.everything() == undisturbed(desk).everything()


@pytest.mark.parametrize(
    ("path", "stream"),
    [
        ("ticket_metric_events", "metric_events"),
        ("incremental/ticket_events", "ticket_events"),
        ("satisfaction_ratings", "satisfaction"),
        ("business_hours", "schedules"),
        ("slas/policies", "sla_policies"),
        ("organizations", "organizations"),
    ],
)
def test_what_the_plan_does_not_offer_is_noted_and_left_out(
    path: str, stream: str, desk: Simulator, reader: Reader
) -> None:
    desk.fail(Fault.FORBIDDEN, path, times=1000)
    outcome = reader.sync()
    assert outcome.outcome == "succeeded"
    assert [note.split(":")[0] for note in outcome.notes] == [stream]
    assert reader.tickets().keys() == desk.world.truth.keys()


def test_without_the_history_solves_come_from_the_metric_sets(desk: Simulator, reader: Reader) -> None:
    desk.fail(Fault.FORBIDDEN, "incremental/ticket_events", times=1000)
    reader.sync()
    rows = reader.tickets()
    simple = {i: truth for i, truth in desk.world.truth.items() if len(truth.solves) == 1 and truth.solved}
    assert simple
    for ticket_id, truth in simple.items():
        assert _seconds(rows[ticket_id]["solved_at"]) == truth.solved


def test_credentials_go_to_the_configured_host_only(desk: Simulator, reader: Reader) -> None:
    # Every address in the simulator's replies names another host; following one would fail the run.
    assert reader.sync().outcome == "succeeded"
    assert all("elsewhere" not in path for path in desk.requests)


def test_a_rating_that_was_offered_is_answered_later(
    desk: Simulator, account: tuple[World, Cast], reader: Reader
) -> None:
    world, cast = account
    ticket_id = world.create(cast.customers[0])
    rating = world.offer_rating(ticket_id)
    reader.sync()
    assert str(rating) in {row["id"] for row in reader.rows(schema.invitation)}
    assert str(rating) not in {row["id"] for row in reader.rows(schema.response)}
    world.advance(9 * 86400)
    world.rate(rating, "bad", "<script>alert(1)</script>")
    reader.sync()
    answer = next(row for row in reader.rows(schema.response) if row["id"] == str(rating))
    assert (answer["score"], answer["ticket_id"]) == (0.0, str(ticket_id))
    assert answer["contact_id"] == str(cast.customers[0])
    offered = [r for r in world.ratings.values() if r["score"] == "offered"]
    assert len(reader.rows(schema.invitation)) == len(reader.rows(schema.response)) + len(offered)


def test_an_agent_who_asks_does_not_answer_by_writing_again(
    desk: Simulator, account: tuple[World, Cast], reader: Reader
) -> None:
    world, cast = account
    asker, helper = cast.agents[0], cast.agents[1]
    ticket_id = world.create(asker)
    world.advance(600)
    world.comment(ticket_id, asker)
    world.advance(600)
    world.comment(ticket_id, helper)
    world.advance(600)
    reader.sync()
    assert reader.tickets()[ticket_id]["first_reply_calendar_minutes"] == 20


def test_a_request_that_an_agent_writes_down_is_not_answered_by_that(
    desk: Simulator, account: tuple[World, Cast], reader: Reader
) -> None:
    world, cast = account
    ticket_id = world.create(cast.customers[0], by=cast.agents[0])
    world.advance(600)
    world.comment(ticket_id, cast.agents[0], public=False)
    world.advance(600)
    reader.sync()
    assert reader.tickets()[ticket_id]["first_reply_at"] is None


def test_a_custom_status_counts_by_its_category(
    desk: Simulator, account: tuple[World, Cast], reader: Reader
) -> None:
    world, cast = account
    world.custom_statuses.append({"id": 77, "status_category": "hold", "agent_label": "At the vendor"})
    ticket_id = world.create(cast.customers[0])
    world.advance(600)
    world.update(ticket_id, cast.agents[0], custom_status_id=77)
    world.tickets[ticket_id]["status"] = "waiting_for_vendor"
    world.advance(600)
    reader.sync()
    assert reader.tickets()[ticket_id]["state"] == "on_hold"
    spans = [row["state"] for row in reader.rows(schema.ticket_span) if row["ticket_id"] == str(ticket_id)]
    assert spans == ["new", "on_hold"]


def test_an_agent_who_leaves_becomes_inactive_and_keeps_the_replies(
    desk: Simulator, account: tuple[World, Cast], reader: Reader
) -> None:
    world, cast = account
    reader.sync()
    leaver = cast.agents[3]
    world.change_user(leaver, role="end-user")
    world.advance(120)
    reader.sync()
    active = {row["id"]: row["is_active"] for row in reader.rows(schema.agent)}
    assert (active[str(leaver)], active[str(cast.agents[0])]) == (False, True)
    replies = [row for row in reader.rows(schema.ticket_event) if row["actor_id"] == str(leaver)]
    assert {row["kind"] for row in replies} >= {EventKind.CHANGE, EventKind.AGENT_REPLY}
    assert EventKind.CUSTOMER_REPLY not in {row["kind"] for row in replies}


def _whose(world: World, ticket_id: int) -> tuple[str | None, str]:
    """The account and audience of a ticket, from its requester."""
    ticket = world.tickets[ticket_id]
    requester = world.users.get(ticket["requester_id"])
    firm = world.organizations.get(ticket["organization_id"])
    role = requester["user_fields"].get("role") if requester else None
    audience = {"sponsor": "decision_maker", "user": "end_user"}.get(role or "", "unknown")
    return firm["name"].lower() if firm else None, audience


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
