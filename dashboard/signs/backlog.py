"""The second sign: what is unsolved now, who is waited for, how old it is, and today's flow."""

from __future__ import annotations

from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard import cards
from dashboard.absence import in_place, is_missing
from dashboard.figures.bars import Part, parts_bar
from dashboard.figures.sparkline import sparkline
from dashboard.format import number, plural, span
from dashboard.signs.trend import spoken
from dashboard.stamp import TICKETS, Stamp, of_tickets
from data.board import Age, Board
from data.metrics.definition import Unit
from data.reading import Reading

TITLE = "Backlog"
_WAITS = (("us", "wait on us"), ("customer", "on customer"), ("elsewhere", "elsewhere"))


def backlog_card(board: Board, at: datetime) -> Component:
    """Unsolved tickets with their ages and flow. An empty backlog is a number: zero."""
    reading, stamp = board.backlog.backlog, of_tickets(board, at)
    head = cards.heading(TITLE, ["unsolved tickets now"], stamp, _since_yesterday(reading))
    if reading.value is None:
        body = html.Div(
            html.Div(in_place(reading, stamp, feed=TICKETS, sources=board.sources), className="lead"),
            className="sign-main",
        )
        return cards.sign("backlog", TITLE, [head, body], is_thin=True)
    trend = sparkline(
        board.backlog.trend,
        label=spoken("Backlog", board.backlog.trend, Unit.TICKETS, board.zone),
        hue="accent",
    )
    lead = [cards.figure(reading, stamp), _waits(reading, stamp), cards.old_note(stamp)]
    body = html.Div(
        [html.Div(lead, className="lead"), cards.drawing(trend, "picture trend")], className="sign-main"
    )
    return cards.sign("backlog", TITLE, [head, body, _ages(board.backlog.ages, stamp), _flow(board, stamp)])


def _since_yesterday(reading: Reading) -> Component | None:
    if reading.value is None or reading.previous is None:
        return None
    difference = reading.value - reading.previous
    if difference == 0:
        return cards.pill("as many as yesterday", "plain")
    size = number(abs(difference))
    return cards.pill([*cards.arrow(difference), f"{size} since yesterday"], cards.level_tone(reading))


def _waits(reading: Reading, stamp: Stamp) -> Component:
    return cards.dotted([[cards.part(reading, name, stamp), f" {text}"] for name, text in _WAITS])


def _ages(ages: tuple[Age, ...], stamp: Stamp) -> Component | None:
    """The oldest class is bad, the one before it something to watch; the label says the days."""
    hues = ["good"] * max(len(ages) - 2, 0) + ["watch", "bad"]
    parts = [Part(age.count, _class_of(age), hue) for age, hue in zip(ages, hues[-len(ages) :], strict=True)]
    told = ", ".join(f"{plural(part.count, 'ticket')} {part.name}" for part in parts)
    bar = cards.drawing(parts_bar(parts, label=f"By age: {told}"), "picture bar")
    if bar is None:
        return None
    columns = " ".join(f"minmax(max-content,{max(part.count, 1):g}fr)" for part in parts)
    keys = [
        html.Span(
            [
                html.I(className=f"swatch hue-{part.hue}"),
                cards.counted(f"backlog.from_{age.from_days}_days", part.count, number(part.count), stamp),
                f" {part.name}",
            ],
            className="key",
        )
        for age, part in zip(ages, parts, strict=True)
    ]
    return html.Div(
        [bar, html.Div(keys, className="keys", style={"gridTemplateColumns": columns})], className="detail"
    )


def _class_of(age: Age) -> str:
    if age.to_days is None:
        return f"> {age.from_days} d"
    return f"< {age.to_days} d" if age.from_days == 0 else f"{age.from_days}–{age.to_days} d"


def _flow(board: Board, stamp: Stamp) -> Component:
    sign = board.backlog
    pieces: list[cards.Children] = [
        [
            "today ",
            cards.figure(sign.created_today, stamp, size="inline"),
            " in, ",
            cards.figure(sign.solved_today, stamp, size="inline"),
            " out",
        ]
    ]
    if not is_missing(sign.oldest):
        pieces.append(["oldest waits ", _oldest(sign.oldest, stamp)])
    return cards.dotted(pieces, class_name="foot")


def _oldest(reading: Reading, stamp: Stamp) -> Component:
    return cards.figure_of(reading, stamp, span(reading.value or 0.0))
