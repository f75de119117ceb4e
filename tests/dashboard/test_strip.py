"""The strip of one ticket's SLA clock, as data."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from dashboard.figures.strip import strip
from data import strip_words
from data.records import Clock, Measure, State
from data.strip import Event, Interval, Mark, Promise, What, Working
from tests.dashboard.readings import AT, HOSTILE

HOUR = timedelta(hours=1)
Piece = tuple[What, float]


def working(*pieces: Piece, over_from: int = 99, marks: tuple[Mark, ...] = (), name: str = "") -> Working:
    """Stretches of so many hours, one after the other; from number `over_from` on past the target."""
    at, intervals = AT, []
    for number, (what, hours) in enumerate(pieces):
        end = at + hours * HOUR
        counted = round(hours * 3600) if what is What.COUNTED else 0
        intervals.append(
            Interval(
                start=at, end=end, what=what, state=State.OPEN, counted_seconds=counted,
                is_over=number >= over_from, name=name,
            )
        )  # fmt: skip
        at = end
    return Working(
        source="desk", ticket_id="1", measure=Measure.RESOLUTION, promise=None, calendar="Office",
        calendar_zone="UTC", time_zone="UTC", start=AT, end=at, ended_at=None, intervals=tuple(intervals),
        marks=marks, gap_minutes=None, is_met=None, due_at=None, theirs=None, notes=(),
    )  # fmt: skip


def rects(svg: str, kind: str = "") -> list[ElementTree.Element]:
    return [node for node in ElementTree.fromstring(svg) if kind in node.get("class", "")]


def number(node: ElementTree.Element, name: str) -> float:
    return float(node.get(name, "").rstrip("%"))


def test_what_is_counted_is_drawn_to_scale_and_a_long_night_leaves_room_for_it() -> None:
    drawn = rects(strip(working((What.COUNTED, 2), (What.CLOSED, 60), (What.COUNTED, 6))))
    widths = [number(node, "width") for node in drawn]
    assert widths[2] == pytest.approx(3 * widths[0], abs=0.05)
    assert widths[1] == pytest.approx(widths[0] / 2, abs=0.05)  # an eighth of 8 hours
    assert sum(widths) == pytest.approx(100, abs=0.05)
    assert number(drawn[2], "x") == pytest.approx(widths[0] + widths[1], abs=0.05)


def test_each_kind_of_stretch_has_a_class_of_its_own() -> None:
    drawn = rects(
        strip(
            working(
                *((what, 1.0) for what in What if what is not What.FOLDED), (What.COUNTED, 1), over_from=5
            )
        )
    )
    assert [node.get("class") for node in drawn] == [
        "strip-counted hue-good", "strip-paused", "strip-ended", "strip-closed", "strip-holiday",
        "strip-counted hue-bad",
    ]  # fmt: skip


def test_the_moment_of_the_break_is_a_tick_at_its_place() -> None:
    broke = Mark(at=AT + HOUR, event=Event.BROKE)
    outside = Mark(at=AT + 9 * HOUR, event=Event.CLOCK_CHANGE, shift_minutes=60, zone="Europe/London")
    svg = strip(working((What.COUNTED, 4), marks=(broke, outside)))
    ticks = rects(svg, "strip-tick")
    assert [(tick.get("class"), number(tick, "x")) for tick in ticks] == [("strip-tick strip-broke", 24.85)]


def test_a_paused_life_is_drawn_though_nothing_was_counted() -> None:
    assert [number(node, "width") for node in rects(strip(working((What.PAUSED, 3))))] == [100]


def test_a_life_without_length_is_no_strip() -> None:
    assert strip(working()) == ""


def test_a_life_of_very_many_stretches_stays_a_small_picture() -> None:
    svg = strip(working(*[(What.COUNTED, 8.0), (What.CLOSED, 16.0)] * 2000))
    assert len(rects(svg)) <= 240
    assert sum(number(node, "width") for node in rects(svg)) == pytest.approx(100, abs=2)


def test_the_text_says_what_the_picture_shows() -> None:
    found = working((What.COUNTED, 2), (What.PAUSED, 1))
    label = ElementTree.fromstring(strip(found)).get("aria-label") or ""
    assert label.startswith("Counted 2 h. ")
    assert all(line in label for line in strip_words.lines(found))


def test_a_life_in_very_many_words_is_summed_up() -> None:
    svg = strip(working(*[(What.COUNTED, 1.0), (What.PAUSED, 1.0)] * 100))
    assert ElementTree.fromstring(svg).get("aria-label") == (
        "Counted 100 h. The clock's working has 201 lines."
    )


def test_hostile_names_stay_text() -> None:
    promise = Promise(
        measure=Measure.RESOLUTION, origin="source", applied_at=AT, clock=Clock.BUSINESS, target_minutes=60,
        due_at=None, policy=HOSTILE, priority=HOSTILE, is_in_force=True,
    )  # fmt: skip
    mark = Mark(at=AT, event=Event.TARGET, promise=promise)
    root = ElementTree.fromstring(strip(working((What.HOLIDAY, 2), marks=(mark,), name=HOSTILE)))
    assert (root.get("aria-label") or "").count(HOSTILE) == 3
    assert {node.tag for node in root} == {"rect"}
    assert all(not node.text for node in root.iter())
