"""Readings as JSON and as text, from their receipts: what each is, from when, by which definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import orjson

from data.evidence import Evidence
from data.evidence_rows import EvidenceRow
from data.metrics import CATALOG
from data.metrics.definition import Metric, Unit
from data.reading import Reading
from data.receipt import Receipt, formula_of, receipt_of


def reading_as_dict(reading: Reading) -> dict[str, Any]:
    """A reading as plain data: that of its receipt."""
    return receipt_as_dict(receipt_of(reading))


def receipt_as_dict(receipt: Receipt) -> dict[str, Any]:
    """A receipt as plain data. Moments in ISO 8601, UTC; shares from 0 to 1; value None: no data."""
    reading, fraction = receipt.reading, receipt.fraction
    interval, change = reading.interval, reading.change
    return {
        "metric": reading.metric.key,
        "label": reading.metric.label,
        "value": reading.value,
        "unit": reading.metric.unit,
        "clock": reading.metric.clock,
        "n": reading.n,
        "interval": None if interval is None else {"low": interval.low, "high": interval.high},
        "counts": dict(reading.counts),
        "left_out": dict(reading.left_out),
        "numerator": None if fraction is None else fraction.numerator,
        "denominator": None if fraction is None else fraction.denominator,
        "exactness": receipt.exactness,
        "relative_error": reading.relative_error,
        "assumptions": dict(receipt.assumptions),
        "thin": reading.is_thin,
        "standing": reading.standing,
        "target": reading.target,
        "previous": reading.previous,
        "change": None
        if change is None
        else {"difference": change.difference, "verdict": change.verdict.value},
        "by": reading.by,
        "group": reading.group,
        "group_label": reading.group_label,
        "window": {
            "label": reading.window.label,
            "start": iso(reading.window.start),
            "end": iso(reading.window.end),
        },
        "time_zone": reading.window.zone,
        "filters": reading.filters.given(),
        "as_of": iso(reading.as_of),
        "known_at": None if reading.known_at is None else iso(reading.known_at),
        "data_version": reading.data_version,
        "definition": reading.metric.definition,
        "formula": receipt.formula,
        "version": reading.metric.version,
        "caveat": reading.metric.caveat,
    }


def evidence_as_dict(evidence: Evidence) -> dict[str, Any]:
    """Rows as plain data, each without what its kind does not have."""
    return {
        "kind": evidence.kind,
        "total_rows": evidence.total_rows,
        "offset": evidence.offset,
        "adds_up": evidence.adds_up,
        "is_whole": evidence.is_whole,
        "ranked_by": evidence.ranked_by,
        "rows": [row_as_dict(row) for row in evidence.rows],
    }


def row_as_dict(row: EvidenceRow) -> dict[str, Any]:
    """A row as plain data; moments in ISO 8601, UTC."""
    given = {item.name: getattr(row, item.name) for item in fields(row)}
    return {
        name: iso(value) if isinstance(value, datetime) else value
        for name, value in given.items()
        if value is not None
    }


def metric_as_dict(metric: Metric) -> dict[str, Any]:
    """A definition as plain data."""
    return {
        "key": metric.key,
        "label": metric.label,
        "unit": metric.unit,
        "clock": metric.clock,
        "direction": metric.direction,
        "kind": metric.kind,
        "dated_by": metric.dated_by,
        "splits": list(metric.splits),
        "minimum_sample": metric.minimum_sample,
        "window": metric.window,
        "answers": metric.answers,
        "definition": metric.definition,
        "formula": formula_of(metric),
        "version": metric.version,
        "topic": metric.topic,
        "caveat": metric.caveat,
    }


def as_json(found: Any) -> str:
    return orjson.dumps(found, option=orjson.OPT_INDENT_2).decode()


def catalog() -> list[dict[str, Any]]:
    """Every metric, in reading order."""
    return [metric_as_dict(metric) for metric in CATALOG]


def as_text(readings: Sequence[Reading]) -> str:
    """Readings of one metric for a person: the figures, then what they are."""
    if not readings:
        return "No rows."
    first = readings[0]
    lines = [line(reading) for reading in readings]
    given = first.filters.given()
    where = tame(", ".join(f"{name}={value}" for name, value in given.items())) or "none"
    window = first.window
    lines += [
        "",
        f"metric      {first.metric.label} ({first.metric.key})",
        f"definition  {first.metric.definition}",
        f"window      {window.label}: {iso(window.start)} to {iso(window.end)}, days of {window.zone}"
        if first.metric.kind == "flow"
        else f"window      at the as-of moment; days of {window.zone}",
        f"filters     {where}",
        f"as of       {iso(first.as_of)}, {known(first.known_at)}, data version {first.data_version}",
    ]
    if first.metric.caveat:
        lines.append(f"note        {first.metric.caveat}")
    return "\n".join(lines)


def shown(value: float | None, unit: Unit) -> str:
    """A value with its unit in ASCII, for terminals; "no data" for None."""
    if value is None:
        return "no data"
    if unit is Unit.SHARE:
        return f"{value * 100:.2f} %"
    if unit is Unit.POINTS:
        return f"{value:+.2f} points"
    if unit is Unit.MINUTES:
        return f"{value:.1f} min ({value / 60:.2f} h)"
    if unit not in {Unit.TICKETS, Unit.ANSWERS, Unit.PER_YEAR}:
        return f"{value:.2f} {unit.value}"
    return f"{value:.0f} {unit.value}"


def line(reading: Reading) -> str:
    """A figure with what it rests on, in one line for a terminal."""
    parts = [shown(reading.value, reading.metric.unit), f"n={reading.n}"]
    if reading.interval is not None:
        low, high = (
            shown(item, reading.metric.unit) for item in (reading.interval.low, reading.interval.high)
        )
        parts.append(f"95 % between {low} and {high}")
    if reading.counts:
        parts.append(", ".join(f"{name} {count:g}" for name, count in reading.counts.items()))
    if reading.left_out:
        parts.append("left out: " + ", ".join(f"{count} {why}" for why, count in reading.left_out.items()))
    if reading.is_thin and reading.value is not None:
        parts.append("too few to say")
    head = "" if reading.by is None else f"{reading.group_label or reading.group or '(not known)'}: "
    return tame(head) + "; ".join(parts)


def tame(text: str) -> str:
    """A customer's words without what would command a terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def known(known_at: datetime | None) -> str:
    """How a figure of the past is meant."""
    return "as known now" if known_at is None else f"as known at {iso(known_at)}"


def iso(at: datetime) -> str:
    """A moment in UTC: 2026-11-18T14:32:00Z."""
    return at.isoformat().replace("+00:00", "Z")
