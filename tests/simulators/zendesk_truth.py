"""What really happened to the tickets of an invented Zendesk account, told without Zendesk's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

Entry = tuple[int, int, bytes]
"""A row of an export: the second it is sorted by, its id, its JSON."""
BACKLOG = frozenset({"new", "open", "pending", "hold"})
DONE = frozenset({"solved", "closed"})


@dataclass(slots=True)
class Truth:
    """What happened to a ticket, told without Zendesk's words. Moments are seconds since 1970."""

    created: int
    statuses: list[tuple[int, str]] = field(default_factory=list)
    agent_replies: list[int] = field(default_factory=list)
    targets: list[tuple[str, int, int, float | None]] = field(default_factory=list)
    """(measure, cycle, applied at, minutes); minutes None: taken back."""

    @property
    def status(self) -> str:
        return self.statuses[-1][1]

    @property
    def first_reply(self) -> int | None:
        return self.agent_replies[0] if self.agent_replies else None

    @property
    def solves(self) -> list[int]:
        """When it went from unsolved to solved or closed."""
        moves = zip([(0, "new"), *self.statuses], self.statuses, strict=False)
        return [at for (_, before), (at, after) in moves if before not in DONE and after in DONE]

    @property
    def solved(self) -> int | None:
        """The last solve, where it stands."""
        return self.solves[-1] if self.solves and self.status in DONE else None

    def is_backlog(self, at: int) -> bool:
        before = [status for moment, status in self.statuses if moment <= at]
        return bool(before) and before[-1] in BACKLOG


def iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dumps(row: Any) -> bytes:
    """JSON in as many bytes as it needs; orjson's own are cut from larger ones, which adds up."""
    return bytes(bytearray(orjson.dumps(row)))
