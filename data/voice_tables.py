"""The tables of what customers say: surveys, whom they ask, answers, and public posts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Index, Integer, Table, Text, false

from data.bookkeeping import key, learnt_at, metadata
from data.moment import Moment


def audience_learnt_at() -> Column[datetime]:
    """When the audience of the row became known; None: it is not."""
    return Column("audience_learnt_at", Moment)


survey = Table(
    "survey",
    metadata,
    key("source"),
    key("id"),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("scale_min", Integer, nullable=False),
    Column("scale_max", Integer, nullable=False),
    Column("is_transactional", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("launched_at", Moment),
    Column("last_sent_at", Moment),
    Column("eligible_count", Integer),
    Column("sent_count", Integer),
    learnt_at(),
)

invitation = Table(
    "invitation",
    metadata,
    key("source"),
    key("id"),
    Column("survey_id", Text, nullable=False),
    Column("contact_id", Text),
    Column("role", Text),
    Column("audience", Text, nullable=False),
    Column("account_key", Text),
    Column("sent_at", Moment, nullable=False, index=True),
    Column("is_delivered", Boolean),
    Column("opened_at", Moment),
    Column(
        "is_answered", Boolean, nullable=False, default=False, server_default=false()
    ),  # derived by data/relate.py
    Index("ix_invitation_account_sent", "account_key", "sent_at"),
    learnt_at(),
    audience_learnt_at(),
    Index("ix_invitation_person", "contact_id", "source", "survey_id", "sent_at"),
)

response = Table(
    "response",
    metadata,
    key("source"),
    key("id"),
    Column("survey_id", Text, nullable=False),
    Column("kind", Text),  # of the survey; derived
    Column("contact_id", Text),
    Column("email_hash", Text, index=True),
    Column("role", Text),  # as it was when answered; never overwritten
    Column("title", Text),
    Column("audience", Text, nullable=False),
    Column("account_id", Text),
    Column("account_key", Text),
    Column("ticket_id", Text),
    Column("team_id", Text),  # of that ticket; derived
    Column("score", Float),
    Column("comment", Text),
    Column("responded_at", Moment, nullable=False),
    Column("responded_on", Date, nullable=False),
    Column("updated_at", Moment),
    Column("learnt_at", Moment, nullable=False),
    audience_learnt_at(),
    Column("is_closed", Boolean),
    Column("is_deleted", Boolean, nullable=False, default=False),
    Index("ix_response_kind_responded_at", "kind", "responded_at"),
    Index("ix_response_account_responded", "account_key", "kind", "responded_at"),
    Index("ix_response_survey_id_source", "survey_id", "source"),
    Index("ix_response_person", "contact_id", "source", "survey_id", "responded_at"),
    Index("ix_response_ticket_id_source", "ticket_id", "source"),
)

SAID = response.c.comment.is_not(None)
Index(
    "ix_response_said",  # the last who said something: of some groups only few do
    *(response.c[name] for name in ("kind", "audience", "responded_at")),
    sqlite_where=SAID,
    postgresql_where=SAID,
)

mention = Table(
    "mention",  # public posts about us; title and url are a stranger's
    metadata,
    key("source"),
    key("id"),
    Column("posted_at", Moment, nullable=False, index=True),
    Column("url", Text),  # of the web only, else None
    Column("title", Text),
    Column("views", BigInteger),
    Column("replies", BigInteger),
    Column("sentiment", Float),
    Column("updated_at", Moment),
)
