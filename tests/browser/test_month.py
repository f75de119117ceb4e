"""The page of one month in a real browser: at a desk and on a phone, by keyboard and without scripts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from data.month import MonthAsked
from tests.browser.conftest import OpenPage, complaints
from tests.browser.site import Site, serving
from tests.browser.test_receipts import DESK, HEADINGS, PHONE, SMALL_PHONE, TOO_WIDE, WITHOUT_NAME
from tests.dashboard import boards
from tests.dashboard.months_found import bad, hostile

pytestmark = pytest.mark.browser

PATH = "/months/2026-05"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(boards.full) as site:
        site.provider.studies[MonthAsked] = bad
        yield site


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL_PHONE])
def test_the_page_is_no_wider_than_its_screen(site: Site, open_page: OpenPage, size: tuple[int, int]) -> None:
    assert not open_page(site.url + PATH, size=size).evaluate(TOO_WIDE)


def test_everything_has_a_name_and_headings_skip_no_level(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url + PATH)
    assert page.evaluate(WITHOUT_NAME) == []
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_the_largest_cause_has_the_longest_bar(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url + PATH)
    page.wait_for_selector("#react-entry-point [data-screen=month]")
    bars = page.locator("#react-entry-point .cause-bar")
    widths = [bar.evaluate("node => node.getBoundingClientRect().width") for bar in bars.all()]
    assert widths[0] == max(widths) > 60
    assert all(0 < width < widths[0] / 5 for width in widths[1:])


def test_a_sign_is_reached_by_its_link(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url + PATH)
    page.locator("#react-entry-point .month-signs a", has_text="NPS").click()
    page.wait_for_url("**/months/2026-05?sign=nps")
    expect(page.locator("#react-entry-point .month-value")).to_contain_text("+17")


def test_the_page_opens_without_an_error_and_without_scripts(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url + PATH)
    assert complaints(page, "month") == []
    still = open_page(site.url + PATH, has_scripts=False)
    expect(still.locator(".month-value")).to_be_visible()


def test_hostile_texts_run_nothing(site: Site, open_page: OpenPage) -> None:
    site.provider.studies[MonthAsked] = hostile
    page = open_page(site.url + PATH)
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    assert page.locator("img").count() == 0
