"""How does this month lie among the others? A line of months in their limits, with one of them marked."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.svg import element, path, picture

WIDTH, HEIGHT = 600.0, 200.0
_MARGIN = 14.0  # room for the dots

Span = tuple[float, float]


def control_chart(
    values: Sequence[float | None],
    *,
    marked: int,
    label: str,
    hue: str = "plain",
    centre: float | None = None,
    limits: Span | None = None,
) -> str:
    """The months as SVG, each in the middle of its share of the width; "" where none has a value.

    marked: the place of the month that it is about. hue: of its dot, a class of the style sheet. Months
    without a value are gaps in the line.
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    ends = [*known, *(limits or ()), *([centre] if centre is not None else [])]
    low, high = min(ends), max(ends)
    scale = (HEIGHT - 2 * _MARGIN) / ((high - low) or 1.0)
    step = WIDTH / len(values)

    def at(place: int, value: float) -> tuple[float, float]:
        return (place + 0.5) * step, HEIGHT - _MARGIN - (value - low) * scale

    body: list[str] = []
    if limits is not None:
        (_, bottom), (_, top) = at(0, limits[0]), at(0, limits[1])
        body.append(element("rect", class_="limits", x=0.0, y=top, width=WIDTH, height=bottom - top))
    if centre is not None:
        _, y = at(0, centre)
        body.append(element("path", class_="centre", d=path([(0, y), (WIDTH, y)])))
    points = [(place, value) for place, value in enumerate(values) if value is not None]
    for run in _runs([place for place, _ in points]):
        line = [at(place, value) for place, value in points if place in run]
        body.append(element("path", class_="months-line", d=path(line)))
    for place, value in points:
        kind = f"month-dot is-marked hue-{hue}" if place == marked else "month-dot"
        x, y = at(place, value)
        body.append(element("path", class_=kind, d=f"M{x:.2f} {y:.2f}h0"))
    return picture(label, "".join(body), kind="control-chart", box=(WIDTH, HEIGHT))


def _runs(places: Sequence[int]) -> list[set[int]]:
    """Places that follow each other."""
    runs: list[set[int]] = []
    for place in places:
        if runs and place - 1 in runs[-1]:
            runs[-1].add(place)
        else:
            runs.append({place})
    return runs
