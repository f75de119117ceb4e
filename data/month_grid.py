"""The grid of months: a row per sign, a column per month; and which month was the worst, and was it real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from data import health
from data.control import Side
from data.metrics import metric_of
from data.metrics.definition import Direction, Kind, Metric
from data.month_cells import MonthCell, cells_of
from data.months import WorstMonth, bad_side, complete_months, worst_of
from data.reading import Reading
from data.readings import NO_FILTERS, Readings
from data.signals import FULL_MONTHS
from data.study import Offered, offered
from data.window import Filters, Window, midnight

SIGNS = (
    *("nps", "csat", "sla_attainment", "sla_gap", "backlog", "less_than_delighted", "reopen_rate"),
    "agent_stations",
)
"""The rows, in reading order: keys of the catalogue."""

SPANS = (12, 24, 36)
"""So many complete months may be asked for."""


@dataclass(frozen=True, slots=True)
class SignRow:
    """One sign. cells: oldest first, the running month last. worst: None for a level.

    ranked: labels of the complete months that have a value, worst first, by values that are pulled towards
    the overall one where the rows tell by how much; those with too few rows come last.
    unknown: filters that the metric does not know, so that nothing can pass them.
    """

    metric: Metric
    cells: tuple[MonthCell, ...]
    worst: WorstMonth | None
    ranked: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthGrid:
    """What `MonthsAsked` is answered with. labels: the columns, in the order that was asked for; months
    before the first of which anything is known are left out, unless nothing is known of any.

    by: the row that ranks the months and is told of in words. filters: as asked.
    """

    rows: tuple[SignRow, ...]
    labels: tuple[str, ...]
    by: SignRow
    months: int
    is_ranked: bool
    filters: Filters
    as_of: datetime
    zone: str
    data_version: int
    offered: Offered
    is_invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthsAsked:
    """The last complete months and, where as_of is None, the running one. by: a key of SIGNS.

    is_ranked: columns by the shrunken ranking of `by`, worst first, instead of by time.
    """

    filters: Filters = NO_FILTERS
    months: int = SPANS[0]
    by: str = SIGNS[0]
    is_ranked: bool = False
    as_of: datetime | None = None

    def answer(self, readings: Readings) -> MonthGrid:
        """ValueError: no such sign, or another number of months than SPANS."""
        if self.by not in SIGNS:
            raise ValueError(f"Months are not ranked by {self.by[:40]!r}. Use one of {', '.join(SIGNS)}.")
        if self.months not in SPANS:
            raise ValueError(f"Ask for {', '.join(map(str, SPANS))} months, not {self.months}.")
        windows = complete_months(readings, self.months + FULL_MONTHS)
        if self.as_of is None:
            windows.append(_running(windows[-1], readings))
        rows = tuple(self._row(readings, key, windows) for key in SIGNS)
        by = next(row for row in rows if row.metric.key == self.by)
        sources = health.sources(readings.connection, readings.as_of)
        return MonthGrid(
            rows=rows,
            labels=_columns(rows, by, is_ranked=self.is_ranked),
            by=by,
            months=self.months,
            is_ranked=self.is_ranked,
            filters=self.filters,
            as_of=readings.as_of,
            zone=readings.zone,
            data_version=readings.data_version,
            offered=offered(readings, self.filters),
            is_invented=any(item.is_invented for item in sources),
        )

    def _row(self, readings: Readings, key: str, windows: Sequence[Window]) -> SignRow:
        metric, runs = metric_of(key), self.as_of is None
        found = _readings(readings, metric, windows, self.filters, runs=runs)
        labels = [window.label for window in windows[-self.months - runs :]]
        bad = Side.HIGH if metric.kind is Kind.LEVEL else bad_side(metric)
        cells = cells_of(labels, found, bad, runs=runs)
        worst = None
        if metric.kind is Kind.FLOW:
            worst = worst_of(found[:-1] if runs else found, self.months, bad)
            ranked = tuple(month.label for month in worst.order)
        else:
            ranked = _by_level(cells, metric)
        unknown = tuple(name for name in self.filters.given() if name not in metric.splits)
        return SignRow(metric, tuple(cells), worst, ranked, unknown)


def _columns(rows: Sequence[SignRow], by: SignRow, *, is_ranked: bool) -> tuple[str, ...]:
    labels = [cell.label for cell in by.cells]
    known = [cell.label for row in rows for cell in row.cells if not cell.is_empty]
    labels = [label for label in labels if label >= min(known, default="")]
    if not is_ranked:
        return tuple(labels)
    return (*by.ranked, *(label for label in labels if label not in by.ranked))


def _readings(
    readings: Readings, metric: Metric, windows: Sequence[Window], filters: Filters, *, runs: bool
) -> list[Reading]:
    """A flow over each month; a level as each ended, and as it stands in the running one."""
    if metric.kind is Kind.FLOW:
        return [
            readings.read(metric.key, window=window, filters=filters, compare=False) for window in windows
        ]
    over = windows[:-1] if runs else windows
    levels = readings.backlogs([_last_day(window) for window in over], filters=filters)
    return [*levels, readings.read(metric.key, filters=filters, compare=False)] if runs else levels


def _last_day(window: Window) -> date:
    return (window.end - timedelta(seconds=1)).astimezone(ZoneInfo(window.zone)).date()


def _by_level(cells: Sequence[MonthCell], metric: Metric) -> tuple[str, ...]:
    """Levels are counted, not sampled: ranked as they are."""
    sign = -1 if metric.direction is Direction.LOWER_IS_BETTER else 1
    known = [(cell.reading.value, cell.label) for cell in cells if not cell.is_running]
    order = sorted((sign * value, label) for value, label in known if value is not None)
    return tuple(label for _, label in order)


def _running(last: Window, readings: Readings) -> Window:
    """The month after the last complete one: the one that as-of lies in."""
    first = last.end.astimezone(ZoneInfo(last.zone)).date()
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return Window(last.end, midnight(after, ZoneInfo(last.zone)), readings.zone, f"{first:%Y-%m}")
