"""Tables of facts that were replaced: what was known before, and until when.

One table for each kind of fact, with the same columns, so that a fact is kept by one INSERT … SELECT, read
by the same names and types, and found by its columns when somebody wants to be forgotten. Of the versions
of a row the one in force at a moment is the first that was superseded after it, else the present row; it
was known at all if its `learnt_at`, the first learning, lies no later. So a version needs no beginning.

These tables hold personal data (names, addresses, comments, subjects) as long as the store exists:
whatever forgets a person must clear them, too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Table, and_, literal, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from data.bookkeeping import metadata
from data.moment import Moment, epoch

KEPT_AT_ONCE = 200
SUPERSEDED_AT = "superseded_at"


def superseded(table: Table, *, without: Collection[str] = ()) -> Table:
    """The table for replaced rows of `table`, but for the columns `without` (those that are derived)."""
    columns: list[Column[Any]] = [
        Column(c.name, c.type, primary_key=c.primary_key, nullable=c.nullable)
        for c in table.c
        if c.name not in without
    ]
    name = f"superseded_{table.name}"
    return Table(
        name,
        metadata,
        *columns,
        Column(SUPERSEDED_AT, Moment, primary_key=True),
        Index(f"ix_{name}_{SUPERSEDED_AT}", SUPERSEDED_AT),
    )


def keep(
    connection: Connection,
    table: Table,
    kept: Table,
    source: str,
    keys: Sequence[tuple[Any, ...]],
    at: datetime | int,
) -> None:
    """Copies the rows with these keys (without the source) into `kept`, before they are overwritten.

    Where a row is replaced twice in one second, the version before that second stays: nobody can ask for
    the one between.
    """
    names = [column.name for column in table.primary_key.columns if column.name != "source"]
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    copied = [column.name for column in kept.c if column.name != SUPERSEDED_AT]
    moment = literal(epoch(at), BigInteger)
    for start in range(0, len(keys), KEPT_AT_ONCE):
        where = and_(table.c.source == source, _is_one_of(table, names, keys[start : start + KEPT_AT_ONCE]))
        rows = select(*(table.c[name] for name in copied), moment).where(where)
        connection.execute(
            dialect.insert(kept).from_select([*copied, SUPERSEDED_AT], rows).on_conflict_do_nothing()
        )


def _is_one_of(table: Table, names: Sequence[str], keys: Sequence[tuple[Any, ...]]) -> ColumnElement[bool]:
    first = table.c[names[0]].in_(sorted({key[0] for key in keys}))  # by this one the index is found
    if len(names) == 1:
        return first
    return and_(first, tuple_(*(table.c[name] for name in names)).in_(keys))
