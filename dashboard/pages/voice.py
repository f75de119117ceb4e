"""Voice: what customers say, newest first, and what stands out in it."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.ask import asked_study
from dashboard.voice_screen import voice_screen

register_page(__name__, path="/voice", title="Barometer · voice")


def layout(**given: str) -> Component:
    """The view that the URL asks for."""
    return asked_study(voice_screen, given, {"All voices": "/voice", "Now": "/"})
