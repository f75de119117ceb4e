"""The tables of stored tallies: counts and histograms by day and dimension, kept true by data/rollups.py.

A cell belongs to a cube (data/cubes.py). Dimensions that are not known, or that the cube does not keep, are
"" (a key may not be NULL). Days are those of the reporting time zone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, LargeBinary, Table

from data.bookkeeping import key, metadata
from data.moment import Moment

KEY = ("cube", "member", "day", "source", "priority", "audience", "channel")


def _tally(name: str, *more: Column[Any], counts: tuple[str, ...] = ()) -> Table:
    return Table(
        name,
        metadata,
        key("cube"),
        key("member"),
        Column("day", Date, primary_key=True),
        key("source"),
        key("priority"),
        key("audience"),
        key("channel"),
        *more,
        *(Column(count, Integer, nullable=False, default=0) for count in counts),
        Index(f"ix_{name}_cube", "cube", "day"),
        sqlite_with_rowid=False,
    )


ticket_tally = _tally(
    "ticket_tally",  # each count on the day of its own moment
    counts=(
        "created",
        "created_kept",
        "created_judged",
        "created_after_hours",
        "created_hours_known",
        "first_replied",
        "first_solved",
        "first_solved_reopened",
        "solved",
        "solved_one_touch",
        "solved_replied",
        "replies",
        "agent_stations",
        "agent_held",
        "team_stations",
        "team_held",
        "sla_ended",
        "sla_kept",
        "sla_judged",
    ),
)

backlog_tally = _tally(
    "backlog_tally",  # spans; those that last end on window.FOREVER's day
    counts=(
        "us_begun",
        "us_ended",
        "customer_begun",
        "customer_ended",
        "elsewhere_begun",
        "elsewhere_ended",
        "returned",
        "open_created",  # those that last, on the day on which their ticket was created
    ),
)

answer_tally = _tally(
    "answer_tally",  # NPS answers; the transactional ones once more apart
    counts=(
        "promoters",
        "passives",
        "detractors",
        "without_score",
        "transactional_promoters",
        "transactional_passives",
        "transactional_detractors",
        "transactional_without_score",
    ),
)

invitation_tally = _tally(
    "invitation_tally",  # to NPS surveys
    counts=("answered", "delivered", "bounced"),
)

mark_tally = _tally(
    "mark_tally",  # CSAT and CES answers by mark: lowest|highest|score of the scale
    key("kind"),
    key("mark"),
    counts=("answers",),
)

minutes_tally = Table(
    "minutes_tally",
    metadata,
    key("cube"),
    key("member"),
    Column("day", Date, primary_key=True),
    key("source"),
    Column("data", LargeBinary, nullable=False),  # histograms (data/histogram.py) of data/contributions.py
    Index("ix_minutes_tally_cube", "cube", "day"),
    sqlite_with_rowid=False,
)

TALLIES = (ticket_tally, backlog_tally, answer_tally, invitation_tally, mark_tally, minutes_tally)

late_change = Table(
    "late_change",  # a figure of a day that had ended was changed afterwards, and by which row
    metadata,
    key("source"),
    Column("learnt_at", Moment, primary_key=True),
    key("subject"),  # ticket, response, invitation
    key("row_id"),
    Column("day", Date, primary_key=True),
    key("figure"),  # a count of the tallies, as table.count
    Column("change", BigInteger, nullable=False),
    Index("ix_late_change_day", "day", "learnt_at"),
    Index("ix_late_change_learnt_at", "learnt_at"),
)
