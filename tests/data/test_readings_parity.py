"""Trivial against urgent tickets, by hand, read from a store."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from data.metrics.parity import LOW_USED, URGENT_USED
from data.metrics.parity import low_priority_parity as metric
from data.readings import Readings
from data.records import Priority, Record, State
from data.statistics import compare_shares
from data.tally import ShareTally
from data.tally_work import ParityTally, TargetsTally
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import at, settings_of, store_of, target, ticket, write

NOW = at("11-18 12:00")


def read(engine: Engine, window: str = "2026-11", **where: str) -> Any:
    with Readings(engine, settings_of(), clock=StandingClock(NOW)) as readings:
        return readings.read(metric.key, window=window, filters=Filters.of(where))


def promised(id: str, priority: Priority | None, took: int, minutes: int, **more: Any) -> list[Record]:
    """A ticket of the 10th at nine, solved after `took` minutes, with a target of `minutes`."""
    end = f"11-10 {9 + took // 60:02}:{took % 60:02}"
    made = ticket(id, "11-10 09:00", State.SOLVED, solved_at=end, priority=priority, **more)
    return [made, target(id, "11-10 09:00", minutes)]


def test_attainment_of_the_trivial_is_set_against_that_of_the_urgent(engine: Engine) -> None:
    """Low and normal: 1 of 3 kept, using 0.5, 2 and 3 times the target. Urgent: 2 of 2, 0.25 and 0.5."""
    p = Priority
    write(
        store_of(engine), "desk",
        *promised("1", p.LOW, 60, 120, team_id="a"), *promised("2", p.NORMAL, 120, 60, team_id="a"),
        *promised("3", p.NORMAL, 180, 60, team_id="b"), *promised("4", p.HIGH, 30, 120, team_id="a"),
        *promised("5", p.URGENT, 30, 60, team_id="a"), *promised("6", None, 30, 60),
        ticket("7", "11-10 09:00", State.SOLVED, solved_at="11-10 10:00", priority=p.LOW),
    )  # fmt: skip
    found = read(engine)
    assert (found.value, found.n, found.is_thin) == (pytest.approx(1 / 3 - 1), 5, True)
    assert found.left_out == {"without a priority": 1}
    assert found.counts == {
        "low and normal kept": 1, "low and normal ended": 3, "urgent and high kept": 2,
        "urgent and high ended": 2, LOW_USED: 2, URGENT_USED: 0.375,
    }  # fmt: skip
    assert found.interval == compare_shares((1, 3), (2, 2)).interval  # type: ignore[union-attr]
    assert read(engine, team="desk:a").value == pytest.approx(0.5 - 1)


def test_with_one_side_missing_nothing_is_set_against_anything(engine: Engine) -> None:
    write(store_of(engine), "desk", *promised("1", Priority.LOW, 60, 120))
    found = read(engine)
    assert (found.value, found.n, found.counts[LOW_USED]) == (None, 1, 0.5)
    assert URGENT_USED not in found.counts
    assert (read(engine, "2026-10").value, read(engine, "2026-10").n) == (None, 0)


def test_parity_is_zero_whatever_the_targets_are() -> None:
    side = TargetsTally(ShareTally(30, 40))
    found = metric.read(ParityTally(side, side))
    assert found.value == 0
    assert found.interval is not None
    assert 0 in found.interval
