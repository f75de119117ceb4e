"""The tables as they are now; one schema for SQLite and Postgres.

Keys are (source, external id), so nothing needs a sequence and every unique key contains the column by
which a distributed Postgres would spread the rows. Moments are whole seconds since 1970 in UTC: exact,
small, and subtracted alike by both databases.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    Table,
    Text,
)

from data.bookkeeping import bookmark as bookmark
from data.bookkeeping import data_version as data_version
from data.bookkeeping import derivation as derivation
from data.bookkeeping import key, metadata
from data.bookkeeping import reject as reject
from data.bookkeeping import source as source
from data.bookkeeping import sync_run as sync_run
from data.moment import Moment

# No index but a key begins with the source: before Postgres knows how many rows there are, it would take
# such an index for the key's, and look through all rows of the source each time.

account = Table(
    "account",
    metadata,
    key("source"),
    key("id"),
    Column("account_key", Text, nullable=False, index=True),  # the same organisation in every source
    Column("name", Text, nullable=False),
    Column("employee_count", Integer),
    Column("yearly_value", Float),
    Column("renewal_on", Date),
    Column("updated_at", Moment),
    Column("is_deleted", Boolean, nullable=False, default=False),
)

contact = Table(
    "contact",
    metadata,
    key("source"),
    key("id"),
    Column("name", Text),
    Column("email", Text),
    Column("email_hash", Text, index=True),
    Column("title", Text),
    Column("role", Text),
    Column("audience", Text, nullable=False),
    Column("account_id", Text),
    Column("updated_at", Moment),
    Column("is_deleted", Boolean, nullable=False, default=False),
    Index("ix_contact_account_id_source", "account_id", "source"),
)

agent = Table(
    "agent",
    metadata,
    key("source"),
    key("id"),
    Column("name", Text, nullable=False),
    Column("is_active", Boolean, nullable=False, default=True),
)

team = Table(
    "team",
    metadata,
    key("source"),
    key("id"),
    Column("name", Text, nullable=False),
    Column("is_active", Boolean, nullable=False, default=True),
)

ticket = Table(
    "ticket",
    metadata,
    key("source"),
    key("id"),
    Column("revision", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("subject", Text),
    Column("priority", Text),
    Column("channel", Text),
    Column("category", Text),
    Column("team_id", Text),
    Column("assignee_id", Text),
    Column("requester_id", Text),
    Column("account_id", Text),
    Column("calendar_id", Text),
    Column("url", Text),
    Column("merged_into", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment),
    Column("given_solved_at", Moment),
    Column("has_own_solved_at", Boolean, nullable=False, default=False),
    Column("given_sla_is_met", Boolean),
    # derived by data/lifecycle.py and data/relate.py; the same facts always give the same values
    Column("audience", Text),
    Column("account_key", Text),
    Column("is_counted", Boolean, nullable=False, default=True),  # neither deleted nor merged
    Column("created_on", Date),
    Column("first_reply_at", Moment),
    Column("first_solved_at", Moment),
    Column("solved_at", Moment),
    Column("solved_on", Date),
    Column("reply_count", Integer),
    Column("reopen_count", Integer),
    Column("assignee_count", Integer),  # stations, one after the other; None where none is known
    Column("team_count", Integer),
    Column("is_after_hours", Boolean),  # created then; None without business hours
    Column("first_reply_calendar_minutes", Float),
    Column("first_reply_business_minutes", Float),
    Column("first_resolution_calendar_minutes", Float),
    Column("first_resolution_business_minutes", Float),
    Column("full_resolution_calendar_minutes", Float),
    Column("full_resolution_business_minutes", Float),
    Column("requester_wait_calendar_minutes", Float),
    Column("requester_wait_business_minutes", Float),
    Column("agent_work_calendar_minutes", Float),
    Column("agent_work_business_minutes", Float),
    Column("sla_measure", Text),
    Column("sla_origin", Text),
    Column("sla_clock", Text),
    Column("sla_target_minutes", Float),
    Column("sla_elapsed_minutes", Float),
    Column("sla_gap_minutes", Float),
    Column("sla_is_met", Boolean),
    Column("sla_ended_at", Moment),
    Column("sla_ended_on", Date),
    Column("sla_due_at", Moment),  # when the target breaks or broke; None while paused, or kept
    Index("ix_ticket_created_at", "created_at"),
    Index("ix_ticket_solved_at", "solved_at"),
    Index("ix_ticket_sla_ended_at", "sla_ended_at"),
    Index("ix_ticket_sla_due_at", "sla_due_at"),
    Index("ix_ticket_first_reply_at", "first_reply_at"),
    Index("ix_ticket_first_solved_at", "first_solved_at"),
    Index("ix_ticket_requester_id_source", "requester_id", "source"),
    Index("ix_ticket_account_id_source", "account_id", "source"),
)

ticket_span = Table(
    "ticket_span",  # derived: the time that a ticket spent in the backlog in one constellation
    metadata,
    key("source"),
    key("ticket_id"),
    Column("started_at", Moment, primary_key=True),
    Column("ended_at", Moment, nullable=False),  # window.FOREVER while it lasts
    Column("started_on", Date, nullable=False),
    Column("ended_on", Date),  # None while it lasts
    Column("state", Text, nullable=False),
    Column("priority", Text),
    Column("team_id", Text),
    Column("assignee_id", Text),
    Column("created_at", Moment, nullable=False),
    Column("account_key", Text),
    Column("audience", Text),
    Column("channel", Text),
    # with the days, so that the backlog of each day is counted from the index alone
    Index("ix_ticket_span_ended_at_started_at", "ended_at", "started_at", "ended_on"),
    Index("ix_ticket_span_started_on_started_at", "started_on", "started_at"),
)

ticket_event = Table(
    "ticket_event",  # append-only
    metadata,
    key("source"),
    key("ticket_id"),
    key("id"),
    Column("happened_at", Moment, nullable=False),
    Column("learnt_at", Moment, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor_id", Text),
    Column("state", Text),
    Column("priority", Text),
    Column("team_id", Text),
    Column("assignee_id", Text),
)

sla_target = Table(
    "sla_target",  # as applied, never looked up again
    metadata,
    key("source"),
    key("ticket_id"),
    key("measure"),
    Column("cycle", Integer, primary_key=True),
    Column("applied_at", Moment, primary_key=True),
    key("origin"),  # source or settings
    Column("target_minutes", Float),
    Column("clock", Text, nullable=False),
    Column("due_at", Moment),
    Column("policy", Text),
    Column("priority", Text),
    # of the settings' only: the calendar promised on, and for whom; None: not looked at, "": nobody
    Column("calendar", Text),
    Column("team_id", Text),
    Column("account_key", Text),
    Column("learnt_at", Moment, nullable=False),
)

sla_outcome = Table(
    "sla_outcome",  # derived: each cycle of each measure that something was promised for, and more
    metadata,
    key("source"),
    key("ticket_id"),
    key("measure"),
    Column("cycle", Integer, primary_key=True),
    Column("origin", Text),  # source or settings; None: nothing was promised
    Column("clock", Text, nullable=False),
    Column("policy", Text),
    Column("priority", Text),
    Column("target_minutes", Float),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ended_on", Date),
    Column("elapsed_minutes", Float, nullable=False),
    Column("calendar_minutes", Float),
    Column("business_minutes", Float),
    Column("gap_minutes", Float),
    Column("is_met", Boolean),
    Column("due_at", Moment),
    Index("ix_sla_outcome_measure_ended_at", "measure", "ended_at"),
)

sla_policy = Table(
    "sla_policy",
    metadata,
    key("source"),
    key("id"),
    Column("name", Text, nullable=False),
    Column("position", Integer),
    Column("terms", JSON, nullable=False),
)

business_calendar = Table(
    "business_calendar",
    metadata,
    key("source"),
    key("id"),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("intervals", JSON, nullable=False),
    Column("holidays", JSON, nullable=False),
)

business_calendar_past = Table(
    "business_calendar_past",  # the hours that a calendar had until Barometer learnt of others
    metadata,
    key("source"),
    key("id"),
    Column("until", Moment, primary_key=True),
    Column("time_zone", Text, nullable=False),
    Column("intervals", JSON, nullable=False),
    Column("holidays", JSON, nullable=False),
)

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
    Column("is_closed", Boolean),
    Column("is_deleted", Boolean, nullable=False, default=False),
    Index("ix_response_kind_responded_at", "kind", "responded_at"),
    Index("ix_response_survey_id_source", "survey_id", "source"),
    Index("ix_response_person", "contact_id", "source", "survey_id", "responded_at"),
    Index("ix_response_ticket_id_source", "ticket_id", "source"),
)
