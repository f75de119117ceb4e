"""Keeps the derived columns and the spans of tickets true, in the transaction that changed their facts."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, and_, delete, insert, select

from data import schema
from data.engine import take_turn, writer
from data.hours import Calendar
from data.lifecycle import DERIVED, Applied, Life, Rules, Span, live
from data.localday import LocalDays
from data.moment import epoch
from data.records import BusinessCalendar, Measure, Priority
from data.rows import Row, chunks, stored, upsert
from data.runs import raise_version, update_many
from data.settings import FileSettings
from data.superseded import keep
from data.window import FOREVER, Clock

COLUMNS = (*DERIVED, "created_on", "solved_on", "sla_ended_on")
PROMISED = (Measure.FIRST_REPLY, Measure.RESOLUTION)
BATCH = 2000


class Deriver:
    """Derives with the settings of one installation."""

    def __init__(self, settings: FileSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._days = LocalDays(ZoneInfo(settings.time_zone))
        self._calendars: dict[tuple[str, str | None], Calendar] = {}

    def local_day(self, at: datetime) -> date:
        """The day of a moment in the reporting time zone."""
        return self.local_day_of(int(at.timestamp() // 1))

    def local_day_of(self, at: int) -> date:
        """The same for a moment as it is stored."""
        return self._days.day(at)

    def forget_calendars(self) -> None:
        """The sources' calendars may have changed: look again."""
        self._calendars.clear()

    def derive(
        self,
        connection: Connection,
        source: str,
        ids: Iterable[str],
        *,
        touched_at: datetime | None = None,
    ) -> None:
        """Derives the tickets `ids` of a source anew and stores what follows.

        touched_at: when something about them was learnt; None: nothing was, the rules have changed.
        """
        noted = {} if touched_at is None else {"touched_at": touched_at}
        for batch in chunks(sorted(set(ids))):
            tickets = list(stored(connection, schema.ticket, source, column="id", values=batch))
            events = self._by_ticket(connection, schema.ticket_event, source, batch)
            targets = self._targets(connection, source, tickets, events)
            updates, spans = [], []
            for ticket in tickets:
                mine = sorted(events[ticket["id"]], key=in_order)
                rules = self._rules(connection, source, ticket["calendar_id"])
                life = live(ticket, mine, targets[ticket["id"]], rules)
                updates.append({"source": source, "id": ticket["id"]} | self._with_days(ticket, life) | noted)
                spans.extend(self._span_rows(ticket, life))
            update_many(connection, schema.ticket, updates, columns=(*COLUMNS, *noted))
            table = schema.ticket_span
            connection.execute(delete(table).where(table.c.source == source, table.c.ticket_id.in_(batch)))
            if spans:
                connection.execute(insert(table), spans)

    def rederive(
        self,
        engine: Engine,
        reclassify: Callable[[Connection], None],
        finish: Callable[[Connection], None],
    ) -> int:
        """Derives all tickets anew if the settings behind the derived columns have changed; how many.

        finish: what has to follow in the same transaction.

        Audiences only where their mapping has changed: an answer keeps the role that its person had then.
        """
        wanted = self._fingerprints()
        table = schema.derivation
        with engine.connect() as connection:
            known = {row.name: row.fingerprint for row in connection.execute(select(table))}
        found = {name: known[name] for name in wanted if name in known}
        if found == wanted:
            return 0
        count = 0
        with writer(engine).begin() as connection:
            take_turn(connection)
            if found.get("audiences") != wanted["audiences"]:
                reclassify(connection)
            for name in connection.execute(select(schema.ticket.c.source).distinct()).scalars().all():
                query = select(schema.ticket.c.id).where(schema.ticket.c.source == name)
                ids = connection.execute(query).scalars().all()
                for batch in chunks(ids, BATCH):
                    self.derive(connection, name, batch)
                count += len(ids)
            self._redate_responses(connection)
            rows = [{"name": name, "fingerprint": value} for name, value in wanted.items()]
            connection.execute(upsert(connection, table), rows)
            finish(connection)
            raise_version(connection, "facts")
        return count

    def _redate_responses(self, connection: Connection) -> None:
        table = schema.response
        query = select(table.c.source, table.c.id, table.c.responded_at)
        rows = [
            {"source": r.source, "id": r.id, "responded_on": self.local_day(r.responded_at)}
            for r in connection.execute(query)
        ]
        update_many(connection, table, rows, columns=("responded_on",))

    def _fingerprints(self) -> dict[str, str]:
        settings = self._settings
        tickets = {
            "zone": settings.time_zone,
            "calendars": {name: item.model_dump(mode="json") for name, item in settings.calendars.items()},
            "calendar": settings.sla.calendar,
            "pauses": sorted(settings.sla.pauses),
            "by_source": {name: item.calendar for name, item in sorted(settings.sources.items())},
            "targets": {key: item.model_dump(mode="json") for key, item in settings.sla.targets.items()},
        }
        parts = {"tickets": tickets, "audiences": settings.audience.model_dump(mode="json")}
        return {
            name: hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()
            for name, part in parts.items()
        }

    def _by_ticket(
        self, connection: Connection, table: Any, source: str, ids: Sequence[str]
    ) -> dict[str, list[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in stored(connection, table, source, column="ticket_id", values=ids):
            found[row["ticket_id"]].append(row)
        return found

    def _targets(
        self,
        connection: Connection,
        source: str,
        tickets: Sequence[Mapping[str, Any]],
        events: Mapping[str, Sequence[Mapping[str, Any]]],
    ) -> dict[str, list[Applied]]:
        """The targets of each ticket; Barometer's own are applied here, once, and then stay as they are."""
        ids = [ticket["id"] for ticket in tickets]
        known = self._by_ticket(connection, schema.sla_target, source, ids)
        if self._settings.sla.targets:
            self._apply_own(connection, source, tickets, events, known)
        return defaultdict(
            list, {key: [applied(row) for row in sorted(rows, key=in_turn)] for key, rows in known.items()}
        )

    def _apply_own(
        self,
        connection: Connection,
        source: str,
        tickets: Sequence[Mapping[str, Any]],
        events: Mapping[str, Sequence[Mapping[str, Any]]],
        known: dict[str, list[Mapping[str, Any]]],
    ) -> None:
        """Targets of the settings at creation and at each change of priority.

        A target that was applied keeps its minutes when the settings change; it gives way only when
        the facts say that the priority then was another one.
        """
        new: list[Row] = []
        wrong: list[Row] = []
        for ticket in tickets:
            mine = sorted(events[ticket["id"]], key=in_order)
            due = {(at, priority) for at, priority in _priorities(ticket, mine)}
            own = [row for row in known[ticket["id"]] if row["origin"] == "settings"]
            stale = [row for row in own if (row["applied_at"], row["priority"]) not in due]
            had = {(row["applied_at"], row["priority"]) for row in own}
            rows = [r for at, p in sorted(due - had) for r in self._own_targets(source, ticket["id"], at, p)]
            wrong.extend(dict(row) for row in stale)
            new.extend(rows)
            kept = [row for row in known[ticket["id"]] if row not in stale]
            known[ticket["id"]] = [*kept, *rows]
        table = schema.sla_target
        names = [column.name for column in table.primary_key.columns if column.name != "source"]
        keys = [tuple(row[name] for name in names) for row in wrong]
        keep(connection, table, schema.SUPERSEDED[table.name], source, keys, self._clock())
        for row in wrong:
            mine_only = and_(*(table.c[key.name] == row[key.name] for key in table.primary_key.columns))
            connection.execute(delete(table).where(mine_only))
        if new:
            connection.execute(upsert(connection, table), new)

    def _own_targets(self, source: str, ticket_id: str, at: int, priority: str) -> list[Row]:
        promise = self._settings.sla.targets.get(Priority(priority))
        if promise is None:
            return []
        return [
            {
                "source": source,
                "ticket_id": ticket_id,
                "measure": measure.value,
                "cycle": 1,
                "applied_at": at,
                "origin": "settings",
                "target_minutes": minutes,
                "clock": promise.clock.value,
                "due_at": None,
                "policy": None,
                "priority": priority,
                "learnt_at": epoch(self._clock()),
            }
            for measure in PROMISED
            if (minutes := promise.minutes(measure)) is not None
        ]

    def _rules(self, connection: Connection, source: str, calendar_id: str | None) -> Rules:
        key = (source, calendar_id)
        if key not in self._calendars:
            self._calendars[key] = calendar_of(connection, self._settings, source, calendar_id)
        return Rules(self._calendars[key], frozenset(self._settings.sla.pauses))

    def _with_days(self, ticket: Mapping[str, Any], life: Life) -> dict[str, Any]:
        day = self._days.day
        solved, ended = life.columns["solved_at"], life.columns["sla_ended_at"]
        return life.columns | {
            "created_on": day(ticket["created_at"]),
            "solved_on": None if solved is None else day(solved),
            "sla_ended_on": None if ended is None else day(ended),
        }

    def _span_rows(self, ticket: Mapping[str, Any], life: Life) -> list[Row]:
        day = self._days.day
        return [
            {
                "source": ticket["source"],
                "ticket_id": ticket["id"],
                "started_at": span.started_at,
                "ended_at": FOREVER if span.ended_at is None else span.ended_at,
                "started_on": day(span.started_at),
                "ended_on": None if span.ended_at is None else day(span.ended_at),
                "state": span.state.value,
                "priority": span.priority,
                "team_id": span.team_id,
                "assignee_id": span.assignee_id,
                "created_at": ticket["created_at"],
                "account_key": ticket["account_key"],
                "audience": ticket["audience"],
                "channel": ticket["channel"],
                "is_return": is_return,
                "sla_due_at": life.columns["sla_due_at"] if span.ended_at is None else None,
            }
            for span, is_return in returns(life, ticket["created_at"])
        ]


def returns(life: Life, created: int) -> Iterator[tuple[Span, bool]]:
    """Each span with whether the ticket came back into the backlog with it.

    Such a span begins after the creation, and where no other one ends. A ticket that is gone never came back.
    """
    ended: int | None = created
    for span in life.spans:
        yield span, bool(life.columns["is_counted"]) and span.started_at not in (ended, created)
        ended = span.ended_at


def calendar_of(
    connection: Connection, settings: FileSettings, source: str, calendar_id: str | None
) -> Calendar:
    """The ticket's own calendar, else the source's, else the installation's, else 24/7."""
    if calendar_id is not None:
        rows = stored(connection, schema.business_calendar, source, column="id", values=[calendar_id])
        for row in rows:
            return Calendar.from_record(_calendar_record(row))
    own = settings.sources.get(source)
    name = (own.calendar if own else "") or settings.sla.calendar
    return settings.built_calendars[name] if name else Calendar.always()


def in_order(event: Mapping[str, Any]) -> tuple[int, int, str]:
    """The order in which `lifecycle.live` wants stored events."""
    return event["happened_at"], event["sequence"], event["id"]


def in_turn(target: Mapping[str, Any]) -> tuple[int, int]:
    """The order in which `lifecycle.live` wants stored targets."""
    return target["applied_at"], target["cycle"]


def applied(row: Mapping[str, Any]) -> Applied:
    """A stored target as `lifecycle.live` wants it."""
    return Applied(
        Measure(row["measure"]),
        row["origin"],
        row["applied_at"],
        row["target_minutes"],
        row["clock"],
        row["due_at"],
    )


def _priorities(ticket: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> Iterable[tuple[int, str]]:
    """(moment, priority) at creation and at each change."""
    changes = [event for event in events if event["priority"] is not None]
    if not changes:
        if ticket["priority"] is not None:
            yield ticket["created_at"], ticket["priority"]
        return
    # Of several at one moment the last one stands: a target has its moment in its key.
    standing = {max(event["happened_at"], ticket["created_at"]): event["priority"] for event in changes}
    last = None
    for at, priority in standing.items():
        if priority != last:
            yield at, priority
        last = priority


def _calendar_record(row: Mapping[str, Any]) -> BusinessCalendar:
    return BusinessCalendar(
        id=row["id"],
        name=row["name"],
        time_zone=row["time_zone"],
        intervals=tuple((start, end) for start, end in row["intervals"]),
        holidays=tuple(date.fromisoformat(day) for day in row["holidays"]),
    )
