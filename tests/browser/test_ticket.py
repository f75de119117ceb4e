"""The page of a ticket in a real browser: at a desk, on a phone, by keyboard, and without scripts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from data.ticket_story import TicketAsked, TicketStory
from tests.browser.conftest import OpenPage, complaints
from tests.browser.site import Site, serving
from tests.browser.test_receipts import DESK, HEADINGS, PHONE, SMALL_PHONE, TOO_WIDE, WITHOUT_NAME
from tests.dashboard import boards, stories

pytestmark = pytest.mark.browser

PATH = "/tickets/desk/48213"
Tell = Callable[[], TicketStory]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(boards.full) as site:
        site.provider.studies[TicketAsked] = lambda _: stories.full()
        yield site


def test_a_row_of_a_receipt_leads_to_its_ticket_and_that_back_to_the_month(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page(site.url + "/receipt?metric=backlog")
    page.locator("#react-entry-point .rows tbody a[href^='/tickets/']").first.click()
    page.wait_for_url("**/tickets/desk/**")
    page.wait_for_selector("#react-entry-point [data-screen=ticket]")
    expect(page.locator("#react-entry-point h1")).to_contain_text("Mailbox missing after migration")
    expect(page.locator("#react-entry-point .crumbs a").last).to_have_attribute("href", "/months/2026-11")


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL_PHONE])
@pytest.mark.parametrize("tell", [stories.full, stories.bare, stories.hostile])
def test_the_page_is_no_wider_than_its_screen(
    site: Site, open_page: OpenPage, tell: Tell, size: tuple[int, int]
) -> None:
    site.provider.studies[TicketAsked] = lambda _: tell()
    page = open_page(site.url + PATH, size=size)
    assert not page.evaluate(TOO_WIDE)
    assert page.evaluate("window.pwned") is None


def test_everything_has_a_name_and_headings_skip_no_level(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url + PATH)
    assert page.evaluate(WITHOUT_NAME) == []
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_a_station_begins_where_the_strip_has_that_moment(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url + PATH)
    strip, second = (
        page.locator("#react-entry-point .strip-row").first,
        page.locator("svg.stations rect").nth(1),
    )
    box, rect = strip.bounding_box(), second.bounding_box()
    assert box is not None
    assert rect is not None
    # After 2 of 4 counted hours, of which there are 13 h 25 min, and of idle ones at most an eighth each.
    idle = 3 * 13.4167 / 8
    idle = idle - 13.4167 / 8 + min(2, 13.4167 / 8)
    assert (rect["x"] - box["x"]) / box["width"] == pytest.approx(2 / (13.4167 + idle), abs=0.005)


def test_the_page_opens_without_an_error_and_without_scripts(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url + PATH)
    assert complaints(page, "ticket") == []
    still = open_page(site.url + PATH, has_scripts=False)
    expect(still.locator("h1")).to_be_visible()
    expect(still.locator("svg.strip").first).to_be_visible()
