"""The routes beside the pages: live updates, and the wish for a sync."""

from __future__ import annotations

from urllib.parse import quote

import flask

from dashboard.controls import parse_query
from dashboard.latest import NotReadyError
from dashboard.prepare import Screens
from dashboard.views import VIEWS


def add_routes(server: flask.Flask, screens: Screens) -> None:
    """`GET /live/<view>` and `POST /sources/<name>/sync`."""

    @server.get("/live/<view>")
    def live(view: str) -> flask.Response:
        """The view's regions as JSON: 304 while nothing to be seen has changed."""
        if view not in VIEWS:
            return _said("There is no such view.", 404)
        try:
            query = parse_query(flask.request.args.to_dict(), at=screens.clock(), zone=screens.provider.zone)
            if query.as_of is not None:
                return _said("The past does not change: it has no live updates.", 404)
            prepared = screens.get(view, query)
        except NotReadyError:
            return _said("It is being prepared.", 503)
        except ValueError as error:
            return _said(str(error), 400)
        if flask.request.if_none_match.contains(prepared.etag):
            response = flask.Response(status=304)
        elif flask.request.accept_encodings["gzip"]:
            response = flask.Response(prepared.zipped, mimetype="application/json")
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = flask.Response(prepared.body, mimetype="application/json")
        response.set_etag(prepared.etag)
        response.vary.add("Accept-Encoding")
        return response

    @server.post("/sources/<name>/sync")
    def sync(name: str) -> flask.Response:
        """Asks for a sync and goes back to the sources."""
        if name not in {source.name for source in screens.provider.sources()}:
            return _said("There is no such source.", 404)
        screens.provider.request_sync(name)
        return flask.redirect(f"/sources?asked={quote(name)}", code=303)  # type: ignore[return-value]


def _said(text: str, status: int) -> flask.Response:
    response = flask.jsonify({"error": text})
    response.status_code = status
    return response
