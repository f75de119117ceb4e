"""What Zendesk's objects mean: tickets, people, organisations and groups as records.

Zendesk calls every customer an "end-user", as opposed to staff. That word never becomes Barometer's role:
`Contact.role` comes from the field or tag that the settings name, or stays empty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol

from connectors.errors import RecordError
from connectors.helpdesks.zendesk_values import (
    identifier,
    moment_or_none,
    optional_id,
    revision_of,
    text,
)
from connectors.paging import dig
from data.records import Account, Agent, Contact, EventKind, Priority, State, Team, Ticket, TicketEvent

STATES = {
    "new": State.NEW,
    "open": State.OPEN,
    "pending": State.PENDING,
    "hold": State.ON_HOLD,
    "solved": State.SOLVED,
    "closed": State.CLOSED,
    "deleted": State.DELETED,
}
PRIORITIES = {item.value: item for item in Priority}
LAST = 2**62
"""Comes after all of Zendesk's own events of the same second."""
PROBLEM = "problem"
"""The type of a ticket to which others are linked as incidents; it is itself the first of them."""
MERGED_TAG = "closed_by_merge"
STAFF_ROLES = frozenset({"agent", "admin"})


class Facts(Protocol):
    """What has to be known of the account besides the object at hand (see zendesk_account.py)."""

    def is_staff(self, user_id: str) -> bool: ...

    def category_of(self, custom_status_id: Any) -> str | None: ...

    def calendar_id(self) -> str | None: ...

    def deleted_at(self, ticket_id: str) -> datetime | None: ...

    def holidays(self, schedule_id: str) -> list[Any]: ...


class Desk(Protocol):
    """What parsing asks of the connector."""

    config: dict[str, Any]

    @property
    def account(self) -> Facts: ...

    @property
    def address(self) -> str: ...


def parse_ticket(item: Mapping[str, Any], desk: Desk) -> list[Ticket | TicketEvent]:
    """A row of the ticket export, which also holds deleted tickets (mostly scrubbed) and merged ones.

    A deletion is an event as well, since the row's own times move again when it is scrubbed for good.
    """
    ticket_id = identifier(item["id"])
    revision = revision_of(item["generated_timestamp"])
    state = state_of(item["status"], item.get("custom_status_id"), desk)
    updated_at = moment_or_none(item.get("updated_at"))
    created_at = moment_or_none(item.get("created_at"))
    if MERGED_TAG in (item.get("tags") or ()) and state is not State.DELETED:
        state = State.MERGED
    if state is State.DELETED:
        updated_at = updated_at or desk.account.deleted_at(ticket_id) or datetime.fromtimestamp(revision, UTC)
        created_at = created_at or updated_at
    if created_at is None:
        raise RecordError("the field 'created_at' is missing")
    metrics = item.get("metric_set") or {}
    ticket = Ticket(
        id=ticket_id,
        state=state,
        created_at=created_at,
        revision=revision,
        updated_at=updated_at,
        subject=text(item.get("subject")),
        priority=PRIORITIES.get(item.get("priority") or ""),
        channel=text((item.get("via") or {}).get("channel")),
        category=text(item.get("type")),
        team_id=optional_id(item.get("group_id")),
        assignee_id=optional_id(item.get("assignee_id")),
        requester_id=optional_id(item.get("requester_id")),
        account_id=optional_id(item.get("organization_id")),
        solved_at=moment_or_none(metrics.get("solved_at")),
        calendar_id=desk.account.calendar_id(),
        url=f"{desk.address}/agent/tickets/{ticket_id}",
        problem_id=ticket_id if item.get("type") == PROBLEM else optional_id(item.get("problem_id")),
    )
    if state is not State.DELETED or updated_at is None:
        return [ticket]
    return [ticket, _deletion(ticket_id, updated_at)]


def _deletion(ticket_id: str, happened_at: datetime) -> TicketEvent:
    return TicketEvent(
        id="deleted",
        ticket_id=ticket_id,
        happened_at=happened_at,
        kind=EventKind.CHANGE,
        sequence=LAST,
        state=State.DELETED,
    )


def state_of(status: Any, custom_status_id: Any, desk: Desk) -> State:
    """A status in our words. One that is neither known nor in a category counts as open: never dropped."""
    known = STATES.get(status)
    if known is None and custom_status_id is not None:
        known = STATES.get(desk.account.category_of(custom_status_id) or "")
    return known or State.OPEN


def parse_user(item: Mapping[str, Any], desk: Desk) -> Contact | Agent:
    if item["role"] in STAFF_ROLES:
        return parse_agent(item, desk)
    return Contact(
        id=identifier(item["id"]),
        name=text(item.get("name")),
        email=text(item.get("email")),
        title=_attribute(item, desk.config["title_field"]),
        role=_attribute(item, desk.config["role_field"]),
        account_id=optional_id(item.get("organization_id")),
        updated_at=moment_or_none(item.get("updated_at")),
        is_deleted=item.get("active") is False,
    )


def parse_agent(item: Mapping[str, Any], desk: Desk) -> Agent:
    is_away = item.get("active") is False or item.get("suspended") is True
    return Agent(
        id=identifier(item["id"]),
        name=text(item.get("name")) or "",
        is_active=item["role"] in STAFF_ROLES and not is_away,
    )


def parse_organization(item: Mapping[str, Any], desk: Desk) -> Account:
    fields = item.get("organization_fields") or {}
    config = desk.config
    employees = _number(fields.get(config["employees_field"]))
    return Account(
        id=identifier(item["id"]),
        name=text(item.get("name")) or "",
        employee_count=None if employees is None else round(employees),
        yearly_value=_number(fields.get(config["value_field"])),
        renewal_on=_day(fields.get(config["renewal_field"])),
        updated_at=moment_or_none(item.get("updated_at")),
        is_deleted=bool(item.get("deleted_at")),
    )


def parse_group(item: Mapping[str, Any], desk: Desk) -> Team:
    return Team(
        id=identifier(item["id"]), name=text(item.get("name")) or "", is_active=not item.get("deleted")
    )


def _attribute(user: Mapping[str, Any], name: str) -> str | None:
    """A user's field by its key, or `tag:NAME`, which is NAME where the user has that tag."""
    if name.startswith("tag:"):
        tag = name.removeprefix("tag:")
        return tag if tag in (user.get("tags") or ()) else None
    value = dig(user.get("user_fields"), name) if name else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value in (None, "") else str(value)


def _number(value: Any) -> float | None:
    """What a field of the customer's own making holds; None where that is no number."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except (TypeError, ValueError):
        return None
