"""How far from usual each month of a figure is, in a few steps: what colours the grid of months. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import median

from data.control import Limits, Side
from data.metrics.definition import Kind, Unit
from data.months import Charted, charted, is_provisional
from data.reading import Reading
from data.signals import JudgedMonth, MonthVerdict, Rule
from data.statistics import MINIMUM_TO_COMPARE

FEWEST = 6
"""Without control limits, so many full months tell what is usual; of fewer nothing is said."""

SIGMA = 3
NORMAL_MAD = 1.4826
"""A standard deviation is so many median absolute deviations, where values are normal."""

REACH_95 = 1.96
"""An interval of 95 % reaches so many standard errors to either side."""

NEAR, FAR = 1 / 3, 2 / 3

BOUNDS: dict[Unit, tuple[float | None, float | None, int]] = {
    Unit.POINTS: (-100, 100, 1),
    Unit.SHARE: (0, 1, 1),
    Unit.ANSWERS: (0, 1, 1),
    Unit.TICKETS: (0, None, 1),
    Unit.PER_TICKET: (0, None, 1),
}
"""What a value cannot fall below or rise above: lines beyond say nothing to a reader."""


class Step(StrEnum):
    """The distance from the usual month, in thirds of the way to the limit on that side."""

    BETTER = "better than usual"
    USUAL = "as usual"
    WORSE = "worse than usual"
    FAR = "much worse than usual"
    BEYOND = "beyond the control limit"


@dataclass(frozen=True, slots=True)
class Usual:
    """What a month is held against, in the unit of the metric's value.

    value: the usual month. low, high: three sigma around it; control limits if has_limits, else from the
    spread of the months that are shown, which says how far, and never that a month is real.
    """

    value: float
    low: float
    high: float
    has_limits: bool


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One month of one sign. label: such as 2026-05.

    step: None where nothing tells what is usual, where the month has too few rows, or is not over: a part of
    a month is not like whole ones (its tickets have had less time to come back). usual: None where nothing
    tells it. judged: by its own earlier months; None for a level. is_thin: too few rows. is_provisional:
    answers may still come. is_running: the month is not over.
    """

    label: str
    reading: Reading
    step: Step | None
    usual: Usual | None
    judged: JudgedMonth | None
    is_thin: bool
    is_provisional: bool
    is_running: bool

    @property
    def is_empty(self) -> bool:
        """Nothing was counted, so there is no value: a flow of no rows reads 0 and means nothing."""
        return self.reading.value is None or (self.reading.metric.kind is Kind.FLOW and not self.reading.n)

    @property
    def is_beyond(self) -> bool:
        """Beyond its own control limit, on the bad side."""
        return self._is_bad and self.judged is not None and Rule.BEYOND in self.judged.rules

    @property
    def is_run(self) -> bool:
        """A rule over several months speaks against it, though it keeps to its own limit."""
        return self._is_bad and not self.is_beyond

    @property
    def _is_bad(self) -> bool:
        return self.judged is not None and self.judged.verdict is MonthVerdict.BAD


def cells_of(labels: Sequence[str], found: Sequence[Reading], bad: Side, *, runs: bool) -> list[MonthCell]:
    """The cells of the last months of `found`, oldest first; those before say what is usual.

    labels: of the months that are shown. runs: the last of them is not over.
    """
    metric, count = found[-1].metric, len(labels)
    shown = found[-count:]
    is_level = metric.kind is Kind.LEVEL
    charts = [None] * count if is_level else charted(found, count, bad)
    values = [
        reading.value if chart is None else chart.value for reading, chart in zip(shown, charts, strict=True)
    ]
    least = max(metric.minimum_sample, MINIMUM_TO_COMPARE)
    thin = [not is_level and reading.n < least for reading in shown]
    full = [
        v for i, v in enumerate(values) if v is not None and not thin[i] and not (runs and i == count - 1)
    ]
    spread = _spread(full)
    cells = []
    for i, (label, reading) in enumerate(zip(labels, shown, strict=True)):
        chart, value, is_running = charts[i], values[i], runs and i == count - 1
        usual = _usual(chart, spread, reading)
        is_told = value is not None and usual is not None and not thin[i] and not is_running
        is_over = not is_provisional(reading)
        step = _step(value, usual, bad, is_over=is_over) if is_told and value is not None and usual else None
        cells.append(
            MonthCell(
                label=label,
                reading=reading,
                step=step,
                usual=_shown(usual, reading),
                judged=chart.judged if chart is not None else None,
                is_thin=value is not None and thin[i],
                is_provisional=is_provisional(reading) and not is_running,
                is_running=is_running,
            )
        )
    return cells


def _spread(values: Sequence[float]) -> Usual | None:
    if len(values) < FEWEST:
        return None
    middle = median(values)
    reach = SIGMA * NORMAL_MAD * median(abs(value - middle) for value in values)
    return Usual(middle, middle - reach, middle + reach, has_limits=False)


def _usual(chart: Charted | None, spread: Usual | None, reading: Reading) -> Usual | None:
    """Without control limits the spread of the months, but never less than this month's own error. None:
    months of which nothing tells an error, and that do not vary, would all be far from one another."""
    limits: Limits | None = chart.judged.limits if chart is not None else None
    if limits is not None:
        return Usual(limits.middle, limits.lower, limits.upper, has_limits=True)
    if spread is None:
        return None
    reach = max(spread.high - spread.value, SIGMA * _error(reading))
    if not reach:
        return None
    return Usual(spread.value, spread.value - reach, spread.value + reach, has_limits=False)


def _error(reading: Reading) -> float:
    """The standard error of what is charted; 0.0 where nothing tells it, as of a median."""
    if reading.metric.unit is Unit.ANSWERS and reading.n:
        share = (reading.value or 0.0) / reading.n
        return sqrt(share * (1 - share) / reading.n)
    if reading.metric.kind is Kind.LEVEL:
        return sqrt(max(reading.value or 0.0, 1.0))  # a count varies by its root at least
    interval = reading.interval
    return 0.0 if interval is None else (interval.high - interval.low) / 2 / REACH_95


def _step(value: float, usual: Usual, bad: Side, *, is_over: bool) -> Step:
    """A month that is not over, or without limits, is never beyond them."""
    is_worse = (value < usual.value) == (bad is Side.LOW) and value != usual.value
    limit = usual.low if value < usual.value else usual.high
    way, whole = abs(value - usual.value), abs(limit - usual.value)
    if not is_worse:
        return Step.BETTER if way > NEAR * whole else Step.USUAL
    if way > whole and usual.has_limits and is_over:
        return Step.BEYOND
    if way > FAR * whole:
        return Step.FAR
    return Step.WORSE if way > NEAR * whole else Step.USUAL


def _shown(usual: Usual | None, reading: Reading) -> Usual | None:
    """Within what is possible, and as counts where the value is one: a count of answers is charted as their
    share, so here it is what the share makes of so many answers."""
    if usual is None:
        return None
    low, high, times = BOUNDS.get(reading.metric.unit, (None, None, 1))
    if reading.metric.unit is Unit.ANSWERS:
        times = reading.n
    ends = (usual.value, usual.low, usual.high)
    value, first, last = (_between(end, low, high) * times for end in ends)
    return Usual(value, first, last, usual.has_limits)


def _between(value: float, low: float | None, high: float | None) -> float:
    above = value if low is None else max(value, low)
    return above if high is None else min(above, high)
