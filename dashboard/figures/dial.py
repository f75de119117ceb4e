"""Where does the needle stand? Storm, Rain, Change, Fair on a half circle, as on a barometer."""

from __future__ import annotations

from math import cos, pi, sin

from dashboard.figures.svg import element, picture
from data.verdict import Tendency, Weather

_ZONES = (Weather.STORM, Weather.RAIN, Weather.CHANGE, Weather.FAIR)  # left to right
_HUES = {Weather.STORM: "bad", Weather.RAIN: "bad", Weather.CHANGE: "watch", Weather.FAIR: "good"}
_CENTRE, _RADIUS = (60.0, 58.0), 48.0
_GAP = 3.0  # degrees between zones
_LEAN = {Tendency.RISING: 9.0, Tendency.STEADY: 0.0, Tendency.FALLING: -9.0}


def dial(weather: Weather, tendency: Tendency, *, label: str) -> str:
    """The barometer as SVG, 120 by 66. Unknown weather has no needle."""
    arcs = "".join(
        element(
            "path",
            class_=f"dial-zone hue-{_HUES[zone]}{' is-here' if zone is weather else ''}",
            d=_arc(45.0 * i + _GAP / 2, 45.0 * (i + 1) - _GAP / 2),
        )
        for i, zone in enumerate(_ZONES)
    )
    needle = ""
    if weather in _ZONES:
        angle = 45.0 * _ZONES.index(weather) + 22.5 + _LEAN[tendency]
        tip, foot = _point(angle, _RADIUS - 9), _point(angle + 180, 5)
        needle = element(
            "line", class_="dial-needle", x1=foot[0], y1=foot[1], x2=tip[0], y2=tip[1]
        ) + element("circle", class_="dial-hub", cx=_CENTRE[0], cy=_CENTRE[1], r=5)
    return picture(label, arcs + needle, kind="dial", box=(120, 66))


def _point(degrees: float, radius: float) -> tuple[float, float]:
    """Degrees run from the left end over the top to the right end."""
    turn = pi - degrees * pi / 180
    return (_CENTRE[0] + radius * cos(turn), _CENTRE[1] - radius * sin(turn))


def _arc(start: float, end: float) -> str:
    (x1, y1), (x2, y2) = _point(start, _RADIUS), _point(end, _RADIUS)
    return f"M{x1:.2f} {y1:.2f}A{_RADIUS:g} {_RADIUS:g} 0 0 1 {x2:.2f} {y2:.2f}"
