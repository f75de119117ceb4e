"""What the pages about accounts share: addresses, figures that open their receipt, words, a voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote, urlencode

from dash import html
from dash.development.base_component import Component

from dashboard import cards
from dashboard import format as words
from dashboard.cards import Children
from dashboard.receipt_links import figure_link
from dashboard.shell import page
from dashboard.tables import cell, named, row, rows_table
from dashboard.voices import TONES, score_text
from data.metrics.nps import nps_class
from data.reading import Reading

PATH = "/accounts"


def account_href(key: str, **more: str) -> str:
    """The page of an account. A slash or a per cent sign is quoted twice: a path is read once by the server
    and not at all by the browser's part."""
    path = f"{PATH}/{quote(key.replace('%', '%25').replace('/', '%2F'), safe='')}"
    return f"{path}?{urlencode(more)}" if more else path


def account_in(part: str) -> str:
    """The account that such an address names, whoever has read it before."""
    return unquote(unquote(part))


def figure(reading: Reading, *, size: str = "inline", is_signed: bool = False, text: str = "") -> Component:
    """The value as a link to its receipt; words where there is none, or where it rests on too little."""
    shown = (
        words.Shown(text) if text else words.shown(reading.value, reading.metric.unit, is_signed=is_signed)
    )
    is_blank = reading.value is None or reading.is_thin
    if is_blank:
        shown = words.Shown("no data" if reading.value is None else "too few to say")
    inner: list[Children] = [html.Span(shown.number, className="digits")]
    if shown.unit:
        gap = words.NARROW if size == "inline" else ""
        inner.append(html.Span(f"{gap}{shown.unit}", className="unit"))
    kind = "blank" if is_blank and size != "inline" else size
    return figure_link(reading, shown.text, inner=inner, class_name=f"fig fig-{kind}")


def between(reading: Reading) -> str:
    """The ends of the interval of a score or a share; "" where there is none."""
    if reading.interval is None:
        return ""
    low, high = (
        words.shown(end, reading.metric.unit).text for end in (reading.interval.low, reading.interval.high)
    )
    return f"between {low} and {high}"


def renewal(days: int | None) -> str:
    """When the contract renews, in words."""
    if days is None:
        return words.NOTHING
    if days == 0:
        return "today"
    return f"in {words.plural(days, 'day')}" if days > 0 else f"{words.plural(-days, 'day')} ago"


def score_mark(score: float) -> Children:
    """An answer from 0 to 10 with the word for its group beside it."""
    group = nps_class(score)
    return html.Span(
        [html.B(score_text(score)), f" {group}"], className=f"account-score tone-text-{TONES[group]}"
    )


def table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[Children]], **sorted_by: str
) -> Component:
    """A table whose first column names its rows. sorted_by: aria-sort by column."""
    body = [
        row(named(first), *(cell(name, inner) for name, inner in zip(heads[1:], rest, strict=True)))
        for first, *rest in rows
    ]
    return rows_table(caption, heads, body, sorted_by=sorted_by)


def card(title: Children, *children: Children, label: str, class_name: str = "") -> Component:
    """A titled part of a page."""
    inner = [html.H2(title, className="sign-title"), *children]
    return html.Section(
        [item for item in inner if item is not None],
        className=f"card {class_name}".strip(),
        **{"aria-label": label},
    )


def facts(rows: Mapping[str, Children]) -> Component:
    """Names and what they are, one a line."""
    lines = [html.Div([html.Dt(name), html.Dd(value)], className="fact") for name, value in rows.items()]
    return html.Dl(lines, className="facts one-column")


def screen(view: str, title: Component, *parts: Children, is_invented: bool) -> Component:
    """One of the pages about accounts."""
    return page(view, title, *parts, here="accounts", is_invented=is_invented)


def sample(reading: Reading) -> Component:
    """How many rows it rests on, strong."""
    return cards.strong(cards.sample(reading))
