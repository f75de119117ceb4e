"""Short ways to write records, to store them, and to look at everything that is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Table, select

from data import schema
from data.records import (
    Contact,
    EventKind,
    Measure,
    Page,
    Record,
    Response,
    SlaTarget,
    State,
    Survey,
    SurveyKind,
    Ticket,
    TicketEvent,
)
from data.settings import FileSettings, parse_settings
from data.store import Store, Written
from data.window import Clock
from tests.clock import StandingClock

KEY = b"a key of the tests, 32 bytes long"
WHEN_LEARNT = {"learnt_at", "touched_at", "audience_learnt_at", "first_seen_at", "last_seen_at"}
BOOKKEEPING = {"data_version", "derivation", "source", "sync_run", "bookmark"}
BEFORE = {table.name for table in schema.SUPERSEDED.values()}


def at(text: str) -> datetime:
    """`11-02 09:00` (of 2026) or a whole ISO moment, in UTC."""
    text = text if text[4:5] == "-" else f"2026-{text}"
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ticket(
    id: str, created: str | datetime, state: State = State.OPEN, *, revision: int = 1, **more: Any
) -> Ticket:
    return Ticket(id=id, state=state, created_at=_moment(created), revision=revision, **_moments(more))


def change(ticket_id: str, when: str | datetime, state: State | None = None, **more: Any) -> TicketEvent:
    """A change; its id is the moment and what it set, unless given."""
    moment = _moment(when)
    id = more.pop("id", f"{moment:%m%dT%H%M%S}-{state}-{sorted(more.items())}")
    return TicketEvent(
        id=id, ticket_id=ticket_id, happened_at=moment, kind=EventKind.CHANGE, state=state, **more
    )


def reply(ticket_id: str, when: str | datetime, actor: str = "agent 1", *, staff: bool = True) -> TicketEvent:
    kind = EventKind.AGENT_REPLY if staff else EventKind.CUSTOMER_REPLY
    moment = _moment(when)
    return TicketEvent(
        id=f"reply {moment.isoformat()}", ticket_id=ticket_id, happened_at=moment, kind=kind, actor_id=actor
    )


def target(ticket_id: str, applied: str, minutes: float | None = None, **more: Any) -> SlaTarget:
    measure = more.pop("measure", Measure.RESOLUTION)
    return SlaTarget(
        ticket_id=ticket_id,
        measure=measure,
        applied_at=at(applied),
        target_minutes=minutes,
        **_moments(more),
    )


def survey(id: str = "nps", kind: SurveyKind = SurveyKind.NPS, **more: Any) -> Survey:
    return Survey(id=id, name=id, kind=kind, **_moments(more))


def answer(id: str, when: str, score: float | None, *, survey_id: str = "nps", **more: Any) -> Response:
    return Response(id=id, survey_id=survey_id, responded_at=at(when), score=score, **_moments(more))


def person(id: str, role: str | None = None, **more: Any) -> Contact:
    return Contact(id=id, role=role, **_moments(more))


def settings_of(text: str = "") -> FileSettings:
    return parse_settings(text)


def store_of(engine: Engine, settings: FileSettings | str = "", clock: Clock | None = None) -> Store:
    given = settings_of(settings) if isinstance(settings, str) else settings
    return Store(engine, given, KEY, clock or StandingClock())


def write(store: Store, source: str, *records: Record, **page: Any) -> Written:
    """One page of records."""
    return store.write(source, "things", Page(records=records, **page))


def rows(engine: Engine, table: Table) -> list[dict[str, Any]]:
    """A table's rows, by key."""
    with engine.connect() as connection:
        query = select(table).order_by(*table.primary_key.columns)
        return [dict(row) for row in connection.execute(query).mappings()]


def row(engine: Engine, table: Table, id: str, source: str = "desk") -> dict[str, Any]:
    return next(item for item in rows(engine, table) if item["id"] == id and item["source"] == source)


def spans(engine: Engine, ticket_id: str, source: str = "desk") -> list[tuple[str, str, str]]:
    """(from, to, state) of a ticket's time in the backlog; to is "" while it lasts."""
    mine = [
        item for item in rows(engine, schema.ticket_span)
        if item["ticket_id"] == ticket_id and item["source"] == source
    ]  # fmt: skip
    ends = ["" if item["ended_on"] is None else _short(item["ended_at"]) for item in mine]
    return [(_short(i["started_at"]), end, i["state"]) for i, end in zip(mine, ends, strict=True)]


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All facts and all that is derived, but for when Barometer learnt them and what they were before."""
    return {
        table.name: sorted(
            (tuple((k, v) for k, v in item.items() if k not in WHEN_LEARNT) for item in rows(engine, table)),
            key=repr,
        )
        for table in schema.metadata.sorted_tables
        if table.name not in BOOKKEEPING | BEFORE
    }


def before(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """What was kept when something newer took its place, by table; tables without any left out."""
    found = {name: rows(engine, table) for name, table in schema.SUPERSEDED.items()}
    return {name: kept for name, kept in found.items() if kept}


def empty(engine: Engine) -> None:
    """Takes every row out of every table, for the next example of a property."""
    with engine.execution_options(barometer_writes=True).begin() as connection:
        for table in schema.metadata.sorted_tables:
            connection.execute(table.delete())


def minutes(found: Mapping[str, Any], name: str) -> Any:
    return found[f"{name}_minutes"]


def pages_of(records: Iterable[Record], size: int) -> list[Page]:
    items = tuple(records)
    return [Page(records=items[i : i + size]) for i in range(0, len(items), size)]


def _moment(value: str | datetime) -> datetime:
    return at(value) if isinstance(value, str) else value


def _moments(more: dict[str, Any]) -> dict[str, Any]:
    return {
        name: at(value) if name.endswith("_at") and isinstance(value, str) else value
        for name, value in more.items()
    }


def _short(moment: datetime) -> str:
    return f"{moment:%m-%d %H:%M}"
