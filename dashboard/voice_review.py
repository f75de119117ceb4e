"""Whom to ask for a review: one line a person, with their words, and the same as a file."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children
from dashboard.format import NARROW, NOTHING, day_and_clock, money, number
from dashboard.signs.audiences import audience_mark
from dashboard.tables import cell, named, row, rows_table
from dashboard.voice_list import words_of
from dashboard.voice_query import VoiceQuery
from data.review import Candidate, Candidates

DOWNLOAD = "/voice.csv"
MOST_IN_FILE = 2_000
"""People that a file holds at most."""
_RULE = (
    "People who answered 9 or 10 and wrote something, and have given no lower score since; each once, by"
    " their latest words. Ask them yourself: Barometer writes to nobody."
)


def review_card(found: Candidates, asked: VoiceQuery, pages: Component | None) -> Component:
    """The table, or words where there is nobody."""
    download = html.A("Download as CSV", href=asked.at_page(1).href(path=DOWNLOAD), className="button")
    title = html.Div(
        [html.H2("Who could be asked for a review", className="sign-title"), html.P(_RULE, className="hint")]
    )
    head = html.Header([title, download if found.found else None], className="evidence-head")
    none = "No promoter wrote anything in this window. A longer window or fewer filters may show more."
    body = _table(found) if found.found else html.P(none, className="hint")
    parts = [head, body, pages]
    return html.Section(
        [part for part in parts if part is not None],
        className="card evidence",
        **{"aria-label": "Who could be asked for a review"},
    )


def _table(found: Candidates) -> Component:
    columns = ("What they said", "Person", "Account", "A year", "Renews in", "Score", "Who", "Answered")
    return rows_table(
        "Promoters with their latest words, newest first",
        columns,
        [_row(one, columns, found.window.zone) for one in found.found],
        label="Table of the promoters",
    )


def _row(one: Candidate, columns: tuple[str, ...], zone: str) -> Component:
    said = one.said
    renews = said.renewal_days
    cells: list[Children] = [
        one.person or html.Span("name not known", className="dim"),
        said.account,
        money(said.yearly_value).text if said.yearly_value is not None else None,
        f"{number(renews)}{NARROW}d" if renews is not None and renews >= 0 else None,
        html.B(f"{said.score:g}"),
        audience_mark(said.audience),
        day_and_clock(said.said_at, zone),
    ]
    rest = (
        cell(name, NOTHING if inner is None else inner, className=f"col-{name.split()[0].lower()}")
        for name, inner in zip(columns[1:], cells, strict=True)
    )
    return row(named(words_of(said.comment)), *rest)
