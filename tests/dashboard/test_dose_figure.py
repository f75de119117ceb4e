"""The figure of dose and response: what Plotly takes, in the theme's colours, also without answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.figures.dose import EMPTY, THIN, dose, worth_in_words
from dashboard.theme import PALETTES, Palette
from data.dose import DoseCurve, curve_of, dose_of

CURVE = curve_of(
    Counter(
        {
            (dose_of(0.5), 100.0): 40, (dose_of(0.5), -100.0): 10, (dose_of(0.7), 0.0): 30,
            (dose_of(1.5), 100.0): 5, (dose_of(1.5), -100.0): 35,
        }
    )
)  # fmt: skip


def colours(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set().union(*(colours(item) for item in node.values()))
    if isinstance(node, list):
        return set().union(*(colours(item) for item in node))
    return {node} if isinstance(node, str) and node.startswith("#") else set()


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_plotly_takes_the_figure_and_every_colour_is_a_token(palette: Palette) -> None:
    figure = dose(CURVE, palette)
    assert len(go.Figure(figure).data) == 4
    assert colours(figure)
    assert colours(figure) <= set(asdict(palette).values())


def test_the_line_falls_inside_its_band_and_the_target_stands_between_kept_and_broken() -> None:
    figure = dose(CURVE, PALETTES["light"])
    high, low, line, marks = figure["data"]
    assert line["y"] == sorted(line["y"], reverse=True) == [60, 0, -75]
    assert all(a >= b >= c for a, b, c in zip(high["y"], line["y"], low["y"], strict=True))
    assert line["x"] == ["¼ to ½ of target", "½ to 1 of target", "1 to 2 times target"]
    assert figure["layout"]["shapes"][0]["x0"] == 1.5
    assert marks["text"][0].startswith("¼ to ½ of target<br>NPS +60 of 50 answers<br>curve +60, between +")


def test_the_worth_of_half_the_time_is_said_with_its_interval() -> None:
    words = worth_in_words(CURVE)
    assert words.startswith("Half the time goes along with +")
    assert "between" in words
    assert "120 answers" in words


def test_few_answers_or_none_are_said_in_words() -> None:
    few = curve_of(Counter({(dose_of(0.5), 100.0): 4, (dose_of(2.0), 0.0): 4}))
    assert dose(few, PALETTES["dark"])["layout"]["annotations"][0]["text"] == THIN
    empty = go.Figure(dose(DoseCurve(), PALETTES["dark"]))
    assert (len(empty.data), empty.layout.annotations[0].text) == (0, EMPTY)


def test_words_that_a_class_might_be_given_stay_words() -> None:
    hostile = replace(CURVE, points=tuple(replace(p, words="<img src=x>") for p in CURVE.points))
    figure = dose(hostile, PALETTES["light"])
    assert "<img" not in str(figure)
    assert "&lt;img" in figure["data"][-1]["text"][0]
