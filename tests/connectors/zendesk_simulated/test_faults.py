"""A simulated Zendesk account that misbehaves in every known way: nothing is lost, nothing is doubled."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from connectors.helpdesks.zendesk import Zendesk
from data import schema
from tests.connectors.zendesk_simulated.reader import (
    EVENTS,
    NOW,
    PAGE,
    TICKETS,
    Backwards,
    Death,
    DyingHttp,
    Everything,
    Reader,
    Undisturbed,
    seconds,
)
from tests.simulators.zendesk import Fault, Simulator
from tests.simulators.zendesk_seed import Cast, seeded_world
from tests.simulators.zendesk_world import World

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
    name: str, desk: Simulator, reader: Reader, straight: Everything
) -> None:
    fault, path, after, times = FAULTS[name]
    desk.hang_seconds = 0.6
    desk.fail(fault, path, after=after, times=times)
    reader.sync_until_done()
    assert reader.sync().outcome == "succeeded"
    assert not desk.faults_left()
    assert reader.everything() == straight


@pytest.mark.parametrize("kind", [Zendesk, Backwards])
def test_rows_that_repeat_and_empty_pages_make_no_difference_in_either_order(
    kind: type[Zendesk], sqlite_engine: Engine, undisturbed: Undisturbed
) -> None:
    world, _ = seeded_world(NOW, tickets=TICKETS, has_former_agent=False)
    with Simulator(world, page_size=PAGE, events_size=EVENTS, repeats=7, empty_every=2) as desk:
        reader = Reader(desk, sqlite_engine, kind)
        assert [reader.sync().outcome, reader.sync().outcome] == ["succeeded", "succeeded"]
        assert desk.empty_pages > 2
        assert reader.everything() == undisturbed(desk).everything()


def test_a_crash_between_any_two_pages_makes_no_difference(reader: Reader, straight: Everything) -> None:
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
    assert reader.everything() == straight


def test_what_changes_while_pages_are_read_arrives(
    desk: Simulator,
    account: tuple[World, Cast],
    reader: Reader,
    undisturbed: Undisturbed,
) -> None:
    world, cast = account
    first = min(world.tickets)
    alive = [world.create(customer) for customer in cast.customers[:4]]
    world.advance(600)
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
    undisturbed: Undisturbed,
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
    desk: Simulator, reader: Reader, straight: Everything
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
    assert reader.everything() == straight


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
        assert seconds(rows[ticket_id]["solved_at"]) == truth.solved


def test_credentials_go_to_the_configured_host_only(desk: Simulator, reader: Reader) -> None:
    # Every address in the simulator's replies names another host; following one would fail the run.
    assert reader.sync().outcome == "succeeded"
    assert all("elsewhere" not in path for path in desk.requests)
