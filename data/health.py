"""How each source is: when it last succeeded, how far it lags, what it could not read, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, select

from data import schema

GRACE_SECONDS = 30
"""A source that is read every few seconds is not called late for one slow turn."""


class SourceState(StrEnum):
    WAITING = "waiting"  # never run yet
    LOADING = "loading"  # its first sync is under way
    LIVE = "live"
    LATE = "late"  # older than twice its interval
    FAILING = "failing"  # the last run failed; tried again by itself
    STOPPED = "stopped"  # somebody has to change something


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectSummary:
    """Rejects of one stream and reason: how many, since when, and where the latest stood."""

    stream: str
    reason: str
    count: int
    place: str
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source as the sources page shows it. Moments are UTC; None means never.

    feeds: "tickets", "surveys", "mentions" or several, from the records that it has brought.
    lag_seconds: age of the last success at as-of. error: in words, with what to do.
    """

    name: str
    kind: str
    label: str
    is_invented: bool
    state: SourceState
    interval_seconds: int
    feeds: frozenset[str]
    last_success_at: datetime | None
    last_run_at: datetime | None
    next_run_at: datetime | None
    lag_seconds: float | None
    record_count: int
    last_run_record_count: int
    reject_count: int
    rejects: tuple[RejectSummary, ...]
    error: str | None
    setting: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Freshness:
    """as_of: up to when figures are known; None: nothing has come. deadline_seconds: past it they are old."""

    as_of: datetime | None
    deadline_seconds: int


def sources(connection: Connection, at: datetime) -> tuple[SourceHealth, ...]:
    """Every configured source as it is at `at`, by name."""
    table = schema.source
    rejects = _rejects(connection)
    latest = _latest_runs(connection)
    query = select(table).where(table.c.is_configured.is_(True)).order_by(table.c.name)
    return tuple(
        _health(row, rejects.get(row["name"], []), latest.get(row["name"], {}), at)
        for row in connection.execute(query).mappings()
    )


def freshness(found: tuple[SourceHealth, ...], feed: str, at: datetime) -> Freshness:
    """How fresh the figures are that rest on `feed` (tickets, surveys): as fresh as their oldest source."""
    mine = [source for source in found if feed in source.feeds]
    known = [(source, _known_until(source, at)) for source in mine]
    dated = [(until, _deadline(source)) for source, until in known if until is not None]
    if not dated:
        return Freshness(None, max((_deadline(source) for source in mine), default=GRACE_SECONDS))
    until, deadline = min(dated, key=lambda item: item[0].timestamp() + item[1])
    return Freshness(until, deadline)


def _known_until(source: SourceHealth, at: datetime) -> datetime | None:
    """During its first sync a source's figures are as live as they can be; the screen says that it loads."""
    return at if source.state is SourceState.LOADING else source.last_success_at


def _deadline(source: SourceHealth) -> int:
    return max(2 * source.interval_seconds, GRACE_SECONDS)


def _health(
    row: RowMapping, rejects: list[RejectSummary], run: Mapping[str, Any], at: datetime
) -> SourceHealth:
    last = row["last_success_at"]
    return SourceHealth(
        name=row["name"],
        kind=row["kind"],
        label=row["label"],
        is_invented=row["is_invented"],
        state=_state(row, run, at),
        interval_seconds=row["interval_seconds"],
        feeds=frozenset(row["feeds"].split()),
        last_success_at=last,
        last_run_at=row["last_run_at"],
        next_run_at=row["next_run_at"],
        lag_seconds=None if last is None else (at - last).total_seconds(),
        record_count=row["record_count"],
        last_run_record_count=run.get("record_count", 0),
        reject_count=sum(item.count for item in rejects),
        rejects=tuple(rejects),
        error=row["error"],
        setting=row["error_setting"],
        notes=tuple(run.get("notes", ())),
    )


def _state(row: RowMapping, run: Mapping[str, Any], at: datetime) -> SourceState:
    if row["stopped_at"] is not None:
        return SourceState.STOPPED
    if row["error"]:
        return SourceState.FAILING
    if row["last_success_at"] is None:
        return SourceState.LOADING if run.get("outcome") == "running" else SourceState.WAITING
    late = max(2 * row["interval_seconds"], GRACE_SECONDS)
    return SourceState.LATE if at - row["last_success_at"] > timedelta(seconds=late) else SourceState.LIVE


def _rejects(connection: Connection) -> dict[str, list[RejectSummary]]:
    table = schema.reject
    query = select(
        table.c.source,
        table.c.stream,
        table.c.reason,
        func.count().label("count"),
        func.max(table.c.place).label("place"),
        func.max(table.c.last_seen_at).label("last_seen_at"),
    ).group_by(table.c.source, table.c.stream, table.c.reason)
    found: dict[str, list[RejectSummary]] = {}
    for row in connection.execute(query.order_by(func.count().desc())):
        summary = RejectSummary(
            stream=row.stream,
            reason=row.reason,
            count=row[3],
            place=row.place,
            last_seen_at=row.last_seen_at,
        )
        found.setdefault(row.source, []).append(summary)
    return found


def _latest_runs(connection: Connection) -> dict[str, Mapping[str, Any]]:
    table = schema.sync_run
    runs_of = table.alias()
    last = select(func.max(runs_of.c.started_at)).where(runs_of.c.source == schema.source.c.name)
    query = (
        select(table)
        .join(
            schema.source,
            and_(schema.source.c.name == table.c.source, table.c.started_at == last.scalar_subquery()),
        )
        .order_by(table.c.lease_epoch)
    )
    return {row["source"]: dict(row) for row in connection.execute(query).mappings()}
