"""Request Tracker's transactions as ticket events and SLA targets.

"Resolved" keeps its date when a ticket is opened again, so only the changes of status tell when it was
solved. What a ticket was like when it was created is told by what its first changes took away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from connectors.helpdesks.request_tracker_terms import Terms
from connectors.helpdesks.request_tracker_values import identifier, needed_moment
from data.records import Clock, EventKind, Measure, SlaTarget, State, TicketEvent

OWNER_MOVES = frozenset({"Set", "Take", "Untake", "Give", "Steal", "Force"})
SYSTEM = "RT_System"


class Desk(Protocol):
    """What parsing asks of the connector: its settings, and what takes a look at the server."""

    terms: Terms

    def state(self, status: str, queue_id: str) -> State:
        """What a status means in a queue."""
        ...

    def is_staff(self, user_id: str) -> bool:
        """Whether the user with that number is a privileged one."""
        ...

    def owner(self, user_id: str) -> str:
        """The number of an owner, or `NOBODY`."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """One transaction of a ticket. old, new: as Request Tracker writes them, "" for nothing."""

    id: int
    ticket_id: str
    happened_at: datetime
    kind: str
    field: str
    old: str
    new: str
    creator_id: str
    creator_name: str

    @property
    def about(self) -> str:
        """What it changed: Status, Owner, Queue, Priority or SLA; "" for anything else."""
        if self.kind == "Status" or (self.kind == "Set" and self.field in {"Queue", "Priority", "SLA"}):
            return self.field
        return "Owner" if self.field == "Owner" and self.kind in OWNER_MOVES else ""


def parse_change(item: Any, desk: object) -> Change:
    creator = item["Creator"]
    return Change(
        id=int(identifier(item["id"])),
        ticket_id=identifier(item["ObjectId"]),
        happened_at=needed_moment(item, "Created"),
        kind=item["Type"],
        field=item.get("Field") or "",
        old=str(item.get("OldValue") or ""),
        new=str(item.get("NewValue") or ""),
        creator_id=identifier(creator["id"]),
        creator_name=creator.get("Name") or "",
    )


def at_creation(history: Iterable[Change], now: Mapping[str, str]) -> dict[str, str]:
    """What `now` (by Status, Owner, …) was at creation: what the first change took away, or what still is."""
    changes = list(history)
    return {
        about: next((change.old for change in changes if change.about == about), value)
        for about, value in now.items()
    }


def events_of(
    ticket_id: str,
    created_at: datetime,
    first: Mapping[str, str],
    history: Sequence[Change],
    *,
    asking: Collection[str],
    desk: Desk,
) -> list[TicketEvent]:
    """How the ticket was when it was created, and all that happened since.

    first: Status, Owner, Queue and Priority at creation. asking: numbers of the requestors; what they
    write is never an agent's reply.
    """
    queue = first["Queue"]
    created = next((change for change in history if change.kind == "Create"), None)
    events = [
        TicketEvent(
            id=str(created.id) if created else "created",
            ticket_id=ticket_id,
            happened_at=created_at,
            sequence=created.id if created else 0,
            kind=EventKind.CHANGE,
            actor_id=created.creator_id if created else None,
            state=desk.state(first["Status"], queue),
            priority=desk.terms.priority(first["Priority"]),
            team_id=queue,
            assignee_id=desk.owner(first["Owner"]),
        )
    ]
    for change in history:
        queue = change.new if change.about == "Queue" else queue
        event = _event(change, queue, asking, desk)
        if event is not None:
            events.append(event)
    return events


def targets_of(
    ticket_id: str,
    created_at: datetime,
    levels: tuple[str, str],
    due: datetime | None,
    history: Sequence[Change],
    *,
    terms: Terms,
) -> list[SlaTarget]:
    """What the level at creation promises, and each later one from when it was set.

    levels: at creation and now, "" for none. due: the ticket's own date, which counts for the
    resolution where the settings do not know the level now.
    """
    first, now = levels
    targets = {(t.measure, t.applied_at): t for t in _promises(ticket_id, created_at, first, terms)}
    latest = created_at
    for change in history:
        if change.about == "SLA":
            latest = change.happened_at
            for target in _promises(ticket_id, latest, change.new, terms):
                targets[target.measure, target.applied_at] = target
    if now not in terms.levels and due is not None:
        targets[Measure.RESOLUTION, latest] = SlaTarget(
            ticket_id=ticket_id,
            measure=Measure.RESOLUTION,
            applied_at=latest,
            due_at=due,
            policy=now or None,
        )
    return [t for t in targets.values() if t.applied_at > created_at or t.target_minutes or t.due_at]


def _promises(ticket_id: str, at: datetime, name: str, terms: Terms) -> list[SlaTarget]:
    """Both measures of a level; without minutes where it promises nothing, which ends an earlier promise."""
    level = terms.levels.get(name)
    return [
        SlaTarget(
            ticket_id=ticket_id,
            measure=measure,
            applied_at=at,
            target_minutes=level.minutes.get(measure) if level else None,
            clock=level.clock if level else Clock.CALENDAR,
            policy=name or None,
        )
        for measure in (Measure.FIRST_REPLY, Measure.RESOLUTION)
    ]


def _event(change: Change, queue: str, asking: Collection[str], desk: Desk) -> TicketEvent | None:
    told: dict[str, Any] = {}
    kind = EventKind.CHANGE
    if change.kind == "Correspond":
        if change.creator_name == SYSTEM:
            return None
        is_agent = change.creator_id not in asking and desk.is_staff(change.creator_id)
        kind = EventKind.AGENT_REPLY if is_agent else EventKind.CUSTOMER_REPLY
    elif change.about == "Status":
        told["state"] = desk.state(change.new, queue)
    elif change.about == "Owner":
        told["assignee_id"] = desk.owner(change.new)
    elif change.about == "Queue":
        told["team_id"] = change.new
    elif change.about == "Priority":
        told["priority"] = desk.terms.priority(change.new)
    else:
        return None
    return TicketEvent(
        id=str(change.id),
        ticket_id=change.ticket_id,
        happened_at=change.happened_at,
        sequence=change.id,
        kind=kind,
        actor_id=change.creator_id,
        **told,
    )
