"""The SQL behind an autopsy: the rows of a month by what they have in common, and the usual ones by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, case, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from data.autopsy import Alike, Autopsy, Cell, Count, autopsy
from data.autopsy_drags import Drags
from data.counting import within
from data.facts import Scope, conditions, dimension
from data.metrics import metric_of
from data.metrics.definition import Metric
from data.schema import response, ticket
from data.tally import MeanTally, NpsTally, ShareTally
from data.window import Window

SPLIT_BY = {"sla_attainment": ("team", "priority", "audience"), "nps": ("audience", "team")}
"""Signs that are means over rows and so split exactly, with the dimensions that a cell is made of. A median
does not split."""

ACCOUNTS = 40
"""So many accounts, those that missed most, are looked at one by one; on a large desk there are thousands."""


def autopsy_of(key: str, month: Scope, usual: Sequence[Window]) -> Autopsy | None:
    """Why the month of the scope differs from the usual windows. None: a sign that does not split, or no
    rows. Index: the moment that dates the sign; the usual rows come from stored tallies where they know all
    filters."""
    if key not in SPLIT_BY:
        return None
    dims, metric = SPLIT_BY[key], metric_of(key)
    before = _usual(metric, month, usual, dims)
    if key == "nps":
        return autopsy(before, _answers(month, dims), dims)
    return autopsy(
        before,
        _tickets(month, dims),
        dims,
        handoffs=_usual_mean("agent_stations", month, usual),
        reopened=_usual_mean("reopen_rate", month, usual),
    )


def _usual(metric: Metric, scope: Scope, usual: Sequence[Window], dims: Sequence[str]) -> dict[Cell, Count]:
    found: dict[Cell, Count] = {}
    for window in usual:
        for cell, tally in metric.tally(replace(scope, window=window), dims).items():
            before = found.get(cell, Count(0, 0))
            more = _count(tally)
            found[cell] = Count(before.n + more.n, before.total + more.total)
    return found


def _count(tally: ShareTally | NpsTally) -> Count:
    if isinstance(tally, ShareTally):
        return Count(tally.total, tally.hits)
    n = tally.promoters + tally.passives + tally.detractors
    return Count(n, tally.promoters - tally.detractors)


def _usual_mean(key: str, scope: Scope, usual: Sequence[Window]) -> Fraction | None:
    """A mean or a share over all usual windows."""
    metric, n, total = metric_of(key), 0, 0
    for window in usual:
        for tally in metric.tally(replace(scope, window=window)).values():
            n += tally.rows if isinstance(tally, MeanTally) else tally.total
            total += tally.total if isinstance(tally, MeanTally) else tally.hits
    return Fraction(total, n) if n else None


def _tickets(scope: Scope, dims: Sequence[str]) -> list[Alike]:
    """Tickets whose target ended in the month, by cell; those of ACCOUNTS accounts apart.

    Indexes: ix_ticket_sla_ended_at, and ix_ticket_account_sla_ended for the accounts. To group all tickets
    by account as well would cost twice as much.
    """
    groups = [dimension(ticket, name) for name in dims]
    found: list[Alike] = []
    left = _sums(scope, groups, literal(True))
    apart = _sums(scope, [*groups, ticket.c.account_key], ticket.c.account_key.in_(_most_missed(scope)))
    for (*cell, account), sums in apart.items():
        rest = left[tuple(cell)]
        left[tuple(cell)] = [one - other for one, other in zip(rest, sums, strict=True)]
        found.append(_alike(tuple(cell), account, sums))
    return found + [_alike(cell, None, sums) for cell, sums in left.items() if sums[0]]


def _sums(scope: Scope, groups: Sequence[Any], where: ColumnElement[bool]) -> dict[Cell, list[int]]:
    """By the groups: tickets, those kept, those that tell their agents, and then as in `Drags`."""
    t = ticket.c
    is_known = and_(t.assignee_count.is_not(None), t.reopen_count.is_not(None))
    met = case((t.sla_is_met, 1), else_=0)
    back = case((t.reopen_count > 0, 1), else_=0)
    hands = t.assignee_count
    sums = (met, hands, hands * hands, hands * met, back, back * met, hands * back)
    named = [group.label(f"g{place}") for place, group in enumerate(groups)]
    query = (
        select(
            *named,
            func.count(),
            func.sum(met),
            func.count().filter(is_known),
            *(func.sum(each).filter(is_known) for each in sums),
        )
        .where(_judged(scope), where)
        .group_by(*(f"g{place}" for place in range(len(groups))))
    )
    width = len(groups)
    rows = scope.connection.execute(query)
    return {tuple(row[:width]): [int(value or 0) for value in row[width:]] for row in rows}


def _most_missed(scope: Scope) -> list[str]:
    """Keys of the accounts that missed most."""
    query = (
        select(ticket.c.account_key)
        .where(_judged(scope), ticket.c.sla_is_met.is_(False), ticket.c.account_key.is_not(None))
        .group_by(ticket.c.account_key)
        .order_by(func.count().desc(), ticket.c.account_key)
        .limit(ACCOUNTS)
    )
    return list(scope.connection.execute(query).scalars())


def _alike(cell: Cell, account: str | None, sums: Sequence[int]) -> Alike:
    n, total, known, *rest = sums
    return Alike(cell, account, Count(n, total), Drags(known, *rest) if known else None)


def _judged(scope: Scope) -> ColumnElement[bool]:
    """Tickets whose target ended in the window, kept or not."""
    return and_(
        ticket.c.is_counted.is_(True),
        ticket.c.sla_is_met.is_not(None),
        within(ticket.c.sla_ended_at, scope),
        conditions(ticket, scope.filters),
    )


def _answers(scope: Scope, dims: Sequence[str]) -> list[Alike]:
    """NPS answers of the month, by cell and account. Index: response (kind, responded_at)."""
    score = response.c.score
    points = case((score >= 9, 1), (score < 7, -1), else_=0)
    query = (
        select(
            *(dimension(response, name).label(f"g{place}") for place, name in enumerate(dims)),
            response.c.account_key,
            func.count(),
            func.sum(points),
        )
        .where(
            response.c.kind == "nps",
            response.c.is_deleted.is_(False),
            score.between(0, 10),
            within(response.c.responded_at, scope),
            conditions(response, scope.filters),
        )
        .group_by(*(f"g{place}" for place in range(len(dims))), response.c.account_key)
    )
    width = len(dims)
    return [
        Alike(tuple(row[:width]), row[width], Count(row[width + 1], int(row[width + 2])))
        for row in scope.connection.execute(query)
    ]
