"""The page of one month: what it says in each state, and that no text of a customer becomes markup."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.figures.control_chart import control_chart
from data.month import MonthAsked, MonthFound
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.months_found import bad, empty, hostile
from tests.dashboard.pages import Page
from tests.dashboard.readings import AT, HOSTILE

PATH = "/months/2026-05"


def client_of(make: Callable[[MonthAsked], Any]) -> FlaskClient:
    provider = FakeProvider(STATES["full"], studies={MonthAsked: make})
    return create_app(provider, clock=lambda: AT).server.test_client()


def page(make: Callable[[MonthAsked], MonthFound] = bad, path: str = PATH) -> Page:
    return Page(client_of(make).get(path).text)


def test_a_bad_month_says_the_figure_the_rule_and_the_cause() -> None:
    shown = page()
    for said in (
        "May 2026", "82\u202f%", "below the lower limit (89\u202f%): not noise",
        "10.0 points below the usual month", "Team Field team", "−9.1 points",
        "556 tickets (usually 340 a month), 35 points below what such usually give; of it −6.3 account",
        "Handoffs 0.40 → 1.30 a ticket", "−0.4 points", "Mix of priorities", "+0.1 points", "Everything else",
        "12 months, May 2025 to April 2026", "Arrivals: 2\u202f098 tickets, +13\u202f% a day",
        "Mailbox missing", "+32\u202fh", "No mail for two days.", "91\u202f%",
    ):  # fmt: skip
        assert said in shown.text, said


def test_parts_too_small_to_show_are_counted_with_everything_else() -> None:
    """-0.59 and -0.01 points."""
    shown = page()
    assert "Reopened" not in shown.text
    assert "−0.6 points" in shown.text


def test_each_figure_leads_to_its_receipt_and_each_row_to_its_ticket() -> None:
    shown = page()
    figure = shown.figure("sla_attainment")
    assert figure["href"] == "/receipt?metric=sla_attainment&window=2026-05"
    assert (figure["data-value"], figure["data-n"]) == ("0.82", "2143")
    links = shown.values("href")
    assert "/tickets/demo/T~201~2F2" in links
    assert any(link.startswith("/receipt.csv?metric=sla_attainment&window=2026-05") for link in links)


def test_links_keep_the_sign_and_the_filters() -> None:
    links = page(path=f"{PATH}?team=demo:field&sign=nps").values("href")
    assert "/months/2026-04?sign=nps&team=demo%3Afield" in links
    assert "/months/2026-06?sign=nps&team=demo%3Afield" in links
    assert "/months/2026-05?sign=sla_gap&team=demo%3Afield" in links


def test_the_chart_has_a_table_with_the_same_months() -> None:
    shown = page()
    rows = [text for text in ("July 2025", "May 2026", "August 2026") if text in shown.text]
    assert len(rows) == 3
    assert "no data" in shown.text
    tables = [given for tag, given in shown.elements if tag == "table"]
    assert len(tables) == len([tag for tag, _ in shown.elements if tag == "caption"]) == 3
    heads = [given for tag, given in shown.elements if tag == "th"]
    assert {given["scope"] for given in heads} == {"col", "row"}


def test_the_question_is_what_the_address_asks() -> None:
    asked: list[MonthAsked] = []

    def note(question: MonthAsked) -> MonthFound:
        asked.append(question)
        return bad(question)

    client_of(note).get(f"{PATH}?sign=nps&team=demo:field")
    assert (asked[0].month, asked[0].sign, asked[0].filters.team) == ("2026-05", "nps", "demo:field")


def test_no_data_is_said_in_words() -> None:
    shown = page(empty)
    for said in (
        "no data", "too few to say", "There is nothing to compare", "No limits yet", "Nothing in this month.",
        "No comments in this month.", "Arrivals: no data.",
    ):  # fmt: skip
        assert said in shown.text, said
    assert shown.figure("sla_attainment")["data-value"] == ""


def test_hostile_texts_make_no_element_and_no_attribute() -> None:
    shown = page(hostile)
    assert HOSTILE in shown.text
    assert "img" not in {tag for tag, _ in shown.elements}
    assert not [given for _, given in shown.elements if "onerror" in given or "onmouseover" in given]


@pytest.mark.parametrize(("error", "status"), [(ValueError, 400), (LookupError, 404)])
def test_what_can_not_be_answered_is_said(error: type[Exception], status: int) -> None:
    def fail(asked: MonthAsked) -> MonthFound:
        raise error("2027-01 has not begun yet.")

    answer = client_of(fail).get("/months/2027-01")
    assert answer.status_code == status
    assert "2027-01 has not begun yet." in Page(answer.text).text


def test_a_chart_marks_its_month_and_leaves_gaps() -> None:
    svg = control_chart(
        [1.0, None, 3.0, 2.0], marked=3, label='<b> & "', centre=2.0, limits=(0.0, 4.0), hue="bad"
    )
    assert svg.count('class="month-dot') == 3
    assert svg.count("is-marked hue-bad") == 1
    assert svg.count('class="months-line"') == 2
    assert "<b>" not in svg
    assert control_chart([None, None], marked=0, label="") == ""
