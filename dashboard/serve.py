"""Starts the web server and the scheduler as two processes, and keeps them running."""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from data.settings import ProcessSettings, SettingsError, child_environment

log = logging.getLogger("barometer.serve")

RESTART_SECONDS = 2.0
GRACE_SECONDS = 15.0


def refuse_open_address(host: str) -> None:
    """Without a login nobody but this machine may look."""
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if not is_loopback:
        raise SettingsError(
            f"BAROMETER_HOST is {host}, but no login is configured: Barometer listens on loopback only"
            " (127.0.0.1). Put a proxy with a login in front of it on this machine."
        )


class Supervisor:
    """Runs the web server and the scheduler as two processes, and starts one anew when it ends."""

    def __init__(self, process: ProcessSettings, app: Path) -> None:
        refuse_open_address(process.host)
        bind = f"[{process.host}]" if ":" in process.host else process.host
        self.address = f"http://{bind}:{process.port}"
        here = app.resolve()
        self._environment = child_environment(process)
        # Found from wherever we were started: the store and the settings lie there, not beside the code.
        path = [str(here.parent), self._environment.get("PYTHONPATH", "")]
        self._environment["PYTHONPATH"] = os.pathsep.join(filter(None, path))
        self._commands = {
            "web": [
                *(sys.executable, "-m", "gunicorn", "app:server", "--config", "python:dashboard.workers"),
                *("--workers", str(process.workers), "--bind", f"{bind}:{process.port}"),
            ],
            "scheduler": [sys.executable, str(here), "sync"],
        }
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()

    def run(self) -> None:
        """Until a signal asks to stop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        for name in self._commands:
            self._start(name)
        while not self._stop.wait(0.5):
            for name, child in list(self._children.items()):
                if child.poll() is not None:
                    log.error("%s ended with %s; started anew", name, child.returncode)
                    self._stop.wait(RESTART_SECONDS)
                    if not self._stop.is_set():
                        self._start(name)
        self._end_all()

    def _start(self, name: str) -> None:
        # a group of its own: Ctrl-C reaches this process alone, which ends the children in order
        self._children[name] = subprocess.Popen(  # noqa: S603
            self._commands[name], env=self._environment, start_new_session=True
        )

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _end_all(self) -> None:
        for child in self._children.values():
            child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self._children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
