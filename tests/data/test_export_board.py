"""The board as JSON and as text: all four signs, the verdict, and of which moment and knowledge they are."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import Engine

from data import export, export_board
from data.boards import build_board
from data.records import State
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, at, change, settings_of, store_of, survey, target, ticket, write

SETTINGS = settings_of('title = "Acme \\u001b[31m"\ntime_zone = "Europe/Berlin"\n')


@pytest.fixture
def clock(sqlite_engine: Engine) -> StandingClock:
    clock = StandingClock(at("11-02 12:00"))
    store = store_of(sqlite_engine, SETTINGS, clock)
    write(
        store, "desk", survey(), *(answer(str(n), "11-01 09:00", 9) for n in range(12)),
        ticket("1", "11-01 09:00", State.SOLVED), target("1", "11-01 09:00", 60),
        change("1", "11-01 09:30", State.SOLVED),
    )  # fmt: skip
    clock.set(at("11-05 12:00"))
    write(store, "desk", *(answer(f"late {n}", "11-01 10:00", 0) for n in range(12)))
    return clock


def test_a_board_as_json_holds_every_figure_and_the_verdict(
    sqlite_engine: Engine, clock: StandingClock
) -> None:
    board = build_board(sqlite_engine, SETTINGS, Filters(), clock=clock)
    found = orjson.loads(export.as_json(export_board.board_as_dict(board)))
    assert list(found["signs"]) == ["nps", "backlog", "sla", "audiences"]
    assert found["signs"]["nps"]["nps"]["value"] == 0
    assert found["signs"]["sla"]["attainment"]["value"] == 1
    assert (found["as_of"], found["known_at"], found["time_zone"]) == (
        "2026-11-05T12:00:00Z", None, "Europe/Berlin",
    )  # fmt: skip
    assert found["verdict"]["weather"] == board.verdict.weather.name.lower()
    assert [sign["sign"] for sign in found["verdict"]["signs"]] == list(found["signs"])


def test_a_board_known_then_says_so_in_every_figure(sqlite_engine: Engine, clock: StandingClock) -> None:
    moment = at("11-03 12:00")
    board = build_board(sqlite_engine, SETTINGS, Filters(), as_of=moment, known_at=moment, clock=clock)
    found = export_board.board_as_dict(board)
    figures = [figure for sign in found["signs"].values() for figure in sign.values()]
    assert {figure["known_at"] for figure in figures} == {"2026-11-03T12:00:00Z"} == {found["known_at"]}
    assert found["signs"]["nps"]["nps"]["value"] == 100


def test_a_board_as_text_is_one_line_a_figure_and_commands_no_terminal(
    sqlite_engine: Engine, clock: StandingClock
) -> None:
    moment = at("11-03 12:00")
    past = build_board(sqlite_engine, SETTINGS, Filters(), as_of=moment, known_at=moment, clock=clock)
    text = export_board.board_as_text(past)
    lines = text.splitlines()
    assert lines[0].endswith("as of 2026-11-03T12:00:00Z, as known at 2026-11-03T12:00:00Z")
    assert "\x1b" not in text
    assert next(line for line in lines if line.startswith("  nps ")).split()[1:3] == ["+100.00", "points;"]
    assert len([line for line in lines if line.startswith("  ")]) == 16
    now = export_board.board_as_text(build_board(sqlite_engine, SETTINGS, Filters(), clock=clock))
    assert "as known now" in now.splitlines()[0]
