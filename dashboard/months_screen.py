"""The screen of months: the grid, its worst month in a sentence, and one sign's months in words."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children, pill
from dashboard.controls import Query, choices, filter_bar
from dashboard.format import day_and_clock
from dashboard.month_words import PATH
from dashboard.months_query import DOWNLOAD, address, month_href, own, parse_months
from dashboard.months_table import grid_table, in_words, legend
from dashboard.months_words import (
    NAMES,
    VERDICTS,
    chance_text,
    month_name,
    reason_text,
    worst_cell,
    worst_text,
)
from dashboard.prepare import Screens
from dashboard.shell import page
from data.month_grid import SPANS, MonthGrid, MonthsAsked

FILTERS = ("team", "account", "audience", "priority", "channel", "source")


def months_screen(screens: Screens, given: Mapping[str, str]) -> Component:
    """The grid that the URL asks for. Raises ValueError."""
    query, asked = parse_months(given, at=screens.clock(), zone=screens.provider.zone)
    grid = screens.study(asked)
    return page(
        "months",
        html.Div([html.H1("Months"), _filters(grid, query, asked)], className="title-row"),
        _grid_card(grid, asked),
        _words_card(grid, asked),
        here="months",
        is_invented=grid.is_invented,
    )


def _filters(grid: MonthGrid, query: Query, asked: MonthsAsked) -> Component:
    return filter_bar(grid.offered, query, action=PATH, shows=FILTERS, carried=own(asked))


def _grid_card(grid: MonthGrid, asked: MonthsAsked) -> Component:
    title = html.H2("Which month was worst, and was it real?", className="sign-title")
    return html.Section(
        [
            html.Div([title, _controls(grid, asked)], className="evidence-head"),
            _worst(grid, asked),
            grid_table(grid, asked),
            legend(),
            html.P(_about(grid), className="foot"),
        ],
        className="card months-card",
    )


def _controls(grid: MonthGrid, asked: MonthsAsked) -> Component:
    """How many months, in which order, and the same as a file."""
    spans = [(f"{count} months", address(asked, months=count), count == grid.months) for count in SPANS]
    by = NAMES[grid.by.metric.key]
    orders = [
        ("By time", address(asked, is_ranked=False), not grid.is_ranked),
        (f"Worst first, by {by}", address(asked, is_ranked=True), grid.is_ranked),
    ]
    return html.Div(
        [
            choices("How many months", spans, class_name="choice"),
            choices("Order", orders, class_name="choice"),
            html.A("Export CSV", href=address(asked, path=DOWNLOAD), className="button"),
        ],
        className="month-controls",
    )


def _worst(grid: MonthGrid, asked: MonthsAsked) -> Component:
    """The worst month of the chosen sign, whether it was real, and what chance alone would give."""
    name: Children = worst_text(grid)
    cell, found, lines = worst_cell(grid), grid.ranking.worst, []
    if cell is not None:
        name = html.A(name, href=month_href(asked, cell))
    if cell is not None and found is not None:
        text, tone = VERDICTS[found.verdict]
        lines = [pill(text, tone), " ", html.Span(reason_text(grid))]
    chance = chance_text(grid)
    return html.Div(
        [
            html.P([html.Span("Worst: ", className="dim"), html.B(name)], className="worst-name"),
            html.P(lines) if lines else None,
            html.P(chance, className="dim") if chance else None,
        ],
        id="worst",
        className="month-worst",
    )


def _words_card(grid: MonthGrid, asked: MonthsAsked) -> Component:
    metric = grid.by.metric
    return html.Section(
        [
            html.H2([metric.label, html.Span(" · month by month", className="dim")], className="sign-title"),
            html.P(metric.definition, className="hint"),
            in_words(grid, asked),
        ],
        className="card months-words",
    )


def _about(grid: MonthGrid) -> str:
    moment = day_and_clock(grid.as_of, grid.zone)
    text = f"Months in {grid.zone}, as of {moment}. Usual: the centre of a sign's control chart;"
    text += " with fewer than 12 earlier months, and for levels, the median of the months shown."
    if sum(not cell.is_running for cell in grid.by.cells if cell.label in grid.labels) < grid.months:
        text += f" Nothing is known of the months before {month_name(min(grid.labels))}."
    return f"{text} Ranked by values that few rows pull towards the average, so small months cannot lead."
