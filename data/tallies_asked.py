"""The SQL that takes tallies from invitations: how many of those who were asked have answered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, exists, func, literal, select

from data.counting import count_where, grouped, within
from data.cubes import TEAM_MARK
from data.facts import ROW, Scope, conditions
from data.schema import invitation, invitation_tally, response, survey
from data.stored import ANSWERS, Rows, Tallies, flow, served
from data.tally import Group, ShareTally

_by_day = flow(invitation_tally, ("answered", "delivered", "bounced"), "sent_at", ShareTally)


def invitations_answered(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """Of the NPS invitations sent in the window and not bounced, how many were answered by as-of.

    Where a source knows no single invitations, its surveys' own totals count; they know no audience.
    """
    found = _invitations(scope, by)
    for group, totals in _survey_totals(scope, by).items():
        found[group] = found.get(group, ShareTally()) + totals
    return found


def _from_days(scope: Scope, by: Sequence[str], rows: Rows) -> Tallies[ShareTally] | None:
    """From stored tallies; they know the answers that there are by now, and not which there were at as-of."""
    key = "answers later", scope.as_of
    if key not in scope.memo:
        later = select(literal(1)).where(response.c.kind.in_(ANSWERS), response.c.responded_at > scope.as_of)
        scope.memo[key] = scope.connection.execute(later.limit(1)).first() is not None
    return None if scope.memo[key] else _by_day(scope, by, rows)


@served(_from_days)
def _invitations(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """Single invitations, counted from the rows. Index: invitation.sent_at."""
    later = invitation.alias()
    same_person = and_(
        later.c.source == invitation.c.source,
        later.c.contact_id == invitation.c.contact_id,
        later.c.survey_id == invitation.c.survey_id,
    )
    asked_again = (
        exists()
        .where(
            same_person, later.c.sent_at > invitation.c.sent_at, later.c.sent_at <= response.c.responded_at
        )
        # two levels deep: by itself it would take an invitation of its own, any one
        .correlate(invitation, response)
    )
    answered = exists().where(
        response.c.source == invitation.c.source,
        response.c.contact_id == invitation.c.contact_id,
        response.c.survey_id == invitation.c.survey_id,
        response.c.responded_at >= invitation.c.sent_at,
        response.c.responded_at <= scope.as_of,
        response.c.score.is_not(None),
        response.c.is_deleted.is_(False),
        ~asked_again,  # an answer belongs to the last invitation before it
    )
    is_nps = exists().where(
        survey.c.source == invitation.c.source, survey.c.id == invitation.c.survey_id, survey.c.kind == "nps"
    )
    arrived = func.coalesce(invitation.c.is_delivered, True).is_(True)
    counts = (count_where(and_(arrived, answered)), count_where(arrived), count_where(~arrived))
    where = and_(within(invitation.c.sent_at, scope), is_nps)
    return grouped(scope, invitation, counts, where, by, ShareTally)


def _survey_totals(scope: Scope, by: Sequence[str]) -> dict[Group, ShareTally]:
    """All answers so far to the surveys last sent in the window, of all that were ever sent of them."""
    if scope.filters.given().keys() - {"source"}:
        return {}
    own = exists().where(invitation.c.source == survey.c.source, invitation.c.survey_id == survey.c.id)
    answers = select(func.count()).where(
        response.c.source == survey.c.source,
        response.c.survey_id == survey.c.id,
        response.c.score.is_not(None),
        response.c.is_deleted.is_(False),
        response.c.responded_at <= scope.as_of,
    )
    query = select(survey.c.source, survey.c.id, survey.c.sent_count, answers.scalar_subquery()).where(
        survey.c.kind == "nps",
        survey.c.sent_count.is_not(None),
        within(survey.c.last_sent_at, scope),
        ~own,
        conditions(survey, scope.filters),
    )
    found: dict[Group, ShareTally] = {}
    for source, survey_id, sent, answered in scope.connection.execute(query):
        known = {"source": source, ROW: f"{source}{TEAM_MARK}{survey_id}"}
        group = tuple(known.get(name) for name in by)
        # A forwarded survey may bring more answers than were counted as sent.
        found[group] = found.get(group, ShareTally()) + ShareTally(min(answered, sent), sent)
    return found
