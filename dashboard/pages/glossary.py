"""The glossary: every metric, its definition, and what it reads now."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.ask import asked_glossary

register_page(__name__, path="/glossary", title="Barometer · glossary")


def layout(**given: str) -> Component:
    """All of it; the URL can't narrow it."""
    return asked_glossary()
