"""The fourth sign: end users and decision-makers side by side, on one scale.

`side_by_side` is the only way to draw the split: same range, same order, both samples shown.
"""

from __future__ import annotations

from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard import cards
from dashboard.absence import in_place, is_missing
from dashboard.figures.sparkline import Range, limits_of, sparkline
from dashboard.format import number, plural, signed
from dashboard.signs.trend import spoken
from dashboard.stamp import SURVEYS, Stamp, of_both, of_surveys
from data.board import AudienceColumn, Board
from data.metrics.definition import Change, Unit
from data.reading import Reading
from data.records import Audience
from data.statistics import Verdict as Realness

TITLE = "Who says what"
NAMES = {
    Audience.END_USER: ("●", "End users", "End user"),
    Audience.DECISION_MAKER: ("◆", "Decision-makers", "Decision-maker"),
    Audience.UNKNOWN: ("○", "Role not known", "Role not known"),
}
"""Sign, plural and singular: never the colour alone."""


def audiences_card(board: Board, at: datetime) -> Component:
    """Both columns, how far apart they are, and whether that is real."""
    sign, stamp = board.audiences, of_surveys(board, at)
    head = cards.heading(TITLE, ["NPS", sign.end_users.nps.window.label], stamp, _apart(sign.apart, stamp))
    foot = None
    if sign.unknown:
        foot = html.P(
            [
                cards.counted("nps.unknown_role", sign.unknown, number(sign.unknown), stamp),
                f" {'answer' if sign.unknown == 1 else 'answers'} without a known role",
            ],
            className="foot",
        )
    columns = side_by_side(board, sign.end_users, sign.decision_makers, at)
    return cards.sign("audiences", TITLE, [head, columns, cards.old_note(stamp), foot])


def side_by_side(board: Board, left: AudienceColumn, right: AudienceColumn, at: datetime) -> Component:
    """Two columns that share one range, so that the eye compares what is comparable."""
    limits = limits_of([left.trend, right.trend])
    return html.Div([_column(board, column, limits, at) for column in (left, right)], className="split")


def audience_mark(audience: Audience, *, is_plural: bool = False) -> Component:
    """The sign and the word of an audience, in its colour."""
    sign, many, one = NAMES[audience]
    return html.Span(
        [html.Span(sign, className="mark", **{"aria-hidden": "true"}), f" {many if is_plural else one}"],
        className=f"audience audience-{audience.value.replace('_', '-')}",
    )


def _column(board: Board, column: AudienceColumn, limits: Range, at: datetime) -> Component:
    stamp = of_surveys(board, at)
    head = html.H3(audience_mark(column.audience, is_plural=True), className="split-title")
    if is_missing(column.nps):
        inner = [html.Div(in_place(column.nps, stamp, feed=SURVEYS, sources=board.sources), className="lead")]
    else:
        hue = "user" if column.audience is Audience.END_USER else "decision"
        what = f"Score of {NAMES[column.audience][1].lower()}"
        trend = sparkline(
            column.trend, label=spoken(what, column.trend, Unit.POINTS, board.zone), hue=hue, limits=limits
        )
        inner = [_score(column.nps, stamp), cards.drawing(trend, "picture trend")]
    return html.Div(
        [head, *inner, _really(column, stamp, of_both(board, at)), _said(column)],
        className="split-column",
        **{"data-audience": column.audience.value},
    )


def _score(reading: Reading, stamp: Stamp) -> Component:
    lines: list[cards.Children] = []
    if reading.interval is not None:
        low, high = signed(reading.interval.low), signed(reading.interval.high)
        lines.append(html.Span(f"{low} to {high}", className="piece"))
    lines.append(html.Span(cards.strong(plural(reading.n, "answer")), className="piece"))
    return html.Div(
        [cards.figure(reading, stamp, size="second"), html.P(lines, className="beside")], className="score"
    )


def _really(column: AudienceColumn, stamp: Stamp, both: Stamp) -> Component | None:
    """What share answered, and the SLA that these very people got."""
    pieces: list[cards.Children] = []
    if column.response_rate.value is not None:
        pieces.append([cards.figure(column.response_rate, stamp, size="inline"), " answered"])
    if column.attainment.value is not None and not column.attainment.is_thin:
        pieces.append([cards.figure(column.attainment, both, size="inline"), " in SLA"])
    return cards.dotted(pieces) if pieces else None


def _said(column: AudienceColumn) -> Component | None:
    if column.said is None or not column.said.comment.strip():
        return None
    return html.P(f"“{column.said.comment.strip()}”", className="said", title=column.said.comment.strip())


def _apart(change: Change | None, stamp: Stamp) -> Component | None:
    if change is None:
        return None
    if change.verdict is Realness.TOO_FEW:
        return cards.pill("too few to compare", "plain")
    is_real = change.verdict is Realness.REAL
    apart = cards.counted("nps.apart", change.difference, number(abs(change.difference)), stamp)
    words = f" points apart: {'real' if is_real else 'within noise'}"
    return cards.pill([apart, html.Span(words)], "watch" if is_real else "plain")
