"""A reading: a metric evaluated. The one shape that every surface is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.metrics.definition import Change, Metric
from data.statistics import Interval
from data.window import Filters, Window


class Standing(StrEnum):
    """Against the target, in the metric's direction."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    PLAIN = "plain"  # no target, nothing to judge
    THIN = "thin"  # too few rows to judge
    NO_DATA = "no data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One figure and all that makes it one.

    value: in the metric's unit; None when there is nothing to read it from. group: the value of the
    split that it belongs to (None: undivided, or rows where the split is not known).
    previous: the value of the window before (flows), or a day earlier (levels).
    relative_error: how far the value may lie from the exact one, as a share of it; 0.0: it is exact.
    as_of: the moment up to which it is true. known_at: what had been learnt by then was counted; None: all
    that is known by now. data_version: the store's counter when it was read.
    """

    metric: Metric
    value: float | None
    n: int
    interval: Interval | None
    counts: Mapping[str, float]
    left_out: Mapping[str, int]
    window: Window
    filters: Filters
    as_of: datetime
    data_version: int
    relative_error: float = 0.0
    target: float | None = None
    previous: float | None = None
    change: Change | None = None
    standing: Standing = Standing.PLAIN
    by: str | None = None
    group: str | None = None
    group_label: str | None = None
    known_at: datetime | None = None

    @property
    def is_thin(self) -> bool:
        """Fewer rows than the metric's minimum sample."""
        return self.n < self.metric.minimum_sample
