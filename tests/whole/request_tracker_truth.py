"""What a seeded Request Tracker must look like, worked out from what the seeding script did, step by step.

Independent of Barometer on purpose: hours, service levels and solves are counted anew in here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.services.request_tracker import Truth

Stretch = tuple[datetime, datetime | None]

STATES = {
    "new": "new", "received": "new", "open": "open", "in progress": "open", "stalled": "pending",
    "waiting on customer": "pending", "resolved": "solved", "rejected": "closed", "closed": "closed",
}  # fmt: skip
PRIORITIES = {0: "low", 20: "low", 40: "normal", 60: "high", 80: "high", 100: "urgent"}
RESOLVE_MINUTES = {"standard": 3 * 8 * 60, "premium": 8 * 60, "urgent": 240}
HOLIDAYS = {(1, 1), (12, 25), (12, 26)}


@dataclass(frozen=True, slots=True)
class Expected:
    """One ticket. unsolved: the stretches of time that it was in the backlog."""

    id: str
    created_at: datetime
    state: str
    queue: str
    owner: str | None
    priority: str
    first_reply_at: datetime | None
    solved_at: datetime | None
    first_solved_at: datetime | None
    reopen_count: int
    email: str
    role: str
    organisation: str
    level: str
    unsolved: tuple[Stretch, ...]

    def is_waiting(self, at: datetime) -> bool:
        return any(start <= at and (end is None or at < end) for start, end in self.unsolved)

    def elapsed_minutes(self, now: datetime) -> float:
        """Minutes unsolved on the clock of the ticket's level, up to `now`."""
        seconds = sum(
            (end - start).total_seconds() if self.level == "urgent" else working_seconds(start, end)
            for start, end in ((start, end or now) for start, end in self.unsolved)
        )
        return seconds / 60

    def is_late(self, now: datetime) -> bool:
        return self.elapsed_minutes(now) > RESOLVE_MINUTES[self.level]


def expected_tickets(truth: Truth) -> dict[str, Expected]:
    """Every ticket of a seeding by its number, checked against the script's own final book-keeping."""
    steps: dict[int, list[Mapping[str, Any]]] = {}
    for step in truth.steps:
        steps.setdefault(step["ticket"], []).append(step)
    return {str(number): _expected(final, steps[number]) for number, final in truth.tickets.items()}


def working_seconds(start: datetime, end: datetime) -> float:
    """Seconds between two moments on Mondays to Fridays, 9 to 17 UTC, without the holidays: day by day."""
    total = 0.0
    day = start.date()
    while day <= end.date():
        if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS:
            opens, closes = _at(day, 9), _at(day, 17)
            total += max(0.0, (min(end, closes) - max(start, opens)).total_seconds())
        day += timedelta(days=1)
    return total


def _expected(final: Mapping[str, Any], steps: Iterable[Mapping[str, Any]]) -> Expected:
    unsolved: list[Stretch] = []
    solves: list[datetime] = []
    first_queue = final["queue"]
    for step in steps:
        at = _moment(step["at"])
        if step["step"] == "create":
            unsolved.append((at, None))
        elif step["step"] in {"resolve", "bad"}:
            unsolved[-1] = (unsolved[-1][0], at)
            solves.append(at)
        elif step["step"] == "customer_reply" and unsolved[-1][1] is not None:
            unsolved.append((at, None))  # what the customer writes opens it again
        elif step["step"] == "move":
            first_queue = "Support"  # the script moves tickets of no other queue
    is_done = unsolved[-1][1] is not None
    assert len(unsolved) - 1 == final["reopens"]
    assert (solves[-1] if is_done else None) == (_moment(final["resolved"]) if final["resolved"] else None)
    return Expected(
        id=str(final["id"]),
        created_at=_moment(final["created"]),
        state=STATES[final["status"]],
        queue=final["queue"],
        owner=None if final["owner"] == "Nobody" else final["owner"].replace("agent", "Agent "),
        priority=PRIORITIES[final["priority"]],
        first_reply_at=_moment(final["first_reply"]) if final["first_reply"] else None,
        solved_at=solves[-1] if is_done else None,
        first_solved_at=solves[0] if solves else None,
        reopen_count=final["reopens"],
        email=f"{final['requestor']}@{final['org'].lower()}.test",
        role=final["role"],
        organisation=final["org"],
        level=final["sla_asked"] or ("urgent" if first_queue == "Incidents" else "standard"),
        unsolved=tuple(unsolved),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
