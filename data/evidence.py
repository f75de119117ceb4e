"""The evidence of a reading: its rows, worst first, what each contributes, and whether they add up to it.

The rows come from the very tally that the reading was taken from, split by facts.ROW, so a list can't be
about other rows than its number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose
from typing import Any

from sqlalchemy import and_, select

from data.counting import standing, within
from data.cubes import TEAM_MARK
from data.evidence_order import order_by, ordered, part_of
from data.evidence_rows import EvidenceRow, column_of, details
from data.facts import ROW, OnlyRows, Scope, conditions
from data.metrics.definition import Kind, Metric, Unit, Value
from data.reading import Reading
from data.schema import ticket, ticket_span
from data.tally import total

ROUNDING = 1e-9
LARGEST = 200_000
"""Rows that are held at once to be added up and sorted. Of a larger reading only the worst are fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Some of the rows of a reading, from `offset` on in its order, and what is known about them all.

    kind: what one row is. total_rows: how many there are, left out ones included. total: what the rows give
    when they are added up. adds_up: whether that is the reading. ranked_by: the column of the order.
    is_whole: False where there are more rows than LARGEST: then `rows` are the worst of them, and `total`
    was added up over groups instead of rows.
    """

    kind: str
    rows: tuple[EvidenceRow, ...]
    offset: int
    total_rows: int
    total: Value
    adds_up: bool
    ranked_by: str = ""
    is_whole: bool = True


def nothing(reading: Reading) -> Evidence:
    """Of a reading of a kind of which the store has no record at all."""
    none = Value(None, 0)
    return Evidence(
        kind=reading.metric.rows, rows=(), offset=0, total_rows=0, total=none, adds_up=_same(reading, none)
    )


def take(reading: Reading, scope: Scope, *, limit: int, offset: int) -> Evidence:
    """The evidence in a scope of the reading's own window, filters and as-of.

    Up to LARGEST rows are added up one by one. Of more, tickets are picked by ORDER BY and LIMIT in SQL
    (indexes: the moment that dates the metric, ix_ticket_…; of levels ix_ticket_span_ended_at_state),
    and the check adds up the groups of one split, which costs as much as the reading itself.
    """
    metric = reading.metric
    expected = _expected(reading)
    by = _split_of(reading)
    if reading.group is not None and reading.by is not None:
        scope = replace(scope, filters=_narrowed(scope, reading))
    if expected > LARGEST:
        return _worst_of_many(reading, scope, by, limit=limit, offset=offset)
    rows = metric.tally(replace(scope, is_exact=True), (*by, ROW))
    found = {group[-1]: tally for group, tally in rows.items() if _is_mine(group, by)}
    whole = _read(metric, scope, found)
    order = ordered(metric, scope, found)
    shown = order[offset : offset + limit]
    return Evidence(
        kind=metric.rows,
        rows=_rows(metric, scope, found, shown),
        offset=offset,
        total_rows=len(found),
        total=whole,
        adds_up=_same(reading, whole),
        ranked_by=order_by(metric)[0],
    )


def _expected(reading: Reading) -> int:
    return reading.n + sum(reading.left_out.values())


def _split_of(reading: Reading) -> tuple[str, ...]:
    """The split to look through for rows of which its value is not known: no filter can name them."""
    return (reading.by,) if reading.by is not None and reading.group is None else ()


def _is_mine(group: Sequence[Any], by: Sequence[str]) -> bool:
    return not by or group[0] is None


def _narrowed(scope: Scope, reading: Reading) -> Any:
    return type(scope.filters).of(scope.filters.given() | {str(reading.by): str(reading.group)})


def _read(metric: Metric, scope: Scope, tallies: Mapping[Any, Any]) -> Value:
    """The rows as one value. Without any row a count is 0 and a rate has no value."""
    whole = total(tallies)
    if whole is not None:
        return metric.read(whole)
    undivided = total(metric.tally(scope))  # asked whether none is 0 or no value; never for what it counts
    none = metric.read(undivided) if undivided is not None else Value(None, 0)
    return Value(None, 0) if none.n or none.left_out else none


def _same(reading: Reading, value: Value) -> bool:
    """Floating sums may differ in their last digit with the order of the rows; what is counted may not."""
    if (reading.n, dict(reading.left_out)) != (value.n, dict(value.left_out)):
        return False
    if reading.value is None or value.value is None:
        return reading.value is value.value
    near = max(reading.relative_error, ROUNDING)  # a figure that is not exact says how far it may lie
    if not isclose(reading.value, value.value, rel_tol=near, abs_tol=ROUNDING):
        return False
    names = reading.counts.keys() | value.counts.keys()
    pairs = [(reading.counts.get(name, 0), value.counts.get(name, 0)) for name in names]
    return all(isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING) for one, other in pairs)


def _rows(
    metric: Metric, scope: Scope, found: Mapping[str, Any], shown: Sequence[str]
) -> tuple[EvidenceRow, ...]:
    known = details(scope.connection, metric.rows, shown)
    name, _ = order_by(metric)
    ranks = column_of(scope.connection, metric.rows, name, shown)
    return tuple(_row(metric, key, found[key], known.get(key, {}), ranks.get(key)) for key in shown)


def _row(metric: Metric, key: str, tally: Any, known: Mapping[str, Any], rank: float | None) -> EvidenceRow:
    value = metric.read(tally)
    part, says = part_of(metric, value)
    source, mark, id = key.partition(TEAM_MARK)
    if metric.rows == "account" or not mark:
        source, id = "", key
    return EvidenceRow(
        kind=metric.rows,
        source=source,
        id=id,
        part=part,
        says=says,
        value=value.value if metric.unit is Unit.MINUTES else None,
        rank=rank,
        **known,
    )


def _worst_of_many(
    reading: Reading, scope: Scope, by: tuple[str, ...], *, limit: int, offset: int
) -> Evidence:
    """The worst tickets, by SQL. Other rows are not listed: no index holds them in a fit order."""
    metric = reading.metric
    can_list = metric.rows == "ticket" and not by
    shown = _worst_tickets(metric, scope, limit, offset) if can_list else []
    narrowed = replace(scope, filters=OnlyRows.within(scope.filters, shown), is_exact=True)
    found = {group[0]: tally for group, tally in metric.tally(narrowed, (ROW,)).items()} if shown else {}
    split = "source" if "source" in metric.splits else metric.splits[0]
    groups = metric.tally(scope, by or (split,))
    whole = _read(metric, scope, {group: tally for group, tally in groups.items() if _is_mine(group, by)})
    return Evidence(
        kind=metric.rows,
        rows=_rows(metric, scope, found, [key for key in shown if key in found]),
        offset=offset,
        total_rows=_expected(reading),
        total=whole,
        adds_up=_same(reading, whole),
        ranked_by=order_by(metric)[0],
        is_whole=False,
    )


def _worst_tickets(metric: Metric, scope: Scope, limit: int, offset: int) -> list[str]:
    """Keys of tickets of the scope, worst first. Only those that the metric counts are then shown."""
    name, sign = order_by(metric)
    rank = ticket.c[name]
    order = (rank if sign > 0 else rank.desc()).nulls_last()
    query = select(ticket.c.source, ticket.c.id)
    if metric.dated_by in ticket.c:
        lies = within(ticket.c[metric.dated_by], scope)
        query = query.where(ticket.c.is_counted.is_(True), lies, conditions(ticket, scope.filters))
    elif metric.kind is Kind.LEVEL:
        same = and_(ticket_span.c.source == ticket.c.source, ticket_span.c.ticket_id == ticket.c.id)
        query = query.where(same, standing(scope), conditions(ticket_span, scope.filters))
    else:  # dated by several moments
        return []
    page = query.order_by(order, ticket.c.source, ticket.c.id).limit(limit).offset(offset)
    return [f"{source}{TEAM_MARK}{id}" for source, id in scope.connection.execute(page)]
