"""More mergeable counts of the work: cohorts, targets by priority, downtime, capacity, answers a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from data.tally import ShareTally


@dataclass(frozen=True, slots=True)
class CohortTally:
    """Tickets by minutes from creation to the last solve, and the unsolved by their age at as-of.

    left_out: solved, and nothing says when.
    """

    ended: Counter[float] = field(default_factory=Counter)
    still_open: Counter[float] = field(default_factory=Counter)
    left_out: int = 0

    def __add__(self, other: CohortTally) -> CohortTally:
        return CohortTally(
            self.ended + other.ended, self.still_open + other.still_open, self.left_out + other.left_out
        )


@dataclass(frozen=True, slots=True)
class TargetsTally:
    """Ended targets of tickets of one standing. used: how often each elapsed / target occurs."""

    kept: ShareTally = field(default_factory=ShareTally)
    used: Counter[float] = field(default_factory=Counter)

    def __add__(self, other: TargetsTally) -> TargetsTally:
        return TargetsTally(self.kept + other.kept, self.used + other.used)


@dataclass(frozen=True, slots=True)
class ParityTally:
    """Targets of the tickets called low or normal, and of those called high or urgent.

    without_priority: ended targets of tickets without one.
    """

    low: TargetsTally = field(default_factory=TargetsTally)
    urgent: TargetsTally = field(default_factory=TargetsTally)
    without_priority: int = 0

    def __add__(self, other: ParityTally) -> ParityTally:
        return ParityTally(
            self.low + other.low,
            self.urgent + other.urgent,
            self.without_priority + other.without_priority,
        )


@dataclass(frozen=True, slots=True)
class DowntimeTally:
    """Business seconds that requesters waited. All groups of one reading share the last three.

    seconds, tickets: of all tickets whose wait is known. counted_seconds, counted_tickets: those of them
    whose account has a known number of employees; employees: by account. accounts_without: the accounts
    that have none. left_out: tickets whose wait is not known. lost_share, hours_per_week: as assumed. weeks:
    of the window, up to as-of.
    """

    seconds: int = 0
    tickets: int = 0
    counted_seconds: int = 0
    counted_tickets: int = 0
    employees: Mapping[str, int] = field(default_factory=dict)
    accounts_without: frozenset[str] = frozenset()
    left_out: int = 0
    lost_share: float = 0.0
    hours_per_week: float = 0.0
    weeks: float = 0.0

    def __add__(self, other: DowntimeTally) -> DowntimeTally:
        return DowntimeTally(
            self.seconds + other.seconds,
            self.tickets + other.tickets,
            self.counted_seconds + other.counted_seconds,
            self.counted_tickets + other.counted_tickets,
            {**self.employees, **other.employees},
            self.accounts_without | other.accounts_without,
            self.left_out + other.left_out,
            self.lost_share,
            self.hours_per_week,
            self.weeks,
        )


@dataclass(frozen=True, slots=True)
class CapacityTally:
    """Tickets that came and went, and who was at work on which day: sets, since one may stand in several
    groups."""

    created: int = 0
    solved: int = 0
    active: frozenset[tuple[str, date]] = frozenset()

    def __add__(self, other: CapacityTally) -> CapacityTally:
        return CapacityTally(
            self.created + other.created, self.solved + other.solved, self.active | other.active
        )


@dataclass(frozen=True, slots=True)
class YearlyTally:
    """Answers below the best, and how many days they were given in; the days are those of every group."""

    low: ShareTally = field(default_factory=ShareTally)
    days: float = 0.0

    def __add__(self, other: YearlyTally) -> YearlyTally:
        return YearlyTally(self.low + other.low, self.days)
