"""What a person opens to check a figure: one receipt with its rows, or the glossary; each of one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from data import facts
from data.evidence import Evidence
from data.metrics import CATALOG
from data.readings import NO_FILTERS, Readings
from data.receipt import Receipt, receipt_of
from data.settings import FileSettings
from data.window import Clock, Filters, now


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which receipt. window: words; None: the metric's usual one. as_of None: now. limit, offset: of rows.

    Hashable, so it can be a key of what is remembered.
    """

    metric: str
    window: str | None = None
    filters: Filters = NO_FILTERS
    as_of: datetime | None = None
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A receipt with some of its rows. filters: each filter's value as screens call it. is_invented: demo."""

    receipt: Receipt
    evidence: Evidence
    filters: Mapping[str, str]
    is_invented: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """Every metric of the catalogue, in its order, as it reads for its usual window."""

    as_of: datetime
    receipts: tuple[Receipt, ...]
    is_invented: bool = False


def open_receipt(engine: Engine, settings: FileSettings, asked: Asked, *, clock: Clock = now) -> Opened:
    """Raises ValueError for a metric or a window that is none."""
    with Readings(engine, settings, as_of=asked.as_of, clock=clock) as readings:
        reading = readings.read(asked.metric, window=asked.window, filters=asked.filters)
        return Opened(
            receipt=receipt_of(reading),
            evidence=readings.evidence(reading, limit=asked.limit, offset=asked.offset),
            filters=_called(readings, asked.filters),
            is_invented=readings.is_invented,
        )


def read_glossary(engine: Engine, settings: FileSettings, *, clock: Clock = now) -> Glossary:
    """All metrics, in one snapshot, none compared with the window before."""
    with Readings(engine, settings, clock=clock) as readings:
        found = tuple(receipt_of(readings.read(metric.key, compare=False)) for metric in CATALOG)
        return Glossary(as_of=readings.as_of, receipts=found, is_invented=readings.is_invented)


def _called(readings: Readings, filters: Filters) -> dict[str, str]:
    """Teams and accounts by name; what is not known keeps its value."""
    given = filters.given()
    named = {"team": facts.team_names, "account": facts.account_names}
    return {
        name: named[name](readings.connection).get(value, value) if name in named else value
        for name, value in given.items()
    }
