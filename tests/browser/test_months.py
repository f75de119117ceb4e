"""The grid of months in a real browser: over a store, by keyboard, on a phone, and without scripts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine
from werkzeug.serving import make_server

import app
from dashboard import create_app
from data.month_grid import MonthsAsked
from tests.browser.conftest import OpenPage, complaints
from tests.browser.site import serving
from tests.browser.test_receipts import DESK, HEADINGS, PHONE, SMALL_PHONE, TOO_WIDE, WITHOUT_NAME
from tests.clock import StandingClock
from tests.dashboard import boards
from tests.dashboard.month_grids import hostile_grid
from tests.data.small_world import answer, at, settings_of, store_of, survey, ticket, write
from tests.services.ports import free_port

pytestmark = pytest.mark.browser

NOW = at("2026-11-18 14:30")
GRID = "#react-entry-point .month-grid"


@pytest.fixture
def site(sqlite_engine: Engine) -> Iterator[str]:
    """28 months of 40 answers with one bad month, August 2026; a ticket that waits."""
    say: list[Any] = []
    for number in range(28):
        year, month = divmod(2024 * 12 + 6 + number, 12)
        label, bad = f"{year}-{month + 1:02}", (year, month + 1) == (2026, 8)
        scores = [3.0] * 30 + [9.0] * 10 if bad else [9.0] * 26 + [7.0] * 8 + [3.0] * (4 + number % 3)
        say += [answer(f"{label} {i}", f"{label}-05T09:00", score) for i, score in enumerate(scores)]
    write(store_of(sqlite_engine), "desk", survey(), ticket("1", "2026-09-01 09:00", channel="mail"), *say)
    clock, port = StandingClock(NOW), free_port()
    server_app = create_app(app.Provider(sqlite_engine, settings_of(), clock=clock), clock=clock).server
    server = make_server("127.0.0.1", port, server_app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_bad_month_is_seen_named_and_ranked_first(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/months")
    expect(page.locator("#react-entry-point #worst")).to_contain_text("Aug 2026: NPS −50, of 40 answers")
    expect(page.locator("#react-entry-point #worst .pill")).to_have_text("not noise")
    ringed = page.locator(f"{GRID} .is-ringed")
    assert {node.get_attribute("data-month") for node in ringed.all()} == {"2026-08"}
    page.get_by_role("link", name="Worst first, by NPS").click()
    page.wait_for_url("**/months?sort=worst")
    first = page.locator(f"{GRID} tbody tr").first.locator(".month-cell").first
    expect(first).to_have_attribute("data-month", "2026-08")


def test_a_month_of_the_grid_is_what_its_receipt_reads(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/months")
    value = page.locator(f"{GRID} [data-month='2026-08'][data-receipt-of=nps]").get_attribute("data-value")
    link = page.locator("#react-entry-point a[href*='window=2026-08'][href^='/receipt']")
    link.click()
    page.wait_for_selector("#react-entry-point [data-screen=receipt]")
    shown = page.locator("#react-entry-point .receipt-value")
    assert shown.get_attribute("data-value") == value


def test_a_filter_that_is_chosen_keeps_order_and_number(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/months?months=24&sort=worst&by=nps")
    page.locator("#react-entry-point select[name=channel]").select_option("mail")
    page.wait_for_url("**/months?*channel=mail*")
    assert "months=24" in page.url
    assert "sort=worst" in page.url
    expect(page.locator(f"{GRID} [data-receipt-of=backlog][data-value='1']").first).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL_PHONE])
@pytest.mark.parametrize("path", ["/months", "/months?months=24&sort=worst"])
def test_the_page_is_no_wider_than_its_screen(
    site: str, open_page: OpenPage, path: str, size: tuple[int, int]
) -> None:
    assert not open_page(site + path, size=size).evaluate(TOO_WIDE)


def test_on_a_phone_the_latest_months_are_seen_first(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/months", size=PHONE)
    head = page.locator(f"{GRID} tbody th").first.bounding_box()
    latest = page.locator(f"{GRID} [data-month='2026-10'][data-receipt-of=nps]").bounding_box()
    assert head is not None
    assert latest is not None
    assert head["x"] >= 0  # the signs' names stay where they are
    assert head["x"] + head["width"] <= latest["x"]
    assert latest["x"] + latest["width"] <= PHONE[0]


def test_everything_has_a_name_and_headings_skip_no_level(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/months")
    assert page.evaluate(WITHOUT_NAME) == []
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_a_cell_is_reached_by_keyboard_and_the_focus_is_seen(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/months")
    cell = page.locator(f"{GRID} .is-ringed").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if cell.evaluate("node => node === document.activeElement"):
            break
    assert cell.evaluate("node => node === document.activeElement")
    assert cell.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


def test_it_opens_without_an_error_and_without_scripts(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/months")
    assert complaints(page, "months") == []
    still = open_page(f"{site}/months", has_scripts=False)
    expect(still.locator(".month-grid .is-ringed").first).to_be_visible()


def test_hostile_names_run_nothing(open_page: OpenPage) -> None:
    with serving(boards.full) as site:
        site.provider.studies[MonthsAsked] = hostile_grid
        page = open_page(f"{site.url}/months")
        page.wait_for_timeout(300)
        assert page.evaluate("window.pwned") is None
        assert page.locator("img").count() == 0
