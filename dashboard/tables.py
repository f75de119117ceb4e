"""Real tables, each in a scroller of its own; on a phone each row becomes a block (receipt.css)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children


def rows_table(
    caption: str,
    heads: Iterable[str],
    body: Sequence[Component],
    *,
    label: str | None = None,
    class_name: str = "rows",
    sorted_by: Mapping[str, str] = MappingProxyType({}),
) -> Component:
    """body: one `row` each. label: of the scroller; None: the caption. sorted_by: aria-sort by column."""
    head = [
        html.Th(
            name,
            scope="col",
            role="columnheader",
            **({"aria-sort": sorted_by[name]} if name in sorted_by else {}),
        )
        for name in heads
    ]
    table = html.Table(
        [
            html.Caption(caption, className="heard"),
            html.Thead(html.Tr(head, role="row"), role="rowgroup"),
            html.Tbody(list(body), role="rowgroup"),
        ],
        className=class_name,
        role="table",
    )
    return scroller(table, label or caption)


def row(first: Component, *cells: Component, **more: Any) -> Component:
    """One row: `named` first, then a `cell` for each other column."""
    return html.Tr([first, *cells], role="row", **more)


def named(inner: Children, **more: Any) -> Component:
    """The cell that names its row."""
    return html.Th(inner, scope="row", role="rowheader", **more)


def cell(column: str, inner: Children, **more: Any) -> Component:
    """column: its head, which a phone shows beside it."""
    return html.Td(inner, role="cell", **{"data-label": column}, **more)


def scroller(inner: Component, label: str) -> Component:
    """Where a table may scroll sideways, also by keyboard."""
    return html.Div(inner, className="scrolls", tabIndex="0", role="region", **{"aria-label": label})
