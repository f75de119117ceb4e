"""What handoffs and reopenings added to a month, by how much worse the rows with more of them did. Pure.

How much one more costs is the slope within teams and within the month, so that a team that is slow for
another reason, and hands over more as well, is not excused by it. It is what goes together, not a proof.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

Cell = tuple[str | None, ...]
NONE = Fraction(0)


class Drags(NamedTuple):
    """Sums over those rows of which both are known. n: how many; score: of what they score; handoffs,
    squares: of the agents that had them, and of its square; reopened: rows that came back; then products.
    """

    n: int
    score: int
    handoffs: int
    squares: int
    handoffs_score: int
    reopened: int
    reopened_score: int
    handoffs_reopened: int


@dataclass(frozen=True, slots=True)
class Drag:
    """slope: what one more adds to a row's score. size: what all rows got from it, against the usual number.
    n: rows that tell. now, usual: how many per row. at: the place of its sum in `Drags`."""

    slope: Fraction
    size: Fraction
    n: int
    now: Fraction
    usual: Fraction
    at: int

    def of(self, rows: Drags | None) -> Fraction:
        """What some rows got from it."""
        if rows is None or not self.slope:
            return NONE
        return self.slope * (rows[self.at] - self.usual * rows.n)


NOTHING = Drag(NONE, NONE, 0, NONE, NONE, Drags._fields.index("handoffs"))


def drags_of(
    rows: Sequence[tuple[Cell, int, Drags | None]],
    expected: Mapping[Cell, Fraction],
    *,
    handoffs: Fraction | None,
    reopened: Fraction | None,
) -> tuple[Drag, Drag]:
    """(of handoffs, of reopenings); the second from what the first leaves. A cell begins with the team."""
    cells = _by_cell(rows)
    if not cells:
        return NOTHING, NOTHING
    first = NOTHING
    if handoffs is not None:
        slope = _slope(
            [
                (cell[:1], d.n, d.handoffs, d.squares, _left(d, expected[cell]), _handed(d, expected[cell]))
                for cell, d in cells.items()
            ]
        )
        first = _drag(cells, slope, handoffs, Drags._fields.index("handoffs"))
    second = NOTHING
    if reopened is not None:
        points = []
        for cell, d in cells.items():
            usual = expected[cell]
            product = d.reopened_score - usual * d.reopened
            product -= first.slope * (d.handoffs_reopened - first.usual * d.reopened)
            points.append((cell[:1], d.n, d.reopened, d.reopened, _left(d, usual) - first.of(d), product))
        second = _drag(cells, _slope(points), reopened, Drags._fields.index("reopened"))
    return first, second


def _by_cell(rows: Sequence[tuple[Cell, int, Drags | None]]) -> dict[Cell, Drags]:
    found: dict[Cell, list[int]] = defaultdict(lambda: [0] * len(Drags._fields))
    for cell, _, drags in rows:
        if drags is not None and drags.n:
            sums = found[cell]
            for place, value in enumerate(drags):
                sums[place] += value
    return {cell: Drags(*sums) for cell, sums in found.items()}


def _left(d: Drags, usual: Fraction) -> Fraction:
    return d.score - usual * d.n


def _handed(d: Drags, usual: Fraction) -> Fraction:
    return d.handoffs_score - usual * d.handoffs


def _slope(points: Sequence[tuple[Cell, int, int, int, Fraction, Fraction]]) -> Fraction:
    """Least squares within teams, from (team, n, Σx, Σx², Σy, Σxy); 0 where x does not vary."""
    teams: dict[Cell, list[Fraction]] = defaultdict(lambda: [NONE] * 5)
    for team, n, x, xx, y, xy in points:
        sums = (Fraction(n), Fraction(x), Fraction(xx), y, xy)
        teams[team] = [one + more for one, more in zip(teams[team], sums, strict=True)]
    above = sum((xy - x * y / n for n, x, _, y, xy in teams.values()), NONE)
    below = sum((xx - x * x / n for n, x, xx, _, _ in teams.values()), NONE)
    return above / below if below else NONE


def _drag(cells: Mapping[Cell, Drags], slope: Fraction, usual: Fraction, at: int) -> Drag:
    n = sum(d.n for d in cells.values())
    total = sum(d[at] for d in cells.values())
    return Drag(slope, slope * (total - usual * n), n, Fraction(total, n), usual, at)
