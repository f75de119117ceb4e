"""A trend in words, for those who can't see its picture."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.format import day_and_clock, shown
from data.board import Point
from data.metrics.definition import Unit


def spoken(what: str, trend: Sequence[Point], unit: Unit, zone: str) -> str:
    """ "Score from +36 on 20 Aug 2026 to +42, lowest +31, highest +44"."""
    known = [(point.at, point.value) for point in trend if point.value is not None]
    if not known:
        return f"{what}: no trend yet"
    values = [value for _, value in known]
    first, last, low, high = (
        shown(value, unit).text for value in (values[0], values[-1], min(values), max(values))
    )
    since = day_and_clock(known[0][0], zone).split(",")[0]
    return f"{what} from {first} on {since} to {last}, lowest {low}, highest {high}"
