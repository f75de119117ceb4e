"""The address of the grid of months: from a URL's parameters to the question, and back to links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from dashboard.controls import Query, parse_query
from dashboard.format import iso
from dashboard.month_words import PATH
from dashboard.month_words import address as month_address
from dashboard.receipt_query import address_of, href_of
from data.metrics import metric_of
from data.metrics.definition import Kind
from data.month_cells import MonthCell
from data.month_grid import SIGNS, SPANS, MonthsAsked
from data.window import Filters

DOWNLOAD = "/months.csv"


def parse_months(given: Mapping[str, str], *, at: datetime, zone: str) -> tuple[Query, MonthsAsked]:
    """Filters and all, and the question. ValueError, in words: a value that nobody can mean."""
    query = replace(parse_query(given, at=at, zone=zone), window=None)
    if query.known_then:
        raise ValueError("Months are told from all that is known by now: leave out known=then.")
    texts = {name: given.get(name, "").strip() for name in ("months", "sort", "by")}
    if texts["months"] not in ("", *map(str, SPANS)):
        raise ValueError(f"Ask for {', '.join(map(str, SPANS))} months, not {texts['months'][:40]!r}.")
    if texts["sort"] not in ("", "time", "worst"):
        raise ValueError(f"Months are sorted by time or worst, not {texts['sort'][:40]!r}.")
    if texts["by"] not in ("", *SIGNS):
        raise ValueError(f"There is no sign {texts['by'][:40]!r} here. Use one of {', '.join(SIGNS)}.")
    asked = MonthsAsked(
        filters=query.filters,
        months=int(texts["months"] or SPANS[0]),
        by=texts["by"] or usual_sign(query.filters),
        is_ranked=texts["sort"] == "worst",
        as_of=query.as_of,
    )
    return query, asked


def usual_sign(filters: Filters) -> str:
    """The first sign that knows all that is filtered by: answers to surveys know no priority."""
    known = (key for key in SIGNS if filters.given().keys() <= {*metric_of(key).splits})
    return next(known, SIGNS[0])


def own(asked: MonthsAsked) -> dict[str, str]:
    """What the URL says beside the filters; the usual is left out."""
    given = {"months": str(asked.months)} if asked.months != SPANS[0] else {}
    given |= {"sort": "worst"} if asked.is_ranked else {}
    return given | ({"by": asked.by} if asked.by != usual_sign(asked.filters) else {})


def address(asked: MonthsAsked, *, path: str = PATH, **changes: Any) -> str:
    """The link to this grid, or to one that differs from it by `changes`."""
    other = replace(asked, **changes)
    past = {"as_of": iso(other.as_of)} if other.as_of is not None else {}
    text = urlencode(own(other) | other.filters.given() | past)
    return f"{path}?{text}" if text else path


def month_href(asked: MonthsAsked, cell: MonthCell) -> str:
    """The page of one month, opened at this sign."""
    return month_address(cell.label, cell.reading.metric.key, asked.filters.given())


def receipt_href(asked: MonthsAsked, cell: MonthCell) -> str | None:
    """The receipt of a cell; of a level that ended, and of the past, at its own moment."""
    is_past = asked.as_of is not None or (cell.reading.metric.kind is Kind.LEVEL and not cell.is_running)
    return address_of(cell.reading) if is_past else href_of(cell.reading)
