"""The receipt of a reading: what a figure was made of, in plain terms; the same for screen, file and API."""

from __future__ import annotations

from dataclasses import dataclass

from data.metrics.definition import Direction, Kind, Metric, Unit
from data.reading import Reading, Standing
from data.settings import AssumptionSettings
from data.statistics import Verdict

_STANDINGS = {
    Standing.GOOD: "reaches its target",
    Standing.WATCH: "short of its target, but the interval reaches it",
    Standing.BAD: "misses its target",
    Standing.PLAIN: "has no target to be held against",
    Standing.THIN: "too few to say",
    Standing.NO_DATA: "no data",
}
_FORMULAS = {
    Unit.POINTS: "100 × (promoters − detractors) ÷ (promoters + passives + detractors)",
    Unit.SHARE: "what meets the definition ÷ all that could",
    Unit.PER_TICKET: "sum over the tickets ÷ tickets",
    Unit.PER_AGENT: "tickets ÷ agents",
}
ROWS = {
    "ticket": ("ticket", "tickets"),
    "answer": ("answer", "answers"),
    "invitation": ("invitation", "invitations"),
    "account": ("account", "accounts"),
}
"""What one row is, and several."""


@dataclass(frozen=True, slots=True)
class Fraction:
    """scale × numerator ÷ denominator is the value; each with what it counts."""

    numerator: float
    denominator: float
    above: str
    below: str
    scale: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A reading with what can be said of it in words; nothing in it was asked for anew.

    formula: in words. fraction: of shares, scores and means, where there is a value. exactness: "exact", or
    how far the value may lie from the exact one. left_out: (how many, why). judged: the standing in words.
    compared: what is said of the change since the window before; "" where nothing is. assumptions: settings
    that the figure rests on, by their names. is_windowed: False for levels, which stand at as-of.
    """

    reading: Reading
    formula: str
    fraction: Fraction | None
    exactness: str
    counted: str
    left_out: tuple[tuple[int, str], ...]
    judged: str
    compared: str
    assumptions: tuple[tuple[str, float], ...]
    is_windowed: bool


def receipt_of(reading: Reading) -> Receipt:
    """The receipt. Pure: the same reading gives the same one."""
    one, many = ROWS.get(reading.metric.rows, ("row", "rows"))
    return Receipt(
        reading=reading,
        formula=formula_of(reading.metric),
        fraction=fraction_of(reading),
        exactness=exactness(reading.relative_error),
        counted=f"{reading.n} {one if reading.n == 1 else many}",
        left_out=tuple((count, why) for why, count in reading.left_out.items()),
        judged=_STANDINGS[reading.standing],
        compared=_compared(reading),
        assumptions=tuple((name, reading.counts[name]) for name in _assumed(reading)),
        is_windowed=reading.metric.kind is Kind.FLOW,
    )


def formula_of(metric: Metric) -> str:
    """How the value is made of its parts, in words."""
    if metric.formula:
        return metric.formula
    if metric.unit is Unit.MINUTES:
        what = "90th percentile" if metric.key.endswith("p90") else "median"
        return f"{what} of the {ROWS[metric.rows][1]}' own minutes"
    return _FORMULAS.get(metric.unit) or f"a count of {metric.unit.value}"


def fraction_of(reading: Reading) -> Fraction | None:
    """Numerator and denominator; None where the value is no fraction of two counts, or there is none."""
    counts, unit = reading.counts, reading.metric.unit
    if reading.value is None:
        return None
    if unit is Unit.POINTS and counts.keys() >= {"promoters", "detractors"}:
        above = counts["promoters"] - counts["detractors"]
        return Fraction(above, reading.n, "promoters less detractors", "answers", 100)
    if unit is Unit.SHARE and counts.keys() >= {"hits", "total"}:
        above_it, _, below = reading.metric.formula.partition(" ÷ ")
        words = above_it or "that meet the definition", below or ROWS[reading.metric.rows][1]
        return Fraction(counts["hits"], counts["total"], *words)
    if unit is Unit.PER_TICKET and "total" in counts:
        above_it, _, below = reading.metric.formula.partition(" ÷ ")
        return Fraction(counts["total"], reading.n, above_it or "sum", below or "tickets")
    if unit is Unit.PER_AGENT and "agents" in counts:
        return Fraction(reading.n, counts["agents"], "tickets", "agents")
    return None


def exactness(relative_error: float) -> str:
    """ "exact", or "within 0.5 % of the exact value"."""
    return f"within {relative_error * 100:.2g} % of the exact value" if relative_error else "exact"


def _compared(reading: Reading) -> str:
    """Better or worse only where the difference is real and the metric has a direction."""
    change = reading.change
    if change is None:
        return ""
    if change.verdict is not Verdict.REAL:
        return change.verdict.value
    if change.difference == 0:
        return "no change"
    if reading.metric.direction is Direction.NEITHER:
        return "real"
    is_better = (change.difference > 0) == (reading.metric.direction is Direction.HIGHER_IS_BETTER)
    return f"real, and {'better' if is_better else 'worse'}"


def _assumed(reading: Reading) -> list[str]:
    """Counts that are no counts but settings, which `read` names by the setting."""
    return [name for name in reading.counts if name in AssumptionSettings.model_fields]
