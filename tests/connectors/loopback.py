"""A tiny HTTP server on loopback that gives prepared replies in order, the last one for ever."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """silent: no answer at all. cut: closes without a word. drip: a byte at a time, for ever."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False
    cut: bool = False
    drip: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What came in: the path with its query, and the headers."""

    path: str
    headers: Mapping[str, str]


class Loopback:
    """Records what it was asked in `asked`."""

    def __init__(self, *replies: Reply) -> None:
        self.replies: Sequence[Reply] = replies or (Reply(),)
        self.asked: list[Asked] = []
        self.is_over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def next(self) -> Reply:
        return self.replies[min(len(self.asked), len(self.replies)) - 1]

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            loopback.asked.append(Asked(self.path, dict(self.headers.items())))
            reply = loopback.next()
            if reply.silent or reply.cut:
                loopback.is_over.wait(5 if reply.silent else 0)
                self.close_connection = True
                return
            self.send_response(reply.status)
            length = {"Content-Length": str(1_000_000 if reply.drip else len(reply.body))}
            for name, value in (length | dict(reply.headers)).items():
                if value or name != "Content-Length":
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
            self.wfile.flush()
            while reply.drip and not loopback.is_over.wait(0.02):
                self._drop()

        def _drop(self) -> None:
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                loopback.is_over.set()

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
