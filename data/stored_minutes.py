"""Takes the durations of a window from stored histograms; from the rows, exactly, where there are few."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from data import histogram
from data.contributions import MEASURES, PRIORITIES, series_of
from data.cubes import COUNTED, TIMED, Cube, cube_for
from data.facts import Scope
from data.histogram import Counts, Keys
from data.schema import minutes_tally, ticket_tally
from data.stored import Rows, Tallies, cells_of, days, known, run_binary, split, sums, tails
from data.tally import Group, MinutesTally
from data.window import Filters

FEW = 5_000
"""So many tickets of a window are read one by one: no reader waits for them, and every value is exact."""

DATED_BY = {
    "solved": "solved_at",
    "first_solved": "first_solved_at",
    "first_replied": "first_reply_at",
    "sla_ended": "sla_ended_at",
}
Parts = dict[Group, list[tuple[Keys, Counts]]]


def timed(column: str, dated_by: str) -> Callable[..., Tallies[MinutesTally] | None] | None:
    """The way for a duration dated by a moment; None: there is no histogram of it."""
    for moment, measures in MEASURES.items():
        for name, exact in measures:
            if name == column and DATED_BY[moment] == dated_by:
                return _way(moment, column, is_exact=bool(exact))
    return None


def _way(moment: str, column: str, *, is_exact: bool) -> Callable[..., Tallies[MinutesTally] | None]:
    def way(scope: Scope, by: Sequence[str], rows: Rows) -> Tallies[MinutesTally] | None:
        timed_by, counted_by = (cube_for(cubes, scope.filters, by) for cubes in (TIMED, COUNTED))
        if timed_by is None or counted_by is None or _in_window(scope, moment) <= FEW:
            return None
        left_out = {
            group: count for group, (count,) in sums(scope, ticket_tally, counted_by, (moment,), by).items()
        }
        values = _values(scope, timed_by, by, column, is_exact=is_exact)
        for tail in tails(scope, DATED_BY[moment]):
            outside = rows(replace(scope, window=tail, is_exact=True), by)
            for group, tally in outside.items():
                values[group] = _without(values.get(group, Counter()), tally, is_exact=is_exact)
                left_out[group] -= tally.values.total() + tally.left_out
        error = 0.0 if is_exact else histogram.RELATIVE_ERROR
        return {
            group: MinutesTally(found, count - found.total(), error)
            for group, count in left_out.items()
            if count
            for found in (values.get(group, Counter()),)
        }

    return way


def _in_window(scope: Scope, moment: str) -> int:
    """How many tickets the rows of the window would have to be looked for among."""
    key = "in window", moment, scope.window
    if key not in scope.memo:
        everybody = replace(scope, filters=Filters())
        scope.memo[key] = sums(everybody, ticket_tally, COUNTED[0], (moment,), ())[()][0]
    return int(scope.memo[key])


def _values(
    scope: Scope, cube: Cube, by: Sequence[str], column: str, *, is_exact: bool
) -> dict[Group, Counter[float]]:
    """How often each duration occurs, by the split; a cell's priorities are taken apart as it is read."""
    given = scope.filters.priority
    if "priority" not in by:
        series = series_of(column, given)
        return {
            group: histogram.counted(parts, series, is_exact=is_exact)
            for group, parts in _parts(scope, cube, by).items()
        }
    at = by.index("priority")
    return {
        (*rest[:at], priority or None, *rest[at:]): histogram.counted(
            parts, series_of(column, priority), is_exact=is_exact
        )
        for rest, parts in _parts(scope, cube, [*by[:at], *by[at + 1 :]]).items()
        for priority in (PRIORITIES if given is None else (given,))
    }


def _parts(scope: Scope, cube: Cube, by: Sequence[str]) -> Parts:
    """The stored histograms over the days of the window, of all priorities, by the split."""
    wider = replace(scope, filters=replace(scope.filters, priority=None))
    key = "parts", wider.window, wider.filters, cube.name, tuple(by)
    if key not in scope.memo:
        which, values = cells_of(cube, wider, days(scope.window))
        columns = ", ".join([*split(minutes_tally, cube, by), "data"])
        found: Parts = defaultdict(list)
        query = f"SELECT {columns} FROM {minutes_tally.name} WHERE {which}"
        for *group, data in run_binary(scope, query, values):
            found[known(group, by)].append(histogram.unpacked(data))
        scope.memo[key] = dict(found)
    parts: Parts = scope.memo[key]
    return parts


def _without(values: Counter[float], tally: MinutesTally, *, is_exact: bool) -> Counter[float]:
    """What is left without exact values, each taken for what a histogram takes it for."""
    for minutes, count in tally.values.items():
        values[histogram.as_read(minutes, is_exact=is_exact)] -= count
    return +values
