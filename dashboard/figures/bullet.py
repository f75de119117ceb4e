"""Is it inside its target? A bar to the median, a whisker to the 90th percentile, a line at the target."""

from __future__ import annotations

from dashboard.figures.svg import element, picture

_TARGET_AT = 66.0  # per cent of the width: every row's target stands under the other
_END = 99.0


def bullet(median: float, p90: float | None, target: float, *, label: str) -> str:
    """One row as SVG, scaled by its target, so that rows with different targets compare.

    median, p90, target: in one unit; target above zero. What is longer than the room ends at its edge
    with an arrow.
    """

    def x(value: float) -> float:
        return min(max(value, 0.0) / target * _TARGET_AT, _END)

    body = [element("rect", class_="bullet-track", x="0%", width="100%", y="8%", height="84%")]
    if p90 is not None and p90 > median:
        tone = "good" if p90 <= target else "bad"
        body.append(
            element(
                "line",
                class_=f"bullet-whisker hue-{tone}",
                x1=f"{x(median):.2f}%",
                x2=f"{x(p90):.2f}%",
                y1="50%",
                y2="50%",
            )
        )
        body.append(_end(x(p90), tone))
    tone = "good" if median <= target else "bad"
    width = max(x(median), 0.8)
    body.append(
        element("rect", class_=f"bullet-bar hue-{tone}", x="0%", width=f"{width:.2f}%", y="8%", height="84%")
    )
    body.append(
        element(
            "rect", class_="bullet-target", x=f"{_TARGET_AT - 0.3:.2f}%", width="0.6%", y="0%", height="100%"
        )
    )
    return picture(label, "".join(body), kind="bullet")


def _end(x: float, tone: str) -> str:
    if x >= _END:  # longer than the picture: no dot that would claim an end
        return ""
    return element("circle", class_=f"bullet-dot hue-{tone}", cx=f"{x:.2f}%", cy="50%")
