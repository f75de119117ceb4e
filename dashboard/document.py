"""The index document: the figures stand in it before any script runs, so they are painted at once.

They stand beside React's own element, since React would replace them by "Loading" first; the live script
takes them away when React has painted the same screen.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from html import escape
from typing import Any

import dash
import flask

from dashboard.format import iso
from dashboard.markup import markup
from dashboard.prepare import Screens

LOG = logging.getLogger(__name__)

NOT_FOUND = "not_found_404"

_PAGE = """<!DOCTYPE html>
<html lang="en" data-view="{view}" data-revision="{revision}" data-zone="{zone}">
<head>
{metas}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="barometer-now" content="{now}">
<title>{title}</title>
<link rel="icon" type="image/svg+xml" href="{icon}">
{css}
<script src="{theme}"></script>
<script src="{watchdog}" async></script>
</head>
<body>
<p id="lost" role="status" hidden>No connection to Barometer<span id="lost-since"></span>. Trying again.</p>
<div id="boot">{boot}</div>
{app_entry}
<footer>{config}{scripts}{renderer}</footer>
</body>
</html>"""


class Document(dash.Dash):  # type: ignore[misc]
    """Dash with Barometer's index document. `screens` must be set before the first request."""

    screens: Screens

    def index(self, *args: Any, **kwargs: Any) -> Any:
        """The document; a path that is no page's, or a question without answer, has a status that says so."""
        html = super().index(*args, **kwargs)
        if _page()["module"].rpartition(".")[2] == NOT_FOUND:
            return html, 404
        return html, flask.g.get("barometer_status", 200)

    def interpolate_index(self, **parts: str) -> str:
        """Dash's parts in Barometer's document."""
        page = _page()
        tree = page["layout"](**{**flask.request.args.to_dict(), **variables(page)})
        view = page["module"].rpartition(".")[2]
        return _PAGE.format(
            view=escape(view),
            revision=self.screens.revision,
            zone=escape(self.screens.provider.zone),
            metas=parts["metas"],
            now=iso(self.screens.clock()),
            title=escape(page["title"]),
            icon=self._asset("icon.svg"),
            css=parts["css"],
            theme=self._asset("early/theme.js"),
            watchdog=self._asset("early/watchdog.js"),
            boot=markup(tree),
            app_entry=parts["app_entry"],
            config=parts["config"],
            scripts=parts["scripts"],
            renderer=parts["renderer"],
        )

    def _asset(self, path: str) -> str:
        return escape(f"{self.get_asset_url(path)}?m={self.screens.revision}")


def _page() -> dict[str, Any]:
    """The registered page of the request's path, else the one for paths that are none."""
    pages = dash.page_registry.values()
    missing = next(page for page in pages if page["module"].endswith(NOT_FOUND))
    path = _path()
    exact = (page for page in pages if page["path"] == path and page is not missing)
    return next(exact, next((page for page in pages if _match(page, path)), missing))


def variables(page: Mapping[str, Any]) -> dict[str, str]:
    """What the request's path says in the places that the page's template leaves open."""
    found = _match(page, _path())
    return found.groupdict() if found else {}


def _match(page: Mapping[str, Any], path: str) -> re.Match[str] | None:
    """Dash writes such a template as /tickets/<source>/<id>."""
    template = page.get("path_template")
    if not template:
        return None
    parts = re.split(r"<(\w+)>", template)
    pattern = "".join(
        f"(?P<{part}>[^/]+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )
    return re.fullmatch(pattern, path)


def _path() -> str:
    return flask.request.path.rstrip("/") or "/"
