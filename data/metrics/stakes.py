"""What is at stake: the contracts of accounts whose decision-makers would advise against us."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from data import tallies_stakes
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.metrics.nps import nps_class
from data.tally_perception import Stake, StakesTally

RENEWAL_DAYS = (90, 180)
UNKNOWN = "yearly value not known"


def is_at_risk(stake: Stake) -> bool:
    """Whether the last that its decision-makers said within a year is that of a detractor."""
    return stake.score is not None and nps_class(stake.score) == "detractor"


def is_lukewarm(stake: Stake) -> bool:
    """Whether it is that of a passive: not at risk, and not safe either."""
    return stake.score is not None and nps_class(stake.score) == "passive"


def _worth(stakes: Iterable[Stake]) -> float:
    return fsum(stake.value for stake in stakes if stake.value is not None)


def _renews_within(stake: Stake, days: int) -> bool:
    return stake.renews_in is not None and 0 <= stake.renews_in <= days


@metric(
    key="value_at_risk",
    label="Contract value at risk",
    short="Value at risk",
    unit=Unit.VALUE,
    clock=None,
    direction=Direction.LOWER_IS_BETTER,
    kind=Kind.LEVEL,
    dated_by="as of",
    tally=tallies_stakes.stakes,
    answers="How much yearly value lies with accounts whose decision-makers would advise against us?",
    minimum_sample=1,
    splits=("account",),
    rests_on="surveys",
    counted_as="account",
    caveat="One answer speaks for an account: the last of its decision-makers; of two in the same second the"
    " lower. Passives (7 and 8) are not at risk; they are counted as lukewarm. Accounts whose decision-makers"
    " have not answered within the year are unknown: counted with their value, and not added. A score is no"
    " forecast of a cancellation. Past moments know accounts and contracts as they are now.",
)
def value_at_risk(tally: StakesTally) -> Value:
    """Yearly value of the active accounts whose decision-makers' last NPS answer in the last 365 days is that
    of a detractor (0 to 6); accounts without a yearly value are left out."""
    stakes = [*tally.accounts.values()]
    heard = [stake for stake in stakes if stake.score is not None]
    unheard = [stake for stake in stakes if stake.score is None]
    known = [stake for stake in heard if stake.value is not None]
    left_out = {UNKNOWN: len(heard) - len(known)} if len(known) < len(heard) else {}
    at_risk = [stake for stake in heard if is_at_risk(stake)]
    counts: dict[str, float] = {
        "accounts": len(at_risk),
        "lukewarm accounts": sum(map(is_lukewarm, heard)),
        "unheard accounts": len(unheard),
        "unheard value": _worth(unheard),
    }
    for days in RENEWAL_DAYS:
        counts[f"renewing within {days} days"] = _worth(s for s in at_risk if _renews_within(s, days))
    return Value(_worth(at_risk) if known else None, len(known), counts=counts, left_out=left_out)
