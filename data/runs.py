"""The book-keeping of sources: who is configured, who reads it now, how far it is, how its runs went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, bindparam, delete, func, or_, select, update

from data import schema
from data.engine import writer
from data.moment import epoch
from data.rows import upsert

LEASE_SECONDS = 120
KEEP_RUNS = timedelta(days=30)


class LeaseLost(Exception):
    """Another process reads this source by now; what we hold is not stored."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write for a source; `epoch` fences off whoever held it before."""

    source: str
    holder: str
    epoch: int


def configure(engine: Engine, sources: Sequence[Mapping[str, Any]]) -> None:
    """Makes the source table say what the settings say; others stay, marked as not configured.

    Restarting gives a stopped source another try: somebody may have mended its settings.
    """
    with writer(engine).begin() as connection:
        connection.execute(update(schema.source).values(is_configured=False))
        for item in sources:
            row = {"is_configured": True, "stopped_at": None} | dict(item)
            columns = [name for name in row if name != "name"]
            connection.execute(upsert(connection, schema.source, update=columns), row)
        raise_version(connection, "runs")


def take_lease(
    engine: Engine, source: str, holder: str, at: datetime, *, instead_of: str | None = None
) -> Lease | None:
    """The lease, or None while another process holds it. instead_of: a holder that is known to be dead."""
    table = schema.source
    with writer(engine).begin() as connection:
        ours = table.c.lease_holder.in_({holder, instead_of} - {None})
        free = or_(table.c.lease_until.is_(None), table.c.lease_until < at, ours)
        taken = connection.execute(
            update(table)
            .where(table.c.name == source, free)
            .values(
                lease_holder=holder,
                lease_until=at + timedelta(seconds=LEASE_SECONDS),
                lease_epoch=table.c.lease_epoch + 1,
            )
        )
        if taken.rowcount != 1:
            return None
        query = select(table.c.lease_epoch).where(table.c.name == source)
        return Lease(source, holder, connection.execute(query).scalar_one())


def holder_of(engine: Engine, source: str) -> str | None:
    """Who took the lease last and has not given it back."""
    query = select(schema.source.c.lease_holder).where(schema.source.c.name == source)
    with engine.connect() as connection:
        return connection.execute(query).scalar_one_or_none()


def hold(connection: Connection, lease: Lease, until: datetime | None = None) -> None:
    """Proves in the writing transaction that the lease is still ours, and prolongs it. Raises LeaseLost."""
    table = schema.source
    values = {"lease_until": until} if until else {"lease_holder": lease.holder}
    held = connection.execute(
        update(table)
        .where(
            table.c.name == lease.source,
            table.c.lease_holder == lease.holder,
            table.c.lease_epoch == lease.epoch,
        )
        .values(values)
    )
    if held.rowcount != 1:
        raise LeaseLost(f"Source {lease.source} is read by another process by now.")


def prolong(engine: Engine, lease: Lease, at: datetime) -> None:
    with writer(engine).begin() as connection:
        hold(connection, lease, at + timedelta(seconds=LEASE_SECONDS))


def release(connection: Connection, lease: Lease) -> None:
    table = schema.source
    connection.execute(
        update(table)
        .where(table.c.name == lease.source, table.c.lease_epoch == lease.epoch)
        .values(lease_until=None, lease_holder=None)
    )


def bookmark(engine: Engine, source: str, stream: str) -> tuple[dict[str, Any], datetime | None]:
    """How far a stream has been read ({} at first), and when it was last read to its end."""
    table = schema.bookmark
    query = select(table.c.value, table.c.read_at).where(table.c.source == source, table.c.stream == stream)
    with engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return {}, None
    return dict(row.value), row.read_at if row.read_at and row.read_at.year > 1970 else None


def move_bookmark(connection: Connection, source: str, stream: str, value: Mapping[str, Any]) -> None:
    row = {"source": source, "stream": stream, "value": dict(value), "read_at": 0}
    connection.execute(upsert(connection, schema.bookmark, update=("value",)), row)


def mark_read(engine: Engine, source: str, stream: str, at: datetime) -> None:
    """Notes that a stream was read to its end."""
    with writer(engine).begin() as connection:
        row = {"source": source, "stream": stream, "value": {}, "read_at": at}
        connection.execute(upsert(connection, schema.bookmark, update=("read_at",)), row)


def start_run(engine: Engine, lease: Lease, at: datetime) -> None:
    row = {
        "source": lease.source,
        "started_at": at,
        "lease_epoch": lease.epoch,
        "outcome": "running",
        "record_count": 0,
        "reject_count": 0,
        "notes": [],
    }
    with writer(engine).begin() as connection:
        run = schema.sync_run
        old = and_(run.c.source == lease.source, run.c.started_at < at - KEEP_RUNS)
        connection.execute(delete(run).where(old))
        connection.execute(upsert(connection, run, update=("outcome",)), row)
        connection.execute(
            update(schema.source)
            .where(schema.source.c.name == lease.source)
            .values(last_run_at=at, sync_requested_at=None)
        )
        raise_version(connection, "runs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run went. outcome: succeeded, failed (tried again by itself) or stopped (needs a hand)."""

    outcome: str
    record_count: int = 0
    reject_count: int = 0
    error: str | None = None
    setting: str | None = None
    notes: tuple[str, ...] = ()
    retry_at: datetime | None = None


def end_run(engine: Engine, lease: Lease, started_at: datetime, at: datetime, end: Outcome) -> None:
    """Stores how a run went, and what the sources page says of it."""
    run, table = schema.sync_run, schema.source
    succeeded = end.outcome == "succeeded"
    state: dict[str, Any] = {
        "error": end.error,
        "error_setting": end.setting,
        "stopped_at": at if end.outcome == "stopped" else None,
        "failure_count": 0 if succeeded else table.c.failure_count + 1,
        "next_run_at": end.retry_at,
    }
    if succeeded:
        state |= {
            "last_success_at": at,
            "first_success_at": func.coalesce(table.c.first_success_at, epoch(at)),
        }
    with writer(engine).begin() as connection:
        hold(connection, lease)
        connection.execute(
            update(run)
            .where(
                and_(
                    run.c.source == lease.source,
                    run.c.started_at == started_at,
                    run.c.lease_epoch == lease.epoch,
                )
            )
            .values(
                ended_at=at,
                outcome=end.outcome,
                record_count=end.record_count,
                reject_count=end.reject_count,
                error=end.error,
                notes=list(end.notes),
            )
        )
        connection.execute(update(table).where(table.c.name == lease.source).values(**state))
        release(connection, lease)
        raise_version(connection, "runs")


def note_records(connection: Connection, source: str, count: int, *, feeds: frozenset[str]) -> None:
    """Counts what a source has brought, and of which kind."""
    table = schema.source
    query = select(table.c.feeds).where(table.c.name == source)
    known = (connection.execute(query).scalar_one_or_none() or "").split()
    connection.execute(
        update(table)
        .where(table.c.name == source)
        .values(record_count=table.c.record_count + count, feeds=" ".join(sorted({*known, *feeds})))
    )


def request_sync(engine: Engine, source: str, at: datetime) -> None:
    """Asks whoever schedules this source to read it now, even if it was stopped."""
    with writer(engine).begin() as connection:
        connection.execute(
            update(schema.source)
            .where(schema.source.c.name == source)
            .values(sync_requested_at=at, stopped_at=None)
        )
        raise_version(connection, "runs")


def requested(engine: Engine) -> list[str]:
    """The sources that somebody asked to be read now."""
    query = select(schema.source.c.name).where(schema.source.c.sync_requested_at.is_not(None))
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())


def waits_until(engine: Engine, source: str) -> datetime | None:
    """Until when a source that failed is left alone; None where its last run succeeded."""
    table = schema.source
    query = select(table.c.next_run_at).where(table.c.name == source, table.c.error.is_not(None))
    with engine.connect() as connection:
        return connection.execute(query).scalar_one_or_none()


def failure_count(engine: Engine, source: str) -> int:
    """Failed runs in a row."""
    query = select(schema.source.c.failure_count).where(schema.source.c.name == source)
    with engine.connect() as connection:
        return connection.execute(query).scalar_one_or_none() or 0


def raise_version(connection: Connection, name: str) -> None:
    """Raises a counter ("facts" or "runs") in the transaction that changed something."""
    table = schema.data_version
    connection.execute(upsert(connection, table, update=()), {"name": name, "value": 0})
    connection.execute(update(table).where(table.c.name == name).values(value=table.c.value + 1))


def versions(engine: Engine) -> tuple[int, int]:
    """The counters (facts, runs); cheap enough to ask each second."""
    with engine.connect() as connection:
        return versions_in(connection)


def versions_in(connection: Connection) -> tuple[int, int]:
    """The counters (facts, runs) as one snapshot sees them."""
    table = schema.data_version
    rows = {row.name: row.value for row in connection.execute(select(table.c.name, table.c.value))}
    return rows.get("facts", 0), rows.get("runs", 0)


def update_many(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, columns: Sequence[str]
) -> None:
    """Sets `columns` of rows named by (source, id), all in one statement."""
    if not rows:
        return
    statement = (
        update(table)
        .where(table.c.source == bindparam("at_source"), table.c.id == bindparam("at_id"))
        .values({name: bindparam(f"to_{name}") for name in columns})
    )
    connection.execute(
        statement,
        [
            {"at_source": row["source"], "at_id": row["id"]} | {f"to_{name}": row[name] for name in columns}
            for row in rows
        ],
    )
