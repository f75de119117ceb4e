"""The SQL that adds up how long people waited within business hours, and for how many employees."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, and_, cast, func, select

from data.counting import count_where, days_of, within
from data.facts import Scope, conditions, dimension
from data.schema import account, ticket
from data.tally import Group
from data.tally_work import DowntimeTally

WEEK = 7


def downtime(scope: Scope, by: Sequence[str] = ()) -> dict[Group, DowntimeTally]:
    """The requester's wait in business seconds of the tickets solved in the window, by account; with the
    assumptions of the scope. Index: solved_at."""
    groups = [dimension(ticket, name).label(f"g{i}") for i, name in enumerate(by)]
    minutes, key = ticket.c.requester_wait_business_minutes, ticket.c.account_key
    # whole seconds add up alike in whatever order a database adds them
    waited = func.coalesce(func.sum(cast(func.round(minutes * 60), BigInteger)), 0)
    counts = (waited, count_where(minutes.is_not(None)), count_where(minutes.is_(None)))
    query = (
        select(*groups, key, *counts)
        .where(
            and_(ticket.c.is_counted.is_(True), within(ticket.c.solved_at, scope)),
            conditions(ticket, scope.filters),
        )
        .group_by(*groups, key)
    )
    employees, weeks = _employees(scope), _weeks(scope)
    found: dict[Group, DowntimeTally] = {}
    for *values, account_key, total, known, unknown in scope.connection.execute(query):
        group, count = tuple(values), employees.get(account_key)
        has_count, total = bool(count) and known > 0, int(total)
        tally = DowntimeTally(
            seconds=total,
            tickets=known,
            counted_seconds=total if has_count else 0,
            counted_tickets=known if has_count else 0,
            employees={account_key: count} if has_count and count else {},
            accounts_without=frozenset({account_key} if account_key and known and not count else ()),
            left_out=unknown,
            lost_share=scope.assumptions.wait_lost_share,
            hours_per_week=scope.assumptions.hours_per_week,
            weeks=weeks,
        )
        found[group] = found[group] + tally if group in found else tally
    return found


def _weeks(scope: Scope) -> float:
    """The weeks of the window that have passed; of all time, those since the first solve."""
    first = scope.connection.execute(select(func.min(ticket.c.solved_at))).scalar()
    return days_of(scope, first) / WEEK


def _employees(scope: Scope) -> dict[str, int]:
    """Employees by account, where known; of several sources' the largest."""
    query = (
        select(account.c.account_key, func.max(account.c.employee_count).label("count"))
        .where(account.c.is_deleted.is_(False), account.c.employee_count > 0)
        .group_by(account.c.account_key)
    )
    return {row[0]: row[1] for row in scope.connection.execute(query)}
