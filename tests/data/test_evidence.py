"""A list always adds up to its number: the rows of every metric, in any world, and what each contributes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from sqlalchemy import Engine

from data import evidence
from data.evidence import Evidence
from data.evidence_rows import Part
from data.metrics import CATALOG
from data.readings import Readings
from data.records import Account, Invitation, Priority, State, Survey, SurveyKind, Team
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, at, settings_of, store_of, survey, target, ticket, write
from tests.data.test_readings_add_up import AS_OF, ON_ONE_STORE, RULES, SEEDS, fill

NOW = at("11-18 14:30")


def evidence_of(engine: Engine, key: str, *, limit: int = 100, offset: int = 0, **how: object) -> Evidence:
    with Readings(engine, settings_of(), clock=StandingClock(NOW)) as readings:
        reading = readings.read(key, **how)  # type: ignore[arg-type]
        return readings.evidence(reading, limit=limit, offset=offset)


# --- any metric, any world ----------------------------------------------------------------------------------


@given(seed=SEEDS)
@settings(max_examples=6, **ON_ONE_STORE)
def test_the_rows_of_every_metric_add_up_to_it(sqlite_engine: Engine, seed: int) -> None:
    _check(sqlite_engine, seed)


@given(seed=SEEDS)
@settings(max_examples=1, **ON_ONE_STORE)
def test_rows_add_up_on_every_database(engine: Engine, seed: int) -> None:
    _check(engine, seed)


def _check(engine: Engine, seed: int) -> None:
    fill(engine, seed)
    asked = [(AS_OF, Filters()), (AS_OF - timedelta(days=3), Filters(source="desk"))]
    for as_of, filters in asked:
        with Readings(engine, settings_of(RULES), clock=StandingClock(as_of)) as readings:
            for metric in CATALOG:
                reading = readings.read(metric.key, window="all", filters=filters)
                whole = readings.evidence(reading, limit=10_000)
                assert whole.adds_up, (metric.key, reading.value, whole.total)
                assert (whole.total.n, whole.total_rows) == (reading.n, len(whole.rows)), metric.key
                left = sum(row.part is Part.LEFT_OUT for row in whole.rows)
                assert left <= sum(reading.left_out.values()), metric.key
                page = readings.evidence(reading, limit=2, offset=1)
                assert page.rows == whole.rows[1:3], metric.key
                for part in readings.split(metric.key, metric.splits[0], window="all", filters=filters):
                    mine = readings.evidence(part, limit=10_000)
                    assert mine.adds_up, (metric.key, part.group)


@given(seed=SEEDS)
@settings(max_examples=2, **ON_ONE_STORE)
def test_more_rows_than_can_be_held_are_checked_by_groups_and_shown_worst_first(
    sqlite_engine: Engine, seed: int
) -> None:
    fill(sqlite_engine, seed)
    _check_large(sqlite_engine)


def test_the_worst_of_many_rows_are_picked_on_every_database(engine: Engine) -> None:
    fill(engine, 7)
    _check_large(engine)


def _check_large(engine: Engine) -> None:
    with Readings(engine, settings_of(RULES), clock=StandingClock(AS_OF)) as readings:
        for metric in CATALOG:
            reading = readings.read(metric.key, window="all")
            whole = readings.evidence(reading, limit=10_000)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(evidence, "LARGEST", -1)
                large = readings.evidence(reading, limit=10_000)
                for part in readings.split(metric.key, metric.splits[0], window="all"):
                    assert readings.evidence(part).adds_up, (metric.key, part.group)
            if metric.rests_on in readings.feeds:
                assert (large.is_whole, large.adds_up) == (False, True), metric.key
            if metric.rows == "ticket" and metric.dated_by != "created_at and solved_at" and large.rows:
                assert {row.id for row in large.rows} <= {row.id for row in whole.rows}, metric.key
                assert set(large.rows) <= set(whole.rows), metric.key


# --- by hand ------------------------------------------------------------------------------------------------


def test_a_score_lists_its_answers_lowest_first_and_what_is_left_out_last(sqlite_engine: Engine) -> None:
    scores = {"a": 10.0, "b": 3.0, "c": 8.0, "d": None, "e": 0.0}
    write(
        store_of(sqlite_engine), "poll", survey(), Account(id="x", name="Acme"),
        *(answer(id, "11-10 09:00", score, comment=f"says {id}", account_id="x")
          for id, score in scores.items()),
        answer("old", "05-10 09:00", 9),
    )  # fmt: skip
    found = evidence_of(sqlite_engine, "nps")
    assert [(row.id, row.score, row.says) for row in found.rows] == [
        ("e", 0.0, "detractor"),
        ("b", 3.0, "detractor"),
        ("c", 8.0, "passive"),
        ("a", 10.0, "promoter"),
        ("d", None, "no score from 0 to 10"),
    ]
    assert found.rows[-1].part is Part.LEFT_OUT
    assert (found.rows[0].title, found.rows[0].account, found.rows[0].source) == ("says e", "Acme", "poll")
    assert (found.kind, found.total_rows, found.adds_up) == ("answer", 5, True)


def test_tickets_are_listed_with_all_that_a_lead_needs_longest_first(sqlite_engine: Engine) -> None:
    write(
        store_of(sqlite_engine), "desk", Team(id="1", name="First line"),
        ticket("1", "11-10 09:00", State.SOLVED, solved_at="11-10 10:00", has_own_solved_at=True),
        ticket("2", "11-10 09:00", State.SOLVED, solved_at="11-12 09:00", has_own_solved_at=True, team_id="1",
               subject="Printer", priority=Priority.HIGH, url="https://desk.test/2"),
        ticket("3", "11-10 09:00"),
    )  # fmt: skip
    found = evidence_of(sqlite_engine, "full_resolution_calendar_minutes")
    assert [(row.id, row.value, row.says) for row in found.rows] == [
        ("2", 2880.0, "counted"),
        ("1", 60.0, "counted"),
    ]
    first = found.rows[0]
    assert (first.title, first.team, first.priority, first.state) == (
        "Printer",
        "First line",
        "high",
        "solved",
    )
    assert (first.created_at, first.solved_at) == (at("11-10 09:00"), at("11-12 09:00"))
    assert first.url == "https://desk.test/2"


def test_a_share_of_targets_is_ranked_by_how_far_each_was_missed(sqlite_engine: Engine) -> None:
    write(
        store_of(sqlite_engine), "desk",
        *(ticket(id, "11-10 09:00", State.SOLVED, solved_at=f"11-10 {hour}:00", has_own_solved_at=True)
          for id, hour in (("kept", 10), ("late", 15))),
        target("late", "11-10 09:00", 120), target("kept", "11-10 09:00", 120),
    )  # fmt: skip
    found = evidence_of(sqlite_engine, "sla_attainment")
    assert [(row.id, row.rank, row.says) for row in found.rows] == [
        ("late", 240.0, "in the denominator only"),
        ("kept", -60.0, "in the numerator"),
    ]
    assert found.ranked_by == "sla_gap_minutes"


def test_only_a_web_address_becomes_a_link(sqlite_engine: Engine) -> None:
    write(
        store_of(sqlite_engine), "desk", ticket("1", "11-10 09:00", url="javascript:alert(1)"),
        ticket("2", "11-11 09:00", url="http://desk.test/2"),
    )  # fmt: skip
    rows = evidence_of(sqlite_engine, "backlog").rows
    assert [(row.id, row.url) for row in rows] == [("1", None), ("2", "http://desk.test/2")]


def test_a_share_says_which_rows_stand_above_the_line(sqlite_engine: Engine) -> None:
    asked = [Invitation(id=f"i{n}", survey_id="nps", sent_at=at("11-01 09:00"), contact_id=f"c{n}",
                        is_delivered=None if n else False) for n in range(3)]  # fmt: skip
    write(store_of(sqlite_engine), "poll", survey(), *asked, answer("r", "11-02 09:00", 9, contact_id="c1"))
    rows = evidence_of(sqlite_engine, "response_rate").rows
    assert [(row.id, row.part, row.says) for row in rows] == [
        ("i2", Part.COUNTED, "in the denominator only"),
        ("i1", Part.HIT, "in the numerator"),
        ("i0", Part.LEFT_OUT, "bounced"),
    ]
    assert rows[0].sent_at == at("11-01 09:00")


def test_a_survey_that_tells_only_totals_is_a_row_of_its_own(sqlite_engine: Engine) -> None:
    told = Survey(id="s", name="Spring", kind=SurveyKind.NPS, last_sent_at=at("11-01 09:00"), sent_count=4)
    write(store_of(sqlite_engine), "poll", told, answer("r", "11-02 09:00", 9, survey_id="s"))
    found = evidence_of(sqlite_engine, "response_rate")
    assert [(row.id, row.title) for row in found.rows] == [("s", "Spring")]
    assert found.adds_up


def test_accounts_not_heard_come_first_the_dearest_of_them_at_the_top(sqlite_engine: Engine) -> None:
    firms = [Account(id=name, name=name.upper(), yearly_value=value)
             for name, value in (("a", 10.0), ("b", 90.0), ("c", None), ("d", 500.0))]  # fmt: skip
    store = store_of(sqlite_engine)
    write(store, "desk", survey(), *firms,
          *(ticket(name, "11-10 09:00", account_id=name) for name in "abcd"))  # fmt: skip
    write(store, "desk", answer("r", "11-02 09:00", 9, account_id="d"))
    found = evidence_of(sqlite_engine, "account_coverage")
    assert [(row.title, row.part) for row in found.rows] == [
        ("B", Part.COUNTED), ("A", Part.COUNTED), ("C", Part.COUNTED), ("D", Part.HIT)
    ]  # fmt: skip
    assert found.kind == "account"
    worth = evidence_of(sqlite_engine, "value_coverage")
    assert (worth.total.value, worth.adds_up) == (500 / 600, True)
    assert [(row.title, row.says) for row in worth.rows][-2:] == [
        ("D", "in the numerator"),
        ("C", "yearly value not known"),
    ]


def test_what_comes_in_and_what_goes_out_is_said_of_each_ticket(sqlite_engine: Engine) -> None:
    write(
        store_of(sqlite_engine), "desk", ticket("in", "11-18 09:00"),
        ticket("out", "11-10 09:00", State.SOLVED, solved_at="11-18 10:00", has_own_solved_at=True),
        ticket("both", "11-18 11:00", State.SOLVED, solved_at="11-18 12:00", has_own_solved_at=True),
    )  # fmt: skip
    found = evidence_of(sqlite_engine, "net_flow", window="today")
    assert {row.id: row.says for row in found.rows} == {
        "in": "created",
        "out": "solved",
        "both": "created, solved",
    }
    assert (found.total.value, found.adds_up) == (0, True)


def test_nothing_has_no_rows_and_adds_up(sqlite_engine: Engine) -> None:
    found = evidence_of(sqlite_engine, "created")
    assert (found.rows, found.total_rows, found.total.value, found.adds_up) == ((), 0, None, True)
    write(store_of(sqlite_engine), "desk", ticket("1", "01-10 09:00"))
    found = evidence_of(sqlite_engine, "created")
    assert (found.rows, found.total.value, found.adds_up) == ((), 0, True)


def test_a_list_that_does_not_add_up_says_so(sqlite_engine: Engine) -> None:
    write(store_of(sqlite_engine), "desk", ticket("1", "11-10 09:00"), ticket("2", "11-10 09:00"))
    with Readings(sqlite_engine, settings_of(), clock=StandingClock(NOW)) as readings:
        reading = readings.read("backlog")
        assert readings.evidence(reading).adds_up
        for wrong in ({"value": 3.0}, {"n": 3}, {"counts": {"us": 1}}, {"left_out": {"x": 1}}):
            assert not readings.evidence(replace(reading, **wrong)).adds_up, wrong  # type: ignore[arg-type]
        none = readings.read("backlog", filters=Filters(source="other"))
        assert not readings.evidence(replace(none, value=1.0, n=1)).adds_up


def test_a_figure_that_is_not_exact_may_lie_as_far_off_as_it_says(sqlite_engine: Engine) -> None:
    solved = {"solved_at": "11-10 11:00", "has_own_solved_at": True}
    write(store_of(sqlite_engine), "desk", ticket("1", "11-10 09:00", State.SOLVED, **solved))
    with Readings(sqlite_engine, settings_of(), clock=StandingClock(NOW)) as readings:
        reading = readings.read("full_resolution_calendar_minutes")
        for value, error, adds_up in ((120.5, 0.005, True), (120.5, 0.0, False), (122.0, 0.005, False)):
            found = readings.evidence(replace(reading, value=value, relative_error=error))
            assert found.adds_up is adds_up, (value, error)


def test_rows_of_which_the_split_is_not_known_are_found(sqlite_engine: Engine) -> None:
    write(
        store_of(sqlite_engine), "desk", ticket("1", "11-10 09:00"), ticket("2", "11-10 09:00", team_id="1")
    )
    with Readings(sqlite_engine, settings_of(), clock=StandingClock(NOW)) as readings:
        parts = {part.group: part for part in readings.split("backlog", "team")}
        ids = {group: [row.id for row in readings.evidence(part).rows] for group, part in parts.items()}
    assert ids == {None: ["1"], "desk:1": ["2"]}
