"""A real incident log through the files connector, by settings alone, against figures that others published.

The log and the figures stand in ../shared/data; 24,918 incidents, 141,712 rows, published in 2018.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from connectors.configured import build_connectors
from connectors.sync import sync_source
from data import schema
from data.histogram import RELATIVE_ERROR
from data.months import worst_month
from data.statistics import Verdict
from data.store import Store
from tests.clock import StandingClock
from tests.whole.from_settings import Installation, installation

AFTER = datetime(2017, 3, 1, tzinfo=UTC)
HOUR = 60.0


@pytest.fixture(scope="module")
def incidents(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    url = f"sqlite:///{tmp_path_factory.mktemp('uci') / 'barometer.db'}"
    with installation(url, "uci.toml", real_data, StandingClock(AFTER)) as filled:
        yield filled


def read(
    incidents: Installation, key: str, window: str = "all", as_of: datetime = AFTER
) -> tuple[float, int]:
    """(value, n) of a reading."""
    with incidents.readings(as_of) as readings:
        reading = readings.read(key, window=window, compare=False)
    assert reading.value is not None
    return reading.value, reading.n


def test_every_row_is_read_and_none_is_refused(incidents: Installation) -> None:
    outcome = incidents.outcomes["incidents"]
    assert (outcome.outcome, outcome.reject_count) == ("succeeded", 0)
    with incidents.engine.connect() as connection:
        count = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (schema.ticket, schema.ticket_event, schema.reject)
        ]
    assert count == [24_918, 141_712, 0]


def test_attainment_is_that_of_the_last_row_of_each_incident(incidents: Installation) -> None:
    share, n = read(incidents, "created_sla_attainment")
    assert n == 24_918
    assert round(share * n) == 15_803
    assert round(share, 4) == 0.6342


@pytest.mark.parametrize(
    ("month", "created", "share"),
    [
        ("2016-02", 207, 0.6473),
        ("2016-03", 8_995, 0.3986),
        ("2016-04", 7_934, 0.7670),
        ("2016-05", 7_508, 0.7752),
        ("2016-10", 16, 0.4375),
    ],
)
def test_each_month_has_its_incidents_and_its_attainment(
    incidents: Installation, month: str, created: int, share: float
) -> None:
    assert read(incidents, "created", month)[0] == created
    found, n = read(incidents, "created_sla_attainment", month)
    assert n == created
    assert round(found, 4) == share


def test_each_priority_has_its_incidents_and_its_attainment(incidents: Installation) -> None:
    with incidents.readings(AFTER) as readings:
        found = readings.split("created_sla_attainment", "priority", window="all")
    assert {reading.group: (reading.n, round(reading.value or 0, 4)) for reading in found} == {
        "urgent": (270, 0.0185),
        "high": (408, 0.0049),
        "normal": (23_466, 0.6454),
        "low": (774, 0.8411),
    }


def test_resolution_times_leave_out_what_was_never_resolved(incidents: Installation) -> None:
    median, n = read(incidents, "full_resolution_calendar_minutes")
    assert n == 24_918 - 1_556
    assert round(median / HOUR, 1) == 22.1
    p90, _ = read(incidents, "full_resolution_calendar_minutes_p90")
    assert p90 / HOUR == pytest.approx(381.548, rel=RELATIVE_ERROR)
    assert p90 / HOUR != pytest.approx(381.548, rel=1e-5)  # it comes from a histogram
    with incidents.readings(AFTER, is_exact=True) as exact:
        counted = exact.read("full_resolution_calendar_minutes_p90", window="all", compare=False)
    assert round((counted.value or 0) / HOUR, 3) == 381.548


def test_the_mean_resolution_time_is_the_published_one(incidents: Installation) -> None:
    query = select(func.avg(schema.ticket.c.full_resolution_calendar_minutes))
    with incidents.engine.connect() as connection:
        assert round(connection.execute(query).scalar_one() / HOUR, 3) == 178.172


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2016-03-15", 3_517),
        ("2016-04-01", 3_353),
        ("2016-05-01", 2_962),
        ("2016-06-01", 2_044),
        ("2016-07-01", 451),
    ],
)
def test_the_backlog_at_a_past_midnight_is_what_was_not_closed_then(
    incidents: Installation, day: str, expected: int
) -> None:
    as_of = datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert read(incidents, "backlog", as_of=as_of)[0] == expected


def test_in_the_end_nothing_is_left_open(incidents: Installation) -> None:
    with incidents.readings(AFTER) as readings:
        assert readings.read("backlog").value == 0


def test_the_worst_month_with_volume_is_march(incidents: Installation) -> None:
    months = ["2016-02", "2016-03", "2016-04", "2016-05"]
    shares = {month: read(incidents, "created_sla_attainment", month)[0] for month in months}
    assert min(shares, key=lambda month: shares[month]) == "2016-03"


def test_the_worst_month_is_march_however_bad_a_tiny_one_looks(incidents: Installation) -> None:
    """October 2016 has 16 incidents; chance alone never gives 8,995 of them as bad an attainment as March."""
    with incidents.readings(AFTER) as readings:
        found = worst_month(readings, "created_sla_attainment", 13)
    assert found.worst is not None
    assert (found.worst.label, found.worst.reading.n) == ("2016-03", 8_995)
    assert found.chance is not None
    assert found.chance < 1e-9
    assert (found.verdict, found.reason[:12]) == (Verdict.TOO_FEW, "1 of the 12 ")  # no history before it


def test_a_second_sync_reads_nothing(incidents: Installation) -> None:
    clock = StandingClock(AFTER)
    connectors, _ = build_connectors(incidents.settings, incidents.engine, clock)
    store = Store(incidents.engine, incidents.settings, b"a key for the tests' hashes", clock)
    outcome = sync_source(connectors["incidents"], store, holder="test", interval_seconds=60)
    assert outcome is not None
    assert (outcome.outcome, outcome.record_count) == ("succeeded", 0)
