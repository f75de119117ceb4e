"""Which groups of rows did unlike their kind: picked one by one, so that no row counts twice. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

BEYOND = 3.0
"""A group is named only if it lies so many standard errors from what its rows usually give, and from the
rows beside it, held against what those usually give: what happened to everybody has no group."""

LEAST = 10
"""A group of fewer rows is never named: of so few the standard error says little."""

MOST = 5
MUCH = 0.2
"""What makes up at least so much of a group's part is named with it."""

Row = tuple[tuple[str | None, ...], int, int]
Key = tuple[int, str | None]


@dataclass(frozen=True, slots=True)
class Share:
    """What some rows of a part add, by the value of another dimension."""

    by: str
    group: str | None
    size: Fraction
    n: int


@dataclass(frozen=True, slots=True)
class Carved:
    """A group of n rows, and the sum of what they are off by."""

    by: str
    group: str | None
    size: Fraction
    n: int
    within: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Carving:
    """groups: the least likely by chance first. left: what makes up most of the rows in none of them."""

    groups: tuple[Carved, ...]
    left: tuple[Share, ...]


def carve(rows: Sequence[Row], names: Sequence[str], variance: float, *, scale: int) -> Carving:
    """At most MOST groups that did unlike the rows beside them.

    rows: (a value for each name, n, scale times what they are off by). variance: of one row by chance. What
    is not known (None) makes no group.
    """
    left = _Left(rows)
    found: list[Carved] = []
    while len(found) < MOST:
        key = left.furthest(scale, variance)
        if key is None:
            break
        mine = left.take(key)
        n, off = sum(n for _, n, _ in mine), sum(off for _, _, off in mine)
        found.append(
            Carved(names[key[0]], key[1], Fraction(off, scale), n, _within(mine, names, key[0], scale))
        )
    return Carving(tuple(found), _within(left.rows(), names, -1, scale))


class _Left:
    """Rows that are in no group yet, and their sums by each value of each dimension."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows: dict[int, Row] = dict(enumerate(rows))
        self._sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
        self._places: dict[Key, list[int]] = defaultdict(list)
        self._n = sum(n for _, n, _ in rows)
        self._off = sum(off for _, _, off in rows)
        for index, (values, n, off) in self._rows.items():
            for key in enumerate(values):
                self._places[key].append(index)
                self._sums[key][0] += n
                self._sums[key][1] += off

    def rows(self) -> list[Row]:
        return list(self._rows.values())

    def furthest(self, scale: int, variance: float) -> Key | None:
        """The group that is off most, and unlike the rows beside it; None where chance explains all."""
        best, most = None, BEYOND
        for key, (n, off) in self._sums.items():
            rest = self._n - n
            if key[1] is None or n < LEAST or not rest or not variance:
                continue
            own, gap = off / scale / n, off / scale / n - (self._off - off) / scale / rest
            far = min(abs(own) / sqrt(variance / n), abs(gap) / sqrt(variance * (1 / n + 1 / rest)))
            if far > most:
                best, most = key, far
        return best

    def take(self, key: Key) -> list[Row]:
        """The rows of a group, which then are left no longer."""
        mine = [self._rows.pop(index) for index in self._places[key] if index in self._rows]
        for values, n, off in mine:
            self._n, self._off = self._n - n, self._off - off
            for other in enumerate(values):
                self._sums[other][0] -= n
                self._sums[other][1] -= off
        return mine


def _within(rows: Sequence[Row], names: Sequence[str], but: int, scale: int) -> tuple[Share, ...]:
    """Of each other dimension the value that makes up most, where that is much and there are others."""
    whole = sum(off for _, _, off in rows)
    found: list[Share] = []
    for place, name in enumerate(names):
        if place == but or not rows:
            continue
        sums: dict[str | None, list[int]] = defaultdict(lambda: [0, 0])
        for values, n, off in rows:
            if values[place] is not None:
                sums[values[place]][0] += n
                sums[values[place]][1] += off
        if len(sums) < 2:
            continue
        most = max(sums, key=lambda value: sums[value][1] * (1 if whole > 0 else -1))
        n, off = sums[most]
        if off * whole > 0 and abs(off) >= MUCH * abs(whole):
            found.append(Share(name, most, Fraction(off, scale), n))
    return tuple(sorted(found, key=lambda share: -abs(share.size)))
