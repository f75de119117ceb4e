"""The story of one ticket: how its promises ran, who had it, what was said, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table

from data import schema
from data.applying import in_order
from data.calendars import rules_of
from data.lifecycle import timeline
from data.moment import epoch, moment_of
from data.outcomes import is_answer, is_question
from data.readings import Readings
from data.records import GONE, Audience, Measure, State
from data.rows import Row, stored
from data.strip import Working
from data.ticket_people import Firm, Said, firm_of, said_of
from data.ticket_stations import Station, named, stations_of
from data.working import work

_ORDER = (
    Measure.RESOLUTION,
    Measure.REQUESTER_WAIT,
    Measure.AGENT_WORK,
    Measure.FIRST_REPLY,
    Measure.NEXT_REPLY,
)
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """Public replies as counts. first_calendar_minutes, first_business_minutes: from creation to the first
    one by staff; None: there was none."""

    by_staff: int
    by_customer: int
    first_calendar_minutes: float | None
    first_business_minutes: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextReplies:
    """What became of the promised next replies, one for each time that the customer wrote again."""

    total: int
    kept: int
    broken: int

    @property
    def running(self) -> int:
        """Those that have no outcome yet."""
        return self.total - self.kept - self.broken


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStory:
    """One ticket. subject, category, channel, names: somebody's own words, hostile until escaped.

    url: its page in the helpdesk, of the web; None: the source gives none. merged_into: the id of the ticket
    that took it up, of the same source; is_there: whether that one is stored. month_on: a day of the month
    that it counts in, of its SLA end, else of its creation. clocks: the working of each promise, what stands
    for its resolution first; one without a promise where nothing was promised. stations: empty where nobody
    is known to have had it. replies: None where the source gives no history of it. next_replies: None where
    none was promised. said: about it, then near
    it. solved_at: None while it is not solved.
    """

    source: str
    source_label: str
    id: str
    subject: str | None
    url: str | None
    state: State
    priority: str | None
    channel: str | None
    category: str | None
    team: str | None
    assignee: str | None
    asked_by: Audience
    created_at: datetime
    solved_at: datetime | None
    reopened: int
    merged_into: str | None
    is_there: bool
    month_on: date
    clocks: tuple[Working, ...]
    stations: tuple[Station, ...]
    replies: Replies | None
    next_replies: NextReplies | None
    said: tuple[Said, ...]
    firm: Firm | None
    zone: str
    as_of: datetime
    is_invented: bool

    @property
    def is_gone(self) -> bool:
        """Deleted or merged: it counts in no figure."""
        return self.state in GONE


@dataclass(frozen=True, slots=True)
class TicketAsked:
    """The ticket with this id of this source. Raises LookupError where there is none."""

    source: str
    id: str
    as_of: datetime | None = None

    def answer(self, readings: Readings) -> TicketStory:
        """Everything by the keys of the ticket and of its people."""
        connection = readings.connection
        row = _row(connection, self.source, self.id)
        if row is None:
            raise LookupError(
                f"No ticket {self.id[:_LONGEST]!r} is known from {self.source[:_LONGEST]!r}."
                " It may not have been read yet: see Sources."
            )
        events = sorted(_of(connection, schema.ticket_event, row), key=in_order)
        clocks = tuple(_clocks(readings, row, events))
        created, end = moment_of(row["created_at"]), clocks[0].end
        teams, people = _names(connection, row, events)
        label, is_invented = _source(readings, self.source)
        into = row["merged_into"] or None
        return TicketStory(
            source=self.source, source_label=label, id=row["id"],
            subject=(row["subject"] or "").strip() or None, url=_link(row["url"]),
            state=State(row["state"]), priority=row["priority"], channel=row["channel"],
            category=row["category"], team=named(row["team_id"], teams),
            assignee=named(row["assignee_id"], people),
            asked_by=Audience(row["audience"] or Audience.UNKNOWN), created_at=created,
            solved_at=None if row["solved_at"] is None else moment_of(row["solved_at"]),
            reopened=row["reopen_count"] or 0, merged_into=into,
            is_there=into is not None and _row(connection, self.source, into) is not None,
            month_on=row["sla_ended_on"] or row["created_on"] or created.date(), clocks=clocks,
            stations=stations_of(timeline(row, events), epoch(end) or 0, teams=teams, people=people),
            replies=_replies(row, events),
            next_replies=_next_replies(connection, row),
            said=said_of(readings, row, started=created, ended=end),
            firm=firm_of(readings, row["account_key"]), zone=readings.zone, as_of=readings.as_of,
            is_invented=is_invented,
        )  # fmt: skip


def _row(connection: Connection, source: str, id: str) -> Row | None:
    """A ticket as it is stored; None where there is none, or none can be (a database refuses null bytes)."""
    if max(len(source), len(id)) > _LONGEST or "\0" in source + id:
        return None
    return next(stored(connection, schema.ticket, source, column="id", values=[id]), None)


def _of(connection: Connection, table: Table, ticket: Row) -> list[Row]:
    return list(stored(connection, table, ticket["source"], column="ticket_id", values=[ticket["id"]]))


def _clocks(readings: Readings, ticket: Row, events: Sequence[Row]) -> Iterator[Working]:
    """What stands for the resolution, then whatever else was promised. Of next replies it is the last."""
    targets = _of(readings.connection, schema.sla_target, ticket)
    rules = rules_of(readings.connection, readings.settings, ticket)
    given: dict[str, Any] = {"time_zone": readings.zone, "now": readings.as_of}
    first = work(ticket, events, targets, rules, **given)
    yield first
    promised = {row["measure"] for row in targets}
    for measure in _ORDER:
        if measure not in promised or measure is first.measure:
            continue
        try:
            yield work(ticket, events, targets, rules, measure=measure, **given)
        except ValueError:  # a next reply was promised, and nobody ever waited for one
            continue


def _names(
    connection: Connection, ticket: Row, events: Sequence[Row]
) -> tuple[dict[str, str], dict[str, str]]:
    """Teams and people by id, those of this ticket alone."""
    rows = [ticket, *events]
    found = []
    for table, name in ((schema.team, "team_id"), (schema.agent, "assignee_id")):
        ids = {row[name] for row in rows if row[name]}
        named = stored(connection, table, ticket["source"], column="id", values=ids)
        found.append({row["id"]: row["name"] for row in named})
    return found[0], found[1]


def _replies(ticket: Row, events: Sequence[Row]) -> Replies | None:
    if not events:
        return None
    return Replies(
        by_staff=sum(is_answer(event, ticket) for event in events),
        by_customer=sum(is_question(event, ticket) for event in events),
        first_calendar_minutes=ticket["first_reply_calendar_minutes"],
        first_business_minutes=ticket["first_reply_business_minutes"],
    )


def _next_replies(connection: Connection, ticket: Row) -> NextReplies | None:
    """From the stored outcomes, cycle by cycle."""
    rows = _of(connection, schema.sla_outcome, ticket)
    met = [
        row["is_met"] for row in rows if row["measure"] == Measure.NEXT_REPLY and row["origin"] is not None
    ]
    return NextReplies(total=len(met), kept=met.count(True), broken=met.count(False)) if met else None


def _source(readings: Readings, name: str) -> tuple[str, bool]:
    """What the source is called, and whether it is made up."""
    for item in readings.sources:
        if item.name == name:
            return item.label, item.is_invented
    return name, False


def _link(url: str | None) -> str | None:
    """A link that a browser opens as a page, in the spelling that screens let through."""
    return url if url and url.startswith(("https://", "http://")) else None
