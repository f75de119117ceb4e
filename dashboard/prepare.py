"""A view made ready: its regions as components, and the same as bytes for live updates.

Each worker prepares a view once for a version of the store, and again after a while, since some figures
(due within the hour, today's tickets) move with the clock alone.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any, TypeVar

import orjson
from dash.development.base_component import Component

from dashboard.controls import Query
from dashboard.format import iso
from dashboard.latest import WAIT_S, Latest, NotReadyError
from dashboard.provider import Provider
from dashboard.views import VIEWS, Content
from data.board import Board
from data.opened import Asked, Glossary, Opened
from data.study import Study
from data.window import Clock

LOG = logging.getLogger(__name__)
KEPT = 64  # prepared views in memory, least recently used leave first
FRESH_S = 20.0  # after this long a view is prepared again, even for the same version
BOARD_FRESH_S = 5.0
STUDIES = 64  # answers of pages that are made when asked for
RECEIPTS = 16  # each with a page of rows
GLOSSARY_FRESH_S = 60.0
PAST_KEPT = 4
PAST_FRESH_S = 600.0
PAST_VERSION = (0, 0)  # of what was known then: nothing that comes in changes it
VERSION_S = 0.5  # how long a worker trusts the version that it saw

Version = tuple[int, int]
Answer = TypeVar("Answer")

# Ages and the seconds left to a deadline pass by themselves: they are no change of the content.
_PASSING = re.compile(rb'"--left":"[^"]*"|"key":"armed [^"]*"|"children":"[^"]*","className":"age"')


@dataclass(frozen=True, slots=True)
class Region:
    """What one region shows, and a hash by which the page knows whether it changed."""

    content: Component
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One view at one version. body: what `GET /live/<view>` answers; zipped: the same with gzip."""

    at: datetime
    version: Version
    live: Mapping[str, Region]
    fixed: Mapping[str, Component]
    body: bytes
    zipped: bytes
    etag: str


class Screens:
    """The prepared views of one worker; threads may share it."""

    def __init__(self, provider: Provider, *, clock: Clock, revision: str) -> None:
        self.provider, self.clock, self.revision = provider, clock, revision
        self._views: Latest[tuple[str, Query], Prepared] = Latest(kept=KEPT, fresh_s=FRESH_S)
        self._boards: Latest[Query, Board] = Latest(kept=KEPT, fresh_s=BOARD_FRESH_S)
        self._receipts: Latest[Asked, Opened] = Latest(kept=RECEIPTS, fresh_s=FRESH_S)
        self._studies: Latest[Any, Any] = Latest(kept=STUDIES, fresh_s=FRESH_S)
        self._glossary: Latest[str, Glossary] = Latest(kept=1, fresh_s=GLOSSARY_FRESH_S)
        self._pasts: Latest[tuple[str, Query], Prepared] = Latest(kept=PAST_KEPT, fresh_s=PAST_FRESH_S)
        self._past_turn = Lock()
        self._lock = Lock()
        self._version: Version = (-1, -1)
        self._version_seen = float("-inf")

    def get(self, view: str, query: Query, *, old_s: float = 0.0) -> Prepared:
        """The view as it is now, or at once one that is no older than old_s.

        Raises KeyError for a view that is not there. A store that fails gives the one before, whose
        figures then grow old and say so; without one before, its error is raised. NotReadyError: it is
        being prepared for the first time.
        """
        build = VIEWS[view]
        version = self._current_version()
        if query.as_of is not None:
            return self._past(view, query, query.as_of, version)

        def make() -> Prepared:
            at = self.clock()
            content = build(self.provider, partial(self._board, query, version), query, at)
            return prepare(content, version, at=at, revision=self.revision)

        return self._views.get((view, query), version, make, old_s=old_s)

    def receipt(self, asked: Asked) -> Opened:
        """Asked for twice by each page: for the first paint and for React. Raises ValueError."""
        make = partial(self.provider.receipt, asked)
        return self._receipts.get(asked, self._current_version(), make, must_match=True)

    def glossary(self) -> Glossary:
        """All metrics; remembered for a minute, since reading them all is the costliest question there is."""
        return self._glossary.get("", 0, self.provider.glossary)

    def study(self, question: Study[Answer]) -> Answer:
        """Remembered for the version, like a receipt. Raises ValueError, LookupError."""
        make = partial(self.provider.study, question)
        found: Answer = self._studies.get(question, self._current_version(), make, must_match=True)
        return found

    def _past(self, view: str, query: Query, as_of: datetime, version: Version) -> Prepared:
        """A view of the past. A few are remembered, apart from the standing ones, and one is made at a
        time, since it may have to be rebuilt from its facts. NotReadyError: another one is being made.
        """

        def board() -> Board:
            return self.provider.board(
                query.filters, window=query.window, as_of=as_of, known_then=query.known_then
            )

        def make() -> Prepared:
            if not self._past_turn.acquire(timeout=WAIT_S):
                raise NotReadyError
            try:
                content = VIEWS[view](self.provider, board, query, as_of)
                return prepare(content, version, at=self.clock(), revision=self.revision)
            finally:
                self._past_turn.release()

        return self._pasts.get((view, query), PAST_VERSION if query.known_then else version, make)

    def _board(self, query: Query, version: Version) -> Board:
        """One board serves the wall and Now."""
        make = partial(self.provider.board, query.filters, window=query.window)
        return self._boards.get(query, version, make, must_match=True)

    def _current_version(self) -> Version:
        with self._lock:
            if time.monotonic() - self._version_seen < VERSION_S:
                return self._version
            self._version_seen = time.monotonic()
        try:
            self._version = self.provider.version()
        except Exception:
            LOG.exception("the store's version can't be read; the views stay as they are")
        return self._version


def prepare(content: Content, version: Version, *, at: datetime, revision: str) -> Prepared:
    """The bytes of a view. The ETag changes only when something to be seen has changed."""
    raw = {name: orjson.dumps(part, default=_plain) for name, part in content.live.items()}
    hashes = {name: _digest(_PASSING.sub(b"", body)) for name, body in raw.items()}
    body = orjson.dumps(
        {
            "version": version,
            "revision": revision,
            "as_of": iso(at),
            "regions": {
                name: {"hash": hashes[name], "props": {"children": orjson.Fragment(raw[name])}}
                for name in raw
            },
        }
    )
    return Prepared(
        at=at,
        version=version,
        live={name: Region(part, hashes[name]) for name, part in content.live.items()},
        fixed=content.fixed,
        body=body,
        zipped=gzip.compress(body, compresslevel=6, mtime=0),
        etag=_digest("".join([revision, *hashes.values()]).encode()),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Component):
        return value.to_plotly_json()
    raise TypeError(f"{type(value).__name__} can't be sent to a browser.")


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]
