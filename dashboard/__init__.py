"""Everything a person looks at: `create_app` puts the pages, the live updates and the guards together.

Imports `data`, never a store or a connector; what is shown comes from a `Provider`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import dash

from dashboard.document import Document
from dashboard.download import add_download
from dashboard.live import add_routes
from dashboard.months_file import add_months_file
from dashboard.prepare import Screens
from dashboard.provider import Provider
from dashboard.security import protect
from dashboard.voice_download import add_voice_download
from data.window import Clock, now

__all__ = ["Provider", "create_app"]

_HERE = Path(__file__).parent


def create_app(provider: Provider, *, clock: Clock = now, hosts: frozenset[str] = frozenset()) -> dash.Dash:
    """The web application; its `server` is for gunicorn.

    hosts: names besides loopback's under which it may be asked for; "*" allows all.
    """
    app = Document(
        __name__,
        use_pages=True,
        pages_folder=str(_HERE / "pages"),
        assets_folder=str(_HERE / "assets"),
        assets_path_ignore=["^early$"],  # the document names these itself, so that they come first
        serve_locally=True,
        use_async=False,
        enable_mcp=False,
        compress=True,
        suppress_callback_exceptions=True,
        update_title=None,
        title="Barometer",
    )
    app.screens = Screens(provider, clock=clock, revision=revision())
    app.layout = dash.page_container
    app.server.extensions["barometer"] = app.screens
    add_routes(app.server, app.screens)
    add_download(app.server, app.screens)
    add_months_file(app.server, app.screens)
    add_voice_download(app.server, app.screens)
    protect(app, hosts=hosts)
    return app


def revision() -> str:
    """Changes with every change of the dashboard's code and assets; an open page then loads itself anew."""
    digest = hashlib.sha256(dash.__version__.encode())
    files = (path for path in _HERE.rglob("*") if path.suffix in {".py", ".js", ".css", ".svg"})
    for path in sorted(files):
        digest.update(path.relative_to(_HERE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
