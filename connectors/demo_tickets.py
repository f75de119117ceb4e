"""The life of one demo ticket after another: picked up, answered, passed on, solved, reopened, closed.

A team shares its capacity among the tickets that wait for it: beyond that capacity all of them slow down in
proportion, so that the queue is stable in ordinary months and grows when people are away. Pure: it knows
no clock but the moments it is called with.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from random import Random

from connectors.demo_case import Case, Event, Plan, Trouble, faded, office_later
from connectors.demo_people import Crew
from connectors.demo_promises import CALENDAR, DAY, HOUR, MINUTE, TARGET_SECONDS
from connectors.demo_topics import MIGRATION
from data.records import EventKind, Priority, State

PICK_UP_SECONDS = {
    Priority.URGENT: 6 * MINUTE,
    Priority.HIGH: 14 * MINUTE,
    Priority.NORMAL: 35 * MINUTE,
    Priority.LOW: 70 * MINUTE,
}
WORK_SECONDS = {
    Priority.URGENT: 45 * MINUTE,
    Priority.HIGH: 80 * MINUTE,
    Priority.NORMAL: 2.2 * HOUR,
    Priority.LOW: 4.0 * HOUR,
}
ANSWER_SECONDS = 3.5 * HOUR  # of a customer who was asked
SILENT = 0.04  # share of customers who never answer
WORK_SPREAD = 0.85
LATE_WORK = 0.35
CARE = 0.25
"""How often a step that would end too late is hurried, so that the ticket just makes it."""
PUT_OFF = 0.2
"""How often a ticket is left until its deadline is near."""
SLOTS_PER_HELPER = 3.4
"""Tickets that one agent keeps going side by side without any of them slowing down."""
CLOSE_AFTER_SECONDS = 4 * DAY
OLD_SECONDS = 20 * DAY


class Desk:
    """Runs the tickets. `unsolved` holds the backlog by number; `tell` hears of every event."""

    def __init__(
        self,
        rng: Random,
        crews: tuple[Crew, ...],
        *,
        scale: float,
        trouble: Trouble,
        plan: Plan,
        tell: Callable[[Case, Event], None],
    ) -> None:
        self.rng = rng
        self.crews = crews
        self.capacity_of_one = SLOTS_PER_HELPER * scale
        self.trouble = trouble
        self.plan = plan
        self.tell = tell
        self.unsolved: dict[int, Case] = {}

    # --- what happens to a ticket ------------------------------------------------------------------------

    def arrive(self, now: int, case: Case) -> None:
        self.unsolved[case.number] = case
        case.person.waiting.append(case)
        case.since = case.touched = now
        case.crew.load += 1
        if case.is_quick:
            seconds = self.rng.uniform(1, 4) * MINUTE
            self.plan(now + int(seconds), self.pick_up, case)
            return
        seconds = self.draw(PICK_UP_SECONDS[case.priority], 0.8) * self.pressure(case)
        self.plan(self.later(case, now, seconds), self.pick_up, case)

    def pick_up(self, now: int, case: Case) -> None:
        """An agent takes it; half of the time the first reply follows only when they have looked into it."""
        case.helper = self.rng.choice(case.crew.present)
        if case.is_quick or self.rng.random() < 0.5:
            self.reply(now, case, State.OPEN, case.helper.id)
        else:
            self.note(now, case, EventKind.CHANGE, State.OPEN, assignee=case.helper.id)
            wait = self.draw(20 * MINUTE, 0.7) * self.pressure(case)
            self.plan(self.later(case, now, wait), self.first_reply, case)
        self.begin(now, case)

    def first_reply(self, now: int, case: Case) -> None:
        if not case.is_replied and case.state is State.OPEN:
            self.reply(now, case)

    def begin(self, now: int, case: Case) -> None:
        """A piece of work starts, or goes on where a question to the customer interrupted it."""
        if case.is_quick:
            case.is_last_step = True
            case.ends = now + int(self.rng.uniform(4, 25) * MINUTE)
        elif case.work_left:
            case.ends = self.later(case, now, case.work_left)
        else:
            case.steps += 1
            case.ends = self.later(case, now, self.length_of_step(now, case))
        case.work_left = 0
        self.plan(case.ends, self.finish, case)

    def length_of_step(self, now: int, case: Case) -> float:
        """Seconds of work. People hurry towards the deadline while they can, and often just make it."""
        rng, pressure = self.rng, self.pressure(case)
        seconds = self.draw(WORK_SECONDS[case.priority] * case.topic.effort, WORK_SPREAD) * pressure
        left = TARGET_SECONDS[case.priority] - self.used(now, case)
        if left <= 0:
            return seconds * LATE_WORK  # what is late already is put first
        is_green = case.firm.is_green_but_unhappy
        if case.topic.effort > 0.5 and pressure < 1.2 and rng.random() < PUT_OFF:
            case.is_last_step = True
            return left * rng.uniform(0.9, 0.985 if is_green else 1.02)
        care = 0.99 if is_green else CARE if pressure < 1.2 else 0.1
        case.is_last_step = left < seconds * 1.05 and rng.random() < care
        return left * rng.uniform(0.5, 0.98) if case.is_last_step else seconds

    def finish(self, now: int, case: Case) -> None:
        """The piece of work is done: solved, a question, another team, a supplier, or more work."""
        is_hit = self.trouble.hits(case.crew, now)
        draw = self.rng.random()
        if self.used(now, case) > TARGET_SECONDS[case.priority]:
            draw *= 0.7
        if (
            case.is_last_step
            or case.steps >= 7
            or now - case.created > OLD_SECONDS
            or draw < (0.47 if is_hit else 0.57)
        ):
            self.solve(now, case)
        elif draw < (0.72 if is_hit else 0.83):
            self.ask(now, case)
        elif draw < (0.92 if is_hit else 0.89):
            self.hand_on(now, case)
        elif draw < 0.94 and not case.firm.is_green_but_unhappy:
            self.put_on_hold(now, case)
        else:
            self.reply(now, case)
            self.begin(now, case)

    def ask(self, now: int, case: Case) -> None:
        """The customer is asked; some never answer, and the ticket is solved after days."""
        self.leave_us(now, case)
        self.reply(now, case, State.PENDING)
        if self.rng.random() < SILENT:
            case.is_silent = True
            self.plan(office_later(now, self.rng.uniform(30, 100) * HOUR), self.solve, case)
        else:
            self.await_answer(now, case)

    def await_answer(self, now: int, case: Case) -> None:
        wait = max(10 * MINUTE, self.draw(ANSWER_SECONDS, 1.0))
        self.plan(office_later(now, wait), self.hear, case)

    def hear(self, now: int, case: Case) -> None:
        """The customer answers; also by which a solved ticket is opened again."""
        if case.state is State.SOLVED:
            case.reopened += 1
            case.is_silent = False
            case.is_last_step = False
            case.steps = min(case.steps, 3)
            self.unsolved[case.number] = case
            case.person.waiting.append(case)
        self.note(now, case, EventKind.CUSTOMER_REPLY, State.OPEN, actor=case.person.id)
        self.come_back(now, case)
        self.begin(now, case)

    def put_on_hold(self, now: int, case: Case) -> None:
        self.note(now, case, EventKind.CHANGE, State.ON_HOLD)
        case.crew.load -= 1
        wait = self.draw(0.4 * TARGET_SECONDS[case.priority], 0.8)
        self.plan(self.later(case, now, min(40 * HOUR, wait)), self.take_off_hold, case)

    def take_off_hold(self, now: int, case: Case) -> None:
        self.note(now, case, EventKind.CHANGE, State.OPEN)
        case.crew.load += 1
        self.begin(now, case)

    def hand_on(self, now: int, case: Case) -> None:
        """To another team; within the same one where a second pair of eyes is meant."""
        case.handed += 1
        case.first_handover = case.first_handover or case.revision + 1
        case.crew.load -= 1
        if case.topic is not MIGRATION:
            case.crew = self.rng.choice(self.crews)
        case.crew.load += 1
        case.helper = self.rng.choice(case.crew.present)
        self.note(now, case, EventKind.CHANGE, team=case.crew.id, assignee=case.helper.id)
        self.begin(now, case)

    def solve(self, now: int, case: Case) -> None:
        if case.state is State.PENDING:
            case.since = now
        else:
            self.leave_us(now, case)
        self.reply(now, case, State.SOLVED)
        case.solved = now
        del self.unsolved[case.number]
        case.person.waiting.remove(case)
        self.remember(now, case)
        chance = (
            0.14 if self.trouble.hits(case.crew, now) else 0.07 if case.firm.is_green_but_unhappy else 0.04
        )
        if case.reopened < 3 and not case.is_quick and self.rng.random() < chance:
            wait = min(3.5 * DAY, max(HOUR, self.draw(14 * HOUR, 0.8)))
            self.plan(now + int(wait), self.hear, case)
        else:
            self.plan(now + CLOSE_AFTER_SECONDS, self.close, case)

    def close(self, now: int, case: Case) -> None:
        self.note(now, case, EventKind.CHANGE, State.CLOSED)

    # --- a conversation that is not waited for -----------------------------------------------------------

    def ask_now(self, now: int, case: Case) -> None:
        """An agent asks back in the middle of the work, which goes on with the answer."""
        clock = case.ends - now if case.is_round_the_clock else CALENDAR.seconds_between(now, case.ends)
        case.token += 1
        case.work_left = max(MINUTE, clock)
        self.leave_us(now, case)
        self.reply(now, case, State.PENDING)
        self.await_answer(now, case)

    def hear_now(self, now: int, case: Case) -> None:
        """The customer answers earlier than was planned."""
        case.token += 1
        self.hear(now, case)

    # --- clocks, capacity, memory ------------------------------------------------------------------------

    def later(self, case: Case, now: int, seconds: float) -> int:
        """The moment when so much of the ticket's own clock has passed."""
        return now + int(seconds) + 1 if case.is_round_the_clock else office_later(now, seconds)

    def used(self, now: int, case: Case) -> int:
        """Seconds that the SLA clock has run. It stands still while the customer is asked."""
        if case.state in (State.PENDING, State.SOLVED, State.CLOSED):
            return case.used
        if case.is_round_the_clock:
            return case.used + now - case.since
        return case.used + CALENDAR.seconds_between(case.since, now)

    def leave_us(self, now: int, case: Case) -> None:
        case.used = self.used(now, case)
        case.crew.load -= 1

    def come_back(self, now: int, case: Case) -> None:
        case.since = now
        case.crew.load += 1

    def pressure(self, case: Case) -> float:
        """1, or how many times over its capacity the team is loaded. What is urgent suffers less."""
        capacity = len(case.crew.present) * self.capacity_of_one
        pressure = max(1.0, case.crew.load / capacity)
        if case.firm.is_green_but_unhappy:
            return 1.0
        return pressure**0.5 if case.priority in (Priority.URGENT, Priority.HIGH) else pressure

    def draw(self, median: float, spread: float) -> float:
        return median * exp(self.rng.gauss(0.0, spread))

    def remember(self, now: int, case: Case) -> None:
        """What the ticket put its person through, and its account; answers to surveys follow from it."""
        ratio = case.used / TARGET_SECONDS[case.priority]
        pain = (
            min(3.0, max(0.0, ratio - 0.5))
            + (0.6 if ratio > 1 else 0.0)
            + 0.6 * case.handed
            + 0.9 * case.reopened
        )
        person, firm = case.person, case.firm
        person.pain = faded(person, now) + pain
        person.pain_at = now
        person.last = case
        firm.pain += 0.04 * (pain - firm.pain)

    # --- events ------------------------------------------------------------------------------------------

    def reply(self, now: int, case: Case, state: State | None = None, assignee: str | None = None) -> None:
        case.is_replied = True
        actor = case.helper.id if case.helper else None
        self.note(now, case, EventKind.AGENT_REPLY, state, assignee=assignee, actor=actor)

    def note(
        self,
        now: int,
        case: Case,
        kind: EventKind,
        state: State | None = None,
        *,
        team: str | None = None,
        assignee: str | None = None,
        actor: str | None = None,
    ) -> None:
        case.revision += 1
        case.touched = now
        if state is not None:
            case.state = state
        if actor is None and case.helper is not None:
            actor = case.helper.id
        self.tell(case, (now, case.revision, kind, state, team, assignee, actor))
