"""Is a team apart, or only small? Shares against numbers of rows, between the limits that chance keeps to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.svg import element, path, picture, words
from dashboard.format import number, percent

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
_MOST_TICKS = 5
_LETTER, _LINE = 1.9, 5.5  # per cent of the picture that a letter and a line of a label take, on a phone
_NUDGES = (0.0, -_LINE, _LINE, -2 * _LINE, 2 * _LINE, -3 * _LINE, 3 * _LINE)
_LONGEST = 26
_TRIANGLE = [(0.0, -7.5), (7.0, 5.5), (-7.0, 5.5)]


@dataclass(frozen=True, slots=True)
class Dot:
    """One team: n rows, share from 0 to 1, and good, bad, watch or plain (which also says its shape)."""

    n: int
    share: float
    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class Limits:
    """At n rows: what 95 % and 99.8 % of teams keep to by chance, shares from 0 to 1."""

    n: float
    near: tuple[float, float]
    far: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Frame:
    """From values to per cent of the picture."""

    most: float
    low: float
    high: float

    def x(self, n: float) -> float:
        return 100 * n / self.most

    def y(self, share: float) -> float:
        return 100 * (1 - (share - self.low) / (self.high - self.low))


def funnel_plot(dots: Sequence[Dot], limits: Sequence[Limits], *, target: float, label: str) -> str:
    """The plot as SVG, its dots labelled; "" where there is no dot."""
    if not dots or not limits:
        return ""
    frame = _frame(dots, limits, target)
    body = [
        _lines(limits, frame, target),
        *(_tick(frame, share) for share in _ticks(frame.low, frame.high)),
        *(_size(frame, n) for n in _sizes(frame.most)),
        *_notes(limits, frame, target),
        *(_dot(dot, frame) for dot in dots),
        *_labels(dots, frame),
    ]
    return picture(label, "".join(body), kind="funnel")


def _frame(dots: Sequence[Dot], limits: Sequence[Limits], target: float) -> _Frame:
    """Room for all dots and for the limits of the smallest of them, but not for the mouth of the funnel."""
    smallest = min(dot.n for dot in dots)
    near = next((item for item in limits if item.n >= smallest), limits[-1])
    values = [*(dot.share for dot in dots), *near.far, target]
    margin = max((max(values) - min(values)) * 0.12, 0.01)
    return _Frame(limits[-1].n, max(min(values) - margin, -0.02), min(max(values) + margin, 1.02))


def _lines(limits: Sequence[Limits], frame: _Frame, target: float) -> str:
    """Stretched to the room there is, apart from dots and words, which keep their shape."""
    parts = [
        _line(f"funnel-{kind}", [(frame.x(item.n), frame.y(getattr(item, kind)[side])) for item in limits])
        for kind in ("near", "far")
        for side in (0, 1)
    ]
    parts.append(_line("funnel-target", [(0, frame.y(target)), (100, frame.y(target))]))
    return (
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" class="funnel-lines">{"".join(parts)}</svg>'
    )


def _line(kind: str, points: list[tuple[float, float]]) -> str:
    return element("path", class_=f"funnel-line {kind}", d=path(points))


def _notes(limits: Sequence[Limits], frame: _Frame, target: float) -> list[str]:
    """What each line is, at its end."""
    last, shared = limits[-1], {"class_": "funnel-note"}
    ends = (("99.8 %", last.far[1], "-0.5em"), ("95 %", last.near[0], "-0.5em"))
    whole = words("all teams", x="0%", y=f"{frame.y(target):.2f}%", dx=4, dy="-0.5em", **shared)
    return [
        whole,
        *(
            words(text, x="100%", y=f"{frame.y(share):.2f}%", dy=up, text_anchor="end", **shared)
            for text, share, up in ends
        ),
    ]


def _dot(dot: Dot, frame: _Frame) -> str:
    """A disc within noise, a triangle worth a look; a square for the better, a diamond for the worse."""
    x, y = frame.x(dot.n), frame.y(dot.share)
    place = {"x": f"{x:.2f}%", "y": f"{y:.2f}%", "class_": f"funnel-dot is-{dot.tone}"}
    if dot.tone == "plain":
        return element("circle", cx=place["x"], cy=place["y"], r=5, class_=place["class_"])
    turned = {"transform": "rotate(45)"} if dot.tone == "bad" else {}
    mark = element("path", d=path(_TRIANGLE) + "Z", class_=place["class_"])
    if dot.tone != "watch":
        mark = element("rect", x=-5.5, y=-5.5, width=11, height=11, class_=place["class_"], **turned)
    return f'<svg x="{place["x"]}" y="{place["y"]}" overflow="visible" class="funnel-mark">{mark}</svg>'


def _labels(dots: Sequence[Dot], frame: _Frame) -> list[str]:
    """Each beside its dot, moved up or down where another one stands; those apart choose first."""
    taken: list[tuple[float, float, float]] = []
    found = []
    for dot in sorted(dots, key=lambda dot: (dot.tone == "plain", frame.y(dot.share))):
        text = dot.name if len(dot.name) <= _LONGEST else dot.name[: _LONGEST - 1] + "…"
        x, y, width = frame.x(dot.n), frame.y(dot.share), len(text) * _LETTER + 2
        is_left = x + width > 100
        start = x - width if is_left else x
        nudged = next((y + by for by in _NUDGES if _is_free(taken, start, width, y + by)), y)
        taken.append((start, width, nudged))
        found.append(
            words(
                text,
                x=f"{x:.2f}%",
                y=f"{nudged:.2f}%",
                dx=-10 if is_left else 10,
                dy="0.32em",
                text_anchor="end" if is_left else "start",
                class_=f"funnel-name is-{dot.tone}",
            )
        )
    return found


def _is_free(taken: Sequence[tuple[float, float, float]], start: float, width: float, y: float) -> bool:
    if not 2 <= y <= 98:
        return False
    return not any(
        abs(y - at) < _LINE and start < begin + length and begin < start + width
        for begin, length, at in taken
    )


def _tick(frame: _Frame, share: float) -> str:
    y = f"{frame.y(share):.2f}%"
    return words(
        percent(share).text, x="0%", y=y, dx=-8, dy="0.32em", text_anchor="end", class_="funnel-tick"
    )


def _size(frame: _Frame, n: float) -> str:
    x = f"{frame.x(n):.2f}%"
    return words(number(n), x=x, y="100%", dy="1.6em", text_anchor="middle", class_="funnel-tick")


def _ticks(low: float, high: float) -> list[float]:
    """Round shares, a few of them."""
    step = next((step for step in _STEPS if (high - low) / step <= _MOST_TICKS), _STEPS[-1])
    first = int(max(low, 0) / step)
    marks = [step * i for i in range(first, int(1 / step) + 1)]
    return [mark for mark in marks if low <= mark <= high]


def _sizes(most: float) -> list[float]:
    """Round numbers of rows: 0 and a few more."""
    rounds = (digit * 10**power for power in range(9) for digit in (1, 2, 5))
    size = next(size for size in rounds if most / size < _MOST_TICKS)
    return [float(size * i) for i in range(int(most / size) + 1)]
