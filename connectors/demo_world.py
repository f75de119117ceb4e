"""The demo's world: its history up to the first sync, and its life on the clock from then on.

Everything follows from the seed and from the moment of the first sync (the anchor), by running events in
the order of time; so the same world can be run again at any later moment and goes on where it was. Pure:
it knows no clock but the moment it is told to run to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from random import Random
from typing import Any

from connectors.demo_case import Case, Event, T
from connectors.demo_inflow import Beat, Inflow, midnight
from connectors.demo_people import cast
from connectors.demo_promises import CALENDAR, DAY, HOUR, MINUTE, ZONE
from connectors.demo_records import events_of, survey_record_of, target_of, ticket_of
from connectors.demo_survey import Answer, Invite, Panel
from connectors.demo_tickets import Desk
from connectors.demo_topics import TOPICS
from data.records import Record, State

USUAL_TICKETS = 40_000
USUAL_PEOPLE = 2_000
FIRST_NUMBER = 10_001

QUICK_EVERY_SECONDS = 75.0
ANSWER_EVERY_SECONDS = 45.0
NOT_URGENT = (0, 16, 55, 29)


class World:
    """Run it with `run`; `told` then holds what happened, by moment, if it is `listening`.

    While it `keeps`, every ticket, invitation and answer is kept whole: that is how history is read.
    """

    def __init__(self, seed: int, anchor: int, ticket_count: int, pace: float) -> None:
        self.rng = Random(seed)  # noqa: S311 - the same world every time is the point
        self.anchor = anchor
        self.pace = pace
        self.today = datetime.fromtimestamp(anchor, ZONE).date()
        scale = ticket_count / USUAL_TICKETS
        self.cast = cast(self.rng, self.today, round(USUAL_PEOPLE * scale))
        self._heap: list[tuple[int, int, Callable[[int, Any], None], Any, int]] = []
        self._planned = 0
        self._number = FIRST_NUMBER
        self._beat = Beat()
        self.inflow = Inflow(
            self.rng,
            self.cast,
            today=self.today,
            ticket_count=ticket_count,
            scale=scale,
            plan=self.plan,
            arrive=self._arrive,
        )
        self.bad_month = self.inflow.bad_month
        self.desk = Desk(
            self.rng,
            self.cast.crews,
            scale=scale,
            trouble=self.bad_month,
            plan=self.plan,
            tell=self._tell_event,
        )
        self.panel = Panel(self.rng, trouble=self.bad_month, plan=self.plan, tell=self._tell_survey)
        self.panel.start(self.cast.people, midnight(self.inflow.first) + DAY)
        self.keeps = False
        self.listening = False
        self.cases: list[Case] = []
        self.invites: list[Invite] = []
        self.answers: list[Answer] = []
        self.told: deque[tuple[int, tuple[Record, ...]]] = deque()

    def plan(self, moment: int, handler: Callable[[int, T], None], subject: T) -> None:
        self._planned += 1
        heappush(self._heap, (moment, self._planned, handler, subject, subject.token))

    def run(self, until: int) -> None:
        """Let everything happen up to and including the second `until`."""
        heap = self._heap
        while heap and heap[0][0] <= until:
            moment, _, handler, subject, token = heappop(heap)
            if subject.token == token:
                handler(moment, subject)

    def go_live(self) -> None:
        """From the anchor on there is more to see: small talk, quick requests and answers on top."""
        for handler in (self._talk, self._quick_request, self._quick_answer):
            self.plan(self.anchor + 1, handler, self._beat)

    def forget_history(self) -> None:
        """Keep only what the life to come needs."""
        for case in self.cases:
            case.events.clear()
        self.keeps = False
        self.cases, self.invites, self.answers = [], [], []

    def _arrive(self, now: int, case: Case) -> None:
        case.number = self._number
        self._number += 1
        if self.keeps:
            self.cases.append(case)
        self.desk.arrive(now, case)
        if self.listening:
            self.told.append((now, (ticket_of(case), target_of(case))))

    # --- life on the clock -------------------------------------------------------------------------------

    def _talk(self, now: int, beat: Beat) -> None:
        """A reply to a ticket of the backlog, from whichever side keeps the two in proportion."""
        self.plan(now + self._gap(now, self.pace, hours=24, most=2.5), self._talk, beat)
        backlog = self.desk.unsolved.values()
        ours = [case for case in backlog if case.state is State.OPEN and not case.is_quick]
        theirs = [case for case in backlog if case.state is State.PENDING and not case.is_silent]
        is_our_turn = len(ours) * self.rng.uniform(0.75, 1.25) > 3 * len(theirs)
        # The one of a few that was left alone the longest, so that no ticket is talked about all day.
        if is_our_turn and ours:
            few = self.rng.choices(ours, k=8)
            self.desk.ask_now(now, min(few, key=_last_touched))
        elif theirs:
            few = self.rng.choices(theirs, k=8)
            self.desk.hear_now(now, min(few, key=_last_touched))

    def _quick_request(self, now: int, beat: Beat) -> None:
        self.plan(now + self._gap(now, QUICK_EVERY_SECONDS, hours=3, most=24), self._quick_request, beat)
        case = self.inflow.case(now, self.inflow.someone()[0], TOPICS[0], NOT_URGENT)
        case.is_quick = True
        self._arrive(now, case)

    def _quick_answer(self, now: int, beat: Beat) -> None:
        """People are asked until one is found who will answer, and does so at once."""
        self.plan(now + self._gap(now, ANSWER_EVERY_SECONDS, hours=4, most=20), self._quick_answer, beat)
        delay = self.rng.uniform(2, 6) * MINUTE
        while not self.panel.send(now, self.rng.choice(self.cast.people), delay=delay):
            pass

    def _gap(self, now: int, seconds: float, *, hours: float, most: float) -> int:
        """Whole seconds to the next time: longer at night, and slowly longer as the demo grows old.

        A demo is watched in its first hours; without the slowing, weeks of it would drown its history.
        """
        age = min(most, 1 + (now - self.anchor) / HOUR / hours)
        night = 1.0 if CALENDAR.seconds_between(now, now + 1) else 1.3
        return max(1, round(seconds * age * night * self.rng.uniform(0.5, 1.5)))

    def _tell_event(self, case: Case, event: Event) -> None:
        if self.keeps:
            case.events.append(event)
        elif self.listening:
            self.told.append((event[0], (ticket_of(case), *events_of(case, event))))

    def _tell_survey(self, now: int, item: Invite | Answer) -> None:
        if self.keeps:
            if isinstance(item, Invite) and item.opened is None:
                self.invites.append(item)
            elif isinstance(item, Answer) and not item.is_closed:
                self.answers.append(item)
        elif self.listening:
            self.told.append((now, (survey_record_of(item),)))


def _last_touched(case: Case) -> int:
    return case.touched
