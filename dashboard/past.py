"""What a view of the past says of itself: of which moment it is, and from what knowledge."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard.controls import Query
from dashboard.format import day_and_clock
from dashboard.freshness import invented


def past_notices(query: Query, as_of: datetime, zone: str, *, is_invented: bool) -> Component:
    """The banner above the signs, with the ways to the other knowledge and back to now."""
    other = replace(query, known_then=not query.known_then)
    known = "then" if query.known_then else "now"
    banner = html.P(
        [
            html.B(f"As it was on {day_and_clock(as_of, zone)} ({zone}), as known {known}. "),
            _meaning(query),
            " ",
            html.A(f"As known {'now' if query.known_then else 'then'}", href=_address(other)),
            " · ",
            html.A("Back to now", href=_address(query.present())),
        ],
        className="notice tone-watch",
        role="status",
        **{"data-past": known},
    )
    return html.Div([banner, invented() if is_invented else None], className="notices")


def past_freshness(as_of: datetime, zone: str) -> Component:
    """In the place of how live the figures are."""
    return html.P(f"{day_and_clock(as_of, zone)}, not live", className="freshness")


def past_sources() -> Component:
    """In the place of the sources, whose past is not kept."""
    return html.P("How the sources were is not kept.", className="hint")


def _meaning(query: Query) -> str:
    if query.known_then:
        return "Only what had been learnt by then counts; settings and names are those of today."
    return "All that has been learnt since counts, too."


def _address(query: Query) -> str:
    text = query.text()
    return f"/?{text}" if text else "/"
