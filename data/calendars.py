"""Which calendar a ticket goes by, put together from the settings and from what its source says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from data import schema
from data.hours import Calendar
from data.records import BusinessCalendar
from data.rows import Row, stored, upsert
from data.settings import FileSettings
from data.sla_clock import Rules

Calendars = dict[tuple[str, str | None, str], Calendar]
"""Calendars that were put together before, by source, the ticket's own calendar and the policy's."""

HOURS = ("time_zone", "intervals", "holidays")


def rules_of(
    connection: Connection,
    settings: FileSettings,
    ticket: Mapping[str, Any],
    *,
    known: Calendars | None = None,
) -> Rules:
    """What counting a stored ticket needs. known: keeps the calendars for the next ticket."""
    source, calendar_id = ticket["source"], ticket["calendar_id"]
    policy = settings.sla.policy(source, ticket["team_id"], ticket["account_key"])
    key = (source, calendar_id, policy.calendar if policy else "")
    known = {} if known is None else known
    if key not in known:
        known[key] = calendar_of(connection, settings, *key)
    return Rules(known[key], frozenset(settings.sla.pauses), settings.built_calendars)


def calendar_of(
    connection: Connection, settings: FileSettings, source: str, calendar_id: str | None, policy: str = ""
) -> Calendar:
    """The policy's calendar, else the ticket's own, the source's, the installation's, else 24/7."""
    if policy:
        return settings.built_calendars[policy]
    if calendar_id is not None:
        for row in stored(connection, schema.business_calendar, source, column="id", values=[calendar_id]):
            past = stored(
                connection, schema.business_calendar_past, source, column="id", values=[calendar_id]
            )
            return _dated(row, sorted(past, key=lambda item: item["until"]))
    own = settings.sources.get(source)
    name = (own.calendar if own else "") or settings.sla.calendar
    return settings.built_calendars[name] if name else Calendar.always()


def keep_past(connection: Connection, source: str, changed: Sequence[Row], at: int) -> None:
    """Before calendars are overwritten: their hours as they are hold until now, epoch second `at`.

    Of several changes within one second only the first keeps anything: what came between held for no time.
    """
    ids = [row["id"] for row in changed]
    old = {
        row["id"]: row
        for row in stored(connection, schema.business_calendar, source, column="id", values=ids)
    }
    past = [
        {"source": source, "id": row["id"], "until": at, **{name: old[row["id"]][name] for name in HOURS}}
        for row in changed
        if row["id"] in old and any(old[row["id"]][name] != row[name] for name in HOURS)
    ]
    if past:
        connection.execute(upsert(connection, schema.business_calendar_past, update=()), past)


def _dated(row: Row, past: Sequence[Row]) -> Calendar:
    """The first known hours hold since ever, each later version from when it was learnt."""
    versions = [_plain(row | {name: item[name] for name in HOURS}) for item in past] + [_plain(row)]
    moments = [item["until"] for item in past]
    return Calendar.dated(versions[0], list(zip(moments, versions[1:], strict=True)))


def _plain(row: Row) -> Calendar:
    return Calendar.from_record(
        BusinessCalendar(
            id=row["id"],
            name=row["name"],
            time_zone=row["time_zone"],
            intervals=tuple((start, end) for start, end in row["intervals"]),
            holidays=tuple(date.fromisoformat(day) for day in row["holidays"]),
        )
    )
