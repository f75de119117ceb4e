"""Writes whole cells of stored tallies, all at once and in one form on both databases.

The statements are plain text: thousands of cells go with each page, and to build an expression for each
would cost more than storing them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from sqlalchemy import Connection, Table

from data.contributions import Cell, Cells
from data.histogram import merged
from data.rows import chunks, key_columns
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
        else:
            _add_counts(connection, table, cells.counts_in_cubes(name))


def _add_counts(connection: Connection, table: Table, found: Mapping[Cell, Sequence[int]]) -> None:
    names = value_columns(table)
    _run(
        connection,
        _insert(table, connection.dialect.name, adds=True),
        [(*c, *found[c]) for c in sorted(found)],
    )
    nothing_left = " AND ".join(f"{name} = 0" for name in names)
    lessened = [cell for cell, counts in found.items() if min(counts) < 0]
    _run(connection, f"{_delete(table, connection.dialect.name)} AND {nothing_left}", lessened)


def _add_minutes(connection: Connection, table: Table, found: Mapping[Cell, Mapping[int, int]]) -> None:
    known = _stored_minutes(connection, table, found)
    made = {cell: merged(known.get(cell, b""), delta) for cell, delta in found.items()}
    statement = _insert(table, connection.dialect.name, adds=False)
    _run(connection, statement, [(*cell, made[cell]) for cell in sorted(made) if made[cell]])
    _run(
        connection, _delete(table, connection.dialect.name), [cell for cell, data in made.items() if not data]
    )


def _stored_minutes(connection: Connection, table: Table, cells: Iterable[Cell]) -> dict[Cell, bytes]:
    """Looked up by a join: `(…) IN (VALUES …)` SQLite answers by reading the whole table."""
    keys, dialect = key_columns(table), connection.dialect.name
    one = f"({', '.join([_mark(dialect)] * len(keys))})"
    names = [f"k{number}" for number in range(len(keys))]
    wanted = [
        f"CAST({k} AS date)" if key == "day" and dialect != "sqlite" else k
        for key, k in zip(keys, names, strict=True)
    ]
    same = " AND ".join(f"m.{key} = {value}" for key, value in zip(keys, wanted, strict=True))
    found: dict[Cell, bytes] = {}
    for batch in chunks(sorted(cells), LOOKED_UP):
        query = (
            f"WITH w ({', '.join(names)}) AS (VALUES {', '.join([one] * len(batch))})"
            f" SELECT {', '.join(names)}, m.data FROM w CROSS JOIN {table.name} m WHERE {same}"
        )
        given = tuple(value for cell in batch for value in cell)
        for *cell, data in connection.exec_driver_sql(query, given):
            found[tuple(cell)] = data
    return found


def value_columns(table: Table) -> list[str]:
    """The columns beside the key."""
    return [column.name for column in table.c if not column.primary_key]


@cache
def _insert(table: Table, dialect: str, *, adds: bool) -> str:
    """INSERT … ON CONFLICT on the key. adds: new values are added to what is there; else they replace it."""
    keys, names = key_columns(table), value_columns(table)
    marks = ", ".join([_mark(dialect)] * (len(keys) + len(names)))
    own = f"{table.name}.{{0}} + " if adds else ""
    sets = ", ".join(f"{name} = {own.format(name)}excluded.{name}" for name in names)
    return (
        f"INSERT INTO {table.name} ({', '.join([*keys, *names])}) VALUES ({marks})"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}"
    )


@cache
def _delete(table: Table, dialect: str) -> str:
    mine = " AND ".join(f"{name} = {_mark(dialect)}" for name in key_columns(table))
    return f"DELETE FROM {table.name} WHERE {mine}"


def _run(connection: Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        connection.exec_driver_sql(statement, list(rows))


def _mark(dialect: str) -> str:
    """How the database's driver marks a value."""
    return "%s" if dialect == "postgresql" else "?"
