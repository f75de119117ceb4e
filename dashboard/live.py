"""The routes beside the pages: live updates, and the wish for a sync."""

from __future__ import annotations

import flask

from dashboard.controls import parse_query
from dashboard.prepare import Screens


def add_routes(server: flask.Flask, screens: Screens) -> None:
    """`GET /live/<view>` and `POST /sources/<name>/sync`."""

    @server.get("/live/<view>")
    def live(view: str) -> flask.Response:
        """The view's regions as JSON: 304 while nothing to be seen has changed."""
        try:
            query = parse_query(
                flask.request.args.to_dict(), at=screens.clock(), zone=screens.provider.zone
            )
            prepared = screens.get(view, query)
        except KeyError:
            return _said("There is no such view.", 404)
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
        try:
            screens.provider.request_sync(name)
        except KeyError:
            return _said("There is no such source.", 404)
        return flask.redirect("/sources", code=303)  # type: ignore[return-value]


def _said(text: str, status: int) -> flask.Response:
    response = flask.jsonify({"error": text})
    response.status_code = status
    return response
