"""The web application over a hand-made board, asked without a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from data.voice import AskVoices
from tests.dashboard import voices_said
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.readings import AT

Open = Callable[[str], FlaskClient]


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider(STATES["full"], studies={AskVoices: voices_said.full})


@pytest.fixture
def client(provider: FakeProvider) -> FlaskClient:
    """Asks an app that shows the full board, at the board's own moment."""
    return create_app(provider, clock=lambda: AT).server.test_client()


@pytest.fixture
def open_state() -> Open:
    """A client of an app that shows the state of this name."""

    def make(state: str) -> FlaskClient:
        return create_app(FakeProvider(STATES[state]), clock=lambda: AT).server.test_client()

    return make
