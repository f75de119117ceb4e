"""What customers just said, in their own words: one line on the wall, a list on the desk.

Comments are hostile until escaped; they only ever become text nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children
from dashboard.format import age, day_and_clock, iso, money, number
from dashboard.signs.audiences import audience_mark
from data.board import Voice

SHOWN = 6  # on the desk
TONES = {"promoter": "good", "passive": "plain", "detractor": "bad"}


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
    return voice_item(_score(voice), html.Q(voice.comment.strip(), className="words"), about)


def _score(voice: Voice) -> Component:
    return score_mark(score_text(voice.score), voice.scale_max, TONES.get(voice.group, "plain"), voice.group)


def score_text(score: float) -> str:
    """ "9", "7.5"."""
    return number(score, 0 if float(score).is_integer() else 1)


def score_mark(score: str, highest: int | None, tone: str, title: str | None = None) -> Component:
    """ "9 of 10" in the tone of its group. highest: of the scale; None: not known."""
    of = "" if highest is None else f" of {highest}"
    return html.Span(
        [html.B(score), html.Span(of, className="of")],
        className=f"score-mark tone-text-{tone}",
        **({} if title is None else {"title": title}),
    )


def dated_voices(voices: Sequence[Voice], zone: str) -> Component:
    """What was said at some time, in the order given: the words, with who, of which account, and when."""
    return html.Ul([_dated(voice, zone) for voice in voices], className="voices")


def _dated(voice: Voice, zone: str) -> Component:
    about = [audience_mark(voice.audience), f" · {voice.account}" if voice.account else ""]
    about.append(f" · {day_and_clock(voice.said_at, zone)}")
    return voice_item(_score(voice), html.Q(voice.comment.strip(), className="words"), about)


def voice_item(mark: Component, said: Component, about: Children) -> Component:
    """One of a list of voices."""
    return html.Li([mark, html.Div([said, html.P(about, className="about")])])


def _where(voice: Voice, at: datetime) -> list[Children]:
    said = html.Span(
        [html.Span(age((at - voice.said_at).total_seconds()), className="age"), " ago"],
        className="age-of",
        **{"data-age-of": iso(voice.said_at)},
    )
    return [f"{voice.account} · ", said] if voice.account else [said]
