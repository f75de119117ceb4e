"""The clock shows its working: every stretch of a ticket's life, and sums that are the stored outcome."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from sqlalchemy import Engine

from data import schema, strip_words
from data.hours import Calendar, parse_hours
from data.lifecycle import Rules, timeline
from data.records import BusinessCalendar, Clock, Measure, Priority, State
from data.strip import Event, What, Working
from data.working import working_of
from tests.data.small_world import at, change, reply, row, settings_of, store_of, target, ticket, write
from tests.data.test_hours_counted import counted_by_hand
from tests.data.workings import Given, lived, lives, rows_of, worked

S = State
LONDON = "Europe/London"
NOW = at("12-01 12:00")


def office(hours: str = "mon-fri 09:00-17:00", *days_off: date, country: str | None = None) -> Rules:
    calendar = Calendar.weekly("Office", LONDON, parse_hours(hours), days_off, country=country)
    return Rules(calendar, frozenset({S.PENDING}))


def business(ticket_id: str, applied: str, minutes: float, **more: Any) -> Any:
    return target(ticket_id, applied, minutes, clock=Clock.BUSINESS, **more)


def shown(working: Working) -> list[tuple[str, str, float]]:
    """(from, what, minutes) of each interval."""
    return [(f"{item.start:%m-%d %H:%M}", item.what.value, item.minutes) for item in working.intervals]


def test_nights_and_pauses_do_not_count_and_each_says_why() -> None:
    found = worked(
        rows_of(
            ticket("1", "11-02 15:00", S.SOLVED), business("1", "11-02 15:00", 600),
            change("1", "11-03 10:00", S.PENDING), change("1", "11-03 11:30", S.OPEN),
            change("1", "11-03 12:00", S.SOLVED), rules=office(), origin="settings",
        ),
        NOW,
    )  # fmt: skip
    assert shown(found) == [
        ("11-02 15:00", "counted", 120), ("11-02 17:00", "closed", 0), ("11-03 09:00", "counted", 60),
        ("11-03 10:00", "paused", 0), ("11-03 11:30", "counted", 30),
    ]  # fmt: skip
    assert (found.elapsed_minutes, found.gap_minutes, found.is_met) == (210, -390, True)
    assert found.intervals[3].state is S.PENDING


def test_the_stretch_is_cut_where_the_target_breaks() -> None:
    found = worked(
        rows_of(
            ticket("1", "11-02 09:00", S.SOLVED), business("1", "11-02 09:00", 60),
            change("1", "11-02 11:00", S.SOLVED), rules=office(),
        ),
        NOW,
    )  # fmt: skip
    assert [(item.minutes, item.is_over) for item in found.intervals] == [(60, False), (60, True)]
    assert found.broke_at == found.due_at == at("11-02 10:00")


def test_a_target_used_up_at_closing_time_is_not_broken_until_opening() -> None:
    found = worked(
        rows_of(ticket("1", "11-02 16:00"), business("1", "11-02 16:00", 60), rules=office()),
        at("11-03 08:00"),
    )  # fmt: skip
    assert (found.broke_at, found.due_at) == (None, at("11-03 09:00"))


def test_a_holiday_is_cut_out_of_the_closed_days_by_its_name() -> None:
    rules = office("mon-fri 09:00-17:00", date(2026, 12, 24), country="GB-ENG")
    found = worked(rows_of(ticket("1", "12-23 16:00"), rules=rules), at("2026-12-29 10:00"))
    assert [(item.what, item.name) for item in found.intervals] == [
        (What.COUNTED, ""), (What.CLOSED, ""), (What.HOLIDAY, ""), (What.HOLIDAY, "Christmas Day"),
        (What.CLOSED, ""), (What.HOLIDAY, "Boxing Day (observed)"), (What.CLOSED, ""), (What.COUNTED, ""),
    ]  # fmt: skip
    assert f"{found.intervals[2].start:%d %H:%M}" == "24 00:00"


def test_a_reopened_ticket_stands_still_in_between() -> None:
    found = worked(
        rows_of(
            ticket("1", "11-02 09:00", S.SOLVED), target("1", "11-02 09:00", 60),
            change("1", "11-02 09:40", S.SOLVED), change("1", "11-03 09:00", S.OPEN),
            change("1", "11-03 09:30", S.SOLVED), rules=office(),
        ),
        NOW,
    )  # fmt: skip
    assert [item.what for item in found.intervals] == [What.COUNTED, What.ENDED, What.COUNTED, What.COUNTED]
    assert (found.elapsed_minutes, found.broke_at) == (70, at("11-03 09:20"))


def test_a_change_of_the_clock_is_marked_with_its_shift() -> None:
    given = rows_of(ticket("1", "10-24 12:00"), rules=office())
    marks = [mark for mark in worked(given, at("10-26 12:00")).marks if mark.event is Event.CLOCK_CHANGE]
    assert [(mark.at, mark.shift_minutes, mark.zone) for mark in marks] == [(at("10-25 01:00"), -60, LONDON)]


def test_each_target_is_marked_with_when_and_by_whom_and_one_is_in_force() -> None:
    given = rows_of(
        ticket("1", "11-02 09:00"), target("1", "11-02 09:00", 60, policy="Gold"),
        target("1", "11-02 09:30", 240, policy="Silver"),
        target("1", "11-02 09:30", 5, measure=Measure.FIRST_REPLY),
        rules=office(),
    )  # fmt: skip
    found = worked(given, NOW)
    promises = [mark.promise for mark in found.marks if mark.promise]
    assert [(p.policy, p.origin, p.target_minutes, p.is_in_force) for p in promises] == [
        ("Gold", "source", 60, False), ("Silver", "source", 240, True),
    ]  # fmt: skip
    assert found.promise == promises[1]


def test_the_first_reply_has_a_clock_of_its_own() -> None:
    given = rows_of(
        ticket("1", "11-02 16:30", S.PENDING), business("1", "11-02 16:30", 60, measure=Measure.FIRST_REPLY),
        change("1", "11-02 16:40", S.PENDING), reply("1", "11-03 10:00"), rules=office(),
    )  # fmt: skip
    found = worked(given, NOW, measure=Measure.FIRST_REPLY)
    assert (found.elapsed_minutes, found.gap_minutes, found.is_met) == (90, 30, False)
    assert found.elapsed_minutes == lived(given).columns["first_reply_business_minutes"]


def test_each_next_reply_has_a_clock_of_its_own_and_the_last_is_shown_unless_another_is_wanted() -> None:
    given = rows_of(
        ticket("1", "11-02 09:00"), reply("1", "11-02 09:30"),
        business("1", "11-02 09:00", 60, measure=Measure.NEXT_REPLY, due_at=at("11-03 09:50")),
        reply("1", "11-02 16:50", "customer", staff=False), reply("1", "11-03 10:00"),
        reply("1", "11-03 11:00", "customer", staff=False), rules=office(),
    )  # fmt: skip
    first = worked(given, NOW, measure=Measure.NEXT_REPLY, cycle=1)
    assert shown(first) == [
        ("11-02 16:50", "counted", 10), ("11-02 17:00", "closed", 0), ("11-03 09:00", "counted", 50),
        ("11-03 09:50", "counted", 10),
    ]  # fmt: skip
    assert (first.gap_minutes, first.is_met, first.broke_at) == (10, False, at("11-03 09:50"))
    assert first.theirs is not None
    assert first.theirs.differences == ()
    last = worked(given, at("11-03 11:20"), measure=Measure.NEXT_REPLY)
    assert (last.start, last.elapsed_minutes, last.is_met) == (at("11-03 11:00"), 20, None)
    assert last.due_at == at("11-03 12:00")
    with pytest.raises(ValueError, match="2 cycles of its next reply, and none of number 3"):
        worked(given, NOW, measure=Measure.NEXT_REPLY, cycle=3)


def test_a_ticket_without_a_next_reply_has_no_clock_of_one() -> None:
    with pytest.raises(ValueError, match="0 cycles of its next reply"):
        worked(rows_of(ticket("1", "11-02 09:00"), rules=office()), NOW, measure=Measure.NEXT_REPLY)


def test_a_resolution_after_a_reopening_is_shown_for_itself() -> None:
    given = rows_of(
        ticket("1", "11-02 09:00", S.SOLVED), target("1", "11-02 09:00", 60),
        change("1", "11-02 11:00", S.SOLVED), change("1", "11-03 09:00", S.OPEN),
        change("1", "11-03 09:30", S.SOLVED), rules=office(),
    )  # fmt: skip
    found = worked(given, NOW, measure=Measure.RESOLUTION, cycle=2)
    assert (found.start, found.elapsed_minutes, found.is_met) == (at("11-03 09:00"), 30, True)
    assert worked(given, NOW, measure=Measure.RESOLUTION).elapsed_minutes == 150


def test_the_promises_of_other_cycles_are_not_marked_on_a_cycle() -> None:
    given = rows_of(
        ticket("1", "11-02 09:00", S.SOLVED), target("1", "11-02 09:00", 60), target("1", "11-02 10:00", 70),
        target("1", "11-03 09:10", 80), change("1", "11-02 11:00", S.SOLVED),
        change("1", "11-03 09:00", S.OPEN), change("1", "11-03 09:30", S.SOLVED), rules=office(),
    )  # fmt: skip
    marked = [
        [mark.promise.target_minutes for mark in worked(given, NOW, cycle=number).marks if mark.promise]
        for number in (1, 2)
    ]
    assert marked == [[60, 70], [80]]


def test_hours_that_change_are_marked_and_each_stretch_goes_by_its_own() -> None:
    berlin = Calendar.weekly("Office", "Europe/Berlin", parse_hours("mon-fri 12:00-20:00"))
    dated = Calendar.dated(office().business, [(int(at("11-03 23:00").timestamp()), berlin)])
    rules = Rules(dated, frozenset())
    found = worked(rows_of(ticket("1", "11-03 16:00"), rules=rules), at("11-04 12:00"))
    assert shown(found) == [
        ("11-03 16:00", "counted", 60), ("11-03 17:00", "closed", 0), ("11-03 23:00", "closed", 0),
        ("11-04 11:00", "counted", 60),
    ]  # fmt: skip
    [mark] = [mark for mark in found.marks if mark.event is Event.HOURS_CHANGE]
    assert (mark.at, mark.zone, found.calendar_zone) == (at("11-03 23:00"), "Europe/Berlin", "Europe/Berlin")
    assert "other working hours hold from here on (Europe/Berlin)" in "\n".join(strip_words.lines(found))


def test_a_promise_that_a_reassignment_applied_anew_unchanged_is_marked_once() -> None:
    given = rows_of(
        ticket("1", "11-02 09:00"), target("1", "11-02 09:00", 60), target("1", "11-02 09:10", 60),
        target("1", "11-02 09:20", 90), target("1", "11-02 09:30", 60), rules=office(), origin="settings",
    )  # fmt: skip
    marks = [mark.promise for mark in worked(given, NOW).marks if mark.promise]
    assert [(item.applied_at, item.is_in_force) for item in marks] == [
        (at("11-02 09:00"), False), (at("11-02 09:20"), False), (at("11-02 09:30"), True),
    ]  # fmt: skip
    twice = rows_of(
        ticket("1", "11-02 09:00"), target("1", "11-02 09:00", 60), target("1", "11-02 09:10", 60),
        rules=office(), origin="settings",
    )  # fmt: skip
    found = worked(twice, NOW)
    assert found.promise is not None
    assert (found.promise.applied_at, found.promise.is_in_force) == (at("11-02 09:00"), True)


def test_what_is_too_long_is_folded_on_either_side_of_the_break_and_adds_up() -> None:
    given = rows_of(
        ticket("1", "2016-01-04 09:00"), business("1", "2016-01-04 09:00", 60_000), rules=office()
    )  # fmt: skip
    whole, short = worked(given, NOW), worked(given, NOW, most=20)
    assert len(whole.intervals) > 5000
    assert [(item.what, item.is_over) for item in short.intervals[20:]] == [
        (What.FOLDED, False),
        (What.FOLDED, True),
    ]
    assert short.elapsed_seconds == whole.elapsed_seconds
    assert (short.broke_at, short.intervals[-1].end) == (whole.broke_at, NOW)
    assert [item.is_over for item in whole.intervals[-2:]] == [True, True]


def test_a_life_from_before_all_calendars_still_adds_up() -> None:
    given = rows_of(ticket("1", "1066-10-14 09:00"), rules=office())
    found = worked(given, NOW)
    assert found.intervals[0].what is What.FOLDED
    assert found.elapsed_seconds == office().business.seconds_between(
        int(found.start.timestamp()), int(NOW.timestamp())
    )


def test_a_ticket_that_is_gone_has_a_strip_and_no_outcome() -> None:
    gone = ticket("1", "11-02 09:00", S.DELETED, updated_at=at("11-02 12:00"))
    found = worked(rows_of(gone, target("1", "11-02 09:00", 60), rules=office()), NOW)
    assert (found.end, found.is_met, found.gap_minutes) == (at("11-02 12:00"), None, None)
    assert any("deleted or merged" in note for note in found.notes)


# --- the helpdesk's own figure ---------------------------------------------------------------------------


def differences(*given: Any, rules: Rules | None = None, origin: str = "source") -> tuple[str, ...]:
    found = worked(rows_of(*given, rules=rules or office(), origin=origin), NOW).theirs
    assert found is not None
    return found.differences


@pytest.mark.parametrize(
    ("due", "why"),
    [
        ("11-03 12:00", ""),
        ("11-03 12:01", ""),
        ("11-02 20:00", "counts around the clock"),
        ("11-03 13:00", "from when the target was applied"),
        ("11-02 21:00", "and not around the clock"),
        ("11-04 03:33", "cannot be told"),
    ],
)
def test_a_deadline_of_the_helpdesk_is_explained_where_a_reason_accounts_for_it(due: str, why: str) -> None:
    found = differences(ticket("1", "11-02 15:00"), business("1", "11-02 16:00", 300, due_at=at(due)))
    assert len(found) == bool(why)
    assert why in " ".join(found)


def test_a_deadline_that_does_not_wait_for_the_customer_is_explained() -> None:
    given = (
        ticket("1", "11-02 09:00"),
        target("1", "11-02 09:00", 120, due_at=at("11-02 11:00"), measure=Measure.AGENT_WORK),
        change("1", "11-02 09:30", S.PENDING), change("1", "11-02 10:30", S.OPEN),
    )  # fmt: skip
    assert "goes on while the ticket is paused" in differences(*given)[0]


def test_a_deadline_at_closing_time_is_explained() -> None:
    given = (ticket("1", "11-02 16:00"), business("1", "11-02 16:00", 60, due_at=at("11-02 17:00")))
    assert "the next opening" in differences(*given)[0]


def test_a_deadline_of_an_earlier_target_is_explained() -> None:
    given = (
        ticket("1", "11-02 09:00"), target("1", "11-02 09:00", 600),
        target("1", "11-02 09:10", 60, due_at=at("11-02 19:00")),
    )  # fmt: skip
    assert "another target, of 600 minutes" in differences(*given)[0]


def test_a_verdict_on_a_promise_that_is_not_known_is_explained() -> None:
    solved = ticket("1", "11-02 09:00", S.SOLVED, solved_at="11-02 12:00", sla_is_met=True)
    assert (
        "against the target of its settings"
        in differences(solved, target("1", "11-02 09:00", 60), origin="settings")[0]
    )
    assert "does not say how it counted" in differences(solved, target("1", "11-02 09:00", 60))[0]
    assert differences(solved) == ()


def test_another_moment_of_the_solve_is_named() -> None:
    solved = ticket("1", "11-02 09:00", S.SOLVED, solved_at="11-02 12:00")
    assert "names an earlier moment" in differences(solved, change("1", "11-02 13:00", S.SOLVED))[0]


# --- in words --------------------------------------------------------------------------------------------


def test_each_stretch_is_a_line_with_the_running_sum() -> None:
    given = rows_of(
        ticket("1", "10-30 16:00", S.SOLVED), business("1", "10-30 16:00", 90, policy="Gold"),
        change("1", "11-02 10:00", S.SOLVED), rules=office(),
    )  # fmt: skip
    assert strip_words.lines(worked(given, NOW)) == [
        "Counted 2 h of 1 h 30 min promised: 30 min over.",
        'Fri 30 Oct 2026 16:00: target for resolution applied by the helpdesk, policy "Gold": 1 h 30 min on'
        " the business clock; it is the one in force",
        "Fri 30 Oct 2026 16:00 to Fri 30 Oct 2026 17:00: counted, new; counts 1 h, sum 1 h",
        "Fri 30 Oct 2026 17:00 to Mon 2 Nov 2026 09:00: closed; counts 0 min, sum 1 h",
        "Mon 2 Nov 2026 09:00 to Mon 2 Nov 2026 09:30: counted, new; counts 30 min, sum 1 h 30 min",
        "Mon 2 Nov 2026 09:30: the target is broken from here on",
        "Mon 2 Nov 2026 09:30 to Mon 2 Nov 2026 10:00: counted, new, past the target; counts 30 min, sum 2 h",
    ]


def test_many_nights_are_one_line_in_words_and_stay_apart_in_the_data() -> None:
    found = worked(rows_of(ticket("1", "11-02 09:00"), rules=office()), at("2027-02-02 09:00"))
    lines = strip_words.lines(found)
    assert len(found.intervals) > 100
    assert len(lines) < 12
    assert any("closed, 63 nights or weekends" in line for line in lines)
    assert lines[0] == f"Counted {strip_words.length(found.elapsed_seconds)}."


def test_an_hour_that_the_clock_shows_twice_is_told_apart() -> None:
    given = rows_of(
        ticket("1", "10-25 00:10", S.SOLVED), change("1", "10-25 01:10", S.SOLVED), rules=office("24/7")
    )  # fmt: skip
    text = "\n".join(strip_words.lines(worked(given, NOW)))
    assert "Sun 25 Oct 2026 01:10 +0100 to Sun 25 Oct 2026 01:10 +0000" in text
    assert "the clock goes back by 1 h (Europe/London)" in text


# --- from the store --------------------------------------------------------------------------------------


def test_it_reads_one_ticket_with_its_own_calendar_and_the_targets_of_the_settings(engine: Engine) -> None:
    text = '[sla.targets.high]\nresolution = "2h"\n'
    hours = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))
    store = store_of(engine, text)
    write(
        store, "desk",
        BusinessCalendar(id="c", name="Desk hours", time_zone="Europe/Berlin", intervals=hours),
        ticket("1", "11-02 15:00", priority=Priority.HIGH, calendar_id="c"),
        change("1", "11-03 10:30", S.SOLVED),
        ticket("1", "11-02 15:00", S.SOLVED, revision=2, priority=Priority.HIGH, calendar_id="c"),
    )  # fmt: skip
    with engine.connect() as connection:
        found = working_of(connection, settings_of(text), "desk", "1", now=NOW)
        assert working_of(connection, settings_of(text), "desk", "2", now=NOW) is None
    stored = row(engine, schema.ticket, "1")
    assert found is not None
    assert (found.calendar, found.calendar_zone) == ("Desk hours", "Europe/Berlin")
    assert found.elapsed_minutes == stored["sla_elapsed_minutes"] == 60 + 150
    assert found.gap_minutes == stored["sla_gap_minutes"] == 90
    assert found.due_at == stored["sla_due_at"]
    assert found.promise is not None
    assert (found.promise.origin, found.promise.priority) == ("settings", "high")


# --- whatever the life -----------------------------------------------------------------------------------


@examples(lives())
@settings(max_examples=200, deadline=None)
def test_the_strip_covers_the_life_and_its_sums_are_a_count_by_hand_and_the_stored_outcome(
    case: tuple[Given, datetime],
) -> None:
    given, now = case
    found = worked(given, now)
    _covers(found)
    assert found.elapsed_seconds == _by_hand(found, given)
    _is_as_stored(found, given)


@examples(lives())
@settings(max_examples=60, deadline=None)
def test_the_first_reply_is_counted_as_it_is_stored(case: tuple[Given, datetime]) -> None:
    given, now = case
    found = worked(given, now, measure=Measure.FIRST_REPLY)
    _covers(found)
    clock = "calendar" if found.calendar == "24/7" else "business"
    stored = lived(given).columns[f"first_reply_{clock}_minutes"]
    if found.ended_at is not None:
        assert found.elapsed_minutes == stored
    else:
        assert stored is None


@examples(lives())
@settings(max_examples=100, deadline=None)
def test_each_outcome_that_is_stored_has_a_strip_that_adds_up_to_it(case: tuple[Given, datetime]) -> None:
    given, now = case
    for item in lived(given).outcomes:
        found = worked(given, now, measure=Measure(item.measure), cycle=item.cycle)
        _covers(found)
        assert (found.gap_minutes, found.is_met) == (item.gap_minutes, item.is_met)
        assert (found.due_at and found.due_at.timestamp()) == item.due_at
        assert (found.ended_at and found.ended_at.timestamp()) == item.ended_at
        if item.ended_at is not None:
            assert found.elapsed_minutes == item.elapsed_minutes


@examples(lives())
@settings(max_examples=60, deadline=None)
def test_a_strip_of_few_intervals_has_the_same_sums(case: tuple[Given, datetime]) -> None:
    given, now = case
    whole, short = worked(given, now), worked(given, now, most=2)
    _covers(short)
    assert len(short.intervals) <= 4
    for is_over in (False, True):
        sums = [
            sum(i.counted_seconds for i in each.intervals if i.is_over is is_over) for each in (whole, short)
        ]
        assert sums[0] == sums[1]


def _covers(found: Working) -> None:
    """From the start to the end, without gaps, overlaps or empty stretches."""
    edges = [(item.start, item.end) for item in found.intervals]
    assert all(start < end for start, end in edges)
    assert all(before[1] == after[0] for before, after in pairwise(edges))
    assert (not edges) == (found.start == found.end)
    if edges:
        assert (edges[0][0], edges[-1][1]) == (found.start, found.end)


def _by_hand(found: Working, given: Given) -> int:
    """The minutes of all stretches in which the state counts, whatever the strip calls them."""
    is_always = found.calendar == "24/7"
    calendar = Calendar.always() if is_always else given[3].business
    total = 0
    for item in found.intervals:
        seconds = counted_by_hand(calendar, int(item.start.timestamp()), int(item.end.timestamp()))
        does_run = item.what not in (What.PAUSED, What.ENDED)
        total += seconds if does_run else 0
        assert item.counted_seconds == (seconds if does_run else 0)
        assert item.what is not What.COUNTED or seconds == item.seconds
        assert item.what not in (What.CLOSED, What.HOLIDAY) or seconds == 0
    return total


def _is_as_stored(found: Working, given: Given) -> None:
    stored = lived(given).columns
    assert found.gap_minutes == stored["sla_gap_minutes"]
    assert found.is_met == stored["sla_is_met"]
    due = stored["sla_due_at"]
    assert (None if found.due_at is None else int(found.due_at.timestamp())) == due
    if found.ended_at is not None and found.promise is not None:
        assert found.elapsed_minutes == stored["sla_elapsed_minutes"]
    elif stored["sla_elapsed_minutes"] is not None:  # as it stood when the ticket came to its state
        last = _last_change(given)
        counted = sum(item.minutes for item in found.intervals if item.start < last)
        assert counted == stored["sla_elapsed_minutes"]
    over = [item for item in found.intervals if item.is_over and item.counted_seconds]
    limit = found.promise.target_minutes if found.promise else None
    if limit is not None and found.ended_at is not None:
        assert sum(item.minutes for item in over) == max(0, found.elapsed_minutes - max(0, limit))


def _last_change(given: Given) -> datetime:
    last = timeline(given[0], given[1])[-1]
    return at("1970-01-01 00:00") + timedelta(seconds=last.started_at)
