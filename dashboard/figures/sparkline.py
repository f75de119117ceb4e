"""Which way does it move? A trend with its 95 % band, and a dot where it stands now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dashboard.figures.svg import element, path, picture
from data.board import Point

WIDTH, HEIGHT = 300.0, 100.0
_MARGIN = 8.0  # room for the line's own thickness and the dot

Range = tuple[float, float]


def sparkline(
    points: Sequence[Point],
    *,
    label: str,
    hue: str = "plain",
    limits: Range | None = None,
    target: float | None = None,
) -> str:
    """The trend as SVG; "" where fewer than two points have a value.

    hue: a class of the style sheet. limits: lowest and highest value of the drawing, so that two pictures
    can share one scale; None: what the points need. Gaps in the points stay gaps in the line.
    """
    if sum(point.value is not None for point in points) < 2:
        return ""
    low, high = limits or limits_of([points], target=target)
    step = WIDTH / (len(points) - 1)
    scale = (HEIGHT - 2 * _MARGIN) / ((high - low) or 1.0)

    def y(value: float) -> float:
        return HEIGHT - _MARGIN - (min(max(value, low), high) - low) * scale

    body = [_band(run, step, y) for run in _runs(points, has_band=True)]
    if target is not None:
        body.append(element("path", class_="spark-target", d=path([(0, y(target)), (WIDTH, y(target))])))
    body += [_line(run, step, y) for run in _runs(points)]
    last = max(i for i, point in enumerate(points) if point.value is not None)
    body.append(_dot(last * step, y(points[last].value or 0.0)))
    return picture(label, "".join(body), kind=f"spark hue-{hue}", box=(WIDTH, HEIGHT))


def limits_of(trends: Iterable[Sequence[Point]], *, target: float | None = None) -> Range:
    """The lowest and highest value that these trends, their bands and the target need."""
    values = [
        value
        for trend in trends
        for point in trend
        for value in (point.value, point.low, point.high)
        if value is not None
    ]
    if target is not None:
        values.append(target)
    if not values:
        return (0.0, 1.0)
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 1, high + 1)


def _runs(points: Sequence[Point], *, has_band: bool = False) -> list[list[tuple[int, Point]]]:
    """Stretches without a gap, each point with its place."""
    runs: list[list[tuple[int, Point]]] = [[]]
    for i, point in enumerate(points):
        is_there = point.value is not None and (
            not has_band or (point.low is not None and point.high is not None)
        )
        if is_there:
            runs[-1].append((i, point))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _band(run: list[tuple[int, Point]], step: float, y: Callable[[float], float]) -> str:
    upper = [(i * step, y(point.high or 0.0)) for i, point in run]
    lower = [(i * step, y(point.low or 0.0)) for i, point in reversed(run)]
    return element("path", class_="spark-band", d=path(upper + lower) + "Z")


def _line(run: list[tuple[int, Point]], step: float, y: Callable[[float], float]) -> str:
    return element(
        "path", class_="spark-line", d=path([(i * step, y(point.value or 0.0)) for i, point in run])
    )


def _dot(x: float, y: float) -> str:
    """A line of no length with round ends: it stays round when the picture is stretched."""
    return element("path", class_="spark-dot", d=f"M{x:.2f} {y:.2f}h0")
