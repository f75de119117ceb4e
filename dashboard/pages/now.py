"""Now: the four signs for the desk and the phone, narrowed by filters in the URL."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.ask import asked
from dashboard.shell import now_screen

register_page(__name__, path="/", title="Barometer · now")


def layout(**given: str) -> Component:
    """The screen that the URL asks for."""
    return asked(now_screen, given)
