"""What each day of the demo brings: how many tickets, from whom, about what; and the bad month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random

from connectors.demo_case import Case, Plan
from connectors.demo_people import MIGRATING, Cast, Crew, Firm, Person
from connectors.demo_promises import CALENDAR, DAY, HOUR, ZONE
from connectors.demo_topics import MIGRATION, TOPICS, Topic, subject
from data.records import Priority

HISTORY_DAYS = 548
WEEKDAYS = (1.2, 1.08, 1.0, 0.97, 0.84, 0.11, 0.08)
HOLIDAY = 0.12
MONTHS = (1.07, 1.02, 1.0, 0.98, 0.97, 1.0, 0.95, 0.9, 1.06, 1.05, 1.03, 0.92)
HOURS = (2, 1, 1, 1, 2, 5, 20, 55, 115, 130, 120, 95, 75, 90, 100, 92, 72, 48, 25, 15, 10, 8, 6, 4)
CHANNELS, CHANNEL_WEIGHTS = ("email", "portal", "phone", "chat"), (48, 30, 13, 9)
PRIORITIES = (Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW)
PRIORITY_WEIGHTS, HARD_PRIORITY_WEIGHTS = (3, 16, 55, 26), (12, 30, 45, 13)
FLOOD_A_DAY = 17.0


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


class Inflow:
    """Plans a day's tickets at its midnight; `arrive` is called with each when it comes."""

    def __init__(
        self,
        rng: Random,
        cast: Cast,
        *,
        today: date,
        ticket_count: int,
        scale: float,
        plan: Plan,
        arrive: Callable[[int, Case], None],
    ) -> None:
        self.rng = rng
        self.cast = cast
        self.scale = scale
        self.plan = plan
        self.arrive = arrive
        self.first = today - timedelta(days=HISTORY_DAYS)
        self.bad_month = bad_month(rng, cast, today)
        days = (self.first + timedelta(days=n) for n in range(HISTORY_DAYS))
        self._tickets_a_day = ticket_count / sum(self._weight(day) for day in days)
        weights = [rng.lognormvariate(0, 0.5) * (0.45 if p.is_decider else 1) for p in cast.people]
        self._people_weights = list(accumulate(weights))
        self._topic_weights = list(accumulate(topic.weight for topic in TOPICS))
        self._migrating = [person for person in cast.people if person.firm.name == MIGRATING]
        self._crew_of = {crew.id: crew for crew in cast.crews}
        plan(midnight(self.first), self._new_day, Beat())

    def someone(self, count: int = 1) -> list[Person]:
        """People who write, some more often than others."""
        return self.rng.choices(self.cast.people, cum_weights=self._people_weights, k=count)

    def case(self, moment: int, person: Person, topic: Topic, weights: tuple[int, ...]) -> Case:
        """A ticket that will arrive at `moment`. weights: of the priorities."""
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

    def _new_day(self, now: int, beat: Beat) -> None:
        day = datetime.fromtimestamp(now + HOUR, ZONE).date()
        self.plan(midnight(day + timedelta(days=1)), self._new_day, beat)
        for crew in self.cast.crews:
            crew.present = [helper for helper in crew.helpers if not helper.away_from <= now < helper.away_to]
        count = self._poisson(self._tickets_a_day * self._weight(day))
        topics = self.rng.choices(TOPICS, cum_weights=self._topic_weights, k=count)
        for person, topic in zip(self.someone(count), topics, strict=True):
            self._expect(now, person, topic)
        if self.bad_month.hits(self.bad_month.crew, now) and _is_working(day):
            for _ in range(self._poisson(FLOOD_A_DAY * self.scale)):
                self._expect(now, self.rng.choice(self._migrating), MIGRATION)

    def _expect(self, midnight: int, person: Person, topic: Topic) -> None:
        hour = self.rng.choices(range(24), HOURS)[0]
        moment = midnight + int((hour + self.rng.random()) * HOUR)
        weights = HARD_PRIORITY_WEIGHTS if topic.effort >= 1.5 or topic is MIGRATION else PRIORITY_WEIGHTS
        self.plan(moment, self.arrive, self.case(moment, person, topic, weights))

    def _weight(self, day: date) -> float:
        """How busy a day is: its weekday, its month, public holidays, and a provider that grows."""
        growth = 0.94 + 0.12 * min(1.0, (day - self.first).days / HISTORY_DAYS)
        if day.weekday() < 5 and not _is_working(day):
            return HOLIDAY * growth
        return WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] * growth

    def _poisson(self, mean: float) -> int:
        count, left = 0, self.rng.expovariate(1.0)
        while left < mean:
            count += 1
            left += self.rng.expovariate(1.0)
        return count


def bad_month(rng: Random, cast: Cast, today: date) -> BadMonth:
    """In the calendar month six months back; it begins some days early and ends before the month does."""
    months = today.year * 12 + today.month - 1 - 6
    first = date(months // 12, months % 12 + 1, 1)
    crew = next(crew for crew in cast.crews if crew.id == MIGRATION.team)
    start, end = midnight(first - timedelta(days=8)), midnight(first + timedelta(days=18))
    for helper in rng.sample(crew.helpers, 3):
        helper.away_from, helper.away_to = start, end
    return BadMonth(crew, start, end)


def midnight(day: date) -> int:
    """When a day begins in the provider's zone."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp())


def _is_working(day: date) -> bool:
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
    return CALENDAR.seconds_between(noon, noon + 1) == 1
