"""Whose hands did a ticket go through? Its stations as a second strip, aligned to that of the SLA clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.strip import Axis
from dashboard.figures.svg import element, picture
from data.ticket_stations import Station

_GAP = 0.3  # per cent of the width, between two stations
_SHADES = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """A station where it is drawn: per cent from the left, and wide."""

    x: float
    width: float
    shade: int
    station: Station


def placed(stations: Sequence[Station], axis: Axis) -> list[Placed]:
    """Those that have a width on the axis. The same team has the same shade, and nobody has none."""
    shades: dict[str, int] = {}
    found = []
    for station in stations:
        left, right = axis.place(station.started_at), axis.place(station.ended_at)
        if left is None or right is None or right <= left:
            continue
        name = station.team or station.assignee
        shade = shades.setdefault(name, len(shades) % _SHADES + 1) if name else 0
        found.append(Placed(left, right - left, shade, station))
    return found


def stations_figure(places: Sequence[Placed], label: str) -> str:
    """The strip as SVG; "" where there is nothing to draw."""
    if not places:
        return ""
    body = "".join(
        element(
            "rect", class_=f"station station-{item.shade}", x=f"{item.x:.2f}%",
            width=f"{max(item.width - _GAP, 0.15):.2f}%", y="0%", height="100%",
        )
        for item in places
    )  # fmt: skip
    return picture(label, body, kind="stations")
