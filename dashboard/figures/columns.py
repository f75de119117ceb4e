"""How did it go, month by month? One small column each, from a common floor."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.svg import element, picture

_GAP = 18.0  # per cent of a column's room
_LEAST = 6.0  # per cent of the height: a month without any still has a foot to be seen by


def columns(values: Sequence[float | None], *, label: str, hue: str = "plain") -> str:
    """Columns as SVG, the highest as high as the picture; None leaves its place empty. "" without a value."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    highest, room = max(known) or 1.0, 100.0 / len(values)
    body = []
    for i, value in enumerate(values):
        if value is None:
            continue
        height = max(_LEAST, 100.0 * value / highest)
        body.append(
            element(
                "rect",
                class_=f"part hue-{hue}",
                x=f"{i * room:.2f}%",
                y=f"{100 - height:.2f}%",
                width=f"{room * (1 - _GAP / 100):.2f}%",
                height=f"{height:.2f}%",
            )
        )
    return picture(label, "".join(body), kind="columns")
