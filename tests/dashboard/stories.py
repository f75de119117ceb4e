"""Hand-made stories of one ticket: full, all but empty, and with texts that mean harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from data.metrics import BY_KEY
from data.records import Audience, Clock, Measure, State
from data.strip import Event, Interval, Mark, Promise, Theirs, What, Working
from data.ticket_people import Firm, Said
from data.ticket_stations import Station
from data.ticket_story import Replies, TicketStory
from data.window import Filters
from tests.dashboard.readings import AT, HOSTILE, ZONE, read

HOUR = timedelta(hours=1)


def promise(measure: Measure = Measure.RESOLUTION, minutes: float = 720.0, policy: str = "Gold") -> Promise:
    return Promise(
        measure=measure, origin="source", applied_at=AT, clock=Clock.BUSINESS, target_minutes=minutes,
        due_at=None, policy=policy, priority="high", is_in_force=True,
    )  # fmt: skip


def clock(measure: Measure = Measure.RESOLUTION, *, policy: str = "Gold", name: str = "") -> Working:
    """12 h of target and 85 minutes more, over a pause, a night and a day off."""
    pieces = (
        (What.COUNTED, 4.0, False), (What.PAUSED, 2.0, False), (What.CLOSED, 14.0, False),
        (What.HOLIDAY, 24.0, False), (What.COUNTED, 8.0, False), (What.COUNTED, 85 / 60, True),
    )  # fmt: skip
    at, found = AT, []
    for what, hours, is_over in pieces:
        counted = round(hours * 3600) if what is What.COUNTED else 0
        state = State.PENDING if what is What.PAUSED else State.OPEN
        end = at + hours * HOUR
        found.append(
            Interval(
                start=at, end=end, what=what, state=state, counted_seconds=counted, is_over=is_over,
                name=name if what is What.HOLIDAY else "",
            )
        )  # fmt: skip
        at = end
    applied = promise(measure, policy=policy)
    broke = AT + 52 * HOUR
    return Working(
        source="desk", ticket_id="48213", measure=measure, promise=applied, calendar="Office",
        calendar_zone="Europe/London", time_zone=ZONE, start=AT, end=at, ended_at=at, intervals=tuple(found),
        marks=(Mark(at=AT, event=Event.TARGET, promise=applied), Mark(at=broke, event=Event.BROKE)),
        gap_minutes=85.0, is_met=False, due_at=broke,
        theirs=Theirs(is_met=True, due_at=None, solved_at=None, differences=("It counts otherwise.",)),
        notes=(),
    )  # fmt: skip


def firm(name: str = "Harbour Logistics") -> Firm:
    own = Filters(account="harbour")

    def nps(audience: Audience, value: float, n: int) -> object:
        reading = read(BY_KEY["nps"], value, n, window="365d")
        return replace(reading, filters=replace(own, audience=audience))

    return Firm(
        key="harbour", name=name, yearly_value=86_000.0, renews_in=41,
        backlog=replace(read(BY_KEY["backlog"], 7.0, 7), filters=own),
        attainment=replace(read(BY_KEY["sla_attainment"], 0.97, 300, window="90d"), filters=own),
        nps_end_users=nps(Audience.END_USER, 31.0, 40),  # type: ignore[arg-type]
        nps_decision_makers=nps(Audience.DECISION_MAKER, -50.0, 4),  # type: ignore[arg-type]
    )  # fmt: skip


def said(comment: str | None = "Nobody owned it.", *, is_about: bool = True) -> Said:
    return Said(
        said_at=AT + 100 * HOUR, score=2.0, scale=(0, 10), kind="nps", group="detractor",
        audience=Audience.DECISION_MAKER, comment=comment, survey="After a ticket", is_about=is_about,
        is_before=False,
    )  # fmt: skip


def full() -> TicketStory:
    """Over its target, through two teams and back, with an answer about it."""
    hands = (("Front desk", "Ana", 2, False), ("Field", "Tom", 10, False), ("Front desk", "Ana", 20, True))
    at, stations = AT, []
    for team, person, hours, is_back in hands:
        stations.append(
            Station(
                started_at=at, ended_at=at + hours * HOUR, team=team, assignee=person, is_team_back=is_back,
                is_person_back=is_back,
            )
        )  # fmt: skip
        at += hours * HOUR
    return TicketStory(
        source="desk", source_label="Zendesk", id="48213", subject="Mailbox missing after migration",
        url="https://desk.test/48213", state=State.SOLVED, priority="high", channel="e_mail",
        category="Exchange", team="Front desk", assignee="Ana", asked_by=Audience.DECISION_MAKER,
        created_at=AT, solved_at=clock().end, reopened=1, merged_into=None, is_there=False,
        month_on=AT.date(), clocks=(clock(), clock(Measure.FIRST_REPLY)), stations=tuple(stations),
        replies=Replies(by_staff=9, by_customer=3, first_calendar_minutes=18.0, first_business_minutes=18.0),
        next_replies=None,
        said=(said(), said("It is better now.", is_about=False)), firm=firm(), zone=ZONE,
        as_of=AT + 200 * HOUR, is_invented=False,
    )  # fmt: skip


def bare() -> TicketStory:
    """Nothing but that it is there."""
    working = replace(
        clock(), measure=None, promise=None, marks=(), intervals=(), end=AT, gap_minutes=None, is_met=None,
        due_at=None, theirs=None, ended_at=None,
        notes=("Nothing was promised for this ticket; what is counted is measured against nothing.",),
    )  # fmt: skip
    return replace(
        full(), subject=None, url=None, state=State.NEW, priority=None, channel=None, category=None,
        team=None, assignee=None, asked_by=Audience.UNKNOWN, solved_at=None, reopened=0, clocks=(working,),
        stations=(), replies=None, said=(), firm=None,
    )  # fmt: skip


def hostile() -> TicketStory:
    """Every text that a stranger can set."""
    station = replace(full().stations[0], team=HOSTILE, assignee=HOSTILE)
    return replace(
        full(), source_label=HOSTILE, id=HOSTILE, subject=HOSTILE, priority=HOSTILE, channel=HOSTILE,
        category=HOSTILE, team=HOSTILE, assignee=HOSTILE, state=State.MERGED, merged_into=HOSTILE,
        is_there=True,
        clocks=(clock(policy=HOSTILE, name=HOSTILE),), stations=(station, *full().stations[1:]),
        said=(replace(said(HOSTILE), survey=HOSTILE),), firm=firm(HOSTILE),
    )  # fmt: skip
