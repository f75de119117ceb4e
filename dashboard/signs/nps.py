"""The first sign: would customers recommend us, how sure are we, and who says so."""

from __future__ import annotations

from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard import cards
from dashboard.absence import in_place, is_missing
from dashboard.figures.bars import Part, parts_bar
from dashboard.figures.sparkline import sparkline
from dashboard.format import plural, shown, signed
from dashboard.signs.trend import spoken
from dashboard.stamp import SURVEYS, Stamp, of_surveys
from data.board import Board
from data.metrics.definition import Unit
from data.reading import Reading

TITLE = "Net Promoter Score"
_GROUPS = (("detractors", "bad"), ("passives", "passive"), ("promoters", "good"))


def nps_card(board: Board, at: datetime) -> Component:
    """Score, interval, sample, groups, change and trend."""
    reading, stamp = board.nps.nps, of_surveys(board, at)
    head = cards.heading(TITLE, [reading.window.label], stamp, cards.change_pill(reading))
    if is_missing(reading):
        body = html.Div(
            html.Div(in_place(reading, stamp, feed=SURVEYS, sources=board.sources), className="lead"),
            className="sign-main",
        )
    else:
        body = _body(board, reading, stamp)
    return cards.sign("nps", TITLE, [head, body, *_groups(reading, stamp)], is_thin=is_missing(reading))


def _body(board: Board, reading: Reading, stamp: Stamp) -> Component:
    lead = [cards.figure(reading, stamp), _interval(reading), cards.old_note(stamp)]
    trend = sparkline(
        board.nps.trend, label=spoken("Score", board.nps.trend, Unit.POINTS, board.zone), hue="good"
    )
    return html.Div(
        [html.Div(lead, className="lead"), cards.drawing(trend, "picture trend")], className="sign-main"
    )


def _interval(reading: Reading) -> Component:
    pieces: list[cards.Children] = []
    if reading.interval is not None:
        low, high = signed(reading.interval.low), signed(reading.interval.high)
        pieces.append(["between ", cards.strong(low.lstrip("+")), " and ", cards.strong(high.lstrip("+"))])
    pieces.append([cards.strong(plural(reading.n, "answer"))])
    return cards.dotted(pieces)


def _groups(reading: Reading, stamp: Stamp) -> list[Component | None]:
    counts = {name: reading.counts.get(name, 0) for name, _ in _GROUPS}
    parts = [Part(counts[name], name, hue) for name, hue in _GROUPS]
    spoken_counts = ", ".join(plural(count, _word(name, 1)) for name, count in counts.items())
    bar = cards.drawing(parts_bar(parts, label=spoken_counts), "picture bar")
    if bar is None:
        return []
    columns = " ".join(f"minmax(max-content,{max(count, 1):g}fr)" for count in counts.values())
    keys = [
        html.Span(
            [
                html.I(className=f"swatch hue-{hue}"),
                cards.part(reading, name, stamp),
                f" {_word(name, counts[name])}",
            ],
            className="key",
        )
        for name, hue in _GROUPS
    ]
    detail = html.Div(
        [bar, html.Div(keys, className="keys", style={"gridTemplateColumns": columns})], className="detail"
    )
    return [detail, _before(reading, stamp)]


def _word(name: str, count: float) -> str:
    return name.removesuffix("s") if count == 1 else name


def _before(reading: Reading, stamp: Stamp) -> Component | None:
    if reading.previous is None or is_missing(reading):
        return None
    was = shown(reading.previous, reading.metric.unit).text
    before = cards.counted(f"{reading.metric.key}.previous", reading.previous, was, stamp)
    return html.P([before, f" in the {reading.window.label} before"], className="foot")
