"""What customers just said, in their own words: one line on the wall, a list on the desk.

Comments are hostile until escaped; they only ever become text nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children
from dashboard.format import age, iso, money, number
from dashboard.signs.audiences import audience_mark
from data.board import Voice

SHOWN = 6  # on the desk
_TONES = {"promoter": "good", "passive": "plain", "detractor": "bad"}


def voice_line(voices: Sequence[Voice], at: datetime) -> Component:
    """The latest words, in one line that is cut where the screen ends."""
    if not voices:
        return html.P("Nobody has written anything in this window yet.", className="voice voice-none")
    voice = voices[0]
    return html.P(
        [
            _score(voice),
            audience_mark(voice.audience),
            html.Q(voice.comment.strip(), className="words"),
            html.Span(_where(voice, at), className="whence"),
        ],
        className="voice",
        title=voice.comment.strip(),
    )


def voice_list(voices: Sequence[Voice], at: datetime) -> Component:
    """The latest voices, newest first, with who speaks and what is at stake."""
    title = html.H2("Voice of the customer", className="sign-title")
    if not voices:
        return html.Div([title, html.P("No comments in this window.", className="hint")])
    return html.Div([title, html.Ul([_item(voice, at) for voice in voices[:SHOWN]], className="voices")])


def _item(voice: Voice, at: datetime) -> Component:
    about: list[Children] = [audience_mark(voice.audience), " · ", *_where(voice, at)]
    if voice.renewal_days is not None and voice.renewal_days >= 0:
        about.append(f" · renews in {number(voice.renewal_days)}\u202fd")
    if voice.yearly_value:
        about.append(f" · {money(voice.yearly_value).text} a year")
    words = html.Q(voice.comment.strip(), className="words")
    return html.Li([_score(voice), html.Div([words, html.P(about, className="about")])])


def _score(voice: Voice) -> Component:
    score = number(voice.score, 0 if float(voice.score).is_integer() else 1)
    return html.Span(
        [html.B(score), html.Span(f" of {voice.scale_max}", className="of")],
        className=f"score-mark tone-text-{_TONES.get(voice.group, 'plain')}",
        title=voice.group,
    )


def _where(voice: Voice, at: datetime) -> list[Children]:
    said = html.Span(
        [html.Span(age((at - voice.said_at).total_seconds()), className="age"), " ago"],
        className="age-of",
        **{"data-age-of": iso(voice.said_at)},
    )
    return [f"{voice.account} · ", said] if voice.account else [said]
