"""What a demo ticket is, and what the parts of the demo ask of each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import exp
from typing import Protocol, TypeVar

from connectors.demo_people import Crew, Firm, Helper, Person
from connectors.demo_promises import CALENDAR, CLOCKS, DAY
from connectors.demo_topics import Topic
from data.records import Clock, EventKind, Priority, State

PAIN_FADES_SECONDS = 24 * DAY


@dataclass(slots=True, eq=False)
class Case:
    """A ticket. used: seconds on its SLA clock so far; `since` is when that clock last began to run."""

    number: int
    created: int
    topic: Topic
    subject: str
    priority: Priority
    channel: str
    person: Person
    crew: Crew
    is_quick: bool = False
    state: State = State.NEW
    helper: Helper | None = None
    token: int = 0
    revision: int = 0
    touched: int = 0
    since: int = 0
    used: int = 0
    ends: int = 0  # when the present piece of work will be done
    work_left: int = 0
    is_last_step: bool = False
    steps: int = 0
    handed: int = 0
    first_handover: int = 0  # its revision; 0 before
    reopened: int = 0
    is_replied: bool = False
    is_silent: bool = False  # the customer will not answer any more
    solved: int | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def firm(self) -> Firm:
        return self.person.firm

    @property
    def is_round_the_clock(self) -> bool:
        return CLOCKS[self.priority] is Clock.CALENDAR


Event = tuple[int, int, EventKind, State | None, str | None, str | None, str | None]
"""When, revision, kind, state, team, assignee, actor."""


class HasToken(Protocol):
    """What can be planned for: raising its token calls off everything that was planned before."""

    token: int


T = TypeVar("T", bound=HasToken)


class Plan(Protocol):
    """Have `handler` called at a moment, unless the subject's token is raised until then."""

    def __call__(self, moment: int, handler: Callable[[int, T], None], subject: T) -> None: ...


class Trouble(Protocol):
    """What the bad month does."""

    def hits(self, crew: Crew, moment: int) -> bool: ...

    def gloom(self, firm: Firm, moment: int) -> float: ...


def office_later(now: int, seconds: float) -> int:
    """The moment when so much working time has passed."""
    moment = CALENDAR.add_seconds(now, int(seconds) + 1)
    assert moment is not None  # there are working hours in every week
    return moment


def faded(person: Person, now: int) -> float:
    """The pain that a person still remembers."""
    return person.pain * exp((person.pain_at - now) / PAIN_FADES_SECONDS)
