"""Repeats: does the same problem come back, and how long does it take until it is fixed?"""

from __future__ import annotations

from typing import Any

from data import tallies_problems
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.metrics.durations import SPLITS, quantile
from data.metrics.shares import change_of_shares, value_of_share
from data.records import Clock
from data.tally import MinutesTally, ShareTally

LINKS = (
    "The same problem is what the source itself links (Zendesk's incidents of a problem, a column of a file);"
    " nothing is guessed from texts."
)
UNLINKED = "no problem linked"
_REPEATS: dict[str, Any] = {
    "clock": None,
    "direction": Direction.LOWER_IS_BETTER,
    "kind": Kind.FLOW,
    "dated_by": "created_at",
    "tally": tallies_problems.repeats,
    "splits": SPLITS,
    "caveat": f"{LINKS} Tickets that are linked to none are left out and counted; n counts those that are."
    " Whoever reported it first, and when, also before the window. No value without any link.",
}


@metric(
    **_REPEATS,
    key="repeats",
    label="Repeats",
    unit=Unit.TICKETS,
    minimum_sample=0,
    answers="How often did somebody report what had been reported before?",
)
def repeats(tally: ShareTally) -> Value:
    """Tickets created in the window on a problem of which there had been a ticket before."""
    left_out = {UNLINKED: tally.left_out} if tally.left_out else {}
    return Value(tally.hits if tally.total else None, tally.total, left_out=left_out)


@metric(
    **_REPEATS,
    key="repeat_share",
    label="Share of repeats",
    unit=Unit.SHARE,
    minimum_sample=10,
    compare=change_of_shares,
    answers="Of the tickets on known problems, what share had been reported before?",
)
def repeat_share(tally: ShareTally) -> Value:
    """Tickets on a problem of which there had been a ticket before, as a share of the tickets created in
    the window that are linked to a problem."""
    return value_of_share(tally, left_out=UNLINKED)


@metric(
    key="time_to_fix_calendar_minutes",
    label="Time to fix",
    unit=Unit.MINUTES,
    clock=Clock.CALENDAR,
    direction=Direction.LOWER_IS_BETTER,
    kind=Kind.FLOW,
    dated_by="last solve of the problem",
    tally=tallies_problems.times_to_fix,
    answers="How long does a problem last, from the first who reports it to the last whom it troubles?",
    minimum_sample=5,
    splits=SPLITS,
    caveat=f"{LINKS} n counts problems, each where the ticket that reported it first belongs. A problem with"
    " an unsolved ticket is not fixed; one that comes back moves to the window of its last solve.",
)
def time_to_fix(tally: MinutesTally) -> Value:
    """Median time from a problem's first ticket to the last solve of any of its tickets, on the calendar
    clock, of the problems whose tickets are all solved, the last in the window."""
    return quantile(tally, 0.5)
