"""The web application over a hand-made board, asked without a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from data.month_grid import MonthsAsked
from data.team_load import LoadQuestion
from data.team_view import TeamsQuestion
from data.voice import AskVoices
from tests.dashboard import team_answers, voices_said
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.month_grids import full_grid
from tests.dashboard.readings import AT

Open = Callable[[str], FlaskClient]


@pytest.fixture
def provider() -> FakeProvider:
    """With an answer for each page that asks a question of its own."""
    return FakeProvider(
        STATES["full"],
        studies={
            MonthsAsked: full_grid,
            TeamsQuestion: team_answers.full,
            LoadQuestion: team_answers.loads,
            AskVoices: voices_said.full,
        },
    )


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
