"""The filter bar: native selects in a form that asks for a URL, so that a link holds the whole view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard.format import iso
from data.board import Board
from data.records import Audience, Priority
from data.study import Offered
from data.window import Filters, parse_moment, parse_window

WINDOWS = {
    "": "Usual windows",
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "365d": "Last 365 days",
}
SHOWN = ("window", "team", "account", "audience", "source", "priority")
_NAMES = (*SHOWN[1:], "channel")
_LONGEST = 200

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Query:
    """What a URL asks for. Hashable, so it can be a key of what is prepared."""

    filters: Filters = field(default_factory=Filters)
    window: str | None = None
    as_of: datetime | None = None
    """A moment of the past; None: now."""
    known_then: bool = False
    """From what was known at that moment, instead of all that is known now."""

    def text(self) -> str:
        """As in a URL: "window=30d&team=7"; "" where nothing is asked for."""
        given = {"window": self.window} if self.window else {}
        return urlencode(given | self.filters.given() | self.past())

    def past(self) -> dict[str, str]:
        """The part of the URL that asks for the past."""
        if self.as_of is None:
            return {}
        return {"as_of": iso(self.as_of)} | ({"known": "then"} if self.known_then else {})

    def present(self) -> Query:
        """The same for now."""
        return replace(self, as_of=None, known_then=False)


def parse_query(given: Mapping[str, str], *, at: datetime, zone: str) -> Query:
    """Names that are no filter are left alone. ValueError: a value that nobody can mean, in words."""
    known = {name: given[name].strip() for name in _NAMES if given.get(name, "").strip()}
    if too_long := next((name for name, value in known.items() if len(value) > _LONGEST), None):
        raise ValueError(f"The filter {too_long} is too long.")
    window = given.get("window", "").strip() or None
    if window is not None:
        parse_window(window, as_of=at, zone=zone)
    return Query(Filters.of(known), window, *_parse_past(given, at, zone))


def _parse_past(given: Mapping[str, str], at: datetime, zone: str) -> tuple[datetime | None, bool]:
    """(as_of, known then). Raises ValueError."""
    text, known = (given.get(name, "").strip() for name in ("as_of", "known"))
    if known not in ("", "now", "then"):
        raise ValueError(f"known is now or then, not {known[:40]!r}.")
    if not text:
        if known == "then":
            raise ValueError("known=then needs a moment: as_of=2026-05-01T12:00.")
        return None, False
    as_of = parse_moment(text, zone=zone).replace(microsecond=0)
    if as_of > at:
        raise ValueError(f"The moment {text[:40]!r} lies in the future. What will be cannot be told.")
    return as_of, known == "then"


def filter_bar(
    offered: Offered,
    query: Query,
    *,
    action: str = "/",
    shows: Sequence[str] = SHOWN,
    carried: Mapping[str, str] | None = None,
) -> Component:
    """The selects, set to what the URL says. Without scripts the button sends them.

    action: the path of the page. shows: which of them. carried: what else of the URL goes along unseen.
    """
    filters = query.filters
    unseen = ["channel"] if filters.channel and "channel" not in shows else []
    windows = dict(WINDOWS)
    if query.window and query.window not in windows:
        windows[query.window] = query.window
    selects = {
        "window": _select("window", "Window", list(windows.items()), query.window),
        "team": _select("team", "Team", [("", "All teams"), *_by_name(offered.teams)], filters.team),
        "account": _select(
            "account", "Account", [("", "All accounts"), *_by_name(offered.accounts)], filters.account
        ),
        "audience": _select("audience", "Audience", [("", "Everyone"), *_audiences()], filters.audience),
        "source": _select(
            "source", "Source", [("", "All sources"), *offered.sources.items()], filters.source
        ),
        "priority": _select(
            "priority", "Priority", [("", "All priorities"), *_priorities()], filters.priority
        ),
        "channel": _select(
            "channel", "Channel", [("", "All channels"), *_by_name(offered.channels)], filters.channel
        ),
    }
    reset = html.A("Clear", href=action, className="button button-quiet") if query != Query() else None
    return html.Form(
        [
            *(selects[name] for name in (*shows, *unseen)),
            *_carried(query.past() | dict(carried or {})),
            html.Button("Apply", type="submit", className="button apply"),
            reset,
        ],
        method="get",
        action=action,
        className="filters",
        **{"aria-label": "Filters", "data-filters": "true"},
    )


def _carried(given: Mapping[str, str]) -> list[Component]:
    """What the form sends along without showing it: the moment of the past, and the page's own."""
    return [
        html.Select([html.Option(value, value=value)], name=name, hidden=True)
        for name, value in given.items()
    ]


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


def choices(
    name: str, ways: Iterable[tuple[str, str, bool]], *, class_name: str, current: str = "true"
) -> Component:
    """Links of which one is chosen. ways: (text, address, whether it is that one). current: what aria-current
    says of it: "page" where each is a view of its own."""
    links = [
        html.A(text, href=href, **({"aria-current": current} if is_here else {}))
        for text, href, is_here in ways
    ]
    return html.Nav(links, className=class_name, **{"aria-label": name})


def offered_on(board: Board) -> Offered:
    """What a board offers."""
    return Offered(board.teams, board.accounts, {source.name: source.label for source in board.sources})


def _priorities() -> Options:
    return [(priority.value, priority.value.capitalize()) for priority in Priority]
