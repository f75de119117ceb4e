"""What a solve costs: reopenings, replies, and the hands that a ticket goes through."""

from __future__ import annotations

from typing import Any

from data import tallies_work
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.metrics.durations import SPLITS
from data.metrics.shares import change_of_shares, value_of_share
from data.tally import CountTally, MeanTally, ShareTally

_SHAPE: dict[str, Any] = {"clock": None, "kind": Kind.FLOW, "splits": SPLITS}
_PER_SOLVE: dict[str, Any] = _SHAPE | {
    "unit": Unit.PER_TICKET,
    "direction": Direction.LOWER_IS_BETTER,
    "dated_by": "solved_at",
    "minimum_sample": 10,
}
NO_REPLY = "no reply known"
REPLIES = (
    "Replies are public ones by agents; internal notes do not count. Tickets of which no reply is known are"
    " left out and counted: not every source tells replies."
)
STATIONS = (
    "A station begins when the ticket comes to another holder than the last one; handoffs are one fewer."
    " Tickets that nobody is known to have held are left out and counted."
)


def _mean(tally: MeanTally, left_out: str) -> Value:
    without = {left_out: tally.left_out} if tally.left_out else {}
    if not tally.rows:
        return Value(None, 0, left_out=without)
    return Value(tally.total / tally.rows, tally.rows, counts={"total": tally.total}, left_out=without)


@metric(
    **_SHAPE,
    key="reopened",
    label="Reopened",
    unit=Unit.TICKETS,
    direction=Direction.LOWER_IS_BETTER,
    dated_by="reopened at",
    minimum_sample=0,
    window="today",
    tally=tallies_work.reopenings,
    answers="How often did a ticket that we held for solved come back?",
    caveat="A ticket that comes back twice counts twice. Deleted and merged tickets are left out.",
)
def reopened(tally: CountTally) -> Value:
    """Times in the window that a solved or closed ticket became unsolved again."""
    return Value(tally.count, tally.count)


@metric(
    **_SHAPE,
    key="reopen_rate",
    label="Reopen rate",
    unit=Unit.SHARE,
    direction=Direction.LOWER_IS_BETTER,
    dated_by="first_solved_at",
    minimum_sample=10,
    tally=tallies_work.reopened_of_solved,
    ranks_by="reopen_count",
    answers="What share of our solves did not hold?",
    compare=change_of_shares,
    caveat="By the day of the first solve: tickets solved in the last one or two weeks may still come back.",
    formula="reopened since ÷ first solved",
)
def reopen_rate(tally: ShareTally) -> Value:
    """Tickets reopened at least once since, as a share of those first solved in the window."""
    return value_of_share(tally, left_out="")


@metric(
    **_SHAPE,
    key="one_touch_share",
    label="Solved in one touch",
    unit=Unit.SHARE,
    direction=Direction.HIGHER_IS_BETTER,
    dated_by="solved_at",
    minimum_sample=10,
    tally=tallies_work.one_touch,
    ranks_by="reply_count",
    answers="What share of tickets did a single reply solve?",
    compare=change_of_shares,
    caveat=REPLIES,
    formula="solved with one reply ÷ solved with any",
)
def one_touch_share(tally: ShareTally) -> Value:
    """Tickets with exactly one public agent reply as a share of those last solved in the window with any."""
    return value_of_share(tally, left_out=NO_REPLY)


@metric(
    **_PER_SOLVE,
    key="touches",
    label="Replies per solved ticket",
    tally=tallies_work.replies,
    ranks_by="reply_count",
    answers="How many replies does it take to solve a ticket?",
    caveat=REPLIES,
    formula="replies ÷ tickets",
)
def touches(tally: MeanTally) -> Value:
    """Mean number of public agent replies of the tickets last solved in the window that have any."""
    return _mean(tally, NO_REPLY)


@metric(
    **_PER_SOLVE,
    key="agent_stations",
    label="Agents per solved ticket",
    tally=tallies_work.agent_stations,
    ranks_by="assignee_count",
    answers="Through how many people's hands does a ticket go?",
    caveat=STATIONS,
    formula="stations at agents ÷ tickets",
)
def agent_stations(tally: MeanTally) -> Value:
    """Mean number of stations at agents (1: never handed on) of the tickets last solved in the window."""
    return _mean(tally, "no agent known")


@metric(
    **_PER_SOLVE,
    key="team_stations",
    label="Teams per solved ticket",
    tally=tallies_work.team_stations,
    ranks_by="team_count",
    answers="Through how many teams does a ticket go?",
    caveat=STATIONS,
    formula="stations at teams ÷ tickets",
)
def team_stations(tally: MeanTally) -> Value:
    """Mean number of stations at teams (1: never handed on) of the tickets last solved in the window."""
    return _mean(tally, "no team known")
