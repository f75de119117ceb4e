"""Writes whole cells of stored tallies, all at once and in one form on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, delete, select, tuple_

from data.contributions import Cell, Cells
from data.histogram import merged
from data.rows import adding, chunks, key_columns, upsert
from data.tally_tables import TALLIES

LOOKED_UP = 300
STORED = {table.name: table for table in TALLIES}


def put(connection: Connection, cells: Cells, into: Mapping[str, Table] = STORED) -> None:
    """Adds the cells to what is stored. Cells in which nothing is left go: one state has one form.

    into: the tables by name; others of the same form where somebody only wants to compare.
    """
    for name, table in into.items():
        if name == "minutes_tally":
            _add_minutes(connection, table, cells.minutes_in_cubes())
        elif found := cells.counts_in_cubes(name):
            _add_counts(connection, table, found)


def _add_counts(connection: Connection, table: Table, found: dict[Cell, list[int]]) -> None:
    keys = key_columns(table)
    names = [column.name for column in table.c if column.name not in keys]
    columns = [*keys, *names]
    rows = [dict(zip(columns, (*cell, *counts), strict=True)) for cell, counts in sorted(found.items())]
    connection.execute(adding(connection, table, names), rows)
    lessened = [cell for cell, counts in found.items() if min(counts) < 0]
    _drop(connection, table, lessened, and_(*(table.c[name] == 0 for name in names)))


def _add_minutes(connection: Connection, table: Table, found: dict[Cell, dict[int, int]]) -> None:
    keys = key_columns(table)
    known = _stored_minutes(connection, table, found)
    rows, empty = [], []
    for cell, delta in sorted(found.items()):
        if data := merged(known.get(cell, b""), delta):
            rows.append(dict(zip((*keys, "data"), (*cell, data), strict=True)))
        else:
            empty.append(cell)
    if rows:
        connection.execute(upsert(connection, table), rows)
    _drop(connection, table, empty)


def _stored_minutes(connection: Connection, table: Table, cells: Iterable[Cell]) -> dict[Cell, bytes]:
    columns = [table.c[name] for name in key_columns(table)]
    found: dict[Cell, bytes] = {}
    for batch in chunks(sorted(cells), LOOKED_UP):
        query = select(*columns, table.c.data).where(tuple_(*columns).in_(batch))
        found |= {tuple(row[:-1]): row[-1] for row in connection.execute(query)}
    return found


def _drop(connection: Connection, table: Table, cells: Sequence[Cell], which: Any = None) -> None:
    """Deletes those of the cells of which `which` is true; all of them without it."""
    if not cells:
        return
    keys = key_columns(table)
    mine = and_(*(table.c[name] == bindparam(f"at_{name}") for name in keys))
    statement = delete(table).where(mine if which is None else and_(mine, which))
    connection.execute(statement, [{f"at_{n}": v for n, v in zip(keys, cell, strict=True)} for cell in cells])
