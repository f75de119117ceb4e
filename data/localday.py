"""The local day of a moment, fast: between two changes of the clock a day is plain arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = date(1970, 1, 1).toordinal()


class LocalDays:
    """Days in one time zone. Remembers what it found for each quarter of an hour."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._offsets: dict[int, int] = {}
        self._days: dict[int, date] = {}
        self._texts: dict[int, str] = {}

    def day(self, at: int) -> date:
        """The local date of whole seconds since 1970. Clocks change at whole quarters of an hour."""
        number = self._number(at)
        found = self._days.get(number)
        if found is None:
            found = self._days[number] = date.fromordinal(EPOCH + number)
        return found

    def text(self, at: int) -> str:
        """The same as ISO text."""
        quarter = at // 900
        found = self._texts.get(quarter)
        if found is None:
            found = self._texts[quarter] = self.day(at).isoformat()
        return found

    def _number(self, at: int) -> int:
        quarter = at // 900
        offset = self._offsets.get(quarter)
        if offset is None:
            moment = datetime.fromtimestamp(quarter * 900, UTC).astimezone(self._zone)
            offset = int((moment.utcoffset() or timedelta()).total_seconds())
            self._offsets[quarter] = offset
        return (at + offset) // 86400
