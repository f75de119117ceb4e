"""One month of a small desk, by hand, in both databases: its figure, its verdict, its causes, its rows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Engine

from data.autopsy import Why
from data.month import SIGNS, MonthAsked, MonthFound
from data.signals import MonthVerdict, Rule
from data.study import answer
from data.window import Filters
from tests.clock import StandingClock
from tests.data.month_world import BAD, MONTHS, NOW, fill
from tests.data.small_world import settings_of


def ask(engine: Engine, month: str = BAD, **more: Any) -> MonthFound:
    return answer(engine, settings_of(), MonthAsked(month=month, **more), clock=StandingClock(NOW))


@pytest.fixture
def desk(engine: Engine) -> Engine:
    return fill(engine)


def test_the_bad_month_is_bad_and_its_cause_comes_first(desk: Engine) -> None:
    """21 of 30 kept where 29 usually are: 8 tickets, all of the field team."""
    found = ask(desk)
    assert found.sign.reading.metric.key == "sla_attainment"
    assert found.sign.reading.counts == {"hits": 21, "total": 30}
    judged = found.sign.standing.judged
    assert (judged.verdict, judged.rules) == (MonthVerdict.BAD, (Rule.BEYOND,))
    assert [reading.window.label for reading in found.sign.standing.usual] == list(MONTHS[:12])
    assert found.autopsy is not None
    assert found.autopsy.difference == Fraction(-8, 30)
    first = found.autopsy.parts[0]
    assert (first.why, first.by, first.group, first.size) == (
        Why.GROUP, "team", "desk:field", Fraction(-8, 30),
    )  # fmt: skip
    assert ("account", "harbour", Fraction(-4, 30)) in [(s.by, s.group, s.size) for s in first.within]
    assert found.names[first.group or ""] == "Field"


def test_the_signs_stand_beside_each_other_and_the_score_splits_too(desk: Engine) -> None:
    found = ask(desk, sign="nps")
    assert [sign.reading.metric.key for sign in found.signs] == list(SIGNS)
    assert found.sign.reading.value == pytest.approx(100 * (10 - 20) / 30)
    assert found.autopsy is not None
    assert found.autopsy.difference == Fraction(-20, 30)
    assert sum(part.size for part in found.autopsy.parts) == found.autopsy.difference


def test_the_latest_tickets_are_listed_latest_first(desk: Engine) -> None:
    rows = ask(desk).moved
    assert [row.ticket_id for row in rows][:2] == [f"{BAD}-10", f"{BAD}-7"]
    assert [row.late_minutes for row in rows][:2] == [490, 487]
    assert len(rows) == 9
    assert (rows[0].team, rows[0].account, rows[0].title) == ("Desk", "Quill", "Printer")


def test_of_a_score_the_detractors_are_listed(desk: Engine) -> None:
    rows = ask(desk, sign="nps").moved
    assert len(rows) == 10
    assert {row.score for row in rows} == {2}
    assert rows[0].title == "Fine."


def test_the_months_beside_it_and_its_comments(desk: Engine) -> None:
    found = ask(desk)
    assert found.before is not None
    assert found.year_ago is not None
    assert (found.before.window.label, found.year_ago.window.label) == ("2026-04", "2025-05")
    assert [month.reading.window.label for month in found.chart] == list(MONTHS)
    assert [month.is_it for month in found.chart].index(True) == 12
    assert [item.comment for item in found.comments] == ["Fine."]
    assert found.usual_arrivals == pytest.approx(12 * 30 / (365 - 9))  # counted from the first ticket on


def test_filters_narrow_all_of_it(desk: Engine) -> None:
    found = ask(desk, sign="sla_attainment", filters=Filters(team="desk:desk"))
    assert found.sign.reading.counts == {"hits": 19, "total": 20}
    assert found.autopsy is not None
    assert found.autopsy.difference == 0
    assert len(found.moved) == 1
    found = ask(desk, sign="sla_attainment", filters=Filters(account="harbour"))
    assert found.autopsy is not None
    assert found.autopsy.difference == -1


def test_a_month_that_lasts_is_never_bad(desk: Engine) -> None:
    found = ask(desk, "2026-11", sign="sla_attainment")
    assert found.sign.standing.judged.verdict is MonthVerdict.PROVISIONAL
    assert not found.is_over


def test_an_empty_store_has_no_figure_and_no_causes(engine: Engine) -> None:
    found = ask(engine)
    assert found.sign.reading.value is None
    assert (found.autopsy, found.before, found.moved, found.comments) == (None, None, (), ())
    assert found.sign.standing.judged.verdict is MonthVerdict.TOO_FEW


def test_a_median_does_not_split(desk: Engine) -> None:
    assert ask(desk, sign="sla_gap").autopsy is None


@pytest.mark.parametrize("month", ["2026-13", "90d", "2026", "20260-1", "٢٠٢٦-٠٥", ""])
def test_what_is_no_month_is_said(sqlite_engine: Engine, month: str) -> None:
    with pytest.raises(ValueError, match=r"month|calendar"):
        ask(sqlite_engine, month)


@pytest.mark.parametrize(("month", "sign"), [("2027-01", None), ("1970-02", None), (BAD, "npss")])
def test_what_is_not_there_is_said(sqlite_engine: Engine, month: str, sign: str | None) -> None:
    with pytest.raises(LookupError):
        ask(sqlite_engine, month, sign=sign)


def test_a_level_has_no_bad_month(sqlite_engine: Engine) -> None:
    with pytest.raises(ValueError, match="level"):
        ask(sqlite_engine, sign="backlog")
