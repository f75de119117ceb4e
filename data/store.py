"""Writes: a page of records with its bookmark in one transaction, and everything that follows from it.

Fetching anything twice, in any order, from overlapping pages, ends in the same state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, select

from data import audience as audiences
from data import records, rejects, relate, runs, schema
from data.calendars import keep_past
from data.deriving import Deriver
from data.engine import take_turn, writer
from data.moment import epoch
from data.records import Page, Record, Response, Ticket, TicketEvent
from data.records import account_key as account_key
from data.rows import Row, differing, key_columns, newest_of_each, row_of, stored, upsert
from data.settings import FileSettings
from data.window import Clock, now

TABLES: dict[type, Table] = {
    records.Account: schema.account,
    records.Contact: schema.contact,
    records.Agent: schema.agent,
    records.Team: schema.team,
    records.BusinessCalendar: schema.business_calendar,
    records.SlaPolicy: schema.sla_policy,
    records.Survey: schema.survey,
    records.Invitation: schema.invitation,
}
TICKET_RECORDS = (records.Ticket, records.TicketEvent, records.SlaTarget)
KEPT_OF_GONE = (
    "subject",
    "priority",
    "channel",
    "category",
    "team_id",
    "assignee_id",
    "requester_id",
    "account_id",
)
SURVEY_RECORDS = (records.Survey, records.Invitation, records.Response)


@dataclass(frozen=True, slots=True)
class Written:
    """What a page came to: rows that were new or different, rows in all, rejects."""

    changed: int
    records: int
    rejects: int


class Store:
    """The one door through which facts are written."""

    def __init__(self, engine: Engine, settings: FileSettings, key: bytes, clock: Clock = now) -> None:
        self.engine = engine
        self.settings = settings
        self.clock = clock
        self._key = key
        self._mapping = audiences.Mapping.of(settings.audience, key)
        self._deriver = Deriver(settings, clock)

    def write(self, source: str, stream: str, page: Page, *, lease: runs.Lease | None = None) -> Written:
        """Stores a page: its records, its rejects and its bookmark, or nothing of it.

        Raises runs.LeaseLost when another process reads this source by now.
        """
        at = self.clock()
        with writer(self.engine).begin() as connection:
            take_turn(connection)
            if lease is not None:
                runs.hold(connection, lease)
            changed = self._write_records(connection, source, page.records, at)
            rejects.keep(connection, source, page, at)
            if page.bookmark is not None:
                runs.move_bookmark(connection, source, stream, page.bookmark)
            if changed or page.rejects:
                runs.raise_version(connection, "facts" if changed else "runs")
        return Written(changed, len(page.records), len(page.rejects))

    def rederive(self) -> int:
        """Makes the derived columns anew where the settings behind them have changed; how many tickets."""
        return self._deriver.rederive(self.engine, self._reclassify)

    def _write_records(
        self, connection: Connection, source: str, page: Iterable[Record], at: datetime
    ) -> int:
        groups: dict[type, list[Any]] = {}
        for record in page:
            groups.setdefault(type(record), []).append(record)
        changed = 0
        for kind, table in TABLES.items():
            if kind in groups:
                rows = [self._row(source, record) for record in groups[kind]]
                changed += self._put(connection, table, source, rows)
        touched = self._write_tickets(connection, source, groups.get(Ticket, []))
        touched |= self._write_events(connection, source, groups.get(TicketEvent, []), at)
        touched |= self._write_targets(connection, source, groups.get(records.SlaTarget, []), at)
        changed += len(touched)
        if touched:
            # Their spans are made anew by what follows.
            relate.relate_tickets(connection, source, column="id", values=touched, with_spans=False)
            self._deriver.derive(connection, source, touched)
            relate.relate_responses(connection, source, column="ticket_id", values=touched)
        changed += self._write_responses(connection, source, groups.get(Response, []), at)
        if changed:
            runs.note_records(
                connection,
                source,
                changed,
                feeds=_feeds(groups),
            )
        return changed

    def _row(self, source: str, record: Record) -> Row:
        row = row_of(record) | {"source": source}
        if isinstance(record, records.Account):
            row["account_key"] = account_key(row["name"])
        elif isinstance(record, records.Contact):
            row["email_hash"] = audiences.email_hash(row["email"], self._key)
            row["audience"] = self._audience(row)
            if not self._source(source, "store_emails"):
                row["email"] = None
        elif isinstance(record, records.Invitation):
            row["audience"] = self._audience(row)
        elif isinstance(record, records.Survey) and (record.scale_min, record.scale_max) != (0, 10):
            row["kind"] = "other" if record.kind == "nps" else row["kind"]  # NPS is asked on 0 to 10 only
        elif isinstance(record, records.BusinessCalendar):
            row["intervals"] = [list(item) for item in record.intervals]
            row["holidays"] = [day.isoformat() for day in record.holidays]
        elif isinstance(record, records.SlaPolicy):
            row["terms"] = [dict(term) for term in record.terms]
        return row

    def _put(self, connection: Connection, table: Table, source: str, rows: Sequence[Row]) -> int:
        """Upserts what differs, then mends what points to it."""
        version = "updated_at" if "updated_at" in table.c else None
        rows = newest_of_each(rows, ("id",), version)
        # An invitation's audience may have come from the person since; that is no difference.
        ignored = ("audience",) if table is schema.invitation else ()
        fresh = differing(connection, table, source, rows, version=version, ignored=ignored)
        if not fresh:
            return 0
        ids = [row["id"] for row in fresh]
        if table is schema.invitation:
            fresh = self._keep_known_audience(connection, source, fresh)
        known_by = relate.hashes_of(connection, source, ids) if table is schema.contact else set()
        if table is schema.business_calendar:
            keep_past(connection, source, fresh, epoch(self.clock()) or 0)
        connection.execute(upsert(connection, table, update=_given(fresh, table)), fresh)
        if table is schema.contact:
            relate.relate_people(connection, source, ids, known_by)
            self._derive_theirs(connection, source, people=ids)
        elif table is schema.account:
            relate.relate_accounts(connection, source, ids)
            self._derive_theirs(connection, source, firms=ids)
        elif table is schema.survey:
            relate.relate_responses(connection, source, column="survey_id", values=ids)
        elif table is schema.invitation:
            relate.relate_invitations(connection, source, column="id", values=ids)
        elif table is schema.business_calendar:
            self._deriver.forget_calendars()
            mine = and_(schema.ticket.c.source == source, schema.ticket.c.calendar_id.in_(ids))
            going_by_it = connection.execute(select(schema.ticket.c.id).where(mine)).scalars().all()
            self._deriver.derive(connection, source, going_by_it)
        return len(fresh)

    def _derive_theirs(
        self, connection: Connection, source: str, *, people: Sequence[str] = (), firms: Sequence[str] = ()
    ) -> None:
        """Their tickets may fall under another policy by now."""
        if self.settings.sla.looks_at_accounts:
            mine = relate.tickets_of(connection, source, people=people, firms=firms)
            self._deriver.derive(connection, source, mine)

    def _keep_known_audience(self, connection: Connection, source: str, rows: Sequence[Row]) -> list[Row]:
        known = {
            row["id"]: row["audience"]
            for row in stored(
                connection, schema.invitation, source, column="id", values=[row["id"] for row in rows]
            )
        }
        for row in rows:
            if row["audience"] == relate.UNKNOWN:
                row["audience"] = known.get(row["id"], relate.UNKNOWN)
        return list(rows)

    def _write_tickets(self, connection: Connection, source: str, tickets: Sequence[Ticket]) -> set[str]:
        rows = newest_of_each([self._ticket_row(source, item) for item in tickets], ("id",), "revision")
        self._keep_what_was(connection, source, [row for row in rows if row["state"] in records.GONE])
        fresh = differing(connection, schema.ticket, source, rows, version="revision")
        if fresh:
            connection.execute(upsert(connection, schema.ticket, update=_given(fresh, schema.ticket)), fresh)
        return {row["id"] for row in fresh}

    def _keep_what_was(self, connection: Connection, source: str, gone: Sequence[Row]) -> None:
        """Of a ticket that is gone a source may know little more; what it said before stays."""
        ids = [row["id"] for row in gone]
        known = {row["id"]: row for row in stored(connection, schema.ticket, source, column="id", values=ids)}
        for row in gone:
            before = known.get(row["id"], {})
            for name in KEPT_OF_GONE:
                row[name] = row[name] if row[name] is not None else before.get(name)
            created = epoch(row["created_at"]) or 0
            row["created_at"] = min(created, before.get("created_at", created))

    def _ticket_row(self, source: str, ticket: Ticket) -> Row:
        row = row_of(ticket) | {"source": source}
        row["given_solved_at"] = row.pop("solved_at")
        row["given_sla_is_met"] = row.pop("sla_is_met")
        if not self._source(source, "store_subjects"):
            row["subject"] = None
        return row

    def _write_events(
        self, connection: Connection, source: str, events: Sequence[TicketEvent], at: datetime
    ) -> set[str]:
        """Appends what is new; an event that is stored already stays as it was learnt first."""
        return self._append(
            connection, schema.ticket_event, [row_of(e) | {"source": source, "learnt_at": at} for e in events]
        )

    def _write_targets(
        self,
        connection: Connection,
        source: str,
        targets: Sequence[records.SlaTarget],
        at: datetime,
    ) -> set[str]:
        rows = [row_of(t) | {"source": source, "origin": "source", "learnt_at": at} for t in targets]
        return self._append(
            connection, schema.sla_target, rows, update=("target_minutes", "clock", "due_at", "policy")
        )

    def _append(
        self, connection: Connection, table: Table, rows: Sequence[Row], update: tuple[str, ...] = ()
    ) -> set[str]:
        """Writes what differs in the key or in `update`; the tickets touched."""
        if not rows:
            return set()
        keys = key_columns(table)
        source = rows[0]["source"]
        compared = [*keys, *update]
        cut = [{name: row[name] for name in compared} for row in newest_of_each(rows, keys)]
        new = {
            tuple(row[key] for key in keys)
            for row in differing(connection, table, source, cut, column="ticket_id")
        }
        whole = {_key_of(row, keys): row for row in rows}
        fresh = [whole[key] for key in whole if key in new]
        if fresh:
            connection.execute(upsert(connection, table, update=update), fresh)
        return {row["ticket_id"] for row in fresh}

    def _write_responses(
        self, connection: Connection, source: str, responses: Sequence[Response], at: datetime
    ) -> int:
        rows = []
        for response in responses:
            row = row_of(response) | {"source": source}
            row["email_hash"] = audiences.email_hash(row.pop("email"), self._key)
            row["responded_on"] = self._deriver.local_day(response.responded_at)
            if not self._source(source, "store_comments"):
                row["comment"] = None
            rows.append(row)
        rows = newest_of_each(rows, ("id",), "updated_at")
        known = {
            row["id"]: row
            for row in stored(
                connection, schema.response, source, column="id", values=[row["id"] for row in rows]
            )
        }
        for row in rows:
            old: Row = known.get(row["id"], {})
            row["role"] = old.get("role") or row["role"]  # as it was when we first heard it
            row["title"] = old.get("title") or row["title"]
        fresh = differing(connection, schema.response, source, rows, version="updated_at")
        if not fresh:
            return 0
        for row in fresh:
            old = known.get(row["id"], {})
            own = self._audience(row)
            row["audience"] = own if own != relate.UNKNOWN else old.get("audience", own)
            row["learnt_at"] = old.get("learnt_at", at)
        connection.execute(upsert(connection, schema.response, update=_given(fresh, schema.response)), fresh)
        relate.relate_responses(connection, source, column="id", values=[row["id"] for row in fresh])
        return len(fresh)

    def _reclassify(self, connection: Connection) -> None:
        """Audiences anew, from the values that were kept, after the mapping has changed."""
        for table in (schema.contact, schema.response, schema.invitation):
            names = [name for name in ("role", "title", "email_hash") if name in table.c]
            query = select(table.c.source, table.c.id, *(table.c[name] for name in names))
            rows = [dict(row) for row in connection.execute(query).mappings()]
            for row in rows:
                row["audience"] = self._audience(row)
            for name in sorted({row["source"] for row in rows}):
                mine = [row for row in rows if row["source"] == name]
                runs.update_many(connection, table, mine, columns=("audience",))
        for table, mend in (
            (schema.ticket, relate.relate_tickets),
            (schema.response, relate.relate_responses),
            (schema.invitation, relate.relate_invitations),
        ):
            for name in connection.execute(select(table.c.source).distinct()).scalars().all():
                ids = connection.execute(select(table.c.id).where(table.c.source == name)).scalars().all()
                mend(connection, name, column="id", values=ids)

    def _audience(self, row: Mapping[str, Any]) -> str:
        return self._mapping.audience(
            role=row.get("role"), email_hash=row.get("email_hash"), title=row.get("title")
        ).value

    def _source(self, name: str, option: str) -> bool:
        source = self.settings.sources.get(name)
        return True if source is None else bool(getattr(source, option))


def _feeds(groups: Mapping[type, Any]) -> frozenset[str]:
    feeds = set()
    if any(kind in groups for kind in TICKET_RECORDS):
        feeds.add("tickets")
    if any(kind in groups for kind in SURVEY_RECORDS):
        feeds.add("surveys")
    return frozenset(feeds)


def _key_of(row: Row, keys: Sequence[str]) -> tuple[Any, ...]:
    return tuple(epoch(value) if isinstance(value := row[key], datetime) else value for key in keys)


def _given(rows: Sequence[Row], table: Table) -> list[str]:
    """The columns that the rows bring, without the key."""
    keys = key_columns(table)
    return [name for name in rows[0] if name not in keys]
