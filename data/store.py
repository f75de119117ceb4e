"""Writes: a page of records with its bookmark in one transaction, and everything that follows from it.

Fetching anything twice, in any order, from overlapping pages, ends in the same state. What a row said
before it was overwritten is kept beside it (data/superseded.py), which is no part of that state: it tells
the order in which things were learnt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, select

from data import records, rejects, relate, rollups, runs, schema
from data.calendars import keep_past
from data.deriving import Deriver
from data.engine import refresh_statistics, take_turn, writer
from data.ledger import Ledger
from data.moment import epoch
from data.overwriting import append, replace
from data.rebuild import Progress, rebuild, silent
from data.reclassifying import reclassify
from data.records import Page, Record, Response, Ticket, TicketEvent
from data.records import account_key as account_key
from data.rows import Row, differing, newest_of_each, row_of, stored
from data.settings import FileSettings
from data.shaping import Shaper
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
    records.Mention: schema.mention,
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
    "problem_id",
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

    def __init__(
        self,
        engine: Engine,
        settings: FileSettings,
        key: bytes,
        clock: Clock = now,
        *,
        keeps_tallies: bool = True,
    ) -> None:
        self.engine = engine
        self._keeps_tallies = keeps_tallies
        self.settings = settings
        self.clock = clock
        self._shaper = Shaper(settings, key)
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
            ledger = self._ledger(connection, at)
            changed = self._write_records(ledger, source, page.records, at)
            ledger.settle()
            rejects.keep(connection, source, page, at)
            if page.bookmark is not None:
                runs.move_bookmark(connection, source, stream, page.bookmark)
            if changed or page.rejects:
                runs.raise_version(connection, "facts" if changed else "runs")
        return Written(changed, len(page.records), len(page.rejects))

    def rederive(self, progress: Progress = silent) -> int:
        """Makes the derived columns anew where the settings behind them have changed; how many tickets.

        The stored tallies, too, where they are of another version or time zone.
        """

        def finish(connection: Connection) -> None:
            rebuild(connection, self.settings.time_zone, progress)

        count = self._deriver.rederive(self.engine, self._reclassify, finish)
        with self.engine.connect() as connection:
            is_kept = rollups.are_kept(connection, self.settings.time_zone)
        if not is_kept:
            self.rebuild(progress)
        return count

    def rebuild(self, progress: Progress = silent) -> None:
        """Makes the stored tallies anew from the rows."""
        with writer(self.engine).begin() as connection:
            take_turn(connection)
            rebuild(connection, self.settings.time_zone, progress)
            runs.raise_version(connection, "facts")
        refresh_statistics(self.engine)

    def _ledger(self, connection: Connection, at: datetime) -> Ledger:
        """The ledger of a transaction; before the first, the tallies of what is there already are made."""
        zone = self.settings.time_zone
        is_kept = rollups.are_kept(connection, zone)
        if self._keeps_tallies and not is_kept:
            rebuild(connection, zone)
        if is_kept and not self._keeps_tallies:
            rollups.give_up(connection)
        return Ledger(connection, zone, at, is_keeping=self._keeps_tallies)

    def _write_records(self, ledger: Ledger, source: str, page: Iterable[Record], at: datetime) -> int:
        connection = ledger.connection
        groups: dict[type, list[Any]] = {}
        for record in page:
            groups.setdefault(type(record), []).append(record)
        changed = 0
        for kind, table in TABLES.items():
            if kind in groups:
                rows = [self._shaper.row(source, record) for record in groups[kind]]
                changed += self._put(ledger, table, source, rows, at)
        touched = self._write_tickets(ledger, source, groups.get(Ticket, []), at)
        touched |= self._write_events(connection, source, groups.get(TicketEvent, []), at)
        touched |= self._write_targets(connection, source, groups.get(records.SlaTarget, []), at)
        changed += len(touched)
        if touched:
            # Their spans are made anew by what follows.
            relate.relate_tickets(ledger, source, column="id", values=touched, with_spans=False)
            self._deriver.derive(connection, source, touched, touched_at=at)
            relate.relate_responses(ledger, source, column="ticket_id", values=touched, at=at)
        changed += self._write_responses(ledger, source, groups.get(Response, []), at)
        if changed:
            runs.note_records(
                connection,
                source,
                changed,
                feeds=_feeds(groups),
            )
        return changed

    def _put(self, ledger: Ledger, table: Table, source: str, rows: Sequence[Row], at: datetime) -> int:
        """Upserts what differs, then mends what points to it."""
        connection = ledger.connection
        version = "updated_at" if "updated_at" in table.c else None
        rows = newest_of_each(rows, ("id",), version)
        # An invitation's audience may have come from the person since; that is no difference.
        ignored = ("audience",) if table is schema.invitation else ()
        fresh, replaced = differing(connection, table, source, rows, version=version, ignored=ignored)
        if not fresh:
            return 0
        ids = [row["id"] for row in fresh]
        if table is schema.invitation:
            fresh = self._keep_known_audience(connection, source, fresh)
        self._touch(ledger, table, source, ids)
        asked = self._asked(connection, table, source, fresh)
        known_by = relate.hashes_of(connection, source, ids) if table is schema.contact else set()
        if table is schema.business_calendar:
            keep_past(connection, source, fresh, epoch(at) or 0)
        replace(connection, table, fresh, replaced, at)
        if table is schema.contact:
            relate.relate_people(ledger, source, ids, known_by, at=at)
            self._derive_theirs(ledger, source, people=ids)
        elif table is schema.account:
            relate.relate_accounts(ledger, source, ids, at=at)
            self._derive_theirs(ledger, source, firms=ids)
        elif table is schema.survey:
            relate.relate_responses(ledger, source, column="survey_id", values=ids, at=at)
        elif table is schema.invitation:
            relate.relate_invitations(ledger, source, column="id", values=ids, at=at)
            relate.relate_answered(ledger, source, asked)
        elif table is schema.business_calendar:
            self._deriver.forget_calendars()
            self._deriver.derive(connection, source, self._going_by(connection, source, ids))
        return len(fresh)

    def _touch(self, ledger: Ledger, table: Table, source: str, ids: Sequence[str]) -> None:
        """What is about to count otherwise because of these rows, beside what data/relate.py finds."""
        connection = ledger.connection
        if table is schema.invitation:
            ledger.touch(table, source, ids)
        elif table is schema.survey:
            for asked in (schema.response, schema.invitation):
                mine = and_(asked.c.source == source, asked.c.survey_id.in_(ids))
                ledger.touch(asked, source, connection.execute(select(asked.c.id).where(mine)).scalars())
        elif table is schema.business_calendar:
            ledger.touch(schema.ticket, source, self._going_by(connection, source, ids))

    def _going_by(self, connection: Connection, source: str, calendars: Sequence[str]) -> Sequence[str]:
        """The tickets that go by these calendars."""
        mine = and_(schema.ticket.c.source == source, schema.ticket.c.calendar_id.in_(calendars))
        return connection.execute(select(schema.ticket.c.id).where(mine)).scalars().all()

    def _asked(
        self, connection: Connection, table: Table, source: str, rows: Sequence[Row]
    ) -> set[str | None]:
        """Whom these invitations ask, and whom they were taken to ask before."""
        if table is not schema.invitation:
            return set()
        ids = [row["id"] for row in rows]
        before = stored(connection, table, source, column="id", values=ids, names=["contact_id"])
        return {row["contact_id"] for row in rows} | {row["contact_id"] for row in before}

    def _derive_theirs(
        self, ledger: Ledger, source: str, *, people: Sequence[str] = (), firms: Sequence[str] = ()
    ) -> None:
        """Their tickets may fall under another policy by now."""
        if self.settings.sla.looks_at_accounts:
            mine = relate.tickets_of(ledger.connection, source, people=people, firms=firms)
            ledger.touch(schema.ticket, source, mine)
            self._deriver.derive(ledger.connection, source, mine)

    def _keep_known_audience(self, connection: Connection, source: str, rows: Sequence[Row]) -> list[Row]:
        known = {
            row["id"]: row
            for row in stored(
                connection, schema.invitation, source, column="id", values=[row["id"] for row in rows]
            )
        }
        for row in rows:
            _keep_audience(row, row["audience"], known.get(row["id"], {}))
        return list(rows)

    def _write_tickets(
        self, ledger: Ledger, source: str, tickets: Sequence[Ticket], at: datetime
    ) -> set[str]:
        connection = ledger.connection
        rows = newest_of_each([self._shaper.ticket(source, item) for item in tickets], ("id",), "revision")
        self._keep_what_was(connection, source, [row for row in rows if row["state"] in records.GONE])
        fresh, replaced = differing(connection, schema.ticket, source, rows, version="revision")
        ids = {row["id"] for row in fresh}
        if fresh:
            ledger.touch(schema.ticket, source, ids)
            replace(connection, schema.ticket, fresh, replaced, at)
        return ids

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

    def _write_events(
        self, connection: Connection, source: str, events: Sequence[TicketEvent], at: datetime
    ) -> set[str]:
        """Appends what is new; an event that is stored already stays as it was learnt first."""
        rows = [row_of(event) | {"source": source, "learnt_at": at} for event in events]
        return append(connection, schema.ticket_event, rows)

    def _write_targets(
        self, connection: Connection, source: str, targets: Sequence[records.SlaTarget], at: datetime
    ) -> set[str]:
        rows = [row_of(t) | {"source": source, "origin": "source", "learnt_at": at} for t in targets]
        return append(
            connection, schema.sla_target, rows, update=("target_minutes", "clock", "due_at", "policy")
        )

    def _write_responses(
        self, ledger: Ledger, source: str, responses: Sequence[Response], at: datetime
    ) -> int:
        connection = ledger.connection
        rows = [
            self._shaper.response(source, response)
            | {"responded_on": self._deriver.local_day(response.responded_at)}
            for response in responses
        ]
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
        fresh, replaced = differing(connection, schema.response, source, rows, version="updated_at")
        if not fresh:
            return 0
        for row in fresh:
            _keep_audience(row, self._shaper.audience(row), known.get(row["id"], {}))
        ids = [row["id"] for row in fresh]
        ledger.touch(schema.response, source, ids)
        replace(connection, schema.response, fresh, replaced, at)
        relate.relate_responses(ledger, source, column="id", values=ids, at=at)
        before = {known[id]["contact_id"] for id in ids if id in known}
        relate.relate_answered(ledger, source, before | {row["contact_id"] for row in fresh})
        return len(fresh)

    def _reclassify(self, connection: Connection) -> None:
        """Audiences anew, from the values that were kept, after the mapping has changed."""
        untallied = Ledger(connection, self.settings.time_zone, self.clock(), is_keeping=False)
        reclassify(untallied, self._shaper.audience)


def _feeds(groups: Mapping[type, Any]) -> frozenset[str]:
    feeds = set()
    if any(kind in groups for kind in TICKET_RECORDS):
        feeds.add("tickets")
    if any(kind in groups for kind in SURVEY_RECORDS):
        feeds.add("surveys")
    if records.Mention in groups:
        feeds.add("mentions")
    return frozenset(feeds)


def _keep_audience(row: Row, own: str, old: Row) -> None:
    """What is known of a voice's audience stays, unless the row itself says another."""
    row["audience"] = own if own != relate.UNKNOWN else old.get("audience", own)
    same = row["audience"] == old.get("audience")
    row["audience_learnt_at"] = old.get("audience_learnt_at") if same else None  # else it is set by relating
