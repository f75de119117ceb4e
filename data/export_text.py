"""A receipt for a terminal: the figure, what it was made of, and the first of its rows."""

from __future__ import annotations

from collections.abc import Iterator

from data.evidence import Evidence
from data.evidence_rows import EvidenceRow
from data.export import iso, shown, tame
from data.receipt import Receipt

WIDTH = 13
TITLE = 60


def receipt_as_text(receipt: Receipt, evidence: Evidence | None = None) -> str:
    """The receipt, line by line; with `evidence` its rows under it."""
    lines = [f"{name:<{WIDTH}} {value}" for name, value in _lines(receipt)]
    if evidence is not None:
        lines += ["", _told(evidence), *(_row(row) for row in evidence.rows)]
    return "\n".join(lines)


def _lines(receipt: Receipt) -> Iterator[tuple[str, str]]:
    """Name and text of each line; what there is nothing to say of has none."""
    reading, metric = receipt.reading, receipt.reading.metric
    yield "metric", f"{metric.label} ({metric.key}, version {metric.version})"
    if reading.by is not None:
        yield reading.by, tame(reading.group_label or reading.group or "(not known)")
    yield "value", shown(reading.value, metric.unit)
    if reading.interval is not None:
        low, high = (shown(end, metric.unit) for end in (reading.interval.low, reading.interval.high))
        yield "interval", f"95 % between {low} and {high}"
    if receipt.fraction is not None:
        found = receipt.fraction
        yield "numerator", f"{found.numerator:g} {found.above}"
        yield "denominator", f"{found.denominator:g} {found.below}"
    yield "counted", receipt.counted
    for name, count in reading.counts.items():
        yield "", f"{count:g} {name}"
    yield "left out", "; ".join(f"{count} {why}" for count, why in receipt.left_out) or "none"
    for name, value in receipt.assumptions:
        yield "assumed", f"{name} = {value:g}"
    yield from _held_against(receipt)
    yield from _where(receipt)


def _held_against(receipt: Receipt) -> Iterator[tuple[str, str]]:
    reading, unit = receipt.reading, receipt.reading.metric.unit
    target = "" if reading.target is None else f" ({shown(reading.target, unit)})"
    yield "standing", receipt.judged + target
    if reading.previous is not None:
        said = f": {receipt.compared}" if receipt.compared else ""
        yield "before", f"{shown(reading.previous, unit)}{said}"


def _where(receipt: Receipt) -> Iterator[tuple[str, str]]:
    reading = receipt.reading
    window = reading.window
    span = f"{window.label}: {iso(window.start)} to {iso(window.end)}"
    yield "window", span if receipt.is_windowed else "at the as-of moment"
    yield "time zone", window.zone
    given = ", ".join(f"{name}={value}" for name, value in reading.filters.given().items())
    yield "filters", tame(given) or "none"
    yield "as of", f"{iso(reading.as_of)}, data version {reading.data_version}"
    yield "exactness", receipt.exactness
    yield "definition", reading.metric.definition
    yield "formula", receipt.formula
    if reading.metric.caveat:
        yield "note", reading.metric.caveat


def _told(evidence: Evidence) -> str:
    shown_rows, all_rows = len(evidence.rows), evidence.total_rows
    sum_up = "they add up to the value" if evidence.adds_up else "THEY DO NOT ADD UP TO THE VALUE"
    checked = "" if evidence.is_whole else " (the worst only; checked by groups)"
    return f"{shown_rows} of {all_rows} rows, worst first; {sum_up}{checked}"


def _row(row: EvidenceRow) -> str:
    """Source and id, what the row contributes, and what is known about it."""
    moment = row.responded_at or row.solved_at or row.sent_at or row.created_at
    known = [
        None if row.value is None else f"{row.value:.1f} min",
        None if row.score is None else f"score {row.score:g}",
        None if moment is None else iso(moment),
        row.state, row.priority, row.team, row.account, row.audience, (row.title or "")[:TITLE] or None,
    ]  # fmt: skip
    name = f"{row.source}:{row.id}" if row.source else row.id
    return "  ".join([tame(name), row.says, *(tame(text) for text in known if text is not None)])
