"""A small Promoter.io: campaigns, feedback by pages, contacts, and the faults that such services have.

    with PromoterSimulator() as service:
        service.faults[3] = Fault.ERROR      # the third request from now on fails
        source = Promoter(…, {"url": service.url, "token": service.token}, …)

Next-links name the service's public address, as they do behind a proxy: only their query is of use.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson

PUBLIC = "https://app.promoter.io"
PAGE_SIZE = 20
START = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
ROLES = ("decision-maker", "end-user", "End User", None)
COMMENTS = ("", "Quick answer 🎉", "Took <b>too</b> long", "Fine; as ever")


class Fault(StrEnum):
    TOO_MANY = "429 with Retry-After: 1"
    ERROR = "500"
    SILENCE = "no answer in time"
    CUT = "the connection is closed in the middle of the reply"
    PAGE = "an HTML page with status 200"
    EXPIRED = "401"


class PromoterSimulator:
    """Serves an invented account on loopback. `requests` are the paths asked for, queries included."""

    def __init__(self, feedback_count: int = 90) -> None:
        self.token = "token-of-the-simulator"
        self.requests: list[str] = []
        self.faults: dict[int, Fault] = {}
        self.repeats_rows = False
        self.silence = threading.Event()
        self.campaigns = [_campaign(number) for number in (1, 2, 3)]
        self.contacts = {number: _contact(number) for number in range(100, 130)}
        self.feedback = {number: _feedback(number) for number in range(1, feedback_count + 1)}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/"

    def __enter__(self) -> PromoterSimulator:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.silence.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def comment(self, number: int, text: str, at: datetime) -> None:
        """A comment that comes after the score."""
        self.feedback[number] |= {"comment": text, "comment_updated_date": _text(at)}

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        """Status and body of a GET, without faults."""
        parts = path.removeprefix("/api/").removeprefix("v2/").strip("/").split("/")
        match parts:
            case ["campaigns"]:
                return self._page(path, query, self.campaigns)
            case ["feedback"]:
                return self._page(path, query, self._listed(query.get("posted_date_0", "")))
            case ["feedback", number] if int(number) in self.feedback:
                return 200, self._with_contact(self.feedback[int(number)])
            case ["contacts", number] if int(number) in self.contacts:
                return 200, self.contacts[int(number)]
        return 404, {"detail": "Not found."}

    def _listed(self, since: str) -> list[Any]:
        newest_first = sorted(self.feedback.values(), key=lambda item: item["posted_date"], reverse=True)
        return [self._with_contact(item) for item in newest_first if item["posted_date"][:10] >= since]

    def _with_contact(self, item: dict[str, Any]) -> dict[str, Any]:
        contact = dict(self.contacts[item["contact"]])
        if item["id"] % 3 == 0:  # lists leave the attributes out now and then
            del contact["attributes"]
        return item | {"contact": contact}

    def _page(self, path: str, query: dict[str, str], items: list[Any]) -> tuple[int, Any]:
        page = int(query.get("page", "1"))
        first, end = (page - 1) * PAGE_SIZE, page * PAGE_SIZE
        if page > 1 and first >= len(items):
            return 404, {"detail": "Invalid page."}
        shown = items[max(0, first - 3 if self.repeats_rows else first) : end]
        following = f"{PUBLIC}{path}?{urlencode(query | {'page': page + 1})}" if end < len(items) else None
        return 200, {"count": len(items), "next": following, "previous": None, "results": shown}


def _handler(service: PromoterSimulator) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # head and body in one packet, or each reply waits 40 ms for the client's word

        def do_GET(self) -> None:
            split = urlsplit(self.path)
            service.requests.append(self.path)
            fault = service.faults.get(len(service.requests))
            if fault is not None:
                self._fail(fault)
            elif self.headers.get("Authorization") != f"Token {service.token}":
                self._send(401, {"detail": "Invalid token."})
            else:
                query = {name: values[-1] for name, values in parse_qs(split.query).items()}
                self._send(*service.answer(split.path, query))

        def _fail(self, fault: Fault) -> None:
            if fault is Fault.TOO_MANY:
                self._send(429, {"detail": "Request was throttled."}, {"Retry-After": "1"})
            elif fault is Fault.ERROR:
                self._send(500, {"detail": "Server Error (500)"})
            elif fault is Fault.EXPIRED:
                self._send(401, {"detail": "Token has expired."})
            elif fault is Fault.PAGE:
                self._reply(200, b"<html><body>Down for maintenance</body></html>", {}, "text/html")
            elif fault is Fault.SILENCE:
                service.silence.wait(5)
                self.close_connection = True
            else:
                self._reply(200, b'{"count": 3, "next": nu', {"Content-Length": "5000"})
                self.close_connection = True

        def _send(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
            self._reply(status, orjson.dumps(body), headers or {})

        def _reply(
            self, status: int, body: bytes, headers: dict[str, str], kind: str = "application/json"
        ) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _campaign(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Campaign {number}",
        "drip_duration": 60,
        "all_count": 100 * number,
        "eligible_count": 90 * number,
        "last_surveyed_date": _text(START),
        "launch_date": _text(START - timedelta(days=400)),
    }


def _contact(number: int) -> dict[str, Any]:
    role = ROLES[number % len(ROLES)]
    attributes = {"company": f"Company {number % 7}", "title": "CTO" if number % 5 == 0 else "Clerk"}
    return {
        "id": number,
        "email": f"person{number}@company{number % 7}.example",
        "first_name": f"First{number}",
        "last_name": f"Last{number}",
        "created_date": _text(START - timedelta(days=500)),
        "unsubscribed": False,
        "attributes": attributes | ({"role": role} if role else {}),
    }


def _feedback(number: int) -> dict[str, Any]:
    """Seven hours between two answers, so that an account of 90 reaches back 26 days."""
    posted = START - timedelta(hours=7 * number)
    return {
        "id": number,
        "campaign": f"Campaign {number % 3 + 1}" if number % 2 else number % 3 + 1,
        "contact": 100 + number % 30,
        "score": None if number == 13 else number * 7 % 11,
        "score_type": "passive",
        "comment": COMMENTS[number % len(COMMENTS)],
        "status": "CLOSED" if number % 6 == 0 else "OPEN",
        "posted_date": _text(posted),
        "score_created": _text(posted),
        "score_modified": _text(posted + timedelta(minutes=1)),
        "comment_updated_date": _text(posted + timedelta(minutes=2)),
    }


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
