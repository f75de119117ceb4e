"""The people around one ticket: what they answered in surveys, and the account that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from data.metrics.nps import nps_class
from data.reading import Reading
from data.readings import Readings
from data.records import Audience, SurveyKind
from data.schema import account, contact, response, survey
from data.tallies_stakes import next_renewal
from data.window import Filters

NEAR = timedelta(days=90)
"""So long before a ticket began and after it ended its requester's other answers are shown."""

MOST_ANSWERS = 20
"""Of those about the ticket, and of the others, the latest."""

LONG_WINDOW = "365d"
"""Of an account's scores: single accounts have few answers in less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer. survey, comment: somebody's own words, hostile until escaped.

    score: None where the answer has none. scale: the survey's lowest and highest mark; kind: of the survey
    (nps, csat, …); both None where the survey is not known. group: promoter, passive or detractor; None for
    other kinds. is_about: it was asked about this very ticket. is_before: said before the ticket came.
    """

    said_at: datetime
    score: float | None
    scale: tuple[int, int] | None
    kind: str | None
    group: str | None
    audience: Audience
    comment: str | None
    survey: str | None
    is_about: bool
    is_before: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """The account of a ticket with its four signs. yearly_value: in the installation's currency.

    renews_in: days from as-of, below 0 where it has passed; None where it is not known. Each reading is of
    this account alone.
    """

    key: str
    name: str
    yearly_value: float | None
    renews_in: int | None
    backlog: Reading
    attainment: Reading
    nps_end_users: Reading
    nps_decision_makers: Reading


def said_of(
    readings: Readings, ticket: Mapping[str, Any], *, started: datetime, ended: datetime
) -> tuple[Said, ...]:
    """Answers that were asked about the ticket, then the requester's others within NEAR, newest first.

    Indexes: response.ticket_id, .contact_id, .email_hash.
    """
    connection, until = readings.connection, readings.as_of
    about = and_(
        response.c.ticket_id == ticket["id"],
        response.c.source == ticket["source"],
        response.c.responded_at <= until,
    )
    found = _said(connection, about, started, is_about=True)
    by = _by_requester(connection, ticket)
    if by is None:
        return found
    near = and_(
        by,
        response.c.responded_at >= started - NEAR,
        response.c.responded_at <= min(ended + NEAR, until),
        or_(
            response.c.ticket_id.is_(None),
            response.c.ticket_id != ticket["id"],
            response.c.source != ticket["source"],
        ),
    )
    return found + _said(connection, near, started, is_about=False)


def firm_of(readings: Readings, key: str | None) -> Firm | None:
    """The account with this key; None without one. An unlisted one is called by its key."""
    if not key:
        return None
    columns = (account.c.name, account.c.yearly_value, account.c.renewal_on)
    query = select(*columns).where(account.c.account_key == key, account.c.is_deleted.is_(False))
    rows = readings.connection.execute(query.order_by(account.c.source)).all()
    own = Filters(account=key)
    nps = {
        audience: readings.read(
            "nps", window=LONG_WINDOW, filters=Filters(account=key, audience=audience), compare=False
        )
        for audience in (Audience.END_USER, Audience.DECISION_MAKER)
    }
    today = readings.today
    renewal = next_renewal([row.renewal_on for row in rows if row.renewal_on is not None], today)
    return Firm(
        key=key,
        name=next((row.name for row in rows), key),
        yearly_value=max((row.yearly_value for row in rows if row.yearly_value is not None), default=None),
        renews_in=None if renewal is None else (renewal - today).days,
        backlog=readings.read("backlog", filters=own, compare=False),
        attainment=readings.read("sla_attainment", window="90d", filters=own, compare=False),
        nps_end_users=nps[Audience.END_USER],
        nps_decision_makers=nps[Audience.DECISION_MAKER],
    )


def _said(
    connection: Connection, which: ColumnElement[bool], started: datetime, *, is_about: bool
) -> tuple[Said, ...]:
    r, s = response.c, survey.c
    joined = response.outerjoin(survey, and_(s.source == r.source, s.id == r.survey_id))
    columns = (r.responded_at, r.score, r.audience, r.comment, r.kind, s.name, s.scale_min, s.scale_max)
    query = select(*columns).select_from(joined).where(which, r.is_deleted.is_(False))
    rows = connection.execute(query.order_by(r.responded_at.desc(), r.id).limit(MOST_ANSWERS))
    return tuple(
        Said(
            said_at=row.responded_at,
            score=row.score,
            scale=None if row.scale_min is None else (row.scale_min, row.scale_max),
            kind=row.kind,
            group=_group(row.kind, row.score),
            audience=Audience(row.audience),
            comment=(row.comment or "").strip() or None,
            survey=row.name,
            is_about=is_about,
            is_before=row.responded_at < started,
        )
        for row in rows
    )


def _group(kind: str | None, score: float | None) -> str | None:
    is_scored = kind == SurveyKind.NPS and score is not None and 0 <= score <= 10
    return nps_class(score) if is_scored and score is not None else None


def _by_requester(connection: Connection, ticket: Mapping[str, Any]) -> ColumnElement[bool] | None:
    """Answers by the one who asked, under any of the names that the sources have for that person."""
    id = ticket["requester_id"]
    if not id:
        return None
    mine = and_(contact.c.source == ticket["source"], contact.c.id == id)
    known = connection.execute(select(contact.c.email_hash).where(mine)).scalar()
    if known is None:
        return and_(response.c.contact_id == id, response.c.source == ticket["source"])
    same = connection.execute(
        select(contact.c.source, contact.c.id).where(contact.c.email_hash == known)
    ).all()
    return or_(
        response.c.email_hash == known,
        *(and_(response.c.contact_id == row.id, response.c.source == row.source) for row in same),
    )
