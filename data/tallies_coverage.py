"""The SQL that says which accounts are active, and which of them we have heard from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import FromClause, and_, exists, func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from data.facts import Scope, conditions
from data.schema import account, invitation, response, ticket
from data.tally import CoverageTally, Group

YEAR = timedelta(days=365)
NARROWED_BY = {"account", "audience", "source"}


def accounts_heard(scope: Scope, by: Sequence[str] = ()) -> dict[Group, CoverageTally]:
    """The accounts that were active in the 365 days up to as-of, and which of them answered a survey.

    by: account, or nothing. The audience narrows whose answers count, not which accounts are active.
    Nothing for filters that answers do not know. Indexes: by moment, of tickets, invitations and answers.
    """
    given = scope.filters.given().keys()
    if given - NARROWED_BY:
        return {}
    heard = _keys(scope, response, response.c.responded_at, _standing_answer())
    values = _values(scope)
    found = {key: (key in heard, values[key]) for key in active_accounts(scope) if key in values}
    if by:
        return {(key,): CoverageTally({key: item}) for key, item in found.items()}
    return {(): CoverageTally(found)} if found else {}


def active_accounts(scope: Scope) -> set[str]:
    """The known accounts with a ticket created, an invitation sent or an answer given in the 365 days up to
    as-of. Indexes: by account and moment, of tickets, answers (account, kind, moment) and invitations.

    Whatever the audience asked for: it narrows whom we listen to, not who is served. Looked up once for one
    screen.
    """
    everybody = replace(scope, filters=replace(scope.filters, audience=None))
    key = "active accounts", everybody.as_of, everybody.filters
    if key not in scope.memo:
        scope.memo[key] = _active(everybody)
    found: set[str] = scope.memo[key]
    return found


def _active(everybody: Scope) -> set[str]:
    """Asked account by account, since there are far more tickets in a year than accounts."""
    signs = (
        _has(everybody, ticket, ticket.c.created_at, ticket.c.is_counted.is_(True)),
        _has(everybody, response, response.c.responded_at, _standing_answer()),
        _has(everybody, invitation, invitation.c.sent_at, true()),
    )
    query = select(account.c.account_key).where(account.c.is_deleted.is_(False), or_(*signs)).distinct()
    return set(everybody.connection.execute(query).scalars())


def _has(
    scope: Scope, table: FromClause, moment: ColumnElement[object], where: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Whether an account has such a row in the year up to as-of."""
    in_year = and_(moment > scope.as_of - YEAR, moment <= scope.as_of)
    mine = table.c.account_key == account.c.account_key
    return exists().where(mine, in_year, where, conditions(table, scope.filters)).correlate(account)


def _standing_answer() -> ColumnElement[bool]:
    # the kinds, because the index of the moment begins with them
    kinds = response.c.kind.in_(("nps", "csat", "ces", "other"))
    return and_(kinds, response.c.is_deleted.is_(False), response.c.score.is_not(None))


def _keys(
    scope: Scope, table: FromClause, moment: ColumnElement[object], where: ColumnElement[bool]
) -> set[str]:
    """The accounts with a row in the year up to as-of."""
    in_year = and_(moment > scope.as_of - YEAR, moment <= scope.as_of)
    query = select(table.c.account_key).where(in_year, where, conditions(table, scope.filters)).distinct()
    return {key for key in scope.connection.execute(query).scalars() if key is not None}


def _values(scope: Scope) -> dict[str, float | None]:
    """Yearly value by account; of several sources' the largest. Deleted accounts are not among them."""
    query = (
        select(account.c.account_key, func.max(account.c.yearly_value).label("value"))
        .where(account.c.is_deleted.is_(False))
        .group_by(account.c.account_key)
    )
    return {row.account_key: row.value for row in scope.connection.execute(query)}
