"""Records to rows, and the upsert that both databases understand.

A page is compared with what is stored first, so that only what differs is written: repeats cost one
SELECT, raise no version and wake nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Table, and_, select, type_coerce
from sqlalchemy.dialects import postgresql, sqlite

from data.moment import Moment, epoch

Row = dict[str, Any]
CHUNK = 500
NO_TEXT = re.compile(r"(datetime|date|int|float|bool|tuple)\b")
Shape = tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]], tuple[str, ...]]
SHAPES: dict[type[Any], Shape] = {}
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def row_of(record: Any) -> Row:
    """A record's fields by name; enums as plain text, and text that both databases can hold."""
    kind = type(record)
    names, read, texts = SHAPES.get(kind) or SHAPES.setdefault(kind, _shape(kind))
    row = dict(zip(names, read(record), strict=True))
    for name in texts:
        value = row[name]
        if value is not None:
            row[name] = UNSTORABLE.sub("\ufffd", value) if type(value) is str else clean(str(value))
    return row


def _shape(kind: type[Any]) -> Shape:
    """(names of the fields, how to read them all at once, which of them may hold text)."""
    names = tuple(item.name for item in fields(kind))
    texts = tuple(item.name for item in fields(kind) if not NO_TEXT.match(str(item.type)))
    return names, attrgetter(*names), texts


def clean(text: str) -> str:
    """Text without null bytes and lone surrogates, which a database refuses; U+FFFD in their place."""
    return UNSTORABLE.sub("\ufffd", text)


def web_address(text: str | None) -> str | None:
    """An address that a link may lead to; None for all that is not of the web, such as a script."""
    return text if text and re.match(r"https?://", text, re.IGNORECASE) else None


def raw(table: Table, *names: str) -> list[Any]:
    """The columns of a table for reading, moments as the whole seconds that are stored."""
    columns: Iterable[Column[Any]] = [table.c[name] for name in names] if names else table.c
    return [type_coerce(c, BigInteger).label(c.name) if isinstance(c.type, Moment) else c for c in columns]


def key_columns(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]


def upsert(connection: Connection, table: Table, *, update: Sequence[str] | None = None) -> Any:
    """INSERT … ON CONFLICT on the key; sets every other column, or only those named (none: do nothing)."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    keys = key_columns(table)
    names = [c.name for c in table.c if c.name not in keys] if update is None else list(update)
    if not names:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in names}
    )


def adding(connection: Connection, table: Table, names: Sequence[str]) -> Any:
    """INSERT … ON CONFLICT on the key; adds the columns `names` to what is there."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    return statement.on_conflict_do_update(
        index_elements=key_columns(table),
        set_={name: table.c[name] + statement.excluded[name] for name in names},
    )


def chunks(items: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """The items in lists of at most `size`: databases bound the number of parameters."""
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def stored(
    connection: Connection,
    table: Table,
    source: str,
    *,
    column: str,
    values: Iterable[str],
    names: Sequence[str] = (),
) -> Iterator[Row]:
    """The rows of a source whose `column` is among the values; all columns, or those of `names`."""
    for batch in chunks(sorted(set(values))):
        query = select(*raw(table, *names)).where(and_(table.c.source == source, table.c[column].in_(batch)))
        yield from (dict(row) for row in connection.execute(query).mappings())


def newest_of_each(rows: Iterable[Row], keys: Sequence[str], version: str | None = None) -> list[Row]:
    """One row per key: the last, or where a column tells versions apart, the last of the highest."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if key not in found or not _is_older(row, found[key], version):
            found[key] = row
    return list(found.values())


class Differing(NamedTuple):
    """rows: new or different. replaced: the keys, without the source, of those that are stored already."""

    rows: list[Row]
    replaced: list[tuple[Any, ...]]


def differing(
    connection: Connection,
    table: Table,
    source: str,
    rows: Sequence[Row],
    *,
    column: str = "id",
    version: str | None = None,
    ignored: Collection[str] = (),
) -> Differing:
    """The rows that are new or differ from what is stored, in the columns that they have.

    version: the column that orders the copies of a row; one that is older than the stored copy is left
    out. ignored: columns in which a difference is none.
    """
    if not rows:
        return Differing([], [])
    keys = key_columns(table)
    moments = {c.name for c in table.c if isinstance(c.type, Moment)} & rows[0].keys()
    compared = [name for name in rows[0] if name not in keys and name not in ignored]
    values = {row[column] for row in rows}
    known = {
        tuple(row[key] for key in keys): row
        for row in stored(connection, table, source, column=column, values=values, names=[*keys, *compared])
    }
    own = [name for name in keys if name != "source"]
    found = Differing([], [])
    for row in rows:
        for name in moments:
            row[name] = epoch(row[name])
        old = known.get(tuple(row[key] for key in keys))
        if old is None:
            found.rows.append(row)
        elif not _is_older(row, old, version) and any(old[name] != row[name] for name in compared):
            found.rows.append(row)
            found.replaced.append(tuple(row[key] for key in own))
    return found


def _is_older(row: Row, other: Row, version: str | None) -> bool:
    if version is None or row[version] is None or other[version] is None:
        return False
    return bool(row[version] < other[version])
