"""Request Tracker's words in ours, as far as settings say: statuses, priorities, service levels.

The server's REST interface tells neither what a status of an own lifecycle means nor what a service
level promises; both live in its configuration file and are mirrored in the source's settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.errors import ConfigError
from data.hours import Calendar, parse_hours
from data.records import BusinessCalendar, Clock, Measure, Priority, State
from data.settings import seconds

STATES = {
    "new": State.NEW,
    "received": State.NEW,
    "open": State.OPEN,
    "in progress": State.OPEN,
    "stalled": State.PENDING,
    "pending": State.PENDING,
    "waiting on customer": State.PENDING,
    "waiting for customer": State.PENDING,
    "on hold": State.ON_HOLD,
    "resolved": State.SOLVED,
    "rejected": State.CLOSED,
    "closed": State.CLOSED,
    "deleted": State.DELETED,
}
PRIORITY_FROM = {"low": 0, "normal": 30, "high": 60, "urgent": 90}


@dataclass(frozen=True, slots=True)
class Level:
    """What a service level promises, in minutes on `clock`; None where it promises nothing."""

    name: str
    minutes: Mapping[Measure, float]
    clock: Clock
    calendar: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings of a source, checked and ready to look things up in."""

    source: str
    address: str
    role_field: str
    ticket_role_field: str
    states: Mapping[tuple[str, str], State]
    priority_from: Mapping[Priority, int]
    levels: Mapping[str, Level]
    calendars: tuple[BusinessCalendar, ...]

    @classmethod
    def of(cls, source: str, config: Mapping[str, Any]) -> Terms:
        """Raises ConfigError, which names the setting and what was expected."""
        calendars = {
            name: _calendar(source, name, given)
            for name, given in _table(source, config, "business_hours").items()
        }
        return cls(
            source=source,
            address=str(config["url"]).rstrip("/").removesuffix("/REST/2.0"),
            role_field=str(config["role_field"]).casefold(),
            ticket_role_field=str(config["ticket_role_field"]).casefold(),
            states=_states(source, _table(source, config, "states")),
            priority_from=_priorities(source, _table(source, config, "priority_from")),
            levels={
                name: _level(source, name, given, calendars)
                for name, given in _table(source, config, "sla_levels").items()
            },
            calendars=tuple(calendars.values()),
        )

    @property
    def tells_lifecycles_apart(self) -> bool:
        """Whether a status can mean something else in another lifecycle."""
        return any(lifecycle for lifecycle, _ in self.states)

    def state(self, status: str, lifecycle: str) -> State | None:
        """What a status means: in its lifecycle, in any, or by the usual names. None: nobody has said."""
        name = status.casefold()
        own = self.states.get((lifecycle.casefold(), name)) or self.states.get(("", name))
        return own or STATES.get(name)

    def priority(self, value: Any) -> Priority | None:
        """The band of a number; None for what is no number."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            return None
        reached = [band for band, least in self.priority_from.items() if number >= least]
        return max(reached, key=lambda band: self.priority_from[band]) if reached else Priority.LOW

    def ticket_url(self, ticket_id: str) -> str:
        return f"{self.address}/Ticket/Display.html?id={ticket_id}"


def _states(source: str, table: Mapping[str, Any]) -> dict[tuple[str, str], State]:
    """(lifecycle, status) → state; lifecycle "" for every one. A table in the table is a lifecycle."""
    found = {}
    for name, given in table.items():
        inner = given.items() if isinstance(given, Mapping) else [("", given)]
        for status, state in inner:
            key = (name.casefold(), status.casefold()) if status else ("", name.casefold())
            try:
                found[key] = State(state)
            except ValueError:
                raise _wrong(source, f"states.{name}", f"one of {', '.join(State)}") from None
    return found


def _priorities(source: str, table: Mapping[str, Any]) -> dict[Priority, int]:
    try:
        return {Priority(name): int(least) for name, least in (PRIORITY_FROM | dict(table)).items()}
    except (TypeError, ValueError):
        expected = "the least number of low, normal, high and urgent, such as { high = 60 }"
        raise _wrong(source, "priority_from", expected) from None


def _level(source: str, name: str, given: Any, calendars: Mapping[str, Any]) -> Level:
    where = f"sla_levels.{name}"
    known = {"response", "resolve", "clock", "calendar"}
    if not isinstance(given, Mapping) or not given.keys() <= known or not given.keys() & known:
        raise _wrong(source, where, 'a table such as { response = "4h", resolve = "24h" }')
    try:
        clock = Clock(given.get("clock", Clock.BUSINESS))
        minutes = {
            measure: seconds(given[key]) / 60
            for key, measure in (("response", Measure.FIRST_REPLY), ("resolve", Measure.RESOLUTION))
            if key in given
        }
    except ValueError:
        expected = 'durations such as "90m" or "4h", and clock = "business" or "calendar"'
        raise _wrong(source, where, expected) from None
    if clock is Clock.BUSINESS and any(str(given.get(key)).endswith("d") for key in ("response", "resolve")):
        raise _wrong(source, where, "hours: the length of a working day is not the same everywhere")
    calendar = given.get("calendar")
    if calendar is not None and calendar not in calendars:
        raise _wrong(source, f"{where}.calendar", "a name that 'business_hours' has")
    return Level(name, minutes, clock, calendar)


def _calendar(source: str, name: str, given: Any) -> BusinessCalendar:
    try:
        record = BusinessCalendar(
            id=name,
            name=name,
            time_zone=given["time_zone"],
            intervals=tuple(parse_hours(given["hours"])),
            holidays=tuple(
                day if isinstance(day, date) else date.fromisoformat(day) for day in given.get("holidays", ())
            ),
        )
        Calendar.from_record(record)
    except (AttributeError, KeyError, TypeError, ValueError):
        expected = (
            'a table such as { time_zone = "Europe/Berlin", hours = "mon-fri 09:00-17:00",'
            " holidays = [2026-12-25] }"
        )
        raise _wrong(source, f"business_hours.{name}", expected) from None
    return record


def _table(source: str, config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = config[name]
    if not isinstance(table, Mapping):
        raise _wrong(source, name, "a table")
    return table


def _wrong(source: str, setting: str, expected: str) -> ConfigError:
    return ConfigError(f"Source {source}: the setting '{setting}' must be {expected}.", setting=setting)
