"""How far the tickets of a Request Tracker have been read: the bookmark, and how it moves.

Transactions are numbered as they happen, so their number says where to read on, whatever the time zones
of server and user are. One that was begun earlier may still be committed later; therefore the last
minutes are read again, and what was seen there is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.helpdesks.request_tracker_history import Change
from connectors.paging import Bookmark

OVERLAP_SECONDS = 120
REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Place:
    """ticket: in the first reading, the number of the last ticket read. is_complete: that is behind us.

    feed: transactions up to this number are done with; None: not begun. recent: number and epoch second
    of those seen beyond it.
    """

    ticket: int = 0
    is_complete: bool = False
    feed: int | None = None
    recent: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, bookmark: Bookmark) -> Place:
        return cls(
            ticket=bookmark.get("ticket", 0),
            is_complete=bookmark.get("is_complete", False),
            feed=bookmark.get("feed"),
            recent=tuple((number, at) for number, at in bookmark.get("recent", ())),
        )

    def bookmark(self) -> dict[str, Any]:
        return {
            "ticket": self.ticket,
            "is_complete": self.is_complete,
            "feed": self.feed,
            "recent": [list(item) for item in self.recent],
        }

    def unseen(self, changes: Iterable[Change]) -> list[Change]:
        known = {number for number, _ in self.recent}
        return [change for change in changes if change.id not in known]

    def after(self, changes: Sequence[Change]) -> Place:
        """The place once these have been read."""
        seen = dict(self.recent) | {change.id: int(change.happened_at.timestamp()) for change in changes}
        if not seen:
            return self
        ordered = sorted(seen.items())
        limit = max(seen.values()) - OVERLAP_SECONDS
        old = next((i for i, (_, at) in enumerate(ordered) if at > limit), len(ordered))
        done, kept = ordered[: max(old, len(ordered) - REMEMBERED)], ordered[-REMEMBERED:]
        kept = [item for item in kept if item not in done]
        return replace(self, feed=done[-1][0] if done else self.feed, recent=tuple(kept))
