"""The page of months: every look has its word, every number its month, and the URL holds all of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

import dashboard
from dashboard import create_app
from dashboard.months_query import address, parse_months
from dashboard.theme import PALETTES, contrast, variables
from data.month_grid import MonthsAsked
from data.window import Filters
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.month_grids import LABELS, VALUES, empty_grid, full_grid, hostile_grid
from tests.dashboard.pages import Page
from tests.dashboard.readings import AT, HOSTILE, ZONE

SHEET = (Path(dashboard.__file__).parent / "assets" / "months.css").read_text()


def client_of(build: Callable[[MonthsAsked], object] = full_grid) -> tuple[FlaskClient, list[MonthsAsked]]:
    """A client, and the questions that its pages ask."""
    asked: list[MonthsAsked] = []

    def answer(question: MonthsAsked) -> object:
        asked.append(question)
        return build(question)

    provider = FakeProvider(STATES["full"], studies={MonthsAsked: answer})
    return create_app(provider, clock=lambda: AT).server.test_client(), asked


def page_of(path: str = "/months", build: Callable[[MonthsAsked], object] = full_grid) -> Page:
    return Page(client_of(build)[0].get(path).text)


def cells(page: Page) -> list[dict[str, str]]:
    return [given for _, given in page.elements if "data-month" in given]


# --- the grid -----------------------------------------------------------------------------------------------


def test_each_number_leads_to_its_month_with_sign_and_filters() -> None:
    first = cells(page_of("/months?team=1&priority=high"))[0]
    link = urlsplit(first["href"])
    assert link.path == "/months/2026-05"
    assert parse_qs(link.query) == {"sign": ["nps"], "team": ["1"], "priority": ["high"]}
    assert (first["data-value"], first["data-n"]) == ("42", "400")


def test_a_month_of_which_nothing_is_known_is_no_link_and_no_nought() -> None:
    page = page_of()
    assert len(cells(page)) == len(VALUES) * (len(LABELS) - 1)
    assert {cell["data-month"] for cell in cells(page)} == {*LABELS} - {"2026-08"}
    assert page.text.count("no data") >= len(VALUES)


@pytest.mark.parametrize(
    ("label", "look", "word"),
    [
        ("2026-05", "is-ringed", "beyond the control limit; genuinely bad, below the lower limit"),
        ("2026-06", "is-run", "worse than usual; genuinely bad, 7 months in a row below the centre"),
        ("2026-07", "is-thin", "too few to say"),
        ("2026-10", "is-provisional", "much worse than usual; provisional, answers may still come"),
        ("2026-11", "is-running", "so far, the month is not over"),
    ],
)
def test_every_look_is_said_in_words_too(label: str, look: str, word: str) -> None:
    page = page_of()
    cell = next(cell for cell in cells(page) if cell["data-month"] == label)
    assert look in cell["class"].split()
    assert word in cell["title"]
    assert word in page.text


def test_the_grid_is_a_table_with_a_caption_and_heads() -> None:
    page = page_of()
    tags = [tag for tag, _ in page.elements]
    assert tags.count("caption") == tags.count("table") == 2
    scopes = [given.get("scope") for tag, given in page.elements if tag == "th"]
    assert scopes.count("row") == len(VALUES) + len(LABELS)
    assert None not in scopes
    scrollers = page.with_class("scrolls")
    assert all(given["tabindex"] == "0" and given["aria-label"] for given in scrollers)


def test_a_filter_that_a_sign_does_not_know_is_said() -> None:
    assert "not told by priority" in page_of().text


# --- the sentence -------------------------------------------------------------------------------------------


def test_the_worst_month_is_named_with_what_chance_alone_would_give() -> None:
    text = page_of("/months?by=sla_attainment").text
    for said in (
        "May 2026: Inside target 92", "not noise", "below the lower limit", "the worst of 2 such months",
        "Chance alone carries one of them that far less than once in 100 times.",
    ):  # fmt: skip
        assert said in text, said


def test_the_worst_month_stands_out_among_the_columns() -> None:
    page = page_of()
    heads = page.with_class("is-worst")
    assert [(head["scope"], head["data-label"]) for head in heads] == [("col", "2026-05")]


def test_a_level_is_given_no_limits_and_no_chance() -> None:
    page = page_of("/months?by=backlog")
    assert "May 2026: 137 at its end, the most of all" in page.text
    assert "there are no control limits" in page.text
    assert "none for a level" in page.text


def test_where_nothing_is_known_that_is_said() -> None:
    page = page_of(build=empty_grid)
    assert "No month of NPS is known." in page.text
    assert cells(page) == []


def test_a_receipt_is_a_click_away_from_each_month_of_the_chosen_sign() -> None:
    links = [
        given["href"] for tag, given in page_of().elements if given.get("title") == "How this is counted"
    ]
    assert len(links) == len(LABELS) - 1
    assert parse_qs(urlsplit(links[0]).query) == {"metric": ["nps"], "window": ["2026-05"]}
    level = [
        g["href"]
        for _, g in page_of("/months?by=backlog").elements
        if g.get("title") == "How this is counted"
    ]
    assert "as_of=" in level[0]  # a level has its moment
    assert "as_of=" not in level[-1]  # the running month is that of now


# --- the URL ------------------------------------------------------------------------------------------------


def parsed(**given: str) -> MonthsAsked:
    return parse_months(given, at=AT, zone=ZONE)[1]


def test_the_url_says_how_many_months_in_which_order_by_which_sign() -> None:
    asked = parsed(months="24", sort="worst", by="csat", channel="mail", as_of="2026-10-01")
    assert (asked.months, asked.is_ranked, asked.by, asked.filters.channel) == (24, True, "csat", "mail")
    link = urlsplit(address(asked))
    assert parsed(**{name: value for name, (value,) in parse_qs(link.query).items()}) == asked
    assert address(MonthsAsked()) == "/months"


def test_the_first_sign_that_knows_the_filters_is_told_of() -> None:
    assert parsed().by == "nps"
    assert parsed(priority="high").by == "sla_attainment"
    assert address(parsed(priority="high")) == "/months?priority=high"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("months=13", "12, 24, 36"), ("sort=best", "time or worst"), ("by=solved", "There is no sign"),
        ("as_of=2026-05-01&known=then", "leave out known=then"), ("as_of=2027-01-01", "future"),
    ],
)  # fmt: skip
def test_an_address_that_nobody_can_mean_gets_words(query: str, said: str) -> None:
    for path in ("/months", "/months.csv"):
        answer = client_of()[0].get(f"{path}?{query}")
        assert answer.status_code == 400
        assert said in answer.text


def test_the_filters_carry_what_else_the_url_says() -> None:
    page = page_of("/months?months=24&sort=worst&team=1")
    assert page.with_class("filters")[0]["action"] == "/months"
    names = [given["name"] for tag, given in page.elements if tag == "select"]
    assert names == ["team", "account", "audience", "priority", "channel", "source", "months", "sort"]
    assert (
        'href="/months?sort=worst&amp;team=1"'
        in client_of()[0].get("/months?months=24&sort=worst&team=1").text
    )


# --- safety and the file ------------------------------------------------------------------------------------


def test_hostile_names_stay_text() -> None:
    client, _ = client_of(hostile_grid)
    text = client.get("/months").text
    assert HOSTILE not in text
    assert "<img" not in text


def test_the_file_asks_what_the_page_asks() -> None:
    client, asked = client_of()
    answer = client.get("/months.csv?team=1&by=backlog")
    assert asked[0].filters == Filters(team="1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="barometer-months-2026-11-18.csv"'
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len([line for line in lines if not line[0].startswith("#")]) == 1 + len(VALUES) * len(LABELS)


# --- the colours --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_number_can_be_read_on_every_step(theme: str) -> None:
    palette = variables(PALETTES[theme])
    steps = re.findall(
        r"\.step-\w+ \{ --step: color-mix\(in srgb, var\((--\w+)\) (\d+)%, var\((--\w+)\)\)", SHEET
    )
    assert len(steps) == 5
    for over, share, under in steps:
        ground = mixed(palette[over], palette[under], int(share) / 100)
        assert contrast(palette["--ink"], ground) >= 4.5, (over, ground)


def mixed(over: str, under: str, share: float) -> str:
    """What color-mix makes of two colours."""
    parts = [(int(over[i : i + 2], 16), int(under[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in parts)
