"""The grid of months as CSV, one line a month of a sign, with what may be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from data.export import iso
from data.export_csv import about, lines
from data.month_cells import MonthCell
from data.month_grid import MonthGrid
from data.receipt import receipt_of

COLUMNS = (
    "metric", "label", "month", "value", "unit", "n", "low", "high", "usual", "lower_limit", "upper_limit",
    "step", "verdict", "reason", "is_thin", "is_provisional", "is_running", "as_of", "start", "end",
)  # fmt: skip


def grid_as_csv(grid: MonthGrid) -> Iterator[str]:
    """As-of, time zone, filters and each definition in lines that begin with #; then the grid's rows.

    value: empty where there is nothing to read it from. usual: see `Usual`. lower_limit, upper_limit: empty
    where there are no control limits. as_of: of a level the end of its month. start, end: of a flow's window.
    """
    yield from about([receipt_of(row.cells[-1].reading) for row in grid.rows])
    yield from lines(
        [("# months", grid.months), ("# ranked by", grid.by.metric.key if grid.is_ranked else "time")]
    )
    yield from lines([COLUMNS])
    for row in grid.rows:
        cells = {cell.label: cell for cell in row.cells}
        yield from lines([_cells(cells[label]) for label in grid.labels])


def _cells(cell: MonthCell) -> list[Any]:
    """In the order of COLUMNS."""
    reading, usual, judged = cell.reading, cell.usual, cell.judged
    metric, limits = reading.metric, usual if usual is not None and usual.has_limits else None
    is_windowed = reading.window.start < reading.window.end
    return [
        metric.key,
        metric.label,
        cell.label,
        None if cell.is_empty else reading.value,
        metric.unit.value,
        reading.n,
        reading.interval and reading.interval.low,
        reading.interval and reading.interval.high,
        usual and usual.value,
        limits and limits.low,
        limits and limits.high,
        cell.step and cell.step.value,
        judged and judged.verdict.value,
        judged and judged.reason,
        *("yes" if holds else "no" for holds in (cell.is_thin, cell.is_provisional, cell.is_running)),
        iso(reading.as_of),
        iso(reading.window.start) if is_windowed else None,
        iso(reading.window.end) if is_windowed else None,
    ]
