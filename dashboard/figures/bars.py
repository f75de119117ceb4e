"""What is it made of? One bar cut into parts: the groups of answers, the ages of tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.svg import element, picture

_GAP = 0.5  # per cent of the width


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the bar: its count, its name, and a class of the style sheet for its hue."""

    count: float
    name: str
    hue: str


def parts_bar(parts: Sequence[Part], *, label: str) -> str:
    """The bar as SVG, each part as long as its share; "" where nothing was counted."""
    filled = [part for part in parts if part.count > 0]
    total = sum(part.count for part in filled)
    if not total:
        return ""
    room = 100.0 - _GAP * (len(filled) - 1)
    x, body = 0.0, []
    for part in filled:
        width = room * part.count / total
        body.append(
            element(
                "rect", class_=f"part hue-{part.hue}", x=f"{x:.2f}%", width=f"{width:.2f}%", height="100%"
            )
        )
        x += width + _GAP
    return picture(label, "".join(body), kind="parts")
