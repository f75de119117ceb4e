"""One run of one source: bookmark → pages → records → store → sync run.

A stream that fails does not keep the others from being read; what a permanent error stops is the source.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.base import Connector, Stream
from connectors.errors import ConnectorError, PermanentError, RetryableError, UnavailableError
from connectors.holder import is_dead
from data import runs
from data.runs import Lease, LeaseLost, Outcome
from data.store import Store

log = logging.getLogger("barometer.sync")

RENEW_EVERY = timedelta(seconds=30)
RETRY_STOPPED_SECONDS = 15 * 60
LONGEST_RETRY_SECONDS = 15 * 60


@dataclass(slots=True)
class _Tally:
    """What a run has come to so far."""

    records: int = 0
    changed: int = 0
    rejects: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[ConnectorError] = field(default_factory=list)


def sync_source(
    connector: Connector,
    store: Store,
    *,
    holder: str,
    interval_seconds: float,
    everything: bool = False,
) -> Outcome | None:
    """Reads every stream of a source that is due; None while another process holds the source.

    everything: also the streams that are read less often. Never raises for what a source does wrong;
    raises LeaseLost when another process took the source over, and what the store raises.
    """
    started = store.clock()
    lease = _take(store, connector.source, holder, started)
    if lease is None:
        return None
    runs.start_run(store.engine, lease, started)
    tally = _Tally()
    try:
        for stream in connector.streams:
            if not _read_stream(connector, store, stream, lease, tally, everything=everything):
                break
        outcome = _outcome(
            tally,
            store.clock(),
            failures=runs.failure_count(store.engine, connector.source),
            every=interval_seconds,
        )
    except LeaseLost:
        raise
    except Exception as error:
        outcome = _outcome_of_bug(connector, error, tally, store.clock(), interval_seconds)
        _log_bug(connector.source, error)
    ended = store.clock()
    runs.end_run(store.engine, lease, started, ended, outcome)
    log.info(
        "source %s: %s, %d records, %d changed, %d rejects, %.1f s",
        connector.source,
        outcome.outcome,
        tally.records,
        tally.changed,
        tally.rejects,
        (ended - started).total_seconds(),
    )
    if outcome.error:
        log.warning("source %s: %s", connector.source, outcome.error)
    return outcome


def _take(store: Store, source: str, holder: str, at: datetime) -> Lease | None:
    """The lease, at once also where its holder was a process of this machine that has died."""
    lease = runs.take_lease(store.engine, source, holder, at)
    if lease is None and (other := runs.holder_of(store.engine, source)) and is_dead(other):
        lease = runs.take_lease(store.engine, source, holder, at, instead_of=other)
    return lease


def _log_bug(source: str, error: Exception) -> None:
    """Where it happened and of which type; never the error's text, which may hold a customer's words."""
    place = "".join(traceback.format_tb(error.__traceback__))
    log.error("source %s: unexpected %s at\n%s", source, type(error).__name__, place)


def _read_stream(
    connector: Connector, store: Store, stream: Stream, lease: Lease, tally: _Tally, *, everything: bool
) -> bool:
    """Reads one stream to its end; whether the run may go on to the next."""
    bookmark, read_at = runs.bookmark(store.engine, connector.source, stream.name)
    if not everything and not _is_due(stream, read_at, store.clock()):
        return True
    renewed = store.clock()
    try:
        for page in connector.read(stream, bookmark):
            written = store.write(connector.source, stream.name, page, lease=lease)
            tally.records += written.records
            tally.changed += written.changed
            tally.rejects += written.rejects
            if page.note and page.note not in tally.notes:
                tally.notes.append(page.note)
            if store.clock() - renewed > RENEW_EVERY:
                renewed = store.clock()
                runs.prolong(store.engine, lease, renewed)
    except UnavailableError as error:
        if stream.is_optional:
            tally.notes.append(f"{stream.name}: not offered to us ({error})")
            runs.mark_read(store.engine, connector.source, stream.name, store.clock())
            return True
        tally.problems.append(PermanentError(str(error), setting=error.setting))
        return False
    except PermanentError as error:
        tally.problems.append(error)
        return False
    except ConnectorError as error:
        tally.problems.append(error)
        return True
    runs.mark_read(store.engine, connector.source, stream.name, store.clock())
    return True


def _is_due(stream: Stream, read_at: datetime | None, at: datetime) -> bool:
    if stream.every_seconds is None or read_at is None:
        return True
    return at - read_at >= timedelta(seconds=stream.every_seconds)


def _outcome(tally: _Tally, at: datetime, *, failures: int, every: float) -> Outcome:
    counts = {
        "record_count": tally.records,
        "reject_count": tally.rejects,
        "notes": tuple(tally.notes),
    }
    if not tally.problems:
        return Outcome(outcome="succeeded", retry_at=at + timedelta(seconds=every), **counts)  # type: ignore[arg-type]
    worst = next((p for p in tally.problems if isinstance(p, PermanentError)), tally.problems[0])
    stopped = isinstance(worst, PermanentError)
    wait = RETRY_STOPPED_SECONDS if stopped else _wait(tally.problems, failures, every)
    return Outcome(
        outcome="stopped" if stopped else "failed",
        error=str(worst),
        setting=worst.setting,
        retry_at=at + timedelta(seconds=wait),
        **counts,  # type: ignore[arg-type]
    )


def _outcome_of_bug(
    connector: Connector, error: Exception, tally: _Tally, at: datetime, every: float
) -> Outcome:
    """An error that nobody foresaw: its type is told, its text may hold a customer's words."""
    return Outcome(
        outcome="failed",
        record_count=tally.records,
        reject_count=tally.rejects,
        error=f"Source {connector.source}: an unexpected {type(error).__name__} in Barometer itself."
        " It is in the log; Barometer tries again by itself.",
        retry_at=at + timedelta(seconds=every),
    )


def _wait(problems: Sequence[ConnectorError], failures: int, every: float) -> float:
    """Twice as long with each failure in a row, at most a quarter of an hour; never less than was asked."""
    asked = max((p.retry_after or 0 for p in problems if isinstance(p, RetryableError)), default=0)
    grown: float = min(every * 2 ** min(failures, 10), max(LONGEST_RETRY_SECONDS, every))
    return max(grown, asked)
