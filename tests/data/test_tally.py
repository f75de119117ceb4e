"""Adding up: the same in whatever order, and in reasonable time for as many rows as a receipt may have."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from data.tally import CountTally, MinutesTally, total


def test_nothing_adds_up_to_nothing() -> None:
    assert total({}) is None


@pytest.mark.parametrize("many", [1, 2, 3, 7, 8, 100])
def test_every_group_is_added_once(many: int) -> None:
    assert total({(n,): CountTally(n) for n in range(many)}) == CountTally(sum(range(many)))


def test_a_hundred_thousand_rows_that_each_differ_take_seconds() -> None:
    rows = {(n,): MinutesTally(Counter({float(n): 1})) for n in range(100_000)}
    begun = time.process_time()
    whole = total(rows)
    assert time.process_time() - begun < 10
    assert whole is not None
    assert whole.values.total() == 100_000
