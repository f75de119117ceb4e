"""The SQL that says what each account is worth, when it renews, and what its decision-makers last said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, select
from sqlalchemy.sql.elements import ColumnElement

from data.facts import Scope, conditions
from data.records import Audience
from data.schema import account, response
from data.tallies_coverage import YEAR, active_accounts
from data.tally import Group
from data.tally_perception import Stake, StakesTally

NARROWED_BY = {"account", "source"}


def stakes(scope: Scope, by: Sequence[str] = ()) -> dict[Group, StakesTally]:
    """The accounts that were active in the 365 days up to as-of, with what hangs on each of them.

    by: account (or the row, which is the account), or nothing. Nothing for filters that accounts do not
    know; that by source narrows who is active and whose answers count. Indexes: by moment, of tickets,
    invitations and answers (kind, responded_at).
    """
    if scope.filters.given().keys() - NARROWED_BY:
        return {}
    known, said = contracts(scope), last_said(scope)
    found = {}
    for key in active_accounts(scope) & known.keys():
        value, renewal_on, renews_in = known[key]
        score, said_at = said.get(key, (None, None))
        found[key] = Stake(value, renewal_on, renews_in, score, said_at)
    if by:
        return {tuple(key for _ in by): StakesTally({key: stake}) for key, stake in found.items()}
    return {(): StakesTally(found)} if found else {}


def contracts(scope: Scope) -> dict[str, tuple[float | None, date | None, int | None]]:
    """Yearly value, renewal and days to it, by account. Deleted accounts are not among them.

    Of several sources the largest value counts, and the next renewal, or the last one where all have passed.
    Looked up once for one screen.
    """
    key = "contracts", scope.as_of, scope.window.zone
    if key not in scope.memo:
        scope.memo[key] = _contracts(scope)
    found: dict[str, tuple[float | None, date | None, int | None]] = scope.memo[key]
    return found


def _contracts(scope: Scope) -> dict[str, tuple[float | None, date | None, int | None]]:
    today = scope.as_of.astimezone(ZoneInfo(scope.window.zone)).date()
    values: dict[str, list[float]] = defaultdict(list)
    renewals: dict[str, list[date]] = {}
    query = select(account.c.account_key, account.c.yearly_value, account.c.renewal_on).where(
        account.c.is_deleted.is_(False)
    )
    for key, value, renewal in scope.connection.execute(query):
        values[key] += [] if value is None else [value]
        renewals.setdefault(key, []).extend([] if renewal is None else [renewal])
    found = {}
    for key, dates in renewals.items():
        next_one = next_renewal(dates, today)
        days = None if next_one is None else (next_one - today).days
        found[key] = max(values[key], default=None), next_one, days
    return found


def next_renewal(days: Sequence[date], today: date) -> date | None:
    """Of the sources that know an account the next renewal, or the last one where all have passed."""
    return min((day for day in days if day >= today), default=max(days, default=None))


def last_said(scope: Scope) -> dict[str, tuple[float, datetime]]:
    """The last NPS answer of each account's decision-makers in the year; of two in one second the lower.

    Each account's own answers are looked at from the latest back, since there are far more answers in a year
    than accounts; and once for one screen. Index: response (account_key, kind, responded_at).
    """
    key = "last said", scope.as_of, scope.filters
    if key not in scope.memo:
        rows = scope.connection.execute(_last_said(scope))
        scope.memo[key] = {row.account_key: (row.score, row.at) for row in rows}
    found: dict[str, tuple[float, datetime]] = scope.memo[key]
    return found


def _last_said(scope: Scope) -> Select[Any]:
    firms = select(account.c.account_key).where(account.c.is_deleted.is_(False))
    if scope.filters.account is not None:
        firms = firms.where(account.c.account_key == scope.filters.account)
    firm = firms.distinct().subquery("firm")
    in_year = and_(response.c.responded_at > scope.as_of - YEAR, response.c.responded_at <= scope.as_of)
    moment = func.max(response.c.responded_at)
    last = select(moment).where(_counted(firm.c.account_key, scope), in_year).correlate(firm)
    latest = select(firm.c.account_key, last.scalar_subquery().label("at")).subquery("latest")
    mine = and_(_counted(latest.c.account_key, scope), response.c.responded_at == latest.c.at)
    lowest = func.min(response.c.score).label("score")
    return (
        select(latest.c.account_key, latest.c.at, lowest)
        .join_from(latest, response, mine)
        .group_by(latest.c.account_key, latest.c.at)
    )


def _counted(key: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    """Answers of an account's decision-makers that have a score."""
    return and_(
        response.c.account_key == key,
        response.c.kind == "nps",
        response.c.audience == Audience.DECISION_MAKER.value,
        response.c.is_deleted.is_(False),
        response.c.score.between(0, 10),
        conditions(response, scope.filters),
    )
