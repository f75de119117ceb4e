"""Request Tracker's JSON in Barometer's records: a ticket with its people and its whole history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.errors import RecordError
from connectors.helpdesks.request_tracker_history import (
    SYSTEM,
    Change,
    Desk,
    at_creation,
    events_of,
    targets_of,
)
from connectors.helpdesks.request_tracker_values import custom_field, identifier, moment, needed_moment
from data.records import DONE, Account, Agent, Contact, Record, State, Team, Ticket

UNOWNED = "Nobody"


def parse_ticket(item: tuple[Any, Sequence[Change]], desk: Desk) -> list[Record]:
    """All records that a ticket leads to. `item`: as a search gives it, and its history by number."""
    ticket, history = item
    if ticket.get("Type", "ticket") != "ticket":
        return []
    requestors = [person for person in ticket.get("Requestor") or [] if person.get("type") == "user"]
    role = custom_field(ticket, desk.terms.ticket_role_field)
    made = _ticket(ticket, requestors, desk)
    now = {
        "Status": str(ticket["Status"]),
        "Owner": identifier(ticket["Owner"]["id"]),
        "Queue": identifier(ticket["Queue"]["id"]),
        "Priority": str(ticket.get("Priority") or ""),
        "SLA": str(ticket.get("SLA") or ""),
    }
    first = at_creation(history, now)
    asking = {identifier(person["id"]) for person in requestors}
    levels = (first["SLA"], now["SLA"])
    return [
        parse_queue(ticket["Queue"], desk),
        *([parse_agent(ticket["Owner"])] if made.assignee_id else []),
        *(record for person in requestors for record in parse_contact(person, desk, role)),
        made,
        *events_of(made.id, made.created_at, first, history, asking=asking, desk=desk),
        *targets_of(made.id, made.created_at, levels, moment(ticket, "Due"), history, terms=desk.terms),
    ]


def parse_queue(item: Any, desk: object) -> Team:
    return Team(
        id=identifier(item["id"]),
        name=str(item["Name"]),
        is_active=str(item.get("Disabled") or "0") == "0",
    )


def parse_person(item: tuple[Any, bool], desk: Desk) -> list[Record]:
    """A user of the whole list: an agent, or a customer. `item`: the user, and whether a privileged one.

    Where roles come from tickets, customers are left to them: this list would wipe their roles out.
    """
    person, is_staff = item
    if person["Name"] in {SYSTEM, UNOWNED}:
        return []
    if is_staff:
        return [parse_agent(person)]
    return [] if desk.terms.ticket_role_field else parse_contact(person, desk)


def parse_agent(person: Any) -> Agent:
    number = identifier(person["id"])
    return Agent(id=number, name=str(person.get("RealName") or person.get("Name") or number))


def parse_contact(person: Any, desk: Desk, ticket_role: str | None = None) -> list[Record]:
    """A user as a customer: the account that the organisation is, and the contact."""
    organisation = str(person.get("Organization") or "").strip()
    contact = Contact(
        id=identifier(person["id"]),
        name=person.get("RealName") or person.get("Name") or None,
        email=person.get("EmailAddress") or None,
        role=custom_field(person, desk.terms.role_field) or ticket_role,
        account_id=organisation or None,
    )
    return [Account(id=organisation, name=organisation), contact] if organisation else [contact]


def parse_gone(item: tuple[str, Any, Sequence[Change]], desk: Desk) -> list[Record]:
    """A ticket that no search shows any more, from what the server still says of it.

    `item`: the number that was asked for, the object that came, and the history under that number. A
    merged ticket's number brings the ticket that it was merged into.
    """
    asked, ticket, history = item
    if ticket.get("Type", "ticket") != "ticket":
        return []
    if identifier(ticket["id"]) != asked:
        return [_merged(asked, identifier(ticket["id"]), history, desk)]
    if str(ticket["Status"]).casefold() == State.DELETED:
        return [_deleted(asked, ticket, history, desk)]
    return []


def _ticket(ticket: Any, requestors: Sequence[Any], desk: Desk) -> Ticket:
    number, queue = identifier(ticket["id"]), identifier(ticket["Queue"]["id"])
    state = desk.state(str(ticket["Status"]), queue)
    changed, created = moment(ticket, "LastUpdated"), needed_moment(ticket, "Created")
    level = desk.terms.levels.get(str(ticket.get("SLA") or ""))
    first = requestors[0] if requestors else {}
    is_owned = ticket["Owner"].get("Name") != UNOWNED
    return Ticket(
        id=number,
        state=state,
        created_at=created,
        revision=int((changed or created).timestamp()),
        updated_at=changed,
        subject=ticket.get("Subject") or None,
        priority=desk.terms.priority(ticket.get("Priority")),
        team_id=queue,
        assignee_id=identifier(ticket["Owner"]["id"]) if is_owned else None,
        requester_id=identifier(first["id"]) if first else None,
        account_id=str(first.get("Organization") or "").strip() or None,
        solved_at=moment(ticket, "Resolved") if state in DONE else None,
        calendar_id=level.calendar if level else None,
        url=desk.terms.ticket_url(number),
    )


def _deleted(asked: str, ticket: Any, history: Sequence[Change], desk: Desk) -> Ticket:
    # A single object names people by login; their numbers stand in the history, where they acted.
    numbers = {change.creator_name: change.creator_id for change in history}
    asking = [str(person.get("id")) for person in ticket.get("Requestor") or []]
    went = needed_moment(ticket, "LastUpdated")
    return Ticket(
        id=asked,
        state=State.DELETED,
        created_at=needed_moment(ticket, "Created"),
        revision=int(went.timestamp()),
        updated_at=went,
        subject=ticket.get("Subject") or None,
        priority=desk.terms.priority(ticket.get("Priority")),
        team_id=identifier(ticket["Queue"]["id"]),
        requester_id=next((numbers[name] for name in asking if name in numbers), None),
        url=desk.terms.ticket_url(asked),
    )


def _merged(asked: str, target: str, history: Sequence[Change], desk: Desk) -> Ticket:
    """Only its transactions are left of it: when it came, from whom, and when it went."""
    created = next((change for change in history if change.kind == "Create"), None)
    if created is None:
        raise RecordError("a merged ticket without the transaction that created it")
    merges = [change for change in history if change.field == "MergedInto"]
    went = (merges or history)[-1].happened_at
    return Ticket(
        id=asked,
        state=State.MERGED,
        created_at=created.happened_at,
        revision=int(went.timestamp()),
        updated_at=went,
        requester_id=None if desk.is_staff(created.creator_id) else created.creator_id,
        merged_into=target,
        url=desk.terms.ticket_url(asked),
    )
