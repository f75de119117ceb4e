"""The demo's survey: everybody is asked every sixty days, and the answers follow from the tickets.

Pure: it knows no clock but the moments it is called with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from connectors.demo_case import Case, Plan, Trouble, faded
from connectors.demo_people import Person
from connectors.demo_promises import CALENDAR, DAY, HOUR, MINUTE, TARGET_SECONDS
from connectors.demo_topics import MIGRATION
from connectors.demo_words import Story, comment

RHYTHM_DAYS = 60
SURVEY = "relationship-nps"
CHANCE = {True: 0.455, False: 0.31}  # of an answer, by whether the person decides
CONTENT = 9.45
"""What a person of even temper gives whose tickets went smoothly."""
SPREAD = 1.25
DECIDER_COOLER = 0.42
PAIN_OF_OWN, PAIN_OF_ACCOUNT = 0.75, 1.2


@dataclass(slots=True, eq=False)
class Invite:
    """One request for an answer. happened: when it was sent; opened: when, None while it is not."""

    number: int
    person: Person
    happened: int
    is_delivered: bool
    opened: int | None = None
    token: int = 0


@dataclass(slots=True, eq=False)
class Answer:
    """One answer. happened: when it was given; is_closed: whether a detractor was called back."""

    number: int
    person: Person
    happened: int
    score: int
    comment: str | None
    is_closed: bool | None
    touched: int
    token: int = 0


class Panel:
    """Runs the survey. `tell` hears of every invitation and answer, new or changed."""

    def __init__(
        self,
        rng: Random,
        *,
        trouble: Trouble,
        plan: Plan,
        tell: Callable[[int, Invite | Answer], None],
    ) -> None:
        self.rng = rng
        self.trouble = trouble
        self.plan = plan
        self.tell = tell
        self.invite_count = 0
        self.answer_count = 0

    def start(self, people: tuple[Person, ...], start: int) -> None:
        """Spread the first invitations over one rhythm, so that answers come on every working day."""
        for person in people:
            self.plan_invitation(start + int(self.rng.random() * RHYTHM_DAYS * DAY), person)

    def plan_invitation(self, moment: int, person: Person) -> None:
        """In the first hours of the first working day from `moment` on."""
        opening = CALENDAR.add_seconds(moment, 1)
        assert opening is not None  # a week has working hours
        self.plan(opening + self.rng.randrange(3 * HOUR), self.invite, person)

    def invite(self, now: int, person: Person) -> None:
        self.send(now, person, delay=self.rng.lognormvariate(1.6, 1.3) * HOUR)
        self.plan_invitation(now + RHYTHM_DAYS * DAY - 3 * HOUR, person)

    def send(self, now: int, person: Person, *, delay: float) -> bool:
        """Ask one person; whether they will answer is decided here, what they say when they do."""
        rng = self.rng
        self.invite_count += 1
        invite = Invite(self.invite_count, person, now, rng.random() < 0.975)
        self.tell(now, invite)
        answers = invite.is_delivered and rng.random() < CHANCE[person.is_decider]
        if answers:
            given = now + int(min(18 * DAY, max(2 * MINUTE, delay)))
            self.plan(given - rng.randint(40, 110), self.open, invite)
            self.plan(given, self.answer, person)
        elif invite.is_delivered and rng.random() < 0.45:
            self.plan(now + int(max(3 * MINUTE, delay)), self.open, invite)
        return answers

    def open(self, now: int, invite: Invite) -> None:
        invite.opened = now
        self.tell(now, invite)

    def answer(self, now: int, person: Person) -> None:
        rng = self.rng
        self.answer_count += 1
        score = self.score(now, person)
        says = comment(rng, score, story_of(person, now)) if rng.random() < 0.5 else None
        is_closed = False if score <= 6 else None
        answer = Answer(self.answer_count, person, now, score, says, is_closed, now)
        self.tell(now, answer)
        if score <= 6 and rng.random() < 0.78:
            self.plan(now + int(rng.uniform(0.2, 6) * DAY), self.call_back, answer)

    def call_back(self, now: int, answer: Answer) -> None:
        answer.is_closed = True
        answer.touched = now
        self.tell(now, answer)

    def score(self, now: int, person: Person) -> int:
        """0 to 10: temper, the account's mood, the pain of own tickets and of the account's, and chance."""
        firm = person.firm
        pain = PAIN_OF_OWN * (faded(person, now) + sum(unsolved_pain(case, now) for case in person.waiting))
        points = CONTENT + person.temper + firm.mood - min(5.0, pain) + self.rng.gauss(0.0, SPREAD)
        points -= PAIN_OF_ACCOUNT * firm.pain * (1.5 if person.is_decider else 0.6)
        points -= self.trouble.gloom(firm, now)
        if person.is_decider:
            points -= DECIDER_COOLER
        if self.rng.random() < 0.05:
            points -= self.rng.uniform(2, 6)
        return max(0, min(10, round(points)))


def unsolved_pain(case: Case, now: int) -> float:
    """A ticket that has been waiting for long hurts already."""
    age = (now - case.created) / (4 * TARGET_SECONDS[case.priority])
    return min(3.0, max(0.0, age - 0.5)) + 0.5 * case.reopened


def story_of(person: Person, now: int) -> Story:
    """What the person has in mind: the ticket that waits, else the last one of some weeks."""
    case = person.waiting[0] if person.waiting else person.last
    if case is None or now - case.touched > 60 * DAY:
        return Story(
            thing="my last request",
            agent="Support",
            is_decider=person.is_decider,
            is_green_but_unhappy=person.firm.is_green_but_unhappy,
        )
    return Story(
        thing=case.topic.thing,
        agent=case.helper.name.split()[0] if case.helper else "Support",
        is_decider=person.is_decider,
        is_green_but_unhappy=person.firm.is_green_but_unhappy,
        is_migration=case.topic is MIGRATION,
        was_slow=case.used > TARGET_SECONDS[case.priority],
        was_handed_on=case.handed > 1,
        was_reopened=case.reopened > 0,
    )
