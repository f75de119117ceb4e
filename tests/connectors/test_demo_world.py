"""What the demo's history promises: its size, its rhythm, one bad month, green but unhappy accounts.

Measured on the whole invented world, with tolerances of about three standard errors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from statistics import fmean, median

import pytest
from sqlalchemy import Engine, select

from connectors.base import Context
from connectors.demo import Demo
from connectors.demo_case import Case
from connectors.demo_people import DECIDER_ROLE, GREEN_BUT_UNHAPPY, MIGRATING, USER_ROLE
from connectors.demo_promises import DAY, HOUR, TARGET_SECONDS, ZONE
from connectors.demo_survey import Answer
from connectors.demo_topics import MIGRATION, TOPICS
from connectors.demo_words import Story, comment
from connectors.demo_world import World
from data import schema
from data.records import DONE, Priority, State
from data.settings import FileSettings
from data.store import Store
from tests.clock import StandingClock
from tests.connectors.fakes import FakeKnown, read_all

ANCHOR = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
BAD_MONTH = "2026-05"


@dataclass(frozen=True)
class Seen:
    """The world at its anchor."""

    world: World
    cases: list[Case]
    answers: list[Answer]
    met: dict[int, bool]
    open_at_anchor: list[tuple[State, int, int]]  # state, age in seconds, seconds left


@pytest.fixture(scope="module")
def seen() -> Seen:
    world = World(7, int(ANCHOR.timestamp()), 40_000, 3.0)
    world.keeps = True
    world.run(world.anchor)
    cases, answers = world.cases, world.answers
    met = {c.number: c.used <= TARGET_SECONDS[c.priority] for c in cases if c.state in DONE}
    open_now = [
        (
            case.state,
            world.anchor - case.created,
            TARGET_SECONDS[case.priority] - world.desk.used(world.anchor, case),
        )
        for case in world.desk.unsolved.values()
    ]
    return Seen(world, cases, answers, met, open_now)


@pytest.fixture(scope="module")
def smaller() -> World:
    """A fifth of it, for what does not need the whole."""
    world = World(3, int(ANCHOR.timestamp()), 8_000, 3.0)
    world.keeps = True
    world.run(world.anchor)
    return world


def nps(answers: Iterable[Answer]) -> float:
    scores = [answer.score for answer in answers]
    return 100 * fmean((score >= 9) - (score <= 6) for score in scores)


def month_of(moment: int) -> str:
    return datetime.fromtimestamp(moment, ZONE).strftime("%Y-%m")


def by_month(items: Iterable[tuple[int, object]]) -> dict[str, list[object]]:
    """Whole months only: the first and the last are cut."""
    found = defaultdict(list)
    for moment, item in items:
        found[month_of(moment)].append(item)
    return {month: found[month] for month in sorted(found)[1:-1]}


def test_it_has_the_size_that_was_promised(seen: Seen) -> None:
    cast = seen.world.cast
    assert len(cast.crews) == 4
    assert sum(len(crew.helpers) for crew in cast.crews) == 40
    assert len(cast.firms) == 60
    assert len({firm.name for firm in cast.firms}) == 60
    assert len({person.id for person in cast.people}) == len(cast.people)
    assert 0.12 < fmean(person.role == DECIDER_ROLE for person in cast.people) < 0.18
    assert 0.02 < fmean(person.role is None for person in cast.people) < 0.06
    assert 39_000 < len(seen.cases) < 41_000
    assert 5_500 < len(seen.answers) < 6_500


def test_weekends_and_nights_are_quiet_but_not_silent(seen: Seen) -> None:
    moments = [datetime.fromtimestamp(case.created, ZONE) for case in seen.cases]
    weekend = fmean(moment.weekday() >= 5 for moment in moments)
    night = fmean(moment.hour < 6 or moment.hour >= 22 for moment in moments)
    assert 0.02 < weekend < 0.06
    assert 0.01 < night < 0.05


def test_most_targets_are_met_and_many_only_just(seen: Seen) -> None:
    recent = [
        c for c in seen.cases if c.number in seen.met and (c.solved or 0) > seen.world.anchor - 90 * DAY
    ]
    assert 0.90 < fmean(seen.met[case.number] for case in recent) < 0.94
    for priority in Priority:
        share = median(c.used / TARGET_SECONDS[priority] for c in recent if c.priority is priority)
        assert 0.2 < share < 0.8, priority


def test_the_backlog_of_the_moment_looks_like_one(seen: Seen) -> None:
    states = [state for state, _, _ in seen.open_at_anchor]
    assert 120 <= len(states) <= 200
    assert 0.6 < fmean(state in (State.NEW, State.OPEN) for state in states) < 0.85
    assert {State.NEW, State.OPEN, State.PENDING, State.ON_HOLD} == set(states)
    assert 7 * DAY < max(age for _, age, _ in seen.open_at_anchor) < 30 * DAY
    assert 1 <= sum(left < 0 for _, _, left in seen.open_at_anchor) <= 15


def test_the_worst_month_is_the_planted_one_in_targets_met_and_in_nps(seen: Seen) -> None:
    kept = by_month((c.solved, seen.met[c.number]) for c in seen.cases if c.solved and c.number in seen.met)
    attainment = {month: fmean(items) for month, items in kept.items()}  # type: ignore[type-var]
    scores = by_month((answer.happened, answer) for answer in seen.answers)
    points = {month: nps(items) for month, items in scores.items()}  # type: ignore[arg-type]
    assert min(attainment, key=lambda month: attainment[month]) == BAD_MONTH
    assert min(points, key=lambda month: points[month]) == BAD_MONTH
    assert attainment[BAD_MONTH] < min(v for m, v in attainment.items() if m != BAD_MONTH) - 0.04


def test_the_bad_month_has_its_cause_in_one_team_and_one_account(seen: Seen) -> None:
    trouble = seen.world.bad_month
    inside = [c for c in seen.cases if trouble.start <= c.created < trouble.end]
    flood = [case for case in inside if case.topic is MIGRATION]
    assert [case for case in seen.cases if case.topic is MIGRATION] == flood
    assert len(flood) > 150
    assert {case.firm.name for case in flood} == {MIGRATING}
    away = [helper for helper in trouble.crew.helpers if helper.away_from]
    assert (len(away), len(trouble.crew.helpers)) == (3, 7)
    mail = [seen.met[c.number] for c in inside if c.crew is trouble.crew and c.number in seen.met]
    others = [seen.met[c.number] for c in inside if c.crew is not trouble.crew and c.number in seen.met]
    assert fmean(mail) < 0.65
    assert fmean(others) > 0.88
    ours = [case for case in seen.cases if case.topic.team == trouble.crew.id]
    struck = [case for case in ours if trouble.start <= case.created < trouble.end]
    usual = [case for case in ours if case.created >= trouble.end + 30 * DAY]
    assert fmean(c.reopened > 0 for c in struck) > 1.5 * fmean(c.reopened > 0 for c in usual)
    assert fmean(c.handed > 0 for c in struck) > 1.3 * fmean(c.handed > 0 for c in usual)
    assert median(c.used for c in struck) > 1.5 * median(c.used for c in usual)


def test_decision_makers_are_less_happy_than_end_users(seen: Seen) -> None:
    users = [answer for answer in seen.answers if answer.person.role == USER_ROLE]
    deciders = [answer for answer in seen.answers if answer.person.role == DECIDER_ROLE]
    assert 12 < nps(users) - nps(deciders) < 28
    recent = [answer for answer in seen.answers if answer.happened > seen.world.anchor - 90 * DAY]
    assert 32 < nps(recent) < 48


def test_response_rates_are_those_of_each_audience(smaller: World) -> None:
    for is_decider, expected in ((False, 0.30), (True, 0.45)):
        asked = sum(invite.person.is_decider is is_decider for invite in smaller.invites)
        answered = sum(answer.person.is_decider is is_decider for answer in smaller.answers)
        assert answered / asked == pytest.approx(expected, abs=0.06)


def test_people_are_asked_every_sixty_days(smaller: World) -> None:
    sent = defaultdict(list)
    for invite in smaller.invites:
        sent[invite.person.id].append(invite.happened)
    gaps = [(later - earlier) / DAY for moments in sent.values() for earlier, later in pairwise(moments)]
    assert 59 < median(gaps) < 62
    assert min(gaps) > 58
    assert max(gaps) < 67  # never on a weekend, nor between Christmas and New Year


def test_some_accounts_get_what_was_promised_and_are_unhappy(seen: Seen) -> None:
    theirs = [c for c in seen.cases if c.firm.name in GREEN_BUT_UNHAPPY and c.number in seen.met]
    assert len({case.firm.name for case in theirs}) == len(GREEN_BUT_UNHAPPY) == 6
    for name in GREEN_BUT_UNHAPPY:
        assert fmean(seen.met[c.number] for c in theirs if c.firm.name == name) > 0.97, name
        assert nps(a for a in seen.answers if a.person.firm.name == name) < 0, name


def test_what_people_say_follows_from_what_they_went_through(seen: Seen) -> None:
    """The dose and the response: of the tickets of the four weeks before an answer, how many were late."""
    solved = defaultdict(list)
    for case in seen.cases:
        if case.solved is not None and case.number in seen.met:
            solved[case.person.id].append((case.solved, seen.met[case.number]))
    scores = defaultdict(list)
    for answer in seen.answers:
        late = sum(
            not met
            for at, met in solved[answer.person.id]
            if answer.happened - 28 * DAY < at < answer.happened
        )
        scores[min(2, late)].append(answer.score)
    assert min(len(group) for group in scores.values()) >= 15
    assert fmean(scores[0]) > fmean(scores[1]) + 0.3
    assert fmean(scores[1]) > fmean(scores[2]) + 0.3


def test_the_backlog_of_a_week_of_life_neither_grows_nor_dries_up() -> None:
    world = World(3, int(ANCHOR.timestamp()), 8_000, 6.0)
    world.run(world.anchor)
    world.go_live()
    backlog = []
    for hour in range(1, 7 * 24 + 1):
        world.run(world.anchor + hour * HOUR)
        backlog.append(len(world.desk.unsolved))
    assert min(backlog) >= 20
    assert max(backlog) <= 80
    assert abs(fmean(backlog[-24:]) - fmean(backlog[24:48])) < 15


@pytest.mark.parametrize(
    "anchor", ["2026-03-01T00:30", "2026-10-25T01:30", "2026-12-31T23:59", "2028-02-29T09:00"]
)
def test_any_moment_will_do_for_a_start(anchor: str) -> None:
    world = World(1, int(datetime.fromisoformat(f"{anchor}+00:00").timestamp()), 800, 6.0)
    world.keeps = True
    world.run(world.anchor)
    world.go_live()
    world.run(world.anchor + DAY)
    assert 700 < len(world.cases) < 1_400
    assert len(world.desk.unsolved) >= 2


def test_comments_are_many_finished_sentences(seen: Seen) -> None:
    comments = [answer.comment for answer in seen.answers if answer.comment is not None]
    assert 0.4 < len(comments) / len(seen.answers) < 0.6
    assert len(set(comments)) > 500
    assert not [text for text in comments if "{" in text or "  " in text or text != text.strip() or not text]
    assert not [case.subject for case in seen.cases if "{" in case.subject]


def test_whoever_had_to_do_with_the_migration_says_so_when_unhappy() -> None:
    story = Story(thing="my mailbox", agent="Ada", is_migration=True)
    unhappy = [comment(Random(n), 1, story) for n in range(100)]
    happy = [comment(Random(n), 10, story) for n in range(100)]
    assert sum("migration" in text for text in unhappy) > 40
    assert not any("migration" in text for text in happy)
    assert len(set(unhappy)) > 30


def test_every_topic_has_a_team(seen: Seen) -> None:
    teams = {crew.id for crew in seen.world.cast.crews}
    assert {topic.team for topic in (*TOPICS, MIGRATION)} == teams


def test_the_store_counts_the_same_minutes_as_the_world(sqlite_engine: Engine) -> None:
    world = World(7, int(ANCHOR.timestamp()), 1_000, 3.0)
    world.keeps = True
    world.run(world.anchor)
    clock = StandingClock(ANCHOR)
    source = Demo("demo", {"tickets": 1_000}, Context(clock=clock, known=FakeKnown()))
    store = Store(sqlite_engine, FileSettings(), b"key", clock=clock)
    for page in read_all(source, "life"):
        store.write("demo", "life", page)
    table = schema.ticket
    with sqlite_engine.connect() as connection:
        stored = {row.id: row for row in connection.execute(select(table))}
    solved = [case for case in world.cases if case.state in DONE]
    assert len(solved) > 800
    for case in solved:
        row = stored[f"T-{case.number}"]
        assert row.sla_elapsed_minutes == pytest.approx(case.used / 60, abs=0.02), case.number
        assert row.sla_is_met == (case.used <= TARGET_SECONDS[case.priority])
        assert row.reopen_count == case.reopened
    assert _open(stored.values()) == sorted(f"T-{number}" for number in world.desk.unsolved)


def _open(rows: Sequence[object]) -> list[str]:
    return sorted(row.id for row in rows if State(row.state) not in DONE)  # type: ignore[attr-defined]
