"""The small pictures, as data."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from dashboard.figures.bars import Part, parts_bar
from dashboard.figures.bullet import bullet
from dashboard.figures.dial import dial
from dashboard.figures.sparkline import limits_of, sparkline
from data.board import Point
from data.verdict import Tendency, Weather
from tests.dashboard.readings import AT, HOSTILE


def points(*values: float | None) -> list[Point]:
    return [Point(AT + timedelta(days=i), value) for i, value in enumerate(values)]


def elements(svg: str, kind: str) -> list[ElementTree.Element]:
    return [node for node in ElementTree.fromstring(svg) if kind in node.get("class", "").split()]


def test_a_trend_runs_from_left_to_right_and_its_dot_is_at_the_end() -> None:
    svg = sparkline(points(0, 10, 5), label="x")
    assert elements(svg, "spark-line")[0].get("d") == "M0 92L150 8L300 50"
    assert elements(svg, "spark-dot")[0].get("d") == "M300.00 50.00h0"


def test_a_gap_in_the_values_stays_a_gap_in_the_line() -> None:
    assert len(elements(sparkline(points(1, 2, None, 3, 4), label="x"), "spark-line")) == 2


def test_one_point_is_no_trend() -> None:
    assert sparkline(points(None, 3, None), label="x") == ""


def test_a_band_is_drawn_only_where_both_ends_are_known() -> None:
    banded = [Point(AT, 5, 1, 9), Point(AT, 6, 2, 10), Point(AT, 7)]
    assert len(elements(sparkline(banded, label="x"), "spark-band")) == 1
    assert elements(sparkline(points(1, 2), label="x"), "spark-band") == []


def test_two_trends_on_shared_limits_compare() -> None:
    low, high = points(0, 10), points(50, 100)
    limits = limits_of([low, high])
    heights = [
        float(
            re.findall(
                r"[\d.]+", elements(sparkline(trend, label="x", limits=limits), "spark-dot")[0].get("d", "")
            )[1]
        )
        for trend in (low, high)
    ]
    assert limits == (0, 100)
    assert heights == [pytest.approx(83.6), 8.0]


def test_the_target_belongs_to_the_limits() -> None:
    assert limits_of([points(0.8, 0.9)], target=0.95) == (0.8, 0.95)
    assert limits_of([points(3, 3)]) == (2, 4)
    assert limits_of([]) == (0, 1)


def test_parts_are_as_long_as_their_shares_and_fill_the_bar() -> None:
    rects = elements(
        parts_bar([Part(1, "a", "bad"), Part(0, "b", "plain"), Part(3, "c", "good")], label="x"), "part"
    )
    starts = [float(rect.get("x", "").rstrip("%")) for rect in rects]
    widths = [float(rect.get("width", "").rstrip("%")) for rect in rects]
    assert widths[1] == pytest.approx(3 * widths[0], abs=0.05)
    assert starts[1] + widths[1] == pytest.approx(100, abs=0.05)


def test_nothing_counted_is_no_bar() -> None:
    assert parts_bar([Part(0, "a", "good")], label="x") == ""


@pytest.mark.parametrize(
    ("median", "p90", "bar", "whisker"),
    [(60, 90, "good", "good"), (60, 150, "good", "bad"), (130, 150, "bad", "bad")],
)
def test_a_bullet_turns_bad_past_its_target(median: float, p90: float, bar: str, whisker: str) -> None:
    svg = bullet(median, p90, 120, label="x")
    assert elements(svg, "bullet-bar")[0].get("class") == f"bullet-bar hue-{bar}"
    assert elements(svg, "bullet-whisker")[0].get("class") == f"bullet-whisker hue-{whisker}"


def test_a_bullet_far_past_its_target_claims_no_end() -> None:
    svg = bullet(100, 10_000, 120, label="x")
    assert elements(svg, "bullet-dot") == []
    assert elements(svg, "bullet-whisker")[0].get("x2") == "99.00%"


def test_every_row_has_its_target_at_the_same_place() -> None:
    places = {elements(bullet(5, 9, target, label="x"), "bullet-target")[0].get("x") for target in (10, 2400)}
    assert places == {"65.70%"}


@pytest.mark.parametrize("weather", [Weather.STORM, Weather.RAIN, Weather.CHANGE, Weather.FAIR])
def test_the_dial_lights_one_zone_and_has_a_needle(weather: Weather) -> None:
    svg = dial(weather, Tendency.STEADY, label="x")
    assert len(elements(svg, "is-here")) == len(elements(svg, "dial-needle")) == 1


def test_the_needle_leans_the_way_it_moves() -> None:
    tips = [
        float(elements(dial(Weather.CHANGE, tendency, label="x"), "dial-needle")[0].get("x2", ""))
        for tendency in (Tendency.FALLING, Tendency.STEADY, Tendency.RISING)
    ]
    assert tips == sorted(tips)
    assert len(set(tips)) == 3


def test_unknown_weather_has_no_needle() -> None:
    svg = dial(Weather.UNKNOWN, Tendency.STEADY, label="x")
    assert elements(svg, "dial-needle") == elements(svg, "is-here") == []


@pytest.mark.parametrize(
    "svg",
    [
        sparkline(points(1, 2), label=HOSTILE, hue=HOSTILE),
        parts_bar([Part(1, HOSTILE, HOSTILE)], label=HOSTILE),
        bullet(1, 2, 3, label=HOSTILE),
        dial(Weather.FAIR, Tendency.RISING, label=HOSTILE),
    ],
)
def test_a_hostile_label_stays_a_label(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    assert root.get("aria-label") == HOSTILE
    assert root.get("role") == "img"
    assert {node.tag for node in root} <= {"path", "rect", "line", "circle"}
    assert all(not node.text for node in root.iter())
