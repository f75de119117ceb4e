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
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import orjson
from dash.development.base_component import Component

from dashboard.controls import Query
from dashboard.format import iso
from dashboard.provider import Provider
from dashboard.views import VIEWS
from data.window import Clock

LOG = logging.getLogger(__name__)
KEPT = 64  # prepared views in memory, least recently used leave first
FRESH_S = 20.0  # after this long a view is prepared again, even for the same version
VERSION_S = 0.5  # how long a worker trusts the version that it saw

Version = tuple[int, int]

# Seconds left to a deadline pass by themselves: they are no change of the content.
_ARMED = re.compile(rb'"--left":"[^"]*"|"key":"armed [^"]*"')


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
        self._kept: OrderedDict[tuple[str, Query], _Slot] = OrderedDict()
        self._lock = Lock()
        self._version: Version = (-1, -1)
        self._version_seen = float("-inf")

    def get(self, view: str, query: Query) -> Prepared:
        """The view as it is now. While one thread prepares it anew, others get the one before.

        Raises KeyError for a view that is not there. A store that fails gives the one before, whose
        figures then grow old and say so; without one before, its error is raised.
        """
        slot = self._slot(view, query)
        version = self._current_version()
        ready = slot.ready
        if ready is not None and slot.is_good(version):
            return ready
        if not slot.lock.acquire(blocking=ready is None):
            assert ready is not None
            return ready
        try:
            return self._refresh(slot, view, query, version)
        finally:
            slot.lock.release()

    def _refresh(self, slot: _Slot, view: str, query: Query, version: Version) -> Prepared:
        if slot.ready is not None and slot.is_good(version):  # another thread was faster
            return slot.ready
        try:
            slot.ready = prepare(self.provider, view, query, version, at=self.clock(), revision=self.revision)
        except ValueError:
            raise
        except Exception:
            if slot.ready is None:
                raise
            LOG.exception("view %s: not prepared anew; the one before stays", view)
            return slot.ready
        slot.prepared_at = time.monotonic()
        return slot.ready

    def _slot(self, view: str, query: Query) -> _Slot:
        if view not in VIEWS:
            raise KeyError(view)
        with self._lock:
            slot = self._kept.setdefault((view, query), _Slot())
            self._kept.move_to_end((view, query))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return slot

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


class _Slot:
    """The place of one prepared view."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.ready: Prepared | None = None
        self.prepared_at = 0.0

    def is_good(self, version: Version) -> bool:
        return (
            self.ready is not None
            and self.ready.version == version
            and time.monotonic() - self.prepared_at < FRESH_S
        )


def prepare(
    provider: Provider, view: str, query: Query, version: Version, *, at: datetime, revision: str
) -> Prepared:
    """Builds a view and its bytes. The ETag changes only when something to be seen has changed."""
    content = VIEWS[view](provider, query, at)
    raw = {name: orjson.dumps(part, default=_plain) for name, part in content.live.items()}
    hashes = {name: _digest(_ARMED.sub(b"", body)) for name, body in raw.items()}
    body = orjson.dumps(
        {
            "version": version,
            "revision": revision,
            "as_of": iso(at),
            "regions": {
                name: {"hash": hashes[name], "props": {"children": orjson.Fragment(raw[name])}} for name in raw
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
