"""The SQL that sets the targets of tickets called trivial beside those of tickets called urgent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from data.counting import within
from data.facts import Scope, conditions, dimension
from data.records import Priority
from data.schema import ticket
from data.tally import Group, ShareTally
from data.tally_work import ParityTally, TargetsTally

LOW = frozenset({Priority.LOW.value, Priority.NORMAL.value})


def targets_by_standing(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ParityTally]:
    """Resolution targets that ended in the window, of low and normal and of high and urgent tickets.

    Index: sla_ended_at.
    """
    groups = [dimension(ticket, name).label(f"g{i}") for i, name in enumerate(by)]
    target = ticket.c.sla_target_minutes
    query = select(*groups, ticket.c.priority, ticket.c.sla_is_met, ticket.c.sla_elapsed_minutes, target)
    query = query.where(
        ticket.c.is_counted.is_(True),
        ticket.c.sla_is_met.is_not(None),
        within(ticket.c.sla_ended_at, scope),
        conditions(ticket, scope.filters),
    )
    kept: dict[tuple[Group, bool], list[bool]] = defaultdict(list)
    used: dict[tuple[Group, bool], Counter[float]] = defaultdict(Counter)
    without: Counter[Group] = Counter()
    for *values, priority, is_met, elapsed, minutes in scope.connection.execute(query):
        group = tuple(values)
        if priority is None:
            without[group] += 1
            continue
        standing = group, priority in LOW
        kept[standing].append(is_met)
        if elapsed is not None and minutes:
            used[standing][elapsed / minutes] += 1

    def found(group: Group, is_low: bool) -> TargetsTally:
        all_kept = kept[group, is_low]
        return TargetsTally(ShareTally(sum(all_kept), len(all_kept)), used[group, is_low])

    return {
        group: ParityTally(found(group, True), found(group, False), without[group])
        for group in {group for group, _ in kept} | without.keys()
    }
