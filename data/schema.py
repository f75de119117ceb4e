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
    MetaData,
    Table,
    Text,
)

from data.moment import Moment

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


source = Table(
    "source",
    metadata,
    _key("name"),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("is_invented", Boolean, nullable=False, default=False),
    Column("interval_seconds", Integer, nullable=False),
    Column("is_configured", Boolean, nullable=False, default=True),
    Column("feeds", Text, nullable=False, default=""),  # "tickets surveys", from what it has brought
    Column("record_count", BigInteger, nullable=False, default=0),
    Column("first_success_at", Moment),
    Column("last_success_at", Moment),
    Column("last_run_at", Moment),
    Column("next_run_at", Moment),
    Column("sync_requested_at", Moment),
    Column("failure_count", Integer, nullable=False, default=0),  # in a row
    Column("stopped_at", Moment),  # the circuit is open: a permanent error
    Column("error", Text),
    Column("error_setting", Text),
    Column("lease_holder", Text),
    Column("lease_until", Moment),
    Column("lease_epoch", BigInteger, nullable=False, default=0),
)

account = Table(
    "account",
    metadata,
    _key("source"),
    _key("id"),
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
    _key("source"),
    _key("id"),
    Column("name", Text),
    Column("email", Text),
    Column("email_hash", Text, index=True),
    Column("title", Text),
    Column("role", Text),
    Column("audience", Text, nullable=False),
    Column("account_id", Text),
    Column("updated_at", Moment),
    Column("is_deleted", Boolean, nullable=False, default=False),
    Index("ix_contact_source_account_id", "source", "account_id"),
)

agent = Table(
    "agent",
    metadata,
    _key("source"),
    _key("id"),
    Column("name", Text, nullable=False),
    Column("is_active", Boolean, nullable=False, default=True),
)

team = Table(
    "team",
    metadata,
    _key("source"),
    _key("id"),
    Column("name", Text, nullable=False),
    Column("is_active", Boolean, nullable=False, default=True),
)

ticket = Table(
    "ticket",
    metadata,
    _key("source"),
    _key("id"),
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
    Column("first_reply_calendar_minutes", Float),
    Column("first_reply_business_minutes", Float),
    Column("first_resolution_calendar_minutes", Float),
    Column("first_resolution_business_minutes", Float),
    Column("full_resolution_calendar_minutes", Float),
    Column("full_resolution_business_minutes", Float),
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
    Index("ix_ticket_source_requester_id", "source", "requester_id"),
    Index("ix_ticket_source_account_id", "source", "account_id"),
)

ticket_span = Table(
    "ticket_span",  # derived: the time that a ticket spent in the backlog in one constellation
    metadata,
    _key("source"),
    _key("ticket_id"),
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
    Index("ix_ticket_span_ended_at_started_at", "ended_at", "started_at"),
    Index("ix_ticket_span_started_at", "started_at"),
)

ticket_event = Table(
    "ticket_event",  # append-only
    metadata,
    _key("source"),
    _key("ticket_id"),
    _key("id"),
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
    _key("source"),
    _key("ticket_id"),
    _key("measure"),
    Column("cycle", Integer, primary_key=True),
    Column("applied_at", Moment, primary_key=True),
    _key("origin"),  # source or settings
    Column("target_minutes", Float),
    Column("clock", Text, nullable=False),
    Column("due_at", Moment),
    Column("policy", Text),
    Column("priority", Text),
    Column("learnt_at", Moment, nullable=False),
)

sla_policy = Table(
    "sla_policy",
    metadata,
    _key("source"),
    _key("id"),
    Column("name", Text, nullable=False),
    Column("position", Integer),
    Column("terms", JSON, nullable=False),
)

business_calendar = Table(
    "business_calendar",
    metadata,
    _key("source"),
    _key("id"),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("intervals", JSON, nullable=False),
    Column("holidays", JSON, nullable=False),
)

survey = Table(
    "survey",
    metadata,
    _key("source"),
    _key("id"),
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
    _key("source"),
    _key("id"),
    Column("survey_id", Text, nullable=False),
    Column("contact_id", Text),
    Column("role", Text),
    Column("audience", Text, nullable=False),
    Column("account_key", Text),
    Column("sent_at", Moment, nullable=False, index=True),
    Column("is_delivered", Boolean),
    Column("opened_at", Moment),
    Index("ix_invitation_source_contact_id", "source", "contact_id"),
)

response = Table(
    "response",
    metadata,
    _key("source"),
    _key("id"),
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
    Index("ix_response_source_survey_id", "source", "survey_id"),
    Index("ix_response_source_contact_id", "source", "contact_id"),
    Index("ix_response_source_ticket_id", "source", "ticket_id"),
)

reject = Table(
    "reject",
    metadata,
    _key("source"),
    _key("stream"),
    _key("digest"),  # of place and payload, so that reading twice keeps one
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
)

bookmark = Table(
    "bookmark",
    metadata,
    _key("source"),
    _key("stream"),
    Column("value", JSON, nullable=False),
    Column("read_at", Moment, nullable=False),  # the stream's last complete reading
)

sync_run = Table(
    "sync_run",
    metadata,
    _key("source"),
    Column("started_at", Moment, primary_key=True),
    Column("lease_epoch", BigInteger, primary_key=True),
    Column("ended_at", Moment),
    Column("outcome", Text, nullable=False),  # running, succeeded, failed, stopped
    Column("record_count", Integer, nullable=False, default=0),
    Column("reject_count", Integer, nullable=False, default=0),
    Column("error", Text),
    Column("notes", JSON, nullable=False),
)

data_version = Table(
    "data_version",  # counters: "facts" rises with every stored change, "runs" with every sync run
    metadata,
    _key("name"),
    Column("value", BigInteger, nullable=False),
)

derivation = Table(
    "derivation",  # what the derived columns were made with; another fingerprint makes them anew
    metadata,
    _key("name"),
    Column("fingerprint", Text, nullable=False),
)
