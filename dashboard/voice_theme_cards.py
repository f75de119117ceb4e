"""The themes of a group: what it says more often than is usual, how often, since when, and the comments."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children, drawing
from dashboard.figures.columns import columns
from dashboard.format import number, percent, plural
from dashboard.voice_query import VoiceQuery
from data.themes import APART, MINIMUM, SAID_BY
from data.voice_stream import Group
from data.voice_themes import CHOICES, MOST_READ, Against, Month, Shown, Themes

NAMES = {
    None: "Everybody",
    Group.DETRACTORS: "Detractors",
    Group.PASSIVES: "Passives",
    Group.PROMOTERS: "Promoters",
}
_AGAINST = {
    Against.OTHERS: "the other groups",
    Against.PROMOTERS: "promoters",
    Against.BEFORE: "their year before",
}
_USUAL = {
    Against.OTHERS: "of the others",
    Against.PROMOTERS: "of promoters",
    Against.BEFORE: "in the year before",
}


def themes_card(themes: Themes, asked: VoiceQuery) -> Component:
    """Each theme with its evidence; words where there are too few comments, or nothing stands out."""
    title = f"{NAMES[asked.group]}: what stands out"
    if asked.group is Group.PASSIVES and themes.against is Against.PROMOTERS:
        title = "What keeps passives from promoting"
    parts: list[Children] = [
        html.H2(title, className="sign-title"),
        _choices(themes, asked),
        _told(themes),
    ]
    if themes.shown:
        items = [_theme(one, themes.against, asked) for one in themes.shown]
        parts.append(html.Ul(items, className="themes"))
    if themes.found > len(themes.shown):
        parts.append(
            html.P(
                f"The {len(themes.shown)} that stand out most, of {number(themes.found)}.", className="hint"
            )
        )
    parts.append(_how(themes))
    return html.Section(
        [part for part in parts if part is not None], className="card theme-card", **{"aria-label": "Themes"}
    )


def _choices(themes: Themes, asked: VoiceQuery) -> Component | None:
    """What they can be held against, as links."""
    ways = CHOICES[asked.group]
    if len(ways) == 1:
        return html.P(f"Held against {_AGAINST[ways[0]]}.", className="hint")
    links: list[Children] = ["Held against "]
    for i, way in enumerate(ways):
        here = {"aria-current": "true"} if way is themes.against else {}
        links += [" · " if i else "", html.A(_AGAINST[way], href=asked.held_against(way).href(), **here)]
    return html.Nav(links, className="hint against", **{"aria-label": "Held against"})


def _told(themes: Themes) -> Component | None:
    counts = f"{plural(themes.some, 'comment')} here, {number(themes.usual)} to hold against"
    if not themes.is_enough:
        return html.P(
            f"Too few comments to tell themes: {counts}; {MINIMUM} of each are needed.",
            className="hint is-few",
        )
    if not themes.shown:
        return html.P(f"Nothing is said more often here than is usual: {counts}.", className="hint is-few")
    cut = f", the newest {number(MOST_READ)} of a side read" if themes.is_cut else ""
    return html.P(f"{counts}{cut}.", className="hint")


def _theme(one: Shown, against: Against, asked: VoiceQuery) -> Component:
    theme = one.theme
    is_here = asked.theme == theme.term
    name = html.A(
        theme.term,
        href=asked.about(theme.term).href(),
        title="Read the comments that say so",
        className="theme-name",
        **({"aria-current": "true"} if is_here else {}),
    )
    now = [html.B(percent(theme.share).text), f" ({number(theme.hits)} of {number(theme.of)})"]
    pieces: list[Children] = [html.Span(now), f"{percent(theme.usual_share).text} {_USUAL[against]}"]
    if against is not Against.BEFORE:
        pieces.append(_before(one))
    numbers: list[Children] = []
    for piece in pieces:
        numbers += [html.Span(piece, className="theme-share")]
    bars = drawing(
        columns(
            [month.hits / month.of if month.of else None for month in one.months], label=_spoken(one.months)
        ),
        "picture theme-months",
    )
    also = (
        html.P(f"said along with it: {', '.join(theme.also[:4])}", className="hint") if theme.also else None
    )
    text = html.Div([html.H3(name), html.P(numbers, className="theme-numbers"), also], className="theme-text")
    return html.Li([text, bars], className="is-here" if is_here else "")


def _before(one: Shown) -> str:
    if one.before_share is None:
        return "nothing known of the year before"
    return f"{percent(one.before_share).text} in the year before"


def _spoken(months: Sequence[Month]) -> str:
    """The columns in words, for those who can't see them."""
    told = (f"{month.first:%b %Y} {number(month.hits)} of {number(month.of)}" for month in months)
    return f"By month: {', '.join(told)}"


def _how(themes: Themes) -> Component:
    rule = (
        f"A theme is a word, or two in a row, that at least {SAID_BY} of these comments hold and that is held"
        f" by a larger share of them than of those they are held against: by {APART:g} standard deviations of"
        " its log-odds ratio with an informative prior (Monroe, Colaresi and Quinn 2008), and so that on"
        " average at most one in ten themes is chance (Benjamini and Hochberg 1995). Words that the same"
        " comments hold are one theme. The columns are months: the share of this group's comments with it."
    )
    if themes.is_cut:
        rule += f" Of more than {number(MOST_READ)} comments on a side, the newest are read."
    return html.Details(
        [html.Summary("How themes are found"), html.P(rule, className="hint")], className="how"
    )
