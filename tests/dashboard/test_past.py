"""Views of the past: a moment in the URL, a banner that says so, nothing live, and little remembered."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread

import pytest
from flask.testing import FlaskClient

from dashboard import prepare
from dashboard.controls import Query, filter_bar, offered_on, parse_query
from dashboard.latest import NotReadyError
from dashboard.prepare import Screens
from data.window import Filters, parse_moment
from tests.dashboard import boards
from tests.dashboard.boards import FakeProvider, full
from tests.dashboard.pages import Page, page_of
from tests.dashboard.readings import AT, HOSTILE, ZONE
from tests.dashboard.test_pages import routing

MAY = "2026-05-01T12:00"
MOMENT = parse_moment(MAY, zone=ZONE)


def test_a_moment_in_the_url_asks_for_the_board_of_then(client: FlaskClient, provider: FakeProvider) -> None:
    page = Page(client.get(f"/?as_of={MAY}").text)
    assert provider.pasts == [(MOMENT, False)]
    assert "As it was on 1 May 2026, 12:00" in page.text
    assert page.values("data-past") == ["now"]
    assert page.figure("nps")["data-value"] == "42"


def test_known_then_asks_for_what_was_known(client: FlaskClient, provider: FakeProvider) -> None:
    page = Page(client.get(f"/?as_of={MAY}&known=then&team=2").text)
    assert provider.pasts == [(MOMENT, True)]
    assert provider.prepared == [(Filters(team="2"), None)]
    assert page.values("data-past") == ["then"]
    assert "as known then" in page.text


def test_a_view_of_the_past_is_not_live(client: FlaskClient) -> None:
    page = Page(client.get(f"/?as_of={MAY}").text)
    assert page.values("data-live") == []
    assert "not live" in page.text
    answer = client.get(f"/live/now?as_of={MAY}")
    assert (answer.status_code, "no live updates" in answer.json["error"]) == (404, True)


def test_the_wall_shows_now_whatever_the_url_says(client: FlaskClient, provider: FakeProvider) -> None:
    page = Page(client.get(f"/wall?as_of={MAY}&known=then").text)
    assert provider.pasts == []
    assert page.values("data-live") == ["/live/wall"]


def test_the_banner_leads_to_the_other_knowledge_and_back_to_now(client: FlaskClient) -> None:
    links = Page(client.get(f"/?as_of={MAY}&known=then&team=2").text).values("href")
    assert "/?team=2" in links
    other = next(link for link in links if "as_of=" in link)
    assert "known=" not in other
    assert client.get(other).status_code == 200


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"as_of": "soon"}, "is not understood"),
        ({"as_of": HOSTILE}, "is not understood"),
        ({"as_of": "9990-12-31"}, "future"),
        ({"as_of": MAY, "known": "later"}, "now or then"),
        ({"known": "then"}, "needs a moment"),
    ],
)
def test_a_past_that_nobody_can_mean_is_refused_in_words(given: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_query(given, at=AT, zone=ZONE)


def test_a_past_that_nobody_can_mean_gets_a_page(client: FlaskClient, provider: FakeProvider) -> None:
    assert "lies in the future" in client.get("/?as_of=2199-01-01").text
    assert provider.prepared == []


def test_a_past_query_goes_into_a_url_and_comes_back() -> None:
    query = parse_query({"as_of": MAY, "known": "then", "team": "2"}, at=AT, zone=ZONE)
    given = dict(pair.split("=") for pair in query.text().replace("%3A", ":").split("&"))
    assert parse_query(given, at=AT, zone=ZONE) == query
    assert query.present() == Query(Filters(team="2"))
    assert query.present().text() == "team=2"


def test_the_filter_bar_carries_the_moment_along() -> None:
    query = parse_query({"as_of": MAY, "known": "then"}, at=AT, zone=ZONE)
    page = page_of(filter_bar(offered_on(full()), query))
    names = [given["name"] for tag, given in page.elements if tag == "select" and "hidden" in given]
    assert names == ["as_of", "known"]
    assert "Clear" in page.text


def test_past_views_are_remembered_but_few_of_them(provider: FakeProvider) -> None:
    screens = Screens(provider, clock=lambda: AT, revision="r1")
    asked = [Query(as_of=MOMENT - timedelta(days=days)) for days in range(10)]
    for query in asked:
        screens.get("now", query)
    screens.get("now", asked[-1])
    assert len(provider.pasts) == 10
    screens.get("now", asked[0])
    assert len(provider.pasts) == 11
    assert len(screens._pasts._slots) == prepare.PAST_KEPT


def test_what_comes_in_changes_what_is_known_now_and_not_what_was_known_then(
    provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.prepare.VERSION_S", 0.0)
    screens = Screens(provider, clock=lambda: AT, revision="r1")
    queries = [Query(as_of=MOMENT, known_then=known) for known in (False, True)]
    for query in queries:
        screens.get("now", query)
    provider.change(boards.stale)
    for query in queries:
        screens.get("now", query)
    assert [known for _, known in provider.pasts] == [False, True, False]


def test_one_past_is_made_at_a_time(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.prepare.WAIT_S", 0.05)
    screens = Screens(provider, clock=lambda: AT, revision="r1")
    entered, go_on = Event(), Event()
    build = provider.build

    def slow(at: object) -> object:
        entered.set()
        go_on.wait(10)
        return build(MOMENT)

    monkeypatch.setattr(provider, "build", slow)
    thread = Thread(target=lambda: screens.get("now", Query(as_of=MOMENT)))
    thread.start()
    assert entered.wait(10)
    with pytest.raises(NotReadyError):
        screens.get("now", Query(as_of=MOMENT - timedelta(days=1)))
    go_on.set()
    thread.join(10)
    assert screens.get("now", Query(as_of=MOMENT - timedelta(days=1)))


def test_the_figures_of_the_past_are_painted_at_their_own_moment(client: FlaskClient) -> None:
    figures = Page(client.get(f"/?as_of={MAY}").text).figures
    assert figures
    assert not [figure for figure in figures if "data-stale" in figure]


def test_react_gets_the_same_past_as_the_first_paint(client: FlaskClient, provider: FakeProvider) -> None:
    search = f"?as_of={MAY}&known=then"
    client.get(f"/{search}")
    answer = client.post("/_dash-update-component", json=routing(client, "/", search))
    screen = answer.json["response"]["_pages_content"]["children"]["props"]
    assert (screen["data-screen"], "data-live" in screen) == ("now", False)
    assert "as known then" in answer.text
    assert provider.pasts == [(MOMENT, True)]  # made once for both
