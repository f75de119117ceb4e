"""Perception against reality: one mark an account, what was kept for it against what its people say.

The kind of account is told by the mark's shape: a dot; a hollow dot, too few to say; a triangle on its tip,
green yet unhappy. Names are customers' words: escaped, as labels and titles only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import floor

from dashboard.figures.svg import element, picture, words
from dashboard.format import percent, signed

LEFT, RIGHT, TOP, BOTTOM = 5.0, 98.0, 4.0, 91.0
RADII = (3.5, 4.5, 6.5, 9.0)
"""Pixels, by the class of size: not known, then the thirds."""
LABELS, LONGEST = 8, 28
_STEP = 0.05
_APART, _LETTER = 6.0, 1.3  # per cent: the height of a label, and the width of its letters at the least room


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One account. x: a share from 0 to 1; y: points from -100 to 100; kind: plain, thin or watermelon."""

    x: float
    y: float
    size: int
    kind: str
    name: str
    title: str
    href: str


def scatter(dots: Sequence[Dot], *, target: float | None, label: str) -> str:
    """The picture; "" without a dot. target: the share that is aimed for."""
    if not dots:
        return ""
    lowest = min(dot.x for dot in dots)
    low = max(0.0, floor(min(lowest, (target or 1.0) - 0.1) / _STEP) * _STEP)
    plane = _Plane(low)
    parts = [_ground(plane, target), *(_mark(plane, dot) for dot in reversed(dots)), *_names(plane, dots)]
    return picture(label, "".join(parts), kind="scatter")


@dataclass(frozen=True, slots=True)
class _Plane:
    """Places in per cent of the picture."""

    low: float

    def x(self, share: float) -> float:
        return LEFT + (RIGHT - LEFT) * (share - self.low) / max(1.0 - self.low, _STEP)

    def y(self, points: float) -> float:
        return TOP + (BOTTOM - TOP) * (100 - points) / 200


def _ground(plane: _Plane, target: float | None) -> str:
    """The corner of the watermelons, the lines of none and of the target, and what the ends are called."""
    zero, foot = plane.y(0), plane.y(-100)
    parts = [_line(LEFT, zero, RIGHT, zero, "scatter-line")]
    for points in (100, 0, -100):
        parts.append(_text(0, plane.y(points), signed(points), "scatter-tick", dy="4"))
    parts.append(_text(LEFT, 99, percent(plane.low).text, "scatter-tick"))
    parts.append(_text(RIGHT, 99, percent(1.0).text, "scatter-tick", anchor="end"))
    if target is not None and target > plane.low:
        edge = plane.x(target)
        corner = element(
            "rect", class_="scatter-corner", x=f"{edge:.2f}%", y=f"{zero:.2f}%",
            width=f"{RIGHT - edge:.2f}%", height=f"{foot - zero:.2f}%",
        )  # fmt: skip
        parts.insert(0, corner)
        parts.append(_line(edge, TOP, edge, BOTTOM, "scatter-target"))
        parts.append(_text(edge, 99, f"target {percent(target).text}", "scatter-tick", anchor="middle"))
        parts.append(_text(RIGHT - 0.6, foot - 2, "▼ green SLA, unhappy", "scatter-word", anchor="end"))
    return "".join(parts)


def _mark(plane: _Plane, dot: Dot) -> str:
    """A mark with its title; a link for the mouse only, since the table holds the same links for all."""
    radius = RADII[dot.size]
    at = {"x": f"{plane.x(dot.x):.2f}%", "y": f"{plane.y(dot.y):.2f}%"}
    if dot.kind == "watermelon":
        r = radius + 1.5
        shape = element("path", class_="scatter-watermelon", d=f"M{-r:.1f} {-r * 0.8:.1f}H{r:.1f}L0 {r:.1f}Z")
        shape = f'<svg class="scatter-place" x="{at["x"]}" y="{at["y"]}">{shape}</svg>'
    else:
        shape = element("circle", class_=f"scatter-{dot.kind}", cx=at["x"], cy=at["y"], r=radius)
    return f'<a href="{escape(dot.href)}" tabindex="-1"><title>{escape(dot.title)}</title>{shape}</a>'


def _names(plane: _Plane, dots: Sequence[Dot]) -> list[str]:
    """Of the watermelons, to the left or the right of the mark, where that is room without another's."""
    melons = [dot for dot in dots if dot.kind == "watermelon"]
    marks = [(plane.x(dot.x), plane.y(dot.y)) for dot in melons]
    boxes: list[tuple[float, float, float]] = []
    found: list[str] = []
    for place, dot in enumerate(melons):
        name = dot.name if len(dot.name) <= LONGEST else f"{dot.name[: LONGEST - 1]}…"
        others = [mark for number, mark in enumerate(marks) if number != place]
        x, y = marks[place]
        width = len(name) * _LETTER + 2
        for anchor, box in (("end", (x - width, x, y)), ("start", (x, x + width, y))):
            if len(found) < LABELS and _is_free(box, others, boxes):
                boxes.append(box)
                shift = (RADII[dot.size] + 6) * (1 if anchor == "start" else -1)
                found.append(_text(x, y, name, "scatter-name", anchor=anchor, dx=f"{shift:g}", dy="4"))
                break
    return found


def _is_free(
    box: tuple[float, float, float],
    marks: Sequence[tuple[float, float]],
    boxes: Sequence[tuple[float, float, float]],
) -> bool:
    """Whether a label from one x to another at a y touches neither the edges, nor a mark, nor a label."""
    left, right, y = box
    is_inside = left > LEFT and right < 100
    hits_mark = any(left - 2 < x < right + 2 and abs(y - other) < _APART for x, other in marks)
    hits_label = any(left < far and near < right and abs(y - other) < _APART for near, far, other in boxes)
    return is_inside and not hits_mark and not hits_label


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    ends = {"x1": f"{x1:.2f}%", "y1": f"{y1:.2f}%", "x2": f"{x2:.2f}%", "y2": f"{y2:.2f}%"}
    return element("line", class_=kind, **ends)


def _text(x: float, y: float, text: str, kind: str, *, anchor: str = "start", **more: str) -> str:
    return words(text, class_=kind, x=f"{x:.2f}%", y=f"{y:.2f}%", text_anchor=anchor, **more)
