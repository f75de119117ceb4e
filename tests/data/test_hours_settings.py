"""Working hours and public holidays as settings name them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from data.hours import Calendar, parse_hours, public_holidays, rails_zone

OFFICE = "mon-fri 09:00-17:00"


def calendar(hours: str, zone: str = "Europe/London", **more) -> Calendar:
    return Calendar.weekly("Support", zone, parse_hours(hours), **more)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24/7", [(0, 10080)]),
        (" 24/7 ", [(0, 10080)]),
        ("mon 09:00-17:00", [(540, 1020)]),
        ("tue 9:00-24:00", [(1980, 2880)]),
        ("sat 10:00-14:00; mon 09:00-12:30 13:30-17:00", [(540, 750), (810, 1020), (7800, 8040)]),
        ("fri 22:00-06:00", [(7080, 7560)]),
        ("sun 22:00-06:00", [(9960, 10440)]),
        ("Monday,wednesday 08:00-09:00", [(480, 540), (3360, 3420)]),
        ("SAT–SUN 00:00–24:00", [(7200, 8640), (8640, 10080)]),
        ("sun-mon 10:00-11:00", [(600, 660), (9240, 9300)]),
        ("mon-tue,fri 10:00-11:00", [(600, 660), (2040, 2100), (6360, 6420)]),
        ("thurs 10:00-11:00", [(4920, 4980)]),
        ("mon 09:00-10:00; mon 11:00-12:00", [(540, 600), (660, 720)]),
        ("mon 12:00-00:00", [(720, 1440)]),
    ],
)
def test_hours_are_read_from_a_setting(text, expected):
    assert parse_hours(text) == expected


def test_a_working_week_has_as_many_minutes_as_it_says():
    hours = parse_hours("mon-fri 09:00-12:30 13:30-17:00; sat 10:00-14:00")
    assert len(hours) == 11
    assert sum(end - start for start, end in hours) == 5 * 420 + 240


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", ""),
        ("mon-fri", "mon-fri"),
        ("mon 09:00-17:00;", ""),
        ("09:00-17:00", "09:00-17:00"),
        ("mon-fri 9-17", "9-17"),
        ("mon-fry 09:00-17:00", "mon-fry"),
        ("mon-wed-fri 09:00-17:00", "mon-wed-fri"),
        ("mond 09:00-17:00", "mond"),
        ("mon,, 09:00-17:00", ""),
        ("mon 09:60-17:00", "09:60-17:00"),
        ("mon 09:00-17:75", "09:00-17:75"),
        ("mon 24:00-25:00", "24:00-25:00"),
        ("mon 09:00-24:01", "09:00-24:01"),
        ("mon 09:00-09:00", "09:00-09:00"),
        ("24/7; sat 10:00-14:00", "24/7"),
    ],
)
def test_hours_that_cannot_be_read_are_quoted_beside_an_example(text, quoted):
    with pytest.raises(ValueError, match="for example") as caught:
        parse_hours(text)
    assert f'at "{quoted}"' in str(caught.value)
    assert "mon-fri 09:00-12:30 13:30-17:00" in str(caught.value)


@pytest.mark.parametrize("interval", [(-1, 60), (10080, 10090), (60, 60), (60, 50), (60, 10141)])
def test_impossible_intervals_are_refused(interval):
    with pytest.raises(ValueError, match=r'"Support": impossible interval .* such as \(540, 1020\)'):
        Calendar.weekly("Support", "UTC", [interval])


def test_a_calendar_in_an_unknown_zone_or_country_says_which_calendar_it_is():
    with pytest.raises(ValueError, match=r'Calendar "Support": Unknown time zone "Mars/Base"'):
        calendar(OFFICE, "Mars/Base")
    with pytest.raises(ValueError, match=r'Calendar "Support": Unknown country "XX"'):
        calendar(OFFICE, country="XX")


def test_public_holidays_differ_between_the_parts_of_a_country():
    epiphany = date(2024, 1, 6)
    assert date(2024, 12, 25) in public_holidays("DE", [2024])
    assert epiphany not in public_holidays("DE", [2024])
    assert epiphany in public_holidays("DE-BY", [2024])
    assert epiphany in public_holidays(" de-by ", [2024])
    assert date(2024, 5, 27) in public_holidays("GB-ENG", [2024])


def test_public_holidays_are_those_of_the_years_asked_for():
    both = public_holidays("DE", range(2023, 2025))
    assert {day.year for day in both} == {2023, 2024}
    assert public_holidays("DE", []) == frozenset()


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("XX", 'Unknown country "XX"'),
        ("", 'Unknown country ""'),
        ("__init__", "Unknown country"),
        ("DE-ZZ", r'Unknown part "ZZ" of country "DE". Known: .*BY'),
        ("SG-ZZ", r'Unknown part "ZZ" of country "SG". Known: no parts'),
    ],
)
def test_unknown_countries_and_parts_are_refused_with_a_hint(country, said):
    with pytest.raises(ValueError, match=said):
        public_holidays(country, [2024])


def test_a_country_s_holidays_are_found_for_any_year():
    made = calendar(OFFICE, "Europe/Berlin", country="DE-BY")
    for year in (2015, 2023, 2024, 2031):
        christmas = datetime(year, 12, 25, tzinfo=UTC)
        assert made.minutes_between(christmas, christmas + timedelta(hours=23)) == 0.0
    # 2 to 5 January 2024 are four working days; the first and (a Saturday) the sixth are holidays.
    assert made.minutes_between(utc("2024-01-01"), utc("2024-01-07")) == 4 * 480


def test_a_country_s_holidays_join_those_of_the_calendar():
    made = calendar(OFFICE, country="GB-ENG", holidays={date(2024, 12, 24)})
    # Of 23 to 27 December only Monday and Friday are left.
    assert made.minutes_between(utc("2024-12-23"), utc("2024-12-28")) == 2 * 480


def test_new_year_is_a_holiday_on_both_sides_of_greenwich_s_midnight():
    # 1 January 2025 in Auckland begins on 31 December in UTC, in Los Angeles it ends on the second.
    auckland = calendar("24/7", "Pacific/Auckland", country="NZ")
    assert auckland.is_open(utc("2024-12-31T10:59"))
    assert not auckland.is_open(utc("2024-12-31T11:00"))
    angeles = calendar("24/7", "America/Los_Angeles", country="US")
    assert not angeles.is_open(utc("2025-01-02T07:59"))
    assert angeles.is_open(utc("2025-01-02T08:00"))


def test_rails_names_are_known_here_too():
    assert rails_zone("Berlin") == "Europe/Berlin"
