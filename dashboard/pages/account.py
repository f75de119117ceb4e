"""One account: its signs, its people, its tickets and its words; and the same for paper."""

from __future__ import annotations

from dash import register_page
from dash.development.base_component import Component

from dashboard.account_screen import account_screen
from dashboard.ask import asked_study

register_page(__name__, path_template="/accounts/<account>", title="Barometer · account")


def layout(**given: str) -> Component:
    """The account that the path names."""
    return asked_study(account_screen, given, {"All accounts": "/accounts", "Now": "/"})
