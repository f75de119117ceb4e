"""What the people of the demo say: the comments with their answers.

They are put together from parts, matched to the score, to the ticket that the person has in mind and
to who is speaking. Pure: the words follow from the random numbers alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

GOOD_OPENINGS = (
    "Thank you, {agent}!", "Great help from {agent}.", "Really quick this time.", "Always friendly.",
    "Could not be better.", "Brilliant service.", "Fast and friendly.", "Very happy.", "Top marks.",
    "{agent} is a star.", "Super, danke!", "👍", "Nothing to complain about.", "Best support we have had.",
    "Lovely people.", "Impressed.", "As good as ever.", "",
)  # fmt: skip
GOOD_DETAILS = (
    "{Thing} was sorted before I had finished my coffee.",
    "{agent} understood at once what was wrong with {thing}.",
    "I rang about {thing} and it was fixed within the hour.", "{agent} stayed on the line until it worked.",
    "{agent} even called back the next day to check.",
    "They explained it so that I can do it myself next time.",
    "I was kept informed at every step about {thing}.", "No jargon, just help.",
    "One message, one answer, done.", "{agent} fixed {thing} and found out why it happened.",
    "You can tell that they know our business.", "I never have to explain things twice.",
    "{agent} took {thing} seriously from the first minute.",
    "Even late in the day somebody looked after {thing}.", "Everyone I speak to is patient.",
)  # fmt: skip
GOOD_ENDINGS = (
    "Keep it up.", "Would recommend to anyone.", "Please give {agent} a rise!", "Makes my day easier.",
    "Much better than our last provider.", "", "", "", "",
)  # fmt: skip

MIDDLING_OPENINGS = (
    "Good on the whole.", "Mostly fine.", "OK.", "Decent service.", "All right, with room to improve.",
    "Friendly people,", "Helpful when you reach them.", "Usually good.", "Solid.", "Fine in the end.",
)  # fmt: skip
MIDDLING_DETAILS = (
    "but {thing} took longer than I expected.", "but I had to ask twice about {thing}.",
    "the answer was right, it just came a day late.", "mornings are slow.",
    "but I would like to be told when it is done.", "{thing} works again, though nobody said what it was.",
    "{agent} was great, the portal is not.", "but updates in between would help.",
    "the first answer did not quite fit {thing}.", "simple things go quickly, harder ones drag on.",
    "depends on who picks it up.", "{agent} solved it once the ticket had found the right team.",
    "please stop sending me articles I have read.",
)  # fmt: skip

BAD_OPENINGS = (
    "Disappointing.", "Not good enough.", "Frustrating.", "Sorry, but no.", "I have given up.", "Poor.",
    "Too slow.", "Again.", "Where do I start?", "This used to be better.", "Honestly?", "",
)  # fmt: skip
BAD_DETAILS = (
    "{Thing} has now cost me a whole day.", "{n} days for {thing} is too long.",
    "I wait, I chase, I wait again.", "Nobody tells me what is happening with {thing}.",
    "The answer had nothing to do with my question.", "I was told to restart. I had restarted. {N} times.",
    "I had to find a workaround for {thing} myself.", "Feels as if nobody reads what I write.",
    "The ticket says solved. {Thing} says otherwise.", "My colleague fixed {thing} in the end, not you.",
)  # fmt: skip
SLOW_DETAILS = (
    "{n} days for {thing}, and our whole team was waiting.", "Answers fast, resolves late.",
    "First reply in minutes, solution in days. It is the solution I need.",
    "{Thing} took until after the deadline it was needed for.", "I stopped counting the days with {thing}.",
    "Every update says 'we are looking into it'.", "By the time {thing} worked, the customer had gone.",
)  # fmt: skip
HANDED_DETAILS = (
    "{N} people had my ticket and each asked the same questions.",
    "{N} times this month I had to explain {thing} from the beginning.",
    "Passed from team to team like a parcel.", "Everybody says it belongs to another team.",
    "I know half of your staff by now, and {thing} still isn't right.",
)  # fmt: skip
REOPENED_DETAILS = (
    "Closed as solved, and the next morning {thing} was broken again.",
    "Solved {n} times. Still not solved.", "Please test before you close.",
    "I reopened it because nothing had changed about {thing}.",
    "{Thing}: fixed on Monday, back on Wednesday.",
)  # fmt: skip
MIGRATION_DETAILS = (
    "The Exchange migration was a disaster for our department.",
    "Since the migration half of my calendar is gone.", "Nobody warned us about the migration weekend.",
    "No mail for {n} days in our busiest month.", "The migration was 'completed'. My mailbox was not.",
    "Since the migration nobody in messaging picks up.",
    "We are still finding mails that the migration lost.", "Your migration team seems to be two people.",
)  # fmt: skip
GREEN_DETAILS = (
    "Every report is green. Ask my people and you hear something else.",
    "Target met, problem still there. What use is that?", "You close the ticket in time, not the problem.",
    "Within SLA again, and again it does not work.", "The clock gets looked after better than we do.",
    "Quick to answer, quick to close, never a lasting fix.", "Technically on time. Practically useless.",
    "I get a template within the hour and then have to open the next ticket about {thing}.",
    "97 per cent inside target, they tell me. It is always the same {n} problems.",
    "The same fault every week, closed every week.",
    "They ask me to confirm that it is solved before it is.",
)  # fmt: skip
DECIDER_GOOD = (
    "The team feels like part of our company.", "My people are happy, so I am happy.",
    "Good value, and honest when something goes wrong.", "They told us about a risk before it became one.",
    "Our auditors were impressed with how quickly everything could be shown.",
    "Renewing was an easy decision.", "The quarterly review was to the point.",
    "I no longer hear about IT at our Monday meeting. That is praise.",
)  # fmt: skip
DECIDER_MIDDLING = (
    "Day-to-day support is fine; I miss advice on where to go next.",
    "Good people, but costs keep creeping up.", "Fine for small things. Bigger ones need me to push.",
    "I would like one contact who knows our plans.",
    "The figures look better than what I hear in the corridor.",
    "Solid, but we had to escalate {n} times this quarter.",
)  # fmt: skip
DECIDER_BAD = (
    "We pay for a partner and get a ticket number.", "My staff work around you instead of with you.",
    "I should not have to chase {thing} myself.", "We are looking at alternatives before the renewal.",
    "I hear complaints about support in every team meeting.", "Answers fast, resolves late.",
    "Nobody on your side seems to own our account.",
    "The same outages every quarter, and every time a new explanation.",
    "{Thing} stopped {n} people from working and the review did not even mention it.",
    "I can't explain to my board what we are paying for.", "You measure minutes. We lose days.",
    "When it matters, as with {thing}, it takes too long to reach someone who can decide.",
)  # fmt: skip

NUMBERS = ("Two", "Three", "Four", "Five")


@dataclass(frozen=True, slots=True)
class Story:
    """What a person has in mind when answering. agent: a first name; thing: as in `Topic`."""

    thing: str
    agent: str
    is_decider: bool = False
    is_green_but_unhappy: bool = False
    is_migration: bool = False
    was_slow: bool = False
    was_handed_on: bool = False
    was_reopened: bool = False


def comment(rng: Random, score: int, story: Story) -> str:
    """What a person writes who gives `score` (0–10) with `story` in mind."""
    if score >= 9:
        text = _good(rng, story)
    elif score >= 7:
        text = _middling(rng, story)
    else:
        text = _bad(rng, story)
    number = rng.choice(NUMBERS)
    thing = story.thing
    filled = text.format(
        agent=story.agent, thing=thing, Thing=thing[0].upper() + thing[1:], n=number.lower(), N=number
    )
    return _upper(" ".join(filled.split()))


def _good(rng: Random, story: Story) -> str:
    if story.is_decider and rng.random() < 0.6:
        return rng.choice(DECIDER_GOOD)
    detail = rng.choice(GOOD_DETAILS) if rng.random() < 0.75 else ""
    opening = rng.choice(GOOD_OPENINGS)
    return f"{opening} {detail} {rng.choice(GOOD_ENDINGS)}" if opening or detail else "Thank you, {agent}!"


def _middling(rng: Random, story: Story) -> str:
    if story.is_decider and rng.random() < 0.6:
        return rng.choice(DECIDER_MIDDLING)
    opening, detail = rng.choice(MIDDLING_OPENINGS), rng.choice(MIDDLING_DETAILS)
    if opening.endswith(","):
        return f"{opening} {detail if detail.startswith('but') else 'but ' + detail}"
    return f"{opening} {_upper(detail)}"


def _bad(rng: Random, story: Story) -> str:
    fitting = [
        details
        for is_so, details in (
            (story.is_green_but_unhappy, GREEN_DETAILS),
            (story.is_migration, MIGRATION_DETAILS),
            (story.was_reopened, REOPENED_DETAILS),
            (story.was_handed_on, HANDED_DETAILS),
            (story.was_slow, SLOW_DETAILS),
            (story.is_decider, DECIDER_BAD),
        )
        if is_so
    ]
    detail = rng.choice(rng.choice(fitting) if fitting and rng.random() < 0.85 else BAD_DETAILS)
    return f"{rng.choice(BAD_OPENINGS)} {detail}" if rng.random() < 0.55 else detail


def _upper(text: str) -> str:
    """With a capital, unless a placeholder comes first: `{thing}` has its own."""
    if text.startswith("{thing}"):
        return "{Thing}" + text.removeprefix("{thing}")
    return text[:1].upper() + text[1:]
