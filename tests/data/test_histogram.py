"""Histograms: no duration is read as one that is more than half a per cent off, and counts add up."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import histogram, statistics
from data.histogram import RELATIVE_ERROR, bucket_of, key_of, merged, packed, seconds_of, unpacked

SECONDS = st.integers(-(10**9), 10**9)
DELTAS = st.dictionaries(st.integers(0, 400).map(lambda n: key_of(n % 3, n)), st.integers(-5, 5))


@given(seconds=SECONDS)
def test_a_duration_is_read_as_one_within_half_a_per_cent(seconds: int) -> None:
    assert abs(seconds_of(bucket_of(seconds)) - seconds) <= RELATIVE_ERROR * abs(seconds)


@given(seconds=st.integers(-200, 200))
def test_short_durations_are_exact(seconds: int) -> None:
    assert seconds_of(bucket_of(seconds)) == seconds


@given(one=SECONDS, other=SECONDS)
def test_buckets_keep_the_order(one: int, other: int) -> None:
    if one <= other:
        assert bucket_of(one) <= bucket_of(other)


def test_an_hour_and_a_minute_more_are_told_apart() -> None:
    assert bucket_of(3600) != bucket_of(3660)


@given(values=st.lists(st.integers(1, 10**7), min_size=1, max_size=60), share=st.sampled_from((0.5, 0.9)))
def test_a_quantile_is_within_half_a_per_cent(values: list[int], share: float) -> None:
    entries = Counter(key_of(4, bucket_of(value)) for value in values)
    read = histogram.counted([unpacked(packed(entries))], range(4, 5), is_exact=False)
    exact = statistics.quantile(Counter(value / 60 for value in values), share)
    assert statistics.quantile(read, share) == pytest.approx(exact, rel=RELATIVE_ERROR)


@given(deltas=st.lists(DELTAS, max_size=4))
def test_one_state_has_one_form(deltas: list[dict[int, int]]) -> None:
    together: Counter[int] = Counter()
    step_by_step = b""
    for delta in deltas:
        together.update(delta)
        step_by_step = merged(step_by_step, delta)
    assert step_by_step == packed(together)


def test_large_and_small_histograms_are_merged_alike() -> None:
    large = {key_of(1, bucket): 1 for bucket in range(2000)}
    data = merged(packed(large), {key_of(1, 5): -1, key_of(1, 3000): 2, key_of(0, 7): 4})
    keys, counts = unpacked(data)
    assert data == packed(dict(zip(keys.tolist(), counts.tolist(), strict=True)))
    assert key_of(1, 5) not in keys
    assert histogram.counted([(keys, counts)], range(1), is_exact=False) == {7 / 60: 4}
    assert histogram.counted([(keys, counts)], range(1, 2), is_exact=False).total() == 1999 + 2


def test_series_lie_apart_and_exact_ones_keep_every_second() -> None:
    parts = [unpacked(packed({key_of(2, 28_801): 3, key_of(1, 10): 1})), unpacked(b"")]
    assert histogram.counted(parts, range(2, 3), is_exact=True) == {28_801 / 60: 3}
    assert histogram.counted(parts, range(1), is_exact=True) == {}
    assert histogram.counted([], range(2, 3), is_exact=True) == {}


def test_what_has_been_through_a_histogram_is_known_from_outside() -> None:
    assert histogram.as_read(480.0, is_exact=True) == 480.0
    assert histogram.as_read(480.0, is_exact=False) == seconds_of(bucket_of(28_800)) / 60
