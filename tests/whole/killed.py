"""A process that syncs one source page by page, and tells when it begins a page; test_kill.py kills it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

from connectors.base import Connector, Context, Stream
from connectors.holder import this_process
from connectors.paging import Bookmark
from connectors.sync import sync_source
from data import runs
from data.engine import open_store
from data.known import Known
from data.records import Page, Reject
from data.store import Store
from data.window import now
from tests.data.random_world import world
from tests.data.small_world import store_of

SOURCE = "desk"
PAGE_RECORDS = 2


def pages() -> list[Page]:
    """Always the same: mixed records in any order, some twice, each page with the bookmark after it."""
    rng = random.Random(20)
    said = [record for source, record in world(rng, tickets=60) if source == SOURCE]
    order = [*said, *rng.choices(said, k=60)]
    rng.shuffle(order)
    cuts = range(0, len(order), PAGE_RECORDS)
    lost = Reject(stream="all", reason="no id", payload="{}", place="page 3")
    return [
        Page(
            records=tuple(order[cut : cut + PAGE_RECORDS]),
            rejects=(lost,) if number == 3 else (),
            bookmark={"next": number + 1},
        )
        for number, cut in enumerate(cuts)
    ]


class Slow(Connector):
    """Goes on where the bookmark points, one page earlier: overlap must do no harm."""

    kind = "slow"
    label = "Slow"
    streams = (Stream(name="all", read="all_pages"),)

    def __init__(self, store: Store, tell: Callable[[int], None]) -> None:
        super().__init__(SOURCE, {}, Context(clock=store.clock, known=Known(store.engine, SOURCE)))
        self.tell = tell

    def all_pages(self, bookmark: Bookmark) -> Iterator[Page]:
        first = max(0, bookmark.get("next", 0) - 1)
        for number, page in enumerate(pages()):
            if number >= first:
                self.tell(number)
                yield page


def sync(url: str, tell: Callable[[int], None]) -> str:
    """One run, as the scheduler would make it; how it ended."""
    engine = open_store(url)
    store = store_of(engine, 'time_zone = "Europe/Berlin"', now)
    outcome = sync_source(Slow(store, tell), store, holder=this_process(), interval_seconds=60)
    engine.dispose()
    return "left alone" if outcome is None else outcome.outcome


def configure(url: str) -> None:
    engine = open_store(url)
    runs.configure(engine, [{"name": SOURCE, "kind": "slow", "label": "Slow", "interval_seconds": 60}])
    engine.dispose()


def main(url: str, pipe: Connection) -> None:
    """What the child process does: numbers of pages through the pipe, then how the run ended."""
    pipe.send(sync(url, pipe.send))
