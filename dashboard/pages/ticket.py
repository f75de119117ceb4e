"""A ticket: how its clock ran, who had it, what was said, and whose it is."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.ask import asked_study
from dashboard.ticket_screen import ticket_screen

register_page(__name__, path_template="/tickets/<source>/<id>", title="Barometer · ticket")


def layout(**given: str) -> Component:
    """The ticket that the path names."""
    return asked_study(ticket_screen, given, {"Sources": "/sources", "Now": "/"})
