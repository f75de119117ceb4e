"""A source that does what a test tells it to: each stream has a script of pages, errors and delays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from connectors.base import Connector, Context, Stream
from connectors.paging import Bookmark
from data.known import Known
from data.records import Page
from data.store import Store

Step = Page | Exception | Callable[[], Any]


class Scripted(Connector):
    """Yields the pages of a stream's script, raises its errors, and calls what can be called."""

    kind = "scripted"
    label = "Scripted"

    def __init__(self, store: Store, scripts: Mapping[str, Sequence[Step]], source: str = "desk") -> None:
        super().__init__(source, {}, Context(clock=store.clock, known=Known(store.engine, source)))
        self.scripts = dict(scripts)
        self.given: dict[str, Bookmark] = {}
        self.read_streams: list[str] = []

    def read(self, stream: Stream, bookmark: Bookmark) -> Iterator[Page]:
        self.read_streams.append(stream.name)
        self.given[stream.name] = bookmark
        for step in self.scripts[stream.name]:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Page):
                yield step
            else:
                step()


def scripted(store: Store, scripts: Mapping[str, Sequence[Step]], **streams: dict[str, Any]) -> Scripted:
    """A source with these streams, in order; keywords give a stream its options."""
    made = Scripted(store, scripts)
    made.streams = tuple(Stream(name=name, **streams.get(name, {})) for name in scripts)  # type: ignore[misc]
    return made
