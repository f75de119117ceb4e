"""Every page, opened for every board."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard import ids
from dashboard.views import VIEWS
from data.account_list import AccountsQuestion
from data.metrics import BY_KEY
from tests.dashboard.accounts import MELON, account_list
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.conftest import Open
from tests.dashboard.pages import Page
from tests.dashboard.readings import AT, HOSTILE

PATHS = {"wall": "/wall", "now": "/", "sources": "/sources"}
CHECKING = ("/glossary", "/receipt?metric=nps&window=90d")
CONTRACT = {"data-metric", "data-value", "data-as-of", "data-deadline-s"}


@pytest.mark.parametrize("path", PATHS.values())
@pytest.mark.parametrize("state", STATES)
def test_every_page_opens_for_every_board(open_state: Open, state: str, path: str) -> None:
    answer = open_state(state).get(path)
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.values("lang") == ["en"]
    assert [tag for tag, _ in page.elements].count("h1") == 1
    assert [tag for tag, _ in page.elements].count("main") == 1
    assert all(figure.keys() >= CONTRACT for figure in page.figures)


@pytest.mark.parametrize("path", ["/wall", "/"])
def test_the_figures_stand_in_the_document_before_any_script(client: FlaskClient, path: str) -> None:
    html = client.get(path).text
    body = html[html.index("<body>") :]
    assert body.index('data-metric="nps"') < body.index("<script")
    page = Page(html)
    assert page.values("data-sign") == ["nps", "backlog", "sla", "audiences"]
    assert page.figures[0]["data-value"] == "42"
    assert page.values("data-audience") == ["end_user", "decision_maker"]


@pytest.mark.parametrize("path", ["/wall", "/"])
def test_every_figure_past_its_deadline_is_marked_and_no_other(open_state: Open, path: str) -> None:
    figures = Page(open_state("stale").get(path).text).figures
    stale = {figure["data-metric"].partition(".")[0] for figure in figures if "data-stale" in figure}
    assert stale == {"nps", "response_rate", "sla_attainment"}
    assert "data-stale" not in next(
        f for f in figures if f["data-metric"] == "sla_attainment"
    )  # of all tickets


@pytest.mark.parametrize("path", PATHS.values())
def test_every_screen_says_that_the_data_is_invented(open_state: Open, path: str) -> None:
    assert "Invented data: this is the demo" in Page(open_state("demo").get(path).text).text
    assert "Invented data" not in Page(open_state("full").get(path).text).text


@pytest.mark.parametrize("path", PATHS.values())
def test_hostile_texts_make_no_element(open_state: Open, path: str) -> None:
    good, bad = (Page(open_state(state).get(path).text) for state in ("full", "hostile"))
    assert HOSTILE in bad.text
    assert "img" not in {tag for tag, _ in bad.elements}
    scripts = [sum(tag == "script" for tag, _ in page.elements) for page in (good, bad)]
    assert scripts[0] == scripts[1]


def test_no_screen_needs_the_plotly_script(client: FlaskClient) -> None:
    assert not any("plotly" in src for src in Page(client.get("/wall").text).values("src"))


def test_the_filters_of_a_url_reach_the_board_and_stay_in_the_live_address() -> None:
    from dashboard import create_app

    provider = FakeProvider(STATES["full"])
    client = create_app(provider, clock=lambda: AT).server.test_client()
    page = Page(client.get("/?window=30d&team=2&utm=x").text)
    assert [(filters.given(), window) for filters, window in provider.prepared] == [({"team": "2"}, "30d")]
    assert page.values("data-live") == ["/live/now?window=30d&team=2"]


def test_the_wall_says_what_it_is_narrowed_to(client: FlaskClient) -> None:
    assert "Support floor · all teams" in Page(client.get("/wall").text).text
    assert "Support floor · Network" in Page(client.get("/wall?team=2").text).text


def test_a_link_that_nobody_can_mean_gets_words(client: FlaskClient) -> None:
    answer = client.get("/?window=%3Cscript%3E")
    assert "This link is not understood" in answer.text
    assert "<script>'" not in answer.text


def test_an_unknown_path_is_a_page_that_says_so(client: FlaskClient) -> None:
    answer = client.get("/nowhere/at/all")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_react_gets_the_same_screen_as_the_first_paint(client: FlaskClient) -> None:
    client.get("/wall")
    answer = client.post("/_dash-update-component", json=routing(client, "/wall", ""))
    screen = answer.json["response"]["_pages_content"]["children"]
    assert answer.status_code == 200
    assert screen["props"]["data-screen"] == "wall"
    assert '"data-metric":"nps"' in answer.text.replace(" ", "")


def routing(client: FlaskClient, path: str, search: str) -> dict[str, object]:
    callbacks = client.get("/_dash-dependencies").json
    routing = next(item for item in callbacks if "_pages_content.children" in item["output"])
    values = {"pathname": path, "search": search}
    return {
        "output": routing["output"],
        "outputs": [
            {"id": "_pages_content", "property": "children"},
            {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [item | {"value": values[item["property"]]} for item in routing["inputs"]],
        "changedPropIds": ["_pages_location.pathname"],
        "state": [],
    }


def test_every_id_on_every_page_is_in_one_file_and_stands_once(client: FlaskClient) -> None:
    anchors = (ids.ENTRY, ids.TOPIC)
    known = {value for name, value in vars(ids).items() if name.isupper()} - {*anchors}
    frame = {"lost", "lost-since", "boot", "react-entry-point", "_dash-config", "_dash-renderer"}
    seen: set[str] = set()
    for path in (*PATHS.values(), *CHECKING):
        found = Page(client.get(path).text).values("id")
        assert len(found) == len(set(found))
        seen |= {name for name in found if not name.startswith(anchors)}
    assert seen - frame == known


def test_every_live_region_is_on_its_page_with_its_hash(client: FlaskClient) -> None:
    for view, path in PATHS.items():
        regions = client.get(f"/live/{view}").json["regions"]
        page = Page(client.get(path).text)
        placed = {g["id"]: g["data-hash"] for _, g in page.elements if "data-hash" in g}
        assert placed == {name: region["hash"] for name, region in regions.items()}
    assert set(PATHS) == set(VIEWS)


def test_no_page_links_to_a_page_that_is_not_there(client: FlaskClient, provider: FakeProvider) -> None:
    provider.studies[AccountsQuestion] = lambda question: account_list(MELON)
    paths = (*PATHS.values(), *CHECKING, "/nowhere")
    links = {href for path in paths for href in Page(client.get(path).text).values("href")}
    inner = {href for href in links if re.match(r"/($|[a-z])", href) and "." not in href}
    receipts = {href for href in inner if href.startswith("/receipt?")}
    asked = {href: parse_qs(urlsplit(href).query)["metric"][0] for href in receipts}
    known = {href for href, key in asked.items() if key in BY_KEY}  # hand-made boards hold others, too
    assert {asked[href] for href in known} == BY_KEY.keys()
    others = {href.partition("#")[0] for href in inner - receipts}
    assert others == {"/", "/wall", "/months", "/accounts", "/teams", "/voice", "/sources", "/glossary"}
    assert {client.get(href).status_code for href in others | set(sorted(known)[::7])} == {200}


def test_while_the_first_board_is_made_a_page_says_so(
    open_state: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.latest import NotReadyError
    from dashboard.prepare import Screens

    def not_ready(*args: object, **kwargs: object) -> None:
        raise NotReadyError

    monkeypatch.setattr(Screens, "get", not_ready)
    client = open_state("full")
    assert "Reading the figures" in client.get("/wall").text
    assert client.get("/live/wall").status_code == 503
