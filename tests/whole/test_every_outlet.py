"""One number everywhere: every metric through every outlet there is, on random data, must be the same.

`Readings.read` is held against the command line (JSON, CSV, export, receipt), the rows behind it, the
receipt's page and file, the glossary and, for what stands on the board, the tile and the picture.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

import app
from dashboard import create_app
from dashboard.figures.sparkline import sparkline
from dashboard.format import NARROW, raw, shown
from dashboard.receipt_card import SIGNED
from dashboard.receipt_query import address_of
from data import runs
from data.board import Board
from data.engine import open_store, writer
from data.metrics import CATALOG
from data.metrics.definition import Kind
from data.reading import Reading
from data.readings import Readings
from data.settings import FileSettings
from data.window import Filters
from tests.clock import StandingClock
from tests.dashboard.pages import Page
from tests.data.small_world import settings_of
from tests.data.test_readings_add_up import AS_OF, RULES, fill

MOMENT = AS_OF.isoformat()
ASKED = (("all", Filters()), ("30d", Filters(source="desk")))
SEEDS = (5, 23)


@dataclass(frozen=True)
class World:
    """One store, and everything that reads from it at the same moment."""

    engine: Engine
    settings: FileSettings
    client: Any

    def read(self, key: str, window: str | None, filters: Filters) -> Reading:
        with Readings(self.engine, self.settings, clock=StandingClock(AS_OF)) as readings:
            return readings.read(key, window=window, filters=filters)

    def said(self, *arguments: str) -> str:
        result = CliRunner().invoke(app.cli, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    def page(self, path: str) -> Page:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return Page(answer.text)


@pytest.fixture(scope="module", params=SEEDS)
def world(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Made once for all tests here: none of them writes."""
    folder = tmp_path_factory.mktemp("outlets")
    url = f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'barometer.db')}"
    engine = open_store(url)
    fill(engine, request.param, tickets=30)
    _are_live(engine)
    (folder / "barometer.toml").write_text(RULES, encoding="utf-8")
    settings, clock = settings_of(RULES), StandingClock(AS_OF)
    provider = app.Provider(engine, settings, clock=clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("BAROMETER_STORE", url)
        patch.delenv("BAROMETER_CONFIG", raising=False)
        yield World(engine, settings, create_app(provider, clock=clock).server.test_client())
    engine.dispose()


def _are_live(engine: Engine) -> None:
    """Both sources have just been read, so that the tiles show figures instead of saying that none came."""
    named = {"kind": "files", "interval_seconds": 60, "is_invented": False}
    runs.configure(engine, [{"name": name, "label": name} | named for name in ("desk", "poll")])
    for name in ("desk", "poll"):
        lease = runs.take_lease(engine, name, "tests", AS_OF)
        assert lease is not None
        runs.start_run(engine, lease, AS_OF)
        with writer(engine).begin() as connection:
            runs.note_records(connection, name, 1, feeds=frozenset({"surveys", "tickets"}))
        runs.end_run(engine, lease, AS_OF, AS_OF, runs.Outcome(outcome="succeeded"))


def where(filters: Filters) -> list[str]:
    return [part for name, value in filters.given().items() for part in ("--where", f"{name}={value}")]


def window_of(plain: dict[str, Any]) -> tuple[str, str]:
    return plain["window"]["start"], plain["window"]["end"]


def in_words(reading: Reading) -> str:
    """The figure as screens write it; the unit is set apart by the style sheet."""
    if reading.value is None:
        return "no data"
    text = shown(reading.value, reading.metric.unit, is_signed=reading.metric.key in SIGNED)
    return text.number + text.unit


def figure(page: Page) -> tuple[str, str, str]:
    """(metric, raw value, n) of the figure that a receipt is about."""
    given = next(given for _, given in page.elements if "data-receipt-of" in given)
    return given["data-receipt-of"], given["data-value"], given["data-n"]


# --- every metric -------------------------------------------------------------------------------------------


def test_the_command_line_prints_the_reading(world: World) -> None:
    """One call for all metrics by `export`, as JSON and as CSV; `read` for a handful of each kind."""
    for window, filters in ASKED:
        readings = [world.read(metric.key, window, filters) for metric in CATALOG]
        asked = ("--as-of", MOMENT, "--window", window, *where(filters))
        exported = orjson.loads(world.said("export", *asked, "--format", "json"))
        lines = list(csv.reader(io.StringIO(world.said("export", *asked))))
        head = next(line for line in lines if line[0] == "metric")
        table = [dict(zip(head, line, strict=True)) for line in lines[lines.index(head) + 1 :]]
        assert len(exported) == len(table) == len(CATALOG)
        for reading, plain, cells in zip(readings, exported, table, strict=True):
            key = reading.metric.key
            assert (plain["metric"], plain["value"], plain["n"]) == (key, reading.value, reading.n), key
            assert plain["left_out"] == reading.left_out, key
            assert window_of(plain) == tuple(
                moment.isoformat().replace("+00:00", "Z")
                for moment in (reading.window.start, reading.window.end)
            ), key
            given = float(cells["value"]) if cells["value"] else None
            assert (cells["metric"], given, int(cells["n"])) == (key, reading.value, reading.n), key
            if reading.metric.kind is Kind.FLOW:
                assert (cells["start"], cells["end"]) == window_of(plain), key


def test_read_prints_the_reading_and_its_receipt_whose_rows_add_up(world: World) -> None:
    window, filters = ASKED[1]
    for metric in CATALOG:
        reading = world.read(metric.key, window, filters)
        asked = ("read", metric.key, "--as-of", MOMENT, "--window", window, *where(filters))
        plain = orjson.loads(world.said(*asked, "--json"))
        receipt = orjson.loads(world.said(*asked, "--json", "--receipt", "--rows", "10000"))
        evidence = receipt.pop("evidence")
        assert receipt == plain, metric.key
        assert (plain["value"], plain["n"]) == (reading.value, reading.n), metric.key
        assert (evidence["adds_up"], evidence["total_rows"]) == (True, len(evidence["rows"])), metric.key


def test_the_worlds_are_worth_asking(world: World) -> None:
    """Most metrics have a value there; else all outlets could agree on nothing."""
    found = [world.read(metric.key, "all", Filters()) for metric in CATALOG]
    assert sum(reading.value is not None for reading in found) > 0.7 * len(found)


def test_the_rows_give_the_reading(world: World) -> None:
    with Readings(world.engine, world.settings, clock=StandingClock(AS_OF)) as readings:
        for metric in CATALOG:
            for window, filters in ASKED:
                reading = readings.read(metric.key, window=window, filters=filters)
                found = readings.evidence(reading).total
                assert found.n == reading.n, metric.key
                assert found.value == pytest.approx(reading.value), metric.key


def test_the_receipts_page_and_its_file_show_the_reading(world: World) -> None:
    window, filters = ASKED[1]
    for metric in CATALOG:
        reading = world.read(metric.key, window, filters)
        page = world.page(address_of(reading))
        assert figure(page) == (metric.key, raw(reading.value), str(reading.n)), metric.key
        assert in_words(reading) in page.text.replace(f"{NARROW}%", "%"), metric.key
        assert page.values("data-adds-up") == ["true"], metric.key
        lines = list(csv.reader(io.StringIO(world.client.get(address_of(reading, path="/receipt.csv")).text)))
        value = next(line for line in lines if line[0] == "# value")
        assert (float(value[1]) if value[1] else None) == reading.value, metric.key
        assert ["# n", str(reading.n)] in lines, metric.key


def test_the_glossary_shows_each_metrics_usual_reading(world: World) -> None:
    page = world.page("/glossary")
    shown_ = {given["data-receipt-of"]: given for _, given in page.elements if "data-receipt-of" in given}
    assert shown_.keys() == {metric.key for metric in CATALOG}
    for metric in CATALOG:
        reading = world.read(metric.key, None, Filters())
        given = shown_[metric.key]
        assert (given["data-value"], given["data-n"]) == (raw(reading.value), str(reading.n)), metric.key
        assert in_words(reading) in page.text, metric.key


# --- what stands on the board -------------------------------------------------------------------------------


def test_the_tiles_of_now_and_of_the_wall_show_the_reading_and_lead_to_it(world: World) -> None:
    """Each figure's own link is followed: what it leads to is the same metric, value and n."""
    for path in ("/", "/?source=desk", "/wall"):
        figures = [one for one in world.page(path).figures if "data-receipt" in one or "href" in one]
        assert {"nps", "backlog", "sla_attainment"} <= {one["data-metric"] for one in figures}
        for one in figures:
            link = one.get("href") or one["data-receipt"]
            found = figure(world.page(link))
            assert found == (one["data-metric"], one["data-value"], one["data-n"]), (path, link)


def test_the_tiles_words_are_the_readings(world: World) -> None:
    figures = world.page("/").figures
    for key in ("backlog", "created", "solved", "due_soon"):
        one = next((one for one in figures if one["data-metric"] == key), None)
        if one is None and key == "due_soon":  # stands beside the share, which few tickets do not give
            continue
        assert one is not None, key
        window = "today" if key in {"created", "solved"} else None
        assert one["text"] == in_words(world.read(key, window, Filters())), key
    one = next(one for one in figures if one["data-metric"] == "sla_attainment")
    reading = world.read("sla_attainment", "30d", Filters())
    assert one["text"] == ("too few to say" if reading.is_thin else in_words(reading))


def test_the_pictures_end_at_the_reading(world: World) -> None:
    provider = app.Provider(world.engine, world.settings, clock=StandingClock(AS_OF))
    board: Board = provider.board(Filters(), window=None)
    last = board.nps.trend[-1]
    reading = world.read("nps", "90d", Filters())
    assert (last.value, last.n) == (reading.value, reading.n)
    assert board.backlog.trend[-1].value == world.read("backlog", None, Filters()).value
    week = world.read("sla_attainment", "7d", Filters())
    assert (board.sla.trend[-1].value, board.sla.trend[-1].n) == (week.value, week.n)
    drawn = sparkline(board.backlog.trend, label="Backlog", hue="accent")
    assert drawn.startswith("<svg")
    assert sum(age.count for age in board.backlog.ages) == board.backlog.backlog.value
