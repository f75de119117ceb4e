"""What stands where no page is. Dash knows it by its name."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.shell import message_screen

register_page(__name__, path="/404", title="Barometer · not found")


def layout(**given: str) -> Component:
    """A way back."""
    return message_screen(
        "There is no such page",
        "The address may have changed, or it was cut off.",
        {"Now": "/", "Wall": "/wall", "Sources": "/sources"},
    )
