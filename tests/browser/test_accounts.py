"""The accounts in a real browser: from the list to an account and its receipt; on paper; without scripts."""

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
from data.records import Account, State
from tests.browser.conftest import OpenPage, complaints
from tests.browser.test_receipts import HEADINGS, TOO_WIDE, WITHOUT_NAME
from tests.clock import StandingClock
from tests.dashboard.readings import HOSTILE
from tests.data.small_world import (
    answer,
    at,
    change,
    person,
    settings_of,
    store_of,
    survey,
    target,
    ticket,
    write,
)
from tests.services.ports import free_port

pytestmark = pytest.mark.browser

DESK, PHONE, SMALL_PHONE = (1440, 900), (390, 844), (320, 640)
NOW = at("11-18 14:30")
ACCOUNT = "/accounts/quill%20%26%20sons"
PAGES = ("/accounts", ACCOUNT, f"{ACCOUNT}?print=1")


@pytest.fixture
def site(sqlite_engine: Engine, tmp_path: Path) -> Iterator[str]:
    """A watermelon, and a silent account whose name means harm."""
    write(
        store_of(sqlite_engine), "desk", survey(),
        Account(id="q", name="Quill & Sons", yearly_value=270_000.0), Account(id="h", name=HOSTILE),
        person("ada", "sponsor", name="Ada", title=HOSTILE, account_id="q"),
        *(ticket(f"{n}", "11-10 09:00", State.SOLVED, account_id="q", subject=HOSTILE) for n in range(12)),
        *(target(f"{n}", "11-10 09:00", 600) for n in range(12)),
        *(change(f"{n}", "11-10 10:00", State.SOLVED) for n in range(12)),
        *(answer(f"{n}", "11-12 09:00", 2, account_id="q", comment=HOSTILE) for n in range(12)),
        ticket("open", "11-17 09:00", account_id="q"), target("open", "11-17 09:00", 60),
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


def test_from_the_list_to_the_account_to_the_receipt_of_its_score(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/accounts")
    row = page.locator("#react-entry-point .rows tbody tr", has_text="Quill & Sons")
    expect(row).to_contain_text("▼ green SLA, unhappy")
    row.locator("a", has_text="Quill & Sons").click()
    page.wait_for_selector("#react-entry-point [data-screen=account]")
    assert page.locator("#react-entry-point h1").inner_text() == "Quill & Sons"
    figure = page.locator("#react-entry-point a[data-metric=nps]").first
    assert figure.get_attribute("data-value") == "-100"
    figure.click()
    page.wait_for_selector("#react-entry-point [data-screen=receipt]")
    shown = page.locator("#react-entry-point .receipt-value")
    assert shown.get_attribute("data-value") == "-100"
    expect(page.locator("#react-entry-point [data-adds-up]")).to_have_attribute("data-adds-up", "true")


def test_a_mark_in_the_picture_leads_to_its_account(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/accounts")
    page.locator("#react-entry-point .scatter-watermelon").click()
    page.wait_for_selector("#react-entry-point [data-screen=account]")


def test_the_order_is_chosen_by_keyboard(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/accounts")
    link = page.locator("#react-entry-point .topics a", has_text="Name")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts?sort=name")
    expect(page.locator("#react-entry-point th[aria-sort=ascending]")).to_have_text("Account")


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL_PHONE])
def test_no_page_is_wider_than_its_screen(site: str, open_page: OpenPage, size: tuple[int, int]) -> None:
    for path in PAGES:
        assert not open_page(site + path, size=size).evaluate(TOO_WIDE), path


def test_everything_has_a_name_and_headings_skip_no_level(site: str, open_page: OpenPage) -> None:
    for path in PAGES:
        page = open_page(site + path)
        assert page.evaluate(WITHOUT_NAME) == []
        levels = page.evaluate(HEADINGS)
        assert levels[0] == 1
        assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_hostile_words_run_nothing_and_no_page_complains(site: str, open_page: OpenPage) -> None:
    said: list[str] = []
    for path in PAGES:
        page = open_page(site + path)
        said += complaints(page)
        assert page.evaluate("window.pwned") is None
        assert page.locator("img").count() == 0
    assert said == []


def test_the_pages_are_whole_without_scripts(site: str, open_page: OpenPage) -> None:
    for path, words in zip(PAGES, ("Quill & Sons", "Open tickets", "Fastest answers"), strict=True):
        expect(open_page(site + path, has_scripts=False).locator("main")).to_contain_text(words)


def test_the_report_prints_without_the_frame_on_two_sheets_at_most(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}{ACCOUNT}?print=1")
    page.emulate_media(media="print")
    assert not page.locator("#react-entry-point .top").is_visible()
    sheets = page.pdf(format="A4").count(b"/Type /Page\n")
    assert 1 <= sheets <= 2
