"""From a figure on Now to its receipt in a real browser: by hand, by keyboard, at a desk and on a phone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine
from werkzeug.serving import make_server

import app
from dashboard import create_app
from tests.browser.conftest import OpenPage, complaints
from tests.browser.site import Site, serving
from tests.clock import StandingClock
from tests.dashboard import boards
from tests.dashboard.open_receipts import hostile_receipt
from tests.data.small_world import answer, at, settings_of, store_of, survey, ticket, write
from tests.services.ports import free_port

pytestmark = pytest.mark.browser

DESK, PHONE, SMALL_PHONE = (1440, 900), (390, 844), (320, 640)
RECEIPT = "/receipt?metric=nps&window=90d"
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
NOW = at("11-18 14:30")

WITHOUT_NAME = """
() => [...document.querySelectorAll('a, button, input, select, [role=region], nav, section')].filter(node => {
  if (!node.offsetParent) return false;
  const name = node.getAttribute('aria-label') || node.textContent.trim() || node.title;
  return !name;
}).map(node => node.outerHTML.slice(0, 120))
"""

HEADINGS = """
() => [...document.querySelectorAll('main h1, main h2, main h3')].map(node => Number(node.tagName[1]))
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(boards.full) as site:
        yield site


@pytest.fixture
def real_site(sqlite_engine: Engine, tmp_path: Path) -> Iterator[str]:
    """Barometer over a store with 30 answers, of which two are left out, and a few tickets."""
    scores = [9.0] * 17 + [7.0] * 6 + [2.0] * 5 + [None] * 2
    write(
        store_of(sqlite_engine), "desk", survey(), ticket("1", "11-17 09:00", subject="Printer"),
        *(answer(str(n), "11-10 09:00", score) for n, score in enumerate(scores)),
    )  # fmt: skip
    clock = StandingClock(NOW)
    provider = app.Provider(sqlite_engine, settings_of(), clock=clock)
    port = free_port()
    server = make_server("127.0.0.1", port, create_app(provider, clock=clock).server, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_score_on_now_leads_to_its_receipt_whose_rows_add_up(real_site: str, open_page: OpenPage) -> None:
    page = open_page(real_site)
    figure = page.locator("#now-nps a[data-metric=nps]").first
    value = figure.get_attribute("data-value")
    figure.click()
    page.wait_for_url("**/receipt?metric=nps**")
    page.wait_for_selector("#react-entry-point [data-screen=receipt]")
    shown = page.locator("#react-entry-point .receipt-value")
    assert shown.get_attribute("data-value") == value
    assert float(value or "nan") == pytest.approx(100 * (17 - 5) / 28)
    rows = page.locator("#react-entry-point .rows tbody tr")
    told = [row.locator(".col-counts").inner_text() for row in rows.all()]
    promoters, detractors = told.count("promoter"), told.count("detractor")
    counted = len([text for text in told if text != "no score from 0 to 10"])
    assert 100 * (promoters - detractors) / counted == pytest.approx(float(value or "nan"))
    assert told[0] == "detractor"
    assert told[-2:] == ["no score from 0 to 10"] * 2
    expect(page.locator("#react-entry-point [data-adds-up]")).to_have_attribute("data-adds-up", "true")


def test_the_receipt_is_reached_by_keyboard_and_the_focus_is_seen(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url)
    figure = page.locator("#react-entry-point a.fig-lead").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if figure.evaluate("node => node === document.activeElement"):
            break
    assert figure.evaluate("node => node === document.activeElement")
    assert figure.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    assert figure.get_attribute("aria-label") == "+42: how this is counted"
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt?metric=nps**")


def test_the_live_update_keeps_the_links(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url)
    site.provider.change(boards.thin)
    expect(page.locator("#now-nps a[data-metric=nps]")).to_contain_text("too few to say", timeout=8000)


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL_PHONE])
@pytest.mark.parametrize("path", [RECEIPT, "/receipt?metric=sla_gap", "/glossary", "/receipt?metric=x"])
def test_no_page_is_wider_than_its_screen(
    site: Site, open_page: OpenPage, path: str, size: tuple[int, int]
) -> None:
    assert not open_page(site.url + path, size=size).evaluate(TOO_WIDE)


@pytest.mark.parametrize("path", [RECEIPT, "/glossary"])
def test_everything_has_a_name_and_headings_skip_no_level(site: Site, open_page: OpenPage, path: str) -> None:
    page = open_page(site.url + path)
    assert page.evaluate(WITHOUT_NAME) == []
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_a_row_on_a_phone_names_each_of_its_cells(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url + "/receipt?metric=backlog", size=PHONE)
    cell = page.locator("#react-entry-point .rows td.col-account").first
    assert cell.evaluate("node => getComputedStyle(node, '::before').content") == '"Account"'


def test_hostile_rows_run_nothing(open_page: OpenPage) -> None:
    with serving(boards.full) as site:
        site.provider.receipts = hostile_receipt
        page = open_page(site.url + RECEIPT)
        page.wait_for_timeout(300)
        assert page.evaluate("window.pwned") is None
        assert page.locator("img").count() == 0


def test_a_receipt_opens_without_an_error_and_without_scripts(site: Site, open_page: OpenPage) -> None:
    said: list[str] = []
    for path in (RECEIPT, "/glossary"):
        page = open_page(site.url + path)
        said += complaints(page)
        still = open_page(site.url + path, has_scripts=False)
        expect(still.locator("h1")).to_be_visible()
    assert said == []
