"""Promises against a count minute by minute: any calendar, change of hours or clock, policy and life."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from data import schema
from data.hours import Calendar
from data.lifecycle import Applied, Rules, live
from data.records import EventKind, Measure, Priority, State, Ticket, TicketEvent
from data.rows import raw
from tests.data.outcomes_by_hand import MINUTE, Happened, Minutes, Promised, as_found, differences
from tests.data.small_world import empty, rows, settings_of, store_of, write
from tests.data.test_hours_dated import dated_calendars

LIVE = [*State][:6]
DAYS = 4
HORIZON = 9 * 1440
SAID = {"agent": EventKind.AGENT_REPLY, "customer": EventKind.CUSTOMER_REPLY}


class Case(NamedTuple):
    minutes: Minutes
    rules: Rules
    targets: list[Applied]


def happenings(rng: random.Random) -> list[Happened]:
    """Up to 18 things in some days; some in the same minute, in the order in which they stand."""
    kinds = [*LIVE, State.SOLVED, State.SOLVED, State.OPEN, *["agent"] * 4, *["customer"] * 5]
    moments = sorted(rng.choice((0, 60, rng.randint(0, DAYS * 1440))) for _ in range(rng.randint(0, 16)))
    last = [Happened(DAYS * 1440, State.SOLVED)] if rng.random() < 0.6 else []
    first = [Happened(0, "agent")] if rng.random() < 0.5 else []
    return [*first, *(Happened(minute, rng.choice(kinds)) for minute in moments), *last]


@st.composite
def cases(draw: Any) -> Case:
    business, day = draw(dated_calendars())
    others = [draw(dated_calendars())[0] for _ in range(2)]
    # A seed, since what is drawn one by one is mostly next to nothing; of many draws, since each repeats.
    rng = random.Random(repr(draw(st.lists(st.integers(0, 2**32), min_size=4, max_size=4))))
    middle = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    created = middle + rng.randint(-3 * 1440, 1440) * MINUTE
    pauses = frozenset(rng.sample(LIVE[:4], rng.randint(0, 2)))
    rules = Rules(business, pauses, {"one": others[0], "two": others[1]})
    happened = happenings(rng)
    moments = [0, *(item.minute for item in happened)]
    targets = [_target(rng, created, moments, m) for m in Measure for _ in range(rng.randint(0, 4))]
    minutes = Minutes(created, happened, HORIZON, pauses)
    return Case(minutes, rules, sorted(targets, key=lambda item: item.applied_at))


def _target(rng: random.Random, created: int, moments: list[int], measure: Measure) -> Applied:
    """Some are applied, and used up, at the very moment of something else."""
    origin = rng.choice(["source", "settings"])
    exact = float(abs(rng.choice(moments) - rng.choice(moments)))
    return Applied(
        measure,
        origin,
        created + rng.choice((0, rng.choice(moments), rng.randint(0, DAYS * 1440))) * MINUTE,
        rng.choice((None, 0.0, exact, float(rng.randint(1, 600)), 3000.0)),
        rng.choice(["business", "calendar"]),
        rng.choice((None, None, created + rng.randint(0, 5000) * MINUTE)),
        calendar=rng.choice([None, "one", "two", "no longer there"]) if origin == "settings" else None,
    )


def lived(case: Case) -> tuple[Any, ...]:
    """What data/lifecycle.py makes of it."""
    created = case.minutes.created
    none = {"priority": None, "team_id": None, "assignee_id": None}
    events = [
        none | {
            "happened_at": created + item.minute * MINUTE, "actor_id": None,
            "kind": EventKind.CHANGE if isinstance(item.what, State) else SAID[item.what],
            "state": item.what if isinstance(item.what, State) else None,
        }
        for item in case.minutes.happened
    ]  # fmt: skip
    moved = [item.what for item in case.minutes.happened if isinstance(item.what, State)]
    ticket = none | {
        "created_at": created, "state": [State.NEW, *moved][-1], "updated_at": None, "given_solved_at": None,
        "has_own_solved_at": False, "given_sla_is_met": None, "requester_id": None,
    }  # fmt: skip
    return live(ticket, events, case.targets, case.rules).outcomes


def promised(case: Case, measure: Measure, until: int | None, is_last: bool) -> Promised | None:
    """The helpdesk's before the settings'; of each the last in time, for the last cycle the last at all."""
    created = case.minutes.created
    for origin in ("source", "settings"):
        mine = [item for item in case.targets if (item.origin, item.measure) == (origin, measure)]
        in_time = [item for item in mine if until is None or item.applied_at <= created + until * MINUTE]
        if not in_time and is_last:
            in_time = mine
        if in_time and (in_time[-1].target_minutes is not None or in_time[-1].due_at is not None):
            last = in_time[-1]
            hours = case.rules.calendars.get(last.calendar or "", case.rules.business)
            due = None if last.due_at is None else (last.due_at - created) // MINUTE
            minutes = None if last.target_minutes is None else int(last.target_minutes)
            clock = hours if last.clock == "business" else Calendar.always()
            return Promised(minutes, clock, hours, origin == "settings", due)
    return None


@given(cases())
@settings(max_examples=120, deadline=None)
def test_every_cycle_of_every_measure_is_a_count_of_minutes(case: Case) -> None:
    def promise(measure: Measure, until: int | None, is_last: bool) -> Promised | None:
        return promised(case, measure, until, is_last)

    expected = list(case.minutes.found(promise, case.rules.business))
    assert differences(expected, as_found(lived(case), case.minutes.created), HORIZON) == []


def test_the_random_lives_hold_what_they_are_for() -> None:
    """Of each measure promises that were kept and broken, and several cycles where there may be."""
    met: Counter[tuple[str, bool | None]] = Counter()
    several: Counter[str] = Counter()

    @given(cases())
    @settings(max_examples=400, deadline=None, derandomize=True, phases=[Phase.generate])
    def look(case: Case) -> None:
        for item in lived(case):
            met[item.measure, item.is_met] += 1
            several[item.measure] += item.cycle == 2

    look()
    assert all(met[measure.value, kept] for measure in Measure for kept in (True, False)), met
    assert several["next_reply"] > 10
    assert several["resolution"] > 10


# --- policies that switch, through the store ---------------------------------------------------------------

RULES = """
[sources.desk]
kind = "x"
[calendars.base]
time_zone = "Australia/Lord_Howe"
hours = "mon-fri 09:00-17:00"
[[calendars.base.changes]]
from = 2024-04-08
hours = "mon-sun 07:00-12:30"
[calendars.west]
time_zone = "America/New_York"
hours = "sun-thu 20:00-04:00"
[[calendars.west.changes]]
from = 2024-04-06
time_zone = "Pacific/Apia"
hours = "mon-sat 08:00-12:00 13:00-18:00"
holidays = [2024-04-09]
[sla]
calendar = "base"
pauses = ["pending", "on_hold"]
[sla.targets.high]
first_reply = "2h"
next_reply = "1h"
requester_wait = "8h"
agent_work = "4h"
resolution = "6h"
[[sla.policies]]
name = "west"
teams = ["desk:7"]
calendar = "west"
[sla.policies.targets.high]
first_reply = "1h"
next_reply = "30m"
agent_work = "1h"
resolution = "3h"
clock = "calendar"
[sla.policies.targets.low]
next_reply = "3h"
requester_wait = "5h"
resolution = "12h"
"""
CREATED = datetime(2024, 4, 5, 12, 0, tzinfo=UTC)  # Lord Howe's clock goes back by half an hour on the 7th
SLA = settings_of(RULES).sla
CALENDARS = settings_of(RULES).built_calendars


@st.composite
def moved_lives(draw: Any) -> tuple[list[Happened], list[tuple[int, str | None, str | None]]]:
    """What happened, and the changes of (minute, priority, team); at the creation both are set."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    first = (0, rng.choice(["high", "low"]), rng.choice(["7", "8"]))
    moments = sorted(rng.sample(range(1, DAYS * 1440), rng.randint(0, 5)))
    held = [(rng.choice([None, "high", "low"]), rng.choice([None, "7", "8", ""])) for _ in moments]
    return happenings(rng), [first, *((minute, *pair) for minute, pair in zip(moments, held, strict=True))]


@given(moved_lives())
@settings(max_examples=50, deadline=None)
def test_policies_that_switch_with_team_and_priority_are_a_count_of_minutes(
    fresh_engine: Engine, life: tuple[list[Happened], list[tuple[int, str | None, str | None]]]
) -> None:
    happened, moves = life
    created = int(CREATED.timestamp())
    minutes = Minutes(created, happened, HORIZON, frozenset({State.PENDING, State.ON_HOLD}))
    empty(fresh_engine)
    write(store_of(fresh_engine, RULES), "desk", *_records(happened, moves))

    def stands(until: int | None) -> tuple[str, str]:
        priority, team = "", ""
        for minute, new_priority, new_team in moves:
            if until is None or minute <= until:
                priority = priority if new_priority is None else new_priority
                team = team if new_team is None else new_team
        return priority, team

    business = CALENDARS["west"] if stands(None)[1] == "7" else CALENDARS["base"]

    def promise(measure: Measure, until: int | None, is_last: bool) -> Promised | None:
        given = [
            (minute, found)
            for minute, _, _ in moves
            if (found := _of_settings(measure, *stands(minute), business)) is not None
        ]
        in_time = [found for minute, found in given if until is None or minute <= until]
        return [None, *([found for _, found in given] if is_last and not in_time else in_time)][-1]

    with fresh_engine.connect() as connection:
        stored = connection.execute(select(*raw(schema.sla_outcome))).all()
    expected = list(minutes.found(promise, business))
    assert differences(expected, as_found(stored, created), HORIZON) == []
    policies = {(item["policy"], item["calendar"]) for item in rows(fresh_engine, schema.sla_target)}
    assert policies <= {("west", "west"), (None, None)}


@pytest.fixture(scope="module")
def fresh_engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One SQLite store for all examples."""
    from data.engine import open_store

    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('counted') / 'store.db'}")
    yield engine
    engine.dispose()


def _records(happened: list[Happened], moves: list[Any]) -> list[Any]:
    moved = [item.what for item in happened if isinstance(item.what, State)]
    found: list[Any] = [
        TicketEvent(
            id=f"e{number}", ticket_id="1", sequence=number,
            happened_at=CREATED + timedelta(minutes=item.minute),
            kind=EventKind.CHANGE if isinstance(item.what, State) else SAID[item.what],
            state=item.what if isinstance(item.what, State) else None,
        )
        for number, item in enumerate(happened)
    ]  # fmt: skip
    found += [
        TicketEvent(
            id=f"m{number}", ticket_id="1", happened_at=CREATED + timedelta(minutes=minute), sequence=100,
            kind=EventKind.CHANGE, priority=None if priority is None else Priority(priority), team_id=team,
        )
        for number, (minute, priority, team) in enumerate(moves)
    ]  # fmt: skip
    team = [team for _, _, team in moves if team is not None][-1]
    own = [State.NEW, *moved][-1]
    return [*found, Ticket(id="1", state=own, created_at=CREATED, revision=1, team_id=team or None)]


def _of_settings(measure: Measure, priority: str, team: str, business: Calendar) -> Promised | None:
    """As RULES say it. business: of the policy that fits now, where a promise has no calendar of its own."""
    high = {"first_reply": 120, "next_reply": 60, "requester_wait": 480, "agent_work": 240, "resolution": 360}
    west = CALENDARS["west"]
    if team != "7":
        minutes = high.get(measure) if priority == "high" else None
        return None if minutes is None else Promised(minutes, business, business, is_own=True)
    always = Calendar.always()
    own = {
        "high": ({"first_reply": 60, "next_reply": 30, "agent_work": 60, "resolution": 180}, always),
        "low": ({"next_reply": 180, "requester_wait": 300, "resolution": 720}, west),
    }
    terms, clock = own.get(priority, ({}, west))
    minutes = terms.get(measure)
    return None if minutes is None else Promised(minutes, clock, west, is_own=True)
