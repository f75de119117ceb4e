"""The demo as a source: what it tells, that it goes on where it was, and that nothing comes twice."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from connectors.base import Context
from connectors.demo import Demo
from connectors.demo_case import Case
from connectors.errors import ConfigError
from connectors.sync import sync_source
from data import runs, schema
from data.records import (
    DONE,
    UNSOLVED,
    Account,
    Agent,
    BusinessCalendar,
    Contact,
    EventKind,
    Invitation,
    Mention,
    Page,
    Record,
    Response,
    SlaTarget,
    State,
    Team,
    Ticket,
    TicketEvent,
)
from data.settings import FileSettings
from data.store import Store
from tests.clock import StandingClock
from tests.connectors.fakes import FakeKnown, last_bookmark, read_all, records_of

WEDNESDAY = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SMALL = {"tickets": 1000}


def demo(clock: StandingClock, **config: Any) -> Demo:
    return Demo("demo", SMALL | config, Context(clock=clock, known=FakeKnown()))


def by_type(records: Iterable[Record]) -> Counter[str]:
    return Counter(type(record).__name__ for record in records)


@pytest.fixture(scope="module")
def history() -> list[Page]:
    return read_all(demo(StandingClock(WEDNESDAY)), "life")


def test_the_demo_has_problems_that_come_back(history: list[Page]) -> None:
    tickets = {item.id: item for item in records_of(history) if isinstance(item, Ticket)}
    problems = defaultdict(list)
    for item in tickets.values():
        if item.problem_id:
            problems[item.problem_id].append((item.account_id, item.subject))
    linked = sum(map(len, problems.values()))
    assert 0.1 * len(tickets) < linked < 0.5 * len(tickets)
    assert linked > len(problems)
    assert all(len(set(mates)) == 1 for mates in problems.values())


def test_everybody_comes_first_and_the_backlog_second(history: list[Page]) -> None:
    assert by_type(history[0].records).keys() == {
        "BusinessCalendar", "SlaPolicy", "Survey", "Team", "Agent", "Account", "Contact"
    }  # fmt: skip
    first, second, others = history[0], history[1], history[2:]
    assert {t.state for t in second.records if isinstance(t, Ticket)} <= UNSOLVED
    assert {t.state for t in records_of(others) if isinstance(t, Ticket)} <= DONE
    calendar = next(record for record in first.records if isinstance(record, BusinessCalendar))
    assert calendar.time_zone == "Europe/London"
    assert datetime(2026, 12, 25, tzinfo=UTC).date() in calendar.holidays


def test_no_record_comes_twice(history: list[Page]) -> None:
    keys = [key_of(record) for record in records_of(history)]
    assert len(keys) == len(set(keys))


def test_every_reference_leads_somewhere(history: list[Page]) -> None:
    found: dict[type, set[str]] = defaultdict(set)
    for record in records_of(history):
        if isinstance(record, Account | Agent | BusinessCalendar | Contact | Team | Ticket):
            found[type(record)].add(record.id)
    for record in records_of(history):
        if isinstance(record, Ticket):
            assert record.requester_id in found[Contact]
            assert record.account_id in found[Account]
            assert record.team_id in found[Team]
            assert record.assignee_id in found[Agent] | {None}
            assert record.calendar_id in found[BusinessCalendar]
            assert record.url is None
        elif isinstance(record, TicketEvent | SlaTarget):
            assert record.ticket_id in found[Ticket]
        elif isinstance(record, Invitation | Response):
            assert record.contact_id in found[Contact]


def test_the_events_of_a_ticket_lead_to_what_the_ticket_says(history: list[Page]) -> None:
    events: dict[str, list[TicketEvent]] = defaultdict(list)
    tickets = [record for record in records_of(history) if isinstance(record, Ticket)]
    for record in records_of(history):
        if isinstance(record, TicketEvent):
            events[record.ticket_id].append(record)
    for ticket in tickets:
        state, team, assignee, solved_at = State.NEW, None, None, None
        for event in sorted(events[ticket.id], key=lambda e: (e.happened_at, e.sequence)):
            assert ticket.created_at <= event.happened_at <= WEDNESDAY
            state, team = event.state or state, event.team_id or team
            assignee = event.assignee_id or assignee
            solved_at = event.happened_at if event.state is State.SOLVED else solved_at
        assert (state, assignee) == (ticket.state, ticket.assignee_id)
        assert team in (None, ticket.team_id)
        assert solved_at == ticket.solved_at
        assert ticket.updated_at == max((e.happened_at for e in events[ticket.id]), default=ticket.created_at)


def test_a_solved_ticket_was_answered_before(history: list[Page]) -> None:
    records = records_of(history)
    answered = {
        e.ticket_id for e in records if isinstance(e, TicketEvent) and e.kind is EventKind.AGENT_REPLY
    }
    solved = {t.id for t in records if isinstance(t, Ticket) and t.solved_at}
    assert len(solved) > 800
    assert solved <= answered


def test_who_answers_was_asked_and_opened_it_before(history: list[Page]) -> None:
    records = records_of(history)
    opened = defaultdict(list)
    for record in records:
        if isinstance(record, Invitation) and record.opened_at:
            assert record.is_delivered
            assert record.sent_at < record.opened_at
            opened[record.contact_id].append(record.opened_at)
    answers = [record for record in records if isinstance(record, Response)]
    assert len(answers) > 100
    for answer in answers:
        assert any(at < answer.responded_at for at in opened[answer.contact_id])


def test_the_same_seed_and_moment_make_the_same_records(history: list[Page]) -> None:
    assert read_all(demo(StandingClock(WEDNESDAY)), "life") == history


def test_another_seed_makes_other_records(history: list[Page]) -> None:
    other = read_all(demo(StandingClock(WEDNESDAY), seed=8), "life")
    assert records_of(other[:1]) != records_of(history[:1])


def test_a_first_sync_that_was_cut_off_goes_on_where_it_was(history: list[Page]) -> None:
    for cut in (1, 2, len(history) - 1):
        later = StandingClock(WEDNESDAY + timedelta(minutes=5))
        rest = read_all(demo(later), "life", history[cut - 1].bookmark)
        known = {key_of(record) for record in records_of(history[:cut])}
        past = rest[: len(history) - cut]
        assert past == history[cut:]
        assert not known & {key_of(r) for r in records_of(past)}


def test_a_restart_tells_what_an_undisturbed_run_would_have_told(history: list[Page]) -> None:
    clock = StandingClock(WEDNESDAY)
    undisturbed, restarted = demo(clock), demo(clock)
    mark = last_bookmark(history)
    other_mark = mark
    told: list[Record] = []
    told_after_restarts: list[Record] = []
    for _ in range(3):
        clock.advance(minutes=7, seconds=13)
        pages = read_all(undisturbed, "life", mark)
        mark = last_bookmark(pages, mark)
        told += records_of(pages)
        restarted = demo(clock)
        pages = read_all(restarted, "life", other_mark)
        other_mark = last_bookmark(pages, other_mark)
        told_after_restarts += records_of(pages)
    assert len(told) > 600
    assert told_after_restarts == told


def test_what_could_not_be_stored_is_told_again(history: list[Page]) -> None:
    clock = StandingClock(WEDNESDAY)
    source = demo(clock)
    mark = last_bookmark(history)
    clock.advance(minutes=2)
    lost = records_of(read_all(source, "life", mark))
    clock.advance(minutes=2)
    again = records_of(read_all(source, "life", mark))
    assert again[: len(lost)] == lost
    assert len(again) > len(lost)


def test_a_long_absence_is_caught_up_in_pages_whose_bookmarks_can_be_resumed(history: list[Page]) -> None:
    clock = StandingClock(WEDNESDAY)
    clock.advance(hours=10)
    pages = read_all(demo(clock), "life", last_bookmark(history))
    assert len(pages) > 3
    assert max(len(page.records) for page in pages) < 6_100
    rest = read_all(demo(clock), "life", pages[1].bookmark)
    assert rest == pages[2:]


@pytest.mark.parametrize("start", [WEDNESDAY, SUNDAY_NIGHT], ids=["a working day", "Sunday night"])
def test_something_changes_every_few_seconds(start: datetime) -> None:
    clock = StandingClock(start)
    source = demo(clock)
    mark = last_bookmark(read_all(source, "life"))
    changes: list[int] = []
    answers = 0
    for _ in range(60):
        clock.advance(seconds=10)
        pages = read_all(source, "life", mark)
        mark = last_bookmark(pages, mark)
        moved = [r for r in records_of(pages) if isinstance(r, TicketEvent) and r.state is not None]
        changes.append(len(moved))
        answers += sum(isinstance(r, Response) for r in records_of(pages))
    assert sum(count > 0 for count in changes) >= 55
    assert answers >= 4


def test_the_news_of_a_ticket_name_its_newest_state() -> None:
    clock = StandingClock(WEDNESDAY)
    source = demo(clock)
    mark = last_bookmark(read_all(source, "life"))
    clock.advance(hours=3)
    newest: dict[str, Ticket] = {}
    state: dict[str, State] = {}
    for record in records_of(read_all(source, "life", mark)):
        if isinstance(record, Ticket):
            assert record.revision >= newest.get(record.id, record).revision
            newest[record.id] = record
        elif isinstance(record, TicketEvent) and record.state is not None:
            state[record.ticket_id] = record.state
    assert len(state) > 20
    assert {ticket: newest[ticket].state for ticket in state} == state


def test_history_is_not_kept_in_memory() -> None:
    source = demo(StandingClock(WEDNESDAY))
    read_all(source, "life")
    gc.collect()
    alive = [item for item in gc.get_objects() if isinstance(item, Case)]
    assert 0 < len(alive) < 400  # of 1,000: the backlog, those to be closed, and everybody's last one
    assert not any(case.events for case in alive)


@pytest.mark.parametrize(
    ("name", "value"),
    [("seed", "seven"), ("seed", True), ("seed", -1), ("tickets", 10), ("pace", 0), ("pace", float("nan"))],
)
def test_a_setting_out_of_range_is_named(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"'{name}' must be a number") as caught:
        read_all(demo(StandingClock(WEDNESDAY), **{name: value}), "life")
    assert caught.value.setting == name


def test_a_store_made_with_other_settings_is_not_mixed(history: list[Page]) -> None:
    with pytest.raises(ConfigError, match="'seed' is 8, but the store holds a demo") as caught:
        read_all(demo(StandingClock(WEDNESDAY), seed=8), "life", last_bookmark(history))
    assert caught.value.setting == "seed"


def test_the_store_holds_each_thing_once_whatever_is_read_twice(sqlite_engine: Engine) -> None:
    clock = StandingClock(WEDNESDAY)
    runs.configure(
        sqlite_engine,
        [{"name": "demo", "kind": "demo", "label": "Demo", "is_invented": True, "interval_seconds": 3}],
    )
    store = Store(sqlite_engine, FileSettings(), b"key", clock=clock)
    told: dict[str, set[Any]] = defaultdict(set)
    source = demo(clock)
    first = records_of(read_all(source, "life"))
    sync_source(source, store, holder="a", interval_seconds=3)
    clock.advance(minutes=20)
    outcome = sync_source(demo(clock), store, holder="b", interval_seconds=3)
    assert outcome is not None
    assert outcome.outcome == "succeeded"
    mark = {"world": read_all(source, "life")[0].bookmark["world"] | {"anchor": int(WEDNESDAY.timestamp())}}  # type: ignore[index]
    news = records_of(read_all(demo(clock), "life", mark | {"at": int(WEDNESDAY.timestamp())}))
    for record in (*first, *news):
        told[type(record).__name__].add(key_of(record)[1:])
    assert by_type(news)["Ticket"] > 50
    with sqlite_engine.connect() as connection:
        for table, name in (
            (schema.ticket, "Ticket"),
            (schema.ticket_event, "TicketEvent"),
            (schema.invitation, "Invitation"),
            (schema.response, "Response"),
            (schema.contact, "Contact"),
        ):
            assert connection.scalar(select(func.count()).select_from(table)) == len(told[name]), name


def key_of(record: Record) -> tuple[str, ...]:
    name = type(record).__name__
    if isinstance(record, SlaTarget):
        return name, record.ticket_id, record.measure, str(record.applied_at)
    if isinstance(record, TicketEvent):
        return name, record.ticket_id, record.id
    return name, record.id


def test_strangers_talk_in_public_and_more_so_in_the_bad_month(history: list[Page]) -> None:
    posts = [record for record in history[-2].records if isinstance(record, Mention)]
    assert len(posts) == len(history[-2].records) >= 15
    assert all(post.posted_at <= WEDNESDAY and (post.updated_at or WEDNESDAY) <= WEDNESDAY for post in posts)
    assert all(post.url and post.url.startswith("https://forum.example/") for post in posts)
    by_month = Counter(post.posted_at.month for post in posts if post.posted_at.year == WEDNESDAY.year)
    assert by_month.most_common(1)[0][0] == 5
    again = records_of(read_all(demo(StandingClock(WEDNESDAY)), "life"))
    assert posts == [record for record in again if isinstance(record, Mention)]
