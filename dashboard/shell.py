"""The whole of a screen: what stands around its regions. One tree for the first paint and for React."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.cards import Children
from dashboard.controls import Query
from dashboard.format import clock as clock_text
from dashboard.freshness import invented
from dashboard.picture import Picture
from dashboard.prepare import Prepared, Screens

LOGO = (
    '<svg class="logo" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
    '<path d="M3.5 17a8.5 8.5 0 0 1 17 0" class="logo-arc"/><path d="M12 17l4.2-6.4" class="logo-needle"/>'
    '<circle cx="12" cy="17" r="1.9" class="logo-hub"/></svg>'
)
FIRST_PAINT_S = 60.0
_LINKS = (
    ("now", "Now", "/"),
    ("months", "Months", "/months"),
    ("accounts", "Accounts", "/accounts"),
    ("teams", "Teams", "/teams"),
    ("voice", "Voice", "/voice"),
    ("sources", "Sources", "/sources"),
    ("glossary", "Glossary", "/glossary"),
)


class Frame:
    """Puts prepared regions into place; each keeps its id, its hash and how long ago it was prepared."""

    def __init__(self, screens: Screens, view: str, query: Query) -> None:
        self.view, self.query, self.screens = view, query, screens
        # The live script asks for the next within a second: the first paint need not wait for it.
        self.prepared: Prepared = screens.get(view, query, old_s=FIRST_PAINT_S)
        self._shift = max((screens.clock() - self.prepared.at).total_seconds(), 0.0)

    def region(self, name: str, class_name: str = "") -> Component:
        """The region with this id."""
        region = self.prepared.live[name]
        return html.Div(
            region.content,
            id=name,
            className=f"region {class_name}".strip(),
            style={"--shift": f"{self._shift:.0f}s"},
            **{"data-hash": region.hash},
        )

    def screen(self, *children: Children) -> Component:
        """The outermost element, from which the live script knows what to ask for."""
        text = self.query.text()
        live = {} if self.query.as_of else {"data-live": f"/live/{self.view}" + (f"?{text}" if text else "")}
        return html.Div(
            list(children),
            className=f"screen screen-{self.view}",
            **{
                "data-screen": self.view,
                "data-version": ".".join(str(part) for part in self.prepared.version),
            },
            **live,
        )


def wall_screen(screens: Screens, query: Query) -> Component:
    """Header with verdict and clock, four signs, one voice; always of now."""
    frame = Frame(screens, "wall", query.present())
    zone = screens.provider.zone
    title = [
        html.H1([screens.provider.title, html.Span(" · ", className="sep"), frame.prepared.fixed["scope"]]),
        frame.region(ids.WALL_NOTICE),
    ]
    time_of_day = html.P(clock_text(screens.clock(), zone), className="wall-clock", **{"data-clock": zone})
    header = html.Header(
        [
            html.Div(title, className="wall-title"),
            frame.region(ids.WALL_VERDICT, "wall-verdict"),
            html.Div([time_of_day, frame.region(ids.WALL_FRESHNESS)], className="wall-now"),
        ],
        className="wall-head",
    )
    signs = (ids.WALL_NPS, ids.WALL_BACKLOG, ids.WALL_SLA, ids.WALL_AUDIENCES)
    return frame.screen(
        header,
        html.Main([frame.region(name, "cell") for name in signs], id=ids.MAIN, className="signs"),
        html.Footer(frame.region(ids.WALL_VOICE), className="wall-foot"),
    )


def now_screen(screens: Screens, query: Query) -> Component:
    """Filters, verdict, four signs, voices, sources."""
    frame = Frame(screens, "now", query)
    signs = (ids.NOW_NPS, ids.NOW_BACKLOG, ids.NOW_SLA, ids.NOW_AUDIENCES)
    main = html.Main(
        [
            html.Div(
                [html.H1(screens.provider.title), frame.prepared.fixed["filters"]], className="title-row"
            ),
            frame.region(ids.NOW_NOTICES),
            frame.region(ids.NOW_VERDICT),
            html.Div([frame.region(name, "cell") for name in signs], className="signs"),
            html.Div(
                [frame.region(ids.NOW_VOICES, "card wide"), frame.region(ids.NOW_SOURCES, "card")],
                className="below",
            ),
        ],
        id=ids.MAIN,
    )
    return frame.screen(*top("now", frame.region(ids.NOW_FRESHNESS)), main)


def sources_screen(screens: Screens, *, asked: str = "") -> Component:
    """Every source with its state and what to do. asked: the one whose sync was just wished for."""
    frame = Frame(screens, "sources", Query())
    main = html.Main(
        [
            html.Div(html.H1("Sources"), className="title-row"),
            _asked(screens, asked),
            frame.region(ids.SOURCES_NOTICES),
            frame.region(ids.SOURCES_LIST),
        ],
        id=ids.MAIN,
    )
    return frame.screen(*top("sources", frame.region(ids.SOURCES_FRESHNESS)), main)


def _asked(screens: Screens, name: str) -> Component | None:
    label = next((source.label for source in screens.provider.sources() if source.name == name), None)
    if label is None:
        return None
    return html.P([html.B(label), " is read as soon as can be."], className="notice tone-good", role="status")


def page(
    view: str,
    title: Component,
    *parts: Children,
    here: str = "",
    is_invented: bool = False,
    notices: Sequence[Children] = (),
) -> Component:
    """A screen that is made when it is asked for. here: its place in the menu. notices: what must be read
    first; that the data is invented is one of them."""
    above = [note for note in (*notices, invented() if is_invented else None) if note is not None]
    inner = [title, html.Div(above, className="notices") if above else None, *parts]
    main = html.Main([part for part in inner if part is not None], id=ids.MAIN)
    return html.Div([*top(here, None), main], className=f"screen screen-{view}", **{"data-screen": view})


def message_screen(title: str, text: str, links: Mapping[str, str]) -> Component:
    """A screen that says why there is nothing else, and where to go."""
    ways = html.Nav(
        [html.A(name, href=href, className="button") for name, href in links.items()],
        **{"aria-label": "Ways on"},
    )
    main = html.Main([html.H1(title), html.P(text, className="hint"), ways], id=ids.MAIN, className="message")
    return html.Div([*top("", None), main], className="screen", **{"data-screen": "message"})


def waiting_screen() -> Component:
    """While the figures are read for the first time; the live script then loads the page anew."""
    screen = message_screen("Reading the figures", "They are shown as soon as they are there.", {})
    setattr(screen, "data-reload-s", "2")
    return screen


def top(here: str, fresh: Component | None) -> list[Component]:
    """The desk's head: a way past it, the name, where to go, how fresh, the theme, the wall."""
    links = [
        html.A(name, href=href, **({"aria-current": "page"} if view == here else {}))
        for view, name, href in _LINKS
    ]
    theme = html.Button(
        html.Span("◐", **{"aria-hidden": "true"}),
        type="button",
        className="theme",
        title="Light or dark",
        **{"data-action": "theme", "aria-label": "Switch between light and dark"},
    )
    wall = html.A(["Wall", html.Span(" ↗", **{"aria-hidden": "true"})], href="/wall", className="to-wall")
    return [
        html.A("Skip to the figures", href=f"#{ids.MAIN}", className="skip"),
        html.Header(
            [
                html.A([Picture(LOGO, "brand-mark"), "Barometer"], href="/", className="brand"),
                html.Nav(links, **{"aria-label": "Main"}),
                html.Div([fresh, theme, wall] if fresh is not None else [theme, wall], className="top-side"),
            ],
            className="top",
        ),
    ]
