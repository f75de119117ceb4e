"""Remembers the latest of something costly, by key and version, made by one thread at a time."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

LOG = logging.getLogger(__name__)

WAIT_S = 3.0

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class NotReadyError(Exception):
    """Another thread is still making it for the first time."""


class Latest(Generic[Key, Made]):
    """Bounded; the least recently used leave first. Threads may share it.

    fresh_s: after this long a thing is made again, even for the same version.
    """

    def __init__(self, *, kept: int, fresh_s: float) -> None:
        self._kept, self._fresh_s = kept, fresh_s
        self._slots: OrderedDict[Key, _Slot[Made]] = OrderedDict()
        self._lock = Lock()

    def get(
        self,
        key: Key,
        version: Hashable,
        make: Callable[[], Made],
        *,
        must_match: bool = False,
        old_s: float = 0.0,
    ) -> Made:
        """What `make` gave for this key and version.

        While one thread makes it anew, others get the one before, unless it `must_match` the version.
        old_s: any that is not older than this is taken at once, whatever its version. Where `make` fails,
        the one before stays, if there is one and it need not match; else its error is raised. A ValueError
        (a question that nobody can mean) is always raised, and NotReadyError after a while of waiting for
        another thread: were all threads to wait, nobody would be served.
        """
        slot = self._slot(key)
        if slot.is_good(version, self._fresh_s) or slot.is_younger(old_s):
            return slot.value
        may_be_old = slot.is_full and not must_match
        if not slot.lock.acquire(timeout=0 if may_be_old else WAIT_S):
            if may_be_old:
                return slot.value
            raise NotReadyError
        try:
            if not slot.is_good(version, self._fresh_s):  # another thread may have been faster
                self._fill(slot, version, make, may_be_old=may_be_old)
            return slot.value
        finally:
            slot.lock.release()

    def _fill(
        self, slot: _Slot[Made], version: Hashable, make: Callable[[], Made], *, may_be_old: bool
    ) -> None:
        try:
            slot.put(make(), version)
        except ValueError:
            raise
        except Exception:
            if not may_be_old:
                raise
            LOG.exception("not made anew; the one before stays")

    def _slot(self, key: Key) -> _Slot[Made]:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._kept:
                self._slots.popitem(last=False)
            return slot


class _Slot(Generic[Made]):
    """The place of one thing. `value` may be asked for once it `is_full`."""

    value: Made

    def __init__(self) -> None:
        self.lock = Lock()
        self.is_full = False
        self._version: Hashable = None
        self._made_at = 0.0

    def put(self, value: Made, version: Hashable) -> None:
        self.value, self._version, self._made_at = value, version, time.monotonic()
        self.is_full = True

    def is_good(self, version: Hashable, fresh_s: float) -> bool:
        return self.is_younger(fresh_s) and self._version == version

    def is_younger(self, seconds: float) -> bool:
        return self.is_full and time.monotonic() - self._made_at < seconds
