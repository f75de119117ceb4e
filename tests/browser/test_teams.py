"""The teams' page in a real browser: by keyboard, on a phone, without scripts, and over a real store."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from data.team_load import LoadQuestion
from data.team_view import TeamsQuestion
from tests.browser.conftest import OpenPage, complaints
from tests.browser.site import Site, serving
from tests.browser.test_receipts import HEADINGS, TOO_WIDE, WITHOUT_NAME
from tests.dashboard import boards, team_answers

pytestmark = pytest.mark.browser

PATHS = ["/teams", "/teams?sign=delight", "/teams?view=load"]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(boards.full) as site:
        site.provider.studies = {TeamsQuestion: team_answers.full, LoadQuestion: team_answers.loads}
        yield site


def test_a_thank_you_note_opens_by_keyboard_and_a_figure_leads_to_its_receipt(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page(site.url + "/teams")
    page.wait_for_selector("#react-entry-point [data-screen=teams]")
    note = page.locator("#react-entry-point .note").first
    expect(note).to_be_hidden()
    page.locator("#react-entry-point .star-list summary").first.press("Enter")
    expect(note).to_contain_text("Hello Ann and Bob")
    page.locator("#react-entry-point .rows a[data-metric=sla_attainment]").first.click()
    page.wait_for_url("**/receipt?metric=sla_attainment**team=desk%3Aa")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844), (320, 640)])
@pytest.mark.parametrize("path", PATHS)
def test_no_view_is_wider_than_its_screen(
    site: Site, open_page: OpenPage, path: str, size: tuple[int, int]
) -> None:
    assert not open_page(site.url + path, size=size).evaluate(TOO_WIDE)


@pytest.mark.parametrize("path", PATHS)
def test_everything_has_a_name_and_headings_skip_no_level(site: Site, open_page: OpenPage, path: str) -> None:
    page = open_page(site.url + path)
    assert page.evaluate(WITHOUT_NAME) == []
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_hostile_texts_run_nothing_and_nothing_is_said_on_the_console(open_page: OpenPage) -> None:
    said: list[str] = []
    with serving(boards.full) as site:
        site.provider.studies = {TeamsQuestion: team_answers.hostile, LoadQuestion: team_answers.loads}
        for path in PATHS:
            page = open_page(site.url + path)
            said += complaints(page, "teams")
            assert page.evaluate("window.pwned") is None
            assert page.locator("img").count() == 0
            expect(open_page(site.url + path, has_scripts=False).locator("h1")).to_be_visible()
    assert said == []
