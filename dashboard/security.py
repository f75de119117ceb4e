"""What keeps a browser and the network from doing more than reading figures.

Checks every request (host, origin, size, known callback) and dresses every answer (content security
policy, caching, framing). Who may log in is not decided here.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import dash
import flask

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ANY_HOST = "*"
LARGEST_BODY = 256 * 1024

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CALLBACK = "/_dash-update-component"
_SUITES = "/_dash-component-suites/"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def protect(app: dash.Dash, *, hosts: frozenset[str]) -> None:
    """Adds the checks and the headers. hosts: names that may stand in Host, besides those of loopback."""
    server: flask.Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    allowed = LOOPBACK | hosts

    @server.before_request
    def check() -> flask.Response | None:
        request = flask.request
        if ANY_HOST not in allowed and _host_of(request.host) not in allowed:
            return _refused(400, "This host name is not one of Barometer's. See the setting for hosts.")
        if request.method not in _SAFE and not _is_same_origin(request):
            return _refused(403, "A request from another site is not accepted.")
        if request.path == _CALLBACK and request.method == "POST" and not _is_known(app, request):
            return _refused(404, "No such callback: reload the page.")  # a page from before an update
        return None

    @server.after_request
    def dress(response: flask.Response) -> flask.Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Content-Security-Policy"] = policy(app)
        _set_caching(response)
        return response


def policy(app: dash.Dash) -> str:
    """Own scripts only. The hashes are of Dash's few inline scripts, some of which come with request one."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(app.csp_hashes())}",
            "style-src 'self' 'unsafe-inline'",  # Dash's renderer sets styles
            "img-src 'self' data:",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


def _host_of(given: str) -> str:
    try:
        return (urlsplit(f"//{given}").hostname or "").lower()
    except ValueError:
        return ""


def _is_same_origin(request: flask.Request) -> bool:
    """Browsers say where an unsafe request comes from; what says nothing is no browser."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _is_known(app: dash.Dash, request: flask.Request) -> bool:
    body = request.get_json(silent=True)
    return isinstance(body, dict) and str(body.get("output")) in app.callback_map


def _refused(status: int, text: str) -> flask.Response:
    return flask.Response(f"{text}\n", status=status, mimetype="text/plain")


def _set_caching(response: flask.Response) -> None:
    """Files whose address changes with their content may be kept for ever; all else never."""
    path = flask.request.path
    is_good = response.status_code in (200, 304)
    if is_good and path.startswith("/assets/") and "m" in flask.request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif not (is_good and path.startswith(_SUITES)):
        response.headers["Cache-Control"] = "no-store"
