"""How much of our customers we have heard from: by accounts, and by what they are worth."""

from __future__ import annotations

from math import fsum
from typing import Any

from data import tallies_coverage
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.tally import CoverageTally

CAVEAT = (
    "Active: a ticket created, an invitation sent or an answer given in the 365 days before the as-of moment."
    " Under a filter by audience the answers are theirs and the active accounts remain all. All accounts are"
    " counted, none sampled: there is no interval. Past moments know accounts as they are now."
)
_SHAPE: dict[str, Any] = {
    "unit": Unit.SHARE,
    "clock": None,
    "direction": Direction.HIGHER_IS_BETTER,
    "kind": Kind.LEVEL,
    "dated_by": "as of",
    "tally": tallies_coverage.accounts_heard,
    "minimum_sample": 1,
    "splits": ("account",),
    "rests_on": "surveys",
    "counted_as": "account",
    "rows": "account",
    "caveat": CAVEAT,
}


@metric(
    **_SHAPE,
    key="account_coverage",
    label="Accounts heard",
    answers="From what share of our active customers have we heard within a year?",
    formula="active accounts with an answer ÷ active accounts",
)
def account_coverage(tally: CoverageTally) -> Value:
    """Accounts with at least one scored answer in the last 365 days, as a share of the active accounts."""
    heard = sum(has_answered for has_answered, _ in tally.accounts.values())
    n = len(tally.accounts)
    return Value(heard / n if n else None, n, counts={"hits": heard, "total": n} if n else {})


@metric(
    **_SHAPE,
    key="value_coverage",
    label="Contract value heard",
    answers="How much of our yearly contract value have we heard from within a year?",
    formula="yearly value of the active accounts with an answer ÷ yearly value of the active accounts",
)
def value_coverage(tally: CoverageTally) -> Value:
    """Yearly value of the accounts with at least one scored answer in the last 365 days, as a share of the
    yearly value of the active accounts; accounts without a value are left out."""
    known = [(has_answered, value) for has_answered, value in tally.accounts.values() if value is not None]
    without = len(tally.accounts) - len(known)
    left_out = {"yearly value not known": without} if without else {}
    whole = fsum(value for _, value in known)
    if not whole:
        return Value(None, len(known), left_out=left_out)
    heard = fsum(value for has_answered, value in known if has_answered)
    return Value(heard / whole, len(known), left_out=left_out)
