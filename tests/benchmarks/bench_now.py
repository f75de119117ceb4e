"""How long do the readings of the Now page take at 10,000 and at 1,000,000 tickets?

    python -m tests.benchmarks.bench_now [--tickets 1000000] [--database sqlite|postgres|both] [--store URL]

Promised: a hundred times the tickets take less than a hundred times as long, since a reading looks at the
rows of its window and at what is still open, never at all that was ever solved. Beside it the board's main
figures straight from all rows by pandas, reading them included. Medians of five after a warm-up. For the
larger store the slowest queries are printed with the way that the database takes (EXPLAIN). --store
measures a store that tests.benchmarks.generate has filled, and nothing else.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Callable
from statistics import median
from typing import Any

import pandas as pd
from sqlalchemy import Engine, event

from data.boards import build_board
from data.engine import open_store
from data.window import Filters, parse_window
from tests.benchmarks.generate import NOW, SETTINGS, fill
from tests.benchmarks.stores import stores

SMALL = 10_000
RUNS = 5
SLOWEST = 3
Statement = tuple[str, Any]


def measure(engine: Engine) -> tuple[float, float]:
    """(seconds of the board, seconds of pandas)."""
    return _median(lambda: board(engine)), _median(lambda: by_pandas(engine))


def board(engine: Engine) -> None:
    build_board(engine, SETTINGS, Filters(), clock=lambda: NOW)


def by_pandas(engine: Engine) -> dict[str, float]:
    """The four signs and what stands beside them, from frames of all rows; nothing is prepared."""
    with engine.connect() as connection:
        tickets = pd.read_sql(
            "SELECT created_at, solved_at, priority, audience, sla_ended_at, sla_is_met, sla_gap_minutes,"
            " sla_elapsed_minutes, sla_due_at FROM ticket WHERE is_counted",
            connection,
        )
        spans = pd.read_sql("SELECT started_at, ended_at, state, created_at FROM ticket_span", connection)
        answers = pd.read_sql(
            "SELECT score, responded_at, audience FROM response WHERE kind = 'nps'", connection
        )
    now = int(NOW.timestamp())
    recent = answers[answers.responded_at.between(_since("90d"), now)]
    point = (recent.score >= 9).astype(int) - (recent.score <= 6).astype(int)
    standing = spans[(spans.started_at <= now) & (spans.ended_at > now)]
    ended = tickets[tickets.sla_ended_at.between(_since("30d"), now)]
    days = range(now - 56 * 86_400, now + 1, 86_400)
    by_priority = ended.groupby("priority")
    return {
        "nps": 100 * point.mean(),
        **(100 * point.groupby(recent.audience).mean()).to_dict(),
        "backlog": len(standing),
        **standing.state.value_counts().to_dict(),
        "oldest": (now - standing.created_at.min()) / 60,
        "created": (tickets.created_at >= _since("today")).sum(),
        "solved": (tickets.solved_at >= _since("today")).sum(),
        "attainment": ended.sla_is_met.astype(float).mean(),
        "gap": ended.sla_gap_minutes.median(),
        "gap_p90": ended.sla_gap_minutes.quantile(0.9),
        **by_priority.sla_elapsed_minutes.median().to_dict(),
        **by_priority.sla_elapsed_minutes.quantile(0.9).add_prefix("p90 ").to_dict(),
        "breached": ((tickets.sla_due_at < now) & tickets.solved_at.isna()).sum(),
        **{str(at): ((spans.started_at <= at) & (spans.ended_at > at)).sum() for at in days},
    }


def slowest(engine: Engine) -> list[tuple[float, Statement]]:
    """The queries of one board with the seconds that each takes, all rows fetched, slowest first."""
    seen: list[Statement] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    board(engine)
    event.remove(engine, "before_cursor_execute", note)
    seconds: dict[str, float] = defaultdict(float)
    first: dict[str, Statement] = {}
    with engine.connect() as connection:
        for statement, parameters in seen:
            if statement.lstrip().startswith("SELECT"):
                started = time.perf_counter()
                connection.exec_driver_sql(statement, parameters).fetchall()
                key = f"{statement} {parameters}"
                seconds[key] += time.perf_counter() - started
                first[key] = (statement, parameters)
    return sorted(((seconds[key], first[key]) for key in first), key=lambda item: -item[0])


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


def report(name: str, engines: dict[int, Engine]) -> None:
    """Prints a line for each size, the ratio of both, and the slowest queries of the larger."""
    found = {}
    print(f"\nload average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{name:<10}{'tickets':>12}{'readings ms':>14}{'pandas ms':>12}{'pandas / readings':>20}")
    for tickets, engine in engines.items():
        ours, pandas = found[tickets] = measure(engine)
        print(
            f"{'':<10}{tickets:>12,}{ours * 1000:>14,.0f}{pandas * 1000:>12,.0f}{pandas / ours:>20,.1f}",
            flush=True,
        )
    if len(found) > 1:
        small, large = min(found), max(found)
        times = [found[large][i] / found[small][i] for i in (0, 1)]
        print(f"{'':<10}{f'x {large / small:,.0f}':>12}{f'x {times[0]:,.1f}':>14}{f'x {times[1]:,.1f}':>12}")
    engine = engines[max(engines)]
    queries = slowest(engine)
    print(f"{len(queries)} different queries; the slowest at {max(engines):,} tickets:")
    for seconds, statement in queries[:SLOWEST]:
        print(f"  {seconds * 1000:,.0f} ms  {' '.join(statement[0].split())[:150]}")
        for line in way(engine, statement):
            print(f"      {line}")


def _since(window: str) -> int:
    return int(parse_window(window, as_of=NOW, zone=SETTINGS.time_zone).start.timestamp())


def _median(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return median(seconds[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tickets", type=int, default=1_000_000, help="size of the larger store")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--store", default="", help="URL of a store that is filled already")
    given = parser.parse_args()
    if given.store:
        engine = open_store(given.store)
        with engine.connect() as connection:
            count = connection.exec_driver_sql("SELECT count(*) FROM ticket").scalar_one()
        report(engine.dialect.name, {count: engine})
        return
    for database in ("sqlite", "postgres") if given.database == "both" else (given.database,):
        with stores(database) as new:
            engines = {}
            for tickets in sorted({SMALL, given.tickets}):
                started = time.perf_counter()
                engines[tickets] = new()
                fill(engines[tickets], tickets)
                print(
                    f"{database}: {tickets:,} tickets made in {time.perf_counter() - started:.0f} s",
                    flush=True,
                )
            report(database, engines)
            for engine in engines.values():
                engine.dispose()


if __name__ == "__main__":
    main()
