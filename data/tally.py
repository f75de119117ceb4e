"""The mergeable counts that metrics are made of: two tallies add up to the tally of both sets of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, TypeVar

Group = tuple[Any, ...]
"""The values of a split, in its order; empty without a split."""

T = TypeVar("T")


def total(tallies: Mapping[Group, T]) -> T | None:
    """All groups added up; None without any.

    In pairs, then pairs of those: one after the other, each step would copy all that came before, and a
    hundred thousand rows would take hours.
    """
    left = list(tallies.values())
    while len(left) > 1:
        pairs = zip(left[::2], left[1::2], strict=False)
        rest = left[-1:] if len(left) % 2 else []
        left = [*(one + other for one, other in pairs), *rest]  # type: ignore[operator]
    return left[0] if left else None


def less(one: T, other: T) -> T:
    """The tally of the rows of `one` that are not among those of `other`."""
    values = []
    for item in fields(one):  # type: ignore[arg-type]
        left, right = getattr(one, item.name), getattr(other, item.name)
        values.append(left - right)
    return type(one)(*values)


@dataclass(frozen=True, slots=True)
class NpsTally:
    """Answers on 0 to 10 by class; without_score: answered, but nothing that counts."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0
    without_score: int = 0

    def __add__(self, other: NpsTally) -> NpsTally:
        return NpsTally(
            self.promoters + other.promoters,
            self.passives + other.passives,
            self.detractors + other.detractors,
            self.without_score + other.without_score,
        )


@dataclass(frozen=True, slots=True)
class ShareTally:
    """Rows that have a property, of rows that could; left_out: rows that could not be judged."""

    hits: int = 0
    total: int = 0
    left_out: int = 0

    def __add__(self, other: ShareTally) -> ShareTally:
        return ShareTally(self.hits + other.hits, self.total + other.total, self.left_out + other.left_out)


@dataclass(frozen=True, slots=True)
class CountTally:
    count: int = 0

    def __add__(self, other: CountTally) -> CountTally:
        return CountTally(self.count + other.count)


@dataclass(frozen=True, slots=True)
class BacklogTally:
    """Unsolved tickets by who is waited for."""

    us: int = 0
    customer: int = 0
    elsewhere: int = 0

    def __add__(self, other: BacklogTally) -> BacklogTally:
        return BacklogTally(
            self.us + other.us, self.customer + other.customer, self.elsewhere + other.elsewhere
        )


@dataclass(frozen=True, slots=True)
class OldestTally:
    """minutes: age of the oldest; None without any."""

    minutes: float | None = None
    count: int = 0

    def __add__(self, other: OldestTally) -> OldestTally:
        ages = [age for age in (self.minutes, other.minutes) if age is not None]
        return OldestTally(max(ages, default=None), self.count + other.count)


@dataclass(frozen=True, slots=True)
class MinutesTally:
    """How often each value occurs, in minutes. left_out: rows without one.

    relative_error: how far each may lie from the exact one, as a share of it; 0.0: they are exact.
    """

    values: Counter[float] = field(default_factory=Counter)
    left_out: int = 0
    relative_error: float = 0.0

    def __add__(self, other: MinutesTally) -> MinutesTally:
        error = max(self.relative_error, other.relative_error)
        return MinutesTally(self.values + other.values, self.left_out + other.left_out, error)


class Mark(NamedTuple):
    """What somebody chose on the scale of a survey; score None: answered without one."""

    lowest: int
    highest: int
    score: float | None


@dataclass(frozen=True, slots=True)
class MarksTally:
    """How often each mark was given."""

    marks: Counter[Mark] = field(default_factory=Counter)

    def __add__(self, other: MarksTally) -> MarksTally:
        return MarksTally(self.marks + other.marks)


@dataclass(frozen=True, slots=True)
class PeopleTally:
    """The people and accounts behind some answers.

    people, accounts: sets, because one person may stand in several groups: united, never added.
    answers: those of these people. without_person: answers of people that nothing identifies.
    """

    people: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    answers: int = 0
    without_person: int = 0

    def __add__(self, other: PeopleTally) -> PeopleTally:
        return PeopleTally(
            self.people | other.people,
            self.accounts | other.accounts,
            self.answers + other.answers,
            self.without_person + other.without_person,
        )


@dataclass(frozen=True, slots=True)
class NpsByGroupTally:
    """NPS answers by class for each account or audience (None: not known).

    reference: the answers of the window before, where they are the weights.
    """

    now: Mapping[str | None, NpsTally] = field(default_factory=dict)
    reference: Mapping[str | None, NpsTally] = field(default_factory=dict)

    def __add__(self, other: NpsByGroupTally) -> NpsByGroupTally:
        return NpsByGroupTally(_merged(self.now, other.now), _merged(self.reference, other.reference))


def _merged(
    one: Mapping[str | None, NpsTally], other: Mapping[str | None, NpsTally]
) -> dict[str | None, NpsTally]:
    return {key: one.get(key, NpsTally()) + other.get(key, NpsTally()) for key in one.keys() | other.keys()}


@dataclass(frozen=True, slots=True)
class CoverageTally:
    """Active accounts, by key: whether one has answered, and its yearly value (None: not known)."""

    accounts: Mapping[str, tuple[bool, float | None]] = field(default_factory=dict)

    def __add__(self, other: CoverageTally) -> CoverageTally:
        merged = dict(self.accounts)
        for key, (has_answered, value) in other.accounts.items():
            merged[key] = (has_answered or merged.get(key, (False, None))[0], value)
        return CoverageTally(merged)


@dataclass(frozen=True, slots=True)
class MeanTally:
    """A sum over rows, and how many rows; left_out: rows of which it is not known."""

    total: int = 0
    rows: int = 0
    left_out: int = 0

    def __add__(self, other: MeanTally) -> MeanTally:
        return MeanTally(self.total + other.total, self.rows + other.rows, self.left_out + other.left_out)


@dataclass(frozen=True, slots=True)
class FlowTally:
    """Tickets that came in and went out. unsolved: that stand at as-of, where it is asked for."""

    created: int = 0
    solved: int = 0
    unsolved: int = 0

    def __add__(self, other: FlowTally) -> FlowTally:
        return FlowTally(
            self.created + other.created, self.solved + other.solved, self.unsolved + other.unsolved
        )


@dataclass(frozen=True, slots=True)
class HoldersTally:
    """Unsolved tickets by who holds them; unheld: by nobody."""

    held: Counter[str] = field(default_factory=Counter)
    unheld: int = 0

    def __add__(self, other: HoldersTally) -> HoldersTally:
        return HoldersTally(self.held + other.held, self.unheld + other.unheld)
