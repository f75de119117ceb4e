"""Windows are cut at local midnights of the reporting zone, whatever its clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.localday import LocalDays
from data.records import Audience, Priority
from data.window import DAWN, Filters, Window, parse_moment, parse_window
from tests.data.small_world import at

BERLIN = "Europe/Berlin"
NOON = at("11-18 12:00")  # 13:00 in Berlin
ZONES = (BERLIN, "America/St_Johns", "Asia/Beirut", "Pacific/Apia", "America/Sao_Paulo", "UTC")


def window(text: str, as_of: datetime = NOON, zone: str = BERLIN) -> tuple[datetime, datetime]:
    found = parse_window(text, as_of=as_of, zone=zone)
    return found.start, found.end


def previous(text: str, as_of: datetime = NOON, zone: str = BERLIN) -> tuple[datetime, datetime]:
    found = parse_window(text, as_of=as_of, zone=zone).previous()
    return found.start, found.end


def test_a_month_is_cut_at_local_midnights_on_both_sides_of_a_clock_change() -> None:
    assert window("2026-10") == (at("09-30 22:00"), at("10-31 23:00"))
    assert window("2026-03") == (at("02-28 23:00"), at("03-31 22:00"))


def test_december_ends_with_the_year() -> None:
    assert window("2026-12") == (at("11-30 23:00"), at("12-31 23:00"))
    assert window("2026") == (at("2025-12-31 23:00"), at("12-31 23:00"))


def test_trailing_days_include_today_up_to_this_very_second() -> None:
    end = NOON + timedelta(seconds=1)
    assert window("today") == (at("11-17 23:00"), end)
    assert window("1d") == window("today")
    assert window("30d") == (at("10-19 22:00"), end)
    assert window("all") == (DAWN, end)


def test_the_last_day_of_a_range_is_included() -> None:
    assert window("2026-10-24..2026-10-25") == (at("10-23 22:00"), at("10-25 23:00"))
    assert window("2026-10-25..2026-10-25")[1] - window("2026-10-25..2026-10-25")[0] == timedelta(hours=25)


def test_a_local_day_may_be_tomorrow_already() -> None:
    assert window("today", at("11-18 23:30")) == (at("11-18 23:00"), at("11-18 23:30") + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("90", "not understood"), ("0d", "not understood"), ("-5d", "not understood"), ("", "not understood"),
        ("2026-13", "not in the calendar"), ("2026-02-01..2026-02-30", "not in the calendar"),
        ("2026-05-03..2026-05-01", "not in the calendar"), ("0000", "not in the calendar"),
        ("9999", "not in the calendar"), ("9999-12", "not in the calendar"),
        ("2026-01-01..9999-12-31", "not in the calendar"), ("0001-01-01..2026-01-01", "not in the calendar"),
    ],
)  # fmt: skip
def test_a_window_that_cannot_be_is_refused_by_name(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        window(text)


def test_the_window_before_a_month_is_the_month_before() -> None:
    assert previous("2026-03") == (at("01-31 23:00"), at("02-28 23:00"))
    assert previous("2026-01") == (at("2025-11-30 23:00"), at("2025-12-31 23:00"))
    assert previous("2026") == (at("2024-12-31 23:00"), at("2025-12-31 23:00"))


def test_the_window_before_some_days_has_as_many() -> None:
    assert previous("30d") == (at("09-19 22:00"), at("10-19 22:00"))
    assert previous("today") == (at("11-16 23:00"), at("11-17 23:00"))


def test_the_day_before_the_first_of_a_month_is_a_day_and_no_month() -> None:
    first = at("11-01 12:00")
    assert previous("today", first) == (at("10-30 23:00"), at("10-31 23:00"))
    assert previous("32d", first) == (at("08-29 22:00"), at("09-30 22:00"))


def test_before_all_time_there_is_nothing() -> None:
    assert previous("all") == (DAWN, DAWN)


def test_a_window_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Window(NOON, NOON - timedelta(seconds=1), BERLIN, "odd")


@given(
    moment=st.integers(631_152_000, 2_051_222_400),  # 1990 to 2034
    count=st.integers(1, 400),
    zone=st.sampled_from(ZONES),
)
def test_windows_and_their_days_fit_together_in_every_zone(moment: int, count: int, zone: str) -> None:
    as_of = datetime.fromtimestamp(moment, UTC)
    found = parse_window(f"{count}d", as_of=as_of, zone=zone)
    days = found.days()
    assert found.start <= as_of < found.end
    assert days[-1] == as_of.astimezone(ZoneInfo(zone)).date()
    assert len(days) == count
    assert found.previous().end == found.start
    assert found.start.astimezone(ZoneInfo(zone)).date() == days[0]
    assert (found.start - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() < days[0]


@given(moment=st.integers(-2_000_000_000, 4_000_000_000), zone=st.sampled_from(ZONES))
def test_a_local_day_is_the_day_on_the_wall(moment: int, zone: str) -> None:
    wall = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone))
    assert LocalDays(ZoneInfo(zone)).day(moment) == wall.date()


def test_a_moment_without_an_offset_is_one_of_the_reporting_zone() -> None:
    assert parse_moment("2026-05-01", zone=BERLIN) == at("04-30 22:00")
    assert parse_moment("2026-05-01T14:30", zone=BERLIN) == at("05-01 12:30")
    assert parse_moment("2026-05-01T14:30Z", zone=BERLIN) == at("05-01 14:30")


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01", "9999-12-31T23:59:59-05:00"])
def test_a_moment_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not understood"):
        parse_moment(text, zone=BERLIN)


@pytest.mark.parametrize("text", ["1969-12-31", "0001-02-01", "9998-02-01"])
def test_a_moment_of_which_nothing_can_be_known_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="outside the years 1970 to 9997"):
        parse_moment(text, zone=BERLIN)


@pytest.mark.parametrize("text", ["90d", "1d", "today", "all", "2026-05", "2026", "2026-05-01..2026-06-15"])
def test_a_window_says_the_words_that_give_it(text: str) -> None:
    found = parse_window(text, as_of=NOON, zone=BERLIN)
    assert parse_window(found.text, as_of=NOON, zone=BERLIN) == found


def test_the_window_before_is_named_by_its_days() -> None:
    before = parse_window("2026-05", as_of=NOON, zone=BERLIN).previous()
    again = parse_window(before.text, as_of=NOON, zone=BERLIN)
    assert (before.text, again.start, again.end) == ("2026-04-01..2026-04-30", before.start, before.end)


def test_filters_are_read_from_names_and_texts() -> None:
    found = Filters.of({"audience": "end_user", "priority": "high", "team": "desk:1", "channel": ""})
    assert found == Filters(audience=Audience.END_USER, priority=Priority.HIGH, team="desk:1")
    assert found.given() == {"audience": "end_user", "priority": "high", "team": "desk:1"}


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({"nose": "1"}, "There is no filter 'nose'"), ({"audience": "boss"}, "audience is one of"),
        ({"priority": "1"}, "priority is one of"), ({"team": "a\x00"}, "team"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_is_refused_by_name(given_: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Filters.of(given_)


def test_a_day_that_the_zone_left_out_is_no_day_of_its_own() -> None:
    # Samoa had no 30 December 2011.
    found = parse_window("2011-12-29..2011-12-31", as_of=NOON, zone="Pacific/Apia")
    assert found.end - found.start == timedelta(hours=48)
    assert found.days() == [date(2011, 12, 29), date(2011, 12, 30), date(2011, 12, 31)]
