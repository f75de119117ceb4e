"""Fills an invented Zendesk account with people and with tickets that lived over months; a seed decides."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

from tests.simulators.zendesk_world import World

DAY = 86400
PRIORITIES = ("urgent", "high", "normal", "normal", "normal", "low", None)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what is in the account."""

    agents: list[int]
    customers: list[int]
    groups: list[int]
    former_agent: int


def populate(world: World, *, agents: int = 8, customers: int = 40, organizations: int = 6) -> Cast:
    """People, groups, organisations and a schedule. Every fourth customer decides."""
    groups = [world.add_group(name) for name in ("Front line", "Back office", "Field")]
    firms = [
        world.add_organization(f"Firm {i} ☂", yearly_value=str(1000 * (i + 1)), employees=10 + i)
        for i in range(organizations)
    ]
    staff = [world.add_user(f"Agent {i}", "admin" if i == 0 else "agent") for i in range(agents)]
    people = [
        world.add_user(
            f"Customer {i}",
            organization_id=firms[i % len(firms)],
            user_fields={"role": "sponsor" if i % 4 == 0 else "user", "job": "Clerk"},
        )
        for i in range(customers)
    ]
    former = world.add_user("Agent Gone", "agent")
    world.add_schedule(
        "Eastern Time (US & Canada)",
        [(1440 + day * 1440 + 540, 1440 + day * 1440 + 1020) for day in range(5)],
        [("2026-12-24", "2026-12-26")],
    )
    return Cast(staff, people, groups, former)


def seeded_world(
    now: datetime, *, tickets: int, seed: int = 1, days: int = 120, has_former_agent: bool = True
) -> tuple[World, Cast]:
    """An account whose tickets came in over the `days` before `now`, each with a life of its own."""
    world, dice = World(now), random.Random(seed)
    end = world.now - 600
    start = end - days * DAY
    world.now = start - DAY
    cast = populate(world, customers=max(40, tickets // 50))
    staff = [*cast.agents, cast.former_agent] if has_former_agent else cast.agents
    earlier: list[int] = []
    for _ in range(tickets):
        world.now = dice.randrange(start, end)
        ticket_id = _live(world, dice, cast, staff, end, earlier)
        if len(earlier) < 50:
            earlier.append(ticket_id)
    world.now = end
    if has_former_agent:
        world.change_user(cast.former_agent, role="end-user")
    world.now = int(now.timestamp())
    world.version += 1
    return world, cast


def _live(
    world: World, dice: random.Random, cast: Cast, staff: list[int], end: int, earlier: list[int]
) -> int:
    """One ticket from its beginning as far as it has come by `end`."""

    def time_passes(most: int) -> bool:
        world.now += dice.randrange(30, most)
        return world.now < end

    customer, agent = dice.choice(cast.customers), dice.choice(staff)
    ticket_id = world.create(customer, "Printer hums", priority=dice.choice(PRIORITIES), group=cast.groups[0])
    fate = dice.random()
    if not time_passes(4 * 3600):
        return ticket_id
    if fate < 0.02:
        world.delete(ticket_id, agent)
        return ticket_id
    if fate < 0.04 and earlier and world.tickets[earlier[0]]["status"] not in ("closed", "deleted"):
        world.merge(ticket_id, earlier[0], agent)
        return ticket_id
    world.update(ticket_id, agent, status="open", assignee_id=agent, group_id=dice.choice(cast.groups))
    if not time_passes(8 * 3600):
        return ticket_id
    world.comment(ticket_id, agent, status="pending")
    if fate < 0.3 and time_passes(DAY):
        world.comment(ticket_id, customer, status="open")
        if fate < 0.15 and time_passes(3600):
            world.update(ticket_id, agent, priority="high", status="hold")
    if fate > 0.95 or not time_passes(2 * DAY):
        return ticket_id
    world.comment(ticket_id, agent, status="solved")
    if fate > 0.8 and time_passes(DAY):
        rating = world.offer_rating(ticket_id)
        if fate > 0.85 and time_passes(DAY):
            world.rate(rating, "good" if fate > 0.88 else "bad", "Thanks 🎈" if fate > 0.9 else None)
    if fate < 0.1 and time_passes(DAY):
        world.comment(ticket_id, customer, status="open")
        if time_passes(DAY):
            world.update(ticket_id, agent, status="solved")
    if world.tickets[ticket_id]["status"] == "solved" and time_passes(4 * DAY):
        world.update(ticket_id, agent, status="closed")
    return ticket_id
