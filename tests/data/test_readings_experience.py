"""What those who answered have lived through, the watermelon and the worth of half the time, by hand."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine

from data import schema, tallies_experience
from data.facts import ROW
from data.metrics import metric_of
from data.reading import Reading
from data.readings import Readings
from data.records import Account, Record, State, SurveyKind
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import (
    answer,
    at,
    change,
    person,
    rows,
    settings_of,
    store_of,
    survey,
    target,
    ticket,
    write,
)
from tests.data.test_readings_add_up import AS_OF, ON_ONE_STORE, SEEDS, fill

NOW = at("11-18 14:30")
FIVE = survey("five", SurveyKind.CSAT, scale_min=1, scale_max=5)
CELLS = ("kept, best marks", "kept, below", "broken, best marks", "broken, below")


def read(engine: Engine, key: str, where: dict[str, str] | None = None, **how: Any) -> Reading:
    with Readings(engine, settings_of(), clock=StandingClock(NOW)) as readings:
        return readings.read(key, filters=Filters.of(where or {}), **how)


def done(id: str, who: str, ended: str, ratio: float | None = 0.5, **more: Any) -> list[Record]:
    """A ticket solved at `ended` after `ratio` of its target of an hour; None: it had no target."""
    minutes = 60.0 if ratio is None else 60 * ratio
    began = at(ended).timestamp() - minutes * 60
    created = at(ended).fromtimestamp(began, tz=NOW.tzinfo)
    found: list[Record] = [
        ticket(id, created, State.SOLVED, requester_id=who, **more),
        change(id, created, State.OPEN), change(id, ended, State.SOLVED),
    ]  # fmt: skip
    if ratio is not None:
        found.append(target(id, created.isoformat()[:19], 60.0))
    return found


def cells(reading: Reading) -> tuple[float, ...]:
    return tuple(reading.counts[name] for name in CELLS)


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Ann: two kept, and one of long ago broken; Bob: one kept, one broken; Cy: none; Di: no target."""
    write(
        store_of(engine), "desk", survey(), FIVE, Account(id="acme", name="Acme"),
        person("ann", "sponsor", account_id="acme"), person("bob", "user"), person("cy"), person("di"),
        *done("a1", "ann", "11-01 09:00", 0.25), *done("a2", "ann", "11-02 09:00", 1.0),
        *done("a3", "ann", "07-01 09:00", 3), *done("a4", "ann", "11-12 09:00", 3),
        *done("b1", "bob", "11-01 09:00", 0.5), *done("b2", "bob", "11-02 09:00", 3.0),
        *done("d1", "di", "11-01 09:00", None),
        answer("ann", "11-10 09:00", 6, contact_id="ann"), answer("bob", "11-10 09:00", 9, contact_id="bob"),
        answer("cy", "11-10 09:00", 9, contact_id="cy"), answer("di", "11-10 09:00", 2, contact_id="di"),
        answer("mute", "11-10 09:00", None, contact_id="ann"),
    )  # fmt: skip
    return engine


def test_attainment_is_that_of_those_who_answered_within_90_days_before(desk: Engine) -> None:
    found = read(desk, "experienced_attainment")
    assert (found.value, found.n) == (0.75, 4)  # ann 2 of 2 (not of July, not after), bob 1 of 2
    assert found.left_out == {"no target ended before the answer": 2, "no score that can be judged": 1}
    assert cells(found) == (0, 1, 1, 0)
    assert found.interval is not None
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (0.3006, 0.9544)


def test_the_watermelon_is_green_for_ann_and_she_is_unhappy(desk: Engine) -> None:
    green, late = read(desk, "watermelon"), read(desk, "happy_though_late")
    assert (green.value, green.n, late.value, late.n) == (1, 1, 1, 1)
    assert cells(green) == cells(late) == (0, 1, 1, 0)
    assert read(desk, "watermelon", {"audience": "decision_maker"}).value == 1
    assert read(desk, "watermelon", {"audience": "end_user"}).value is None
    assert read(desk, "watermelon", {"account": "acme"}, window="2026-11").n == 1
    assert read(desk, "watermelon", window="2026-10").value is None
    assert read(desk, "happy_though_late", {"priority": "low"}).value is None


def test_by_account_and_by_row_every_answer_stands_once(desk: Engine) -> None:
    with Readings(desk, settings_of(), clock=StandingClock(NOW)) as readings:
        parts = readings.split("watermelon", "account", window="2026-11")
        assert {part.group: (part.value, part.n) for part in parts} == {"acme": (1, 1), None: (None, 0)}
        scope = readings.scope(readings.window("2026-11"), Filters())
        found = tallies_experience.experience(scope, (ROW,))
        days = tallies_experience.experience(scope, ("day", "audience"))
    assert {row: (item.kept, item.ended) for (row,), item in found.items() if row is not None} == {
        "desk:ann": (2, 2), "desk:bob": (1, 2), "desk:cy": (0, 0), "desk:di": (0, 0), "desk:mute": (0, 0),
    }  # fmt: skip
    assert {(str(day), who) for day, who in days} == {
        ("2026-11-10", "decision_maker"), ("2026-11-10", "end_user"), ("2026-11-10", "unknown"),
    }  # fmt: skip


def test_ninety_days_are_counted_to_the_second(engine: Engine) -> None:
    """An answer on 1 November at noon reaches back to 3 August, noon; what ends with it counts."""
    write(
        store_of(engine), "desk", survey(), answer("x", "11-01 12:00", 9, contact_id="p"), person("p"),
        *done("just", "p", "08-03 12:00:01"), *done("past", "p", "08-03 12:00:00"),
        *done("with", "p", "11-01 12:00:00"), *done("after", "p", "11-01 12:00:01"),
    )  # fmt: skip
    assert read(engine, "experienced_attainment").n == 2


def test_an_answer_that_names_its_ticket_speaks_of_that_one_alone(engine: Engine) -> None:
    write(
        store_of(engine), "desk", FIVE, person("p"), *done("kept", "p", "11-01 09:00"),
        *done("late", "p", "11-02 09:00", 2), *done("free", "p", "11-02 09:00", None),
        *done("other", "q", "11-02 09:00", 2),
        *(answer(id, "11-03 09:00", 3, survey_id="five", contact_id="p", ticket_id=id)
          for id in ("kept", "late", "free", "other", "nowhere")),
    )  # fmt: skip
    found = read(engine, "watermelon")
    assert (found.value, found.n, cells(found)) == (1, 1, (0, 1, 0, 2))
    assert found.left_out == {"no target ended before the answer": 2}


def test_a_ticket_that_was_deleted_is_no_experience(engine: Engine) -> None:
    gone = ticket("t", "11-01 08:00", State.DELETED, revision=2, requester_id="p", updated_at="11-05 09:00")
    write(
        store_of(engine), "desk", survey(), person("p"), *done("t", "p", "11-01 09:00"), gone,
        answer("x", "11-03 09:00", 3, contact_id="p"),
    )  # fmt: skip
    assert read(engine, "watermelon").left_out == {"no target ended before the answer": 1}


def test_a_person_is_the_same_in_every_source_and_no_ticket_counts_twice(engine: Engine) -> None:
    """The survey knows an address, the desk a contact of it; another desk another contact of it."""
    store = store_of(engine)
    write(store, "desk", person("1", email="Ann@x.test"), *done("t", "1", "11-01 09:00"))
    write(store, "lab", person("77", email="ann@x.test "), *done("t", "77", "11-01 09:00", 2))
    write(
        store, "poll", survey(), person("p", email="ann@x.test"), *done("own", "p", "11-01 09:00"),
        answer("by address", "11-03 09:00", 3, email="ann@x.test"),
        answer("by contact", "11-03 09:00", 3, contact_id="p"),
        answer("by both", "11-03 09:00", 3, contact_id="p", email="ann@x.test"),
        answer("a stranger", "11-03 09:00", 3, email="bob@x.test"), answer("nobody", "11-03 09:00", 3),
    )  # fmt: skip
    found = read(engine, "experienced_attainment")
    assert (found.counts["hits"], found.n) == (6, 9)
    assert found.left_out == {"no target ended before the answer": 2}


def test_namesakes_of_two_sources_are_two_people(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", person("1"), *done("t", "1", "11-01 09:00"))
    write(store, "poll", survey(), person("1"), answer("x", "11-03 09:00", 3, contact_id="1"))
    assert read(engine, "experienced_attainment").value is None


def test_the_best_marks_are_those_of_csat_and_nps(engine: Engine) -> None:
    write(
        store_of(engine), "desk", survey(), FIVE, person("p"), *done("t", "p", "11-01 09:00"),
        *(answer(f"n{score}", "11-03 09:00", score, contact_id="p") for score in (8, 9, 10)),
        *(answer(f"c{score}", "11-03 09:00", score, contact_id="p", survey_id="five") for score in (3, 4, 9)),
    )  # fmt: skip
    found = read(engine, "watermelon")
    assert (found.value, cells(found)) == (2 / 5, (3, 2, 0, 0))
    assert found.left_out == {"no score that can be judged": 1}


def test_all_alike_has_an_interval_with_a_width(engine: Engine) -> None:
    write(
        store_of(engine), "desk", survey(), person("p"), *done("t", "p", "11-01 09:00"),
        *(answer(str(i), "11-03 09:00", 10, contact_id="p") for i in range(12)),
    )  # fmt: skip
    found = read(engine, "watermelon")
    assert (found.value, found.n) == (0, 12)
    assert found.interval is not None
    assert (found.interval.low, round(100 * found.interval.high, 2)) == (0, 24.25)


def test_half_the_time_goes_along_with_the_step_between_two_classes(engine: Engine) -> None:
    """Ten who waited ¼ to ½ of the target give 10, ten at ½ to 1 give 8, ten over it give 0."""
    people: list[Record] = []
    for who, (ratio, score) in enumerate([(0.5, 10), (0.51, 8), (1.01, 0)]):
        people += [person(f"p{who}"), *done(f"t{who}", f"p{who}", "11-01 09:00", ratio)]
        people += [answer(f"{who} {i}", "11-03 09:00", score, contact_id=f"p{who}") for i in range(10)]
    write(
        store_of(engine), "desk", survey(), FIVE, *people, answer("out", "11-03 09:00", 9),
        answer("mark", "11-03 09:00", 5, survey_id="five", contact_id="p0"),
    )  # fmt: skip
    found = read(engine, "halving_worth")
    assert (found.value, found.n) == (pytest.approx((0 + 100 + 100) / 3), 30)
    assert found.counts == {"¼ to ½ of target": 10, "½ to 1 of target": 10, "1 to 2 times target": 10}
    assert found.left_out == {"no target with known minutes ended before the answer": 1}
    assert found.interval is not None
    assert 0 < found.interval.low < 67 < found.interval.high <= 100
    assert read(engine, "halving_worth", window="2026-10").value is None


def test_the_dose_is_the_median_of_what_was_lived_through(engine: Engine) -> None:
    write(
        store_of(engine), "desk", survey(), person("p"), answer("x", "11-03 09:00", 3, contact_id="p"),
        *done("a", "p", "11-01 09:00", 0.2), *done("b", "p", "11-01 10:00", 3),
        *done("c", "p", "11-01 11:00"),
    )  # fmt: skip
    assert read(engine, "halving_worth").counts == {"¼ to ½ of target": 1}


def test_a_verdict_without_minutes_is_an_experience_and_no_dose(engine: Engine) -> None:
    how: dict[str, Any] = {"requester_id": "p", "solved_at": "11-01 09:00", "sla_is_met": True}
    told = ticket("t", "11-01 08:00", State.SOLVED, **how)
    write(
        store_of(engine), "desk", survey(), person("p"), told, answer("x", "11-03 09:00", 3, contact_id="p")
    )
    assert read(engine, "watermelon").n == 1
    found = read(engine, "halving_worth")
    assert found.value is None
    assert found.left_out == {"no target with known minutes ended before the answer": 1}


def test_a_deadline_says_what_was_promised(engine: Engine) -> None:
    due = target("t", "11-01 08:00", None, due_at="11-01 12:00")
    told = ticket("t", "11-01 08:00", State.SOLVED, requester_id="p", solved_at="11-01 09:00")
    write(
        store_of(engine), "desk", survey(), person("p"), told, due,
        answer("x", "11-03 09:00", 3, contact_id="p"),
    )  # fmt: skip
    assert read(engine, "halving_worth").counts == {"⅛ to ¼ of target": 1}


def test_what_the_figures_do_not_prove_is_said() -> None:
    assert "does not show why" in metric_of("watermelon").caveat
    assert "it does not cause" in metric_of("halving_worth").caveat


# --- any world, the slow way -------------------------------------------------------------------------------


def lived(engine: Engine, said: dict[str, Any]) -> list[bool]:
    """What became of the targets that the giver of an answer has lived through, person by person."""
    contacts = rows(engine, schema.contact)
    own = [c for c in contacts if (c["source"], c["id"]) == (said["source"], said["contact_id"])]
    known_by = said["email_hash"] or (own[0]["email_hash"] if own else None)
    people = {(said["source"], said["contact_id"])} if said["contact_id"] else set()
    people |= {(c["source"], c["id"]) for c in contacts if known_by and c["email_hash"] == known_by}
    named = said["ticket_id"]
    return [
        item["sla_is_met"]
        for item in rows(engine, schema.ticket)
        if item["is_counted"] and item["sla_is_met"] is not None
        and timedelta(0) <= said["responded_at"] - item["sla_ended_at"] < timedelta(days=90)
        and ((item["source"], item["id"]) == (said["source"], named) if named
             else (item["source"], item["requester_id"]) in people)
    ]  # fmt: skip


@given(seed=SEEDS)
@hypothesis_settings(max_examples=12, **ON_ONE_STORE)
def test_in_any_world_it_is_what_a_replay_finds(sqlite_engine: Engine, seed: int) -> None:
    fill(sqlite_engine, seed)
    best_from = {"nps": 9, "csat": 4}  # the worlds' ratings are of one to five
    found: Counter[str] = Counter()
    for said in rows(sqlite_engine, schema.response):
        if said["is_deleted"] or said["kind"] not in best_from:
            continue
        highest = 10 if said["kind"] == "nps" else 5
        if said["score"] is None or said["score"] > highest:
            found["no score that can be judged"] += 1
            continue
        outcomes = lived(sqlite_engine, said)
        if not outcomes:
            found["no target ended before the answer"] += 1
            continue
        found["hits"] += sum(outcomes)
        found["total"] += len(outcomes)
        is_best = said["score"] >= best_from[said["kind"]]
        found[f"{'kept' if all(outcomes) else 'broken'}, {'best marks' if is_best else 'below'}"] += 1
    with Readings(sqlite_engine, settings_of(), clock=StandingClock(AS_OF)) as readings:
        reading = readings.read("experienced_attainment", window="all")
    assert Counter({**reading.counts, **reading.left_out}) == found
