"""The page of a ticket: says all that is known, in words where it is not, and is safe with every text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.figures.stations import placed, stations_figure
from dashboard.figures.strip import axis_of
from dashboard.ticket_clock import clocked
from dashboard.ticket_links import meant, ticket_path
from data.records import Measure, State
from data.ticket_story import NextReplies, TicketAsked, TicketStory
from tests.dashboard import stories
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.pages import Page
from tests.dashboard.readings import AT, HOSTILE

PATH = "/tickets/desk/48213"


def client_of(answer: Any) -> FlaskClient:
    provider = FakeProvider(STATES["full"])
    provider.studies[TicketAsked] = answer
    return create_app(provider, clock=lambda: AT).server.test_client()


def page_of(story: TicketStory) -> Page:
    answer = client_of(lambda _: story).get(PATH)
    assert answer.status_code == 200
    return Page(answer.text)


def text_of(page: Page) -> str:
    return page.text.replace("\u202f", " ")


def test_the_story_is_told_from_the_clock_to_the_account() -> None:
    text = text_of(page_of(stories.full()))
    for said in (
        "Mailbox missing after migration", "#48213", "high priority", "Front desk · Ana", "by e mail",
        "1 h 25 min over 12 h", "target 12 h", "policy “Gold”", "by Office, Europe/London",
        "waits for the customer", "The helpdesk says: target kept.", "It counts otherwise.",
        "First reply", "2 people", "2 teams", "back to Front desk once", "9 by staff", "3 by the customer",
        "first reply after 18 min", "reopened once", "Nobody owned it.", "It is better now.",
        "2 of 10", "86 k a year", "renews in 41 days", "7 open", "97 % inside SLA",
    ):  # fmt: skip
        assert said in text, said


def test_the_way_back_leads_to_the_month_of_the_ticket_and_the_way_on_to_the_helpdesk() -> None:
    page = page_of(stories.full())
    assert {"/months", "/months/2026-11"} <= set(page.values("href"))
    out = [given for _, given in page.elements if given.get("href") == "https://desk.test/48213"]
    assert [given["rel"] for given in out] == ["noopener noreferrer"]


def test_every_figure_of_the_account_leads_to_its_receipt() -> None:
    figures = page_of(stories.full()).figures
    assert [figure["data-metric"] for figure in figures] == ["nps", "nps", "backlog", "sla_attainment"]
    for figure in figures:
        assert figure["href"].startswith(f"/receipt?metric={figure['data-metric']}")
        assert "account=harbour" in figure["href"]


def test_few_answers_are_no_score() -> None:
    texts = [figure["text"] for figure in page_of(stories.full()).figures]
    assert texts[:2] == ["too few to say", "+31"]


def test_the_sums_of_the_table_are_those_of_the_intervals() -> None:
    story = replace(stories.full(), clocks=(stories.clock(),), stations=())
    page = page_of(story)
    counted = [given for _, given in page.elements if given.get("data-label") == "Sum"]
    assert len(counted) == 6
    text = text_of(page)
    assert text.index("13 h 25 min") > text.index("12 h")
    assert "the target is broken from here on" in text


def test_tables_have_captions_and_scopes_and_can_be_reached_by_keyboard() -> None:
    page = page_of(stories.full())
    tags = [tag for tag, _ in page.elements]
    assert tags.count("table") == tags.count("caption") == 3
    assert {given["scope"] for tag, given in page.elements if tag == "th"} == {"col", "row"}
    scrollers = page.with_class("scrolls")
    assert {given["tabindex"] for given in scrollers} == {"0"}
    assert all(given["aria-label"] for given in scrollers)


def test_what_is_not_known_is_said_in_words() -> None:
    page = page_of(stories.bare())
    for said in (
        "No subject", "no priority", "with no team", "not solved yet", "no target", "Nothing was promised",
        "Nobody knows which account", "No survey was answered", "Nobody is known to have had it",
        "replies are not known", "nothing to draw", "Role not known",
    ):  # fmt: skip
        assert said in page.text, said
    assert page.figures == []
    assert "↗ " not in page.text
    assert not page.with_class("strip-picture")


@pytest.mark.parametrize(
    ("more", "says", "href"),
    [
        ({"state": State.MERGED, "merged_into": "a/b", "is_there": True}, "into #a/b", "/tickets/desk/a~2Fb"),
        ({"state": State.MERGED, "merged_into": "9"}, "That one is not known here", None),
        ({"state": State.MERGED}, "merged into another one", None),
        ({"state": State.DELETED}, "deleted in the helpdesk", None),
    ],
)  # fmt: skip
def test_a_ticket_that_is_gone_says_so_and_where_it_went(more: Any, says: str, href: str | None) -> None:
    page = page_of(replace(stories.full(), **more))
    assert says in page.text
    assert [item for item in page.values("href") if item.startswith("/tickets/")] == ([href] if href else [])


def test_of_several_next_replies_the_last_is_shown_and_the_others_are_counted() -> None:
    clocks = (stories.clock(), stories.clock(Measure.NEXT_REPLY))
    each = NextReplies(total=4, kept=2, broken=1)
    text = page_of(replace(stories.full(), clocks=clocks, next_replies=each)).text
    assert (
        "The last of 4 promised next replies: 2 came inside the target, 1 after it, 1 still to come." in text
    )
    one = replace(stories.full(), clocks=clocks, next_replies=NextReplies(total=1, kept=1, broken=0))
    assert "promised next replies" not in page_of(one).text


def test_a_clock_without_working_hours_runs_around_the_clock() -> None:
    always = replace(stories.clock(), calendar="24/7", calendar_zone="UTC")
    page = page_of(replace(stories.full(), clocks=(always,)))
    assert "around the clock" in page.text
    assert "by 24/7" not in page.text


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"gap_minutes": -30.0}, "30 min inside 12 h"),
        ({"gap_minutes": 0.0}, "0 min inside 12 h"),
        ({"gap_minutes": 0.4}, "under a minute over 12 h"),
        ({"gap_minutes": None, "ended_at": None}, "broken, and still running"),
        ({"gap_minutes": None, "ended_at": None, "marks": ()}, "due Fri 20 Nov 2026 18:32"),
        ({"gap_minutes": None, "ended_at": None, "marks": (), "due_at": None}, "paused"),
        ({"gap_minutes": None, "is_met": False, "promise": None}, "target broken"),
        ({"gap_minutes": None, "is_met": True, "promise": None}, "target kept"),
        ({"gap_minutes": None, "is_met": None, "promise": None, "marks": (), "due_at": None}, "no target"),
    ],
)
def test_how_the_promise_ended_is_said_in_words(more: Any, says: str) -> None:
    given = {"is_met": None} | more
    page = page_of(replace(stories.full(), clocks=(replace(stories.clock(), **given),)))
    assert says in text_of(page)


def test_a_long_working_is_opened_by_hand_and_ends_somewhere() -> None:
    two = stories.clock().intervals[:2]
    many = tuple(replace(two[n % 2], start=two[0].start + n * stories.HOUR) for n in range(300))
    page = page_of(replace(stories.full(), clocks=(replace(stories.clock(), intervals=many),), stations=()))
    assert "The working, line by line (302)" in page.text
    assert "And 102 more lines." in page.text
    assert "details" in {tag for tag, _ in page.elements}


def test_hostile_texts_make_no_element_and_no_attribute() -> None:
    page = page_of(stories.hostile())
    assert page.text.count(HOSTILE) >= 12
    assert not {"img"} & {tag for tag, _ in page.elements}
    assert not [given for _, given in page.elements if "onerror" in given or "onmouseover" in given]


def test_a_ticket_that_is_none_is_a_page_that_is_not_there_with_words() -> None:
    def missing(asked: TicketAsked) -> TicketStory:
        raise LookupError(f"No ticket {asked.id!r} is known.")

    answer = client_of(missing).get("/tickets/desk/7")
    page = Page(answer.text)
    assert (answer.status_code, "No ticket '7' is known." in page.text) == (404, True)
    assert {"/", "/sources"} <= set(page.values("href"))


@pytest.mark.parametrize(
    "id", ["48213", "T-1", "a/b", "a b", "50%", "~7E", "Ünï", "..", ".", "?x=1#y", "a%2Fb"]
)
def test_an_address_holds_every_id_and_nothing_that_a_browser_would_change(id: str) -> None:
    asked: list[TicketAsked] = []

    def keep(question: TicketAsked) -> TicketStory:
        asked.append(question)
        return stories.full()

    path = ticket_path("desk", id)
    assert unquote(path) == path
    assert client_of(keep).get(path).status_code == 200
    assert {(question.source, question.id) for question in asked} == {("desk", id)}


def test_an_address_that_a_person_typed_is_understood() -> None:
    assert (meant("a%20b"), meant("a b"), meant("48213")) == ("a b", "a b", "48213")


def test_tickets_in_a_receipt_lead_to_their_pages(client: FlaskClient) -> None:
    hrefs = Page(client.get("/receipt?metric=backlog").text).values("href")
    assert len([href for href in hrefs if href.startswith("/tickets/desk/")]) >= 25
    answers = Page(client.get("/receipt?metric=nps").text).values("href")
    assert not [href for href in answers if href.startswith("/tickets/")]


def test_stations_stand_where_the_strip_has_their_moments() -> None:
    story = stories.full()
    axis = axis_of(story.clocks[0])
    found = placed(story.stations, axis)
    assert [item.shade for item in found] == [1, 2, 1]
    assert found[1].x == pytest.approx(found[0].x + found[0].width)
    assert found[1].x == axis.place(story.stations[1].started_at)
    root = ElementTree.fromstring(stations_figure(found, HOSTILE))
    assert root.get("aria-label") == HOSTILE
    assert [node.tag for node in root] == ["rect"] * 3
    assert stations_figure([], "nobody") == ""


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0 min"), (59.6, "1 h"), (85, "1 h 25 min"), (1440, "24 h"), (60_000, "1 000 h")],
)
def test_a_length_on_a_clock_is_told_in_hours(minutes: float, text: str) -> None:
    assert clocked(minutes).replace("\u202f", " ") == text
