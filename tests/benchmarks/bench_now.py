"""How long do readings take as a store grows, from 10,000 tickets to 10,000,000?

    python -m tests.benchmarks.bench_now [--tickets 10000 100000 1000000] [--database sqlite|postgres|both]
    python -m tests.benchmarks.bench_now --store URL [--store URL ...]

Asked are all readings of Now, the same for one account and one team together, and one month in detail (the
signs, by team and by priority, and the ten tickets that were latest). Promised at ten million tickets: Now
in at most 50 ms, and 1.5 times what it takes at a hundred thousand; the filter in 150 ms, the month in 300.
Beside it the time of a processor that this process took, which other work on the machine leaves alone (with
Postgres it is only our half), and the same figures by pandas straight from the rows, reading them included.
Medians of fifteen after a warm-up; pandas at a million and more is measured once. For the largest store the
slowest queries are printed with the way that the database takes (EXPLAIN). --store measures stores that
tests.benchmarks.generate has filled, and nothing else. Ends with 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from statistics import median
from typing import Any

from sqlalchemy import Engine, event

from data.engine import open_store
from tests.benchmarks.generate import fill
from tests.benchmarks.questions import QUESTIONS, Question
from tests.benchmarks.stores import stores

BASE, LARGE, PROMISED_AT = 100_000, 1_000_000, 10_000_000
SLOWEST = 2
REPEATS = 15
Statement = tuple[str, Any]


def report(name: str, engines: dict[int, Engine], *, with_pandas: bool = True) -> bool:
    """Prints a line for each question and size; says whether every promise is kept."""
    print(f"\n{name}: load average before {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    heads = f"{'tickets':>12}{'ms':>10}{'ratio':>8}{'own ms':>10}{'ratio':>8}"
    print(f"{'':<28}{heads}{'pandas ms':>12}{'pandas / ms':>13}   promised")
    is_kept = True
    sizes = sorted(engines)
    base = BASE if BASE in engines else sizes[0]
    for question in QUESTIONS:
        found = {size: milliseconds(question.ask, engines[size]) for size in sizes}
        for size in sizes:
            ours, own = found[size]
            ratio, own_ratio = ours / found[base][0], own / found[base][1]
            pandas = _pandas(question, engines[size], size) if with_pandas else None
            beside = "" if pandas is None else f"{pandas:>12,.0f}{pandas / ours:>13,.1f}"
            said = _against(question, ours, ratio if base == BASE else None) if size >= PROMISED_AT else ""
            is_kept &= "BROKEN" not in said
            figures = f"{size:>12,}{ours:>10,.0f}{ratio:>8,.1f}{own:>10,.0f}{own_ratio:>8,.1f}"
            print(f"{question.name:<28}{figures}{beside}   {said}", flush=True)
    for question in QUESTIONS:
        _print_slowest(question, engines[sizes[-1]], sizes[-1])
    return is_kept


def _against(question: Question, ms: float, ratio: float | None) -> str:
    """What was promised for ten million tickets, and whether it is kept."""
    parts = [f"{question.most_ms:.0f} ms {'kept' if ms <= question.most_ms else 'BROKEN'}"]
    if question.most_ratio is not None and ratio is not None:
        is_kept = ratio <= question.most_ratio
        parts.append(f"ratio {question.most_ratio} {'kept' if is_kept else 'BROKEN'}")
    return ", ".join(parts)


def milliseconds(ask: Callable[[Engine], object], engine: Engine) -> tuple[float, float]:
    """(by the clock, of a processor in this process): medians after a warm-up."""
    ask(engine)
    taken = [_once(ask, engine) for _ in range(REPEATS)]
    return median(clock for clock, _ in taken), median(own for _, own in taken)


def _once(ask: Callable[[Engine], object], engine: Engine) -> tuple[float, float]:
    clock, own = time.perf_counter(), time.process_time()
    ask(engine)
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - own)


def _pandas(question: Question, engine: Engine, tickets: int) -> float:
    if tickets < LARGE:
        return milliseconds(question.pandas, engine)[0]
    return _once(question.pandas, engine)[0]


def slowest(question: Question, engine: Engine) -> list[tuple[float, Statement]]:
    """The queries behind a question with the seconds that each takes, all rows fetched, slowest first."""
    seen: list[Statement] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    question.ask(engine)
    event.remove(engine, "before_cursor_execute", note)
    taken: dict[str, float] = defaultdict(float)
    first: dict[str, Statement] = {}
    with engine.connect() as connection:
        for statement, parameters in seen:
            if statement.lstrip().startswith("SELECT"):
                started = time.perf_counter()
                connection.exec_driver_sql(statement, parameters).fetchall()
                key = f"{statement} {parameters}"
                taken[key] += time.perf_counter() - started
                first[key] = (statement, parameters)
    return sorted(((taken[key], first[key]) for key in first), key=lambda item: -item[0])


def way(engine: Engine, statement: Statement) -> list[str]:
    """How the database goes about a query: its plan's lines that name a table or an index."""
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(explain + statement[0], statement[1]).fetchall()
    lines = [str(row[-1]).strip(" ->") for row in rows]
    return [
        line.split("  (")[0]
        for line in lines
        if any(word in line for word in ("SEARCH", "SCAN", "Scan", "TEMP"))
    ]


def _print_slowest(question: Question, engine: Engine, tickets: int) -> None:
    queries = slowest(question, engine)
    print(f"{question.name}: {len(queries)} different queries; the slowest at {tickets:,} tickets:")
    for taken, statement in queries[:SLOWEST]:
        print(f"  {taken * 1000:,.0f} ms  {' '.join(statement[0].split())[:150]}")
        for line in way(engine, statement):
            print(f"      {line}")


def tickets_in(engine: Engine) -> int:
    with engine.connect() as connection:
        count = int(connection.exec_driver_sql("SELECT count(*) FROM ticket").scalar_one())
    engine.dispose()  # no screen reads so much: it would leave the connection's cache full of it
    return count


def _of_urls(urls: list[str], *, with_pandas: bool) -> bool:
    """The stores by database, each of another size."""
    by_database: dict[str, dict[int, Engine]] = defaultdict(dict)
    for url in urls:
        engine = open_store(url)
        by_database[engine.dialect.name][tickets_in(engine)] = engine
    kept = [report(name, engines, with_pandas=with_pandas) for name, engines in by_database.items()]
    return all(kept)


def _of_new(database: str, sizes: list[int], *, with_pandas: bool) -> bool:
    with stores(database) as new:
        engines = {}
        for tickets in sorted(set(sizes)):
            started = time.perf_counter()
            engines[tickets] = new()
            fill(engines[tickets], tickets)
            taken = time.perf_counter() - started
            print(f"{database}: {tickets:,} tickets made in {taken:.0f} s", flush=True)
        is_kept = report(database, engines, with_pandas=with_pandas)
        for engine in engines.values():
            engine.dispose()
    return is_kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tickets", type=int, nargs="+", default=[10_000, BASE, LARGE], help="sizes")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--store", action="append", default=[], help="URL of a filled store; repeatable")
    parser.add_argument("--no-pandas", action="store_true", help="measure the readings alone")
    given = parser.parse_args()
    with_pandas = not given.no_pandas
    if given.store:
        return 0 if _of_urls(given.store, with_pandas=with_pandas) else 1
    databases = ("sqlite", "postgres") if given.database == "both" else (given.database,)
    kept = [_of_new(name, given.tickets, with_pandas=with_pandas) for name in databases]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
