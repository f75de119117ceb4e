"""What a page asks of one snapshot of the store: a question that knows how to answer itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Engine

from data import facts
from data.readings import Readings
from data.settings import FileSettings
from data.window import Clock, Filters, now

Answer = TypeVar("Answer", covariant=True)


class Study(Protocol[Answer]):
    """Frozen and hashable, since its answer is remembered by it: it holds all that the answer depends on,
    but for the store."""

    @property
    def as_of(self) -> datetime | None:
        """None: now."""

    def answer(self, readings: Readings) -> Answer:
        """From this snapshot. ValueError: nobody can mean that. LookupError: there is no such thing."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen in a filter bar, by value: the name that a screen shows."""

    teams: Mapping[str, str]
    accounts: Mapping[str, str]
    sources: Mapping[str, str]
    channels: Mapping[str, str] = field(default_factory=dict)


def offered(readings: Readings, filters: Filters) -> Offered:
    """At most some hundred teams and accounts (facts.OFFERED), and the chosen ones."""
    connection = readings.connection
    return Offered(
        teams=facts.offered_teams(connection, filters.team),
        accounts=facts.offered_accounts(connection, filters.account),
        sources={item.name: item.label for item in readings.sources},
        channels=facts.offered_channels(connection, readings.as_of, filters.channel),
    )


def answer(engine: Engine, settings: FileSettings, study: Study[Answer], *, clock: Clock = now) -> Answer:
    """Opens the snapshot and asks it. Raises what `Study.answer` raises."""
    with Readings(engine, settings, as_of=study.as_of, clock=clock) as readings:
        return study.answer(readings)
