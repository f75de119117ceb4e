"""Turns one row of a table into records, by the kind of record that the settings say it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from connectors.errors import RecordError
from connectors.files_cells import Cells
from data.records import (
    DONE,
    NOBODY,
    Account,
    Agent,
    Contact,
    EventKind,
    Measure,
    Mention,
    Priority,
    Record,
    Response,
    SlaTarget,
    State,
    Survey,
    Team,
    Ticket,
    TicketEvent,
)

SEQUENCE_BITS = 31


def records_of(cells: Cells) -> list[Record]:
    """What a row says: none where a required field is missing. Raises RecordError."""
    if any(cells.text(name) is None for name in cells.table.required):
        return []
    return list(MAKERS[cells.table.record](cells))


def _tickets(cells: Cells) -> Iterator[Record]:
    yield from _ticket(cells)
    yield from _people(cells)


def _ticket_events(cells: Cells) -> Iterator[Record]:
    """The event of the row, and the ticket as it stood then, where the row describes a whole ticket."""
    if cells.table.has("created_at"):
        yield from _ticket(cells)
    yield from _people(cells)
    yield _event(cells)


def _ticket(cells: Cells) -> Iterator[Record]:
    created_at = cells.need_moment("created_at")
    updated_at = cells.moment("updated_at")
    state = _state(cells, updated_at)
    if state is None:
        raise RecordError("state: the cell is empty, and a ticket needs it")
    yield Ticket(
        id=cells.need("id"),
        state=state,
        created_at=created_at,
        revision=_revision(cells, updated_at),
        updated_at=updated_at,
        subject=cells.text("subject"),
        priority=cells.one_of("priority", Priority),
        channel=cells.text("channel"),
        category=cells.text("category"),
        team_id=cells.text("team"),
        assignee_id=cells.text("assignee"),
        requester_id=cells.text("requester"),
        account_id=cells.text("account"),
        solved_at=cells.moment("solved_at"),
        has_own_solved_at=cells.table.has("solved_at"),
        sla_is_met=cells.flag("sla_is_met"),
        url=cells.text("url"),
        problem_id=cells.text("problem"),
    )
    due_at, minutes = cells.moment("sla_due_at"), cells.number("sla_target_minutes")
    if due_at is not None or minutes is not None:
        yield SlaTarget(
            ticket_id=cells.need("id"),
            measure=Measure.RESOLUTION,
            applied_at=created_at,
            target_minutes=minutes,
            due_at=due_at,
        )


def _event(cells: Cells) -> TicketEvent:
    happened_at = cells.need_moment("updated_at")
    # A row that describes the whole ticket and names nobody says that nobody has it.
    nobody = NOBODY if cells.table.has("created_at") else None
    return TicketEvent(
        id=_event_id(cells, happened_at),
        ticket_id=cells.need("id"),
        happened_at=happened_at,
        kind=cells.one_of("kind", EventKind) or EventKind.CHANGE,
        sequence=cells.whole("sequence") or 0,
        actor_id=cells.text("actor"),
        state=_state(cells, happened_at),
        priority=cells.one_of("priority", Priority),
        team_id=cells.text("team") or (nobody if cells.table.has("team") else None),
        assignee_id=cells.text("assignee") or (nobody if cells.table.has("assignee") else None),
    )


def _state(cells: Cells, at: datetime | None) -> State | None:
    """The row's state. Before the tool's own `closed_at` nothing is done yet: it waits for confirmation."""
    state = cells.one_of("state", State)
    closed_at = cells.moment("closed_at")
    if state in DONE and closed_at is not None and at is not None and at < closed_at:
        return State.PENDING
    return state


def _revision(cells: Cells, updated_at: datetime | None) -> int:
    """Orders two copies of a ticket by (updated_at, sequence); without `updated_at` the later read wins."""
    if updated_at is None:
        return 0
    sequence = cells.whole("sequence")
    low = updated_at.microsecond if sequence is None else sequence
    high: int = int(updated_at.timestamp()) << SEQUENCE_BITS
    return high + max(0, min(low, (1 << SEQUENCE_BITS) - 1))


def _event_id(cells: Cells, happened_at: datetime) -> str:
    """Natural, so that one row in two files is one event: its number and time, else its time and content."""
    sequence = cells.text("sequence")
    if sequence is not None:
        return f"{sequence}@{_stamp(happened_at)}"
    told = [cells.raw(name) for name in ("kind", "actor", "state", "priority", "team", "assignee")]
    digest = hashlib.sha256("\x1e".join(told).encode()).hexdigest()[:12]
    return f"{_stamp(happened_at)}#{digest}"


@lru_cache(maxsize=65536)
def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f").removesuffix(".000000") + "Z"


def _people(cells: Cells) -> Iterator[Record]:
    """Those whom a ticket names, so that screens and the split by audience know them."""
    if team := cells.text("team"):
        yield Team(id=team, name=team)
    if assignee := cells.text("assignee"):
        yield Agent(id=assignee, name=assignee)
    actor = cells.text("actor")
    if actor and cells.text("kind") != EventKind.CUSTOMER_REPLY:
        yield Agent(id=actor, name=actor)
    if requester := cells.text("requester"):
        yield Contact(
            id=requester,
            name=cells.text("requester_name"),
            email=cells.text("requester_email"),
            role=cells.text("requester_role"),
            title=cells.text("requester_title"),
            account_id=cells.text("account"),
        )
    if account := cells.text("account"):
        yield Account(id=account, name=account)


def _responses(cells: Cells) -> Iterator[Record]:
    survey = cells.table.survey
    survey_id, score = cells.need("survey"), cells.number("score")
    if score is not None and not survey.scale_min <= score <= survey.scale_max:
        raise RecordError(f"score: outside the scale from {survey.scale_min} to {survey.scale_max}")
    yield Survey(
        id=survey_id,
        name=survey.name or survey_id,
        kind=survey.kind,
        scale_min=survey.scale_min,
        scale_max=survey.scale_max,
        is_transactional=survey.is_transactional,
        sent_count=survey.sent_count,
    )
    yield Response(
        id=cells.need("id"),
        survey_id=survey_id,
        responded_at=cells.need_moment("responded_at"),
        score=score,
        updated_at=cells.moment("updated_at"),
        contact_id=cells.text("contact"),
        email=cells.text("email"),
        role=cells.text("role"),
        title=cells.text("title"),
        account_id=cells.text("account"),
        ticket_id=cells.text("ticket"),
        comment=cells.text("comment"),
        is_closed=cells.flag("is_closed"),
        is_deleted=cells.flag("is_deleted") or False,
    )
    if account := cells.text("account"):
        yield Account(id=account, name=account)


def _accounts(cells: Cells) -> Iterator[Record]:
    yield Account(
        id=cells.need("id"),
        name=cells.need("name"),
        employee_count=cells.whole("employee_count"),
        yearly_value=cells.number("yearly_value"),
        renewal_on=cells.day("renewal_on"),
        updated_at=cells.moment("updated_at"),
        is_deleted=cells.flag("is_deleted") or False,
    )


def _contacts(cells: Cells) -> Iterator[Record]:
    yield Contact(
        id=cells.need("id"),
        name=cells.text("name"),
        email=cells.text("email"),
        title=cells.text("title"),
        role=cells.text("role"),
        account_id=cells.text("account"),
        updated_at=cells.moment("updated_at"),
        is_deleted=cells.flag("is_deleted") or False,
    )


def _mentions(cells: Cells) -> Iterator[Record]:
    sentiment = cells.number("sentiment")
    if sentiment is not None and not -1 <= sentiment <= 1:
        raise RecordError("sentiment: outside the scale from -1 to 1")
    yield Mention(
        id=cells.need("id"),
        posted_at=cells.need_moment("posted_at"),
        url=cells.text("url"),
        title=cells.text("title"),
        views=cells.whole("views"),
        replies=cells.whole("replies"),
        sentiment=sentiment,
        updated_at=cells.moment("updated_at"),
    )


MAKERS = {
    "tickets": _tickets,
    "ticket_events": _ticket_events,
    "responses": _responses,
    "accounts": _accounts,
    "contacts": _contacts,
    "mentions": _mentions,
}
