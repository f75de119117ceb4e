"""Stand-ins for connector tests: an HTTP that serves recorded pages in order, and a known store.

    with FakeHttp(expect("tickets/", {"page": "1"}, fixture("acme", "tickets_1"))) as http:
        connector = build(Acme, {"token": "x"}, http)
        pages = read_all(connector, "tickets")

Leaving the `with` fails the test when an expected request was never made.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson

from connectors.base import Connector, Context, Stream
from connectors.paging import Bookmark
from data.records import Page, Record, Reject
from tests.clock import StandingClock

FIXTURES = Path(__file__).parent.parent / "fixtures"
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)

C = TypeVar("C", bound=Connector)


@dataclass(frozen=True, slots=True)
class Expectation:
    """One request and its reply. params None: whatever they are. An exception as reply is raised."""

    path: str
    params: Mapping[str, Any] | None
    reply: Any


def expect(path: str, params: Mapping[str, Any] | None = None, reply: Any = None) -> Expectation:
    return Expectation(path, params, reply)


class FakeHttp:
    """Serves its expectations in order; an unexpected request fails at once, a missing one at the end."""

    def __init__(self, *expectations: Expectation) -> None:
        self.waiting = list(expectations)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def get_json(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        self.asked.append((path, dict(params or {})))
        if not self.waiting:
            raise AssertionError(f"unexpected request number {len(self.asked)}: {path} {params}")
        due = self.waiting.pop(0)
        assert _plain(path) == _plain(due.path), f"asked for {path}, expected {due.path}"
        if due.params is not None:
            assert _lists(params or {}) == _lists(due.params), (
                f"{path}: asked {params}, expected {due.params}"
            )
        if isinstance(due.reply, BaseException):
            raise due.reply
        return copy.deepcopy(due.reply)

    def finish(self) -> None:
        left = [expectation.path for expectation in self.waiting]
        assert not left, f"never asked for: {left}"

    def __enter__(self) -> FakeHttp:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is None:
            self.finish()


@dataclass(slots=True)
class FakeKnown:
    """What the store would know already."""

    unsolved: Sequence[str] = ()
    assignees: Sequence[str] = ()
    answered: Sequence[tuple[str, str, datetime]] = ()

    def unsolved_ticket_ids(self) -> list[str]:
        return list(self.unsolved)

    def assignee_ids(self) -> list[str]:
        return list(self.assignees)

    def responses(self) -> list[tuple[str, str, datetime]]:
        return list(self.answered)


def context(now: datetime = NOW, known: FakeKnown | None = None) -> Context:
    return Context(clock=StandingClock(now), known=known or FakeKnown())


def build(
    connector: type[C],
    config: Mapping[str, Any],
    http: Any = None,
    *,
    now: datetime = NOW,
    known: FakeKnown | None = None,
    source: str = "acme",
) -> C:
    """The connector, configured, over a fake HTTP."""
    return connector(source, config, context(now, known), http)


def stream_of(connector: Connector | type[Connector], name: str) -> Stream:
    return next(stream for stream in connector.streams if stream.name == name)


def read_all(connector: Connector, stream: str, bookmark: Bookmark | None = None) -> list[Page]:
    """Every page of a stream, from the bookmark on."""
    return list(connector.read(stream_of(connector, stream), bookmark or {}))


def records_of(pages: Iterable[Page]) -> list[Record]:
    return [record for page in pages for record in page.records]


def rejects_of(pages: Iterable[Page]) -> list[Reject]:
    return [reject for page in pages for reject in page.rejects]


def last_bookmark(pages: Iterable[Page], before: Bookmark | None = None) -> Bookmark:
    """The bookmark that the store would hold after these pages."""
    found: Bookmark = before or {}
    for page in pages:
        found = found if page.bookmark is None else page.bookmark
    return found


def fixture(kind: str, name: str) -> Any:
    """A recorded page: tests/fixtures/<kind>/<name>.json."""
    return orjson.loads((FIXTURES / kind / f"{name}.json").read_bytes())


def _plain(path: str) -> str:
    return path.lstrip("/")


def _lists(params: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        name: [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
        for name, value in params.items()
    }
