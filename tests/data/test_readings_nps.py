"""NPS and response rate by hand, read from a store."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from data.reading import Reading, Standing
from data.readings import Readings
from data.records import Invitation, Response, SurveyKind
from data.statistics import Verdict
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, at, person, settings_of, store_of, survey, write

NOW = at("11-18 14:30")


def read(engine: Engine, key: str, settings: str = "", **how: object) -> Reading:
    with Readings(engine, settings_of(settings), clock=StandingClock(NOW)) as readings:
        return readings.read(key, **how)  # type: ignore[arg-type]


def split(engine: Engine, key: str, by: str, **how: object) -> dict[str | None, Reading]:
    with Readings(engine, settings_of(), clock=StandingClock(NOW)) as readings:
        return {item.group: item for item in readings.split(key, by, **how)}  # type: ignore[arg-type]


def scores(
    promoters: int, passives: int, detractors: int, day: str = "11-10", **more: object
) -> list[Response]:
    given = [10, 9] * promoters + [7, 8] * passives + [0, 6] * detractors
    given = given[:promoters] + given[2 * promoters : 2 * promoters + passives] + [6] * detractors
    return [
        answer(f"{day} {i} {sorted(more.items())}", f"{day} 09:00", s, **more) for i, s in enumerate(given)
    ]


@pytest.mark.parametrize(
    ("promoters", "detractors", "n", "value", "low", "high"),
    [
        (52, 16, 100, 36.0, 20.60, 49.31), (12, 5, 25, 28.0, -3.65, 53.65), (9, 0, 10, 90.0, 38.08, 100.0),
        (10, 0, 10, 100.0, 47.50, 100.0), (0, 0, 4, 0.0, -34.29, 34.29),
    ],
)  # fmt: skip
def test_the_references_vectors_come_out_of_the_store(
    sqlite_engine: Engine, promoters: int, detractors: int, n: int, value: float, low: float, high: float
) -> None:
    given = scores(promoters, n - promoters - detractors, detractors)
    write(store_of(sqlite_engine), "poll", survey(), *given)
    found = read(sqlite_engine, "nps")
    assert (found.value, found.n) == (value, n)
    assert found.interval is not None
    assert (round(found.interval.low, 2), round(found.interval.high, 2)) == (low, high)
    assert found.counts["promoters"] == promoters
    assert found.is_thin is (n < 10)


def test_each_score_falls_into_its_class(engine: Engine) -> None:
    given = [answer(f"r{s}", "11-10 09:00", s) for s in (0, 6, 6.5, 7, 8, 8.9, 9, 10)]
    odd = [answer(f"o{s}", "11-10 09:00", s) for s in (None, -1, 11)]
    write(store_of(engine), "poll", survey(), *given, *odd)
    found = read(engine, "nps")
    assert found.counts == {"promoters": 2, "passives": 3, "detractors": 3}
    assert found.left_out == {"no score from 0 to 10": 3}
    assert [read(engine, key).value for key in ("promoters", "passives", "detractors")] == [2, 3, 3]


def test_without_answers_there_is_no_score(engine: Engine) -> None:
    found = read(engine, "nps")
    assert (found.value, found.n, found.interval, found.previous, found.change) == (None, 0, None, None, None)
    assert found.standing is Standing.NO_DATA


def test_deleted_answers_and_other_surveys_do_not_count(engine: Engine) -> None:
    write(
        store_of(engine), "poll", survey(), survey("csat", SurveyKind.CSAT, scale_min=1, scale_max=5),
        answer("1", "11-10 09:00", 10), answer("2", "11-10 09:00", 0, is_deleted=True),
        answer("3", "11-10 09:00", 1, survey_id="csat"), answer("4", "11-10 09:00", 1, survey_id="unknown"),
    )  # fmt: skip
    assert read(engine, "nps").n == 1


def test_the_window_ends_with_this_second(engine: Engine) -> None:
    late, now = NOW + timedelta(seconds=1), NOW
    given = [Response(id=str(m), survey_id="nps", responded_at=m, score=9) for m in (late, now)]
    first, before = at("08-21 00:00"), at("08-20 23:59:59")
    given += [Response(id=str(m), survey_id="nps", responded_at=m, score=9) for m in (first, before)]
    write(store_of(engine), "poll", survey(), *given)
    assert read(engine, "nps").n == 2  # 90 days: from 21 August on
    assert read(engine, "nps", window="today").n == 1


def test_unknown_voices_count_and_are_shown(engine: Engine) -> None:
    write(
        store_of(engine), "poll", survey(), *scores(2, 0, 0, role="sponsor"), *scores(0, 1, 0, role="user"),
        *scores(0, 0, 3, role="visitor"),
    )  # fmt: skip
    assert {group: item.n for group, item in split(engine, "nps", "audience").items()} == {
        "decision_maker": 2, "end_user": 1, "unknown": 3,
    }  # fmt: skip
    assert read(engine, "nps", filters=Filters.of({"audience": "decision_maker"})).value == 100
    assert read(engine, "nps").n == 6


def test_a_change_is_judged_against_the_window_before(sqlite_engine: Engine) -> None:
    write(store_of(sqlite_engine), "poll", survey(), *scores(25, 0, 5), *scores(5, 0, 25, day="10-10"))
    found = read(sqlite_engine, "nps", window="30d")
    assert (found.value, found.previous) == (pytest.approx(66.67, abs=0.01), pytest.approx(-66.67, abs=0.01))
    assert found.change is not None
    assert found.change.verdict is Verdict.REAL
    assert found.change.difference == pytest.approx(133.33, abs=0.01)
    assert read(sqlite_engine, "nps", window="30d", compare=False).previous is None


def test_a_score_is_judged_by_its_goal_and_its_interval(sqlite_engine: Engine) -> None:
    write(store_of(sqlite_engine), "poll", survey(), *scores(12, 8, 5))  # 28, from -3.65 to 53.65
    standings = {goal: read(sqlite_engine, "nps", f"[goals]\nnps = {goal}").standing for goal in (20, 50, 60)}
    assert standings == {20: Standing.GOOD, 50: Standing.WATCH, 60: Standing.BAD}
    assert read(sqlite_engine, "nps", window="2026-11-10..2026-11-10").standing is Standing.WATCH
    write(store_of(sqlite_engine), "poll", *scores(1, 0, 0, day="11-12"))
    assert read(sqlite_engine, "nps", window="2026-11-12..2026-11-12").standing is Standing.THIN


# --- response rate ----------------------------------------------------------------------------------------


def asked(id: str, when: str, contact: str | None = None, **more: object) -> Invitation:
    given = {"survey_id": "nps", "contact_id": contact, "sent_at": at(when)} | more
    return Invitation(id=id, **given)  # type: ignore[arg-type]


def test_the_rate_is_answered_of_delivered_by_the_day_of_sending(engine: Engine) -> None:
    write(
        store_of(engine), "poll", survey(), survey("csat", SurveyKind.CSAT),
        asked("1", "11-01 09:00", "a"), asked("2", "11-01 09:00", "b", is_delivered=True),
        asked("3", "11-01 09:00", "c", is_delivered=False), asked("4", "11-01 09:00", "d"),
        asked("5", "11-01 09:00"), asked("6", "11-01 09:00", "e", survey_id="csat"),
        asked("7", "10-01 09:00", "f"),
        answer("1", "11-05 09:00", 9, contact_id="a"), answer("2", "11-05 09:00", None, contact_id="b"),
        answer("4", "10-31 09:00", 9, contact_id="d"), answer("5", "11-05 09:00", 9),
    )  # fmt: skip
    found = read(engine, "response_rate", window="30d")
    # a answered; b without a score; c bounced; d before being asked; the fifth is asked of nobody we know
    assert (found.value, found.n, found.counts["hits"]) == (0.25, 4, 1)
    assert found.left_out == {"bounced": 1}


def test_an_answer_belongs_to_the_last_invitation_before_it(engine: Engine) -> None:
    write(
        store_of(engine), "poll", survey(), asked("1", "11-01 09:00", "a"), asked("2", "11-10 09:00", "a"),
        answer("1", "11-12 09:00", 9, contact_id="a"),
    )  # fmt: skip
    assert read(engine, "response_rate", window="2026-11-01..2026-11-05").counts["hits"] == 0
    assert read(engine, "response_rate", window="2026-11-10..2026-11-12").counts["hits"] == 1
    assert read(engine, "response_rate").counts == {"hits": 1, "total": 2}


def test_the_rate_of_then_knows_no_answers_of_later(sqlite_engine: Engine) -> None:
    write(
        store_of(sqlite_engine), "poll", survey(), asked("1", "11-01 09:00", "a"),
        answer("1", "11-12 09:00", 9, contact_id="a"),
    )  # fmt: skip
    with Readings(sqlite_engine, settings_of(), as_of=at("11-05 09:00")) as readings:
        assert readings.read("response_rate").counts["hits"] == 0


def test_rates_are_split_by_audience(engine: Engine) -> None:
    write(
        store_of(engine), "poll", survey(), person("a", "sponsor"), person("b", "user"),
        asked("1", "11-01 09:00", "a"), asked("2", "11-01 09:00", "b"),
        asked("3", "11-01 09:00", "c", role="user"),
        answer("1", "11-05 09:00", 9, contact_id="a"),
    )  # fmt: skip
    found = split(engine, "response_rate", "audience")
    assert {group: item.value for group, item in found.items()} == {"decision_maker": 1.0, "end_user": 0.0}


def test_where_only_totals_are_known_those_count(engine: Engine) -> None:
    totals = survey("q4", sent_count=10, last_sent_at="11-01 09:00")
    given = [answer(f"r{i}", f"{day} 09:00", 9, survey_id="q4") for i, day in enumerate(("10-15", "11-02"))]
    write(store_of(engine), "poll", totals, *given, survey(), asked("1", "11-01 09:00", "a"))
    found = read(engine, "response_rate", window="30d")
    assert found.counts == {"hits": 2, "total": 11}  # its first answers came before the window of its sending
    by_source = split(engine, "response_rate", "source", window="30d")
    assert by_source["poll"].counts == found.counts
    by_audience = split(engine, "response_rate", "audience", window="30d")
    assert by_audience[None].counts == {"hits": 2, "total": 10}
    users = read(engine, "response_rate", window="30d", filters=Filters.of({"audience": "end_user"}))
    assert users.value is None


def test_more_answers_than_were_counted_as_sent_are_no_more_than_all(engine: Engine) -> None:
    totals = survey("q4", sent_count=1, last_sent_at="11-01 09:00")
    given = [answer(f"r{i}", "11-02 09:00", 9, survey_id="q4") for i in range(3)]
    write(store_of(engine), "poll", totals, *given)
    assert read(engine, "response_rate").value == 1.0
