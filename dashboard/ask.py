"""From a URL's parameters to a screen; a URL that nobody can mean gets words instead of an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import flask
from dash.development.base_component import Component

from dashboard.controls import Query, parse_query
from dashboard.latest import NotReadyError
from dashboard.prepare import Screens
from dashboard.receipt_query import UnknownMetricError, parse_asked
from dashboard.receipt_screens import glossary_screen, receipt_screen
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


def asked_receipt(given: Mapping[str, object]) -> Component:
    """The receipt for these parameters. A metric that is none is answered like a page that is not there."""
    ready = screens()
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    ways = {"All definitions": "/glossary", "Now": "/"}
    try:
        return receipt_screen(ready, parse_asked(texts, zone=ready.provider.zone, at=ready.clock()))
    except NotReadyError:
        return waiting_screen()
    except UnknownMetricError as error:
        answer_with(404)
        return message_screen("There is no such figure", str(error), ways)
    except ValueError as error:
        answer_with(400)
        return message_screen("This link is not understood", str(error), ways)


def asked_study(
    make: Callable[[Screens, Mapping[str, str]], Component],
    given: Mapping[str, object],
    ways: Mapping[str, str],
) -> Component:
    """A page that is made when it is asked for. ways: where to go from one that can't be."""
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    try:
        return make(screens(), texts)
    except NotReadyError:
        return waiting_screen()
    except LookupError as error:
        answer_with(404)
        return message_screen("There is no such page", str(error.args[0] if error.args else ""), ways)
    except ValueError as error:
        answer_with(400)
        return message_screen("This link is not understood", str(error), ways)


def asked_glossary() -> Component:
    """The glossary, or the word that it is being read."""
    try:
        return glossary_screen(screens())
    except NotReadyError:
        return waiting_screen()


def answer_with(status: int) -> None:
    """The status of the document that is being made, which `document.py` gives it."""
    flask.g.barometer_status = status
