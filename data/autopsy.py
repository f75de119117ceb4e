"""What made a month different: the gap between it and the usual month, split into parts that sum to it. Pure.

Every row of the month is held against what such a row usually gives (the same team, priority and audience).
What they would give together, less the usual value, is what the mix of the month did; what is left belongs
to single rows, and so to any group of them: Kitagawa (1955), "Components of a Difference Between Two Rates",
Journal of the American Statistical Association, with what she calls the joint part counted as rates. The
mix is shared out among its dimensions as the mean over all orders in which they may be looked at: Das Gupta
(1993), "Standardization and Decomposition of Rates", US Census Bureau. All sums are of whole numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from math import factorial, lcm
from typing import NamedTuple

from data.autopsy_carving import Carving, Share, carve
from data.autopsy_drags import Drag, Drags, drags_of

Cell = tuple[str | None, ...]

ENOUGH = 20
"""Of fewer usual rows nothing is said: such a cell is held against a wider one."""


class Count(NamedTuple):
    """Rows, and the sum of what they score: 1 for a target kept, or 1, 0, -1 for the classes of NPS."""

    n: int
    total: int


@dataclass(frozen=True, slots=True)
class Alike:
    """Rows of the month in one cell and of one account. drags: None where none of them tells any."""

    cell: Cell
    account: str | None
    count: Count
    drags: Drags | None = None


class Why(StrEnum):
    """What sort of cause a part is."""

    MIX = "mix"  # more rows of a kind that always does worse (or better)
    GROUP = "group"  # rows of a group did worse (or better) than such rows usually do
    HANDOFFS = "handoffs"
    REOPENED = "reopened"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Part:
    """size: what it adds to the month's value, in the value's unit. by, group: of a group (a mix has none).

    n, usual_n: rows in it, of the month and of all usual months; usual_n None: not known. now, usual: of
    handoffs and reopenings, per row. within: what makes up most of it; these overlap.
    """

    why: Why
    size: Fraction
    n: int
    by: str = ""
    group: str | None = None
    now: Fraction | None = None
    usual: Fraction | None = None
    usual_n: int | None = None
    within: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Autopsy:
    """value, usual: of the month and of all usual months together. parts: largest first, the rest last; they
    sum to the difference exactly."""

    value: Fraction
    usual: Fraction
    parts: tuple[Part, ...]

    @property
    def difference(self) -> Fraction:
        return self.value - self.usual


def autopsy(
    usual: Mapping[Cell, Count],
    month: Sequence[Alike],
    dims: Sequence[str],
    *,
    handoffs: Fraction | None = None,
    reopened: Fraction | None = None,
) -> Autopsy | None:
    """Split the difference. None without rows in the month or before it.

    usual: by cell; a cell holds one value for each of dims, the weightiest first. handoffs, reopened: how
    many there usually are per row; None: not known, and then no part.
    """
    whole, before = _sum(rows.count for rows in month), _sum(usual.values())
    if not whole.n or not before.n:
        return None
    cells = {cell: _sum(counts) for cell, counts in _by_cell(month).items()}
    expected = _Usual(usual, before)
    inner = {cell: expected.of(cell, range(len(dims))) for cell in cells}
    mixes = [
        Part(Why.MIX, size, whole.n, by=name)
        for name, size in zip(dims, _mix(expected, cells, len(dims)), strict=True)
    ]
    held = [(rows.cell, rows.count.total, rows.drags) for rows in month]
    found = drags_of(held, inner, handoffs=handoffs, reopened=reopened)
    dragged = [
        Part(why, drag.size / whole.n, drag.n, now=drag.now, usual=drag.usual)
        for why, drag in ((Why.HANDOFFS, found[0]), (Why.REOPENED, found[1]))
        if drag.n
    ]
    value, centre = Fraction(whole.total, whole.n), Fraction(before.total, before.n)
    carving = _carve(month, inner, dims, found, _variance(usual, centre, month))
    groups = [
        Part(
            Why.GROUP,
            each.size / whole.n,
            each.n,
            each.by,
            each.group,
            usual_n=_usual_n(usual, dims, each.by, each.group),
            within=_per_row(each.within, whole.n),
        )
        for each in carving.groups
    ]
    named = [part for part in (*mixes, *dragged, *groups) if part.size]
    left = value - centre - sum((part.size for part in named), Fraction(0))
    n = whole.n - sum(part.n for part in groups)
    rest = Part(Why.REST, left, n, within=_per_row(carving.left, whole.n))
    ranked = sorted(named, key=lambda part: -abs(part.size))
    return Autopsy(value, centre, (*ranked, rest))


class _Usual:
    """What a row of a cell usually gives, looking at some of its dimensions only."""

    def __init__(self, usual: Mapping[Cell, Count], whole: Count) -> None:
        self._usual, self._whole = usual, whole
        self._kept: dict[tuple[int, ...], dict[Cell, Count]] = {}

    def of(self, cell: Cell, places: Iterable[int]) -> Fraction:
        """Of the cell; of a wider one, without the last dimensions, where it had too few rows."""
        chosen = tuple(places)
        while chosen:
            found = self._at(chosen).get(tuple(cell[place] for place in chosen))
            if found is not None and found.n >= ENOUGH:
                return Fraction(found.total, found.n)
            chosen = chosen[:-1]
        return Fraction(self._whole.total, self._whole.n)

    def _at(self, places: tuple[int, ...]) -> dict[Cell, Count]:
        if places not in self._kept:
            found: dict[Cell, Count] = defaultdict(lambda: Count(0, 0))
            for cell, count in self._usual.items():
                key = tuple(cell[place] for place in places)
                found[key] = _sum((found[key], count))
            self._kept[places] = dict(found)
        return self._kept[places]


def _mix(expected: _Usual, cells: Mapping[Cell, Count], width: int) -> list[Fraction]:
    """What each dimension's mix adds: its mean part over all orders of the dimensions (Shapley's value)."""
    n = sum(count.n for count in cells.values())

    def given(places: tuple[int, ...]) -> Fraction:
        return sum((expected.of(cell, places) * count.n for cell, count in cells.items()), Fraction(0)) / n

    known = {some: given(some) for size in range(width + 1) for some in combinations(range(width), size)}
    parts = []
    for place in range(width):
        part = Fraction(0)
        for some in known:
            if place not in some:
                orders = factorial(len(some)) * factorial(width - len(some) - 1)
                gain = known[tuple(sorted((*some, place)))] - known[some]
                part += Fraction(orders, factorial(width)) * gain
        parts.append(part)
    return parts


def _carve(
    month: Sequence[Alike],
    inner: Mapping[Cell, Fraction],
    dims: Sequence[str],
    drags: tuple[Drag, Drag],
    variance: float,
) -> Carving:
    """The groups whose rows did unlike their kind, beyond chance; each row is in one of them at most."""
    terms = [(drag.slope, drag.slope * drag.usual, drag.at) for drag in drags if drag.slope]
    numbers = [*inner.values(), *(number for slope, usual, _ in terms for number in (slope, usual))]
    scale = lcm(*(number.denominator for number in numbers))  # whole numbers are much faster than fractions
    cells = {cell: int(usual * scale) for cell, usual in inner.items()}
    weights = [(int(slope * scale), int(usual * scale), at) for slope, usual, at in terms]
    rows = []
    for item in month:
        off = item.count.total * scale - item.count.n * cells[item.cell]
        if item.drags is not None:
            off -= sum(slope * item.drags[at] - usual * item.drags.n for slope, usual, at in weights)
        rows.append(((*item.cell, item.account), item.count.n, off))
    return carve(rows, (*dims, "account"), variance, scale=scale)


def _usual_n(usual: Mapping[Cell, Count], dims: Sequence[str], by: str, group: str | None) -> int | None:
    if by not in dims:
        return None
    place = dims.index(by)
    return sum(count.n for cell, count in usual.items() if cell[place] == group)


def _per_row(shares: Iterable[Share], n: int) -> tuple[Share, ...]:
    """Sums as parts of a mean over n rows."""
    return tuple(Share(share.by, share.group, share.size / n, share.n) for share in shares)


def _variance(usual: Mapping[Cell, Count], centre: Fraction, month: Sequence[Alike]) -> float:
    """Of one row's score: exact for shares; for the classes of NPS, whose largest is 1, an upper bound."""
    is_share = all(count.total >= 0 for count in usual.values()) and all(
        rows.count.total >= 0 for rows in month
    )
    return float(centre * (1 - centre)) if is_share else float(1 - centre**2)


def _by_cell(month: Sequence[Alike]) -> dict[Cell, list[Count]]:
    found: dict[Cell, list[Count]] = defaultdict(list)
    for rows in month:
        found[rows.cell].append(rows.count)
    return found


def _sum(counts: Iterable[Count]) -> Count:
    n = total = 0
    for count in counts:
        n, total = n + count.n, total + count.total
    return Count(n, total)
