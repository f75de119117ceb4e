"""A real survey through the files connector, by settings alone, against figures worked out by others.

Whether a traveller is on business stands in for the split by audience; it is no such split.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.window import Filters
from tests.clock import StandingClock
from tests.whole.from_settings import Installation, installation

AFTER = datetime(2017, 6, 2, tzinfo=UTC)
DATED_ELSEWHERE = {"2017-05-05", "2017-05-15"}
"""Days of which the other table dates one answer each in another month: day and month the other way round."""


@pytest.fixture(scope="module")
def passengers(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    url = f"sqlite:///{tmp_path_factory.mktemp('sfo') / 'barometer.db'}"
    with installation(url, "sfo.toml", real_data, StandingClock(AFTER)) as filled:
        yield filled


def test_the_score_leaves_out_blanks_and_is_the_published_one(passengers: Installation) -> None:
    assert passengers.outcomes["passengers"].reject_count == 0
    with passengers.readings(AFTER) as readings:
        reading = readings.read("nps", window="2017-05")
        parts = {
            key: readings.read(key, window="2017-05").value for key in ("promoters", "passives", "detractors")
        }
    assert reading.n == 2_746
    assert reading.value is not None
    assert round(reading.value, 2) == 39.84
    assert parts == {"promoters": 1_436, "passives": 968, "detractors": 342}


def test_the_split_has_both_sides_and_nobody_is_unknown(passengers: Installation) -> None:
    with passengers.readings(AFTER) as readings:
        found = readings.split("nps", "audience", window="2017-05")
        one_side = readings.read("nps", window="2017-05", filters=Filters.of({"audience": "decision_maker"}))
    assert {item.group: (item.n, round(item.value or 0, 2)) for item in found} == {
        "decision_maker": (769, 34.59),
        "end_user": (1_977, 41.88),
    }
    assert (one_side.n, round(one_side.value or 0, 2)) == (769, 34.59)


def test_each_day_of_may_agrees_with_the_table_of_another_project(
    passengers: Installation, real_data: Path
) -> None:
    with (real_data / "sfo_2017_nps_by_day_computed_by_others.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["date"].startswith("2017-05-")]
    theirs = {row["date"]: (round(float(row["n_total"])), round(float(row["nps"]), 6)) for row in rows}
    with passengers.readings(AFTER) as readings:
        ours = {}
        for day in theirs:
            reading = readings.read("nps", window=f"{day}..{day}")
            ours[day] = (reading.n, round(reading.value or 0, 6))
    differing = {day for day in theirs if theirs[day] != ours[day]}
    assert len(theirs) >= 20
    assert differing == DATED_ELSEWHERE
