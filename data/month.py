"""One month of one sign: how it stands among the others, what made it different, and the rows behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from data import facts
from data.autopsy import Autopsy
from data.autopsy_rows import autopsy_of
from data.board import Voice
from data.metrics import BY_KEY, metric_of
from data.month_rows import Moved, comments, moved
from data.months import MonthInRow, judge_at
from data.reading import Reading
from data.readings import NO_FILTERS, Readings
from data.signals import MonthVerdict
from data.study import Offered, offered
from data.window import Filters, Window, months_from, shift_months

SIGNS = ("sla_attainment", "nps", "less_than_delighted", "sla_gap", "reopen_rate")
"""The signs of a month that are shown beside each other; of those that are bad the first leads."""

CHARTED = 24
AFTER = 6
"""A chart goes on so many months after the one that it is about, where there are any."""

BACK = 36
COMMENTS = 20


@dataclass(frozen=True, slots=True)
class Sign:
    """reading: of the month. standing: what the months before say of it."""

    reading: Reading
    standing: MonthInRow


@dataclass(frozen=True, slots=True)
class Charted:
    """One month of the chart. value: in the chart's unit; None without any."""

    reading: Reading
    value: float | None
    is_it: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFound:
    """before, year_ago: the month before and the same month a year earlier; None where nothing is known of
    them. chart: oldest first. autopsy: None where the sign does not split, or there is nothing to compare.
    arrivals, usual_arrivals: tickets created a day; None without any. moved: the rows that moved the figure
    most. names: of teams and accounts, by their values.
    """

    label: str
    sign: Sign
    signs: tuple[Sign, ...]
    chart: tuple[Charted, ...]
    before: Reading | None
    year_ago: Reading | None
    autopsy: Autopsy | None
    arrivals: Reading
    usual_arrivals: float | None
    moved: tuple[Moved, ...]
    comments: tuple[Voice, ...]
    offered: Offered
    names: dict[str, str]
    is_over: bool
    is_invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthAsked:
    """Which month (such as 2026-05) and sign. sign None: the first of SIGNS that is bad, else the first."""

    month: str
    sign: str | None = None
    filters: Filters = NO_FILTERS
    as_of: datetime | None = None

    def answer(self, readings: Readings) -> MonthFound:
        """ValueError: no month, or a sign that has no bad months. LookupError: not begun, or no such sign."""
        if self.sign is not None and self.sign not in BY_KEY:
            try:
                metric_of(self.sign)
            except ValueError as error:
                raise LookupError(str(error)) from None
        windows, place = _windows(self.month, readings)
        keys = dict.fromkeys([*SIGNS, *([self.sign] if self.sign else [])])
        signs = {key: self._sign(readings, key, windows, place) for key in keys}
        verdicts = {key: sign.standing.judged.verdict for key, (sign, _) in signs.items()}
        bad = [key for key in SIGNS if verdicts[key] is MonthVerdict.BAD]
        chosen = self.sign or (bad or SIGNS)[0]
        sign, found = signs[chosen]
        return self._found(readings, sign, [each for each, _ in signs.values()], found, place)

    def _sign(
        self, readings: Readings, key: str, windows: Sequence[Window], place: int
    ) -> tuple[Sign, list[Reading]]:
        found = [readings.read(key, window=window, filters=self.filters, compare=False) for window in windows]
        return Sign(found[place], judge_at(found, place)), found

    def _found(
        self, readings: Readings, sign: Sign, signs: Sequence[Sign], found: Sequence[Reading], place: int
    ) -> MonthFound:
        connection, window = readings.connection, sign.reading.window
        usual = _joined([reading.window for reading in sign.standing.usual])
        arrivals = readings.read("created", window=window, filters=self.filters, compare=False)
        return MonthFound(
            label=window.label,
            sign=sign,
            signs=tuple(signs),
            chart=_chart(found, sign.standing.values, place),
            before=_known(found, place - 1),
            year_ago=_known(found, place - 12),
            autopsy=autopsy_of(sign.reading.metric.key, readings.scope(window, self.filters), usual),
            arrivals=arrivals,
            usual_arrivals=_usual_a_day(readings, usual, self.filters),
            moved=moved(readings, sign.reading),
            comments=comments(readings, window, self.filters, COMMENTS),
            offered=offered(readings, self.filters),
            names=facts.team_names(connection) | facts.account_names(connection),
            is_over=window.end <= readings.as_of,
            is_invented=readings.is_invented,
        )


def _windows(text: str, readings: Readings) -> tuple[list[Window], int]:
    """(months in the reporting zone, oldest first; the place of the one asked for among them)."""
    if not re.fullmatch(r"\d{4}-\d{2}", text, re.ASCII):
        raise ValueError(f"The month {text[:40]!r} is not understood. Use a form such as 2026-05.")
    asked = readings.window(text)
    if asked.start > readings.as_of:
        raise LookupError(f"{text} has not begun yet.")
    zone = ZoneInfo(readings.zone)
    index = _index(asked.start.astimezone(zone).date())
    present = _index(readings.as_of.astimezone(zone).date())
    if index < BACK + _index(date(1970, 1, 1)):
        raise LookupError(f"{text} lies before anything that is kept here.")
    first, last = min(present - BACK, index - CHARTED), max(index, min(index + AFTER, present - 1))
    known = facts.first_day(readings.connection, zone)
    if known is not None:  # what lies before would be read and be empty
        first = min(max(first, _index(known)), index)
    since = shift_months(date(1970, 1, 1), first - _index(date(1970, 1, 1)))
    return months_from(since, last - first + 1, readings.zone), index - first


def _index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _known(found: Sequence[Reading], place: int) -> Reading | None:
    return found[place] if place >= 0 and found[place].value is not None else None


def _chart(found: Sequence[Reading], values: Sequence[float | None], place: int) -> tuple[Charted, ...]:
    """The last months, without those before the first that has a value."""
    first = next((at for at, value in enumerate(values) if value is not None), place)
    first = max(min(first, place), len(found) - CHARTED)
    return tuple(Charted(found[at], values[at], at == place) for at in range(first, len(found)))


def _joined(windows: Sequence[Window]) -> list[Window]:
    """Months that follow each other as one window, which costs one question instead of many."""
    found: list[Window] = []
    for window in windows:
        if found and found[-1].end == window.start:
            found[-1] = Window(found[-1].start, window.end, window.zone, "usual months")
        else:
            found.append(window)
    return found


def _usual_a_day(readings: Readings, usual: Sequence[Window], filters: Filters) -> float | None:
    counts = [readings.read("created", window=window, filters=filters, compare=False) for window in usual]
    first = facts.first_day(readings.connection, ZoneInfo(readings.zone))
    days = sum(first is None or day >= first for window in usual for day in window.days())
    known = [reading.value for reading in counts if reading.value is not None]
    return sum(known) / days if known and days else None
