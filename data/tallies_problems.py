"""The SQL that finds tickets on the same problem, as their source links them: repeats, and time to fix."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, and_, case, exists, or_, select, type_coerce

from data.counting import count_where, grouped, seconds, within
from data.facts import Scope, conditions, dimension
from data.schema import ticket
from data.tally import Group, MinutesTally, ShareTally


def repeats(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """Of the tickets created in the window that are about a known problem, those that came after its first.

    left_out: about no problem that the source names. Indexes: created_at; (problem_id, source, created_at)
    for the one before.
    """
    before = ticket.alias()
    earlier = or_(
        before.c.created_at < ticket.c.created_at,
        and_(before.c.created_at == ticket.c.created_at, before.c.id < ticket.c.id),
    )
    is_repeat = exists().where(
        before.c.problem_id == ticket.c.problem_id,
        before.c.source == ticket.c.source,
        before.c.created_at <= ticket.c.created_at,  # said again, for the index
        before.c.is_counted.is_(True),
        earlier,
    )
    known = ticket.c.problem_id.is_not(None)
    counts = (count_where(and_(known, is_repeat)), count_where(known), count_where(~known))
    where = and_(ticket.c.is_counted.is_(True), within(ticket.c.created_at, scope))
    return grouped(scope, ticket, counts, where, by, ShareTally, day="created_on")


def times_to_fix(scope: Scope, by: Sequence[str] = ()) -> dict[Group, MinutesTally]:
    """Minutes from a problem's first report to the last solve of any of its tickets, of the problems whose
    tickets are all solved and whose last solve lies in the window; split by what the first ticket is.

    Indexes: solved_at for the candidates, (problem_id, source, created_at) for all their tickets.
    """
    touched = (
        select(ticket.c.source, ticket.c.problem_id)
        .where(
            ticket.c.problem_id.is_not(None),
            ticket.c.is_counted.is_(True),
            within(ticket.c.solved_at, scope),
        )
        .distinct()
        .subquery()
    )
    groups = [dimension(ticket, name).label(f"g{i}") for i, name in enumerate(by)]
    moments = [type_coerce(ticket.c[name], BigInteger) for name in ("created_at", "solved_at")]
    is_wanted = case((conditions(ticket, scope.filters), 1), else_=0)
    query = (
        select(ticket.c.source, ticket.c.problem_id, *moments, ticket.c.id, is_wanted, *groups)
        .join_from(
            touched,
            ticket,
            and_(ticket.c.problem_id == touched.c.problem_id, ticket.c.source == touched.c.source),
        )
        .where(ticket.c.is_counted.is_(True))
    )
    tickets: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for source, problem, *row in scope.connection.execute(query):
        tickets[source, problem].append(row)
    end = seconds(scope.window.end)
    minutes: dict[Group, Counter[float]] = defaultdict(Counter)
    for mine in tickets.values():
        created, _, _, wanted, *group = min(mine, key=lambda row: (row[0], row[2]))
        solves = [row[1] for row in mine]
        if wanted and None not in solves and max(solves) < end:
            minutes[tuple(group)][(max(solves) - created) / 60] += 1
    return {group: MinutesTally(found) for group, found in minutes.items()}
