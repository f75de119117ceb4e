"""The grid of months: a row per sign, a column per month; and which month was the worst, and was it real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from data import facts
from data.control import Side
from data.cubes import TIMED, cube_for
from data.metrics import metric_of
from data.metrics.definition import Direction, Kind, Metric, Unit
from data.month_cells import MonthCell, cells_of
from data.months import WorstMonth, bad_side, complete_months, worst_of
from data.reading import Reading, Standing
from data.readings import NO_FILTERS, Readings
from data.signals import FULL_MONTHS
from data.study import Offered, offered
from data.window import Filters, Window, months_from

SIGNS = (
    *("nps", "csat", "sla_attainment", "sla_gap", "backlog", "less_than_delighted", "reopen_rate"),
    "agent_stations",
)
"""The rows, in reading order: keys of the catalogue."""

MOST_TICKETS = 100_000
"""Of more tickets a duration is not told where each would have to be looked at: it would take too long."""

SPANS = (12, 24, 36)
"""So many complete months may be asked for."""


@dataclass(frozen=True, slots=True)
class SignRow:
    """One sign. cells: oldest first, the running month last.

    unknown: filters that the metric does not know, so that nothing can pass them. is_too_large: to tell it
    by these filters, every ticket of a large store would have to be looked at, so it is not told.
    """

    metric: Metric
    cells: tuple[MonthCell, ...]
    unknown: tuple[str, ...]
    is_too_large: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """The months of one sign. worst: None for a level, which has no limits and no chance.

    order: labels of the complete months that have a value, worst first, by values that are pulled towards
    the overall one where the rows tell by how much; those with too few rows come last.
    """

    worst: WorstMonth | None
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthGrid:
    """What `MonthsAsked` is answered with. labels: the columns, in the order that was asked for; months
    before the first of which anything is known are left out, unless nothing is known of any.

    by: the row that ranks the months and is told of in words. filters: as asked.
    """

    rows: tuple[SignRow, ...]
    labels: tuple[str, ...]
    by: SignRow
    ranking: Ranking
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
        windows = self._complete(readings)
        if self.as_of is None:
            windows += months_from(readings.today, 1, readings.zone)
        rows = tuple(self._row(readings, key, windows) for key in SIGNS)
        by = rows[SIGNS.index(self.by)]
        ranking = self._ranking(readings, by, windows)
        return MonthGrid(
            rows=rows,
            labels=_columns(rows, ranking, is_ranked=self.is_ranked),
            by=by,
            ranking=ranking,
            months=self.months,
            is_ranked=self.is_ranked,
            filters=self.filters,
            as_of=readings.as_of,
            zone=readings.zone,
            data_version=readings.data_version,
            offered=offered(readings, self.filters),
            is_invented=readings.is_invented,
        )

    def _complete(self, readings: Readings) -> list[Window]:
        """The months that are shown and those before that say what is usual, from the first known on."""
        windows = complete_months(readings, self.months + FULL_MONTHS)
        first = facts.first_moment(readings.connection) or readings.as_of
        return [window for window in windows if window.end > first] or windows[-1:]

    def _row(self, readings: Readings, key: str, windows: Sequence[Window]) -> SignRow:
        metric = metric_of(key)
        unknown = tuple(name for name in self.filters.given() if name not in metric.splits)
        is_too_large = metric.unit is Unit.MINUTES and _is_too_large(readings, windows, self.filters)
        found = self._found(readings, "sla_attainment" if is_too_large else key, windows)
        if is_too_large:
            found = [_untold(reading, metric) for reading in found]
        runs = self.as_of is None
        labels = [window.label for window in windows[-self.months - runs :]]
        cells = cells_of(labels, found, _bad(metric), runs=runs)
        return SignRow(metric, tuple(cells), unknown, is_too_large)

    def _ranking(self, readings: Readings, row: SignRow, windows: Sequence[Window]) -> Ranking:
        """Of the chosen sign alone: what chance would give takes longer than to read the months."""
        if row.metric.kind is Kind.LEVEL or row.is_too_large:
            return Ranking(None, _by_level(row.cells, row.metric))
        over = windows[:-1] if self.as_of is None else windows
        found = self._found(readings, row.metric.key, over, runs=False)  # remembered by the readings
        worst = worst_of(found, min(self.months, len(found)), _bad(row.metric))
        return Ranking(worst, tuple(month.label for month in worst.order))

    def _found(
        self, readings: Readings, key: str, windows: Sequence[Window], *, runs: bool | None = None
    ) -> list[Reading]:
        """A flow over each month; a level as each ended, and as it stands in the running one."""
        runs = self.as_of is None if runs is None else runs
        if metric_of(key).kind is Kind.FLOW:
            return [readings.read(key, window=each, filters=self.filters, compare=False) for each in windows]
        over = windows[:-1] if runs else windows
        levels = readings.backlogs([_last_day(window) for window in over], filters=self.filters)
        return [*levels, readings.read(key, filters=self.filters, compare=False)] if runs else levels


def _bad(metric: Metric) -> Side:
    return Side.HIGH if metric.kind is Kind.LEVEL else bad_side(metric)


def _is_too_large(readings: Readings, windows: Sequence[Window], filters: Filters) -> bool:
    """Durations by what no stored histogram knows are read ticket by ticket; an account's are few."""
    if filters.account is not None or cube_for(TIMED, filters, ()) is not None:
        return False
    whole = Window(windows[0].start, windows[-1].end, readings.zone, "all these months")
    everybody = readings.read("sla_attainment", window=whole, compare=False)
    return everybody.n + sum(everybody.left_out.values()) > MOST_TICKETS


def _untold(reading: Reading, metric: Metric) -> Reading:
    return replace(
        reading,
        metric=metric,
        value=None,
        n=0,
        interval=None,
        counts={},
        left_out={},
        target=None,
        standing=Standing.NO_DATA,
    )


def _columns(rows: Sequence[SignRow], ranking: Ranking, *, is_ranked: bool) -> tuple[str, ...]:
    labels = [cell.label for cell in rows[0].cells]
    known = [cell.label for row in rows for cell in row.cells if not cell.is_empty]
    labels = [label for label in labels if label >= min(known, default="")]
    if not is_ranked:
        return tuple(labels)
    return (*ranking.order, *(label for label in labels if label not in ranking.order))


def _last_day(window: Window) -> date:
    return (window.end - timedelta(seconds=1)).astimezone(ZoneInfo(window.zone)).date()


def _by_level(cells: Sequence[MonthCell], metric: Metric) -> tuple[str, ...]:
    """Levels are counted, not sampled: ranked as they are."""
    sign = -1 if metric.direction is Direction.LOWER_IS_BETTER else 1
    known = [(cell.reading.value, cell.label) for cell in cells if not cell.is_running]
    order = sorted((sign * value, label) for value, label in known if value is not None)
    return tuple(label for _, label in order)
