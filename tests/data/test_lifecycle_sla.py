"""Promises by hand: which one stands, what its clock counted, when it breaks, whether it was kept."""

from __future__ import annotations

from typing import Any

import pytest

from data.hours import Calendar
from data.lifecycle import Rules
from data.records import Clock, Measure, State
from tests.data.lives import life, shown
from tests.data.small_world import change, target, ticket

S = State
OFFICE = Rules(
    Calendar.weekly("office", "Europe/Berlin", [(day * 1440 + 540, day * 1440 + 1020) for day in range(5)]),
    frozenset({S.PENDING}),
)


def sla(*given: Any, **more: Any) -> dict[str, Any]:
    found = life(*given, **more).columns
    return {name.removeprefix("sla_"): value for name, value in found.items() if name.startswith("sla_")}


def test_a_target_that_is_kept_has_a_gap_below_zero_and_no_due_time() -> None:
    found = sla(
        ticket("1", "11-02 09:00", S.SOLVED), target("1", "11-02 09:00", 120),
        change("1", "11-02 10:30", S.SOLVED),
    )  # fmt: skip
    assert (found["is_met"], found["elapsed_minutes"], found["gap_minutes"]) == (True, 90, -30)
    assert (shown(found["ended_at"]), found["due_at"]) == ("11-02 10:30", None)
    assert (found["measure"], found["origin"], found["clock"]) == ("resolution", "source", "calendar")


def test_a_target_met_to_the_second_is_met() -> None:
    found = sla(
        ticket("1", "11-02 09:00", S.SOLVED), target("1", "11-02 09:00", 90),
        change("1", "11-02 10:30", S.SOLVED),
    )  # fmt: skip
    assert (found["is_met"], found["gap_minutes"]) == (True, 0)


def test_a_target_that_is_missed_says_when_it_broke() -> None:
    found = sla(
        ticket("1", "11-02 09:00", S.SOLVED), target("1", "11-02 09:00", 60),
        change("1", "11-02 10:30", S.SOLVED),
    )  # fmt: skip
    assert (found["is_met"], found["gap_minutes"]) == (False, 30)
    assert shown(found["due_at"]) == "11-02 10:00"


def test_a_running_target_has_a_due_time_and_no_outcome() -> None:
    found = sla(ticket("1", "11-02 09:00"), target("1", "11-02 09:00", 60))
    assert (found["is_met"], found["gap_minutes"], found["ended_at"]) == (None, None, None)
    assert shown(found["due_at"]) == "11-02 10:00"


def test_a_helpdesks_resolution_clock_never_pauses() -> None:
    found = sla(
        ticket("1", "11-02 09:00", S.SOLVED), target("1", "11-02 09:00", 60),
        change("1", "11-02 09:10", S.PENDING), change("1", "11-02 10:30", S.SOLVED),
    )  # fmt: skip
    assert found["elapsed_minutes"] == 90


@pytest.mark.parametrize(
    ("measure", "elapsed"),
    [(Measure.REQUESTER_WAIT, 10 + 20), (Measure.AGENT_WORK, 10), (Measure.RESOLUTION, 10 + 40 + 20)],
)
def test_each_measure_counts_its_own_states(measure: Measure, elapsed: float) -> None:
    found = sla(
        ticket("1", "11-02 09:00", S.SOLVED), target("1", "11-02 09:00", 60, measure=measure),
        change("1", "11-02 09:10", S.PENDING), change("1", "11-02 09:50", S.ON_HOLD),
        change("1", "11-02 10:10", S.SOLVED),
    )  # fmt: skip
    assert found["elapsed_minutes"] == elapsed


def test_barometers_own_target_pauses_while_the_customer_is_waited_for() -> None:
    given = (
        ticket("1", "11-02 09:00", S.SOLVED), target("1", "11-02 09:00", 60),
        change("1", "11-02 09:10", S.PENDING), change("1", "11-02 10:30", S.OPEN),
        change("1", "11-02 11:00", S.SOLVED),
    )  # fmt: skip
    found = sla(*given, origin="settings")
    assert (found["elapsed_minutes"], found["is_met"], found["due_at"]) == (40, True, None)


def test_a_paused_target_has_no_due_time_until_it_runs_on() -> None:
    given = (
        ticket("1", "11-02 09:00", S.PENDING), target("1", "11-02 09:00", 60),
        change("1", "11-02 09:10", S.PENDING),
    )  # fmt: skip
    assert sla(*given, origin="settings")["due_at"] is None
    resumed = sla(*given, change("1", "11-02 12:00", S.OPEN), origin="settings")
    assert shown(resumed["due_at"]) == "11-02 12:50"


def test_a_target_that_broke_before_the_pause_stays_broken() -> None:
    found = sla(
        ticket("1", "11-02 09:00", S.PENDING), target("1", "11-02 09:00", 60),
        change("1", "11-02 11:00", S.PENDING), origin="settings",
    )  # fmt: skip
    assert shown(found["due_at"]) == "11-02 10:00"


def test_the_clock_goes_on_where_it_stood_when_a_ticket_is_reopened() -> None:
    given = (
        target("1", "11-02 09:00", 60), change("1", "11-02 09:40", S.SOLVED),
        change("1", "11-03 09:00", S.OPEN),
    )  # fmt: skip
    assert shown(sla(ticket("1", "11-02 09:00"), *given)["due_at"]) == "11-03 09:20"
    found = sla(ticket("1", "11-02 09:00", S.SOLVED), *given, change("1", "11-03 09:30", S.SOLVED))
    assert (found["elapsed_minutes"], found["is_met"], shown(found["due_at"])) == (70, False, "11-03 09:20")


def test_business_minutes_run_in_office_hours_only() -> None:
    # Friday 16:00 in Berlin, eight hours: one on Friday, seven on Monday.
    found = sla(
        ticket("1", "10-30 15:00"), target("1", "10-30 15:00", 480, clock=Clock.BUSINESS), rules=OFFICE
    )
    assert shown(found["due_at"]) == "11-02 15:00"


def test_a_due_time_moves_with_the_clocks_of_europe() -> None:
    # Friday 23 October 16:00 in Berlin is 14:00 UTC; Monday 16:00 is 15:00 UTC.
    found = sla(
        ticket("1", "10-23 14:00"), target("1", "10-23 14:00", 480, clock=Clock.BUSINESS), rules=OFFICE
    )
    assert shown(found["due_at"]) == "10-26 15:00"


def test_the_last_target_applied_before_the_end_is_the_one_in_force() -> None:
    found = sla(
        ticket("1", "11-02 09:00", S.SOLVED), target("1", "11-02 09:00", 60), target("1", "11-02 09:30", 240),
        target("1", "11-02 12:00", 5), change("1", "11-02 11:00", S.SOLVED),
    )  # fmt: skip
    assert (found["target_minutes"], found["is_met"], found["elapsed_minutes"]) == (240, True, 120)


def test_of_two_targets_of_one_moment_the_later_cycle_stands() -> None:
    first = target("1", "11-02 09:00", 60, cycle=1)
    second = target("1", "11-02 09:00", 30, cycle=2)
    assert sla(ticket("1", "11-02 09:00"), first, second)["target_minutes"] == 30


def test_a_promise_taken_back_leaves_the_next_best() -> None:
    given = (
        target("1", "11-02 09:00", 60), target("1", "11-02 09:30"),
        target("1", "11-02 09:00", 45, measure=Measure.AGENT_WORK),
    )  # fmt: skip
    assert sla(ticket("1", "11-02 09:00"), *given)["measure"] == "agent_work"
    assert sla(ticket("1", "11-02 09:00"), *given[:2])["target_minutes"] is None


def test_a_promise_of_a_resolution_stands_before_a_promise_of_work_time() -> None:
    found = sla(
        ticket("1", "11-02 09:00"), target("1", "11-02 09:00", 45, measure=Measure.AGENT_WORK),
        target("1", "11-02 09:00", 60), target("1", "11-02 09:00", 30, measure=Measure.REQUESTER_WAIT),
        target("1", "11-02 09:00", 5, measure=Measure.FIRST_REPLY),
    )  # fmt: skip
    assert (found["measure"], found["target_minutes"]) == ("resolution", 60)


def test_a_promise_of_replies_alone_is_no_resolution_target() -> None:
    found = sla(ticket("1", "11-02 09:00"), target("1", "11-02 09:00", 5, measure=Measure.NEXT_REPLY))
    assert found["measure"] is None


@pytest.mark.parametrize(
    ("solved", "is_met", "gap"), [("11-02 11:00", True, -60.0), ("11-02 12:30", False, 30.0)]
)
def test_a_deadline_alone_is_judged_by_the_calendar(solved: str, is_met: bool, gap: float) -> None:
    found = sla(
        ticket("1", "11-02 09:00", S.SOLVED), target("1", "11-02 09:00", due_at="11-02 12:00"),
        change("1", solved, S.SOLVED),
    )  # fmt: skip
    assert (found["is_met"], found["gap_minutes"], found["target_minutes"]) == (is_met, gap, None)


def test_a_deadline_is_due_even_while_the_customer_is_waited_for() -> None:
    found = sla(ticket("1", "11-02 09:00", S.PENDING), target("1", "11-02 09:00", due_at="11-02 12:00"))
    assert shown(found["due_at"]) == "11-02 12:00"


def test_the_sources_own_verdict_stands_where_it_gives_no_target() -> None:
    given = ticket("1", "11-02 09:00", S.SOLVED, solved_at="11-02 11:00", sla_is_met=False)
    found = sla(given)
    assert (found["is_met"], found["origin"], found["target_minutes"]) == (False, "source", None)
    assert shown(found["ended_at"]) == "11-02 11:00"


def test_an_open_ticket_has_no_verdict_whatever_the_source_says() -> None:
    assert sla(ticket("1", "11-02 09:00", sla_is_met=False))["is_met"] is None


def test_a_ticket_without_any_promise_has_no_outcome() -> None:
    found = sla(ticket("1", "11-02 09:00", S.SOLVED), change("1", "11-02 11:00", S.SOLVED))
    assert set(found.values()) == {None}


def test_a_target_below_zero_is_used_up_from_the_start() -> None:
    found = sla(ticket("1", "11-02 09:00"), target("1", "11-02 09:00", -5))
    assert shown(found["due_at"]) == "11-02 09:00"


def test_a_target_that_never_runs_out_has_no_due_time() -> None:
    never = Rules(Calendar.weekly("never", "UTC", []), frozenset())
    found = sla(ticket("1", "11-02 09:00"), target("1", "11-02 09:00", 5, clock=Clock.BUSINESS), rules=never)
    assert found["due_at"] is None


def test_a_target_used_up_at_closing_time_lasts_until_the_office_opens() -> None:
    promise = target("1", "11-02 08:00", 480, clock=Clock.BUSINESS)  # eight hours, from opening to closing
    waiting = sla(ticket("1", "11-02 08:00"), promise, rules=OFFICE)
    assert shown(waiting["due_at"]) == "11-03 08:00"  # the next opening, in UTC
    for solved, is_met in (("11-02 20:00", True), ("11-03 08:00", True), ("11-03 08:01", False)):
        found = sla(
            ticket("1", "11-02 08:00", S.SOLVED), promise, change("1", solved, S.SOLVED), rules=OFFICE
        )
        assert found["is_met"] is is_met, solved
