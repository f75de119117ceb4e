"""Sources: how each one is, what it could not read, and what to do."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.ask import screens
from dashboard.shell import sources_screen

register_page(__name__, path="/sources", title="Barometer · sources")


def layout(**given: str) -> Component:
    """Every source; the URL can't narrow it."""
    asked = given.get("asked", "")
    return sources_screen(screens(), asked=asked if isinstance(asked, str) else "")
