"""One month: how it was, whether that is real, what made it so, and the rows behind it."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.ask import asked_study
from dashboard.month_screen import month_screen

register_page(__name__, path_template="/months/<month>", title="Barometer · month")


def layout(**given: str) -> Component:
    """The month that the URL asks for."""
    return asked_study(month_screen, given, {"All months": "/months", "Now": "/"})
