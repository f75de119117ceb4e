"""The story of one ticket: its clocks, its stations, its replies, what was said, and whose it is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from data.lifecycle import Span
from data.records import NOBODY, Account, Agent, Audience, Clock, Measure, State, Team
from data.strip import What
from data.study import answer as ask
from data.ticket_stations import named, stations_of
from data.ticket_story import TicketAsked, TicketStory
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

NOW = at("11-18 14:30")
S = State


def told(engine: Engine, id: str = "1", source: str = "desk") -> TicketStory:
    return ask(engine, settings_of(), TicketAsked(source, id), clock=lambda: NOW)


def span(start: int, end: int | None, team: str | None, person: str | None) -> Span:
    return Span(start, end, S.OPEN, None, team, person)


def names(history: list[Span], until: int) -> list[tuple[Any, ...]]:
    found = stations_of(history, until, teams={"t": "Field"}, people={})
    return [(s.team, s.assignee, s.minutes, s.is_team_back, s.is_person_back) for s in found]


# --- stations -----------------------------------------------------------------------------------------------


def test_a_station_ends_where_another_team_or_person_takes_over_and_a_return_is_told() -> None:
    history = [
        span(0, 60, "t", "a"),
        span(60, 120, "t", "b"),
        span(120, 180, "u", "c"),
        span(180, None, "t", "a"),
    ]
    assert names(history, 300) == [
        ("Field", "a", 1, False, False), ("Field", "b", 1, False, False), ("u", "c", 1, False, False),
        ("Field", "a", 2, True, True),
    ]  # fmt: skip


def test_a_change_of_state_alone_makes_no_station() -> None:
    history = [span(0, 60, "t", "a"), span(60, None, "t", "a")._replace(state=S.PENDING)]
    assert names(history, 600) == [("Field", "a", 10, False, False)]


def test_to_be_with_nobody_in_between_is_a_gap_and_no_return() -> None:
    history = [span(0, 60, "t", None), span(60, 120, None, None), span(120, None, "t", None)]
    assert names(history, 180) == [
        ("Field", None, 1, False, False), (None, None, 1, False, False), ("Field", None, 1, False, False),
    ]  # fmt: skip


def test_what_came_after_the_end_is_no_station() -> None:
    assert names([span(0, 60, "t", "a"), span(60, None, "u", "b")], 60) == [("Field", "a", 1, False, False)]


def test_where_nobody_is_known_there_are_no_stations() -> None:
    assert names([span(0, None, None, None)], 60) == []


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("a", "Ana"),
        ("b", "b"),
        ("tom@desk.test", "tom"),
        ("c", "Tom"),
        ("d", "somebody"),
        ("", None),
        (None, None),
    ],
)
def test_nobody_is_called_by_an_address(id: str | None, name: str | None) -> None:
    assert named(id, {"a": "Ana", "c": "Tom@desk.test", "d": "@tom"}) == name


# --- the whole ----------------------------------------------------------------------------------------------


def test_the_story_joins_what_is_stored_about_one_ticket(engine: Engine) -> None:
    write(
        store_of(engine), "desk", Team(id="t", name="Field"), Agent(id="a", name="Ana"),
        Agent(id="b", name="Tom"),
        Account(id="h", name="Harbour", yearly_value=86_000.0, renewal_on=at("12-29 00:00").date()),
        person("p", account_id="h"), survey(),
        ticket(
            "1", "11-02 09:00", S.SOLVED, subject=" Mailbox ", requester_id="p", account_id="h", team_id="t",
            assignee_id="a", url="https://desk.test/1",
        ),
        ticket("2", "11-03 09:00", account_id="h"),
        target("1", "11-02 09:00", 60, policy="Gold"),
        target("1", "11-02 09:00", 10, measure=Measure.FIRST_REPLY),
        change("1", "11-02 09:00", team_id="t", assignee_id="a"), reply("1", "11-02 09:18", "a"),
        change("1", "11-02 09:30", assignee_id="b"), reply("1", "11-02 09:40", "p", staff=False),
        change("1", "11-02 09:50", assignee_id="a"), change("1", "11-02 10:25", S.SOLVED),
        answer("about", "11-09 09:00", 2, contact_id="p", ticket_id="1", comment=" Nobody owned it. "),
        answer("near", "10-01 09:00", 9, contact_id="p"),
        answer("old", "2026-07-01 09:00", 9, contact_id="p"),
        answer("other", "11-09 09:00", 9, contact_id="q"),
    )  # fmt: skip
    story = told(engine)
    assert (story.subject, story.url, story.team, story.assignee) == (
        "Mailbox", "https://desk.test/1", "Field", "Ana",
    )  # fmt: skip
    assert [clock.measure for clock in story.clocks] == [Measure.RESOLUTION, Measure.FIRST_REPLY]
    assert [clock.gap_minutes for clock in story.clocks] == [25, 8]
    assert [(s.assignee, s.minutes, s.is_person_back) for s in story.stations] == [
        ("Ana", 30, False), ("Tom", 20, False), ("Ana", 35, True),
    ]  # fmt: skip
    assert story.replies is not None
    assert (story.replies.by_staff, story.replies.by_customer) == (1, 1)
    assert story.replies.first_calendar_minutes == 18
    assert [(s.comment, s.score, s.group, s.is_about, s.is_before) for s in story.said] == [
        ("Nobody owned it.", 2, "detractor", True, False), (None, 9, "promoter", False, True),
    ]  # fmt: skip
    assert story.firm is not None
    assert (story.firm.name, story.firm.yearly_value, story.firm.renews_in) == ("Harbour", 86_000.0, 41)
    assert (story.firm.backlog.value, story.firm.attainment.value) == (1, 0)
    assert f"{story.month_on:%Y-%m}" == "2026-11"


def test_the_figures_of_the_account_are_split_by_audience(engine: Engine) -> None:
    write(
        store_of(engine, '[audience]\ndecision_maker = ["CFO"]\nend_user = ["Clerk"]\n'), "desk",
        Account(id="h", name="Harbour"), person("boss", "CFO", account_id="h"),
        person("user", "Clerk", account_id="h"), survey(),
        ticket("1", "11-02 09:00", account_id="h"),
        answer("1", "11-09 09:00", 2, contact_id="boss", role="CFO"),
        answer("2", "11-09 09:00", 9, contact_id="user", role="Clerk"),
    )  # fmt: skip
    firm = told(engine).firm
    assert firm is not None
    found = [(r.filters.audience, r.n, r.value) for r in (firm.nps_end_users, firm.nps_decision_makers)]
    assert found == [(Audience.END_USER, 1, 100), (Audience.DECISION_MAKER, 1, -100)]


def test_a_ticket_of_which_little_is_known_says_so_with_none(engine: Engine) -> None:
    write(store_of(engine), "desk", ticket("1", "11-02 09:00"))
    story = told(engine)
    assert (story.firm, story.replies, story.said, story.stations) == (None, None, (), ())
    assert (story.subject, story.url, story.solved_at, story.is_gone) == (None, None, None, False)
    assert [(c.promise, c.gap_minutes, c.end) for c in story.clocks] == [(None, None, NOW)]


def test_a_merged_ticket_names_what_took_it_up_and_whether_that_is_known(engine: Engine) -> None:
    write(
        store_of(engine), "desk", ticket("1", "11-02 09:00", S.MERGED, merged_into="2"),
        ticket("2", "11-02 09:00"), ticket("3", "11-02 09:00", S.MERGED, merged_into="9"),
    )  # fmt: skip
    assert [(s.is_gone, s.merged_into, s.is_there) for s in (told(engine), told(engine, "3"))] == [
        (True, "2", True), (True, "9", False),
    ]  # fmt: skip


def test_a_promised_next_reply_that_nobody_waited_for_is_left_out(engine: Engine) -> None:
    promised = target("1", "11-02 09:00", 60, measure=Measure.NEXT_REPLY, clock=Clock.CALENDAR)
    write(store_of(engine), "desk", ticket("1", "11-02 09:00"), promised)
    assert [clock.measure for clock in told(engine).clocks] == [None]


def test_promised_next_replies_are_counted_by_what_became_of_them(engine: Engine) -> None:
    write(
        store_of(engine), "desk", ticket("1", "11-02 09:00"), reply("1", "11-02 09:10"),
        target("1", "11-02 09:00", 60, measure=Measure.NEXT_REPLY),
        reply("1", "11-02 10:00", "p", staff=False), reply("1", "11-02 10:30"),
        reply("1", "11-02 11:00", "p", staff=False), reply("1", "11-02 13:00"),
        reply("1", "11-18 14:00", "p", staff=False),
    )  # fmt: skip
    story = told(engine)
    assert story.next_replies is not None
    each = story.next_replies
    assert (each.total, each.kept, each.broken, each.running) == (3, 1, 1, 1)
    assert story.clocks[-1].start == at("11-18 14:00")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "HTTPS://desk.test/1", "//desk.test/1", ""])
def test_a_link_that_screens_do_not_let_through_is_none(engine: Engine, url: str) -> None:
    write(store_of(engine), "desk", ticket("1", "11-02 09:00", url=url))
    assert told(engine).url is None


def test_the_ticket_counts_in_the_local_month_in_which_its_promise_ended(engine: Engine) -> None:
    write(
        store_of(engine), "desk", ticket("1", "09-30 09:00", S.SOLVED), target("1", "09-30 09:00", 60),
        change("1", "10-01 00:30", S.SOLVED), ticket("2", "09-30 09:00"),
    )  # fmt: skip
    assert [f"{told(engine, id).month_on:%Y-%m}" for id in "12"] == ["2026-10", "2026-09"]


def test_the_ids_of_sources_are_kept_apart(engine: Engine) -> None:
    for source in ("desk", "rt"):
        write(
            store_of(engine), source, Team(id="t", name=f"Team of {source}"), survey(),
            ticket("1", "11-02 09:00", team_id="t", requester_id="p", subject=source),
            change("1", "11-02 09:00", team_id="t"),
            answer("a", "11-03 09:00", 5, ticket_id="1", contact_id="p", comment=source),
        )  # fmt: skip
    story = told(engine, source="rt")
    assert (story.subject, story.team, [item.comment for item in story.said]) == ("rt", "Team of rt", ["rt"])


def test_taken_away_from_everybody_is_a_station_of_nobody(engine: Engine) -> None:
    write(
        store_of(engine), "desk", ticket("1", "11-18 12:00"), change("1", "11-18 12:30", assignee_id="a"),
        change("1", "11-18 13:30", assignee_id=NOBODY),
    )  # fmt: skip
    found = [(s.assignee, s.minutes) for s in told(engine).stations]
    assert found == [(None, 30), ("a", 60), (None, 60)]


def test_the_strip_and_the_stations_end_together(engine: Engine) -> None:
    write(
        store_of(engine), "desk", ticket("1", "11-02 09:00", S.SOLVED, team_id="t"),
        change("1", "11-02 10:00", S.SOLVED),
    )  # fmt: skip
    story = told(engine)
    assert story.stations[-1].ended_at == story.clocks[0].end == at("11-02 10:00")
    assert {item.what for item in story.clocks[0].intervals} == {What.COUNTED}


@pytest.mark.parametrize("id", ["2", "", "1\0", "x" * 400, "%", "../1"])
def test_a_ticket_that_is_none_raises_a_lookup_error_that_names_it(engine: Engine, id: str) -> None:
    write(store_of(engine), "desk", ticket("1", "11-02 09:00"))
    with pytest.raises(LookupError, match="No ticket"):
        told(engine, id)
