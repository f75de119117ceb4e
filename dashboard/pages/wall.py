"""The wall: dark, four signs, no hand needed for months."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.ask import asked
from dashboard.shell import wall_screen

register_page(__name__, path="/wall", title="Barometer · wall")


def layout(**given: str) -> Component:
    """The screen that the URL asks for."""
    return asked(wall_screen, given)
