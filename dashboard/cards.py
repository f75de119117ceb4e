"""The pieces that every card is made of, in one anatomy: label, value with unit, change, sample, age.

Pure: readings in, components out. The wall and the desk differ by style sheet, not by code. `change_tone`
is the one place that turns a difference into good or bad.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard.picture import Picture
from dashboard.receipt_links import ATTRIBUTE
from dashboard.receipt_query import href_of
from dashboard.stamp import Stamp
from data.metrics.definition import Direction, Unit
from data.reading import Reading
from data.statistics import Verdict as Realness

Children = Any  # what Dash takes as children: text, number, component, list, None


def figure(reading: Reading, stamp: Stamp, *, size: str = "lead", is_signed: bool = False) -> Component:
    """The number itself, with all that scripts and the watchdog need. size: lead, second or inline."""
    text = words.shown(reading.value, reading.metric.unit, is_signed=is_signed)
    return _marked(reading.metric.key, reading.value, text, stamp, size=size, more=_opens(reading))


def figure_of(reading: Reading, stamp: Stamp, text: str) -> Component:
    """An inline figure in words of its own: "19 days", "none"."""
    return _marked(
        reading.metric.key, reading.value, words.Shown(text), stamp, size="inline", more=_opens(reading)
    )


def part(reading: Reading, name: str, stamp: Stamp) -> Component:
    """One of the counts that a reading is made of, inline. Its key is `metric.name`."""
    count = reading.counts.get(name)
    text = words.Shown(words.NOTHING if count is None else words.number(count))
    return _marked(f"{reading.metric.key}.{name}", count, text, stamp, size="inline", more=_whose(reading))


def blank(reading: Reading, stamp: Stamp, headline: str) -> Component:
    """In place of a number that is not there, or that rests on too little: words."""
    more = _opens(reading)
    if reading.value is not None:
        more["data-thin"] = "true"
    return _marked(reading.metric.key, reading.value, words.Shown(headline), stamp, size="blank", more=more)


def counted(key: str, value: float, text: str, stamp: Stamp) -> Component:
    """An inline figure that is no reading of its own, such as a class of ages or the value before."""
    return _marked(key, value, words.Shown(text), stamp, size="inline", more={})


def _marked(
    key: str, value: float | None, text: words.Shown, stamp: Stamp, *, size: str, more: dict[str, str]
) -> Component:
    inner: list[Children] = [html.Span(text.number, className="digits")]
    if text.unit:
        gap = words.NARROW if size == "inline" else ""  # large units are set apart by the style sheet
        inner.append(html.Span(f"{gap}{text.unit}", className="unit"))
    return html.Span(
        inner,
        className=f"fig fig-{size}",
        # A new key makes a new element, so that the style sheet's own deadline starts again.
        key=f"armed {stamp.left_s:.0f}",
        style={"--left": f"{max(stamp.left_s, 0):.0f}s"} if stamp.as_of else {},
        **{"data-metric": key, "data-value": words.raw(value)},
        **stamp.attributes(),
        **more,
    )


def _opens(reading: Reading) -> dict[str, str]:
    """Whose figure it is, and where its receipt is; screens that can be touched make a link of that."""
    href = href_of(reading)
    return _whose(reading) | ({ATTRIBUTE: href} if href else {})


def _whose(reading: Reading) -> dict[str, str]:
    given = {"data-n": str(reading.n)}
    if reading.by is not None and reading.group is not None:
        given |= {"data-by": reading.by, "data-group": reading.group}
    return given


def strong(*children: Children) -> Component:
    return html.B(list(children))


def dotted(pieces: Sequence[Children], *, class_name: str = "sub") -> Component:
    """Pieces in a line with points between them: "between 35 and 49 · 412 answers"."""
    line: list[Children] = []
    for piece in pieces:
        if line:
            line.append(html.Span(" · ", className="sep"))
        line.append(html.Span(piece, className="piece"))
    return html.P(line, className=class_name)


def sample(reading: Reading) -> str:
    """How many rows it rests on: "412 answers", "12 accounts"."""
    if reading.metric.counted_as:
        return words.plural(reading.n, reading.metric.counted_as)
    is_about_answers = reading.metric.dated_by.startswith("respon") or reading.metric.unit is Unit.POINTS
    return words.plural(reading.n, "answer" if is_about_answers else "ticket")


def heading(title: Children, meta: Sequence[str], stamp: Stamp, pill: Children = None) -> Component:
    """A card's head: what it is, over which window, how old, and the change."""
    about: list[Children] = [html.Span(text, className="piece") for text in meta if text]
    about.append(ago(stamp))
    return html.Header(
        [html.Div([html.H2(title, className="sign-title"), html.P(about, className="sign-meta")]), pill],
        className="sign-head",
    )


def ago(stamp: Stamp) -> Component:
    """The age in words; the watchdog keeps it going."""
    if stamp.as_of is None:
        return html.Span("no data yet", className="piece age-of")
    return html.Span(
        [html.Span(words.age(stamp.age_s), className="age"), " ago"],
        className="piece age-of",
        **{"data-age-of": words.iso(stamp.as_of)},
    )


def old_note(stamp: Stamp) -> Component | None:
    """What takes a figure's place when it is old. Hidden until then by the style sheet."""
    if stamp.as_of is None:
        return None
    return html.P(
        [
            html.Span(words.age(stamp.age_s), className="age"),
            " old",
            html.Span(f" · {stamp.blame or 'no newer figures arrive'}", className="blame"),
            html.Span(" · no connection to Barometer", className="blame-link"),
        ],
        className="old-note",
        **{"data-age-of": words.iso(stamp.as_of)},
    )


def pill(children: Children, tone: str) -> Component:
    """A short judgement. The words carry it; the tone only helps."""
    return html.Span(children, className=f"pill tone-{tone}")


def arrow(difference: float) -> list[Children]:
    """▲ or ▼, and the word for those who hear it."""
    if difference == 0:
        return []
    is_up = difference > 0
    return [
        html.Span("▲" if is_up else "▼", className="arrow", **{"aria-hidden": "true"}),
        html.Span("up " if is_up else "down ", className="heard"),
    ]


def change_pill(reading: Reading) -> Component | None:
    """How it moved against the window before, and whether that is real. None: nothing to compare."""
    change = reading.change
    if change is None or reading.value is None:
        return None
    if change.verdict is Realness.TOO_FEW:
        return pill("too few to compare", "plain")
    size = words.shown(abs(change.difference), reading.metric.unit).text.lstrip("+")
    verdict = "real" if change.verdict is Realness.REAL else "within noise"
    return pill([*arrow(change.difference), f"{size} {verdict}"], change_tone(reading))


def change_tone(reading: Reading) -> str:
    """good, bad or plain: only a real change, and only in the metric's own direction."""
    change = reading.change
    if change is None or change.verdict is not Realness.REAL or change.difference == 0:
        return "plain"
    return _tone(change.difference, reading.metric.direction)


def level_tone(reading: Reading) -> str:
    """For levels, whose steps are counted and need no test: worse is something to watch."""
    if reading.value is None or reading.previous is None or reading.value == reading.previous:
        return "plain"
    return _tone(reading.value - reading.previous, reading.metric.direction, worse="watch")


def _tone(difference: float, direction: Direction, *, worse: str = "bad") -> str:
    if direction is Direction.NEITHER:
        return "plain"
    is_better = (difference > 0) == (direction is Direction.HIGHER_IS_BETTER)
    return "good" if is_better else worse


def drawing(svg: str, class_name: str = "picture") -> Component | None:
    """A picture, or nothing where there is nothing to draw."""
    return Picture(svg, class_name) if svg else None


def sign(name: str, label: str, children: Sequence[Children], *, is_thin: bool = False) -> Component:
    """The card of one vital sign."""
    return html.Section(
        [child for child in children if child is not None],
        className=f"sign sign-{name}" + (" is-thin" if is_thin else ""),
        **{"data-sign": name, "aria-label": label},
    )
