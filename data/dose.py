"""Dose and response: how NPS goes along with resolution time over target. Pure functions over answers.

The dose is resolution time divided by its target, in classes of a factor of two, so that half the time lies
exactly one class lower and no class holds both kept and broken targets.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from math import sqrt

from data.isotonic import Gain, dose_response, gain_of
from data.statistics import Interval

EDGES = tuple(2.0**power for power in range(-3, 4))
"""Upper ends of the classes, included; above the last one lies one more class."""

_HALF_CLASS = sqrt(2.0)
_ROUNDING = 1e-9  # a target kept to the second is kept
_WORDS = ("⅛", "¼", "½", "1", "2", "4", "8")
HALVED = 0.5
TARGET = 1.0
"""The edge between kept and broken."""

Doses = Counter[tuple[float, float]]
"""(class, 100 for a promoter, 0 or -100) → how many answered so."""


@dataclass(frozen=True, slots=True)
class DosePoint:
    """One class: what it is called, its answers, their own NPS, the curve there and its 95 % interval."""

    dose: float
    words: str
    n: int
    score: float
    fitted: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class DoseCurve:
    """The curve, fastest class first; worth: what half the time would go along with, in points.

    Without answers there are no points and worth is None.
    """

    points: tuple[DosePoint, ...] = ()
    worth: Gain | None = None

    @property
    def n(self) -> int:
        return sum(point.n for point in self.points)


def dose_of(ratio: float) -> float:
    """Return the class of a resolution time over its target: the (geometric) middle of the class."""
    place = bisect_left(EDGES, ratio - _ROUNDING)
    return (EDGES[place] if place < len(EDGES) else 2 * EDGES[-1]) / _HALF_CLASS


def words_of(dose: float) -> str:
    """Return what people call a class: `½ to 1 of target`."""
    place = bisect_left(EDGES, dose)
    if place == 0:
        return f"up to {_WORDS[0]} of target"
    if place == len(EDGES):
        return f"over {_WORDS[-1]} times target"
    unit = "of target" if EDGES[place] <= 1 else "times target"
    return f"{_WORDS[place - 1]} to {_WORDS[place]} {unit}"


def curve_of(doses: Doses) -> DoseCurve:
    """Return the curve that only falls, with its band: isotonic regression, see data/isotonic.py."""
    levels = dose_response(doses, is_rising=False)
    points = tuple(
        DosePoint(level.dose, words_of(level.dose), level.n, level.mean, level.fitted, level.interval)
        for level in levels
    )
    return DoseCurve(points, worth_of_halving(doses))


def worth_of_halving(doses: Doses) -> Gain | None:
    """Return the mean over the answers of curve(half the dose) minus curve(dose), in points; None of none.

    Below the fastest class that was seen the curve stays as there, so nothing is made up.
    """
    return gain_of(doses, HALVED, is_rising=False)
