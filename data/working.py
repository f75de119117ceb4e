"""The SLA clock of one ticket shows its working: every stretch, why it counted or not, and the sum.

Built from the same facts and the same functions as the stored outcomes (data/lifecycle.py, data/outcomes.py),
so the sums are those outcomes. Where a calendar's hours change, each stretch goes by the hours of its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection

from data import schema
from data.applying import applied, in_order, in_turn
from data.calendars import rules_of
from data.hours import Calendar
from data.moment import epoch, moment_of
from data.outcomes import REPLIES
from data.records import GONE, UNSOLVED, Clock, Measure, State
from data.rows import stored
from data.settings import FileSettings
from data.sla_clock import Rules
from data.stretches import Why, clock_changes, stretches
from data.strip import Event, Interval, Mark, Promise, What, Working
from data.working_case import Case, case_of, case_of_cycle, gap_of
from data.working_compared import Count, theirs_of

Row = Mapping[str, Any]

MOST_INTERVALS = 5000
"""What lies beyond is one interval before and one after the break, with the right sum."""

_WHAT = {
    Why.OPEN: What.COUNTED,
    Why.CLOSED: What.CLOSED,
    Why.HOLIDAY: What.HOLIDAY,
    Why.MANY: What.FOLDED,
}


def working_of(
    connection: Connection,
    settings: FileSettings,
    source: str,
    ticket_id: str,
    measure: Measure | None = None,
    *,
    now: datetime,
    cycle: int | None = None,
) -> Working | None:
    """The working of one stored ticket; None if there is no such ticket.

    measure: None for what stands for its resolution. cycle: the number of a next reply, or of a resolution
    from one reopening to the next; None: the last next reply, the resolution of the whole life. ValueError
    where the ticket has no such cycle. now: where the strip of a running clock ends.
    """
    found = list(stored(connection, schema.ticket, source, column="id", values=[ticket_id]))
    if not found:
        return None
    events = stored(connection, schema.ticket_event, source, column="ticket_id", values=[ticket_id])
    targets = stored(connection, schema.sla_target, source, column="ticket_id", values=[ticket_id])
    rules = rules_of(connection, settings, found[0])
    return work(
        found[0], sorted(events, key=in_order), list(targets), rules,
        time_zone=settings.time_zone, now=now, measure=measure, cycle=cycle,
    )  # fmt: skip


def work(
    ticket: Row,
    events: Sequence[Row],
    targets: Sequence[Row],
    rules: Rules,
    *,
    time_zone: str,
    now: datetime,
    measure: Measure | None = None,
    cycle: int | None = None,
    most: int = MOST_INTERVALS,
) -> Working:
    """The same from rows as they are stored (moments in epoch seconds), events in order. Pure."""
    targets = sorted(targets, key=in_turn)
    known = [applied(row) for row in targets]
    if measure is Measure.NEXT_REPLY or cycle is not None:
        case = case_of_cycle(ticket, events, known, rules, epoch(now) or 0, measure, cycle)
    else:
        case = case_of(ticket, events, known, rules, epoch(now) or 0, measure)
    intervals = tuple(_told(case, most))
    promises = _promises(targets, case)
    if measure is Measure.NEXT_REPLY or cycle is not None:  # those of other cycles are not about this one
        promises = [
            p for p in promises if p.is_in_force or case.start <= (epoch(p.applied_at) or 0) <= case.end
        ]
    promise = next((item for item in promises if item.is_in_force), None)
    elapsed = sum(item.counted_seconds for item in intervals)
    gap = gap_of(case, elapsed)
    is_met = None if gap is None else gap <= 0
    if case.target is None and measure is None and case.ended is not None:
        is_met = ticket["given_sla_is_met"]
    if measure in REPLIES or cycle is not None:  # what the helpdesk says of solving is not about this
        ticket = {**ticket, "given_sla_is_met": None, "given_solved_at": None}
    count = Count(
        case.start, elapsed, case.limit, case.clock, rules.business, case.due, case.ended, intervals
    )
    return Working(
        source=ticket["source"], ticket_id=ticket["id"], promise=promise,
        measure=case.target.measure if case.target else measure,
        calendar=case.clock.name, calendar_zone=case.clock.at(case.end).time_zone, time_zone=time_zone,
        start=moment_of(case.start), end=moment_of(case.end), ended_at=_maybe(case.ended),
        intervals=intervals,
        marks=tuple(_marks(case, promises, time_zone)), gap_minutes=gap, is_met=is_met,
        due_at=_maybe(case.due), notes=tuple(_notes(case)),
        theirs=theirs_of(ticket, promise, promises, count, solved=case.solved, is_met=is_met),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch in one state, on one side of the break."""

    start: int
    end: int
    state: State
    is_over: bool


def _told(case: Case, most: int) -> Iterator[Interval]:
    """At most so many intervals, and two more for the rest."""
    pieces, room = list(_pieces(case)), most
    for number, piece in enumerate(pieces):
        found = list(islice(_intervals(case, piece), room + 1))
        yield from found[:room]
        if len(found) > room:
            at = epoch(found[room].start) or 0
            yield from _folded(case, [replace(piece, start=at), *pieces[number + 1 :]])
            return
        room -= len(found)


def _pieces(case: Case) -> Iterator[_Piece]:
    cut = case.due if case.due is not None and case.due < case.end else case.end
    for span in case.history:
        start = max(span.started_at, case.start)
        end = case.end if span.ended_at is None else min(span.ended_at, case.end)
        for low, high, is_over in ((start, min(end, cut), False), (max(start, cut), end, True)):
            if low < high:
                yield _Piece(low, high, span.state, is_over)


def _intervals(case: Case, piece: _Piece) -> Iterator[Interval]:
    if piece.state not in case.states:
        what = What.PAUSED if piece.state in UNSOLVED else What.ENDED
        yield _interval(piece.start, piece.end, what, piece)
        return
    for found in stretches(case.clock, piece.start, piece.end):
        counted = 0
        if found.why in (Why.OPEN, Why.MANY):
            counted = case.clock.seconds_between(found.start, found.end)
        yield _interval(found.start, found.end, _WHAT[found.why], piece, counted, found.name)


def _interval(start: int, end: int, what: What, piece: _Piece, counted: int = 0, name: str = "") -> Interval:
    return Interval(
        start=moment_of(start), end=moment_of(end), what=what, state=piece.state, counted_seconds=counted,
        is_over=piece.is_over, name=name,
    )  # fmt: skip


def _folded(case: Case, pieces: Sequence[_Piece]) -> Iterator[Interval]:
    for is_over, group in groupby(pieces, key=lambda piece: piece.is_over):
        some = list(group)
        counted = sum(
            case.clock.seconds_between(piece.start, piece.end) for piece in some if piece.state in case.states
        )
        yield Interval(
            start=moment_of(some[0].start), end=moment_of(some[-1].end), what=What.FOLDED, state=None,
            counted_seconds=counted, is_over=is_over,
        )  # fmt: skip


def _marks(case: Case, promises: Sequence[Promise], time_zone: str) -> Iterator[Mark]:
    marks = [Mark(at=item.applied_at, event=Event.TARGET, promise=item) for item in promises]
    for low, high, piece in case.clock.pieces(case.start, case.end):
        # Without working hours nothing depends on a calendar's zone; but the reader's own clock still jumps.
        zone = time_zone if case.clock is Calendar.always() else piece.time_zone
        marks += [
            Mark(at=moment_of(at), event=Event.CLOCK_CHANGE, shift_minutes=shift / 60, zone=zone)
            for at, shift in clock_changes(zone, low, high)
        ]
        if low > case.start:
            marks.append(Mark(at=moment_of(low), event=Event.HOURS_CHANGE, zone=zone))
    if case.due is not None and case.due < case.end:
        marks.append(Mark(at=moment_of(case.due), event=Event.BROKE))
    yield from sorted(marks, key=lambda mark: mark.at)


def _promises(targets: Sequence[Row], case: Case) -> list[Promise]:
    standing = [number for number, row in enumerate(targets) if applied(row) == case.target]
    found: list[Promise] = []
    for number, row in enumerate(targets):
        if row["measure"] in case.measures:
            item = _promise(row, is_in_force=number in standing[-1:])
            if found and item.origin == "settings" and _are_alike(found[-1], item):
                # Applied anew to another team, and no other promise: one mark says it.
                found[-1] = replace(found[-1], is_in_force=found[-1].is_in_force or item.is_in_force)
            else:
                found.append(item)
    return found


def _are_alike(one: Promise, other: Promise) -> bool:
    return replace(other, applied_at=one.applied_at, is_in_force=one.is_in_force) == one


def _promise(row: Row, *, is_in_force: bool) -> Promise:
    return Promise(
        measure=Measure(row["measure"]), origin=row["origin"], applied_at=moment_of(row["applied_at"]),
        clock=Clock(row["clock"]), target_minutes=row["target_minutes"], due_at=_maybe(row["due_at"]),
        policy=row["policy"], priority=row["priority"], is_in_force=is_in_force,
    )  # fmt: skip


def _notes(case: Case) -> Iterator[str]:
    if not case.is_dated:
        yield "Nothing says when this ticket was solved, so nothing can be counted."
    if case.history[-1].state in GONE:
        yield "The ticket was deleted or merged: it has no outcome and counts in no figure of the SLA."
    if case.target is None:
        yield "Nothing was promised for this ticket; what is counted is measured against nothing."
    elif case.limit is None:
        yield "The helpdesk gives a deadline and no minutes: it is judged by the calendar, without pauses."


def _maybe(at: int | None) -> datetime | None:
    return None if at is None else moment_of(at)
