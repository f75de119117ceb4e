"""Are the stores that benchmarks measure made of tickets as they are in life?"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from data import schema
from data.engine import open_store
from data.lifecycle import DERIVED
from data.moment import epoch
from data.records import UNSOLVED
from data.rows import raw
from tests.benchmarks.generate import fill
from tests.benchmarks.telling import NOW, Lived, Telling, Template, lived

SEED, TICKETS = 400, 1000
TABLES = (schema.account, schema.team, schema.contact, schema.ticket, schema.ticket_span, schema.invitation,
          schema.response)  # fmt: skip


@pytest.fixture(scope="module")
def template() -> Template:
    return lived(SEED)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Four hundred tickets, twice and a half."""
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('bench') / 'large.db'}")
    fill(engine, TICKETS, seed=SEED)
    return engine


def rows(engine: Engine, table: Any) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        found = connection.execute(select(*raw(table)).order_by(*table.primary_key.columns)).mappings()
        return [dict(row) for row in found]


def test_there_are_exactly_as_many_tickets_as_asked_for_on_each_database(engine: Engine) -> None:
    fill(engine, TICKETS, seed=SEED)
    found = rows(engine, schema.ticket)
    assert len(found) == TICKETS
    # Two whole copies and a half keep the proportion of what waits.
    waiting = {
        copy: sum(r["state"] in UNSOLVED for r in found if r["id"][-3:] == copy) for copy in ("000", "001")
    }
    assert waiting["000"] == waiting["001"] > 0
    assert len(rows(engine, schema.response)) > 20


def test_the_same_call_gives_the_same_store(store: Engine, tmp_path: Path) -> None:
    again = open_store(f"sqlite:///{tmp_path / 'again.db'}")
    fill(again, TICKETS, seed=SEED)
    for table in TABLES:
        assert rows(again, table) == rows(store, table), table.name


def test_a_copied_ticket_is_as_deriving_it_would_make_it(store: Engine, template: Template) -> None:
    told = Telling(0, 0, Random(0))
    seeds = [
        told.life(row, template.events[row["id"]], template.targets[row["id"]])
        for row in template.rows[schema.ticket]
    ]
    seeds.sort(key=lambda seed: (seed.ticket["created_at"], seed.ticket["id"]))
    stored = {row["id"]: row for row in rows(store, schema.ticket)}
    spans: dict[str, list[dict[str, Any]]] = {}
    for span in rows(store, schema.ticket_span):
        spans.setdefault(span["ticket_id"], []).append(span)
    moved = 0
    for place, seed in enumerate(seeds, start=1):
        row = stored[f"T-{place:08d}-001"]
        earlier = seed.ticket["created_at"] - row["created_at"]
        moved += earlier > 0
        created_then = Lived(seed.ticket | {"created_at": row["created_at"]}, seed.events, seed.targets)
        expected, stood = created_then.rows(created_then.derived())
        names = (*DERIVED, "created_at", "state", "priority")
        assert {name: row[name] for name in names} == {name: expected[name] for name in names}, seed.ticket[
            "id"
        ]
        for name in ("created_on", "solved_on", "sla_ended_on"):
            assert row[name] == expected[name]
        names = ("started_at", "ended_at", "state", "priority", "assignee_id", "created_at")
        assert [[span[name] for name in names] for span in spans.get(row["id"], [])] == [
            [epoch(span[name]) if name == "ended_at" else span[name] for name in names] for span in stood
        ]
    assert moved > SEED * 0.8


def test_nothing_points_to_what_is_not_there(store: Engine) -> None:
    tickets, spans, people = (
        rows(store, table) for table in (schema.ticket, schema.ticket_span, schema.contact)
    )
    accounts = {row["account_key"] for row in rows(store, schema.account)}
    answers = rows(store, schema.response)
    assert {row["ticket_id"] for row in spans} <= {row["id"] for row in tickets}
    assert {row["requester_id"] for row in tickets} <= {row["id"] for row in people}
    assert {row["contact_id"] for row in answers} <= {row["id"] for row in people}
    assert {row["account_key"] for row in (*tickets, *answers, *spans)} <= accounts
    assert {row["team_id"] for row in tickets} <= {row["id"] for row in rows(store, schema.team)}
    assert max(row["created_at"] for row in tickets) <= NOW.timestamp()


def test_tickets_lie_on_disk_in_the_order_of_time(store: Engine) -> None:
    with store.connect() as connection:
        found = connection.exec_driver_sql("SELECT created_at FROM ticket ORDER BY rowid").scalars().all()
    latest = 0
    for at in found:
        assert at > latest - 3_600  # the copies of one ticket came in within an hour
        latest = max(latest, at)


def test_few_accounts_hold_everything(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path / 'few.db'}")
    fill(engine, TICKETS, accounts=3, seed=SEED)
    keys = {row["account_key"] for row in rows(engine, schema.account)}
    assert len(keys) == 3
    assert {row["account_key"] for row in rows(engine, schema.ticket)} == keys
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(schema.team)).scalar() == 4


@pytest.mark.parametrize("accounts", [0, 61])
def test_an_impossible_number_of_accounts_is_refused(tmp_path: Path, accounts: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 60"):
        fill(open_store(f"sqlite:///{tmp_path / 'none.db'}"), 10, accounts=accounts)


def test_one_ticket_is_enough(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path / 'one.db'}")
    fill(engine, 1)
    assert len(rows(engine, schema.ticket)) == 1
