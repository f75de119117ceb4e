"""What the cards of the teams' page share: figures that lead to receipts, names that lead on, tables."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard.cards import Children
from dashboard.receipt_links import figure_link
from dashboard.tables import cell, named, row, rows_table
from data.reading import Reading

Row = Sequence[Children]


def figure(reading: Reading | None, text: str | None = None) -> Component:
    """The figure, as text of its own or as the metric's unit says it; a link to its receipt."""
    if reading is None or reading.value is None:
        return html.Span([html.Span(words.NOTHING, **{"aria-hidden": "true"}), _heard("no data")])
    return figure_link(reading, text or words.shown(reading.value, reading.metric.unit).text)


def team_name(team: str, name: str) -> list[Children]:
    """The name, which leads to its months, and a way to how it stands now."""
    asked = urlencode({"team": team})
    return [
        html.A(name, href=f"/months?{asked}", className="words", title="Its months"),
        " ",
        html.A("now", href=f"/?{asked}", className="team-now", **{"aria-label": f"{name} now"}),
    ]


def table(caption: str, columns: Sequence[str], rows: Sequence[Row]) -> Component:
    """A table whose first column names its rows."""
    body = [
        row(
            named(first, **{"data-label": columns[0]}),
            *(cell(name, html.Div(inner)) for name, inner in zip(columns[1:], rest, strict=True)),
        )
        for first, *rest in rows
    ]
    return rows_table(caption, columns, body)


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
