"""Fills an empty store with very many tickets in minutes, as if they had come in over eighteen months.

    python -m tests.benchmarks.generate --store URL [--tickets 1000000]

A few thousand tickets of the demo's company are lived through first and written through the store. Their
lives are then told again and again, each time moved by whole weeks, at another pace and to other people,
and derived by data/lifecycle.py, so that derived columns are true and durations are as many as in life.
What waits in the demo waits in each copy, so the backlog keeps its proportion. Rows go in bulk into tables
without indexes, which are made afterwards. The facts behind the tickets (events, targets) are left out: no
reading needs them.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Table, insert, select

from connectors.base import Context
from connectors.demo import Demo
from connectors.demo_promises import CALENDAR
from data import runs, schema
from data.engine import open_store, writer
from data.known import Known
from data.lifecycle import Applied, Rules, live
from data.localday import LocalDays
from data.moment import epoch
from data.records import UNSOLVED, Measure, Page, State
from data.rows import Row, raw
from data.settings import FileSettings
from data.store import Store, account_key
from data.window import FOREVER

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
SETTINGS = FileSettings(time_zone="Europe/London")
SOURCE = "demo"
TEMPLATE_TICKETS = 4_000
COPIES_A_COMPANY = 10
WEEK = 7 * 86_400
WEEKS = 78
FIRST = int((NOW - timedelta(weeks=WEEKS)).timestamp())
LAST = int(NOW.timestamp())
RULES = Rules(CALENDAR, frozenset())
ALIKE = (schema.source, schema.agent, schema.business_calendar, schema.sla_policy, schema.survey)
HEAPED = (schema.ticket, schema.ticket_span)
COPIED = (*HEAPED, schema.contact, schema.invitation, schema.response)
MOVED = ("created_at", "updated_at", "given_solved_at")


@dataclass(frozen=True, slots=True)
class Template:
    """What is copied: rows by table, and the facts of each ticket in their order."""

    rows: dict[Table, list[Row]]
    events: dict[str, list[Row]]
    targets: dict[str, list[Row]]


def fill(engine: Engine, tickets: int) -> None:
    """Fills a migrated, empty store with exactly so many tickets, and with people and answers to match."""
    template = lived(min(tickets, TEMPLATE_TICKETS))
    chosen = template.rows[schema.ticket]
    days = LocalDays(ZoneInfo(SETTINGS.time_zone))
    for table in COPIED:
        _each_index(engine, table, "drop")
    for table in ALIKE:
        with writer(engine).begin() as connection:
            connection.execute(insert(table), template.rows[table])
    with writer(engine).begin() as connection:
        for table in HEAPED:
            connection.exec_driver_sql(
                f"CREATE TEMPORARY TABLE made_{table.name} AS SELECT * FROM {table.name} WHERE 1 = 0"
            )
        for copy, start in enumerate(range(0, tickets, len(chosen))):
            told = Copy(copy, Random(copy), lambda at: days.day(at).isoformat())
            told.write(connection, template, chosen[: tickets - start])
        for table in HEAPED:
            _put_in_order(connection, table)
    for table in COPIED:
        _each_index(engine, table, "create")
    with writer(engine).begin() as connection:
        runs.raise_version(connection, "facts")
    _settle(engine)


def lived(tickets: int) -> Template:
    """About so many tickets of the demo's company with all that belongs to them, in a random order."""
    engine = open_store("sqlite://")
    row = {"name": SOURCE, "kind": Demo.kind, "label": Demo.label, "interval_seconds": 3}
    runs.configure(engine, [row])
    store = Store(engine, SETTINGS, b"a key for benchmarks", lambda: NOW)
    for page in pages_of_demo(engine, tickets):
        store.write(SOURCE, "life", page)
    facts = (schema.ticket_event, schema.sla_target, schema.account, schema.team)
    with engine.connect() as connection:
        rows = {table: _rows(connection, table) for table in (*ALIKE, *COPIED, *facts)}
    engine.dispose()
    rows[schema.source] = [{**item, "last_success_at": LAST} for item in rows[schema.source]]
    Random(0).shuffle(rows[schema.ticket])
    rows[schema.ticket] = rows[schema.ticket][:tickets]
    events = sorted(rows[schema.ticket_event], key=lambda e: (e["happened_at"], e["sequence"], e["id"]))
    return Template(rows, _by_ticket(events), _by_ticket(rows[schema.sla_target]))


def pages_of_demo(engine: Engine, tickets: int) -> Iterable[Page]:
    """The demo's history of about so many tickets."""
    demo = Demo(SOURCE, {"tickets": tickets}, Context(clock=lambda: NOW, known=Known(engine, SOURCE)))
    return demo.read(demo.streams[0], {})


@dataclass(frozen=True, slots=True)
class Copy:
    """One telling of the template; several of them share a company with its teams and accounts."""

    number: int
    rng: Random
    day: Callable[[int], str]

    @property
    def company(self) -> int:
        return self.number // COPIES_A_COMPANY

    def write(self, connection: Connection, template: Template, tickets: Sequence[Row]) -> None:
        if self.number % COPIES_A_COMPANY == 0:
            for table in (schema.account, schema.team):
                connection.execute(insert(table), [self._of_company(row) for row in template.rows[table]])
        for table in (schema.contact, schema.invitation, schema.response):
            bulk(connection, table, [self._of_person(row) for row in template.rows[table]])
        copies: list[Row] = []
        spans: list[Row] = []
        for row in tickets:
            copy, stood = self._life(row, template.events[row["id"]], template.targets[row["id"]])
            copies.append(copy)
            spans.extend(stood)
        for table, rows in zip(HEAPED, (copies, spans), strict=True):
            bulk(connection, table, rows, into=f"made_{table.name}")

    def _of_company(self, row: Row) -> Row:
        name = self._firm(row["name"]) or ""
        copy = {**row, "id": self._of(row["id"], self.company), "name": name}
        return copy | ({"account_key": account_key(name)} if "account_key" in row else {})

    def _of_person(self, row: Row) -> Row:
        """Contacts, invitations and answers: everybody in this copy is asked some hours earlier."""
        copy = dict(row)
        for name, number in (("id", self.number), ("contact_id", self.number), ("account_id", self.company)):
            if name in copy:
                copy[name] = self._of(copy[name], number)
        if "account_key" in copy:
            copy["account_key"] = self._firm(copy["account_key"])
        for name in ("sent_at", "opened_at", "responded_at", "updated_at"):
            if copy.get(name) is not None:
                copy[name] -= self.number * 613 % 86_400
        if "responded_on" in copy:
            copy["responded_on"] = self.day(copy["responded_at"])
        return copy

    def _life(self, row: Row, events: Sequence[Row], targets: Sequence[Row]) -> tuple[Row, list[Row]]:
        """A ticket and its spans. What waits stays waiting: its moments draw nearer to the present."""
        moved = self._movement(row, events)
        if events and row["state"] == State.CLOSED and moved(events[-1]["happened_at"]) > LAST:
            events = events[:-1]  # it is solved, and will be closed
            row = row | {"state": State.SOLVED.value, "updated_at": events[-1]["happened_at"]}
        ticket = row | {name: moved(row[name]) for name in MOVED if row[name] is not None} | self._place(row)
        applied = [
            Applied(
                Measure(target["measure"]), target["origin"], moved(target["applied_at"]),
                target["target_minutes"], target["clock"], target["due_at"],
            )
            for target in targets
        ]  # fmt: skip
        mine = [{**event, "happened_at": moved(event["happened_at"])} for event in events]
        for event in mine:
            for name in ("team_id", "actor_id"):
                event[name] = event[name] and self._of(event[name], self._number_of(name))
        life = live(ticket, mine, applied, RULES)
        ticket |= life.columns
        ticket["sla_measure"] = ticket["sla_measure"] and str(ticket["sla_measure"])
        for name in ("created", "solved", "sla_ended"):
            at = ticket[f"{name}_at"]
            ticket[f"{name}_on"] = None if at is None else self.day(at)
        return ticket, [
            {
                "source": SOURCE, "ticket_id": ticket["id"], "created_at": ticket["created_at"],
                "account_key": ticket["account_key"], "audience": ticket["audience"],
                "channel": ticket["channel"], "state": span.state.value, "priority": span.priority,
                "team_id": span.team_id, "assignee_id": span.assignee_id,
                "started_at": span.started_at, "started_on": self.day(span.started_at),
                "ended_at": epoch(FOREVER) if span.ended_at is None else span.ended_at,
                "ended_on": None if span.ended_at is None else self.day(span.ended_at),
            }
            for span in life.spans
        ]  # fmt: skip

    def _movement(self, row: Row, events: Sequence[Row]) -> Callable[[int], int]:
        """Where each moment of a ticket goes: the order of what happened stays, and nothing is to come."""
        pace = self.rng.uniform(0.9, 1.0)
        if row["state"] in UNSOLVED:
            return lambda at: LAST - int((LAST - at) * pace)
        created = row["created_at"]
        ended = max(
            (event["happened_at"] for event in events if event["state"] != State.CLOSED), default=created
        )
        by = -WEEK * self.rng.randrange(WEEKS)
        if created + by < FIRST:
            by += WEEK * WEEKS
        if ended + by > LAST:
            by = 0
        by -= self.rng.randrange(1800)
        return lambda at: created + by + int((at - created) * pace)

    def _place(self, row: Row) -> Row:
        return {
            "id": self._of(row["id"], self.number),
            "team_id": self._of(row["team_id"], self.company),
            "requester_id": self._of(row["requester_id"], self.number),
            "account_id": self._of(row["account_id"], self.company),
            "problem_id": self._of(row["problem_id"], self.company),
            "account_key": self._firm(row["account_key"]),
        }

    def _number_of(self, name: str) -> int:
        return self.company if name == "team_id" else self.number

    def _firm(self, name: str | None) -> str | None:
        return f"{name} {self.company}" if name and self.company else name

    @staticmethod
    def _of(identifier: str | None, number: int) -> str | None:
        return f"{identifier}-{number}" if identifier and number else identifier


def bulk(connection: Connection, table: Table, rows: Sequence[Row], *, into: str = "") -> None:
    """Inserts rows, moments as seconds and days as text, by the fastest way that the database has.

    into: the name of another table with the same columns.
    """
    name = into or table.name
    names = [column.name for column in table.c]
    driver = connection.connection.driver_connection
    columns = ", ".join(names)
    values = (tuple(map(row.__getitem__, names)) for row in rows)
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(names))
    driver.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", values)


def _put_in_order(connection: Connection, table: Table) -> None:
    """From the heap into the table, as they would have come in: neighbours in time are neighbours on disk."""
    columns = ", ".join(column.name for column in table.c)
    made = f"made_{table.name}"
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {made} ORDER BY created_at"
    )
    connection.exec_driver_sql(f"DROP TABLE {made}")


def _rows(connection: Connection, table: Table) -> list[Row]:
    return [dict(row) for row in connection.execute(select(*raw(table))).mappings()]


def _by_ticket(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["ticket_id"]].append(row)
    return found


def _each_index(engine: Engine, table: Table, method: str) -> None:
    with writer(engine).begin() as connection:
        for index in sorted(table.indexes, key=lambda item: str(item.name)):
            getattr(index, method)(connection)


def _settle(engine: Engine) -> None:
    """Brings the store to where a server comes by itself in time."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        return
    with closing(engine.raw_connection()) as connection:
        connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--store", required=True, help="SQLAlchemy URL of a store that is empty or not there")
    parser.add_argument("--tickets", type=int, default=1_000_000)
    given = parser.parse_args()
    engine = open_store(given.store)
    started = time.perf_counter()
    fill(engine, given.tickets)
    print(f"{given.tickets:,} tickets in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
