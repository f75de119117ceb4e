"""The rows of a month that moved a figure most, and what was written in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, select

from data import facts
from data.board import Voice, voice_of
from data.counting import within
from data.cubes import TEAM_MARK
from data.evidence_rows import column_of, details
from data.facts import Scope, conditions
from data.reading import Reading
from data.readings import Readings
from data.schema import response, ticket
from data.window import Filters, Window

MOST = 10
FEW = 5_000
"""Of a sign without an index of its own the rows are ranked only where there are no more than this."""

LATENESS = {"sla_attainment", "sla_gap", "sla_gap_p90"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A ticket or an answer. Texts are customers' words: hostile until escaped.

    ticket_id: of the ticket, or of the one that the answer is about. late_minutes: beyond its target on the
    target's clock; below zero: early. handoffs: how often it went from one agent to another. score: of the
    worst NPS answer about the ticket, or of the answer. None: not known, or there is no such thing.
    """

    source: str
    ticket_id: str | None
    title: str | None
    account: str | None
    priority: str | None = None
    team: str | None = None
    late_minutes: float | None = None
    handoffs: int | None = None
    score: float | None = None
    audience: str | None = None


def moved(readings: Readings, reading: Reading) -> tuple[Moved, ...]:
    """At most ten rows, worst first; none where they can't be ranked fast enough."""
    scope = readings.scope(reading.window, reading.filters)
    if reading.metric.key in LATENESS:
        return _latest(scope)
    if reading.metric.key == "nps":
        return _lowest(scope)
    if reading.n > FEW or reading.value is None:
        return ()
    rows = readings.evidence(reading, limit=MOST).rows
    return tuple(
        Moved(
            source=row.source,
            ticket_id=row.id if row.kind == "ticket" else None,
            title=row.title,
            account=row.account,
            priority=row.priority,
            team=row.team,
            score=row.score,
            audience=row.audience,
        )
        for row in rows
    )


def comments(readings: Readings, window: Window, filters: Filters, limit: int) -> tuple[Voice, ...]:
    """NPS answers of the window that say something, newest first. Index: response (kind, responded_at)."""
    until = min(window.end - timedelta(seconds=1), readings.as_of)
    rows = facts.voices(readings.connection, filters, until=until, limit=limit)
    return tuple(voice_of(row, readings.today) for row in rows if row["responded_at"] >= window.start)


def _latest(scope: Scope) -> tuple[Moved, ...]:
    """The tickets that were latest. Index: ix_ticket_sla_ended_at alone, where nothing is filtered."""
    t = ticket.c
    query = (
        select(t.source, t.id)
        .where(
            t.is_counted.is_(True),
            within(t.sla_ended_at, scope),
            t.sla_gap_minutes > 0,
            conditions(ticket, scope.filters),
        )
        .order_by(t.sla_gap_minutes.desc(), t.source, t.id)
        .limit(MOST)
    )
    keys = [f"{row.source}{TEAM_MARK}{row.id}" for row in scope.connection.execute(query)]
    known = details(scope.connection, "ticket", keys)
    late = column_of(scope.connection, "ticket", "sla_gap_minutes", keys)
    agents = column_of(scope.connection, "ticket", "assignee_count", keys)
    scores = _scores(scope, keys)
    return tuple(
        Moved(
            source=key.partition(TEAM_MARK)[0],
            ticket_id=key.partition(TEAM_MARK)[2],
            score=scores.get(key),
            late_minutes=late[key],
            handoffs=None if (count := agents[key]) is None else max(int(count) - 1, 0),
            **_shown(known[key]),
        )
        for key in keys
    )


def _scores(scope: Scope, keys: Sequence[str]) -> dict[str, float]:
    """The worst NPS answer about each ticket. Index: ix_response_ticket_id_source."""
    r = response.c
    query = (
        select(r.source, r.ticket_id, r.score)
        .where(
            r.ticket_id.in_([key.partition(TEAM_MARK)[2] for key in keys]),
            r.kind + "" == "nps",  # not by the kind, of which there are many
            r.is_deleted.is_(False),
            r.score.between(0, 10),
        )
        .order_by(r.score.desc())
    )
    rows = scope.connection.execute(query)
    return {f"{source}{TEAM_MARK}{id}": score for source, id, score in rows}


def _lowest(scope: Scope) -> tuple[Moved, ...]:
    """Detractors, the lowest scores and those with a comment first. Index: response (kind, responded_at)."""
    r = response.c
    query = (
        select(r.source, r.id, r.ticket_id)
        .where(
            and_(r.kind == "nps", r.is_deleted.is_(False), within(r.responded_at, scope)),
            r.score >= 0,
            r.score < 7,
            conditions(response, scope.filters),
        )
        .order_by(r.score, r.comment.is_(None), r.responded_at.desc(), r.source, r.id)
        .limit(MOST)
    )
    rows = scope.connection.execute(query).all()
    known = details(scope.connection, "answer", [f"{row.source}{TEAM_MARK}{row.id}" for row in rows])
    return tuple(
        Moved(
            source=row.source,
            ticket_id=row.ticket_id,
            **_shown(known[f"{row.source}{TEAM_MARK}{row.id}"]),
        )
        for row in rows
    )


def _shown(known: Mapping[str, Any]) -> dict[str, Any]:
    names = ("title", "account", "priority", "team", "score", "audience")
    return {name: known[name] for name in names if name in known}
