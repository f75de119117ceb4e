"""A real Request Tracker for the tests, run and filled by the programs in `../shared/tools`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services.ports import free_port

INSTALLED = Path("/usr/share/request-tracker5/libexec/rt-server")


@dataclass(frozen=True, slots=True)
class Truth:
    """What the seeding script did and expects, by its own book-keeping and not read from Request Tracker."""

    steps: list[dict[str, Any]]
    tickets: dict[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RequestTracker:
    """A running server: its address, the token of its administrator, and a way to lay down history."""

    url: str
    token: str
    tools: Path
    environment: dict[str, str]

    def seed(self, *, timeout_s: float = 900, **options: str | int) -> Truth:
        """Run the seeding script; `options` are its own, e.g. `tickets=40, start="2026-05-01", seed=7`.

        About one ticket a second. Tickets are added to those of earlier calls.
        """
        with tempfile.TemporaryDirectory(prefix="barometer-rt-truth-") as folder:
            out = Path(folder) / "truth.jsonl"
            flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
            done = subprocess.run(
                [sys.executable, self.tools / "rt_seed.py", *flags, "--out", out],
                env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=timeout_s,
            )  # fmt: skip
            if done.returncode:
                raise AssertionError(f"Seeding Request Tracker failed: {done.stdout}{done.stderr}")
            lines = [json.loads(line) for line in out.read_text().splitlines()]
        finals = {line["id"]: line for line in lines if line.get("final")}
        return Truth([line for line in lines if not line.get("final")], finals)


def why_not(shared: Path) -> str | None:
    """Why Request Tracker cannot be run here; None if it can."""
    if not (shared / "tools" / "rt_server.sh").is_file():
        return "needs ../shared/tools/rt_server.sh"
    if not INSTALLED.exists():
        return "needs the packages of Request Tracker: bash ../shared/tools/rt_server.sh install"
    return None


@contextmanager
def running_request_tracker(shared: Path) -> Iterator[RequestTracker]:
    """A server on a free port with its data in a folder of its own; ended and removed afterwards."""
    tools = shared / "tools"
    folder = Path(tempfile.mkdtemp(prefix="barometer-rt-"))
    folder.chmod(0o755)  # the server gives up root for www-data, who has to get through to its data below
    port = free_port()
    environment = {
        **os.environ, "RT_PORT": str(port), "RT_DATA": str(folder / "rt"), "RT_WORKERS": "2", "RT_TZ": "UTC",
    }  # fmt: skip

    def control(*arguments: str) -> str:
        # Output goes to a file: the server inherits it, so a pipe would stay open for ever.
        with (folder / "out").open("w+b") as out:
            done = subprocess.run(
                ["bash", tools / "rt_server.sh", *arguments],
                env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, timeout=180,
            )  # fmt: skip
            out.seek(0)
            said = out.read().decode()
        if done.returncode:
            raise AssertionError(f"Request Tracker, {arguments[0]}: {said}")
        return said

    try:
        control("start")
        token = control("token", "root").split()[-1]
        url = f"http://127.0.0.1:{port}"
        yield RequestTracker(url, token, tools, {**environment, "RT_URL": url, "RT_TOKEN": token})
    finally:
        control("stop")
        shutil.rmtree(folder, ignore_errors=True)
