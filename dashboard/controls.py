"""The filter bar: native selects in a form that asks for a URL, so that a link holds the whole view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from data.board import Board
from data.records import Audience, Priority
from data.window import Filters, parse_window

WINDOWS = {
    "": "Usual windows",
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "365d": "Last 365 days",
}
_NAMES = ("team", "account", "audience", "source", "priority")
_LONGEST = 200

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Query:
    """What a URL asks for. Hashable, so it can be a key of what is prepared."""

    filters: Filters = field(default_factory=Filters)
    window: str | None = None

    def text(self) -> str:
        """As in a URL: "window=30d&team=7"; "" where nothing is asked for."""
        given = {"window": self.window} if self.window else {}
        return urlencode(given | self.filters.given())


def parse_query(given: Mapping[str, str], *, at: datetime, zone: str) -> Query:
    """Names that are no filter are left alone. ValueError: a value that nobody can mean, in words."""
    known = {name: given[name].strip() for name in _NAMES if given.get(name, "").strip()}
    if too_long := next((name for name, value in known.items() if len(value) > _LONGEST), None):
        raise ValueError(f"The filter {too_long} is too long.")
    window = given.get("window", "").strip() or None
    if window is not None:
        parse_window(window, as_of=at, zone=zone)
    return Query(Filters.of(known), window)


def filter_bar(board: Board, query: Query) -> Component:
    """The selects, set to what the URL says. Without scripts the button sends them."""
    filters = query.filters
    windows = dict(WINDOWS)
    if query.window and query.window not in windows:
        windows[query.window] = query.window
    selects = [
        _select("window", "Window", list(windows.items()), query.window),
        _select("team", "Team", [("", "All teams"), *_by_name(board.teams)], filters.team),
        _select("account", "Account", [("", "All accounts"), *_by_name(board.accounts)], filters.account),
        _select("audience", "Audience", [("", "Everyone"), *_audiences()], filters.audience),
        _select("source", "Source", [("", "All sources"), *_sources(board)], filters.source),
        _select("priority", "Priority", [("", "All priorities"), *_priorities()], filters.priority),
    ]
    reset = html.A("Clear", href="/", className="button button-quiet") if query != Query() else None
    return html.Form(
        [*selects, html.Button("Apply", type="submit", className="button apply"), reset],
        method="get",
        action="/",
        className="filters",
        **{"aria-label": "Filters", "data-filters": "true"},
    )


def _select(name: str, label: str, options: Options, chosen: str | None) -> Component:
    is_set = bool(chosen)
    known = {value for value, _ in options}
    if chosen and chosen not in known:
        options = [*options, (chosen, chosen)]
    return html.Label(
        [
            html.Span(label, className="heard"),
            html.Select(
                [
                    # React takes `selected` once, when it builds the list, which is when the page opens.
                    html.Option(
                        text, value=value, **({"selected": "selected"} if value == (chosen or "") else {})
                    )
                    for value, text in options
                ],
                name=name,
            ),
        ],
        className="filter" + (" is-set" if is_set else ""),
    )


def _by_name(names: Mapping[str, str]) -> Options:
    return sorted(names.items(), key=lambda item: item[1].casefold())


def _audiences() -> Options:
    words = {
        Audience.END_USER: "End users",
        Audience.DECISION_MAKER: "Decision-makers",
        Audience.UNKNOWN: "Role not known",
    }
    return [(audience.value, text) for audience, text in words.items()]


def _sources(board: Board) -> Options:
    return [(source.name, source.label) for source in board.sources]


def _priorities() -> Options:
    return [(priority.value, priority.value.capitalize()) for priority in Priority]
