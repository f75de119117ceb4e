"""Calendars whose hours change at some moment: by hand, and against a count minute by minute."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.hours import Calendar, parse_hours
from data.open_time import midnight_of
from data.stretches import Why, stretches
from data.zones import load_zone
from tests.data.test_hours_counted import counted_by_hand, intervals, zones_and_days

OFFICE = Calendar.weekly("Office", "Europe/London", parse_hours("mon-fri 09:00-17:00"))
LATE = Calendar.weekly("Office", "Europe/London", parse_hours("mon-fri 12:00-20:00"))
CLOSED = Calendar.weekly("Office", "Europe/London", [])
WEDNESDAY = date(2024, 1, 17)


def epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def from_day(day: date, zone: str = "Europe/London") -> int:
    return midnight_of(load_zone(zone), day.toordinal() - date(1970, 1, 1).toordinal())


def later(*changes: tuple[int, Calendar], first: Calendar = OFFICE) -> Calendar:
    return Calendar.dated(first, changes)


def test_each_day_goes_by_the_hours_of_then() -> None:
    made = later((from_day(WEDNESDAY), LATE))
    assert made.seconds_between(epoch("2024-01-16"), epoch("2024-01-16T12:00")) == 3 * 3600
    assert made.seconds_between(epoch("2024-01-17"), epoch("2024-01-17T12:00")) == 0
    assert made.seconds_between(epoch("2024-01-16T16:00"), epoch("2024-01-17T13:00")) == 2 * 3600


def test_a_deadline_runs_over_the_change() -> None:
    made = later((from_day(WEDNESDAY), LATE))
    assert made.add_seconds(epoch("2024-01-16T16:00"), 2 * 3600) == epoch("2024-01-17T13:00")


def test_hours_that_change_while_they_are_open_do_not_close_in_between() -> None:
    made = later((epoch("2024-01-16T13:00"), LATE))
    assert list(made.open_spans(epoch("2024-01-16"), epoch("2024-01-17"))) == [
        (epoch("2024-01-16T09:00"), epoch("2024-01-16T20:00"))
    ]


def test_several_changes_hold_one_after_the_other() -> None:
    made = later((epoch("2024-01-16"), CLOSED), (epoch("2024-01-18"), LATE))
    days = [epoch(f"2024-01-{day}") for day in (15, 16, 17, 18, 19)]
    assert [made.seconds_between(day, day + 86400) for day in days] == [28800, 0, 0, 28800, 28800]
    assert [made.at(day).intervals == LATE.intervals for day in days] == [False, False, False, True, True]
    assert made.at(days[0]) == OFFICE


def test_a_move_to_another_zone_moves_the_hours() -> None:
    berlin = Calendar.weekly("Office", "Europe/Berlin", parse_hours("mon-fri 09:00-17:00"))
    made = later((from_day(WEDNESDAY, "Europe/Berlin"), berlin))
    assert made.is_open(datetime(2024, 1, 16, 16, 30, tzinfo=UTC))
    assert made.is_open(datetime(2024, 1, 17, 8, 30, tzinfo=UTC))
    assert not made.is_open(datetime(2024, 1, 17, 16, 30, tzinfo=UTC))


def test_holidays_belong_to_the_hours_of_their_time() -> None:
    new = Calendar.weekly("Office", "Europe/London", OFFICE.intervals, [date(2024, 1, 16), date(2024, 1, 18)])
    made = later((from_day(WEDNESDAY), new))
    days = [epoch(f"2024-01-{day}") for day in (16, 18)]
    assert [made.seconds_between(day, day + 86400) for day in days] == [28800, 0]
    assert [made.day_off(date(2024, 1, day)) for day in (16, 17, 18)] == [None, None, ""]


def test_long_before_and_long_after_the_change_the_weeks_repeat() -> None:
    short = Calendar.weekly("Office", "UTC", parse_hours("mon 09:00-10:00"))
    made = Calendar.dated(Calendar.weekly("Office", "UTC", OFFICE.intervals), [(epoch("2024-01-15"), short)])
    weeks = (epoch("9999-12-27") - epoch("2024-01-15")) // (7 * 86400)  # both are Mondays
    assert made.seconds_between(epoch("2024-01-15"), epoch("9999-12-27")) == weeks * 3600
    assert made.seconds_between(epoch("0001-01-01"), epoch("2024-01-15")) == 738_899 // 7 * 40 * 3600
    assert made.add_seconds(epoch("2024-01-15"), weeks * 3600) == epoch("9999-12-20T10:00")


def test_after_the_last_closing_no_deadline_comes_and_what_is_left_before_it_does() -> None:
    made = later((from_day(WEDNESDAY), CLOSED))
    assert made.add_seconds(epoch("2024-01-16T16:00"), 3600) == epoch("2024-01-16T17:00")
    assert made.add_seconds(epoch("2024-01-16T16:00"), 3601) is None
    assert made.add_seconds(epoch("1066-01-01"), 3600) is not None
    assert later((from_day(WEDNESDAY), CLOSED), first=CLOSED).add_seconds(0, 1) is None


def test_before_the_first_opening_a_deadline_waits_for_it() -> None:
    made = later((from_day(WEDNESDAY), OFFICE), first=CLOSED)
    assert made.add_seconds(epoch("0001-01-01"), 3600) == epoch("2024-01-17T10:00")


def test_a_calendar_is_always_open_only_if_it_ever_was() -> None:
    whole = Calendar.weekly("Office", "UTC", parse_hours("24/7"))
    made = later((from_day(WEDNESDAY), OFFICE), first=whole)
    assert made.seconds_between(epoch("2024-01-16"), epoch("2024-01-18")) == 86400 + 28800
    assert Calendar.dated(whole, [(0, whole)]).seconds_between(0, 10**9) == 10**9


def test_calendars_are_equal_where_their_changes_are() -> None:
    one, same = later((from_day(WEDNESDAY), LATE)), later((from_day(WEDNESDAY), LATE))
    assert (one, hash(one)) == (same, hash(same))
    assert one != OFFICE
    assert Calendar.dated(OFFICE, []) is OFFICE
    assert pickle.loads(pickle.dumps(one)).seconds_between(0, 10**9) == one.seconds_between(0, 10**9)


@pytest.mark.parametrize("moments", [[5 * 10**8, 5 * 10**8], [6 * 10**8, 5 * 10**8], [-(10**10)], [10**10]])
def test_changes_rise_and_lie_in_the_years_that_are_worked_out(moments: list[int]) -> None:
    with pytest.raises(ValueError, match=r"Office.*must rise"):
        later(*((moment, LATE) for moment in moments))


def test_a_change_of_changes_is_refused() -> None:
    with pytest.raises(ValueError, match="must rise"):
        later((0, later((1, LATE))))


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/London", "2024-07-01", "2024-06-30T23:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),  # there was none: the next day's beginning
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00"),  # its first hour was skipped
        ("America/St_Johns", "2006-10-29", "2006-10-29T02:30"),  # one minute later it was Saturday again
        ("Pacific/Kiritimati", "2024-01-01", "2023-12-31T10:00"),
    ],
)
def test_a_day_begins_at_the_first_moment_that_shows_it(zone: str, day: str, expected: str) -> None:
    assert from_day(date.fromisoformat(day), zone) == epoch(expected)


def test_the_stretches_of_a_change_name_the_holidays_of_then() -> None:
    new = Calendar.weekly("Office", "Europe/London", LATE.intervals, [date(2024, 1, 18)])
    made = later((from_day(WEDNESDAY), new))
    found = list(stretches(made, epoch("2024-01-16T16:00"), epoch("2024-01-19T13:00")))
    assert [(item.why, item.end - item.start) for item in found if item.why is not Why.CLOSED] == [
        (Why.OPEN, 3600), (Why.OPEN, 8 * 3600), (Why.HOLIDAY, 86400), (Why.OPEN, 3600),
    ]  # fmt: skip


# --- against a count by hand -------------------------------------------------------------------------------


@st.composite
def dated_calendars(draw: Any) -> tuple[Calendar, date]:
    """Two to four pieces in one or more zones, that change around a change of the clock."""
    zone, day = draw(zones_and_days)
    near = st.integers(-4, 5).map(lambda days: day + timedelta(days=days))
    count = draw(st.integers(2, 4))
    zones = [zone, *draw(st.lists(st.just(zone) | zones_and_days.map(lambda pair: pair[0]), min_size=3))]
    plain = [
        Calendar.weekly("Random", zones[number], draw(intervals), draw(st.frozensets(near, max_size=3)))
        for number in range(count)
    ]
    middle = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    steps = st.integers(-3 * 1440, 4 * 1440)
    minutes = sorted(draw(st.sets(steps, min_size=count - 1, max_size=count - 1)))
    changes = [(middle + minute * 60, made) for minute, made in zip(minutes, plain[1:], strict=True)]
    return Calendar.dated(plain[0], changes), day


@st.composite
def dated_cases(draw: Any) -> tuple[Calendar, int, int]:
    made, day = draw(dated_calendars())
    middle = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    start = middle + draw(st.integers(-4 * 86400, 2 * 86400))
    return made, start, start + draw(st.integers(-100, 7 * 86400))


@given(dated_cases())
@settings(max_examples=200, deadline=None)
def test_seconds_equal_a_count_of_minutes_over_every_change_of_hours(case: Any) -> None:
    made, start, end = case
    assert made.seconds_between(start, end) == counted_by_hand(made, start, end)


@given(dated_cases(), st.integers(1, 3 * 86400))
@settings(max_examples=150, deadline=None)
def test_adding_seconds_finds_the_first_moment_at_which_they_have_passed(case: Any, seconds: int) -> None:
    made, start, _ = case
    moment = made.add_seconds(start, seconds)
    if moment is None:
        assert not made.changes[-1][1].intervals
        assert made.seconds_between(start, start + 30 * 86400) < seconds
    else:
        assert made.seconds_between(start, moment) == seconds
        assert made.seconds_between(start, moment - 1) == seconds - 1


@given(dated_cases())
@settings(max_examples=150, deadline=None)
def test_stretches_cover_the_time_and_are_open_where_it_counts(case: Any) -> None:
    made, start, end = case
    found = list(stretches(made, start, end))
    assert sum(item.end - item.start for item in found) == max(0, end - start)
    for item in found:
        counted = counted_by_hand(made, item.start, item.end)
        assert counted == (item.end - item.start if item.why is Why.OPEN else 0)
