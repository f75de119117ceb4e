"""The screen of one month: how it was, whether that is real, what made it so, and the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard.controls import Query, filter_bar, parse_query
from dashboard.month_cards import chart_card, comments_card, moved_card, signs_strip
from dashboard.month_causes import causes_card
from dashboard.month_words import PATH, address, name_of
from dashboard.prepare import Screens
from dashboard.shell import page
from data.metrics import BY_KEY
from data.month import SIGNS, MonthAsked, MonthFound
from data.window import shift_months

_LONGEST = 40


def month_screen(screens: Screens, given: Mapping[str, str]) -> Component:
    """Raises ValueError and LookupError as `MonthAsked.answer` does."""
    zone = screens.provider.zone
    query = parse_query({**given, "window": ""}, at=screens.clock(), zone=zone)
    sign = given.get("sign", "").strip()[:_LONGEST] or None
    asked = MonthAsked(
        month=given.get("month", "")[:_LONGEST], sign=sign, filters=query.filters, as_of=query.as_of
    )
    found = screens.study(asked)
    carried = query.filters.given() | query.past()
    return page(
        "month",
        html.Div([_title(found, carried), _filters(found, query)], className="title-row"),
        signs_strip(found, carried),
        html.Div([chart_card(found, carried), causes_card(found, carried)], className="month-pair"),
        moved_card(found),
        comments_card(found, zone),
        here="months",
        is_invented=found.is_invented,
    )


def _title(found: MonthFound, carried: Mapping[str, str]) -> Component:
    """The month, with the ones beside it."""
    sign = found.sign.reading.metric.key
    links = [html.A("All months", href=PATH, className="button button-quiet")]
    for step, text in ((-1, "← {}"), (1, "{} →")):
        label = f"{shift_months(date.fromisoformat(f'{found.label}-01'), step):%Y-%m}"
        if step < 0 or found.is_over:
            name = text.format(name_of(label))
            links.append(html.A(name, href=address(label, sign, carried), className="button button-quiet"))
    return html.Div(
        [html.H1(name_of(found.label)), html.Nav(links, **{"aria-label": "Other months"})],
        className="month-title",
    )


def _filters(found: MonthFound, query: Query) -> Component:
    """The filter bar of every page, and the sign before it."""
    action = f"{PATH}/{found.label}"
    bar = filter_bar(
        found.offered, query, action=action, shows=("team", "account", "audience", "source", "priority")
    )
    chosen = found.sign.reading.metric.key
    keys = dict.fromkeys((*SIGNS, chosen))
    options = [
        html.Option(BY_KEY[key].short, value=key, **({"selected": "selected"} if key == chosen else {}))
        for key in keys
        if key in BY_KEY
    ]
    sign = html.Label(
        [html.Span("Sign", className="heard"), html.Select(options, name="sign")], className="filter"
    )
    bar.children = [sign, *bar.children]
    return bar
