"""A real server over a hand-made board, which a test may stop and start again on the same port."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from werkzeug.serving import BaseWSGIServer, make_server

from dashboard import create_app
from data.window import now
from tests.dashboard.boards import Build, FakeProvider
from tests.services.ports import free_port


class Site:
    """Serves the provider's board at `url`."""

    def __init__(self, build: Build) -> None:
        self.provider = FakeProvider(build, clock=now)
        self._port = free_port()
        self._server: BaseWSGIServer | None = None
        self._thread: Thread | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        app = create_app(self.provider)
        self._server = make_server("127.0.0.1", self._port, app.server, threaded=True)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = None


@contextmanager
def serving(build: Build) -> Iterator[Site]:
    """A site for one test."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    site = Site(build)
    site.start()
    try:
        yield site
    finally:
        site.stop()
