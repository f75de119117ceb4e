"""The settings of business calendars, and how their hours change over time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from data.hours import Calendar, parse_hours, public_holidays
from data.open_time import midnight_of
from data.setting_kinds import Strict
from data.zones import load_zone

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FIRST, _LAST = date(1801, 1, 3), date(2198, 12, 29)


def _hours(text: str) -> str:
    parse_hours(text)
    return text


def _zone(name: str) -> str:
    load_zone(name)
    return name


def _country(code: str) -> str:
    if code:
        public_holidays(code, (2026,))
    return code


Hours = Annotated[str, AfterValidator(_hours)]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, AfterValidator(_country)]


class CalendarChange(Strict):
    """What is otherwise from a day on; what is not given stays as it was."""

    start: date = Field(
        alias="from",
        ge=_FIRST,
        le=_LAST,
        description="the day, such as 2026-04-01, from whose local midnight on these hold",
    )
    hours: Hours | None = Field(default=None, description="else as before")
    time_zone: Zone | None = Field(default=None, description="else as before")
    country: Country | None = Field(default=None, description="else as before")
    holidays: tuple[date, ...] | None = Field(default=None, description="all of them; else as before")


class CalendarSettings(Strict):
    time_zone: Zone = Field(description="IANA name, such as Europe/London")
    hours: Hours = Field(description="such as `mon-fri 09:00-12:30 13:30-17:00; sat 10:00-14:00` or `24/7`")
    country: Country = Field(
        default="", description="public holidays of this country, such as GB-ENG or DE-BY"
    )
    holidays: tuple[date, ...] = Field(default=(), description="more days off")
    changes: tuple[CalendarChange, ...] = Field(default=(), description="later hours, the earliest first")

    @model_validator(mode="after")
    def _rises(self) -> CalendarSettings:
        if any(b.start <= a.start for a, b in pairwise(self.changes)):
            raise ValueError("changes: give the earliest first, and each day once")
        try:
            self.built("")
        except ValueError:
            raise ValueError("changes: two of them begin at the same moment in their zones") from None
        return self

    def built(self, name: str) -> Calendar:
        """The calendar, ready to count with. Each change holds from local midnight in its own zone."""
        first, *later = self._versions()
        changes = []
        for change, version in zip(self.changes, later, strict=True):
            day = change.start.toordinal() - _EPOCH_DAY
            changes.append((midnight_of(load_zone(version.time_zone), day), version.plain(name)))
        return Calendar.dated(first.plain(name), changes)

    def plain(self, name: str) -> Calendar:
        """The calendar without its changes."""
        return Calendar.weekly(
            name,
            self.time_zone,
            parse_hours(self.hours),
            holidays=frozenset(self.holidays),
            country=self.country or None,
        )

    def _versions(self) -> Iterator[CalendarSettings]:
        """What holds at first and after each change, whole."""
        stands = {name: getattr(self, name) for name in ("time_zone", "hours", "country", "holidays")}
        yield CalendarSettings.model_construct(**stands)
        for change in self.changes:
            given = {name: getattr(change, name) for name in stands}
            stands |= {name: value for name, value in given.items() if value is not None}
            yield CalendarSettings.model_construct(**stands)
