"""How old a figure is, when it will be too old, and who is to blame: the wall that cannot lie.

A stamp is what a figure carries besides its value. The server marks what is past its deadline when it
paints; afterwards `assets/early/watchdog.js` does, and without any script the style sheet does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dashboard.format import iso
from data.board import Board
from data.health import SourceHealth, SourceState

TICKETS, SURVEYS = "tickets", "surveys"

_EXCUSES = {
    SourceState.WAITING: "has not been read yet",
    SourceState.LOADING: "is being read for the first time",
    SourceState.LATE: "does not answer",
    SourceState.FAILING: "does not answer",
    SourceState.STOPPED: "needs attention",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """as_of: up to when the figure is true (None: no source has succeeded yet). at: when it is painted.

    deadline_s: seconds after as_of past which the figure is old. blame: in words, who does not answer.
    """

    as_of: datetime | None
    deadline_s: int
    at: datetime
    blame: str = ""

    @property
    def age_s(self) -> float:
        return (self.at - self.as_of).total_seconds() if self.as_of else 0.0

    @property
    def left_s(self) -> float:
        """Seconds until the figure is old; negative when it is."""
        return self.deadline_s - self.age_s

    @property
    def is_stale(self) -> bool:
        return self.as_of is not None and self.left_s < 0

    def attributes(self) -> dict[str, str]:
        """The part of the contract with scripts that every figure shares."""
        given = {
            "data-as-of": iso(self.as_of) if self.as_of else "",
            "data-deadline-s": str(self.deadline_s),
        }
        return given | {"data-stale": "true"} if self.is_stale else given


def of_tickets(board: Board, at: datetime) -> Stamp:
    """For figures that rest on tickets."""
    return Stamp(
        as_of=board.ticket_as_of,
        deadline_s=board.ticket_deadline_s,
        at=at,
        blame=blame(board.sources, TICKETS),
    )


def of_surveys(board: Board, at: datetime) -> Stamp:
    """For figures that rest on answers."""
    return Stamp(
        as_of=board.survey_as_of,
        deadline_s=board.survey_deadline_s,
        at=at,
        blame=blame(board.sources, SURVEYS),
    )


def of_both(board: Board, at: datetime) -> Stamp:
    """For figures that rest on tickets and on who asked them: the one that grows old first counts."""
    both = (of_tickets(board, at), of_surveys(board, at))
    if missing := next((stamp for stamp in both if stamp.as_of is None), None):
        return missing
    return min(both, key=lambda stamp: stamp.left_s)


def blame(sources: Iterable[SourceHealth], feed: str) -> str:
    """Which source of these figures is not live, in words; "" where all are."""
    late = [s for s in sources if (feed in s.feeds or not s.feeds) and s.state is not SourceState.LIVE]
    if not late:
        return ""
    worst = max(late, key=lambda s: (s.state is SourceState.STOPPED, s.lag_seconds or 0.0))
    return f"{worst.label} {_EXCUSES[worst.state]}"
