"""The screen of what customers say: the stream of comments, by group, beside the themes that stand out."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children, dotted
from dashboard.controls import choices, filter_bar
from dashboard.format import NOTHING, day_and_clock, number, plural, shown
from dashboard.prepare import Screens
from dashboard.receipt_links import figure_link
from dashboard.shell import page
from dashboard.voice_list import said_list
from dashboard.voice_query import LAST_PAGE, PATH, VoiceQuery, parse_voice
from dashboard.voice_review import review_card
from dashboard.voice_theme_cards import NAMES, themes_card
from data.reading import Reading
from data.study import Offered
from data.voice import PER_PAGE, Voices
from data.voice_stream import Group
from data.window import Window

SHOWS = ("window", "audience", "team", "account", "source")


def voice_screen(screens: Screens, given: Mapping[str, str]) -> Component:
    """The view that the URL asks for. Raises ValueError for one that nobody can mean."""
    asked = parse_voice(given, at=screens.clock(), zone=screens.provider.zone)
    if asked.is_review:
        return _review(screens, asked)
    voices = screens.study(asked.asked())
    body = html.Div([_stream(voices, asked), themes_card(voices.themes, asked)], className="voice-grid")
    return page(
        "voice",
        head(asked, voices.offered, voices.window, about(voices.nps)),
        tabs(asked),
        body,
        here="voice",
        is_invented=voices.is_invented,
    )


def _review(screens: Screens, asked: VoiceQuery) -> Component:
    found = screens.study(asked.asked_review())
    when = day_and_clock(found.as_of, found.window.zone)
    line = dotted([found.window.label, f"as of {when}"], class_name="sign-meta")
    pages = pager(asked, len(found.found), has_more=found.has_more)
    return page(
        "voice",
        head(asked, found.offered, found.window, line),
        tabs(asked),
        review_card(found, asked, pages),
        here="voice",
        is_invented=found.is_invented,
    )


def head(asked: VoiceQuery, offered: Offered, window: Window, line: Component) -> Component:
    """Title, what it is about, and the filters, which keep the group and the view."""
    bar = filter_bar(offered, asked.query, action=PATH, shows=SHOWS, carried=asked.carried())
    return html.Div([html.Div([html.H1("Voice"), line]), bar], className="title-row")


def about(nps: Reading) -> Component:
    """Over which window and as of when; the score of the same answers, each figure linked to its receipt."""
    when = day_and_clock(nps.as_of, nps.window.zone)
    pieces: list[Children] = [nps.window.label, f"as of {when}", plural(nps.n, "answer")]
    if nps.value is not None:
        score = shown(nps.value, nps.metric.unit).text
        pieces.append(["NPS ", figure_link(nps, score, inner=score)])
        counts = (f"{number(nps.counts.get(group.value, 0))} {group.value}" for group in reversed(Group))
        pieces.append(", ".join(counts))
    return dotted(pieces, class_name="sign-meta")


def tabs(asked: VoiceQuery) -> Component:
    """The groups, and whom to ask for a review, as links that keep window and filters."""
    ways = [
        (name if group else "All", asked.of_group(group).href(), asked.group is group and not asked.is_review)
        for group, name in NAMES.items()
    ]
    ways.append(("Ask for a review", asked.for_review().href(), asked.is_review))
    return choices("Groups", ways, class_name="tabs", current="page")


def _stream(voices: Voices, asked: VoiceQuery) -> Component:
    title = "What customers wrote" if asked.group is None else f"What {asked.group} wrote"
    parts: list[Children] = [html.H2(title, className="sign-title"), _chosen(voices, asked)]
    if voices.said:
        parts.append(said_list(voices.said, voices.window.zone))
    else:
        parts.append(html.P(_none(voices, asked), className="hint"))
    parts.append(pager(asked, len(voices.said), has_more=voices.has_more))
    return html.Section(
        [part for part in parts if part is not None], className="card", **{"aria-label": "Comments"}
    )


def _chosen(voices: Voices, asked: VoiceQuery) -> Component | None:
    """The theme that was chosen, and the way back to all."""
    if asked.theme is None or voices.about is None:
        return None
    back = html.A("Show all comments", href=asked.about(None).href())
    told = [f"{plural(voices.about, 'comment')} with ", html.B(f"“{asked.theme}”"), ". ", back]
    return html.P(told, className="notice tone-plain", role="status")


def _none(voices: Voices, asked: VoiceQuery) -> str:
    if asked.page > 1:
        return "There are no comments this far back."
    if asked.theme is not None:
        return "No comment that was read holds these words."
    if not voices.nps.n:
        return "Nobody has answered in this window. A longer window or fewer filters may show more."
    return "Nobody has written anything in this window. A longer window or fewer filters may show more."


def pager(asked: VoiceQuery, count: int, *, has_more: bool) -> Component | None:
    """Ways to newer and older ones, which keep the filters."""
    first = (asked.page - 1) * PER_PAGE + 1
    told = f"{number(first)} to {number(first + count - 1)}" if count else NOTHING
    links: list[Children] = [html.Span(told, className="dim")]
    if asked.page > 1:
        links.append(
            html.A("← Newer", href=asked.at_page(asked.page - 1).href(), className="button", rel="prev")
        )
    if has_more and asked.page < LAST_PAGE:
        links.append(
            html.A("Older →", href=asked.at_page(asked.page + 1).href(), className="button", rel="next")
        )
    elif has_more:
        links.append(html.Span("Older ones are shown by a window that ends earlier.", className="dim"))
    if len(links) == 1:
        return None
    return html.Nav(links, className="pager", **{"aria-label": "Pages"})
