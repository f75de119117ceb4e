"""One row of the evidence of a reading, and the SQL that fetches what is known about the rows to be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, FromClause, func, select

from data.cubes import TEAM_MARK
from data.facts import account_names_of, team_names
from data.schema import account, invitation, response, survey, ticket

CHUNK = 1000
"""Ids asked for at once: below what either database takes in one statement."""

TABLES: Mapping[str, FromClause] = {"ticket": ticket, "answer": response, "invitation": invitation}


class Part(StrEnum):
    """What a row is to the figure."""

    HIT = "hit"  # in the numerator, or what is counted
    COUNTED = "counted"  # in the denominator only, or one of those that a median is taken of
    BESIDE = "beside"  # sets what the figure is held against (the mix of before), and is not counted
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One row. Texts are customers' words: hostile until escaped.

    kind: ticket, answer, invitation or account. part, says: what it contributes, and the same in words.
    value: its own minutes, where the metric is made of minutes; else None. rank: what the order goes by: a
    number, or a moment in seconds since 1970. title: a ticket's subject, an answer's comment, a survey's or
    an account's name. team, account: names. None: not known, or the kind has no such thing.
    """

    kind: str
    source: str
    id: str
    part: Part
    says: str
    value: float | None = None
    rank: float | None = None
    title: str | None = None
    state: str | None = None
    priority: str | None = None
    team: str | None = None
    account: str | None = None
    audience: str | None = None
    score: float | None = None
    created_at: datetime | None = None
    solved_at: datetime | None = None
    responded_at: datetime | None = None
    sent_at: datetime | None = None
    url: str | None = None


def column_of(connection: Connection, kind: str, name: str, keys: Sequence[str]) -> dict[str, float | None]:
    """A column of many rows by their keys (`source:id`), moments as seconds since 1970."""
    if kind == "account":
        return _values(connection, keys)
    table = TABLES[kind]
    return {key: _number(row[2]) for key, row in _fetched(connection, table, (table.c[name],), keys)}


def details(connection: Connection, kind: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What EvidenceRow shows, by key. Rows of which nothing is found are missing."""
    if kind == "account":
        names = account_names_of(connection, set(keys))
        return {key: {"title": names.get(key)} for key in keys}
    found = {"ticket": _tickets, "answer": _answers, "invitation": _invitations}[kind](connection, keys)
    names = account_names_of(connection, {item["account"] for item in found.values() if item["account"]})
    return {key: item | {"account": names.get(item["account"])} for key, item in found.items()}


def _tickets(connection: Connection, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    t = ticket.c
    columns = (t.subject, t.state, t.priority, t.team_id, t.account_key, t.created_at, t.solved_at, t.url)
    teams = team_names(connection)
    return {
        key: {
            "title": row.subject,
            "state": row.state,
            "priority": row.priority,
            "team": teams.get(f"{row.source}{TEAM_MARK}{row.team_id}"),
            "account": row.account_key,
            "created_at": row.created_at,
            "solved_at": row.solved_at,
            "url": _safe(row.url),
        }
        for key, row in _fetched(connection, ticket, columns, keys)
    }


def _answers(connection: Connection, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    r = response.c
    columns = (r.comment, r.score, r.audience, r.account_key, r.responded_at)
    return {
        key: {
            "title": row.comment,
            "score": row.score,
            "audience": row.audience,
            "account": row.account_key,
            "responded_at": row.responded_at,
        }
        for key, row in _fetched(connection, response, columns, keys)
    }


def _invitations(connection: Connection, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Invitations; where a source knows none, the surveys whose totals count instead."""
    i, s = invitation.c, survey.c
    found: dict[str, dict[str, Any]] = {
        key: {"audience": row.audience, "account": row.account_key, "sent_at": row.sent_at}
        for key, row in _fetched(connection, invitation, (i.audience, i.account_key, i.sent_at), keys)
    }
    rest = [key for key in keys if key not in found]
    for key, row in _fetched(connection, survey, (s.name, s.last_sent_at), rest):
        found[key] = {"title": row.name, "account": None, "sent_at": row.last_sent_at}
    return found


def _fetched(
    connection: Connection, table: FromClause, columns: Sequence[Any], keys: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    """(key, row) of those that are there. Index: the table's key."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        source, _, id = key.partition(TEAM_MARK)
        by_source[source].append(id)
    for source, ids in by_source.items():
        for start in range(0, len(ids), CHUNK):
            query = select(table.c.source, table.c.id, *columns).where(
                table.c.source == source, table.c.id.in_(ids[start : start + CHUNK])
            )
            for row in connection.execute(query):
                yield f"{row.source}{TEAM_MARK}{row.id}", row


def _values(connection: Connection, keys: Sequence[str]) -> dict[str, float | None]:
    """Yearly values by account key."""
    found: dict[str, float | None] = {}
    for start in range(0, len(keys), CHUNK):
        query = (
            select(account.c.account_key, func.max(account.c.yearly_value))
            .where(account.c.account_key.in_(keys[start : start + CHUNK]), account.c.is_deleted.is_(False))
            .group_by(account.c.account_key)
        )
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found


def _number(value: Any) -> float | None:
    return value.timestamp() if isinstance(value, datetime) else value


def _safe(url: str | None) -> str | None:
    """A link that a browser opens as a page, and as nothing else."""
    return url if url and url.startswith(("https://", "http://")) else None
