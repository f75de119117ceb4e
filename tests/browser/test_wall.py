"""The wall in a real browser: whole, alive, and honest when the server or a source is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from data.board import Board
from data.window import now
from tests.browser.conftest import OpenPage
from tests.browser.site import Site, serving
from tests.dashboard import boards
from tests.dashboard.boards import STATES

pytestmark = pytest.mark.browser

HD, UHD, PORTRAIT = (1920, 1080), (3840, 2160), (1080, 1920)
CONTRACT = ("data-metric", "data-value", "data-as-of", "data-deadline-s")
OVERFLOWS = """
() => { const root = document.documentElement;
  return [root.scrollWidth > root.clientWidth, root.scrollHeight > root.clientHeight]; }
"""
CUT = """
() => [...document.querySelectorAll('.sign, .sign-meta, .wall-title h1, .freshness, .row, .sub, .foot')]
  .filter((n) => n.getClientRects().length)
  .filter((n) => n.scrollWidth > n.clientWidth + 1 || n.scrollHeight > n.clientHeight + 1)
  .map((n) => n.className + ': ' + n.textContent.slice(0, 40))
"""
SMALLEST = """
() => { const walker = document.createTreeWalker(document.querySelector('.screen'), NodeFilter.SHOW_TEXT);
  const sizes = []; let node;
  while ((node = walker.nextNode())) {
    const holder = node.parentElement;
    if (!node.textContent.trim() || !holder.getClientRects().length || holder.closest('.heard')) continue;
    if (holder.closest('.arrow, .mark')) continue;  // signs, not texts
    sizes.push(parseFloat(getComputedStyle(holder).fontSize));
  }
  return Math.min(...sizes); }
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(boards.full) as site:
        yield site


@pytest.mark.parametrize(
    ("state", "size"),
    [(state, HD) for state in STATES if state != "hostile"]
    + [(state, size) for state in ("full", "failing", "loading") for size in (UHD, PORTRAIT, (1366, 768))],
)
def test_the_wall_is_whole_on_one_screen(open_page: OpenPage, state: str, size: tuple[int, int]) -> None:
    with serving(STATES[state]) as site:
        page = open_page(f"{site.url}/wall", size=size)
        assert page.evaluate(OVERFLOWS) == [False, False]
        assert page.evaluate(CUT) == []


def test_the_wall_has_four_signs_a_verdict_its_freshness_and_a_voice(site: Site, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/wall", size=HD)
    signs = page.locator("[data-sign]")
    assert signs.evaluate_all("all => all.map((n) => n.dataset.sign)") == [
        "nps",
        "backlog",
        "sla",
        "audiences",
    ]
    expect(page.locator(".verdict-words")).to_have_text("Change, falling")
    expect(page.locator(".freshness")).to_contain_text("4 of 4 sources")
    expect(page.locator(".voice .words")).to_contain_text("Third time this month")
    assert page.locator("svg[role=img]").count() == page.locator("svg").count() > 8


def test_no_text_on_the_wall_is_smaller_than_22_pixels(site: Site, open_page: OpenPage) -> None:
    assert open_page(f"{site.url}/wall", size=HD).evaluate(SMALLEST) >= 22
    assert open_page(f"{site.url}/wall", size=UHD).evaluate(SMALLEST) >= 44


def test_every_figure_stands_there_once_and_carries_the_contract(site: Site, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/wall", size=HD)
    figures = page.locator("[data-metric]")
    assert figures.count() > 25
    for name in CONTRACT:
        assert page.locator(f"[data-metric]:not([{name}])").count() == 0
    assert page.locator("[data-metric=backlog]").count() == 1
    assert page.locator("[data-audience] [data-metric=nps]").count() == 2


def test_a_change_is_on_the_open_page_within_two_seconds(site: Site, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/wall", size=HD)
    expect(page.locator("[data-metric=backlog]")).to_have_attribute("data-value", "137")
    site.provider.change(one_ticket_less)
    expect(page.locator("[data-metric=backlog]")).to_have_attribute("data-value", "136", timeout=2000)
    expect(page.locator("[data-metric=backlog] .digits")).to_have_text("136")


def one_ticket_less(at: datetime) -> Board:
    board = boards.full(at)
    backlog = replace(board.backlog.backlog, value=136.0, n=136)
    return replace(board, backlog=replace(board.backlog, backlog=backlog))


def test_what_has_not_changed_is_not_painted_again(site: Site, open_page: OpenPage) -> None:
    moment = now()
    site.provider.change(lambda at: boards.full(moment))  # the sources bring nothing newer
    page = open_page(f"{site.url}/wall", size=HD)
    page.evaluate("document.querySelectorAll('[data-sign] *').forEach((n) => { n.isOld = true; })")
    site.provider.change(lambda at: one_ticket_less(moment))
    expect(page.locator("[data-metric=backlog]")).to_have_attribute("data-value", "136", timeout=2000)
    assert page.evaluate("[...document.querySelectorAll('[data-sign=nps] *')].every((n) => n.isOld)")
    assert not page.evaluate("document.querySelector('[data-metric=backlog]').isOld")


def soon_old(at: datetime) -> Board:
    """Figures that are good for two seconds more than nothing."""
    board = boards.full(at)
    return replace(board, ticket_as_of=at, survey_as_of=at, ticket_deadline_s=2, survey_deadline_s=600)


def test_a_page_without_its_server_says_so_grows_old_and_recovers_by_itself(open_page: OpenPage) -> None:
    with serving(soon_old) as site:
        page = open_page(f"{site.url}/wall", size=HD)
        page.evaluate("window.kept = 'the same page'")
        site.stop()
        expect(page.locator("#lost")).to_be_visible(timeout=12_000)
        stale = page.locator("[data-metric=backlog][data-stale=true]")
        expect(stale).to_be_visible(timeout=5000)
        expect(page.locator("[data-sign=backlog] .old-note")).to_contain_text("no connection to Barometer")
        expect(page.locator("[data-sign=nps] .fig-lead")).not_to_have_attribute("data-stale", "true")
        site.provider.change(boards.full)
        site.start()
        expect(page.locator("#lost")).to_be_hidden(timeout=15_000)
        expect(page.locator("[data-metric=backlog]")).not_to_have_attribute(
            "data-stale", "true", timeout=5000
        )
        assert page.evaluate("window.kept") == "the same page"


def test_a_figure_past_its_deadline_is_struck_through_with_its_age_in_place(open_page: OpenPage) -> None:
    with serving(boards.stale) as site:
        page = open_page(f"{site.url}/wall", size=HD)
        note = page.locator("[data-sign=nps] .old-note")
        expect(note).to_be_visible()
        expect(note).to_contain_text("26\u202fmin old · Promoter.io does not answer")
        assert strike(page, "nps") == "1"
        assert strike(page, "backlog") == "0"
        expect(page.locator("[data-sign=backlog] .old-note")).to_be_hidden()


def strike(page: Page, sign: str) -> str:
    """The opacity of the line through a sign's digits."""
    script = "n => getComputedStyle(n, '::after').opacity"
    opacity: str = page.locator(f"[data-sign={sign}] .fig-lead .digits").evaluate(script)
    return opacity


def test_without_any_script_the_figures_stand_there_and_still_grow_old(open_page: OpenPage) -> None:
    with serving(soon_old) as site:
        page = open_page(f"{site.url}/wall", size=HD, has_scripts=False)
        expect(page.locator("[data-metric=backlog]")).to_be_visible()
        assert strike(page, "backlog") == "0"
        for _ in range(60):
            if strike(page, "backlog") == "1":
                break
            page.wait_for_timeout(100)
        assert strike(page, "backlog") == "1"
        assert strike(page, "nps") == "0"


def test_a_new_release_loads_the_page_anew(site: Site, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/wall", size=HD)
    page.evaluate("window.kept = 'the old page'")
    with page.expect_navigation(timeout=5000):
        page.route(
            "**/live/wall",
            lambda route: route.fulfill(
                json={"version": [9, 9], "revision": "next", "as_of": "", "regions": {}}
            ),
        )
    page.unroute("**/live/wall")
    page.wait_for_selector("#react-entry-point [data-screen]")
    assert page.evaluate("window.kept") is None


def test_a_login_that_ended_loads_the_page_anew_once_and_then_says_so(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page(f"{site.url}/wall", size=HD)
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    with page.expect_navigation(timeout=5000):
        page.route("**/live/wall", lambda route: route.fulfill(status=401, json={}))
    page.wait_for_selector("html[data-link=lost]", timeout=10_000)
    assert len(loads) == 1
    page.unroute("**/live/wall")
    page.wait_for_selector("html:not([data-link=lost])", timeout=15_000)


def test_a_wrong_clock_in_the_browser_makes_no_figure_old_or_young(open_page: OpenPage) -> None:
    with serving(boards.stale) as site:
        page = open_page(f"{site.url}/wall", size=HD)
        page.clock.install(time=datetime.now().astimezone() + timedelta(days=300))
        page.reload()
        page.wait_for_selector("#react-entry-point [data-screen]")
        expect(page.locator("[data-sign=nps] .old-note .age")).to_have_text("26\u202fmin")
        assert page.locator("[data-metric=backlog][data-stale]").count() == 0
