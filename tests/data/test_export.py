"""Readings as JSON and as text say what they are; a customer's words reach no terminal as commands."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from data import export
from data.export_text import receipt_as_text
from data.metrics import CATALOG
from data.metrics.definition import Unit
from data.readings import Readings
from data.receipt import receipt_of
from data.records import Account, State
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, at, settings_of, store_of, survey, ticket, write

NOW = at("11-18 14:30")


def read(engine: Engine, key: str, by: str | None = None, **how: Any) -> list[Any]:
    settings = settings_of('time_zone = "Europe/Berlin"')
    with Readings(engine, settings, clock=StandingClock(NOW)) as readings:
        return readings.split(key, by, **how) if by else [readings.read(key, **how)]


def test_a_reading_as_json_says_everything_about_itself(sqlite_engine: Engine) -> None:
    write(store_of(sqlite_engine), "poll", survey(), *(answer(str(i), "11-10 09:00", 9) for i in range(10)))
    found = orjson.loads(export.as_json(export.reading_as_dict(read(sqlite_engine, "nps")[0])))
    assert (found["metric"], found["value"], found["n"], found["unit"]) == ("nps", 100.0, 10, "points")
    assert found["counts"] == {"promoters": 10, "passives": 0, "detractors": 0}
    assert round(found["interval"]["low"], 2) == 47.5
    assert found["window"] == {
        "label": "90 days",
        "start": "2026-08-20T22:00:00Z",
        "end": "2026-11-18T14:30:01Z",
    }
    assert (found["time_zone"], found["as_of"]) == ("Europe/Berlin", "2026-11-18T14:30:00Z")
    assert found["definition"].startswith("Share of promoters")
    assert found["thin"] is False


def test_no_data_is_null_and_never_nought(sqlite_engine: Engine) -> None:
    for metric in CATALOG:
        found = export.reading_as_dict(read(sqlite_engine, metric.key)[0])
        assert (found["value"], found["n"]) == (None, 0), metric.key
    write(store_of(sqlite_engine), "desk", ticket("1", "01-10 09:00", State.SOLVED, solved_at="01-11 09:00"))
    for key, value in (("created", 0), ("solved", 0), ("backlog", 0), ("sla_gap", None), ("nps", None)):
        assert export.reading_as_dict(read(sqlite_engine, key)[0])["value"] == value, key


def test_the_catalogue_lists_every_metric_once() -> None:
    keys = [item["key"] for item in export.catalog()]
    assert keys == [metric.key for metric in CATALOG]
    assert len(set(keys)) == len(keys)
    assert all(item["definition"] and item["answers"] and item["splits"] for item in export.catalog())


def test_a_reading_as_text_is_for_people(sqlite_engine: Engine) -> None:
    write(store_of(sqlite_engine), "desk", ticket("1", "11-10 09:00"))
    text = export.as_text(read(sqlite_engine, "backlog", filters=Filters.of({"source": "desk"})))
    assert text.splitlines()[0] == "1 tickets; n=1; us 1, customer 0, elsewhere 0"
    assert "filters     source=desk" in text
    assert "as of       2026-11-18T14:30:00Z" in text
    assert export.as_text(read(sqlite_engine, "nps")).startswith("no data; n=0")
    assert export.as_text([]) == "No rows."


def test_a_receipt_as_text_holds_nothing_that_commands_a_terminal(sqlite_engine: Engine) -> None:
    hostile = "\x1b[2J\x1b]0;pwned\x07\r\nvalue         0 tickets"
    write(
        store_of(sqlite_engine), "desk", Account(id="a", name=hostile),
        ticket("1", "11-10 09:00", account_id="a", subject=hostile),
    )  # fmt: skip
    with Readings(sqlite_engine, settings_of(), clock=StandingClock(NOW)) as readings:
        [reading] = readings.split("backlog", "account")
        text = receipt_as_text(receipt_of(reading), readings.evidence(reading))
    assert "value         1 tickets" in text
    assert not [letter for letter in text if letter != "\n" and not letter.isprintable()]
    assert len([line for line in text.splitlines() if line.startswith("value ")]) == 1
    assert text.splitlines()[-2] == "1 of 1 rows, worst first; they add up to the value"


def test_a_customers_name_cannot_command_a_terminal(sqlite_engine: Engine) -> None:
    name = "\x1b[2J\x1b]0;pwned\x07Acme\r\nBacklog: 0\u202e"
    write(
        store_of(sqlite_engine),
        "desk",
        Account(id="a", name=name),
        ticket("1", "11-10 09:00", account_id="a"),
    )
    text = export.as_text(read(sqlite_engine, "backlog", by="account"))
    assert "Acme" in text.splitlines()[0]
    assert not [letter for letter in text if letter != "\n" and not letter.isprintable()]
    assert not [line for line in text.splitlines() if line.startswith("Backlog: 0")]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (2.6, Unit.HOURS, "2.60 hours"), (0.00625, Unit.FULL_TIME, "0.01 full-time posts per 25 employees"),
        (146.4, Unit.PER_YEAR, "146 a year"), (1.5, Unit.PER_AGENT_DAY, "1.50 tickets per agent and day"),
        (1.046, Unit.RATIO, "1.05 ratio"), (7.0, Unit.TICKETS, "7 tickets"), (None, Unit.RATIO, "no data"),
    ],
)  # fmt: skip
def test_a_value_in_a_terminal_has_its_unit(value: float | None, unit: Unit, text: str) -> None:
    assert export.shown(value, unit) == text
