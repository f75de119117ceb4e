"""Hand-made receipts of any metric of the catalogue, with rows that add up and texts that mean harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from data.evidence import Evidence
from data.evidence_rows import EvidenceRow, Part
from data.metrics import BY_KEY
from data.metrics.definition import Change, Unit, Value
from data.opened import Asked, Opened
from data.receipt import receipt_of
from data.statistics import Interval
from data.statistics import Verdict as Realness
from tests.dashboard.readings import HOSTILE, read

ROWS = 120
VALUES = {Unit.POINTS: 42.0, Unit.SHARE: 0.9, Unit.MINUTES: 90.0}


def receipts_of(asked: Asked, at: datetime) -> Opened:
    """A full receipt with ROWS rows, of which the page that is asked for is shown."""
    metric = BY_KEY[asked.metric]
    counts = {"promoters": 63.0, "passives": 24.0, "detractors": 13.0} if metric.key == "nps" else {}
    value = 50.0 if metric.key == "nps" else VALUES.get(metric.unit, 100.0)
    reading = read(
        metric, value, 100, at=asked.as_of or at, window=asked.window or metric.window,
        counts=counts, left_out={"no score": 20}, interval=Interval(value - 1, value + 1),
        previous=value - 6, change=Change(6.0, Realness.NOISE),
    )  # fmt: skip
    reading = replace(reading, filters=asked.filters)
    rows = [_row(metric.rows, number, at) for number in range(ROWS)]
    return Opened(
        receipt=receipt_of(reading),
        evidence=Evidence(
            kind=metric.rows,
            rows=tuple(rows[asked.offset : asked.offset + asked.limit]),
            offset=asked.offset,
            total_rows=ROWS,
            total=Value(value, 100),
            adds_up=True,
        ),
        filters=asked.filters.given(),
    )


def empty_receipt(asked: Asked, at: datetime) -> Opened:
    """There is nothing to read it from."""
    full = receipts_of(asked, at)
    was = replace(full.receipt.reading, interval=None, change=None, previous=None)
    reading = replace(was, value=None, n=0, counts={}, left_out={})
    none = replace(full.evidence, rows=(), total_rows=0, total=Value(None, 0))
    return replace(full, receipt=receipt_of(reading), evidence=none)


def thin_receipt(asked: Asked, at: datetime) -> Opened:
    full = receipts_of(asked, at)
    return replace(full, receipt=receipt_of(replace(full.receipt.reading, n=2)))


def wrong_receipt(asked: Asked, at: datetime) -> Opened:
    """Its rows do not add up: a fault that must be seen."""
    full = receipts_of(asked, at)
    return replace(full, evidence=replace(full.evidence, adds_up=False))


def large_receipt(asked: Asked, at: datetime) -> Opened:
    full = receipts_of(asked, at)
    return replace(full, evidence=replace(full.evidence, is_whole=False, total_rows=1_234_567))


def hostile_receipt(asked: Asked, at: datetime) -> Opened:
    """Every text that a customer could have written means harm."""
    full = receipts_of(asked, at)
    bad = replace(
        full.evidence.rows[0],
        source="desk", id=HOSTILE, title=HOSTILE, team=HOSTILE, account=HOSTILE, state=HOSTILE,
        priority=HOSTILE, url='https://x.test/"onmouseover="alert(1)',
    )  # fmt: skip
    return replace(full, evidence=replace(full.evidence, rows=(bad,)), filters={"team": HOSTILE})


def _row(kind: str, number: int, at: datetime) -> EvidenceRow:
    is_left_out = number >= 100
    part = Part.LEFT_OUT if is_left_out else Part.COUNTED
    says = "no score" if is_left_out else "promoter" if kind == "answer" else "counted"
    score = None if is_left_out or kind != "answer" else 9.0
    return EvidenceRow(
        kind=kind, source="desk", id=f"T-{number}", part=part, says=says, score=score,
        title=f"Subject {number}", account="Acme", created_at=at - timedelta(hours=number),
        url=f"https://desk.test/{number}" if number % 2 else None,
    )  # fmt: skip
