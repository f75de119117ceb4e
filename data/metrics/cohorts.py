"""How long recent tickets take, with those counted that are not solved yet."""

from __future__ import annotations

from data import survival, tallies_cohort
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.metrics.durations import SPLITS
from data.records import Clock
from data.statistics import Interval
from data.tally_work import CohortTally

DAYS = (1, 3, 7, 30)
_OPEN_AFTER = {days: f"share unsolved after {days} d" for days in DAYS}


def _unsolved_after(tally: CohortTally, steps: list[survival.Step]) -> dict[str, float]:
    """The share that is not solved after so many days, as far as anybody has been watched so long."""
    longest = max([*tally.ended, *tally.still_open], default=0.0)
    is_over = bool(steps) and steps[-1].still_open <= 0  # all have ended: it stays at none
    return {
        name: 1 - survival.ended_within(steps, days * 1440)[0]
        for days, name in _OPEN_AFTER.items()
        if is_over or longest >= days * 1440
    }


@metric(
    key="resolution_cohort_median_calendar_minutes",
    label="Resolution time of those who came in",
    short="Resolution of the cohort",
    unit=Unit.MINUTES,
    clock=Clock.CALENDAR,
    direction=Direction.LOWER_IS_BETTER,
    kind=Kind.FLOW,
    dated_by="created_at",
    tally=tallies_cohort.cohort,
    answers="How long do the tickets take that came in lately, the unsolved ones counted too?",
    minimum_sample=5,
    splits=SPLITS,
    ratios=tuple(_OPEN_AFTER.values()),
    caveat="Estimated (Kaplan and Meier 1958; interval of Brookmeyer and Crowley 1982): unsolved tickets"
    " count with the time that they have waited so far, since without them the last weeks always look fast."
    " No value until half are solved, and no interval until its end is reached. The counts hold the share"
    " that is unsolved after 1, 3, 7 and 30 days, as far as the tickets are old enough. A ticket that was"
    " reopened since counts as unsolved at past moments too; of some that were solved nothing says when:"
    " they are left out and counted.",
)
def resolution_cohort_median(tally: CohortTally) -> Value:
    """The time from creation by which half of the tickets created in the window are solved for good, where
    unsolved ones count as lasting at least as long as they have waited at the as-of moment."""
    steps = survival.survival(tally.ended, tally.still_open)
    found = survival.lasting(steps)
    ended, still_open = tally.ended.total(), tally.still_open.total()
    left_out = {"solved at a time not known": tally.left_out} if tally.left_out else {}
    if not ended + still_open:
        return Value(None, 0, left_out=left_out)
    band = None
    if found.low is not None and found.high is not None:
        band = Interval(found.low, found.high)
    counts = {"ended": ended, "unsolved": still_open, **_unsolved_after(tally, steps)}
    return Value(found.value, ended + still_open, band, counts, left_out)
