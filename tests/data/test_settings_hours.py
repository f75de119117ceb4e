"""Calendars in the settings whose hours change from a day on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from data.hours import Calendar
from data.settings import SettingsError, parse_settings

OFFICE = """
[calendars.office]
time_zone = "Europe/London"
hours = "mon-fri 09:00-17:00"
holidays = [2026-04-07]
"""
SHORTER = """
[[calendars.office.changes]]
from = 2026-04-01
hours = "mon-fri 10:00-16:00"
"""
MOVED = """
[[calendars.office.changes]]
from = 2026-05-01
time_zone = "Europe/Berlin"
holidays = []
"""


def office(*changes: str) -> Calendar:
    return parse_settings(OFFICE + "".join(changes)).built_calendars["office"]


def hours_of(calendar: Calendar, day: str) -> list[str]:
    """The openings and closings of a UTC day."""
    start = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    return [
        f"{datetime.fromtimestamp(moment, UTC):%H:%M}"
        for span in calendar.open_spans(start, start + 86400)
        for moment in span
    ]


def test_a_calendar_without_changes_has_none() -> None:
    assert office().changes == ()


def test_what_changes_holds_from_its_day_on_and_the_rest_stays() -> None:
    made = office(SHORTER)
    assert hours_of(made, "2026-03-31") == ["08:00", "16:00"]  # summer time in London
    assert hours_of(made, "2026-04-01") == ["09:00", "15:00"]
    assert hours_of(made, "2026-04-07") == []


def test_a_later_change_builds_on_the_earlier_one() -> None:
    made = office(SHORTER, MOVED)
    assert hours_of(made, "2026-04-30") == ["09:00", "15:00"]
    assert hours_of(made, "2026-05-01") == ["08:00", "14:00"]  # the same hours, by the clocks of Berlin
    assert made.changes[1][0] == datetime(2026, 4, 30, 22, tzinfo=UTC).timestamp()
    assert made.at(made.changes[1][0]).holidays == frozenset()


def test_public_holidays_can_come_and_go() -> None:
    with_them = '[[calendars.office.changes]]\nfrom = 2026-01-01\ncountry = "GB-ENG"\n'
    without = '[[calendars.office.changes]]\nfrom = 2026-12-26\ncountry = ""\n'
    made = office(with_them, without)
    assert hours_of(made, "2025-12-25") == hours_of(made, "2026-12-28") == ["09:00", "17:00"]
    assert hours_of(made, "2026-12-25") == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("hours = 'mon'", r"changes\.0\.from: Field required"),
        ("from = 2026-04-01\nhours = 'never'", r"changes\.0\.hours: Cannot read working hours"),
        ("from = 2026-04-01\ntime_zone = 'Mars/Base'", r"changes\.0\.time_zone: .*Mars/Base"),
        ("from = 2026-04-01\ncountry = 'ZZ'", r"changes\.0\.country: Unknown country"),
        ("from = 2026-04-01\ncolour = 'red'", r"changes\.0\.colour: there is no such setting"),
        ("from = 1700-04-01", r"changes\.0\.from: .*greater"),
    ],
)
def test_a_change_that_cannot_be_read_is_named(change: str, says: str) -> None:
    with pytest.raises(SettingsError, match=r"calendars\.office\." + says):
        office(f"[[calendars.office.changes]]\n{change}\n")


@pytest.mark.parametrize("changes", [(MOVED, SHORTER), (SHORTER, SHORTER)])
def test_changes_are_given_the_earliest_first_and_each_day_once(changes: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match=r"calendars\.office: changes: give the earliest first"):
        office(*changes)


def test_two_changes_that_begin_at_once_in_their_zones_are_refused() -> None:
    west = '[[calendars.office.changes]]\nfrom = 2026-04-01\ntime_zone = "Pacific/Pago_Pago"\n'
    east = '[[calendars.office.changes]]\nfrom = 2026-04-02\ntime_zone = "Pacific/Kiritimati"\n'
    with pytest.raises(SettingsError, match="begin at the same moment"):
        office(west, east)
