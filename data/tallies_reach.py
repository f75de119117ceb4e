"""The SQL behind word of mouth: who is dissatisfied, and what was posted in public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import and_, func, select, true

from data.counting import count_where, grouped, within
from data.facts import Scope
from data.schema import mention, response
from data.tallies_answers import answer_groups, answered, behind
from data.tally import Group
from data.tally_perception import MentionsTally, ReachTally

DETRACTOR_BELOW = 7


def reach(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ReachTally]:
    """NPS answers of the window, with the people behind those of 0 to 6, and what is assumed of them.

    Index: response (kind, responded_at). by: also day, of the answer.
    """
    groups, score = answer_groups(by), response.c.score
    # without a score the comparison is neither true nor false, and so would its opposite be
    judged = func.coalesce(score.between(0, 10), ~true())
    low = and_(judged, score < DETRACTOR_BELOW)
    asked = and_(response.c.kind == "nps", answered(scope))
    query = select(*groups, count_where(judged), count_where(low), count_where(~judged)).where(asked)
    rows = scope.connection.execute(query.group_by(*groups) if groups else query)
    width, assumed = len(groups), scope.assumptions
    found = {}
    for row in rows:
        answers, detractors, without_score = row[width:]
        found[tuple(row[:width])] = ReachTally(
            answers,
            detractors,
            without_score,
            told_share=assumed.told_share,
            told_people=assumed.told_people,
        )
    for group, people, _, _, unknown in behind(scope, groups, and_(asked, low)):
        found[group] = replace(found[group], people=people, without_person=unknown)
    return found


def mentions(scope: Scope, by: Sequence[str] = ()) -> dict[Group, MentionsTally]:
    """Public posts of the window. Nothing for filters that posts do not know. Index: posted_at."""
    if scope.filters.given().keys() - {"source"}:
        return {}
    views = mention.c.views
    counts = (func.count(), func.count(views), func.coalesce(func.sum(views), 0))
    return grouped(scope, mention, counts, within(mention.c.posted_at, scope), by, _mentions)


def _mentions(posts: int, viewed: int, views: int) -> MentionsTally:
    return MentionsTally(posts, viewed, int(views))  # Postgres adds up to a decimal
