"""A small Zendesk over HTTP on loopback: serves a `World` as the vendor does, with faults to switch on.

    with Simulator(world) as desk:
        desk.fail(Fault.BROKEN, path="tickets/cursor", after=2)
        ... read desk.url with desk.token ...

As the vendor, it withholds the latest minute from every export, keeps whole seconds of a time export
together, repeats the last second to whoever comes back, and names another host in the addresses it gives.
`python -m tests.simulators.zendesk --tickets 1000` serves an invented account until it is interrupted.
"""

from __future__ import annotations

import base64
import socket
import struct
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import orjson

from tests.simulators.zendesk_truth import Entry, iso
from tests.simulators.zendesk_world import World

TOKEN = "sesame-1"
EMAIL = "admin@example.com"
ELSEWHERE = "https://elsewhere.example.net/api/v2"
Query = dict[str, str]


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
class Simulator:
    """The server. Settings may be changed while it runs.

    page_size: rows of an export page. repeats: rows of the page before that come once more. empty_every:
    each so-many-th cursor page is empty though more follow. seconds: spent on making and sending replies.
    """

    world: World
    page_size: int = 1000
    repeats: int = 0
    empty_every: int = 0
    hang_seconds: float = 1.0
    token: str = TOKEN
    seconds: float = 0.0
    requests: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)
    _indexes: dict[str, tuple[int, list[Entry], list[tuple[int, int]]]] = field(default_factory=dict)
    _ready: dict[str, tuple[tuple[int, int], bytes]] = field(default_factory=dict)
    _cursor_pages: int = 0

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

    # --- replies -----------------------------------------------------------------------------------------

    def reply(self, path: str, query: Query) -> tuple[int, bytes]:
        """Status and body of a GET. Exports are kept ready as bytes while nothing changes."""
        with self.world.lock:
            state, key = (self.world.version, self.page_size), f"{path}?{sorted(query.items())}"
            if self.repeats or self.empty_every or self._ready.get(key, ((-1, 0), b""))[0] != state:
                status, body = self._make(path, query)
                if status != 200 or len(body) < 4096:
                    return status, body
                self._ready[key] = (state, body)
            return 200, self._ready[key][1]

    def _make(self, path: str, query: Query) -> tuple[int, bytes]:
        world = self.world
        match path.removesuffix(".json").split("/"):
            case ["incremental", "tickets" | "users" as name, "cursor"]:
                return self._cursor_export(name, query)
            case ["incremental", "ticket_events" | "ticket_metric_events" | "organizations" as name]:
                return self._time_export(name, query)
            case ["users"]:
                staff = [
                    user for user in world.users.values() if user["role"] != "end-user" and user["active"]
                ]
                return self._list("users", staff, query)
            case ["users", "show_many"]:
                asked = query["ids"].split(",")
                return self._list("users", [u for u in world.users.values() if str(u["id"]) in asked], query)
            case ["groups"]:
                return self._list("groups", list(world.groups.values()), query)
            case ["slas", "policies"]:
                return 200, orjson.dumps({"sla_policies": POLICIES, "count": 1, "next_page": None})
            case ["business_hours", "schedules"]:
                return 200, orjson.dumps({"schedules": list(world.schedules.values())})
            case ["business_hours", "schedules", schedule_id, "holidays"]:
                return 200, orjson.dumps({"holidays": world.holidays.get(int(schedule_id), [])})
            case ["satisfaction_ratings"]:
                start = iso(int(query.get("start_time", "0")))
                rows = [r for r in world.ratings.values() if r["created_at"] >= start]
                return self._list("satisfaction_ratings", rows, query)
            case ["custom_statuses"]:
                return 200, orjson.dumps({"custom_statuses": world.custom_statuses})
            case ["deleted_tickets"]:
                return self._list("deleted_tickets", list(world.deleted.values()), query)
        return 404, b'{"error":"RecordNotFound","description":"Not found"}'

    def _list(self, name: str, rows: list[dict[str, Any]], query: Query) -> tuple[int, bytes]:
        size = min(int(query.get("page[size]", "100")), 100, self.page_size)
        after = int(base64.b64decode(query["page[after]"])) if "page[after]" in query else 0
        left = [row for row in sorted(rows, key=_id_of) if row["id"] > after]
        page, has_more = left[:size], len(left) > size
        cursor = base64.b64encode(str(page[-1]["id"]).encode()).decode() if page else None
        link = f"{ELSEWHERE}/{name}?page[after]={cursor}" if has_more else None
        meta = {"has_more": has_more, "after_cursor": cursor, "before_cursor": None}
        return 200, orjson.dumps({name: page, "meta": meta, "links": {"next": link, "prev": None}})

    def _cursor_export(self, name: str, query: Query) -> tuple[int, bytes]:
        entries, keys = self._index(name)
        end = bisect_left(keys, (self._limit, 0))
        if "cursor" in query:
            stamp, row_id, *_ = base64.b64decode(query["cursor"]).decode().split("|")
            first = bisect_right(keys, (int(stamp), int(row_id)))
        else:
            if int(query["start_time"]) >= self._limit:
                return TOO_RECENT
            first = bisect_left(keys, (int(query["start_time"]), 0))
        last = min(first + self.page_size, end)
        self._cursor_pages += 1
        mark = ""
        if self.empty_every and self._cursor_pages % self.empty_every == 0 and first < end:
            last, mark = first, f"|{self._cursor_pages}"
        page = entries[max(0, first - self.repeats) : last] if last > first else []
        at = keys[last - 1] if last else None
        cursor = base64.b64encode(f"{at[0]}|{at[1]}{mark}".encode()).decode() if at else None
        more = {
            "after_cursor": cursor,
            "after_url": f"{ELSEWHERE}/incremental/{name}/cursor.json?cursor={cursor}",
            "before_cursor": None,
            "before_url": None,
            "end_of_stream": last >= end,
        }
        return 200, _page(name, page, more)

    def _time_export(self, name: str, query: Query) -> tuple[int, bytes]:
        start = int(query["start_time"])
        if start >= self._limit:
            return TOO_RECENT
        entries, keys = self._index(name)
        first, end = bisect_left(keys, (start, 0)), bisect_left(keys, (self._limit, 0))
        last = min(first + self.page_size, end)
        if first < last < end:  # all rows of the last second stay together
            last = min(bisect_left(keys, (keys[last - 1][0] + 1, 0)), end)
        page = entries[first:last]
        more = {
            "count": len(page),
            "end_time": page[-1][0] if page else None,
            "end_of_stream": last >= end,
            "next_page": f"{ELSEWHERE}/incremental/{name}.json?start_time={page[-1][0]}" if page else None,
        }
        return 200, _page(name, page, more)

    @property
    def _limit(self) -> int:
        """The first second that is withheld."""
        return self.world.now - 60

    def _index(self, name: str) -> tuple[list[Entry], list[tuple[int, int]]]:
        """The rows of an export in their order, with their sort keys; made anew after a change."""
        version, entries, keys = self._indexes.get(name, (-1, [], []))
        if version != self.world.version:
            entries = sorted([*self._entries(name), *self.world.broken.get(name, [])])
            keys = [(stamp, row_id) for stamp, row_id, _ in entries]
            self._indexes[name] = (self.world.version, entries, keys)
        return entries, keys

    def _entries(self, name: str) -> list[Entry]:
        world = self.world
        if name == "tickets":
            rows = world.tickets.values()
            return [(row["generated_timestamp"], row["id"], orjson.dumps(row)) for row in rows]
        if name == "ticket_events":
            return world.audits
        if name == "ticket_metric_events":
            return list(world.promises.events.values())
        rows = (world.users if name == "users" else world.organizations).values()
        return [(_seconds(row["updated_at"]), row["id"], orjson.dumps(row)) for row in rows]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    desk: ClassVar[Simulator]

    def do_GET(self) -> None:
        desk = self.desk
        url = urlsplit(self.path)
        path = url.path.removeprefix("/api/v2/")
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


TOO_RECENT = (400, b'{"error":"StartTimeTooRecent","description":"Too recent start_time."}')
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
POLICIES = [
    {
        "id": 25,
        "title": "Gold",
        "position": 1,
        "filter": {"all": [], "any": []},
        "policy_metrics": [
            {"priority": "high", "metric": "first_reply_time", "target": 61, "target_in_seconds": 3660,
             "business_hours": False},
        ],
    }
]  # fmt: skip


def _page(name: str, entries: list[Entry], more: dict[str, Any]) -> bytes:
    rows = b",".join(row for _, _, row in entries)
    return b'{"' + name.encode() + b'":[' + rows + b"]," + orjson.dumps(more)[1:]


def _id_of(row: dict[str, Any]) -> int:
    return int(row["id"])


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
