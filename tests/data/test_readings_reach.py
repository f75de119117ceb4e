"""Word of mouth: what may be told, and what was said in public, by hand, read from a store."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from data import facts, schema
from data.records import Mention
from tests.data.small_world import at, rows, store_of, write


def post(id: str, posted: str, updated: str | None = None, **more: Any) -> Mention:
    return Mention(id=id, posted_at=at(posted), updated_at=at(updated) if updated else None, **more)


def test_of_two_looks_at_a_post_the_later_one_counts_whichever_comes_last(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "forum", post("1", "11-01 09:00", "11-03 09:00", views=90))
    assert write(store, "forum", post("1", "11-01 09:00", "11-02 09:00", views=40)).changed == 0
    assert rows(engine, schema.mention)[0]["views"] == 90
    assert write(store, "forum", post("1", "11-01 09:00", "11-04 09:00", views=95)).changed == 1
    assert rows(engine, schema.mention)[0]["views"] == 95


def test_a_title_is_kept_as_it_is_and_a_script_is_no_address(engine: Engine) -> None:
    title = "<script>alert(1)</script>\x00"
    write(
        store_of(engine), "forum", post("1", "11-01 09:00", url="JavaScript:alert(1)", title=title),
        post("2", "11-01 09:00", url="HTTPS://forum.example/2"),
    )  # fmt: skip
    found = rows(engine, schema.mention)
    assert [item["url"] for item in found] == [None, "HTTPS://forum.example/2"]
    assert found[0]["title"] == "<script>alert(1)</script>\ufffd"


def test_a_store_knows_whether_it_has_heard_of_any_post(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        assert facts.feeds(connection) == set()
    write(store_of(sqlite_engine), "forum", post("1", "11-01 09:00"))
    with sqlite_engine.connect() as connection:
        assert facts.feeds(connection) == {"mentions"}
