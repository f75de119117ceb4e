"""Accounts: who is at risk, who is green and unhappy, who was heard."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.accounts_screen import accounts_screen
from dashboard.ask import asked_study

register_page(__name__, path="/accounts", title="Barometer · accounts")


def layout(**given: str) -> Component:
    """The accounts, in the order and with the filters of the URL."""
    return asked_study(accounts_screen, given, {"All accounts": "/accounts", "Now": "/"})
