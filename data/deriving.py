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
from data.applying import applied, apply_own, in_order, in_turn
from data.calendars import Calendars, rules_of
from data.engine import take_turn, writer
from data.lifecycle import DERIVED, Life, Span, live
from data.localday import LocalDays
from data.moment import epoch
from data.rows import Row, chunks, stored, upsert
from data.runs import raise_version, update_many
from data.settings import FileSettings
from data.sla_clock import Applied, Rules
from data.window import FOREVER, Clock

COLUMNS = (*DERIVED, "created_on", "solved_on", "sla_ended_on")
BATCH = 2000


class Deriver:
    """Derives with the settings of one installation."""

    def __init__(self, settings: FileSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._days = LocalDays(ZoneInfo(settings.time_zone))
        self._calendars: Calendars = {}

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
            updates, spans, outcomes = [], [], []
            for ticket in tickets:
                mine = sorted(events[ticket["id"]], key=in_order)
                rules = self._rules(connection, ticket)
                life = live(ticket, mine, targets[ticket["id"]], rules)
                updates.append({"source": source, "id": ticket["id"]} | self._with_days(ticket, life) | noted)
                spans.extend(self._span_rows(ticket, life))
                outcomes.extend(self._outcome_rows(ticket, life))
            update_many(connection, schema.ticket, updates, columns=(*COLUMNS, *noted))
            for table, rows in ((schema.ticket_span, spans), (schema.sla_outcome, outcomes)):
                theirs = and_(table.c.source == source, table.c.ticket_id.in_(batch))
                connection.execute(delete(table).where(theirs))
                if rows:
                    connection.execute(insert(table), rows)

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
            "sla": settings.sla.model_dump(mode="json") | {"pauses": sorted(settings.sla.pauses)},
            "by_source": {name: item.calendar for name, item in sorted(settings.sources.items())},
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
        """The targets of each ticket; Barometer's own are applied here (data/applying.py)."""
        ids = [ticket["id"] for ticket in tickets]
        known = self._by_ticket(connection, schema.sla_target, source, ids)
        if self._settings.sla.promises_anything:
            now = epoch(self._clock()) or 0
            apply_own(connection, self._settings.sla, tickets, events, known, now=now)
        return defaultdict(
            list, {key: [applied(row) for row in sorted(rows, key=in_turn)] for key, rows in known.items()}
        )

    def _rules(self, connection: Connection, ticket: Mapping[str, Any]) -> Rules:
        return rules_of(connection, self._settings, ticket, known=self._calendars)

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

    def _outcome_rows(self, ticket: Mapping[str, Any], life: Life) -> list[Row]:
        mine = {"source": ticket["source"], "ticket_id": ticket["id"]}
        return [
            mine
            | item._asdict()
            | {"ended_on": None if item.ended_at is None else self._days.day(item.ended_at)}
            for item in life.outcomes
        ]


def returns(life: Life, created: int) -> Iterator[tuple[Span, bool]]:
    """Each span with whether the ticket came back into the backlog with it.

    Such a span begins after the creation, and where no other one ends. A ticket that is gone never came back.
    """
    ended: int | None = created
    for span in life.spans:
        yield span, bool(life.columns["is_counted"]) and span.started_at not in (ended, created)
        ended = span.ended_at
