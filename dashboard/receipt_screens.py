"""The screens on which figures are checked: one receipt, and the glossary."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.evidence_table import evidence_section
from dashboard.format import day_and_clock
from dashboard.glossary_cards import glossary_sections
from dashboard.prepare import Screens
from dashboard.receipt_card import about_card, figure_card, filters_in_words, rules_card, went_in_card
from dashboard.shell import page
from data.opened import Asked


def receipt_screen(screens: Screens, asked: Asked) -> Component:
    """The figure with all that makes it one, and its rows. Raises ValueError."""
    opened = screens.receipt(asked)
    reading = opened.receipt.reading
    window = reading.window.label if opened.receipt.is_windowed else "a level"
    about = [window, filters_in_words(opened.filters) or "all of it"]
    about.append(f"as of {day_and_clock(reading.as_of, reading.window.zone)}")
    title = [
        html.H1(reading.metric.label),
        html.P(" · ".join(about), className="sign-meta"),
    ]
    side = html.Div([went_in_card(opened), about_card(opened)], className="receipt-side")
    main = html.Div([figure_card(opened), rules_card(opened)], className="receipt-main")
    return page(
        "receipt",
        html.Div(
            [
                html.Div(title),
                html.Nav(
                    html.A("All definitions", href="/glossary", className="button"), **{"aria-label": "More"}
                ),
            ],
            className="title-row",
        ),
        html.Div([main, side], className="receipt-grid"),
        evidence_section(opened),
        here="receipt",
        is_invented=opened.is_invented,
    )


def glossary_screen(screens: Screens) -> Component:
    """Every metric of the catalogue, with what it reads now."""
    glossary = screens.glossary()
    moment = day_and_clock(glossary.as_of, screens.provider.zone)
    told = f"{len(glossary.receipts)} figures: what each means, and what it reads for its usual window."
    told += f" As of {moment}, all from one state of the store."
    return page(
        "glossary",
        html.Div([html.H1("Glossary"), html.P(told, className="dim")], className="glossary-head"),
        *glossary_sections(glossary.receipts),
        here="glossary",
        is_invented=glossary.is_invented,
    )
