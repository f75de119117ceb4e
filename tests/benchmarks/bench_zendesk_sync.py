"""How long does the first sync of a large Zendesk account take, against merely fetching its pages?

    python -m tests.benchmarks.bench_zendesk_sync [--tickets 100000] [--store URL]

The simulated account is served by a process of its own. A plain client walks the same lists and decodes
them; then Barometer reads them into an empty store. Printed: both times, their ratio, and the server's
own time. Without --store a SQLite file in a temporary folder is used; a store that is given must be empty.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import requests

from connectors.base import Context
from connectors.helpdesks.zendesk import Zendesk
from connectors.sync import sync_source
from data import runs
from data.engine import open_store
from data.known import Known
from data.settings import FileSettings
from data.store import Store
from tests.simulators.zendesk import EMAIL, WORK

ROOT = Path(__file__).parents[2]
SOURCE = "desk"
CURSOR_EXPORTS = ("users", "tickets")
TIME_EXPORTS = ("organizations", "ticket_events", "ticket_metric_events")
LISTS = ("users", "groups", "satisfaction_ratings", "deleted_tickets")


@dataclass(frozen=True, slots=True)
class Account:
    """A served account: where it is, what time it is there, how many objects of a kind it holds."""

    url: str
    now: int
    token: str
    held: dict[str, int]

    def work(self) -> tuple[int, float]:
        """(requests, seconds) that the server has spent so far."""
        body = requests.get(f"{self.url}/api/v2/{WORK}", timeout=30).json()
        return body["requests"], body["seconds"]


@contextmanager
def served(tickets: int) -> Iterator[Account]:
    """The simulator with so many tickets in a process of its own."""
    command = [sys.executable, "-m", "tests.simulators.zendesk", "--tickets", str(tickets)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said: dict[str, Any] = orjson.loads(process.stdout.readline())
        try:
            yield Account(said.pop("url"), said.pop("now"), said.pop("token"), said)
        finally:
            process.communicate()


def fetch_plainly(account: Account) -> int:
    """Walks what Barometer walks, decodes it and keeps nothing; the bytes fetched."""
    session = requests.Session()
    session.auth = (f"{EMAIL}/token", account.token)
    fetched = 0

    def get(path: str, **params: str) -> Any:
        nonlocal fetched
        reply = session.get(f"{account.url}/api/v2/{path}", params=params, timeout=60)
        fetched += len(reply.content)
        return orjson.loads(reply.content)

    for name in CURSOR_EXPORTS:
        include = {"include": "metric_sets"} if name == "tickets" else {}
        body = get(f"incremental/{name}/cursor", start_time="1", **include)
        while not body["end_of_stream"]:
            body = get(f"incremental/{name}/cursor", cursor=body["after_cursor"], **include)
    for name in TIME_EXPORTS:
        include = {"include": "comment_events"} if name == "ticket_events" else {}
        body = get(f"incremental/{name}", start_time="1", **include)
        while not body["end_of_stream"]:
            body = get(f"incremental/{name}", start_time=str(body["end_time"]), **include)
    for name in LISTS:
        size = {"page[size]": "100"} | ({"start_time": "1"} if name == "satisfaction_ratings" else {})
        body = get(name, **size)
        while body["meta"]["has_more"]:
            body = get(name, **size, **{"page[after]": body["meta"]["after_cursor"]})
    return fetched


def sync(account: Account, url: str) -> tuple[int, float]:
    """A first sync into the store at `url`; (records, seconds)."""
    engine = open_store(url)

    def clock() -> datetime:
        return datetime.fromtimestamp(account.now, UTC)

    store = Store(engine, FileSettings(), b"a key for the benchmark", clock)
    row = {"name": SOURCE, "kind": Zendesk.kind, "label": Zendesk.label, "interval_seconds": 60}
    runs.configure(engine, [row])
    config = {"url": account.url, "email": EMAIL, "token": account.token, "role_field": "role"}
    connector = Zendesk(SOURCE, config, Context(clock=clock, known=Known(engine, SOURCE)))
    started = time.perf_counter()
    outcome = sync_source(connector, store, holder="benchmark", interval_seconds=60)
    seconds = time.perf_counter() - started
    engine.dispose()
    if outcome is None or outcome.outcome != "succeeded":
        raise SystemExit(f"The sync did not succeed: {outcome}")
    return outcome.record_count, seconds


def measure(tickets: int, url: str) -> None:
    with served(tickets) as account:
        fetch_plainly(account)  # the server makes its pages once and keeps them
        before = account.work()
        started = time.perf_counter()
        fetched = fetch_plainly(account)
        plain = time.perf_counter() - started
        between = account.work()
        records, synced = sync(account, url)
        after = account.work()
    held = ", ".join(f"{count:,} {name}" for name, count in account.held.items())
    print(f"account: {held}; {fetched / 2**20:,.0f} MiB of JSON")
    print(f"store: {url.split(':', 1)[0]}, {records:,} records")
    print(
        f"server's own time: {between[1] - before[1]:.2f} s plain, {after[1] - between[1]:.2f} s in the sync"
    )
    print(f"plain client: {plain:.2f} s for {between[0] - before[0]} requests")
    print(f"first sync: {synced:.2f} s for {after[0] - between[0]} requests")
    print(f"= {tickets / synced:,.0f} tickets a second, {records / synced:,.0f} records a second")
    print(f"ratio sync / plain client: {synced / plain:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--store", default="", help="SQLAlchemy URL of an empty store")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(given.tickets, given.store or f"sqlite:///{folder}/barometer.db")


if __name__ == "__main__":
    main()
