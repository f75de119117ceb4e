"""The journal: which figures changed after their day had ended, and which rows did it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, update

from data import journal, schema
from data.engine import writer
from data.journal import LateChange
from data.metrics import BY_KEY
from data.records import State
from tests.clock import StandingClock
from tests.data.small_world import answer, at, change, store_of, survey, ticket, write

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def synced(engine: Engine, when: str) -> None:
    """The source's first sync ended at that moment."""
    row = {"name": "desk", "kind": "files", "label": "Desk", "interval_seconds": 60}
    with writer(engine).begin() as connection:
        connection.execute(schema.source.insert().values(**row))
        connection.execute(update(schema.source).values(first_success_at=at(when)))


def late(engine: Engine) -> list[tuple[str, str, int, str]]:
    with engine.connect() as connection:
        found = journal.late_changes(connection, first=FIRST, last=LAST)
    return sorted((str(item.day), item.figure, item.change, item.row_id) for item in found)


def test_an_answer_that_comes_late_is_noted(engine: Engine) -> None:
    synced(engine, "11-01 09:00")
    store = store_of(engine, clock=StandingClock(at("11-12 09:00")))
    write(store, "desk", survey(), answer("a", "11-10 09:00", 10), answer("b", "11-12 08:00", 10))
    assert late(engine) == [("2026-11-10", "answer_tally.promoters", 1, "a")]


def test_a_reopened_ticket_leaves_the_day_of_its_solve(engine: Engine) -> None:
    synced(engine, "11-01 09:00")
    clock = StandingClock(at("11-10 12:00"))
    store = store_of(engine, clock=clock)
    write(store, "desk", ticket("1", "11-10 09:00"), change("1", "11-10 10:00", State.SOLVED))
    assert late(engine) == []
    clock.set(at("11-12 12:00"))
    write(store, "desk", change("1", "11-12 11:00", State.OPEN))
    assert late(engine) == [("2026-11-10", "ticket_tally.solved", -1, "1")]


def test_a_deleted_ticket_takes_its_creation_with_it(engine: Engine) -> None:
    synced(engine, "11-01 09:00")
    clock = StandingClock(at("11-10 12:00"))
    store = store_of(engine, clock=clock)
    write(store, "desk", ticket("1", "11-10 09:00"))
    clock.set(at("11-12 12:00"))
    write(store, "desk", ticket("1", "11-10 09:00", State.DELETED, revision=2, updated_at="11-12 11:00"))
    assert late(engine) == [("2026-11-10", "ticket_tally.created", -1, "1")]


def test_a_ticket_solved_today_changes_no_day_that_has_ended(engine: Engine) -> None:
    synced(engine, "11-01 09:00")
    clock = StandingClock(at("11-10 12:00"))
    store = store_of(engine, "[sla.targets.normal]\nresolution = '1h'", clock)
    write(store, "desk", ticket("1", "11-10 09:00", priority="normal"))
    clock.set(at("11-12 12:00"))
    write(store, "desk", change("1", "11-12 11:00", State.SOLVED))
    assert late(engine) == []


def test_another_priority_moves_no_figure_of_the_whole(engine: Engine) -> None:
    synced(engine, "11-01 09:00")
    clock = StandingClock(at("11-10 12:00"))
    store = store_of(engine, clock=clock)
    write(store, "desk", ticket("1", "11-10 09:00", priority="low"))
    clock.set(at("11-12 12:00"))
    write(store, "desk", ticket("1", "11-10 09:00", priority="high", revision=2))
    assert late(engine) == []


def test_the_past_that_a_first_sync_brings_is_no_change(engine: Engine) -> None:
    store = store_of(engine, clock=StandingClock(at("11-12 09:00")))
    write(store, "desk", survey(), answer("a", "11-10 09:00", 10))
    synced(engine, "11-12 10:00")
    later = store_of(engine, clock=StandingClock(at("11-13 09:00")))
    write(later, "desk", answer("b", "11-11 09:00", 10), answer("c", "11-12 09:00", 3))
    assert late(engine) == [("2026-11-12", "answer_tally.detractors", 1, "c")]


def test_two_changes_of_one_second_add_up(engine: Engine) -> None:
    synced(engine, "11-01 09:00")
    store = store_of(engine, clock=StandingClock(at("11-12 09:00")))
    write(store, "desk", survey(), answer("a", "11-10 09:00", 10))
    write(store, "desk", answer("a", "11-10 09:00", 10, is_deleted=True, updated_at="11-12 08:00"))
    assert late(engine) == [("2026-11-10", "answer_tally.promoters", 0, "a")]
    with engine.connect() as connection:
        assert journal.revised(connection, first=FIRST, last=LAST) == []


def test_what_changed_is_summed_up_by_day_and_figure(engine: Engine) -> None:
    synced(engine, "11-01 09:00")
    store = store_of(engine, clock=StandingClock(at("11-12 09:00")))
    write(store, "desk", survey(), answer("a", "11-10 09:00", 10), answer("b", "11-10 10:00", 9))
    with engine.connect() as connection:
        assert journal.revised(connection, first=FIRST, last=LAST) == [
            (date(2026, 11, 10), "answer_tally.promoters", 2, 2)
        ]


def test_what_is_older_than_a_year_and_a_month_is_forgotten(engine: Engine) -> None:
    synced(engine, "11-01 09:00")
    store = store_of(engine, clock=StandingClock(at("11-12 09:00")))
    write(store, "desk", survey(), answer("a", "11-10 09:00", 10))
    with writer(engine).begin() as connection:
        journal.forget_old(connection, at("2027-12-16T09:00"))
        assert len(journal.late_changes(connection, first=FIRST, last=LAST)) == 1
        journal.forget_old(connection, at("2027-12-18T09:00"))
        assert journal.late_changes(connection, first=FIRST, last=LAST) == []


def test_every_count_belongs_to_metrics_or_is_complete_later_by_nature() -> None:
    counts = {
        f"{table.name}.{column.name}"
        for table in schema.TALLIES
        for column in table.c
        if not column.primary_key and table is not schema.minutes_tally
    }
    assert journal.METRICS_OF.keys() | journal.COMPLETE_LATER == counts
    assert {key for keys in journal.METRICS_OF.values() for key in keys} <= BY_KEY.keys()


def test_a_line_says_what_happened_and_commands_no_terminal() -> None:
    change = LateChange(
        day=date(2026, 11, 10), learnt_at=at("11-12 09:00"), source="desk", subject="ticket",
        row_id="1\x1b[2J", figure="ticket_tally.solved", change=-1,
    )  # fmt: skip
    assert change.as_line("Europe/Berlin") == (
        "2026-11-10  solved -1  learnt 2026-11-12 10:00  ticket desk:1\ufffd[2J"
    )
    assert change.as_dict()["metrics"] == ["solved", "net_flow", "full_resolution_calendar_minutes"]
