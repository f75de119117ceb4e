"""The SQL that takes tallies from what stands open at a moment: the backlog, its ages, what is late.

A tally function returns one tally per group, as in data/tallies.py. A level at any moment is what lasts now,
with what began since taken away and what ended since put back: whole days from stored tallies, the rest of
that one day from the rows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, and_, func, select, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from data.counting import count_where, grouped, seconds, standing
from data.cubes import COUNTED, Cube, cube_for
from data.facts import Scope, conditions
from data.schema import LASTS, backlog_tally, ticket, ticket_span
from data.sla import WAITS_FOR
from data.stored import Rows, Tallies, is_present, served, sums_between
from data.tally import BacklogTally, CountTally, Group, OldestTally, total
from data.window import DAWN, FOREVER, midnight

AGE_DAYS = (0, 1, 3, 7)
"""Lower ends of the age classes of the backlog, in days."""

WHO = ("us", "customer", "elsewhere")


def _level(scope: Scope, by: Sequence[str], rows: Rows) -> Tallies[BacklogTally] | None:
    cube = cube_for(COUNTED, scope.filters, by)
    if cube is None:
        return None
    day, over = _day_of(scope)
    start = midnight(day, ZoneInfo(scope.window.zone))
    is_nearer_start = not is_present(scope) and scope.as_of - start < over - scope.as_of
    first = day if is_nearer_start else day + timedelta(days=1)
    names = [f"{who}_{what}" for what in ("ended", "begun") for who in WHO]
    later = sums_between(scope, backlog_tally, cube, names, by, (first, FOREVER.date()))
    found = {
        group: BacklogTally(*(counts[i] - counts[i + 3] for i in range(3))) for group, counts in later.items()
    }
    # that was the level at a midnight: from there to as-of the rows are counted, the fewer the better
    ended, started = ticket_span.c.ended_at, ticket_span.c.started_at
    if is_nearer_start:
        steps = [(sign, and_(m >= start, m <= scope.as_of)) for sign, m in ((-1, ended), (1, started))]
    elif is_present(scope):
        steps = []
    else:
        steps = [(sign, and_(m > scope.as_of, m < over)) for sign, m in ((1, ended), (-1, started))]
    for sign, where in steps:
        for group, part in grouped(scope, ticket_span, _waits(), where, by, _tally).items():
            base = found.get(group, BacklogTally())
            found[group] = BacklogTally(*(getattr(base, who) + sign * getattr(part, who) for who in WHO))
    return {group: tally for group, tally in found.items() if not group or tally != BacklogTally()}


def _waits() -> tuple[ColumnElement[int], ...]:
    """How many spans, and how many of them wait for the customer, for somebody else (see `_tally`)."""
    state = ticket_span.c.state
    not_us = (
        count_where(state.in_([s.value for s, who in WAITS_FOR.items() if who == name])) for name in WHO[1:]
    )
    return (func.count(), *not_us)


def _tally(spans: int, customer: int, elsewhere: int) -> BacklogTally:
    """The rest waits for us: most do, and what is not compared row by row costs less."""
    return BacklogTally(spans - customer - elsewhere, customer, elsewhere)


def _day_of(scope: Scope) -> tuple[date, datetime]:
    """The local day of as-of, and the moment at which it is over."""
    zone = ZoneInfo(scope.window.zone)
    day = scope.as_of.astimezone(zone).date()
    return day, midnight(day + timedelta(days=1), zone)


@served(_level)
def waiting(scope: Scope, by: Sequence[str] = ()) -> dict[Group, BacklogTally]:
    """Tickets unsolved at as-of by who is waited for. Index: ticket_span (ended_at, state)."""
    return grouped(scope, ticket_span, _waits(), standing(scope), by, _tally)


def waiting_at_ends(scope: Scope, ends: Sequence[date]) -> list[BacklogTally | None]:
    """Tickets unsolved when each of these local days ended, in one question; None: before the first of all.

    Stored tallies by day; of an account its spans. Index: ticket_span (account_key, started_at).
    """
    cube = cube_for(COUNTED, scope.filters, ())
    steps = _steps_of_spans(scope) if scope.is_exact or cube is None else _stored_steps(scope, cube)
    days = sorted(steps)
    sums = [list(accumulate([steps[day][who] for day in days])) for who in range(3)]
    levels = [BacklogTally(*level) for level in zip(*sums, strict=True)]
    places = [bisect_right(days, end) for end in ends]
    return [levels[place - 1] if place else None for place in places]


def _stored_steps(scope: Scope, cube: Cube) -> dict[date, tuple[int, ...]]:
    names = [f"{who}_{what}" for what in ("begun", "ended") for who in WHO]
    between = (DAWN.date(), FOREVER.date() - timedelta(days=1))
    found = sums_between(scope, backlog_tally, cube, names, ("day",), between)
    return {day: tuple(c[i] - c[i + 3] for i in range(3)) for (day,), c in found.items()}


def _steps_of_spans(scope: Scope) -> dict[date, tuple[int, ...]]:
    steps: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for sign, name in ((1, "started_on"), (-1, "ended_on")):
        day = ticket_span.c[name]
        query = select(day, *_waits()).where(day.is_not(None), conditions(ticket_span, scope.filters))
        for on, *counts in scope.connection.execute(query.group_by(day)):
            tally = _tally(*counts)
            for i, who in enumerate(WHO):
                steps[on][i] += sign * getattr(tally, who)
    return {on: tuple(counts) for on, counts in steps.items()}


def waiting_by_age(scope: Scope) -> list[int]:
    """Tickets unsolved at as-of by class of age (AGE_DAYS), in days since their creation."""
    cube = cube_for(COUNTED, scope.filters, ())
    if scope.is_exact or cube is None or not is_present(scope):
        return _ages_of_rows(scope)
    level = total(waiting(scope))
    older = [level.us + level.customer + level.elsewhere if level else 0]
    older += [older[0] - _lasting_since(scope, cube, timedelta(days=days)) for days in AGE_DAYS[1:]]
    return [this - following for this, following in zip(older, [*older[1:], 0], strict=True)]


def _lasting_since(scope: Scope, cube: Cube, age: timedelta) -> int:
    """How many tickets that last are younger than `age`. Index: ticket_span.open_created."""
    start = scope.as_of - age
    at_start = replace(scope, as_of=start)
    day, over = _day_of(at_start)
    since = day + timedelta(days=1), FOREVER.date()
    whole = sums_between(scope, backlog_tally, cube, ["open_created"], (), since)[()][0]
    created = ticket_span.c.created_at
    part = select(func.count()).where(
        LASTS, created > start, created < over, conditions(ticket_span, scope.filters)
    )
    return whole + int(scope.connection.execute(part).scalar_one())


def _ages_of_rows(scope: Scope) -> list[int]:
    age = seconds(scope.as_of) - type_coerce(ticket_span.c.created_at, BigInteger)
    ends = [*AGE_DAYS[1:], 10**6]
    counts = [
        count_where(and_(age >= start * 86400, age < end * 86400))
        for start, end in zip(AGE_DAYS, ends, strict=True)
    ]
    query = select(*counts).where(standing(scope), conditions(ticket_span, scope.filters))
    return [int(count or 0) for count in scope.connection.execute(query).one()]


def _oldest_lasting(scope: Scope, by: Sequence[str], rows: Rows) -> Tallies[OldestTally] | None:
    """The first by creation of those that last. Index: ticket_span.open_created."""
    if by or not is_present(scope):
        return None
    created = type_coerce(ticket_span.c.created_at, BigInteger)
    query = select(created).where(LASTS, conditions(ticket_span, scope.filters))
    first = scope.connection.execute(query.order_by(created).limit(1)).scalar_one_or_none()
    level = total(waiting(scope)) or BacklogTally()
    age = None if first is None else (seconds(scope.as_of) - first) / 60
    return {(): OldestTally(age, level.us + level.customer + level.elsewhere)}


@served(_oldest_lasting)
def oldest_waiting(scope: Scope, by: Sequence[str] = ()) -> dict[Group, OldestTally]:
    """Age of the oldest ticket that is unsolved at as-of."""
    oldest = func.min(type_coerce(ticket_span.c.created_at, BigInteger))
    at = seconds(scope.as_of)

    def tally(created: int | None, count: int) -> OldestTally:
        return OldestTally(None if created is None else (at - created) / 60, count)

    return grouped(scope, ticket_span, (oldest, func.count()), standing(scope), by, tally)


def breached(scope: Scope, by: Sequence[str] = ()) -> dict[Group, CountTally]:
    """Tickets unsolved at as-of whose resolution target is broken by then. Index: sla_due_at."""
    return _late(None, scope, by)


def due_within(delay: timedelta, scope: Scope, by: Sequence[str] = ()) -> dict[Group, CountTally]:
    """Tickets unsolved at as-of whose resolution target breaks within `delay` unless solved."""
    return _late(delay, scope, by)


def _late(delay: timedelta | None, scope: Scope, by: Sequence[str]) -> dict[Group, CountTally]:
    """Tickets that are due in the time from as-of to `delay` after it; None: that were due before as-of."""

    def when(due: ColumnElement[datetime]) -> ColumnElement[bool]:
        if delay is None:
            return due < scope.as_of
        return and_(due >= scope.as_of, due <= scope.as_of + delay)

    mine = and_(ticket_span.c.source == ticket.c.source, ticket_span.c.ticket_id == ticket.c.id)
    if scope.is_exact or not is_present(scope):
        where = and_(ticket.c.is_counted.is_(True), when(ticket.c.sla_due_at), mine, standing(scope))
        return grouped(scope, ticket, (func.count(),), where, by, CountTally)
    lasting = and_(LASTS, when(ticket_span.c.sla_due_at))  # index: ticket_span.open_due
    if not by and scope.filters.given().keys() <= {"account"}:  # a span knows the account of its ticket
        return grouped(scope, ticket_span, (func.count(),), lasting, by, CountTally)
    return grouped(scope, ticket, (func.count(),), and_(mine, lasting), by, CountTally)


def backlog_by_day(scope: Scope, first: date) -> dict[date, tuple[int, int]]:
    """(spans begun, spans ended) a day from `first` to as-of: the backlog's steps from day to day."""
    cube = cube_for(COUNTED, scope.filters, ())
    if scope.is_exact or cube is None:
        return _steps_of_rows(scope, first)
    last, over = _day_of(scope)
    names = [f"{who}_{what}" for what in ("begun", "ended") for who in WHO]
    found = sums_between(scope, backlog_tally, cube, names, ("day",), (first, last))
    steps = {day: (sum(counts[:3]), sum(counts[3:])) for (day,), counts in found.items()}
    if is_present(scope):
        return steps
    after = [
        select(func.count()).where(
            moment > scope.as_of, moment < over, conditions(ticket_span, scope.filters)
        )
        for moment in (ticket_span.c.started_at, ticket_span.c.ended_at)
    ]
    begun, ended = (int(scope.connection.execute(query).scalar_one()) for query in after)
    today = steps.get(last, (0, 0))
    return steps | {last: (today[0] - begun, today[1] - ended)}


def _steps_of_rows(scope: Scope, first: date) -> dict[date, tuple[int, int]]:
    """(spans begun, spans ended) a day from `first` to as-of: the backlog's steps from day to day."""
    steps: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for index, name in enumerate(("started", "ended")):
        day, moment = ticket_span.c[f"{name}_on"], ticket_span.c[f"{name}_at"]
        query = (
            select(day, func.count())
            .where(
                moment >= scope.window.start,
                moment <= scope.as_of,
                day >= first,
                conditions(ticket_span, scope.filters),
            )
            .group_by(day)
        )
        for on, count in scope.connection.execute(query):
            steps[on][index] = count
    return {on: (begun, ended) for on, (begun, ended) in steps.items()}
