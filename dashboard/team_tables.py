"""What the cards of the teams' page share: figures that lead to receipts, names that lead on, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard.cards import Children
from dashboard.receipt_links import HINT
from dashboard.receipt_query import href_of
from data.reading import Reading

Row = Sequence[Children]


def figure(reading: Reading | None, text: str | None = None) -> Component:
    """The figure, as text of its own or as the metric's unit says it; a link to its receipt."""
    if reading is None or reading.value is None:
        return html.Span([html.Span(words.NOTHING, **{"aria-hidden": "true"}), _heard("no data")])
    shown = text or words.shown(reading.value, reading.metric.unit).text
    given = {
        "data-metric": reading.metric.key,
        "data-value": words.raw(reading.value),
        "data-n": str(reading.n),
    }
    href = href_of(reading)
    if href is None:
        return html.Span(shown, className="fig fig-inline", **given)
    return html.A(
        html.Span(shown, className="digits"),
        href=href,
        title=HINT,
        className="fig fig-inline",
        **given,
        **{"aria-label": f"{shown}: {HINT.lower()}"},
    )


def team_name(team: str, name: str) -> list[Children]:
    """The name, which leads to its months, and a way to how it stands now."""
    asked = urlencode({"team": team})
    return [
        html.A(name, href=f"/months?{asked}", className="words", title="Its months"),
        " ",
        html.A("now", href=f"/?{asked}", className="team-now", **{"aria-label": f"{name} now"}),
    ]


def table(caption: str, columns: Sequence[str], rows: Sequence[Row]) -> Component:
    """A real table in a scroller of its own; on a phone each row becomes a block (receipt.css)."""
    head = html.Tr([html.Th(name, scope="col", role="columnheader") for name in columns], role="row")
    body = [html.Tr(_cells(columns, row), role="row") for row in rows]
    inner = html.Table(
        [
            html.Caption(caption, className="heard"),
            html.Thead(head, role="rowgroup"),
            html.Tbody(body, role="rowgroup"),
        ],
        className="rows",
        role="table",
    )
    return scroller(inner, caption)


def _cells(columns: Sequence[str], row: Row) -> list[Component]:
    first, *rest = row
    given: list[Mapping[str, str]] = [{"data-label": name} for name in columns]
    return [
        html.Th(first, scope="row", role="rowheader", **given[0]),
        *(html.Td(html.Div(cell), role="cell", **label) for cell, label in zip(rest, given[1:], strict=True)),
    ]


def scroller(inner: Component, label: str) -> Component:
    """Where a table may scroll sideways, also by keyboard."""
    return html.Div(inner, className="scrolls", tabIndex="0", role="region", **{"aria-label": label})


def card(title: str, meta: Children, *children: Children, name: str) -> Component:
    """A card with its heading and what it is about."""
    head = html.Header([html.H2(title, className="sign-title"), html.P(meta, className="sign-meta")])
    return html.Section(
        [head, *(child for child in children if child is not None)],
        className=f"card team-card team-{name}",
        **{"aria-label": title},
    )


def listed(names: Sequence[str], *, most: int = 4) -> str:
    """Names in a sentence: "A, B and C", "A, B, C, D and 3 more"."""
    shown = [*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _heard(text: str) -> Component:
    return html.Span(text, className="heard")
