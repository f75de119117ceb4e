"""The pages about accounts: honest in every state, safe with every text, and whole without scripts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from dashboard import create_app
from dashboard.account_parts import account_href, account_in
from dashboard.figures.scatter import Dot, scatter
from data.account_list import AccountsQuestion
from data.account_page import AccountQuestion, ReportQuestion
from data.records import Audience
from data.window import Filters
from tests.dashboard.accounts import (
    LOST,
    MELON,
    MUTE,
    THIN,
    account_list,
    account_page,
    account_report,
    empty_list,
    empty_page,
    hostile_page,
    line,
    readings,
)
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.pages import Page
from tests.dashboard.readings import AT, HOSTILE


def opened(path: str, **answers: Any) -> tuple[int, Page]:
    """Status and page; answers: by kind of question, `accounts`, `account` or `report`."""
    kinds = {"accounts": AccountsQuestion, "account": AccountQuestion, "report": ReportQuestion}
    provider = FakeProvider(STATES["full"])
    for name, made in answers.items():
        provider.studies[kinds[name]] = made if callable(made) else lambda question, made=made: made
    answer = create_app(provider, clock=lambda: AT).server.test_client().get(path)
    return answer.status_code, Page(answer.text)


def names(page: Page) -> list[str]:
    """The accounts that the table links to, in its order."""
    body = re.split("Inside SLA", page.text)[-1]
    return sorted(("Melon", "Lost", "Thin", "Mute"), key=lambda name: body.find(name))


# --- all accounts -------------------------------------------------------------------------------------------


def test_watermelons_and_accounts_at_risk_are_told_by_word_and_shape() -> None:
    status, page = opened("/accounts", accounts=account_list(MELON, LOST, THIN, MUTE))
    assert status == 200
    for said in (
        "1 account with a green SLA and unhappy people",
        "▼ green SLA, unhappy",
        "! at risk",
        "too few to say",
        "2 detractor",
        "nobody answered",
        "renews in 44 days",
        "1 account without answers or ended targets",
        "1 account active within a year whose decision-makers have said nothing · 5\u202fk a year",
        "25\u202f% · 10 of 40 invitations answered",
    ):
        assert said in page.text, said
    assert [len(page.with_class(f"scatter-{kind}")) for kind in ("watermelon", "thin", "plain")] == [1, 1, 1]


def test_every_account_is_in_the_table_and_leads_to_its_page_and_its_receipts() -> None:
    _, page = opened("/accounts", accounts=account_list(MELON, LOST, THIN, MUTE))
    hrefs = page.values("href")
    assert {"/accounts/melon", "/accounts/lost", "/accounts/thin", "/accounts/mute"} <= {*hrefs}
    assert "/receipt?metric=nps&window=90d&account=melon" in hrefs
    assert "/receipt?metric=sla_attainment&window=90d&account=melon" in hrefs
    assert not [href for href in hrefs if "account=mute" in href]
    heads = [given for tag, given in page.elements if tag == "th"]
    assert {given["scope"] for given in heads} == {"col", "row"}
    assert [tag for tag, _ in page.elements].count("caption") == 1


@pytest.mark.parametrize(
    ("sort", "order", "aria"),
    [
        ("risk", ["Lost", "Melon", "Thin", "Mute"], []),
        ("nps", ["Lost", "Melon", "Thin", "Mute"], ["ascending"]),
        ("name", ["Lost", "Melon", "Mute", "Thin"], ["ascending"]),
    ],
)
def test_a_link_sorts_the_table_and_says_so(sort: str, order: Sequence[str], aria: list[str]) -> None:
    by_name = account_list(LOST, MELON, MUTE, THIN)
    _, page = opened(f"/accounts?sort={sort}", accounts=by_name)
    assert names(page) == order
    assert page.values("aria-sort") == aria
    assert "true" in page.values("aria-current")


def test_many_accounts_are_paged_and_the_filters_stay() -> None:
    many = account_list(*(line(f"firm {number:03}") for number in range(120)))
    _, first = opened("/accounts?sort=name&source=desk&audience=end_user", accounts=many)
    assert "Accounts 1 to 50 of 120, by name" in first.text
    onward = next(href for href in first.values("href") if "page=2" in href)
    assert ("source=desk" in onward, "audience=end_user" in onward, "sort=name" in onward) == (True,) * 3
    _, last = opened("/accounts?sort=name&page=3", accounts=many)
    assert "Accounts 101 to 120 of 120" in last.text
    assert not [href for href in last.values("href") if "page=4" in href]
    _, beyond = opened("/accounts?sort=name&page=9", accounts=many)
    assert "There are only 120 accounts." in beyond.text


def test_the_url_narrows_the_question() -> None:
    asked: list[AccountsQuestion] = []

    def answer(question: AccountsQuestion) -> Any:
        asked.append(question)
        return account_list(MELON)

    opened("/accounts?audience=decision_maker&source=desk&team=x", accounts=answer)
    assert asked[0].filters == Filters(audience=Audience.DECISION_MAKER, source="desk")


@pytest.mark.parametrize(
    ("search", "says"),
    [("sort=luck", "not sorted by"), ("page=0", "no number"), ("audience=all", "audience is one of")],
)
def test_a_link_that_nobody_can_mean_is_answered_in_words(search: str, says: str) -> None:
    status, page = opened(f"/accounts?{search}", accounts=account_list(MELON))
    assert status == 400
    assert says in page.text


def test_without_accounts_there_are_words_and_no_zero() -> None:
    status, page = opened("/accounts", accounts=empty_list())
    assert status == 200
    assert "No account is known yet" in page.text
    assert "Nobody was asked in this window." in page.text
    assert not {"table"} & {tag for tag, _ in page.elements}
    assert not page.with_class("scatter")


def test_accounts_without_a_place_are_said_to_have_none() -> None:
    _, page = opened("/accounts", accounts=account_list(MUTE))
    assert "none has a place here" in page.text
    assert "Mute" in page.text


# --- one account --------------------------------------------------------------------------------------------


def test_an_account_shows_where_it_stands_and_what_hangs_on_it() -> None:
    status, page = opened("/accounts/acme", account=account_page())
    assert status == 200
    for said in (
        "86\u202fk a year · renews in 41 days · 50 employees",
        "between −40 and 0",
        "▼ Green SLA, unhappy people",
        "1 breached",
        "wait_lost_share = 0.1",
        "hours_per_week = 40",
        "Have answered · 1",
        "Bob",
        "Were asked and have not answered · 1",
        "no name",
        "Third time this month",
        "! breached",
        "+2.5\u202fh",
        "on hold",
    ):
        assert said in page.text, said


def test_each_figure_of_an_account_leads_to_its_receipt_and_each_ticket_to_its_page() -> None:
    _, page = opened("/accounts/acme", account=account_page())
    for key in ("nps", "backlog", "sla_attainment", "downtime_hours", "downtime_fte", "watermelon"):
        assert page.figure(key)["href"].startswith(f"/receipt?metric={key}")
    assert {"/tickets/desk/T-1", "/tickets/desk/T-2"} <= {*page.values("href")}


def test_too_few_are_called_few() -> None:
    _, page = opened("/accounts/acme", account=account_page(readings=readings(2)))
    assert "Too few answers or targets to say where it stands." in page.text
    assert page.figure("nps")["text"] == "too few to say"


def test_an_account_of_which_nothing_is_known_has_words() -> None:
    status, page = opened("/accounts/acme", account=empty_page())
    assert status == 200
    for said in (
        "no data",
        "Nobody of this account is known by name",
        "Nobody has written anything within a year.",
        "No ticket of this account is open.",
        "No target of this account was missed in this window.",
    ):
        assert said in page.text, said
    assert page.figure("nps")["data-value"] == ""


def test_an_account_that_is_none_is_answered_as_not_found() -> None:
    def none(question: AccountQuestion) -> Any:
        raise LookupError("No account is called 'x'.")

    status, page = opened("/accounts/x", account=none)
    assert (status, "No account is called" in page.text) == (404, True)
    assert opened("/accounts/x?window=often", account=account_page())[0] == 400


@pytest.mark.parametrize("key", ["quill & sons", "a/b", "50% off ltd", "größe", "a?b#c", "a+b"])
def test_an_account_is_found_by_its_address_whatever_its_name(key: str) -> None:
    asked: list[str] = []

    def answer(question: AccountQuestion) -> Any:
        asked.append(question.account)
        return account_page()

    status, _ = opened(account_href(key), account=answer)
    assert (status, {*asked}) == (200, {key})
    assert account_in(account_href(key).removeprefix("/accounts/")) == key  # as the browser's part has it


# --- the report ---------------------------------------------------------------------------------------------


def test_the_report_holds_what_was_done_and_leaves_the_rest_to_be_written() -> None:
    status, page = opened("/accounts/acme?print=1", report=account_report())
    assert status == 200
    for said in (
        "What we did for Acme",
        "tickets solved",
        "97%",
        "7\u202fmin",
        "Brilliant",
        "Room to write",
    ):
        assert said in page.text, said


def test_a_report_of_a_quiet_time_says_so() -> None:
    _, page = opened("/accounts/acme?print=1", report=account_report(fastest=(), praise=()))
    assert "No ticket of this time has been answered yet." in page.text
    assert "Nobody who gave a 9 or 10 in this time wrote a comment." in page.text


# --- hostile texts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "answers"),
    [
        ("/accounts", {"accounts": account_list(line("x", name=HOSTILE, is_watermelon=True))}),
        ("/accounts/x", {"account": hostile_page()}),
        ("/accounts/x?print=1", {"report": account_report(head=hostile_page().head)}),
    ],
)
def test_hostile_texts_make_no_element_and_no_attribute(path: str, answers: dict[str, Any]) -> None:
    status, page = opened(path, **answers)
    assert status == 200
    assert HOSTILE in page.text
    assert "img" not in {tag for tag, _ in page.elements}
    assert not [given for _, given in page.elements if "onerror" in given or "onmouseover" in given]


def test_a_picture_escapes_names_in_labels_titles_and_links() -> None:
    dot = Dot(x=1.0, y=-50.0, size=3, kind="watermelon", name=HOSTILE, title=HOSTILE, href='/x"><b>')
    drawn = scatter([dot], target=0.9, label=HOSTILE)
    assert "<img" not in drawn
    assert "<b>" not in drawn
    assert "<script" not in drawn


def test_a_picture_without_a_dot_is_none_and_labels_do_not_lie_on_each_other() -> None:
    assert scatter([], target=0.9, label="") == ""
    twin = [
        Dot(x=0.97, y=-50.0, size=3, kind="watermelon", name=name, title=name, href="/")
        for name in ("First", "Second")
    ]
    assert scatter(twin, target=0.9, label="").count("scatter-name") == 0
    assert scatter(twin[:1], target=0.9, label="").count("scatter-name") == 1
