"""The SQL that sets demand against who was at work: tickets in and out, and agents active by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, literal_column, or_, select, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from data.counting import within
from data.facts import Scope, conditions, dimension
from data.localday import LocalDays
from data.records import EventKind
from data.schema import ticket, ticket_event
from data.tallies_work import AGENT_MARK, flows
from data.tally import FlowTally, Group
from data.tally_work import CapacityTally

QUARTER = 900
"""Seconds. Of an agent's replies in a quarter of an hour one is enough: no day begins within one."""

# Written out, no parameter: the index holds such rows only, and the database must see that no other is asked.
REPLY: ColumnElement[str] = literal_column(f"'{EventKind.AGENT_REPLY.value}'")

Active = dict[Group, set[tuple[str, date]]]


def capacity(scope: Scope, by: Sequence[str] = ()) -> dict[Group, CapacityTally]:
    """Tickets created and solved in the window, and which agents were active on which of its days.

    Active is who sent a public reply or holds a ticket whose last solve is of that day.
    """
    went, at_work = flows(scope, by), active(scope, by)
    none = FlowTally()
    return {
        group: CapacityTally(
            went.get(group, none).created, went.get(group, none).solved, frozenset(at_work.get(group, ()))
        )
        for group in went.keys() | at_work.keys()
    }


def active(scope: Scope, by: Sequence[str] = ()) -> Active:
    """Which agents (`source` and id) were active on which local days of the window."""
    found = _who_solved(scope, by)
    for group, replied in _who_replied(scope, by).items():
        found[group] |= replied
    return found


def _who_solved(scope: Scope, by: Sequence[str]) -> Active:
    """(agent, local day) of the tickets solved in the window. Index: solved_at."""
    groups = [dimension(ticket, name).label(f"g{i}") for i, name in enumerate(by)]
    query = select(*groups, ticket.c.source, ticket.c.assignee_id, ticket.c.solved_on).where(
        ticket.c.is_counted.is_(True),
        within(ticket.c.solved_at, scope),
        ticket.c.assignee_id.is_not(None),
        conditions(ticket, scope.filters),
    )
    found: Active = defaultdict(set)
    for *group, source, agent, day in scope.connection.execute(query.distinct()):
        found[tuple(group)].add((f"{source}{AGENT_MARK}{agent}", day))
    return found


def _who_replied(scope: Scope, by: Sequence[str]) -> Active:
    """(agent, local day) of the public replies of the window. Index: ticket_event (happened_at), of replies.

    What requesters write is no reply, also where they are agents.
    """
    groups = [dimension(ticket, name).label(f"g{i}") for i, name in enumerate(by)]
    quarter = type_coerce(ticket_event.c.happened_at, BigInteger) // QUARTER
    query = (
        select(*groups, ticket_event.c.source, ticket_event.c.actor_id, quarter)
        .join_from(
            ticket_event,
            ticket,
            (ticket.c.source == ticket_event.c.source) & (ticket.c.id == ticket_event.c.ticket_id),
        )
        .where(
            ticket_event.c.kind == REPLY,
            within(ticket_event.c.happened_at, scope),
            ticket_event.c.actor_id.is_not(None),
            or_(ticket.c.requester_id.is_(None), ticket.c.requester_id != ticket_event.c.actor_id),
            ticket.c.is_counted.is_(True),
            conditions(ticket, scope.filters),
        )
        .distinct()
    )
    days = LocalDays(ZoneInfo(scope.window.zone))
    found: Active = defaultdict(set)
    for *group, source, agent, start in scope.connection.execute(query):
        found[tuple(group)].add((f"{source}{AGENT_MARK}{agent}", days.day(int(start) * QUARTER)))
    return found
