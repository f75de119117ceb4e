"""A view of the past in a real browser: it asks for nothing live, and its figures are not struck through."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.site import serving
from tests.dashboard import boards

pytestmark = pytest.mark.browser

PAST = "/?as_of=2026-01-05T12:00&known=then"


def test_the_past_stands_still_and_is_not_struck_through(open_page: OpenPage) -> None:
    with serving(boards.full) as site:
        page = open_page(site.url + PAST)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        expect(page.locator("#react-entry-point [data-screen=now]")).to_be_visible()
        page.wait_for_timeout(2500)
        expect(page.locator("[data-past=then]")).to_have_count(1)
        expect(page.locator("[data-stale]")).to_have_count(0)
        assert not [url for url in asked if "/live/" in url]


def test_a_filter_keeps_the_moment_and_the_link_leads_back_to_now(open_page: OpenPage) -> None:
    with serving(boards.full) as site:
        page = open_page(site.url + PAST)
        page.locator("#react-entry-point select[name=team]").select_option("2")
        page.wait_for_url("**team=2**")
        assert "as_of=2026-01-05T11" in page.url.replace("%3A", ":")
        assert "known=then" in page.url
        page.locator("#react-entry-point").get_by_role("link", name="Back to now").click()
        expect(page.locator("#react-entry-point [data-live]")).to_have_attribute(
            "data-live", "/live/now?team=2"
        )
