"""The net promoter score read in other ways: apart by kind of survey, by account, and in a fixed mix."""

from __future__ import annotations

from functools import partial
from typing import Any

from data import tallies, tallies_answers
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.metrics.nps import change_of_nps, classes_of, value_of_nps
from data.records import Audience
from data.strata import nps_in_mix, nps_of_means
from data.tally import NpsByGroupTally, NpsTally, total

SPLITS = ("audience", "team", "account", "source")
NO_SCORE = "no score from 0 to 10"
KNOWN = (Audience.END_USER, Audience.DECISION_MAKER)
_SHAPE: dict[str, Any] = {
    "unit": Unit.POINTS,
    "clock": None,
    "direction": Direction.HIGHER_IS_BETTER,
    "kind": Kind.FLOW,
    "dated_by": "responded_at",
    "minimum_sample": 10,
    "rests_on": "surveys",
    "window": "90d",
}
APART = "Relationship and transactional scores are different measures: they are never added or averaged."


@metric(
    **_SHAPE,
    key="nps_relationship",
    label="NPS of the relationship",
    splits=SPLITS,
    tally=partial(tallies.nps_responses, is_transactional=False),
    answers="Would customers recommend us, asked by the calendar?",
    compare=change_of_nps,
    caveat=APART,
)
def nps_relationship(tally: NpsTally) -> Value:
    """NPS over the answers to surveys about the whole relationship, with its 95 % interval (adjusted
    Wald)."""
    return value_of_nps(tally)


@metric(
    **_SHAPE,
    key="nps_transactional",
    label="NPS after a transaction",
    splits=SPLITS,
    tally=partial(tallies.nps_responses, is_transactional=True),
    answers="Would customers recommend us, asked right after an event?",
    compare=change_of_nps,
    caveat=APART,
)
def nps_transactional(tally: NpsTally) -> Value:
    """NPS over the answers to surveys that follow one event, with its 95 % interval (adjusted Wald)."""
    return value_of_nps(tally)


@metric(
    **_SHAPE,
    key="nps_accounts",
    label="NPS by account",
    splits=SPLITS,
    tally=tallies_answers.nps_by_account,
    answers="Would the accounts recommend us, if each had one vote?",
    distinct=("accounts",),
    caveat="Account level: answers of people whose account is not known are left out. n counts answers; the"
    " number of accounts is distinct and does not add up over groups. Silent accounts have no vote.",
    formula="sum of the accounts' own NPS ÷ accounts",
)
def nps_accounts(tally: NpsByGroupTally) -> Value:
    """Mean over accounts of each account's own NPS, so that each has one vote however many of its people
    answered; with a 95 % interval over accounts (adjusted Wald, carried over to accounts)."""
    known = {key: item for key, item in tally.now.items() if key is not None}
    whole = total({(): NpsTally(), **{(key,): item for key, item in known.items()}}) or NpsTally()
    homeless = tally.now.get(None, NpsTally())
    left_out = {
        why: count
        for why, count in (
            (NO_SCORE, whole.without_score + homeless.without_score),
            ("account not known", classes_of(homeless).n),
        )
        if count
    }
    estimate = nps_of_means(classes_of(item) for item in known.values())
    n = classes_of(whole).n
    if estimate is None:
        return Value(None, 0, left_out=left_out)
    accounts = sum(classes_of(item).n > 0 for item in known.values())
    return Value(estimate.value, n, estimate.interval, {"accounts": accounts}, left_out)


@metric(
    **_SHAPE,
    key="nps_mix_adjusted",
    label="NPS in the mix of before",
    splits=("team", "account", "source"),
    tally=tallies_answers.nps_by_audience,
    answers="Has the score moved, or only who answers?",
    caveat="Weights: the shares of end users and decision-makers among the answers of the window before"
    " (of the same length). Where one of the two answered in one window only, there is no value. Answers of"
    " unknown role are left out.",
    formula="share before × NPS now, added up over end users and decision-makers",
)
def nps_mix_adjusted(tally: NpsByGroupTally) -> Value:
    """The NPS that end users and decision-makers would give together, were they in the proportion of the
    window before; with its 95 % interval (post-stratified, adjusted Wald in each group)."""
    groups = {name.value: classes_of(tally.now.get(name.value, NpsTally())) for name in KNOWN}
    weights = {name.value: classes_of(tally.reference.get(name.value, NpsTally())).n for name in KNOWN}
    unknown = sum(classes_of(item).n for key, item in tally.now.items() if key not in groups)
    without = sum(item.without_score for item in tally.now.values())
    left_out = {why: n for why, n in (("role not known", unknown), (NO_SCORE, without)) if n}
    counts = {name: item.n for name, item in groups.items()}
    n = sum(counts.values())
    estimate = nps_in_mix(groups, weights)
    if estimate is None:
        return Value(None, n, left_out=left_out)
    return Value(estimate.value, n, estimate.interval, counts, left_out)
