"""The SQL that takes tallies from the work on tickets: reopenings, replies, stations, flow, load.

A tally function returns one tally per group, as in data/tallies.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, and_, func, literal, or_, select, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from data.counting import count_where, grouped, seconds, standing, within
from data.facts import Scope, conditions, dimension
from data.schema import backlog_tally, ticket, ticket_span, ticket_tally
from data.stored import flow, served
from data.tallies import created_tickets, solved_tickets
from data.tallies_standing import waiting
from data.tally import (
    BacklogTally,
    CountTally,
    FlowTally,
    Group,
    HoldersTally,
    MeanTally,
    MinutesTally,
    ShareTally,
)
from data.window import Window

RATE_DAYS = 28
"""Four whole weeks, so that every weekday weighs alike."""

AGENT_MARK = ":"


@served(flow(ticket_tally, ("first_solved_reopened", "first_solved"), "first_solved_at", ShareTally))
def reopened_of_solved(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """Of the tickets first solved in the window, those reopened since. Index: first_solved_at."""
    counts = (count_where(ticket.c.reopen_count > 0), func.count())
    return grouped(scope, ticket, counts, _counted("first_solved_at", scope), by, ShareTally)


@served(flow(backlog_tally, ("returned",), "started_at", CountTally))
def reopenings(scope: Scope, by: Sequence[str] = ()) -> dict[Group, CountTally]:
    """Times that a ticket came back into the backlog in the window. Index: ticket_span.started_at."""
    where = and_(ticket_span.c.is_return.is_(True), within(ticket_span.c.started_at, scope))
    return grouped(scope, ticket_span, (func.count(),), where, by, CountTally, day="started_on")


@served(
    flow(
        ticket_tally,
        ("solved_one_touch", "solved_replied", "solved"),
        "solved_at",
        lambda once, replied, solved: ShareTally(once, replied, solved - replied),
    )
)
def one_touch(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """Of the tickets solved in the window with a reply, those with exactly one. Index: solved_at."""
    replies = ticket.c.reply_count
    counts = (count_where(replies == 1), count_where(replies > 0), count_where(_none(replies)))
    return grouped(scope, ticket, counts, _counted("solved_at", scope), by, ShareTally, day="solved_on")


def _mean(total: int, rows: int, solved: int) -> MeanTally:
    return MeanTally(total, rows, solved - rows)


def sum_of(column: str, scope: Scope, by: Sequence[str] = ()) -> dict[Group, MeanTally]:
    """A count column summed over the tickets solved in the window that have any. Index: solved_at."""
    value = ticket.c[column]
    counts = (func.coalesce(func.sum(value), 0), count_where(value > 0), count_where(_none(value)))
    return grouped(scope, ticket, counts, _counted("solved_at", scope), by, MeanTally, day="solved_on")


replies = served(flow(ticket_tally, ("replies", "solved_replied", "solved"), "solved_at", _mean))(
    partial(sum_of, "reply_count")
)
agent_stations = served(flow(ticket_tally, ("agent_stations", "agent_held", "solved"), "solved_at", _mean))(
    partial(sum_of, "assignee_count")
)
team_stations = served(flow(ticket_tally, ("team_stations", "team_held", "solved"), "solved_at", _mean))(
    partial(sum_of, "team_count")
)


def overdue_of_promised(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """Of the tickets unsolved at as-of with a resolution target, those past it. Index: spans (ended_at)."""
    due = ticket.c.sla_due_at
    promised = or_(ticket.c.sla_target_minutes.is_not(None), due.is_not(None))
    counts = (count_where(due < scope.as_of), count_where(promised), count_where(~promised))
    mine = and_(ticket_span.c.source == ticket.c.source, ticket_span.c.ticket_id == ticket.c.id)
    where = and_(ticket.c.is_counted.is_(True), mine, standing(scope))
    return grouped(scope, ticket, counts, where, by, ShareTally)


def flows(scope: Scope, by: Sequence[str] = ()) -> dict[Group, FlowTally]:
    """Tickets created and tickets solved in the window."""
    came, went = created_tickets(scope, by), solved_tickets(scope, by)
    none = CountTally()
    return {
        group: FlowTally(came.get(group, none).count, went.get(group, none).count)
        for group in came.keys() | went.keys()
    }


def backlog_and_rate(scope: Scope, by: Sequence[str] = ()) -> dict[Group, FlowTally]:
    """Tickets unsolved at as-of, and those solved in the RATE_DAYS before."""
    start, end = scope.as_of - timedelta(days=RATE_DAYS), scope.as_of + timedelta(seconds=1)
    lately = Window(start, end, scope.window.zone, f"{RATE_DAYS} days")
    stands, went = waiting(scope, by), solved_tickets(replace(scope, window=lately), by)
    found = {}
    for group in stands.keys() | went.keys():
        waits = stands.get(group, BacklogTally())
        unsolved = waits.us + waits.customer + waits.elsewhere
        found[group] = FlowTally(solved=went.get(group, CountTally()).count, unsolved=unsolved)
    return found


def ages(scope: Scope, by: Sequence[str] = ()) -> dict[Group, MinutesTally]:
    """Minutes since creation of the tickets unsolved at as-of. Index: ticket_span (ended_at, started_at)."""
    created = type_coerce(ticket_span.c.created_at, BigInteger)
    at = seconds(scope.as_of)
    values: dict[Group, Counter[float]] = defaultdict(Counter)
    for *group, began, count in _standing_by(scope, by, created):
        values[tuple(group)][(at - began) / 60] += count
    return {group: MinutesTally(found) for group, found in values.items()}


def holders(scope: Scope, by: Sequence[str] = ()) -> dict[Group, HoldersTally]:
    """Tickets unsolved at as-of by the agent who holds them."""
    agent = ticket_span.c.source + literal(AGENT_MARK) + ticket_span.c.assignee_id
    held: dict[Group, Counter[str]] = defaultdict(Counter)
    unheld: Counter[Group] = Counter()
    for *group, holder, count in _standing_by(scope, by, agent):
        if holder is None:
            unheld[tuple(group)] += count
        else:
            held[tuple(group)][holder] += count
    return {group: HoldersTally(held[group], unheld[group]) for group in held.keys() | unheld.keys()}


@served(
    flow(
        ticket_tally,
        ("created_after_hours", "created_hours_known", "created"),
        "created_at",
        lambda after, known, created: ShareTally(after, known, created - known),
    )
)
def after_hours(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """Of the tickets created in the window, those outside business hours. Index: created_at."""
    flag = ticket.c.is_after_hours
    counts = (count_where(flag.is_(True)), count_where(flag.is_not(None)), count_where(flag.is_(None)))
    return grouped(scope, ticket, counts, _counted("created_at", scope), by, ShareTally, day="created_on")


def _standing_by(scope: Scope, by: Sequence[str], value: ColumnElement[Any]) -> Any:
    """Rows (split, value, how many tickets unsolved at as-of have it)."""
    groups = [dimension(ticket_span, name).label(f"g{i}") for i, name in enumerate(by)]
    labelled = value.label("value")
    query = (
        select(*groups, labelled, func.count())
        .where(standing(scope), conditions(ticket_span, scope.filters))
        .group_by(*groups, labelled)
    )
    return scope.connection.execute(query)


def _counted(moment: str, scope: Scope) -> ColumnElement[bool]:
    return and_(ticket.c.is_counted.is_(True), within(ticket.c[moment], scope))


def _none(count: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(count.is_(None), count == 0)
