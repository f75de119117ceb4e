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
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, func, insert, select

from data import schema
from data.engine import writer
from data.records import Page
from data.store import Store
from tests.benchmarks.pages import KEY, SETTINGS, pages, people, tickets, write
from tests.benchmarks.stores import stores


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
    door = Store(full, SETTINGS, KEY)
    write(door, [Page(records=tuple(people()))])
    ready = list(pages(tickets(count)))
    watch = cProfile.Profile()
    if profile:
        watch.enable()
    ours = write(door, ready)
    watch.disable()
    again = write(door, ready[: len(ready) // 10]) * 10
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
