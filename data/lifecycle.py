"""One ticket's life, derived from its facts: when it was answered and solved, where it stood, what it kept.

Pure: the same ticket, events and targets give the same result in whatever order they were learnt. All
moments in here are whole epoch seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from data.effort import is_after_hours, stations, worked
from data.outcomes import Outcome, is_answer, outcomes
from data.records import DONE, GONE, UNSOLVED, EventKind, State
from data.sla import counted_states
from data.sla_clock import Applied as Applied
from data.sla_clock import Rules as Rules
from data.sla_clock import end_of, in_force, limit_of, run

Row = Mapping[str, Any]

DERIVED = (
    "is_counted",
    "first_reply_at",
    "first_solved_at",
    "solved_at",
    "reply_count",
    "reopen_count",
    "assignee_count",
    "team_count",
    "is_after_hours",
    "first_reply_calendar_minutes",
    "first_reply_business_minutes",
    "first_resolution_calendar_minutes",
    "first_resolution_business_minutes",
    "full_resolution_calendar_minutes",
    "full_resolution_business_minutes",
    "requester_wait_calendar_minutes",
    "requester_wait_business_minutes",
    "agent_work_calendar_minutes",
    "agent_work_business_minutes",
    "sla_measure",
    "sla_origin",
    "sla_clock",
    "sla_target_minutes",
    "sla_elapsed_minutes",
    "sla_gap_minutes",
    "sla_is_met",
    "sla_ended_at",
    "sla_due_at",
)


class Span(NamedTuple):
    """A stretch in which a ticket stood still. ended_at None: it lasts. team_id, assignee_id None: nobody."""

    started_at: int
    ended_at: int | None
    state: State
    priority: str | None
    team_id: str | None
    assignee_id: str | None


@dataclass(frozen=True, slots=True)
class Life:
    """What became of a ticket: columns by name (DERIVED), its spans in the backlog, oldest first, and its
    promises cycle by cycle."""

    columns: dict[str, Any]
    spans: tuple[Span, ...]
    outcomes: tuple[Outcome, ...] = ()


def live(ticket: Row, events: Sequence[Row], targets: Sequence[Applied], rules: Rules) -> Life:
    """The life of a ticket. `events` ordered by moment and sequence, `targets` by moment and cycle."""
    history = timeline(ticket, events)
    created = ticket["created_at"]
    columns: dict[str, Any] = dict.fromkeys(DERIVED)
    columns["is_counted"] = ticket["state"] not in GONE
    replies = [e["happened_at"] for e in events if is_answer(e, ticket)]
    first_reply = next((at for at in replies if at >= created), None)
    columns["first_reply_at"] = first_reply
    columns["reply_count"] = len(replies)
    is_dated = has_dates(ticket, events)
    first_solved, solved, reopened = _solves(ticket, history) if is_dated else (None, None, 0)
    columns["first_solved_at"], columns["solved_at"], columns["reopen_count"] = first_solved, solved, reopened
    for name, end in (
        ("first_reply", first_reply),
        ("first_resolution", first_solved),
        ("full_resolution", solved),
    ):
        if end is not None and end >= created:
            columns[f"{name}_calendar_minutes"] = (end - created) / 60
            columns[f"{name}_business_minutes"] = rules.business.seconds_between(created, end) / 60
    columns["assignee_count"] = stations(span.assignee_id for span in history)
    columns["team_count"] = stations(span.team_id for span in history)
    columns["is_after_hours"] = is_after_hours(created, rules.business)
    if solved is not None and any(e["state"] is not None for e in events):
        columns.update(worked(history, solved, rules.business))
    if columns["is_counted"] and is_dated:
        columns.update(_sla(ticket, history, solved, targets, rules))
    kept: tuple[Outcome, ...] = ()
    if columns["is_counted"]:
        kept = outcomes(ticket, events, history, solved, targets, rules, is_dated=is_dated)
    return Life(columns, tuple(span for span in history if span.state in UNSOLVED), kept)


def timeline(ticket: Row, events: Sequence[Row]) -> list[Span]:
    """The whole life as spans without gaps, from creation to now; the last one lasts.

    Where the events do not lead to what the source names now (they are not all known, or the source
    keeps none), the rest is taken to have changed when the ticket was last changed.
    """
    changes = [e for e in events if e["kind"] == EventKind.CHANGE]
    moved = [e for e in changes if e["state"] is not None]
    at = ticket["created_at"]
    own = State(ticket["state"])
    state = State.NEW if moved or own not in UNSOLVED else own
    named = {name for e in changes for name in ("priority", "team_id", "assignee_id") if e[name] is not None}
    holds = {name: None if name in named else ticket[name] for name in ("priority", "team_id", "assignee_id")}
    spans: list[Span] = []
    for event in changes:
        moment = max(event["happened_at"], at)
        if moment > at:
            _add(spans, Span(at, moment, state, **holds))
            at = moment
        if event["state"] is not None:
            state = State(event["state"])
        for name in holds:
            if event[name] is not None:
                holds[name] = event[name] or None
    ended = _own_end(ticket, own, has_events=bool(moved), last=at)
    now_holds = {name: ticket[name] or None for name in holds} if ended is not None else holds
    if ended is not None and (own != state or now_holds != holds):
        if ended > at:
            _add(spans, Span(at, ended, state, **holds))
        at, state, holds = ended, own, now_holds
    _add(spans, Span(at, None, state, **holds))
    return spans


def _own_end(ticket: Row, own: State, *, has_events: bool, last: int) -> int | None:
    """When the ticket came to what the source names for it; None: the events know better."""
    changed = ticket["updated_at"]
    solved = ticket["given_solved_at"] if own in DONE else None
    if solved is not None and not has_events:
        return max(int(solved), last)
    if solved is not None and ticket["has_own_solved_at"] and solved >= last:
        return int(solved)
    if changed is None:
        return last if not has_events or own in GONE else None
    if own in GONE or changed >= last:
        return max(int(changed), last)
    return None


def has_dates(ticket: Row, events: Sequence[Row]) -> bool:
    """Whether anything says when the ticket came to its state; without, how long it took is not known."""
    if State(ticket["state"]) not in DONE or ticket["updated_at"] is not None:
        return True
    return ticket["given_solved_at"] is not None or any(e["state"] is not None for e in events)


def _add(spans: list[Span], span: Span) -> None:
    if spans and spans[-1][2:] == span[2:]:
        spans[-1] = spans[-1]._replace(ended_at=span.ended_at)
    else:
        spans.append(span)


def _solves(ticket: Row, history: Sequence[Span]) -> tuple[int | None, int | None, int]:
    """(first solve, last solve if it stands, reopenings)."""
    solves = [b.started_at for a, b in pairwise(history) if _solved_by(a, b)]
    if history[0].state in DONE:
        solves.insert(0, history[0].started_at)
    reopened = sum(a.state in DONE and b.state in UNSOLVED for a, b in pairwise(history))
    stands = history[-1].state in DONE
    if ticket["has_own_solved_at"]:
        given = ticket["given_solved_at"] if stands else None
        return given, given, reopened
    return (solves[0] if solves else None), (solves[-1] if solves and stands else None), reopened


def _solved_by(before: Span, after: Span) -> bool:
    return before.state not in DONE and after.state in DONE


def _sla(
    ticket: Row, history: Sequence[Span], solved: int | None, targets: Sequence[Applied], rules: Rules
) -> dict[str, Any]:
    """The outcome of the promise that stands for resolution (data/sla.py says which)."""
    ended = end_of(history, solved)
    target = in_force(targets, ended)
    if target is None:
        met = ticket["given_sla_is_met"]
        if met is None or ended is None:
            return {}
        return {"sla_is_met": met, "sla_ended_at": ended, "sla_origin": "source"}
    found: dict[str, Any] = {
        "sla_measure": target.measure,
        "sla_origin": target.origin,
        "sla_clock": target.clock,
        "sla_target_minutes": target.target_minutes,
    }
    if target.target_minutes is None:
        return found | _by_deadline(ticket["created_at"], ended, target.due_at)
    states = counted_states(target.measure, origin=target.origin, pauses=rules.pauses)
    limit = limit_of(target) or 0
    elapsed, due = run(history, states, rules.clock(target), limit=limit, until=ended)
    if ended is None:
        return found | {"sla_elapsed_minutes": elapsed / 60, "sla_due_at": due}
    return found | {
        "sla_elapsed_minutes": elapsed / 60,
        "sla_gap_minutes": (elapsed - limit) / 60,
        "sla_is_met": elapsed <= limit,
        "sla_ended_at": ended,
        "sla_due_at": due,
    }


def _by_deadline(created: int, ended: int | None, due: int | None) -> dict[str, Any]:
    """The outcome where the source gives a deadline and no minutes: on the calendar clock."""
    if due is None or ended is None:
        return {"sla_due_at": due}
    return {
        "sla_elapsed_minutes": (ended - created) / 60,
        "sla_gap_minutes": (ended - due) / 60,
        "sla_is_met": ended <= due,
        "sla_ended_at": ended,
        "sla_due_at": due,
    }
