"""CSV that a spreadsheet may open: complete, and without anything that it would run."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import Engine

from data.export_csv import COLUMNS, defused, evidence_as_csv, readings_as_csv
from data.readings import Readings
from data.receipt import receipt_of
from data.records import Account, State
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, at, settings_of, store_of, survey, ticket, write

NOW = at("11-18 14:30")
FORMULA = '=HYPERLINK("http://x.test";"y"),\n+cmd|\' /C calc\'!A0'


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"])
def test_a_text_that_looks_like_a_formula_is_defused(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Acme", "a=1", "3-1", "'=1", "Börse & Söhne"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


def test_a_reading_is_a_line_under_what_it_is(sqlite_engine: Engine) -> None:
    write(store_of(sqlite_engine), "poll", survey(), *(answer(str(i), "11-10 09:00", 3) for i in range(10)))
    settings = settings_of('time_zone = "Europe/Berlin"')
    with Readings(sqlite_engine, settings, clock=StandingClock(NOW)) as readings:
        filters = Filters(source="poll")
        several = [receipt_of(readings.read(key, filters=filters)) for key in ("nps", "backlog")]
    lines = table(readings_as_csv(several))
    assert lines[0] == ["# as of", "2026-11-18T14:30:00Z"]
    assert ["# time zone", "Europe/Berlin"] in lines
    assert ["# filters", "source=poll"] in lines
    definitions = [line for line in lines if line[0] == "# definition"]
    assert [line[1:3] for line in definitions] == [["nps", "version 1"], ["backlog", "version 1"]]
    head = lines.index(list(COLUMNS))
    nps, backlog = (dict(zip(COLUMNS, line, strict=True)) for line in lines[head + 1 :])
    assert (float(nps["value"]), nps["n"], nps["unit"]) == (-100.0, "10", "points")  # a number, not a text
    assert (nps["numerator"], nps["denominator"]) == ("-10", "10")
    assert (nps["start"], nps["exactness"]) == ("2026-08-20T22:00:00Z", "exact")
    assert (backlog["value"], backlog["n"], backlog["window"]) == ("", "0", "as of")


def test_nothing_to_write_is_a_head_alone() -> None:
    assert table(readings_as_csv([])) == [list(COLUMNS)]


def test_rows_say_whether_they_add_up_and_hold_no_formula(sqlite_engine: Engine) -> None:
    write(
        store_of(sqlite_engine), "desk", Account(id="a", name=FORMULA),
        ticket("-2", "11-10 09:00", State.OPEN, subject=FORMULA, account_id="a"),
    )  # fmt: skip
    with Readings(sqlite_engine, settings_of(), clock=StandingClock(NOW)) as readings:
        reading = readings.read("backlog", filters=Filters(source="desk"))
        text = "".join(evidence_as_csv(receipt_of(reading), readings.evidence(reading)))
    lines = table(text)
    assert ["# value", "1.0", "tickets"] in lines or ["# value", "1", "tickets"] in lines
    assert ["# adds up", "yes"] in lines
    row = dict(zip(lines[-2], lines[-1], strict=True))
    assert (row["id"], row["title"], row["account"]) == ("'-2", f"'{FORMULA}", f"'{FORMULA}")
    assert row["created_at"] == "2026-11-10T09:00:00Z"
    assert not [cell for line in lines for cell in line if cell[:1] in {"=", "@", "\t", "\r"}]


def test_a_filter_of_a_url_is_no_formula_either(sqlite_engine: Engine) -> None:
    with Readings(sqlite_engine, settings_of(), clock=StandingClock(NOW)) as readings:
        reading = readings.read("backlog", filters=Filters(account="=1+1"))
        lines = table(readings_as_csv([receipt_of(reading)]))
    assert ["# filters", "account==1+1"] in lines
