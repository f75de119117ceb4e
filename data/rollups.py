"""Whether the stored tallies can be trusted: they are those of this version and of this time zone."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from data import schema
from data.rows import upsert

VERSION = 1
"""Raised when a contribution changes its meaning: stores are rebuilt at the next start."""

MARK = "tallies"


def fingerprint(zone: str) -> str:
    """What the stored tallies depend on besides the rows."""
    return f"{VERSION} {zone}"


def are_kept(connection: Connection, zone: str) -> bool:
    """Whether the store's tallies are those of this version and zone; without, figures come from the rows."""
    table = schema.derivation
    query = select(table.c.fingerprint).where(table.c.name == MARK)
    return connection.execute(query).scalar_one_or_none() == fingerprint(zone)


def mark(connection: Connection, zone: str) -> None:
    """Says that the tallies are kept from now on."""
    row = {"name": MARK, "fingerprint": fingerprint(zone)}
    connection.execute(upsert(connection, schema.derivation), row)


def give_up(connection: Connection) -> None:
    """Says that the tallies are not kept: they must be rebuilt before anybody uses them."""
    connection.execute(delete(schema.derivation).where(schema.derivation.c.name == MARK))
