"""What is counted for one ticket and one measure: which target, which states, which clock, from when to when.

The choices of data/lifecycle.py, made again by its own functions, so that they can be shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.hours import Calendar
from data.lifecycle import Span, has_dates, live, timeline
from data.outcomes import cycles_of, judged, states_of
from data.records import GONE, UNSOLVED, Measure, State
from data.sla import RESOLUTION_MEASURES, counted_states
from data.sla_clock import Applied, Rules, end_of, in_force, limit_of, run

Row = Mapping[str, Any]

_EVERY = frozenset(State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is counted, on which clock, from when to when (epoch seconds), and when that breaks."""

    ticket: Row
    history: Sequence[Span]
    measures: Sequence[Measure]
    target: Applied | None
    states: frozenset[State]
    clock: Calendar
    limit: int | None
    start: int
    end: int
    ended: int | None
    solved: int | None
    due: int | None
    is_dated: bool


def case_of(
    ticket: Row,
    events: Sequence[Row],
    targets: Sequence[Applied],
    rules: Rules,
    now: int,
    measure: Measure | None,
) -> Case:
    """The case of one ticket; `now` ends what still runs. measure None: what stands for its resolution."""
    history = timeline(ticket, events)
    columns = live(ticket, events, targets, rules).columns
    start, solved = ticket["created_at"], columns["solved_at"]
    is_dated = has_dates(ticket, events)
    done = end_of(history, solved) if is_dated else start
    ended = columns["first_reply_at"] if measure is Measure.FIRST_REPLY else done
    is_gone = history[-1].state in GONE
    end = next((at for at in (ended, history[-1].started_at if is_gone else done) if at is not None), now)
    measures = RESOLUTION_MEASURES if measure is None else (measure,)
    target = in_force(targets, ended, measures)
    states = _states(target, measure, rules)
    is_around_the_clock = target is not None and (target.target_minutes is None or target.clock == "calendar")
    clock = Calendar.always() if is_around_the_clock else rules.hours(target)
    limit = limit_of(target) if target else None
    until = ended if ended is not None else end if done is not None or is_gone else None
    if limit is not None:
        _, due = run(history, states, clock, limit=limit, until=until)
    else:
        due = target.due_at if target else None
    has_outcome = measure is Measure.FIRST_REPLY or (is_dated and not is_gone)
    return Case(
        ticket=ticket, history=history, measures=measures, target=target, states=states, clock=clock,
        limit=limit, start=start, end=max(start, end), ended=ended if has_outcome else None,
        solved=solved, due=due if has_outcome else None, is_dated=is_dated,
    )  # fmt: skip


def case_of_cycle(
    ticket: Row,
    events: Sequence[Row],
    targets: Sequence[Applied],
    rules: Rules,
    now: int,
    measure: Measure | None,
    number: int | None,
) -> Case:
    """The case of one cycle; None: the last one. ValueError where the ticket has no such cycle."""
    history = timeline(ticket, events)
    columns = live(ticket, events, targets, rules).columns
    is_dated, solved = has_dates(ticket, events), columns["solved_at"]
    wanted = Measure.RESOLUTION if measure is None else measure
    found = cycles_of(ticket, events, history, solved, is_dated=is_dated).get(wanted, [])
    number = len(found) if number is None else number
    if not 1 <= number <= len(found):
        name = wanted.value.replace("_", " ")
        raise ValueError(f"The ticket has {len(found)} cycles of its {name}, and none of number {number}.")
    cycle = found[number - 1]
    until = cycle.ended if cycle.ended is not None else cycle.stopped
    target = in_force(targets, until, (wanted,), is_strict=number < len(found))
    is_gone = history[-1].state in GONE
    end = history[-1].started_at if until is None and is_gone else now if until is None else until
    judged_by = judged(cycle, number, history, targets, rules, is_last=number == len(found))
    is_deadline = target is not None and target.target_minutes is None
    return Case(
        ticket=ticket, history=history, measures=(wanted,), target=target,
        states=_EVERY if is_deadline else states_of(wanted, target, rules),
        clock=Calendar.always() if is_deadline else rules.clock(target) if target else rules.business,
        limit=limit_of(target) if target else None, start=cycle.started, end=max(cycle.started, end),
        ended=None if is_gone else cycle.ended, solved=solved, due=None if is_gone else judged_by.due_at,
        is_dated=is_dated,
    )  # fmt: skip


def _states(target: Applied | None, measure: Measure | None, rules: Rules) -> frozenset[State]:
    """The states in which this clock runs. A deadline and a first reply are waited for in any."""
    if measure is Measure.FIRST_REPLY:
        return _EVERY
    if target is None:
        return UNSOLVED if measure is None else counted_states(measure, origin="source", pauses=())
    if target.target_minutes is None:
        return _EVERY
    return counted_states(target.measure, origin=target.origin, pauses=rules.pauses)


def gap_of(case: Case, elapsed: int) -> float | None:
    """Minutes past the target (seconds elapsed), below zero early; None while it runs or without target."""
    if case.ended is None or case.target is None:
        return None
    if case.limit is not None:
        return (elapsed - case.limit) / 60
    return None if case.due is None else (case.ended - case.due) / 60
