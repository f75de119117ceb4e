"""The SQL that takes tallies from the outcomes of promises (data/outcomes.py), dated by when a cycle ended.

A tally function returns one tally per group, as in data/tallies.py. Groups are those of the ticket.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache, partial

from sqlalchemy import and_, exists, func, select
from sqlalchemy.sql.elements import ColumnElement

from data.counting import count_where, grouped, within
from data.facts import Scope, conditions, dimension
from data.records import Measure
from data.schema import sla_outcome, ticket
from data.tally import CountTally, Group, MinutesTally, ShareTally

LEFT_OUT_BY = {
    Measure.FIRST_REPLY: "first_reply_at",
    Measure.REQUESTER_WAIT: "solved_at",
    Measure.AGENT_WORK: "solved_at",
}
"""When a ticket belongs to a window without a promise of the measure: then it has no outcome of its own."""


def cycle_minutes(
    measure: Measure, column: str, scope: Scope, by: Sequence[str] = ()
) -> dict[Group, MinutesTally]:
    """Minutes (`column`) of the cycles that ended in the window. Index: sla_outcome (measure, ended_at)."""
    groups = [dimension(ticket, name).label(f"g{i}") for i, name in enumerate(by)]
    query = select(*groups, sla_outcome.c[column]).where(
        _ended(measure, scope), conditions(ticket, scope.filters)
    )
    values: dict[Group, Counter[float]] = defaultdict(Counter)
    for *group, minutes in scope.connection.execute(query):
        values[tuple(group)][minutes] += 1
    return {group: MinutesTally(found) for group, found in values.items()}


@cache
def minutes_in(measure: Measure, column: str) -> Callable[..., dict[Group, MinutesTally]]:
    """`cycle_minutes` for one column; always the same object, by which metrics that share it are known."""
    return partial(cycle_minutes, measure, column)


def kept(measure: Measure, scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """Of the promises whose cycle ended in the window, those kept. Index: sla_outcome (measure, ended_at).

    left_out: next replies, or for the other measures tickets, that nothing was promised for.
    """
    met = sla_outcome.c.is_met
    counts = (count_where(met.is_(True)), count_where(met.is_not(None)), count_where(met.is_(None)))
    found = grouped(scope, ticket, counts, _ended(measure, scope), by, ShareTally)
    if measure in LEFT_OUT_BY:
        for group, without in _unpromised(measure, scope, by).items():
            found[group] = found.get(group, ShareTally()) + ShareTally(left_out=without.count)
    return found


def _unpromised(measure: Measure, scope: Scope, by: Sequence[str]) -> dict[Group, CountTally]:
    """Tickets of the window without an outcome of the measure. Index: first_reply_at, solved_at."""
    judged = exists().where(_mine(measure))
    moment = ticket.c[LEFT_OUT_BY[measure]]
    where = and_(ticket.c.is_counted.is_(True), within(moment, scope), ~judged)
    return grouped(scope, ticket, (func.count(),), where, by, CountTally)


def _ended(measure: Measure, scope: Scope) -> ColumnElement[bool]:
    return and_(_mine(measure), within(sla_outcome.c.ended_at, scope))


def _mine(measure: Measure) -> ColumnElement[bool]:
    """The cycles of a measure, and their ticket."""
    return and_(
        sla_outcome.c.measure == measure.value,
        sla_outcome.c.source == ticket.c.source,
        sla_outcome.c.ticket_id == ticket.c.id,
    )
