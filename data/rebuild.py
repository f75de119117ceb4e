"""Makes the stored tallies anew from the rows, and recounts them to name every difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, MetaData, Table, delete, func, literal, select, union_all

from data import cells as stored_cells
from data import ledger, relate, rollups, schema
from data.contributions import Cells
from data.localday import LocalDays
from data.rows import key_columns

BATCH = 5_000
FULL = 150_000
"""So many cells are held at a time before they are written."""

SHOWN = 100
Progress = Callable[[int, int], None]
"""(rows counted so far, rows in all)."""


def silent(done: int, of: int) -> None:
    """No progress is shown."""


def rebuild(connection: Connection, zone: str, progress: Progress = silent) -> None:
    """Makes all stored tallies anew, in one transaction; until it ends, readers see the old ones."""
    for table in schema.TALLIES:
        connection.execute(delete(table))
    relate.relate_all_answered(connection)
    _count_all(connection, zone, stored_cells.STORED, progress)
    rollups.mark(connection, zone)


def verify(connection: Connection, zone: str, progress: Progress = silent) -> list[str]:
    """Recounts everything and names each cell that differs (SHOWN at most); empty: all is true.

    Writes temporary tables only, so it may run while others read and write.
    """
    if not rollups.are_kept(connection, zone):
        return ["There are no tallies of this version and time zone. Make them: python app.py rebuild."]
    recounted = _empty_copies(connection)
    _count_all(connection, zone, recounted, progress)
    found: list[str] = []
    for name, table in stored_cells.STORED.items():
        found += _differences(connection, table, recounted[name], SHOWN - len(found))
    return found


def _count_all(connection: Connection, zone: str, into: Mapping[str, Table], progress: Progress) -> None:
    days = LocalDays(ZoneInfo(zone))
    parts = [(name, table, ledger.query_of(name)) for name, (table, _) in ledger.COUNTED_BY.items()]
    counts = [select(func.count()).select_from(table) for _, table, _ in parts]
    of = sum(connection.execute(query).scalar_one() for query in counts)
    done = 0
    progress(done, of)
    cells = Cells(days.text)
    for subject, table, query in parts:
        for batch in _batches(connection, query.order_by(_moment(table))):
            cells.add(subject, batch, 1)
            if len(cells) > FULL:
                stored_cells.put(connection, cells, into)
                cells = Cells(days.text)
            done += len(batch)
            progress(done, of)
    stored_cells.put(connection, cells, into)


def _moment(table: Table) -> Any:
    """In the order of time, so that what is held belongs to few days."""
    names = ("started_at", "created_at", "responded_at", "sent_at")
    return next(table.c[name] for name in names if name in table.c)


def _batches(connection: Connection, query: Any) -> Iterator[list[tuple[Any, ...]]]:
    options = {"stream_results": True, "yield_per": BATCH}
    for part in connection.execute(query, execution_options=options).partitions():
        yield [tuple(row) for row in part]


def _empty_copies(connection: Connection) -> dict[str, Table]:
    """A temporary table, without its index, like each of the stored tallies."""
    found = {}
    for name, table in stored_cells.STORED.items():
        copy = table.to_metadata(MetaData(), name=f"recount_{name}")
        copy._prefixes = ["TEMPORARY"]
        copy.indexes.clear()
        copy.drop(connection, checkfirst=True)
        copy.create(connection)
        found[name] = copy
    return found


def _differences(connection: Connection, stored: Table, recounted: Table, limit: int) -> list[str]:
    if limit <= 0:
        return []
    sides = []
    for name, one, other in (("stored", stored, recounted), ("counted", recounted, stored)):
        alone = select(*one.c).except_(select(*other.c)).subquery()
        sides.append(select(literal(name).label("side"), *alone.c))
    keys = key_columns(stored)
    query = union_all(*sides).order_by(*keys).limit(2 * limit)
    by_cell: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in connection.execute(query).mappings():
        by_cell.setdefault(tuple(row[key] for key in keys), {})[row["side"]] = row
    return [_named(stored, cell, sides) for cell, sides in by_cell.items()][:limit]


def _named(table: Table, cell: tuple[Any, ...], sides: Mapping[str, Any]) -> str:
    keys = key_columns(table)
    where = ", ".join(f"{name} {value}" for name, value in zip(keys, cell, strict=True) if value != "")
    parts = []
    for name in (column.name for column in table.c if column.name not in keys):
        values = [sides[side][name] if side in sides else None for side in ("stored", "counted")]
        if (values[0] or 0) != (values[1] or 0):
            parts.append(f"{name}: stored {_shown(values[0])}, counted {_shown(values[1])}")
    return f"{table.name} ({where}): {'; '.join(parts)}"


def _shown(value: Any) -> str:
    if value in (None, 0):
        return "nothing"
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)
