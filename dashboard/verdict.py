"""The verdict in words, with its needle, its reason, and one click away what each sign says."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import cards
from dashboard.figures.dial import dial
from data.verdict import SignVerdict, Tendency, Verdict, Weather

WORDS = {
    Weather.UNKNOWN: "No verdict yet",
    Weather.FAIR: "Fair",
    Weather.CHANGE: "Change",
    Weather.RAIN: "Rain",
    Weather.STORM: "Storm",
}
_TONES = {
    Weather.UNKNOWN: "plain",
    Weather.FAIR: "good",
    Weather.CHANGE: "watch",
    Weather.RAIN: "bad",
    Weather.STORM: "bad",
}
_TENDENCY_TONES = {Tendency.RISING: "good", Tendency.STEADY: "plain", Tendency.FALLING: "watch"}
_SIGNS = {
    "nps": "Net Promoter Score",
    "backlog": "Backlog",
    "sla": "Resolution time against SLA",
    "audiences": "Who says what",
}


def verdict_line(verdict: Verdict) -> Component:
    """Needle, verdict, tendency and the one reason."""
    return html.Div(
        [
            cards.drawing(
                dial(verdict.weather, verdict.tendency, label=f"Barometer: {_said(verdict)}"),
                "picture needle",
            ),
            html.Div([_words(verdict), html.P(verdict.reason, className="verdict-reason")]),
        ],
        className="verdict",
        **{"data-weather": WORDS[verdict.weather].lower(), "data-tendency": verdict.tendency.value},
    )


def why(verdict: Verdict) -> Component | None:
    """What each sign says, worst first; it opens by one click and needs no script."""
    if not verdict.signs:
        return None
    ordered = sorted(verdict.signs, key=lambda sign: -sign.weather)
    return html.Details(
        [html.Summary("Why"), html.Ul([_row(sign) for sign in ordered], className="why-list")],
        className="why",
    )


def _words(verdict: Verdict) -> Component:
    if verdict.weather is Weather.UNKNOWN:
        return html.P(WORDS[verdict.weather], className="verdict-words")
    tone = _TENDENCY_TONES[verdict.tendency]
    return html.P(
        [
            html.Span(WORDS[verdict.weather], className=f"weather tone-text-{_TONES[verdict.weather]}"),
            ", ",
            html.Span(verdict.tendency.value, className=f"tone-text-{tone}"),
        ],
        className="verdict-words",
    )


def _said(verdict: Verdict) -> str:
    if verdict.weather is Weather.UNKNOWN:
        return WORDS[verdict.weather]
    return f"{WORDS[verdict.weather]}, {verdict.tendency.value}"


def _row(sign: SignVerdict) -> Component:
    is_known = sign.weather is not Weather.UNKNOWN
    said = f"{WORDS[sign.weather]}, {sign.tendency.value}" if is_known else "too early to say"
    return html.Li(
        [
            html.Span(_SIGNS.get(sign.sign, sign.sign), className="why-sign"),
            html.Span(said, className=f"why-weather tone-text-{_TONES[sign.weather]}"),
            html.Span(sign.reason, className="why-reason"),
        ]
    )
