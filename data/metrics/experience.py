"""Perception against reality: what the very people who answered have lived through, and how they answered."""

from __future__ import annotations

from typing import Any

from data import tallies_experience
from data.dose import words_of, worth_of_halving
from data.metrics.definition import Change, Direction, Kind, Unit, Value, metric
from data.metrics.shares import change_of_shares, value_of_share
from data.tallies_experience import EXPERIENCE_DAYS
from data.tally import ShareTally
from data.tally_perception import ExperienceTally

SPLITS = ("audience", "account", "team", "source")
CAVEAT = (
    f"Lived through: the resolution targets of the giver's own tickets that ended in the {EXPERIENCE_DAYS}"
    " days up to the answer; where an answer names its ticket, that one alone. Answers without such a target"
    " are left out and counted, and so are those without a score that can be judged."
)
PROVES = (
    " It shows who is unhappy although every promise to them was kept, or happy although one was not; it does"
    " not show why. Who has written a ticket and who answers differ from all others."
)
NO_DOSE = "no target with known minutes ended before the answer"
_SHAPE: dict[str, Any] = {
    "clock": None,
    "kind": Kind.FLOW,
    "dated_by": "responded_at",
    "tally": tallies_experience.experience,
    "rests_on": "surveys",
}
_SHARE: dict[str, Any] = _SHAPE | {
    "unit": Unit.SHARE,
    "minimum_sample": 10,
    "splits": SPLITS,
    "window": "90d",
}


def _left_out(tally: ExperienceTally) -> dict[str, int]:
    found = {
        "no target ended before the answer": tally.without_target,
        "no score that can be judged": tally.without_score,
    }
    return {why: count for why, count in found.items() if count}


def _attained(tally: ExperienceTally) -> ShareTally:
    return ShareTally(tally.kept, tally.ended)


def _unhappy(tally: ExperienceTally) -> ShareTally:
    """Of the answers whose every target was kept, those below the best marks."""
    return ShareTally(tally.kept_and_below, tally.kept_and_below + tally.kept_and_best)


def _happy(tally: ExperienceTally) -> ShareTally:
    """Of the answers with a broken target, those of the best marks."""
    return ShareTally(tally.broken_and_best, tally.broken_and_best + tally.broken_and_below)


def _value(tally: ExperienceTally, share: ShareTally) -> Value:
    """The share, with the four cells in its counts."""
    found = value_of_share(share, left_out="")
    cells = {
        "kept, best marks": tally.kept_and_best,
        "kept, below": tally.kept_and_below,
        "broken, best marks": tally.broken_and_best,
        "broken, below": tally.broken_and_below,
    }
    return Value(found.value, found.n, found.interval, {**found.counts, **cells}, _left_out(tally))


def _attained_change(now: ExperienceTally, before: ExperienceTally) -> Change | None:
    return change_of_shares(_attained(now), _attained(before))


def _unhappy_change(now: ExperienceTally, before: ExperienceTally) -> Change | None:
    return change_of_shares(_unhappy(now), _unhappy(before))


def _happy_change(now: ExperienceTally, before: ExperienceTally) -> Change | None:
    return change_of_shares(_happy(now), _happy(before))


@metric(
    **_SHARE,
    key="experienced_attainment",
    label="SLA attainment of those who answered",
    short="Lived through",
    direction=Direction.HIGHER_IS_BETTER,
    answers="What share of the promises to the very people who answered was kept?",
    compare=_attained_change,
    counted_as="target",
    caveat=f"{CAVEAT} n counts targets; one counts once for each answer that it lies before, and one person's"
    " targets are not independent, so the interval is rather too narrow.",
)
def experienced_attainment(tally: ExperienceTally) -> Value:
    """Share of the resolution targets kept, of those that the givers of NPS and CSAT answers have lived
    through in the 90 days up to their answer, with its 95 % interval (Wilson)."""
    return _value(tally, _attained(tally))


@metric(
    **_SHARE,
    key="watermelon",
    label="Watermelon index",
    short="Green, yet unhappy",
    direction=Direction.LOWER_IS_BETTER,
    answers="Of those to whom every promise was kept, how many are less than delighted all the same?",
    compare=_unhappy_change,
    caveat=CAVEAT + PROVES,
)
def watermelon(tally: ExperienceTally) -> Value:
    """Answers below the best marks (below 9 in NPS, below the best marks in CSAT) as a share of the answers
    whose givers have seen every resolution target kept, with its 95 % interval (Wilson)."""
    return _value(tally, _unhappy(tally))


@metric(
    **_SHARE,
    key="happy_though_late",
    label="Happy though late",
    direction=Direction.HIGHER_IS_BETTER,
    answers="Of those to whom a promise was broken, how many are delighted all the same?",
    compare=_happy_change,
    caveat=CAVEAT + PROVES,
)
def happy_though_late(tally: ExperienceTally) -> Value:
    """Answers of the best marks (9 and 10 in NPS, the best marks in CSAT) as a share of the answers whose
    givers have seen at least one resolution target broken, with its 95 % interval (Wilson)."""
    return _value(tally, _happy(tally))


@metric(
    **_SHAPE,
    key="halving_worth",
    label="What halving resolution time goes along with",
    short="Half the time",
    unit=Unit.POINTS,
    direction=Direction.NEITHER,
    minimum_sample=50,
    splits=("audience", "team", "source"),
    window="365d",
    answers="How much higher is the score of those whose tickets took half as long against their target?",
    caveat=f"{CAVEAT} It goes along with, it does not cause: those whose tickets take long differ in other"
    " ways too. The curve is only let fall, so the figure is never below 0. Nothing is assumed beyond the"
    " fastest class seen. NPS answers only.",
)
def halving_worth(tally: ExperienceTally) -> Value:
    """Points of NPS between the curve at half the resolution time and the curve as it is, on average over
    the answers: resolution time over target (median of the targets lived through, in classes of a factor of
    two) against promoter, passive, detractor, by isotonic regression; with its 95 % interval (Bayesian
    bootstrap)."""
    left_out = {NO_DOSE: tally.without_dose} if tally.without_dose else {}
    worth = worth_of_halving(tally.doses)
    if worth is None:
        return Value(None, 0, left_out=left_out)
    counts: dict[str, float] = {}
    for (dose, _), count in sorted(tally.doses.items()):
        counts[words_of(dose)] = counts.get(words_of(dose), 0) + count
    return Value(worth.value, tally.doses.total(), worth.interval, counts, left_out)
