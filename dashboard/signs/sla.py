"""The third sign: resolution time against what was promised, by priority, and what is late or due now."""

from __future__ import annotations

from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard import cards
from dashboard.absence import in_place, is_missing
from dashboard.figures.bullet import bullet
from dashboard.figures.sparkline import sparkline
from dashboard.format import duration, number, percent, plural
from dashboard.signs.trend import spoken
from dashboard.stamp import TICKETS, Stamp, of_tickets
from data.board import Board, SlaSign
from data.metrics.definition import Unit
from data.reading import Reading
from data.records import Priority

TITLE = "Resolution time against SLA"


def sla_card(board: Board, at: datetime) -> Component:
    """Attainment, the gap, each priority against its target; breached now and due within the hour."""
    sign, stamp = board.sla, of_tickets(board, at)
    title = ["Resolution ", html.Span("time ", className="wall-only"), "against SLA"]
    head = cards.heading(title, [sign.attainment.window.label], stamp, _breached(sign.breached_now, stamp))
    if is_missing(sign.attainment):
        missing = in_place(sign.attainment, stamp, feed=TICKETS, sources=board.sources)
        body = [html.Div(html.Div(missing, className="lead"), className="sign-main")]
    else:
        body = [_numbers(board, stamp), cards.old_note(stamp), _priorities(sign, stamp)]
    return cards.sign("sla", TITLE, [head, *body], is_thin=is_missing(sign.attainment))


def _breached(reading: Reading, stamp: Stamp) -> Component | None:
    if reading.value is None:
        return None
    now = html.Span(" now", className="wall-only")
    if reading.value == 0:
        return cards.pill([cards.figure_of(reading, stamp, "none"), " breached"], "good")
    mark = html.Span("●", className="arrow", **{"aria-hidden": "true"})
    return cards.pill([mark, cards.figure(reading, stamp, size="inline"), " breached", now], "bad")


def _numbers(board: Board, stamp: Stamp) -> Component:
    sign = board.sla
    inside = [
        cards.figure(sign.attainment, stamp, size="second"),
        cards.dotted(["inside target", [cards.strong(plural(sign.attainment.n, "ticket"))]]),
    ]
    due: list[cards.Children] = []
    if sign.due_soon.value is not None:
        due = [cards.figure(sign.due_soon, stamp, size="inline"), " due within 1\u202fh"]
    gap = [
        cards.figure(sign.gap, stamp, size="second", is_signed=True),
        cards.dotted([["median gap to target"], due] if due else [["median gap to target"]]),
    ]
    trend = sparkline(
        sign.trend,
        label=spoken("Share inside target", sign.trend, Unit.SHARE, board.zone),
        hue="good",
        target=sign.attainment.target,
    )
    return html.Div(
        [
            html.Div(inside, className="lead"),
            html.Div(gap, className="lead lead-next"),
            cards.drawing(trend, "picture trend"),
        ],
        className="sign-main",
    )


def _priorities(sign: SlaSign, stamp: Stamp) -> Component:
    return html.Ul([_row(sign, priority.value, stamp) for priority in Priority], className="detail bullets")


def _row(sign: SlaSign, priority: str, stamp: Stamp) -> Component:
    median = sign.resolution_by_priority.get(priority)
    name = html.Span(priority.capitalize(), className="row-name")
    if median is None or median.value is None:
        return html.Li([name, html.Span("no tickets solved", className="row-note")], className="row")
    target = sign.target_by_priority.get(priority)
    took = cards.figure(median, stamp, size="inline")
    if not target:
        return html.Li([name, html.Span([took, " · no target"], className="row-note")], className="row")
    p90 = sign.resolution_p90_by_priority.get(priority)
    p90_value = p90.value if p90 is not None else None
    label = f"{priority}: median {duration(median.value).text} of {duration(target).text}"
    if p90_value is not None:
        label += f", nine in ten within {duration(p90_value).text}"
    return html.Li(
        [
            name,
            cards.drawing(bullet(median.value, p90_value, target, label=label), "picture row-bullet"),
            html.Span([took, f" of {duration(target).text}"], className="row-note"),
            _share(sign.attainment_by_priority.get(priority), stamp),
        ],
        className="row",
    )


def _share(reading: Reading | None, stamp: Stamp) -> Component | None:
    if reading is None or reading.value is None:
        return None
    if reading.is_thin:
        return html.Span(f"{plural(reading.n, 'ticket')}", className="row-share")
    tone = {"bad": " tone-text-bad", "watch": " tone-text-watch"}.get(reading.standing.value, "")
    text = percent(reading.value).text
    return html.Span(
        [
            html.Span(cards.figure_of(reading, stamp, text), className=f"row-percent{tone}"),
            f" of {number(reading.n)}",
        ],
        className="row-share",
    )
