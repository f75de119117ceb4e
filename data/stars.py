"""Whom to thank: the people behind tickets whose requesters gave one of the best marks, and said why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select

from data.counting import within
from data.cubes import TEAM_MARK
from data.evidence_rows import details
from data.facts import Scope, account_names_of, conditions
from data.records import Audience
from data.schema import agent, contact, response, survey, ticket, ticket_span
from data.tallies_answers import known_hash
from data.tallies_experience import is_best
from data.tally import Mark
from data.window import Filters

SHORTLY = timedelta(days=14)
"""How long before an answer that names no ticket its giver's last ticket may have been solved."""

AT_ONCE, LOOKED_AT = 20, 60
"""Answers that are looked up together, and at most: not each of them has a ticket that somebody held."""

KINDS = ("nps", "csat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Star:
    """One answer and those who held its ticket. comment, subject: a customer's words: hostile until escaped.

    agents: names in the order in which they held it, the last one last. is_named: the answer names this
    ticket; False: it was the giver's last one, solved shortly before. Names are None where not known.
    """

    said_at: datetime
    score: float
    highest: int
    comment: str
    audience: Audience
    account: str | None
    agents: tuple[str, ...]
    team: str | None
    source: str
    ticket: str
    subject: str | None
    solved_at: datetime | None
    is_named: bool


def stars(scope: Scope, *, limit: int) -> tuple[Star, ...]:
    """The latest of the window with a comment, newest first; at most `limit`.

    The filter of priority is that of the ticket, since an answer has none.
    """
    found: list[Star] = []
    for offset in range(0, LOOKED_AT, AT_ONCE):
        answers = scope.connection.execute(_praise(scope).limit(AT_ONCE).offset(offset)).all()
        best = [row for row in answers if is_best(row.kind, _mark(row))]
        pairs = [(row, key) for row in best if (key := _ticket_of(scope, row)) is not None]
        found += _stars(scope, pairs)
        if len(found) >= limit or len(answers) < AT_ONCE:
            break
    return tuple(found[:limit])


def _praise(scope: Scope) -> Select[Any]:
    """Answers with a comment that may be praise, newest first. Index: response (kind, responded_at)."""
    r, s = response.c, survey.c
    filters = replace(scope.filters, priority=None)
    return (
        select(
            r.source, r.id, r.kind, r.score, r.comment, r.audience, r.account_key, r.responded_at,
            r.ticket_id, r.contact_id, known_hash().label("hash"), s.scale_min, s.scale_max,
        )
        .join_from(response, survey, and_(s.source == r.source, s.id == r.survey_id))
        .where(
            r.kind.in_(KINDS), r.is_deleted.is_(False), within(r.responded_at, scope),
            r.score > 0, func.trim(r.comment) != "", conditions(response, filters),
        )
        .order_by(r.responded_at.desc(), r.source, r.id)
    )  # fmt: skip


def _mark(row: Row[Any]) -> Mark:
    return Mark(row.scale_min, row.scale_max, row.score)


def _ticket_of(scope: Scope, row: Row[Any]) -> str | None:
    """The ticket (`source:id`) that an answer names, else the last one of its giver; None: there is none.

    Indexes: the key of tickets, or contact (email_hash) and ticket (requester_id, source).
    """
    t = ticket.c
    wanted = select(t.source, t.id).where(t.is_counted.is_(True), _priority(scope.filters))
    if row.ticket_id is not None:
        wanted = wanted.where(t.source == row.source, t.id == row.ticket_id)
    else:
        people = list(_people(scope, row))
        if not people:
            return None
        theirs = [and_(t.requester_id == person, t.source == home) for home, person in people]
        wanted = wanted.where(
            or_(*theirs), t.solved_at <= row.responded_at, t.solved_at > row.responded_at - SHORTLY
        )
    found = scope.connection.execute(wanted.order_by(t.solved_at.desc(), t.id).limit(1)).first()
    return f"{found.source}{TEAM_MARK}{found.id}" if found else None


def _people(scope: Scope, row: Row[Any]) -> Iterator[tuple[str, str]]:
    """(source, contact) of whoever gave the answer, in every source that knows the person."""
    if row.contact_id is not None:
        yield row.source, row.contact_id
    if row.hash is not None:
        query = select(contact.c.source, contact.c.id).where(contact.c.email_hash == row.hash)
        yield from ((home, id) for home, id in scope.connection.execute(query))


def _priority(filters: Filters) -> Any:
    return conditions(ticket, Filters(priority=filters.priority))


def _stars(scope: Scope, pairs: Sequence[tuple[Row[Any], str]]) -> Iterator[Star]:
    """Those of whose ticket somebody is known to have held it."""
    keys = [key for _, key in pairs]
    known, held = details(scope.connection, "ticket", keys), _held(scope, keys)
    firms = account_names_of(scope.connection, {row.account_key for row, _ in pairs if row.account_key})
    for row, key in pairs:
        agents, told = held.get(key), known.get(key)
        if agents and told:
            yield Star(
                said_at=row.responded_at,
                score=row.score,
                highest=row.scale_max,
                comment=row.comment,
                audience=Audience(row.audience),
                account=firms.get(row.account_key),
                agents=agents,
                team=told["team"],
                source=key.partition(TEAM_MARK)[0],
                ticket=key.partition(TEAM_MARK)[2],
                subject=told["title"],
                solved_at=told["solved_at"],
                is_named=row.ticket_id is not None,
            )


def _held(scope: Scope, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The names of those who held each ticket, by when they last did. Index: the keys."""
    ids: dict[str, dict[str, None]] = {}
    for key in keys:
        source, _, id = key.partition(TEAM_MARK)
        span = ticket_span.c
        query = select(span.assignee_id).where(span.source == source, span.ticket_id == id)
        last = select(ticket.c.assignee_id).where(ticket.c.source == source, ticket.c.id == id)
        order = [row[0] for row in scope.connection.execute(query.order_by(span.started_at))]
        order += [row[0] for row in scope.connection.execute(last)]
        ids[key] = dict.fromkeys(reversed([each for each in order if each]))
    names = _agents(scope, {(key.partition(TEAM_MARK)[0], id) for key in keys for id in ids[key]})
    return {
        key: tuple(
            name
            for id in reversed(list(found))
            if (name := names.get((key.partition(TEAM_MARK)[0], id))) is not None
        )
        for key, found in ids.items()
    }


def _agents(scope: Scope, keys: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    if not keys:
        return {}
    a = agent.c
    query = select(a.source, a.id, a.name).where(
        or_(*(and_(a.source == source, a.id == id) for source, id in sorted(keys)))
    )
    return {(row.source, row.id): row.name for row in scope.connection.execute(query)}
