"""The parts that every tally's SQL is put together from: groups, windows, what stands open at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import BigInteger, FromClause, Select, and_, func, select, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from data.facts import Scope, conditions, dimension
from data.moment import epoch
from data.schema import ticket_span
from data.tally import Group
from data.window import DAWN

T = TypeVar("T")


def grouped(
    scope: Scope,
    table: FromClause,
    counts: Iterable[ColumnElement[Any]],
    where: ColumnElement[bool],
    by: Sequence[str],
    tally: Callable[..., T],
    *,
    day: str | None = None,
) -> dict[Group, T]:
    """SELECT the split and the counts, GROUP BY the split. The split `day` is the column named."""
    groups = [
        (table.c[day] if name == "day" and day else dimension(table, name)).label(f"g{i}")
        for i, name in enumerate(by)
    ]
    query: Select[Any] = select(*groups, *counts).where(where, conditions(table, scope.filters))
    if groups:
        query = query.group_by(*groups)
    width = len(groups)
    return {tuple(row[:width]): tally(*row[width:]) for row in scope.connection.execute(query)}


def standing(scope: Scope) -> ColumnElement[bool]:
    """Spans that last at as-of.

    The sum keeps the databases from the index of `started_at`: for the present, the moment asked for most,
    nearly every row has started, and only the open ones have not ended.
    """
    begun = type_coerce(ticket_span.c.started_at, BigInteger) + 0
    return and_(ticket_span.c.ended_at > scope.as_of, begun <= seconds(scope.as_of))


def within(moment: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    """Moments of the window."""
    return and_(moment >= scope.window.start, moment < scope.window.end)


def days_of(scope: Scope, first: datetime | None) -> float:
    """How many days of the window have passed at as-of, parts of days too; 0 for a window to come.

    first: where a window of all time begins instead; None: there is nothing in it.
    """
    start = scope.window.start
    if start <= DAWN:
        start = first or scope.as_of
    return max(0.0, (min(scope.window.end, scope.as_of) - start).total_seconds() / 86400)


def count_where(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    """How many rows fulfil a condition; 0 where there are none."""
    return func.count().filter(condition)


def seconds(at: Any) -> int:
    """A moment as whole seconds since 1970."""
    return epoch(at) or 0
