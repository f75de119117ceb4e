"""The list of accounts, by hand: who is worth what, who is at risk, who is green and unhappy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from data.account_list import AccountLine, AccountList, AccountsQuestion, drawn, ordered, reading_of
from data.at_risk import accounts_at_risk
from data.readings import Readings
from data.records import Account, Record, State
from data.study import answer as study
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, at, change, settings_of, store_of, survey, target, ticket, write

NOW = at("11-18 14:30")
CLOCK = StandingClock(NOW)
TODAY = date(2026, 11, 18)


def firm(id: str, value: float | None, renews_in: int | None = None, **more: Any) -> Account:
    renewal = None if renews_in is None else TODAY + timedelta(days=renews_in)
    return Account(id=id, name=id.title(), yearly_value=value, renewal_on=renewal, **more)


def solved(account: str, number: int, *, late: int = 0, **more: Any) -> Iterator[Record]:
    """So many solved tickets, each within its hour, but for the `late` first."""
    for place in range(number):
        id, created = f"{account} {place}", at("11-10 09:00") + timedelta(minutes=place)
        took = timedelta(minutes=90 if place < late else 30)
        yield ticket(id, created, State.SOLVED, account_id=account, **more)
        yield change(id, created + took, State.SOLVED)
        yield target(id, f"{created:%m-%d %H:%M}", 60)


def says(
    account: str, score: float | None, number: int = 1, role: str = "user", **more: Any
) -> Iterator[Record]:
    for place in range(number):
        id = f"{account} {score} {role} {place} {more}"
        yield answer(id, more.pop("when", "11-12 09:00"), score, account_id=account, role=role, **more)


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """A watermelon, one content, one late, one thin, one silent, one gone."""
    write(
        store_of(engine), "desk", survey(),
        firm("melon", 100.0, 40), firm("fine", 900.0, -3), firm("late", 400.0, 10), firm("thin", None),
        firm("mute", 50.0, 200), firm("gone", 800.0, is_deleted=True),
        *solved("melon", 10), *says("melon", 2, 9), *says("melon", 10, 3),
        *solved("fine", 10, late=1), *says("fine", 10, 10), *says("fine", 9, role="sponsor"),
        *solved("late", 10, late=4), *says("late", 3, 11), *says("late", 1, role="sponsor"),
        *solved("thin", 4), *says("thin", 0, 12), *solved("gone", 6), *says("gone", 0, 12),
    )  # fmt: skip
    return engine


def ask(engine: Engine, **filters: Any) -> AccountList:
    return study(engine, settings_of(), AccountsQuestion(Filters(**filters)), clock=CLOCK)


def lines(found: AccountList) -> dict[str, AccountLine]:
    return {line.account: line for line in found.lines}


def test_a_watermelon_is_green_and_unhappy_and_rests_on_enough(desk: Engine) -> None:
    found = lines(ask(desk))
    assert {key: line.is_watermelon for key, line in found.items() if line.is_watermelon} == {"melon": True}
    assert (found["melon"].nps.value, found["melon"].attainment.value) == (-50.0, 1.0)
    assert (found["fine"].nps.value, found["fine"].attainment.value) == (100.0, 0.9)  # as aimed for: green
    assert (found["late"].nps.value, found["late"].attainment.value) == (-100.0, 0.6)
    assert found["thin"].is_thin
    assert found["thin"].nps.value == -100


def test_where_nothing_is_known_there_is_nothing_and_no_zero(desk: Engine) -> None:
    mute, thin = lines(ask(desk))["mute"], lines(ask(desk))["thin"]
    assert (mute.nps.value, mute.attainment.value, mute.score) == (None, None, None)
    assert not mute.is_placed
    assert (thin.value, thin.renewal_on, thin.renews_in, thin.size) == (None, None, None, 0)


def test_deleted_accounts_are_not_listed_and_worth_is_told_in_thirds(desk: Engine) -> None:
    found = lines(ask(desk))
    assert {key: line.size for key, line in found.items()} == {
        "fine": 3, "late": 3, "melon": 2, "mute": 1, "thin": 0,
    }  # fmt: skip


def test_who_is_at_risk_adds_up_to_the_value_at_risk(desk: Engine) -> None:
    found = ask(desk)
    at_risk = [line for line in found.lines if line.is_at_risk]
    assert [(line.account, line.score) for line in at_risk] == [("late", 1)]
    assert found.value_at_risk.value == sum(line.value or 0 for line in at_risk) == 400
    with Readings(desk, settings_of(), as_of=NOW, clock=CLOCK) as readings:
        listed = accounts_at_risk(readings).accounts
    assert [item.account for item in listed] == [line.account for line in at_risk]


def test_an_accounts_line_reads_what_its_receipt_reads(desk: Engine) -> None:
    found = ask(desk)
    with Readings(desk, settings_of(), as_of=NOW, clock=CLOCK) as readings:
        for line in found.lines:
            for total, value in ((found.nps, line.nps), (found.attainment, line.attainment)):
                mine = reading_of(total, line.account, value)
                same = readings.read(
                    total.metric.key, window="90d", filters=Filters(account=line.account), compare=False
                )
                assert (mine.value, mine.n, mine.interval, mine.standing) == (
                    same.value, same.n, same.interval, same.standing,
                )  # fmt: skip


def test_the_audience_narrows_the_score_and_not_who_is_at_risk(desk: Engine) -> None:
    found = lines(ask(desk, audience="decision_maker"))
    assert (found["fine"].nps.n, found["melon"].nps.value) == (1, None)
    assert found["late"].is_at_risk


def test_a_source_that_knows_nothing_has_accounts_and_no_figures(desk: Engine) -> None:
    found = ask(desk, source="other")
    assert {line.nps.value for line in found.lines} == {None}
    assert (found.nps.value, found.value_at_risk.value) == (None, None)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("risk", ["late", "melon", "fine", "mute", "thin"]),
        ("value", ["fine", "late", "melon", "mute", "thin"]),
        ("renewal", ["late", "melon", "mute", "fine", "thin"]),
        ("nps", ["late", "thin", "melon", "fine", "mute"]),
        ("attainment", ["late", "fine", "melon", "thin", "mute"]),
        ("name", ["fine", "late", "melon", "mute", "thin"]),
    ],
)
def test_each_order_puts_first_what_needs_a_call_and_last_what_is_not_known(
    desk: Engine, sort: str, order: list[str]
) -> None:
    assert [line.account for line in ordered(ask(desk).lines, sort)] == order


def test_an_order_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="Possible: risk, value"):
        ordered([], "luck")


def test_of_too_many_the_watermelons_and_the_most_valuable_are_drawn(
    desk: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.account_list.DRAWN", 2)
    assert [line.account for line in drawn(ask(desk).lines)] == ["melon", "fine"]


def test_an_empty_store_has_no_account(engine: Engine) -> None:
    found = ask(engine)
    assert (found.lines, found.nps.value, found.asked) == ((), None, ())
