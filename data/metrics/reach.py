"""Word of mouth: how many may hear of it, which is assumed, and what was said in public, which is seen."""

from __future__ import annotations

from typing import Any

from data import tallies_reach
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.tally_perception import MentionsTally, ReachTally

_POSTS: dict[str, Any] = {
    "clock": None,
    "direction": Direction.NEITHER,
    "kind": Kind.FLOW,
    "dated_by": "posted_at",
    "tally": tallies_reach.mentions,
    "minimum_sample": 0,
    "splits": ("source",),
    "rests_on": "mentions",
    "counted_as": "post",
    "window": "90d",
    "caveat": "Posts that a source has seen and told; nobody knows of those that none has seen. Whether they"
    " praise or complain is not judged.",
}


@metric(
    key="reach_at_risk",
    label="Reach at risk (an assumption)",
    short="Reach at risk",
    unit=Unit.PEOPLE,
    clock=None,
    direction=Direction.LOWER_IS_BETTER,
    kind=Kind.FLOW,
    dated_by="responded_at",
    tally=tallies_reach.reach,
    answers="How many people may hear of it from those who would advise against us?",
    minimum_sample=0,
    splits=("audience", "team", "account", "source"),
    rests_on="surveys",
    window="90d",
    distinct=("people", "told_share", "told_people"),
    caveat="An assumption, not a measurement: the share who tell others and how many they tell are those of"
    " the settings (by default 0.31 from Verde Group and Wharton 2006, on shoppers), and stand in the counts."
    " Beside it stands what was seen in public: mentions. A person counts once, in whatever source; an answer"
    " that nothing identifies is a person. People do not add up over groups.",
)
def reach_at_risk(tally: ReachTally) -> Value:
    """Assumed, not measured: people with an NPS answer of 0 to 6, times the share who tell others, times how
    many people each of those tells."""
    left_out = {"no score from 0 to 10": tally.without_score} if tally.without_score else {}
    if not tally.answers:
        return Value(None, 0, left_out=left_out)
    people = len(tally.people) + tally.without_person
    counts = {
        "detractors": tally.detractors,
        "people": people,
        "told_share": tally.told_share,
        "told_people": tally.told_people,
    }
    value = people * tally.told_share * tally.told_people
    return Value(value, tally.answers, counts=counts, left_out=left_out)


@metric(
    **_POSTS,
    key="mentions",
    label="Public posts",
    unit=Unit.POSTS,
    answers="How often were we talked about in public, as far as anybody saw?",
)
def mentions(tally: MentionsTally) -> Value:
    """Public posts about us that were posted in the window and seen by a source."""
    return Value(tally.posts, tally.posts)


@metric(
    **_POSTS,
    key="mention_views",
    label="Views of public posts",
    unit=Unit.VIEWS,
    answers="How often were these posts looked at?",
)
def mention_views(tally: MentionsTally) -> Value:
    """Views, as last seen, of the public posts of the window whose views are known."""
    unknown = tally.posts - tally.viewed
    left_out = {"views not known": unknown} if unknown else {}
    return Value(tally.views if tally.viewed else None, tally.viewed, left_out=left_out)
