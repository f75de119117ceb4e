"""The card of who hands on to whom: the heaviest pairs in words, and the matrix as a table."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children
from dashboard.format import number, plural
from dashboard.tables import scroller
from dashboard.team_tables import card, figure
from data.handoffs import Handoffs, Pair

TITLE = "Does the left hand know what the right one does?"
_DEEPEST = 0.42
"""How much of the hue the heaviest cell takes: its words stay readable."""


def handoffs_card(found: Handoffs, names: Mapping[str, str]) -> Component:
    """names: of teams, by their value in filters."""
    meta: list[Children] = [f"Tickets solved in {found.window.label} · ", figure(found.stations)]
    meta.append(" teams each")
    if not found.total:
        told = "No ticket solved in this window went from one team to another."
        if found.stations.value is None:
            told = "No ticket with a known team was solved in this window."
        return card(TITLE, meta, html.P(told, className="hint"), name="handoffs")
    return card(
        TITLE,
        meta,
        html.Div(
            [
                html.Ul(
                    [html.Li(_said(pair, found, names)) for pair in found.pairs], className="handoff-pairs"
                ),
                _matrix(found, names),
            ],
            className="handoff-grid",
        ),
        html.P(_rest(found), className="hint"),
        name="handoffs",
    )


def _said(pair: Pair, found: Handoffs, names: Mapping[str, str]) -> list[Children]:
    """One pair: "Network handed on 80 to Service Desk, 40 came back: 12 % of all handoffs"."""
    one, other = names.get(pair.one, pair.one), names.get(pair.other, pair.other)
    back = f", {number(pair.back)} came back" if pair.back else ", none came back"
    share = f"{round(100 * pair.total / found.total)} % of all handoffs"
    return [html.B(one), f" handed {number(pair.there)} on to ", html.B(other), f"{back}: {share}."]


def _matrix(found: Handoffs, names: Mapping[str, str]) -> Component:
    teams = found.teams
    labels = [names.get(team, team) for team in teams]
    caption = "Handoffs from the team of the row to the team of the column"
    head = [html.Th("From ↓ to →", scope="col"), *(html.Th(label, scope="col") for label in labels)]
    body = [
        html.Tr([html.Th(label, scope="row"), *(_cell(found, team, other) for other in teams)])
        for team, label in zip(teams, labels, strict=True)
    ]
    inner = html.Table(
        [html.Caption(caption, className="heard"), html.Thead(html.Tr(head)), html.Tbody(body)],
        className="matrix",
    )
    return scroller(inner, caption)


def _cell(found: Handoffs, one: str, other: str) -> Component:
    if one == other:
        return html.Td(
            [html.Span("·", **{"aria-hidden": "true"}), html.Span("the same team", className="heard")],
            className="matrix-same",
        )
    count = found.counts.get((one, other), 0)
    heat = 100 * _DEEPEST * found.weights.get((one, other), 0.0)
    return html.Td(number(count), style={"--heat": f"{heat:.0f}%"}, className="matrix-cell")


def _rest(found: Handoffs) -> str:
    """What the matrix adds up to, and what it does not show."""
    parts = [f"{plural(found.total, 'handoff')} in all, which is stations at teams less tickets."]
    if found.shown < found.total:
        parts.append(f"The matrix shows the {len(found.teams)} busiest teams: {number(found.shown)} of them.")
    if found.unseen:
        parts.append(f"{number(found.unseen)} more changed team while they were solved.")
    parts.append("Being with no team in between is no station.")
    return " ".join(parts)
