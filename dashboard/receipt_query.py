"""The address of a receipt: from a reading to its link, and from a URL's parameters to what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from urllib.parse import urlencode

from dashboard.format import iso
from data.metrics import metric_of
from data.metrics.definition import Kind
from data.opened import Asked
from data.reading import Reading
from data.window import Filters, parse_moment, parse_window

PATH = "/receipt"
DOWNLOAD = "/receipt.csv"
PER_PAGE = 50
LAST_PAGE = 20_000
_FILTERS = tuple(item.name for item in fields(Filters))
_LONGEST = 200
_DIGITS = 5


class UnknownMetricError(ValueError):
    """No metric has this key."""


def href_of(reading: Reading) -> str | None:
    """The link from a figure to its receipt; None where no filter can name its group."""
    given = reading.filters.given()
    if reading.by is not None:
        if reading.by not in _FILTERS or reading.group is None:
            return None
        given |= {reading.by: reading.group}
    return _link(PATH, reading.metric.key, _window_of(reading), given)


def address_of(reading: Reading, *, path: str = PATH, page: int = 1) -> str:
    """The link to this very receipt, at its own as-of, so that what comes later changes nothing."""
    more = {"as_of": iso(reading.as_of)} | ({"page": str(page)} if page > 1 else {})
    return _link(path, reading.metric.key, _window_of(reading), reading.filters.given() | more)


def parse_asked(given: Mapping[str, str], *, zone: str, at: datetime) -> Asked:
    """What a URL asks for. ValueError, in words: a value that nobody can mean; UnknownMetricError: a key."""
    known = {name: value.strip() for name, value in given.items() if value.strip()}
    for name in ("metric", "window", "as_of", "page", *_FILTERS):
        if len(known.get(name, "")) > _LONGEST:
            raise ValueError(f"The part {name} of the address is too long.")
    try:
        key = metric_of(known.get("metric", "")).key
    except ValueError as error:
        raise UnknownMetricError(str(error)) from None
    moment = parse_moment(known["as_of"], zone=zone) if "as_of" in known else None
    window = known.get("window")
    if window is not None:
        parse_window(window, as_of=moment or at, zone=zone)
    filters = Filters.of({name: known[name] for name in _FILTERS if name in known})
    offset = (page_number(known.get("page", "1"), LAST_PAGE) - 1) * PER_PAGE
    return Asked(
        metric=key, window=window, filters=filters, as_of=moment, limit=PER_PAGE, offset=offset
    )  # fmt: skip


def page_number(text: str, last: int) -> int:
    """ValueError, in words: no page from 1 to the last."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and 1 <= int(text) <= last):
        raise ValueError(f"The page {text[:40]!r} is no number from 1 to {last}.")
    return int(text)


def _window_of(reading: Reading) -> str | None:
    return reading.window.text if reading.metric.kind is Kind.FLOW else None


def _link(path: str, key: str, window: str | None, given: Mapping[str, str]) -> str:
    spans = {"window": window} if window else {}
    return f"{path}?{urlencode({'metric': key} | spans | dict(given))}"
