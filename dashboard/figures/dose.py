"""How does the score go along with waiting? NPS by resolution time over target, with its band, for Plotly."""

from __future__ import annotations

from html import escape
from typing import Any

from dashboard.format import plural, signed
from dashboard.theme import Palette
from data.dose import TARGET, DoseCurve, DosePoint
from data.metrics import metric_of
from data.statistics import Interval

EMPTY = "Nobody has answered yet whose ticket had a target."
THIN = "Too few answers to say what half the time goes along with."
_MARK, _GROWTH = 6.0, 0.9  # pixels: of a class with hardly any answers, and for each doubling of them
_RANGE = [-105, 105]
_HEIGHT = 320


def dose(curve: DoseCurve, palette: Palette) -> dict[str, Any]:
    """A figure as Plotly takes it (`data`, `layout`); without answers it says so in words.

    The line is the curve that only falls, around it its 95 % band; a mark is a class's own score, the larger
    the more answers; the upright line is the target.
    """
    if not curve.points:
        return {"data": [], "layout": _layout(palette, EMPTY, is_empty=True)}
    target = sum(point.dose < TARGET for point in curve.points) - 0.5
    layout = _layout(palette, worth_in_words(curve))
    layout["shapes"] = [
        {
            "type": "line",
            "x0": target,
            "x1": target,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": palette.dim, "width": 1, "dash": "dot"},
        }
    ]
    return {"data": [*_band(curve, palette), _line(curve, palette), _marks(curve, palette)], "layout": layout}


def worth_in_words(curve: DoseCurve) -> str:
    """What half the time goes along with, in a sentence; that it is too few to say, where it is."""
    if curve.worth is None or curve.n < metric_of("halving_worth").minimum_sample:
        return THIN
    worth = f"Half the time goes along with {signed(curve.worth.value)} points"
    return f"{worth} ({_between(curve.worth.interval)}; {plural(curve.n, 'answer')})."


def _between(interval: Interval) -> str:
    return f"between {signed(interval.low)} and {signed(interval.high)}"


def _told(point: DosePoint) -> str:
    """What is read when a class is pointed at; Plotly takes it as markup."""
    lines = (
        point.words,
        f"NPS {signed(point.score)} of {plural(point.n, 'answer')}",
        f"curve {signed(point.fitted)}, {_between(point.interval)}",
    )
    return "<br>".join(escape(line) for line in lines)


def _words(curve: DoseCurve) -> list[str]:
    return [escape(point.words) for point in curve.points]


def _band(curve: DoseCurve, palette: Palette) -> list[dict[str, Any]]:
    """Two lines without width, and what lies between them filled."""
    shared = {
        "type": "scatter",
        "mode": "lines",
        "x": _words(curve),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    highs = [point.interval.high for point in curve.points]
    lows = [point.interval.low for point in curve.points]
    filled = {"y": lows, "name": "95 %", "fill": "tonexty", "fillcolor": palette.plain_soft}
    return [shared | {"y": highs, "name": "95 %"}, shared | filled]


def _line(curve: DoseCurve, palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Curve",
        "x": _words(curve),
        "y": [point.fitted for point in curve.points],
        "line": {"color": palette.accent, "width": 2},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _marks(curve: DoseCurve, palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Own score",
        "x": _words(curve),
        "y": [point.score for point in curve.points],
        "marker": {
            "color": palette.ink,
            "size": [_MARK + _GROWTH * (point.n.bit_length() - 1) for point in curve.points],
        },
        "text": [_told(point) for point in curve.points],
        "hoverinfo": "text",
        "showlegend": False,
    }


def _layout(palette: Palette, words: str, *, is_empty: bool = False) -> dict[str, Any]:
    axis = {"gridcolor": palette.line, "zerolinecolor": palette.line, "visible": not is_empty}
    return {
        "paper_bgcolor": palette.panel,
        "plot_bgcolor": palette.panel,
        "font": {"color": palette.dim},
        "height": _HEIGHT,
        "margin": {"l": 48, "r": 16, "t": 40, "b": 48},
        "hoverlabel": {"bgcolor": palette.raised, "font": {"color": palette.ink}},
        "xaxis": axis | {"title": {"text": "Resolution time over its target"}, "type": "category"},
        "yaxis": axis | {"title": {"text": "NPS"}, "range": _RANGE},
        "annotations": [
            {
                "text": escape(words),
                "xref": "paper",
                "yref": "paper",
                "x": 0.5 if is_empty else 0,
                "y": 0.5 if is_empty else 1.12,
                "showarrow": False,
                "font": {"color": palette.ink},
            }
        ],
    }
