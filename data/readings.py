"""Evaluates metrics: tally for a window, filters and split → `Reading`. Every surface asks here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from data import facts, health, rollups, runs, tallies_standing
from data.evidence import Evidence, nothing, take
from data.facts import Scope
from data.known_then import known_then
from data.metrics import metric_of
from data.metrics.definition import Direction, Kind, Metric, Value
from data.reading import Reading, Standing
from data.settings import FileSettings
from data.tally import Group, total
from data.window import DAWN, Clock, Filters, Window, midnight, now, parse_window

NO_FILTERS = Filters()
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


class Readings:
    """Reads metrics from one snapshot of the store. Use as a context manager.

    as_of: the moment of levels and the end of trailing windows; else `known_at`, else the present.
    known_at: count only what had been learnt by then, no earlier than as_of; None: all that is known now.
    The settings of then are not known: today's are used. reach: with known_at, no window may begin longer
    before as_of, and tickets that ended earlier are not looked at; None: any window. is_exact: everything
    is counted from the rows, where else stored tallies are read.
    Raises ValueError for a known_at that lies in the future or before as_of.
    """

    def __init__(
        self,
        engine: Engine,
        settings: FileSettings,
        *,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        reach: timedelta | None = None,
        clock: Clock = now,
        is_exact: bool = False,
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._taken: dict[tuple[Any, ...], Mapping[Group, Any]] = {}
        self.as_of = as_of or known_at or clock()
        self.known_at = known_at
        self.zone = settings.time_zone
        self._is_exact = is_exact
        self._memo: dict[Any, Any] = {}
        self._since = self.as_of - reach if reach is not None and known_at is not None else DAWN
        if known_at is None:
            self._snapshot = facts.snapshot(engine)
        else:
            _check_known_at(known_at, self.as_of, clock())
            since = None if reach is None else self._since
            self._snapshot = known_then(engine, settings, known_at, since=since)

    def __enter__(self) -> Readings:
        self.connection: Connection = self._snapshot.__enter__()
        self.data_version = runs.versions_in(self.connection)[0]
        self.feeds = facts.feeds(self.connection)
        self._is_exact = self._is_exact or not rollups.are_kept(self.connection, self.zone)
        return self

    def __exit__(self, *error: Any) -> None:
        self._snapshot.__exit__(*error)

    @property
    def settings(self) -> FileSettings:
        """By which the rows are judged: targets, calendars, goals."""
        return self._settings

    @cached_property
    def sources(self) -> tuple[health.SourceHealth, ...]:
        """Every configured source as it stands at as-of, read once for a screen."""
        return health.sources(self.connection, self.as_of)

    @property
    def is_invented(self) -> bool:
        """Whether any source is the demo, which must be said."""
        return any(source.is_invented for source in self.sources)

    @property
    def today(self) -> date:
        """The local day of as-of."""
        return self.as_of.astimezone(ZoneInfo(self.zone)).date()

    def window(self, text: str) -> Window:
        """A window from words, trailing windows ending at as-of. Raises ValueError."""
        return parse_window(text, as_of=self.as_of, zone=self.zone)

    def scope(self, window: Window, filters: Filters, as_of: datetime | None = None) -> Scope:
        """Which rows a tally takes. Raises ValueError for a window beyond `reach`."""
        if window.start < self._since and window.end > window.start:
            raise ValueError(
                f"The window {window.label!r} begins before {self._since:%Y-%m-%d}, which is as far back as"
                " this reading of the past looks. Ask for a shorter window."
            )
        return Scope(
            self.connection,
            window,
            filters,
            as_of or self.as_of,
            self._settings.assumptions,
            self._is_exact,
            self._memo,
        )

    def read(
        self,
        key: str,
        *,
        window: str | Window | None = None,
        filters: Filters = NO_FILTERS,
        compare: bool = True,
    ) -> Reading:
        """One reading. window: words, or a Window; None: the metric's usual one. Raises ValueError."""
        metric = metric_of(key)
        span = self._span(metric, window)
        tally = self._tally(metric, self.scope(span, filters))
        before = self._before(metric, span, filters) if compare else None
        return self._reading(metric, span, filters, tally, before)

    def split(
        self,
        key: str,
        by: str,
        *,
        window: str | Window | None = None,
        filters: Filters = NO_FILTERS,
    ) -> list[Reading]:
        """One reading per value of the split, most rows first. Raises ValueError for an unknown split."""
        metric = metric_of(key)
        if by not in metric.splits:
            raise ValueError(
                f"{key} is not split by {by[:40]!r}. Possible: {', '.join(metric.splits) or 'nothing'}."
            )
        span = self._span(metric, window)
        groups = self._groups(metric, self.scope(span, filters), (by,))
        labels = self._labels(by)
        found = [
            replace(
                self._reading(metric, span, filters, tally, None),
                by=by,
                group=group,
                group_label=labels.get(group, group) if group is not None else None,
            )
            for (group,), tally in groups.items()
        ]
        return sorted(found, key=lambda reading: (-reading.n, reading.group or ""))

    def backlogs(self, days: Sequence[date], *, filters: Filters = NO_FILTERS) -> list[Reading]:
        """The backlog when each of these local days ended, in one question. No value: before the first
        ticket of all."""
        metric, zone = metric_of("backlog"), ZoneInfo(self.zone)
        ends = [midnight(day + DAY, zone) - SECOND for day in days]
        span = Window(self.as_of, self.as_of, self.zone, "a level")
        is_fed = metric.rests_on in self.feeds
        found = tallies_standing.waiting_at_ends(self.scope(span, filters), days) if is_fed else []
        levels = found or [None] * len(days)
        return [
            replace(
                self._reading(metric, Window(end, end, self.zone, f"{day}"), filters, level, None), as_of=end
            )
            for day, end, level in zip(days, ends, levels, strict=True)
        ]

    def evidence(self, reading: Reading, *, limit: int = 100, offset: int = 0) -> Evidence:
        """The rows of a reading of this snapshot, worst first, and whether they add up to it."""
        scope = self.scope(reading.window, reading.filters, reading.as_of)
        is_fed = reading.metric.rests_on in self.feeds
        return take(reading, scope, limit=limit, offset=offset) if is_fed else nothing(reading)

    def _span(self, metric: Metric, window: str | Window | None) -> Window:
        if isinstance(window, Window):
            return window
        return self.window(window or metric.window)

    def _tally(self, metric: Metric, scope: Scope) -> Any:
        """The tally of all rows; None where the store knows nothing of the kind."""
        if metric.rests_on not in self.feeds:
            return None
        return total(self._groups(metric, scope))

    def _groups(self, metric: Metric, scope: Scope, by: tuple[str, ...] = ()) -> Mapping[Group, Any]:
        """The tallies of a split; metrics that rest on one tally (a median, its 90th percentile) share it."""
        asked = (metric.tally, scope.window, scope.filters, scope.as_of, by)
        if asked not in self._taken:
            self._taken[asked] = metric.tally(scope, by)
        return self._taken[asked]

    def _before(self, metric: Metric, span: Window, filters: Filters) -> Any:
        """The tally of the window before; of a level, the one a day earlier."""
        if metric.kind is Kind.LEVEL:
            return self._tally(metric, self.scope(span, filters, self.as_of - DAY))
        return self._tally(metric, self.scope(span.previous(), filters))

    def _reading(self, metric: Metric, span: Window, filters: Filters, tally: Any, before: Any) -> Reading:
        value = metric.read(tally) if tally is not None else Value(None, 0)
        previous = metric.read(before).value if before is not None else None
        change = None
        if metric.compare and before is not None and tally is not None and previous is not None:
            change = metric.compare(tally, before) if value.value is not None else None
        target = self._target(metric)
        return Reading(
            metric=metric,
            value=value.value,
            n=value.n,
            interval=value.interval,
            counts=value.counts,
            left_out=value.left_out,
            relative_error=value.relative_error,
            window=span,
            filters=filters,
            as_of=self.as_of,
            data_version=self.data_version,
            target=target,
            previous=previous,
            change=change,
            standing=standing(metric, value, target),
            known_at=self.known_at,
        )

    def _target(self, metric: Metric) -> float | None:
        goals = self._settings.goals
        if metric.key.endswith("_attainment"):
            return goals.sla_attainment
        return {
            "nps": goals.nps,
            "backlog": goals.backlog,
            "sla_gap": 0.0,
            "sla_gap_p90": 0.0,
            "breached_now": 0.0,
        }.get(metric.key)

    def _labels(self, by: str) -> dict[str, str]:
        if by == "team":
            return facts.team_names(self.connection)
        return facts.account_names(self.connection) if by == "account" else {}


def _check_known_at(known_at: datetime, as_of: datetime, present: datetime) -> None:
    if known_at > present:
        raise ValueError("What will be known later cannot be told: known-at lies in the future.")
    if known_at < as_of:
        raise ValueError(
            f"At {known_at:%Y-%m-%d %H:%M:%S} UTC nothing was known of {as_of:%Y-%m-%d %H:%M:%S} UTC yet:"
            " known-at may not lie before as-of."
        )


def standing(metric: Metric, value: Value, target: float | None) -> Standing:
    """Against the target: beyond it but with an interval that reaches it is "watch", not "bad"."""
    if value.value is None:
        return Standing.NO_DATA
    if value.n < metric.minimum_sample:
        return Standing.THIN
    if target is None or metric.direction is Direction.NEITHER:
        return Standing.PLAIN
    sign = 1 if metric.direction is Direction.HIGHER_IS_BETTER else -1
    if (value.value - target) * sign >= 0:
        return Standing.GOOD
    if value.interval is None:
        return Standing.BAD
    reach = value.interval.high if sign > 0 else value.interval.low
    return Standing.WATCH if (reach - target) * sign >= 0 else Standing.BAD
