"""The mergeable counts that metrics are made of: two tallies add up to the tally of both sets of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

Group = tuple[Any, ...]
"""The values of a split, in its order; empty without a split."""

T = TypeVar("T")


def total(tallies: Mapping[Group, T]) -> T | None:
    """All groups added up; None without any."""
    result: T | None = None
    for item in tallies.values():
        result = item if result is None else result + item  # type: ignore[operator]
    return result


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
    """How often each value occurs, in minutes; exact. left_out: rows without one."""

    values: Counter[float] = field(default_factory=Counter)
    left_out: int = 0

    def __add__(self, other: MinutesTally) -> MinutesTally:
        return MinutesTally(self.values + other.values, self.left_out + other.left_out)
