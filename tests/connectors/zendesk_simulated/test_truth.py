"""What Barometer makes of a simulated Zendesk account equals what really happened in it."""

from __future__ import annotations

from sqlalchemy import Engine

from data import schema
from data.records import EventKind
from tests.connectors.zendesk_simulated.reader import Reader, seconds
from tests.simulators.zendesk import Simulator
from tests.simulators.zendesk_seed import Cast
from tests.simulators.zendesk_world import World


def test_tickets_in_the_store_are_as_they_were_in_truth(desk: Simulator, engine: Engine) -> None:
    reader = Reader(desk, engine)
    assert reader.sync().outcome == "succeeded"
    found = reader.tickets()
    assert found.keys() == desk.world.truth.keys()
    for ticket_id, truth in desk.world.truth.items():
        row = found[ticket_id]
        assert row["state"] == {"hold": "on_hold"}.get(truth.status, truth.status)
        assert seconds(row["created_at"]) == truth.created
        assert seconds(row["first_reply_at"]) == truth.first_reply
        assert row["reply_count"] == len(truth.agent_replies)
        assert seconds(row["solved_at"]) == truth.solved
        assert seconds(row["first_solved_at"]) == (truth.solves[0] if truth.solves else None)
        assert (row["account_key"], row["audience"]) == _whose(desk.world, ticket_id)
    for days in (0, 1, 10, 60, 119):
        at = desk.world.now - days * 86400
        assert reader.backlog(at) == desk.world.backlog(at)


def test_promises_in_the_store_are_those_that_were_applied(desk: Simulator, reader: Reader) -> None:
    reader.sync()
    found = {
        (int(row["ticket_id"]), row["measure"], row["cycle"], seconds(row["applied_at"])): row[
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
    world.advance(120)
    reader.sync()
    world.advance(30 * 86400)
    world.scrub(ticket_id)
    world.advance(120)
    reader.sync()
    assert reader.tickets()[ticket_id]["state"] == "deleted"
    assert ticket_id in reader.backlog(gone_at - 1)
    assert ticket_id not in reader.backlog(gone_at)


def test_a_ticket_that_was_restored_is_in_the_backlog_again(
    desk: Simulator, account: tuple[World, Cast], reader: Reader
) -> None:
    world, cast = account
    ticket_id = world.create(cast.customers[0])
    world.advance(3600)
    world.delete(ticket_id, cast.agents[0])
    gone_at = world.now
    world.advance(3600)
    reader.sync()
    world.restore(ticket_id, cast.customers[0])
    back_at = world.now
    world.advance(3600)
    reader.sync()
    assert reader.tickets()[ticket_id]["state"] == "new"
    assert [ticket_id in reader.backlog(at) for at in (gone_at - 1, gone_at, back_at)] == [True, False, True]


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
