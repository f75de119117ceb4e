"""Takes tallies from what is stored by day (data/rollups.py) instead of from the rows.

`served` puts such a way before a tally function of data/tallies.py: where a cube knows all that is asked,
its cells are added up; else, or where exactness is asked for, the rows are counted. Both ways give the same
tally. A window need not begin and end at midnight: what lies outside of it on its first and last day is
counted from the rows and taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, and_, exists, literal, select

from data.cubes import COUNTED, Cube, cube_for
from data.facts import Scope
from data.schema import invitation, response, ticket, ticket_span
from data.tally import Group, less
from data.window import FOREVER, Window, midnight

T = TypeVar("T")
Tallies = dict[Group, T]
Rows = Callable[..., dict[Group, Any]]
MOMENTS = {
    "created_at": ticket.c.created_at,
    "first_reply_at": ticket.c.first_reply_at,
    "first_solved_at": ticket.c.first_solved_at,
    "solved_at": ticket.c.solved_at,
    "sla_ended_at": ticket.c.sla_ended_at,
    "responded_at": response.c.responded_at,
    "sent_at": invitation.c.sent_at,
    "started_at": ticket_span.c.started_at,
}
ANSWERS = ("nps", "csat", "ces", "other")


def served(way: Callable[..., dict[Group, Any] | None]) -> Callable[[Rows], Rows]:
    """Puts `way` before a tally function. way: (scope, by, rows, …) → tallies; None: it cannot tell."""

    def wrap(rows: Rows) -> Rows:
        @wraps(rows)
        def tally(scope: Scope, by: Sequence[str] = (), **more: Any) -> dict[Group, Any]:
            found = None if scope.is_exact else way(scope, by, rows, **more)
            return rows(scope, by, **more) if found is None else found

        return tally

    return wrap


def flow(
    table: Table, names: Sequence[str], moment: str, make: Callable[..., T]
) -> Callable[..., Tallies[T] | None]:
    """The way for rows of a window: `make` gets the sums of the counts `names`, in their order."""

    def way(scope: Scope, by: Sequence[str], rows: Rows, **more: Any) -> Tallies[T] | None:
        cube = cube_for(COUNTED, scope.filters, by)
        if cube is None:
            return None
        found = {group: make(*counts) for group, counts in sums(scope, table, cube, names, by).items()}
        return without_tails(scope, by, rows, moment, found, **more)

    return way


def without_tails(
    scope: Scope, by: Sequence[str], rows: Rows, moment: str, found: Tallies[T], **more: Any
) -> Tallies[T]:
    """Takes away what lies on the window's first and last day, but not inside it."""
    for tail in tails(scope, moment):
        for group, part in rows(replace(scope, window=tail, is_exact=True), by, **more).items():
            if group in found:
                found[group] = less(found[group], part)
    return {group: tally for group, tally in found.items() if not group or tally != type(tally)()}


def sums(
    scope: Scope, table: Table, cube: Cube, names: Sequence[str], by: Sequence[str]
) -> dict[Group, tuple[int, ...]]:
    """Counts of a table of tallies over the days of the window, by the split.

    Groups without any are left out; without a split there is always one.
    """
    return sums_between(scope, table, cube, names, by, days(scope.window))


def sums_between(
    scope: Scope,
    table: Table,
    cube: Cube,
    names: Sequence[str],
    by: Sequence[str],
    between: tuple[date, date],
) -> dict[Group, tuple[int, ...]]:
    """The same over the days from one to another. Index: the key, or (cube, day).

    Plain text, because a screen asks some thirty times, and to build an expression each time would take
    longer than the answer; and remembered, because several figures of a screen rest on the same sums.
    """
    key = "sums", table.name, cube.name, tuple(names), tuple(by), between, scope.filters
    if key not in scope.memo:
        groups = split(table, cube, by)
        which, values = cells_of(cube, scope, between)
        columns = [*groups, *(f"sum({name})" for name in names)]
        grouped = f" GROUP BY {', '.join(groups)}" if groups else ""
        query = f"SELECT {', '.join(columns)} FROM {table.name} WHERE {which}{grouped}"
        width = len(groups)
        scope.memo[key] = {
            known(row[:width], by): tuple(int(count or 0) for count in row[width:])
            for row in run(scope, query, values)
            if not groups or any(row[width:])
        }
    return dict(scope.memo[key])


def run(scope: Scope, query: str, values: Sequence[object]) -> Sequence[Any]:
    """The rows of a plain query whose values are marked by `?`."""
    mark = "%s" if scope.connection.dialect.name == "postgresql" else "?"
    return scope.connection.exec_driver_sql(query.replace("?", mark), tuple(values)).fetchall()


def run_binary(scope: Scope, query: str, values: Sequence[object]) -> Sequence[Any]:
    """The same for columns of bytes: Postgres would send them as text, twice as long, to be read back."""
    if scope.connection.dialect.name != "postgresql":
        return run(scope, query, values)
    driver: Any = scope.connection.connection.driver_connection  # SQLAlchemy has no word for it
    found: Sequence[Any] = driver.execute(query.replace("?", "%s"), values, binary=True).fetchall()
    return found


def known(values: Sequence[Any], by: Sequence[str]) -> Group:
    """The values of a split as tallies have them: "" is a key's way to say None, and a day is a date."""
    return tuple(
        (date.fromisoformat(value) if isinstance(value, str) else value)
        if name == "day"
        else (value if value != "" else None)
        for value, name in zip(values, by, strict=True)
    )


def split(table: Table, cube: Cube, by: Sequence[str]) -> list[str]:
    """The columns of a table of tallies that hold the values of a split."""
    return ["member" if name == cube.member else table.c[name].name for name in by]


def cells_of(cube: Cube, scope: Scope, between: tuple[date, date]) -> tuple[str, list[str]]:
    """The cube's cells of some days that the filters let through, as a condition with its values."""
    given = scope.filters.given()
    parts = {"cube": cube.name}
    if cube.member in given or not cube.member:
        parts["member"] = given.get(cube.member, "")
    parts |= {name: value for name, value in given.items() if name != cube.member}
    marked = [f"{name} = ?" for name in parts]
    values = [*parts.values(), between[0].isoformat(), between[1].isoformat()]
    return " AND ".join([*marked, "day BETWEEN ? AND ?"]), values


def days(window: Window) -> tuple[date, date]:
    """The local days on which a window begins and ends."""
    zone = ZoneInfo(window.zone)
    last = (window.end - timedelta(seconds=1)).astimezone(zone).date()
    return window.start.astimezone(zone).date(), last


def tails(scope: Scope, moment: str) -> list[Window]:
    """What lies on the window's first and last day, but not inside it, where there are rows in it."""
    key = "tails", moment, scope.window
    if key not in scope.memo:
        scope.memo[key] = [tail for tail in _outside(scope.window) if moment in _moments_in(scope, tail)]
    found: list[Window] = scope.memo[key]
    return found


def _outside(window: Window) -> Iterator[Window]:
    zone = ZoneInfo(window.zone)
    if window.start == window.end:
        return
    first, last = days(window)
    start, end = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    if start < window.start:
        yield Window(start, window.start, window.zone, "before the window")
    if window.end < end:
        yield Window(window.end, end, window.zone, "after the window")


def _moments_in(scope: Scope, tail: Window) -> frozenset[str]:
    """Which moments (of MOMENTS) of any row lie in it: all in one query, since windows end alike."""
    key = "moments", tail
    if key not in scope.memo:
        found = scope.connection.execute(select(*(_lies_in(tail, name) for name in MOMENTS))).one()
        scope.memo[key] = frozenset(name for name, has in zip(MOMENTS, found, strict=True) if has)
    moments: frozenset[str] = scope.memo[key]
    return moments


def _lies_in(tail: Window, name: str) -> ColumnElement[bool]:
    column = MOMENTS[name]
    which = and_(column >= tail.start, column < tail.end)
    if column is response.c.responded_at:
        which = and_(response.c.kind.in_(ANSWERS), which)  # the index of the moment begins with the kind
    return exists(select(literal(1)).where(which)).label(name)


def is_present(scope: Scope) -> bool:
    """Whether nothing is stored that happened to a ticket's state after as-of."""
    key = "present", scope.as_of
    if key not in scope.memo:
        later = [ticket_span.c.started_at > scope.as_of, ticket_span.c.ended_at > scope.as_of]
        lasting = (literal(True), ticket_span.c.ended_at < FOREVER)
        scope.memo[key] = not any(
            scope.connection.execute(select(literal(1)).where(which, bound).limit(1)).first()
            for which, bound in zip(later, lasting, strict=True)
        )
    return bool(scope.memo[key])
