"""Builds the Engine for SQLite or Postgres, and brings an older store up to date when it is opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from data.window import now

BUSY_SECONDS = 60
SAMPLE = 1_000  # rows of an index that statistics are made from
MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATING, WRITING = 8212206, 8212207  # keys of Postgres' advisory locks


class StoreError(Exception):
    """The store can't be opened; the message says why and what to do."""


def open_store(url: str) -> Engine:
    """The engine for `url` (any SQLAlchemy URL of SQLite or Postgres), migrated to the present schema.

    Raises StoreError where the URL is no such thing, the store can't be reached, or it was written by a
    newer Barometer.
    """
    try:
        engine = connect(url)
        migrate(engine)
    except (DatabaseError, OSError) as error:
        cause = error.orig if isinstance(error, DatabaseError) else error
        raise StoreError(
            f"The store {_shown(url)} can't be opened: {type(cause).__name__}."
            " Check that the server runs or the folder is writable, and BAROMETER_STORE."
        ) from None
    return engine


def connect(url: str) -> Engine:
    """The engine alone, without looking at the schema. Its errors tell no values: they may be customers'."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(
            "The store's URL is not understood. Examples: sqlite:///var/barometer.db,"
            " postgresql://user@host/barometer. Set it with BAROMETER_STORE or --store."
        ) from None
    if parsed.get_backend_name() == "postgresql":
        driver = parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed
        try:
            return create_engine(
                driver, pool_pre_ping=True, pool_size=10, max_overflow=10, hide_parameters=True
            )
        except (NoSuchModuleError, ImportError):
            message = f"There is no driver for {parsed.drivername}; postgresql:// is enough."
            raise StoreError(message) from None
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(f"The store is SQLite or Postgres, not {parsed.get_backend_name()}.")
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@cache
def memory() -> Engine:
    """The engine whose every connection is an empty database of its own, gone when it is given back.

    One for the process: what SQLAlchemy has compiled for it once serves all of them.
    """
    engine = create_engine("sqlite://", poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _prepare_memory)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_memory(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = OFF")  # nothing in it is ever taken back


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves: see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.execute("PRAGMA mmap_size = 1073741824")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    """A writer takes the lock at once: a reader that later wants to write would fail, not wait."""
    writes = connection.get_execution_options().get("barometer_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def writer(engine: Engine) -> Engine:
    """The same engine for transactions that write."""
    return engine.execution_options(barometer_writes=True)


def take_turn(connection: Connection) -> None:
    """Lets one page be written at a time, on Postgres as on SQLite.

    Two that were written at once, one with a person and one with that person's answer, would not see each
    other, and the answer would stay without its audience; or they would lock each other out.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITING})")


def refresh_statistics(engine: Engine) -> None:
    """Tells SQLite's planner from a sample how rows are spread; Postgres finds out by itself.

    Without, it takes every equality for rare, and looks for one account's answers among all of a kind.
    Milliseconds, however large the store is.
    """
    if engine.dialect.name == "sqlite":
        with writer(engine).begin() as connection:
            connection.exec_driver_sql(f"PRAGMA analysis_limit = {SAMPLE}")
            connection.exec_driver_sql("ANALYZE")


def migrate(engine: Engine) -> None:
    """Brings the schema up to date; a SQLite store that holds something is copied aside first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    head = script.get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    if current is not None and current not in {item.revision for item in script.walk_revisions()}:
        raise StoreError(
            f"The store was written by a newer Barometer (revision {current}). Use that version or a backup."
        )
    if current is not None and engine.dialect.name == "sqlite":
        _copy_aside(engine, current, now())
    with writer(engine).begin() as connection:
        if engine.dialect.name == "postgresql":  # two processes may start at once
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _copy_aside(engine: Engine, revision: str, at: datetime) -> None:
    path = engine.url.database
    if not path or path == ":memory:":
        return
    copy = Path(f"{path}.{revision}-{at:%Y%m%dT%H%M%S}.backup")
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
