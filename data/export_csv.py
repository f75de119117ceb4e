"""Receipts and evidence as CSV that a spreadsheet may open: no text in it is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from data.evidence import Evidence
from data.evidence_rows import EvidenceRow
from data.export import iso
from data.receipt import Receipt

FORMULAS = ("=", "+", "-", "@")
COMMANDS = ("\t", "\r", "\n")

COLUMNS = (
    "metric", "label", "value", "unit", "n", "low", "high", "numerator", "denominator", "left_out", "counts",
    "standing", "target", "previous", "change", "verdict", "by", "group", "group_label", "window", "start",
    "end", "exactness", "version",
)  # fmt: skip
ROW_COLUMNS = tuple(item.name for item in fields(EvidenceRow))


def readings_as_csv(receipts: Sequence[Receipt]) -> str:
    """One line a reading, under lines that say as-of, time zone, filters and each definition."""
    return "".join([*about(receipts), *lines([COLUMNS, *(_cells(receipt) for receipt in receipts)])])


def evidence_as_csv(receipt: Receipt, evidence: Evidence) -> Iterator[str]:
    """Line by line, to be streamed: what the reading is, then its rows."""
    yield from about([receipt])
    reading = receipt.reading
    yield from lines(
        [
            ("# value", reading.value, reading.metric.unit.value),
            ("# n", reading.n),
            *(("# left out", count, why) for count, why in receipt.left_out),
            ("# rows", evidence.total_rows),
            ("# rows in this file", len(evidence.rows)),
            ("# ranked by", evidence.ranked_by),
            ("# adds up", "yes" if evidence.adds_up else "no"),
        ]
    )
    yield from lines([ROW_COLUMNS])
    for row in evidence.rows:
        yield from lines([[_plain(getattr(row, name)) for name in ROW_COLUMNS]])


def about(receipts: Sequence[Receipt]) -> Iterator[str]:
    """Lines that begin with #: once for all readings where it holds for all."""
    if not receipts:
        return
    first = receipts[0].reading
    given = ", ".join(f"{name}={value}" for name, value in first.filters.given().items())
    yield from lines(
        [
            ("# as of", iso(first.as_of)),
            ("# data version", first.data_version),
            ("# time zone", first.window.zone),
            ("# filters", given or "none"),
        ]
    )
    for metric in {receipt.reading.metric.key: receipt.reading.metric for receipt in receipts}.values():
        yield from lines([("# definition", metric.key, f"version {metric.version}", metric.definition)])


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula: where it might, an apostrophe goes before it."""
    is_risky = text.startswith(COMMANDS) or text.lstrip().startswith(FORMULAS)
    return f"'{text}" if is_risky else text


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Rows as lines of CSV. Texts in quotes, so that another separator does not cut them; numbers bare."""
    for row in rows:
        line = io.StringIO()
        cells = [defused(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row]
        csv.writer(line, quoting=csv.QUOTE_NONNUMERIC).writerow(cells)
        yield line.getvalue()


def _cells(receipt: Receipt) -> list[Any]:
    """In the order of COLUMNS. Nothing stands where there is nothing, never 0."""
    reading, fraction, change = receipt.reading, receipt.fraction, receipt.reading.change
    interval, window = reading.interval, reading.window
    return [
        reading.metric.key,
        reading.metric.label,
        reading.value,
        reading.metric.unit.value,
        reading.n,
        interval and interval.low,
        interval and interval.high,
        fraction and fraction.numerator,
        fraction and fraction.denominator,
        "; ".join(f"{count} {why}" for count, why in receipt.left_out),
        "; ".join(f"{name} {count:g}" for name, count in reading.counts.items()),
        reading.standing.value,
        reading.target,
        reading.previous,
        change and change.difference,
        change and change.verdict.value,
        reading.by,
        reading.group,
        reading.group_label,
        window.label if receipt.is_windowed else "as of",
        iso(window.start if receipt.is_windowed else reading.as_of),
        iso(window.end if receipt.is_windowed else reading.as_of),
        receipt.exactness,
        reading.metric.version,
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return str(value) if isinstance(value, str) else value
