"""The only module that opens a connection: time-outs, retries, Retry-After, rate limits, bounds, redaction.

`Http` speaks to one host, the one in the settings. It never follows a redirect, never sends credentials
to an address that it read from a reply, and never puts a URL's query, a header or a body into a message.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol, Self, cast
from urllib.parse import urlsplit

import orjson
import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import HTTPError, InvalidHeader, MaxRetryError, ProtocolError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from connectors.errors import AuthError, ConfigError, PermanentError, RetryableError, UnavailableError

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
TOTAL_SECONDS = 120.0
MAX_BYTES = 64 * 1024 * 1024
MAX_WAIT_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 24 * 3600.0
ATTEMPTS = 5
TEMPORARY = frozenset({429, 500, 502, 503, 504})

# Its messages hold whole addresses with their queries, which may name customers.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)

Params = Mapping[str, str | list[str]]


class JsonSource(Protocol):
    """What a connector may ask of HTTP; tests pass a fake one."""

    def get_json(self, path: str, params: Params | None = None) -> Any:
        """The decoded JSON body of GET `path`. Raises a ConnectorError."""
        ...


class NoHttp:
    """For connectors that read no address; asking all the same is a mistake in the connector."""

    def __init__(self, message: str) -> None:
        self._message = message

    def get_json(self, path: str, params: Params | None = None) -> Any:
        raise PermanentError(self._message)


class Http:
    """GETs JSON from one host.

    setting: the name of the setting that holds the address, for messages.
    credentials: the names of the settings to look at when the source says 401 or 403.
    pause_seconds: least time between two requests, for services that publish no limit.
    """

    def __init__(
        self,
        source: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | AuthBase | None = None,
        setting: str = "url",
        credentials: str = "token",
        attempts: int = ATTEMPTS,
        backoff_seconds: float = 0.5,
        read_seconds: float = READ_SECONDS,
        pause_seconds: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        split = urlsplit(base_url)
        if split.scheme not in {"http", "https"} or not split.hostname or split.username:
            raise ConfigError(
                f"Source {source}: the setting '{setting}' must be an address like https://help.example.com",
                setting=setting,
            )
        self.source = source
        self._base = base_url.rstrip("/")
        self._setting = setting
        self._credentials = credentials
        self._read_seconds = read_seconds
        self._pause_seconds = pause_seconds
        self._sleep = sleep
        self._not_before = 0.0
        self._session = requests.Session()
        self._session.trust_env = False  # no credentials out of a .netrc, no proxy by accident
        self._session.headers.update({"Accept": "application/json", "User-Agent": "Barometer"})
        self._session.headers.update(headers or {})
        self._session.auth = auth
        adapter = HTTPAdapter(max_retries=_Patience.build(attempts, backoff_seconds))
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def get_json(self, path: str, params: Params | None = None) -> Any:
        """The decoded JSON body of GET `path` (relative to the base address, or absolute on this host)."""
        self._wait_for_turn()
        try:
            with self._session.get(
                self._url(path),
                params=params,
                timeout=(CONNECT_SECONDS, self._read_seconds),
                stream=True,
                allow_redirects=False,
            ) as response:
                self._note_quota(response.headers)
                self._check(response)
                return self._decode(self._body(response))
        except (requests.RequestException, HTTPError) as error:
            raise RetryableError(
                f"Source {self.source}: no answer from {self._host()} ({_in_words(error)})."
                " Barometer tries again by itself."
            ) from None

    def _url(self, path: str) -> str:
        if "://" not in path:
            return f"{self._base}/{path.lstrip('/')}"
        if urlsplit(path)[:2] != urlsplit(self._base)[:2]:
            raise PermanentError(
                f"Source {self.source}: a reply pointed to another host than {self._host()}; not followed."
            )
        return path

    def _host(self) -> str:
        return urlsplit(self._base).netloc

    def _check(self, response: requests.Response) -> None:
        status = response.status_code
        if status < 300:
            return
        where = f"Source {self.source}: {self._host()} answers {status}"
        if status in TEMPORARY or status in {408, 409, 425}:
            raise RetryableError(
                f"{where}. Barometer tries again by itself.", retry_after=_retry_after(response.headers)
            )
        if status == 401:
            raise AuthError(
                f"{where}: the credentials are refused. Check the setting '{self._credentials}'.",
                setting=self._credentials,
            )
        if status in {403, 404, 410}:
            raise UnavailableError(
                f"{where} for {urlsplit(response.url).path}: not there, or not allowed with these"
                f" credentials. Check '{self._setting}' and what '{self._credentials}' may read.",
                setting=self._credentials if status == 403 else self._setting,
                status=status,
            )
        if status < 400:
            raise ConfigError(
                f"{where}, a redirect. Set '{self._setting}' to the address where the service really is.",
                setting=self._setting,
            )
        code = self._error_code(response)
        words = f" ({code})" if code else ""
        raise PermanentError(f"{where} to {urlsplit(response.url).path}{words}.", code=code)

    def _body(self, response: requests.Response) -> bytes:
        """The whole body, bounded in bytes (after decompression) and in time, or RetryableError."""
        chunks: list[bytes] = []
        size, deadline = 0, time.monotonic() + TOTAL_SECONDS
        # read1 hands over what has come; other ways wait for a full piece, which may drip in for hours.
        while chunk := response.raw.read1(65536, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_BYTES or time.monotonic() > deadline:
                raise RetryableError(
                    f"Source {self.source}: a reply of {self._host()} was longer than"
                    f" {MAX_BYTES // 2**20} MiB or took more than {TOTAL_SECONDS:.0f} s; given up."
                )
        return b"".join(chunks)

    def _decode(self, body: bytes) -> Any:
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            raise RetryableError(
                f"Source {self.source}: {self._host()} answered with something that is not JSON"
                f" ({len(body)} bytes; a login or maintenance page?). Check '{self._setting}'.",
                setting=self._setting,
            ) from None

    def _error_code(self, response: requests.Response) -> str | None:
        """The service's own error code where it is a bare word: codes help, sentences may quote customers."""
        try:
            body = orjson.loads(self._body(response))
        except (orjson.JSONDecodeError, RetryableError, HTTPError):
            return None
        code = body.get("error") if isinstance(body, dict) else None
        return code if isinstance(code, str) and code.isidentifier() and len(code) < 60 else None

    def _note_quota(self, headers: Mapping[str, str]) -> None:
        """Where the source says that nothing is left of a quota, keep still until it is renewed."""
        for remaining, reset in _quotas(headers):
            if remaining <= 0 and reset > 0:
                self._not_before = time.monotonic() + min(reset, MAX_WAIT_SECONDS)

    def _wait_for_turn(self) -> None:
        wait = self._not_before - time.monotonic()
        if wait > 0:
            self._sleep(wait)
        self._not_before = time.monotonic() + self._pause_seconds


class _Patience(Retry):
    """urllib3's Retry, but a wait longer than a minute is left to the scheduler instead of slept here."""

    @classmethod
    def build(cls, attempts: int, backoff_seconds: float) -> _Patience:
        return cls(
            total=attempts - 1,
            status_forcelist=TEMPORARY,
            allowed_methods={"GET"},
            backoff_factor=backoff_seconds,
            backoff_jitter=backoff_seconds,
            backoff_max=MAX_WAIT_SECONDS,
            raise_on_status=False,
        )

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        return _retry_after(response.headers)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        if response is not None and (self.get_retry_after(response) or 0) > MAX_WAIT_SECONDS:
            raise MaxRetryError(cast("ConnectionPool", _pool), url or "")  # gives the reply back as it is
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        return status_code in TEMPORARY and super().is_retry(method, status_code, has_retry_after)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a reply asks us to wait, which it may write as a date; None where it says nothing."""
    value = headers.get("Retry-After")
    try:
        return min(Retry().parse_retry_after(value), LONGEST_WAIT_SECONDS) if value else None
    except InvalidHeader:
        return None


def _quotas(headers: Mapping[str, str]) -> list[tuple[float, float]]:
    """(calls left, seconds to the renewal) of every quota that the headers speak of.

    Two spellings: RateLimit-Remaining with RateLimit-Reset, and Zendesk's
    `zendesk-ratelimit-NAME: total=100; remaining=99; resets=41`.
    """
    found = []
    remaining, reset = headers.get("ratelimit-remaining", ""), headers.get("ratelimit-reset", "")
    if remaining.isdigit() and reset.isdigit():
        found.append((float(remaining), float(reset)))
    for name, value in headers.items():
        if name.lower().startswith(("zendesk-ratelimit-", "zendesk-rate-limit-")):
            parts = dict(part.strip().split("=", 1) for part in value.split(";") if "=" in part)
            if parts.get("remaining", "").isdigit() and parts.get("resets", "").isdigit():
                found.append((float(parts["remaining"]), float(parts["resets"])))
    return found


def _in_words(error: requests.RequestException | HTTPError) -> str:
    """A network error in a few words; never its own text, which holds the whole URL."""
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not accepted"
    if isinstance(error, requests.Timeout | ReadTimeoutError):
        return "time-out"
    if isinstance(error, requests.exceptions.RetryError):
        return "it keeps failing"
    if isinstance(error, requests.ConnectionError | ProtocolError):
        return "connection refused, cut or not possible"
    return "the exchange broke off"
