"""How did the SLA clock run? The life of one ticket as a strip: counted, paused, closed, past its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dashboard.figures.svg import element, picture
from data import strip_words
from data.strip import Event, Mark, What, Working

_MOST = 240  # rectangles: beyond, neighbours are drawn as one
_IDLE = 1 / 8  # of all that was counted: no wider is a night or a pause drawn
_MOST_SAID = 60  # lines: beyond, the text is the summary alone
_TICK = 0.3  # per cent of the width

_HUES = {
    What.PAUSED: "strip-paused",
    What.ENDED: "strip-ended",
    What.CLOSED: "strip-closed",
    What.HOLIDAY: "strip-holiday",
}
_HEIGHTS = {"strip-ended": {"y": "42%", "height": "16%"}}  # a thread: no clock runs there


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle: its moments, its place and width in per cent, its class, and what seconds it counts."""

    start: datetime
    end: datetime
    x: float
    width: float
    hue: str
    counted_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Axis:
    """Where a moment of the ticket's life is drawn; whatever stands below the strip shares it."""

    blocks: tuple[Block, ...]

    def place(self, at: datetime) -> float | None:
        """Per cent from the left; None for a moment outside the strip."""
        for block in self.blocks:
            if block.start <= at <= block.end:
                share = (at - block.start) / (block.end - block.start)
                return block.x + share * block.width
        return None


def axis_of(working: Working) -> Axis:
    """The blocks side by side, a hundred per cent wide; none for a life without length."""
    blocks = _blocks(working)
    total = sum(block.width for block in blocks)
    places, x = [], 0.0
    for block in blocks if total else ():
        width = 100.0 * block.width / total
        places.append(replace(block, x=x, width=width))
        x += width
    return Axis(tuple(places))


def strip(working: Working) -> str:
    """The strip as SVG, its label the lines of data/strip_words.py; "" for a life without length.

    What is counted is drawn to scale. A night, a pause or a holiday is drawn at most an eighth as wide as
    all that is counted, so that a long one leaves room for the rest. Ticks: each target as it was applied,
    changes of the clock, and the moment at which the target broke.
    """
    axis = axis_of(working)
    if not axis.blocks:
        return ""
    body = [
        element(
            "rect", class_=block.hue, x=f"{block.x:.2f}%", width=f"{block.width:.2f}%",
            **_HEIGHTS.get(block.hue, {"y": "14%", "height": "72%"}),
        )
        for block in axis.blocks
    ]  # fmt: skip
    body += [_tick(mark, place) for mark in working.marks if (place := axis.place(mark.at)) is not None]
    return picture(_label(working), "".join(body), kind="strip")


def _label(working: Working) -> str:
    said = strip_words.lines(working)
    if len(said) > _MOST_SAID:
        said = [strip_words.summary(working), f"The clock's working has {len(said)} lines."]
    return " ".join(line if line.endswith(".") else f"{line}." for line in said)


def _blocks(working: Working) -> list[Block]:
    """In seconds as wide as they are drawn, not yet in their places."""
    counted = working.elapsed_seconds
    found: list[Block] = []
    for item in working.intervals:
        is_counted = item.what in (What.COUNTED, What.FOLDED)
        tone = "bad" if item.is_over else "good"
        hue = f"strip-counted hue-{tone}" if is_counted else _HUES[item.what]
        seconds = item.counted_seconds or item.seconds
        width = seconds if is_counted or not counted else min(seconds, counted * _IDLE)
        found.append(Block(item.start, item.end, 0.0, width, hue, item.counted_seconds))
    while len(found) > _MOST:
        found = _joined(found)
    return found


def _joined(blocks: Sequence[Block]) -> list[Block]:
    """Half as many: each two as one, in the colour of the wider."""
    pairs = [blocks[i : i + 2] for i in range(0, len(blocks), 2)]
    return [
        Block(
            pair[0].start, pair[-1].end, 0.0, sum(block.width for block in pair),
            max(pair, key=lambda block: block.width).hue, sum(block.counted_seconds for block in pair),
        )
        for pair in pairs
    ]  # fmt: skip


def _tick(mark: Mark, x: float) -> str:
    kind = {Event.TARGET: "target", Event.BROKE: "broke"}.get(mark.event, "change")
    left = min(max(x - _TICK / 2, 0.0), 100.0 - _TICK)
    return element(
        "rect",
        class_=f"strip-tick strip-{kind}",
        x=f"{left:.2f}%",
        width=f"{_TICK:.2f}%",
        y="0%",
        height="100%",
    )
