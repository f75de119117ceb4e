"""From a URL's parameters to a screen; a URL that nobody can mean gets words instead of an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import flask
from dash.development.base_component import Component

from dashboard.controls import Query, parse_query
from dashboard.latest import NotReadyError
from dashboard.prepare import Screens
from dashboard.shell import message_screen, waiting_screen


def screens() -> Screens:
    """The prepared views of the app that answers."""
    found: Screens = flask.current_app.extensions["barometer"]
    return found


def asked(screen: Callable[[Screens, Query], Component], given: Mapping[str, object]) -> Component:
    """The screen for these parameters."""
    ready = screens()
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    try:
        return screen(ready, parse_query(texts, at=ready.clock(), zone=ready.provider.zone))
    except NotReadyError:
        return waiting_screen()
    except ValueError as error:
        return message_screen("This link is not understood", str(error), {"Show everything": "/"})
