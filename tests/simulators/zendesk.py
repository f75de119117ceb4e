"""A small Zendesk over HTTP on loopback: serves a `World` as the vendor does, with faults to switch on.

    with Simulator(world) as desk:
        desk.fail(Fault.BROKEN, path="tickets/cursor", after=2)
        ... read desk.url with desk.token ...

As the vendor, it withholds the latest minute from every export, keeps whole seconds of a time export
together, repeats the last second to whoever comes back, and names another host in the addresses it gives.
`python -m tests.simulators.zendesk --tickets 1000` serves an invented account until its input ends.
"""

from __future__ import annotations

import argparse
import base64
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import orjson

from tests.simulators.zendesk_replies import TOO_RECENT, Replies
from tests.simulators.zendesk_seed import seeded_world

TOKEN = "sesame-1"
EMAIL = "admin@example.com"
WORK = "_simulator"
"""A path of the simulator's own: how many requests it had, and the seconds that it spent on them."""


class Fault(Enum):
    LIMITED = "429 with Retry-After"
    LIMITED_SILENTLY = "429 without a word on when"
    BROKEN = "500"
    BUSY = "503 with Retry-After"
    HANGING = "no answer within the client's patience"
    RESET = "connection reset"
    HTML = "a maintenance page with status 200"
    FORBIDDEN = "403"
    EXPIRED = "401"
    TOO_RECENT = "400 StartTimeTooRecent"


@dataclass(slots=True)
class Rule:
    """A fault, or a deed of the world's, for some of the requests to paths that contain `path`."""

    what: Fault | Callable[[], None]
    path: str
    after: int
    times: int
    seen: int = 0

    def applies(self, path: str) -> bool:
        if self.path not in path:
            return False
        self.seen += 1
        return self.after < self.seen <= self.after + self.times


@dataclass(slots=True)
class Simulator(Replies):
    """The server. seconds: spent on making and sending replies."""

    hang_seconds: float = 1.0
    token: str = TOKEN
    seconds: float = 0.0
    requests: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Simulator:
        simulator = self

        class Handler(_Handler):
            desk = simulator

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def fail(self, fault: Fault, path: str = "", *, after: int = 0, times: int = 1) -> None:
        """Lets the `times` requests after the first `after` ones to `path` go wrong."""
        self.rules.append(Rule(fault, path, after, times))

    def meanwhile(self, deed: Callable[[], None], path: str, *, after: int = 0) -> None:
        """Lets something happen in the account right before a request is answered."""
        self.rules.append(Rule(deed, path, after, 1))

    def faults_left(self) -> list[Rule]:
        """Rules that no request has met yet, for a test to see that its fault did happen."""
        return [rule for rule in self.rules if rule.seen <= rule.after]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    desk: ClassVar[Simulator]

    def do_GET(self) -> None:
        desk = self.desk
        url = urlsplit(self.path)
        path = url.path.removeprefix("/api/v2/")
        if path == WORK:
            work = {"requests": len(desk.requests), "seconds": desk.seconds}
            self._send(200, orjson.dumps(work), {})
            return
        desk.requests.append(f"{path}?{url.query}")
        fault = None
        for rule in list(desk.rules):
            if rule.applies(path):
                if isinstance(rule.what, Fault):
                    fault = rule.what
                else:
                    rule.what()
        if fault is None and not self._is_known():
            fault = Fault.EXPIRED
        if fault is not None:
            self._go_wrong(fault)
            return
        started = time.perf_counter()
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        status, body = desk.reply(path, query)
        self._send(status, body, {"x-rate-limit": "700", "x-rate-limit-remaining": "699"})
        with desk.world.lock:
            desk.seconds += time.perf_counter() - started

    def _is_known(self) -> bool:
        token = self.desk.token
        basic = base64.b64encode(f"{EMAIL}/token:{token}".encode()).decode()
        return self.headers.get("Authorization") in {f"Basic {basic}", f"Bearer {token}"}

    def _go_wrong(self, fault: Fault) -> None:
        if fault is Fault.HANGING:
            self.desk._stopping.wait(self.desk.hang_seconds)
        if fault in {Fault.RESET, Fault.HANGING}:
            linger = struct.pack("ii", 1, 0)  # closing now sends a reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            return
        status, body, headers = REPLIES[fault]
        self._send(status, body, headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        kind = "text/html" if body.startswith(b"<") else "application/json; charset=utf-8"
        lines = [f"HTTP/1.1 {status} -", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + body)

    def log_message(self, *_: object) -> None:
        pass


REPLIES: dict[Fault, tuple[int, bytes, dict[str, str]]] = {
    Fault.LIMITED: (429, b'{"error":"TooManyRequests"}', {"Retry-After": "1"}),
    Fault.LIMITED_SILENTLY: (429, b'{"error":"TooManyRequests"}', {}),
    Fault.BROKEN: (500, b"<html>Internal Server Error</html>", {}),
    Fault.BUSY: (503, b"", {"Retry-After": "0"}),
    Fault.HTML: (200, b"<html><body>We will be back soon.</body></html>", {}),
    Fault.FORBIDDEN: (403, b'{"error":{"title":"Forbidden","message":"restricted"}}', {}),
    Fault.EXPIRED: (401, b'{"error":"Couldn\'t authenticate you"}', {}),
    Fault.TOO_RECENT: (*TOO_RECENT, {}),
}


def main() -> None:
    """Serves a seeded account; prints its address, its moment and what it holds."""
    parser = argparse.ArgumentParser(description="A simulated Zendesk on loopback.")
    parser.add_argument("--tickets", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    world, _ = seeded_world(now, tickets=given.tickets, seed=given.seed)
    with Simulator(world) as desk:
        held = {"tickets": len(world.tickets), "audits": len(world.audits), "users": len(world.users)}
        held |= {"metric_events": len(world.promises.events), "ratings": len(world.ratings)}
        print(
            orjson.dumps({"url": desk.url, "now": world.now, "token": desk.token, **held}).decode(),
            flush=True,
        )
        sys.stdin.read()


if __name__ == "__main__":
    main()
