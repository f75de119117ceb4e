"""What the demo's service provider promises: working hours, and targets by priority."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from data.hours import Calendar
from data.records import Clock, Priority

MINUTE, HOUR, DAY = 60, 3600, 86400

TIME_ZONE = "Europe/London"
ZONE = ZoneInfo(TIME_ZONE)
COUNTRY = "GB-ENG"
OPENING_MINUTES = tuple((day * 1440 + 8 * 60, day * 1440 + 18 * 60) for day in range(5))
CALENDAR = Calendar.weekly("Office hours", TIME_ZONE, OPENING_MINUTES, country=COUNTRY)

TARGET_SECONDS = {
    Priority.URGENT: 4 * HOUR,
    Priority.HIGH: 8 * HOUR,
    Priority.NORMAL: 24 * HOUR,
    Priority.LOW: 40 * HOUR,
}
"""Until solved, while the ticket does not wait for the customer."""

CLOCKS = dict.fromkeys(Priority, Clock.BUSINESS) | {Priority.URGENT: Clock.CALENDAR}
