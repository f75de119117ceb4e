"""One account's page and its report, by hand: its people, its tickets, its words, and no address."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from data.account_page import AccountPage, AccountQuestion, AccountReport, ReportQuestion
from data.records import Account, Audience, Invitation, State
from data.study import answer as study
from tests.clock import StandingClock
from tests.data.small_world import (
    answer,
    at,
    change,
    person,
    reply,
    settings_of,
    store_of,
    survey,
    target,
    ticket,
    write,
)

CLOCK = StandingClock(at("11-18 14:30"))


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Acme in a desk and a survey tool, with Ada in both, and another account beside it."""
    store = store_of(engine)
    write(
        store, "desk",
        Account(id="a", name="Acme", yearly_value=100.0, employee_count=50, renewal_on=date(2026, 12, 18)),
        Account(id="b", name="Other"),
        person("ada", "sponsor", name="Ada", title="COO", email="ada@acme.test", account_id="a"),
        person("bob", "user", name="Bob", account_id="a"), person("cyd", "user", name="Cyd", account_id="a"),
        person("dan", name="Dan", account_id="a", is_deleted=True), person("eve", name="Eve", account_id="b"),
        ticket("late", "11-17 09:00", account_id="a", subject="Late"), target("late", "11-17 09:00", 60),
        ticket("soon", "11-18 14:00", account_id="a"), target("soon", "11-18 14:00", 600),
        ticket("bare", "11-01 09:00", account_id="a"), ticket("else", "11-01 09:00", account_id="b"),
        ticket("missed", "11-02 09:00", State.SOLVED, account_id="a"), target("missed", "11-02 09:00", 60),
        reply("missed", "11-02 09:20"), change("missed", "11-02 12:00", State.SOLVED),
        ticket("kept", "11-03 09:00", State.SOLVED, account_id="a"), target("kept", "11-03 09:00", 60),
        reply("kept", "11-03 09:05"), change("kept", "11-03 09:30", State.SOLVED),
    )  # fmt: skip
    write(
        store, "poll", survey(),
        Account(id="9", name="ACME", yearly_value=300.0, renewal_on=date(2027, 5, 1)),
        person("77", "sponsor", email="ada@acme.test", account_id="9"),
        Invitation(id="i1", survey_id="nps", sent_at=at("11-01 09:00"), contact_id="77"),
        answer("r1", "11-02 09:00", 9, contact_id="77", account_id="9", role="sponsor", comment="Good"),
        answer("r2", "11-03 09:00", 4, account_id="9", role="user", comment="Slow"),
        answer("r3", "11-04 09:00", 10, account_id="9", role="user", comment="  "),
        answer("r4", "2025-10-01", 0, account_id="9", role="user", comment="Long ago"),
    )  # fmt: skip
    write(
        store, "desk", survey(),
        Invitation(id="i2", survey_id="nps", sent_at=at("11-01 09:00"), contact_id="bob"),
    )  # fmt: skip
    return engine


def ask(engine: Engine, account: str = "acme", **more: Any) -> AccountPage:
    return study(engine, settings_of(), AccountQuestion(account, **more), clock=CLOCK)


def report(engine: Engine, **more: Any) -> AccountReport:
    return study(engine, settings_of(), ReportQuestion("acme", **more), clock=CLOCK)


def test_of_several_sources_the_largest_value_and_the_next_renewal_count(desk: Engine) -> None:
    head = ask(desk).head
    assert (head.firm.value, head.firm.employees, head.renews_in) == (300.0, 50, 30)


def test_one_person_in_two_sources_is_one_and_was_heard_where_she_answered(desk: Engine) -> None:
    people = {p.name: (p.audience, p.is_asked, p.is_answered) for p in ask(desk).people}
    assert people == {
        "Ada": (Audience.DECISION_MAKER, True, True),
        "Bob": (Audience.END_USER, True, False),
        "Cyd": (Audience.END_USER, False, False),
    }


def test_no_address_leaves_the_store(desk: Engine) -> None:
    assert "@" not in repr(ask(desk))
    assert "@" not in repr(report(desk))


def test_open_tickets_come_by_what_is_due_first_and_missed_ones_are_its_own(desk: Engine) -> None:
    page = ask(desk)
    assert [item.id for item in page.open] == ["late", "soon", "bare"]
    assert [item.id for item in page.missed] == ["missed"]
    assert page.missed[0].gap_minutes == 120
    assert (page.readings["backlog"].value, page.readings["breached_now"].value) == (3, 1)


def test_words_are_those_with_words_of_the_last_year_newest_first(desk: Engine) -> None:
    assert [voice.comment for voice in ask(desk).voices] == ["Slow", "Good"]


def test_the_report_tells_what_was_done_in_its_window_and_what_was_praised(desk: Engine) -> None:
    found = report(desk)
    assert [(item.id, item.reply_minutes) for item in found.fastest] == [("kept", 5), ("missed", 20)]
    assert [voice.comment for voice in found.praise] == ["Good"]
    assert (found.readings["solved"].value, found.readings["sla_attainment"].value) == (2, 0.5)
    before = report(desk, window="2026-10")
    assert (before.fastest, before.praise, before.readings["sla_attainment"].value) == ((), (), None)


def test_too_few_answers_have_no_place(desk: Engine) -> None:
    assert ask(desk).position == "thin"


@pytest.mark.parametrize(
    ("score", "promised", "position"),
    [(0, 600, "watermelon"), (10, 600, "kept"), (0, 10, "late"), (10, 10, "forgiven")],
)
def test_where_an_account_stands_is_one_of_four(
    sqlite_engine: Engine, score: float, promised: float, position: str
) -> None:
    write(
        store_of(sqlite_engine), "desk", survey(), Account(id="a", name="Acme"),
        *(ticket(f"{n}", "11-02 09:00", State.SOLVED, account_id="a") for n in range(10)),
        *(target(f"{n}", "11-02 09:00", promised) for n in range(10)),
        *(change(f"{n}", "11-02 10:00", State.SOLVED) for n in range(10)),
        *(answer(f"{n}", "11-03 09:00", score, account_id="a") for n in range(12)),
    )  # fmt: skip
    assert ask(sqlite_engine).position == position


def test_an_account_that_is_none_and_a_window_that_is_none_are_refused(desk: Engine) -> None:
    with pytest.raises(LookupError, match="No account is called 'nobody'"):
        ask(desk, "nobody")
    with pytest.raises(ValueError, match="not understood"):
        ask(desk, window="often")
