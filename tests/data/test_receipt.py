"""What a receipt says: fractions that give the value, words that judge only what may be judged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from data.metrics import CATALOG
from data.metrics.definition import Change, Direction, Unit
from data.reading import Standing
from data.readings import Readings
from data.receipt import ROWS, Fraction, exactness, formula_of, fraction_of, receipt_of
from data.statistics import Verdict
from tests.clock import StandingClock
from tests.dashboard.readings import BACKLOG, NPS, read
from tests.data.small_world import settings_of
from tests.data.test_readings_add_up import AS_OF, RULES, fill


def test_a_score_is_promoters_less_detractors_of_all_answers() -> None:
    reading = read(NPS, 50.0, 4, counts={"promoters": 3, "passives": 0, "detractors": 1})
    assert fraction_of(reading) == Fraction(2, 4, "promoters less detractors", "answers", 100)


def test_no_value_has_no_fraction() -> None:
    assert fraction_of(read(NPS, None, 0)) is None


@pytest.mark.parametrize("seed", [3, 11])
def test_every_fraction_gives_the_value(sqlite_engine: Engine, seed: int) -> None:
    fill(sqlite_engine, seed)
    seen = set()
    with Readings(sqlite_engine, settings_of(RULES), clock=StandingClock(AS_OF)) as readings:
        for metric in CATALOG:
            reading = readings.read(metric.key, window="all")
            found = fraction_of(reading)
            if found is not None:
                seen.add(metric.unit)
                value = found.scale * found.numerator / found.denominator
                assert value == pytest.approx(reading.value), metric.key
                assert found.above, metric.key
                assert found.below, metric.key
    assert seen >= {Unit.POINTS, Unit.SHARE, Unit.PER_TICKET}


def test_every_metric_has_a_formula_a_version_a_topic_and_a_known_kind_of_row() -> None:
    for metric in CATALOG:
        assert formula_of(metric), metric.key
        assert metric.version >= 1
        assert metric.topic, metric.key
        assert metric.rows in ROWS, metric.key


def test_exact_is_said_and_so_is_how_far_off() -> None:
    assert exactness(0.0) == "exact"
    assert exactness(0.005) == "within 0.5 % of the exact value"
    assert receipt_of(replace(read(BACKLOG, 5.0, 5), relative_error=0.01)).exactness.startswith("within 1 %")


@pytest.mark.parametrize(
    ("difference", "verdict", "direction", "said"),
    [
        (4.0, Verdict.REAL, Direction.HIGHER_IS_BETTER, "real, and better"),
        (4.0, Verdict.REAL, Direction.LOWER_IS_BETTER, "real, and worse"),
        (-4.0, Verdict.REAL, Direction.LOWER_IS_BETTER, "real, and better"),
        (4.0, Verdict.REAL, Direction.NEITHER, "real"),
        (0.0, Verdict.REAL, Direction.LOWER_IS_BETTER, "no change"),
        (4.0, Verdict.NOISE, Direction.HIGHER_IS_BETTER, "within noise"),
        (4.0, Verdict.TOO_FEW, Direction.HIGHER_IS_BETTER, "too few to say"),
    ],
)
def test_a_change_is_better_or_worse_only_where_it_is_real(
    difference: float, verdict: Verdict, direction: Direction, said: str
) -> None:
    metric = replace(NPS, direction=direction)
    reading = read(metric, 42.0, change=Change(difference, verdict))
    assert receipt_of(reading).compared == said


def test_without_a_change_nothing_is_said_of_it() -> None:
    assert receipt_of(read(NPS, 42.0)).compared == ""


def test_what_was_counted_and_left_out_is_said_with_the_reasons() -> None:
    answers = replace(NPS, rows="answer")
    found = receipt_of(read(answers, 42.0, 1, left_out={"no score from 0 to 10": 3}))
    assert (found.counted, found.left_out) == ("1 answer", ((3, "no score from 0 to 10"),))


def test_a_level_has_no_window() -> None:
    assert (receipt_of(read(BACKLOG, 5.0, 5)).is_windowed, receipt_of(read(NPS, 5.0)).is_windowed) == (
        False,
        True,
    )


def test_a_setting_that_a_figure_rests_on_is_named() -> None:
    found = receipt_of(read(BACKLOG, 5.0, 5, counts={"us": 2, "hours_per_week": 40.0}))
    assert found.assumptions == (("hours_per_week", 40.0),)


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_has_words(standing: Standing) -> None:
    assert receipt_of(read(NPS, 42.0, standing=standing)).judged
