"""Net promoter score: would customers recommend us?"""

from __future__ import annotations

from typing import Any

from data import statistics, tallies, tallies_asked
from data.metrics.definition import Change, Direction, Kind, Unit, Value, metric
from data.metrics.shares import change_of_shares, value_of_share
from data.tally import NpsTally, ShareTally

SPLITS = ("audience", "team", "account", "source")
CAVEAT = "Respondent level: each answer is one vote. Answers without a score from 0 to 10 are left out."


def change_of_nps(now: NpsTally, before: NpsTally) -> Change | None:
    """The difference of two scores and whether it is real; None without answers."""
    found = statistics.compare_nps(classes_of(now), classes_of(before))
    return None if found is None else Change(found.difference, found.verdict, found.interval)


def classes_of(tally: NpsTally) -> statistics.NpsCounts:
    """The answers that count, by class."""
    return statistics.NpsCounts(
        promoters=tally.promoters, passives=tally.passives, detractors=tally.detractors
    )


def value_of_nps(tally: NpsTally) -> Value:
    """The score with its interval; None without answers."""
    classes = classes_of(tally)
    estimate = statistics.nps(classes)
    if estimate is None:
        return Value(None, 0, left_out=_left_out(tally))
    return Value(estimate.value, classes.n, estimate.interval, _counts(tally), _left_out(tally))


def nps_class(score: float) -> str:
    """promoter, passive or detractor, of a score from 0 to 10."""
    if score >= 9:
        return "promoter"
    return "passive" if score >= 7 else "detractor"


def _counts(tally: NpsTally) -> dict[str, float]:
    return {
        "promoters": tally.promoters,
        "passives": tally.passives,
        "detractors": tally.detractors,
    }


def _left_out(tally: NpsTally) -> dict[str, int]:
    return {"no score from 0 to 10": tally.without_score} if tally.without_score else {}


@metric(
    key="nps",
    label="Net Promoter Score",
    short="NPS",
    unit=Unit.POINTS,
    clock=None,
    direction=Direction.HIGHER_IS_BETTER,
    kind=Kind.FLOW,
    dated_by="responded_at",
    tally=tallies.nps_responses,
    answers="Would customers recommend us?",
    minimum_sample=10,
    splits=SPLITS,
    rests_on="surveys",
    window="90d",
    ranks_by="score",
    compare=change_of_nps,
    caveat=CAVEAT,
)
def nps(tally: NpsTally) -> Value:
    """Share of promoters (9 and 10) minus share of detractors (0 to 6), in points from −100 to 100, with
    its 95 % interval (adjusted Wald)."""
    return value_of_nps(tally)


_COUNT: dict[str, Any] = {
    "unit": Unit.ANSWERS,
    "clock": None,
    "kind": Kind.FLOW,
    "dated_by": "responded_at",
    "tally": tallies.nps_responses,
    "minimum_sample": 0,
    "splits": SPLITS,
    "rests_on": "surveys",
    "window": "90d",
    "caveat": CAVEAT,
}


@metric(
    key="promoters",
    label="Promoters",
    direction=Direction.HIGHER_IS_BETTER,
    answers="How many would recommend us?",
    **_COUNT,
)
def promoters(tally: NpsTally) -> Value:
    """Answers of 9 or 10."""
    return Value(tally.promoters, classes_of(tally).n, counts=_counts(tally), left_out=_left_out(tally))


@metric(
    key="passives",
    label="Passives",
    direction=Direction.NEITHER,
    answers="How many are neither for nor against us?",
    **_COUNT,
)
def passives(tally: NpsTally) -> Value:
    """Answers of 7 or 8; they count in the denominator of the NPS."""
    return Value(tally.passives, classes_of(tally).n, counts=_counts(tally), left_out=_left_out(tally))


@metric(
    key="detractors",
    label="Detractors",
    direction=Direction.LOWER_IS_BETTER,
    answers="How many would advise against us?",
    **_COUNT,
)
def detractors(tally: NpsTally) -> Value:
    """Answers of 0 to 6."""
    return Value(tally.detractors, classes_of(tally).n, counts=_counts(tally), left_out=_left_out(tally))


@metric(
    key="response_rate",
    label="Response rate",
    unit=Unit.SHARE,
    clock=None,
    direction=Direction.HIGHER_IS_BETTER,
    kind=Kind.FLOW,
    dated_by="sent_at",
    tally=tallies_asked.invitations_answered,
    answers="How many of those whom we asked have answered?",
    minimum_sample=10,
    splits=("audience", "account", "source"),
    rests_on="surveys",
    rows="invitation",
    topic="coverage",
    window="90d",
    compare=change_of_shares,
    caveat="Counted by the day of sending; invitations sent in the last days may still be answered."
    " Where a source tells only totals of a survey, those count, and know no audience.",
    formula="answered ÷ delivered",
)
def response_rate(tally: ShareTally) -> Value:
    """Answered invitations as a share of those delivered (sent and not bounced), by the day of sending."""
    return value_of_share(tally, left_out="bounced")
