"""Moments, windows and filters. The only module that asks what time it is.

Days and months are cut in one reporting time zone per installation; moments are UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from data.records import Audience, Priority

Clock = Callable[[], datetime]

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for "not ended": larger than any real moment, so that one index serves open and ended spans."""

DAWN = datetime(1970, 1, 1, tzinfo=UTC)
"""The earliest moment that a window reaches."""

DUSK = datetime(9998, 1, 1, tzinfo=UTC)
"""Later moments are refused: the calendar ends soon after, and a window needs room."""


def now() -> datetime:
    """The present, aware, in UTC, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Window:
    """The time from `start` (inclusive) to `end` (exclusive), both aware, with the zone that cut it."""

    start: datetime
    end: datetime
    zone: str
    label: str

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise ValueError(f"The window {self.label!r} ends before it starts.")

    def previous(self) -> Window:
        """The window of the same number of local days (or months) that ends where this one starts."""
        zone = ZoneInfo(self.zone)
        first = self.start.astimezone(zone)
        last = (self.end - timedelta(seconds=1)).astimezone(zone)
        if self.start <= DAWN:
            return Window(self.start, self.start, self.zone, f"before {self.label}")
        if first.day == 1 and self.end == midnight(shift_months(last.date(), 1), zone):
            months = (last.year - first.year) * 12 + last.month - first.month + 1
            before = shift_months(first.date(), -months)
        else:
            before = first.date() - timedelta(days=(last.date() - first.date()).days + 1)
        return Window(midnight(before, zone), self.start, self.zone, f"before {self.label}")

    @property
    def text(self) -> str:
        """The words that `parse_window` understands as this window, seen from the same as-of."""
        if match := re.fullmatch(r"(\d+) days", self.label):
            return f"{match[1]}d"
        if self.label == "all time":
            return "all"
        if self.label.startswith("before "):
            days = self.days()
            return f"{days[0]}..{days[-1]}"
        return self.label

    def days(self) -> list[date]:
        """The local days that the window touches, oldest first."""
        zone = ZoneInfo(self.zone)
        first = self.start.astimezone(zone).date()
        last = (self.end - timedelta(seconds=1)).astimezone(zone).date()
        return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def parse_window(text: str, *, as_of: datetime, zone: str) -> Window:
    """A window from words: `90d` (whole local days, today included), `today`, `2026-05`, `2026`,
    `2026-05-01..2026-06-15` (last day included), `all`.

    Windows end no later than `as_of` where they are trailing. Raises ValueError that lists the forms.
    """
    tz = ZoneInfo(zone)
    today = as_of.astimezone(tz).date()
    end = as_of + timedelta(seconds=1)  # an event of this very second counts
    if text == "all":
        return Window(DAWN, end, zone, "all time")
    if text == "today":
        return Window(midnight(today, tz), end, zone, "today")
    if match := re.fullmatch(r"(\d{1,4})d", text):
        count = int(match[1])
        if count:
            first = today - timedelta(days=count - 1)
            return Window(midnight(first, tz), end, zone, f"{count} days")
    try:
        if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
            first = date(int(match[1]), int(match[2]), 1)
            return Window(midnight(first, tz), midnight(shift_months(first, 1), tz), zone, text)
        if match := re.fullmatch(r"\d{4}", text):
            first = date(int(text), 1, 1)
            return Window(midnight(first, tz), midnight(shift_months(first, 12), tz), zone, text)
        if match := re.fullmatch(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", text):
            first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2])
            return Window(midnight(first, tz), midnight(last + timedelta(days=1), tz), zone, text)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"The window {text[:40]!r} is not in the calendar: {error}.") from None
    raise ValueError(
        f"The window {text[:40]!r} is not understood. Use 90d, today, 2026-05, 2026,"
        " 2026-05-01..2026-06-15 or all."
    )


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def shift_months(day: date, months: int) -> date:
    """The first day of the month that lies so many months after that of this day."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_from(first: date, count: int, zone: str) -> list[Window]:
    """So many whole local months, that of `first` being the first; labelled such as 2026-05."""
    firsts = [shift_months(first, step) for step in range(count + 1)]
    return [
        Window(midnight(start, ZoneInfo(zone)), midnight(end, ZoneInfo(zone)), zone, f"{start:%Y-%m}")
        for start, end in pairwise(firsts)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which rows count. None means all. Values are those of the facts, so they are safe as cache keys."""

    audience: Audience | None = None
    team: str | None = None
    account: str | None = None
    priority: Priority | None = None
    source: str | None = None
    channel: str | None = None

    @classmethod
    def of(cls, given: dict[str, str]) -> Filters:
        """From names and texts, as in a URL or on a command line. Raises ValueError naming what is wrong."""
        known = {item.name for item in fields(cls)}
        for name in given:
            if name not in known:
                raise ValueError(f"There is no filter {name[:40]!r}. Known: {', '.join(sorted(known))}.")
            if "\x00" in given[name]:
                raise ValueError(f"The filter {name!r} holds a null character.")
        values: dict[str, object] = {name: value for name, value in given.items() if value}
        for name, kind in (("audience", Audience), ("priority", Priority)):
            if name in values:
                try:
                    values[name] = kind(str(values[name]))
                except ValueError:
                    raise ValueError(
                        f"{name} is one of {', '.join(kind)}, not {str(values[name])[:40]!r}."
                    ) from None
        return cls(**values)  # type: ignore[arg-type]

    def given(self) -> dict[str, str]:
        """The filters that are set, by name, as text."""
        return {item.name: str(value) for item in fields(Filters) if (value := getattr(self, item.name))}


def parse_moment(text: str, *, zone: str) -> datetime:
    """A moment from ISO text; a day alone is its first moment, and without an offset the reporting zone's.

    Raises ValueError, also for moments before 1970.
    """
    try:
        found = datetime.fromisoformat(text)
        moment = (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"The moment {text[:40]!r} is not understood. Use 2026-05-01 or 2026-05-01T14:30."
        ) from None
    if not DAWN <= moment < DUSK:
        raise ValueError(f"The moment {text[:40]!r} lies outside the years 1970 to 9997.")
    return moment
