"""Shows a hand-made board in a browser: `python -m tests.dashboard.preview --port 8051 --state full`."""

from __future__ import annotations

import argparse

from werkzeug.serving import make_server

from dashboard import create_app
from data.window import now
from tests.dashboard.boards import STATES, FakeProvider


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=8051)
    arguments.add_argument("--state", choices=sorted(STATES), default="full")
    given = arguments.parse_args()
    app = create_app(FakeProvider(STATES[given.state], clock=now))
    print(f"http://127.0.0.1:{given.port}/wall shows {given.state!r}")
    make_server("127.0.0.1", given.port, app.server, threaded=True).serve_forever()


if __name__ == "__main__":
    main()
