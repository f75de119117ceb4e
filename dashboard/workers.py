"""gunicorn's settings for the web processes: `gunicorn --config python:dashboard.workers app:server`."""

from __future__ import annotations

import logging
import threading
from typing import Any

from dashboard.controls import Query

log = logging.getLogger("barometer.web")

worker_class = "gthread"
threads = 8
preload_app = True
control_socket_disable = True
loglevel = "warning"
graceful_timeout = 5

STANDING_VIEWS = ("wall", "now")


def post_worker_init(worker: Any) -> None:
    """Prepares the standing views before anybody asks, so that the first visitor need not wait for them."""
    threading.Thread(target=_warm_up, args=[worker.wsgi.extensions["barometer"]], daemon=True).start()


def _warm_up(screens: Any) -> None:
    for view in STANDING_VIEWS:
        try:
            screens.get(view, Query())
        except Exception as error:
            log.warning("the view %s is not prepared yet: %s", view, type(error).__name__)
