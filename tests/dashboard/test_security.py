"""What the web application refuses, and what it tells browsers to refuse."""

from __future__ import annotations

import base64
import hashlib
import logging
import re

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.pages import Page
from tests.dashboard.readings import AT

PATHS = ["/", "/wall", "/sources", "/nowhere", "/live/wall", "/_dash-layout", "/_dash-dependencies"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_dressed(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_the_policy_allows_the_inline_scripts_that_are_there_and_no_others(client: FlaskClient) -> None:
    answer = client.get("/wall")
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, re.DOTALL)
    inline = [body for attributes, body in scripts if "src=" not in attributes and "json" not in attributes]
    assert inline
    assert set(policy["script-src"].split()) == {"'self'", *(_hash(body) for body in inline)}


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def test_files_whose_address_changes_with_them_may_be_kept(client: FlaskClient) -> None:
    sources = Page(client.get("/wall").text).values("src")
    assets = [source for source in sources if source.startswith("/assets/")]
    suites = [source for source in sources if source.startswith("/_dash-component-suites/")]
    assert assets
    assert suites
    assert "immutable" in client.get(assets[0]).headers["Cache-Control"]
    assert "max-age=31536000" in client.get(suites[0]).headers["Cache-Control"]
    assert client.get("/assets/live.js").headers["Cache-Control"] == "no-store"
    assert client.get("/assets/nothing.js?m=1").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8050", "[::1]:8050", "LOCALHOST:1"])
def test_loopback_may_ask(client: FlaskClient, host: str) -> None:
    assert client.get("/wall", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "[::1"]
)
def test_a_foreign_host_name_is_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/wall", headers={"Host": host}).status_code == 400


def test_a_host_name_can_be_allowed() -> None:
    app = create_app(FakeProvider(STATES["full"]), clock=lambda: AT, hosts=frozenset({"board.example"}))
    client = app.server.test_client()
    assert client.get("/wall", headers={"Host": "board.example"}).status_code == 200
    assert client.get("/wall", headers={"Host": "other.example"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_an_unsafe_request_from_elsewhere_is_refused(
    client: FlaskClient, provider: FakeProvider, headers: dict[str, str]
) -> None:
    assert client.post("/sources/rt/sync", headers=headers).status_code == 403
    assert client.post("/_dash-update-component", json={}, headers=headers).status_code == 403
    assert provider.asked == []


def test_a_large_body_is_refused(client: FlaskClient) -> None:
    answer = client.post("/_dash-update-component", data=b"x" * 300_000, content_type="application/json")
    assert answer.status_code in (404, 413)


@pytest.mark.parametrize(
    "body", [{"output": "gone.children"}, {}, [], "x", {"output": ["a"]}, {"output": None}]
)
def test_an_unknown_callback_gets_a_quiet_answer(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, body: object
) -> None:
    client.get("/wall")
    with caplog.at_level(logging.INFO):
        answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 404
    assert caplog.records == []


def test_no_debugger_can_be_reached(client: FlaskClient) -> None:
    assert client.get("/_reload-hash").headers["Cache-Control"] == "no-store"
    assert client.get("/console").status_code == 404
    assert client.get("/wall?__debugger__=yes&cmd=resource&f=debugger.js").mimetype == "text/html"
    assert client.get("/_mcp").status_code == 404


def test_scripts_are_sent_compressed(client: FlaskClient) -> None:
    renderer = next(src for src in Page(client.get("/wall").text).values("src") if "dash_renderer" in src)
    plain, zipped = (
        len(client.get(renderer, headers=headers).data) for headers in ({}, {"Accept-Encoding": "gzip"})
    )
    assert zipped < plain / 3
