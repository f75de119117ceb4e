"""What a screen costs: one snapshot, and indexes for whatever asks about a window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from data import schema
from data.boards import build_board
from data.engine import refresh_statistics, writer
from data.metrics import CATALOG
from data.readings import Readings
from data.records import Account, State
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, person, settings_of, store_of, survey, ticket, write


@contextmanager
def watched(engine: Engine, name: str) -> Iterator[list[tuple[str, Any]]]:
    """What the engine does: its statements with their parameters, or its transactions."""
    seen: list[tuple[str, Any]] = []

    def statement(connection: Any, cursor: Any, text: str, parameters: Any, *rest: Any) -> None:
        seen.append((text, parameters))

    def begin(connection: Any) -> None:
        seen.append(("begin", None))

    listener = statement if name == "before_cursor_execute" else begin
    event.listen(engine, name, listener)
    yield seen
    event.remove(engine, name, listener)


def test_a_board_is_read_in_one_snapshot(engine: Engine, clock: StandingClock) -> None:
    write(store_of(engine), "desk", ticket("1", "11-10 09:00"))
    with watched(engine, "begin") as transactions:
        build_board(engine, settings_of(), Filters(), clock=clock)
    assert len(transactions) == 1


def test_what_is_written_while_a_board_is_read_is_not_on_it(engine: Engine, clock: StandingClock) -> None:
    store = store_of(engine)
    write(store, "desk", ticket("1", "11-10 09:00"))
    with Readings(engine, settings_of(), clock=clock) as readings:
        version = readings.data_version
        assert readings.read("backlog").value == 1
        write(store, "desk", ticket("2", "11-10 09:00"))
        assert readings.read("backlog").value == 1
        assert readings.read("created", window="all").value == 1
    with Readings(engine, settings_of(), clock=clock) as readings:
        assert (readings.data_version, readings.read("backlog").value) == (version + 1, 2)


def plans(engine: Engine, statements: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    """(statement, how SQLite goes about one of its tables)."""
    with engine.connect() as connection:
        for text, parameters in statements:
            if text.lstrip().startswith(("SELECT", "WITH")):
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters):
                    yield text, row[-1]


def scans(engine: Engine, statements: list[tuple[str, Any]]) -> set[str]:
    """The large tables that are read from end to end (an index of the open ones is not large)."""
    large = {"ticket", "ticket_span", "ticket_event", "response", "invitation", "sla_target", "contact",
             "mention", "sla_outcome"}  # fmt: skip
    found = {
        re.match(r"SCAN (\w+)(?! USING (COVERING|INDEX ix_ticket_span_open_))", how)
        for _, how in plans(engine, statements)
    }
    return {match[1] for match in found if match} & large


def _fill(engine: Engine) -> None:
    """Enough rows for the planner to care, spread over time."""
    store = store_of(engine)
    for month in range(1, 12):
        write(
            store, "desk", survey(),
            *(ticket(f"{month}-{i}", f"{month:02}-01 09:00", State.SOLVED, solved_at=f"{month:02}-02 09:00")
              for i in range(20)),
            *(answer(f"{month}-{i}", f"{month:02}-03 09:00", 9) for i in range(20)),
        )  # fmt: skip


def test_no_metric_reads_a_whole_table_for_a_window(sqlite_engine: Engine, clock: StandingClock) -> None:
    _fill(sqlite_engine)
    with (
        watched(sqlite_engine, "before_cursor_execute") as statements,
        Readings(sqlite_engine, settings_of(), clock=clock) as readings,
    ):
        for metric in CATALOG:
            readings.read(metric.key, window="30d")
            for by in metric.splits:
                readings.split(metric.key, by, window="30d")
    assert scans(sqlite_engine, statements) == set()


def test_the_board_reads_no_whole_table(sqlite_engine: Engine, clock: StandingClock) -> None:
    _fill(sqlite_engine)
    with watched(sqlite_engine, "before_cursor_execute") as statements:
        build_board(sqlite_engine, settings_of(), Filters(), clock=clock)
    assert scans(sqlite_engine, statements) == set()
    assert len(statements) < 80


def test_the_watch_would_see_a_whole_table_read(sqlite_engine: Engine) -> None:
    with watched(sqlite_engine, "before_cursor_execute") as statements, sqlite_engine.connect() as connection:
        connection.execute(schema.ticket.select().where(schema.ticket.c.subject == "x"))
    assert scans(sqlite_engine, statements) == {"ticket"}


def test_the_backlog_of_now_looks_at_what_is_open_only(sqlite_engine: Engine, clock: StandingClock) -> None:
    _fill(sqlite_engine)
    with (
        watched(sqlite_engine, "before_cursor_execute") as statements,
        Readings(sqlite_engine, settings_of(), clock=clock) as readings,
    ):
        readings.read("backlog", compare=False)
    used = [how for text, how in plans(sqlite_engine, statements) if "FROM ticket_span" in text]
    assert used
    assert all(re.search(r"COVERING INDEX \w+ \(\w+>\?", how) for how in used)  # of what is yet to come


def test_an_account_is_found_by_its_index_once_there_are_statistics(
    sqlite_engine: Engine, clock: StandingClock
) -> None:
    _fill(sqlite_engine)
    for i in range(40):
        company = Account(id=f"a{i}", name=f"Company {i}")
        write(store_of(sqlite_engine), "desk", company, person(f"p{i}", account_id=company.id))
    for month in range(1, 12):
        said = (
            answer(f"{month}-p{i}", f"{month:02}-04 09:00", 9, contact_id=f"p{i}", comment="So.")
            for i in range(40)
        )
        write(store_of(sqlite_engine), "desk", *said)
    refresh_statistics(sqlite_engine)
    with watched(sqlite_engine, "before_cursor_execute") as statements:
        build_board(sqlite_engine, settings_of(), Filters(account="company 7"), clock=clock)
    of_account = [item for item in statements if "response.account_key = ?" in item[0]]
    used = {how for _, how in plans(sqlite_engine, of_account) if "response" in how}
    assert used
    assert all("ix_response_account_responded" in how for how in used), used


def test_reading_writes_nothing(engine: Engine, clock: StandingClock) -> None:
    write(store_of(engine), "desk", ticket("1", "11-10 09:00"))
    with watched(engine, "before_cursor_execute") as statements, watched(engine, "begin") as transactions:
        build_board(engine, settings_of(), Filters(), clock=clock)
        build_board(engine, settings_of(), Filters(), known_at=clock(), clock=clock)
    assert len(transactions) == 2
    assert not [text for text, _ in statements if not re.match(r"\s*(SELECT|BEGIN|SHOW)", text)]
    with writer(engine).begin() as connection:
        assert connection.execute(schema.data_version.select()).first() is not None
