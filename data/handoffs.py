"""Who hands tickets on to whom: the stations at teams of solved tickets, counted by pair of teams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Subquery, func, select
from sqlalchemy.sql.elements import ColumnElement

from data.counting import within
from data.cubes import team_of
from data.facts import Scope, conditions
from data.reading import Reading
from data.readings import Readings
from data.schema import ticket, ticket_span
from data.window import Filters, Window

LONGEST = timedelta(days=92)
LAST_PART = timedelta(days=31)
"""Of a window longer than LONGEST only this last part of it is looked at, since each ticket is followed."""

MOST_TEAMS = 8
"""How many teams a matrix shows: those with the most handoffs."""

MOST_PAIRS = 3

Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two teams, and how often a ticket went from the one to the other, and back."""

    one: str
    other: str
    there: int
    back: int

    @property
    def total(self) -> int:
        return self.there + self.back


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoffs:
    """counts: how often by (from, to), as `source:id`. teams: those of the matrix, by name.

    stations: the reading that the handoffs are a part of: stations less tickets. unseen: those of it
    whose teams are not known, since the ticket was not in the backlog then. pairs: the heaviest first.
    weights: counts over the largest one, 0 to 1. window: what was looked at.
    """

    window: Window
    counts: Counts
    weights: Mapping[tuple[str, str], float]
    teams: tuple[str, ...]
    pairs: tuple[Pair, ...]
    stations: Reading
    unseen: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def shown(self) -> int:
        """Those of the matrix."""
        return sum(count for (one, other), count in self.counts.items() if {one, other} <= {*self.teams})


def handoffs_of(readings: Readings, window: Window, filters: Filters, names: Mapping[str, str]) -> Handoffs:
    """The handoffs of the tickets last solved in the window, or in its last part. names: of teams."""
    looked_at = _at_most(readings, window)
    stations = readings.read("team_stations", window=looked_at, filters=filters, compare=False)
    counts = handoffs(readings.scope(looked_at, filters))
    moved = int(stations.counts.get("total", 0)) - stations.n
    most = max(counts.values(), default=0)
    busy: Counter[str] = Counter()
    for pair, count in counts.items():
        for team in pair:
            busy[team] += count
    shown = sorted((team for team, _ in busy.most_common(MOST_TEAMS)), key=lambda team: _name(names, team))
    return Handoffs(
        window=looked_at,
        counts=counts,
        weights={pair: count / most for pair, count in counts.items()},
        teams=tuple(shown),
        pairs=pairs_of(counts)[:MOST_PAIRS],
        stations=stations,
        unseen=max(0, moved - sum(counts.values())),
    )


def handoffs(scope: Scope) -> dict[tuple[str, str], int]:
    """How often tickets last solved in the window went from one team to another, by (from, to).

    Being with no team in between is no station. Indexes: ticket.solved_at, then the key of the spans of
    each ticket that has been with more than one team.
    """
    moved = _moved(scope)
    query = (
        select(moved.c.source, moved.c.was, moved.c.came, func.count())
        .where(moved.c.was != moved.c.came)
        .group_by(moved.c.source, moved.c.was, moved.c.came)
    )
    return {
        (team_of(source, was), team_of(source, came)): count
        for source, was, came, count in scope.connection.execute(query)
    }


def pairs_of(counts: Counts) -> tuple[Pair, ...]:
    """Each two teams once, the heavier way first; most handoffs first."""
    found = []
    for (one, other), there in counts.items():
        back = counts.get((other, one), 0)
        if (there, one) > (back, other):
            found.append(Pair(one, other, there, back))
    return tuple(sorted(found, key=lambda pair: (-pair.total, pair.one, pair.other)))


def _moved(scope: Scope) -> Subquery:
    """(source, team before, team) of each span, of the tickets that were with more than one team."""
    span, before = ticket_span.alias("span"), ticket_span.alias("before")
    was: ColumnElement[str] = (
        select(before.c.team_id)
        .where(
            before.c.source == span.c.source,
            before.c.ticket_id == span.c.ticket_id,
            before.c.started_at < span.c.started_at,
            before.c.team_id.is_not(None),
        )
        .order_by(before.c.started_at.desc())
        .limit(1)
        .correlate(span)
        .scalar_subquery()
    )
    mine = (span.c.source == ticket.c.source) & (span.c.ticket_id == ticket.c.id)
    return (
        select(span.c.source, was.label("was"), span.c.team_id.label("came"))
        .join_from(ticket, span, mine)
        .where(
            ticket.c.is_counted.is_(True),
            within(ticket.c.solved_at, scope),
            ticket.c.team_count > 1,
            span.c.team_id.is_not(None),
            conditions(ticket, scope.filters),
        )
        .subquery("moved")
    )


def _at_most(readings: Readings, window: Window) -> Window:
    if window.end - window.start <= LONGEST:
        return window
    last = replace(window, start=window.end - LAST_PART, label="its last part")
    days = last.days()
    return readings.window(f"{days[1]}..{days[-1]}")


def _name(names: Mapping[str, str], team: str) -> str:
    return names.get(team, team).casefold()
