"""What a metric is: one frozen definition, and the value that reading it gives.

The fields that carry a judgement (unit, clock, direction, kind, date) have no default: leaving one out
would be a silent decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from data.records import Clock
from data.statistics import Interval, Verdict


class Unit(StrEnum):
    POINTS = "points"  # -100 to 100
    SHARE = "share"  # 0 to 1, shown in per cent
    TICKETS = "tickets"
    ANSWERS = "answers"
    MINUTES = "minutes"
    DAYS = "days"
    PER_TICKET = "per ticket"
    PER_AGENT = "tickets per agent"
    PER_AGENT_DAY = "tickets per agent and day"
    PER_YEAR = "a year"
    HOURS = "hours"
    FULL_TIME = "full-time posts per 25 employees"
    RATIO = "ratio"
    VALUE = "value a year"  # contract value, in the installation's currency
    PEOPLE = "people"
    POSTS = "posts"
    VIEWS = "views"


class Direction(StrEnum):
    HIGHER_IS_BETTER = "higher is better"
    LOWER_IS_BETTER = "lower is better"
    NEITHER = "neither"


class Kind(StrEnum):
    FLOW = "flow"  # over a period
    LEVEL = "level"  # at a moment


@dataclass(frozen=True, slots=True)
class Value:
    """A number with what it rests on.

    value: None where there is nothing to read it from; never 0 for "no data".
    n: the rows that were counted. interval: 95 %, where the metric has one. counts: the parts, by name.
    left_out: rows that belong to the window but could not be counted, by reason.
    relative_error: how far the value may lie from the exact one, as a share of it; 0.0: it is exact.
    """

    value: float | None
    n: int
    interval: Interval | None = None
    counts: Mapping[str, float] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    relative_error: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """How a value moved against the one before; the difference and its interval in the metric's unit."""

    difference: float
    verdict: Verdict
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One definition. Its docstring (of the `read` function) is what people read.

    rests_on: tickets, surveys or mentions; without such a record in the store there is no value, not even 0.
    tally: (scope, by) → tallies by group; read: tally → Value; compare: (now, before) → Change, where the
    metric has a test for "real"; dated_by: the moment that decides in which window a row counts.
    counted_as: what n counts, in the singular; empty where tickets or answers follow from the rest.
    distinct: the names of those counts that do not add up over groups or windows, because one person or
    account may stand in several. ratios: the names of those that are shares, medians or assumptions: never
    added, and of a group neither less nor more than of the whole.
    topic: by which the glossary groups; else the module that defines it. rows: what one row of its
    evidence is (ticket, answer, invitation, account). formula: in words, where the unit alone does not say
    it. version: raised when the meaning changes, so that a figure kept elsewhere shows by which it was
    counted.
    """

    key: str
    label: str
    short: str
    unit: Unit
    clock: Clock | None
    direction: Direction
    kind: Kind
    dated_by: str
    tally: Callable[..., Mapping[Any, Any]]
    read: Callable[[Any], Value]
    definition: str
    answers: str
    minimum_sample: int
    splits: tuple[str, ...]
    rests_on: str = "tickets"
    window: str = "30d"
    ranks_by: str | None = None
    compare: Callable[[Any, Any], Change | None] | None = None
    caveat: str = ""
    counted_as: str = ""
    distinct: tuple[str, ...] = ()
    ratios: tuple[str, ...] = ()
    topic: str = ""
    rows: str = "ticket"
    formula: str = ""
    version: int = 1


def metric(
    *,
    key: str,
    label: str,
    unit: Unit,
    clock: Clock | None,
    direction: Direction,
    kind: Kind,
    dated_by: str,
    tally: Callable[..., Mapping[Any, Any]],
    answers: str,
    minimum_sample: int,
    splits: tuple[str, ...],
    short: str = "",
    **more: Any,
) -> Callable[[Callable[[Any], Value]], Metric]:
    """Builds a Metric from a pure `read` function. It registers nothing: CATALOG lists metrics by hand."""

    def build(read: Callable[[Any], Value]) -> Metric:
        return Metric(
            key=key,
            label=label,
            short=short or label,
            unit=unit,
            clock=clock,
            direction=direction,
            kind=kind,
            dated_by=dated_by,
            tally=tally,
            read=read,
            definition=" ".join((read.__doc__ or "").split()),
            answers=answers,
            minimum_sample=minimum_sample,
            splits=splits,
            **{"topic": read.__module__.rpartition(".")[2], "rows": _rows_of(more)} | more,
        )

    return build


def _rows_of(more: dict[str, Any]) -> str:
    return "answer" if more.get("rests_on") == "surveys" else "ticket"
