"""Reads: the named queries behind screens. With tallies.py the only SELECTs for screens.

A `Scope` says which rows a query is about; everything that is read for one screen is read in one
snapshot of the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, FromClause, and_, false, literal, select
from sqlalchemy.sql.elements import ColumnElement

from data import schema
from data.settings import AssumptionSettings
from data.window import Filters, Window

TEAM_MARK = ":"
"""Between source and id in a team's value: a source's name holds none."""

ROW = "row"
"""The split by the row itself (`source:id` of the ticket, answer, invitation): the evidence of a reading. Of
spans it is their ticket."""


NO_ASSUMPTIONS = AssumptionSettings()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows: those of `window` (flows) or at `as_of` (levels), narrowed by `filters`.

    assumptions: what cannot be measured and somebody has set (downtime, reach).
    """

    connection: Connection
    window: Window
    filters: Filters
    as_of: datetime
    assumptions: AssumptionSettings = NO_ASSUMPTIONS


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection on which every query sees the same state of the store."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def dimension(table: FromClause, name: str) -> ColumnElement[Any]:
    """The column by which rows of `table` are split or filtered; NULL where the table does not know it."""
    if name == "team":
        return table.c.source + literal(TEAM_MARK) + table.c.team_id
    if name == "source":  # not the bare column: to group by it, SQLite would walk the whole key in order
        return table.c.source + literal("")
    if name == ROW:
        own = table.c.ticket_id if table is schema.ticket_span else table.c.id
        return table.c.source + literal(TEAM_MARK) + own
    column = {"account": "account_key"}.get(name, name)
    return table.c[column] if column in table.c else literal(None)


def conditions(table: FromClause, filters: Filters) -> ColumnElement[bool]:
    """The filters as a condition; rows of a table that does not know a dimension never match it."""
    parts: list[ColumnElement[bool]] = []
    for name, value in filters.given().items():
        if name == "team":
            source, _, team = value.partition(TEAM_MARK)
            known = "team_id" in table.c
            parts.append(and_(table.c.source == source, table.c.team_id == team) if known else false())
            continue
        column = {"account": "account_key"}.get(name, name)
        parts.append(table.c[column] == value if column in table.c else false())
    return and_(literal(True), *parts)


def team_names(connection: Connection) -> dict[str, str]:
    """Teams by their value in filters (`source:id`)."""
    table = schema.team
    return {
        f"{row.source}{TEAM_MARK}{row.id}": row.name
        for row in connection.execute(select(table.c.source, table.c.id, table.c.name).order_by(table.c.name))
    }


def account_names(connection: Connection) -> dict[str, str]:
    """Accounts by their value in filters (the key that is the same in every source)."""
    table = schema.account
    query = (
        select(table.c.account_key, table.c.name).where(table.c.is_deleted.is_(False)).order_by(table.c.name)
    )
    return {row.account_key: row.name for row in connection.execute(query)}


def feeds(connection: Connection) -> frozenset[str]:
    """What the store has any record of: tickets, surveys."""
    tables = {"tickets": schema.ticket, "surveys": schema.survey}
    return frozenset(
        name for name, table in tables.items() if connection.execute(select(table.c.id).limit(1)).first()
    )


def voices(
    connection: Connection, filters: Filters, *, until: datetime, limit: int
) -> Sequence[Mapping[str, Any]]:
    """The latest NPS answers with a comment, newest first (index: kind, responded_at).

    Columns: responded_at, score, audience, comment, account_key, account, renewal_on, yearly_value.
    """
    table, firm = schema.response, schema.account
    names = (
        select(
            firm.c.account_key,
            firm.c.name,
            firm.c.renewal_on,
            firm.c.yearly_value,
        )
        .where(firm.c.is_deleted.is_(False))
        .order_by(firm.c.yearly_value.nulls_first(), firm.c.name)
    )
    query = (
        select(
            table.c.responded_at,
            table.c.score,
            table.c.audience,
            table.c.comment,
            table.c.account_key,
        )
        .where(
            table.c.kind == "nps",
            table.c.is_deleted.is_(False),
            table.c.responded_at <= until,
            table.c.score.between(0, 10),
            table.c.comment.is_not(None),
            table.c.comment != "",
            conditions(table, filters),
        )
        .order_by(table.c.responded_at.desc(), table.c.id)
        .limit(limit)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    keys = {row["account_key"] for row in rows}
    firms = {f.account_key: f for f in connection.execute(names.where(firm.c.account_key.in_(keys)))}
    for row in rows:
        found = firms.get(row["account_key"])
        row["account"] = found.name if found else None
        row["renewal_on"] = found.renewal_on if found else None
        row["yearly_value"] = found.yearly_value if found else None
    return rows
