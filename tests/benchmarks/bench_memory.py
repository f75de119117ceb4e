"""How much memory does a web process take, and does it stay at that?

    python -m tests.benchmarks.bench_memory --store URL [--requests 2000]

One gunicorn worker shows a store that tests.benchmarks.generate has filled (on Linux; loopback only). It is
asked for Now, for Now with ever other accounts and teams, and for live updates of both, while the version of
the data rises after every few requests. Printed are the megabytes after the warm-up, every tenth of the way,
the most and the last: what is resident in all, and of that what is the process's own (the rest are pages of
files, such as SQLite's, that the kernel takes back when it needs to). Promised: its own memory stays below
300 MB and grows by no more than a tenth over the second half. Ends with 1 when that is broken.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from sqlalchemy import Engine

from data import facts, runs
from data.engine import open_store, writer
from tests.benchmarks.telling import SETTINGS
from tests.services.ports import free_port

ROOT = Path(__file__).parents[2]
MOST_MB, MOST_GROWTH = 300.0, 1.10
WARM_UP = 20
VERSION_EVERY = 10
PATIENCE_S = 300


@dataclass(frozen=True, slots=True)
class Memory:
    """In MB. own: anonymous pages; all: with pages of files."""

    own: float
    all: float

    @classmethod
    def of(cls, pid: int) -> Memory:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        found = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
        return cls(int(found["RssAnon"][0]) / 1024, int(found["VmRSS"][0]) / 1024)


@contextmanager
def web_process(store: str) -> Iterator[tuple[int, str]]:
    """(the worker's process, its address) of a web server with one worker."""
    port = free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write(f'time_zone = "{SETTINGS.time_zone}"\n')
        config.flush()
        master = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "app:server", "--config", "python:dashboard.workers"),
                *("--workers", "1", "--timeout", str(PATIENCE_S), "--bind", f"127.0.0.1:{port}"),
            ],
            cwd=ROOT,
            env=os.environ | {"BAROMETER_STORE": store, "BAROMETER_CONFIG": config.name},
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address)
            children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split()
            yield int(children[-1]), address
        finally:
            master.terminate()
            master.wait()


def _wait_for(address: str) -> None:
    for _ in range(PATIENCE_S * 4):
        try:
            if requests.get(f"{address}/live/now", timeout=PATIENCE_S).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.25)
    raise SystemExit("The web server does not answer.")


def questions(engine: Engine) -> Iterator[tuple[str, dict[str, str]]]:
    """Paths and filters without end: no combination of account and team soon comes again."""
    with engine.connect() as connection:
        accounts = sorted(facts.account_names(connection))
        teams = sorted(facts.team_names(connection))
    for number in itertools.count():
        filters = {"account": accounts[number % len(accounts)], "team": teams[number // 3 % len(teams)]}
        yield "/", {}
        yield "/", filters
        yield "/live/now", {}
        yield "/live/now", filters


def measure(store: str, count: int) -> bool:
    engine = open_store(store)
    asked = questions(engine)
    answers: Counter[int] = Counter()
    with web_process(store) as (pid, address), requests.Session() as session:

        def ask(times: int) -> None:
            for number in range(times):
                path, filters = next(asked)
                answers[session.get(address + path, params=filters, timeout=PATIENCE_S).status_code] += 1
                seen.append(Memory.of(pid))
                if number % VERSION_EVERY == 0:
                    with writer(engine).begin() as connection:
                        runs.raise_version(connection, "facts")

        seen = [Memory.of(pid)]
        ask(WARM_UP)
        _print("after the warm-up", seen[-1])
        started, seen[:] = time.perf_counter(), [seen[-1]]
        for _ in range(10):
            ask(count // 10)
            _print(f"after {len(seen) - 1:,} requests", seen[-1])
        taken = time.perf_counter() - started
    engine.dispose()
    print(f"{count:,} requests in {taken:.0f} s; answers: {dict(sorted(answers.items()))}")
    most, half, last = max(item.own for item in seen), seen[len(seen) // 2].own, seen[-1].own
    is_kept = most <= MOST_MB and last <= half * MOST_GROWTH and set(answers) == {200}
    _print("the most", Memory(most, max(item.all for item in seen)))
    print(f"second half: x {last / half:.2f}; promised: at most {MOST_MB:.0f} MB, and x {MOST_GROWTH:.2f}: "
          f"{'kept' if is_kept else 'BROKEN'}")  # fmt: skip
    return is_kept


def _print(when: str, memory: Memory) -> None:
    print(f"{when:<24}{memory.own:>8,.0f} MB of its own,{memory.all:>8,.0f} MB with files", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--store", required=True, help="SQLAlchemy URL of a filled store")
    parser.add_argument("--requests", type=int, default=2_000)
    given = parser.parse_args()
    return 0 if measure(given.store, given.requests) else 1


if __name__ == "__main__":
    sys.exit(main())
