"""The accounts at risk, one line each, what is most at stake first: whom to call today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from data import facts
from data.metrics.stakes import is_at_risk, is_lukewarm
from data.reading import Reading
from data.readings import NO_FILTERS, Readings
from data.records import Audience
from data.tallies_stakes import stakes
from data.tally_perception import Stake, StakesTally
from data.window import Filters

LONG_WINDOW = "365d"
"""As far back as decision-makers' answers count, and single accounts have few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAtRisk:
    """One account whose decision-makers' last NPS answer is that of a detractor.

    value: a year, in the installation's currency; renews_in: days, below 0 where it has passed; each None
    where it is not known. score, said_at: that answer. end_users, watermelon: readings of the last 365
    days, None where nobody answered (or, for the latter, nobody with an ended target). breached_now: its
    unsolved tickets past their target.
    """

    account: str
    name: str
    value: float | None
    renewal_on: date | None
    renews_in: int | None
    score: float
    said_at: datetime
    end_users: Reading | None
    watermelon: Reading | None
    breached_now: int


@dataclass(frozen=True, slots=True)
class AtRisk:
    """The list; total: the reading that it adds up to; lukewarm, unheard: how many other accounts are so."""

    accounts: tuple[AccountAtRisk, ...]
    total: Reading
    lukewarm: int
    unheard: int


def accounts_at_risk(readings: Readings, *, source: str | None = None) -> AtRisk:
    """Accounts at risk at as-of by yearly value, the largest first and the unknown last; of equal value the
    next renewal first."""
    filters = Filters(source=source) if source else NO_FILTERS
    scope = readings.scope(readings.window(LONG_WINDOW), filters)
    known = stakes(scope).get((), StakesTally()).accounts
    names = facts.account_names(readings.connection)
    users = _by_account(readings, "nps", Filters(source=source, audience=Audience.END_USER))
    green = _by_account(readings, "watermelon", filters)
    late = _by_account(readings, "breached_now", filters)
    found = [
        AccountAtRisk(
            account=key,
            name=names.get(key, key),
            value=stake.value,
            renewal_on=stake.renewal_on,
            renews_in=stake.renews_in,
            score=stake.score,
            said_at=stake.said_at,
            end_users=users.get(key),
            watermelon=green.get(key),
            breached_now=late[key].n if key in late else 0,
        )
        for key, stake in known.items()
        if is_at_risk(stake) and stake.score is not None and stake.said_at is not None
    ]
    return AtRisk(
        tuple(sorted(found, key=_stake_first)),
        readings.read("value_at_risk", filters=filters, compare=False),
        sum(map(is_lukewarm, known.values())),
        sum(_is_unheard(stake) for stake in known.values()),
    )


def _by_account(readings: Readings, key: str, filters: Filters) -> dict[str, Reading]:
    """The readings of accounts that have a value."""
    found = readings.split(key, "account", window=LONG_WINDOW, filters=filters)
    return {item.group: item for item in found if item.group is not None and item.value is not None}


def _stake_first(item: AccountAtRisk) -> tuple[bool, float, bool, int, str]:
    """Sorts by value (unknown last), then by the next renewal (none or passed last), then by name."""
    renews_in = item.renews_in if item.renews_in is not None and item.renews_in >= 0 else None
    value = item.value
    return value is None, -(value or 0.0), renews_in is None, renews_in or 0, item.account


def _is_unheard(stake: Stake) -> bool:
    return stake.score is None
