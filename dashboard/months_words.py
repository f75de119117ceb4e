"""What is said of months: names, numbers, whether the worst was real, and what chance alone would give."""

from __future__ import annotations

from datetime import date

from dashboard import format as words
from data.metrics.definition import Kind, Metric, Unit
from data.month_cells import MonthCell
from data.month_grid import MonthGrid
from data.months import WorstMonth
from data.reading import Reading
from data.statistics import Verdict

NAMES = {
    "nps": "NPS",
    "csat": "CSAT",
    "sla_attainment": "Inside target",
    "sla_gap": "Gap to target, median",
    "backlog": "Backlog at month end",
    "less_than_delighted": "Less than delighted",
    "reopen_rate": "Reopen rate",
    "agent_stations": "Agents per ticket",
}
NOTES = {
    "agent_stations": "handoffs are one fewer",
    "less_than_delighted": "coloured by share of answers",
}
SIGNED = {"sla_gap"}
VERDICTS = {
    Verdict.REAL: ("not noise", "bad"),
    Verdict.NOISE: ("within noise", "plain"),
    Verdict.TOO_FEW: ("too few to say", "plain"),
}


def month_name(label: str) -> str:
    """May 2026."""
    return f"{_first(label):%b %Y}"


def short_month(label: str) -> tuple[str, str]:
    """May, and 2026."""
    return f"{_first(label):%b}", label[:4]


def _first(label: str) -> date:
    return date.fromisoformat(f"{label}-01")


def value_text(value: float | None, metric: Metric) -> str:
    """As everywhere, but with one decimal more where months would else look alike."""
    if value is not None and metric.unit is Unit.PER_TICKET:
        return words.number(value, 2)
    if value is not None and metric.unit is Unit.SHARE and 0 < value < 0.1:
        return f"{words.number(value * 100, 1)}{words.NARROW}%"
    return words.shown(value, metric.unit, is_signed=metric.key in SIGNED).text


def sample(reading: Reading) -> str:
    """How many rows a month rests on; empty for a level, which is its own count."""
    if reading.metric.kind is Kind.LEVEL:
        return ""
    one = "answer" if reading.metric.rests_on == "surveys" else "ticket"
    return words.plural(reading.n, one)


def said_of(cell: MonthCell) -> str:
    """What may be said of a month, in one phrase."""
    if cell.is_empty:
        return "no data"
    few = ["too few to say"] if cell.is_thin else []
    if cell.is_running:
        return "; ".join(["so far, the month is not over", *few])
    if few:
        return few[0]
    parts = [cell.step.value] if cell.step is not None else ["nothing tells what is usual yet"]
    if cell.judged is not None and (cell.is_beyond or cell.is_run):
        parts.append(f"genuinely bad, {cell.judged.reason}")
    if cell.is_provisional:
        parts.append("provisional, answers may still come")
    return "; ".join(parts)


def limits_text(cell: MonthCell) -> str:
    """+23 to +49; or why there are none."""
    metric, usual = cell.reading.metric, cell.usual
    if metric.kind is Kind.LEVEL:
        return "none for a level"
    if cell.is_empty:
        return words.NOTHING
    if usual is None or not usual.has_limits:
        return "not yet: 12 earlier months needed"
    return f"{value_text(usual.low, metric)} to {value_text(usual.high, metric)}"


def worst_text(grid: MonthGrid) -> str:
    """The sentence that names the worst month of the chosen sign."""
    metric, found = grid.by.metric, grid.ranking.worst
    name = NAMES[metric.key]
    if grid.by.unknown:
        return f"{name} is not told by {' or '.join(grid.by.unknown)}."
    if grid.by.is_too_large or not grid.ranking.order:
        return f"No month of {name} is known."
    if found is None:
        first = worst_cell(grid)
        value = value_text(first.reading.value if first else None, metric)
        return f"{month_name(grid.ranking.order[0])}: {value} at its end, the most of all"
    if found.worst is None:
        return f"No month of {name} can be called the worst: {found.reason}."
    value = value_text(found.worst.reading.value, metric)
    return f"{month_name(found.worst.label)}: {name} {value}, of {sample(found.worst.reading)}"


def worst_cell(grid: MonthGrid) -> MonthCell | None:
    """The cell of the worst month; None where no month can be called so."""
    found, order = grid.ranking.worst, grid.ranking.order
    if not order or (found is not None and found.worst is None):
        return None
    label = order[0] if found is None or found.worst is None else found.worst.label
    return next(cell for cell in grid.by.cells if cell.label == label)


def reason_text(grid: MonthGrid) -> str:
    """Why the worst month is called real or not, with the limits that it was held against."""
    found, cell = grid.ranking.worst, worst_cell(grid)
    if found is None or cell is None:
        return ""
    has_limits = cell.usual is not None and cell.usual.has_limits
    return f"{found.reason} (limits {limits_text(cell)})" if has_limits else found.reason


def chance_text(grid: MonthGrid) -> str:
    """How bad the worst of so many months would be if nothing had ever changed."""
    metric, found = grid.by.metric, grid.ranking.worst
    if metric.kind is Kind.LEVEL:
        return (
            "A level follows from the month before, so there are no control limits, and chance is not told."
        )
    if found is None or found.worst is None:
        return ""
    if found.by_chance is None:
        return "Nothing tells how far chance alone would carry the worst month of a median or a mean."
    count = sum(not month.is_thin for month in found.order)
    interval = found.by_chance.interval
    expected, low, high = (
        _chance_value(value, metric) for value in (found.by_chance.expected, interval.low, interval.high)
    )
    which = "one such month" if count == 1 else f"the worst of {count} such months"
    text = f"Had nothing ever changed, {which} would still read about {expected}"
    return f"{text} (95 times of 100 between {low} and {high}). {_how_often(found)}".strip()


def _how_often(worst: WorstMonth) -> str:
    if worst.chance is None:
        return ""
    times = worst.chance * 100
    often = "less than once in 100 times" if times < 1 else f"{times:.0f} times of 100"
    return f"Chance alone carries one of them that far {often}."


def _chance_value(value: float, metric: Metric) -> str:
    """A count of answers is told as their share: months differ in how many answered."""
    return (
        f"{words.percent(value).text} of its answers"
        if metric.unit is Unit.ANSWERS
        else value_text(value, metric)
    )
