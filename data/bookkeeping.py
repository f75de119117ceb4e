"""The tables of book-keeping: sources, their rejects, bookmarks and runs, and the counters of change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, MetaData, Table, Text

from data.moment import Moment

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)


def key(name: str) -> Column[str]:
    """A text column of the primary key."""
    return Column(name, Text, primary_key=True)


def learnt_at() -> Column[datetime]:
    """When Barometer first heard of the row; None: before it noted that."""
    return Column("learnt_at", Moment)


source = Table(
    "source",
    metadata,
    key("name"),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("is_invented", Boolean, nullable=False, default=False),
    Column("interval_seconds", Integer, nullable=False),
    Column("is_configured", Boolean, nullable=False, default=True),
    Column("feeds", Text, nullable=False, default=""),  # "tickets surveys", from what it has brought
    Column("record_count", BigInteger, nullable=False, default=0),
    Column("first_success_at", Moment),
    Column("last_success_at", Moment),
    Column("last_run_at", Moment),
    Column("next_run_at", Moment),
    Column("sync_requested_at", Moment),
    Column("failure_count", Integer, nullable=False, default=0),  # in a row
    Column("stopped_at", Moment),  # the circuit is open: a permanent error
    Column("error", Text),
    Column("error_setting", Text),
    Column("lease_holder", Text),
    Column("lease_until", Moment),
    Column("lease_epoch", BigInteger, nullable=False, default=0),
)

reject = Table(
    "reject",
    metadata,
    key("source"),
    key("stream"),
    key("digest"),  # of place and payload, so that reading twice keeps one
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
)

bookmark = Table(
    "bookmark",
    metadata,
    key("source"),
    key("stream"),
    Column("value", JSON, nullable=False),
    Column("read_at", Moment, nullable=False),  # the stream's last complete reading
)

sync_run = Table(
    "sync_run",
    metadata,
    key("source"),
    Column("started_at", Moment, primary_key=True),
    Column("lease_epoch", BigInteger, primary_key=True),
    Column("ended_at", Moment),
    Column("outcome", Text, nullable=False),  # running, succeeded, failed, stopped
    Column("record_count", Integer, nullable=False, default=0),
    Column("reject_count", Integer, nullable=False, default=0),
    Column("error", Text),
    Column("notes", JSON, nullable=False),
)

data_version = Table(
    "data_version",  # counters: "facts" rises with every stored change, "runs" with every sync run
    metadata,
    key("name"),
    Column("value", BigInteger, nullable=False),
)

derivation = Table(
    "derivation",  # what the derived columns were made with; another fingerprint makes them anew
    metadata,
    key("name"),
    Column("fingerprint", Text, nullable=False),
)
