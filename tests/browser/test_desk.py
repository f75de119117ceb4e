"""Now and Sources in a real browser, on the desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from dashboard.format import age
from tests.browser.conftest import OpenPage
from tests.browser.site import Site, serving
from tests.dashboard import boards

pytestmark = pytest.mark.browser

DESK, PHONE, SMALL_PHONE, TABLET = (1440, 900), (390, 844), (320, 640), (820, 1180)
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"

BREAK_IN = """
() => { const script = document.createElement('script');
  script.textContent = 'window.pwned = 1';
  document.body.append(script);
  document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.pwned = 2">'); }
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(boards.full) as site:
        yield site


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL_PHONE, TABLET])
@pytest.mark.parametrize("state", ["full", "failing", "thin", "empty", "hostile"])
def test_no_page_is_wider_than_its_screen(open_page: OpenPage, state: str, size: tuple[int, int]) -> None:
    with serving(boards.STATES[state]) as site:
        for path in ("/", "/sources"):
            assert not open_page(site.url + path, size=size).evaluate(TOO_WIDE)


def test_hostile_texts_run_nothing(open_page: OpenPage) -> None:
    with serving(boards.hostile) as site:
        for path in ("/", "/wall", "/sources"):
            page = open_page(site.url + path)
            site.provider.change(boards.hostile)  # once more, by way of the live update
            page.wait_for_timeout(1500)
            assert page.evaluate("window.pwned") is None
            assert page.locator("img").count() == 0


def test_the_content_policy_stops_what_should_ever_get_in(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url)
    page.evaluate(BREAK_IN)
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None


def test_a_page_opens_without_an_error(site: Site, open_page: OpenPage) -> None:
    said: list[tuple[str, str]] = []
    for path in ("/", "/wall", "/sources"):
        page = open_page(site.url + path)
        page.on("console", lambda message: said.append((message.type, message.text)))
        page.on("pageerror", lambda error: said.append(("error", str(error))))
        page.reload()
        page.wait_for_selector("#react-entry-point [data-screen]")
        page.wait_for_timeout(1200)
    assert [text for kind, text in said if kind == "error"] == []


def test_choosing_a_filter_changes_the_address_and_the_board(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url)
    page.select_option("select[name=team]", "2")
    page.wait_for_url("**/?team=2")
    page.wait_for_selector("#react-entry-point [data-screen]")
    expect(page.locator("select[name=team]")).to_have_value("2")
    assert site.provider.prepared[-1][0].team == "2"
    page.select_option("select[name=window]", "30d")
    page.wait_for_url("**/?window=30d&team=2")
    page.get_by_role("link", name="Clear").click()
    page.wait_for_url(f"{site.url}/")


def test_filters_work_without_scripts(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url, has_scripts=False)
    page.select_option("select[name=priority]", "high")
    page.locator("button.apply").click()
    assert "priority=high" in page.url
    expect(page.locator("select[name=priority]")).to_have_value("high")


def test_an_open_why_stays_open_through_an_update(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url)
    page.locator(".why summary").click()
    expect(page.locator(".why-list")).to_be_visible()
    site.provider.change(boards.stale)
    expect(page.locator(".freshness")).to_contain_text("3 of 4", timeout=3000)
    expect(page.locator(".why-list")).to_be_visible()


@pytest.mark.parametrize(("system", "ground"), [("light", "rgb(244, 246, 249)"), ("dark", "rgb(12, 19, 27)")])
def test_the_theme_follows_the_system(site: Site, open_page: OpenPage, system: str, ground: str) -> None:
    page = open_page(site.url, color_scheme=system)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground


def test_a_chosen_theme_is_kept(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url, color_scheme="light")
    page.locator("[data-action=theme]").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    page.wait_for_selector("#react-entry-point [data-screen]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(12, 19, 27)"


def test_a_keyboard_reaches_the_figures_first(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the figures"
    expect(page.locator(".skip")).to_be_visible()


def test_sync_now_asks_for_a_sync_and_says_so(site: Site, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/sources")
    page.locator("[data-source=rt] button").click()
    expect(page.locator("[role=status].notice")).to_have_text("Request Tracker is read as soon as can be.")
    assert site.provider.asked == ["rt"]


def test_the_watchdog_writes_ages_as_the_server_does(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url)
    seconds = [-1, 0, 59, 60, 3599, 3600, 172_799, 172_800, 172_800_000]
    assert page.evaluate("all => all.map(window.barometerWatchdog.age)", seconds) == [age(s) for s in seconds]
