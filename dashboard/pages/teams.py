"""Teams: compared fairly, what they carry, whom they hand on to, and whom to thank."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.ask import asked_study
from dashboard.teams_screen import teams_screen

register_page(__name__, path="/teams", title="Barometer · teams")


def layout(**given: str) -> Component:
    """The view that the URL asks for."""
    return asked_study(teams_screen, given, {"All teams": "/teams", "Now": "/"})
