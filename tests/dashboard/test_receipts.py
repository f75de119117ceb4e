"""The receipt's page, its links and its file: honest in every state, and safe with every text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.glossary_cards import TOPICS, title_of
from dashboard.receipt_links import linked
from dashboard.receipt_query import address_of, href_of, parse_asked
from data.metrics import BY_KEY, CATALOG
from data.opened import Asked, Opened
from data.records import Priority
from data.window import Filters
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.conftest import Open
from tests.dashboard.open_receipts import (
    empty_receipt,
    hostile_receipt,
    large_receipt,
    receipts_of,
    thin_receipt,
    wrong_receipt,
)
from tests.dashboard.pages import Page, page_of
from tests.dashboard.readings import AT, HOSTILE, ZONE, read

NPS = "/receipt?metric=nps&window=90d"


def client_of(receipts: Callable[..., object] = receipts_of) -> FlaskClient:
    provider = FakeProvider(STATES["full"], receipts=receipts)  # type: ignore[arg-type]
    return create_app(provider, clock=lambda: AT).server.test_client()


def values(page: Page) -> list[dict[str, str]]:
    return [given for _, given in page.elements if "data-receipt-of" in given]


# --- the page -----------------------------------------------------------------------------------------------


def test_a_receipt_says_all_that_makes_the_figure_one(client: FlaskClient) -> None:
    page = Page(client.get(f"{NPS}&priority=high").text)
    assert values(page)[0]["data-value"] == "50"
    for said in (
        "between +49 and +51", "100 answers", "50 promoters less detractors", "× 100", "= +50.0",
        "promoters", "20 no score", "exact", "Share of promoters (9 and 10)", "Europe/Berlin",
        "priority high", "18 Nov 2026, 14:32", "version 1", "+44, within noise",
        "120 rows, worst first. ✓ They add up to the figure.",
    ):  # fmt: skip
        assert said in page.text, said


@pytest.mark.parametrize("key", BY_KEY)
def test_every_metric_has_a_receipt_with_one_heading_and_a_table_that_is_named(
    client: FlaskClient, key: str
) -> None:
    answer = client.get(f"/receipt?metric={key}")
    page = Page(answer.text)
    assert answer.status_code == 200
    tags = [tag for tag, _ in page.elements]
    assert (tags.count("h1"), tags.count("main"), tags.count("caption")) == (1, 1, 1)
    heads = [given for tag, given in page.elements if tag == "th"]
    assert {given["scope"] for given in heads} == {"col", "row"}
    assert values(page)[0]["data-receipt-of"] == key


@pytest.mark.parametrize(
    ("key", "column", "rank", "text"),
    [
        ("sla_attainment", "Against target", 150.0, "+2.5\u202fh"),
        ("breached_now", "Due", 1763550000.0, "19 Nov 2025, 12:00"),
        ("touches", "Replies", 7.0, "7"),
    ],
)
def test_what_ranks_the_rows_is_shown(key: str, column: str, rank: float, text: str) -> None:
    def ranked(asked: Asked, at: datetime) -> Opened:
        full = receipts_of(asked, at)
        rows = tuple(replace(row, rank=rank) for row in full.evidence.rows[:1])
        return replace(full, evidence=replace(full.evidence, rows=rows))

    page = Page(client_of(ranked).get(f"/receipt?metric={key}").text)
    assert column in page.values("data-label")
    assert text in page.text


def test_no_data_is_said_and_has_no_table() -> None:
    page = Page(client_of(empty_receipt).get(NPS).text)
    assert values(page)[0]["data-value"] == ""
    assert "no data" in page.text
    assert "No rows: there is nothing to count here." in page.text
    assert "table" not in {tag for tag, _ in page.elements}


def test_few_rows_are_called_few() -> None:
    assert "too few to say" in Page(client_of(thin_receipt).get(NPS).text).text


def test_rows_that_do_not_add_up_are_shouted_about() -> None:
    page = Page(client_of(wrong_receipt).get(NPS).text)
    assert page.values("data-adds-up") == ["false"]
    assert "They add up" not in page.text


def test_of_too_many_rows_it_is_said_that_only_the_worst_are_shown() -> None:
    page = Page(client_of(large_receipt).get(NPS).text)
    assert "1\u202f234\u202f567 rows: too many to list. The worst are shown" in page.text


def test_rows_are_paged_by_the_address_at_the_receipts_own_moment(client: FlaskClient) -> None:
    first = Page(client.get(NPS).text)
    assert "1 to 50 of 120" in first.text
    onward = next(href for href in first.values("href") if "page=2" in href)
    assert "as_of=2026-11-18T13%3A32%3A00Z" in onward
    second = Page(client.get(onward).text)
    assert "51 to 100 of 120" in second.text
    assert "Subject 50" in second.text
    last = Page(client.get(onward.replace("page=2", "page=3")).text)
    assert not [href for href in last.values("href") if "page=4" in href]
    beyond = Page(client.get(onward.replace("page=2", "page=9")).text)
    assert "There are only 120" in beyond.text


def test_hostile_texts_make_no_element_and_no_attribute() -> None:
    for path in (NPS, "/receipt?metric=backlog"):
        page = Page(client_of(hostile_receipt).get(path).text)
        assert HOSTILE in page.text
        assert "img" not in {tag for tag, _ in page.elements}
        assert not [given for _, given in page.elements if "onmouseover" in given or "onerror" in given]


def test_a_link_out_tells_the_helpdesk_nothing_of_us(client: FlaskClient) -> None:
    page = Page(client.get("/receipt?metric=backlog").text)
    out = [given for _, given in page.elements if given.get("href", "").startswith("https://desk.test/")]
    assert len(out) == 25
    assert {given["rel"] for given in out} == {"noopener noreferrer"}


@pytest.mark.parametrize(
    ("search", "status", "says"),
    [
        ("metric=npss", 404, "There is no such figure"),
        ("", 404, "There is no such figure"),
        ("metric=nps&window=soon", 400, "This link is not understood"),
        ("metric=nps&as_of=0001-01-01", 400, "This link is not understood"),
        ("metric=nps&as_of=1960-01-01&window=90d", 400, "1970"),
        ("metric=nps&audience=boss", 400, "audience is one of"),
        ("metric=nps&page=0", 400, "The page"),
        ("metric=nps&page=%D9%A2", 400, "The page"),
        ("metric=nps&team=" + "x" * 300, 400, "too long"),
        ("metric=nps&team=a%00b", 400, "null character"),
        ("metric=%3Cscript%3E", 404, "There is no such figure"),
    ],
)
def test_what_cannot_be_shown_is_said_in_words_with_a_way_on(
    client: FlaskClient, search: str, status: int, says: str
) -> None:
    answer = client.get(f"/receipt?{search}")
    page = Page(answer.text)
    assert (answer.status_code, says in page.text) == (status, True)
    assert {"/glossary", "/"} <= set(page.values("href"))
    assert client.get(f"/receipt.csv?{search}").status_code == status


# --- links --------------------------------------------------------------------------------------------------


def test_a_figures_link_asks_for_its_own_receipt() -> None:
    filters = Filters(team="desk:1", priority=Priority.HIGH)
    reading = replace(read(BY_KEY["nps"], 5.0, window="2026-05"), filters=filters)
    href = href_of(reading)
    assert href == "/receipt?metric=nps&window=2026-05&team=desk%3A1&priority=high"
    given = {"metric": "nps", "window": "2026-05", "team": "desk:1", "priority": "high"}
    asked = parse_asked(given, zone=ZONE, at=AT)
    assert (asked.metric, asked.window, asked.filters) == ("nps", "2026-05", filters)


def test_a_level_asks_for_no_window_and_a_group_for_itself() -> None:
    reading = read(BY_KEY["backlog"], 5.0, by="team", group="desk:1")
    assert href_of(reading) == "/receipt?metric=backlog&team=desk%3A1"
    assert href_of(replace(reading, group=None)) is None
    assert href_of(replace(reading, by="day")) is None


def test_an_address_keeps_its_moment() -> None:
    address = address_of(read(BY_KEY["backlog"], 5.0), page=2)
    assert address == "/receipt?metric=backlog&as_of=2026-11-18T13%3A32%3A00Z&page=2"


@pytest.mark.parametrize("state", STATES)
def test_the_figures_of_now_lead_to_their_receipts_and_those_of_the_wall_nowhere(
    open_state: Open, state: str
) -> None:
    page = Page(open_state(state).get("/").text)
    figures = [figure for figure in page.figures if "href" in figure]
    keys = {figure["data-metric"] for figure in figures}
    assert keys >= {"nps", "backlog", "sla_attainment"}
    for figure in figures:
        assert f"metric={figure['data-metric']}" in figure["href"]
        assert figure["title"] == "How this is counted"
        assert figure["aria-label"].startswith(figure["text"])
    wall = Page(open_state(state).get("/wall").text)
    assert not [figure for figure in wall.figures if "href" in figure]


def test_what_is_no_figure_is_left_alone() -> None:
    from dash import html

    tree = html.Div(["a", None, 3, html.Span("b", className="x")])
    assert [tag for tag, _ in page_of(linked(tree)).elements] == ["div", "span"]


# --- the file -----------------------------------------------------------------------------------------------


def test_the_rows_come_as_a_file_that_a_spreadsheet_may_open() -> None:
    provider = FakeProvider(STATES["full"], receipts=hostile_receipt)
    client = create_app(provider, clock=lambda: AT).server.test_client()
    answer = client.get("/receipt.csv?metric=nps&window=90d&page=2&as_of=2026-11-18T13:32Z")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="barometer-nps-2026-11-18.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert (provider.opened[-1].limit, provider.opened[-1].offset) == (10_000, 0)
    text = answer.text
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert ["# adds up", "yes"] in lines
    assert lines[-1][lines[-2].index("title")] == HOSTILE


# --- the glossary -------------------------------------------------------------------------------------------


def test_the_glossary_holds_every_metric_of_the_catalogue_with_what_it_reads(client: FlaskClient) -> None:
    page = Page(client.get("/glossary").text)
    titles = list(dict.fromkeys(title_of(metric.topic) for metric in CATALOG))
    by_topic = sorted(CATALOG, key=lambda metric: titles.index(title_of(metric.topic)))
    assert {metric.topic for metric in CATALOG} <= TOPICS.keys()
    assert [given["data-receipt-of"] for given in values(page)] == [metric.key for metric in by_topic]
    hrefs = page.values("href")
    for metric in CATALOG:
        assert metric.definition in page.text, metric.key
        assert any(href.startswith(f"/receipt?metric={metric.key}") for href in hrefs), metric.key
    assert {"page"} == set(page.values("aria-current"))


def test_every_link_within_the_glossary_leads_somewhere(client: FlaskClient) -> None:
    page = Page(client.get("/glossary").text)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    anchors = {href.removeprefix("#") for href in page.values("href") if href.startswith("#")}
    assert anchors <= set(ids)
    receipt = Page(client.get(NPS).text)
    assert "/glossary#metric-nps" in receipt.values("href")
    assert "metric-nps" in ids


def test_a_topic_that_has_no_title_yet_has_its_own_name() -> None:
    from dashboard.glossary_cards import title_of

    assert title_of("word_of_mouth") == "Word of mouth"
    assert title_of("nps") == "Recommendation"
