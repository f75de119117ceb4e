"""The scheduler: one job per configured source, made anew from the settings at every start.

Nothing is kept in a job store. Several schedulers may run: a source is read by whoever holds its lease.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from connectors.base import Connector
from connectors.holder import this_process
from connectors.sync import sync_source
from data import runs
from data.engine import refresh_statistics
from data.runs import LeaseLost
from data.store import Store

log = logging.getLogger("barometer.schedule")

LOOK_SECONDS = 1
STATISTICS_MINUTES = 30


class Schedule:
    """Reads each source at its interval, and at once when somebody asks for it."""

    def __init__(
        self,
        store: Store,
        connectors: Mapping[str, Connector],
        intervals: Mapping[str, int],
        *,
        is_complete: bool = True,
    ) -> None:
        """is_complete: no source had to be left out because its settings are wrong."""
        self._store = store
        self._connectors = connectors
        self._intervals = intervals
        self._is_complete = is_complete
        self._busy = {name: threading.Lock() for name in connectors}
        self._holder = this_process()
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(max(4, len(connectors) + 1))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def run(self, stop: threading.Event) -> None:
        """Schedules until `stop` is set, then lets running jobs end."""
        # It would log an error with its text, which may hold a customer's words; `_tell` does without.
        logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
        self._scheduler.add_listener(_tell, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        for name, seconds in self._intervals.items():
            self._scheduler.add_job(
                self._turn,
                "interval",
                args=[name],
                id=name,
                seconds=seconds,
                jitter=seconds // 20 or None,
                next_run_time=self._store.clock(),
            )
        self._scheduler.add_job(self._look, "interval", seconds=LOOK_SECONDS, id="requests")
        self._scheduler.add_job(
            refresh_statistics,
            "interval",
            args=[self._store.engine],
            id="statistics",
            minutes=STATISTICS_MINUTES,
        )
        self._scheduler.start()
        stop.wait()
        self._scheduler.shutdown(wait=True)

    def run_once(self, *, everything: bool = True) -> bool:
        """Reads every source one time; whether all succeeded, and none was left out."""
        results = [self._sync(name, everything=everything) for name in self._connectors]
        return self._is_complete and all(results)

    def _turn(self, name: str) -> None:
        """A source's regular turn, unless a failure asked to wait longer."""
        waits_until = runs.waits_until(self._store.engine, name)
        if waits_until is None or self._store.clock() + timedelta(seconds=1) >= waits_until:
            self._sync(name)

    def _look(self) -> None:
        for name in runs.requested(self._store.engine):
            if name in self._connectors and not self._busy[name].locked():
                self._scheduler.add_job(
                    self._sync,
                    args=[name],
                    kwargs={"everything": True},
                    id=f"{name} at once",
                    replace_existing=True,
                )

    def _sync(self, name: str, *, everything: bool = False) -> bool:
        with self._busy[name]:
            try:
                outcome = sync_source(
                    self._connectors[name],
                    self._store,
                    holder=self._holder,
                    interval_seconds=self._intervals[name],
                    everything=everything,
                )
            except LeaseLost as error:
                log.warning("%s", error)
                return False
        return outcome is not None and outcome.outcome == "succeeded"


def _tell(event: JobExecutionEvent) -> None:
    error: Any = event.exception
    log.error("job %s: %s", event.job_id, type(error).__name__ if error else "missed its turn")
