"""What is kept when a newer fact takes a place: once, in the same transaction, and nothing for repeats."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from data import schema
from data.records import State
from data.window import Filters
from tests.data.desk import Desk
from tests.data.small_world import (
    at,
    before,
    person,
    row,
    rows,
    settings_of,
    store_of,
    survey,
    target,
    ticket,
)

S = State


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_a_page_that_is_read_again_keeps_nothing(desk: Desk) -> None:
    page = (survey(), person("c", "user"), ticket("1", "11-02 09:00"), target("1", "11-02 09:00", 60))
    desk.learn("11-02 12:00", *page)
    desk.learn("11-03 12:00", *page)
    assert before(desk.engine) == {}
    assert row(desk.engine, schema.ticket, "1")["learnt_at"] == at("11-02 12:00")
    assert row(desk.engine, schema.ticket, "1")["touched_at"] == at("11-02 12:00")


def test_an_older_copy_that_comes_late_is_no_version(desk: Desk) -> None:
    desk.learn("11-02 12:00", ticket("1", "11-02 09:00", S.PENDING, revision=7))
    desk.learn("11-03 12:00", ticket("1", "11-02 09:00", S.NEW, revision=6))
    assert before(desk.engine) == {}


def test_each_version_is_kept_until_when_it_held_and_the_first_learning_stays(desk: Desk) -> None:
    for day, name in (("02", "Ann"), ("03", "Anne"), ("04", "Anna")):
        desk.learn(f"11-{day} 12:00", person("c", name=name))
    kept = before(desk.engine)["contact"]
    assert [(k["name"], k["learnt_at"], k["superseded_at"]) for k in kept] == [
        ("Ann", at("11-02 12:00"), at("11-03 12:00")),
        ("Anne", at("11-02 12:00"), at("11-04 12:00")),
    ]
    assert row(desk.engine, schema.contact, "c")["learnt_at"] == at("11-02 12:00")


def test_of_two_changes_in_one_second_what_held_before_is_kept(desk: Desk) -> None:
    desk.learn("11-02 12:00", person("c", name="Ann"))
    for name in ("Anne", "Anna"):
        desk.learn("11-03 12:00", person("c", name=name))
    assert [kept["name"] for kept in before(desk.engine)["contact"]] == ["Ann"]


def test_a_page_that_fails_keeps_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.learn("11-02 12:00", person("c", name="Ann"))

    def fail(*given: Any, **more: Any) -> None:
        raise RuntimeError("the power fails")

    monkeypatch.setattr("data.store.runs.raise_version", fail)
    with pytest.raises(RuntimeError):
        desk.learn("11-03 12:00", person("c", name="Anne"))
    assert before(desk.engine) == {}
    assert [found["name"] for found in rows(desk.engine, schema.contact)] == ["Ann"]


def test_another_mapping_of_roles_sorts_what_was_known_before_too(engine: Engine) -> None:
    desk = Desk(engine)
    desk.learn("11-02 12:00", survey(), person("c", "buyer"), ticket("1", "11-02 09:00", requester_id="c"))
    desk.learn("11-04 12:00", person("c", "user"))
    desk.settings = settings_of('[audience]\ndecision_maker = ["buyer"]\nend_user = ["user"]\n')
    store_of(engine, desk.settings, desk.clock).rederive()
    deciders = Filters.of({"audience": "decision_maker"})
    assert desk.value("backlog", "11-03 12:00", "11-03 12:00", filters=deciders) == 1
    assert desk.value("backlog", "11-03 12:00", filters=deciders) == 0
