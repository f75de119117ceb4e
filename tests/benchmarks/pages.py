"""Made-up pages as a connector would bring them, and how long the store takes to write them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from data.records import (
    Account,
    Contact,
    EventKind,
    Page,
    Priority,
    Record,
    SlaTarget,
    State,
    Ticket,
    TicketEvent,
)
from data.records import Measure as Promise
from data.settings import parse_settings
from data.store import Store

PAGE = 1_000
SOURCE = "desk"
START = datetime(2025, 5, 1, tzinfo=UTC)
SECONDS = 47_000_000
"""From the first ticket to the last, however many there are."""
SETTINGS = parse_settings(
    'time_zone = "Europe/London"\n[sla]\ncalendar = "office"\n'
    '[calendars.office]\ntime_zone = "Europe/London"\nhours = "mon-fri 09:00-17:30"\ncountry = "GB-ENG"\n'
)
KEY = b"a key for benchmarks"
PATH = (State.OPEN, State.PENDING, State.OPEN, State.SOLVED)


def people() -> list[Record]:
    """Sixty accounts of fifty people each."""
    accounts = [Account(id=str(i), name=f"Account {i}") for i in range(60)]
    contacts = [
        Contact(id=str(i), email=f"{i}@x.test", role=("user", "sponsor")[i % 10 == 0], account_id=str(i % 60))
        for i in range(3000)
    ]
    return [*accounts, *contacts]


def tickets(count: int) -> Iterator[Record]:
    """Each ticket with its target, a reply and four changes of state."""
    rng = random.Random(1)
    for number in range(count):
        id, created = str(number), START + timedelta(seconds=number * SECONDS // count)
        moments = [created + timedelta(minutes=m) for m in sorted(rng.sample(range(1, 6000), len(PATH)))]
        priority = rng.choice([*Priority])
        yield Ticket(
            id=id, state=State.SOLVED, created_at=created, revision=1, updated_at=moments[-1],
            subject=f"Something does not work, number {number}", priority=priority, channel="mail",
            team_id=str(rng.randrange(8)), requester_id=str(rng.randrange(3000)),
        )  # fmt: skip
        yield SlaTarget(ticket_id=id, measure=Promise.RESOLUTION, applied_at=created, target_minutes=2880.0)
        yield TicketEvent(
            id="r", ticket_id=id, happened_at=moments[0], kind=EventKind.AGENT_REPLY, actor_id="agent"
        )
        for step, (state, at) in enumerate(zip(PATH, moments, strict=True)):
            yield TicketEvent(
                id=str(step), ticket_id=id, happened_at=at, kind=EventKind.CHANGE, sequence=step, state=state
            )


def reopened(records: Iterable[Record]) -> Iterator[Record]:
    """The tickets of these records once more, each reopened four days after its solve: what changes."""
    for record in records:
        if isinstance(record, Ticket) and record.updated_at is not None:
            at = record.updated_at + timedelta(days=4)
            yield Ticket(
                id=record.id, state=State.OPEN, created_at=record.created_at, revision=2, updated_at=at,
                subject=record.subject, priority=record.priority, channel=record.channel,
                team_id=record.team_id, requester_id=record.requester_id,
            )  # fmt: skip
            yield TicketEvent(
                id="again", ticket_id=record.id, happened_at=at, kind=EventKind.CHANGE, sequence=9,
                state=State.OPEN,
            )  # fmt: skip


def pages(records: Iterable[Record]) -> Iterator[Page]:
    """Pages of at most PAGE records, each with its bookmark."""
    batch: list[Record] = []
    number = 0
    for record in records:
        batch.append(record)
        if len(batch) == PAGE:
            number += 1
            yield Page(records=tuple(batch), bookmark={"page": number})
            batch = []
    yield Page(records=tuple(batch), bookmark={"page": number + 1})


def write(door: Store, ready: Sequence[Page]) -> float:
    """Seconds to write all pages."""
    started = time.perf_counter()
    for page in ready:
        door.write(SOURCE, "all", page)
    return time.perf_counter() - started
