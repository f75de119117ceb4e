"""Multiplies told lives inside the database: each row of a seed becomes a row in each of many copies.

Of a ticket that comes in at nine, the copies came in some seconds or minutes earlier, each at another
moment; everything else happens to them when it happened to the ticket. How much earlier is bounded
(telling.Lived.slack), so that days, targets and outcomes stay as they are and each duration either stays or
grows by exactly as much: the columns of a copy are those that deriving it would give, holidays and changes
of the clock included. What is only alike: the moments of the replies and solves of a ticket's copies are
the same second. People and answers move by whole copies, some hours back.

Copies go in by slices of time, so neighbours in time are neighbours on disk, and keys only ever grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.sql.elements import ColumnElement

from data import schema
from data.rows import Row
from tests.benchmarks.telling import GROWING, MINUTES

SLICE_ROWS = 200_000
COUNTED = {"preserve_rowcount": True}
SPREAD = 79_200
"""People of a copy are asked up to 22 hours earlier: never two local days, also where one has 23 hours."""

DATED = {
    schema.ticket: "created_at",
    schema.invitation: "sent_at",
    schema.response: "responded_at",
    schema.contact: "id",
}
PREFIX = {schema.ticket: "T-", schema.invitation: "I-", schema.response: "R-"}
PERSONAL = ("sent_at", "opened_at", "responded_at", "updated_at", "learnt_at")


@dataclass(frozen=True, slots=True)
class Seed:
    """Temporary tables of one table's told rows: as they come, and in the order of time by `place`.

    number: of the ticket in the order of telling, or of the first ticket of the telling; a copy that is not
    whole takes the first numbers.
    """

    table: Table
    heap: Table
    ordered: Table


def seed_of(table: Table) -> Seed:
    """The temporary tables for `table`, not yet made."""
    more: list[tuple[str, Any]] = [("number", Integer)]
    if table is schema.ticket:
        more += [("slack", Integer), *((f"grows_{name}", Integer) for name in GROWING)]
    if table is schema.response:
        more += [("since_midnight", Integer), ("day_before", Date)]

    def columns() -> Iterable[Column[Any]]:
        yield from (Column(column.name, column.type) for column in table.c)
        yield from (Column(name, kind) for name, kind in more)

    heap = Table(f"heap_{table.name}", MetaData(), *columns(), prefixes=["TEMPORARY"])
    place = Column("place", Integer, primary_key=True, autoincrement=False)
    if table is schema.ticket_span:
        part = Column("part", Integer, primary_key=True, autoincrement=False)
        keys = [place, part]
    else:
        keys = [place, Column("new_id", Text)]
    ordered = Table(f"seed_{table.name}", MetaData(), *keys, *columns(), prefixes=["TEMPORARY"])
    return Seed(table, heap, ordered)


SEEDS = {
    table: seed_of(table)
    for table in (schema.ticket, schema.ticket_span, schema.contact, schema.invitation, schema.response)
}
COMPANIES = (schema.account, schema.team)

copy = Table(
    "copy",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("takes", Integer, nullable=False),  # so many tickets of the seed
    Column("back", Integer, nullable=False),  # seconds that people are asked earlier
    Column("mark", Text, nullable=False),  # after identifiers of tickets and people
    Column("before", Text, nullable=False),  # before e-mail addresses
    Column("company", Text, nullable=False),  # after identifiers of accounts
    Column("firm", Text, nullable=False),  # after names of accounts
    Column("firm_key", Text, nullable=False),
    Column("is_company", Boolean, nullable=False),  # brings accounts of its own
    prefixes=["TEMPORARY"],
)


def make_seeds(connection: Connection) -> None:
    for seed in SEEDS.values():
        seed.heap.create(connection)
        seed.ordered.create(connection)
    copy.create(connection)


def plan_copies(tickets: int, told: int, *, shares_company: bool) -> list[Row]:
    """The copies of a seed of `told` tickets that make so many; all of one company, or one company each."""
    return [
        {
            "number": number,
            "takes": min(told, tickets - start),
            "back": number * 18_397 % SPREAD,
            "mark": f".{number}" if number else "",
            "before": f"{number}." if number else "",
            "company": f".{number}" if number and not shares_company else "",
            "firm": f" Branch {number}" if number and not shares_company else "",
            "firm_key": f" branch {number}" if number and not shares_company else "",
            "is_company": not number or not shares_company,
        }
        for number, start in enumerate(range(0, tickets, told))
    ]


def put_in_order(connection: Connection) -> None:
    """From the heaps into the seeds, by time; tickets get identifiers that grow with it."""
    for table, by in DATED.items():
        heap, ordered = SEEDS[table].heap, SEEDS[table].ordered
        place = func.row_number().over(order_by=[heap.c[by], heap.c.id])
        ranked = select(place.label("place"), *heap.c).subquery()
        key = literal(PREFIX[table]) + _digits(ranked.c.place, 8) if table in PREFIX else ranked.c.id
        found = select(ranked.c.place, key, *(ranked.c[c.name] for c in heap.c)).order_by(ranked.c.place)
        _fill(connection, ordered, found)
    tickets, spans = SEEDS[schema.ticket].ordered, SEEDS[schema.ticket_span].heap
    part = func.row_number().over(partition_by=tickets.c.place, order_by=spans.c.started_at)
    named = select(tickets.c.place, part, *spans.c).join(tickets, tickets.c.id == spans.c.ticket_id)
    _fill(connection, SEEDS[schema.ticket_span].ordered, named.order_by(tickets.c.place, spans.c.started_at))
    for seed in SEEDS.values():
        seed.heap.drop(connection)
    if connection.dialect.name == "postgresql":
        for seed in SEEDS.values():
            connection.exec_driver_sql(f"ANALYZE {seed.ordered.name}")


def _fill(connection: Connection, table: Table, query: Any) -> None:
    connection.execute(insert(table).from_select([column.name for column in table.c], query))


def multiply(connection: Connection, table: Table, copies: int) -> int:
    """Every row of a seed in every copy, in the order of time; how many rows."""
    ordered, tickets = SEEDS[table].ordered, SEEDS[schema.ticket].ordered
    places = connection.execute(select(func.max(ordered.c.place))).scalar() or 0
    is_span = table is schema.ticket_span
    step = max(1, SLICE_ROWS // copies // (3 if is_span else 1))
    names = [column.name for column in table.c]
    count = 0
    for first in range(1, places + 1, step):
        within = [ordered.c.place >= first, ordered.c.place < first + step, ordered.c.number < copy.c.takes]
        order = [ordered.c.place, copy.c.number]
        if is_span:  # the database would not know that both slices are the same
            within += [tickets.c.place >= first, tickets.c.place < first + step]
            within.append(tickets.c.place == ordered.c.place)
            order.append(ordered.c.part)
        found = select(*(_copied(table, name) for name in names)).where(*within).order_by(*order)
        count += connection.execute(
            insert(table).from_select(names, found), execution_options=COUNTED
        ).rowcount
    return count


def copy_companies(connection: Connection, rows: dict[Table, Sequence[Row]]) -> None:
    """The accounts and teams of the seed, and the accounts again for each copy that is a company of its own.

    All are served by the same teams: there are not a thousand of them in one organisation.
    """
    for table in COMPANIES:
        connection.execute(insert(table), list(rows[table]))
        if table is schema.team:
            continue
        names = [column.name for column in table.c]
        changed = {
            "id": table.c.id + copy.c.company,
            "name": table.c.name + copy.c.firm,
            **({"account_key": table.c.account_key + copy.c.firm_key} if "account_key" in names else {}),
        }
        is_of_seed = table.c.id.in_([row["id"] for row in rows[table]])
        another = and_(copy.c.is_company, copy.c.number > 0)
        found = select(*(changed.get(name, table.c[name]) for name in names)).join(copy, another)
        found = found.where(is_of_seed)
        connection.execute(insert(table).from_select(names, found))


def _copied(table: Table, name: str) -> ColumnElement[Any]:
    """What a column of a copy holds."""
    row, ticket = SEEDS[table].ordered, SEEDS[schema.ticket].ordered
    own = row.c[name]
    if name in ("contact_id", "requester_id", "email_hash") or (table is schema.contact and name == "id"):
        return own + copy.c.mark
    if name == "id":
        return row.c.new_id + literal("-") + _digits(copy.c.number, 3)
    if name == "email":
        return copy.c.before + own
    if name == "account_id":
        return own + copy.c.company
    if name == "account_key":
        return own + copy.c.firm_key
    if name == "ticket_id":
        return _ticket_of(table)
    if table in (schema.ticket, schema.ticket_span):
        return _moved(row, ticket, name)
    if name in PERSONAL:
        return type_coerce(own, BigInteger) - copy.c.back
    if name == "responded_on":
        return case((row.c.since_midnight < copy.c.back, row.c.day_before), else_=own)
    return own


def _ticket_of(table: Table) -> ColumnElement[Any]:
    row, ticket = SEEDS[table].ordered, SEEDS[schema.ticket].ordered
    if table is schema.ticket_span:
        return ticket.c.new_id + literal("-") + _digits(copy.c.number, 3)
    mine = select(ticket.c.new_id).where(ticket.c.id == row.c.ticket_id).scalar_subquery()
    answered = or_(row.c.ticket_id.is_(None), copy.c.takes <= row.c.number)
    return case((answered, null()), else_=mine + literal("-") + _digits(copy.c.number, 3))


def _moved(row: Table, ticket: Table, name: str) -> ColumnElement[Any]:
    """A column of a ticket or span of a copy that came in earlier; all in whole numbers, so exact."""
    own = row.c[name]
    earlier = (ticket.c.place * 7_919 + copy.c.number * 104_729) % (ticket.c.slack + 1)
    earlier = case((copy.c.number == 0, 0), else_=earlier)
    if name == "created_at":
        return type_coerce(own, BigInteger) - earlier
    if name == "started_at":
        started = type_coerce(own, BigInteger)
        return case((started == type_coerce(row.c.created_at, BigInteger), started - earlier), else_=started)
    if name not in GROWING:
        return own
    by = earlier * ticket.c[f"grows_{name}"]
    if name in MINUTES:
        return (func.round(own * 60.0) + by) / 60.0
    return type_coerce(own, BigInteger) - by


def _digits(number: ColumnElement[Any], count: int) -> ColumnElement[str]:
    """A number as text of so many digits, so that text is in the order of numbers."""
    return func.substr(cast(number + 10**count, Text), 2, type_=Text)
