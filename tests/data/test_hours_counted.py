"""Business calendars against a count minute by minute, over random hours, zones and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from data.hours import Calendar, parse_hours


def counted_by_hand(made: Calendar, start: int, end: int) -> int:
    """Working seconds, one UTC minute at a time; right where offsets and intervals are whole minutes."""
    total = 0
    for minute in range(start // 60, (end - 1) // 60 + 1):
        if is_open_by_hand(made, minute * 60):
            total += max(0, min(end, minute * 60 + 60) - max(start, minute * 60))
    return total


def is_open_by_hand(made: Calendar, moment: int) -> bool:
    """Whether the wall clock of the hours that hold at an epoch second reads inside of them."""
    plain = [made, *(calendar for at, calendar in made.changes if at <= moment)][-1]
    wall = datetime.fromtimestamp(moment, ZoneInfo(plain.time_zone))
    in_week = wall.weekday() * 1440 + wall.hour * 60 + wall.minute
    moments = (in_week, in_week + 10080)
    is_inside = any(low <= each < high for low, high in plain.intervals for each in moments)
    return is_inside and wall.date() not in plain.holidays


# Zones with the moments around which their clocks do something worth counting.
CHANGES = {
    "Australia/Lord_Howe": ["2024-04-06", "2024-10-05", "1985-10-19"],
    "Asia/Hong_Kong": ["1979-05-12", "1979-10-20", "1979-12-30"],
    "Pacific/Apia": ["2011-12-29", "2011-09-24", "2012-03-31"],
    "Europe/London": ["2024-03-31", "2024-10-27", "1968-10-26", "2021-12-31"],
    "America/New_York": ["2024-03-10", "2024-11-03", "2007-03-11"],
    "America/Sao_Paulo": ["2018-11-03", "2018-02-17", "2019-02-16"],
    "Asia/Kolkata": ["1945-10-14", "2024-01-01"],
}

zones_and_days = st.sampled_from(
    [(zone, date.fromisoformat(day)) for zone, days in CHANGES.items() for day in days],
)
intervals = st.lists(
    st.tuples(st.integers(0, 10079), st.integers(1, 10080) | st.integers(1, 900)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    ),
    max_size=8,
)


@st.composite
def counted_cases(draw):
    zone, day = draw(zones_and_days)
    near = st.integers(-4, 5).map(lambda days: day + timedelta(days=days))
    made = Calendar.weekly("Random", zone, draw(intervals), draw(st.frozensets(near, max_size=3)))
    middle = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    start = middle + draw(st.integers(-3 * 86400, 2 * 86400))
    return made, start, start + draw(st.integers(-100, 6 * 86400))


@given(counted_cases())
@settings(max_examples=150, deadline=None)
def test_seconds_equal_a_count_of_minutes_over_every_kind_of_clock_change(case):
    made, start, end = case
    assert made.seconds_between(start, end) == counted_by_hand(made, start, end)


@given(counted_cases(), st.integers(1, 3 * 86400))
@settings(max_examples=150, deadline=None)
def test_adding_seconds_finds_the_first_moment_at_which_they_have_passed(case, seconds):
    made, start, _ = case
    moment = made.add_seconds(start, seconds)
    if not made.intervals:
        assert moment is None
    else:
        assert moment is not None
        assert made.seconds_between(start, moment) == seconds
        assert made.seconds_between(start, moment - 1) == seconds - 1


@given(counted_cases())
@settings(max_examples=100, deadline=None)
def test_it_is_open_exactly_where_a_second_counts(case):
    made, start, _ = case
    is_open = made.is_open(datetime.fromtimestamp(start, UTC))
    assert is_open == (counted_by_hand(made, start, start + 1) == 1)


@given(st.lists(st.integers(-(10**9), 4 * 10**9), min_size=3, max_size=3), zones_and_days)
@settings(max_examples=40, deadline=None)
def test_spans_add_up_whatever_the_order_in_which_years_are_asked_for(moments, zone_and_day):
    low, middle, high = sorted(moments)
    first, second = (
        Calendar.weekly("Office", zone_and_day[0], parse_hours("mon-fri 09:00-17:00")) for _ in range(2)
    )
    whole = first.seconds_between(low, high)
    assert whole == second.seconds_between(middle, high) + second.seconds_between(low, middle)
    assert whole == first.seconds_between(low, middle) + first.seconds_between(middle, high)
