"""A receipt: what one figure was made of, and the rows behind it."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.ask import asked_receipt

register_page(__name__, path="/receipt", title="Barometer · receipt")


def layout(**given: str) -> Component:
    """The receipt that the URL asks for."""
    return asked_receipt(given)
