"""Word of mouth: what may be told, and what was said in public, by hand, read from a store."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from data import facts, schema, tallies_reach
from data.reading import Reading
from data.readings import Readings
from data.records import Mention
from data.tally_perception import MentionsTally
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, at, person, rows, settings_of, store_of, survey, write

NOW = at("11-18 14:30")


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


def read(
    engine: Engine, key: str, where: dict[str, str] | None = None, *, text: str = "", **how: Any
) -> Reading:
    with Readings(engine, settings_of(text), clock=StandingClock(NOW)) as readings:
        return readings.read(key, filters=Filters.of(where or {}), **how)


def test_reach_is_people_times_what_is_assumed_and_says_so(engine: Engine) -> None:
    store = store_of(engine)
    write(
        store, "desk", survey(), person("ann", "sponsor", email="ann@x.test"),
        answer("1", "11-01 09:00", 2, contact_id="ann"), answer("2", "11-02 09:00", 6, contact_id="ann"),
        answer("3", "11-02 09:00", 9, contact_id="ann"), answer("4", "11-02 09:00", 0),
        answer("5", "11-02 09:00", 7, contact_id="bob"), answer("6", "11-02 09:00", None, contact_id="cy"),
    )  # fmt: skip
    write(store, "poll", survey(), answer("1", "11-03 09:00", 1, email="ann@x.test", role="user"))
    found = read(engine, "reach_at_risk")
    assert (found.value, found.n) == (pytest.approx(2 * 0.31 * 2.5), 6)  # ann, and one whom nobody knows
    assert found.counts == {"detractors": 4, "people": 2, "told_share": 0.31, "told_people": 2.5}
    assert found.left_out == {"no score from 0 to 10": 1}
    assert read(engine, "reach_at_risk", {"audience": "end_user"}).counts["people"] == 1
    assert read(engine, "reach_at_risk", window="2026-10").value is None
    assert "assum" in found.metric.definition.lower()
    assert "not a measurement" in found.metric.caveat


def test_the_factors_are_those_of_the_settings(sqlite_engine: Engine) -> None:
    said = answer("1", "11-01 09:00", 2), answer("2", "11-01 09:00", 9)
    write(store_of(sqlite_engine), "desk", survey(), *said)
    text = "[assumptions]\ntold_share = 0.5\ntold_people = 4"
    found = read(sqlite_engine, "reach_at_risk", text=text)
    assert (found.value, found.counts["told_share"], found.counts["told_people"]) == (2, 0.5, 4)


def test_without_a_detractor_nobody_is_told(sqlite_engine: Engine) -> None:
    write(store_of(sqlite_engine), "desk", survey(), answer("1", "11-01 09:00", 10))
    assert read(sqlite_engine, "reach_at_risk").value == 0
    assert read(sqlite_engine, "mentions").value is None


def test_posts_of_a_month_count_with_the_views_that_are_known(engine: Engine) -> None:
    store = store_of(engine)
    write(
        store, "forum", post("last", "10-31 23:59:59", views=5), post("first", "11-01 00:00", views=7),
        post("quiet", "11-02 09:00"), post("seen", "11-30 23:59:59", views=10), post("next", "12-01 00:00"),
    )  # fmt: skip
    write(store, "press", post("first", "11-03 09:00", views=100))
    posts, views = read(engine, "mentions", window="2026-11"), read(engine, "mention_views", window="2026-11")
    assert (posts.value, posts.n, posts.previous) == (4, 4, 1)
    assert (views.value, views.n, views.left_out) == (117, 3, {"views not known": 1})
    assert read(engine, "mentions", {"source": "press"}, window="2026-11").value == 1
    assert read(engine, "mentions", {"audience": "end_user"}, window="2026-11").value is None
    assert read(engine, "mentions", window="2026-09").value == 0
    assert read(engine, "mention_views", window="2026-12").value is None


def test_every_post_is_its_own_row(sqlite_engine: Engine) -> None:
    write(store_of(sqlite_engine), "forum", post("1", "11-01 09:00", views=3), post("2", "11-02 09:00"))
    with Readings(sqlite_engine, settings_of(), clock=StandingClock(NOW)) as readings:
        scope = readings.scope(readings.window("2026-11"), Filters())
        assert tallies_reach.mentions(scope, (facts.ROW,)) == {
            ("forum:1",): MentionsTally(1, 1, 3), ("forum:2",): MentionsTally(1, 0, 0),
        }  # fmt: skip
