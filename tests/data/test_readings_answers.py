"""CSAT, effort, the less than delighted, and the other ways to read NPS, by hand, read from a store."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from data.reading import Reading
from data.readings import Readings
from data.records import Account, Survey, SurveyKind
from data.statistics import NpsCounts, Verdict, nps
from data.strata import nps_in_mix, nps_of_means
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, at, person, settings_of, store_of, survey, write

NOW = at("11-18 14:30")


def read(engine: Engine, key: str, **how: Any) -> Reading:
    with Readings(engine, settings_of(), clock=StandingClock(NOW)) as readings:
        return readings.read(key, **how)


def scale(id: str, lowest: int, highest: int, kind: SurveyKind = SurveyKind.CSAT) -> Survey:
    return survey(id, kind, scale_min=lowest, scale_max=highest)


def given(survey_id: str, *scores: float | None, day: str = "11-10", **more: Any) -> list[Any]:
    return [
        answer(f"{survey_id} {day} {i} {more}", f"{day} 09:00", s, survey_id=survey_id, **more)
        for i, s in enumerate(scores)
    ]  # fmt: skip


def test_the_best_marks_are_two_of_five_one_of_three_and_the_good_of_two(engine: Engine) -> None:
    write(
        store_of(engine), "poll", survey(), scale("five", 1, 5), scale("three", 1, 3), scale("two", 0, 1),
        scale("ten", 0, 10), *given("five", 1, 3, 4, 5, 5), *given("three", 1, 2, 3), *given("two", 0, 1, 1),
        *given("ten", 10), *given("five", None, 6, day="11-11"), *given("nps", 9),
    )  # fmt: skip
    found = read(engine, "csat")
    assert (found.value, found.n) == (pytest.approx(6 / 11), 11)  # 3 of 5, 1 of 3, 2 of 3
    assert found.left_out == {"no score on a scale of two, three or five": 3}  # none, 6 of 5, the ten
    counts = found.counts
    assert (counts["hits"], counts["5 on 1-5"], counts["2 on 1-3"], counts["1 on 0-1"]) == (6, 2, 1, 2)


@pytest.mark.parametrize(
    ("good", "n", "low", "high"), [(37, 40, 80.14, 97.42), (0, 12, 0.0, 24.25), (12, 12, 75.75, 100.0)]
)
def test_the_references_intervals_of_csat_come_out_of_the_store(
    sqlite_engine: Engine, good: int, n: int, low: float, high: float
) -> None:
    scores = [1] * good + [0] * (n - good)
    write(store_of(sqlite_engine), "desk", scale("two", 0, 1), *given("two", *scores))
    found = read(sqlite_engine, "csat")
    assert (found.value, found.n) == (good / n, n)
    assert found.interval is not None
    assert (round(100 * found.interval.low, 2), round(100 * found.interval.high, 2)) == (low, high)


def test_a_fall_of_satisfaction_is_judged(sqlite_engine: Engine) -> None:
    before, after = given("two", *[1] * 40, day="10-10"), given("two", *[1] * 10, *[0] * 30)
    write(store_of(sqlite_engine), "desk", scale("two", 0, 1), *before, *after)
    found = read(sqlite_engine, "csat")
    assert (found.value, found.previous) == (0.25, 1.0)
    assert found.change is not None
    assert (found.change.difference, found.change.verdict) == (-0.75, Verdict.REAL)


def test_easy_is_five_to_seven_of_seven_and_the_older_scale_is_left_out(engine: Engine) -> None:
    write(
        store_of(engine), "poll", scale("new", 1, 7, SurveyKind.CES), scale("old", 1, 5, SurveyKind.CES),
        *given("new", 1, 4, 5, 6, 7, None, 8), *given("old", 1, 5),
    )  # fmt: skip
    found = read(engine, "ces")
    assert (found.value, found.n) == (0.6, 5)
    assert found.left_out == {"no score on the scale from 1 to 7": 4}
    assert found.counts["7 on 1-7"] == 1
    assert read(engine, "csat").value is None


def test_the_less_than_delighted_are_counted_as_answers_people_and_accounts(engine: Engine) -> None:
    store = store_of(engine)
    write(
        store, "poll", Account(id="a", name="Acme"), Account(id="b", name="Bolt"), survey(),
        scale("five", 1, 5), scale("ten", 0, 10),
        *given("nps", 8, 0, account_id="a", email="ann@x.test"), *given("nps", 9, 10, account_id="b"),
        *given("five", 3, contact_id="7", account_id="b"), *given("five", 4, 5, contact_id="8"),
        *given("five", 1), *given("ten", 0), *given("nps", None),
    )  # fmt: skip
    write(store, "desk", scale("two", 0, 1), *given("two", 0, email="Ann@x.test"))
    found, people = (read(engine, key) for key in ("less_than_delighted", "people_less_than_delighted"))
    # 8 and 0 of Ann, who is the one of the desk too; 3 of the seventh; 1 of nobody known
    assert (found.value, found.n, found.left_out) == (5, 9, {"no score on a scale with a rule": 2})
    assert (people.value, people.counts) == (2, {"accounts": 2})
    assert people.left_out == {"of a person not known": 1}
    acme = Filters.of({"account": "acme"})
    assert read(engine, "less_than_delighted", filters=acme).value == 2
    assert read(engine, "people_less_than_delighted", filters=acme).value == 1


def test_the_less_than_delighted_are_carried_on_to_a_year(engine: Engine) -> None:
    """Four low answers in ten days: 146 in a year."""
    write(
        store_of(engine), "poll", survey(),
        *given("nps", 3, 8, 9, day="11-02", email="a@x.test"),
        *given("nps", 6, 0, day="11-09", email="b@x.test"),
    )  # fmt: skip
    found = read(engine, "less_than_delighted_per_year", window="2026-11-01..2026-11-10")
    assert (found.value, found.n) == (pytest.approx(4 * 36.5), 5)
    assert found.counts == {"answers": 4, "days": 10}
    nobody = read(engine, "less_than_delighted_per_year", window="2026-10")
    assert (nobody.value, nobody.n, nobody.counts) == (None, 0, {})


def test_a_year_is_carried_on_from_the_days_that_have_passed(sqlite_engine: Engine) -> None:
    key, said = "less_than_delighted_per_year", [*given("nps", 3, day="11-08"), *given("nps", 9, day="11-11")]
    write(store_of(sqlite_engine), "poll", survey(), *said)
    month = read(sqlite_engine, key, window="2026-11")
    assert month.counts["days"] == pytest.approx(17 + 14.5 / 24)  # as-of is the 18th, at half past two
    ever = read(sqlite_engine, key, window="all")
    assert ever.value == pytest.approx(365 / (10 + 5.5 / 24))  # since the first answer, on the 8th at nine
    short = read(sqlite_engine, key, window="2026-11-08..2026-11-13")
    assert (short.value, short.n, short.counts["answers"]) == (None, 2, 1)  # six days are no year


def test_the_relationship_and_the_transaction_are_never_added(engine: Engine) -> None:
    after = survey("after", is_transactional=True)
    write(store_of(engine), "poll", survey(), after, *given("nps", 9, 9, 0, 8), *given("after", 0, None))
    assert (read(engine, "nps_relationship").value, read(engine, "nps_relationship").n) == (25, 4)
    found = read(engine, "nps_transactional")
    assert (found.value, found.n) == (-100, 1)
    assert found.left_out == {"no score from 0 to 10": 1}


def test_each_account_has_one_vote(engine: Engine) -> None:
    write(
        store_of(engine), "poll", survey(), *(Account(id=id, name=id) for id in ("acme", "bolt", "cap")),
        *given("nps", 9, 9, 0, account_id="acme"), *given("nps", 10, account_id="bolt"),
        *given("nps", 3, account_id="cap"), *given("nps", 10, 10),
        *given("nps", None, account_id="bolt", day="11-11"),
    )  # fmt: skip
    found = read(engine, "nps_accounts")
    # the mean of a third, one and minus one; by answers it would be 3 of 7
    assert (found.value, found.n, found.counts) == (pytest.approx(100 / 9), 5, {"accounts": 3})
    assert found.left_out == {"no score from 0 to 10": 1, "account not known": 2}
    assert found.interval is not None
    assert (round(found.interval.low, 2), round(found.interval.high, 2)) == (-56.36, 67.47)


def test_of_one_answer_each_the_accounts_score_is_the_score() -> None:
    """12 promoters, 8 passives, 5 detractors: 28, from -3.65 to 53.65, as in the reference."""
    one_each = [NpsCounts(1, 0, 0)] * 12 + [NpsCounts(0, 1, 0)] * 8 + [NpsCounts(0, 0, 1)] * 5
    found, plain = nps_of_means(one_each), nps(NpsCounts(12, 8, 5))
    assert found is not None
    assert plain is not None
    assert found.value == pytest.approx(plain.value)
    assert found.interval.low == pytest.approx(plain.interval.low)
    assert found.interval.high == pytest.approx(plain.interval.high)
    assert nps_of_means([NpsCounts(0, 0, 0)]) is None


def test_a_changed_mix_alone_moves_nothing(engine: Engine) -> None:
    """Before: six end users at 0 and two decision-makers at 100; now four of each, scoring as before."""
    store = store_of(engine)
    write(
        store, "poll", survey(),
        *given("nps", 9, 9, 9, 0, 0, 0, day="10-10", role="user"),
        *given("nps", 9, 9, day="10-10", role="sponsor"),
        *given("nps", 9, 9, 0, 0, role="user"), *given("nps", 9, 9, 9, 9, role="sponsor"),
        *given("nps", 0, role="visitor"),
    )  # fmt: skip
    found = read(engine, "nps_mix_adjusted", window="30d")
    assert (found.value, found.n) == (25, 8)  # 0.75 of nought and 0.25 of a hundred; plainly it is 33
    assert found.counts == {"end_user": 4, "decision_maker": 4}
    assert found.left_out == {"role not known": 1}
    assert found.interval is not None
    assert (round(found.interval.low, 2), round(found.interval.high, 2)) == (-36.54, 65.11)
    assert read(engine, "nps", window="30d").value == pytest.approx(100 / 3)


def test_a_mix_with_a_group_missing_has_no_value(sqlite_engine: Engine) -> None:
    some, none = NpsCounts(3, 2, 1), NpsCounts(0, 0, 0)
    assert nps_in_mix({"a": some, "b": some}, {"a": 1, "b": 1}) is not None
    assert nps_in_mix({"a": some, "b": none}, {"a": 1, "b": 1}) is None
    assert nps_in_mix({"a": some, "b": some}, {"a": 1, "b": 0}) is None
    assert nps_in_mix({"a": none}, {"a": 0}) is None
    alone = nps_in_mix({"a": some, "b": none}, {"a": 5, "b": 0})
    assert alone == nps(some)
    write(store_of(sqlite_engine), "poll", survey(), *given("nps", 9, 9, role="user"))
    assert read(sqlite_engine, "nps_mix_adjusted", window="30d").value is None


def test_who_is_known_by_contact_here_and_by_address_there_is_one_person(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", survey(), person("ann", email="ann@x.test"), *given("nps", 2, contact_id="ann"))
    write(store, "poll", survey(), *given("nps", 3, email="Ann@x.test"))
    assert read(engine, "less_than_delighted").value == 2
    assert read(engine, "people_less_than_delighted").value == 1
