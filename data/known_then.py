"""The store as it was known at a past moment, rebuilt in memory from what has been learnt up to then.

What was learnt later is taken back as if it were news: the facts are put as they were, and what points to
them is related and derived by the code that the store itself uses, so there is no second arithmetic.
The settings of then are not known: those of today are used (roles, hours, own targets, time zone).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Date,
    Engine,
    Integer,
    Select,
    Table,
    Text,
    and_,
    cast,
    insert,
    or_,
    select,
    type_coerce,
    union,
    update,
)
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.elements import ColumnElement

from data import relate, schema
from data.deriving import Deriver
from data.engine import memory
from data.facts import snapshot
from data.ledger import Ledger
from data.moment import Moment, epoch
from data.rows import chunks, raw, stored
from data.schema import SUPERSEDED, ticket, ticket_span
from data.settings import FileSettings
from data.superseded import SUPERSEDED_AT

COPIED = (schema.agent, schema.team, schema.sla_policy, schema.source, schema.data_version, schema.mention)
"""What has no past: names, what Barometer knows of its sources, and public posts."""

VERSIONED = (
    schema.account,
    schema.contact,
    schema.business_calendar,
    schema.survey,
    schema.invitation,
    schema.response,
)
RECENT = ("created_at", "solved_at", "first_solved_at", "first_reply_at", "sla_ended_at")
ROWS_AT_ONCE = 5000

Ids = dict[str, set[str]]
"""Ids by source."""


@contextmanager
def known_then(
    engine: Engine, settings: FileSettings, known_at: datetime, *, since: datetime | None = None
) -> Iterator[Connection]:
    """A store in memory that holds what was known at `known_at`, for reading.

    since: tickets whose last sign of life lies before it are left out (unless something about them was
    learnt after `known_at`), so that the cost grows with what is recent; no window may begin earlier.
    None: all tickets. Facts from before Barometer noted when it learnt them count as always known.
    """
    with memory().connect() as rebuilt:
        with snapshot(engine) as store:
            _Rebuild(store, rebuilt, settings, known_at, since).run()
        yield rebuilt


class _Rebuild:
    """Fills the store in memory: first the rows that still are as they were, then those that changed."""

    def __init__(
        self,
        store: Connection,
        memory: Connection,
        settings: FileSettings,
        known_at: datetime,
        since: datetime | None,
    ) -> None:
        self._store, self._memory = store, memory
        self._at: int = epoch(known_at) or 0
        self._since = since
        self._deriver = Deriver(settings, lambda: known_at)
        self._untallied = Ledger(memory, settings.time_zone, known_at, is_keeping=False)
        self._changed: dict[str, Ids] = {}

    def run(self) -> None:
        for statement in _definitions():
            self._memory.exec_driver_sql(statement)
        for table in COPIED:
            self._copy(table, select(*_as_stored(table)))
        for table in VERSIONED:
            self._copy(table, select(*_as_stored(table)).where(self._was_known(table)))
            self._changed[table.name] = self._put_back(table)
        past = schema.business_calendar_past
        self._copy(past, select(*_as_stored(past)).where(past.c.until <= self._at))
        self._take_back_audiences()
        touched = self._touched()
        self._copy_tickets()
        self._copy_touched(touched)
        self._relate()
        self._derive(touched)

    # --- what still is as it was --------------------------------------------------------------------

    def _was_known(self, table: Table) -> ColumnElement[bool]:
        return or_(table.c.learnt_at.is_(None), table.c.learnt_at <= self._at)

    def _copy(self, table: Table, query: Select[Any]) -> None:
        """Rows as they are stored, past all conversions: there may be very many."""
        statement = str(insert(table).compile(dialect=self._memory.dialect))  # all columns, in order
        for part in self._store.execute(query).partitions(ROWS_AT_ONCE):
            self._memory.exec_driver_sql(statement, [tuple(row) for row in part])

    def _copy_tickets(self) -> None:
        """The recent tickets about which nothing has been learnt since, with all that was derived."""
        as_it_was = and_(
            or_(ticket.c.touched_at.is_(None), ticket.c.touched_at <= self._at), self._was_known(ticket)
        )
        tickets = select(*_as_stored(ticket)).where(as_it_was)
        mine = and_(ticket_span.c.source == ticket.c.source, ticket_span.c.ticket_id == ticket.c.id)
        spans = select(*_as_stored(ticket_span)).join(ticket, mine).where(as_it_was)
        if self._since is None:
            self._copy(ticket, tickets)
        else:
            recent = self._recent(self._since)
            same = and_(recent.c.source == ticket.c.source, recent.c.id == ticket.c.id)
            self._copy(ticket, tickets.join(recent, same))
            spans = spans.where(ticket_span.c.ended_at >= self._since)
            if self._memory.execute(select(ticket.c.id).limit(1)).first() is None:
                self._copy(ticket, tickets.limit(1))  # so that "no tickets at all" is told from "none lately"
        self._copy(ticket_span, spans)
        self._copy_outcomes(as_it_was)
        self._copy_replies()

    def _copy_outcomes(self, as_it_was: ColumnElement[bool]) -> None:
        table = schema.sla_outcome
        mine = and_(table.c.source == ticket.c.source, table.c.ticket_id == ticket.c.id)
        query = select(*_as_stored(table)).join(ticket, mine).where(as_it_was)
        if self._since is not None:
            query = query.where(or_(table.c.ended_at.is_(None), table.c.ended_at >= self._since))
        self._copy(table, query)

    def _copy_replies(self) -> None:
        """Staff's replies, by which it is told who was at work."""
        table = schema.ticket_event
        query = select(*_as_stored(table)).where(table.c.kind == "agent_reply", table.c.learnt_at <= self._at)
        self._copy(table, query if self._since is None else query.where(table.c.happened_at >= self._since))

    def _recent(self, since: datetime) -> Any:
        """(source, id) of tickets that have lived after that moment; each part has its index."""
        key = ticket.c.source, ticket.c.id
        parts = [select(*key).where(ticket.c[name] >= since) for name in RECENT]
        span = select(ticket_span.c.source, ticket_span.c.ticket_id).where(ticket_span.c.ended_at >= since)
        return union(*parts, span).subquery()

    # --- what has changed since ---------------------------------------------------------------------

    def _put_back(self, table: Table, where: ColumnElement[bool] | None = None) -> Ids:
        """Puts the versions that were in force; the ids of all rows that are others, or not there, by now."""
        before = SUPERSEDED[table.name]
        names = [column.name for column in before.c if column.name != SUPERSEDED_AT]
        later = before.c[SUPERSEDED_AT] > self._at
        # The one superseded first is put last: it was in force.
        query = (
            select(*raw(before, *names))
            .where(later, self._was_known(before))
            .order_by(before.c[SUPERSEDED_AT].desc())
        )
        rows = [dict(row) for row in self._store.execute(query).mappings()]
        if table is schema.response:
            for row in rows:
                row["responded_on"] = self._deriver.local_day_of(row["responded_at"])
        if rows:
            self._memory.execute(insert(table).prefix_with("OR REPLACE"), rows)
        changed: Ids = defaultdict(set)
        for now in (
            select(table.c.source, table.c.id).where(table.c.learnt_at > self._at),
            select(before.c.source, before.c.id).where(later),
        ):
            for source, id in self._store.execute(now):
                changed[source].add(id)
        return changed

    def _take_back_audiences(self) -> None:
        """An audience that became known later was not known yet."""
        for table in (schema.response, schema.invitation):
            later = table.c.audience_learnt_at > self._at
            values = {"audience": relate.UNKNOWN, "audience_learnt_at": None}
            self._memory.execute(update(table).where(later).values(values))

    def _touched(self) -> Ids:
        """The tickets about which something was learnt later, whether they were known at all or not."""
        found: Ids = defaultdict(set)
        query = select(ticket.c.source, ticket.c.id).where(ticket.c.touched_at > self._at)
        for source, id in self._store.execute(query):
            found[source].add(id)
        return found

    def _copy_touched(self, touched: Ids) -> None:
        """The facts of those tickets as they were then; they are derived anew."""
        for source, ids in touched.items():
            for batch in chunks(sorted(ids)):
                self._facts_then(ticket, "id", source, batch, schema.FACTS_OF_TICKET)

    def _facts_then(
        self, table: Table, column: str, source: str, batch: Sequence[str], names: Sequence[str]
    ) -> None:
        """The rows of these tickets as they were: the present ones, and over them those in force then."""
        rows = [
            row
            for row in stored(self._store, table, source, column=column, values=batch, names=names)
            if row["learnt_at"] is None or row["learnt_at"] <= self._at
        ]
        if table.name in SUPERSEDED:
            before = SUPERSEDED[table.name]
            kept = [
                row
                for row in stored(
                    self._store, before, source, column=column, values=batch, names=[*names, SUPERSEDED_AT]
                )
                if row[SUPERSEDED_AT] > self._at
                and (row["learnt_at"] is None or row["learnt_at"] <= self._at)
            ]
            kept.sort(key=lambda row: -int(row[SUPERSEDED_AT]))  # the one superseded first is put last
            rows += [{name: row[name] for name in names} for row in kept]
        if rows:
            self._memory.execute(insert(table).prefix_with("OR REPLACE"), rows)

    # --- what follows from it -----------------------------------------------------------------------

    def _relate(self) -> None:
        """Takes back what followed from later news of people, accounts, surveys, answers, invitations."""
        ledger, at = self._untallied, self._at
        for source, ids in self._changed["contact"].items():
            relate.relate_people(ledger, source, sorted(ids), self._hashes(source, ids), at=at)
        for source, ids in self._changed["account"].items():
            relate.relate_accounts(ledger, source, ids, at=at)
        for source, ids in self._changed["survey"].items():
            relate.relate_responses(ledger, source, column="survey_id", values=ids, at=at)
        for source, ids in self._changed["invitation"].items():
            relate.relate_invitations(ledger, source, column="id", values=ids, at=at)
        for source, ids in self._changed["response"].items():
            relate.relate_responses(ledger, source, column="id", values=ids, at=at)

    def _hashes(self, source: str, ids: Iterable[str]) -> set[str]:
        """By which addresses these people are known now, or were in between."""
        found = relate.hashes_of(self._store, source, ids)
        before = SUPERSEDED["contact"]
        for row in stored(self._store, before, source, column="id", values=ids, names=("email_hash",)):
            found.add(row["email_hash"])
        return found - {None}

    def _derive(self, touched: Ids) -> None:
        for source in sorted(touched.keys() | self._changed["business_calendar"].keys()):
            ids = touched.get(source, set()) | self._going_by(source)
            for batch in chunks(sorted(ids)):
                self._facts_then(schema.ticket_event, "ticket_id", source, batch, _names(schema.ticket_event))
                self._facts_then(schema.sla_target, "ticket_id", source, batch, _names(schema.sla_target))
                relate.relate_tickets(self._untallied, source, column="id", values=batch, with_spans=False)
                self._deriver.derive(self._memory, source, batch)
                relate.relate_responses(
                    self._untallied, source, column="ticket_id", values=batch, at=self._at
                )

    def _going_by(self, source: str) -> set[str]:
        """The tickets of a calendar that has changed since."""
        calendars = self._changed["business_calendar"].get(source, set())
        mine = and_(ticket.c.source == source, ticket.c.calendar_id.in_(sorted(calendars)))
        return set(self._memory.execute(select(ticket.c.id).where(mine)).scalars())


@cache
def _definitions() -> tuple[str, ...]:
    """What makes the tables, in SQLite's words."""
    dialect = memory().dialect
    tables = ticket.metadata.sorted_tables
    indexes = (
        index for table in tables for index in sorted(table.indexes, key=lambda index: str(index.name))
    )
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in tables]
    return (*made, *(str(CreateIndex(index).compile(dialect=dialect)) for index in indexes))


def _names(table: Table) -> list[str]:
    return [column.name for column in table.c]


def _as_stored(table: Table) -> list[ColumnElement[Any]]:
    """The columns as SQLite stores them, whichever database they come from."""
    kinds: Mapping[type[Any], type[Any]] = {Moment: BigInteger, Boolean: Integer}
    found: list[ColumnElement[Any]] = []
    for column in table.c:
        if isinstance(column.type, Date | JSON):
            found.append(cast(column, Text).label(column.name))
        else:
            kind = kinds.get(type(column.type))
            found.append(column if kind is None else type_coerce(column, kind).label(column.name))
    return found
