"""The page of voices in a real browser: at a desk and on a phone, without scripts, and with hostile texts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from data.review import AskReview
from data.voice import AskVoices
from tests.browser.conftest import OpenPage, complaints
from tests.browser.site import Site, serving
from tests.browser.test_receipts import DESK, PHONE, SMALL_PHONE, TOO_WIDE, WITHOUT_NAME
from tests.dashboard import boards, voices_said

pytestmark = pytest.mark.browser


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(boards.full) as site:
        site.provider.studies[AskVoices] = voices_said.full
        site.provider.studies[AskReview] = voices_said.candidates
        yield site


def test_a_theme_leads_to_its_comments_and_the_filters_stay(site: Site, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/voice?group=detractors")
    page.locator("#react-entry-point .theme-name").first.click()
    page.wait_for_url("**/voice?group=detractors&theme=slow")
    page.wait_for_selector("#react-entry-point [data-screen=voice]")
    expect(page.locator("#react-entry-point .notice")).to_contain_text("9 comments with “slow”")
    page.locator("#react-entry-point select[name=window]").select_option("30d")
    page.wait_for_url("**/voice?window=30d&group=detractors&theme=slow")


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL_PHONE])
@pytest.mark.parametrize("path", ["/voice", "/voice?view=promoters"])
def test_it_is_no_wider_than_its_screen_and_everything_has_a_name(
    site: Site, open_page: OpenPage, path: str, size: tuple[int, int]
) -> None:
    page = open_page(site.url + path, size=size)
    assert not page.evaluate(TOO_WIDE)
    assert page.evaluate(WITHOUT_NAME) == []


def test_hostile_texts_run_nothing_and_widen_nothing(site: Site, open_page: OpenPage) -> None:
    site.provider.studies[AskVoices] = voices_said.hostile
    page = open_page(f"{site.url}/voice", size=PHONE)
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    assert page.locator("img").count() == 0
    assert not page.evaluate(TOO_WIDE)


def test_it_can_be_read_without_scripts_and_opens_without_an_error(site: Site, open_page: OpenPage) -> None:
    expect(open_page(f"{site.url}/voice", has_scripts=False).locator("h1")).to_have_text("Voice")
    page = open_page(f"{site.url}/voice")
    assert complaints(page, "voice") == []
