"""What does the board of a past moment cost, as known now and as known then?

    python -m tests.benchmarks.bench_past [--tickets 20000] [--database sqlite|postgres|both]

The tickets of bench_store (eighteen months, each with its target, a reply and four changes of state), as if
each thing had been learnt when it happened. As known then a store is rebuilt in memory: the tickets of the
last half year before that moment, and derived anew those about which something was learnt after it.
Medians of three after a warm-up.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import Engine, func, select, update

from data import schema
from data.boards import build_board
from data.engine import writer
from data.records import Page
from data.window import Filters
from tests.benchmarks.bench_store import SETTINGS, START, pages, people, store, tickets
from tests.benchmarks.stores import stores

END = START + timedelta(seconds=47_000_000)
RUNS = 3
DAYS_AGO = (1, 7, 30, 180)


def fill(engine: Engine, count: int) -> None:
    """Stores the tickets, then tells each when it would have been learnt."""
    store(engine, [Page(records=tuple(people())), *pages(tickets(count))])
    ticket, event, target = schema.ticket, schema.ticket_event, schema.sla_target
    with writer(engine).begin() as connection:
        connection.execute(update(event).values(learnt_at=event.c.happened_at))
        connection.execute(update(target).values(learnt_at=target.c.applied_at))
        connection.execute(
            update(ticket).values(learnt_at=ticket.c.created_at, touched_at=ticket.c.updated_at)
        )
        for table in (schema.account, schema.contact):
            connection.execute(update(table).values(learnt_at=None))


def timed(action: Callable[[], Any]) -> float:
    """Seconds, the median of RUNS."""
    action()
    found = []
    for _ in range(RUNS):
        started = time.perf_counter()
        action()
        found.append(time.perf_counter() - started)
    return median(found)


def report(name: str, engine: Engine, count: int) -> None:
    """Prints what each board costs."""
    fill(engine, count)

    def board(**how: Any) -> float:
        return timed(lambda: build_board(engine, SETTINGS, Filters(), clock=lambda: END, **how))

    print(f"{name}: {count:,} tickets; the board of now {board():.2f} s", flush=True)
    for days in DAYS_AGO:
        moment = END - timedelta(days=days)
        later = select(func.count()).where(schema.ticket.c.touched_at > moment)
        with engine.connect() as connection:
            touched = connection.execute(later).scalar_one()
        now, then = board(as_of=moment), board(as_of=moment, known_at=moment)
        print(
            f"  {days} days ago ({touched:,} tickets touched since):"
            f" as known now {now:.2f} s, as known then {then:.2f} s",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="sqlite")
    given: Any = parser.parse_args()
    for name in ("sqlite", "postgres") if given.database == "both" else (given.database,):
        with stores(name) as new:
            report(name, new(), given.tickets)


if __name__ == "__main__":
    main()
