"""Writes facts over what is stored, and keeps what they replace (data/superseded.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table

from data import schema
from data.moment import epoch
from data.rows import Row, differing, key_columns, newest_of_each, upsert
from data.superseded import keep


def replace(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    replaced: Sequence[tuple[Any, ...]],
    at: datetime,
) -> None:
    """Upserts rows of one source; what they replace is kept. `learnt_at` stays the first learning.

    replaced: the keys, without the source, of those rows that are stored already.
    """
    if replaced and table.name in schema.SUPERSEDED:  # names of teams and agents have no past
        keep(connection, table, schema.SUPERSEDED[table.name], rows[0]["source"], replaced, at)
    given = [name for name in rows[0] if name not in key_columns(table)]
    if "learnt_at" in table.c:
        for row in rows:
            row["learnt_at"] = at
    connection.execute(upsert(connection, table, update=given), rows)


def append(
    connection: Connection, table: Table, rows: Sequence[Row], update: tuple[str, ...] = ()
) -> set[str]:
    """Writes facts of tickets that differ in the key or in `update`; the tickets touched."""
    if not rows:
        return set()
    keys = key_columns(table)
    source = rows[0]["source"]
    compared = [*keys, *update]
    cut = [{name: row[name] for name in compared} for row in newest_of_each(rows, keys)]
    found = differing(connection, table, source, cut, column="ticket_id")
    new = {tuple(row[key] for key in keys) for row in found.rows}
    whole = {_key_of(row, keys): row for row in rows}
    fresh = [whole[key] for key in whole if key in new]
    if found.replaced:
        learnt_at = rows[0]["learnt_at"]
        keep(connection, table, schema.SUPERSEDED[table.name], source, found.replaced, learnt_at)
    if fresh:
        connection.execute(upsert(connection, table, update=update), fresh)
    return {row["ticket_id"] for row in fresh}


def _key_of(row: Row, keys: Sequence[str]) -> tuple[Any, ...]:
    return tuple(epoch(value) if isinstance(value := row[key], datetime) else value for key in keys)
