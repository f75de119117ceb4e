"""The SQL that takes tallies (data/tally.py) from the rows, and from what is stored by day.

A tally function returns one tally per group: a dictionary from the values of the split (a tuple, empty
without a split) to the tally. One that is `served` reads stored tallies where they know all that is asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache, partial
from operator import sub
from typing import Any

from sqlalchemy import and_, exists, func, or_, select

from data.counting import count_where, grouped, within
from data.facts import Scope, conditions, dimension
from data.schema import answer_tally, response, survey, ticket, ticket_tally
from data.stored import flow, served
from data.stored_minutes import timed
from data.tally import CountTally, Group, MinutesTally, NpsTally, ShareTally


def _nps_counts(scope: Scope, by: Sequence[str], rows: Any, *, is_transactional: bool | None = None) -> Any:
    """NPS answers from stored tallies; those of the relationship are all but the transactional ones."""
    own = ("promoters", "passives", "detractors", "without_score")
    apart = tuple(f"transactional_{name}" for name in own)

    def make(*counts: int) -> NpsTally:
        whole, part = counts[:4], counts[4:]
        if is_transactional is None:
            return NpsTally(*whole)
        return NpsTally(*part) if is_transactional else NpsTally(*map(sub, whole, part))

    more = {} if is_transactional is None else {"is_transactional": is_transactional}
    way = flow(answer_tally, (*own, *apart), "responded_at", make)
    found = way(scope, by, rows, **more)
    return found and {group: tally for group, tally in found.items() if not group or tally != NpsTally()}


@served(_nps_counts)
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


def tickets_at(moment: str, scope: Scope, by: Sequence[str] = ()) -> dict[Group, CountTally]:
    """Tickets whose `moment` (created_at, solved_at) lies in the window. Index: that column."""
    where = and_(ticket.c.is_counted.is_(True), within(ticket.c[moment], scope))
    day = moment.replace("_at", "_on")
    return grouped(scope, ticket, (func.count(),), where, by, CountTally, day=day)


created_tickets = served(flow(ticket_tally, ("created",), "created_at", CountTally))(
    partial(tickets_at, "created_at")
)
solved_tickets = served(flow(ticket_tally, ("solved",), "solved_at", CountTally))(
    partial(tickets_at, "solved_at")
)


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
    rows = partial(minutes_of, column, dated_by)
    way = timed(column, dated_by)
    return rows if way is None else served(way)(rows)


def sla_outcomes(dated_by: str, scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """Of the tickets dated in the window whose resolution target has ended, how many kept it."""
    met = ticket.c.sla_is_met
    counts = (count_where(met.is_(True)), count_where(met.is_not(None)), count_where(met.is_(None)))
    where = and_(ticket.c.is_counted.is_(True), within(ticket.c[dated_by], scope))
    day = {"sla_ended_at": "sla_ended_on", "created_at": "created_on"}[dated_by]
    return grouped(scope, ticket, counts, where, by, ShareTally, day=day)


def _left_out(hits: int, total: int, of: int) -> ShareTally:
    return ShareTally(hits, total, of - total)


ended_outcomes = served(
    flow(ticket_tally, ("sla_kept", "sla_judged", "sla_ended"), "sla_ended_at", _left_out)
)(partial(sla_outcomes, "sla_ended_at"))
created_outcomes = served(
    flow(ticket_tally, ("created_kept", "created_judged", "created"), "created_at", _left_out)
)(partial(sla_outcomes, "created_at"))
