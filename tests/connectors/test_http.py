"""The one door to the network, against a real server on loopback that misbehaves in every way we know of."""

from __future__ import annotations

import gzip
import logging
import time
from email.utils import formatdate
from typing import Any

import orjson
import pytest

from connectors import http as http_module
from connectors.errors import (
    AuthError,
    ConfigError,
    ConnectorError,
    PermanentError,
    RetryableError,
    UnavailableError,
)
from connectors.http import Http, NoHttp
from tests.connectors.loopback import Loopback, Reply

SECRET = "s3cr3t-t0ken"
QUERY = {"email": "ann@customer.example"}


def client(server: Loopback, **options: Any) -> Http:
    given = {"backoff_seconds": 0.001, "read_seconds": 0.3, "headers": {"Authorization": f"Bearer {SECRET}"}}
    return Http("desk", server.url, **{**given, **options})


def trouble(*replies: Reply, **options: Any) -> tuple[ConnectorError, Loopback]:
    """The error that comes of asking a server for these replies."""
    with Loopback(*replies) as server, pytest.raises(ConnectorError) as caught:
        client(server, **options).get_json("api/tickets", QUERY)
    return caught.value, server


def test_it_gets_json_with_parameters_and_credentials() -> None:
    with Loopback(Reply(body=b'{"tickets": [1, 2]}')) as server:
        body = client(server).get_json("/api/tickets", {"page": "2", "ids": ["1", "2"]})
    assert body == {"tickets": [1, 2]}
    assert server.asked[0].path == "/api/tickets?page=2&ids=1&ids=2"
    assert server.asked[0].headers["Authorization"] == f"Bearer {SECRET}"


def test_compressed_and_chunked_replies_are_read() -> None:
    packed = gzip.compress(orjson.dumps({"rows": ["ü"] * 50_000}))
    chunked = b"3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"
    with Loopback(
        Reply(body=packed, headers={"Content-Encoding": "gzip"}),
        Reply(body=chunked, headers={"Transfer-Encoding": "chunked", "Content-Length": ""}),
    ) as server:
        http = client(server)
        assert len(http.get_json("a")["rows"]) == 50_000
        assert http.get_json("a") == [1, 2]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again_at_once(status: int) -> None:
    with Loopback(Reply(status=status), Reply(status=status), Reply(body=b"[7]")) as server:
        assert client(server).get_json("a") == [7]
    assert len(server.asked) == 3


def test_retry_after_is_waited_for() -> None:
    with Loopback(Reply(status=429, headers={"Retry-After": "1"}), Reply(body=b"[7]")) as server:
        before = time.monotonic()
        assert client(server).get_json("a") == [7]
    assert time.monotonic() - before >= 1


@pytest.mark.parametrize("asked", ["3600", "date", "99999999999"])
def test_a_long_retry_after_is_left_to_the_scheduler(asked: str) -> None:
    value = formatdate(time.time() + 3600, usegmt=True) if asked == "date" else asked
    before = time.monotonic()
    error, server = trouble(Reply(status=429, headers={"Retry-After": value}))
    assert time.monotonic() - before < 5
    assert len(server.asked) == 1
    assert isinstance(error, RetryableError)
    assert 3500 < (error.retry_after or 0) <= http_module.LONGEST_WAIT_SECONDS


@pytest.mark.parametrize("value", ["soon", "-5", "1.5e9", ""])
def test_a_retry_after_that_makes_no_sense_is_passed_over(value: str) -> None:
    with Loopback(Reply(status=429, headers={"Retry-After": value}), Reply(body=b"[7]")) as server:
        assert client(server).get_json("a") == [7]


def test_a_service_that_keeps_failing_is_given_up_and_said_to_be_retryable() -> None:
    error, server = trouble(Reply(status=503), attempts=3)
    assert len(server.asked) == 3
    assert isinstance(error, RetryableError)
    assert "answers 503" in str(error)


def test_a_401_names_the_setting_and_is_not_tried_again() -> None:
    error, server = trouble(Reply(status=401), credentials="api_key")
    assert isinstance(error, AuthError)
    assert error.setting == "api_key"
    assert "'api_key'" in str(error)
    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "setting"), [(403, "token"), (404, "url"), (410, "url")])
def test_what_is_not_offered_is_unavailable(status: int, setting: str) -> None:
    error, _ = trouble(Reply(status=status))
    assert isinstance(error, UnavailableError)
    assert (error.status, error.setting) == (status, setting)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with Loopback(Reply(body=b"[1]")) as elsewhere:
        error, server = trouble(Reply(status=status, headers={"Location": f"{elsewhere.url}/steal"}))
    assert isinstance(error, ConfigError)
    assert error.setting == "url"
    assert elsewhere.asked == []
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/api",
        "http://127.0.0.1.evil.example/api",
        "http://127.0.0.1@evil.example/api",
        "ftp://127.0.0.1/api",
    ],
)
def test_an_address_on_another_host_is_refused(address: str) -> None:
    with Loopback() as server, pytest.raises(PermanentError, match="another host") as caught:
        client(server).get_json(address)
    assert server.asked == []
    assert "evil" not in str(caught.value)


def test_an_absolute_address_on_the_same_host_is_asked() -> None:
    with Loopback(Reply(body=b"[1]")) as server:
        assert client(server).get_json(f"{server.url}/api/next?page=2") == [1]
    assert server.asked[0].path == "/api/next?page=2"


def test_a_path_that_looks_like_a_host_stays_on_ours() -> None:
    with Loopback(Reply(body=b"[1]")) as server:
        client(server).get_json("//evil.example/api")
    assert server.asked[0].path == "/evil.example/api"


def test_silence_is_a_time_out() -> None:
    error, server = trouble(Reply(silent=True), attempts=2, read_seconds=0.1)
    assert isinstance(error, RetryableError)
    assert len(server.asked) == 2
    assert str(error).startswith(f"Source desk: no answer from {server.url.removeprefix('http://')} (")


def test_a_connection_that_is_cut_is_tried_again() -> None:
    with Loopback(Reply(cut=True), Reply(body=b"[7]")) as server:
        assert client(server).get_json("a") == [7]
    assert len(server.asked) == 2


def test_a_reply_that_breaks_off_is_retryable() -> None:
    error, _ = trouble(Reply(body=b'{"a": 1', headers={"Content-Length": "500", "Connection": "close"}))
    assert isinstance(error, RetryableError)


def test_nobody_listening_is_retryable() -> None:
    with Loopback() as server:
        url = server.url
    with pytest.raises(RetryableError, match="no answer from 127"):
        Http("desk", url, attempts=1, read_seconds=1).get_json("a")


def test_a_body_beyond_the_bound_is_given_up_even_when_it_came_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "MAX_BYTES", 2**20)
    bomb = gzip.compress(b" " * 2**24)
    assert len(bomb) < 2**15
    error, _ = trouble(Reply(body=bomb, headers={"Content-Encoding": "gzip"}))
    assert isinstance(error, RetryableError)
    assert "longer than 1 MiB" in str(error)


def test_a_reply_that_drips_in_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "TOTAL_SECONDS", 0.3)
    before = time.monotonic()
    error, _ = trouble(Reply(body=b"{", drip=True))
    assert time.monotonic() - before < 3
    assert isinstance(error, RetryableError)


@pytest.mark.parametrize(
    "body", [b"<html>Log in to continue</html>", b"", b"{'a': 1}", b"\xff\xfe", b"[" * 9000]
)
def test_what_is_not_json_is_said_to_be_a_page_of_another_kind(body: bytes) -> None:
    error, _ = trouble(Reply(body=body))
    assert isinstance(error, RetryableError)
    assert error.setting == "url"
    assert "not JSON" in str(error)
    assert "Log in" not in str(error)


def test_an_error_code_is_passed_on_and_a_sentence_is_not() -> None:
    code, _ = trouble(Reply(status=422, body=b'{"error": "InvalidEndpoint", "description": "Ann said no"}'))
    assert isinstance(code, PermanentError)
    assert code.code == "InvalidEndpoint"
    sentence, _ = trouble(Reply(status=422, body=b'{"error": "Ann said no"}'))
    assert "Ann" not in str(sentence)
    page, _ = trouble(Reply(status=400, body=b"[" * 100_000))
    assert isinstance(page, PermanentError)


@pytest.mark.parametrize(
    "headers",
    [
        {"ratelimit-remaining": "0", "ratelimit-reset": "41"},
        {"zendesk-ratelimit-tickets-index": "total=100; remaining=0; resets=41"},
    ],
)
def test_it_keeps_still_while_nothing_is_left_of_a_quota(headers: dict[str, str]) -> None:
    waits: list[float] = []
    with Loopback(Reply(headers=headers), Reply()) as server:
        http = client(server, sleep=waits.append)
        http.get_json("a")
        assert waits == []
        http.get_json("a")
    assert 40 < waits[0] <= 41


def test_a_quota_that_is_renewed_late_is_waited_for_a_minute_at_most() -> None:
    waits: list[float] = []
    with Loopback(Reply(headers={"ratelimit-remaining": "0", "ratelimit-reset": "86400"})) as server:
        http = client(server, sleep=waits.append)
        http.get_json("a")
        http.get_json("a")
    assert 59 < waits[0] <= 60


@pytest.mark.parametrize(
    "headers",
    [
        {"ratelimit-remaining": "5", "ratelimit-reset": "41"},
        {"ratelimit-remaining": "0"},
        {"ratelimit-remaining": "none", "ratelimit-reset": "?"},
        {"zendesk-ratelimit-a": "remaining"},
    ],
)
def test_a_quota_that_is_not_used_up_or_unreadable_makes_nobody_wait(headers: dict[str, str]) -> None:
    waits: list[float] = []
    with Loopback(Reply(headers=headers)) as server:
        http = client(server, sleep=waits.append)
        http.get_json("a")
        http.get_json("a")
    assert waits == []


def test_requests_keep_the_pause_that_they_were_given() -> None:
    waits: list[float] = []
    with Loopback() as server:
        http = client(server, sleep=waits.append, pause_seconds=5.0)
        http.get_json("a")
        http.get_json("a")
    assert len(waits) == 1
    assert 4 < waits[0] <= 5


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=401),
        Reply(status=403),
        Reply(status=404),
        Reply(status=422),
        Reply(status=429),
        Reply(status=503),
        Reply(status=302, headers={"Location": "https://elsewhere.example/?key=1"}),
        Reply(body=b"<html>"),
        Reply(silent=True),
        Reply(cut=True),
    ],
)
def test_no_message_and_no_log_line_holds_a_secret_or_a_query(
    reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    error, server = trouble(reply, attempts=2, read_seconds=0.1)
    assert server.asked[0].path.endswith("ann%40customer.example")
    for text in (str(error), repr(error), repr(client(server)), caplog.text):
        assert SECRET not in text
        assert "customer.example" not in text
        assert "?" not in text.replace("maintenance page?", "")


@pytest.mark.parametrize(
    "url", ["", "help.example.com", "ftp://x.example", "https://", "https://me:pw@x.example"]
)
def test_an_address_that_is_none_is_refused_by_its_settings_name(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Http("desk", url, setting="address")
    assert caught.value.setting == "address"
    assert "pw" not in str(caught.value)


def test_a_connector_without_an_address_has_nothing_to_ask() -> None:
    with pytest.raises(PermanentError, match="no address"):
        NoHttp("Source x has no address.").get_json("a")
