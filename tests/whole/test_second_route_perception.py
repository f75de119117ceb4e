"""Two routes to perception against reality and to what is at stake: readings, and pandas from the rows."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest
from sqlalchemy import Engine

from data.readings import Readings
from tests.whole.test_second_route import NOW, SETTINGS, company, epoch, frame

__all__ = ["company"]
DAY = 86_400


def lived(engine: Engine, since: int, until: int) -> pd.DataFrame:
    """Each answer with each target that its giver lived through; NaN for those without any."""
    answers = frame(engine, "SELECT id AS answer, contact_id, account_key, score, responded_at FROM response")
    tickets = frame(
        engine,
        "SELECT id, requester_id, sla_is_met, sla_ended_at, sla_elapsed_minutes / sla_target_minutes AS ratio"
        " FROM ticket WHERE is_counted AND sla_is_met IS NOT NULL",
    )
    chosen = answers[answers.responded_at.between(since, until - 1)]
    both = chosen.merge(tickets, left_on="contact_id", right_on="requester_id")
    ago = both.responded_at - both.sla_ended_at
    return both[(ago >= 0) & (ago < 90 * DAY)]


def test_the_watermelon_and_its_reverse(company: Engine) -> None:
    with Readings(company, SETTINGS, as_of=NOW) as readings:
        window = readings.window("365d")
        green, red = (readings.read(key, window=window) for key in ("watermelon", "happy_though_late"))
        attained = readings.read("experienced_attainment", window=window)
        accounts = readings.split("watermelon", "account", window=window)
    rows = lived(company, epoch(window.start), epoch(window.end))
    assert (attained.value, attained.n) == (pytest.approx(rows.sla_is_met.mean()), len(rows))
    by_answer = rows.groupby("answer").agg(
        kept=("sla_is_met", "min"), score=("score", "first"), account=("account_key", "first")
    )
    kept, broken = by_answer[by_answer.kept == 1], by_answer[by_answer.kept == 0]
    assert (green.value, green.n) == (pytest.approx((kept.score < 9).mean()), len(kept))
    assert (red.value, red.n) == (pytest.approx((broken.score >= 9).mean()), len(broken))
    assert min(len(kept), len(broken)) > 20
    expected = (kept.score < 9).groupby(kept.account).mean().to_dict()
    assert {part.group: part.value for part in accounts if part.n} == pytest.approx(expected)


def test_the_doses(company: Engine) -> None:
    with Readings(company, SETTINGS, as_of=NOW) as readings:
        window = readings.window("365d")
        found = readings.read("halving_worth", window=window)
    rows = lived(company, epoch(window.start), epoch(window.end))
    ratio = rows.groupby("answer").ratio.median()
    assert found.n == len(ratio)
    assert found.counts["½ to 1 of target"] == ((ratio > 0.5) & (ratio <= 1)).sum() > 0
    assert found.counts["1 to 2 times target"] == ((ratio > 1) & (ratio <= 2)).sum() > 0


def test_value_at_risk(company: Engine) -> None:
    said = frame(
        company,
        "SELECT account_key, score, responded_at FROM response WHERE audience = 'decision_maker'",
    )
    worth = frame(company, "SELECT account_key, yearly_value FROM account").set_index("account_key")
    recent = said[said.responded_at.between(epoch(NOW - timedelta(days=365)) + 1, epoch(NOW))]
    in_order = recent.sort_values(["responded_at", "score"], ascending=[True, False])
    last = in_order.groupby("account_key").last()
    with Readings(company, SETTINGS, as_of=NOW) as readings:
        found = readings.read("value_at_risk")
    assert found.value == pytest.approx(worth.yearly_value[last.index[last.score <= 6]].sum())
    assert found.value
    assert (found.n, found.counts["lukewarm accounts"]) == (len(last), last.score.between(7, 8).sum())
