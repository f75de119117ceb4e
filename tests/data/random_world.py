"""Small random worlds of records, for properties that must hold whatever the sources say.

Some things are kept from contradicting each other, because there the order of arrival decides by design:
an answer keeps the audience under which it was first known, so all that is said of an answerer's role
agrees; a ticket that is gone keeps what was said of it before, so all its copies say that alike; and what
has no version of its own (a team, a survey) is said one way only.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from data.records import (
    GONE,
    NOBODY,
    Account,
    Agent,
    BusinessCalendar,
    Clock,
    Contact,
    EventKind,
    Invitation,
    Measure,
    Mention,
    Priority,
    Record,
    Response,
    SlaTarget,
    State,
    Survey,
    SurveyKind,
    Team,
    Ticket,
    TicketEvent,
)
from data.store import KEPT_OF_GONE

START = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)  # the clocks of Europe change on the 25th
SOURCES = ("desk", "poll")
ROLE_OF = {"ann@x.test": "decision maker", "Bob@x.test ": "end user", "cy@x.test": None}
FIRMS = ("Acme", "acme ", "Börse", "Czar & Söhne")
LIVE_STATES = [*State][:6]

Said = tuple[str, Record]


def world(rng: random.Random, *, tickets: int = 3) -> list[Said]:
    """(source, record) in canonical order: what has versions stands with the oldest first."""
    said: list[Said] = []
    for source in SOURCES:
        said += [(source, record) for record in _dimensions(rng)]
        said += [(source, record) for i in range(tickets) for record in _ticket(rng, f"t{i}")]
        said += [(source, record) for record in _voices(rng)]
        said += [(source, record) for record in _posts(rng)]
    return [*said, *_movers()]


def pages(rng: random.Random, said: list[Said]) -> list[tuple[str, tuple[Record, ...]]]:
    """The same records in pages: any order, overlapping, some twice."""
    order = [*said, *rng.choices(said, k=rng.randint(0, len(said) // 2))]
    rng.shuffle(order)
    found = []
    while order:
        size = rng.choice((1, 5, 20, 40))
        page, order = order[:size], order[size - rng.randint(0, min(size - 1, 2)) :]
        for source in sorted({source for source, _ in page}):
            found.append((source, tuple(record for s, record in page if s == source)))
    return found


def _dimensions(rng: random.Random) -> list[Record]:
    found: list[Record] = [Team(id="1", name="First"), Agent(id="7", name="Jo")]
    hours = ((540, 1020), (1980, 2460), (3420, 3900))
    found.append(BusinessCalendar(id="cal", name="short", time_zone="Europe/Berlin", intervals=hours))
    for i in range(2):
        for version in range(rng.randint(1, 2)):
            found.append(
                Account(
                    id=f"a{i}", name=rng.choice(FIRMS), employee_count=rng.choice((None, 5)),
                    yearly_value=rng.choice((None, 1000.0, 2500.0)),
                    renewal_on=rng.choice((None, START.date(), START.date() + timedelta(days=100))),
                    updated_at=START + timedelta(hours=version),
                )
            )  # fmt: skip
    for i, (email, role) in enumerate(ROLE_OF.items()):
        given = rng.choice((role, None))
        for version in range(rng.randint(1, 2)):
            found.append(
                Contact(
                    id=f"c{i}", name=rng.choice((None, "A", "B")), email=email, role=given,
                    account_id=rng.choice((None, "a0", "a1", "not known")),
                    updated_at=START + timedelta(hours=version),
                )
            )  # fmt: skip
    return found


def _movers() -> list[Said]:
    """One who gets another address: nobody may go on being known through the old one."""
    moved = {"id": "mover", "role": "sponsor"}
    before = Contact(email="old@x.test", updated_at=START, **moved)
    after = Contact(email="new@x.test", updated_at=START + timedelta(days=1), **moved)
    asker = Contact(id="namesake", email="old@x.test", updated_at=START)
    asked = Ticket(id="moved", state=State.OPEN, created_at=START, revision=1, requester_id="namesake")
    return [("desk", before), ("desk", after), ("poll", asker), ("poll", asked)]


def _ticket(rng: random.Random, id: str) -> list[Record]:
    created = START + timedelta(minutes=rng.randint(0, 8000))
    found: list[Record] = []
    for event in range(rng.randint(0, 5)):
        kind = rng.choice([*EventKind])
        what: dict[str, Any] = {}
        if kind is EventKind.CHANGE:
            what = {
                "state": rng.choice((None, *LIVE_STATES)),
                "priority": rng.choice((None, None, *Priority)),
                "team_id": rng.choice((None, NOBODY, "1", "2")),
                "assignee_id": rng.choice((None, None, NOBODY, "7", "8")),
            }
        found.append(
            TicketEvent(
                id=f"e{event}", ticket_id=id, kind=kind, sequence=rng.randint(0, 1),
                happened_at=created + timedelta(minutes=rng.choice((-5, 0, 30, 30, 60, 3000))),
                actor_id=rng.choice((None, "7", "c0")), **what,
            )
        )  # fmt: skip
    found += _conversation(rng, id, created) if rng.random() < 0.4 else []
    copies = [_copy(rng, id, created, version) for version in range(1, rng.randint(1, 3) + 1)]
    if any(copy.state in GONE for copy in copies):
        same = {name: getattr(copies[0], name) for name in KEPT_OF_GONE}
        copies = [replace(copy, **same) for copy in copies]
    found += copies
    for minutes in rng.sample((10, 60, 500), rng.randint(0, 2)):
        found.append(
            SlaTarget(
                ticket_id=id, measure=rng.choice((Measure.RESOLUTION, *Measure)),
                applied_at=created + timedelta(minutes=minutes % 7), cycle=rng.randint(1, 2),
                target_minutes=rng.choice((None, float(minutes))), clock=rng.choice([*Clock]),
            )
        )  # fmt: skip
    return _first_by_key(found)


def _conversation(rng: random.Random, id: str, created: datetime) -> list[Record]:
    """A first answer, and what is written and answered afterwards."""
    at, found = created, list[Record]()
    for number in range(rng.randint(2, 5)):
        at += timedelta(minutes=rng.choice((0, 3, 20, 400)))
        kind = EventKind.CUSTOMER_REPLY if number % 2 else EventKind.AGENT_REPLY
        found.append(
            TicketEvent(
                id=f"said {number}", ticket_id=id, kind=kind, happened_at=at, sequence=number, actor_id=None
            )
        )  # fmt: skip
    return found


def _copy(rng: random.Random, id: str, created: datetime, version: int) -> Ticket:
    return Ticket(
        id=id, state=rng.choice([*State]), created_at=created, revision=version,
        updated_at=rng.choice((None, created + timedelta(minutes=40 * version))),
        subject=f"copy {version}", priority=rng.choice((None, *Priority)),
        team_id=rng.choice((None, "1")), channel=rng.choice((None, "mail")),
        requester_id=rng.choice((None, "c0", "c1", "c2", "not known")),
        account_id=rng.choice((None, None, "a0", "not known")),
        solved_at=rng.choice((None, created + timedelta(minutes=35 * version))),
        has_own_solved_at=rng.random() < 0.2, sla_is_met=rng.choice((None, True)),
        calendar_id=rng.choice((None, "cal", "not known")), problem_id=rng.choice((None, None, "p1", "p2")),
    )  # fmt: skip


def _voices(rng: random.Random) -> list[Record]:
    found: list[Record] = [
        Survey(id="s1", name="Relation", kind=SurveyKind.NPS),
        Survey(id="s2", name="After the ticket", kind=SurveyKind.CSAT, scale_min=1, scale_max=5),
    ]
    for i in range(3):
        found.append(
            Invitation(
                id=f"i{i}", survey_id="s1", sent_at=START + timedelta(days=i),
                contact_id=rng.choice(("c0", "c1", "c2", "not known")), is_delivered=rng.choice((None, True)),
            )
        )  # fmt: skip
    for i in range(6):
        number, by_email = rng.randrange(3), rng.random() < 0.5
        email = [*ROLE_OF][number] if by_email else None
        contact_id = None if by_email else f"c{number}"
        ticket_id = rng.choice((None, None, "t0", "t1"))
        for version in range(rng.randint(1, 2)):
            found.append(
                Response(
                    id=f"r{i}", survey_id=("s1", "s2")[i % 2], score=rng.choice((None, 3, 5, 7, 9.0)),
                    responded_at=START + timedelta(days=2 + i // 3, hours=i),
                    email=email, contact_id=contact_id,
                    updated_at=START + timedelta(days=3, hours=version), ticket_id=ticket_id,
                    comment=f"said in version {version}", is_deleted=version == 1 and rng.random() < 0.3,
                )
            )  # fmt: skip
    return found


def _posts(rng: random.Random) -> list[Record]:
    return [
        Mention(
            id=f"m{i}", posted_at=START + timedelta(days=i), title=rng.choice((None, "<b>Slow</b>")),
            url=rng.choice((None, "https://forum.test/1", "javascript:alert(1)")),
            views=rng.choice((None, 10 + version)), replies=rng.choice((None, version)),
            updated_at=START + timedelta(days=i, hours=version),
        )
        for i in range(3)
        for version in range(rng.randint(1, 2))
    ]  # fmt: skip


def _first_by_key(records: list[Record]) -> list[Record]:
    """Without a second target of the same key: what has no version is said one way only."""
    kept: dict[Any, Record] = {}
    for record in records:
        if isinstance(record, SlaTarget):
            kept.setdefault((record.measure, record.applied_at, record.cycle), record)
        else:
            kept[id(record)] = record
    return [*kept.values()]
