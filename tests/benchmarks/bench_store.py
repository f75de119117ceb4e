"""How long does Barometer take to store 100,000 tickets, against a bare bulk insert of the very same rows?

    python -m tests.benchmarks.bench_store [--tickets 100000] [--database sqlite|postgres|both] [--profile]

The same made-up tickets, about five events each, go through Store.write in pages of 1,000 records, as a
connector would bring them: compared with what is stored, related to people and accounts, derived, and
committed with a bookmark page by page. Then the rows that came of it are copied as they are into an empty
database, in one transaction, by executemany. The ratio says what knowing costs over keeping.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, insert, select

from data import schema
from data.engine import writer
from data.records import (
    Account,
    Contact,
    EventKind,
    Page,
    Priority,
    Record,
    SlaTarget,
    State,
    Ticket,
    TicketEvent,
)
from data.records import Measure as Promise
from data.settings import parse_settings
from data.store import Store
from tests.benchmarks.stores import stores

PAGE = 1_000
SOURCE = "desk"
START = datetime(2025, 5, 1, tzinfo=UTC)
SETTINGS = parse_settings(
    'time_zone = "Europe/London"\n[sla]\ncalendar = "office"\n'
    '[calendars.office]\ntime_zone = "Europe/London"\nhours = "mon-fri 09:00-17:30"\ncountry = "GB-ENG"\n'
)
PATH = (State.OPEN, State.PENDING, State.OPEN, State.SOLVED)


def people() -> list[Record]:
    """Sixty accounts of fifty people each."""
    accounts = [Account(id=str(i), name=f"Account {i}") for i in range(60)]
    contacts = [
        Contact(id=str(i), email=f"{i}@x.test", role=("user", "sponsor")[i % 10 == 0], account_id=str(i % 60))
        for i in range(3000)
    ]
    return [*accounts, *contacts]


def tickets(count: int) -> Iterator[Record]:
    """Each ticket with its target, a reply and four changes of state."""
    rng = random.Random(1)
    for number in range(count):
        id, created = str(number), START + timedelta(seconds=number * 47_000_000 // count)
        moments = [created + timedelta(minutes=m) for m in sorted(rng.sample(range(1, 6000), len(PATH)))]
        priority = rng.choice([*Priority])
        yield Ticket(
            id=id, state=State.SOLVED, created_at=created, revision=1, updated_at=moments[-1],
            subject=f"Something does not work, number {number}", priority=priority, channel="mail",
            team_id=str(rng.randrange(8)), requester_id=str(rng.randrange(3000)),
        )  # fmt: skip
        yield SlaTarget(ticket_id=id, measure=Promise.RESOLUTION, applied_at=created, target_minutes=2880.0)
        yield TicketEvent(
            id="r", ticket_id=id, happened_at=moments[0], kind=EventKind.AGENT_REPLY, actor_id="agent"
        )
        for step, (state, at) in enumerate(zip(PATH, moments, strict=True)):
            yield TicketEvent(
                id=str(step), ticket_id=id, happened_at=at, kind=EventKind.CHANGE, sequence=step, state=state
            )


def pages(records: Iterator[Record]) -> Iterator[Page]:
    """Pages of at most PAGE records, each with its bookmark."""
    batch: list[Record] = []
    number = 0
    for record in records:
        batch.append(record)
        if len(batch) == PAGE:
            number += 1
            yield Page(records=tuple(batch), bookmark={"page": number})
            batch = []
    yield Page(records=tuple(batch), bookmark={"page": number + 1})


def store(engine: Engine, ready: list[Page]) -> float:
    """Seconds to write all pages."""
    door = Store(engine, SETTINGS, b"a key for benchmarks")
    started = time.perf_counter()
    for page in ready:
        door.write(SOURCE, "all", page)
    return time.perf_counter() - started


def copy(full: Engine, empty: Engine) -> tuple[int, float]:
    """(rows, seconds) of inserting all rows of one database into another, without reading the clock."""
    tables = [table for table in schema.metadata.sorted_tables if table.name not in ("data_version",)]
    with full.connect() as connection:
        rows = {t: [dict(r) for r in connection.execute(select(t)).mappings()] for t in tables}
    started = time.perf_counter()
    with writer(empty).begin() as connection:
        for table, found in rows.items():
            if found:
                connection.execute(insert(table), found)
    return sum(len(found) for found in rows.values()), time.perf_counter() - started


def report(name: str, new: Callable[[], Engine], count: int, *, profile: bool) -> None:
    """Prints how long the store took and how long the bare insert, and the ratio."""
    full, empty = new(), new()
    store(full, [Page(records=tuple(people()))])
    ready = list(pages(tickets(count)))
    watch = cProfile.Profile()
    if profile:
        watch.enable()
    ours = store(full, ready)
    watch.disable()
    again = store(full, ready[: len(ready) // 10]) * 10
    rows, bare = copy(full, empty)
    with empty.connect() as connection:
        assert connection.execute(select(func.count()).select_from(schema.ticket)).scalar_one() == count
    print(
        f"{name:<10} {count:,} tickets, {rows:,} rows: stored in {ours:.1f} s"
        f" ({count / ours:,.0f} tickets/s), the same pages again in {again:.1f} s;"
        f" bare bulk insert {bare:.1f} s; ratio {ours / bare:.1f}",
        flush=True,
    )
    if profile:
        pstats.Stats(watch).sort_stats("tottime").print_stats(30)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--profile", action="store_true", help="show where Store.write spends its time")
    given: Any = parser.parse_args()
    for name in ("sqlite", "postgres") if given.database == "both" else (given.database,):
        with stores(name) as new:
            report(name, new, given.tickets, profile=given.profile)


if __name__ == "__main__":
    main()
