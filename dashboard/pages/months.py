"""Months: every sign over the last months, which of them was the worst, and whether it was real."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.ask import asked_study
from dashboard.months_screen import months_screen

register_page(__name__, path="/months", title="Barometer · months")


def layout(**given: str) -> Component:
    """The grid that the URL asks for."""
    return asked_study(months_screen, given, {"Months": "/months", "Now": "/"})
