"""Two routes to one number agree: readings, and pandas straight from the rows, on the demo's company."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from connectors.base import Context
from connectors.demo import Demo
from data.engine import open_store
from data.known import Known
from data.readings import Readings
from data.records import UNSOLVED
from data.settings import FileSettings
from data.store import Store

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
SETTINGS = FileSettings(time_zone="Europe/London")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A store with 2,000 tickets of the demo's company."""
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('company') / 'demo.db'}")
    store = Store(engine, SETTINGS, b"0123456789abcdef", lambda: NOW)
    demo = Demo("demo", {"tickets": 2000}, Context(clock=lambda: NOW, known=Known(engine, "demo")))
    for stream in demo.streams:
        for page in demo.read(stream, {}):
            store.write("demo", stream.name, page)
    yield engine
    engine.dispose()


def frame(engine: Engine, query: str) -> pd.DataFrame:
    with engine.connect() as connection:
        return pd.read_sql(text(query), connection)


def epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def test_nps_of_90_days(company: Engine) -> None:
    answers = frame(company, "SELECT score, responded_at, audience FROM response")
    with Readings(company, SETTINGS, as_of=NOW) as readings:
        reading = readings.read("nps", window="90d")
        split = {item.group: item.value for item in readings.split("nps", "audience", window="90d")}
    since, until = epoch(reading.window.start), epoch(NOW)
    recent = answers[answers.responded_at.between(since, until)]
    points = recent.assign(point=(recent.score >= 9).astype(int) - (recent.score <= 6).astype(int))
    assert reading.n == len(points) > 50
    assert reading.value == pytest.approx(100 * points.point.mean())
    assert split == pytest.approx((100 * points.groupby("audience").point.mean()).to_dict())


@pytest.mark.parametrize("days_ago", [0, 1, 30, 171, 400])
def test_the_backlog_at_a_past_moment(company: Engine, days_ago: int) -> None:
    moment = NOW - timedelta(days=days_ago)
    tickets = frame(company, "SELECT id, created_at FROM ticket").set_index("id")
    changes = frame(
        company,
        "SELECT ticket_id, happened_at, sequence, state FROM ticket_event WHERE state IS NOT NULL",
    )
    until = changes[changes.happened_at <= epoch(moment)].sort_values(["happened_at", "sequence"])
    state = until.groupby("ticket_id").state.last().reindex(tickets.index).fillna("new")
    waiting = state.isin([item.value for item in UNSOLVED]) & (tickets.created_at <= epoch(moment))
    with Readings(company, SETTINGS, as_of=moment) as readings:
        assert readings.read("backlog").value == waiting.sum() > 0


def test_medians_and_shares_of_30_days(company: Engine) -> None:
    rows = frame(company, "SELECT * FROM ticket WHERE is_counted")
    events = frame(
        company,
        "SELECT ticket_id, min(happened_at) AS at FROM ticket_event WHERE kind = 'agent_reply' GROUP BY 1",
    ).set_index("ticket_id")
    first = (events["at"] - rows.set_index("id").created_at) / 60
    with Readings(company, SETTINGS, as_of=NOW) as readings:
        window = readings.window("30d")
        since, until = epoch(window.start), epoch(window.end)
        replied = first[events["at"].between(since, until - 1).reindex(first.index, fill_value=False)]
        assert readings.read("first_reply_calendar_minutes", window=window).value == pytest.approx(
            replied.median()
        )
        solved = rows[rows.solved_at.between(since, until - 1)]
        taken = (solved.solved_at - solved.created_at) / 60
        assert readings.read("full_resolution_calendar_minutes", window=window).value == pytest.approx(
            taken.median()
        )
        p90 = readings.read("full_resolution_calendar_minutes_p90", window=window)
        assert p90.value == pytest.approx(taken.quantile(0.9))
        attainment = readings.read("sla_attainment", window=window)
        inside = solved.sla_elapsed_minutes <= solved.sla_target_minutes
        assert (attainment.value, attainment.n) == (pytest.approx(inside.mean()), len(solved))
