"""The SQL that takes what became of the tickets created in a window, the unsolved among them included."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from sqlalchemy import BigInteger, and_, select, type_coerce

from data.counting import seconds, within
from data.facts import Scope, conditions, dimension
from data.records import DONE
from data.schema import ticket
from data.tally import Group
from data.tally_work import CohortTally


def cohort(scope: Scope, by: Sequence[str] = ()) -> dict[Group, CohortTally]:
    """Tickets created in the window and up to as-of, by how long they took or have waited until as-of.

    One that is solved later than as-of was unsolved then. Index: created_at.
    """
    groups = [dimension(ticket, name).label(f"g{i}") for i, name in enumerate(by)]
    moments = [type_coerce(ticket.c[name], BigInteger) for name in ("created_at", "solved_at")]
    query = select(*groups, *moments, ticket.c.state).where(
        and_(ticket.c.is_counted.is_(True), within(ticket.c.created_at, scope)),
        ticket.c.created_at <= scope.as_of,
        conditions(ticket, scope.filters),
    )
    at, done = seconds(scope.as_of), {state.value for state in DONE}
    ended: dict[Group, Counter[float]] = defaultdict(Counter)
    waits: dict[Group, Counter[float]] = defaultdict(Counter)
    unknown: Counter[Group] = Counter()
    for *values, created, solved, state in scope.connection.execute(query):
        group = tuple(values)
        if (solved is None and state in done) or (solved is not None and solved < created):
            unknown[group] += 1
        elif solved is None or solved > at:
            waits[group][(at - created) / 60] += 1
        else:
            ended[group][(solved - created) / 60] += 1
    return {
        group: CohortTally(ended[group], waits[group], unknown[group])
        for group in ended.keys() | waits.keys() | unknown.keys()
    }
