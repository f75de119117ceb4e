"""The demo's world: its history up to the first sync, and its life on the clock from then on.

Everything follows from the seed and from the moment of the first sync (the anchor), by running events in
the order of time; so the same world can be run again at any later moment and goes on where it was. Pure:
it knows no clock but the moment it is told to run to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import accumulate
from random import Random
from typing import Any

from connectors.demo_people import MIGRATING, Crew, Firm, Person, cast
from connectors.demo_promises import CALENDAR, DAY, HOUR, MINUTE, ZONE
from connectors.demo_records import events_of, survey_record_of, target_of, ticket_of
from connectors.demo_survey import Answer, Invite, Panel
from connectors.demo_tickets import Case, Desk, Event, T
from connectors.demo_words import MIGRATION, TOPICS, Topic, subject
from data.records import Priority, Record, State

HISTORY_DAYS = 548
USUAL_TICKETS = 40_000
USUAL_PEOPLE = 2_000
FIRST_NUMBER = 10_001

WEEKDAYS = (1.2, 1.08, 1.0, 0.97, 0.84, 0.11, 0.08)
HOLIDAY = 0.12
MONTHS = (1.07, 1.02, 1.0, 0.98, 0.97, 1.0, 0.95, 0.9, 1.06, 1.05, 1.03, 0.92)
HOURS = (2, 1, 1, 1, 2, 5, 20, 55, 115, 130, 120, 95, 75, 90, 100, 92, 72, 48, 25, 15, 10, 8, 6, 4)
CHANNELS, CHANNEL_WEIGHTS = ("email", "portal", "phone", "chat"), (48, 30, 13, 9)
PRIORITIES = (Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW)
PRIORITY_WEIGHTS, HARD_PRIORITY_WEIGHTS = (3, 16, 55, 26), (12, 30, 45, 13)
FLOOD_A_DAY = 17.0

QUICK_EVERY_SECONDS = 75.0
ANSWER_EVERY_SECONDS = 45.0


@dataclass(slots=True, eq=False)
class Beat:
    """Something that comes again and again."""

    token: int = 0


@dataclass(frozen=True, slots=True)
class BadMonth:
    """Three of seven people are away, and a big migration lands on the desk of those who are left."""

    crew: Crew
    start: int
    end: int

    def hits(self, crew: Crew, moment: int) -> bool:
        return crew is self.crew and self.start <= moment < self.end

    def gloom(self, firm: Firm, moment: int) -> float:
        """Points that everybody gives less while mail is what people talk about, and the migrating most."""
        if not self.start + 7 * DAY <= moment < self.end + 10 * DAY:
            return 0.0
        return 1.6 if firm.name == MIGRATING else 0.45


class World:
    """Run it with `run`; `told` then holds what happened, by moment, if it is `listening`.

    While it `keeps`, every ticket, invitation and answer is kept whole: that is how history is read.
    """

    def __init__(self, seed: int, anchor: int, ticket_count: int, pace: float) -> None:
        self.rng = Random(seed)  # noqa: S311 - the same world every time is the point
        self.anchor = anchor
        self.pace = pace
        self.today = datetime.fromtimestamp(anchor, ZONE).date()
        self.scale = ticket_count / USUAL_TICKETS
        self.cast = cast(self.rng, self.today, round(USUAL_PEOPLE * self.scale))
        self.bad_month = self._plan_bad_month()
        self.desk = Desk(
            self.rng,
            self.cast.crews,
            scale=self.scale,
            trouble=self.bad_month,
            plan=self.plan,
            tell=self._tell_event,
        )
        self.panel = Panel(self.rng, trouble=self.bad_month, plan=self.plan, tell=self._tell_survey)
        self.keeps = False
        self.listening = False
        self.cases: list[Case] = []
        self.invites: list[Invite] = []
        self.answers: list[Answer] = []
        self.told: deque[tuple[int, tuple[Record, ...]]] = deque()
        self._heap: list[tuple[int, int, Callable[[int, Any], None], Any, int]] = []
        self._planned = 0
        self._number = FIRST_NUMBER
        self._beat = Beat()
        self._set_up(ticket_count)

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

    # --- days and what they bring ------------------------------------------------------------------------

    def _set_up(self, ticket_count: int) -> None:
        first = self.today - timedelta(days=HISTORY_DAYS)
        days = [first + timedelta(days=n) for n in range(HISTORY_DAYS)]
        self._first = first
        self._tickets_a_day = ticket_count / sum(self._weight(day) for day in days)
        weights = [self.rng.lognormvariate(0, 0.5) * (0.45 if p.is_decider else 1) for p in self.cast.people]
        self._people_weights = list(accumulate(weights))
        self._topic_weights = list(accumulate(topic.weight for topic in TOPICS))
        self._migrating = [person for person in self.cast.people if person.firm.name == MIGRATING]
        self._crew_of = {crew.id: crew for crew in self.cast.crews}
        self.plan(_midnight(first), self._new_day, self._beat)
        self.panel.start(self.cast.people, _midnight(first) + DAY)

    def _plan_bad_month(self) -> BadMonth:
        """The calendar month six months back; it begins some days early and is over before the month is."""
        months = self.today.year * 12 + self.today.month - 1 - 6
        first = date(months // 12, months % 12 + 1, 1)
        crew = next(crew for crew in self.cast.crews if crew.id == MIGRATION.team)
        start, end = _midnight(first - timedelta(days=8)), _midnight(first + timedelta(days=18))
        for helper in self.rng.sample(crew.helpers, 3):
            helper.away_from, helper.away_to = start, end
        return BadMonth(crew, start, end)

    def _new_day(self, now: int, beat: Beat) -> None:
        day = datetime.fromtimestamp(now + HOUR, ZONE).date()
        self.plan(_midnight(day + timedelta(days=1)), self._new_day, beat)
        for crew in self.cast.crews:
            crew.present = [helper for helper in crew.helpers if not helper.away_from <= now < helper.away_to]
        count = self._poisson(self._tickets_a_day * self._weight(day))
        people = self.rng.choices(self.cast.people, cum_weights=self._people_weights, k=count)
        topics = self.rng.choices(TOPICS, cum_weights=self._topic_weights, k=count)
        for person, topic in zip(people, topics, strict=True):
            self._expect(now, person, topic)
        if self.bad_month.hits(self.bad_month.crew, now) and _is_working(day):
            for _ in range(self._poisson(FLOOD_A_DAY * self.scale)):
                self._expect(now, self.rng.choice(self._migrating), MIGRATION)

    def _expect(self, midnight: int, person: Person, topic: Topic) -> None:
        hour = self.rng.choices(range(24), HOURS)[0]
        moment = midnight + int((hour + self.rng.random()) * HOUR)
        weights = HARD_PRIORITY_WEIGHTS if topic.effort >= 1.5 or topic is MIGRATION else PRIORITY_WEIGHTS
        self.plan(moment, self._arrive, self._case(moment, person, topic, weights))

    def _case(self, moment: int, person: Person, topic: Topic, weights: tuple[int, ...]) -> Case:
        rng = self.rng
        return Case(
            number=0,
            created=moment,
            topic=topic,
            subject=subject(rng, topic),
            priority=rng.choices(PRIORITIES, weights)[0],
            channel=rng.choices(CHANNELS, CHANNEL_WEIGHTS)[0],
            person=person,
            crew=self._crew_of[topic.team],
        )

    def _arrive(self, now: int, case: Case) -> None:
        case.number = self._number
        self._number += 1
        if self.keeps:
            self.cases.append(case)
        self.desk.arrive(now, case)
        if self.listening:
            self.told.append((now, (ticket_of(case), target_of(case))))

    def _weight(self, day: date) -> float:
        """How busy a day is: its weekday, its month, public holidays, and an installation that grows."""
        growth = 0.94 + 0.12 * min(1.0, (day - self._first).days / HISTORY_DAYS)
        if day.weekday() < 5 and not _is_working(day):
            return HOLIDAY * growth
        return WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] * growth

    def _poisson(self, mean: float) -> int:
        count, left = 0, self.rng.expovariate(1.0)
        while left < mean:
            count += 1
            left += self.rng.expovariate(1.0)
        return count

    # --- life on the clock -------------------------------------------------------------------------------

    def _talk(self, now: int, beat: Beat) -> None:
        """A reply to a ticket of the backlog, from whichever side keeps the two in proportion."""
        self.plan(now + self._gap(now, self.pace, hours=24, most=2.5), self._talk, beat)
        ours = [case for case in self.desk.unsolved.values() if case.state is State.OPEN]
        theirs = [c for c in self.desk.unsolved.values() if c.state is State.PENDING and not c.is_silent]
        is_our_turn = len(ours) * self.rng.uniform(0.75, 1.25) > 2.6 * len(theirs)
        # The one of a few that was left alone the longest, so that no ticket is talked about all day.
        if is_our_turn and ours:
            few = self.rng.choices(ours, k=8)
            self.desk.ask_now(now, min(few, key=_last_touched))
        elif theirs:
            few = self.rng.choices(theirs, k=8)
            self.desk.hear_now(now, min(few, key=_last_touched))

    def _quick_request(self, now: int, beat: Beat) -> None:
        self.plan(now + self._gap(now, QUICK_EVERY_SECONDS, hours=3, most=24), self._quick_request, beat)
        person = self.rng.choices(self.cast.people, cum_weights=self._people_weights)[0]
        case = self._case(now, person, TOPICS[0], (0, 16, 55, 29))
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


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp())


def _is_working(day: date) -> bool:
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
    return CALENDAR.seconds_between(noon, noon + 1) == 1
