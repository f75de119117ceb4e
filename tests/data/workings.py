"""Random lives with calendars around changes of the clock, and what a count by hand finds in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from data.hours import Calendar
from data.lifecycle import Applied, Life, Rules, live
from data.moment import epoch
from data.records import Clock, EventKind, Measure, SlaTarget, State, Ticket, TicketEvent
from data.rows import row_of
from data.strip import Working
from data.working import work
from tests.data.test_hours_counted import intervals, zones_and_days
from tests.data.test_hours_dated import dated_calendars

PROMISED = [*Measure]
KINDS = [EventKind.CHANGE, EventKind.CHANGE, EventKind.AGENT_REPLY, EventKind.CUSTOMER_REPLY]
LIVE = [*State][:6]
Given = tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]], Rules]


def rows_of(
    ticket: Ticket, *happened: TicketEvent | SlaTarget, rules: Rules, origin: str = "source"
) -> Given:
    """A ticket, its events and its targets as they are stored."""
    row = _plain(ticket) | {"source": "desk"}
    row["given_solved_at"], row["given_sla_is_met"] = row.pop("solved_at"), row.pop("sla_is_met")
    events = [_plain(item) for item in happened if isinstance(item, TicketEvent)]
    events.sort(key=lambda event: (event["happened_at"], event["sequence"], event["id"]))
    more = {"origin": origin, "priority": None, "calendar": None}
    targets = [_plain(item) | more for item in happened if isinstance(item, SlaTarget)]
    return row, events, targets, rules


def worked(given: Given, now: datetime, **more: Any) -> Working:
    return work(*given, time_zone=more.pop("time_zone", "Europe/London"), now=now, **more)


def lived(given: Given) -> Life:
    """What is stored of the same life."""
    row, events, targets, rules = given
    targets = sorted(targets, key=lambda item: (item["applied_at"], item["cycle"]))
    names = ("measure", "origin", "applied_at", "target_minutes", "clock", "due_at")
    return live(row, events, [Applied(*(item[name] for name in names)) for item in targets], rules)


@st.composite
def lives(draw: Any) -> tuple[Given, datetime]:
    """A life of some days around a change of the clock, and a present after its last event."""
    calendar, day = draw(_plain_calendars() | dated_calendars())
    created = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
        minutes=draw(st.integers(-3 * 1440, 1440))
    )
    moments = sorted(draw(st.lists(st.integers(0, 4 * 1440), max_size=7)))
    events = [
        TicketEvent(
            id=str(number), ticket_id="1", happened_at=created + timedelta(minutes=minutes), sequence=number,
            kind=kind, state=draw(st.sampled_from(LIVE)) if kind is EventKind.CHANGE else None,
        )
        for number, minutes in enumerate(moments)
        for kind in [draw(st.sampled_from(KINDS))]
    ]  # fmt: skip
    states = [event.state for event in events if event.state is not None]
    own = states[-1] if states and draw(st.booleans()) else draw(st.sampled_from([*State]))
    ticket = Ticket(
        id="1", state=own, created_at=created, revision=1,
        updated_at=draw(st.none() | st.integers(0, 4 * 1440).map(lambda m: created + timedelta(minutes=m))),
        solved_at=draw(st.none() | st.integers(0, 4 * 1440).map(lambda m: created + timedelta(minutes=m))),
        has_own_solved_at=draw(st.booleans()), sla_is_met=draw(st.none() | st.booleans()),
    )  # fmt: skip
    targets = draw(st.lists(_targets(created), max_size=3, unique_by=lambda item: (item.measure, item.cycle)))
    rules = Rules(calendar, frozenset(draw(st.sets(st.sampled_from(LIVE[:4]), max_size=2))))
    given = rows_of(
        ticket, *events, *targets, rules=rules, origin=draw(st.sampled_from(["source", "settings"]))
    )
    return given, created + timedelta(minutes=draw(st.integers(4 * 1440, 6 * 1440)))


@st.composite
def _plain_calendars(draw: Any) -> tuple[Calendar, date]:
    zone, day = draw(zones_and_days)
    near = st.integers(-4, 5).map(lambda days: day + timedelta(days=days))
    return Calendar.weekly("Random", zone, draw(intervals), draw(st.frozensets(near, max_size=3))), day


@st.composite
def _targets(draw: Any, created: datetime) -> SlaTarget:
    minutes = draw(st.none() | st.integers(-1, 3000).map(float))
    due = draw(st.none() | st.integers(0, 5000).map(lambda m: created + timedelta(minutes=m)))
    return SlaTarget(
        ticket_id="1", measure=draw(st.sampled_from(PROMISED)),
        applied_at=created + timedelta(minutes=draw(st.integers(0, 2000))), cycle=draw(st.integers(1, 3)),
        target_minutes=minutes, clock=draw(st.sampled_from([*Clock])), due_at=due,
    )  # fmt: skip


def _plain(record: Any) -> dict[str, Any]:
    return {
        name: epoch(value) if isinstance(value, datetime) else value for name, value in row_of(record).items()
    }
