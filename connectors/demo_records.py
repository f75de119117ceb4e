"""The demo's people, tickets and answers as canonical records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zlib import crc32

from connectors.demo_case import Case, Event
from connectors.demo_people import Cast
from connectors.demo_promises import CLOCKS, COUNTRY, MINUTE, OPENING_MINUTES, TARGET_SECONDS, TIME_ZONE
from connectors.demo_survey import SURVEY, Answer, Invite
from connectors.demo_topics import MIGRATION
from data.hours import public_holidays
from data.records import (
    Account,
    Agent,
    BusinessCalendar,
    Contact,
    EventKind,
    Invitation,
    Measure,
    Record,
    Response,
    SlaPolicy,
    SlaTarget,
    Survey,
    SurveyKind,
    Team,
    Ticket,
    TicketEvent,
)

OFFICE = "office"
POLICY = "Managed service"
RECURRING = frozenset({"Servers and cloud", "ERP", "Interfaces", MIGRATION.name})


def people_of(cast: Cast, *, today: date, launched: datetime) -> Iterator[Record]:
    """Everybody, the working hours, the promises and the survey."""
    years = range(today.year - 2, today.year + 3)
    yield BusinessCalendar(
        id=OFFICE,
        name="Office hours",
        time_zone=TIME_ZONE,
        intervals=OPENING_MINUTES,
        holidays=tuple(sorted(public_holidays(COUNTRY, years))),
    )
    terms = tuple(
        {"priority": str(priority), "minutes": seconds // MINUTE, "clock": str(CLOCKS[priority])}
        for priority, seconds in TARGET_SECONDS.items()
    )
    yield SlaPolicy(id="managed", name=POLICY, position=1, terms=terms)
    yield Survey(id=SURVEY, name="How are we doing?", kind=SurveyKind.NPS, launched_at=launched)
    for crew in cast.crews:
        yield Team(id=crew.id, name=crew.name)
        yield from (Agent(id=helper.id, name=helper.name) for helper in crew.helpers)
    for firm in cast.firms:
        yield Account(
            id=firm.id,
            name=firm.name,
            employee_count=firm.employees,
            yearly_value=float(firm.yearly_value),
            renewal_on=firm.renewal_on,
        )
    for person in cast.people:
        yield Contact(
            id=person.id,
            name=person.name,
            email=person.email,
            title=person.title,
            role=person.role,
            account_id=person.firm.id,
        )


def ticket_of(case: Case) -> Ticket:
    return Ticket(
        id=f"T-{case.number}",
        state=case.state,
        created_at=moment(case.created),
        revision=case.revision,
        updated_at=moment(case.touched),
        subject=case.subject,
        priority=case.priority,
        channel=case.channel,
        category=case.topic.name,
        team_id=case.crew.id,
        assignee_id=case.helper.id if case.helper else None,
        requester_id=case.person.id,
        account_id=case.firm.id,
        solved_at=None if case.solved is None else moment(case.solved),
        calendar_id=OFFICE,
        problem_id=problem_of(case),
    )


def problem_of(case: Case) -> str | None:
    """The same thing at the same firm in the same month is one problem, of topics where that means much."""
    if case.topic.name not in RECURRING:
        return None
    month = moment(case.created).strftime("%Y%m")
    return f"P-{case.firm.id}-{month}-{crc32(case.subject.encode()):08x}"


def target_of(case: Case) -> SlaTarget:
    return SlaTarget(
        ticket_id=f"T-{case.number}",
        measure=Measure.REQUESTER_WAIT,
        applied_at=moment(case.created),
        target_minutes=TARGET_SECONDS[case.priority] / MINUTE,
        clock=CLOCKS[case.priority],
        policy=POLICY,
    )


def events_of(case: Case, event: Event) -> Iterator[TicketEvent]:
    """A reply that also changes the ticket is two events; the first handover names the team before it."""
    at, revision, kind, state, team, assignee, actor = event
    ticket_id, happened_at = f"T-{case.number}", moment(at)
    if team is not None and case.first_handover == revision:
        yield TicketEvent(
            id=f"{case.number}-0",
            ticket_id=ticket_id,
            happened_at=moment(case.created),
            kind=EventKind.CHANGE,
            team_id=case.topic.team,
        )
    if kind is not EventKind.CHANGE:
        yield TicketEvent(
            id=f"{case.number}-{revision}r",
            ticket_id=ticket_id,
            happened_at=happened_at,
            kind=kind,
            sequence=2 * revision,
            actor_id=actor,
        )
    if state is not None or team is not None or assignee is not None:
        yield TicketEvent(
            id=f"{case.number}-{revision}",
            ticket_id=ticket_id,
            happened_at=happened_at,
            kind=EventKind.CHANGE,
            sequence=2 * revision + 1,
            actor_id=actor,
            state=state,
            team_id=team,
            assignee_id=assignee,
        )


def history_of(case: Case) -> tuple[Record, ...]:
    """A ticket with its promise and everything that happened to it."""
    events = (record for event in case.events for record in events_of(case, event))
    return ticket_of(case), target_of(case), *events


def survey_record_of(item: Invite | Answer) -> Invitation | Response:
    person = item.person
    if isinstance(item, Invite):
        return Invitation(
            id=f"I-{item.number}",
            survey_id=SURVEY,
            sent_at=moment(item.happened),
            contact_id=person.id,
            role=person.role,
            is_delivered=item.is_delivered,
            opened_at=None if item.opened is None else moment(item.opened),
        )
    return Response(
        id=f"R-{item.number}",
        survey_id=SURVEY,
        responded_at=moment(item.happened),
        score=float(item.score),
        updated_at=moment(item.touched),
        contact_id=person.id,
        role=person.role,
        title=person.title,
        account_id=person.firm.id,
        comment=item.comment,
        is_closed=item.is_closed,
    )


def moment(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
