"""In which order the rows of a reading are shown, worst first, and what each of them contributes to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.evidence_rows import Part, column_of
from data.facts import Scope
from data.metrics.definition import Direction, Kind, Metric, Unit, Value
from data.schema import ticket

RATES = {Unit.POINTS, Unit.SHARE, Unit.MINUTES, Unit.DAYS, Unit.PER_TICKET, Unit.PER_AGENT}
"""Units of figures that are no sum over their rows."""

_ONE = {"promoters": "promoter", "passives": "passive", "detractors": "detractor"}
_RATIO = {"hits", "total"}
_LAST = {Part.LEFT_OUT: 2, Part.BESIDE: 1}


def ordered(metric: Metric, scope: Scope, found: Mapping[str, Any]) -> list[str]:
    """The keys, worst first: what is not counted comes last, and equal ones in the order of their names."""
    values = {key: metric.read(tally) for key, tally in found.items()}
    ranks = _ranks(metric, scope, values)
    parts = {key: part_of(metric, value)[0] for key, value in values.items()}
    missing = float("inf")

    def place(key: str) -> tuple[int, int, float, str]:
        rank = ranks[key]
        bad = 0 if metric.ranks_by else _badness(metric, parts[key])
        return _LAST.get(parts[key], 0), bad, missing if rank is None else rank, key

    return sorted(found, key=place)


def _ranks(metric: Metric, scope: Scope, values: Mapping[str, Value]) -> dict[str, float | None]:
    """A number for each key that is smaller the worse the row is."""
    keys = list(values)
    if metric.unit is Unit.MINUTES:
        minutes = ((key, value.value) for key, value in values.items())
        return {key: None if number is None else -number for key, number in minutes}
    name, sign = order_by(metric)
    known = column_of(scope.connection, metric.rows, name, keys)
    return {key: None if (value := known.get(key)) is None else value * sign for key in keys}


def order_by(metric: Metric) -> tuple[str, int]:
    """The column that ranks the rows, and 1 where its smallest values are the worst, else -1."""
    if metric.rows == "answer":
        return "score", 1
    if metric.rows == "invitation":
        return "sent_at", -1
    if metric.rows == "account":
        return "yearly_value", -1
    if metric.ranks_by is None or metric.ranks_by not in ticket.c:
        return "created_at", -1 if metric.kind is Kind.FLOW else 1
    return metric.ranks_by, 1 if metric.ranks_by.endswith("_at") else -1


def _badness(metric: Metric, part: Part) -> int:
    """Where no column ranks: what pulls the figure in its bad direction comes first."""
    if metric.rows == "answer" or metric.unit in RATES - {Unit.SHARE}:
        return 0
    is_hit = part is Part.HIT
    return int(is_hit if metric.direction is Direction.HIGHER_IS_BETTER else not is_hit)


def part_of(metric: Metric, value: Value) -> tuple[Part, str]:
    """What a row is to the figure, from the value that it alone would give."""
    named = [
        (_ONE.get(name, name), count)
        for name, count in value.counts.items()
        if count and name not in metric.distinct and name not in _RATIO
    ]
    if value.value in (None, 0) and not value.n and not named:
        reasons = ", ".join(value.left_out)
        return (Part.LEFT_OUT, reasons) if reasons else (Part.BESIDE, "held against")
    if metric.unit is Unit.SHARE:
        return (Part.HIT, "in the numerator") if value.value else (Part.COUNTED, "in the denominator only")
    says = ", ".join(name if count == 1 else f"{name} {count:g}" for name, count in named)
    if metric.unit not in RATES:
        return (Part.HIT if value.value else Part.COUNTED), says or f"adds {value.value or 0:g}"
    return Part.COUNTED, says or "counted"
