"""Comments in a list, newest first: the score, the words, who speaks, what is at stake, and the ticket.

All texts are customers' words: they only ever become text nodes, or an escaped part of a link.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children, dotted, pill
from dashboard.format import NARROW, day_and_clock, iso, money, number
from dashboard.signs.audiences import audience_mark
from dashboard.ticket_links import ticket_path
from dashboard.voices import score_mark
from data.voice_stream import Group, Said

LONG = 600
"""Letters of a comment that are shown at once; the rest is opened."""
_TONES = {Group.PROMOTERS: "good", Group.PASSIVES: "plain", Group.DETRACTORS: "bad"}
_NAMES = {Group.PROMOTERS: "promoter", Group.PASSIVES: "passive", Group.DETRACTORS: "detractor"}


def said_list(said: Sequence[Said], zone: str) -> Component:
    """One item a comment."""
    return html.Ul([_item(one, zone) for one in said], className="voices")


def stakes(one: Said) -> list[Children]:
    """What the account is worth and when it renews, as far as that is known."""
    found: list[Children] = []
    if one.account:
        found.append(one.account)
    if one.yearly_value:
        found.append(f"{money(one.yearly_value).text} a year")
    if one.renewal_days is not None and one.renewal_days >= 0:
        found.append(f"renews in {number(one.renewal_days)}{NARROW}d")
    return found


def words_of(comment: str) -> Component:
    """The whole comment; of a long one the beginning, and the rest when it is opened."""
    text = comment.strip()
    if len(text) <= LONG:
        return html.Q(text, className="words")
    first = html.Summary([html.Q(f"{text[:LONG].rstrip()} …", className="words"), " ", html.B("all of it")])
    return html.Details([first, html.Q(text, className="words")], className="long-words")


def _item(one: Said, zone: str) -> Component:
    about: list[Children] = [audience_mark(one.audience), *stakes(one)]
    if one.ticket_id is not None:
        about.append(html.A(f"Ticket {one.ticket_id}", href=ticket_path(one.source, one.ticket_id)))
    said_at = html.Time(day_and_clock(one.said_at, zone), dateTime=iso(one.said_at))
    about.append(said_at)
    inner = [words_of(one.comment), dotted(about, class_name="about")]
    return html.Li([_score(one), html.Div(inner, className="said-words")])


def _score(one: Said) -> Component:
    """The mark on its scale, and in words what it makes of its giver."""
    kind = one.kind.value.upper()
    name = _NAMES[one.group] if one.group else ""
    tone = _TONES[one.group] if one.group else "plain"
    if one.score is None:
        mark = html.Span([html.B("no score")], className=f"score-mark tone-text-{tone}")
    else:
        mark = score_mark(f"{one.score:g}", one.scale_max, tone)
    return html.Div(
        [mark, pill(kind, "plain") if kind != "NPS" else html.Span(name or kind, className="score-name")],
        className="score-of",
    )
