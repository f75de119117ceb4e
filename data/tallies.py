"""The SQL that takes tallies (data/tally.py) from the rows.

A tally function returns one tally per group: a dictionary from the values of the split (a tuple, empty
without a split) to the tally.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import BigInteger, and_, exists, func, or_, select, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from data.counting import count_where, grouped, seconds, standing, within
from data.facts import ROW, TEAM_MARK, Scope, conditions, dimension
from data.schema import invitation, response, survey, ticket, ticket_span
from data.sla import WAITS_FOR
from data.tally import (
    BacklogTally,
    CountTally,
    Group,
    MinutesTally,
    NpsTally,
    OldestTally,
    ShareTally,
)

AGE_DAYS = (0, 1, 3, 7)
"""Lower ends of the age classes of the backlog, in days."""


def nps_responses(
    scope: Scope, by: Sequence[str] = (), *, is_transactional: bool | None = None
) -> dict[Group, NpsTally]:
    """NPS answers of the window by class; is_transactional: of such surveys only (None: of all).

    Index: response (kind, responded_at).
    """
    score = response.c.score
    counts = (
        count_where(score.between(9, 10)),
        count_where(and_(score >= 7, score < 9)),
        count_where(and_(score >= 0, score < 7)),
        count_where(or_(score.is_(None), score < 0, score > 10)),
    )
    where = and_(
        response.c.kind == "nps",
        response.c.is_deleted.is_(False),
        within(response.c.responded_at, scope),
    )
    if is_transactional is not None:
        where = and_(
            where,
            exists().where(
                survey.c.source == response.c.source,
                survey.c.id == response.c.survey_id,
                survey.c.is_transactional.is_(is_transactional),
            ),
        )
    return grouped(scope, response, counts, where, by, NpsTally, day="responded_on")


def invitations_answered(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """Of the NPS invitations sent in the window and not bounced, how many were answered by as-of.

    Where a source knows no single invitations, its surveys' own totals count; they know no audience.
    """
    later = invitation.alias()
    same_person = and_(
        later.c.source == invitation.c.source,
        later.c.contact_id == invitation.c.contact_id,
        later.c.survey_id == invitation.c.survey_id,
    )
    asked_again = (
        exists()
        .where(
            same_person, later.c.sent_at > invitation.c.sent_at, later.c.sent_at <= response.c.responded_at
        )
        # two levels deep: by itself it would take an invitation of its own, any one
        .correlate(invitation, response)
    )
    answered = exists().where(
        response.c.source == invitation.c.source,
        response.c.contact_id == invitation.c.contact_id,
        response.c.survey_id == invitation.c.survey_id,
        response.c.responded_at >= invitation.c.sent_at,
        response.c.responded_at <= scope.as_of,
        response.c.score.is_not(None),
        response.c.is_deleted.is_(False),
        ~asked_again,  # an answer belongs to the last invitation before it
    )
    is_nps = exists().where(
        survey.c.source == invitation.c.source, survey.c.id == invitation.c.survey_id, survey.c.kind == "nps"
    )
    arrived = func.coalesce(invitation.c.is_delivered, True).is_(True)
    counts = (count_where(and_(arrived, answered)), count_where(arrived), count_where(~arrived))
    where = and_(within(invitation.c.sent_at, scope), is_nps)
    found = grouped(scope, invitation, counts, where, by, ShareTally)
    for group, totals in _survey_totals(scope, by).items():
        found[group] = found.get(group, ShareTally()) + totals
    return found


def _survey_totals(scope: Scope, by: Sequence[str]) -> dict[Group, ShareTally]:
    """All answers so far to the surveys last sent in the window, of all that were ever sent of them."""
    if scope.filters.given().keys() - {"source"}:
        return {}
    own = exists().where(invitation.c.source == survey.c.source, invitation.c.survey_id == survey.c.id)
    answers = select(func.count()).where(
        response.c.source == survey.c.source,
        response.c.survey_id == survey.c.id,
        response.c.score.is_not(None),
        response.c.is_deleted.is_(False),
        response.c.responded_at <= scope.as_of,
    )
    query = select(survey.c.source, survey.c.id, survey.c.sent_count, answers.scalar_subquery()).where(
        survey.c.kind == "nps",
        survey.c.sent_count.is_not(None),
        within(survey.c.last_sent_at, scope),
        ~own,
        conditions(survey, scope.filters),
    )
    found: dict[Group, ShareTally] = {}
    for source, survey_id, sent, answered in scope.connection.execute(query):
        known = {"source": source, ROW: f"{source}{TEAM_MARK}{survey_id}"}
        group = tuple(known.get(name) for name in by)
        # A forwarded survey may bring more answers than were counted as sent.
        found[group] = found.get(group, ShareTally()) + ShareTally(min(answered, sent), sent)
    return found


def tickets_at(moment: str, scope: Scope, by: Sequence[str] = ()) -> dict[Group, CountTally]:
    """Tickets whose `moment` (created_at, solved_at) lies in the window. Index: that column."""
    where = and_(ticket.c.is_counted.is_(True), within(ticket.c[moment], scope))
    day = moment.replace("_at", "_on")
    return grouped(scope, ticket, (func.count(),), where, by, CountTally, day=day)


created_tickets = partial(tickets_at, "created_at")
solved_tickets = partial(tickets_at, "solved_at")


def minutes_of(column: str, dated_by: str, scope: Scope, by: Sequence[str] = ()) -> dict[Group, MinutesTally]:
    """The values of a duration column over tickets whose `dated_by` lies in the window. Index: dated_by."""
    value = ticket.c[column]
    groups = [dimension(ticket, name).label(f"g{i}") for i, name in enumerate(by)]
    query = select(*groups, value).where(
        ticket.c.is_counted.is_(True),
        within(ticket.c[dated_by], scope),
        conditions(ticket, scope.filters),
    )
    # Counted here: durations hardly repeat, and to group them a database would have to sort them first.
    minutes: dict[Group, list[float | None]] = defaultdict(list)
    for row in scope.connection.execute(query):
        minutes[row[:-1]].append(row[-1])
    found = {}
    for group, known in minutes.items():
        values: Counter[Any] = Counter(known)
        without = values.pop(None, 0)
        found[group] = MinutesTally(values, without)
    return found


@cache
def minutes_in(column: str, dated_by: str) -> Callable[..., dict[Group, MinutesTally]]:
    """`minutes_of` for one column; always the same object, by which metrics that share it are known."""
    return partial(minutes_of, column, dated_by)


def sla_outcomes(dated_by: str, scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """Of the tickets dated in the window whose resolution target has ended, how many kept it."""
    met = ticket.c.sla_is_met
    counts = (count_where(met.is_(True)), count_where(met.is_not(None)), count_where(met.is_(None)))
    where = and_(ticket.c.is_counted.is_(True), within(ticket.c[dated_by], scope))
    day = {"sla_ended_at": "sla_ended_on", "created_at": "created_on"}[dated_by]
    return grouped(scope, ticket, counts, where, by, ShareTally, day=day)


def waiting(scope: Scope, by: Sequence[str] = ()) -> dict[Group, BacklogTally]:
    """Tickets unsolved at as-of by who is waited for. Index: ticket_span (ended_at, started_at)."""
    state = ticket_span.c.state
    counts = tuple(
        count_where(state.in_([s.value for s, who in WAITS_FOR.items() if who == name]))
        for name in ("us", "customer", "elsewhere")
    )
    return grouped(scope, ticket_span, counts, standing(scope), by, BacklogTally)


def waiting_by_age(scope: Scope) -> list[int]:
    """Tickets unsolved at as-of by class of age (AGE_DAYS), in days since their creation."""
    age = seconds(scope.as_of) - type_coerce(ticket_span.c.created_at, BigInteger)
    ends = [*AGE_DAYS[1:], 10**6]
    counts = [
        count_where(and_(age >= start * 86400, age < end * 86400))
        for start, end in zip(AGE_DAYS, ends, strict=True)
    ]
    query = select(*counts).where(standing(scope), conditions(ticket_span, scope.filters))
    return [int(count or 0) for count in scope.connection.execute(query).one()]


def oldest_waiting(scope: Scope, by: Sequence[str] = ()) -> dict[Group, OldestTally]:
    """Age of the oldest ticket that is unsolved at as-of."""
    oldest = func.min(type_coerce(ticket_span.c.created_at, BigInteger))
    at = seconds(scope.as_of)

    def tally(created: int | None, count: int) -> OldestTally:
        return OldestTally(None if created is None else (at - created) / 60, count)

    return grouped(scope, ticket_span, (oldest, func.count()), standing(scope), by, tally)


def breached(scope: Scope, by: Sequence[str] = ()) -> dict[Group, CountTally]:
    """Tickets unsolved at as-of whose resolution target is broken by then. Index: sla_due_at."""
    return _due(scope, by, ticket.c.sla_due_at < scope.as_of)


def due_within(delay: timedelta, scope: Scope, by: Sequence[str] = ()) -> dict[Group, CountTally]:
    """Tickets unsolved at as-of whose resolution target breaks within `delay` unless solved."""
    due = ticket.c.sla_due_at
    return _due(scope, by, and_(due >= scope.as_of, due <= scope.as_of + delay))


def backlog_by_day(scope: Scope, first: date) -> dict[date, tuple[int, int]]:
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


def _due(scope: Scope, by: Sequence[str], when: ColumnElement[bool]) -> dict[Group, CountTally]:
    stands = and_(
        ticket_span.c.source == ticket.c.source, ticket_span.c.ticket_id == ticket.c.id, standing(scope)
    )
    where = and_(ticket.c.is_counted.is_(True), when, stands)
    return grouped(scope, ticket, (func.count(),), where, by, CountTally)
