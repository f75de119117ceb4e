"""What is said of a month in words: its name, its verdict, its figures; for the page of one month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote, urlencode

from dashboard import format as words
from dashboard.receipt_card import SIGNED
from data.metrics.definition import Metric, Unit
from data.month import MonthFound, Sign
from data.reading import Reading
from data.signals import MonthVerdict, Rule

PATH = "/months"
TONES = {
    MonthVerdict.BAD: "bad",
    MonthVerdict.WATCH: "watch",
    MonthVerdict.NORMAL: "good",
    MonthVerdict.TOO_FEW: "plain",
    MonthVerdict.PROVISIONAL: "plain",
}
_SHORT = {
    MonthVerdict.NORMAL: "normal",
    MonthVerdict.TOO_FEW: "too few",
    MonthVerdict.PROVISIONAL: "not over",
}


def address(label: str, sign: str, given: Mapping[str, str]) -> str:
    """The page of a month and a sign, with the same filters."""
    return f"{PATH}/{quote(label, safe='')}?{urlencode({'sign': sign} | dict(given))}"


def name_of(label: str, *, is_short: bool = False) -> str:
    """ "May 2026" of 2026-05; short: "May"."""
    first = date.fromisoformat(f"{label}-01")
    return f"{first:%b}" if is_short else f"{first:%B %Y}"


def value_of(reading: Reading) -> str:
    """The figure with its unit; "no data" where there is none."""
    if reading.value is None:
        return "no data"
    return _text(reading.value, reading.metric, reading.metric.unit)


def charted(value: float | None, found: MonthFound) -> str:
    """A value of the chart, which shows some counts as shares."""
    if value is None:
        return "no data"
    metric = found.sign.reading.metric
    return _text(value, metric, Unit.SHARE if found.sign.standing.is_share else metric.unit)


def _text(value: float, metric: Metric, unit: Unit) -> str:
    if unit is Unit.SHARE and 0 < value < 0.2:
        return f"{words.number(value * 100, 1)}{words.NARROW}%"
    return words.shown(value, unit, is_signed=metric.key in SIGNED).text


def verdict(found: MonthFound) -> str:
    """What may be said of the month, with the rule that it broke."""
    judged = found.sign.standing.judged
    if judged.verdict is MonthVerdict.BAD:
        return f"{_rules(found)}: not noise"
    if judged.verdict is MonthVerdict.NORMAL:
        return f"within normal variation: {judged.reason}"
    return f"{judged.verdict.value}: {judged.reason}"


def _rules(found: MonthFound) -> str:
    """The rules; that of the limit with the limit."""
    standing = found.sign.standing
    said = []
    for rule in standing.judged.rules:
        text = rule.words(standing.bad)
        if rule is Rule.BEYOND and standing.judged.limits is not None:
            limits = standing.judged.limits
            text += f" ({charted(limits.lower if standing.bad.value == 'low' else limits.upper, found)})"
        said.append(text)
    return "; ".join(said)


def in_short(sign: Sign) -> str:
    """The verdict in one or two words."""
    judged = sign.standing.judged
    if judged.verdict is MonthVerdict.BAD:
        return "bad"
    return _SHORT.get(judged.verdict, judged.verdict.value)


def months_of(readings: tuple[Reading, ...]) -> str:
    """ "12 months, May 2025 to April 2026"."""
    if not readings:
        return "no months"
    count = words.plural(len(readings), "month")
    first, last = (name_of(each.window.label) for each in (readings[0], readings[-1]))
    return f"{count}, {first} to {last}" if len(readings) > 1 else f"{count}, {first}"
