"""Downtime: the working time that people lost while they waited for support, as assumed."""

from __future__ import annotations

from typing import Any

from data import tallies_downtime
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.records import Clock
from data.tally_work import DowntimeTally

STAFF = 25
"""Posts are told per so many employees: a small office, so that a number comes out that means something."""

LOST_SHARE, WEEKLY = "wait_lost_share (assumed)", "hours_per_week (assumed)"
ASSUMED = (
    "Rests on an assumption, assumptions.wait_lost_share: the share of the working time that somebody who"
    " waits can't use. It is not measured; the counts hold its value. One person is taken to wait per ticket."
)
_SHAPE: dict[str, Any] = {
    "clock": Clock.BUSINESS,
    "direction": Direction.LOWER_IS_BETTER,
    "kind": Kind.FLOW,
    "dated_by": "solved_at",
    "tally": tallies_downtime.downtime,
    "minimum_sample": 5,
    "splits": ("account", "team", "audience", "priority", "source"),
    "ranks_by": "requester_wait_business_minutes",
}


@metric(
    **_SHAPE,
    key="downtime_hours",
    label="Working time lost",
    unit=Unit.HOURS,
    answers="How much working time did people lose while they waited for us?",
    ratios=(LOST_SHARE,),
    caveat=f"{ASSUMED} Tickets of which no change of state is known are left out and counted.",
)
def downtime_hours(tally: DowntimeTally) -> Value:
    """Business hours that the requesters of the tickets last solved in the window waited (new, open or on
    hold), times the share of that time that is assumed to be lost (assumptions.wait_lost_share)."""
    left_out = {"wait not known": tally.left_out} if tally.left_out else {}
    if not tally.tickets:
        return Value(None, 0, left_out=left_out)
    hours = tally.seconds / 3600
    counts = {"hours waited": hours, LOST_SHARE: tally.lost_share}
    return Value(hours * tally.lost_share, tally.tickets, counts=counts, left_out=left_out)


@metric(
    **_SHAPE,
    key="downtime_fte",
    label="Working time lost, in posts",
    unit=Unit.FULL_TIME,
    answers="As how many full-time posts among 25 employees is the working time that was lost?",
    distinct=("accounts", "employees", "accounts without a number of employees"),
    ratios=(LOST_SHARE, WEEKLY, "weeks"),
    caveat=f"{ASSUMED} So is assumptions.hours_per_week, the length of a full-time week. The employees are"
    " those of the accounts whose tickets were solved in the window, as known now; a customer without any"
    " ticket is not among them. Tickets of accounts whose number of employees is not known are left out and"
    " counted, as are those of which no change of state is known. No value for less than a day.",
)
def downtime_fte(tally: DowntimeTally) -> Value:
    """Working time lost (as in downtime_hours, by assumptions.wait_lost_share), divided by the
    working hours of a full-time post in the weeks of the window and by the employees of the accounts
    concerned, times 25."""
    without = tally.tickets - tally.counted_tickets
    reasons = {"number of employees not known": without, "wait not known": tally.left_out}
    left_out = {why: count for why, count in reasons.items() if count}
    if not tally.tickets:
        return Value(None, 0, left_out=left_out)
    employees = sum(tally.employees.values())
    hours = tally.counted_seconds / 3600
    counts = {
        "hours waited": hours,
        "accounts": len(tally.employees),
        "employees": employees,
        "accounts without a number of employees": len(tally.accounts_without),
        "weeks": tally.weeks,
        LOST_SHARE: tally.lost_share,
        WEEKLY: tally.hours_per_week,
    }
    if not tally.counted_tickets or tally.weeks * 7 < 1:
        return Value(None, tally.counted_tickets, counts=counts, left_out=left_out)
    posts = hours * tally.lost_share / (tally.weeks * tally.hours_per_week)
    return Value(posts / employees * STAFF, tally.counted_tickets, counts=counts, left_out=left_out)
