"""Teams side by side on a small world worked by hand: the funnel, the handoffs, the load, and the thanks."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from data.funnel import share_limits, share_p_value
from data.handoffs import pairs_of
from data.readings import Readings
from data.records import Account, Agent, Record, State, SurveyKind, Team
from data.stars import stars
from data.study import answer as ask
from data.team_load import LoadQuestion
from data.team_view import Apart, Teams, TeamsQuestion
from data.weeks import weeks_by_team, weeks_of
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import (
    answer,
    at,
    change,
    person,
    reply,
    settings_of,
    store_of,
    survey,
    target,
    ticket,
    write,
)

S = State
NOW = at("11-18 12:00")
TEAMS = (Team(id="a", name="Alpha"), Team(id="b", name="beta"), Team(id="c", name="Gamma"))


def view(engine: Engine, **question: Any) -> Teams:
    return ask(engine, settings_of(), TeamsQuestion(**question), clock=StandingClock(NOW))


def promised(id: str, team: str, *, is_kept: bool) -> list[Record]:
    """Created at nine with an hour's promise, and solved within it or long after."""
    solved = "11-10 09:30" if is_kept else "11-10 12:00"
    made = ticket(id, "11-10 09:00", S.SOLVED, solved_at=solved, team_id=team)
    return [made, target(id, "11-10 09:00", 60.0)]


def many(team: str, kept: int, broken: int) -> list[Record]:
    """As many tickets of a team with a promise."""
    parts = [
        promised(f"{team}{i}", team, is_kept=i < kept) for i in range(kept + broken)
    ]  # fmt: skip
    return [record for part in parts for record in part]


# --- the funnel ---------------------------------------------------------------------------------------------


def test_a_team_far_from_all_is_worse_than_chance_and_the_others_stay_noise(engine: Engine) -> None:
    write(store_of(engine), "desk", *TEAMS, *many("a", 38, 2), *many("b", 10, 20), *many("c", 3, 1))
    found = view(engine).funnel
    assert [(mark.name, mark.hits, mark.n, mark.apart) for mark in found.marks] == [
        ("Alpha", 38, 40, Apart.BETTER), ("beta", 10, 30, Apart.WORSE), ("Gamma", 3, 4, Apart.TOO_FEW),
    ]  # fmt: skip
    assert found.target == pytest.approx(51 / 74)
    assert found.marks[2].share is None
    assert (found.whole.value, found.whole.n) == (pytest.approx(51 / 74), 74)
    assert found.marks[1].reading.group == "desk:b"


def test_what_chance_makes_of_two_teams_is_noise(engine: Engine) -> None:
    write(store_of(engine), "desk", *TEAMS, *many("a", 18, 2), *many("b", 16, 4))
    assert {mark.apart for mark in view(engine).funnel.marks} == {Apart.NOISE}


def test_outside_of_the_inner_limits_only_is_worth_a_look_where_few_are_compared(engine: Engine) -> None:
    """Chance alone carries beta as far once in 80 times."""
    write(store_of(engine), "desk", *TEAMS, *many("a", 64, 16), *many("b", 20, 20))
    assert [mark.apart for mark in view(engine).funnel.marks] == [Apart.NOISE, Apart.LOOK]


def test_fewer_dissatisfied_than_chance_is_better(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", *TEAMS, survey("csat", SurveyKind.CSAT, scale_min=1, scale_max=5))
    for team, low in (("a", 1), ("b", 28)):
        for i in range(40):
            id = f"{team}{i}"
            write(
                store, "desk", ticket(id, "11-10 09:00", team_id=team),
                answer(id, "11-11 09:00", 2.0 if i < low else 5.0, survey_id="csat", ticket_id=id),
            )  # fmt: skip
    found = view(engine, sign="delight").funnel
    assert [(mark.hits, mark.n, mark.apart) for mark in found.marks] == [
        (1, 40, Apart.BETTER), (28, 40, Apart.WORSE),
    ]  # fmt: skip
    assert [mark.apart for mark in view(engine, sign="csat").funnel.marks] == [Apart.BETTER, Apart.WORSE]


def test_rows_of_no_team_are_counted_apart(engine: Engine) -> None:
    write(store_of(engine), "desk", *TEAMS, *many("a", 6, 0), *many("", 3, 0))
    found = view(engine).funnel
    assert ([mark.n for mark in found.marks], found.without_team) == ([6], 3)


def test_an_empty_store_has_nothing_to_compare(engine: Engine) -> None:
    found = view(engine)
    assert (found.funnel.target, found.funnel.marks, found.funnel.curve) == (None, (), ())
    assert (found.handoffs.total, found.handoffs.teams, found.stars) == (0, (), ())
    assert found.handoffs.stations.value is None


def test_a_sign_or_window_that_is_none_is_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="sign is one of"):
        view(engine, sign="league")
    with pytest.raises(ValueError, match="not understood"):
        view(engine, window="soon")


@pytest.mark.parametrize(("hits", "n"), [(20, 40), (31, 40), (36, 40), (40, 40), (4, 5), (1, 5)])
def test_outside_the_far_limits_is_what_chance_gives_less_than_twice_in_a_thousand(hits: int, n: int) -> None:
    inside = hits / n in share_limits(0.9, n).far
    assert inside == (share_p_value(hits, n, 0.9) >= 0.002)


def test_a_share_that_is_the_target_is_no_surprise_and_spread_makes_any_less_of_one() -> None:
    assert share_p_value(36, 40, 0.9) == 1.0
    assert share_p_value(28, 40, 0.9, tau_squared=0.05) > share_p_value(28, 40, 0.9)


# --- handoffs -----------------------------------------------------------------------------------------------


@pytest.fixture
def moved(engine: Engine) -> Engine:
    """There and back; over nobody; once more while solved; a ticket still open; one solved long ago."""
    write(
        store_of(engine), "desk", *TEAMS,
        ticket("1", "11-02 09:00", S.SOLVED, team_id="a"),
        change("1", "11-02 09:00", team_id="a"), change("1", "11-02 10:00", team_id="b"),
        change("1", "11-02 11:00", team_id="a"), change("1", "11-02 12:00", S.SOLVED),
        ticket("2", "11-03 09:00", S.SOLVED, team_id="b"),
        change("2", "11-03 09:00", team_id="a"), change("2", "11-03 10:00", team_id=""),
        change("2", "11-03 11:00", team_id="b"), change("2", "11-03 12:00", S.SOLVED),
        ticket("3", "11-04 09:00", S.SOLVED, team_id="c", priority="high"),
        change("3", "11-04 09:00", team_id="a"), change("3", "11-04 10:00", team_id="b"),
        change("3", "11-04 12:00", S.SOLVED), change("3", "11-04 13:00", team_id="c"),
        ticket("4", "11-05 09:00", team_id="b"),
        change("4", "11-05 09:00", team_id="a"), change("4", "11-05 10:00", team_id="b"),
        ticket("5", "06-02 09:00", S.SOLVED, team_id="b"),
        change("5", "06-02 09:00", team_id="a"), change("5", "06-02 10:00", team_id="b"),
        change("5", "06-02 12:00", S.SOLVED),
    )  # fmt: skip
    return engine


def test_handoffs_are_stations_less_tickets(moved: Engine) -> None:
    found = view(moved).handoffs
    assert found.counts == {("desk:a", "desk:b"): 3, ("desk:b", "desk:a"): 1}
    assert (found.total, found.shown, found.unseen) == (4, 4, 1)
    assert found.stations.counts["total"] - found.stations.n == 4 + 1
    assert found.teams == ("desk:a", "desk:b")
    assert found.weights[("desk:b", "desk:a")] == pytest.approx(1 / 3)


def test_handoffs_are_narrowed_like_the_figure_beside_them(moved: Engine) -> None:
    found = view(moved, filters=Filters.of({"priority": "high"})).handoffs
    assert found.counts == {("desk:a", "desk:b"): 1}
    assert found.stations.n == 1


def test_of_a_long_window_only_the_last_part_is_followed(moved: Engine) -> None:
    found = view(moved, window="365d").handoffs
    assert found.total == 4
    assert found.window.label == "2026-10-19..2026-11-18"
    assert found.stations.n == 3


def test_two_teams_make_one_pair_with_the_heavier_way_first() -> None:
    found = pairs_of({("b", "a"): 5, ("a", "b"): 2, ("a", "c"): 3, ("c", "b"): 1, ("b", "c"): 1})
    assert [(pair.one, pair.other, pair.there, pair.back) for pair in found] == [
        ("b", "a", 5, 2), ("a", "c", 3, 0), ("c", "b", 1, 1),
    ]  # fmt: skip


# --- load ---------------------------------------------------------------------------------------------------


def test_weeks_of_all_teams_at_once_are_those_of_each_team(engine: Engine) -> None:
    write(
        store_of(engine), "desk", *TEAMS,
        ticket("1", "10-27 09:00", S.SOLVED, solved_at="10-28 09:00", assignee_id="ann", team_id="a"),
        ticket("2", "11-03 09:00", S.SOLVED, solved_at="11-10 09:00", assignee_id="ann", team_id="a"),
        ticket("3", "11-12 09:00", team_id="a"), reply("3", "11-12 10:00", "bob"),
        ticket("4", "11-12 09:00", team_id="b"), ticket("5", "11-12 09:00"),
    )  # fmt: skip
    with Readings(engine, settings_of(), clock=StandingClock(NOW)) as readings:
        found = weeks_by_team(readings, 6)
        assert found == {
            team: weeks_of(readings, 6, Filters(team=team)) for team in ("desk:a", "desk:b")
        }  # fmt: skip
    assert [(week.created, week.solved, week.agent_days) for week in found["desk:a"]] == [
        (1, 1, 1), (1, 0, 0), (1, 1, 2),
    ]  # fmt: skip


def test_load_is_of_the_last_complete_week_and_of_now(engine: Engine) -> None:
    write(
        store_of(engine), "desk", *TEAMS,
        ticket("1", "11-10 09:00", S.SOLVED, solved_at="11-10 10:00", assignee_id="ann", team_id="b"),
        ticket("2", "11-17 09:00", assignee_id="ann", team_id="b"),
        ticket("3", "11-17 10:00", assignee_id="ann", team_id="b"), ticket("4", "11-10 09:00", team_id="a"),
    )  # fmt: skip
    found = ask(engine, settings_of(), LoadQuestion(), clock=StandingClock(NOW)).loads
    assert found.week.text == "2026-11-09..2026-11-15"
    assert [load.name for load in found.teams] == ["Alpha", "beta"]
    alpha, beta = found.teams
    assert "open_per_agent" not in alpha.readings  # nobody holds its ticket
    assert beta.readings["open_per_agent"].value == 2
    assert beta.readings["arrivals_per_agent_day"].value == 1
    assert beta.judgement is not None
    assert beta.judgement.verdict == "too few to say"


# --- thanks -------------------------------------------------------------------------------------------------


@pytest.fixture
def praised(engine: Engine) -> Engine:
    """Named tickets, and those of people who name none: of the same and of another source."""
    store = store_of(engine)
    write(
        store, "desk", *TEAMS, Agent(id="ann", name="Ann"), Agent(id="bob", name="Bob"),
        Account(id="acme", name="Acme"), survey("csat", SurveyKind.CSAT, scale_min=1, scale_max=5),
        person("p", email="p@acme.test", account_id="acme"), person("q"),
        ticket("1", "11-02 09:00", S.SOLVED, subject="Printer", assignee_id="bob", team_id="a"),
        change("1", "11-02 09:00", assignee_id="ann"), change("1", "11-02 10:00", assignee_id="bob"),
        change("1", "11-02 11:00", assignee_id="ann"), change("1", "11-02 11:30", assignee_id="bob"),
        change("1", "11-02 12:00", S.SOLVED),
        ticket("2", "11-03 09:00", S.SOLVED, solved_at="11-04 09:00", requester_id="p", assignee_id="ann",
               priority="high"),
        ticket("3", "11-09 09:00", S.SOLVED, solved_at="11-09 10:00", requester_id="p", assignee_id="bob"),
        ticket("4", "09-09 09:00", S.SOLVED, solved_at="09-09 10:00", requester_id="q", assignee_id="bob"),
        ticket("5", "11-02 09:00", S.SOLVED, solved_at="11-02 10:00"),
        answer("named", "11-05 09:00", 4.0, survey_id="csat", ticket_id="1", comment=" Well done "),
        answer("low", "11-05 10:00", 3.0, survey_id="csat", ticket_id="1", comment="So so"),
        answer("silent", "11-05 11:00", 5.0, survey_id="csat", ticket_id="1", comment="  "),
        answer("held by nobody", "11-05 12:00", 5.0, survey_id="csat", ticket_id="5", comment="Thanks"),
    )  # fmt: skip
    write(
        store, "surveys", survey(),
        answer("theirs", "11-07 09:00", 10.0, email="P@acme.test", comment="Fast"),
        answer("low", "11-07 10:00", 8.0, email="p@acme.test", comment="Good"),
    )  # fmt: skip
    write(store, "desk", survey(), answer("long ago", "11-08 09:00", 9.0, contact_id="q", comment="Yes"))
    return engine


def test_those_who_held_praised_tickets_are_named_the_last_one_last(praised: Engine) -> None:
    found = view(praised).stars
    assert [(star.agents, star.ticket, star.is_named, star.score) for star in found] == [
        (("Ann",), "2", False, 10.0), (("Ann", "Bob"), "1", True, 4.0),
    ]  # fmt: skip
    assert (found[0].account, found[1].subject, found[1].highest) == ("Acme", "Printer", 5)


def test_the_priority_of_thanks_is_that_of_the_ticket(praised: Engine) -> None:
    found = view(praised, filters=Filters.of({"priority": "high"})).stars
    assert [star.ticket for star in found] == ["2"]


def test_no_more_thanks_are_given_than_asked_for_the_latest_first(praised: Engine) -> None:
    with Readings(praised, settings_of(), clock=StandingClock(NOW)) as readings:
        scope = readings.scope(readings.window("30d"), Filters())
        assert [star.ticket for star in stars(scope, limit=1)] == ["2"]
