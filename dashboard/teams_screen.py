"""The screen of the teams: which view a URL asks for, its filters, and its cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard.controls import Query, choices, filter_bar, parse_query
from dashboard.format import day_and_clock
from dashboard.prepare import Screens
from dashboard.shell import page
from dashboard.team_funnel import TITLES, funnel_card
from dashboard.team_handoffs import handoffs_card
from dashboard.team_loads import loads_card
from dashboard.team_stars import stars_card
from data.study import Offered
from data.team_load import LoadQuestion
from data.team_view import SIGNS, USUAL_WINDOW, TeamsQuestion
from data.window import Filters

PATH = "/teams"
VIEWS = {"": "Compared", "load": "Load"}
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class TeamsAsked:
    """What the URL asks for. query: window and filters, without team and account."""

    query: Query
    view: str
    sign: str

    def href(self, **other: str) -> str:
        """The link to the same with something else chosen."""
        given = self.query.filters.given() | {"window": self.query.window or ""} | self._all() | other
        text = urlencode({name: value for name, value in given.items() if value})
        return f"{PATH}?{text}" if text else PATH

    def chosen(self) -> dict[str, str]:
        """What the URL holds beside window and filters."""
        return {name: value for name, value in self._all().items() if value}

    def _all(self) -> dict[str, str]:
        return {"view": self.view, "sign": "" if self.sign == "sla" else self.sign}


def parse_teams(given: Mapping[str, str], screens: Screens) -> TeamsAsked:
    """Raises ValueError, in words, for what nobody can mean."""
    query = parse_query(given, at=screens.clock(), zone=screens.provider.zone).present()
    view, sign = given.get("view", "").strip(), given.get("sign", "").strip() or "sla"
    if view not in VIEWS:
        raise ValueError(f"view is load or nothing, not {view[:_LONGEST]!r}.")
    if sign not in SIGNS:
        raise ValueError(f"sign is one of {', '.join(SIGNS)}, not {sign[:_LONGEST]!r}.")
    return TeamsAsked(replace(query, filters=_narrowing(query.filters)), view, sign)


def teams_screen(screens: Screens, given: Mapping[str, str]) -> Component:
    """Raises ValueError."""
    asked = parse_teams(given, screens)
    return _load(screens, asked) if asked.view == "load" else _compared(screens, asked)


def _compared(screens: Screens, asked: TeamsAsked) -> Component:
    zone = screens.provider.zone
    found = screens.study(
        TeamsQuestion(sign=asked.sign, window=asked.query.window or USUAL_WINDOW, filters=asked.query.filters)
    )
    ways = [
        (TITLES[sign], asked.href(sign="" if sign == "sla" else sign), sign == asked.sign) for sign in SIGNS
    ]
    signs = choices("Compared by", ways, class_name="topics", current="page")
    about = f"As of {day_and_clock(found.as_of, zone)}, all from one state of the store."
    shows = ("window", "audience", "source", "priority")
    head = _head(asked, found.offered, about, shows)
    return page(
        "teams",
        head,
        funnel_card(found.funnel, asked.sign, signs),
        handoffs_card(found.handoffs, found.names),
        stars_card(found.stars, found.funnel.whole.window.label, zone),
        here="teams",
        is_invented=found.is_invented,
    )


def _load(screens: Screens, asked: TeamsAsked) -> Component:
    found = screens.study(LoadQuestion(filters=asked.query.filters))
    about = f"As of {day_and_clock(found.as_of, screens.provider.zone)}, all from one state of the store."
    head = _head(asked, found.offered, about, ("audience", "source", "priority"))
    return page("teams", head, loads_card(found.loads), here="teams", is_invented=found.is_invented)


def _narrowing(filters: Filters) -> Filters:
    """Teams stand side by side here, so neither a team nor an account narrows them."""
    return Filters(audience=filters.audience, source=filters.source, priority=filters.priority)


def _head(asked: TeamsAsked, offered: Offered, about: str, shows: tuple[str, ...]) -> Component:
    ways = [(name, asked.href(view=view), view == asked.view) for view, name in VIEWS.items()]
    views = choices("Views", ways, class_name="topics", current="page")
    bar = filter_bar(offered, asked.query, action=PATH, shows=shows, carried=asked.chosen())
    title = html.Div([html.H1("Teams"), html.P(about, className="dim")])
    return html.Div([html.Div([title, views], className="team-head"), bar], className="title-row")
