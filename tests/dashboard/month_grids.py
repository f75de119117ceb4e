"""Hand-made grids of months: one cell of every look, an empty one, and one whose names mean harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from data.control import Side
from data.extremes import WorstByChance
from data.metrics import metric_of
from data.metrics.definition import Kind
from data.month_cells import MonthCell, Step, Usual
from data.month_grid import MonthGrid, MonthsAsked, Ranking, SignRow
from data.months import Month, WorstMonth
from data.signals import JudgedMonth, MonthVerdict, Rule
from data.statistics import Interval, Verdict
from data.study import Offered
from tests.dashboard.readings import AT, HOSTILE, ZONE, read

LABELS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11")
BY_CHANCE = WorstByChance(28.0, Interval(21.0, 33.0), Side.LOW, (28.0,), (1.0,))
VALUES = {"nps": 42.0, "sla_attainment": 0.92, "backlog": 137.0, "sla_gap": -90.0}


def full_grid(asked: MonthsAsked) -> MonthGrid:
    """May is beyond its limit, June in a run, July small, August unknown, October may still get answers."""
    return _grid(asked, [_row(key) for key in VALUES])


def empty_grid(asked: MonthsAsked) -> MonthGrid:
    """Nothing is known of any month."""
    rows = [SignRow(metric_of(key), tuple(_empty(key, label) for label in LABELS), ()) for key in VALUES]
    found = WorstMonth(
        metric_of("nps"), (), None, None, None, Verdict.TOO_FEW, "no month with 10 or more", None
    )
    return replace(_grid(asked, rows), ranking=Ranking(found, ()))


def hostile_grid(asked: MonthsAsked) -> MonthGrid:
    """Every name that a customer could have given means harm."""
    names = {HOSTILE: HOSTILE}
    return replace(full_grid(asked), offered=Offered(names, names, names, names), filters=asked.filters)


def _grid(asked: MonthsAsked, rows: list[SignRow]) -> MonthGrid:
    by = next((row for row in rows if row.metric.key == asked.by), rows[0])
    return MonthGrid(
        rows=tuple(rows),
        labels=LABELS,
        by=by,
        ranking=_ranking(by),
        months=asked.months,
        is_ranked=asked.is_ranked,
        filters=asked.filters,
        as_of=AT,
        zone=ZONE,
        data_version=1,
        offered=Offered({"1": "First line"}, {"a": "Acme"}, {"desk": "Desk"}, {"mail": "mail"}),
        is_invented=False,
    )


def _ranking(row: SignRow) -> Ranking:
    if row.metric.kind is Kind.LEVEL:
        return Ranking(None, LABELS[:2])
    months = tuple(Month(cell.label, cell.reading, None, False, False) for cell in row.cells[:2])
    worst = WorstMonth(
        row.metric, months, months[0], BY_CHANCE, 0.001, Verdict.REAL, "below the lower limit", None, months
    )
    return Ranking(worst, LABELS[:2])


def _row(key: str) -> SignRow:
    value, usual = VALUES[key], Usual(VALUES[key], VALUES[key] - 10, VALUES[key] + 10, has_limits=True)
    if metric_of(key).kind is Kind.LEVEL:
        usual = replace(usual, has_limits=False)
    bad = (Rule.BEYOND,), (Rule.RUN,)
    looks: list[dict[str, object]] = [
        {"step": Step.BEYOND, "judged": _judged(*bad[0])}, {"step": Step.WORSE, "judged": _judged(*bad[1])},
        {"step": None, "is_thin": True}, {}, {"step": Step.BETTER},
        {"step": Step.FAR, "is_provisional": True}, {"step": None, "is_running": True},
    ]  # fmt: skip
    cells = [
        replace(_empty(key, label), usual=usual, reading=_reading(key, value, label), **look)
        if label != "2026-08"
        else _empty(key, label)
        for label, look in zip(LABELS, looks, strict=True)
    ]
    return SignRow(metric_of(key), tuple(cells), ("priority",) if key == "nps" else ())


def _reading(key: str, value: float | None, label: str) -> object:
    given = read(metric_of(key), value, 400 if value is not None else 0, window=label)
    return replace(given, as_of=AT - timedelta(days=1)) if key == "backlog" else given


def _judged(rule: Rule) -> JudgedMonth:
    return JudgedMonth(MonthVerdict.BAD, rule.words(Side.LOW), None, 24, False, (rule,))


def _empty(key: str, label: str) -> MonthCell:
    return MonthCell(
        label=label,
        reading=_reading(key, None, label),
        step=None,
        usual=None,
        judged=None,
        is_thin=False,
        is_provisional=False,
        is_running=False,
    )
