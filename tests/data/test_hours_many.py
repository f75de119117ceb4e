"""Many look-ups at once give what one look-up after the other gives."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.hours import Calendar, parse_hours
from tests.data.test_hours_counted import counted_by_hand, counted_cases
from tests.data.test_hours_dated import dated_cases

OFFICE = Calendar.weekly("Office", "Europe/London", parse_hours("mon-fri 09:00-17:00"), country="GB-ENG")
moments = st.integers(-(10**11), 3 * 10**11) | st.integers(0, 2 * 10**9)


def many(made: Calendar, pairs: list[tuple[int, int]]) -> list[int]:
    starts, ends = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    found = made.seconds_between_many(starts, ends)
    assert (found.dtype, found.shape) == (np.dtype(np.int64), (len(pairs),))
    return [int(each) for each in found]


def test_no_pairs_give_no_seconds() -> None:
    assert many(OFFICE, []) == []
    assert many(Calendar.always(), []) == []


def test_a_day_a_weekend_and_an_end_before_its_start() -> None:
    monday = 1_705_312_800  # 15 January 2024, 10:00 in London
    pairs = [(monday, monday + 3600), (monday - 2 * 86400, monday), (monday, monday - 3600), (monday, monday)]
    assert many(OFFICE, pairs) == [3600, 3600, 0, 0]
    assert many(Calendar.always(), pairs) == [3600, 2 * 86400, 0, 0]


def test_only_ends_before_their_starts_give_nothing_and_spoil_nothing() -> None:
    made = Calendar.weekly("Office", "Europe/London", parse_hours("mon-fri 09:00-17:00"))
    assert many(made, [(1_705_312_800, 0)]) == [0]
    assert many(made, [(0, 1_705_312_800)]) == [made.seconds_between(0, 1_705_312_800)]


def test_each_start_needs_its_end() -> None:
    one, two = np.array([1], dtype=np.int64), np.array([1, 2], dtype=np.int64)
    with pytest.raises(ValueError, match="1 starts and 2 ends"):
        OFFICE.seconds_between_many(one, two)


def test_without_working_time_nothing_passes() -> None:
    assert many(Calendar.weekly("Closed", "UTC", []), [(0, 10**9), (-(10**11), 10**11)]) == [0, 0]


@given(st.lists(st.tuples(moments, moments), min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_many_are_each_for_itself_however_far_away(pairs: list[tuple[int, int]]) -> None:
    made = Calendar.weekly("Office", "Europe/London", OFFICE.intervals)
    expected = [made.seconds_between(*pair) for pair in pairs]
    fresh = Calendar.weekly("Office", "Europe/London", OFFICE.intervals)
    assert many(fresh, pairs) == expected == many(made, pairs)


@given(counted_cases() | dated_cases(), st.lists(st.integers(-4 * 86400, 4 * 86400), min_size=2, max_size=9))
@settings(max_examples=150, deadline=None)
def test_many_are_a_count_of_minutes(case: Any, steps: list[int]) -> None:
    made, start, _ = case
    pairs = list(pairwise([start, *(start + step for step in steps)]))
    assert many(made, pairs) == [counted_by_hand(made, *pair) if pair[0] < pair[1] else 0 for pair in pairs]
