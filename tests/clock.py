"""A clock that stands still until it is told otherwise, so that no test depends on the day it runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class StandingClock:
    """Call it for the moment (aware, UTC); pass it wherever the code asks for a `data.window.Clock`."""

    def __init__(self, moment: datetime = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)) -> None:
        self.set(moment)

    def __call__(self) -> datetime:
        return self._moment

    def set(self, moment: datetime) -> None:
        """Put the clock to an aware moment. A naive one is refused: it would mean another time elsewhere."""
        if moment.tzinfo is None:
            raise ValueError("A clock needs a moment with a time zone.")
        self._moment = moment.astimezone(UTC)

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Let time pass; returns the new moment."""
        self._moment += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self._moment
