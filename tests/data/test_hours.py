"""Business calendars, worked by hand."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.hours import Calendar, parse_hours
from data.records import BusinessCalendar

OFFICE = "mon-fri 09:00-17:00"


def calendar(hours: str, zone: str = "Europe/London", **more) -> Calendar:
    return Calendar.weekly("Support", zone, parse_hours(hours), **more)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(text: str, zone: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def test_a_night_and_a_weekend_do_not_count():
    made = calendar(OFFICE)
    # Friday 16:30 to Monday 09:45, winter: half an hour and three quarters.
    assert made.minutes_between(utc("2024-01-12T16:30"), utc("2024-01-15T09:45")) == 75.0


def test_a_lunch_break_does_not_count():
    made = calendar("mon-fri 09:00-12:30 13:30-17:00")
    assert made.minutes_between(utc("2024-01-15T12:00"), utc("2024-01-15T14:00")) == 60.0


def test_an_end_is_exclusive_and_a_start_inclusive():
    made = calendar(OFFICE)
    assert made.is_open(utc("2024-01-15T09:00:00"))
    assert made.is_open(utc("2024-01-15T16:59:59"))
    assert not made.is_open(utc("2024-01-15T17:00:00"))
    assert not made.is_open(utc("2024-01-15T08:59:59"))


def test_seconds_count_as_parts_of_a_minute():
    assert calendar(OFFICE).minutes_between(utc("2024-01-15T10:00:00"), utc("2024-01-15T10:00:45")) == 0.75


def test_parts_of_a_second_are_cut_off():
    made = calendar(OFFICE)
    start, end = utc("2024-01-15T10:00:00.900000"), utc("2024-01-15T10:01:00.100000")
    assert made.minutes_between(start, end) == 1.0


def test_an_end_before_its_start_is_zero():
    made, start, end = calendar(OFFICE), utc("2024-01-16T12:00"), utc("2024-01-15T12:00")
    assert made.minutes_between(start, end) == 0.0
    assert made.minutes_between(start, start) == 0.0
    assert Calendar.always().minutes_between(start, end) == 0.0


def test_moments_in_any_zone_are_the_same_moments():
    start, end = at("2024-01-15T05:00", "America/New_York"), at("2024-01-15T20:00", "Asia/Kolkata")
    assert calendar(OFFICE).minutes_between(start, end) == 270.0  # 10:00 to 14:30 in London


def test_moments_without_a_zone_are_refused():
    with pytest.raises(TypeError, match="naive"):
        calendar(OFFICE).minutes_between(datetime(2024, 1, 15), utc("2024-01-16"))  # noqa: DTZ001


def test_an_hour_that_the_clock_skips_does_not_count():
    made = calendar("sun 00:00-06:00")
    # London, 31 March 2024: 01:00 becomes 02:00.
    assert made.minutes_between(utc("2024-03-30T12:00"), utc("2024-03-31T12:00")) == 300.0


def test_an_hour_that_the_clock_shows_twice_counts_twice():
    made = calendar("sun 01:00-02:00")
    assert made.minutes_between(utc("2024-10-26T12:00"), utc("2024-10-27T12:00")) == 120.0
    assert made.is_open(at("2024-10-27T01:30", "Europe/London", fold=0))
    assert made.is_open(at("2024-10-27T01:30", "Europe/London", fold=1))


def test_an_interval_inside_the_skipped_hour_is_never_open():
    made = calendar("sun 01:15-01:45")
    assert made.minutes_between(utc("2024-03-30T12:00"), utc("2024-03-31T12:00")) == 0.0


def test_lord_howe_moves_its_clock_by_half_an_hour():
    made = calendar("sun 00:00-06:00", "Australia/Lord_Howe")
    spring, autumn = utc("2024-10-05T00:00"), utc("2024-04-06T00:00")
    assert made.minutes_between(spring, spring + timedelta(days=2)) == 330.0
    assert made.minutes_between(autumn, autumn + timedelta(days=2)) == 390.0


def test_samoa_never_had_its_thirtieth_of_december_2011():
    made = calendar("mon-sun 00:00-24:00", "Pacific/Apia", holidays={date(2011, 12, 30)})
    # The clock went from Thursday 24:00 to Saturday 00:00: nothing is missing, and the holiday costs nothing.
    assert made.minutes_between(utc("2011-12-29"), utc("2012-01-01")) == 3 * 1440
    friday = calendar("fri 00:00-24:00", "Pacific/Apia")
    assert friday.minutes_between(utc("2011-12-25"), utc("2012-01-05")) == 0.0


def test_a_clock_change_may_fall_on_the_turn_of_the_year():
    made = calendar("sun 23:00-24:00", "Europe/Lisbon")
    # 36:45 behind UTC until 1912 began there: the hour opened at 23:36:45 UTC and was cut off at midnight.
    assert made.minutes_between(utc("1911-12-31T12:00"), utc("1912-01-01T12:00")) == 23.25
    assert made.add_minutes(utc("1911-12-31T12:00"), 23.25) == utc("1912-01-01")


def test_a_night_shift_runs_over_midnight_and_over_the_end_of_the_week():
    made = calendar("sun 22:00-06:00")
    assert made.intervals == ((9960, 10440),)
    assert made.minutes_between(utc("2024-01-14T00:00"), utc("2024-01-16T00:00")) == 480.0
    assert made.is_open(utc("2024-01-15T05:59"))
    assert not made.is_open(utc("2024-01-15T06:00"))


def test_a_night_shift_stops_at_midnight_before_a_holiday_and_starts_after_one():
    made = calendar("mon-sun 22:00-06:00", holidays={date(2024, 1, 10)})
    # Tuesday 22:00 to 24:00 counts, Wednesday not at all, Thursday from 00:00 on as Wednesday's shift.
    assert made.minutes_between(utc("2024-01-09T12:00"), utc("2024-01-10T00:00")) == 120.0
    assert made.minutes_between(utc("2024-01-10T00:00"), utc("2024-01-11T00:00")) == 0.0
    assert made.minutes_between(utc("2024-01-11T00:00"), utc("2024-01-11T12:00")) == 360.0


def test_a_holiday_is_a_local_date():
    made = calendar("mon-sun 00:00-24:00", "America/New_York", holidays={date(2024, 7, 4)})
    assert made.is_open(utc("2024-07-04T03:59"))
    assert not made.is_open(utc("2024-07-04T04:00"))
    assert not made.is_open(utc("2024-07-05T03:59"))
    assert made.is_open(utc("2024-07-05T04:00"))


def test_overlapping_and_touching_intervals_count_once():
    made = Calendar.weekly("Support", "UTC", [(540, 720), (600, 800), (800, 900), (540, 600)])
    assert made.minutes_between(utc("2024-01-15"), utc("2024-01-16")) == 360.0


def test_a_year_s_end_is_not_noticed():
    made = calendar("mon-sun 00:00-24:00", holidays={date(2030, 1, 1)})
    assert made.minutes_between(utc("2024-12-31T23:00"), utc("2025-01-01T01:00")) == 120.0


def test_a_deadline_falls_on_closing_time_and_not_on_the_next_opening():
    made = calendar(OFFICE)
    assert made.add_minutes(utc("2024-01-12T16:30"), 30) == utc("2024-01-12T17:00")
    assert made.add_minutes(utc("2024-01-12T16:30"), 31) == utc("2024-01-15T09:01")
    assert made.add_minutes(utc("2024-01-13T12:00"), 0.5) == utc("2024-01-15T09:00:30")


def test_nothing_added_changes_nothing():
    moment = utc("2024-01-13T12:00")
    assert calendar(OFFICE).add_minutes(moment, 0) == moment
    assert Calendar.always().add_minutes(moment, 0) == moment


def test_adding_less_than_nothing_is_refused():
    with pytest.raises(ValueError, match=r"Support.*-60 seconds"):
        calendar(OFFICE).add_minutes(utc("2024-01-13T12:00"), -1)


def test_a_deadline_may_lie_decades_away():
    moment = calendar(OFFICE).add_minutes(utc("2024-01-15T09:00"), 50 * 52 * 5 * 480)
    # 2,600 whole weeks, the last of which ends on its Friday at 17:00.
    assert moment == utc("2024-01-15T17:00") + timedelta(weeks=2600, days=-3)


def test_without_working_time_nothing_passes_and_no_deadline_comes():
    made = Calendar.weekly("Closed", "UTC", [])
    assert made.minutes_between(utc("2024-01-01"), utc("2025-01-01")) == 0.0
    assert made.add_minutes(utc("2024-01-01"), 1) is None
    assert not made.is_open(utc("2024-01-01"))


def test_the_calendar_clock_is_always_open():
    made = Calendar.always()
    assert made.minutes_between(utc("2024-03-30"), utc("2024-04-01")) == 2880.0
    assert made.add_minutes(utc("2024-03-30"), 2880) == utc("2024-04-01")
    assert made.is_open(utc("2011-12-30"))
    assert Calendar.always() is made


def test_a_calendar_is_made_from_a_record():
    record = BusinessCalendar(
        id="7", name="Desk", time_zone="UTC", intervals=((540, 1020),), holidays=(date(2024, 1, 15),)
    )
    made = Calendar.from_record(record)
    assert made == Calendar.weekly("Desk", "UTC", [(540, 1020)], frozenset({date(2024, 1, 15)}))
    assert made.minutes_between(utc("2024-01-15"), utc("2024-01-23")) == 480.0


def test_a_calendar_travels_to_another_process():
    made = calendar(OFFICE)
    span = (utc("2024-01-15"), utc("2024-01-16"))
    made.minutes_between(*span)
    copy = pickle.loads(pickle.dumps(made))
    assert (copy, hash(copy)) == (made, hash(made))
    assert copy.minutes_between(*span) == 480.0


def test_a_date_that_means_never_costs_nothing_much_and_repeats_the_week():
    made = calendar(OFFICE, "UTC")
    weeks = (utc("9999-12-27") - utc("2024-01-01")).days // 7  # both are Mondays
    assert made.minutes_between(utc("2024-01-01"), utc("9999-12-27")) == weeks * 2400
    assert made.minutes_between(utc("0001-01-01"), utc("2024-01-01")) == 738_885 // 7 * 2400


def test_far_moments_are_as_open_as_near_ones():
    made = calendar(OFFICE, "UTC")
    assert made.is_open(utc("9999-12-27T09:00"))
    assert not made.is_open(utc("9999-12-31T23:59:59"))
    assert made.is_open(utc("0001-01-01T09:00"))
    assert not made.is_open(utc("0001-01-01T08:59"))


@pytest.mark.parametrize("start", ["0001-01-06T12:00", "1799-12-30T12:00", "2199-12-25T12:00", "7000-03-03"])
@pytest.mark.parametrize("seconds", [1, 28_800, 144_000, 10**9])
def test_far_deadlines_and_far_spans_agree(start, seconds):
    made = calendar(OFFICE, "UTC")
    begin = (utc(start) - utc("1970-01-01")) // timedelta(seconds=1)
    moment = made.add_seconds(begin, seconds)
    assert moment is not None
    assert made.seconds_between(begin, moment) == seconds
    assert made.seconds_between(begin, moment - 1) == seconds - 1


def test_a_deadline_that_no_date_can_name_is_none():
    assert calendar(OFFICE).add_minutes(utc("9999-12-30"), 100_000) is None
    assert Calendar.always().add_minutes(utc("9999-12-30"), 100_000) is None
