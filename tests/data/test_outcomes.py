"""Each promise of a ticket by hand: when its clocks start and end, what they count, cycle by cycle."""

from __future__ import annotations

from typing import Any

import pytest

from data.hours import Calendar
from data.lifecycle import Rules
from data.outcomes import Outcome
from data.records import Clock, EventKind, Measure, State, TicketEvent
from tests.data.lives import life, shown
from tests.data.small_world import at, change, reply, target, ticket

S, M = State, Measure
OFFICE = Rules(
    Calendar.weekly("office", "UTC", [(day * 1440 + 540, day * 1440 + 1020) for day in range(5)]),
    frozenset({S.PENDING}),
)


def asks(ticket_id: str, when: str) -> TicketEvent:
    return reply(ticket_id, when, "customer", staff=False)


def found(measure: Measure, *given: Any, **more: Any) -> list[Outcome]:
    return [item for item in life(*given, **more).outcomes if item.measure == measure]


def cycles(measure: Measure, *given: Any, **more: Any) -> list[tuple[str, str]]:
    """(from, to) of each cycle; to is "" while it has not ended."""
    items = found(measure, *given, **more)
    assert [item.cycle for item in items] == [*range(1, len(items) + 1)]
    return [(shown(item.started_at), shown(item.ended_at)) for item in items]


# --- replies ---------------------------------------------------------------------------------------------


def test_a_first_reply_is_kept_or_broken_against_its_target() -> None:
    given = (ticket("1", "11-02 16:30"), reply("1", "11-03 09:20"))
    promise = {"measure": M.FIRST_REPLY, "clock": Clock.BUSINESS}
    for minutes, gap in ((50, 0), (49, 1), (60, -10)):
        [item] = found(M.FIRST_REPLY, *given, target("1", "11-02 16:30", minutes, **promise), rules=OFFICE)
        assert (item.elapsed_minutes, item.gap_minutes, item.is_met) == (50, gap, gap <= 0)
        assert (item.business_minutes, item.calendar_minutes) == (50, 16 * 60 + 50)
        assert (item.origin, item.clock, item.target_minutes) == ("source", "business", minutes)


def test_a_first_reply_that_nobody_promised_is_not_kept() -> None:
    assert found(M.FIRST_REPLY, ticket("1", "11-02 16:30"), reply("1", "11-03 09:20")) == []


def test_an_unanswered_ticket_has_a_due_time_and_no_outcome() -> None:
    [item] = found(
        M.FIRST_REPLY, ticket("1", "11-02 16:30"), target("1", "11-02 16:30", 60, measure=M.FIRST_REPLY)
    )
    assert (item.ended_at, item.is_met, item.gap_minutes) == (None, None, None)
    assert (item.calendar_minutes, shown(item.due_at)) == (None, "11-02 17:30")


@pytest.mark.parametrize(("minutes", "due"), [(60, ""), (30, "11-02 17:00")])
def test_a_ticket_that_is_solved_without_a_reply_was_answered_by_nobody(minutes: float, due: str) -> None:
    [item] = found(
        M.FIRST_REPLY, ticket("1", "11-02 16:30", S.SOLVED), change("1", "11-02 17:15", S.SOLVED),
        target("1", "11-02 16:30", minutes, measure=M.FIRST_REPLY),
    )  # fmt: skip
    assert (item.ended_at, item.is_met, shown(item.due_at), item.elapsed_minutes) == (None, None, due, 45)


def test_a_pause_does_not_stop_the_wait_for_a_reply() -> None:
    [item] = found(
        M.FIRST_REPLY, ticket("1", "11-02 09:00", S.PENDING), change("1", "11-02 09:10", S.PENDING),
        reply("1", "11-02 11:00"), target("1", "11-02 09:00", 60, measure=M.FIRST_REPLY),
    )  # fmt: skip
    assert (item.elapsed_minutes, item.is_met, shown(item.due_at)) == (120, False, "11-02 10:00")


def test_no_customer_writes_and_there_is_no_next_reply() -> None:
    assert cycles(M.NEXT_REPLY, ticket("1", "11-02 09:00"), reply("1", "11-02 10:00")) == []


def test_a_next_reply_answers_the_oldest_message_of_a_block() -> None:
    given = (
        ticket("1", "11-02 09:00"),
        reply("1", "11-02 10:00"),
        asks("1", "11-02 11:00"),
        asks("1", "11-02 11:30"),
        reply("1", "11-02 12:00"),
        reply("1", "11-02 12:30"),
        asks("1", "11-03 16:00"),
        reply("1", "11-04 09:30"),
        asks("1", "11-05 09:00"),
    )
    assert cycles(M.NEXT_REPLY, *given) == [
        ("11-02 11:00", "11-02 12:00"), ("11-03 16:00", "11-04 09:30"), ("11-05 09:00", ""),
    ]  # fmt: skip
    second = found(M.NEXT_REPLY, *given, rules=OFFICE)[1]
    assert (second.calendar_minutes, second.business_minutes, second.elapsed_minutes) == (1050, 90, 90)
    assert (second.origin, second.target_minutes, second.is_met, second.due_at) == (None, None, None, None)


def test_what_is_written_before_the_first_reply_waits_for_that() -> None:
    given = (ticket("1", "11-02 09:00"), asks("1", "11-02 09:30"), reply("1", "11-02 10:00"))
    assert cycles(M.NEXT_REPLY, *given) == []


def test_what_was_written_before_the_ticket_counts_for_nothing() -> None:
    early = (reply("1", "11-02 08:00"), asks("1", "11-02 09:30"))
    assert cycles(M.NEXT_REPLY, ticket("1", "11-02 09:00"), *early) == []


def test_an_agent_who_asks_is_a_customer_here() -> None:
    given = (
        ticket("1", "11-02 09:00", requester_id="agent 9"), reply("1", "11-02 10:00"),
        reply("1", "11-02 11:00", "agent 9"), reply("1", "11-02 11:45"),
    )  # fmt: skip
    assert cycles(M.NEXT_REPLY, *given) == [("11-02 11:00", "11-02 11:45")]


def test_within_one_second_the_order_of_events_decides() -> None:
    def said(kind: EventKind, sequence: int) -> TicketEvent:
        return TicketEvent(
            id=str(sequence), ticket_id="1", happened_at=at("11-02 10:00"), kind=kind, sequence=sequence
        )

    agent, customer = EventKind.AGENT_REPLY, EventKind.CUSTOMER_REPLY
    first = ticket("1", "11-02 09:00")
    assert cycles(M.NEXT_REPLY, first, said(customer, 1), said(agent, 2)) == []
    assert cycles(M.NEXT_REPLY, first, said(agent, 1), said(customer, 2)) == [("11-02 10:00", "")]
    assert cycles(M.NEXT_REPLY, first, said(agent, 1), said(customer, 2), said(agent, 3)) == [
        ("11-02 10:00", "11-02 10:00")
    ]


THANKED = (reply("1", "11-02 10:00"), asks("1", "11-02 11:00"), change("1", "11-02 12:00", S.SOLVED))


def test_a_solve_answers_nobody_and_stops_the_clock() -> None:
    given = (ticket("1", "11-02 09:00", S.SOLVED), *THANKED)
    promise = target("1", "11-02 09:00", 90, measure=M.NEXT_REPLY)
    [item] = found(M.NEXT_REPLY, *given, promise)
    assert (item.ended_at, item.is_met, item.elapsed_minutes, item.due_at) == (None, None, 60, None)
    assert found(M.NEXT_REPLY, *given, target("1", "11-02 09:00", 30, measure=M.NEXT_REPLY))[0].is_met is None


def test_a_late_reply_to_a_solved_ticket_still_answers() -> None:
    given = (ticket("1", "11-02 09:00", S.SOLVED), *THANKED, reply("1", "11-02 12:05"))
    assert cycles(M.NEXT_REPLY, *given) == [("11-02 11:00", "11-02 12:05")]


def test_after_a_solve_the_next_message_begins_a_new_wait() -> None:
    given = (
        ticket("1", "11-02 09:00"), *THANKED, change("1", "12-01 09:00", S.OPEN), asks("1", "12-01 09:00"),
        reply("1", "12-01 09:40"),
    )  # fmt: skip
    assert cycles(M.NEXT_REPLY, *given) == [("11-02 11:00", ""), ("12-01 09:00", "12-01 09:40")]


def test_a_reopened_ticket_whose_customer_was_not_answered_waits_on() -> None:
    given = (
        ticket("1", "11-02 09:00"), *THANKED, change("1", "11-02 13:00", S.OPEN),
        target("1", "11-02 09:00", 180, measure=M.NEXT_REPLY),
    )  # fmt: skip
    [item] = found(M.NEXT_REPLY, *given)
    assert (item.ended_at, shown(item.due_at)) == (None, "11-02 14:00")


def test_an_unanswered_wait_stands_still_at_the_last_solve_before_the_next_message() -> None:
    given = (
        ticket("1", "11-02 09:00"), *THANKED, change("1", "11-02 13:00", S.OPEN),
        change("1", "11-02 14:00", S.SOLVED), asks("1", "11-02 15:00"), change("1", "11-02 15:00", S.OPEN),
        target("1", "11-02 09:00", 150, measure=M.NEXT_REPLY),
    )  # fmt: skip
    first, second = found(M.NEXT_REPLY, *given)
    assert (first.ended_at, first.elapsed_minutes, shown(first.due_at)) == (None, 180, "11-02 13:30")
    assert (shown(second.started_at), shown(second.due_at)) == ("11-02 15:00", "11-02 17:30")


def test_each_next_reply_goes_by_the_target_that_was_in_force_at_its_end() -> None:
    given = (
        ticket("1", "11-02 09:00"),
        reply("1", "11-02 10:00"),
        asks("1", "11-02 11:00"),
        reply("1", "11-02 11:40"),
        asks("1", "11-02 14:00"),
        reply("1", "11-02 14:40"),
        asks("1", "11-02 15:00"),
    )
    first = target("1", "11-02 11:00", 60, measure=M.NEXT_REPLY, cycle=2)
    second = target("1", "11-02 14:00", 30, measure=M.NEXT_REPLY, cycle=3)
    assert [item.is_met for item in found(M.NEXT_REPLY, *given, first, second)] == [True, False, None]
    late = found(M.NEXT_REPLY, *given, second)
    assert [item.target_minutes for item in late] == [None, 30, 30]


# --- waits, work and resolutions -------------------------------------------------------------------------

CHANGES = (
    change("1", "11-02 10:00", S.PENDING),
    change("1", "11-02 11:00", S.ON_HOLD),
    change("1", "11-02 11:30", S.OPEN),
    change("1", "11-02 12:00", S.SOLVED),
    change("1", "11-03 09:00", S.OPEN),
    change("1", "11-03 09:20", S.SOLVED),
)


@pytest.mark.parametrize(("measure", "minutes"), [(M.REQUESTER_WAIT, 140), (M.AGENT_WORK, 110)])
@pytest.mark.parametrize("origin", ["source", "settings"])
def test_waits_and_work_are_those_of_the_whole_life(measure: Measure, minutes: float, origin: str) -> None:
    rules = Rules(Calendar.always(), frozenset({S.PENDING, S.ON_HOLD}))
    given = (ticket("1", "11-02 09:00", S.SOLVED), *CHANGES, target("1", "11-02 09:00", 120, measure=measure))
    lived = life(*given, origin=origin, rules=rules)
    [item] = [item for item in lived.outcomes if item.measure == measure]
    assert (item.elapsed_minutes, item.is_met, shown(item.ended_at)) == (
        minutes,
        minutes <= 120,
        "11-03 09:20",
    )
    assert item.calendar_minutes == lived.columns[f"{measure}_calendar_minutes"]
    on_ticket = [lived.columns[f"sla_{name}"] for name in ("gap_minutes", "is_met", "due_at", "ended_at")]
    assert [item.gap_minutes, item.is_met, item.due_at, item.ended_at] == on_ticket


def test_each_reopening_begins_another_resolution() -> None:
    given = (ticket("1", "11-02 09:00", S.SOLVED), *CHANGES, target("1", "11-02 09:00", 60))
    assert cycles(M.RESOLUTION, *given) == [("11-02 09:00", "11-02 12:00"), ("11-03 09:00", "11-03 09:20")]
    items = found(M.RESOLUTION, *given)
    assert [(item.elapsed_minutes, item.is_met) for item in items] == [(180, False), (20, True)]
    whole = life(*given).columns
    assert (whole["sla_elapsed_minutes"], whole["sla_is_met"]) == (200, False)


def test_barometers_own_resolution_pauses_in_each_cycle() -> None:
    given = (ticket("1", "11-02 09:00", S.SOLVED), *CHANGES, target("1", "11-02 09:00", 120))
    items = found(M.RESOLUTION, *given, origin="settings")
    assert [(item.elapsed_minutes, item.is_met) for item in items] == [(120, True), (20, True)]


def test_a_resolution_that_runs_has_no_end_and_a_due_time_of_its_own() -> None:
    given = (ticket("1", "11-02 09:00"), *CHANGES[:5], target("1", "11-02 09:00", 60))
    items = found(M.RESOLUTION, *given)
    assert [(shown(item.ended_at), shown(item.due_at)) for item in items] == [
        ("11-02 12:00", "11-02 10:00"),
        ("", "11-03 10:00"),
    ]


def test_a_target_that_came_after_a_reopening_does_not_judge_what_was_before() -> None:
    given = (ticket("1", "11-02 09:00", S.SOLVED), *CHANGES, target("1", "11-03 09:00", 10))
    assert [item.target_minutes for item in found(M.RESOLUTION, *given)] == [None, 10]


def test_a_target_that_came_after_the_only_solve_judges_it() -> None:
    given = (ticket("1", "11-02 09:00", S.SOLVED), CHANGES[3], target("1", "11-02 13:00", 60))
    [item] = found(M.RESOLUTION, *given)
    assert (item.is_met, life(*given).columns["sla_is_met"]) == (False, False)


def test_a_ticket_that_was_never_open_was_resolved_at_once() -> None:
    assert cycles(M.RESOLUTION, ticket("1", "11-02 09:00", S.SOLVED, solved_at="11-02 09:00")) == [
        ("11-02 09:00", "11-02 09:00")
    ]


def test_the_sources_own_moment_of_the_last_solve_ends_the_last_cycle() -> None:
    given = ticket("1", "11-02 09:00", S.SOLVED, solved_at="11-03 09:25", has_own_solved_at=True)
    assert cycles(M.RESOLUTION, given, *CHANGES)[-1] == ("11-03 09:00", "11-03 09:25")


def test_a_deadline_alone_is_judged_by_the_calendar() -> None:
    given = (
        ticket("1", "11-02 09:00"), reply("1", "11-02 10:00"),
        target("1", "11-02 09:00", measure=M.FIRST_REPLY, due_at="11-02 09:45", clock=Clock.BUSINESS),
    )  # fmt: skip
    [item] = found(M.FIRST_REPLY, *given, rules=OFFICE)
    assert (item.elapsed_minutes, item.gap_minutes, item.is_met, item.target_minutes) == (60, 15, False, None)
    [waits] = found(M.FIRST_REPLY, given[0], given[2], rules=OFFICE)
    assert (waits.is_met, shown(waits.due_at)) == (None, "11-02 09:45")


def test_a_promise_taken_back_is_none() -> None:
    given = (
        ticket("1", "11-02 09:00"),
        reply("1", "11-02 10:00"),
        target("1", "11-02 09:00", 30, measure=M.FIRST_REPLY),
        target("1", "11-02 09:10", measure=M.FIRST_REPLY),
    )
    assert found(M.FIRST_REPLY, *given) == []


def test_a_ticket_that_is_gone_has_no_outcomes() -> None:
    gone = ticket("1", "11-02 09:00", S.DELETED, updated_at="11-03 09:00")
    assert (
        life(
            gone, target("1", "11-02 09:00", 5), reply("1", "11-02 10:00"), asks("1", "11-02 11:00")
        ).outcomes
        == ()
    )


def test_without_a_date_of_the_solve_only_replies_have_outcomes() -> None:
    given = (
        ticket("1", "11-02 09:00", S.SOLVED),
        reply("1", "11-02 10:00"),
        target("1", "11-02 09:00", 5),
        target("1", "11-02 09:00", 5, measure=M.AGENT_WORK),
        target("1", "11-02 09:00", 5, measure=M.FIRST_REPLY),
    )
    assert [item.measure for item in life(*given).outcomes] == ["first_reply"]


def test_a_promise_of_the_helpdesk_tells_the_priority_of_its_moment() -> None:
    given = (
        ticket("1", "11-02 09:00"), change("1", "11-02 09:00", priority="low"),
        change("1", "11-02 09:30", priority="high"), reply("1", "11-02 10:00"),
        target("1", "11-02 09:20", 30, measure=M.FIRST_REPLY, policy="Gold"),
    )  # fmt: skip
    [item] = found(M.FIRST_REPLY, *given)
    assert (item.priority, item.policy) == ("low", "Gold")
