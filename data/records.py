"""The canonical shapes that connectors make and the store keeps.

A record says what a source said, in Barometer's words. It carries the source's own identifier (`id`,
as text); the store adds the name of the source, so (source, id) is the key everywhere. Moments are
aware datetimes in UTC. None means "the source does not say", never zero and never "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Where a ticket stands. The first four are the backlog."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"  # waits for the customer
    ON_HOLD = "on_hold"  # waits for a third party
    SOLVED = "solved"
    CLOSED = "closed"
    DELETED = "deleted"
    MERGED = "merged"


UNSOLVED = frozenset({State.NEW, State.OPEN, State.PENDING, State.ON_HOLD})
DONE = frozenset({State.SOLVED, State.CLOSED})
GONE = frozenset({State.DELETED, State.MERGED})


class Priority(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Audience(StrEnum):
    END_USER = "end_user"
    DECISION_MAKER = "decision_maker"
    UNKNOWN = "unknown"


class EventKind(StrEnum):
    CHANGE = "change"  # any of state, team, assignee, priority
    AGENT_REPLY = "agent_reply"  # public, by staff
    CUSTOMER_REPLY = "customer_reply"  # public, by a customer


class Measure(StrEnum):
    """What an SLA target promises. Which states count is said in data/sla.py."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    REQUESTER_WAIT = "requester_wait"
    AGENT_WORK = "agent_work"
    RESOLUTION = "resolution"


class Clock(StrEnum):
    CALENDAR = "calendar"
    BUSINESS = "business"


class SurveyKind(StrEnum):
    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    OTHER = "other"


def account_key(name: str) -> str:
    """The organisation across sources: its name in small letters, spaces folded."""
    return " ".join(name.casefold().split())


NOBODY = ""
"""The team or assignee of an event that took the ticket away from everybody (None: not touched)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An organisation that is served. `yearly_value` is in the installation's currency."""

    id: str
    name: str
    employee_count: int | None = None
    yearly_value: float | None = None
    renewal_on: date | None = None
    updated_at: datetime | None = None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person of a customer. `role` is the source's own attribute, verbatim; audience comes from it."""

    id: str
    name: str | None = None
    email: str | None = None
    title: str | None = None
    role: str | None = None
    account_id: str | None = None
    updated_at: datetime | None = None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A support person."""

    id: str
    name: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A group of agents; a queue or group in the source."""

    id: str
    name: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A customer's request as it stands at `updated_at`.

    revision: orders two copies of one ticket; the higher wins, equal copies are the later fetched.
        Use the source's own change counter or change time (whole seconds or finer), never our clock.
    solved_at: the source's own moment of the last solve. Left out of account unless `has_own_solved_at`,
        which says that the source is the authority (then None means "never solved"); otherwise the
        solves are found in the events, or, without any event, in `solved_at`.
    problem_id: what the source itself takes to be one and the same problem; the ticket that stands for the
        problem carries it as well. Never guessed.
    sla_is_met: the source's own verdict on its resolution target, where it gives no target in minutes.
    """

    id: str
    state: State
    created_at: datetime
    revision: int
    updated_at: datetime | None = None
    subject: str | None = None
    priority: Priority | None = None
    channel: str | None = None
    category: str | None = None
    team_id: str | None = None
    assignee_id: str | None = None
    requester_id: str | None = None
    account_id: str | None = None
    solved_at: datetime | None = None
    has_own_solved_at: bool = False
    sla_is_met: bool | None = None
    calendar_id: str | None = None
    url: str | None = None
    merged_into: str | None = None
    problem_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent:
    """One thing that happened to a ticket; never changed once stored.

    Of state, team, assignee and priority only what the event set is given; None means "not touched",
    `NOBODY` means "taken away". `sequence` orders events of one ticket that share their moment.
    """

    id: str
    ticket_id: str
    happened_at: datetime
    kind: EventKind
    sequence: int = 0
    actor_id: str | None = None
    state: State | None = None
    priority: Priority | None = None
    team_id: str | None = None
    assignee_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaTarget:
    """A promise as it was applied to a ticket at a moment; a later one for the same measure replaces it.

    target_minutes: on `clock`. None with `due_at` None means that the promise was taken back.
    due_at: the source's own deadline, where it gives one.
    """

    ticket_id: str
    measure: Measure
    applied_at: datetime
    target_minutes: float | None = None
    clock: Clock = Clock.CALENDAR
    due_at: datetime | None = None
    policy: str | None = None
    cycle: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCalendar:
    """Working hours: weekly intervals in minutes since Monday 00:00 local time, end exclusive."""

    id: str
    name: str
    time_zone: str
    intervals: tuple[tuple[int, int], ...]
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPolicy:
    """A policy as the helpdesk has it now: for people to read; targets come from SlaTarget."""

    id: str
    name: str
    position: int | None = None
    terms: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A survey or campaign. The counts are the source's own totals, where it knows no single invitations."""

    id: str
    name: str
    kind: SurveyKind
    scale_min: int = 0
    scale_max: int = 10
    is_transactional: bool = False
    is_active: bool = True
    launched_at: datetime | None = None
    last_sent_at: datetime | None = None
    eligible_count: int | None = None
    sent_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One request for an answer, sent to one person."""

    id: str
    survey_id: str
    sent_at: datetime
    contact_id: str | None = None
    role: str | None = None
    is_delivered: bool | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer to a survey.

    score: on the survey's own scale; None: answered without a score. role, title: as they were when the
    answer was given; None lets the store take the contact's at first sight, and then keep it.
    """

    id: str
    survey_id: str
    responded_at: datetime
    score: float | None
    updated_at: datetime | None = None
    contact_id: str | None = None
    email: str | None = None
    role: str | None = None
    title: str | None = None
    account_id: str | None = None
    ticket_id: str | None = None
    comment: str | None = None
    is_closed: bool | None = None  # somebody has followed it up
    is_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A public post about us that was seen. The title is a stranger's text.

    views, replies: as they stood at `updated_at`. sentiment: from -1 to 1, where the source gives one.
    """

    id: str
    posted_at: datetime
    url: str | None = None
    title: str | None = None
    views: int | None = None
    replies: int | None = None
    sentiment: float | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """What could not be read, verbatim, with the reason and the place (a file and line, or a stream)."""

    stream: str
    reason: str
    payload: str
    place: str = ""


Record = (
    Account
    | Contact
    | Agent
    | Team
    | Ticket
    | TicketEvent
    | SlaTarget
    | BusinessCalendar
    | SlaPolicy
    | Survey
    | Invitation
    | Response
    | Mention
)


@dataclass(frozen=True, slots=True)
class Page:
    """What one step of a stream brought: records, rejects, and the bookmark to store with them.

    The bookmark is a small JSON object of the connector's own making; None leaves the stored one.
    rereads: (stream, beginning of a place) of what is read again from its start with this page: the old
        rejects of it are dropped, since what is still unreadable will come again.
    """

    records: tuple[Record, ...] = ()
    rejects: tuple[Reject, ...] = ()
    bookmark: Mapping[str, Any] | None = None
    note: str = ""
    rereads: tuple[str, str] | None = None
