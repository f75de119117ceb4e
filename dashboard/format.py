"""Turns a value and its unit into text for people: "+42", "92 %", "1 d 4 h", "—".

Every number on every surface passes here, so that minus signs, separators and units never differ.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from data.metrics.definition import Unit

MINUS = "−"
NARROW = "\u202f"  # a space that does not break: between thousands, and before a unit
NOTHING = "—"

_HOUR, _DAY = 60.0, 1440.0


class Shown(NamedTuple):
    """A number as text and its unit as text, apart, so that the unit can be set smaller."""

    number: str
    unit: str = ""

    @property
    def text(self) -> str:
        return f"{self.number}{NARROW}{self.unit}" if self.unit else self.number


def shown(value: float | None, unit: Unit, *, is_signed: bool = False) -> Shown:
    """A value of a metric. Points always carry their sign; minutes do where they are a gap."""
    if value is None:
        return Shown(NOTHING)
    if unit is Unit.POINTS:
        return Shown(signed(value))
    if unit is Unit.SHARE:
        return percent(value)
    if unit is Unit.MINUTES:
        return duration(value, is_signed=is_signed)
    if unit is Unit.DAYS:
        return duration(value * 1440, is_signed=is_signed)
    if unit is Unit.VALUE:
        return money(value)
    if unit in {Unit.PER_TICKET, Unit.PER_AGENT, Unit.PER_AGENT_DAY}:
        return Shown(number(value, 1))
    if unit is Unit.HOURS:
        return Shown(number(value, 1 if abs(value) < 9.95 else 0).removesuffix(".0"), "h")
    if unit in {Unit.FULL_TIME, Unit.RATIO}:
        return Shown(number(value, 2))
    return Shown(signed(value) if is_signed else number(value))


def number(value: float, decimals: int = 0) -> str:
    """With thin thousands and a true minus: 1 204, −3."""
    text = f"{abs(value):,.{decimals}f}".replace(",", NARROW)
    is_zero = not any(digit in "123456789" for digit in text)
    return text if value >= 0 or is_zero else MINUS + text


def signed(value: float, decimals: int = 0) -> str:
    """With its sign, whatever it is; zero has none."""
    text = number(value, decimals)
    has_digit = any(digit in "123456789" for digit in text)
    return f"+{text}" if value > 0 and has_digit else text


def percent(share: float) -> Shown:
    """A share (0 to 1) in per cent. Almost all is not all: only 1 shows 100, only 0 shows 0."""
    rounded = round(share * 100)
    if (rounded == 100 and share < 1) or (rounded == 0 and share > 0):
        tenths = min(max(math.floor(share * 1000), 1), 999)
        return Shown(f"{tenths / 10:.1f}", "%")
    return Shown(number(rounded), "%")


def money(value: float) -> Shown:
    """A round amount: 640, 86 k, 1.2 M. Exact ones mislead at a glance; the currency is everybody's own."""
    for least, size, letter, decimals in ((999_500, 1_000_000, "M", 1), (999.5, 1000, "k", 0)):
        if abs(value) >= least:
            return Shown(number(value / size, decimals), letter)
    return Shown(number(value))


def duration(minutes: float, *, is_signed: bool = False) -> Shown:
    """One number and one unit: 45 min, 2.8 h, 26 h, 6.5 d. For figures that are compared."""
    size = abs(minutes)
    if size < 59.5:
        amount, unit, decimals = minutes, "min", 0
    elif size < 99.5 * _HOUR:
        amount, unit, decimals = minutes / _HOUR, "h", 1 if size < 19.95 * _HOUR else 0
    else:
        amount, unit, decimals = minutes / _DAY, "d", 1 if size < 9.95 * _DAY else 0
    write = signed if is_signed else number
    return Shown(write(amount, decimals).removesuffix(".0"), unit)


def span(minutes: float) -> str:
    """Two units at most, for ages: 35 min, 4 h 10 min, 1 d 4 h, 19 days."""
    whole = round(minutes)
    if whole < _HOUR:
        return f"{whole}{NARROW}min"
    days, rest = divmod(whole, int(_DAY))
    hours, left = divmod(rest, int(_HOUR))
    if days >= 4:
        return f"{number(days)}{NARROW}days"
    if days:
        return f"{days}{NARROW}d" + (f" {hours}{NARROW}h" if hours else "")
    return f"{hours}{NARROW}h" + (f" {left}{NARROW}min" if left else "")


def age(seconds: float) -> str:
    """How old something is: 8 s, 26 min, 3 h, 2 days. `assets/early/watchdog.js` writes the same."""
    whole = max(0, math.floor(seconds))
    for limit, size, unit in ((60, 1, "s"), (3600, 60, "min"), (172800, 3600, "h")):
        if whole < limit:
            return f"{whole // size}{NARROW}{unit}"
    return f"{number(whole // 86400)}{NARROW}days"


def raw(value: float | None) -> str:
    """For scripts: the number in the metric's own unit, in full; empty where there is none."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def plural(count: float, one: str, many: str = "") -> str:
    """1 answer, 412 answers."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def clock(moment: datetime, zone: str) -> str:
    """The time of day in a zone: 14:32."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def day_and_clock(moment: datetime, zone: str) -> str:
    """18 Nov 2026, 14:32."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y, %H:%M}"


def day(moment: datetime, zone: str) -> str:
    """The day alone: 18 Nov 2026."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y}"


def moment(then: datetime, at: datetime, zone: str) -> str:
    """The time of day where it is of the same local day as `at`, else with the date."""
    place = ZoneInfo(zone)
    is_today = then.astimezone(place).date() == at.astimezone(place).date()
    return clock(then, zone) if is_today else day_and_clock(then, zone)


def iso(moment: datetime) -> str:
    """For scripts: 2026-11-18T14:32:00Z."""
    return moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")
