"""What became of each promise of one ticket: replies, waits, work and resolutions, cycle by cycle. Pure.

A cycle begins where the clock of a measure starts anew: for next replies with the first thing a customer
writes after an answer, for resolutions with each reopening. All others have one cycle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

from data.effort import Stretch
from data.hours import Calendar
from data.records import DONE, EventKind, Measure, State
from data.sla import COUNTED, counted_states
from data.sla_clock import Applied, Rules, end_of, in_force, limit_of, run

Row = Mapping[str, Any]

ALWAYS = Calendar.always()
EVERY = frozenset(State)
"""Somebody who waits for a reply waits in every state."""

REPLIES = (Measure.FIRST_REPLY, Measure.NEXT_REPLY)
ALWAYS_KEPT = (Measure.NEXT_REPLY, Measure.RESOLUTION)
"""Cycles that are kept also where nothing was promised: no column of the ticket tells them."""


class Cycle(NamedTuple):
    """When a clock starts and ends. ended None: it never did; then `stopped` says when it stood still, or
    None that it may still run."""

    measure: Measure
    started: int
    ended: int | None
    stopped: int | None = None


class Held(Stretch, Protocol):
    """A stretch that knows the ticket's priority."""

    @property
    def priority(self) -> str | None: ...


class Outcome(NamedTuple):
    """One cycle against what was promised for it.

    origin, clock, policy, priority, target_minutes, due_at: of the promise; all None without one, but for
    the clock, which then is business. elapsed_minutes: on that clock; of a clock that runs, as of the
    ticket's last change. calendar_minutes, business_minutes: on either, None until ended. gap_minutes,
    is_met: None until ended or without a promise. due_at: when it breaks or broke; None while paused, or
    kept.
    """

    measure: str
    cycle: int
    origin: str | None
    clock: str
    policy: str | None
    priority: str | None
    target_minutes: float | None
    started_at: int
    ended_at: int | None
    elapsed_minutes: float
    calendar_minutes: float | None
    business_minutes: float | None
    gap_minutes: float | None
    is_met: bool | None
    due_at: int | None


def outcomes(
    ticket: Row,
    events: Sequence[Row],
    history: Sequence[Held],
    solved: int | None,
    targets: Sequence[Applied],
    rules: Rules,
    *,
    is_dated: bool,
) -> tuple[Outcome, ...]:
    """All cycles in which something was promised, and each next reply and resolution besides.

    history: the whole life (lifecycle.timeline); solved: its last solve; is_dated: whether it is known when.
    """
    found, promised = [], {target.measure for target in targets}
    for measure, group in cycles_of(ticket, events, history, solved, is_dated=is_dated).items():
        if measure not in ALWAYS_KEPT and measure not in promised:
            continue
        for number, cycle in enumerate(group, 1):
            item = judged(cycle, number, history, targets, rules, is_last=number == len(group))
            if item.origin is not None or measure in ALWAYS_KEPT:
                found.append(item)
    return tuple(found)


def cycles_of(
    ticket: Row, events: Sequence[Row], history: Sequence[Stretch], solved: int | None, *, is_dated: bool
) -> dict[Measure, list[Cycle]]:
    """The cycles of each measure, oldest first; of replies alone where nothing says when it was solved."""
    done = end_of(history, solved)
    found = {
        Measure.FIRST_REPLY: [first_reply(ticket, events, done)],
        Measure.NEXT_REPLY: list(next_replies(ticket, events, history, done)),
    }
    if is_dated:
        found |= {m: [Cycle(m, ticket["created_at"], done)] for m in COUNTED}
        found[Measure.RESOLUTION] = list(resolutions(history, done))
    return found


def first_reply(ticket: Row, events: Sequence[Row], done: int | None) -> Cycle:
    """From creation to the first answer; a solve ends the waiting, and answers nobody."""
    created = ticket["created_at"]
    answers = (e["happened_at"] for e in events if is_answer(e, ticket) and e["happened_at"] >= created)
    answered = next(answers, None)
    return Cycle(Measure.FIRST_REPLY, created, answered, done if answered is None else None)


def next_replies(
    ticket: Row, events: Sequence[Row], history: Sequence[Stretch], done: int | None
) -> Iterator[Cycle]:
    """One cycle for each block of what a customer writes, from its first message until the next answer.

    What is written before the first reply waits for that. A solve answers nobody; but what is written after
    one begins a new cycle, and then the one before never ends.
    """
    solves = [b.started_at for a, b in pairwise(history) if a.state not in DONE and b.state in DONE]
    is_answered, asked = False, None
    for event in events:
        at = event["happened_at"]
        if is_answer(event, ticket):
            if asked is not None:
                yield Cycle(Measure.NEXT_REPLY, asked, at)
            is_answered, asked = is_answered or at >= ticket["created_at"], None
        elif is_answered and is_question(event, ticket):
            solved = [] if asked is None else [s for s in solves if asked <= s <= at]
            if asked is not None and solved:
                yield Cycle(Measure.NEXT_REPLY, asked, None, solved[-1])
            if asked is None or solved:
                asked = at
    if asked is not None:
        yield Cycle(Measure.NEXT_REPLY, asked, None, None if done is None else max(asked, done))


def is_answer(event: Row, ticket: Row) -> bool:
    """Whether it is a public reply by staff. An agent who asks does not answer by writing again."""
    asker = ticket.get("requester_id")
    return event["kind"] == EventKind.AGENT_REPLY and (asker is None or event.get("actor_id") != asker)


def is_question(event: Row, ticket: Row) -> bool:
    """Whether it is something public that is no answer."""
    return event["kind"] in (EventKind.CUSTOMER_REPLY, EventKind.AGENT_REPLY) and not is_answer(event, ticket)


def resolutions(history: Sequence[Stretch], done: int | None) -> Iterator[Cycle]:
    """From creation to the first solve, from each reopening to the next. done: when the last one ended."""
    started, found = history[0].started_at, list[Cycle]()
    is_open = True
    for span in history:
        if is_open and span.state in DONE:
            found.append(Cycle(Measure.RESOLUTION, started, span.started_at))
            is_open = False
        elif not is_open and span.state not in DONE:
            started, is_open = span.started_at, True
    if is_open:
        found.append(Cycle(Measure.RESOLUTION, started, None))
    elif done is not None and done >= started:  # the source may be the authority on its last solve
        found[-1] = found[-1]._replace(ended=done)
    yield from found


def judged(
    cycle: Cycle,
    number: int,
    history: Sequence[Held],
    targets: Sequence[Applied],
    rules: Rules,
    *,
    is_last: bool,
) -> Outcome:
    """One cycle on the clock of its promise; without one in business hours.

    is_last: whether a promise that came after its end may have been meant for it.
    """
    until = cycle.ended if cycle.ended is not None else cycle.stopped
    target = in_force(targets, until, (cycle.measure,), is_strict=not is_last)
    states, hours = states_of(cycle.measure, target, rules), rules.hours(target)
    elapsed, gap, due = _against(target, cycle, until, history, states, rules)
    calendar, business = (
        None if cycle.ended is None
        else run(history, states, clock, limit=None, until=until, since=cycle.started)[0] / 60
        for clock in (ALWAYS, hours)
    )  # fmt: skip
    return Outcome(
        measure=cycle.measure.value, cycle=number, started_at=cycle.started, ended_at=cycle.ended,
        origin=target.origin if target else None, clock=target.clock if target else "business",
        policy=target.policy if target else None, priority=_priority(target, history),
        target_minutes=target.target_minutes if target else None, elapsed_minutes=elapsed / 60,
        calendar_minutes=calendar, business_minutes=business, due_at=due,
        gap_minutes=None if gap is None else gap / 60, is_met=None if gap is None else gap <= 0,
    )  # fmt: skip


def _against(
    target: Applied | None,
    cycle: Cycle,
    until: int | None,
    history: Sequence[Held],
    states: frozenset[State],
    rules: Rules,
) -> tuple[int, int | None, int | None]:
    """(seconds counted, seconds past the promise, when it breaks or broke)."""
    if target is None:
        counted = run(history, states, rules.business, limit=None, until=until, since=cycle.started)[0]
        return counted, None, None
    limit = limit_of(target)
    if limit is None:  # a deadline and no minutes: by the calendar, without pauses
        counted = run(history, EVERY, ALWAYS, limit=None, until=until, since=cycle.started)[0]
        is_over = cycle.ended is not None and target.due_at is not None
        return counted, (cycle.ended or 0) - (target.due_at or 0) if is_over else None, target.due_at
    clock = rules.clock(target)
    counted, due = run(history, states, clock, limit=limit, until=until, since=cycle.started)
    return counted, None if cycle.ended is None else counted - limit, due


def states_of(measure: Measure, target: Applied | None, rules: Rules) -> frozenset[State]:
    """The states in which this clock runs."""
    if measure in REPLIES:
        return EVERY
    return counted_states(measure, origin=target.origin if target else "source", pauses=rules.pauses)


def _priority(target: Applied | None, history: Sequence[Held]) -> str | None:
    """The priority for which it was promised; of a helpdesk's promise, the ticket's at that moment."""
    if target is None or target.priority is not None:
        return target.priority if target else None
    held = [span.priority for span in history if span.started_at <= target.applied_at]
    return held[-1] if held else history[0].priority
