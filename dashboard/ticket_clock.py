"""The SLA clock of one ticket on a screen: the strip with its words, the stations below it, and the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from dash import html
from dash.development.base_component import Component

from dashboard import cards
from dashboard import format as words
from dashboard.cards import Children
from dashboard.figures.stations import Placed, placed, stations_figure
from dashboard.figures.strip import Axis, axis_of, strip
from dashboard.tables import cell, named, row, rows_table
from data import strip_words
from data.records import Measure
from data.strip import Event, Working
from data.strip_words import Told, told
from data.ticket_stations import Station

MOST_ROWS = 200
FOLDED_FROM = 25
"""From so many rows on the table is opened by hand."""

ALWAYS = "24/7"
"""What a clock without working hours goes by."""

MEASURES = {
    Measure.RESOLUTION: "Resolution",
    Measure.REQUESTER_WAIT: "Requester wait",
    Measure.AGENT_WORK: "Agent work",
    Measure.FIRST_REPLY: "First reply",
    Measure.NEXT_REPLY: "Last next reply",
}
_KINDS = {
    "strip-counted hue-good": "counted",
    "strip-counted hue-bad": "past the target",
    "strip-paused": "paused",
    "strip-closed": "closed",
    "strip-holiday": "holiday",
    "strip-ended": "solved",
}
_OVER = "strip-counted hue-bad"
_AT_DESK, _ON_PHONE = (0.62, 1.4), (1.8, 3.8)  # per cent of the strip: a letter, and what is around a word
_MOST_LETTERS = 16  # of a name: beyond, it may be cut
_TIME_WIDTH = 15.0  # that a time needs


def clock_card(
    working: Working, stations: Sequence[Station], *, is_first: bool, notes: Sequence[str] = ()
) -> Component:
    """One promise. stations: drawn below the strip, to the same scale; none for other times."""
    axis = axis_of(working)
    title = "How the SLA clock ran" if is_first else MEASURES.get(working.measure or Measure.RESOLUTION, "")
    head = html.Header(
        [
            html.Div(
                [html.H2(title, className="sign-title"), html.P(_about(working), className="sign-meta")]
            ),
            _ending(working),
        ],
        className="evidence-head",
    )
    drawn = _figure(working, axis, stations) if axis.blocks else _no_length()
    said = [html.P(text, className="hint") for text in [*strip_words.theirs(working), *working.notes, *notes]]
    return html.Section(
        [head, drawn, _table(working), *said], className="card clock", **{"aria-label": f"SLA: {title}"}
    )


def _about(working: Working) -> list[Children]:
    """Which promise, of whom, by which clock."""
    promise, pieces = working.promise, list[str]()
    if working.measure is not None:
        pieces.append(MEASURES[working.measure].lower())
    if promise is not None and promise.target_minutes is not None:
        pieces.append(f"target {clocked(promise.target_minutes)}")
    elif promise is not None and promise.due_at is not None:
        pieces.append(f"due {strip_words.when(promise.due_at, working)}")
    if promise is not None:
        pieces.append("of the settings" if promise.origin == "settings" else "of the helpdesk")
        pieces += [f"policy “{promise.policy}”"] if promise.policy else []
        pieces.append(_since(working))
    is_always = working.calendar == ALWAYS
    pieces.append("around the clock" if is_always else f"by {working.calendar}, {working.calendar_zone}")
    return [html.Span(piece, className="piece") for piece in pieces if piece]


def _since(working: Working) -> str:
    """Since when the target is in force."""
    promise = working.promise
    if promise is None:
        return ""
    if promise.applied_at <= working.start:
        return "in force since the beginning"
    return f"in force since {strip_words.when(promise.applied_at, working)}"


def _ending(working: Working) -> Component:
    """Over or under, in words."""
    promise = working.promise
    if working.gap_minutes is not None:
        size, is_over = abs(working.gap_minutes), working.gap_minutes > 0
        length = clocked(size) if size >= 1 or size == 0 else "under a minute"
        of = f" {clocked(promise.target_minutes)}" if promise and promise.target_minutes else " target"
        return cards.pill(f"{length} {'over' if is_over else 'inside'}{of}", "bad" if is_over else "good")
    if working.is_met is not None:
        return cards.pill(
            "target kept" if working.is_met else "target broken", "good" if working.is_met else "bad"
        )
    if working.broke_at is not None:
        return cards.pill("broken, and still running", "bad")
    if working.due_at is not None and working.ended_at is None:
        return cards.pill(f"due {strip_words.when(working.due_at, working)}", "plain")
    if promise is None:
        return cards.pill("no target", "plain")
    return cards.pill("no outcome" if working.ended_at else "paused", "plain")


def _no_length() -> Component:
    return html.P("Nothing is known of how long this took, so there is nothing to draw.", className="hint")


def _figure(working: Working, axis: Axis, stations: Sequence[Station]) -> Component:
    """All of it to one scale, the words of blocks where there is room for them."""
    hands = placed(stations, axis)
    inner: list[Children] = [
        _target(working, axis),
        html.Div([cards.drawing(strip(working), "strip-picture"), *_labels(axis)], className="strip-row"),
        html.Div(list(_times(working, axis)), className="strip-times", **{"aria-hidden": "true"}),
    ]
    if hands:
        label = "Who had it: " + ", then ".join(holder(item.station) for item in hands) + "."
        drawing = cards.drawing(stations_figure(hands, label), "stations-picture")
        inner.append(html.Div([drawing, *_hands(hands)], className="stations-row"))
    inner.append(_legend(axis))
    return html.Div([item for item in inner if item is not None], className="clock-figure")


def _target(working: Working, axis: Axis) -> Component | None:
    """The words above the moment at which the target broke."""
    mark = next((mark for mark in working.marks if mark.event is Event.BROKE), None)
    at = axis.place(mark.at) if mark is not None else None
    if mark is None or at is None:
        return None
    minutes = working.promise.target_minutes if working.promise else None
    text = f"target {clocked(minutes)} used up" if minutes else "the target broke"
    text += f", {strip_words.when(mark.at, working)}"
    side = {"right": f"{100 - at:.2f}%"} if at > 50 else {"left": f"{at:.2f}%"}
    return html.Div(
        html.Span(text, style=side, className="strip-target"),
        className="strip-above",
        **{"aria-hidden": "true"},
    )


def _labels(axis: Axis) -> Iterator[Component]:
    """The words of each run of alike blocks, where there is room for them."""
    for hue, run in groupby(axis.blocks, key=lambda block: block.hue):
        blocks = list(run)
        width, counted = sum(block.width for block in blocks), sum(block.counted_seconds for block in blocks)
        kind = _KINDS.get(hue, "")
        text = f"{'+' if hue == _OVER else ''}{clocked(counted / 60)}" if counted else kind
        if text and _fits(len(text), width, _AT_DESK):
            yield _overlay(text, blocks[0].x, width, f"on-{kind.split()[0]}")


def _hands(places: Sequence[Placed]) -> Iterator[Component]:
    for item in places:
        text = holder(item.station)
        if _fits(min(len(text), _MOST_LETTERS), item.width, _AT_DESK):
            yield _overlay(text, item.x, item.width, "on-station")


def _fits(letters: int, width: float, room: tuple[float, float]) -> bool:
    return letters * room[0] + room[1] <= width


def _overlay(text: str, x: float, width: float, name: str) -> Component:
    return html.Span(
        text,
        className=f"strip-word {name}"
        + ("" if _fits(min(len(text), _MOST_LETTERS), width, _ON_PHONE) else " wide-only"),
        style={"left": f"{x:.2f}%", "width": f"{width:.2f}%"},
        **{"aria-hidden": "true"},
    )


def _times(working: Working, axis: Axis) -> Iterator[Component]:
    """Where stretches begin, as far as there is room, and the end; a phone has room for fewer."""
    last, last_narrow, day = -_TIME_WIDTH, -2.5 * _TIME_WIDTH, ""
    for block in axis.blocks:
        if block.x - last < _TIME_WIDTH or block.x > 100 - _TIME_WIDTH:
            continue
        date, clock = _day_and_clock(block.start, working)
        is_narrow = block.x - last_narrow >= 2.5 * _TIME_WIDTH and block.x < 100 - 2 * _TIME_WIDTH
        yield _time(clock if date == day else f"{date} {clock}", {"left": f"{block.x:.2f}%"}, is_narrow)
        last, day = block.x, date
        last_narrow = block.x if is_narrow else last_narrow
    if last < 100 - 2 * _TIME_WIDTH:
        yield _time(" ".join(_day_and_clock(working.end, working)), {"right": "0"}, False)


def _time(text: str, style: dict[str, str], is_narrow: bool) -> Component:
    return html.Span(text, className="strip-time" + ("" if is_narrow else " wide-only"), style=style)


def _day_and_clock(at: datetime, working: Working) -> tuple[str, str]:
    """ "Thu 30 Apr", "09:00": the year and the seconds are in the table."""
    *date, clock = strip_words.when(at, working).split(" ", 4)
    return " ".join(date[:3]), clock[:5]


def clocked(minutes: float) -> str:
    """A length on the clock of a promise, in hours: a day of working hours is not 24 of them."""
    hours, rest = divmod(round(minutes), 60)
    parts = [f"{words.number(hours)}{words.NARROW}h"] * bool(hours)
    return " ".join(parts + [f"{rest}{words.NARROW}min"] * (bool(rest) or not hours))


def _legend(axis: Axis) -> Component:
    hues = {block.hue for block in axis.blocks}
    return html.P(
        [
            html.Span(
                [html.Span(className=f"swatch on-{word.split()[0]}", **{"aria-hidden": "true"}), word],
                className="key",
            )
            for hue, word in _KINDS.items()
            if hue in hues
        ],
        className="strip-legend",
    )


def holder(station: Station) -> str:
    """ "Front desk · Ana"; nobody in words."""
    return " · ".join(name for name in (station.team, station.assignee) if name) or "nobody yet"


def _table(working: Working) -> Component | None:
    """The working, line by line; a long one is opened by hand."""
    items = told(working)
    if not items:
        return None
    lines = rows_table(
        "The clock's working, line by line",
        ("From", "What", "Why", "Counted", "Sum"),
        list(_rows(items[:MOST_ROWS], working)),
        label="The clock's working",
        class_name="rows working",
    )
    rest = len(items) - MOST_ROWS
    if rest > 0:
        more = f"And {words.plural(rest, 'more line')}. The sum of all: {strip_words.summary(working)}"
        lines = html.Div([lines, html.P(more, className="hint")])
    if len(items) < FOLDED_FROM:
        return lines
    return html.Details(
        [html.Summary(f"The working, line by line ({words.number(len(items))})"), lines],
        className="why-clock",
    )


def _rows(items: Sequence[Told], working: Working) -> Iterator[Component]:
    """One row each; the day is said where it changes."""
    day: list[str] = []
    for item in items:
        *date, clock = strip_words.when(item.start, working).split(" ", 4)
        shown = clock if date == day else " ".join([*(date[:3] if day[3:] == date[3:] else date), clock])
        day = date
        what = f"{item.what}, over" if item.is_over and item.what == "counted" else item.what
        is_mark = item.end is None
        cells = [
            cell("What", what, className="col-what"),
            cell("Why", item.why, className="col-why", **({"colSpan": "3"} if is_mark else {})),
        ]
        if not is_mark:
            tone = " tone-text-bad" if item.is_over else ""
            for name, seconds, more in (
                ("Counted", item.counted_seconds, ""),
                ("Sum", item.total_seconds, tone),
            ):
                text = strip_words.length(seconds) if seconds else "0"
                cells.append(cell(name, text, className=f"col-number{more}"))
        yield row(named(shown, className="col-from"), *cells, className="is-mark" if is_mark else "")
