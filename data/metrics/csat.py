"""How an answer after the work reads: satisfied, delighted, easy; and how many were less than delighted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from data import tallies_answers
from data.metrics.definition import Change, Direction, Kind, Unit, Value, metric
from data.metrics.shares import change_of_shares, value_of_share
from data.tallies_answers import is_delighted
from data.tally import Mark, MarksTally, PeopleTally, ShareTally
from data.tally_work import YearlyTally

SPLITS = ("audience", "team", "account", "source")
EASY_SCALE = (1, 7)
EASY = 5
YEAR_DAYS, WEEK_DAYS = 365, 7
Judge = Callable[[Mark], bool | None]
_ANSWERED: dict[str, Any] = {
    "clock": None,
    "kind": Kind.FLOW,
    "dated_by": "responded_at",
    "splits": SPLITS,
    "rests_on": "surveys",
    "window": "30d",
}


def _share(tally: MarksTally, is_good: Judge) -> ShareTally:
    """Good marks, of those that can be judged."""
    found = Counter[bool | None]()
    for mark, count in tally.marks.items():
        found[is_good(mark)] += count
    return ShareTally(found[True], found[True] + found[False], found[None])


def _is_easy(mark: Mark) -> bool | None:
    """None: no score on a scale from 1 to 7."""
    lowest, highest = EASY_SCALE
    if (mark.lowest, mark.highest) != EASY_SCALE or mark.score is None:
        return None
    return mark.score >= EASY if lowest <= mark.score <= highest else None


def _value(tally: MarksTally, is_good: Judge, left_out: str) -> Value:
    """The share, and in its counts how many chose each score of each scale: `4 on 1-5`."""
    found = value_of_share(_share(tally, is_good), left_out=left_out)
    marks = sorted((mark, count) for mark, count in tally.marks.items() if is_good(mark) is not None)
    scores = {f"{mark.score:g} on {mark.lowest}-{mark.highest}": count for mark, count in marks}
    return Value(found.value, found.n, found.interval, {**found.counts, **scores}, found.left_out)


def _csat_change(now: MarksTally, before: MarksTally) -> Change | None:
    return change_of_shares(_share(now, is_delighted), _share(before, is_delighted))


def _ces_change(now: MarksTally, before: MarksTally) -> Change | None:
    return change_of_shares(_share(now, _is_easy), _share(before, _is_easy))


@metric(
    **_ANSWERED,
    key="csat",
    label="Customer satisfaction",
    short="CSAT",
    unit=Unit.SHARE,
    direction=Direction.HIGHER_IS_BETTER,
    tally=partial(tallies_answers.marks_of, "csat"),
    answers="What share of those who rated our work gave one of the best marks?",
    minimum_sample=10,
    compare=_csat_change,
    caveat="Rated answers only; the counts hold how many chose each score of each scale. Answers without a"
    " score on their scale, and scales of other sizes than two, three or five, are left out and counted.",
    formula="best marks ÷ ratings",
)
def csat(tally: MarksTally) -> Value:
    """Share of the best marks (two of five, one of three, "good" of good and bad) among the satisfaction
    ratings of the window, with its 95 % interval (Wilson)."""
    return _value(tally, is_delighted, "no score on a scale of two, three or five")


@metric(
    **_ANSWERED,
    key="ces",
    label="Customer effort",
    short="CES",
    unit=Unit.SHARE,
    direction=Direction.HIGHER_IS_BETTER,
    tally=partial(tallies_answers.marks_of, "ces"),
    answers="What share of those who answered found it easy?",
    minimum_sample=10,
    compare=_ces_change,
    caveat="Only the scale from 1 to 7 on which high is easy (the second version of the score). Other"
    " scales, among them the older 1 to 5 on which low is easy, are left out and counted. The counts hold"
    " how many chose each score.",
    formula="answers of 5 to 7 ÷ answers",
)
def ces(tally: MarksTally) -> Value:
    """Share of 5 to 7 on the scale from 1 (hard) to 7 (easy) among the effort ratings of the window, with
    its 95 % interval (Wilson)."""
    return _value(tally, _is_easy, "no score on the scale from 1 to 7")


@metric(
    **_ANSWERED,
    key="less_than_delighted",
    label="Less than delighted",
    unit=Unit.ANSWERS,
    direction=Direction.LOWER_IS_BETTER,
    tally=tallies_answers.low_answers,
    answers="How often did somebody tell us that we could have done better?",
    minimum_sample=0,
    caveat="One person who answers twice is two answers: see how many people it were. CSAT scales of other"
    " sizes than two, three or five are left out.",
)
def less_than_delighted(tally: ShareTally) -> Value:
    """Answers of the window below the best marks of a satisfaction survey, or below 9 in an NPS survey."""
    return Value(tally.hits, tally.total, left_out=_without_rule(tally))


@metric(
    **_ANSWERED,
    key="people_less_than_delighted",
    label="People less than delighted",
    unit=Unit.PEOPLE,
    direction=Direction.LOWER_IS_BETTER,
    tally=tallies_answers.low_people,
    answers="How many people told us that we could have done better?",
    minimum_sample=0,
    distinct=("accounts",),
    caveat="The numbers of people and of accounts are distinct, so they do not add up over groups or months."
    " People are the same across sources by their e-mail address.",
)
def people_less_than_delighted(tally: PeopleTally) -> Value:
    """Distinct people behind the answers of the window that were less than delighted, and their accounts."""
    unknown = {"of a person not known": tally.without_person} if tally.without_person else {}
    counts = {"accounts": len(tally.accounts)}
    return Value(len(tally.people), tally.answers, counts=counts, left_out=unknown)


@metric(
    **(_ANSWERED | {"window": "90d"}),
    key="less_than_delighted_per_year",
    label="Less than delighted, a year",
    unit=Unit.PER_YEAR,
    direction=Direction.LOWER_IS_BETTER,
    tally=tallies_answers.low_answers_by_time,
    answers="If it goes on like this, how often will it have been in a year?",
    minimum_sample=10,
    ratios=("days",),
    caveat="An extrapolation, no forecast: it takes the year to go on as the window went, without seasons or"
    " growth. The days are those of the window up to the as-of moment; of all time, those since the first"
    " answer. No value for less than a week. People are not extrapolated, since the same ones would come"
    " again.",
)
def less_than_delighted_per_year(tally: YearlyTally) -> Value:
    """Answers of the window below the best marks of a satisfaction survey, or below 9 in an NPS survey,
    times 365, divided by the days of the window."""
    left_out = _without_rule(tally.low)
    if not tally.low.total:
        return Value(None, 0, left_out=left_out)
    value = tally.low.hits * YEAR_DAYS / tally.days if tally.days >= WEEK_DAYS else None
    counts = {"answers": tally.low.hits, "days": tally.days}
    return Value(value, tally.low.total, counts=counts, left_out=left_out)


def _without_rule(tally: ShareTally) -> dict[str, int]:
    return {"no score on a scale with a rule": tally.left_out} if tally.left_out else {}
