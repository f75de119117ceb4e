"""The SQL that says what each account is worth, when it renews, and what its decision-makers last said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

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
    contracts, said = _contracts(scope), _last_said(scope)
    found = {}
    for key in active_accounts(scope) & contracts.keys():
        value, renewal_on, renews_in = contracts[key]
        score, said_at = said.get(key, (None, None))
        found[key] = Stake(value, renewal_on, renews_in, score, said_at)
    if by:
        return {tuple(key for _ in by): StakesTally({key: stake}) for key, stake in found.items()}
    return {(): StakesTally(found)} if found else {}


def _contracts(scope: Scope) -> dict[str, tuple[float | None, date | None, int | None]]:
    """Yearly value, renewal and days to it, by account. Deleted accounts are not among them.

    Of several sources the largest value counts, and the next renewal, or the last one where all have passed.
    """
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
        next_one = min((day for day in dates if day >= today), default=max(dates, default=None))
        days = None if next_one is None else (next_one - today).days
        found[key] = max(values[key], default=None), next_one, days
    return found


def _last_said(scope: Scope) -> dict[str, tuple[float, datetime]]:
    """The last NPS answer of each account's decision-makers in the year; of two in one second the lower."""
    latest_first = (response.c.responded_at.desc(), response.c.score, response.c.source, response.c.id)
    rank = func.row_number().over(partition_by=response.c.account_key, order_by=latest_first)
    said = (
        select(response.c.account_key, response.c.score, response.c.responded_at, rank.label("rank"))
        .where(
            response.c.kind == "nps",
            response.c.audience == Audience.DECISION_MAKER.value,
            response.c.is_deleted.is_(False),
            response.c.score.between(0, 10),
            response.c.account_key.is_not(None),
            response.c.responded_at > scope.as_of - YEAR,
            response.c.responded_at <= scope.as_of,
            conditions(response, scope.filters),
        )
        .subquery()
    )
    query = select(said.c.account_key, said.c.score, said.c.responded_at).where(said.c.rank == 1)
    return {row.account_key: (row.score, row.responded_at) for row in scope.connection.execute(query)}
