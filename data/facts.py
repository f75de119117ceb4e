"""Reads: the named queries behind screens. With tallies.py the only SELECTs for screens.

A `Scope` says which rows a query is about; everything that is read for one screen is read in one
snapshot of the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Connection,
    Engine,
    FromClause,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.sql.elements import ColumnElement

from data import schema
from data.cubes import TEAM_MARK
from data.rows import chunks
from data.settings import AssumptionSettings
from data.window import Filters, Window

ROW = "row"
"""The split by the row itself (`source:id` of the ticket, answer, invitation): the evidence of a reading. Of
spans it is their ticket."""


NO_ASSUMPTIONS = AssumptionSettings()

CHANNEL_DAYS = timedelta(days=90)
OFFERED = 300
"""How many teams or accounts a list to choose from holds at the most."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows: those of `window` (flows) or at `as_of` (levels), narrowed by `filters`.

    assumptions: what cannot be measured and somebody has set (downtime, reach). is_exact: count from the
    rows, not from stored tallies. memo: what was looked up for one screen and may be asked for again.
    """

    connection: Connection
    window: Window
    filters: Filters
    as_of: datetime
    assumptions: AssumptionSettings = NO_ASSUMPTIONS
    is_exact: bool = False
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyRows(Filters):
    """Filters that let through these rows alone, by (source, id): for the evidence of a large reading."""

    rows: tuple[tuple[str, str], ...]

    @classmethod
    def within(cls, filters: Filters, rows: Sequence[str]) -> OnlyRows:
        """The rows named as in the split ROW, of those that the filters let through."""
        pairs = (row.partition(TEAM_MARK) for row in rows)
        named = {item.name: getattr(filters, item.name) for item in fields(Filters)}
        return cls(rows=tuple((source, id) for source, _, id in pairs), **named)


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
    if name == ROW:
        return table.c.source + literal(TEAM_MARK) + _own(table)
    column = {"account": "account_key"}.get(name, name)
    if column not in table.c:
        return literal(None)
    # not the bare column: to group by one, SQLite would walk a whole index that begins with it
    return table.c[column] + literal("") if name in ("source", "account") else table.c[column]


def _own(table: FromClause) -> ColumnElement[Any]:
    """The id of the row that a row of `table` is evidence of."""
    return table.c.ticket_id if table is schema.ticket_span else table.c.id


def conditions(table: FromClause, filters: Filters) -> ColumnElement[bool]:
    """The filters as a condition; rows of a table that does not know a dimension never match it."""
    parts: list[ColumnElement[bool]] = []
    for name, value in filters.given().items():
        if name in ("source", "team"):
            # not the bare column: by its key SQLite would look through all of the source's rows
            source, _, team = value.partition(TEAM_MARK)
            mine = table.c.source + literal("") == source
            if name == "team":
                mine = and_(mine, table.c.team_id == team) if "team_id" in table.c else false()
            parts.append(mine)
            continue
        column = {"account": "account_key"}.get(name, name)
        parts.append(table.c[column] == value if column in table.c else false())
    if isinstance(filters, OnlyRows):
        parts.append(tuple_(table.c.source, _own(table)).in_(filters.rows))
    return and_(literal(True), *parts)


def team_names(connection: Connection) -> dict[str, str]:
    """Teams by their value in filters (`source:id`)."""
    return _team_names(connection, select(schema.team))


def account_names(connection: Connection) -> dict[str, str]:
    """Accounts by their value in filters (the key that is the same in every source)."""
    return _account_names(connection, select(schema.account.c.account_key, schema.account.c.name))


def offered_teams(connection: Connection, chosen: str | None) -> dict[str, str]:
    """At most OFFERED teams to choose from, by name, and the chosen one with them."""
    table = schema.team
    source, _, id = (chosen or "").partition(TEAM_MARK)
    found = _team_names(connection, select(table).order_by(table.c.name).limit(OFFERED))
    if chosen and chosen not in found:
        found |= _team_names(connection, select(table).where(table.c.source == source, table.c.id == id))
    return found


def offered_accounts(connection: Connection, chosen: str | None) -> dict[str, str]:
    """At most OFFERED accounts to choose from, the most valuable ones, and the chosen one with them.

    Index: account.yearly_value. A page that holds ten thousand of them would be slow and nobody's choice.
    """
    table = schema.account
    names, value = select(table.c.account_key, table.c.name), table.c.yearly_value
    # in two steps: databases disagree on where an index has those without a value
    most = names.where(value.is_not(None)).order_by(value.desc()).limit(OFFERED)
    found = _account_names(connection, most)
    if len(found) < OFFERED:
        without = names.where(value.is_(None)).order_by(table.c.account_key).limit(OFFERED - len(found))
        found |= _account_names(connection, without)
    if chosen and chosen not in found:
        found |= _account_names(connection, names.where(table.c.account_key == chosen))
    return found


def offered_channels(connection: Connection, at: datetime, chosen: str | None) -> dict[str, str]:
    """The channels of tickets that came in lately, at most OFFERED, and the chosen one with them.

    From stored tallies. Index: ticket_tally (cube, day).
    """
    table = schema.ticket_tally
    lately = table.c.day.between((at - CHANNEL_DAYS).date(), (at + timedelta(days=1)).date())
    query = select(table.c.channel).distinct().where(table.c.cube == "team", lately, table.c.channel != "")
    found = {name: name for (name,) in connection.execute(query.limit(OFFERED))}
    return dict(sorted((found | ({chosen: chosen} if chosen else {})).items()))


def first_moment(connection: Connection) -> datetime | None:
    """When the first ticket came in or the first answer to a judged survey; None: neither is there.

    Indexes: ticket (created_at), response (kind, responded_at).
    """
    ticket, response = schema.ticket, schema.response
    queries = [select(func.min(ticket.c.created_at))]
    queries += [
        select(func.min(response.c.responded_at)).where(response.c.kind == k) for k in ("nps", "csat")
    ]
    found = [connection.execute(query).scalar() for query in queries]
    return min((moment for moment in found if moment is not None), default=None)


def _team_names(connection: Connection, query: Select[Any]) -> dict[str, str]:
    found = connection.execute(query).all()
    return {f"{row.source}{TEAM_MARK}{row.id}": row.name for row in sorted(found, key=lambda row: row.name)}


def _account_names(connection: Connection, query: Select[Any]) -> dict[str, str]:
    found = connection.execute(query.where(schema.account.c.is_deleted.is_(False))).all()
    return {row.account_key: row.name for row in sorted(found, key=lambda row: row.name)}


def account_names_of(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Those of these accounts. Index: account.account_key."""
    table = schema.account
    found: dict[str, str] = {}
    for some in chunks(sorted(set(keys))):
        named = select(table.c.account_key, table.c.name).where(table.c.account_key.in_(some))
        rows = connection.execute(named.where(table.c.is_deleted.is_(False)).order_by(table.c.name))
        found |= {row.account_key: row.name for row in rows}
    return found


def feeds(connection: Connection) -> frozenset[str]:
    """What the store has any record of: tickets, surveys, mentions."""
    tables = {"tickets": schema.ticket, "surveys": schema.survey, "mentions": schema.mention}
    has_any = (exists(select(table.c.id)).label(name) for name, table in tables.items())
    found = connection.execute(select(*has_any)).mappings().one()
    return frozenset(name for name in tables if found[name])


def first_day(connection: Connection, zone: ZoneInfo) -> date | None:
    """The local day of the first ticket or judged answer; None: there is none. Indexes: ticket (created_at),
    response (kind, responded_at)."""
    answered = schema.response.c
    queries = [select(func.min(schema.ticket.c.created_at))] + [
        select(func.min(answered.responded_at)).where(answered.kind == kind) for kind in ("nps", "csat")
    ]
    moments = [moment for query in queries if (moment := connection.execute(query).scalar())]
    return min(moments).astimezone(zone).date() if moments else None


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
