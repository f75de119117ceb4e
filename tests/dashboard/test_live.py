"""The routes beside the pages."""

from __future__ import annotations

import gzip
import json

import pytest
from flask.testing import FlaskClient

from tests.dashboard import boards
from tests.dashboard.boards import FakeProvider


def test_it_answers_304_while_nothing_to_be_seen_has_changed(client: FlaskClient) -> None:
    first = client.get("/live/wall")
    again = client.get("/live/wall", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_it_answers_anew_when_something_has_changed(
    client: FlaskClient, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.prepare.VERSION_S", 0.0)
    first = client.get("/live/wall")
    provider.change(boards.stale)
    again = client.get("/live/wall", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.json["version"] == [2, 2]


def test_it_is_compressed_for_who_can_read_that(client: FlaskClient) -> None:
    plain = client.get("/live/now")
    zipped = client.get("/live/now", headers={"Accept-Encoding": "gzip, br"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(zipped.data)) == plain.json
    assert len(zipped.data) < len(plain.data) / 3
    assert "Accept-Encoding" in zipped.headers["Vary"]


def test_nothing_of_it_is_kept_by_a_browser_or_a_proxy(client: FlaskClient) -> None:
    assert client.get("/live/wall").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("address", "status"), [("/live/nowhere", 404), ("/live/now?window=soon", 400)])
def test_a_wrong_address_gets_words(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.json["error"]


def test_a_sync_can_be_wished_for(client: FlaskClient, provider: FakeProvider) -> None:
    answer = client.post("/sources/rt/sync", headers={"Origin": "http://localhost"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sources?asked=rt")
    assert provider.asked == ["rt"]
    assert "Request Tracker is read as soon as can be." in client.get("/sources?asked=rt").text.replace(
        "<b>", ""
    ).replace("</b>", "")


def test_a_sync_of_no_source_is_not_found(client: FlaskClient, provider: FakeProvider) -> None:
    assert client.post("/sources/nobody/sync").status_code == 404
    assert provider.asked == []


def test_a_sync_needs_a_post(client: FlaskClient, provider: FakeProvider) -> None:
    client.get("/sources/rt/sync")
    assert provider.asked == []
