"""Numbers for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard import format as words
from data.metrics.definition import Unit


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (42.0, Unit.POINTS, "+42"),
        (-12.4, Unit.POINTS, "−12"),
        (0.0, Unit.POINTS, "0"),
        (-0.3, Unit.POINTS, "0"),
        (0.92, Unit.SHARE, "92\u202f%"),
        (1.0, Unit.SHARE, "100\u202f%"),
        (0.0, Unit.SHARE, "0\u202f%"),
        (1204.0, Unit.TICKETS, "1\u202f204"),
        (45.0, Unit.MINUTES, "45\u202fmin"),
        (168.0, Unit.MINUTES, "2.8\u202fh"),
        (240.0, Unit.MINUTES, "4\u202fh"),
        (1560.0, Unit.MINUTES, "26\u202fh"),
        (9360.0, Unit.MINUTES, "6.5\u202fd"),
        (1.5, Unit.DAYS, "36\u202fh"),
        (2.26, Unit.PER_TICKET, "2.3"),
        (14.0, Unit.PER_AGENT, "14.0"),
        (3.04, Unit.PER_AGENT_DAY, "3.0"),
        (1234.4, Unit.HOURS, "1\u202f234\u202fh"),
        (7.0, Unit.HOURS, "7\u202fh"),
        (0.25, Unit.HOURS, "0.2\u202fh"),
        (0.034, Unit.FULL_TIME, "0.03"),
        (1.046, Unit.RATIO, "1.05"),
        (486.7, Unit.PER_YEAR, "487"),
        (640.0, Unit.VALUE, "640"),
        (999.6, Unit.VALUE, "1\u202fk"),
        (86_400.0, Unit.VALUE, "86\u202fk"),
        (999_499.0, Unit.VALUE, "999\u202fk"),
        (999_500.0, Unit.VALUE, "1.0\u202fM"),
        (12.4, Unit.PEOPLE, "12"),
        (None, Unit.POINTS, "—"),
    ],
)
def test_a_value_is_written_with_its_unit(value: float | None, unit: Unit, text: str) -> None:
    assert words.shown(value, unit).text == text


def test_a_gap_carries_its_sign_and_a_true_minus() -> None:
    assert words.shown(-168.0, Unit.MINUTES, is_signed=True).text == "−2.8\u202fh"
    assert words.shown(90.0, Unit.MINUTES, is_signed=True).text == "+1.5\u202fh"


@pytest.mark.parametrize(
    ("share", "text"), [(0.9996, "99.9"), (0.995, "99.5"), (0.0004, "0.1"), (0.004, "0.4"), (0.994, "99")]
)
def test_almost_all_is_not_all_and_almost_none_is_not_none(share: float, text: str) -> None:
    assert words.percent(share).number == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (35, "35\u202fmin"),
        (250, "4\u202fh 10\u202fmin"),
        (1680, "1\u202fd 4\u202fh"),
        (2880, "2\u202fd"),
        (27560, "19\u202fdays"),
    ],
)
def test_a_span_has_two_units_at_most(minutes: float, text: str) -> None:
    assert words.span(minutes) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0\u202fs"),
        (8.9, "8\u202fs"),
        (60, "1\u202fmin"),
        (1560, "26\u202fmin"),
        (3600, "1\u202fh"),
        (172_799, "47\u202fh"),
        (172_800, "2\u202fdays"),
    ],
)
def test_an_age_is_one_number_and_one_unit(seconds: float, text: str) -> None:
    assert words.age(seconds) == text


def test_a_script_gets_the_number_in_full_and_nothing_where_there_is_none() -> None:
    assert [words.raw(value) for value in (137.0, 0.9215, -0.0, None)] == ["137", "0.9215", "0", ""]


def test_one_is_singular() -> None:
    assert [words.plural(count, "answer") for count in (0, 1, 412)] == [
        "0 answers",
        "1 answer",
        "412 answers",
    ]


def test_the_clock_is_that_of_the_reporting_zone() -> None:
    moment = datetime(2026, 7, 18, 22, 30, tzinfo=UTC)
    assert words.clock(moment, "Europe/Berlin") == "00:30"
    assert words.day_and_clock(moment, "Europe/Berlin") == "19 Jul 2026, 00:30"
    assert words.moment(moment, moment + timedelta(hours=20), "Europe/Berlin") == "00:30"
    assert words.moment(moment, moment - timedelta(hours=1), "Europe/Berlin") == "19 Jul 2026, 00:30"
    assert words.iso(moment) == "2026-07-18T22:30:00Z"
