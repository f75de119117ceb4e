"""The SQL behind one account's page: its people, its open and its missed tickets, and what it said.

Every query begins with the account, and holds no more than a page shows. No addresses leave it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from data.records import Audience
from data.schema import account, contact, invitation, response, ticket, ticket_span
from data.tallies_stakes import next_renewal
from data.window import FOREVER, Window

MOST_PEOPLE = 5_000
KINDS = ("nps", "csat", "ces", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """Who an account is, of all sources together. None: not known."""

    account: str
    name: str
    employees: int | None
    value: float | None
    renewal_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of an account. asked, answered: in the time looked at. Texts are somebody's own words."""

    name: str | None
    title: str | None
    audience: Audience
    is_asked: bool
    is_answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTicket:
    """A ticket in a list. gap_minutes: beyond its target, below 0 before it; due_at: when its target breaks
    or broke. reply_minutes: to the first public reply, on the calendar clock. None: not known."""

    source: str
    id: str
    subject: str | None
    state: str
    priority: str | None
    created_at: datetime
    solved_at: datetime | None
    due_at: datetime | None
    gap_minutes: float | None
    reply_minutes: float | None


def firm_of(connection: Connection, key: str, today: date) -> Firm:
    """Of several sources the largest value counts, and the next renewal. LookupError: no such account."""
    columns = (account.c.name, account.c.employee_count, account.c.yearly_value, account.c.renewal_on)
    query = select(*columns).where(account.c.account_key == key, account.c.is_deleted.is_(False))
    rows = connection.execute(query.order_by(account.c.name)).all()
    if not rows:
        raise LookupError(f"No account is called {key[:60]!r}. It may have been renamed or deleted.")
    days = [row.renewal_on for row in rows if row.renewal_on is not None]
    return Firm(
        account=key,
        name=rows[-1].name,
        employees=max((row.employee_count for row in rows if row.employee_count is not None), default=None),
        value=max((row.yearly_value for row in rows if row.yearly_value is not None), default=None),
        renewal_on=next_renewal(days, today),
    )


def people_of(connection: Connection, key: str, window: Window) -> tuple[Person, ...]:
    """At most MOST_PEOPLE, by name: who was sent an invitation in the window, and who answered in it.

    The same person in several sources is told by the keyed hash of the address. Indexes: contact
    (account_id, source), invitation and response by account and moment.
    """
    asked = {*_seen(connection, _invited(key, window))}
    answered = {*_seen(connection, _answered(key, window))}
    found: dict[Any, Person] = {}
    for row in connection.execute(_contacts(key)):
        marks = {(row.source, row.id), *([row.email_hash] if row.email_hash else [])}
        who = row.email_hash or (row.source, row.id)
        before = found.get(who)
        found[who] = Person(
            name=row.name or (before.name if before else None),
            title=row.title or (before.title if before else None),
            audience=_audience(Audience(row.audience), before),
            is_asked=bool(marks & asked) or (before is not None and before.is_asked),
            is_answered=bool(marks & answered) or (before is not None and before.is_answered),
        )
    return tuple(sorted(found.values(), key=lambda person: (person.name or "~").casefold()))


def _audience(mine: Audience, before: Person | None) -> Audience:
    return before.audience if before is not None and mine is Audience.UNKNOWN else mine


def _contacts(key: str) -> Select[Any]:
    mine = and_(contact.c.account_id == account.c.id, contact.c.source == account.c.source)
    columns = ("source", "id", "name", "title", "audience", "email_hash")
    return (
        select(*(contact.c[name] for name in columns))
        .join_from(account, contact, mine)
        .where(
            account.c.account_key == key,
            account.c.is_deleted.is_(False),
            contact.c.is_deleted.is_(False),
        )
        .order_by(contact.c.source, contact.c.id)
        .limit(MOST_PEOPLE)
    )


def _invited(key: str, window: Window) -> Select[Any]:
    sent = and_(invitation.c.sent_at >= window.start, invitation.c.sent_at < window.end)
    columns = (invitation.c.source, invitation.c.contact_id)
    return select(*columns).where(invitation.c.account_key == key, sent).distinct()


def _answered(key: str, window: Window) -> Select[Any]:
    said = and_(response.c.responded_at >= window.start, response.c.responded_at < window.end)
    columns = (response.c.source, response.c.contact_id, response.c.email_hash)
    mine = and_(response.c.account_key == key, response.c.kind.in_(KINDS), response.c.is_deleted.is_(False))
    return select(*columns).where(mine, said).distinct()


def _seen(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    """What the people of these rows are known by."""
    for source, id, *hashes in connection.execute(query):
        if id is not None:
            yield source, id
        yield from (mark for mark in hashes if mark)


def open_tickets(connection: Connection, key: str, *, limit: int) -> tuple[AccountTicket, ...]:
    """The unsolved ones, what is due first; without a target the oldest. Index: ticket_span (account_key,
    ended_at)."""
    mine = and_(ticket_span.c.source == ticket.c.source, ticket_span.c.ticket_id == ticket.c.id)
    due = ticket.c.sla_due_at
    query = (
        select(*_columns())
        .join_from(ticket_span, ticket, mine)
        .where(ticket_span.c.account_key == key, ticket_span.c.ended_at == FOREVER)
        .order_by(due.asc().nulls_last(), ticket.c.created_at, ticket.c.source, ticket.c.id)
    )
    return _tickets(connection, query.limit(limit))


def missed_tickets(
    connection: Connection, key: str, window: Window, *, limit: int
) -> tuple[AccountTicket, ...]:
    """The latest whose target ended in the window and was not kept. Index: ticket (account_key,
    sla_ended_at)."""
    ended = ticket.c.sla_ended_at
    query = select(*_columns()).where(
        ticket.c.account_key == key,
        ended >= window.start,
        ended < window.end,
        ticket.c.sla_is_met.is_(False),
        ticket.c.is_counted.is_(True),
    )
    return _tickets(connection, query.order_by(ended.desc(), ticket.c.source, ticket.c.id).limit(limit))


def fastest_replies(
    connection: Connection, key: str, window: Window, *, limit: int
) -> tuple[AccountTicket, ...]:
    """Of the tickets created in the window those with the quickest first public reply. Index: ticket
    (account_key, created_at)."""
    took = ticket.c.first_reply_calendar_minutes
    query = select(*_columns()).where(
        ticket.c.account_key == key,
        ticket.c.created_at >= window.start,
        ticket.c.created_at < window.end,
        ticket.c.is_counted.is_(True),
        took.is_not(None),
    )
    return _tickets(connection, query.order_by(took, ticket.c.source, ticket.c.id).limit(limit))


def comments(
    connection: Connection, key: str, window: Window, *, least: float = 0, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Its latest NPS answers of the window with a comment and a score of at least `least`, newest first.

    Columns: responded_at, score, audience, comment. Index: response (account_key, kind, responded_at).
    """
    r = response.c
    query = (
        select(r.responded_at, r.score, r.audience, r.comment)
        .where(
            r.account_key == key,
            r.kind == "nps",
            r.responded_at >= window.start,
            r.responded_at < window.end,
            r.is_deleted.is_(False),
            r.score.between(least, 10),
            func.trim(r.comment) != "",
        )
        .order_by(r.responded_at.desc(), r.source, r.id)
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _columns() -> tuple[Any, ...]:
    t = ticket.c
    return (
        t.source, t.id, t.subject, t.state, t.priority, t.created_at, t.solved_at, t.sla_due_at,
        t.sla_gap_minutes, t.first_reply_calendar_minutes,
    )  # fmt: skip


def _tickets(connection: Connection, query: Select[Any]) -> tuple[AccountTicket, ...]:
    return tuple(
        AccountTicket(
            source=row.source,
            id=row.id,
            subject=row.subject,
            state=row.state,
            priority=row.priority,
            created_at=row.created_at,
            solved_at=row.solved_at,
            due_at=row.sla_due_at,
            gap_minutes=row.sla_gap_minutes,
            reply_minutes=row.first_reply_calendar_minutes,
        )
        for row in connection.execute(query)
    )
